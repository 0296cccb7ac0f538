//! The tree of clauses for one firm: results, sentences, and the facts they rest on.

use super::{
    amount::Amount,
    dossier::{Dossier, Fact},
    format::{Measure, both},
    readable::{Line, Readable, Role, Shape},
    reasons::Clause,
    text::{self, Compared},
};
use crate::{
    catalog::{FieldIndex, Type, Words},
    expression::{Comparison, Expression, Value},
    number::Number,
    policy::Status,
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

pub(super) fn summary(status: Status, amount: Option<&Amount>, missing: usize) -> Words {
    let due = amount.and_then(|amount| amount.due_fen).and_then(|fen| Number::scaled(fen.into(), 2));
    match (status, due) {
        (Status::Entitled, Some(due)) => {
            let due = Measure::Money.write_number(due);
            both(format!("可以享受，金额 {}。", due.zh), format!("You are entitled to {}.", due.en))
        }
        (Status::Entitled, None) if amount.is_some() => both(
            "可以享受，金额尚待补齐资料后计算。",
            "You are entitled; the amount needs facts that are missing.",
        ),
        (Status::Entitled, None) => both("可以享受。", "You are entitled."),
        (Status::NotEntitled, _) => both("目前不符合条件。", "The conditions do not hold at present."),
        (Status::NeedsJudgement, _) => {
            both("资料已齐，还须由经办人认定。", "The facts suffice; a person has to decide.")
        }
        (Status::Undetermined, _) if missing == 1 => {
            both("还差1项资料才能判断。", "One fact is still missing to decide this.")
        }
        (Status::Undetermined, _) if missing > 1 => both(
            format!("还有{missing}项资料未知，其中一部分即可判断。"),
            format!("{missing} facts are not known yet; some of them may be enough to decide this."),
        ),
        (Status::Undetermined, _) => both("尚不能判断。", "This cannot be decided yet."),
    }
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

/// Says what a dossier holds.
pub(super) struct Teller<'t, 'a> {
    pub dossier: &'t Dossier<'a>,
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
            value: value.map(|value| measure.write(value, self.dossier.firm.catalog)),
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
            Shape::Term => text::truth(&both(line.chinese.clone(), line.english.replace('_', " ")), result),
            Shape::Compare { comparison, subject, threshold, named, against } => {
                self.comparison(*comparison, subject, threshold, (named, against), result)
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
                _ => text::other(&line.chinese, &line.english, None),
            },
            Shape::Fact { named } => text::truth(named, result),
            Shape::Other { named } => {
                let value = self
                    .dossier
                    .firm
                    .value(&line.expression)
                    .map(|value| Measure::Plain.write(&value, self.dossier.firm.catalog));
                text::other(&named.zh, &named.en, value.as_ref())
            }
        }
    }

    fn comparison(
        &self,
        comparison: Comparison,
        subject: &Expression,
        threshold: &Expression,
        (named, against): (&Words, &Words),
        result: Option<bool>,
    ) -> Words {
        let catalog = self.dossier.firm.catalog;
        let (value, bound) = (self.dossier.firm.value(subject), self.dossier.firm.value(threshold));
        let number = match &bound {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let mut measure = Measure::of(subject, catalog, number);
        if measure == Measure::Plain {
            measure = Measure::of(threshold, catalog, number);
        }
        let written = bound.as_ref().map(|bound| measure.write(bound, catalog));
        let mut shown = value.as_ref().map(|value| measure.write(value, catalog));
        let mut gap = match (&value, &bound) {
            (Some(value), Some(bound)) if comparison != Comparison::NotEqual => {
                text::gap(&measure, value, bound)
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
            gap = gap.and(exact).map(|exact| measure.write_places(exact, 12));
        }
        let threshold = match (threshold, written) {
            (Expression::Constant(_), Some(written)) => written,
            (_, Some(written)) => both(
                format!("{}（即 {}）", against.zh, written.zh),
                format!("{} ({})", against.en, written.en),
            ),
            (_, None) => against.clone(),
        };
        let said = Compared { subject: named, value: shown, threshold, comparison, gap };
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
        let catalog = self.dossier.firm.catalog;
        let value = self.dossier.firm.value(subject).map(|value| measure.write(&value, catalog));
        text::membership(named, value.as_ref(), &code_names(codes, measure, catalog), result)
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
