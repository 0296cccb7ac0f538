//! `/calculator`: a visitor answers only the questions that matter and sees what every policy means for him.
//! The form carries all answers; nothing is kept or recorded.

mod answers;
mod given;
mod question;
mod queue;
pub mod reading;
mod relevance;
mod results;
mod sum;

use crate::{
    choice::Choice,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
    wording::Level,
};
use answers::{Answers, Ask};
use askama::Template;
use axum::{
    Extension, Form,
    extract::Query,
    http::header,
    response::{IntoResponse, Response},
};
use given::{Hidden, Shown};
use question::{Asker, Input, Question};
pub use queue::Queue;
use results::{Known, Results};
use rules::{policy::Status, reference::Firm};
use std::{collections::BTreeSet, sync::LazyLock};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// What a form says, in the order of the form.
pub type Pairs = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "pages/calculator/page.html")]
struct View {
    page: Page,
    t: Text,
    topics: Vec<Choice>,
    levels: Vec<Choice>,
    /// The one policy that is looked at: identifier and name.
    focus: Option<(String, String)>,
    question: Option<Question>,
    left: usize,
    /// Number of the question, from 1.
    step: usize,
    shown: Vec<Shown>,
    hidden: Vec<Hidden>,
    skipped: usize,
    results: Results,
    policies: usize,
    started: bool,
}

/// The first question; the address may narrow what is looked at, it never carries an answer.
pub async fn begin(
    Extension(queue): Extension<Queue>,
    context: Context,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let scope = ["topic", "level", "policy"];
    let pairs: Pairs = pairs.into_iter().filter(|(name, _)| scope.contains(&name.as_str())).collect();
    queue.run(move || answer(context, &pairs)).await
}

/// The next question, and what the answers so far mean.
pub async fn proceed(
    Extension(queue): Extension<Queue>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, PageError> {
    queue.run(move || answer(context, &pairs)).await
}

/// The page for what a form says.
fn answer(mut context: Context, pairs: &Pairs) -> Result<Response, PageError> {
    let book = context.city.book(context.today());
    let answers = Answers::read(pairs, &book);
    context.language = answers.language.unwrap_or(context.language);
    let mut response = Page::render(&view(&context, &book, &answers))?.into_response();
    // The language switch of a form that must not lose its answers.
    if let Some(language) = answers.language {
        response.headers_mut().append(header::SET_COOKIE, context.language_cookie(language));
    }
    Ok(response)
}

fn view(context: &Context, book: &crate::book::DayBook, answers: &Answers) -> View {
    let t = TEXTS.of(context.language);
    let page = Page::new(context, Section::Calculator, t.of("title"));
    let layers = &context.city.edition.layers;
    let table = answers.table(&book.catalog);
    let firm = Firm::new(&book.catalog, &table, 0, &*context.city.edition.calendar);
    let outcomes = firm.outcomes(&book.book.rules);
    let waits = relevance::waits(book, &firm, &outcomes);
    let wanted = results::wanted(book, answers, layers);
    let (next, left) = relevance::next(&book.stakes, &waits, &wanted, &answers.skipped);
    let place = &context.city.edition.division_code;
    let asker = Asker { page: &page, t, book, answers, place };
    let (asked, fault) =
        answers.pending(&book.catalog).map_or((next, None), |(ask, fault)| (Some(ask), fault));
    let known = Known { firm, outcomes: &outcomes, waits: &waits, wanted: &wanted, layers };
    let results = known.results(&asker);
    let shown = given::shown(&asker, asked);
    View {
        topics: topics(&page, book, answers),
        levels: levels(&page, book, answers, layers),
        focus: focus(&page, book, answers),
        question: asked.map(|ask| asker.question(ask, fault)),
        left,
        step: shown.len() + 1,
        shown,
        hidden: given::hidden(&asker, asked),
        skipped: answers.skipped.len(),
        policies: wanted.iter().filter(|wanted| **wanted).count(),
        started: !answers.is_empty(),
        results,
        t,
        page,
    }
}

fn focus(page: &Page, book: &crate::book::DayBook, answers: &Answers) -> Option<(String, String)> {
    let policy = book.definitions.policies.iter().find(|policy| policy.id == answers.policy)?;
    Some((policy.id.clone(), page.words(&policy.title).to_owned()))
}

fn topics(page: &Page, book: &crate::book::DayBook, answers: &Answers) -> Vec<Choice> {
    let fields: BTreeSet<&str> =
        (0..book.readables.len()).map(|policy| book.written(policy).0.field.as_str()).collect();
    let fields = fields.into_iter().filter(|field| !field.is_empty());
    fields.map(|field| Choice::new(field, page.topic(field), &answers.topic)).collect()
}

fn levels(page: &Page, book: &crate::book::DayBook, answers: &Answers, layers: &[String]) -> Vec<Choice> {
    let occurring: BTreeSet<Level> =
        (0..book.readables.len()).map(|policy| Level::of(layers, &book.written(policy).0.edition)).collect();
    occurring.into_iter().map(|level| Choice::new(level.id(), page.level(&level), &answers.level)).collect()
}

/// Whether an answer can be changed where it stands.
fn is_same(one: Option<Ask>, other: Ask) -> bool {
    one == Some(other)
}

#[cfg(test)]
mod tests;
