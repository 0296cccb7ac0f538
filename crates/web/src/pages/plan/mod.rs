//! `/plan`: the works grouped by general task, with filters, and the goals of the plan.

mod filter;

use crate::{
    choice::Choice,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
    wording::{TargetItem, WorkLine},
};
use askama::Template;
use axum::{extract::Query, response::Html};
use domain::task_list::{GeneralTask, TaskList, Work};
use edition::Edition;
use filter::{Asked, Filter};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// A general task with its works that pass the filter.
struct Group<'a> {
    task: &'a GeneralTask,
    lines: Vec<WorkLine<'a>>,
}

#[derive(Template)]
#[template(path = "pages/plan/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    list: &'a TaskList,
    words: String,
    departments: Vec<Choice>,
    counties: Vec<Choice>,
    stages: Vec<Choice>,
    county_chosen: bool,
    filtered: bool,
    found: usize,
    groups: Vec<Group<'a>>,
    goals: Vec<TargetItem>,
}

/// The page.
pub async fn show(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let list = edition.task_list.as_ref().ok_or(PageError::Plan)?;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Plan, t.of("title"));
    let filter = Filter::new(edition, list, asked);
    let works: Vec<_> = list.works.iter().filter(|work| filter.passes(work)).collect();
    let groups = list.general_tasks.iter().map(|task| group(&page, edition, task, &works));
    let view = View {
        t,
        list,
        words: filter.words().to_owned(),
        departments: filter.departments(&page),
        counties: filter.counties(&page),
        stages: filter.stages(&page),
        county_chosen: filter.has_county(),
        filtered: filter.is_set(),
        found: works.len(),
        groups: groups.filter(|group| !group.lines.is_empty()).collect(),
        goals: TargetItem::of_goals(&page, &list.goals, context.today()),
        page,
    };
    Page::render(&view)
}

/// A general task with those of `works` that belong to it.
fn group<'a>(page: &Page, edition: &Edition, task: &'a GeneralTask, works: &[&'a Work]) -> Group<'a> {
    let own = works.iter().filter(|work| work.general_task == task.id);
    Group { task, lines: own.map(|work| WorkLine::new(page, edition, work)).collect() }
}

#[cfg(test)]
mod tests;
