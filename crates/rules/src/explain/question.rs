//! What to ask next: the missing fact whose answer settles the most money.

use super::{
    conditions::{ConditionIndex, Make, bit},
    dossier::Dossier,
    node::facts_of,
    prior::Prior,
    readable::{Readable, replaced},
    text,
};
use crate::{
    catalog::{Catalog, FieldIndex, Words},
    expression::{Expression, Value},
    lint::may_hold_together,
    policy::{Policy, Status},
    reference::Firm,
    table::{Table, column_of},
};
use serde::Serialize;
use std::{cmp::Reverse, collections::BTreeMap};

/// The fact to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Identifier of the field.
    pub field: String,
    /// What it is called.
    pub label: Words,
    /// How the firm is asked.
    pub question: Words,
    /// Money that the answer is expected to settle one way or the other, in fen.
    pub expected_fen: i64,
    /// The policies it may settle or bring nearer, by identifier, in the order of the rule book.
    pub policies: Vec<String>,
    /// Index of the field.
    #[serde(skip)]
    pub index: FieldIndex,
}

/// Largest condition of which it is asked whether anybody can fulfil it: the visitor waits for the answer.
const NODES_MAX: usize = 200;

/// A policy that is still open, with what is known put in.
struct Open<'p> {
    policy: &'p Policy,
    condition: Expression,
    amount: Option<Expression>,
    /// Missing facts that can still matter.
    missing: Vec<FieldIndex>,
    /// What it would give to a firm that is like others, in fen.
    money_fen: i64,
}

/// The missing fact whose answer settles the most money over these policies; of equal ones the one that touches
/// more money, then more policies, then the one declared first. `None` where nothing is left to ask.
pub fn next_question(policies: &[&Policy], firm: &Firm<'_>, prior: &Prior) -> Option<Question> {
    let mut table = super::near_miss::single_row(firm);
    let open: Vec<Open<'_>> = policies.iter().filter_map(|policy| opened(policy, firm)).collect();
    let open = with_money(open, firm, &table, prior);
    let mut touched: BTreeMap<FieldIndex, Vec<usize>> = BTreeMap::new();
    for (index, policy) in open.iter().enumerate() {
        policy.missing.iter().for_each(|field| touched.entry(*field).or_default().push(index));
    }
    // An answer settles no more than all the money it touches: most of it first, so that the rest can be left.
    let most =
        |policies: &[usize]| policies.iter().map(|policy| i128::from(open[*policy].money_fen)).sum::<i128>();
    let mut fields: Vec<(i128, FieldIndex)> =
        touched.iter().map(|(field, policies)| (most(policies), *field)).collect();
    fields.sort_by_key(|(most, field)| (Reverse(*most), *field));
    let mut best: Option<((i128, i128, usize), Reverse<FieldIndex>)> = None;
    for (most, field) in fields {
        if best.as_ref().is_some_and(|((expected, ..), _)| most < *expected) {
            break;
        }
        let policies = &touched[&field];
        let expected = expected_fen(field, policies, &open, firm, &mut table, prior);
        let near: i128 = policies
            .iter()
            .map(|policy| i128::from(open[*policy].money_fen) / open[*policy].missing.len() as i128)
            .sum();
        best = best.max(Some(((expected, near, policies.len()), Reverse(field))));
    }
    let ((expected, ..), Reverse(index)) = best?;
    Some(told(index, expected, &touched[&index], &open, firm.catalog))
}

