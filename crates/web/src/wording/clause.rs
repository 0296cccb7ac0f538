//! Conditions of a policy as a list of clauses, with the exceptions to them nested as the law has them.

use super::foreign::marked;
use crate::{book::DayBook, frame::Page, text::Text};
use askama::Template;
use domain::Language;
use rules::{
    catalog::Words,
    definition::{Condition, Dated as _, PolicyVersion, Unless},
    syntax::{Function, Kind, Spelling, Tree, parse},
};

/// What the facts say about a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// Facts are missing.
    Open,
    /// A person has to decide.
    Judgement,
}

/// One clause.
pub struct ClauseLine {
    /// What the facts say; nothing where no firm is looked at.
    pub mark: Option<Mark>,
    /// In words of the reader's language.
    pub text: String,
    /// The clause of the document.
    pub cite: String,
    /// As it is written in the spelling of the reader's language; empty where only the words are shown.
    pub own_spelling: String,
    /// The same in the other spelling.
    pub other_spelling: String,
    /// What the facts say about it, where the text does not.
    pub detail: String,
    /// The exceptions to it.
    pub unless: Option<Clauses>,
}

/// A list of clauses.
#[derive(Template)]
#[template(path = "components/clauses/clauses.html")]
pub struct Clauses {
    /// The clauses.
    pub lines: Vec<ClauseLine>,
    t: Text,
    language: Language,
    /// True for exceptions: a line that holds takes something away.
    takes_away: bool,
}

impl Clauses {
    /// Lines in the language of a page.
    pub fn new(page: &Page, lines: Vec<ClauseLine>, takes_away: bool) -> Self {
        Self { lines, t: page.t, language: page.language, takes_away }
    }

    /// What a version requires.
    pub fn required(page: &Page, version: &PolicyVersion, book: &DayBook) -> Self {
        let stands = version.stands(book.moment);
        let line = |one: &Condition| line(page, &one.when, &one.cite, &one.label, (book, stands));
        Self::new(page, version.require.iter().map(line).collect(), false)
    }

    /// What takes the entitlement away; nothing where no exception is written.
    pub fn exceptions(page: &Page, version: &PolicyVersion, book: &DayBook) -> Option<Self> {
        Self::of_exceptions(page, &version.unless, (book, version.stands(book.moment)))
    }

    fn of_exceptions(page: &Page, unless: &[Unless], standing: (&DayBook, bool)) -> Option<Self> {
        if unless.is_empty() {
            return None;
        }
        let line = |one: &Unless| ClauseLine {
            unless: Self::of_exceptions(page, &one.unless, standing),
            ..line(page, &one.when, &one.cite, &one.label, standing)
        };
        Some(Self::new(page, unless.iter().map(line).collect(), true))
    }

    /// The escaped text, with quotations in the other language marked.
    fn foreign(&self, text: &str) -> String {
        marked(self.language, text)
    }

    /// The `lang` attributes of the own and of the other spelling.
    fn spelling_languages(&self) -> (&'static str, &'static str) {
        match self.language {
            Language::Zh => ("zh-Hans", "en"),
            Language::En => ("en", "zh-Hans"),
        }
    }
}

/// A condition in words: what a person judges as the question it is, all else as the rule.
fn said(page: &Page, when: &str, book: &DayBook) -> String {
    if let Kind::Call(Function::Judged, parts) = parse(when, &book.labels).0.kind
        && let [Tree { kind: Kind::Text(question), .. }] = &parts[..]
    {
        return page.w.one("judged", question);
    }
    page.rule(when, book)
}

/// A line of a version; what is unsaid on the day matters only where the version stands on it.
fn line(page: &Page, when: &str, cite: &str, label: &Words, (book, stands): (&DayBook, bool)) -> ClauseLine {
    let words = page.words(label);
    let spellings = [Spelling::Chinese, Spelling::English].map(|one| book.spelled(when, one));
    let [chinese, english] = spellings;
    let (own_spelling, other_spelling) = match page.language {
        Language::Zh => (chinese, english),
        Language::En => (english, chinese),
    };
    ClauseLine {
        mark: None,
        text: if words.is_empty() { said(page, when, book) } else { words.to_owned() },
        cite: cite.to_owned(),
        own_spelling,
        other_spelling,
        detail: if stands { page.unsaid(book, [when]) } else { String::new() },
        unless: None,
    }
}
