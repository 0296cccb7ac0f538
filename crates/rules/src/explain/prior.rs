//! What values a missing fact is likely to have: from a population, or from the thresholds that rules name.

use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, Field, FieldIndex, Type},
    expression::{Expression, Value},
    number::Number,
    policy::RuleBook,
    reference::Firm,
    table::{Column, Table, code_count},
    vocabulary::CodeBits,
};
use std::{cmp::Ordering, collections::HashMap};

/// Most values that stand for the distribution of a field.
const VALUES_MAX: usize = 16;
/// Most firms that are looked at.
const ROWS_MAX: usize = 4_096;

/// For each field, values with their weights. Built once for a population, or for a rule book.
#[derive(Clone, Debug, Default)]
pub struct Prior {
    fields: Vec<Vec<(Value, u32)>>,
}

impl Prior {
    /// Of a population; fields of which it knows nothing go by the thresholds in the rules.
    pub fn from_table(catalog: &Catalog, rules: &RuleBook, table: &Table) -> Self {
        let mut prior = Self::uniform(catalog, rules);
        for (index, field) in catalog.fields().iter().enumerate() {
            let Some(column) = table.columns.get(index) else { continue };
            let values = distribution(field, column, table.rows, code_count(catalog, &field.kind));
            if !values.is_empty() {
                prior.fields[index] = values;
            }
        }
        prior
    }

    /// Of nothing but the rules: each side of every threshold they name is as likely as the other.
    pub fn uniform(catalog: &Catalog, rules: &RuleBook) -> Self {
        let mut named: HashMap<FieldIndex, Vec<Value>> = HashMap::new();
        for policy in &rules.policies {
            collect(&policy.condition(), catalog, &mut named);
            policy.amount.iter().for_each(|amount| collect(amount, catalog, &mut named));
        }
        let fields = catalog.fields().iter().enumerate().map(|(index, field)| {
            let mut values = named.remove(&(index as FieldIndex)).unwrap_or_default();
            match &field.kind {
                Type::Bool => values = vec![Value::Bool(false), Value::Bool(true)],
                kind if values.is_empty() => values = plain(kind),
                _ => {}
            }
            values.sort_by(ordering);
            values.dedup();
            spread(&values)
        });
        Self { fields: fields.collect() }
    }

    /// The values of a field with their weights; empty where nothing is known.
    pub fn values(&self, field: FieldIndex) -> &[(Value, u32)] {
        self.fields.get(usize::from(field)).map_or(&[], Vec::as_slice)
    }

    /// The value in the middle of the distribution.
    pub fn typical(&self, field: FieldIndex) -> Option<&Value> {
        let values = self.values(field);
        let half = values.iter().map(|(_, weight)| u64::from(*weight)).sum::<u64>().div_ceil(2);
        let mut seen = 0;
        let middle = values.iter().find(|(_, weight)| {
            seen += u64::from(*weight);
            seen >= half
        });
        middle.map(|(value, _)| value)
    }
}

/// Where nothing at all is said of a field: a sum of money that is neither great nor small, a tenth, a hundred.
fn plain(kind: &Type) -> Vec<Value> {
    match kind {
        Type::Money => vec![Value::Number(Number::whole(1_000_000))],
        Type::Ratio => Number::fraction(1, 10).map(Value::Number).into_iter().collect(),
        Type::Number { .. } => vec![Value::Number(Number::whole(100))],
        _ => Vec::new(),
    }
}

fn ordering(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Code(left), Value::Code(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Codes(left), Value::Codes(right)) => left.0.cmp(&right.0),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}

/// So many of the values as are kept, evenly taken, each of the same weight.
fn spread(values: &[Value]) -> Vec<(Value, u32)> {
    if values.len() <= VALUES_MAX {
        return values.iter().map(|value| (value.clone(), 1)).collect();
    }
    let at = |index: usize| (2 * index + 1) * values.len() / (2 * VALUES_MAX);
    (0..VALUES_MAX).map(|index| (values[at(index)].clone(), 1)).collect()
}

