//! `/regulation/{number}`: one article, the official text where it was imported, and what realises it.

use crate::{
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    official::Official,
    text::{Text, Texts},
};
use askama::Template;
use axum::{extract::Path, response::Html};
use domain::{
    Citation,
    law::{Article, Regulation},
    system::NamedSystem,
};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/article/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    regulation: &'a Regulation,
    article: &'a Article,
    chapter: &'a str,
    citation: Citation,
    official: Option<Official>,
    systems: Vec<&'a NamedSystem>,
    procedures: Vec<Link>,
    previous: Option<Link>,
    next: Option<Link>,
}

/// The page.
pub async fn show(context: Context, Path(number): Path<String>) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let regulation = edition.regulation.as_ref().ok_or(PageError::Regulation)?;
    let place = regulation.articles.iter().position(|article| article.number == number);
    let place = place.ok_or(PageError::Article)?;
    let article = &regulation.articles[place];
    let t = TEXTS.of(context.language);
    let title = Page::new(&context, Section::Regulation, "").article(&number);
    let chapter = regulation.chapter_title(article.chapter, context.language);
    let page = Page::new(&context, Section::Regulation, title)
        .under("/regulation", t.of("regulation"))
        .under(format!("/regulation#chapter-{}", article.chapter), chapter);
    let citation = Citation::Article(number);
    let official = Official::read(&context.city.store, &regulation.id, [citation.clone()]).await?;
    let neighbour = |article: &Article| {
        let label = format!("{} {}", page.article(&article.number), page.say(&article.title));
        Link::new(format!("/regulation/{}", article.number), label)
    };
    let previous = place.checked_sub(1).and_then(|before| regulation.articles.get(before)).map(neighbour);
    let next = regulation.articles.get(place + 1).map(neighbour);
    let systems = edition.systems_citing_article(&article.number);
    let cites = |one: &Citation| matches!(one, Citation::Article(number) if *number == article.number);
    let procedures = page.procedures(edition.procedures_citing(cites));
    Page::render(&View {
        page,
        t,
        regulation,
        article,
        chapter,
        citation,
        official,
        systems,
        procedures,
        previous,
        next,
    })
}

#[cfg(test)]
mod tests;
