//! Numbers as Chinese documents write them in headings.

/// `number` (1 to 9999) in Chinese numerals, from the ten `digits` and the signs for ten, hundred and
/// thousand in `powers`. A number out of that range stays in Arabic digits.
pub fn chinese(number: u16, digits: &str, powers: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let powers: Vec<char> = powers.chars().collect();
    if digits.len() != 10 || powers.len() != 3 || !(1..=9999).contains(&number) {
        return number.to_string();
    }
    let mut written = String::new();
    let mut gap = false;
    for (place, unit) in [(3, 1000), (2, 100), (1, 10), (0, 1)] {
        let digit = usize::from(number / unit % 10);
        if digit == 0 {
            gap = !written.is_empty();
            continue;
        }
        if gap {
            written.push(digits[0]);
            gap = false;
        }
        // Ten to nineteen start with the sign for ten alone.
        if !(place == 1 && digit == 1 && written.is_empty()) {
            written.push(digits[digit]);
        }
        if place > 0 {
            written.push(powers[place - 1]);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::chinese;

    #[test]
    fn numerals_are_written_as_in_the_headings_of_laws() {
        let cases = [
            (1, "1"),
            (10, "T"),
            (14, "T4"),
            (20, "2T"),
            (41, "4T1"),
            (100, "1H"),
            (101, "1H01"),
            (110, "1H1T"),
            (111, "1H1T1"),
            (1001, "1K01"),
            (1_260, "1K2H6T"),
        ];
        for (number, expected) in cases {
            assert_eq!(chinese(number, "0123456789", "THK"), expected);
        }
    }

    #[test]
    fn what_cannot_be_written_stays_in_digits() {
        assert_eq!(chinese(0, "0123456789", "THK"), "0");
        assert_eq!(chinese(10_000, "0123456789", "THK"), "10000");
    }
}
