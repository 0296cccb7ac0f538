//! A set of changes as constraints on what they change: merged, priced, applied.

use super::Way;
use crate::{
    catalog::FieldIndex,
    expression::{Expression, Value},
    number::Number,
    reference::Firm,
    table::{Children, Table, code_count, column_of},
    vocabulary::CodeBits,
};
use chrono::NaiveDate;
use std::sync::Arc;

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

/// What it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A number between two, both included.
    Numbers(Option<Number>, Option<Number>),
    /// A day between two, both included.
    Days(Option<NaiveDate>, Option<NaiveDate>),
    /// One of these codes.
    Codes(CodeBits),
    /// A set that holds one of these codes.
    Holding(CodeBits),
    /// A set that holds none of these codes.
    Without(CodeBits),
    /// Yes or no.
    Truth(bool),
    /// This text.
    Text(Arc<str>),
    /// Anything, as long as it is known.
    Any,
}

/// A constraint and the line of the policy it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// What is changed.
    pub subject: Subject,
    /// What it has to be.
    pub wanted: Wanted,
    /// Index of the line.
    pub line: usize,
}

/// Constraints that hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// At most one for each subject.
    pub constraints: Vec<Constraint>,
    /// Price: what cannot be changed is dearest, then judgement, then what is unknown, then distance.
    pub cost: u64,
}

fn narrower<T: Ord + Copy>(
    left: (Option<T>, Option<T>),
    right: (Option<T>, Option<T>),
) -> Option<(Option<T>, Option<T>)> {
    let least = left.0.max(right.0);
    let most = match (left.1, right.1) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    };
    match (least, most) {
        (Some(least), Some(most)) if least > most => None,
        bounds => Some(bounds),
    }
}

impl Wanted {
    /// What fulfils both; `None` where nothing does.
    fn and(&self, other: &Self) -> Option<Self> {
        let bits = |left: &CodeBits, right: &CodeBits, join: fn(u64, u64) -> u64| {
            CodeBits(left.0.iter().zip(&right.0).map(|(left, right)| join(*left, *right)).collect())
        };
        match (self, other) {
            (Self::Any, known) | (known, Self::Any) => Some(known.clone()),
            (Self::Numbers(a, b), Self::Numbers(c, d)) => {
                narrower((*a, *b), (*c, *d)).map(|(least, most)| Self::Numbers(least, most))
            }
            (Self::Days(a, b), Self::Days(c, d)) => {
                narrower((*a, *b), (*c, *d)).map(|(least, most)| Self::Days(least, most))
            }
            (Self::Codes(left), Self::Codes(right)) => {
                let both = bits(left, right, |left, right| left & right);
                both.codes().next().map(|_| Self::Codes(both.clone()))
            }
            (Self::Without(left), Self::Without(right)) => {
                Some(Self::Without(bits(left, right, |left, right| left | right)))
            }
            (Self::Holding(held), Self::Without(not)) | (Self::Without(not), Self::Holding(held)) => {
                let rest = bits(held, not, |held, not| held & !not);
                rest.codes().next().map(|_| Self::Holding(rest.clone()))
            }
            (same, also) if same == also => Some(same.clone()),
            _ => None,
        }
    }

