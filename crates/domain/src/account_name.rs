//! What people type about an account: its login, a name, a telephone number, a reason. One function for each, which
//! every way of opening an account or recording a deed asks.
//!
//! A login is typed by one person and read by another, so two that look alike must not be two: letters of the Latin
//! alphabet, digits and `.` `_` `-`, or Chinese characters with these, after NFKC and in lower case. The hidden
//! characters of Unicode (zero width, direction) are refused everywhere: what a page shows must be what was typed.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

/// Most characters of a login.
pub const LOGIN_CHARS_MAX: usize = 64;
/// Most characters of a name.
pub const NAME_CHARS_MAX: usize = 60;
/// Most characters of a telephone number.
pub const PHONE_CHARS_MAX: usize = 20;
/// Most characters of a reason.
pub const REASON_CHARS_MAX: usize = 200;

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NameFault {
    /// A login that is empty, too long or holds what a login may not.
    #[error(
        "the login is empty, too long or has characters a login may not have · write 1 to {most} of a-z, 0-9, `.` `_` `-` and Chinese characters, the first no sign",
        most = LOGIN_CHARS_MAX
    )]
    Login,
    /// A name that is empty, too long or holds hidden characters.
    #[error(
        "the name is empty, too long or has hidden characters · write 1 to {most} characters that can be seen",
        most = NAME_CHARS_MAX
    )]
    Name,
    /// A telephone number that is too long or none.
    #[error(
        "this is no telephone number · write up to {most} of digits, `+`, `-`, brackets and blanks",
        most = PHONE_CHARS_MAX
    )]
    Phone,
    /// A reason that is too long or holds hidden characters.
    #[error(
        "the reason is too long or has hidden characters · write up to {most} characters that can be seen",
        most = REASON_CHARS_MAX
    )]
    Reason,
}

/// What a login is found by: NFKC, without blanks around it, in lower case.
pub fn login_key(typed: &str) -> String {
    // Lower case can leave the normal form (`İ`), so it is taken once more.
    let lower = typed.trim().nfkc().collect::<String>().to_lowercase();
    lower.nfkc().collect::<String>().trim().to_owned()
}

/// The login of an account that is opened.
pub fn login(typed: &str) -> Result<String, NameFault> {
    let login = login_key(typed);
    let begins = login.chars().next().is_some_and(|first| is_letter(first) || first.is_ascii_digit());
    let is_whole =
        login.chars().all(|one| is_letter(one) || one.is_ascii_digit() || matches!(one, '.' | '_' | '-'));
    let is_short = login.chars().count() <= LOGIN_CHARS_MAX;
    if begins && is_whole && is_short { Ok(login) } else { Err(NameFault::Login) }
}

/// The name of a person.
pub fn name(typed: &str) -> Result<&str, NameFault> {
    let name = typed.trim();
    if name.is_empty() { Err(NameFault::Name) } else { shown(name, NAME_CHARS_MAX).ok_or(NameFault::Name) }
}

/// A telephone number; empty where none is given.
pub fn phone(typed: &str) -> Result<String, NameFault> {
    let phone: String = typed.trim().nfkc().collect();
    let is_sign = |one: char| one.is_ascii_digit() || matches!(one, '+' | '-' | '(' | ')' | ' ');
    let is_short = phone.chars().count() <= PHONE_CHARS_MAX;
    if is_short && phone.chars().all(is_sign) { Ok(phone) } else { Err(NameFault::Phone) }
}

/// Why something is done; empty where the deed says it.
pub fn reason(typed: &str) -> Result<&str, NameFault> {
    shown(typed.trim(), REASON_CHARS_MAX).ok_or(NameFault::Reason)
}

fn shown(text: &str, most: usize) -> Option<&str> {
    let is_short = text.chars().count() <= most;
    (is_short && !text.chars().any(is_hidden)).then_some(text)
}

/// Whether a character is not seen, or changes how others are seen.
pub fn is_hidden(one: char) -> bool {
    one.is_control()
        || matches!(one,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

fn is_letter(one: char) -> bool {
    one.is_ascii_lowercase()
        || matches!(one, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_login_is_latin_or_chinese_and_looks_like_no_other() {
        for (typed, expected) in [
            (" Anna.Li-2 ", Ok("anna.li-2")),
            ("ＡＮＮＡ", Ok("anna")),
            ("\u{5f20}\u{4e09}.a", Ok("\u{5f20}\u{4e09}.a")),
            ("\u{2f00}", Ok("\u{4e00}")),
            ("", Err(NameFault::Login)),
            ("-a", Err(NameFault::Login)),
            ("a b", Err(NameFault::Login)),
            ("a\u{200b}b", Err(NameFault::Login)),
            ("a\u{202e}b", Err(NameFault::Login)),
            ("\u{430}nna", Err(NameFault::Login)),
            ("\u{3b1}nna", Err(NameFault::Login)),
            ("\u{e9}lan", Err(NameFault::Login)),
            ("erased:a", Err(NameFault::Login)),
            ("a@b", Err(NameFault::Login)),
        ] {
            assert_eq!(login(typed), expected.map(str::to_owned), "{typed:?}");
        }
        assert!(login(&"a".repeat(64)).is_ok() && login(&"a".repeat(65)).is_err());
    }

    #[test]
    fn names_numbers_and_reasons_are_seen_whole_and_not_too_long() {
        assert_eq!(name(" \u{5f20}\u{4e09} "), Ok("\u{5f20}\u{4e09}"));
        assert_eq!(name("\u{5f20}\u{b7}\u{963f}"), Ok("\u{5f20}\u{b7}\u{963f}"));
        for bad in ["", " ", "a\u{202e}b", "a\u{200d}b", "\u{feff}", "a\nb", "\u{3164}"] {
            assert_eq!(name(bad), Err(NameFault::Name), "{bad:?}");
        }
        assert!(name(&"a".repeat(60)).is_ok() && name(&"a".repeat(61)).is_err());
        assert_eq!(phone(" ＋86 139-0000-0000 ").as_deref(), Ok("+86 139-0000-0000"));
        assert_eq!(phone("").as_deref(), Ok(""));
        assert!(phone("call me").is_err() && phone(&"1".repeat(21)).is_err());
        assert!(reason("").is_ok() && reason(&"a".repeat(200)).is_ok());
        assert!(reason(&"a".repeat(201)).is_err() && reason("a\u{2066}b").is_err());
    }

    proptest! {
        #[test]
        fn a_login_is_found_by_itself_however_it_is_typed(typed in "\\PC{0,12}") {
            let key = login_key(&typed);
            prop_assert_eq!(&login_key(&key), &key);
            if let Ok(login) = login(&typed) {
                prop_assert_eq!(login, key);
            }
        }
    }
}
