//! `/plan/{number}`: one work with its owners, targets, measures and systems.

use crate::{
    City,
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    text::{Text, Texts},
    wording::TargetRow,
};
use askama::Template;
use axum::{Router, extract::Path, response::Html, routing::get};
use domain::{
    Citation,
    system::NamedSystem,
    task_list::{Measure, TaskList, Work},
};
use edition::Edition;
use std::sync::{Arc, LazyLock};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// The page.
pub fn router() -> Router<Arc<City>> {
    Router::new().route("/plan/{number}", get(show))
}

/// A measure with the systems that name it.
struct MeasureLine<'a> {
    measure: &'a Measure,
    systems: Vec<&'a NamedSystem>,
}

#[derive(Template)]
#[template(path = "pages/work/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    list: &'a TaskList,
    work: &'a Work,
    leads: Vec<Link>,
    supports: Vec<Link>,
    targets: Vec<TargetRow>,
    measures: Vec<MeasureLine<'a>>,
    systems: Vec<&'a NamedSystem>,
    previous: Option<Link>,
    next: Option<Link>,
}

async fn show(context: Context, Path(number): Path<String>) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let list = edition.task_list.as_ref().ok_or(PageError::Plan)?;
    let place = list.works.iter().position(|work| work.number.to_string() == number);
    let place = place.ok_or(PageError::Work)?;
    let work = &list.works[place];
    let t = TEXTS.of(context.language);
    let page = page_of(&context, work).under("/plan", t.of("plan"));
    let neighbour = |work: &Work| {
        let label = format!("{} {}", work.number, page.say(&work.title));
        Link::new(format!("/plan/{}", work.number), label)
    };
    let view = View {
        t,
        list,
        work,
        leads: work.lead.iter().map(|id| page.organization(edition, id)).collect(),
        supports: work.support.iter().map(|id| page.organization(edition, id)).collect(),
        targets: work.targets.iter().map(|one| TargetRow::new(&page, one, context.today())).collect(),
        measures: measures_of(edition, work),
        systems: edition.systems_citing_work(work.number),
        previous: place.checked_sub(1).and_then(|before| list.works.get(before)).map(neighbour),
        next: list.works.get(place + 1).map(neighbour),
        page,
    };
    Page::render(&view)
}

/// The frame, titled by the number of the work.
fn page_of(context: &Context, work: &Work) -> Page {
    let title = Page::new(context, Section::Plan, "").citation(&Citation::Work(work.number)).label;
    Page::new(context, Section::Plan, title)
}

/// The measures of a work with the systems that name each.
fn measures_of<'a>(edition: &'a Edition, work: &'a Work) -> Vec<MeasureLine<'a>> {
    let line = |measure: &'a Measure| MeasureLine {
        measure,
        systems: edition.systems_citing(&Citation::Measure(work.number, measure.number)),
    };
    work.measures.iter().map(line).collect()
}

#[cfg(test)]
mod tests;
