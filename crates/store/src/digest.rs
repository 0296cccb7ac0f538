//! SHA-256 as lower-case hexadecimal, over bytes or over a list of fields.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 of these bytes.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of fields, each written as its length in bytes (eight bytes, big-endian) and then its bytes.
///
/// The lengths make the list unambiguous: ("ab", "c") and ("a", "bc") differ.
pub fn sha256_of_fields<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hexadecimal(&hasher.finalize())
}

/// Bytes as lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_abc_is_the_published_one() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn moving_a_letter_between_fields_changes_the_digest() {
        assert_ne!(sha256_of_fields(["ab", "c"]), sha256_of_fields(["a", "bc"]));
    }
}
