//! What has been found out about one firm: each fact, each condition and each way to fulfil one, once.

use super::{
    conditions::{ConditionIndex, Conditions, FIELDS_APART, Make, bit},
    near_miss::{Need, single_row},
    node::{Provenance, Truth},
    readable::Readable,
};
use crate::{
    catalog::{Field, FieldIndex},
    expression::{Expression, Value},
    number::Number,
    reference::{Firm, compare},
    table::Table,
};
use chrono::NaiveDate;
use smallvec::SmallVec;
use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
    sync::Arc,
};

/// Needs that together are enough.
pub type Together = SmallVec<[Rc<Need>; 1]>;

/// What would make a condition true, or false; and how many evaluations it took to see that.
#[derive(Debug)]
pub struct Options {
    /// Each is enough; cheapest first.
    pub all: Vec<Together>,
    /// How many of them do not change what cannot change.
    pub within_reach: usize,
    /// Whether one of them waits for a day.
    pub wait: bool,
    /// Evaluations.
    pub evaluations: u32,
}

/// What has been found out about one firm while policies are explained to it.
pub struct Dossier<'a> {
    /// The firm.
    pub(super) firm: Firm<'a>,
    /// The conditions of the policies.
    pub(super) conditions: Arc<Conditions>,
    provenance: &'a Provenance,
    facts: Vec<FactFound>,
    truths: Vec<Cell<Option<Truth>>>,
    options: Vec<[OnceCell<Box<Options>>; 4]>,
    amounts: Vec<OnceCell<Option<Number>>>,
    row: OnceCell<RefCell<Table>>,
    /// The bits of the fields that can change: they are unknown, or in the hands of the firm.
    changeable: OnceCell<u64>,
}

#[derive(Clone, Default)]
struct FactFound {
    value: OnceCell<Option<Value>>,
    as_of: OnceCell<Option<NaiveDate>>,
}

/// A fact of the firm, where it comes from, and as of when.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'d> {
    /// The field, with its dataset.
    pub field: &'d Field,
    /// Its value; nothing where it is unknown.
    pub value: Option<&'d Value>,
    /// As of which day the dataset stands.
    pub as_of: Option<NaiveDate>,
}

impl<'a> Dossier<'a> {
    /// Nothing yet, for explaining this policy and all that were made readable with it.
    pub fn new(readable: &Readable, firm: &Firm<'a>, provenance: &'a Provenance) -> Self {
        Self::of(Arc::clone(&readable.conditions), firm, provenance)
    }

    fn of(conditions: Arc<Conditions>, firm: &Firm<'a>, provenance: &'a Provenance) -> Self {
        Self {
            firm: *firm,
            provenance,
            facts: vec![FactFound::default(); firm.catalog.fields().len()],
            truths: vec![Cell::new(None); conditions.count()],
            options: (0..conditions.atom_count()).map(|_| [const { OnceCell::new() }; 4]).collect(),
            amounts: vec![OnceCell::new(); conditions.amount_count()],
            row: OnceCell::new(),
            changeable: OnceCell::new(),
            conditions,
        }
    }

