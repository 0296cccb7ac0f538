//! Policies as they are evaluated on one day: conditions, exceptions, amounts, and how amounts stack.

use crate::{
    expression::{Expression, Value},
    number::Number,
};
use std::sync::Arc;

/// Index of a policy in a rule book.
pub type PolicyIndex = u32;

/// A condition with the clause it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    /// What has to hold.
    pub expression: Expression,
    /// Citation: document and clause, as the edition writes them; may be empty.
    pub cite: Arc<str>,
    /// The condition as it was written, in English.
    pub source: Arc<str>,
}

/// A condition that takes the entitlement away, and what takes that back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exception {
    /// When it applies.
    pub clause: Clause,
    /// Exceptions to it: where one holds, it does not apply.
    pub unless: Vec<Self>,
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Identifier.
    pub id: Arc<str>,
    /// All of these have to hold.
    pub require: Vec<Clause>,
    /// None of these may apply.
    pub unless: Vec<Exception>,
    /// What is due, in yuan, already rounded, with floor and cap applied; a whole number of fen. `None` for a
    /// policy that gives a qualification or a right.
    pub amount: Option<Expression>,
}

/// How the amounts of several policies go together for one firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stacking {
    /// Only the greatest amount is due; of equal ones that of the policy that stands first.
    Best,
    /// Together no more than this (yuan), filled in the order of the members.
    Ceiling(Expression),
}

/// Policies whose amounts go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Identifier.
    pub id: Arc<str>,
    /// How.
    pub stacking: Stacking,
    /// Members, in order of application.
    pub members: Vec<PolicyIndex>,
}

/// All that is evaluated together on one day. Groups apply in order: the second sees what the first left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleBook {
    /// Policies.
    pub policies: Vec<Policy>,
    /// Groups.
    pub groups: Vec<Group>,
}

/// What is said to a firm about a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// The conditions do not hold, whatever is still unknown.
    NotEntitled = 0,
    /// The conditions hold, whatever is still unknown.
    Entitled = 1,
    /// It depends on facts that are unknown.
    Undetermined = 2,
    /// The facts suffice; a person has to judge.
    NeedsJudgement = 3,
}

impl Status {
    /// All of them, as they are shown one after the other.
    pub const ALL: [Self; 4] = [Self::Entitled, Self::NotEntitled, Self::Undetermined, Self::NeedsJudgement];

    /// How it is written in files and by programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entitled => "entitled",
            Self::NotEntitled => "not-entitled",
            Self::Undetermined => "undetermined",
            Self::NeedsJudgement => "needs-judgement",
        }
    }

    /// What it is called, in Chinese and in English: the same on pages and in commands.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Entitled => ("符合条件", "Entitled"),
            Self::NotEntitled => ("不符合条件", "Not entitled"),
            Self::Undetermined => ("尚不能判断", "Undetermined"),
            Self::NeedsJudgement => ("需人工认定", "Needs judgement"),
        }
    }
}

/// Status and amount of one firm under one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Status.
    pub status: Status,
    /// What is due: `None` where nothing is (not entitled, no amount declared) or where it is unknown.
    pub amount_fen: Option<i64>,
}

impl Exception {
    /// When it applies, its own exceptions taken off.
    pub fn condition(&self) -> Expression {
        let own = self.clause.expression.clone();
        if self.unless.is_empty() {
            return own;
        }
        Expression::And(vec![own, none_of(&self.unless)])
    }
}

/// That no exception applies.
fn none_of(exceptions: &[Exception]) -> Expression {
    Expression::Not(Box::new(Expression::Or(exceptions.iter().map(Exception::condition).collect())))
}

impl Policy {
    /// The whole condition.
    pub fn condition(&self) -> Expression {
        let required = self.require.iter().map(|clause| clause.expression.clone());
        let exceptions = (!self.unless.is_empty()).then(|| none_of(&self.unless));
        Expression::And(required.chain(exceptions).collect())
    }

    /// The amount where the policy applies and nought where it does not: what other policies refer to.
    pub fn amount_or_nought(&self) -> Expression {
        let nought = Expression::Constant(Value::Number(Number::ZERO));
        let Some(amount) = &self.amount else { return nought };
        Expression::Case(vec![(self.condition(), amount.clone())], Some(Box::new(nought)))
    }
}
