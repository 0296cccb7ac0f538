//! What a new password must be, by ASVS and SP 800-63B or, where an assessor asks for it, by MLPS level 3.

use super::{Password, most_used};
use chrono::{DateTime, Days, Utc};

/// Fewest characters.
pub const LEAST_CHARACTERS: usize = 8;

/// Most characters.
pub const MOST_CHARACTERS: usize = 128;

/// Kinds of characters MLPS wants, of the four there are.
pub const LEAST_KINDS: usize = 3;

/// Days after which MLPS wants another password.
pub const CHANGE_DAYS: u64 = 90;

/// Parts of an identifier shorter than this are not looked for: `li` is in half of all words.
const LEAST_IDENTIFIER_CHARACTERS: usize = 4;

/// Which standard a new password is held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Long and not common; no rules of composition, no change without a reason (ASVS 6.2.5, 6.2.10).
    #[default]
    Asvs,
    /// The same, and three kinds of characters, and a change every 90 days.
    ///
    /// GB/T 22239-2019 8.1.4.1 asks for complexity and periodic change, and an assessor will look for both. They make
    /// passwords easier to guess, not harder: people end on `1!` and count upwards. So this is a switch for the places
    /// that are assessed, and passkeys or codes are what really helps there.
    Mlps3,
}

/// Why a new password is not accepted. The words a person reads are those of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Fewer characters than needed.
    TooShort {
        /// The fewest.
        least_characters: usize,
    },
    /// More characters than are kept.
    TooLong {
        /// The most.
        most_characters: usize,
    },
    /// Characters that no keyboard gives, as the zero byte.
    ControlCharacter,
    /// Among the first that are tried: a known list, or one word with figures behind it.
    Common,
    /// A walk over the keyboard, a sequence, a repetition or a date.
    Predictable,
    /// Made of the person's own name, telephone number, firm or the like.
    OwnIdentifier,
    /// MLPS only: too few of small letters, capitals, figures and signs.
    TooFewKinds {
        /// How many kinds there must be.
        least_kinds: usize,
        /// How many there are.
        kinds: usize,
    },
}

/// Everything that is wrong with a new password; nothing means it is accepted.
///
/// `identifiers` are what the person and the firm are called: account name, firm, credit code, telephone number.
pub fn refusals(password: &Password, identifiers: &[&str], policy: Policy) -> Vec<Refusal> {
    let text = password.expose_text();
    let characters = text.chars().count();
    let mut found = Vec::new();
    if characters < LEAST_CHARACTERS {
        found.push(Refusal::TooShort { least_characters: LEAST_CHARACTERS });
    }
    if characters > MOST_CHARACTERS {
        // The rest would look at megabytes.
        return vec![Refusal::TooLong { most_characters: MOST_CHARACTERS }];
    }
    if text.chars().any(char::is_control) {
        found.push(Refusal::ControlCharacter);
    }
    if most_used::is_common(text) {
        found.push(Refusal::Common);
    }
    if most_used::is_predictable(text) {
        found.push(Refusal::Predictable);
    }
    if has_identifier(text, identifiers) {
        found.push(Refusal::OwnIdentifier);
    }
    let kinds = kinds(text);
    if policy == Policy::Mlps3 && kinds < LEAST_KINDS {
        found.push(Refusal::TooFewKinds { least_kinds: LEAST_KINDS, kinds });
    }
    found
}

/// Whether a password set at `set_at` has to be changed now.
pub fn is_change_due(set_at: DateTime<Utc>, now: DateTime<Utc>, policy: Policy) -> bool {
    match policy {
        Policy::Asvs => false,
        Policy::Mlps3 => set_at.checked_add_days(Days::new(CHANGE_DAYS)).is_none_or(|due| due <= now),
    }
}

/// Whether a password is little more than an identifier: it stands in it, forwards or backwards, and fewer than
/// [`LEAST_CHARACTERS`] characters are beside it. A long sentence may name the firm.
fn has_identifier(text: &str, identifiers: &[&str]) -> bool {
    let folded = Password::typed(text).expose_text().to_lowercase();
    let length = folded.chars().count();
    identifiers.iter().any(|identifier| {
        let identifier = Password::typed(identifier).expose_text().to_lowercase();
        let whole = identifier.trim();
        let parts = whole.split(|letter: char| !letter.is_alphanumeric());
        std::iter::once(whole).chain(parts).any(|part| {
            let part_length = part.chars().count();
            // Names in characters are short, and each of their characters says more.
            let is_han = part.chars().all(|letter| !letter.is_ascii());
            let least = if is_han { 2 } else { LEAST_IDENTIFIER_CHARACTERS };
            let backwards: String = part.chars().rev().collect();
            part_length >= least
                && (folded.contains(part) || folded.contains(&backwards))
                && length.saturating_sub(part_length) < LEAST_CHARACTERS
        })
    })
}

/// How many of the four kinds of characters there are. Characters without case count as signs.
fn kinds(text: &str) -> usize {
    let small = text.chars().any(char::is_lowercase);
    let capital = text.chars().any(char::is_uppercase);
    let figure = text.chars().any(char::is_numeric);
    let sign = text.chars().any(|one| !one.is_lowercase() && !one.is_uppercase() && !one.is_numeric());
    [small, capital, figure, sign].into_iter().filter(|is_there| *is_there).count()
}
