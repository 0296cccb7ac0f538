//! `/systems/{id}`: one named system.

use crate::{
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::{extract::Path, response::Html};
use domain::{Citation, system::NamedSystem};
use edition::Edition;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// A citation as a link, with the heading of what it cites.
struct Source {
    link: Link,
    title: String,
}

#[derive(Template)]
#[template(path = "pages/system/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    system: &'a NamedSystem,
    sources: Vec<Source>,
    realised: Vec<Link>,
    previous: Option<Link>,
    next: Option<Link>,
}

/// The page.
pub async fn show(context: Context, Path(id): Path<String>) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let place = edition.systems.iter().position(|system| system.id == id).ok_or(PageError::System)?;
    let system = &edition.systems[place];
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Systems, system.name.get(context.language))
        .under("/systems", t.of("systems"));
    let neighbour =
        |system: &NamedSystem| Link::new(format!("/systems/{}", system.id), page.say(&system.name));
    let view = View {
        t,
        system,
        sources: system.citations.iter().map(|one| source(&page, edition, one)).collect(),
        realised: system.realised_by.iter().map(|one| realisation(&page, edition, one)).collect(),
        previous: place.checked_sub(1).and_then(|before| edition.systems.get(before)).map(neighbour),
        next: edition.systems.get(place + 1).map(neighbour),
        page,
    };
    Page::render(&view)
}

/// What a citation points at.
fn source(page: &Page, edition: &Edition, citation: &Citation) -> Source {
    let list = edition.task_list.as_ref();
    let work = |number: &u16| list.and_then(|list| list.work(*number));
    let title = match citation {
        Citation::Article(number) => {
            edition.regulation.as_ref().and_then(|one| one.article(number)).map(|article| &article.title)
        }
        Citation::Work(number) | Citation::Target(number, _) => work(number).map(|work| &work.title),
        Citation::Measure(number, measure) => work(number)
            .and_then(|work| work.measures.iter().find(|one| one.number == *measure))
            .map(|measure| &measure.title),
        Citation::PlanBody => list.map(|list| &list.short_title),
    };
    Source {
        link: page.citation(citation),
        title: title.map(|title| page.say(title).to_owned()).unwrap_or_default(),
    }
}

/// Where a realisation (`page:/plan`, `task-list:<id>`, …) can be seen; an empty address where it has no page.
fn realisation(page: &Page, edition: &Edition, text: &str) -> Link {
    match text.split_once(':') {
        Some(("mechanism", id)) => {
            let title = edition.versions_of(id).next_back().map(|one| page.say(&one.definition.title));
            Link::new(format!("/procedures/{id}"), title.unwrap_or(id))
        }
        Some(("page", path)) => Link::new(path, path),
        Some(("task-list", _)) => Link::new("/plan", text),
        Some(("document", _)) => Link::new("/regulation", text),
        _ => Link::new("", text),
    }
}

#[cfg(test)]
mod tests;
