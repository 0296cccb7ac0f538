//! Where things stand: spans of character offsets, and text that remembers where each part came from.

use serde::{Serialize, Serializer};
use std::ops::Range;

/// A half-open range of character offsets into the reading text (see `docs/decisions/0005`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First character.
    pub from: u32,
    /// One past the last character.
    pub to: u32,
}

impl Span {
    /// The range `from..to`.
    pub fn new(from: u32, to: u32) -> Self {
        Self { from, to }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other,
            (_, true) => self,
            _ => Self::new(self.from.min(other.from), self.to.max(other.to)),
        }
    }

    /// Whether it holds no character.
    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.from, self.to].serialize(serializer)
    }
}

/// Clean text whose every byte knows the character of the reading text it came from.
#[derive(Clone, Debug, Default)]
pub struct Text {
    string: String,
    origin: Vec<u32>,
}

impl Text {
    /// Text that stands at `at` and runs on without gaps.
    pub fn from_source(string: &str, at: u32) -> Self {
        let mut text = Self::default();
        for (offset, character) in string.chars().enumerate() {
            text.push(character, at + offset as u32);
        }
        text
    }

    /// Adds one character that stands at `at`.
    pub fn push(&mut self, character: char, at: u32) {
        self.string.push(character);
        self.origin.extend(std::iter::repeat_n(at, character.len_utf8()));
    }

    /// Gives every byte its new place: `places` holds it for each old one.
    pub fn relocate(&mut self, places: &[u32]) {
        for origin in &mut self.origin {
            *origin = places.get(*origin as usize).copied().unwrap_or(*origin);
        }
    }

    /// The characters with the places they came from.
    pub fn places(&self) -> impl Iterator<Item = (char, u32)> + '_ {
        self.string.char_indices().map(|(byte, character)| (character, self.origin[byte]))
    }

    /// Adds the whole of another text.
    pub fn append(&mut self, other: &Self) {
        self.string.push_str(&other.string);
        self.origin.extend_from_slice(&other.origin);
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.string
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.string.is_empty()
    }

    /// The part at these bytes, which must lie on character boundaries.
    #[must_use]
    pub fn slice(&self, bytes: Range<usize>) -> Self {
        Self { string: self.string[bytes.clone()].to_owned(), origin: self.origin[bytes].to_vec() }
    }

    /// From the first to the last character.
    pub fn span(&self) -> Span {
        self.span_of(0..self.string.len())
    }

    /// The span of a part given in bytes.
    pub fn span_of(&self, bytes: Range<usize>) -> Span {
        match self.origin.get(bytes) {
            Some([only]) => Span::new(*only, only + 1),
            Some([first, .., last]) => Span::new(*first, last + 1),
            _ => Span::default(),
        }
    }

    /// Without white space at both ends.
    #[must_use]
    pub fn trim(&self) -> Self {
        let start = self.string.len() - self.string.trim_start().len();
        let end = self.string.trim_end().len();
        if start >= end { Self::default() } else { self.slice(start..end) }
    }

    /// Its lines, trimmed, the empty ones left out.
    pub fn lines(&self) -> Vec<Self> {
        let mut from = 0;
        let mut lines = Vec::new();
        for line in self.string.split_inclusive('\n') {
            let text = self.slice(from..from + line.len()).trim();
            from += line.len();
            if !text.is_empty() {
                lines.push(text);
            }
        }
        lines
    }

    /// White space kept only where it parts two Latin words or figures; line breaks fall away with it.
    #[must_use]
    pub fn squeezed(&self) -> Self {
        let mut text = Self::default();
        let mut gap = None;
        for (byte, character) in self.string.char_indices() {
            if is_space(character) {
                gap = gap.or(Some(self.origin[byte]));
                continue;
            }
            if let (Some(at), Some(before)) = (gap.take(), text.string.chars().next_back())
                && is_word(before)
                && is_word(character)
            {
                text.push(' ', at);
            }
            text.push(character, self.origin[byte]);
        }
        text
    }
}

/// White space of every kind a document may hold, and whatever shows nothing at all.
pub fn is_space(character: char) -> bool {
    character.is_whitespace() || is_ignorable(character)
}

/// Characters that show nothing and mean nothing to a reader: zero-width ones, marks of direction, soft
/// hyphens, variation selectors, and control characters that are no white space.
pub fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || (character.is_control() && !character.is_whitespace())
}

/// Characters other than a line feed that end a line.
pub fn is_line_end(character: char) -> bool {
    matches!(character, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squeezing_keeps_the_place_of_every_character() {
        let text = Text::from_source("达到 70 %以上，R D  经费", 10).squeezed();
        assert_eq!(text.as_str(), "达到70%以上，R D经费");
        let at = text.as_str().find("70").unwrap();
        assert_eq!(text.span_of(at..at + 2), Span::new(13, 15));
    }

    #[test]
    fn an_empty_text_has_an_empty_span() {
        assert!(Text::default().span().is_empty());
        assert!(Text::from_source("  ", 3).trim().is_empty());
    }
}
