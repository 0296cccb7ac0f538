//! What functions of the language are called in a sentence.

use super::{
    format::{Measure, both},
    text::{part_text, phrase},
};
use crate::{
    catalog::Words,
    check::{Scope, dimension_of},
    expression::{Comparison, Period},
    syntax::{Function, Kind, Tree},
};

/// A function of values; nothing where it is best shown as it is written.
pub fn of_call(function: Function, parts: &[Tree], scope: &Scope<'_>) -> Option<Words> {
    let named = |at: usize| parts.get(at).map(|part| phrase(part, scope));
    Some(match function {
        Function::AsOf => both("评估日", "the day of evaluation"),
        Function::Min | Function::Max => extreme(function == Function::Min, parts, scope),
        Function::Absolute => {
            let value = named(0)?;
            both(format!("{}的绝对值", value.zh), format!("the size of {}", value.en))
        }
        Function::RoundHalfUp | Function::RoundHalfEven | Function::RoundDown | Function::RoundUp => {
            let ((zh, en), value, unit) = (rounding(function)?, named(0)?, named(1)?);
            both(
                format!("{}（{zh}到 {}）", value.zh, unit.zh),
                format!("{}, rounded {en} to {}", value.en, unit.en),
            )
        }
        Function::Between(period) => {
            let (from, to, (zh, en)) = (named(0)?, named(1)?, passed(period));
            both(format!("从{}到{}的{zh}", from.zh, to.zh), format!("{en} from {} to {}", from.en, to.en))
        }
        Function::Shift(period) => {
            let (from, count, (zh, en)) = (named(0)?, named(1)?, after(period));
            both(format!("{}之后 {}{zh}", from.zh, count.zh), format!("{} {en} after {}", count.en, from.en))
        }
        Function::StartOf(period) => {
            let day = named(0)?;
            let (zh, en) = if period == Period::Years { ("年", "year") } else { ("月", "month") };
            both(format!("{}当{zh}的第一天", day.zh), format!("the first day of the {en} of {}", day.en))
        }
        Function::ValueOn => {
            let (parameter, day) = (named(0)?, named(1)?);
            both(format!("{}当日的{}", day.zh, parameter.zh), format!("{} as of {}", parameter.en, day.en))
        }
        Function::AmountOf => {
            let title = title(parts.first()?, scope)?;
            both(format!("“{}”的金额", title.zh), format!("the amount of “{}”", title.en))
        }
        Function::Entitled => {
            let title = title(parts.first()?, scope)?;
            both(format!("符合“{}”的条件", title.zh), format!("entitled to “{}”", title.en))
        }
        Function::Judged => return None,
    })
}

/// The title of a policy that is named by its identifier.
fn title(policy: &Tree, scope: &Scope<'_>) -> Option<Words> {
    let Kind::Text(id) = &policy.kind else { return None };
    let title = scope.title(id).cloned().unwrap_or_default();
    let fill = |text: String| if text.is_empty() { id.clone() } else { text };
    Some(both(fill(title.zh), fill(title.en)))
}

fn extreme(least: bool, parts: &[Tree], scope: &Scope<'_>) -> Words {
    let all: Vec<Words> = parts.iter().map(|part| phrase(part, scope)).collect();
    let zh: Vec<&str> = all.iter().map(|one| one.zh.as_str()).collect();
    let en: Vec<&str> = all.iter().map(|one| one.en.as_str()).collect();
    let (word_zh, word_en) = match (least, all.len() > 2) {
        (true, false) => ("较小的", "the smaller of"),
        (true, true) => ("最小的", "the smallest of"),
        (false, false) => ("较大的", "the larger of"),
        (false, true) => ("最大的", "the largest of"),
    };
    both(format!("{}中{word_zh}", zh.join("、")), format!("{word_en} {}", en.join(" and ")))
}

fn rounding(function: Function) -> Option<(&'static str, &'static str)> {
    Some(match function {
        Function::RoundHalfUp => ("四舍五入", "half up"),
        Function::RoundHalfEven => ("四舍六入", "half to even"),
        Function::RoundDown => ("舍尾", "down"),
        Function::RoundUp => ("进一", "up"),
        _ => return None,
    })
}

fn passed(period: Period) -> (&'static str, &'static str) {
    match period {
        Period::Years => ("整年数", "full years"),
        Period::Months => ("整月数", "full months"),
        Period::Days => ("天数", "days"),
        Period::WorkingDays => ("工作日数", "working days"),
    }
}

fn after(period: Period) -> (&'static str, &'static str) {
    match period {
        Period::Years => ("年", "years"),
        Period::Months => ("个月", "months"),
        Period::Days => ("天", "days"),
        Period::WorkingDays => ("个工作日", "working days"),
    }
}

