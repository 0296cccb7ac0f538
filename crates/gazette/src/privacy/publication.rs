//! The reading text as it may be stored and shown: without contact data, and without what no page would show.

use super::{DROPPED, ranges};
use crate::{
    manuscript::Manuscript,
    reading::{Reading, Region},
    span::{Span, is_space},
};
use regex::Regex;
use std::sync::LazyLock;

/// What stands for a character of contact data.
const BLANK: char = '□';
/// Attributes that say how a table or a list is built.
static LAYOUT: LazyLock<Regex> = LazyLock::new(|| {
    let value = r#"(?:"[0-9]{1,4}"|'[0-9]{1,4}'|[0-9]{1,4}\b)"#;
    Regex::new(&format!(r"(?i)\s(?:colspan|rowspan|start)\s*=\s*{value}")).expect("the pattern is constant")
});

/// The reading text fit to be stored and shown. Contact data are blanked, and so is what a page hides:
/// comments, scripts, styles, its head, hidden elements and the attributes of tags. It has as many
/// characters as the reading text, and each that stays stands where it stood.
pub fn publishable(manuscript: &Manuscript, reading: &Reading) -> String {
    let mut characters: Vec<char> = manuscript.text.chars().collect();
    for span in &manuscript.markup {
        blank_hidden(stretch(&mut characters, *span));
    }
    // What nothing reads was never looked through as a line.
    for unparsed in reading.unparsed() {
        for line in stretch(&mut characters, unparsed.span).split_mut(|c| *c == '\n') {
            blank_contacts(line);
        }
    }
    blank_dropped(&mut characters, reading.regions());
    characters.into_iter().collect()
}

/// Blanks what an account calls dropped.
fn blank_dropped(characters: &mut [char], regions: &[Region]) {
    for region in regions.iter().filter(|region| region.role == DROPPED) {
        blank(stretch(characters, region.span), BLANK);
    }
}

fn stretch(characters: &mut [char], span: Span) -> &mut [char] {
    let end = (span.to as usize).min(characters.len());
    &mut characters[(span.from as usize).min(end)..end]
}

fn blank(characters: &mut [char], with: char) {
    characters.iter_mut().filter(|c| !is_space(**c)).for_each(|c| *c = with);
}

fn blank_contacts(line: &mut [char]) {
    let text: String = line.iter().collect();
    for range in ranges(&text) {
        let from = text[..range.start].chars().count();
        let to = from + text[range].chars().count();
        blank(&mut line[from..to], BLANK);
    }
}

/// Blanks what a stretch of markup hides; the tag itself, entities and marks stay, for they make the text.
fn blank_hidden(markup: &mut [char]) {
    let text: String = markup.iter().collect();
    let is_mark = |c: char| is_space(c) || "#>*|-=_:".contains(c);
    if is_entity(&text) || text.chars().all(is_mark) {
        return;
    }
    let kept = if text.starts_with("<!") || text.starts_with("<?") { String::new() } else { skeleton(&text) };
    blank(markup, ' ');
    for (place, character) in markup.iter_mut().zip(kept.chars()) {
        *place = if is_space(*place) && !is_space(character) { character } else { *place };
    }
}

/// `&amp;`, `&#x4e00;`
fn is_entity(text: &str) -> bool {
    let inside = text.strip_prefix('&').and_then(|rest| rest.strip_suffix(';'));
    inside.is_some_and(|inside| {
        inside.len() <= 10 && inside.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
    })
}

/// A tag as long as it is, with its name and the numbers that lay out a table; nothing for any other text.
fn skeleton(tag: &str) -> String {
    let is_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '/');
    let Some(inside) = tag.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return String::new();
    };
    let mut kept: Vec<char> = std::iter::once('<').chain(inside.chars().take_while(is_name)).collect();
    kept.resize(1 + inside.chars().count(), ' ');
    for attribute in LAYOUT.find_iter(tag) {
        let from = tag[..attribute.start()].chars().count();
        for (place, character) in kept.iter_mut().skip(from).zip(attribute.as_str().chars()) {
            *place = character;
        }
    }
    kept.push('>');
    kept.into_iter().collect()
}
