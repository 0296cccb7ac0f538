//! A set of changes as constraints on what they change: merged, priced, applied.

use super::{Way, wanted::Wanted};
use crate::{
    catalog::FieldIndex,
    explain::{conditions::ConditionIndex, dossier::Dossier},
    expression::{Expression, Value},
    number::Number,
    reference::Firm,
    table::{Children, Table, code_count, column_of},
};
use chrono::NaiveDate;
use smallvec::SmallVec;
use std::{borrow::Cow, cell::OnceCell, rc::Rc, sync::Arc};

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A fact.
    Field(FieldIndex),
    /// What a summary of a child table comes to.
    Summary(Expression),
    /// The day.
    Day,
    /// What a person decides.
    Judged(Arc<str>),
}

/// What something has to be, for one firm: shared by all plans that ask for it.
#[derive(Debug)]
pub struct Need {
    /// What is changed.
    pub subject: Subject,
    /// What it has to be.
    pub wanted: Wanted,
    /// The value nearest to the present one that is so; nothing where any would do.
    pub value: Option<Value>,
    /// How far it is.
    pub distance_permille: u32,
    /// In whose hands it is, the end of a policy left out of account.
    way: Way,
    /// The condition it was read off; nothing where it serves several.
    pub origin: Option<ConditionIndex>,
    /// Whether that condition holds once nothing else is changed.
    pub alone: OnceCell<Option<bool>>,
}

/// A need and the line of the policy it comes from.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// What has to be.
    pub need: Rc<Need>,
    /// Index of the line.
    pub line: usize,
}

/// Few constraints; most plans need one or two.
pub type Constraints = SmallVec<[Constraint; 4]>;

/// Constraints that hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// At most one for each subject.
    pub constraints: Constraints,
    /// Price: what cannot be changed is dearest, then judgement, then what is unknown, then distance.
    pub cost: u64,
}

impl PartialEq for Constraint {
    fn eq(&self, other: &Self) -> bool {
        self.line == other.line && (Rc::ptr_eq(&self.need, &other.need) || self.need.is_same(&other.need))
    }
}

impl Eq for Constraint {}

impl Need {
    /// What something has to be, for a firm.
    pub fn new(
        dossier: &Dossier<'_>,
        subject: Subject,
        wanted: Wanted,
        origin: Option<ConditionIndex>,
    ) -> Self {
        let catalog = dossier.firm.catalog;
        let kept;
        let (from, codes, way) = match &subject {
            Subject::Field(field) => {
                let from = dossier.value(*field);
                let kind = &catalog.field(*field).kind;
                let way = match from {
                    None => Way::Learn,
                    Some(_) if catalog.field(*field).can_act => Way::Act,
                    Some(_) => Way::Never,
                };
                (from, code_count(catalog, kind), way)
            }
            Subject::Summary(summary) => {
                kept = dossier.firm.value(summary);
                let is_unknown = kept.is_none() && !is_without_rows(&dossier.firm, summary);
                (kept.as_ref(), 0, if is_unknown { Way::Learn } else { Way::Act })
            }
            Subject::Day => {
                kept = Some(Value::Date(dossier.conditions.as_of));
                (kept.as_ref(), 0, Way::Time)
            }
            Subject::Judged(_) => (None, 0, Way::Judge),
        };
        let value = wanted.value(from, codes);
        let distance_permille = distance_permille(from, value.as_ref());
        Self { subject, wanted, value, distance_permille, way, origin, alone: OnceCell::new() }
    }

    /// Whether both want the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.subject == other.subject && self.wanted == other.wanted
    }

    /// In whose hands it is under a policy that ends on this day.
    pub fn way(&self, until: Option<NaiveDate>) -> Way {
        match (&self.subject, &self.wanted, until) {
            (Subject::Day, Wanted::Days(Some(day), _), Some(until)) if *day > until => Way::Never,
            _ => self.way,
        }
    }

    /// For time: the first day on which it is so.
    pub fn first_day(&self) -> Option<NaiveDate> {
        match (&self.subject, &self.value) {
            (Subject::Day, Some(Value::Date(day))) => Some(*day),
            _ => None,
        }
    }

    /// What stands there at present.
    pub fn from<'d>(&self, dossier: &'d Dossier<'_>) -> Option<Cow<'d, Value>> {
        match &self.subject {
            Subject::Field(field) => dossier.value(*field).map(Cow::Borrowed),
            Subject::Summary(summary) => dossier.firm.value(summary).map(Cow::Owned),
            Subject::Day => Some(Cow::Owned(Value::Date(dossier.conditions.as_of))),
            Subject::Judged(_) => None,
        }
    }
}

