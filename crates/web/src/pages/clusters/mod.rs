//! `/desk/clusters`: problems that many firms have, from the voices that the reader sees; `/desk/clusters/{id}`: one of
//! them with its cases, named by one of its voices, and the form that makes a proposal of it.

mod proposing;

pub use proposing::propose;

use crate::{
    case::{CaseRow, organization},
    components::case_form::{CaseForm, Reasons, Typed},
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    outcome::Outcome,
    text::{Text, Texts},
    voice::{Standing, problem_with, problems_seen},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Html,
};
use chrono::{Days, NaiveDate};
use domain::{
    Citation,
    access::{Capacity, Permission, Resource},
    voice::VoiceTerms,
};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Cases of a problem that are shown, the newest.
const CASES_MAX: usize = 50;

/// A common problem in words.
struct Problem {
    href: String,
    title: String,
    voices: usize,
    firms: usize,
    first: String,
    last: String,
    places: String,
    topics: String,
    units: String,
    clauses: Vec<Link>,
    trend: String,
    proposal: Option<Link>,
    /// How many voices belong to no proposal.
    free: usize,
    can_propose: bool,
}

#[derive(Template)]
#[template(path = "pages/clusters/page.html")]
struct List {
    page: Page,
    t: Text,
    window: String,
    rule: String,
    problems: Vec<Problem>,
}

#[derive(Template)]
#[template(path = "pages/clusters/one.html")]
struct One {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    problem: Problem,
    rows: Vec<CaseRow>,
    more: Option<String>,
    offer: Offer,
}

/// What can be made of a problem now.
enum Offer {
    /// A proposal.
    Propose(CaseForm),
    /// Voices came in since it was proposed, and can be added.
    Join,
    /// Nothing by this reader.
    Nothing,
}

/// All of them.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    context.may(Permission::DeskRead, &Resource::of_organization(office(&context)?.1))?;
    let page = Page::new(&context, Section::Inbox, t.of("title")).under("/desk", t.of("desk"));
    let terms = context.city.edition.voice_terms.clone();
    let all = problems_seen(&context).await?;
    let problems = terms.iter().flat_map(|terms| all.iter().map(move |standing| (terms, standing)));
    let problems = problems.map(|(terms, standing)| told(&context, &page, t, (terms, standing))).collect();
    let window = terms.as_ref().map_or(String::new(), |terms| t.one("window", terms.cluster.window_days));
    let rule = terms
        .as_ref()
        .map_or(String::new(), |terms| t.two("rule", terms.proposal.firms_min, terms.proposal.voices_min));
    Page::render(&List { window, rule, problems, page, t })
}

/// One of them.
pub async fn one(
    context: Context,
    Path(id): Path<String>,
    Query(outcome): Query<Outcome>,
) -> Result<Html<String>, PageError> {
    context.may(Permission::DeskRead, &Resource::of_organization(office(&context)?.1))?;
    let standing = problem_with(&context, &id).await?.ok_or(PageError::Page)?;
    let typed = proposing::prefilled(&context, &standing);
    let mut view = view(&context, &standing, (&typed, Reasons::default())).await?;
    (view.done, view.fault) = (outcome.done(&view.t), outcome.fault(&view.t));
    Page::render(&view)
}

/// The organisation somebody acts for: he sees the problems among its cases, a desk those of all.
fn office(context: &Context) -> Result<(&Capacity, &str), PageError> {
    match context.visit.principal().capacity() {
        Some(capacity @ Capacity::Office { organization, .. }) => Ok((capacity, organization)),
        _ => Err(PageError::Page),
    }
}

/// The page of a problem with what was typed and what stands against it.
async fn view(
    context: &Context,
    standing: &Standing,
    (typed, reasons): (&Typed, Reasons),
) -> Result<One, PageError> {
    let t = TEXTS.of(context.language);
    let terms = context.city.edition.voice_terms.as_ref().ok_or(PageError::Page)?;
    let (capacity, _) = office(context)?;
    let page = Page::new(context, Section::Inbox, title(t, context, standing));
    let page = page.under("/desk", t.of("desk")).under("/desk/clusters", t.of("title"));
    let mut rows = Vec::new();
    for number in standing.problem.voices.iter().rev().take(CASES_MAX) {
        if let Some(found) = context.case(number).await? {
            rows.extend(CaseRow::new(context, &page, &found.case.head, capacity));
        }
    }
    let count = standing.problem.voices.len();
    Ok(One {
        done: None,
        fault: None,
        more: (count > CASES_MAX).then(|| t.one("more", count - CASES_MAX)),
        offer: proposing::offer(context, &page, standing, (typed, reasons)),
        problem: told(context, &page, t, (terms, standing)),
        rows,
        page,
        t,
    })
}

/// What a problem is called: the words most of its voices share, its topic where there are none.
fn title(t: Text, context: &Context, standing: &Standing) -> String {
    let problem = &standing.problem;
    if problem.label.is_empty() {
        let topics = topics(context, standing);
        return if topics.is_empty() { t.of("untitled").to_owned() } else { topics };
    }
    problem.label.join(t.of("between"))
}

fn topics(context: &Context, standing: &Standing) -> String {
    let table = context.city.edition.competence.as_ref();
    let topics = standing.problem.topics.iter().filter_map(|id| table?.topic(id));
    let titles: Vec<&str> = topics.map(|topic| topic.title.get(context.language)).collect();
    let t = TEXTS.of(context.language);
    titles.join(t.of("between"))
}

fn told(context: &Context, page: &Page, t: Text, (terms, standing): (&VoiceTerms, &Standing)) -> Problem {
    let (problem, edition) = (&standing.problem, &context.city.edition);
    let names = |ids: &std::collections::BTreeSet<String>| {
        let names: Vec<&str> = ids.iter().map(|id| organization(edition, id, page.language)).collect();
        names.join(t.of("between"))
    };
    let clauses = problem.clauses.iter().filter_map(|clause| clause.parse::<Citation>().ok());
    let first = problem.voices.first().map_or("", String::as_str);
    let proposal = standing.proposal.as_ref().map(|proposal| {
        let number = &proposal.head.number;
        Link::new(format!("/cases/{number}"), t.one("proposed_as", number))
    });
    Problem {
        href: format!("/desk/clusters/{first}"),
        title: title(t, context, standing),
        voices: problem.voices.len(),
        firms: problem.firms.len(),
        first: page.date(&problem.first_day),
        last: page.date(&problem.last_day),
        places: names(&problem.places),
        topics: topics(context, standing),
        units: names(&problem.organizations),
        clauses: clauses.map(|cite| page.citation(&cite)).collect(),
        trend: trend(t, context.today(), terms.cluster.window_days, standing),
        proposal,
        free: standing.unjoined.len(),
        can_propose: standing.can_propose,
    }
}

/// How many voices came in during the second half of the window, and how many during the first.
fn trend(t: Text, today: NaiveDate, window_days: u32, standing: &Standing) -> String {
    let half = window_days / 2;
    let middle = today.checked_sub_days(Days::new(u64::from(half))).unwrap_or(today);
    let late = standing.voices.iter().filter(|voice| voice.day > middle).count();
    let early = standing.voices.len() - late;
    let key = match late.cmp(&early) {
        std::cmp::Ordering::Greater => "rising",
        std::cmp::Ordering::Equal => "steady",
        std::cmp::Ordering::Less => "falling",
    };
    t.two(key, late, early).replace("{2}", &half.to_string())
}

#[cfg(test)]
mod tests;
