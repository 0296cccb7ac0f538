//! What the names of a day stand for: parameters, terms and the scores of scorecards.

use super::{DefinitionFault, Definitions, Part};
use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, Type},
    check::{Named, Scope, Wanted, compile},
    definition::{Effective, Moment, NamedDefinition, ParameterValue, Scorecard, ScorecardVersion, score},
    expression::{Expression, Value},
    reference::Firm,
    span::{Fault, Span},
    syntax::{Names, parse},
    table::Table,
    vocabulary::CodeBits,
};
use chrono::NaiveDate;
use std::{collections::BTreeSet, sync::Arc};

impl Definitions {
    /// Parameters, then terms and scorecards as soon as what they mention is there.
    pub(super) fn put_names(&self, scope: &mut Scope<'_>, moment: Moment, faults: &mut Vec<DefinitionFault>) {
        let (parameters, terms): (Vec<_>, Vec<_>) = self.named.iter().partition(|named| named.is_parameter);
        for parameter in parameters {
            put_named(parameter, scope, moment, faults);
        }
        let mut waiting: Vec<Waiting<'_>> = terms.into_iter().map(Waiting::Term).collect();
        let cards = self.scorecards.iter();
        for card in cards {
            match card.version_at(moment) {
                Some(version) => waiting.push(Waiting::Card(card, version)),
                None => score::add_not_in_force(card, scope),
            }
        }
        // What waits and what is there are together the same in every round, so each text is read once.
        let ids: BTreeSet<String> = waiting.iter().flat_map(Waiting::names).collect();
        let mut waiting: Vec<(Waiting<'_>, Vec<String>)> =
            waiting.into_iter().map(|waiting| (waiting, waiting.mentions(scope, &ids))).collect();
        while !waiting.is_empty() {
            let ids: BTreeSet<String> = waiting.iter().flat_map(|(waiting, _)| waiting.names()).collect();
            let (later, now): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|(_, mentions)| mentions.iter().any(|name| ids.contains(name)));
            let stuck = now.is_empty();
            for (waiting, _) in if stuck { &later } else { &now } {
                match waiting {
                    _ if stuck => faults.push(waiting.circle()),
                    Waiting::Term(term) => put_named(term, scope, moment, faults),
                    Waiting::Card(card, version) => score::add(card, *version, scope, faults),
                }
            }
            waiting = if stuck { Vec::new() } else { later };
        }
    }
}

/// Parameters alone, as they are on a day and were known on it: for conditions that stand outside the rule book. What
/// is wrong with one is told where the rules are read.
pub fn put_parameters(parameters: &[NamedDefinition], scope: &mut Scope<'_>, day: NaiveDate) {
    let moment = Moment { as_of: day, known_at: day };
    for parameter in parameters.iter().filter(|named| named.is_parameter) {
        put_named(parameter, scope, moment, &mut Vec::new());
    }
}

/// What is there, and the names of what is still to come: 规模等于小型 begins with a name only where one knows it.
struct WithWaiting<'n> {
    scope: &'n Scope<'n>,
    waiting: &'n BTreeSet<String>,
}

impl Names for WithWaiting<'_> {
    fn identifier(&self, label: &str) -> Option<String> {
        self.scope.identifier(label).or_else(|| self.waiting.get(label).cloned())
    }

    fn label(&self, identifier: &str) -> Option<String> {
        self.scope.label(identifier)
    }
}

/// A term or scorecard that is not compiled yet.
#[derive(Clone, Copy)]
enum Waiting<'d> {
    Term(&'d NamedDefinition),
    /// With the version that stands.
    Card(&'d Scorecard, (usize, &'d ScorecardVersion)),
}

