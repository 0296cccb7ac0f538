//! The parts of an amount: base, limit, what counts, the formula, rounding, floor, cap, what is due.

use super::{
    Truth,
    format::{Measure, both},
    readable::AmountLine,
    reasons::Reasons,
    render::Renderer,
};
use crate::{
    catalog::{Catalog, Words},
    check::{Dimension, Scope, Wanted, compile, compile_measured},
    definition::{Benefit, LimitKind, PolicyVersion},
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
    /// What is due, in fen; nothing where the policy does not apply or the amount is unknown.
    pub due_fen: Option<i64>,
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
    let measure = match dimension {
        Dimension::Ratio => Measure::Share,
        Dimension::Unit(unit) => Measure::Number(unit.to_string()),
        Dimension::Pure => Measure::Number(String::new()),
        _ => Measure::Money,
    };
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

/// The parts of the amount for a firm; nothing for a policy that gives no money.
pub(super) fn amount(reasons: &Reasons<'_>, catalog: &Catalog) -> Option<Amount> {
    let readable = reasons.readable;
    if readable.amount.is_empty() {
        return None;
    }
    let benefit = readable.version.as_ref().and_then(|version| version.benefit.as_ref());
    let lines = readable.amount.iter().zip(&reasons.amounts);
    let steps = lines.map(|(line, value)| step(line, *value, catalog, benefit)).collect();
    let applies = match reasons.status {
        Status::Entitled => Truth::True,
        Status::NotEntitled => Truth::False,
        Status::Undetermined | Status::NeedsJudgement => Truth::Unknown,
    };
    Some(Amount {
        due_fen: reasons.due_fen,
        applies,
        steps,
        cite: benefit.map(|benefit| benefit.cite.clone()).unwrap_or_default(),
    })
}

fn step(
    line: &AmountLine,
    value: Option<Number>,
    catalog: &Catalog,
    benefit: Option<&Benefit>,
) -> AmountStep {
    let written = value.map(|value| line.measure.write(&Value::Number(value), catalog));
    let (zh, en) = named(line.part);
    let how = if line.part == AmountPart::Rounded { rounding(benefit) } else { Words::default() };
    let sentence = match &written {
        Some(value) => {
            both(format!("{zh}{}：{}。", how.zh, value.zh), format!("{en}{}: {}.", how.en, value.en))
        }
        None => both(format!("{zh}：尚不能算出。"), format!("{en}: cannot be computed yet.")),
    };
    AmountStep {
        part: line.part,
        value: value.map(|value| value.to_string()),
        english: line.english.clone(),
        chinese: line.chinese.clone(),
        sentence,
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
        AmountPart::Rounded => ("取整后", "Rounded"),
        AmountPart::Floor => ("最低", "At least"),
        AmountPart::Cap => ("最高", "At most"),
        AmountPart::Due => ("应享受", "Due"),
    }
}

fn rounding(benefit: Option<&Benefit>) -> Words {
    let Some((benefit, rounding)) = benefit.and_then(|benefit| Some((benefit, benefit.rounding?))) else {
        return Words::default();
    };
    let unit = benefit.unit.as_deref().unwrap_or("0.01");
    let (zh, en) = match rounding {
        Rounding::HalfUp => ("四舍五入", "half up"),
        Rounding::HalfEven => ("四舍六入五成双", "half to even"),
        Rounding::Down => ("舍去尾数", "down"),
        Rounding::Up => ("进一", "up"),
    };
    both(format!("（{zh}到{unit}元）"), format!(" {en} to {unit} yuan"))
}
