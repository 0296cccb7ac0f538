//! Why a policy applies to a firm or not, as structure: results, facts by their fields, numbers. Words are made
//! of it only where somebody reads them.

use super::{
    amount::{AmountPart, amount},
    dossier::Dossier,
    node::{Explanation, Teller, Truth},
    question::open_facts,
    readable::{Line, Readable},
    summary::summary,
};
use crate::{catalog::FieldIndex, number::Number, policy::Status, reference::fen_of};
use smallvec::SmallVec;

/// A policy for one firm.
#[derive(Clone, Debug)]
pub struct Reasons<'r> {
    /// The policy.
    pub readable: &'r Readable,
    /// What is said of it.
    pub status: Status,
    /// What is due, in fen; nothing where the policy does not apply or the amount is unknown.
    pub due_fen: Option<i64>,
    /// The facts that are missing and can still change what is said, ascending.
    pub missing: Vec<FieldIndex>,
    /// Of each line, in order, each before its parts.
    results: SmallVec<[Truth; 16]>,
    /// Of each part of the amount.
    pub(super) amounts: Vec<Option<Number>>,
}

/// A condition for one firm.
#[derive(Clone, Copy, Debug)]
pub struct Clause<'r> {
    /// The condition: what it is for, its citation, its texts.
    pub line: &'r Line,
    /// Whether it holds; for an exception, whether it applies.
    pub result: Truth,
    readable: &'r Readable,
    results: &'r [Truth],
}

impl<'r> Clause<'r> {
    /// What it is made of.
    pub fn parts(self) -> impl ExactSizeIterator<Item = Clause<'r>> {
        let Self { line, readable, results, .. } = self;
        line.parts.iter().map(move |line| Clause { line, result: results[line.place], readable, results })
    }

    /// The fields it reads; of a condition with parts, these have them.
    pub fn facts(self) -> &'r [FieldIndex] {
        if self.line.parts.is_empty() {
            &self.readable.conditions.get(self.line.condition).facts
        } else {
            &[]
        }
    }
}

impl Dossier<'_> {
    /// Why a policy applies or not.
    pub fn reasons<'r>(&self, readable: &'r Readable) -> Reasons<'r> {
        self.expects(readable);
        let results = readable.places.iter().map(|at| self.truth(*at).into()).collect();
        let status = match self.truth(readable.condition) {
            Some(true) => Status::Entitled,
            Some(false) => Status::NotEntitled,
            None if readable.needs_judgement => self.firm.outcome(&readable.policy).status,
            None => Status::Undetermined,
        };
        let amounts: Vec<Option<Number>> =
            readable.amount.iter().map(|line| self.amount(line.index)).collect();
        let is_due = status == Status::Entitled && !amounts.is_empty();
        let due_fen = amounts.last().copied().flatten().filter(|_| is_due).and_then(fen_of);
        let is_open = status == Status::Undetermined || (is_due && due_fen.is_none());
        let missing = if is_open { open_facts(readable, self, status) } else { Vec::new() };
        Reasons { readable, status, due_fen, missing, results, amounts }
    }
}

impl Reasons<'_> {
    /// Conditions and exceptions.
    pub fn clauses(&self) -> impl ExactSizeIterator<Item = Clause<'_>> {
        let Self { readable, results, .. } = self;
        readable.lines.iter().map(move |line| Clause { line, result: results[line.place], readable, results })
    }

    /// The parts of the amount; none for a qualification.
    pub fn amounts(&self) -> impl Iterator<Item = (AmountPart, Option<Number>)> {
        self.readable.amount.iter().zip(&self.amounts).map(|(line, value)| (line.part, *value))
    }

    /// All of it in words.
    pub fn said(&self, dossier: &Dossier<'_>) -> Explanation {
        let teller = Teller { dossier, readable: self.readable };
        let amount = amount(self, &teller);
        Explanation {
            policy: self.readable.id.clone(),
            status: self.status.name(),
            sentence: summary(self, amount.as_ref(), &teller),
            clauses: self.clauses().map(|clause| teller.node(clause)).collect(),
            amount,
            groups: Vec::new(),
            missing: self.missing.iter().map(|field| teller.fact(*field)).collect(),
        }
    }
}