/// Every part of a value at its own rate.
pub fn of_slices(value: &Tree, bands: &[(Tree, Tree)], above: Option<&Tree>, scope: &Scope<'_>) -> Words {
    let measure = Measure::of_dimension(dimension_of(value, scope).as_ref());
    // A bare number takes the unit of the value.
    let top = |tree: &Tree| match &tree.kind {
        Kind::Numeral(numeral) if numeral.unit.is_none() => {
            numeral.value().map_or_else(Words::default, |top| measure.write_number(top))
        }
        _ => phrase(tree, scope),
    };
    let (mut zh, mut en): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (at, (to, rate)) in bands.iter().enumerate() {
        let (to, rate) = (top(to), phrase(rate, scope));
        zh.push(if at == 0 {
            format!("{}以内的部分 {}", to.zh, rate.zh)
        } else {
            format!("以上至{}的部分 {}", to.zh, rate.zh)
        });
        en.push(format!(
            "{} of what lies {} {}",
            rate.en,
            if at == 0 { "within" } else { "above that, up to" },
            to.en
        ));
    }
    if let Some(rate) = above {
        let rate = phrase(rate, scope);
        zh.push(format!("再以上的部分 {}", rate.zh));
        en.push(format!("{} of what lies above", rate.en));
    }
    let value = phrase(value, scope);
    both(
        format!("{}分档累计（{}）", value.zh, zh.join("，")),
        format!("{} by slices ({})", value.en, en.join(", ")),
    )
}

/// The condition of a row: which rows count.
pub fn of_condition(tree: &Tree, scope: &Scope<'_>) -> Words {
    let joined = |parts: &[Tree], zh: &str, en: &str| {
        let all: Vec<Words> = parts.iter().map(|part| of_condition(part, scope)).collect();
        let own: (Vec<&str>, Vec<&str>) = all.iter().map(|one| (one.zh.as_str(), one.en.as_str())).unzip();
        both(own.0.join(zh), own.1.join(en))
    };
    match &tree.kind {
        Kind::And(parts) => joined(parts, "且", " and "),
        Kind::Or(parts) => joined(parts, "或", " or "),
        Kind::Compare(comparison, left, right) => {
            let subject = phrase(left, scope);
            let against = match (&left.kind, &right.kind) {
                (Kind::Name { name, .. }, Kind::Name { name: code, .. }) => code_label(name, code, scope),
                _ => None,
            };
            let against = against.unwrap_or_else(|| beside(left, right, scope));
            let (zh, en) = compared(*comparison);
            both(format!("{}{zh} {}", subject.zh, against.zh), format!("{} {en} {}", subject.en, against.en))
        }
        Kind::In { subject, codes, negated, .. } => {
            let Kind::Name { name, .. } = &subject.kind else { return part_text(scope)(tree) };
            let labels: Option<Vec<Words>> =
                codes.iter().map(|word| code_label(name, &word.code, scope)).collect();
            let Some(labels) = labels else { return part_text(scope)(tree) };
            let own: (Vec<&str>, Vec<&str>) =
                labels.iter().map(|one| (one.zh.as_str(), one.en.as_str())).unzip();
            let subject = phrase(subject, scope);
            let (zh, en) = if *negated { ("不属于", "not among") } else { ("属于", "among") };
            both(
                format!("{}{zh}“{}”", subject.zh, own.0.join("、")),
                format!("{} {en}: {}", subject.en, own.1.join(", ")),
            )
        }
        Kind::Name { .. } => phrase(tree, scope),
        _ => part_text(scope)(tree),
    }
}

/// What a value of a row is compared with: a bare number is written as the value is.
fn beside(left: &Tree, right: &Tree, scope: &Scope<'_>) -> Words {
    let field = match &left.kind {
        Kind::Name { name, .. } => scope.field_of_row(name),
        _ => None,
    };
    match (&right.kind, field) {
        (Kind::Numeral(numeral), Some(field)) if numeral.unit.is_none() => numeral
            .value()
            .map_or_else(Words::default, |value| Measure::of_type(&field.kind).write_number(value)),
        _ => phrase(right, scope),
    }
}

fn code_label(field: &str, code: &str, scope: &Scope<'_>) -> Option<Words> {
    let vocabulary = scope.vocabulary_of(field)?;
    let code = vocabulary.code(vocabulary.find(code)?);
    let fill = |label: &str| if label.is_empty() { code.code.clone() } else { label.to_owned() };
    Some(both(fill(&code.label.zh), fill(&code.label.en)))
}

fn compared(comparison: Comparison) -> (&'static str, &'static str) {
    match comparison {
        Comparison::Equal => ("为", "is"),
        Comparison::NotEqual => ("不为", "is not"),
        Comparison::Less => ("低于", "below"),
        Comparison::AtMost => ("不超过", "at most"),
        Comparison::More => ("超过", "above"),
        Comparison::AtLeast => ("不低于", "at least"),
    }
}
