//! `/systems`: every named system, filtered by block, state and words.

use crate::{
    choice::{Choice, cut},
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    matching::{Folded, Words},
    text::{Text, Texts},
};
use askama::Template;
use axum::{extract::Query, response::Html};
use domain::{
    Block,
    system::{NamedSystem, SystemState},
};
use serde::Deserialize;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// The query of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    block: String,
    state: String,
    q: String,
}

impl Asked {
    /// True when the system is wanted.
    fn wants(&self, system: &NamedSystem) -> bool {
        let words = Words::new(&self.q);
        let said = [&system.name, &system.must].map(|text| format!("{} {}", text.zh, text.en)).join(" ");
        (self.block.is_empty() || system.blocks.iter().any(|block| block.id() == self.block))
            && (self.state.is_empty() || system.state.id() == self.state)
            && (words.is_empty() || words.match_any(&[&Folded::new(&said)]))
    }

    /// The block under which a system is listed: the chosen one, or its first.
    fn lists_under(&self, system: &NamedSystem, block: Block) -> bool {
        if self.block.is_empty() { system.blocks.first() == Some(&block) } else { block.id() == self.block }
    }

    fn is_set(&self) -> bool {
        !(self.block.is_empty() && self.state.is_empty() && self.q.is_empty())
    }
}

/// A system with its citations as links.
struct Line<'a> {
    system: &'a NamedSystem,
    citations: Vec<Link>,
}

/// A building block with its systems.
struct Group<'a> {
    block: Block,
    lines: Vec<Line<'a>>,
}

#[derive(Template)]
#[template(path = "pages/systems/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    blocks: Vec<Choice>,
    states: Vec<Choice>,
    words: String,
    filtered: bool,
    found: usize,
    total: usize,
    groups: Vec<Group<'a>>,
}

/// The page.
pub async fn show(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    let asked = Asked { q: cut(&asked.q).0, ..asked };
    let systems = &context.city.edition.systems;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Systems, t.of("title"));
    let found: Vec<_> = systems.iter().filter(|system| asked.wants(system)).collect();
    let group = |block| {
        let own = found.iter().copied().filter(|system| asked.lists_under(system, block));
        Group { block, lines: own.map(|system| line(&page, system)).collect() }
    };
    let groups = Block::ALL.map(group).into_iter().filter(|group| !group.lines.is_empty()).collect();
    let view = View {
        t,
        blocks: Block::ALL.map(|one| Choice::new(one.id(), page.block(&one), &asked.block)).into(),
        states: SystemState::ALL.map(|one| Choice::new(one.id(), page.state(&one), &asked.state)).into(),
        filtered: asked.is_set(),
        found: found.len(),
        total: systems.len(),
        groups,
        words: asked.q,
        page,
    };
    Page::render(&view)
}

/// A system as the list shows it.
fn line<'a>(page: &Page, system: &'a NamedSystem) -> Line<'a> {
    Line { system, citations: system.citations.iter().map(|one| page.citation(one)).collect() }
}

#[cfg(test)]
mod tests;
