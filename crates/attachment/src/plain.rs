//! Plain text: UTF-8 or GB18030, written as UTF-8.

use crate::Refusal;
use encoding_rs::GB18030;

/// The longest text that is taken, in bytes.
const BYTES_MAX: usize = 4 << 20;

/// Whether the bytes are text that somebody can read.
pub fn is_text(bytes: &[u8]) -> bool {
    decoded(bytes).is_some_and(|text| !text.chars().any(is_no_writing))
}

/// The same text in UTF-8, without a mark of its encoding.
pub fn rewritten(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    if bytes.len() > BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    decoded(bytes).map(String::into_bytes).ok_or(Refusal::Damaged)
}

fn decoded(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

fn is_no_writing(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}
