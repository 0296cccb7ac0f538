//! "Did you mean", and which words may name things.

pub(crate) use rules::spelling::{did_you_mean, nearest};

/// Longest name.
const LENGTH_MAX: usize = 64;

/// Lower-case ASCII words and digits joined by single hyphens, not too long.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= LENGTH_MAX && text.split('-').all(is_part)
}

/// Lower-case ASCII words and digits joined by single underscores, a letter first, not too long.
pub(crate) fn is_word(text: &str) -> bool {
    text.len() <= LENGTH_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.split('_').all(is_part)
}

fn is_part(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words_with_hyphens() {
        assert!(["a", "task-list", "action-plan-2023-82", "01"].into_iter().all(is_name));
        assert!(!["", "A", "a--b", "-a", "a_b", "\u{6761}\u{4f8b}", "a b"].into_iter().any(is_name));
    }

    #[test]
    fn words_of_rules_are_lower_case_with_underscores() {
        assert!(["a", "taxable_income", "r2"].into_iter().all(is_word));
        assert!(!["", "A", "a__b", "_a", "a-b", "2a", "a b", "a.b"].into_iter().any(is_word));
    }
}
