//! `/policies/{id}`: one policy: what it asks for, what it gives, how sure it is.

mod benefit;
mod example;
mod history;

use crate::{
    book::DayBook,
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    text::{Text, Texts},
    wording::{Clauses, Level, PaidPart},
};
use askama::Template;
use axum::{extract::Path, response::Html};
use benefit::BenefitRow;
use example::ExampleRow;
use history::{Version, shown_version};
use rules::{
    definition::{GroupDefinition, GroupVersion, PolicyDefinition, PolicyVersion},
    lint::{Finding, Severity},
};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// A group a policy belongs to, with the other members.
struct Group {
    label: String,
    ceiling: String,
    cite: String,
    others: Vec<Link>,
}

/// The ladder a policy is a grade of.
struct Steps {
    title: String,
    /// Lowest first; true for this one.
    grades: Vec<(Link, bool)>,
    below: Option<Link>,
    above: Option<Link>,
}

/// What a lint says about a policy.
struct Remark {
    message: String,
    grave: bool,
    basis: String,
}

#[derive(Template)]
#[template(path = "pages/policy/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    policy: &'a PolicyDefinition,
    version: &'a PolicyVersion,
    level: Level,
    phrase: String,
    standing: &'static str,
    required: Clauses,
    exceptions: Option<Clauses>,
    benefit: Vec<BenefitRow>,
    /// What the amount rests on and nothing in force says.
    unsaid: String,
    instalments: Vec<PaidPart>,
    groups: Vec<Group>,
    steps: Option<Steps>,
    examples: Vec<ExampleRow>,
    findings: Vec<Remark>,
    history: Vec<Version>,
}

/// The page.
pub async fn show(context: Context, Path(id): Path<String>) -> Result<Html<String>, PageError> {
    let book = context.city.book(context.today());
    let found = book.definitions.policies.iter().find(|policy| policy.id == id);
    let policy = found.ok_or(PageError::Policy)?;
    let version = shown_version(policy, book.moment).ok_or(PageError::Policy)?;
    let t = TEXTS.of(context.language);
    let mut page = Page::new(&context, Section::Policies, "").under("/policies", t.of("policies"));
    let title = page.words(&policy.title).to_owned();
    page.title = title;
    let view = View {
        t,
        policy,
        version,
        level: Level::of(&context.city.edition.layers, &policy.edition),
        phrase: page.benefit_phrase(version.benefit.as_ref(), &book),
        standing: page.standing(&version.effective, context.today()),
        required: Clauses::required(&page, version, &book),
        exceptions: Clauses::exceptions(&page, version, &book),
        benefit: version.benefit.as_ref().map_or_else(Vec::new, |one| benefit::rows(&page, &t, one, &book)),
        unsaid: benefit::unsaid(&page, version, &book),
        instalments: version.benefit.as_ref().map_or_else(Vec::new, |one| page.paid_parts(one, None, &book)),
        groups: groups(&page, &book, &policy.id),
        steps: steps(&page, &book, &policy.id),
        examples: example::rows(&page, &t, &context.city.edition, policy),
        findings: findings(&page, &book, policy, version),
        history: history::versions(&page, policy, &book),
        page,
    };
    Page::render(&view)
}

fn link(page: &Page, book: &DayBook, id: &str) -> Link {
    let title = book.definitions.policies.iter().find(|policy| policy.id == id);
    Link::new(format!("/policies/{id}"), title.map_or(id, |policy| page.words(&policy.title)))
}

fn groups(page: &Page, book: &DayBook, id: &str) -> Vec<Group> {
    let group = |(group, version): (&GroupDefinition, &GroupVersion)| Group {
        label: page.words(&group.label).to_owned(),
        ceiling: version.ceiling.as_deref().map(|text| page.rule(text, book)).unwrap_or_default(),
        cite: version.cite.clone(),
        others: version
            .members
            .iter()
            .filter(|member| *member != id)
            .map(|one| link(page, book, one))
            .collect(),
    };
    book.groups_of(id).map(group).collect()
}

fn steps(page: &Page, book: &DayBook, id: &str) -> Option<Steps> {
    let mut ladders = book.definitions.ladders.iter();
    let ladder = ladders.find(|ladder| ladder.grades.iter().any(|grade| grade == id))?;
    let place = ladder.grades.iter().position(|grade| grade == id)?;
    let neighbour = |at: Option<usize>| Some(link(page, book, ladder.grades.get(at?)?));
    Some(Steps {
        title: page.words(&ladder.title).to_owned(),
        grades: ladder.grades.iter().map(|grade| (link(page, book, grade), grade == id)).collect(),
        below: neighbour(place.checked_sub(1)),
        above: neighbour(place.checked_add(1)),
    })
}

/// What lints find in the version that is shown.
fn findings(page: &Page, book: &DayBook, policy: &PolicyDefinition, version: &PolicyVersion) -> Vec<Remark> {
    let shown = policy.versions.iter().position(|one| std::ptr::eq(one, version));
    let own = book.findings.iter().filter(|one| one.policy == policy.id);
    let own = own.filter(|one| one.version.is_none() || one.version == shown);
    let remark = |one: &Finding| Remark {
        message: page.words(&one.message).to_owned(),
        grave: one.severity != Severity::Note,
        basis: one.basis.as_ref().map(|basis| page.words(&basis.asks).to_owned()).unwrap_or_default(),
    };
    own.map(remark).collect()
}

#[cfg(test)]
mod tests;
