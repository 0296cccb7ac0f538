//! Codes on paper for the day the telephone is lost: ten, each of use once.

use crate::Chance;
use crate::password::Pepper;
use crate::secret::{Secret, hex, is_same};
use zeroize::Zeroizing;

/// Codes a person gets at once.
pub const CODES: usize = 10;

/// Letters that nobody takes for another: no I, L, O, U, 0, 1.
const ALPHABET: &[u8; 30] = b"ABCDEFGHJKMNPQRSTVWXYZ23456789";

/// Letters of a code, in groups of four: 58 bits.
const LETTERS: usize = 12;

/// New codes: what the person prints, and what is stored in their place.
pub struct Issue {
    /// Shown once, as `ABCD-EFGH-JKMN`.
    pub printed: Vec<Secret>,
    /// Stored, in the same order.
    pub stored: Vec<String>,
}

/// Ten new codes; those issued before are to be deleted. The pepper goes into what is stored: 58 bits are enough
/// against guessing through the door, not against guessing in a stolen database.
pub fn issue(pepper: &Pepper, chance: &mut dyn Chance) -> Issue {
    let codes: Vec<_> = (0..CODES).map(|_| draw(chance)).collect();
    let stored = codes.iter().map(|letters| stored(letters, pepper)).collect();
    let printed = codes.iter().map(|letters| {
        let groups: Vec<String> =
            letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        groups.join("-").into()
    });
    Issue { printed: printed.collect(), stored }
}

/// Which of the `kept` codes was typed. The caller deletes it in one transaction with the sign-in.
pub fn find(typed: &str, kept: &[String], pepper: &Pepper) -> Option<usize> {
    let letters: Zeroizing<Vec<u8>> =
        Zeroizing::new(typed.bytes().filter(u8::is_ascii_alphanumeric).take(LETTERS + 1).collect());
    let letters = Zeroizing::new(letters.to_ascii_uppercase());
    if letters.len() != LETTERS {
        return None;
    }
    let typed = stored(&letters, pepper);
    // All of them are compared, so that the time tells nothing.
    let mut found = None;
    for (index, one) in kept.iter().enumerate() {
        if is_same(one.as_bytes(), typed.as_bytes()) {
            found = Some(index);
        }
    }
    found
}

/// The letters of a code, each as likely as any other.
fn draw(chance: &mut dyn Chance) -> Zeroizing<Vec<u8>> {
    let mut letters = Zeroizing::new(Vec::with_capacity(LETTERS));
    while letters.len() < LETTERS {
        let mut byte = [0];
        chance.fill(&mut byte);
        // Five bits give 32; the two too many are drawn again, or two letters would come more often.
        if let Some(letter) = ALPHABET.get(usize::from(byte[0] & 31)) {
            letters.push(*letter);
        }
    }
    letters
}

fn stored(letters: &[u8], pepper: &Pepper) -> String {
    hex(&pepper.tag(&[b"liangjian: recovery code ".as_slice(), letters].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counted_chance;
    use std::collections::BTreeSet;

    fn pepper(letter: u8) -> Pepper {
        Pepper::new(Secret::new(vec![letter; 32])).expect("32 bytes are enough")
    }

    #[test]
    fn ten_different_codes_are_printed_without_letters_that_look_alike() {
        let issue = issue(&pepper(1), &mut counted_chance(1));
        let printed: BTreeSet<_> = issue.printed.iter().filter_map(Secret::expose_text).collect();
        assert_eq!((printed.len(), issue.stored.len()), (CODES, CODES));
        for code in printed {
            assert_eq!(code.len(), 14, "{code}");
            assert!(!code.contains(['I', 'L', 'O', 'U', '0', '1']), "{code}");
            assert!(issue.stored.iter().all(|stored| !stored.contains(code)));
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_typed_and_only_once() {
        let mut issue = issue(&pepper(1), &mut counted_chance(1));
        let code = issue.printed[3].expose_text().expect("text").to_owned();
        for typed in [code.clone(), code.to_lowercase(), code.replace('-', " "), code.replace('-', "")] {
            assert_eq!(find(&typed, &issue.stored, &pepper(1)), Some(3), "{typed}");
        }
        issue.stored.remove(3);
        assert_eq!(find(&code, &issue.stored, &pepper(1)), None);
    }

    #[test]
    fn what_is_no_code_is_not_found() {
        let issue = issue(&pepper(1), &mut counted_chance(1));
        let code = issue.printed[0].expose_text().expect("text");
        for wrong in ["", "ABCD", &code[1..], &format!("{code}A"), &issue.stored[0]] {
            assert_eq!(find(wrong, &issue.stored, &pepper(1)), None, "{wrong}");
        }
        assert_eq!(find(code, &issue.stored, &pepper(2)), None, "another pepper");
    }

    #[test]
    fn every_letter_is_drawn_about_as_often() {
        let mut chance = counted_chance(7);
        let mut counts = [0_u32; 256];
        for _ in 0..3_000 {
            draw(&mut chance).iter().for_each(|letter| counts[usize::from(*letter)] += 1);
        }
        for letter in ALPHABET {
            let count = counts[usize::from(*letter)];
            assert!((1_000..1_400).contains(&count), "{}: {count}", char::from(*letter));
        }
    }
}
