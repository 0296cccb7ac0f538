//! Characters into tokens. Words end at spaces and signs, and where a number, a bracket or a known name ends:
//! `300万以上` is a number and a word, `营业收入不超过300万` a name, a word and a number.

use super::{
    spelling::{Names, Word, first_word, glued_word, word},
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
pub fn tokens(text: &str, names: &dyn Names, faults: &mut Vec<Fault>) -> Vec<Placed> {
    let mut lexer = Lexer { text, at: 0, names, glue: Glue::None, takes_code: false };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_spaces();
        let from = lexer.at;
        if tokens.last().is_none_or(|last: &Placed| last.span.to as usize != from) {
            lexer.glue = lexer.glue.apart();
        }
        let Some(first) = lexer.peek() else { break };
        let token = lexer.token(first, faults);
        if let Some(token) = &token {
            lexer.takes_code = matches!(
                token,
                Token::Word(Word::Compare(_) | Word::In | Word::Within | Word::NotIn | Word::NotWithin)
                    | Token::Open
                    | Token::Comma
            );
        }
        let span = Span::new(from, lexer.at);
        tokens.extend(token.map(|token| Placed { token, span }));
    }
    tokens.push(Placed { token: Token::End, span: Span::new(text.len(), text.len()) });
    tokens
}

/// Which words may follow without a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glue {
    /// None.
    None,
    /// 以上 and its kin: a number has been read, and a space.
    Behind,
    /// What may stand behind a number.
    Number,
    /// Any: a bracket has been closed, or a name has been told from what runs on.
    Any,
}

impl Glue {
    /// What is left of it where a space follows.
    fn apart(self) -> Self {
        if matches!(self, Self::Number | Self::Behind) { Self::Behind } else { Self::None }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    names: &'t dyn Names,
    glue: Glue,
    /// Whether a code may stand here: behind `=` or `in`, or in a list.
    takes_code: bool,
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
            let is_number = matches!(token, Token::Numeral(_) | Token::Date(_));
            self.glue = if is_number { Glue::Number } else { Glue::None };
            return Some(token);
        }
        let glue = std::mem::replace(&mut self.glue, Glue::None);
        if is_of_name(first) {
            return Some(self.word_or_name(glue));
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
            ')' | '）' => {
                self.glue = Glue::Any;
                Token::Close
            }
            '[' => Token::OpenIndex,
            ']' => {
                self.glue = Glue::Any;
                Token::CloseIndex
            }
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

    /// A run of letters: a word, a name, or several that run together, of which the first is taken.
    fn word_or_name(&mut self, glue: Glue) -> Token {
        let (from, run) = (self.at, self.take_name());
        if let Some(word) = word(&run) {
            self.glue = if glue == Glue::Number { behind(word) } else { Glue::None };
            return Token::Word(word);
        }
        let first = match glue {
            Glue::None => None,
            Glue::Behind => glued_word(&run).filter(|(_, word)| matches!(word, Word::CompareAfter(_))),
            Glue::Number => glued_word(&run),
            Glue::Any => first_word(&run),
        };
        if let Some((length, word)) = first {
            self.at = from + length;
            self.glue = behind(word);
            return Token::Word(word);
        }
        if run.is_ascii() || self.is_known(&run) {
            return Token::Name(run);
        }
        match self.first_of(&run) {
            Some((length, token)) => {
                self.at = from + length;
                self.glue = if matches!(token, Token::Name(_)) { Glue::Any } else { Glue::None };
                token
            }
            None => Token::Name(run),
        }
    }

    /// Whether something is called so: a field, a parameter, a field of a child table behind a dot.
    fn is_known(&self, name: &str) -> bool {
        let is_name = |name: &str| self.names.identifier(name).or_else(|| self.names.label(name)).is_some();
        is_name(name) || name.split_once('.').is_some_and(|(table, field)| is_name(table) && is_name(field))
    }

    /// The longest beginning of a run that is a name, with the rest.
    fn known_beginning<'r>(&self, run: &'r str) -> Option<(&'r str, &'r str)> {
        let ends = run.char_indices().map(|(at, letter)| at + letter.len_utf8());
        let ends: Vec<usize> = ends.take(NAME_LETTERS_MAX).collect();
        ends.into_iter().rev().map(|end| run.split_at(end)).find(|(name, _)| self.is_known(name))
    }

