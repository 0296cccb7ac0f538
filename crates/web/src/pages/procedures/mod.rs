//! `/procedures`: every procedure in force or to come, by who begins it.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use domain::mechanism::{Competence, Mechanism};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Procedures that are begun by the same.
struct Group<'a> {
    id: &'static str,
    title: &'static str,
    mechanisms: Vec<&'a Mechanism>,
}

#[derive(Template)]
#[template(path = "pages/procedures/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    total: usize,
    groups: Vec<Group<'a>>,
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let (edition, t) = (&context.city.edition, TEXTS.of(context.language));
    let page = Page::new(&context, Section::Systems, t.of("title")).under("/systems", t.of("systems"));
    let newest = edition.mechanism_ids().into_iter().filter_map(|id| edition.versions_of(id).next_back());
    let (of_firm, of_office): (Vec<_>, Vec<_>) =
        newest.map(|version| &version.definition).partition(|mechanism| begins_with_firm(mechanism));
    let group = |(id, title, mechanisms)| Group { id, title, mechanisms };
    let groups = [("firm", t.of("by_firm"), of_firm), ("office", t.of("by_office"), of_office)].map(group);
    let view = View {
        total: groups.iter().map(|group| group.mechanisms.len()).sum(),
        groups: groups.into_iter().filter(|group| !group.mechanisms.is_empty()).collect(),
        page,
        t,
    };
    Page::render(&view)
}

/// Whether a firm can take a first step.
fn begins_with_firm(mechanism: &Mechanism) -> bool {
    let is_firm = |id: &String| {
        let actor = mechanism.actors.iter().find(|actor| actor.id == *id);
        actor.is_some_and(|actor| actor.competence == Competence::Firm)
    };
    let first = mechanism.steps.iter().filter(|step| step.from.contains(&mechanism.begins));
    first.flat_map(|step| &step.by).any(is_firm)
}

#[cfg(test)]
mod tests {
    use crate::testing::Site;

    #[tokio::test]
    async fn every_procedure_is_listed_once_with_what_it_is_for() {
        let site = Site::new().await;
        let page = site.get_english("/procedures").await;
        page.assert_ok();
        for id in site.edition.mechanism_ids() {
            assert_eq!(page.count(&format!("href=\"/procedures/{id}\"")), 1, "{id}");
        }
    }
}
