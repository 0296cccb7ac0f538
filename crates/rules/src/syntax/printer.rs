//! A tree as text, in either spelling; what is printed parses to the same tree.

use super::{
    lexer,
    spelling::{Function, Names, Spelling, Word, sign, word, written},
    tree::{CodeWord, Kind, Numeral, Tree},
};
use crate::expression::Operation;

/// How tightly a node holds together; a looser one inside a tighter one stands in brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Sign,
    Value,
}

/// The text of a tree. In Chinese, names are printed by their labels where these are single words.
pub fn print(tree: &Tree, spelling: Spelling, names: &dyn Names) -> String {
    Printer { spelling, names }.text(tree, Hold::Or)
}

struct Printer<'n> {
    spelling: Spelling,
    names: &'n dyn Names,
}

fn hold(tree: &Tree) -> Hold {
    match &tree.kind {
        Kind::Or(_) => Hold::Or,
        Kind::And(_) => Hold::And,
        Kind::Not(_) => Hold::Not,
        Kind::Compare(..) | Kind::In { .. } | Kind::Known { .. } => Hold::Comparison,
        Kind::Arithmetic(Operation::Add | Operation::Subtract, ..) => Hold::Sum,
        Kind::Arithmetic(..) => Hold::Product,
        Kind::Negate(_) => Hold::Sign,
        _ => Hold::Value,
    }
}

