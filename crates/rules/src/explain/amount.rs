//! The parts of an amount: base, limit, what counts, the formula, rounding, floor, cap, what is due.

use super::{
    Truth,
    format::{Measure, both},
    node::Teller,
    readable::AmountLine,
    reasons::Reasons,
    render::Renderer,
};
use crate::{
    catalog::Words,
    check::{Scope, Wanted, compile, compile_measured},
    definition::{AmountKind, Benefit, Binding, LimitKind, PolicyVersion},
    expression::{Expression, Value},
    number::{Number, Rounding},
    policy::{Policy, Status},
    syntax::{Spelling, parse, print},
};
use serde::Serialize;

/// A part of an amount, in the order in which they apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AmountPart {
    /// What the amount is taken of.
    Base,
    /// Limit of the base; above it nothing is due.
    Cliff,
    /// Limit of the base; the part below it counts.
    Slice,
    /// Most of the base that counts.
    BaseCap,
    /// The amount before rounding.
    Formula,
    /// The amount rounded.
    Rounded,
    /// Least result.
    Floor,
    /// Greatest result.
    Cap,
    /// What is due.
    Due,
}

/// A part of an amount for one firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AmountStep {
    /// Which.
    pub part: AmountPart,
    /// Its value as an exact number (yuan where it is money); nothing where it is unknown.
    pub value: Option<String>,
    /// The expression in English spelling.
    pub english: String,
    /// The expression in Chinese spelling.
    pub chinese: String,
    /// Said.
    pub sentence: Words,
}

/// An amount for one firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// What it is.
    pub kind: AmountKind,
    /// What is due by the policy alone, in fen; nothing where it does not apply or the amount is unknown.
    pub due_fen: Option<i64>,
    /// What its groups leave of that, as far as [`super::Together`] has added it.
    pub after_groups_fen: Option<i64>,
    /// Whether it is due, computed as if the policy applied.
    pub applies: Truth,
    /// Its parts.
    pub steps: Vec<AmountStep>,
    /// The clause it rests on.
    pub cite: String,
}

/// Reads the parts of an amount of the benefit as written; where there is none, the whole is the formula.
pub(super) fn lines(policy: &Policy, version: Option<&PolicyVersion>, scope: &Scope<'_>) -> Vec<AmountLine> {
    let Some(amount) = &policy.amount else { return Vec::new() };
    let mut lines = Vec::new();
    let mut formula = amount;
    let benefit = version.and_then(|version| version.benefit.as_ref());
    if let Some(benefit) = benefit {
        base(benefit, scope, &mut lines);
        let mut inner = amount;
        let mut outer = Vec::new();
        if let (Some(text), Expression::Smallest(parts)) = (&benefit.cap, inner)
            && let [first, cap] = &parts[..]
        {
            outer.push(line(AmountPart::Cap, cap, Some(text.as_str()), Measure::Money, scope));
            inner = first;
        }
        if let Expression::Greatest(parts) = inner
            && let [first, floor] = &parts[..]
        {
            if let Some(text) = &benefit.floor {
                outer.push(line(AmountPart::Floor, floor, Some(text.as_str()), Measure::Money, scope));
            }
            inner = first;
        }
        if let (Some(_), Expression::Rounded(first, ..)) = (benefit.rounding, inner) {
            outer.push(line(
                AmountPart::Rounded,
                inner,
                Some(benefit.amount.as_str()),
                Measure::Money,
                scope,
            ));
            inner = first;
        }
        formula = inner;
        lines.push(line(AmountPart::Formula, formula, Some(benefit.amount.as_str()), Measure::Money, scope));
        lines.extend(outer.into_iter().rev());
    } else {
        lines.push(line(AmountPart::Formula, formula, None, Measure::Money, scope));
    }
    let text = benefit.map(|benefit| benefit.amount.as_str());
    lines.push(line(AmountPart::Due, amount, text, Measure::Money, scope));
    lines
}

/// The base, its limit and its cap: written apart from the amount, so compiled once more.
fn base(benefit: &Benefit, scope: &Scope<'_>, lines: &mut Vec<AmountLine>) {
    let Some(text) = &benefit.base else { return };
    let Ok((base, dimension)) = compile_measured(text, scope, &Wanted::Number) else { return };
    let measure = Measure::of_type(&dimension.kind());
    lines.push(line(AmountPart::Base, &base, Some(text.as_str()), measure.clone(), scope));
    let limit = if benefit.kind == Some(LimitKind::Cliff) { AmountPart::Cliff } else { AmountPart::Slice };
    for (part, text) in [(limit, &benefit.limit), (AmountPart::BaseCap, &benefit.base_cap)] {
        if let Some(text) = text
            && let Ok(bound) = compile(text, scope, &Wanted::Number)
        {
            lines.push(line(part, &bound, Some(text.as_str()), measure.clone(), scope));
        }
    }
}

fn line(
    part: AmountPart,
    expression: &Expression,
    text: Option<&str>,
    measure: Measure,
    scope: &Scope<'_>,
) -> AmountLine {
    let tree = text.map_or_else(
        || Renderer { catalog: scope.catalog, child: None }.tree(expression),
        |text| parse(text, scope).0,
    );
    let (english, chinese) = (print(&tree, Spelling::English, scope), print(&tree, Spelling::Chinese, scope));
    AmountLine { part, expression: expression.clone(), measure, english, chinese, index: 0 }
}

