//! The tree of clauses for one firm: results, sentences, and the facts they rest on.

use super::{
    amount::Amount,
    cause,
    dossier::{Dossier, Fact},
    format::{Measure, both},
    readable::{Line, Readable, Role, Shape},
    reasons::Clause,
    text::{self, Compared},
    together::GroupEffect,
};
use crate::{
    catalog::{FieldIndex, Type, Words},
    expression::{Comparison, Expression, Value},
    number::Number,
    reference::Firm,
    vocabulary::CodeBits,
};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// Three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on what is not known.
    Unknown,
}

/// As of which day each dataset stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Dataset and day.
    pub as_of: BTreeMap<String, NaiveDate>,
}

/// A fact that a condition reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactUsed {
    /// Identifier of the field.
    pub field: String,
    /// What it is called.
    pub label: Words,
    /// Its value as it is written; nothing where it is unknown.
    pub value: Option<Words>,
    /// The dataset it comes from.
    pub dataset: String,
    /// As of which day.
    pub as_of: Option<NaiveDate>,
    /// How the firm is asked for it.
    pub question: Words,
}

/// A condition for one firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What it is for.
    pub role: Role,
    /// Whether it holds; for an exception, whether it applies.
    pub result: Truth,
    /// The clause it rests on.
    pub cite: String,
    /// What the edition calls it.
    pub label: Words,
    /// In English spelling.
    pub english: String,
    /// In Chinese spelling.
    pub chinese: String,
    /// Said.
    pub sentence: Words,
    /// The facts it reads; of a condition with parts, these have them.
    pub facts: Vec<FactUsed>,
    /// What it is made of.
    pub parts: Vec<Self>,
}

/// A policy for one firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Identifier of the policy.
    pub policy: String,
    /// `entitled`, `not-entitled`, `undetermined` or `needs-judgement`.
    pub status: &'static str,
    /// Said.
    pub sentence: Words,
    /// Conditions and exceptions.
    pub clauses: Vec<Node>,
    /// What is due; nothing for a qualification.
    pub amount: Option<Amount>,
    /// What the groups of the policy leave of the amount, as far as [`super::Together`] has added it.
    pub groups: Vec<GroupEffect>,
    /// The facts that are missing and can still change what is said, each once.
    pub missing: Vec<FactUsed>,
}

impl From<Option<bool>> for Truth {
    fn from(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }
}

impl Truth {
    /// The same as the reference has it.
    pub fn value(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Unknown => None,
        }
    }
}

/// Explains a policy to a firm.
pub fn explain(readable: &Readable, firm: &Firm<'_>, provenance: &Provenance) -> Explanation {
    let dossier = Dossier::new(readable, firm, provenance);
    dossier.reasons(readable).said(&dossier)
}

/// Every field of the firm an expression reads, those asked for rows of child tables too; each once, ascending.
pub(crate) fn facts_of(expression: &Expression) -> Vec<FieldIndex> {
    fn collect(expression: &Expression, facts: &mut Vec<FieldIndex>) {
        match expression {
            Expression::Fact(field) => facts.push(*field),
            Expression::Aggregate(aggregate) => aggregate.parts().for_each(|part| collect(part, facts)),
            _ => expression.parts().into_iter().for_each(|part| collect(part, facts)),
        }
    }
    let mut facts = Vec::new();
    collect(expression, &mut facts);
    facts.sort_unstable();
    facts.dedup();
    facts
}

/// A comparison with the values of both sides.
struct Sides<'s> {
    comparison: Comparison,
    measure: &'s Measure,
    named: &'s Words,
    against: &'s Words,
    value: Option<Value>,
    bound: Option<Value>,
    why: Option<Words>,
}

/// Says what a dossier holds.
pub(super) struct Teller<'t, 'a> {
    pub dossier: &'t Dossier<'a>,
    pub readable: &'t Readable,
}

impl Teller<'_, '_> {
    /// A condition.
    pub fn node(&self, clause: Clause<'_>) -> Node {
        let parts: Vec<Node> = clause.parts().map(|part| self.node(part)).collect();
        let line = clause.line;
        Node {
            role: line.role,
            result: clause.result,
            cite: line.cite.clone(),
            label: line.label.clone(),
            english: line.english.clone(),
            chinese: line.chinese.clone(),
            sentence: self.sentence(line, &parts, clause.result.value()),
            facts: clause.facts().iter().map(|field| self.fact(*field)).collect(),
            parts,
        }
    }

    /// A fact.
    pub fn fact(&self, index: FieldIndex) -> FactUsed {
        let Fact { field, value, as_of } = self.dossier.fact(index);
        let measure = Measure::of_type(&field.kind);
        FactUsed {
            field: field.name.clone(),
            label: text::filled(&field.label, &field.name),
            value: value.map(|value| measure.write(value, self.firm().catalog)),
            dataset: field.dataset.clone(),
            as_of,
            question: field.question.clone(),
        }
    }

