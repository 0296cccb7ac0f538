//! The name of a file, fit to be shown and to be saved anywhere.

use crate::Kind;
use unicode_normalization::UnicodeNormalization as _;

/// Longest name without its ending, in characters.
const LENGTH_MAX: usize = 80;

/// The last part of a path, without what cannot be seen or saved, with the ending of what the file is.
pub fn of(name: &str, kind: Kind) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.nfc().filter(|character| is_plain(*character)).collect();
    let stem = seen.rsplit_once('.').map_or(seen.as_str(), |(stem, _)| stem);
    let stem: String = stem.trim_matches(['.', ' ']).chars().take(LENGTH_MAX).collect();
    let stem = if stem.trim().is_empty() { "file" } else { stem.trim() };
    format!("{stem}.{}", kind.ending())
}

/// Letters, digits and what is harmless between them. Marks that turn the direction of reading can make `gpj.exe` of
/// `exe.jpg`; the rest means something to a shell or to a file system.
fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || " -_.,()（）《》〈〉【】[]、，。：“”‘’·—+=#@&".contains(character)
}
