//! Characters into tokens. Words end at spaces and signs; `300万以上` is a number and a word.

use super::{
    spelling::{Word, glued_word, word},
    tree::{Mark, Numeral},
};
use crate::span::{Fault, Span};
use chrono::NaiveDate;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Numeral(Numeral),
    Date(NaiveDate),
    Text(String),
    /// A name or a code.
    Name(String),
    Word(Word),
    Plus,
    Minus,
    Times,
    Over,
    Open,
    Close,
    OpenIndex,
    CloseIndex,
    Comma,
    Colon,
    End,
}

/// A token with its place.
#[derive(Clone, Debug)]
pub struct Placed {
    pub token: Token,
    pub span: Span,
}

/// The tokens of a text, ended by [`Token::End`]; characters that mean nothing are reported and left out.
pub fn tokens(text: &str, faults: &mut Vec<Fault>) -> Vec<Placed> {
    let mut lexer = Lexer { text, at: 0, is_glued: false };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_spaces();
        let from = lexer.at;
        lexer.is_glued &= tokens.last().is_some_and(|last: &Placed| last.span.to as usize == from);
        let Some(first) = lexer.peek() else { break };
        let token = lexer.token(first, faults);
        let span = Span::new(from, lexer.at);
        tokens.extend(token.map(|token| Placed { token, span }));
    }
    tokens.push(Placed { token: Token::End, span: Span::new(text.len(), text.len()) });
    tokens
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Whether a number has just been read, or 以上 behind one: words may follow without a space.
    is_glued: bool,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes what stands next as long as `holds`.
    fn take(&mut self, holds: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let end = rest.find(|c| !holds(c)).unwrap_or(rest.len());
        let taken = rest[..end].to_owned();
        self.at += end;
        taken
    }

    fn token(&mut self, first: char, faults: &mut Vec<Fault>) -> Option<Token> {
        if first.is_ascii_digit() {
            let token = self.number_or_code(faults);
            self.is_glued = matches!(token, Token::Numeral(_));
            return Some(token);
        }
        let was_glued = std::mem::take(&mut self.is_glued);
        if is_of_name(first) {
            let (from, name) = (self.at, self.take_name());
            if let Some((length, glued)) = glued_word(&name).filter(|_| was_glued && word(&name).is_none()) {
                self.at = from + length;
                self.is_glued = matches!(glued, Word::CompareAfter(_));
                return Some(Token::Word(glued));
            }
            self.is_glued = was_glued && matches!(word(&name), Some(Word::CompareAfter(_)));
            return Some(word(&name).map_or(Token::Name(name), Token::Word));
        }
        if matches!(first, '"' | '“' | '”') {
            return Some(self.quoted(first, faults));
        }
        for length in [2, 1] {
            let sign: String = self.rest().chars().take(length).collect();
            if let Some(meaning) = word(&half_width(&sign)) {
                self.at += sign.len();
                return Some(Token::Word(meaning));
            }
        }
        self.at += first.len_utf8();
        let sign = match first {
            '+' => Token::Plus,
            '-' | '−' | '－' => Token::Minus,
            '*' | '×' => Token::Times,
            '/' | '÷' => Token::Over,
            '(' | '（' => Token::Open,
            ')' | '）' => Token::Close,
            '[' => Token::OpenIndex,
            ']' => Token::CloseIndex,
            ',' | '，' | '、' => Token::Comma,
            ':' | '：' => Token::Colon,
            other => {
                let span = Span::new(self.at - other.len_utf8(), self.at);
                let shown: String =
                    if other.is_control() { other.escape_default().collect() } else { other.to_string() };
                let what = format!("`{shown}` means nothing here");
                let hint = match other {
                    '&' => "write `and`",
                    '|' => "write `or`",
                    '!' => "write `not`, or `!=`",
                    '\'' => "put text into double quotation marks",
                    _ => "remove it, or put text into quotation marks",
                };
                faults.push(Fault::new(span, what, hint));
                return None;
            }
        };
        Some(sign)
    }

    /// A name may hold dots between its parts: `hires.wage`.
    fn take_name(&mut self) -> String {
        let mut name = self.take(is_of_name);
        while self.rest().starts_with('.') && self.rest()[1..].starts_with(is_of_name) {
            self.at += 1;
            name.push('.');
            name.push_str(&self.take(is_of_name));
        }
        name
    }

    fn number_or_code(&mut self, faults: &mut Vec<Fault>) -> Token {
        if let Some(date) = self.date(faults) {
            return date;
        }
        let from = self.at;
        let mut digits = self.take(|c| c.is_ascii_digit());
        // `39A` and `91330302MA…` are codes.
        if self.rest().starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let code = self.take(|c| c.is_ascii_alphanumeric() || c == '_');
            return Token::Name(digits + &code);
        }
        if self.rest().starts_with('.') && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            digits.push('.');
            digits.push_str(&self.take(|c| c.is_ascii_digit()));
        }
        if digits.len() > DIGITS_MAX {
            let span = Span::new(from, self.at);
            let what = format!("the number has more than {DIGITS_MAX} digits");
            faults.push(Fault::new(span, what, "write a shorter number"));
            "0".clone_into(&mut digits);
        }
        if self.is_magnitude_apart() {
            self.skip_spaces();
        }
        let mut unit = self.take_unit();
        let written = Mark::WRITTEN.iter().find(|(written, _)| self.rest().starts_with(written));
        let mark = written.filter(|_| unit.is_none()).map_or(Mark::Plain, |(written, mark)| {
            self.at += written.len();
            *mark
        });
        let yuan = unit.is_none() && !mark.is_share() && self.rest().starts_with('元');
        if yuan {
            self.at += '元'.len_utf8();
        } else if !mark.is_share() {
            unit = unit.or_else(|| self.take_unit());
        }
        Token::Numeral(Numeral { digits, mark, yuan, unit })
    }

    /// `1000 万元`: what stands apart can be nothing but the magnitude.
    fn is_magnitude_apart(&self) -> bool {
        let apart = self.rest().strip_prefix(' ').unwrap_or_default().trim_start();
        let magnitudes = Mark::WRITTEN.iter().filter(|(_, mark)| !mark.is_share());
        let mut behind = magnitudes.filter_map(|(written, _)| apart.strip_prefix(written));
        behind.any(|rest| rest.starts_with('元') || !rest.starts_with(is_of_name))
    }

    /// A unit behind a number, such as 人 or 千瓦时.
    fn take_unit(&mut self) -> Option<&'static str> {
        let unit = UNITS.into_iter().find(|unit| self.rest().starts_with(unit))?;
        self.at += unit.len();
        Some(unit)
    }

    /// `2023-01-01`, with no digit or letter touching it; a day that does not exist is told.
    fn date(&mut self, faults: &mut Vec<Fault>) -> Option<Token> {
        let written = self.rest().get(..10)?;
        let shaped = written.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if !shaped || self.rest()[10..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let date = written.parse().ok();
        if date.is_none() {
            let span = Span::new(self.at, self.at + 10);
            faults.push(Fault::new(span, format!("there is no day {written}"), "correct the date"));
        }
        self.at += 10;
        Some(Token::Date(date.unwrap_or_default()))
    }

    fn quoted(&mut self, open: char, faults: &mut Vec<Fault>) -> Token {
        let from = self.at;
        self.at += open.len_utf8();
        let text = self.take(|c| !matches!(c, '"' | '”'));
        if self.rest().is_empty() {
            let span = Span::new(from, self.at);
            faults.push(Fault::new(span, "the quotation is not closed", "add a closing quotation mark"));
        } else {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
        Token::Text(text)
    }
}

/// Full-width signs, letters and digits as ASCII.
pub fn half_width(sign: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    sign.chars().map(narrow).collect()
}

/// Units that may stand behind a number, the longer ones first.
pub const UNITS: [&str; 40] = [
    "吨标准煤", "平方公里", "个工作日", "平方米", "立方米", "千瓦时", "标准箱", "工作日", "人次", "个月",
    "公里", "千米", "千克", "公斤", "小时", "分钟", "美元", "人", "名", "户", "家", "个", "项", "件", "台",
    "套", "间", "张", "辆", "艘", "亩", "吨", "米", "年", "月", "天", "日", "度", "次", "分",
];

/// Most digits of a number.
const DIGITS_MAX: usize = 30;

/// Characters of names: letters of any script, digits, the underscore.
fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