    /// The value nearest to the present one that fulfils it.
    pub fn value(&self, current: Option<&Value>, code_count: usize) -> Option<Value> {
        match (self, current) {
            (Self::Numbers(least, most), Some(Value::Number(current))) => {
                let raised = least.map_or(*current, |least| least.max(*current));
                Some(Value::Number(most.map_or(raised, |most| most.min(raised))))
            }
            (Self::Numbers(least, most), _) => least.or(*most).map(Value::Number),
            (Self::Days(least, most), Some(Value::Date(current))) => {
                let raised = least.map_or(*current, |least| least.max(*current));
                Some(Value::Date(most.map_or(raised, |most| most.min(raised))))
            }
            (Self::Days(least, most), _) => least.or(*most).map(Value::Date),
            (Self::Codes(bits), _) => {
                bits.codes().find(|code| usize::from(*code) < code_count).map(Value::Code)
            }
            (Self::Holding(bits), current) => {
                let code = bits.codes().find(|code| usize::from(*code) < code_count)?;
                let mut held = match current {
                    Some(Value::Codes(held)) => held.clone(),
                    _ => CodeBits::none(code_count),
                };
                held.insert(code);
                Some(Value::Codes(held))
            }
            (Self::Without(bits), Some(Value::Codes(held))) => {
                let rest = held.0.iter().zip(&bits.0).map(|(held, not)| held & !not).collect();
                Some(Value::Codes(CodeBits(rest)))
            }
            (Self::Without(_), _) => Some(Value::Codes(CodeBits::none(code_count))),
            (Self::Truth(truth), _) => Some(Value::Bool(*truth)),
            (Self::Text(text), _) => Some(Value::Text(Arc::clone(text))),
            (Self::Any, _) => None,
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
            share().unwrap_or(1000).min(1000)
        }
        (Value::Date(from), Value::Date(to)) => days_permille(*from, *to),
        (from, to) if from == to => 0,
        _ => 1000,
    }
}

/// Days as a distance: a year is 1,000, ten years are the most.
pub fn days_permille(from: NaiveDate, to: NaiveDate) -> u32 {
    let days = (to - from).num_days().unsigned_abs().min(3650);
    (days * 1000 / 365) as u32
}

impl Plan {
    /// A plan of one constraint.
    pub fn of(constraint: Constraint) -> Self {
        Self { constraints: vec![constraint], cost: 0 }
    }

    /// Both plans together; `None` where they contradict each other.
    pub fn and(&self, other: &Self) -> Option<Self> {
        let mut together = self.clone();
        for added in &other.constraints {
            match together.constraints.iter_mut().find(|known| known.subject == added.subject) {
                Some(known) => known.wanted = known.wanted.and(&added.wanted)?,
                None => together.constraints.push(added.clone()),
            }
        }
        Some(together)
    }

    /// Whether it leaves open what a value has to be.
    pub fn is_open(&self) -> bool {
        self.constraints.iter().any(|constraint| constraint.wanted == Wanted::Any)
    }
}

/// What stands in a constraint's subject at present.
pub fn current(firm: &Firm<'_>, subject: &Subject, as_of: NaiveDate) -> Option<Value> {
    match subject {
        Subject::Field(field) => firm.value(&Expression::Fact(*field)),
        Subject::Summary(summary) => firm.value(summary),
        Subject::Day => Some(Value::Date(as_of)),
        Subject::Judged(_) => None,
    }
}

/// Number of codes of what a subject may hold.
pub fn codes_of(firm: &Firm<'_>, subject: &Subject) -> usize {
    match subject {
        Subject::Field(field) => code_count(firm.catalog, &firm.catalog.field(*field).kind),
        _ => 0,
    }
}

/// In whose hands a change is.
pub fn way(firm: &Firm<'_>, constraint: &Constraint, as_of: NaiveDate, until: Option<NaiveDate>) -> Way {
    match &constraint.subject {
        Subject::Judged(_) => Way::Judge,
        Subject::Summary(_) => Way::Act,
        Subject::Day => match current_day(constraint) {
            Some(day) if until.is_some_and(|until| day > until) => Way::Never,
            _ => Way::Time,
        },
        Subject::Field(field) => {
            if current(firm, &constraint.subject, as_of).is_none() {
                Way::Learn
            } else if firm.catalog.field(*field).can_act {
                Way::Act
            } else {
                Way::Never
            }
        }
    }
}

fn current_day(constraint: &Constraint) -> Option<NaiveDate> {
    match constraint.wanted {
        Wanted::Days(least, _) => least,
        _ => None,
    }
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