    fn sentence(&self, line: &Line, parts: &[Node], result: Option<bool>) -> Words {
        let results = || parts.iter().map(|part| part.result.value()).collect::<Vec<_>>();
        match &line.shape {
            Shape::All => text::joined(true, &results(), result),
            Shape::One => text::joined(false, &results(), result),
            Shape::Not => text::negation(result),
            Shape::Exception => {
                text::exception(result, parts.first().is_some_and(|own| own.result == Truth::True))
            }
            Shape::Term { named } | Shape::Fact { named } => text::truth(named, result),
            Shape::Compare { comparison, subject, threshold, named, against, measure } => {
                let (value, bound) = (self.firm().value(subject), self.firm().value(threshold));
                let why = self.why_undecided((subject, &value), (threshold, &bound), result);
                let sides = Sides { comparison: *comparison, measure, named, against, value, bound, why };
                self.comparison(sides, threshold, result)
            }
            Shape::Member { subject, codes, negated, named, measure } => self.membership(
                subject,
                codes,
                named,
                measure,
                if *negated { result.map(|result| !result) } else { result },
            ),
            Shape::Known { named } => text::knowledge(named, result),
            Shape::Judged => match &line.expression {
                Expression::Judged(question) => text::judged(question, result),
                _ => text::other(&line.chinese, &line.english, None, None),
            },
            Shape::Other { named } => {
                let value = self.firm().value(&line.expression);
                let value = value.map(|value| Measure::Plain.write(&value, self.firm().catalog));
                text::other(&named.zh, &named.en, value.as_ref(), self.why(&line.expression).as_ref())
            }
        }
    }

    fn firm(&self) -> &Firm<'_> {
        &self.dossier.firm
    }

    /// Why an expression has no value; nothing where it has one.
    pub fn why(&self, expression: &Expression) -> Option<Words> {
        let Readable { as_of, lapsed, .. } = self.readable;
        cause::listed(&cause::causes(expression, self.firm()), self.firm(), *as_of, lapsed)
    }

    /// Why a comparison is not decided, where more is to be said than that a fact is not known.
    fn why_undecided(
        &self,
        (subject, value): (&Expression, &Option<Value>),
        (threshold, bound): (&Expression, &Option<Value>),
        result: Option<bool>,
    ) -> Option<Words> {
        if result.is_some() {
            return None;
        }
        let is_said = value.is_none() && matches!(subject, Expression::Fact(_));
        let of_subject = self.why(subject).filter(|_| !is_said);
        let of_bound = self.why(threshold).filter(|_| bound.is_none());
        match (of_subject, of_bound) {
            (Some(one), Some(other)) => {
                Some(both(format!("{}，{}", one.zh, other.zh), format!("{}, and {}", one.en, other.en)))
            }
            (one, other) => one.or(other),
        }
    }

    fn comparison(&self, sides: Sides<'_>, threshold: &Expression, result: Option<bool>) -> Words {
        let catalog = self.firm().catalog;
        let Sides { comparison, measure, named, against, value, bound, why } = sides;
        let written = bound.as_ref().map(|bound| measure.write(bound, catalog));
        let mut shown = value.as_ref().map(|value| measure.write(value, catalog));
        let mut gap = match (&value, &bound) {
            (Some(value), Some(bound)) if comparison != Comparison::NotEqual => {
                text::gap(measure, value, bound)
            }
            _ => None,
        };
        if let (Some(Value::Number(value)), Some(Value::Number(bound))) = (&value, &bound)
            && value != bound
            && shown == written
        {
            // They differ by less than is usually written.
            shown = Some(measure.write_places(*value, 12));
            let exact = value.subtract(*bound).and_then(Number::absolute);
            gap = gap.and(exact).map(|exact| measure.write_difference(exact, 12));
        }
        let threshold = match (threshold, written) {
            (Expression::Constant(_), Some(written)) => written,
            (_, Some(written)) => both(
                format!("{}（即 {}）", against.zh, written.zh),
                format!("{} ({})", against.en, written.en),
            ),
            (_, None) => against.clone(),
        };
        let is_of_days = matches!(value, Some(Value::Date(_)));
        let said = Compared { subject: named, value: shown, threshold, comparison, gap, is_of_days, why };
        text::comparison(&said, result)
    }

    fn membership(
        &self,
        subject: &Expression,
        codes: &CodeBits,
        named: &Words,
        measure: &Measure,
        result: Option<bool>,
    ) -> Words {
        let catalog = self.firm().catalog;
        let value = self.firm().value(subject).map(|value| measure.write(&value, catalog));
        let is_said = matches!(subject, Expression::Fact(_));
        let why = self.why(subject).filter(|_| !is_said);
        text::membership(named, value.as_ref(), &code_names(codes, measure, catalog), (result, why.as_ref()))
    }
}

/// A set of codes by the labels of its topmost codes, the first few of them.
pub(super) fn code_names(codes: &CodeBits, measure: &Measure, catalog: &crate::catalog::Catalog) -> Words {
    const SHOWN: usize = 6;
    let Measure::Code(index) = measure else { return Words::default() };
    let vocabulary = catalog.vocabulary(*index);
    let held = |code: u16| usize::from(code) < vocabulary.codes().len() && codes.contains(code);
    let top = |code: &u16| {
        held(*code) && vocabulary.code(*code).parent.is_none_or(|parent| !codes.contains(parent))
    };
    let tops: Vec<u16> = (0..vocabulary.codes().len() as u16).filter(top).collect();
    let mut bits = CodeBits::none(vocabulary.codes().len());
    tops.iter().take(SHOWN).for_each(|code| bits.insert(*code));
    let names = measure.write(&Value::Codes(bits), catalog);
    if tops.len() <= SHOWN {
        return names;
    }
    both(format!("{}等{}项", names.zh, tops.len()), format!("{} and {} more", names.en, tops.len() - SHOWN))
}

/// The type a field holds, as a name for programs.
pub(super) fn is_ordered(kind: &Type) -> bool {
    kind.is_numeric() || *kind == Type::Date
}