impl Waiting<'_> {
    /// The names it will give.
    fn names(&self) -> Vec<String> {
        match self {
            Self::Term(term) => vec![term.name.clone(), term.label.zh.clone()],
            Self::Card(card, (_, version)) => {
                let sections = version.items.iter().map(|item| format!("{}.{}", card.id, item.section));
                let items = version.items.iter().map(|item| format!("{}.{}", card.id, item.id));
                let labels = version.items.iter().map(|item| item.label.zh.clone());
                let whole = [card.id.clone(), card.title.zh.clone()];
                whole.into_iter().chain(sections).chain(items).chain(labels).collect()
            }
        }
    }

    /// The names its texts mention, those of others that wait too.
    fn mentions(&self, scope: &Scope<'_>, waiting: &BTreeSet<String>) -> Vec<String> {
        let texts: Vec<&str> = match self {
            Self::Term(term) => term.values.iter().map(|value| value.value.as_str()).collect(),
            Self::Card(_, (_, version)) => version.items.iter().map(|item| item.points.as_str()).collect(),
        };
        let names = WithWaiting { scope, waiting };
        let trees = texts.into_iter().map(|text| parse(text, &names).0);
        trees.flat_map(|tree| tree.mentioned().into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    fn circle(&self) -> DefinitionFault {
        let (id, part) = match self {
            Self::Term(term) => (&term.name, Part::Named),
            Self::Card(card, _) => (&card.id, Part::Scorecard),
        };
        let what = "it depends on itself, directly or through others";
        let fault = Fault::new(Span::default(), what, "take one of the references out");
        DefinitionFault { part, id: id.clone(), field: String::new(), fault }
    }
}

fn put_named(
    named: &NamedDefinition,
    scope: &mut Scope<'_>,
    moment: Moment,
    faults: &mut Vec<DefinitionFault>,
) {
    if named.is_parameter && named.by.is_none() {
        scope.date(&named.name, dated(named, moment, scope));
    }
    let standing: Vec<(usize, &ParameterValue)> = named.values_at(moment).collect();
    if standing.is_empty() {
        // It has values on other days: on this one nobody says what it is, which is not nought and not "no".
        let unsaid = Expression::NotInForce(Arc::from(named.name.as_str()));
        return scope.name(&named.name, Named::new(named.kind.clone(), named.label.clone(), unsaid));
    }
    let mut report = |index: usize, field: &str, found: Vec<Fault>| {
        let field = format!("value.{index}.{field}");
        faults.extend(DefinitionFault::all(&named.name, Part::Named, &field, found));
    };
    let mut compiled = Vec::new();
    for (index, value) in standing {
        let expression = compile(&value.value, scope, &Wanted::Of(named.kind.clone()));
        match expression.and_then(|expression| {
            if named.is_parameter { constant(&expression, &value.value) } else { Ok(expression) }
        }) {
            Ok(expression) => compiled.push((index, &value.places, expression)),
            Err(found) => report(index, "value", found),
        }
    }
    let expression = match &named.by {
        None => compiled.into_iter().next().map(|(_, _, expression)| expression),
        Some(by) => match table(by, compiled, scope) {
            Ok(expression) => Some(expression),
            Err((index, field, fault)) => {
                report(index, field, vec![fault]);
                None
            }
        },
    };
    if let Some(expression) = expression {
        scope.name(&named.name, Named::new(named.kind.clone(), named.label.clone(), expression));
    }
}

/// The values of a parameter on all days, as far as they are known at a moment; what was known last counts first.
fn dated(named: &NamedDefinition, moment: Moment, scope: &Scope<'_>) -> Vec<(Effective, Value)> {
    let known_from = |value: &ParameterValue| value.known_from.unwrap_or(value.effective.from);
    let is_known = |value: &&ParameterValue| known_from(value) <= moment.known_at;
    let mut values: Vec<&ParameterValue> = named.values.iter().filter(is_known).collect();
    values.sort_by_key(|value| std::cmp::Reverse((known_from(value), value.effective.from)));
    let read = |value: &ParameterValue| {
        let expression = compile(&value.value, scope, &Wanted::Of(named.kind.clone())).ok()?;
        match constant(&expression, &value.value).ok()? {
            Expression::Constant(constant) => Some((value.effective, constant)),
            _ => None,
        }
    };
    values.into_iter().filter_map(read).collect()
}

/// A parameter is a constant: what it computes to without any firm.
pub(super) fn constant(expression: &Expression, text: &str) -> Result<Expression, Vec<Fault>> {
    let catalog = Catalog::default();
    let nobody = Table { rows: 1, ..Table::default() };
    if expression.facts().is_empty()
        && let Some(value) = Firm::new(&catalog, &nobody, 0, &NoCalendar).value(expression)
    {
        return Ok(Expression::Constant(value));
    }
    let what = "the value of a parameter has to be a constant";
    Err(vec![Fault::new(Span::new(0, text.len()), what, "write a number, or make it a term")])
}

/// Values by place: the narrower place first, the value without places last.
fn table(
    by: &str,
    values: Vec<(usize, &Vec<String>, Expression)>,
    scope: &Scope<'_>,
) -> Result<Expression, (usize, &'static str, Fault)> {
    let catalog = scope.catalog;
    let field = catalog.find(by).filter(|field| matches!(catalog.field(*field).kind, Type::Code(_)));
    let Some(field) = field else {
        let what = format!("`by` names `{by}`, which is no field that holds a code");
        return Err((0, "value", Fault::new(Span::default(), what, "name a field such as `region`")));
    };
    let Type::Code(vocabulary) = catalog.field(field).kind else { unreachable!("it was filtered") };
    let vocabulary = catalog.vocabulary(vocabulary);
    let mut rows: Vec<(usize, CodeBits, Value)> = Vec::new();
    for (index, places, expression) in values {
        let Expression::Constant(value) = expression else { continue };
        let mut bits = CodeBits::none(vocabulary.codes().len());
        for place in places {
            let Some(code) = vocabulary.find(place) else {
                let what = format!("`{place}` is no code of `{}`", vocabulary.name);
                return Err((
                    index,
                    "for",
                    Fault::new(Span::default(), what, "write a code of the vocabulary"),
                ));
            };
            bits.0.iter_mut().zip(vocabulary.within(code).0).for_each(|(kept, added)| *kept |= added);
        }
        if places.is_empty() {
            bits.0.iter_mut().for_each(|word| *word = u64::MAX);
        }
        rows.push((bits.codes().count(), bits, value));
    }
    rows.sort_by_key(|(count, ..)| *count);
    let rows = rows.into_iter().map(|(_, bits, value)| (bits, value)).collect();
    Ok(Expression::Lookup(Box::new(Expression::Fact(field)), rows))
}
