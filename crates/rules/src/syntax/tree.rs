//! The syntax tree. Two trees are equal when they say the same, wherever their parts stand.

use crate::{
    expression::{Comparison, Operation, Summary},
    number::Number,
    span::Span,
    syntax::Function,
};
use chrono::NaiveDate;

/// A node with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// A magnitude or share behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// None.
    Plain,
    /// 千: thousand.
    Thousand,
    /// 万: ten thousand.
    TenThousand,
    /// 百万: million.
    Million,
    /// 千万: ten million.
    TenMillion,
    /// 亿: hundred million.
    HundredMillion,
    /// `%`.
    Percent,
    /// `‰`.
    PerMille,
}

/// A number as written: `300万`, `3.4%`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numeral {
    /// Digits with at most one point.
    pub digits: String,
    /// What stands behind them.
    pub mark: Mark,
    /// Whether 元 follows: the number is money.
    pub yuan: bool,
    /// Another unit that follows: 人, 个月.
    pub unit: Option<&'static str>,
}

/// A code as written in a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeWord {
    /// The code, or its label.
    pub code: String,
    /// Where it stands.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Numeral(Numeral),
    /// A day.
    Date(NaiveDate),
    /// Text in quotation marks.
    Text(String),
    /// True or false.
    Truth(bool),
    /// A value that nobody knows.
    Unknown,
    /// A field, parameter, term or code; `prior` periods before the current one.
    Name {
        /// Identifier.
        name: String,
        /// 1 for `revenue[-1]`.
        prior: u8,
    },
    /// Negation.
    Not(Box<Tree>),
    /// All of them, at least two.
    And(Vec<Tree>),
    /// One of them, at least two.
    Or(Vec<Tree>),
    /// A comparison.
    Compare(Comparison, Box<Tree>, Box<Tree>),
    /// A code is one of these, or below one of these.
    In {
        /// The code.
        subject: Box<Tree>,
        /// The set, at least one.
        codes: Vec<CodeWord>,
        /// `within`: codes below count too.
        below: bool,
        /// `not in`.
        negated: bool,
    },
    /// Whether a value is known.
    Known {
        /// The value.
        subject: Box<Tree>,
        /// `is unknown`.
        negated: bool,
    },
    /// Minus.
    Negate(Box<Tree>),
    /// Arithmetic.
    Arithmetic(Operation, Box<Tree>, Box<Tree>),
    /// A function of values.
    Call(Function, Vec<Tree>),
    /// A summary of a child table.
    Aggregate {
        /// What is taken.
        summary: Summary,
        /// The child table.
        table: String,
        /// What is taken of a row, for all but count and any: a field of it, or more.
        value: Option<Box<Tree>>,
        /// Which rows count.
        filter: Option<Box<Tree>>,
    },
    /// Every part of a value at its own rate: 10万 at 1%, what lies above at 0.5%.
    Slices {
        /// The value.
        value: Box<Tree>,
        /// Up to where, and the rate; at least one.
        bands: Vec<(Tree, Tree)>,
        /// The rate of what lies above; without it that counts nothing.
        above: Option<Box<Tree>>,
    },
    /// The first branch whose condition is true.
    Case {
        /// Conditions and values, at least one.
        branches: Vec<(Tree, Tree)>,
        /// Else.
        otherwise: Option<Box<Tree>>,
    },
    /// What could not be read; a fault was reported for it.
    Broken,
}

