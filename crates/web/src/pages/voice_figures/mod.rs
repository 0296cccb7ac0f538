//! `/voice/figures`: what became of what firms asked for, month by month, and the answers that were published. Worked
//! out once a day; small numbers are not shown, lest somebody be recognised.

use crate::{
    case::organization,
    components::case_form::spoken,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::{Extension, response::Html};
use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};
use domain::mechanism::{Mechanism, Publication, lets_itself_be_named};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use store::{Case, CaseFigures, CaseQuery, MonthFigures, Order, Within};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Months that are shown, the current one among them.
const MONTHS: u32 = 12;
/// The smallest number that is shown, except nothing at all.
const SMALLEST: u64 = 3;
/// Cases that are looked through for published answers, and answers that are shown.
const LOOKED_THROUGH: u32 = 200;
const ANSWERS_MAX: usize = 20;

/// What was worked out for a day.
struct Known {
    day: NaiveDate,
    figures: CaseFigures,
    answers: Vec<Case>,
}

/// What was worked out last.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Option<Arc<Known>>>>);

/// A month of a procedure.
struct Month {
    name: String,
    filed: String,
    ended: String,
}

/// A procedure with its months.
struct Procedure {
    id: String,
    title: String,
    months: Vec<Month>,
}

/// A published answer.
struct Answer {
    title: String,
    unit: String,
    day: String,
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "pages/voice_figures/page.html")]
struct View {
    page: Page,
    t: Text,
    day: String,
    procedures: Vec<Procedure>,
    answers: Vec<Answer>,
}

/// The page.
pub async fn show(context: Context, Extension(kept): Extension<Kept>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Figures, t.of("title"));
    let known = known(&context, &kept).await?;
    let mut published: BTreeMap<&str, &Mechanism> = BTreeMap::new();
    for version in context.city.edition.mechanisms.iter() {
        if version.definition.publication != Publication::Nothing {
            published.insert(&version.definition.id, &version.definition);
        }
    }
    let procedures = published.values().filter_map(|mechanism| procedure(&page, t, mechanism, &known));
    let procedures = procedures.collect();
    let answers = known.answers.iter().filter_map(|case| answer(&context, &page, t, case));
    let answers = answers.collect();
    Page::render(&View { day: page.date(&known.day), procedures, answers, page, t })
}

/// What was worked out today, or works it out.
async fn known(context: &Context, kept: &Kept) -> Result<Arc<Known>, PageError> {
    let day = context.today();
    let of_today = || {
        let known = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|known| known.day == day).map(Arc::clone)
    };
    if let Some(known) = of_today() {
        return Ok(known);
    }
    let first = day.with_day(1).and_then(|first| first.checked_sub_months(Months::new(MONTHS - 1)));
    let since = first.unwrap_or(day).and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(8);
    let figures = context.city.store.case_figures(since).await?;
    let known = Arc::new(Known { day, figures, answers: answers(context).await? });
    *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
    Ok(known)
}

/// Cases whose answer was published, the newest first.
async fn answers(context: &Context) -> Result<Vec<Case>, PageError> {
    let versions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let with_answers = versions.filter(|mechanism| mechanism.publication == Publication::Answer);
    let ids: Vec<String> = with_answers.map(|mechanism| mechanism.id.clone()).collect();
    let query =
        CaseQuery { order: Order::Changed, ..CaseQuery::all(Within::Mechanisms(ids), LOOKED_THROUGH) };
    let mut found = Vec::new();
    for head in context.city.store.cases(&query).await?.rows {
        if found.len() == ANSWERS_MAX {
            break;
        }
        let case = context.city.store.case(&head.id).await?;
        found.extend(case.filter(|case| !case.state.published.is_empty() && head.erased_at.is_none()));
    }
    Ok(found)
}

/// The months of a procedure in which anything happened; none where nothing did.
fn procedure(page: &Page, t: Text, mechanism: &Mechanism, known: &Known) -> Option<Procedure> {
    let months = (0..MONTHS).filter_map(|back| {
        let month = known.day.with_day(1)?.checked_sub_months(Months::new(back))?;
        let key = (mechanism.id.clone(), month.format("%Y-%m").to_string());
        let MonthFigures { filed, ended } = known.figures.get(&key).copied()?;
        let name = t.two("month", month.year(), format!("{:02}", month.month()));
        Some(Month { name, filed: shown(t, filed), ended: shown(t, ended) })
    });
    let months: Vec<Month> = months.collect();
    let title = page.say(&mechanism.title).to_owned();
    (!months.is_empty()).then(|| Procedure { id: format!("figures-{}", mechanism.id), title, months })
}

/// A number, where it is large enough that nobody is recognised by it.
fn shown(t: Text, count: u64) -> String {
    if count > 0 && count < SMALLEST { t.one("fewer", SMALLEST) } else { count.to_string() }
}

/// An answer without who asked. What was asked is shown where the firm said it may be named.
fn answer(context: &Context, page: &Page, t: Text, case: &Case) -> Option<Answer> {
    let mechanism = &context.city.mechanism(&case.head.mechanism, case.head.version)?.definition;
    let is_named = lets_itself_be_named(mechanism, &case.state);
    let title = if is_named && !case.head.title.is_empty() { &case.head.title } else { t.of("untitled") };
    let step = mechanism.steps.iter().filter(|step| {
        step.acts.iter().any(|act| matches!(act, domain::mechanism::Act::AskRating))
            && case.state.taken.iter().any(|taken| taken.step == step.id)
    });
    let forms = step.filter_map(|step| crate::case::form_of(mechanism, step));
    let fields = forms.take(1).flat_map(|form| &form.fields);
    let lines = fields.filter_map(|field| {
        let value = case.state.data.get(&field.name)?;
        Some((
            page.say(&field.label).to_owned(),
            spoken(page, &context.city.edition, mechanism, field, value),
        ))
    });
    Some(Answer {
        title: title.to_owned(),
        unit: organization(&context.city.edition, &case.head.assigned, page.language).to_owned(),
        day: case.state.published.last().map(|at| page.date(&at.day)).unwrap_or_default(),
        lines: lines.collect(),
    })
}

#[cfg(test)]
mod tests;