fn told(
    index: FieldIndex,
    expected: i128,
    touched: &[usize],
    open: &[Open<'_>],
    catalog: &Catalog,
) -> Question {
    let field = catalog.field(index);
    Question {
        field: field.name.clone(),
        label: text::filled(&field.label, &field.name),
        question: field.question.clone(),
        expected_fen: i64::try_from(expected).unwrap_or(i64::MAX),
        policies: touched.iter().map(|policy| open[*policy].policy.id.to_string()).collect(),
        index,
    }
}

/// The missing facts that can still change what is said of a policy, ascending.
pub(super) fn open_facts(readable: &Readable, dossier: &Dossier<'_>, status: Status) -> Vec<FieldIndex> {
    if status == Status::Undetermined {
        let mut apart = Apart { dossier, seen: 0, missing: Vec::new() };
        if apart.may_be(readable.condition, true) == Some(true) {
            apart.missing.sort_unstable();
            return apart.missing;
        }
    }
    open_facts_together(&readable.policy, status, &dossier.firm)
}

/// The same by looking at the whole condition at once, which always answers and takes longer.
pub(super) fn open_facts_together(policy: &Policy, status: Status, firm: &Firm<'_>) -> Vec<FieldIndex> {
    opened_as(policy, status, firm).map(|open| open.missing).unwrap_or_default()
}

/// Open conditions of which each reads facts that no other reads: what is missing, and whether there may be a
/// firm for which they hold, can then be told of each alone.
struct Apart<'o, 'a> {
    dossier: &'o Dossier<'a>,
    seen: u64,
    missing: Vec<FieldIndex>,
}

impl Apart<'_, '_> {
    /// Whether a condition may be so; `None` where the conditions have to be looked at together.
    fn may_be(&mut self, at: ConditionIndex, wanted: bool) -> Option<bool> {
        let condition = self.dossier.conditions.get(at);
        if let Some(truth) = self.dossier.truth(at)
            && !self.asks(at)
        {
            return Some(truth == wanted);
        }
        match &condition.make {
            Make::Not(inner) => self.may_be(*inner, !wanted),
            Make::All(parts) | Make::One(parts) => {
                let parts = parts.iter().map(|part| self.may_be(*part, wanted));
                let parts: Vec<bool> = parts.collect::<Option<_>>()?;
                let every = matches!(condition.make, Make::All(_)) == wanted;
                Some(if every { !parts.contains(&false) } else { parts.contains(&true) })
            }
            Make::Atom(_) if !condition.is_opaque => self.atom_may_be(at, wanted),
            _ => None,
        }
    }

    fn atom_may_be(&mut self, at: ConditionIndex, wanted: bool) -> Option<bool> {
        let dossier = self.dossier;
        let condition = dossier.conditions.get(at);
        let is_missing = |field: &&FieldIndex| dossier.value(**field).is_none();
        let missing = condition.facts.iter().filter(is_missing);
        let mask = missing.clone().fold(0, |mask, field| mask | bit(*field));
        if mask & self.seen != 0 {
            return None;
        }
        self.seen |= mask;
        self.missing.extend(missing);
        let catalog = dossier.firm.catalog;
        Some(if mask == condition.mask {
            dossier.conditions.may_be(at, wanted, catalog)
        } else {
            may_hold_together(vec![(residual(&condition.expression, &dossier.firm), wanted)], catalog)
        })
    }

    /// Whether an answer could change it although it has a value: it asks whether a missing fact is known.
    fn asks(&self, at: ConditionIndex) -> bool {
        let condition = self.dossier.conditions.get(at);
        condition.asks_knowledge
            && match &condition.make {
                Make::Not(inner) => self.asks(*inner),
                Make::All(parts) | Make::One(parts) => parts.iter().any(|part| self.asks(*part)),
                _ => asks_for_knowledge(&condition.expression, &self.dossier.firm),
            }
    }
}

/// A policy as far as it is open; `None` where no fact can change what is said of it.
fn opened<'p>(policy: &'p Policy, firm: &Firm<'_>) -> Option<Open<'p>> {
    let status = firm.outcome(policy).status;
    if status == Status::Entitled && policy.amount.as_ref().is_none_or(|amount| firm.number(amount).is_some())
    {
        return None;
    }
    opened_as(policy, status, firm)
}

/// The same where the status is known, and the amount not, if the policy applies.
fn opened_as<'p>(policy: &'p Policy, status: Status, firm: &Firm<'_>) -> Option<Open<'p>> {
    let condition = match status {
        Status::Undetermined => residual(&policy.condition(), firm),
        Status::Entitled => Expression::truth(true),
        _ => return None,
    };
    if node_count(&condition) <= NODES_MAX && !crate::lint::may_hold(&condition, firm.catalog) {
        return None;
    }
    let amount = policy.amount.as_ref().map(|amount| residual(amount, firm));
    let mut read = facts_of(&condition);
    if status == Status::Entitled {
        read.extend(amount.iter().flat_map(facts_of));
    }
    read.sort_unstable();
    read.dedup();
    read.retain(|field| firm.value(&Expression::Fact(*field)).is_none());
    (!read.is_empty()).then_some(Open { policy, condition, amount, missing: read, money_fen: 0 })
}

fn node_count(expression: &Expression) -> usize {
    1 + expression.parts().into_iter().map(node_count).sum::<usize>()
}

/// What is left of an expression once known facts are put in.
fn residual(expression: &Expression, firm: &Firm<'_>) -> Expression {
    if !asks_for_knowledge(expression, firm)
        && let Some(value) = firm.value(expression)
    {
        return Expression::Constant(value);
    }
    match expression {
        Expression::And(all) | Expression::Or(all) => {
            let is_and = matches!(expression, Expression::And(_));
            let left: Vec<Expression> = all.iter().map(|part| residual(part, firm)).collect();
            let neutral = Expression::truth(is_and);
            let left: Vec<Expression> = left.into_iter().filter(|part| *part != neutral).collect();
            if is_and { Expression::And(left) } else { Expression::Or(left) }
        }
        Expression::Not(inner) => Expression::Not(Box::new(residual(inner, firm))),
        Expression::Case(branches, otherwise) => {
            let mut kept = Vec::new();
            for (when, then) in branches {
                match residual(when, firm) {
                    Expression::Constant(Value::Bool(false)) => {}
                    Expression::Constant(Value::Bool(true)) => {
                        let then = residual(then, firm);
                        return if kept.is_empty() {
                            then
                        } else {
                            Expression::Case(kept, Some(Box::new(then)))
                        };
                    }
                    when => kept.push((when, residual(then, firm))),
                }
            }
            let otherwise = otherwise.as_deref().map(|otherwise| Box::new(residual(otherwise, firm)));
            Expression::Case(kept, otherwise)
        }
        other => replaced(other, &|part| match part {
            Expression::Fact(_) => firm.value(part).map(Expression::Constant),
            _ => None,
        }),
    }
}

/// Whether an answer could change it although it has a value: it asks whether a missing fact is known.
fn asks_for_knowledge(expression: &Expression, firm: &Firm<'_>) -> bool {
    let own = matches!(expression, Expression::IsKnown(inner) if firm.value(inner).is_none());
    own || expression.parts().into_iter().any(|part| asks_for_knowledge(part, firm))
}

/// Amounts with every missing fact at its typical value.
fn with_money<'p>(open: Vec<Open<'p>>, firm: &Firm<'_>, table: &Table, prior: &Prior) -> Vec<Open<'p>> {
    let mut typical = table.clone();
    for (index, field) in firm.catalog.fields().iter().enumerate() {
        let index = index as FieldIndex;
        if firm.value(&Expression::Fact(index)).is_none()
            && let Some(value) = prior.typical(index)
        {
            typical.columns[usize::from(index)] = column_of(&field.kind, vec![Some(value.clone())]);
        }
    }
    let like_others = Firm::new(firm.catalog, &typical, 0, firm.calendar);
    open.into_iter()
        .map(|policy| {
            let amount = policy.amount.as_ref().and_then(|amount| like_others.amount_fen(amount));
            Open { money_fen: amount.unwrap_or(0).max(0), ..policy }
        })
        .collect()
}

/// Money that is settled by an answer, over all answers by their weight.
fn expected_fen(
    field: FieldIndex,
    policies: &[usize],
    open: &[Open<'_>],
    firm: &Firm<'_>,
    table: &mut Table,
    prior: &Prior,
) -> i128 {
    let kind = &firm.catalog.field(field).kind;
    let column = usize::from(field);
    let before = table.columns[column].clone();
    let (mut settled, mut weights) = (0_i128, 0_i128);
    for (value, weight) in prior.values(field) {
        table.columns[column] = column_of(kind, vec![Some(value.clone())]);
        let mut answered = Firm::new(firm.catalog, table, 0, firm.calendar);
        answered.judged = firm.judged;
        let money = policies.iter().map(|policy| &open[*policy]);
        let money: i128 = money
            .filter(|policy| is_settled(policy, &answered))
            .map(|policy| i128::from(policy.money_fen))
            .sum();
        settled += money * i128::from(*weight);
        weights += i128::from(*weight);
    }
    table.columns[column] = before;
    if weights == 0 { 0 } else { settled / weights }
}

fn is_settled(open: &Open<'_>, firm: &Firm<'_>) -> bool {
    match firm.truth(&open.condition) {
        Some(true) => open.amount.as_ref().is_none_or(|amount| firm.number(amount).is_some()),
        Some(false) => true,
        None if firm.judged.is_none() && open.condition.needs_judgement() => {
            firm.awaits_judgement(&open.condition)
        }
        None => false,
    }
}