    /// Whether what follows a word reads on as a number or a known name.
    fn reads_on(&self, rest: &str) -> bool {
        rest.starts_with(|c: char| c.is_ascii_digit())
            || self.known_beginning(rest).is_some()
            || first_word(rest)
                .is_some_and(|(length, _)| length == rest.len() || self.reads_on(&rest[length..]))
    }

    /// What a run begins with that is neither word nor known name as a whole, and its length: a known name with a
    /// word behind it, a word with something known behind it, a code that `and` or `or` follows.
    fn first_of(&self, run: &str) -> Option<(usize, Token)> {
        if let Some((name, rest)) = self.known_beginning(run)
            && (first_word(rest).is_some() || rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            return Some((name.len(), Token::Name(name.to_owned())));
        }
        if let Some((length, word)) = first_word(run)
            && self.reads_on(&run[length..])
        {
            return Some((length, Token::Word(word)));
        }
        let mut joints = run.char_indices().skip(1).filter(|_| self.takes_code);
        joints.find_map(|(at, _)| {
            let (length, word) = first_word(&run[at..])?;
            let rest = &run[at + length..];
            let goes_on = if rest.is_empty() { !self.rest().trim().is_empty() } else { self.reads_on(rest) };
            let is_joint = matches!(word, Word::And | Word::Or) && goes_on;
            is_joint.then(|| (at, Token::Name(run[..at].to_owned())))
        })
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
        if let Some(date) = self.chinese_date(faults).or_else(|| self.date(faults)) {
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
        if self.is_magnitude_apart() || self.is_unit_apart() {
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
        behind.any(|rest| rest.starts_with('元') || ends_or_reads_on(rest) || unit_of(rest).is_some())
    }

    /// `300 人`, `300 元以上`: what stands apart can be nothing but the unit.
    fn is_unit_apart(&self) -> bool {
        let apart = self.rest().strip_prefix(' ').unwrap_or_default().trim_start();
        let unit = unit_of(apart).or_else(|| apart.starts_with('元').then_some("元"));
        unit.is_some_and(|unit| ends_or_reads_on(&apart[unit.len()..]))
    }

    /// A unit behind a number, such as 人 or 千瓦时.
    fn take_unit(&mut self) -> Option<&'static str> {
        let unit = unit_of(self.rest())?;
        self.at += unit.len();
        Some(unit)
    }

    /// `2023年1月1日`.
    fn chinese_date(&mut self, faults: &mut Vec<Fault>) -> Option<Token> {
        let (year, rest) = self.rest().split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        let (day, _) = rest.split_once('日')?;
        let is_number = |part: &str, digits: usize| {
            (1..=digits).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if year.len() != 4 || !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
            return None;
        }
        let length = year.len() + month.len() + day.len() + "年月日".len();
        let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        if date.is_none() {
            let written = &self.rest()[..length];
            let span = Span::new(self.at, self.at + length);
            faults.push(Fault::new(span, format!("there is no day {written}"), "correct the date"));
        }
        self.at += length;
        Some(Token::Date(date.unwrap_or_default()))
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

/// What may stand without a space behind a word that stands behind a number: 300万以上且行业.
fn behind(word: Word) -> Glue {
    if matches!(word, Word::CompareAfter(_)) { Glue::Number } else { Glue::None }
}

/// The unit that a text begins with.
fn unit_of(text: &str) -> Option<&'static str> {
    UNITS.into_iter().find(|unit| text.starts_with(unit))
}

/// Whether a name ends here, or a word that may stand behind a number begins.
fn ends_or_reads_on(rest: &str) -> bool {
    !rest.starts_with(is_of_name) || glued_word(rest).is_some()
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

/// Most letters of a name that runs into a word.
const NAME_LETTERS_MAX: usize = 40;

/// Most digits of a number.
const DIGITS_MAX: usize = 30;

/// Characters of names: letters of any script, digits, the underscore.
fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
