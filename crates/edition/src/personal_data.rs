//! Telephone numbers in any text: a mobile number of eleven digits, or an area code and a number.

/// Lines that hold a telephone number, with the number's last digits hidden.
pub(crate) fn telephones(text: &str) -> Vec<(usize, String)> {
    let found = |(at, line): (usize, &str)| telephone(line).map(|number| (at + 1, number));
    text.lines().enumerate().filter_map(found).collect()
}

/// The first telephone number of a line, hidden but for its first three digits.
fn telephone(line: &str) -> Option<String> {
    let line: Vec<char> = line.chars().map(half_width).collect();
    let groups = groups_of_digits(&line);
    for (at, (start, digits)) in groups.iter().enumerate() {
        let before = start.checked_sub(1).map_or(' ', |i| line[i]);
        let after = line.get(start + digits.len()).copied().unwrap_or(' ');
        let joined = |next: usize| {
            let (from, more) = groups.get(at + next)?;
            let (last, tail) = groups.get(at + next - 1)?;
            (*from == last + tail.len() + 1 && is_joint(line[from - 1])).then_some(more.as_str())
        };
        let clean = !before.is_ascii_alphanumeric() && !after.is_ascii_alphanumeric();
        let national = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(digits);
        let split = || {
            let (second, third) = (joined(1)?, joined(2)?);
            (digits.len() == 3 && second.len() == 4 && third.len() == 4)
                .then(|| format!("{digits}{second}{third}"))
        };
        let mobile = is_mobile(national) || split().is_some_and(|number| is_mobile(&number));
        let landline = digits.starts_with('0')
            && matches!(digits.len(), 3 | 4)
            && joined(1).is_some_and(|rest| matches!(rest.len(), 7 | 8));
        if (mobile && clean) || (landline && !before.is_ascii_alphanumeric()) {
            return Some(format!("{}…", &national[..3]));
        }
    }
    None
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && !matches!(digits.as_bytes()[1], b'0'..=b'2')
}

fn is_joint(character: char) -> bool {
    matches!(character, '-' | ' ' | '－' | '–' | '—' | ')' | '）')
}

fn half_width(character: char) -> char {
    match character {
        '０'..='９' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    }
}

/// Runs of digits with the position of their first.
fn groups_of_digits(line: &[char]) -> Vec<(usize, String)> {
    let mut groups: Vec<(usize, String)> = Vec::new();
    for (at, character) in line.iter().enumerate().filter(|(_, character)| character.is_ascii_digit()) {
        match groups.last_mut() {
            Some((start, digits)) if *start + digits.len() == at => digits.push(*character),
            _ => groups.push((at, character.to_string())),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_found_and_hidden() {
        for number in
            ["13800000000", "+8613800000000", "138 0000 0000", "138-0000-0000", "１３８００００００００"]
        {
            assert_eq!(telephones(&format!("a\ncall {number}.")), [(2, "138…".to_owned())], "{number}");
        }
        for number in ["010-00000000", "0577-0000000", "(0577)00000000", "0577 00000000"] {
            assert_eq!(telephones(number).len(), 1, "{number}");
        }
    }

    #[test]
    fn other_figures_are_no_telephone_numbers() {
        for text in [
            "2023-2027", "2021-12-01", "330302", "a13800000000b", "10000000000", "w24.12", "138000000001",
            "2023-0577-12", "1234567890",
        ] {
            assert_eq!(telephones(text), [], "{text}");
        }
    }
}
