//! `/`: what the service is, how much it holds, and the ways in.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use chrono::NaiveDate;
use domain::system::SystemState;
use edition::Edition;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// The counts of an edition.
struct Counts {
    chapters: usize,
    articles: usize,
    works: usize,
    measures: usize,
    target_items: usize,
    organizations: usize,
    systems: usize,
    /// Policies in force or to come.
    policies: usize,
    /// Those of them that give money.
    with_money: usize,
    /// Systems by state, in display order.
    states: Vec<(SystemState, usize)>,
}

impl Counts {
    fn new(edition: &Edition, today: NaiveDate) -> Self {
        let regulation = edition.regulation.as_ref();
        let list = edition.task_list.as_ref();
        let in_state = |state| edition.systems.iter().filter(|system| system.state == state).count();
        let policies = edition.definitions.policies.iter();
        let current = policies.filter_map(|policy| {
            policy.versions.iter().find(|one| one.effective.to.is_none_or(|to| today <= to))
        });
        let current: Vec<_> = current.collect();
        Self {
            policies: current.len(),
            with_money: current.iter().filter(|version| version.benefit.is_some()).count(),
            chapters: regulation.map_or(0, |regulation| regulation.chapters.len()),
            articles: regulation.map_or(0, |regulation| regulation.articles.len()),
            works: list.map_or(0, |list| list.works.len()),
            measures: list.map_or(0, domain::task_list::TaskList::measure_count),
            target_items: list.map_or(0, domain::task_list::TaskList::target_item_count),
            organizations: edition.organizations.len(),
            systems: edition.systems.len(),
            states: SystemState::ALL.map(|state| (state, in_state(state))).to_vec(),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/home/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    edition: &'a Edition,
    counts: Counts,
    today: String,
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Home, t.of("title"));
    let today = page.date(&context.today());
    let edition = &*context.city.edition;
    Page::render(&View { page, t, edition, counts: Counts::new(edition, context.today()), today })
}

#[cfg(test)]
mod tests;
