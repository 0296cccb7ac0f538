//! Expressions as they are evaluated: names resolved, types checked, parameters and terms of the day put in.
//!
//! Equal expressions are equal values, so a plan can evaluate each of them once. What is `None` during
//! evaluation is *unknown*.

use crate::{
    catalog::{FieldIndex, TableIndex},
    number::{Number, Rounding},
    vocabulary::{CodeBits, CodeIndex},
};
use chrono::NaiveDate;
use std::sync::Arc;

/// A known value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A number, a ratio, or money in yuan.
    Number(Number),
    /// A day.
    Date(NaiveDate),
    /// A code.
    Code(CodeIndex),
    /// A set of codes.
    Codes(CodeBits),
    /// Text.
    Text(Arc<str>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// Arithmetic of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient; unknown where the divisor is nought.
    Divide,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// Whole years that have passed.
    Years,
    /// Whole months that have passed.
    Months,
    /// Days.
    Days,
    /// Working days, by the calendar.
    WorkingDays,
}

impl Period {
    /// What it is counted in, as units of fields are written.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Years => "年",
            Self::Months => "月",
            Self::Days => "天",
            Self::WorkingDays => "个工作日",
        }
    }
}

/// What is taken over the rows of a child table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Summary {
    /// Number of rows.
    Count,
    /// Sum of a field.
    Sum,
    /// Least value; unknown where there is no row.
    Least,
    /// Greatest value; unknown where there is no row.
    Greatest,
    /// Whether there is a row.
    Any,
}

/// A summary of the rows of a child table that pass a filter.
///
/// Unknown wherever an unknown filter or value could change it; `Any` and nothing else is true as soon as one
/// row surely passes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Aggregate {
    /// The child table.
    pub table: TableIndex,
    /// What is taken.
    pub summary: Summary,
    /// The value of a row, built on [`Expression::Child`]; `None` for a count or any.
    pub value: Option<Expression>,
    /// Which rows count; `None` for all.
    pub filter: Option<Expression>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expression {
    /// A known value.
    Constant(Value),
    /// A parameter or term that is defined, but of which no version stands on the day, or, with an empty name, a
    /// value that nobody knows: unknown.
    NotInForce(Arc<str>),
    /// The value of a firm's field.
    Fact(FieldIndex),
    /// The value of a field of the row of the aggregate around it.
    Child(FieldIndex),
    /// A condition only a person or a document can decide; the text says what is to be decided.
    Judged(Arc<str>),
    /// Negation.
    Not(Box<Self>),
    /// All of them: false if one is false, else unknown if one is unknown.
    And(Vec<Self>),
    /// One of them: true if one is true, else unknown if one is unknown.
    Or(Vec<Self>),
    /// Numbers and dates by order; truth values, codes and texts for equality only.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// A code is one of these; of a set of codes, at least one is.
    CodeIn(Box<Self>, CodeBits),
    /// Whether the value is known; never unknown itself.
    IsKnown(Box<Self>),
    /// Arithmetic; unknown where a number cannot be represented.
    Arithmetic(Operation, Box<Self>, Box<Self>),
    /// The least of them; unknown if one is unknown.
    Smallest(Vec<Self>),
    /// The greatest of them; unknown if one is unknown.
    Greatest(Vec<Self>),
    /// A multiple of a unit.
    Rounded(Box<Self>, Number, Rounding),
    /// The value of the first branch whose condition is true; unknown as soon as a condition before it is
    /// unknown, or where none is true and there is no other value.
    Case(Vec<(Self, Self)>, Option<Box<Self>>),
    /// The value of the first row whose codes hold the key; unknown without one.
    Lookup(Box<Self>, Vec<(CodeBits, Value)>),
    /// Time that has passed from the first day to the second; negative backwards.
    Elapsed(Period, Box<Self>, Box<Self>),
    /// The first day of the year or month a day lies in; unknown for other periods.
    StartOf(Period, Box<Self>),
    /// The day so long after a day (a whole number, negative for before). Months end on the same-numbered day
    /// or the month's end.
    Shifted(Period, Box<Self>, Box<Self>),
    /// A summary of a child table.
    Aggregate(Box<Aggregate>),
}

impl Aggregate {
    /// What is asked of every row: its value, whether it counts.
    pub fn parts(&self) -> impl Iterator<Item = &Expression> {
        self.value.iter().chain(&self.filter)
    }
}

impl Comparison {
    /// Whether an ordering fulfils the comparison.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::More => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }

    /// The comparison that holds exactly where this one does not.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::More,
            Self::More => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// The comparison with its sides changed.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}

impl Expression {
    /// True or false.
    pub fn truth(value: bool) -> Self {
        Self::Constant(Value::Bool(value))
    }

    /// The expressions directly inside, the ones of an aggregate's rows left out.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Constant(_)
            | Self::NotInForce(_)
            | Self::Fact(_)
            | Self::Child(_)
            | Self::Judged(_)
            | Self::Aggregate(_) => Vec::new(),
            Self::Not(inner)
            | Self::CodeIn(inner, _)
            | Self::IsKnown(inner)
            | Self::Rounded(inner, ..)
            | Self::StartOf(_, inner)
            | Self::Lookup(inner, _) => vec![inner],
            Self::And(all) | Self::Or(all) | Self::Smallest(all) | Self::Greatest(all) => {
                all.iter().collect()
            }
            Self::Compare(_, left, right)
            | Self::Arithmetic(_, left, right)
            | Self::Elapsed(_, left, right)
            | Self::Shifted(_, left, right) => vec![left, right],
            Self::Case(branches, otherwise) => {
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                branches.chain(otherwise.as_deref()).collect()
            }
        }
    }

    /// Whether anything in it needs a person's judgement, also about the rows of an aggregate.
    pub fn needs_judgement(&self) -> bool {
        match self {
            Self::Judged(_) => true,
            Self::Aggregate(aggregate) => aggregate.parts().any(Self::needs_judgement),
            other => other.parts().into_iter().any(Self::needs_judgement),
        }
    }

    /// The condition with every judgement in its favour, or with every one against it: a judgement that has to
    /// hold and one that must not are decided in opposite ways. Inside a value (a branch of a case, a comparison)
    /// a judgement has no side; there it is what `favourable` says.
    #[must_use]
    pub fn judged_as(&self, favourable: bool) -> Self {
        match self {
            Self::Judged(_) => Self::truth(favourable),
            Self::Not(inner) => Self::Not(Box::new(inner.judged_as(!favourable))),
            Self::And(all) => Self::And(all.iter().map(|one| one.judged_as(favourable)).collect()),
            Self::Or(all) => Self::Or(all.iter().map(|one| one.judged_as(favourable)).collect()),
            other => other.clone(),
        }
    }

    /// Every field of the firm it reads, each once, ascending.
    pub fn facts(&self) -> Vec<FieldIndex> {
        let mut facts = Vec::new();
        self.collect_facts(&mut facts);
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    fn collect_facts(&self, facts: &mut Vec<FieldIndex>) {
        if let Self::Fact(field) = self {
            facts.push(*field);
        }
        self.parts().into_iter().for_each(|part| part.collect_facts(facts));
    }
}
