//! `/plan/{number}`: one work with its owners, targets, measures and systems.

use crate::{
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    official::Official,
    text::{Text, Texts},
    wording::TargetItem,
};
use askama::Template;
use axum::{extract::Path, response::Html};
use domain::{
    Citation,
    system::NamedSystem,
    task_list::{Measure, TaskList, Work},
};
use edition::Edition;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// A measure with its official wording, where that was imported, and the systems that name it.
struct MeasureLine<'a> {
    measure: &'a Measure,
    label: String,
    wording: Option<&'a str>,
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
    official: Option<&'a Official>,
    official_title: Option<&'a str>,
    targets: Vec<TargetItem>,
    measures: Vec<MeasureLine<'a>>,
    systems: Vec<&'a NamedSystem>,
    procedures: Vec<Link>,
    previous: Option<Link>,
    next: Option<Link>,
}

/// The page.
pub async fn show(context: Context, Path(number): Path<String>) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let list = edition.task_list.as_ref().ok_or(PageError::Plan)?;
    let place = list.works.iter().position(|work| work.number.to_string() == number);
    let place = place.ok_or(PageError::Work)?;
    let work = &list.works[place];
    let t = TEXTS.of(context.language);
    let official = Official::read(&context.city.store, &list.id, citations(work)).await?;
    let official = official.as_ref();
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
        official,
        official_title: official.and_then(|official| official.wording(&Citation::Work(work.number))),
        targets: TargetItem::of_work(&page, work, official, context.today()),
        measures: measures_of(edition, &page, work, official),
        systems: edition.systems_citing_work(work.number),
        procedures: page.procedures(edition.procedures_citing(|one| is_of_work(one, work.number))),
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

/// Every clause of the document that a work shows.
fn citations(work: &Work) -> Vec<Citation> {
    let number = work.number;
    let measures = work.measures.iter().map(|measure| Citation::Measure(number, measure.number));
    let items = (1..=work.target_items).map(|item| Citation::Target(number, item));
    std::iter::once(Citation::Work(number)).chain(measures).chain(items).collect()
}

/// Whether a citation points at a work, one of its measures or one of its target items.
fn is_of_work(citation: &Citation, work: u16) -> bool {
    matches!(citation, Citation::Work(n) | Citation::Measure(n, _) | Citation::Target(n, _) if *n == work)
}

/// The measures of a work with the official wording of each and the systems that name it.
fn measures_of<'a>(
    edition: &'a Edition,
    page: &Page,
    work: &'a Work,
    official: Option<&'a Official>,
) -> Vec<MeasureLine<'a>> {
    let line = |measure: &'a Measure| {
        let citation = Citation::Measure(work.number, measure.number);
        MeasureLine {
            measure,
            label: page.citation(&citation).label,
            wording: official.and_then(|official| official.wording(&citation)),
            systems: edition.systems_citing(&citation),
        }
    };
    work.measures.iter().map(line).collect()
}

#[cfg(test)]
mod tests;
