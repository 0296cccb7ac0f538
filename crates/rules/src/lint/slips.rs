//! Sums that are ten thousand times off: yuan taken for 万元, or the other way round.

use super::{
    Finding, Looked, Severity, Subject,
    money::{is_money, is_price_of_unit},
};
use crate::{
    catalog::{FieldIndex, Type, Words},
    check::Scope,
    definition::{NamedDefinition, ParameterValue},
    explain::{Measure, format::both},
    expression::Value,
    number::Number,
    syntax::{Kind, Mark, Numeral, Tree, parse},
};
use std::collections::BTreeSet;

/// Below so many yuan a bare number beside money of a whole firm was probably meant in 万元.
const BARE_MOST: i128 = 10_000;

/// A threshold of a field, as a rule writes it.
struct Threshold {
    field: FieldIndex,
    number: Number,
    /// Index of the version looked at.
    from: usize,
    path: String,
}

/// Looks at all versions, at the values of parameters, and at the examples of policies.
pub fn look(looked: &[Looked<'_>], subject: &Subject<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let mut thresholds = Vec::new();
    let mut slips = Vec::new();
    for (from, one) in looked.iter().enumerate() {
        for (path, text) in one.version.texts() {
            let tree = parse(text, scope).0;
            if !path.starts_with("benefit") {
                collect(&tree, scope, (from, &path), &mut thresholds);
            }
            bare(&tree, scope, &mut |message| {
                slips.push(one.finding("unit-slip", Severity::Warning, &path, message));
            });
        }
    }
    beside_other_policies(looked, &thresholds, scope, &mut slips);
    beside_other_versions(looked, &thresholds, scope, &mut slips);
    beside_examples(looked, &thresholds, subject, &mut slips);
    parameters(subject, &mut slips);
    // One slip is told once, however it shows.
    let mut seen = BTreeSet::new();
    slips.retain(|slip| seen.insert((slip.policy.clone(), slip.version, slip.path.clone())));
    findings.append(&mut slips);
}

/// Small numbers without a unit beside money of a whole firm.
fn bare(tree: &Tree, scope: &Scope<'_>, report: &mut dyn FnMut(Words)) {
    if let Kind::Compare(_, left, right) = &tree.kind {
        for (name, number) in [(left, right), (right, left)] {
            let Kind::Numeral(numeral) = &number.kind else { continue };
            if is_bare(numeral) && is_money(name, scope) && !is_price_of_unit(name, scope) {
                let digits = &numeral.digits;
                report(both(
                    format!(
                        "金额界限写作 {digits}，即 {digits} 元；是否应为 `{digits}万`？确为元时请写 `{digits}元`。"
                    ),
                    format!(
                        "The sum is written {digits}, which is {digits} yuan. Is `{digits}万` meant? If not, write `{digits}元`."
                    ),
                ));
            }
        }
    }
    tree.parts().into_iter().for_each(|part| bare(part, scope, report));
}

fn is_bare(numeral: &Numeral) -> bool {
    let small = |number: Number| number >= Number::whole(1) && number < Number::whole(BARE_MOST);
    numeral.mark == Mark::Plain && !numeral.yuan && numeral.value().is_some_and(small)
}

/// Thresholds that are ten thousand times off those of another version of the same policy.
fn beside_other_versions(
    looked: &[Looked<'_>],
    thresholds: &[Threshold],
    scope: &Scope<'_>,
    findings: &mut Vec<Finding>,
) {
    for threshold in thresholds {
        let own = &looked[threshold.from];
        let before = looked.iter().enumerate().filter(|(_, other)| {
            other.definition.id == own.definition.id
                && other.version.effective.from < own.version.effective.from
        });
        let Some((before, _)) = before.max_by_key(|(_, other)| other.version.effective.from) else {
            continue;
        };
        let others = numbers_of(thresholds, |other| other.from == before && other.field == threshold.field);
        let Some(above) = off(threshold.number, &others) else { continue };
        let kind = &scope.catalog.field(threshold.field).kind;
        let message = off_beside(threshold.number, kind, above, ("上一个版本", "the version before"));
        findings.push(own.finding("unit-slip", Severity::Warning, &threshold.path, message));
    }
}

/// Thresholds from which every example of the policy is ten thousand times off.
fn beside_examples(
    looked: &[Looked<'_>],
    thresholds: &[Threshold],
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
) {
    for threshold in thresholds {
        let own = &looked[threshold.from];
        let kind = &subject.catalog.field(threshold.field).kind;
        let same =
            numbers_of(thresholds, |other| other.from == threshold.from && other.field == threshold.field);
        let examples = subject.examples.iter().filter(|(id, _)| *id == own.definition.id);
        let given: Vec<Number> = examples
            .filter_map(|(_, facts)| match facts.value(subject.catalog, threshold.field, 0)? {
                Value::Number(number) if number > Number::ZERO => Some(number),
                _ => None,
            })
            .collect();
        // One example may well be far away; all of them are not.
        if *kind != Type::Money || same.len() > 1 || given.len() < 2 {
            continue;
        }
        let Some(above) = off(threshold.number, &given) else { continue };
        let message = off_beside(threshold.number, kind, above, ("全部示例", "all examples"));
        findings.push(own.finding("unit-slip", Severity::Warning, &threshold.path, message));
    }
}

fn numbers_of(thresholds: &[Threshold], is_wanted: impl Fn(&Threshold) -> bool) -> Vec<Number> {
    thresholds.iter().filter(|other| is_wanted(other)).map(|other| other.number).collect()
}

fn off_beside(number: Number, kind: &Type, above: bool, (zh, en): (&str, &str)) -> Words {
    let written = Measure::of_type(kind).write_number(number);
    let (zh_way, en_way) = if above { ("大", "above") } else { ("小", "below") };
    both(
        format!("{} 比{zh}中的同一数值{zh_way}约一万倍，请检查“元”与“万元”。", written.zh),
        format!(
            "{} is some 10,000 times {en_way} the same figure in {en}; see whether yuan and 万 were mixed up.",
            written.en
        ),
    )
}

/// Values of a parameter that are ten thousand times off the value before, of the same places.
fn parameters(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let sized = |named: &&NamedDefinition| {
        named.is_parameter && matches!(named.kind, Type::Money | Type::Number { .. })
    };
    let scope = Scope::new(subject.catalog, subject.today);
    let number = |value: &ParameterValue| match parse(&value.value, &scope).0.kind {
        Kind::Numeral(numeral) => numeral.value(),
        _ => None,
    };
    for named in subject.definitions.named.iter().filter(sized) {
        for (at, value) in named.values.iter().enumerate() {
            let before = named
                .values
                .iter()
                .filter(|other| other.places == value.places && other.effective.from < value.effective.from);
            let before = before.max_by_key(|other| other.effective.from);
            let (Some(own), Some(before)) = (number(value), before.and_then(number)) else { continue };
            let Some(above) = off(own, &[before]) else { continue };
            findings.push(Finding {
                code: "unit-slip",
                severity: Severity::Warning,
                policy: named.name.clone(),
                version: None,
                path: format!("value.{at}.value"),
                message: off_beside(own, &named.kind, above, ("上一个值", "the value before")),
                basis: None,
            });
        }
    }
}

/// Thresholds that are ten thousand times off those of the other policies on the same field.
fn beside_other_policies(
    looked: &[Looked<'_>],
    thresholds: &[Threshold],
    scope: &Scope<'_>,
    findings: &mut Vec<Finding>,
) {
    for threshold in thresholds {
        let others: Vec<Number> = thresholds
            .iter()
            .filter(|other| {
                let elsewhere = looked[other.from].definition.id != looked[threshold.from].definition.id;
                other.field == threshold.field && elsewhere
            })
            .map(|other| other.number)
            .collect();
        let Some(above) = off(threshold.number, &others).filter(|_| others.len() >= 2) else { continue };
        let field = scope.catalog.field(threshold.field);
        let written = Measure::of_type(&field.kind).write_number(threshold.number);
        let (zh, en) = if above { ("大", "above") } else { ("小", "below") };
        let message = both(
            format!("{} 比其他政策对同一字段的界限{zh}约一万倍，请检查“元”与“万元”。", written.zh),
            format!(
                "{} is some 10,000 times {en} what other policies set for the same field; see whether yuan and 万 were mixed up.",
                written.en
            ),
        );
        findings.push(looked[threshold.from].finding(
            "unit-slip",
            Severity::Warning,
            &threshold.path,
            message,
        ));
    }
}

/// Whether a number is off by about ten thousand from all of others: above or below them.
fn off(number: Number, others: &[Number]) -> Option<bool> {
    let thousand = Number::whole(1_000);
    let factor = Number::whole(10_000);
    let (least, most) = (others.iter().min()?, others.iter().max()?);
    let (low, high) = (least.divide(Number::whole(10))?, most.multiply(Number::whole(10))?);
    let plausible = |number: Number| low <= number && number <= high;
    if number.divide(thousand)? >= *most && plausible(number.divide(factor)?) {
        Some(true)
    } else if number.multiply(thousand)? <= *least && plausible(number.multiply(factor)?) {
        Some(false)
    } else {
        None
    }
}

fn collect(tree: &Tree, scope: &Scope<'_>, (from, path): (usize, &str), found: &mut Vec<Threshold>) {
    if let Kind::Compare(_, left, right) = &tree.kind {
        for (name, number) in [(left, right), (right, left)] {
            let (Kind::Name { name, prior: 0 }, Kind::Numeral(numeral)) = (&name.kind, &number.kind) else {
                continue;
            };
            let (Some(field), Some(number)) = (scope.catalog.find(name), numeral.value()) else { continue };
            let sized = matches!(scope.catalog.field(field).kind, Type::Money | Type::Number { .. });
            if sized && number > Number::ZERO {
                found.push(Threshold { field, number, from, path: path.to_owned() });
            }
        }
    }
    tree.parts().into_iter().for_each(|part| collect(part, scope, (from, path), found));
}
