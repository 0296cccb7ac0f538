//! `/search?q=`: over everything the edition defines and the official texts that were imported.

mod index;
mod official;

use crate::{
    choice::{QUERY_LENGTH_MAX, cut},
    context::Context,
    error::PageError,
    frame::{Page, Section},
    matching::Words,
    text::{Text, Texts},
};
use askama::Template;
use axum::{Extension, extract::Query, response::Html};
pub use index::Index;
use index::{Entry, Kind};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Results of one group that are shown before the reader asks for that group.
const GROUP_RESULTS_MAX: usize = 10;
/// Characters of a text shown under a result.
const EXCERPT_LENGTH: usize = 90;

/// The query of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// Identifier of the one group wanted; empty for all.
    within: String,
}

/// One line of the results; `title` and `excerpt` are HTML with the words marked.
struct Found {
    href: String,
    label: String,
    title: String,
    excerpt: String,
}

/// The results of one sort.
struct Group {
    id: &'static str,
    name: &'static str,
    count: usize,
    found: Vec<Found>,
    /// Address of the whole group, where not all of it is shown.
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/search/page.html")]
struct View {
    page: Page,
    t: Text,
    query: String,
    cut_to: Option<usize>,
    asked: bool,
    within: bool,
    total: usize,
    groups: Vec<Group>,
}

/// The page.
pub async fn show(
    context: Context,
    Extension(index): Extension<Arc<Index>>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (query, was_cut) = cut(&asked.q);
    let words = Words::new(&query);
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Search, t.of("title"));
    let mut groups = Vec::new();
    if !words.is_empty() {
        for kind in Kind::ALL {
            let entries = index.find(kind, &words);
            let found = entries.iter().map(|entry| of_entry(&page, &words, entry)).collect();
            groups.push(group(kind.id(), name(kind, &t), found));
        }
        let clauses = official::find(&context.city, &page, &query, &words).await?;
        groups.push(group("official", t.of("official"), clauses));
    }
    groups.retain(|group| group.count > 0);
    let total = groups.iter().map(|group| group.count).sum();
    let within = groups.iter().any(|group| group.id == asked.within);
    if within {
        groups.retain(|group| group.id == asked.within);
    } else {
        for group in &mut groups {
            shorten(group, &query);
        }
    }
    let cut_to = was_cut.then_some(QUERY_LENGTH_MAX);
    Page::render(&View { page, t, asked: !query.is_empty(), query, cut_to, within, total, groups })
}

/// A group of all its results.
fn group(id: &'static str, name: &'static str, found: Vec<Found>) -> Group {
    Group { id, name, count: found.len(), found, more: None }
}

/// Keeps the first results of a group and leads to the rest.
fn shorten(group: &mut Group, query: &str) {
    if group.count > GROUP_RESULTS_MAX {
        group.found.truncate(GROUP_RESULTS_MAX);
        let encoded = percent_encode(query);
        group.more = Some(format!("/search?q={encoded}&within={}", group.id));
    }
}

/// A query as it stands in an address.
fn percent_encode(query: &str) -> String {
    use std::fmt::Write;
    query.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// Heading of a group.
fn name(kind: Kind, t: &Text) -> &'static str {
    match kind {
        Kind::Article => t.of("articles"),
        Kind::Work => t.of("works"),
        Kind::Measure => t.of("measures"),
        Kind::Target => t.of("targets"),
        Kind::System => t.of("systems"),
        Kind::Organization => t.of("organizations"),
    }
}

/// A result from the edition. A match in the other language still shows the reader's own wording.
fn of_entry(page: &Page, words: &Words, entry: &Entry) -> Found {
    Found {
        href: entry.href.clone(),
        label: entry.label(page),
        title: words.mark(page.say(&entry.title)),
        excerpt: words.excerpt(page.say(&entry.text), EXCERPT_LENGTH),
    }
}

#[cfg(test)]
mod tests;
