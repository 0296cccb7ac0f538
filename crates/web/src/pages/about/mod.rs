//! `/about`: what this service is, its sources, its wording, privacy and accessibility.

use crate::{
    City,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    official::is_of_edition,
    text::{Text, Texts},
};
use askama::Template;
use axum::{Router, response::Html, routing::get};
use edition::{Coverage, Edition};
use std::sync::{Arc, LazyLock};
use store::OfficialText;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// The page.
pub fn router() -> Router<Arc<City>> {
    Router::new().route("/about", get(show))
}

#[derive(Template)]
#[template(path = "pages/about/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    edition: &'a Edition,
    coverage: Coverage,
    imported: Vec<OfficialText>,
}

async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::About, t.of("title"));
    let edition = &*context.city.edition;
    let mut imported = context.city.store.official_texts().await?;
    imported.retain(|text| is_of_edition(edition, &text.document));
    Page::render(&View { page, t, edition, coverage: edition.coverage(), imported })
}

#[cfg(test)]
mod tests;