impl Printer<'_> {
    fn word(&self, meaning: Word) -> &'static str {
        written(meaning, self.spelling)
    }

    /// The text of a node that has to hold at least so tightly.
    fn text(&self, tree: &Tree, least: Hold) -> String {
        let text = self.bare(tree);
        if hold(tree) < least { format!("({text})") } else { text }
    }

    fn bare(&self, tree: &Tree) -> String {
        match &tree.kind {
            Kind::Numeral(numeral) => of_numeral(numeral),
            Kind::Date(date) => date.to_string(),
            Kind::Text(text) => format!("\"{text}\""),
            Kind::Truth(true) => self.word(Word::True).to_owned(),
            Kind::Truth(false) => self.word(Word::False).to_owned(),
            Kind::Name { name, prior: 0 } => self.name(name),
            Kind::Name { name, prior } => format!("{}[-{prior}]", self.name(name)),
            Kind::Not(inner) => format!("{} {}", self.word(Word::Not), self.text(inner, Hold::Not)),
            Kind::And(parts) => self.joined(parts, Word::And, Hold::Not),
            Kind::Or(parts) => self.joined(parts, Word::Or, Hold::And),
            Kind::Compare(comparison, left, right) => {
                let comparison = self.word(Word::Compare(*comparison));
                let right = match (&left.kind, &right.kind) {
                    (Kind::Name { name: field, prior: 0 }, Kind::Name { name: code, prior: 0 }) => {
                        self.code_label(field, code).unwrap_or_else(|| self.text(right, Hold::Sum))
                    }
                    _ => self.text(right, Hold::Sum),
                };
                format!("{} {comparison} {right}", self.text(left, Hold::Sum))
            }
            Kind::In { subject, codes, below, negated } => {
                let codes = self.codes(subject, codes);
                let subject = self.text(subject, Hold::Sum);
                format!("{subject} {} {codes}", self.membership(*below, *negated))
            }
            Kind::Known { subject, negated } => {
                format!("{} {}", self.text(subject, Hold::Sum), self.knowledge(*negated))
            }
            Kind::Negate(inner) => format!("-{}", self.text(inner, Hold::Value)),
            Kind::Arithmetic(operation, left, right) => {
                let (left_hold, right_hold) = match operation {
                    Operation::Add | Operation::Subtract => (Hold::Sum, Hold::Product),
                    Operation::Multiply | Operation::Divide => (Hold::Product, Hold::Sign),
                };
                let (left, right) = (self.text(left, left_hold), self.text(right, right_hold));
                format!("{left} {} {right}", sign(*operation))
            }
            Kind::Call(Function::AsOf, _) => self.word(Word::Function(Function::AsOf)).to_owned(),
            Kind::Call(function, arguments) => {
                let arguments: Vec<String> =
                    arguments.iter().map(|argument| self.text(argument, Hold::Or)).collect();
                format!("{}({})", self.word(Word::Function(*function)), arguments.join(", "))
            }
            Kind::Aggregate { summary, table, value, filter } => {
                let table = self.name(table);
                let of = match value.as_deref() {
                    None => table,
                    Some(Tree { kind: Kind::Name { name, prior: 0 }, .. }) => {
                        format!("{table}.{}", self.name(name))
                    }
                    Some(value) => format!("{table}: {}", self.text(value, Hold::Or)),
                };
                let filter = filter.as_ref().map_or(String::new(), |filter| {
                    format!(" {} {}", self.word(Word::Where), self.text(filter, Hold::Or))
                });
                format!("{}({of}{filter})", self.word(Word::Summary(*summary)))
            }
            Kind::Unknown => self.unknown().to_owned(),
            Kind::Slices { value, bands, above } => self.slices(value, bands, above.as_deref()),
            Kind::Case { branches, otherwise } => self.case(branches, otherwise.as_deref()),
            Kind::Broken => "…".to_owned(),
        }
    }

    fn joined(&self, parts: &[Tree], word: Word, least: Hold) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.text(part, least)).collect();
        parts.join(&format!(" {} ", self.word(word)))
    }

    /// The value that nobody knows.
    fn unknown(&self) -> &'static str {
        match self.spelling {
            Spelling::English => written(Word::Unknown, Spelling::English),
            Spelling::Chinese => written(Word::IsUnknown, Spelling::Chinese),
        }
    }

    fn slices(&self, value: &Tree, bands: &[(Tree, Tree)], above: Option<&Tree>) -> String {
        let part = |tree: &Tree| self.text(tree, Hold::Or);
        let mut parts = vec![part(value)];
        parts.extend(bands.iter().map(|(to, rate)| format!("{}: {}", part(to), part(rate))));
        parts.extend(above.map(|rate| format!("{}: {}", self.word(Word::Else), part(rate))));
        format!("{}({})", self.word(Word::Slices), parts.join(", "))
    }

    fn case(&self, branches: &[(Tree, Tree)], otherwise: Option<&Tree>) -> String {
        let (when, then) = (self.word(Word::When), self.word(Word::Then));
        let mut text = self.word(Word::Case).to_owned();
        for (condition, value) in branches {
            let (condition, value) = (self.text(condition, Hold::Or), self.text(value, Hold::Or));
            text = format!("{text} {when} {condition} {then} {value}");
        }
        if let Some(value) = otherwise {
            text = format!("{text} {} {}", self.word(Word::Else), self.text(value, Hold::Or));
        }
        text + " " + self.word(Word::End)
    }

    fn membership(&self, below: bool, negated: bool) -> &'static str {
        match (self.spelling, below, negated) {
            (Spelling::English, false, true) => "not in",
            (Spelling::English, true, true) => "not within",
            (_, false, true) => self.word(Word::NotIn),
            (_, true, true) => self.word(Word::NotWithin),
            (_, false, false) => self.word(Word::In),
            (_, true, false) => self.word(Word::Within),
        }
    }

    fn knowledge(&self, negated: bool) -> &'static str {
        match (self.spelling, negated) {
            (Spelling::English, false) => "is known",
            (Spelling::English, true) => "is unknown",
            (Spelling::Chinese, false) => self.word(Word::IsKnown),
            (Spelling::Chinese, true) => self.word(Word::IsUnknown),
        }
    }

    /// A set of codes; in Chinese by their labels.
    fn codes(&self, subject: &Tree, codes: &[CodeWord]) -> String {
        let plain = |code: &str| {
            let is_token =
                code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && word(code).is_none();
            if is_token { code.to_owned() } else { format!("\"{code}\"") }
        };
        let label = |code: &str| match &subject.kind {
            Kind::Name { name: field, prior: 0 } => self.code_label(field, code),
            _ => None,
        };
        let mut written = codes.iter().map(|word| label(&word.code).unwrap_or_else(|| plain(&word.code)));
        match (codes.len(), written.next()) {
            (1, Some(only)) => only,
            (_, first) => format!("({})", first.into_iter().chain(written).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The label of a code in Chinese, if it parses back to the code.
    fn code_label(&self, field: &str, code: &str) -> Option<String> {
        let label = match self.spelling {
            Spelling::English => None,
            Spelling::Chinese => self.names.code_label(field, code),
        }?;
        let returns = is_single_name(&label, self.names)
            && self.names.identifier(&label).is_none()
            && self.names.code(field, &label).as_deref() == Some(code);
        returns.then_some(label)
    }

    /// The label in Chinese, if it parses back to the identifier.
    fn name(&self, identifier: &str) -> String {
        let label = match self.spelling {
            Spelling::English => None,
            Spelling::Chinese => self.names.label(identifier),
        };
        let returns = |label: &String| {
            is_single_name(label, self.names) && self.names.identifier(label).as_deref() == Some(identifier)
        };
        label.filter(returns).unwrap_or_else(|| identifier.to_owned())
    }
}

fn is_single_name(label: &str, names: &dyn Names) -> bool {
    let tokens = lexer::tokens(label, names, &mut Vec::new());
    matches!(&tokens[..], [only, _] if matches!(&only.token, lexer::Token::Name(name) if name == label && !name.contains('.')))
}

fn of_numeral(numeral: &Numeral) -> String {
    let yuan = if numeral.yuan { "元" } else { "" };
    format!("{}{}{yuan}{}", numeral.digits, numeral.mark.written(), numeral.unit.unwrap_or_default())
}