fn distribution(field: &Field, column: &Column, rows: usize, codes: usize) -> Vec<(Value, u32)> {
    let step = rows.div_ceil(ROWS_MAX).max(1);
    let mut values: Vec<Value> =
        (0..rows).step_by(step).filter_map(|row| column.value(&field.kind, row, codes)).collect();
    values.sort_by(ordering);
    match field.kind {
        Type::Money | Type::Ratio | Type::Number { .. } | Type::Date => spread(&values),
        Type::Text => Vec::new(),
        _ => {
            let mut counted: Vec<(Value, u32)> = Vec::new();
            for value in values {
                match counted.last_mut() {
                    Some((known, count)) if *known == value => *count += 1,
                    _ => counted.push((value, 1)),
                }
            }
            counted.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| ordering(&left.0, &right.0)));
            counted.truncate(VALUES_MAX);
            counted
        }
    }
}

/// The thresholds at which fields are compared, each with its neighbours on both sides.
fn collect(expression: &Expression, catalog: &Catalog, named: &mut HashMap<FieldIndex, Vec<Value>>) {
    let empty = Catalog::default();
    let nobody = Table { rows: 1, ..Table::default() };
    let constant = |expression: &Expression| {
        let is_constant = super::node::facts_of(expression).is_empty() && !has_rows(expression);
        is_constant.then(|| Firm::new(&empty, &nobody, 0, &NoCalendar).value(expression)).flatten()
    };
    match expression {
        Expression::Compare(_, left, right) => {
            for (subject, bound) in [(left, right), (right, left)] {
                let Some(bound) = constant(bound) else { continue };
                match &**subject {
                    Expression::Fact(field) => {
                        let around = around(&bound, &catalog.field(*field).kind);
                        named.entry(*field).or_default().extend(around);
                    }
                    Expression::Elapsed(period, from, to) => {
                        if let (Expression::Fact(field), Value::Number(count)) = (&**from, &bound)
                            && let Some(back) = count.negate()
                        {
                            let back = Expression::Constant(Value::Number(back));
                            let day = Expression::Shifted(*period, to.clone(), Box::new(back));
                            let around =
                                constant(&day).map(|day| around(&day, &Type::Date)).unwrap_or_default();
                            named.entry(*field).or_default().extend(around);
                        }
                    }
                    _ => {}
                }
            }
        }
        Expression::CodeIn(inner, codes) => {
            if let Expression::Fact(field) = &**inner {
                let kind = &catalog.field(*field).kind;
                named.entry(*field).or_default().extend(inside_and_out(
                    codes,
                    kind,
                    code_count(catalog, kind),
                ));
            }
        }
        _ => {}
    }
    expression.parts().into_iter().for_each(|part| collect(part, catalog, named));
}

fn has_rows(expression: &Expression) -> bool {
    matches!(expression, Expression::Aggregate(_) | Expression::Child(_) | Expression::Judged(_))
        || expression.parts().into_iter().any(has_rows)
}

fn around(bound: &Value, kind: &Type) -> Vec<Value> {
    match (bound, kind) {
        (Value::Date(day), _) => {
            [day.pred_opt(), Some(*day), day.succ_opt()].into_iter().flatten().map(Value::Date).collect()
        }
        (Value::Number(bound), kind) => {
            let unit = Number::scaled(1, kind.scale().into()).unwrap_or(Number::ZERO);
            let around = [bound.subtract(unit), Some(*bound), bound.add(unit)];
            around.into_iter().flatten().map(Value::Number).collect()
        }
        (other, _) => vec![other.clone()],
    }
}

/// One code of a set and one beside it.
fn inside_and_out(codes: &CodeBits, kind: &Type, count: usize) -> Vec<Value> {
    let all = 0..count as u16;
    let inside = all.clone().find(|code| codes.contains(*code));
    let outside = all.clone().find(|code| !codes.contains(*code));
    let found = inside.into_iter().chain(outside);
    match kind {
        Type::CodeSet(_) => {
            let mut held = CodeBits::none(count);
            if let Some(code) = inside {
                held.insert(code);
            }
            vec![Value::Codes(held), Value::Codes(CodeBits::none(count))]
        }
        _ => found.map(Value::Code).collect(),
    }
}
