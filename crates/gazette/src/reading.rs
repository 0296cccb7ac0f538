//! What a reading is: a law, a task list or a notice, with an account of every character.

use crate::{
    decode::Format,
    law::Law,
    manuscript::Manuscript,
    notice::Notice,
    privacy::DROPPED,
    span::{Span, is_space},
    task_list::TaskList,
};
use serde::Serialize;

/// A document in its structure.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reading {
    /// 条例, 法, 办法, 规定, 决定 …
    Law(Box<Law>),
    /// A document that hands out tasks.
    TaskList(Box<TaskList>),
    /// Any other official document.
    Notice(Box<Notice>),
}

/// The file a reading comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// What the file was made of.
    pub format: Option<Format>,
    /// How its characters were encoded.
    pub encoding: &'static str,
    /// Length of the reading text, which all spans count in.
    pub characters: u32,
}

/// A stretch of the reading text and the structure it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    /// Where it stands.
    pub span: Span,
    /// The structure: `title`, `article 41`, `work 3`, `table header`, `contact (dropped)` …
    pub role: String,
}

/// A stretch of the reading text that no structure claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unparsed {
    /// Where it stands.
    pub span: Span,
    /// Why it was not read.
    pub reason: &'static str,
}

/// Keeps account of which characters have found their structure.
#[derive(Debug, Default)]
pub struct Account {
    regions: Vec<Region>,
    unparsed: Vec<Unparsed>,
}

impl Account {
    /// Gives a span to a structure.
    pub fn claim(&mut self, span: Span, role: impl Into<String>) {
        if !span.is_empty() {
            self.regions.push(Region { span, role: role.into() });
        }
    }

    /// Lists a span as not read.
    pub fn leave(&mut self, span: Span, reason: &'static str) {
        if !span.is_empty() {
            self.unparsed.push(Unparsed { span, reason });
        }
    }

    /// Closes the account: neighbours of one kind are joined, and whatever content nobody spoke for is
    /// listed as unparsed, so that no character is lost.
    pub fn close(mut self, manuscript: &Manuscript) -> (Vec<Region>, Vec<Unparsed>) {
        let characters: Vec<char> = manuscript.text.chars().collect();
        for span in &manuscript.dropped {
            self.claim(*span, DROPPED);
        }
        let mut known = vec![false; characters.len()];
        let spans = self.regions.iter().map(|region| region.span);
        for span in spans.chain(self.unparsed.iter().map(|u| u.span)).chain(manuscript.markup.iter().copied())
        {
            let end = (span.to as usize).min(known.len());
            known[(span.from as usize).min(end)..end].fill(true);
        }
        let mut from = None;
        for at in 0..=characters.len() {
            let open = at < characters.len() && !known[at] && !(is_space(characters[at]) && from.is_none());
            match (open, from) {
                (true, None) => from = Some(at),
                (false, Some(start)) => {
                    self.leave(Span::new(start as u32, at as u32), "no structure claims it");
                    from = None;
                }
                _ => {}
            }
        }
        self.regions.sort_by_key(|region| region.span);
        self.regions.dedup_by(|next, kept| {
            let same = next.role == kept.role && next.span.from <= kept.span.to + 2;
            if same {
                kept.span = kept.span.cover(next.span);
            }
            same
        });
        self.unparsed.sort_by_key(|unparsed| unparsed.span);
        self.unparsed.dedup_by(|next, kept| {
            let between =
                &characters[(kept.span.to as usize).min(next.span.from as usize)..next.span.from as usize];
            let same = next.reason == kept.reason && between.iter().all(|c| is_space(*c));
            if same {
                kept.span = kept.span.cover(next.span);
            }
            same
        });
        (self.regions, self.unparsed)
    }
}

impl Source {
    /// Describes the file of a manuscript.
    pub fn of(manuscript: &Manuscript) -> Self {
        Self {
            format: manuscript.format,
            encoding: manuscript.encoding,
            characters: manuscript.text.chars().count() as u32,
        }
    }
}

impl Reading {
    /// The title of the document; empty where none was found.
    pub fn title(&self) -> &str {
        match self {
            Self::Law(law) => &law.title,
            Self::TaskList(list) => &list.head.title,
            Self::Notice(notice) => &notice.head.title,
        }
    }

    /// What was not read.
    pub fn unparsed(&self) -> &[Unparsed] {
        match self {
            Self::Law(law) => &law.unparsed,
            Self::TaskList(list) => &list.unparsed,
            Self::Notice(notice) => &notice.unparsed,
        }
    }

    /// Which structure each stretch belongs to.
    pub fn regions(&self) -> &[Region] {
        match self {
            Self::Law(law) => &law.regions,
            Self::TaskList(list) => &list.regions,
            Self::Notice(notice) => &notice.regions,
        }
    }
}
