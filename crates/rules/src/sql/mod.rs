//! A rule book as standard SQL, with the same answers: the two-step form for any warehouse.
//!
//! The first step projects every distinct condition once, as a three-valued truth value; the second combines
//! them into a status and an amount for each policy; the third counts. Money is whole fen throughout. A policy
//! that cannot be printed with equal answers, proved by the size of every number on the way, is refused and
//! says why.

#![expect(
    clippy::format_push_string,
    reason = "statements are printed once; `write!` would add an error that cannot be"
)]

mod dialect;
mod integer;
mod number;
mod projection;
mod render;
mod script;
mod stacking;
#[cfg(test)]
mod tests;
mod time;

pub use dialect::Dialect;

use crate::{catalog::Catalog, policy::RuleBook};
use std::{fmt, sync::Arc};

/// Digits of a number in the table of firms: its columns are `DECIMAL(18, scale)`.
pub const DIGITS_MAX: u32 = 18;

/// A rule book as statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The table of firms that the statements read: `firm` and a column for each fact that a rule asks for.
    pub facts: String,
    /// To be run in this order.
    pub statements: Vec<String>,
    /// The last query: policy, entitled, not_entitled, undetermined, needs_judgement, amount_unknown, sum_fen.
    pub totals: String,
    /// For every printed policy: its identifier, the table of its outcomes, and its two columns in there.
    pub outcomes: Vec<OutcomeColumns>,
    /// The policies that were not printed.
    pub refused: Vec<Refusal>,
}

/// Where the outcomes of a policy stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeColumns {
    /// The policy.
    pub policy: Arc<str>,
    /// Table with one row for each firm.
    pub table: String,
    /// Column of the status: `entitled`, `not-entitled`, `undetermined`, `needs-judgement`.
    pub status: String,
    /// Column of the amount in fen.
    pub amount_fen: String,
}

/// A policy that cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The policy.
    pub policy: Arc<str>,
    /// What in it.
    pub what: String,
    /// What to do.
    pub hint: String,
}

/// `what · policy ID · what to do`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · policy {} · {}", self.what, self.policy, self.hint)
    }
}

/// Prints a rule book for a dialect.
pub fn print(book: &RuleBook, catalog: &Catalog, dialect: Dialect) -> Script {
    script::print(book, catalog, dialect)
}

/// The whole as one text: comments, statements, the last query.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "-- The table of firms that is read. Absent values are unknown, sets of codes are `a|b`."
        )?;
        self.facts.lines().try_for_each(|line| writeln!(f, "-- {line}"))?;
        for refusal in &self.refused {
            writeln!(f, "-- not printed: {}", refusal.to_string().replace(['\n', '\r'], " "))?;
        }
        for statement in &self.statements {
            writeln!(f, "\n{statement};")?;
        }
        writeln!(f, "\n{};", self.totals)
    }
}

/// Why something has no form in SQL: what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Unprintable {
    what: String,
    hint: &'static str,
}

impl Unprintable {
    fn new(what: impl Into<String>, hint: &'static str) -> Self {
        Self { what: what.into(), hint }
    }
}

/// What has a form in SQL.
type Printed<T> = Result<T, Unprintable>;
