//! Sums of money: those that nothing vouches for, and those that are ten thousand times off.

use super::{Finding, Looked, Severity, Subject};
use crate::{
    catalog::{Type, Words},
    check::Scope,
    explain::{Measure, format::both},
    expression::Operation,
    number::Number,
    syntax::{Kind, Tree, parse},
};

/// A trillion yuan: more than any sum a policy for firms names.
const MOST_YUAN: i128 = 1_000_000_000_000;

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
        for sum in numerals(&parse(text, scope).0, scope).into_iter().filter(|sum| sum.is_money) {
            if let Some(message) = beyond_belief(&sum) {
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

fn beyond_belief(sum: &Sum) -> Option<Words> {
    let size = sum.number.absolute()?;
    let shown = Measure::Money.write_number(sum.number);
    if size >= Number::whole(MOST_YUAN) {
        return Some(both(
            format!("{} 大得不合常理，请检查是否多写了“万”或“亿”。", shown.zh),
            format!(
                "{} is beyond belief; see whether a unit such as 万 or 亿 was written once too often.",
                shown.en
            ),
        ));
    }
    (!sum.is_price && size > Number::ZERO && size < Number::whole(1)).then(|| {
        both(
            format!("{} 小得不合常理，请检查单位是否应为“万元”。", shown.zh),
            format!("{} is beyond belief; see whether it is meant in 万.", shown.en),
        )
    })
}

/// A number in a text.
struct Sum {
    number: Number,
    is_money: bool,
    /// Whether it is a price of a unit: it is multiplied, divided, or compared with a quotient.
    is_price: bool,
}

/// Numbers in a text, and what they are.
fn numerals(tree: &Tree, scope: &Scope<'_>) -> Vec<Sum> {
    let mut found = Vec::new();
    collect(tree, scope, false, &mut found);
    found
}

fn collect(tree: &Tree, scope: &Scope<'_>, is_price: bool, found: &mut Vec<Sum>) {
    match &tree.kind {
        Kind::Numeral(numeral) => {
            let sum = |number| Sum { number, is_money: numeral.yuan, is_price };
            found.extend(numeral.value().map(sum));
        }
        Kind::Arithmetic(Operation::Multiply | Operation::Divide, left, right) => {
            for part in [left, right] {
                collect(part, scope, true, found);
            }
        }
        Kind::Compare(_, left, right) => {
            for (beside, part) in [(right, left), (left, right)] {
                let before = found.len();
                let is_quotient = matches!(beside.kind, Kind::Arithmetic(..));
                collect(part, scope, is_quotient || is_price_of_unit(beside, scope), found);
                if is_money(beside, scope) && matches!(part.kind, Kind::Numeral(_)) {
                    found[before..].iter_mut().for_each(|sum| sum.is_money = true);
                }
            }
        }
        _ => tree.parts().into_iter().for_each(|part| collect(part, scope, is_price, found)),
    }
}

/// Whether a field holds a price, a wage or a fee and not the sums of a whole firm.
pub fn is_price_of_unit(tree: &Tree, scope: &Scope<'_>) -> bool {
    const NAMES: [&str; 12] = [
        "price", "wage", "salary", "fee", "fees", "rent", "per", "unit", "hourly", "daily", "monthly",
        "tariff",
    ];
    const LABELS: [&str; 12] =
        ["价", "工资", "薪", "费", "租", "每", "人均", "单位", "日均", "月均", "亩均", "户均"];
    let Kind::Name { name, .. } = &tree.kind else { return false };
    let Some(field) = scope.catalog.find(name).map(|field| scope.catalog.field(field)) else { return false };
    field.name.split('_').any(|word| NAMES.contains(&word))
        || LABELS.iter().any(|label| field.label.zh.contains(label))
}

/// Whether it is a field of the firm that holds money.
pub fn is_money(tree: &Tree, scope: &Scope<'_>) -> bool {
    let Kind::Name { name, .. } = &tree.kind else { return false };
    scope.catalog.find(name).is_some_and(|field| scope.catalog.field(field).kind == Type::Money)
}

fn names_money(tree: &Tree, scope: &Scope<'_>) -> bool {
    numerals(tree, scope).iter().any(|sum| sum.is_money)
}

fn has_numeral(tree: &Tree) -> bool {
    matches!(tree.kind, Kind::Numeral(_)) || tree.parts().into_iter().any(has_numeral)
}
