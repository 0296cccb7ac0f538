//! A scorecard as terms: every item, every section, the whole.

use super::{DefinitionFault, Part, Scorecard, ScorecardVersion};
use crate::{
    catalog::{Type, Words},
    check::{Named, Scope, Wanted, compile},
    expression::{Expression, Operation, Value},
    number::Number,
};
use std::{collections::BTreeMap, sync::Arc};

/// Puts the scores of a card into the scope; an item that cannot be read leaves its sums out.
pub fn add(
    card: &Scorecard,
    (at, version): (usize, &ScorecardVersion),
    scope: &mut Scope<'_>,
    faults: &mut Vec<DefinitionFault>,
) {
    let mut sections: BTreeMap<&str, Vec<Expression>> = BTreeMap::new();
    let mut whole = true;
    for (index, item) in version.items.iter().enumerate() {
        match compile(&item.points, scope, &Wanted::Number) {
            Ok(points) => {
                let most = Expression::Constant(Value::Number(Number::whole(item.most.into())));
                let nought = Expression::Constant(Value::Number(Number::ZERO));
                let points = Expression::Smallest(vec![Expression::Greatest(vec![points, nought]), most]);
                scope.name(&format!("{}.{}", card.id, item.id), score(item.label.clone(), points.clone()));
                sections.entry(&item.section).or_default().push(points);
            }
            Err(found) => {
                whole = false;
                let field = format!("version.{at}.item.{index}.points");
                faults.extend(DefinitionFault::all(&card.id, Part::Scorecard, &field, found));
            }
        }
    }
    if !whole {
        return;
    }
    let all: Vec<Expression> = sections.values().flatten().cloned().collect();
    for (section, points) in sections {
        if !section.is_empty() {
            scope.name(&format!("{}.{section}", card.id), score(Words::default(), sum(points)));
        }
    }
    scope.name(&card.id, score(card.title.clone(), sum(all)));
}

/// Names the scores of a card of which no version stands: nobody says what they are.
pub fn add_not_in_force(card: &Scorecard, scope: &mut Scope<'_>) {
    let mut name = |id: &str, label: Words| {
        scope.name(id, score(label, Expression::NotInForce(Arc::from(id))));
    };
    for item in card.versions.iter().flat_map(|version| &version.items) {
        name(&format!("{}.{}", card.id, item.id), item.label.clone());
        if !item.section.is_empty() {
            name(&format!("{}.{}", card.id, item.section), Words::default());
        }
    }
    name(&card.id, card.title.clone());
}

fn score(label: Words, expression: Expression) -> Named {
    Named::new(Type::Number { scale: 2, unit: "分".to_owned() }, label, expression)
}

fn sum(all: Vec<Expression>) -> Expression {
    let plus = |left, right| Expression::Arithmetic(Operation::Add, Box::new(left), Box::new(right));
    all.into_iter().reduce(plus).unwrap_or(Expression::Constant(Value::Number(Number::ZERO)))
}
