//! `/regulation`: the chapters with their articles and what realises each.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use domain::law::{Article, Chapter, Regulation};
use edition::Edition;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// An article with the number of systems that cite it.
struct Line<'a> {
    article: &'a Article,
    systems: usize,
}

/// A chapter with its articles.
struct Group<'a> {
    chapter: &'a Chapter,
    lines: Vec<Line<'a>>,
}

#[derive(Template)]
#[template(path = "pages/regulation/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    regulation: &'a Regulation,
    groups: Vec<Group<'a>>,
    cited: usize,
    imported: bool,
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let regulation = edition.regulation.as_ref().ok_or(PageError::Regulation)?;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Regulation, t.of("title"));
    let chapters = regulation.chapters.iter();
    let groups: Vec<Group> = chapters.map(|chapter| group(edition, regulation, chapter)).collect();
    let lines = groups.iter().flat_map(|group| &group.lines);
    let cited = lines.filter(|line| line.systems > 0).count();
    let texts = context.city.store.official_texts().await?;
    let imported = texts.iter().any(|text| text.document == regulation.id);
    Page::render(&View { page, t, regulation, groups, cited, imported })
}

/// A chapter with its articles.
fn group<'a>(edition: &Edition, regulation: &'a Regulation, chapter: &'a Chapter) -> Group<'a> {
    let line = |article: &'a Article| Line {
        article,
        systems: edition.systems_citing_article(&article.number).len(),
    };
    Group { chapter, lines: regulation.articles_of(chapter.number).map(line).collect() }
}

#[cfg(test)]
mod tests;
