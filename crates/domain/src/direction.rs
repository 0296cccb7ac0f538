//! Marks that turn the direction of reading. In a title they would turn what stands behind it in a list, and make a text
//! read otherwise than it was looked through.

/// Whether a character turns the direction of reading and shows nothing itself.
pub fn turns(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text without such marks.
pub fn straight(text: &str) -> String {
    text.chars().filter(|character| !turns(*character)).collect()
}

#[cfg(test)]
mod tests {
    use super::straight;

    #[test]
    fn what_turns_the_direction_is_left_out_and_nothing_else() {
        for (text, expected) in [
            ("\u{202e}fdp.\u{2066}合同\u{200f}", "fdp.合同"),
            ("温州 ABC — 一号", "温州 ABC — 一号"),
            ("", ""),
        ] {
            assert_eq!(straight(text), expected);
        }
    }
}