/// The parts of the amount for a firm; nothing for a policy that gives no amount.
pub(super) fn amount(reasons: &Reasons<'_>, teller: &Teller<'_, '_>) -> Option<Amount> {
    let readable = reasons.readable;
    if readable.amount.is_empty() {
        return None;
    }
    let benefit = readable.version.as_ref().and_then(|version| version.benefit.as_ref());
    let lines = readable.amount.iter().zip(&reasons.amounts);
    let mut said = Vec::new();
    let mut told = |(line, value): (&AmountLine, &Option<Number>)| {
        // Of parts that cannot be computed for the same reason only the first says it.
        let why = value.is_none().then(|| teller.why(&line.expression)).flatten();
        let why = why.filter(|why| !said.contains(why)).inspect(|why| said.push(why.clone()));
        let written =
            value.map(|value| line.measure.write(&Value::Number(value), teller.dossier.firm.catalog));
        step(line, *value, (written, why), (reasons.status, benefit))
    };
    let steps = lines.map(&mut told).collect();
    let applies = match reasons.status {
        Status::Entitled => Truth::True,
        Status::NotEntitled => Truth::False,
        Status::Undetermined | Status::NeedsJudgement => Truth::Unknown,
    };
    Some(Amount {
        kind: benefit.map_or(AmountKind::Payment, |benefit| benefit.measure),
        due_fen: reasons.due_fen,
        after_groups_fen: reasons.due_fen,
        applies,
        steps,
        cite: benefit.map(|benefit| benefit.cite.clone()).unwrap_or_default(),
    })
}

fn step(
    line: &AmountLine,
    value: Option<Number>,
    (written, why): (Option<Words>, Option<Words>),
    (status, benefit): (Status, Option<&Benefit>),
) -> AmountStep {
    let name = match line.part {
        AmountPart::Due => due(status, benefit),
        AmountPart::Rounded => rounded(benefit),
        part => {
            let (zh, en) = named(part);
            both(zh, en)
        }
    };
    let sentence = match (&written, why) {
        (Some(value), _) => {
            both(format!("{}：{}。", name.zh, value.zh), format!("{}: {}.", name.en, value.en))
        }
        (None, Some(why)) => both(
            format!("{}：还算不出，{}。", name.zh, why.zh),
            format!("{}: cannot be computed, as {}.", name.en, why.en),
        ),
        (None, None) => both(format!("{}：还算不出。", name.zh), format!("{}: cannot be computed.", name.en)),
    };
    AmountStep {
        part: line.part,
        value: value.map(|value| value.to_string()),
        english: line.english.clone(),
        chinese: line.chinese.clone(),
        sentence,
    }
}

/// What the last part is called: it is due only to a firm that is entitled, and only where it is money.
fn due(status: Status, benefit: Option<&Benefit>) -> Words {
    let kind = benefit.map_or(AmountKind::Payment, |benefit| benefit.measure);
    let is_limit = benefit.is_some_and(|benefit| benefit.binding == Binding::UpTo);
    let (label_zh, label_en) = if kind.is_money() { ("金额", "Amount") } else { kind.label() };
    match status {
        Status::Entitled if !kind.is_money() => both(label_zh, label_en),
        Status::Entitled if is_limit => both("最高可享受", "Due at most"),
        Status::Entitled => both("应享受", "Due"),
        Status::NotEntitled => {
            both(format!("假如符合条件，{label_zh}为"), format!("{label_en}, if the conditions held"))
        }
        Status::Undetermined | Status::NeedsJudgement => {
            both(format!("如果符合条件，{label_zh}为"), format!("{label_en}, if the conditions hold"))
        }
    }
}

fn named(part: AmountPart) -> (&'static str, &'static str) {
    match part {
        AmountPart::Base => ("基数", "The base"),
        AmountPart::Cliff => {
            ("基数上限（一旦超过，全部不享受）", "The limit of the base (above it nothing is due)")
        }
        AmountPart::Slice => {
            ("基数上限（只计不超过的部分）", "The limit of the base (the part below it counts)")
        }
        AmountPart::BaseCap => ("计入的基数最多", "The most of the base that counts"),
        AmountPart::Formula => ("按公式计算", "By the formula"),
        AmountPart::Rounded => ("取整", "Rounded"),
        AmountPart::Floor => ("最低", "At least"),
        AmountPart::Cap => ("最高", "At most"),
        AmountPart::Due => ("金额", "Amount"),
    }
}

/// How the amount is rounded: 四舍五入到分.
fn rounded(benefit: Option<&Benefit>) -> Words {
    let unit = benefit.and_then(|benefit| benefit.unit.as_deref()).unwrap_or("0.01");
    let unit = match unit {
        "0.01" => both("分", "a fen"),
        "0.1" => both("角", "0.1 yuan"),
        "1" | "1元" => both("元", "a yuan"),
        other => {
            let other = other.trim_end_matches('元');
            both(format!("{other}元"), format!("{other} yuan"))
        }
    };
    let Words { zh, en } = unit;
    match benefit.and_then(|benefit| benefit.rounding) {
        Some(Rounding::HalfUp) => both(format!("四舍五入到{zh}"), format!("Rounded to {en}, half up")),
        Some(Rounding::HalfEven) => {
            both(format!("四舍六入五成双到{zh}"), format!("Rounded to {en}, half to even"))
        }
        Some(Rounding::Down) => both(format!("向下取整到{zh}"), format!("Rounded down to {en}")),
        Some(Rounding::Up) => both(format!("向上取整到{zh}"), format!("Rounded up to {en}")),
        None => both("取整", "Rounded"),
    }
}
