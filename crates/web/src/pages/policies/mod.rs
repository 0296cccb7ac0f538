//! `/policies`: every policy in force or to come, with search and filters, and the ladders.

mod filter;

use crate::{
    book::DayBook,
    choice::Choice,
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    text::{Text, Texts},
    wording::Level,
};
use askama::Template;
use axum::{extract::Query, response::Html};
use filter::{Asked, Filter, Found};
use rules::definition::{Ladder, PolicyDefinition, PolicyVersion};
use std::{collections::BTreeSet, sync::LazyLock};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// A policy as the list shows it.
struct Card<'a> {
    policy: &'a PolicyDefinition,
    version: &'a PolicyVersion,
    level: Level,
    phrase: String,
    standing: &'static str,
}

/// A ladder with its grades, lowest first.
struct Steps {
    title: String,
    grades: Vec<Link>,
}

#[derive(Template)]
#[template(path = "pages/policies/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    words: String,
    day: String,
    day_fault: bool,
    topics: Vec<Choice>,
    levels: Vec<Choice>,
    money: Vec<Choice>,
    verified: Vec<Choice>,
    filtered: bool,
    total: usize,
    unverified: usize,
    cards: Vec<Card<'a>>,
    ladders: Vec<Steps>,
}

/// The page.
pub async fn show(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    let book = context.city.book(context.today());
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Policies, t.of("title"));
    let layers = &context.city.edition.layers;
    let filter = Filter::new(asked, layers, context.today());
    let total = filter.standing(&book.definitions).count();
    let found: Vec<Found<'_>> =
        filter.standing(&book.definitions).filter(|found| filter.passes(*found)).collect();
    let shown: BTreeSet<&str> = found.iter().map(|found| found.policy.id.as_str()).collect();
    let view = View {
        t,
        words: filter.words().to_owned(),
        day: filter.day_text(),
        day_fault: filter.day_is_wrong(),
        topics: filter.topics(&page, &book.definitions),
        levels: filter.levels(&page, &book.definitions),
        money: filter.money(&t),
        verified: filter.verified(&page),
        filtered: filter.is_set(),
        total,
        unverified: found.iter().filter(|found| !found.version.verified).count(),
        ladders: book.definitions.ladders.iter().filter_map(|one| steps(&page, &book, one, &shown)).collect(),
        cards: found.into_iter().map(|found| card(&page, &book, layers, found)).collect(),
        page,
    };
    Page::render(&view)
}

fn card<'a>(
    page: &Page,
    book: &DayBook,
    layers: &[String],
    Found { policy, version }: Found<'a>,
) -> Card<'a> {
    Card {
        policy,
        version,
        level: Level::of(layers, &policy.edition),
        phrase: page.benefit_phrase(version.benefit.as_ref(), book),
        standing: page.standing(&version.effective, book.moment.as_of),
    }
}

/// A ladder, where one of its grades is shown.
fn steps(page: &Page, book: &DayBook, ladder: &Ladder, shown: &BTreeSet<&str>) -> Option<Steps> {
    if !ladder.grades.iter().any(|grade| shown.contains(grade.as_str())) {
        return None;
    }
    let title = |id: &String| {
        let policy = book.definitions.policies.iter().find(|policy| policy.id == *id);
        policy.map_or(id.as_str(), |policy| page.words(&policy.title)).to_owned()
    };
    let grades = ladder.grades.iter().map(|id| Link::new(format!("/policies/{id}"), title(id))).collect();
    Some(Steps { title: page.words(&ladder.title).to_owned(), grades })
}

#[cfg(test)]
mod tests;
