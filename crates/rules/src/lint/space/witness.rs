//! A firm, and a row of a child table, for which conditions hold: made up by the solver and tried by the
//! reference, so that what is shown is so.

use super::{Goal, Solver, Space, constant};
use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, Field, TableIndex},
    expression::{Aggregate, Expression, Summary, Value},
    number::Number,
    reference::Firm,
    table::{Bits, Children, Table, code_count, column_of},
    vocabulary::CodeBits,
};
use std::sync::Arc;

/// Most ways that are tried.
const TRIES_MAX: u32 = 50;

/// Facts of a firm and of a row; all others are unknown.
#[derive(Clone, Debug)]
pub struct Witness {
    /// By field of the firm.
    pub firm: Vec<Option<Value>>,
    /// By field of the child table.
    pub row: Vec<Option<Value>>,
}

impl Witness {
    /// The value of a field of the firm or the row.
    pub fn value(&self, expression: &Expression) -> Option<&Value> {
        match expression {
            Expression::Fact(field) => self.firm.get(usize::from(*field))?.as_ref(),
            Expression::Child(field) => self.row.get(usize::from(*field))?.as_ref(),
            _ => None,
        }
    }

    fn put(&mut self, expression: &Expression, value: Option<Value>) {
        let place = match expression {
            Expression::Fact(field) => self.firm.get_mut(usize::from(*field)),
            Expression::Child(field) => self.row.get_mut(usize::from(*field)),
            _ => None,
        };
        if let (Some(place), Some(value)) = (place, value) {
            *place = Some(value);
        }
    }

    /// The firm as a table, with this one row where rows are looked at.
    fn table(&self, catalog: &Catalog, rows_of: Option<TableIndex>) -> Table {
        let mut table = Table::from_rows(catalog, std::slice::from_ref(&self.firm));
        let Some(rows_of) = rows_of else { return table };
        table.children = vec![
            Children { known: Bits::filled(1, false), ends: vec![0], columns: Vec::new() };
            usize::from(rows_of) + 1
        ];
        let fields = catalog.tables()[usize::from(rows_of)].fields.iter();
        let columns = fields.zip(&self.row).map(|(field, value)| column_of(&field.kind, vec![value.clone()]));
        table.children[usize::from(rows_of)] =
            Children { known: Bits::filled(1, true), ends: vec![1], columns: columns.collect() };
        table
    }
}

impl Solver<'_> {
    /// Facts for which assumptions hold, as far as they are about single facts; to be tried.
    fn facts_in(&self, space: &Space) -> Witness {
        let fields = |fields: &[Field]| vec![None; fields.len()];
        let rows = self.table.and_then(|table| self.catalog.tables().get(usize::from(table)));
        let mut found = Witness {
            firm: fields(self.catalog.fields()),
            row: rows.map_or_else(Vec::new, |table| fields(&table.fields)),
        };
        for (subject, truth) in &space.truths {
            found.put(subject, Some(Value::Bool(*truth)));
        }
        for (subject, codes) in &space.codes {
            let count = self.kind_of(subject).map_or(0, |kind| code_count(self.catalog, kind));
            found.put(subject, codes.codes().find(|code| usize::from(*code) < count).map(Value::Code));
        }
        for (subject, (wanted, barred)) in &space.sets {
            let count = self.kind_of(subject).map_or(0, |kind| code_count(self.catalog, kind));
            let mut held = CodeBits::none(count);
            for codes in wanted {
                let free = codes.codes().find(|code| usize::from(*code) < count && !barred.contains(*code));
                if let Some(code) = free {
                    held.insert(code);
                }
            }
            found.put(subject, Some(Value::Codes(held)));
        }
        for (subject, (text, _)) in &space.texts {
            found.put(subject, Some(Value::Text(text.clone().unwrap_or_else(|| Arc::from("")))));
        }
        for (subject, range) in &space.days {
            found.put(subject, range.least.or(range.most).map(|(day, _)| Value::Date(day)));
        }
        for (subject, range) in &space.numbers {
            let number = range.one(self.unit(subject)).unwrap_or(Number::ZERO);
            if let Expression::Elapsed(period, from, to) = subject {
                if let Some(back) = number.negate() {
                    let back = Expression::Constant(Value::Number(back));
                    let shifted = Expression::Shifted(*period, to.clone(), Box::new(back));
                    found.put(from, constant(&shifted));
                }
            } else {
                found.put(subject, Some(Value::Number(number)));
            }
        }
        found
    }
}

/// A firm for which a condition is true; facts it does not read are unknown.
pub fn example(condition: &Expression, catalog: &Catalog) -> Option<Vec<Option<Value>>> {
    witness(&[(condition.clone(), true)], catalog, None).map(|found| found.firm)
}

/// A firm, and a row of a child table where one is looked at, for which all goals hold.
pub fn witness(goals: &[Goal], catalog: &Catalog, rows_of: Option<TableIndex>) -> Option<Witness> {
    let condition = |goals: Vec<&Goal>| {
        let all = goals.into_iter().map(|(part, wanted)| {
            if *wanted { part.clone() } else { Expression::Not(Box::new(part.clone())) }
        });
        Expression::And(all.collect())
    };
    let (of_rows, of_firm): (Vec<&Goal>, Vec<&Goal>) = goals.iter().partition(|(part, _)| reads_row(part));
    let of_firm = condition(of_firm);
    let of_rows = rows_of.filter(|_| !of_rows.is_empty()).map(|table| {
        let filter = Some(condition(of_rows));
        Expression::Aggregate(Box::new(Aggregate { table, summary: Summary::Any, value: None, filter }))
    });
    let (mut tries, mut found) = (0, None);
    let mut solver = Solver::new(catalog, rows_of);
    let looked = Solver::new(catalog, rows_of);
    solver.search(goals.to_vec(), &mut |space| {
        tries += 1;
        let tried = looked.facts_in(space);
        let table = tried.table(catalog, rows_of);
        let firm = Firm::new(catalog, &table, 0, &NoCalendar);
        let holds = |condition: &Expression| firm.truth(condition) == Some(true);
        if holds(&of_firm) && of_rows.as_ref().is_none_or(holds) {
            found = Some(tried);
        }
        found.is_some() || tries >= TRIES_MAX
    });
    found
}

/// Whether an expression reads a row of a child table.
fn reads_row(expression: &Expression) -> bool {
    matches!(expression, Expression::Child(_)) || expression.parts().into_iter().any(reads_row)
}
