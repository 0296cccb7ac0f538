//! Finding words in texts the way a reader expects: case and width do not matter, every word must match.

use std::fmt::Write;

/// The words a reader asked for, folded; at least one character each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<Vec<char>>);

/// A text folded for finding; as many characters as the text itself.
#[derive(Clone, Debug)]
pub struct Folded(Vec<char>);

/// One character as it is compared: lower case, full-width forms as ASCII.
fn fold(character: char) -> char {
    let narrow = match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        '\u{3000}' => ' ',
        other => other,
    };
    let mut lower = narrow.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(single), None) => single,
        _ => narrow,
    }
}

impl Folded {
    /// Folds `text`.
    pub fn new(text: &str) -> Self {
        Self(text.chars().map(fold).collect())
    }

    /// Where `word` starts at or after `from`.
    fn find(&self, word: &[char], from: usize) -> Option<usize> {
        let windows = self.0.get(from..)?.windows(word.len());
        windows.into_iter().position(|window| window == word).map(|position| position + from)
    }
}

impl Words {
    /// The space-separated words of a query.
    pub fn new(query: &str) -> Self {
        let folded: String = query.chars().map(fold).collect();
        let mut words: Vec<Vec<char>> = Vec::new();
        for word in folded.split_whitespace().map(|word| word.chars().collect()) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Self(words)
    }

    /// True where nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when every word stands in one of `texts`.
    pub fn match_any(&self, texts: &[&Folded]) -> bool {
        self.0.iter().all(|word| texts.iter().any(|text| text.find(word, 0).is_some()))
    }

    /// How many of the words stand in `text`.
    pub fn count_in(&self, text: &Folded) -> usize {
        self.0.iter().filter(|word| text.find(word, 0).is_some()).count()
    }

    /// `text` as HTML with every word marked.
    pub fn mark(&self, text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        marked(&characters, &self.hits(&Folded::new(text)))
    }

    /// A stretch of `text` around the first word found, about `length` characters, as HTML with every
    /// word marked.
    pub fn excerpt(&self, text: &str, length: usize) -> String {
        let folded = Folded::new(text);
        let hits = self.hits(&folded);
        let characters: Vec<char> = text.chars().collect();
        let first = hits.iter().position(|hit| *hit).unwrap_or(0);
        let from = if characters.len() <= length { 0 } else { first.saturating_sub(length / 3) };
        let to = characters.len().min(from + length);
        let before = if from > 0 { "…" } else { "" };
        let after = if to < characters.len() { "…" } else { "" };
        format!("{before}{}{after}", marked(&characters[from..to], &hits[from..to]))
    }

    /// For every character of the text whether it belongs to a word.
    fn hits(&self, text: &Folded) -> Vec<bool> {
        let mut hits = vec![false; text.0.len()];
        for word in &self.0 {
            let mut from = 0;
            while let Some(start) = text.find(word, from) {
                hits[start..start + word.len()].fill(true);
                from = start + word.len();
            }
        }
        hits
    }
}

/// Escaped HTML of `characters` with `<mark>` around the hits.
fn marked(characters: &[char], hits: &[bool]) -> String {
    let mut html = String::with_capacity(characters.len() * 4);
    let mut inside = false;
    for (character, hit) in characters.iter().zip(hits) {
        if *hit != inside {
            html.push_str(if *hit { "<mark>" } else { "</mark>" });
            inside = *hit;
        }
        match character {
            '<' | '>' | '&' | '"' | '\'' => {
                let _ = write!(html, "&#{};", u32::from(*character));
            }
            other => html.push(*other),
        }
    }
    if inside {
        html.push_str("</mark>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(query: &str, text: &str) -> bool {
        Words::new(query).match_any(&[&Folded::new(text)])
    }

    #[test]
    fn case_and_width_do_not_matter() {
        assert!(matches("reits ＲＥ", "infrastructure REITs"));
    }

    #[test]
    fn every_word_must_match() {
        assert!(matches("land plan", "a plan for land"));
        assert!(!matches("land sea", "a plan for land"));
    }

    #[test]
    fn marks_are_placed_on_escaped_text() {
        assert_eq!(Words::new("b").mark("<a> & B"), "&#60;a&#62; &#38; <mark>B</mark>");
        assert_eq!(Words::new("<script>").mark("x<script>"), "x<mark>&#60;script&#62;</mark>");
    }

    #[test]
    fn an_excerpt_shows_the_first_hit_and_says_what_is_left_out() {
        let text = format!("{}needle{}", "x".repeat(200), "y".repeat(200));
        let excerpt = Words::new("needle").excerpt(&text, 60);
        assert!(excerpt.contains("<mark>needle</mark>"), "{excerpt}");
        assert!(excerpt.starts_with('…') && excerpt.ends_with('…'), "{excerpt}");
    }

    #[test]
    fn a_letter_that_grows_in_lower_case_does_not_shift_the_marks() {
        assert_eq!(Words::new("b").mark("İb"), "İ<mark>b</mark>");
    }
}