    /// The same conditions for the firm with other facts.
    pub(super) fn with_facts<'b>(&self, table: &'b Table) -> Dossier<'b>
    where
        'a: 'b,
    {
        Dossier::of(Arc::clone(&self.conditions), &self.with_row(table), self.provenance)
    }

    /// The firm with the facts of a table of one row.
    pub(super) fn with_row<'b>(&self, table: &'b Table) -> Firm<'b>
    where
        'a: 'b,
    {
        let mut firm = Firm::new(self.firm.catalog, table, 0, self.firm.calendar);
        firm.judged = self.firm.judged;
        firm
    }

    /// That a policy is one of those it was begun for.
    pub(super) fn expects(&self, readable: &Readable) {
        assert!(
            Arc::ptr_eq(&self.conditions, &readable.conditions),
            "a dossier serves the policies that were made readable together"
        );
    }

    /// A fact.
    pub fn fact(&self, index: FieldIndex) -> Fact<'_> {
        let field = self.firm.catalog.field(index);
        let day = || self.provenance.as_of.get(&field.dataset).copied();
        let as_of = *self.facts[usize::from(index)].as_of.get_or_init(day);
        Fact { field, value: self.value(index), as_of }
    }

    /// The value of a fact; nothing where it is unknown.
    pub(super) fn value(&self, index: FieldIndex) -> Option<&Value> {
        let read = || self.firm.value(&Expression::Fact(index));
        self.facts[usize::from(index)].value.get_or_init(read).as_ref()
    }

    /// Whether a condition holds.
    pub(super) fn truth(&self, at: ConditionIndex) -> Option<bool> {
        let kept = &self.truths[at as usize];
        if let Some(truth) = kept.get() {
            return truth.value();
        }
        let condition = self.conditions.get(at);
        let truth = match &condition.make {
            Make::Not(inner) => self.truth(*inner).map(|truth| !truth),
            Make::All(parts) => kleene(parts.iter().map(|part| self.truth(*part)), false),
            Make::One(parts) => kleene(parts.iter().map(|part| self.truth(*part)), true),
            _ => self.plain_truth(&condition.expression),
        };
        kept.set(Some(truth.into()));
        truth
    }

    /// Of a condition without parts: by the reference, from facts that were read before where it is short.
    fn plain_truth(&self, expression: &Expression) -> Option<bool> {
        match short_truth(expression, |field| self.value(field)) {
            Some(truth) => truth.value(),
            None => self.firm.truth(expression),
        }
    }

    /// The number of an amount.
    pub(super) fn amount(&self, at: u32) -> Option<Number> {
        *self.amounts[at as usize].get_or_init(|| self.firm.number(self.conditions.amount(at)))
    }

    /// Whether nothing a condition reads can change: every fact is known and out of the firm's hands.
    pub(super) fn is_fixed(&self, at: ConditionIndex, floats: bool) -> bool {
        let condition = self.conditions.get(at);
        if condition.is_opaque || (condition.reads_day && floats) {
            return false;
        }
        // Bits may be shared by several fields: only that none is set is certain.
        condition.mask & self.changeable() == 0
            || (self.facts.len() > FIELDS_APART
                && !condition.facts.iter().any(|field| self.can_change(*field)))
    }

    fn can_change(&self, field: FieldIndex) -> bool {
        self.firm.catalog.field(field).can_act || self.value(field).is_none()
    }

    fn changeable(&self) -> u64 {
        let fields = 0..self.facts.len() as FieldIndex;
        let gather =
            || fields.filter(|field| self.can_change(*field)).fold(0, |mask, field| mask | bit(field));
        *self.changeable.get_or_init(gather)
    }

    /// Where what would make the atom of this number true, or false, is kept.
    pub(super) fn options(&self, atom: u32, wanted: bool, floats: bool) -> &OnceCell<Box<Options>> {
        &self.options[atom as usize][usize::from(wanted) * 2 + usize::from(floats)]
    }

    /// The firm as a table of one row, to try changes in.
    pub(super) fn row(&self) -> &RefCell<Table> {
        self.row.get_or_init(|| RefCell::new(single_row(&self.firm)))
    }
}

/// Of a condition that compares one fact with a constant, as the reference has it; nothing of any other.
pub(super) fn short_truth<'v>(
    expression: &Expression,
    value: impl Fn(FieldIndex) -> Option<&'v Value>,
) -> Option<Truth> {
    match expression {
        Expression::Fact(field) => Some(match value(*field) {
            Some(Value::Bool(truth)) => Some(*truth).into(),
            _ => Truth::Unknown,
        }),
        Expression::Compare(comparison, left, right) => match (&**left, &**right) {
            (Expression::Fact(field), Expression::Constant(bound)) => {
                Some(value(*field).and_then(|value| compare(*comparison, value, bound)).into())
            }
            _ => None,
        },
        Expression::CodeIn(inner, codes) => match (&**inner, codes) {
            (Expression::Fact(field), codes) => match value(*field) {
                Some(Value::Code(code)) => Some(Some(codes.contains(*code)).into()),
                Some(_) => None,
                None => Some(Truth::Unknown),
            },
            _ => None,
        },
        _ => None,
    }
}

/// `deciding` settles the whole; else one unknown leaves it unknown.
pub(super) fn kleene(all: impl Iterator<Item = Option<bool>>, deciding: bool) -> Option<bool> {
    let mut result = Some(!deciding);
    for one in all {
        match one {
            Some(one) if one == deciding => return Some(deciding),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}
