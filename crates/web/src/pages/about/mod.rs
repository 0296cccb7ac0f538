//! `/about`: what this service is, its sources, its wording, privacy and accessibility.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    official::is_of_edition,
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use edition::{Coverage, Edition};
use std::sync::LazyLock;
use store::OfficialText;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/about/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    edition: &'a Edition,
    coverage: Coverage,
    imported: Vec<OfficialText>,
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::About, t.of("title"));
    let edition = &*context.city.edition;
    let mut imported = context.city.store.official_texts().await?;
    imported.retain(|text| is_of_edition(edition, &text.document));
    Page::render(&View { page, t, edition, coverage: edition.coverage(), imported })
}

#[cfg(test)]
mod tests;
