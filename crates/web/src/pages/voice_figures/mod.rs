//! `/voice/figures`: what became of what firms asked for, month by month, and the answers that were published. Worked
//! out once a day; small numbers are not shown, lest somebody be recognised.

mod answers;
mod table;

pub use table::table;

use crate::{
    choice::{Choice, cut},
    context::Context,
    error::PageError,
    figures::{Published, figures_of, first_moment, published, smallest},
    frame::{Page, Section},
    text::{Text, Texts},
};
use answers::{Answer, Found, PublicAnswer};
use askama::Template;
use axum::{Extension, extract::Query, response::Html};
use chrono::NaiveDate;
use domain::{
    mechanism::Mechanism,
    voice::figures::{Cell, FigureGroup, FigureMonth, FigureRow, MonthlyFigures},
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use table::{HEADS, shown};
use tokio::sync::Mutex;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// What was worked out for a day.
struct Known {
    day: NaiveDate,
    figures: Published,
    answers: Vec<PublicAnswer>,
}

/// What was worked out last. Whoever comes while it is worked out waits for it.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Option<Arc<Known>>>>);

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The month that is divided, such as `2026-10`.
    month: String,
    /// Words of an answer.
    q: String,
    /// How many answers stand before the page.
    after: String,
}

/// A row of figures.
struct Line {
    name: String,
    href: Option<String>,
    cells: Vec<(&'static str, String)>,
}

/// A division of the month that is looked at.
struct Division {
    title: &'static str,
    lines: Vec<Line>,
}

/// A procedure with its months.
struct Procedure {
    id: String,
    title: String,
    months: Vec<Line>,
    divisions: Vec<Division>,
    /// How many ratings of each level, best first.
    levels: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "pages/voice_figures/page.html")]
struct View {
    page: Page,
    t: Text,
    what: String,
    heads: Vec<&'static str>,
    procedures: Vec<Procedure>,
    months: Vec<Choice>,
    month: String,
    query: String,
    answers: Vec<Answer>,
    total: String,
    next: Option<String>,
}

/// The page.
pub async fn show(
    context: Context,
    Extension(kept): Extension<Kept>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Figures, t.of("title"));
    let known = known(&context, &kept).await?;
    let mechanisms = published(&context.city.edition);
    let month = chosen(&known, &asked.month);
    let (query, _) = cut(&asked.q);
    let Found { answers, total, next } =
        answers::page(&context, &page, (&known.answers, &query), &asked.after);
    let of = |(id, figures): (&String, &Vec<MonthlyFigures>)| {
        let mechanism = mechanisms.get(id.as_str())?;
        Some(procedure(&context, &page, t, (mechanism, figures), month))
    };
    let procedures = known.figures.iter().filter_map(of).collect();
    let named = month.map(named).unwrap_or_default();
    let view = View {
        what: t.two("what", page.date(&known.day), smallest(&context.city.edition)),
        heads: HEADS.map(|key| t.of(key)).to_vec(),
        procedures,
        months: every_month(&known)
            .map(|one| Choice::new(self::named(one), month_words(t, one), &named))
            .collect(),
        month: named,
        total: t.one("answers_found", total),
        next: next.map(|after| {
            format!("/voice/figures?q={}&after={after}#answers", crate::choice::encoded(&query))
        }),
        query,
        answers,
        page,
        t,
    };
    Page::render(&view)
}

/// What was worked out today, or works it out.
async fn known(context: &Context, kept: &Kept) -> Result<Arc<Known>, PageError> {
    let day = context.today();
    let mut kept = kept.0.lock().await;
    if let Some(known) = kept.as_ref().filter(|known| known.day == day) {
        return Ok(Arc::clone(known));
    }
    let edition = &context.city.edition;
    let (since, mut answers) = (first_moment(day), Vec::new());
    let procedures = context.city.procedures();
    let mut each = |head: &store::CaseHead, state: &domain::mechanism::course::CaseState| {
        answers.extend(PublicAnswer::of(&context.city, head, state));
    };
    let courses = context.city.store.case_courses(&procedures, since, &mut each).await?;
    let figures = figures_of(edition, &courses, day);
    let known = Arc::new(Known { day, figures, answers: answers::newest_first(answers) });
    *kept = Some(Arc::clone(&known));
    Ok(known)
}

fn named(month: FigureMonth) -> String {
    format!("{}-{:02}", month.year, month.month)
}

fn month_words(t: Text, month: FigureMonth) -> String {
    t.two("month", month.year, format!("{:02}", month.month))
}

/// Every month of which anything is published, the newest first.
fn every_month(known: &Known) -> impl Iterator<Item = FigureMonth> {
    let all = known.figures.values().flatten().map(|figures| figures.month);
    let all: std::collections::BTreeSet<FigureMonth> = all.collect();
    all.into_iter().rev()
}

/// The month that is asked for, or the newest.
fn chosen(known: &Known, asked: &str) -> Option<FigureMonth> {
    every_month(known).find(|month| named(*month) == asked).or_else(|| every_month(known).next())
}

fn procedure(
    context: &Context,
    page: &Page,
    t: Text,
    (mechanism, figures): (&Mechanism, &[MonthlyFigures]),
    month: Option<FigureMonth>,
) -> Procedure {
    let line = |name: String, href: Option<String>, row: &FigureRow| {
        let cells = HEADS.iter().zip(shown(row)).map(|(head, cell)| (t.of(head), table::told(t, cell)));
        Line { name, href, cells: cells.collect() }
    };
    let id = format!("figures-{}", mechanism.id);
    let months = figures.iter().map(|one| {
        let href = Some(format!("/voice/figures?month={}#{id}", named(one.month)));
        line(month_words(t, one.month), href, &one.total)
    });
    let months = months.collect();
    let divided = figures.iter().find(|one| Some(one.month) == month);
    let division = |(group, rows): (&FigureGroup, &BTreeMap<String, FigureRow>)| {
        let name = |name: &str| table::group_word(context, page, t, (mechanism, *group), name);
        let lines = rows.iter().map(|(value, row)| line(name(value), None, row)).collect();
        Division { title: t.of(table::group_key(*group)), lines }
    };
    let ratings = divided.iter().flat_map(|one| &one.ratings);
    let levels = mechanism.rating.iter().flat_map(|rating| &rating.levels).zip(ratings);
    let level = |(level, cell): (&domain::Bilingual, &Cell)| {
        (page.say(level).to_owned(), table::told(t, table::count(*cell)))
    };
    Procedure {
        title: page.say(&mechanism.title).to_owned(),
        months,
        divisions: divided.iter().flat_map(|one| &one.groups).map(division).collect(),
        levels: levels.map(level).collect(),
        id,
    }
}

#[cfg(test)]
mod tests;
