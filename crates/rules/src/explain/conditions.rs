//! The conditions of readable policies, each distinct one once: how it is put together and what it reads.
//!
//! Policies of one book share their conditions, so that for a firm each is evaluated once, and once is asked what
//! would fulfil it, however many policies name it.

use super::{choice::courses, node::facts_of};
use crate::{
    catalog::{Catalog, FieldIndex},
    expression::{Expression, Value},
    lint::may_hold_together,
};
use chrono::NaiveDate;
use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

/// Most conditions of one policy into which choices are taken apart; a search ends long before.
const CONDITIONS_MAX: usize = 8_192;

/// Index of a condition.
pub type ConditionIndex = u32;

/// A branch of a choice: what has to hold, and how; `None` stands for what is wanted of the whole.
pub type Branch = Vec<(ConditionIndex, Option<bool>)>;

/// How a condition is put together.
#[derive(Clone, Debug)]
pub enum Make {
    /// It reads nothing.
    Constant,
    /// Negation.
    Not(ConditionIndex),
    /// All of them.
    All(Vec<ConditionIndex>),
    /// One of them.
    One(Vec<ConditionIndex>),
    /// One of these branches.
    Choice(Vec<Branch>),
    /// It has no parts that are conditions; the count of those before it.
    Atom(u32),
}

/// A condition.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is evaluated.
    pub expression: Expression,
    /// How it is put together.
    pub make: Make,
    /// The fields it reads, ascending.
    pub facts: Vec<FieldIndex>,
    /// A bit for each of them; fields beyond the first 64 share bits.
    pub mask: u64,
    /// Whether it names the day of evaluation.
    pub reads_day: bool,
    /// Whether it asks if something is known.
    pub asks_knowledge: bool,
    /// Whether a judgement or a child table is in it, which no fact tells.
    pub is_opaque: bool,
    /// Whether there may be a firm for which it is false, true; found when first asked.
    may_be: [OnceLock<bool>; 2],
}

/// Distinct conditions and amounts.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// The day for which they were compiled.
    pub as_of: NaiveDate,
    all: Vec<Condition>,
    amounts: Vec<Expression>,
    atoms: u32,
}

/// So many fields have bits of their own in a mask; further ones share them.
pub const FIELDS_APART: usize = 64;

/// The bit of a field in a mask.
pub fn bit(field: FieldIndex) -> u64 {
    1 << (usize::from(field) % FIELDS_APART)
}

impl Conditions {
    /// A condition.
    pub fn get(&self, at: ConditionIndex) -> &Condition {
        &self.all[at as usize]
    }

    /// An amount.
    pub fn amount(&self, at: u32) -> &Expression {
        &self.amounts[at as usize]
    }

    /// How many conditions there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// How many of them have no parts.
    pub fn atom_count(&self) -> usize {
        self.atoms as usize
    }

    /// How many amounts there are.
    pub fn amount_count(&self) -> usize {
        self.amounts.len()
    }

    /// Whether there may be a firm for which a condition is so; `false` is certain.
    pub fn may_be(&self, at: ConditionIndex, wanted: bool, catalog: &Catalog) -> bool {
        let condition = self.get(at);
        let ask = || may_hold_together(vec![(condition.expression.clone(), wanted)], catalog);
        *condition.may_be[usize::from(wanted)].get_or_init(ask)
    }
}

/// Conditions while policies are read.
pub struct Gathering {
    conditions: Conditions,
    known: HashMap<Expression, ConditionIndex>,
    known_amounts: HashMap<Expression, u32>,
    /// How many there were before the policy that is read.
    before: usize,
}

impl Gathering {
    /// None yet.
    pub fn new(as_of: NaiveDate) -> Self {
        let conditions = Conditions { as_of, ..Conditions::default() };
        Self { conditions, known: HashMap::new(), known_amounts: HashMap::new(), before: 0 }
    }

    /// Begins a policy.
    pub fn begin(&mut self) {
        self.before = self.conditions.all.len();
    }

    /// Whether no two of these conditions read the same fact, nor what no fact tells.
    pub fn are_apart(&self, mut conditions: impl Iterator<Item = ConditionIndex>) -> bool {
        let mut seen = 0;
        conditions.all(|at| {
            let condition = self.conditions.get(at);
            let is_new = condition.mask & seen == 0 && !condition.is_opaque;
            seen |= condition.mask;
            is_new
        })
    }

    /// What was gathered.
    pub fn finish(self) -> Arc<Conditions> {
        Arc::new(self.conditions)
    }

    /// The index of an amount.
    pub fn amount(&mut self, expression: &Expression) -> u32 {
        if let Some(known) = self.known_amounts.get(expression) {
            return *known;
        }
        let at = self.conditions.amounts.len() as u32;
        self.conditions.amounts.push(expression.clone());
        self.known_amounts.insert(expression.clone(), at);
        at
    }

    /// The index of a condition, its parts before it.
    pub fn condition(&mut self, expression: &Expression) -> ConditionIndex {
        if let Some(known) = self.known.get(expression) {
            return *known;
        }
        let make = match expression {
            Expression::Constant(_) => Make::Constant,
            Expression::Not(inner) => Make::Not(self.condition(inner)),
            Expression::And(all) => Make::All(all.iter().map(|part| self.condition(part)).collect()),
            Expression::Or(all) => Make::One(all.iter().map(|part| self.condition(part)).collect()),
            Expression::Case(..) | Expression::Compare(..) | Expression::CodeIn(..) => {
                self.choice(expression).unwrap_or_else(|| self.atom())
            }
            _ => self.atom(),
        };
        let facts = facts_of(expression);
        let as_of = self.conditions.as_of;
        let condition = Condition {
            make,
            mask: facts.iter().fold(0, |mask, field| mask | bit(*field)),
            facts,
            reads_day: mentions(expression, &|part| names_day(part, as_of)),
            asks_knowledge: mentions(expression, &|part| matches!(part, Expression::IsKnown(_))),
            is_opaque: mentions(expression, &|part| {
                matches!(part, Expression::Judged(_) | Expression::Aggregate(_))
            }),
            expression: expression.clone(),
            may_be: [const { OnceLock::new() }; 2],
        };
        let at = self.conditions.all.len() as ConditionIndex;
        self.conditions.all.push(condition);
        self.known.insert(expression.clone(), at);
        at
    }

    fn atom(&mut self) -> Make {
        self.conditions.atoms += 1;
        Make::Atom(self.conditions.atoms - 1)
    }

    fn choice(&mut self, expression: &Expression) -> Option<Make> {
        if self.conditions.all.len() - self.before > CONDITIONS_MAX {
            return None;
        }
        let courses = courses(expression)?;
        let branch = |course: Vec<(Expression, Option<bool>)>| -> Branch {
            course.iter().map(|(part, own)| (self.condition(part), *own)).collect()
        };
        Some(Make::Choice(courses.into_iter().map(branch).collect()))
    }
}

/// Whether an expression is the day.
pub fn names_day(expression: &Expression, day: NaiveDate) -> bool {
    matches!(expression, Expression::Constant(Value::Date(date)) if *date == day)
}

/// Whether a part is somewhere in an expression, rows of child tables included.
pub fn mentions(expression: &Expression, is: &dyn Fn(&Expression) -> bool) -> bool {
    let in_rows = |expression: &Expression| match expression {
        Expression::Aggregate(aggregate) => aggregate.parts().any(|part| mentions(part, is)),
        _ => false,
    };
    is(expression) || in_rows(expression) || expression.parts().into_iter().any(|part| mentions(part, is))
}