impl Tree {
    /// A node.
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The nodes directly inside.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Not(inner) | Kind::Negate(inner) => vec![inner],
            Kind::In { subject, .. } | Kind::Known { subject, .. } => vec![subject],
            Kind::And(all) | Kind::Or(all) | Kind::Call(_, all) => all.iter().collect(),
            Kind::Compare(_, left, right) | Kind::Arithmetic(_, left, right) => vec![left, right],
            Kind::Aggregate { value, filter, .. } => value.iter().chain(filter).map(AsRef::as_ref).collect(),
            Kind::Slices { value, bands, above } => {
                let bands = bands.iter().flat_map(|(to, rate)| [to, rate]);
                [&**value].into_iter().chain(bands).chain(above.as_deref()).collect()
            }
            Kind::Case { branches, otherwise } => {
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                branches.chain(otherwise.as_deref()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same, to be changed.
    pub fn parts_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            Kind::Not(inner) | Kind::Negate(inner) => vec![inner],
            Kind::In { subject, .. } | Kind::Known { subject, .. } => vec![subject],
            Kind::And(all) | Kind::Or(all) | Kind::Call(_, all) => all.iter_mut().collect(),
            Kind::Compare(_, left, right) | Kind::Arithmetic(_, left, right) => vec![left, right],
            Kind::Aggregate { value, filter, .. } => {
                value.iter_mut().chain(filter).map(AsMut::as_mut).collect()
            }
            Kind::Slices { value, bands, above } => {
                let bands = bands.iter_mut().flat_map(|(to, rate)| [to, rate]);
                [&mut **value].into_iter().chain(bands).chain(above.as_deref_mut()).collect()
            }
            Kind::Case { branches, otherwise } => {
                let branches = branches.iter_mut().flat_map(|(when, then)| [when, then]);
                branches.chain(otherwise.as_deref_mut()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Every name and every policy whose amount is asked for.
    pub fn mentioned(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect_mentioned(&mut found);
        found
    }

    fn collect_mentioned<'t>(&'t self, found: &mut Vec<&'t str>) {
        match &self.kind {
            Kind::Name { name, prior: 0 } => found.push(name),
            Kind::Call(Function::AmountOf | Function::Entitled, arguments) => {
                found.extend(arguments.iter().filter_map(|argument| match &argument.kind {
                    Kind::Text(policy) => Some(policy.as_str()),
                    _ => None,
                }));
            }
            _ => {}
        }
        self.parts().into_iter().for_each(|part| part.collect_mentioned(found));
    }
}

impl Mark {
    /// All of them with what is written, longest first.
    pub const WRITTEN: [(&'static str, Self); 7] = [
        ("百万", Self::Million),
        ("千万", Self::TenMillion),
        ("千", Self::Thousand),
        ("万", Self::TenThousand),
        ("亿", Self::HundredMillion),
        ("%", Self::Percent),
        ("‰", Self::PerMille),
    ];

    /// What is written behind the digits.
    pub fn written(self) -> &'static str {
        Self::WRITTEN.iter().find(|(_, mark)| *mark == self).map_or("", |(written, _)| written)
    }

    /// Whether it marks a share.
    pub fn is_share(self) -> bool {
        matches!(self, Self::Percent | Self::PerMille)
    }
}

impl Numeral {
    /// Whether it is nothing but digits: it may be a code.
    pub fn is_plain(&self) -> bool {
        self.mark == Mark::Plain && !self.yuan && self.unit.is_none()
    }

    /// The number that is meant; `None` where it has too many digits.
    pub fn value(&self) -> Option<Number> {
        let (whole, rest) = self.digits.split_once('.').unwrap_or((&self.digits, ""));
        let digits = format!("{whole}{rest}").parse().ok()?;
        let value = Number::scaled(digits, u32::try_from(rest.len()).ok()?)?;
        match self.mark {
            Mark::Plain => Some(value),
            Mark::Thousand => value.multiply(Number::whole(1_000)),
            Mark::TenThousand => value.multiply(Number::whole(10_000)),
            Mark::Million => value.multiply(Number::whole(1_000_000)),
            Mark::TenMillion => value.multiply(Number::whole(10_000_000)),
            Mark::HundredMillion => value.multiply(Number::whole(100_000_000)),
            Mark::Percent => value.divide(Number::whole(100)),
            Mark::PerMille => value.divide(Number::whole(1_000)),
        }
    }
}
