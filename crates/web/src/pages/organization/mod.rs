//! `/organizations/{id}`: what one organisation answers for.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
    wording::WorkLine,
};
use askama::Template;
use axum::{extract::Path, response::Html};
use domain::{
    organization::{Organization, OrganizationKind},
    task_list::Work,
};
use edition::Edition;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/organization/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    organization: &'a Organization,
    led: Vec<WorkLine<'a>>,
    supported: Vec<WorkLine<'a>>,
    /// Works that name the counties as a group; filled for counties only.
    shared: Vec<WorkLine<'a>>,
}

/// The page.
pub async fn show(context: Context, Path(id): Path<String>) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let organization = edition.organization(&id).ok_or(PageError::Organization)?;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Organizations, organization.name.get(context.language))
        .under("/organizations", t.of("organizations"));
    let is_county = organization.kind == OrganizationKind::County;
    let group_owns = |work: &Work| work.owners().any(|owner| is_group(edition, owner));
    let lines = |wanted: &dyn Fn(&Work) -> bool| lines_of(&page, edition, wanted);
    let view = View {
        led: lines(&|work| work.lead.contains(&id)),
        supported: lines(&|work| work.support.contains(&id)),
        shared: lines(&|work| is_county && group_owns(work) && !work.owners().any(|owner| *owner == id)),
        t,
        organization,
        page,
    };
    Page::render(&view)
}

/// The works that are wanted.
fn lines_of<'a>(page: &Page, edition: &'a Edition, wanted: &dyn Fn(&Work) -> bool) -> Vec<WorkLine<'a>> {
    let works = edition.task_list.as_ref().map_or(&[][..], |list| &list.works);
    works.iter().filter(|work| wanted(work)).map(|work| WorkLine::new(page, edition, work)).collect()
}

/// True for a group named as one.
fn is_group(edition: &Edition, id: &str) -> bool {
    edition.organization(id).is_some_and(|organization| organization.kind == OrganizationKind::Group)
}

#[cfg(test)]
mod tests;
