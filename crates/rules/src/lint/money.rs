//! Sums of money: those that nothing vouches for, and those that are ten thousand times off.

use super::{Finding, Looked, Severity, Subject};
use crate::{
    catalog::{FieldIndex, Type, Words},
    check::Scope,
    explain::{Measure, format::both},
    number::Number,
    syntax::{Kind, Tree, parse},
};

/// A trillion yuan: more than any sum a policy for firms names.
const MOST_YUAN: i128 = 1_000_000_000_000;

/// A threshold of a field, as a rule writes it.
struct Threshold {
    field: FieldIndex,
    number: Number,
    /// Index of the version looked at.
    from: usize,
    path: String,
}

/// Looks at one version: money without a clause, sums beyond belief.
pub fn look(one: &Looked<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    for (index, clause) in one.version.require.iter().enumerate() {
        if clause.cite.trim().is_empty() && names_money(&parse(&clause.when, scope).0, scope) {
            let message = both(
                "金额没有依据：请在 `cite` 中写明条款。",
                "A sum of money that nothing vouches for: name the clause in `cite`.",
            );
            findings.push(one.finding(
                "uncited-amount",
                Severity::Warning,
                &format!("require.{index}.when"),
                message,
            ));
        }
    }
    if let Some(benefit) = &one.version.benefit {
        let sums =
            [Some(&benefit.amount), benefit.limit.as_ref(), benefit.cap.as_ref(), benefit.floor.as_ref()];
        let has_number = sums.into_iter().flatten().any(|text| has_numeral(&parse(text, scope).0));
        if benefit.cite.trim().is_empty() && has_number {
            let message = both(
                "补助金额没有依据：请在 `benefit.cite` 中写明条款。",
                "The benefit has no clause it rests on: name it in `benefit.cite`.",
            );
            findings.push(one.finding("uncited-amount", Severity::Warning, "benefit.amount", message));
        }
    }
    for (field, text) in one.version.texts() {
        for (number, is_money) in numerals(&parse(text, scope).0, scope) {
            if let Some(message) = beyond_belief(number, is_money) {
                findings.push(one.finding("implausible-amount", Severity::Warning, &field, message));
            }
        }
    }
}

/// Parameters that hold money and name no clause.
pub fn parameters(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let money =
        subject.definitions.named.iter().filter(|named| named.is_parameter && named.kind == Type::Money);
    for named in money {
        for (index, value) in named.values.iter().enumerate() {
            if value.cite.trim().is_empty() {
                findings.push(Finding {
                    code: "uncited-amount",
                    severity: Severity::Warning,
                    policy: named.name.clone(),
                    version: None,
                    path: format!("value.{index}.value"),
                    message: both(
                        "参数金额没有依据：请在 `cite` 中写明文件和条款。",
                        "A parameter that holds money names no clause: name it in `cite`.",
                    ),
                    basis: None,
                });
            }
        }
    }
}

fn beyond_belief(number: Number, is_money: bool) -> Option<Words> {
    let size = number.absolute()?;
    let shown = Measure::Money.write_number(number);
    if size >= Number::whole(MOST_YUAN) && is_money {
        return Some(both(
            format!("{} 大得不合常理，请检查是否多写了“万”或“亿”。", shown.zh),
            format!(
                "{} is beyond belief; see whether a unit such as 万 or 亿 was written once too often.",
                shown.en
            ),
        ));
    }
    (is_money && size > Number::ZERO && size < Number::whole(1)).then(|| {
        both(
            format!("{} 小得不合常理，请检查单位是否应为“万元”。", shown.zh),
            format!("{} is beyond belief; see whether it is meant in 万.", shown.en),
        )
    })
}

/// Thresholds that are ten thousand times off those of the other policies on the same field.
pub fn slips(looked: &[Looked<'_>], scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let mut thresholds = Vec::new();
    for (from, one) in looked.iter().enumerate() {
        for (path, text) in one.version.texts() {
            if !path.starts_with("benefit") {
                collect(&parse(text, scope).0, scope, (from, &path), &mut thresholds);
            }
        }
    }
    for threshold in &thresholds {
        let others: Vec<Number> = thresholds
            .iter()
            .filter(|other| {
                let elsewhere = looked[other.from].definition.id != looked[threshold.from].definition.id;
                other.field == threshold.field && elsewhere
            })
            .map(|other| other.number)
            .collect();
        let Some(above) = off(threshold.number, &others) else { continue };
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

/// Whether a number is off by about ten thousand from all of at least two others: above or below them.
fn off(number: Number, others: &[Number]) -> Option<bool> {
    if others.len() < 2 {
        return None;
    }
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

/// Numbers in a text, and whether they are money.
fn numerals(tree: &Tree, scope: &Scope<'_>) -> Vec<(Number, bool)> {
    let mut found = Vec::new();
    match &tree.kind {
        Kind::Numeral(numeral) => found.extend(numeral.value().map(|number| (number, numeral.yuan))),
        Kind::Compare(_, left, right) => {
            for (beside, part) in [(right, left), (left, right)] {
                let money = is_money(beside, scope);
                found.extend(numerals(part, scope).into_iter().map(|(number, yuan)| {
                    (number, yuan || (money && matches!(part.kind, Kind::Numeral(_))))
                }));
            }
        }
        _ => tree.parts().into_iter().for_each(|part| found.extend(numerals(part, scope))),
    }
    found
}

fn is_money(tree: &Tree, scope: &Scope<'_>) -> bool {
    let Kind::Name { name, .. } = &tree.kind else { return false };
    scope.catalog.find(name).is_some_and(|field| scope.catalog.field(field).kind == Type::Money)
}

fn names_money(tree: &Tree, scope: &Scope<'_>) -> bool {
    numerals(tree, scope).iter().any(|(_, money)| *money)
}

fn has_numeral(tree: &Tree) -> bool {
    matches!(tree.kind, Kind::Numeral(_)) || tree.parts().into_iter().any(has_numeral)
}