/// How far apart two values are, in thousandths of the greater; at most 1,000.
pub fn distance_permille(from: Option<&Value>, to: Option<&Value>) -> u32 {
    let (Some(from), Some(to)) = (from, to) else { return 0 };
    match (from, to) {
        (Value::Number(from), Value::Number(to)) => {
            let share = || {
                let gap = from.subtract(*to)?.absolute()?.multiply(Number::whole(1000))?;
                let size = from.absolute()?.max(to.absolute()?);
                u32::try_from(gap.divide(size)?.ceiling()).ok()
            };
            short_share(*from, *to).or_else(share).unwrap_or(1000).min(1000)
        }
        (Value::Date(from), Value::Date(to)) => days_permille(*from, *to),
        (from, to) if from == to => 0,
        _ => 1000,
    }
}

/// The same of two numbers whose digits are few enough, without bringing any fraction to lowest terms.
fn short_share(from: Number, to: Number) -> Option<u32> {
    let ((from, of_from), (to, of_to)) = (from.parts(), to.parts());
    let (from, to) = (from.checked_mul(of_to)?, to.checked_mul(of_from)?);
    let gap = from.checked_sub(to)?.checked_abs()?.checked_mul(1000)?;
    let size = from.checked_abs()?.max(to.checked_abs()?);
    if size == 0 {
        return None;
    }
    let share = match (u64::try_from(gap), u64::try_from(size)) {
        (Ok(gap), Ok(size)) => i128::from(gap.div_ceil(size)),
        _ => gap.checked_add(size - 1)? / size,
    };
    u32::try_from(share).ok()
}

/// Days as a distance: a year is 1,000, ten years are the most.
pub fn days_permille(from: NaiveDate, to: NaiveDate) -> u32 {
    let days = (to - from).num_days().unsigned_abs().min(3650);
    (days * 1000 / 365) as u32
}

impl Plan {
    /// Both plans together; `None` where they contradict each other.
    pub fn and(&self, other: &Self, dossier: &Dossier<'_>) -> Option<Self> {
        let mut constraints = self.constraints.clone();
        for added in &other.constraints {
            put(&mut constraints, &added.need, added.line, dossier)?;
        }
        Some(Self { constraints, cost: 0 })
    }

    /// The plan with further needs of a line; `None` where they contradict it.
    pub fn with(&self, needs: &[Rc<Need>], line: usize, dossier: &Dossier<'_>) -> Option<Self> {
        let mut with = Self { constraints: self.constraints.clone(), cost: 0 };
        with.add(needs, line, dossier).map(|()| with)
    }

    /// Puts further needs of a line to the plan; nothing where they contradict it, and it is of no use any more.
    pub fn add(&mut self, needs: &[Rc<Need>], line: usize, dossier: &Dossier<'_>) -> Option<()> {
        needs.iter().try_for_each(|need| put(&mut self.constraints, need, line, dossier))
    }

    /// Whether it leaves open what a value has to be.
    pub fn is_open(&self) -> bool {
        self.constraints.iter().any(|constraint| constraint.need.wanted == Wanted::Any)
    }
}

/// Whether a summary is of rows of which it is known that there are none: then even the least of them is nothing.
fn is_without_rows(firm: &Firm<'_>, summary: &Expression) -> bool {
    let Expression::Aggregate(aggregate) = summary else { return false };
    firm.table.child_rows(aggregate.table, firm.row).is_some_and(|(_, rows)| rows.is_empty())
}

fn put(constraints: &mut Constraints, need: &Rc<Need>, line: usize, dossier: &Dossier<'_>) -> Option<()> {
    match constraints.iter_mut().find(|known| known.need.subject == need.subject) {
        None => constraints.push(Constraint { need: Rc::clone(need), line }),
        Some(known) if Rc::ptr_eq(&known.need, need) => {}
        Some(known) => {
            let wanted = known.need.wanted.and(&need.wanted)?;
            let need = Need::new(dossier, known.need.subject.clone(), wanted, None);
            if need.value.is_none() && need.wanted != Wanted::Any {
                // No code of the vocabulary is left.
                return None;
            }
            known.need = Rc::new(need);
        }
    }
    Some(())
}

/// The facts of one firm as a table of one row.
pub fn single_row(firm: &Firm<'_>) -> Table {
    let catalog = firm.catalog;
    let fields = catalog.fields().iter().enumerate();
    let columns = fields.map(|(index, field)| {
        column_of(&field.kind, vec![firm.table.value(catalog, index as FieldIndex, firm.row)])
    });
    let children = catalog.tables().iter().enumerate().map(|(index, table)| {
        let Some((children, rows)) = firm.table.child_rows(index as u16, firm.row) else {
            return Children {
                known: crate::table::Bits::filled(1, false),
                ends: vec![0],
                columns: Vec::new(),
            };
        };
        let columns = table.fields.iter().enumerate().map(|(at, field)| {
            let count = code_count(catalog, &field.kind);
            let column = children.columns.get(at);
            let value = |row| column.and_then(|column| column.value(&field.kind, row, count));
            column_of(&field.kind, rows.clone().map(value).collect())
        });
        let columns = columns.collect();
        Children { known: crate::table::Bits::filled(1, true), ends: vec![rows.len() as u32], columns }
    });
    Table { rows: 1, columns: columns.collect(), children: children.collect() }
}
