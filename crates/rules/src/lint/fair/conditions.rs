//! Conditions that tie a firm to a place or single one out.

use super::{
    label_of,
    signs::{FIRM, Sign, Spoken, THING, names_a_firm},
};
use crate::{
    catalog::{Catalog, Field, FieldIndex, Type, Words},
    explain::{format::both, node::facts_of},
    expression::{Comparison, Expression, Value},
    vocabulary::{CodeBits, CodeIndex, Vocabulary},
};

/// The sets of codes that facts have to be in, negations left out.
pub fn memberships(expression: &Expression) -> Vec<(FieldIndex, &CodeBits)> {
    match expression {
        Expression::CodeIn(inner, codes) => match **inner {
            Expression::Fact(field) => vec![(field, codes)],
            _ => Vec::new(),
        },
        Expression::And(all) | Expression::Or(all) => all.iter().flat_map(memberships).collect(),
        _ => Vec::new(),
    }
}

/// Whether a condition asks to be within the place: no code outside of it will do.
pub fn is_local(expression: &Expression, division_code: &str, catalog: &Catalog) -> bool {
    match expression {
        Expression::And(all) => all.iter().any(|part| is_local(part, division_code, catalog)),
        Expression::Or(all) => all.iter().all(|part| is_local(part, division_code, catalog)),
        Expression::CodeIn(inner, codes) => {
            let Expression::Fact(field) = **inner else { return false };
            if THING.fit(catalog.field(field)) {
                return false;
            }
            let (Type::Code(vocabulary) | Type::CodeSet(vocabulary)) = &catalog.field(field).kind else {
                return false;
            };
            let vocabulary = catalog.vocabulary(*vocabulary);
            let Some(own) = own_code(vocabulary, division_code) else { return false };
            let within = vocabulary.within(own);
            let all = 0..vocabulary.codes().len() as CodeIndex;
            let mut held = all.filter(|code| codes.contains(*code)).peekable();
            held.peek().is_some() && held.all(|code| within.contains(code))
        }
        _ => false,
    }
}

/// The code of a place in a vocabulary: 330300 may be written 3303.
fn own_code(vocabulary: &Vocabulary, division_code: &str) -> Option<CodeIndex> {
    let mut code = division_code;
    loop {
        if let Some(found) = vocabulary.find(code) {
            return Some(found);
        }
        code = code.strip_suffix("00").filter(|rest| !rest.is_empty())?;
    }
}

/// Whether a condition picks single firms by their name or code.
pub fn names_firms(expression: &Expression, catalog: &Catalog) -> bool {
    match expression {
        Expression::Compare(Comparison::Equal | Comparison::NotEqual, left, right) => {
            let named = |subject: &Expression, bound: &Expression| match (subject, bound) {
                (Expression::Fact(field), Expression::Constant(Value::Text(text))) => {
                    FIRM.fit(catalog.field(*field)) || names_a_firm(text)
                }
                _ => false,
            };
            named(left, right) || named(right, left)
        }
        Expression::CodeIn(inner, codes) => {
            let Expression::Fact(field) = **inner else { return false };
            let vocabulary = catalog.vocabulary_of(&catalog.field(field).kind);
            vocabulary.is_some_and(|vocabulary| {
                let held = vocabulary.codes().iter().enumerate();
                let mut held = held.filter(|(code, _)| codes.contains(*code as CodeIndex));
                held.any(|(_, code)| names_a_firm(&code.label.zh))
            })
        }
        other => other.parts().into_iter().any(|part| names_firms(part, catalog)),
    }
}

/// What a condition that has to come out as wanted asks of a firm that review asks about, with the name of the
/// fact. Where something else will do as well, the firm is not tied.
pub fn signs_in(expression: &Expression, wanted: bool, catalog: &Catalog) -> Vec<(&'static Sign, Words)> {
    let each = |all: &[Expression]| -> Vec<Vec<(&'static Sign, Words)>> {
        all.iter().map(|part| signs_in(part, wanted, catalog)).collect()
    };
    match (expression, wanted) {
        (Expression::Not(inner), _) => signs_in(inner, !wanted, catalog),
        (Expression::And(all), true) | (Expression::Or(all), false) => each(all).concat(),
        (Expression::And(all) | Expression::Or(all), _) => {
            let each = each(all);
            let tied = each.iter().all(|found| !found.is_empty());
            each.concat().into_iter().filter(|(sign, _)| tied || !sign.has_side).collect()
        }
        (Expression::Compare(Comparison::Equal, subject, bound), _) => match (&**subject, &**bound) {
            (Expression::Fact(_), Expression::Constant(Value::Bool(truth))) => {
                signs_in(subject, *truth == wanted, catalog)
            }
            _ => signs_of_parts(expression, wanted, catalog),
        },
        _ => signs_of_parts(expression, wanted, catalog),
    }
}

/// The same of a condition without parts: of the facts it reads, also those of rows, and of what is to be judged.
fn signs_of_parts(expression: &Expression, wanted: bool, catalog: &Catalog) -> Vec<(&'static Sign, Words)> {
    let mut found = Vec::new();
    if let Expression::Judged(question) = expression {
        let sign = Sign::of(&Spoken::text(question)).filter(|sign| wanted || !sign.has_side);
        found.extend(sign.map(|sign| (sign, both(question.as_ref(), question.as_ref()))));
    }
    let mut fields: Vec<&Field> =
        facts_of(expression).into_iter().map(|field| catalog.field(field)).collect();
    fields_of_rows(expression, catalog, &mut fields);
    for field in fields {
        found.extend(sign_of(field, wanted).map(|sign| (sign, label_of(field))));
    }
    if let Expression::CodeIn(inner, codes) = expression
        && let Expression::Fact(field) = **inner
        && let Some(vocabulary) = catalog.vocabulary_of(&catalog.field(field).kind)
    {
        let held = vocabulary.codes().iter().enumerate();
        let held = held.filter(|(code, _)| codes.contains(*code as CodeIndex));
        let ownership = held.filter_map(|(_, code)| {
            let sign = Sign::of(&Spoken::text(&code.label.zh)).filter(|sign| sign.code == "ownership")?;
            Some((sign, code.label.clone()))
        });
        found.extend(ownership.take(1));
    }
    found
}

/// The sign a field is, where a condition on it has to come out as wanted.
pub fn sign_of(field: &Field, wanted: bool) -> Option<&'static Sign> {
    let sign = Sign::of(&Spoken::field(field))?;
    let counts = match &field.kind {
        Type::Bool => wanted || !sign.has_side,
        // Where a firm is registered is a fact; which places will do is looked at with the codes.
        Type::Code(_) | Type::CodeSet(_) | Type::Text | Type::Date => !sign.has_side,
        _ => true,
    };
    counts.then_some(sign)
}

fn fields_of_rows<'c>(expression: &Expression, catalog: &'c Catalog, found: &mut Vec<&'c Field>) {
    fn children<'c>(expression: &Expression, fields: &'c [Field], found: &mut Vec<&'c Field>) {
        if let Expression::Child(field) = expression {
            found.extend(fields.get(usize::from(*field)));
        }
        expression.parts().into_iter().for_each(|part| children(part, fields, found));
    }
    if let Expression::Aggregate(aggregate) = expression
        && let Some(table) = catalog.tables().get(usize::from(aggregate.table))
    {
        aggregate.parts().for_each(|part| children(part, &table.fields, found));
    }
    expression.parts().into_iter().for_each(|part| fields_of_rows(part, catalog, found));
}
