//! Numbers as Chinese documents print them, and the markers that open a numbered line.

use crate::span::is_space;

/// The value of a Chinese, Arabic or full-width number: `四十一`, `41`, `４１`, `二〇二三`.
pub fn parse(text: &str) -> Option<u32> {
    let digits: Vec<char> = text.chars().filter(|c| !is_space(*c)).collect();
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    if digits.iter().all(|c| arabic(*c).is_some()) {
        return digits.iter().try_fold(0_u32, |sum, c| sum.checked_mul(10)?.checked_add(arabic(*c)?));
    }
    if digits.len() > 1 && digits.iter().all(|c| figure(*c).is_some()) {
        return digits.iter().try_fold(0_u32, |sum, c| sum.checked_mul(10)?.checked_add(figure(*c)?));
    }
    chinese(&digits)
}

fn arabic(character: char) -> Option<u32> {
    match character {
        '0'..='9' => Some(character as u32 - '0' as u32),
        '０'..='９' => Some(character as u32 - '０' as u32),
        _ => None,
    }
}

fn figure(character: char) -> Option<u32> {
    "零一二三四五六七八九".chars().position(|c| c == character).map(|n| n as u32).or(match character {
        '〇' | '○' | 'O' | 'Ｏ' | '0' | '０' => Some(0),
        '两' => Some(2),
        _ => None,
    })
}

fn chinese(digits: &[char]) -> Option<u32> {
    let (mut sum, mut section, mut pending) = (0_u32, 0_u32, None);
    for &character in digits {
        let unit = match character {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '万' => {
                sum = (section + pending.take().unwrap_or(0)).checked_mul(10_000)?;
                section = 0;
                continue;
            }
            _ => {
                pending = Some(figure(character)?);
                continue;
            }
        };
        let count = pending.take().filter(|n| *n > 0).unwrap_or(1);
        section = section.checked_add(count * unit)?;
    }
    sum.checked_add(section)?.checked_add(pending.unwrap_or(0))
}

/// Whether a character can stand in a number that [`parse`] reads.
pub fn is_numeral(character: char) -> bool {
    arabic(character).is_some()
        || figure(character).is_some()
        || matches!(character, '十' | '百' | '千' | '万')
}

/// How a line is numbered. The order is the usual order of nesting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// 一、
    Comma,
    /// （一）
    Paren,
    /// 1.
    Digit,
    /// （1） or 1）
    DigitParen,
    /// ①
    Circled,
}

/// The number that opens a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    /// How it is printed.
    pub style: Style,
    /// Its value.
    pub number: u32,
    /// Bytes of the line it takes, white space before and after included.
    pub length: usize,
}

/// The marker at the start of `line`, if it opens with one.
pub fn marker(line: &str) -> Option<Marker> {
    let start = line.len() - line.trim_start_matches(is_space).len();
    let rest = &line[start..];
    let first = rest.chars().next()?;
    let found = match first {
        '（' | '(' => parenthesised(rest),
        '①'..='⑳' => Some((Style::Circled, first as u32 - '①' as u32 + 1, first.len_utf8())),
        _ => plain(rest),
    };
    let (style, number, length) = found.filter(|(_, number, _)| *number > 0)?;
    let after = &rest[length..];
    let gap = after.len() - after.trim_start_matches(is_space).len();
    Some(Marker { style, number, length: start + length + gap })
}

fn parenthesised(rest: &str) -> Option<(Style, u32, usize)> {
    let open = rest.chars().next()?.len_utf8();
    let close = rest.char_indices().take(12).find(|(_, c)| matches!(c, '）' | ')'))?;
    let inside = &rest[open..close.0];
    let number = parse(inside)?;
    let arabic = inside.trim_matches(is_space).chars().all(|c| arabic(c).is_some());
    let style = if arabic { Style::DigitParen } else { Style::Paren };
    (number < 1000).then_some((style, number, close.0 + close.1.len_utf8()))
}

fn plain(rest: &str) -> Option<(Style, u32, usize)> {
    let end = rest.find(|c| !is_numeral(c)).unwrap_or(rest.len());
    if end == 0 {
        return None;
    }
    let number = parse(&rest[..end]).filter(|n| *n < 1000)?;
    let digits = rest[..end].chars().all(|c| arabic(c).is_some());
    let gap = rest[end..].len() - rest[end..].trim_start_matches(is_space).len();
    let sign = rest[end + gap..].chars().next()?;
    let length = end + gap + sign.len_utf8();
    let next = rest[length..].chars().next();
    match (digits, sign) {
        (true, '.' | '．' | '、' | ',' | '，') if gap <= 3 => {
            let decimal = sign != '、' && next.is_some_and(|c| arabic(c).is_some());
            let listed = matches!(sign, ',' | '，') && !next.is_some_and(is_space);
            (!decimal && !listed).then_some((Style::Digit, number, length))
        }
        (true, '）' | ')') => Some((Style::DigitParen, number, length)),
        (false, '、' | '.' | '．') => Some((Style::Comma, number, length)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_spelling() {
        for (text, value) in [
            ("四十一", 41),
            ("一百二十", 120),
            ("四百五十二", 452),
            ("一百零三", 103),
            ("十", 10),
            ("二十", 20),
            ("１２", 12),
            ("195", 195),
            ("二〇二三", 2023),
            ("一千二百六十", 1260),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        assert_eq!(parse("条"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_marker_is_told_from_a_figure_that_opens_a_line() {
        let style = |line| marker(line).map(|m| (m.style, m.number));
        assert_eq!(style("一、总体要求"), Some((Style::Comma, 1)));
        assert_eq!(style("（十二）严格"), Some((Style::Paren, 12)));
        assert_eq!(style("(二十五) 构建"), Some((Style::Paren, 25)));
        assert_eq!(style("3. 支持"), Some((Style::Digit, 3)));
        assert_eq!(style("3．支持"), Some((Style::Digit, 3)));
        assert_eq!(style("（3）支持"), Some((Style::DigitParen, 3)));
        assert_eq!(style("②支持"), Some((Style::Circled, 2)));
        assert_eq!(style("0.52吨"), None);
        assert_eq!(style("5.42万人"), None);
        assert_eq!(style("2023年"), None);
        assert_eq!(style("2023 年 1 月"), None);
        assert_eq!(style("（市、区）"), None);
        assert_eq!(style("一是加强"), None);
    }
}
