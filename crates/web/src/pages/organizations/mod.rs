//! `/organizations`: those who answer for something, by sort of body.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use domain::organization::{Organization, OrganizationKind};
use edition::Edition;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// An organisation with the numbers of works it answers for.
struct Line<'a> {
    organization: &'a Organization,
    led: usize,
    supported: usize,
}

/// A sort of body with its organisations.
struct Group<'a> {
    kind: OrganizationKind,
    lines: Vec<Line<'a>>,
}

#[derive(Template)]
#[template(path = "pages/organizations/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    total: usize,
    groups: Vec<Group<'a>>,
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Organizations, t.of("title"));
    let mut kinds: Vec<_> = edition.organizations.iter().map(|organization| organization.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let group = |kind| {
        let own = edition.organizations.iter().filter(|organization| organization.kind == kind);
        let mut lines: Vec<_> = own.map(|organization| line(edition, organization)).collect();
        lines.sort_by_key(|line| std::cmp::Reverse((line.led, line.supported)));
        Group { kind, lines }
    };
    let groups = kinds.into_iter().map(group).collect();
    Page::render(&View { page, t, total: edition.organizations.len(), groups })
}

/// Counts the works of an organisation.
fn line<'a>(edition: &Edition, organization: &'a Organization) -> Line<'a> {
    let works = edition.task_list.as_ref().map_or(&[][..], |list| &list.works);
    let count = |owners: fn(&domain::task_list::Work) -> &Vec<String>| {
        works.iter().filter(|work| owners(work).contains(&organization.id)).count()
    };
    Line { organization, led: count(|work| &work.lead), supported: count(|work| &work.support) }
}

#[cfg(test)]
mod tests;
