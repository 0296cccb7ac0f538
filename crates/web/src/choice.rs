//! What a reader can choose in a filter, and the words asked for.

/// Characters of a query that are read; the rest is cut.
pub const QUERY_LENGTH_MAX: usize = 100;

/// An entry of a choice.
#[derive(Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// True for the one that was chosen.
    pub chosen: bool,
}

impl Choice {
    /// An entry; chosen when it is what was asked for.
    pub fn new(value: impl Into<String>, label: impl Into<String>, asked: &str) -> Self {
        let value = value.into();
        let chosen = value == asked;
        Self { value, label: label.into(), chosen }
    }
}

/// A query without control characters and outer spaces, cut to its greatest length; true when something was
/// cut off.
pub fn cut(query: &str) -> (String, bool) {
    let visible: String = query.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let query = visible.trim();
    match query.char_indices().nth(QUERY_LENGTH_MAX) {
        Some((end, _)) => (query[..end].trim_end().to_owned(), true),
        None => (query.to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_query_is_cut_at_characters_not_bytes() {
        let (kept, was_cut) = cut(&"\u{4fe1}".repeat(101));
        assert!(was_cut);
        assert_eq!(kept.chars().count(), 100);
        assert_eq!(cut(" ab "), ("ab".to_owned(), false));
        assert_eq!(cut("\0a\u{1b}b\n"), ("a b".to_owned(), false));
    }
}
