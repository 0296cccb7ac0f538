//! Why a value is unknown: a fact is missing, a rule is not in force, or nothing can be computed from what is known.

use super::format::{both, written_date};
use crate::{
    catalog::{FieldIndex, TableIndex, Words},
    expression::{Comparison, Expression, Operation, Period, Value},
    number::Number,
    reference::Firm,
};
use chrono::NaiveDate;
use std::{collections::BTreeMap, sync::Arc};

/// Why a value is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A fact of the firm.
    Fact(FieldIndex),
    /// The rows of a child table.
    Rows(TableIndex),
    /// A parameter or term without a value on the day.
    NotInForce(Arc<str>),
    /// A parameter without a value on another day.
    NoValueOn(NaiveDate),
    /// The rule says that nobody knows.
    Nobody,
    /// A person has to decide.
    Judgement(Arc<str>),
    /// The divisor is nought.
    Nought,
    /// No branch of a choice fits.
    NoBranch,
    /// No row of a table of values fits.
    NoRow,
    /// The working days of the time are not known.
    NoCalendar,
    /// A number that cannot be represented.
    TooLarge,
}

/// What the names of a policy are called that have no value on its day.
pub type Lapsed = BTreeMap<Arc<str>, Words>;

/// Why an expression has no value; each cause once, none where it has one.
pub fn causes(expression: &Expression, firm: &Firm<'_>) -> Vec<Cause> {
    let mut found = Vec::new();
    collect(expression, firm, &mut found);
    found
}

fn collect(expression: &Expression, firm: &Firm<'_>, found: &mut Vec<Cause>) {
    if firm.value(expression).is_some() {
        return;
    }
    let before = found.len();
    let mut put = |cause: Cause| {
        if !found.contains(&cause) {
            found.push(cause);
        }
    };
    match expression {
        Expression::Fact(field) => put(Cause::Fact(*field)),
        Expression::NotInForce(name) if name.is_empty() => put(Cause::Nobody),
        Expression::NotInForce(name) => put(Cause::NotInForce(Arc::clone(name))),
        Expression::Judged(question) => put(Cause::Judgement(Arc::clone(question))),
        Expression::Aggregate(aggregate) => {
            // Rows cannot be looked at one by one from here; what they name besides their own fields can.
            let mut of_rows = Vec::new();
            aggregate.parts().for_each(|part| outside_rows(part, firm, &mut of_rows));
            if of_rows.is_empty() {
                of_rows.push(Cause::Rows(aggregate.table));
            }
            of_rows.into_iter().for_each(put);
        }
        Expression::Case(branches, otherwise) => {
            for (when, then) in branches {
                match firm.truth(when) {
                    Some(false) => {}
                    Some(true) => return collect(then, firm, found),
                    None => return collect(when, firm, found),
                }
            }
            match otherwise {
                Some(otherwise) => collect(otherwise, firm, found),
                None => put(day_of_value(branches, firm).map_or(Cause::NoBranch, Cause::NoValueOn)),
            }
        }
        other => {
            other.parts().into_iter().for_each(|part| collect(part, firm, found));
            if found.len() == before {
                found.extend(own(other, firm));
            }
        }
    }
}

/// Why there is no value although all parts have one.
fn own(expression: &Expression, firm: &Firm<'_>) -> Option<Cause> {
    Some(match expression {
        Expression::Arithmetic(Operation::Divide, _, right)
            if firm.number(right).is_some_and(Number::is_zero) =>
        {
            Cause::Nought
        }
        Expression::Lookup(key, _) if firm.value(key).is_some() => Cause::NoRow,
        Expression::Elapsed(Period::WorkingDays, ..) | Expression::Shifted(Period::WorkingDays, ..) => {
            Cause::NoCalendar
        }
        // A part is unknown for a reason that was found before.
        other if other.parts().into_iter().any(|part| firm.value(part).is_none()) => return None,
        _ => Cause::TooLarge,
    })
}

/// What the condition or value of a row reads beside the row.
fn outside_rows(expression: &Expression, firm: &Firm<'_>, found: &mut Vec<Cause>) {
    match expression {
        Expression::Fact(_) | Expression::NotInForce(_) | Expression::Judged(_) => {
            collect(expression, firm, found);
        }
        other => other.parts().into_iter().for_each(|part| outside_rows(part, firm, found)),
    }
}

/// The day that a choice between the values of a parameter asks for: `value_on` becomes such a choice.
fn day_of_value(branches: &[(Expression, Expression)], firm: &Firm<'_>) -> Option<NaiveDate> {
    let mut asked = None;
    for (when, _) in branches {
        let Expression::And(ends) = when else { return None };
        for end in ends {
            let Expression::Compare(Comparison::AtLeast | Comparison::AtMost, day, limit) = end else {
                return None;
            };
            if !matches!(**limit, Expression::Constant(Value::Date(_)))
                || asked.is_some_and(|asked| asked != day)
            {
                return None;
            }
            asked = Some(day);
        }
    }
    match firm.value(asked?)? {
        Value::Date(day) => Some(day),
        _ => None,
    }
}

impl Cause {
    /// In words, to stand behind a semicolon.
    pub fn said(&self, firm: &Firm<'_>, as_of: NaiveDate, lapsed: &Lapsed) -> Words {
        match self {
            Self::Fact(field) => {
                let field = firm.catalog.field(*field);
                let label = super::text::filled(&field.label, &field.name);
                both(format!("{}尚不清楚", label.zh), format!("{} is not known yet", label.en))
            }
            Self::Rows(table) => {
                let table = &firm.catalog.tables()[usize::from(*table)];
                let label = super::text::filled(&table.label, &table.name);
                both(
                    format!("{}的明细尚不清楚", label.zh),
                    format!("the rows of {} are not known yet", label.en),
                )
            }
            Self::NotInForce(name) => {
                let label = lapsed.get(name).cloned().unwrap_or_default();
                let (label, day) = (super::text::filled(&label, name), written_date(as_of));
                both(
                    format!("“{}”在{}没有有效规定", label.zh, day.zh),
                    format!("nothing in force on {} says what “{}” is", day.en, label.en),
                )
            }
            Self::NoValueOn(day) => {
                let day = written_date(*day);
                both(
                    format!("{}当日没有有效规定", day.zh),
                    format!("nothing was in force on {} that says it", day.en),
                )
            }
            Self::Nobody => both("规则写明此值无从得知", "the rule says that nobody knows this value"),
            Self::Judgement(question) => {
                both(format!("“{question}”须由经办人认定"), format!("a person has to decide “{question}”"))
            }
            Self::Nought => both("除数为零", "the divisor is nought"),
            Self::NoBranch => both("规则没有写明这种情形", "the rule says nothing for this case"),
            Self::NoRow => both("表中没有对应的值", "the table has no value for it"),
            Self::NoCalendar => {
                both("这段时间的工作日安排尚未公布", "the working days of that time are not published yet")
            }
            Self::TooLarge => both("数字过大，算不出", "the numbers are too large to compute with"),
        }
    }
}

/// Causes in words, one after the other.
pub fn listed(causes: &[Cause], firm: &Firm<'_>, as_of: NaiveDate, lapsed: &Lapsed) -> Option<Words> {
    let said: Vec<Words> = causes.iter().map(|cause| cause.said(firm, as_of, lapsed)).collect();
    let zh: Vec<&str> = said.iter().map(|one| one.zh.as_str()).collect();
    let en: Vec<&str> = said.iter().map(|one| one.en.as_str()).collect();
    (!said.is_empty()).then(|| both(zh.join("，"), en.join(", and ")))
}
