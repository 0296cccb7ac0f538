//! The sentences of an explanation, calm and short, in both languages; and what an expression is called.

use super::format::{Measure, both, written_date};
use crate::{
    catalog::Words,
    check::Scope,
    expression::{Comparison, Operation, Summary, Value},
    number::Number,
    syntax::{Kind, Mark, Spelling, Tree, print},
};

/// A comparison with what is needed to say it.
pub struct Compared<'a> {
    /// What is compared, as a phrase.
    pub subject: &'a Words,
    /// What it measures.
    pub value: Option<Words>,
    /// With what.
    pub threshold: Words,
    /// How.
    pub comparison: Comparison,
    /// By how much it misses.
    pub gap: Option<Words>,
    /// Whether days are compared.
    pub is_of_days: bool,
    /// Why one of the two is unknown, where more is to be said than that the first is.
    pub why: Option<Words>,
}

/// What an expression is called: labels for names, words for functions.
pub fn phrase(tree: &Tree, scope: &Scope<'_>) -> Words {
    let part = |tree: &Tree| phrase(tree, scope);
    match &tree.kind {
        Kind::Name { name, prior } => of_name(name, *prior, scope),
        Kind::Numeral(numeral) => numeral.value().map_or_else(Words::default, |value| {
            let measure = match numeral.mark {
                Mark::Percent | Mark::PerMille => Measure::Share,
                _ if numeral.yuan => Measure::Money,
                _ => Measure::Number(numeral.unit.unwrap_or_default().to_owned()),
            };
            measure.write_number(value)
        }),
        Kind::Date(date) => written_date(*date),
        Kind::Arithmetic(operation, left, right) => {
            let sign = match operation {
                Operation::Add => "+",
                Operation::Subtract => "−",
                Operation::Multiply => "×",
                Operation::Divide => "÷",
            };
            let bracket = |tree: &Tree| {
                let text = part(tree);
                match tree.kind {
                    Kind::Arithmetic(..) => both(format!("（{}）", text.zh), format!("({})", text.en)),
                    _ => text,
                }
            };
            let (left, right) = (bracket(left), bracket(right));
            both(format!("{} {sign} {}", left.zh, right.zh), format!("{} {sign} {}", left.en, right.en))
        }
        Kind::Negate(inner) => {
            let inner = part(inner);
            both(format!("−{}", inner.zh), format!("−{}", inner.en))
        }
        Kind::Call(function, parts) => {
            super::phrases::of_call(*function, parts, scope).unwrap_or_else(|| part_text(scope)(tree))
        }
        Kind::Slices { value, bands, above } => {
            super::phrases::of_slices(value, bands, above.as_deref(), scope)
        }
        Kind::Aggregate { summary, table, value, filter } => {
            let table = of_name(table, 0, scope);
            let value = value.as_deref().map(part).unwrap_or_default();
            let filter = filter.as_deref().map(|filter| super::phrases::of_condition(filter, scope));
            of_aggregate(*summary, &table, &value, filter)
        }
        _ => part_text(scope)(tree),
    }
}

pub(super) fn part_text<'s>(scope: &'s Scope<'_>) -> impl Fn(&Tree) -> Words + 's {
    |tree| both(print(tree, Spelling::Chinese, scope), print(tree, Spelling::English, scope))
}

fn of_aggregate(summary: Summary, table: &Words, field: &Words, filter: Option<Words>) -> Words {
    let (zh, en) = filter.map_or((String::new(), String::new()), |filter| {
        (format!("（{}）", filter.zh), format!(" where {}", filter.en))
    });
    let (table_zh, table_en) = (format!("{}{zh}", table.zh), format!("{}{en}", table.en));
    match summary {
        Summary::Count => both(format!("{table_zh}的数目"), format!("the number of {table_en}")),
        Summary::Any => both(format!("有{table_zh}"), format!("any {table_en}")),
        Summary::Sum => {
            both(format!("{table_zh}的{}合计", field.zh), format!("the sum of {} of {table_en}", field.en))
        }
        Summary::Least => {
            both(format!("{table_zh}的最小{}", field.zh), format!("the least {} of {table_en}", field.en))
        }
        Summary::Greatest => {
            both(format!("{table_zh}的最大{}", field.zh), format!("the greatest {} of {table_en}", field.en))
        }
    }
}

fn of_name(name: &str, prior: u8, scope: &Scope<'_>) -> Words {
    let full = if prior == 0 { name.to_owned() } else { format!("{name}[-{prior}]") };
    let catalog = scope.catalog;
    let field = |name: &str| catalog.find(name).map(|index| &catalog.field(index).label);
    let table = || catalog.find_table(name).map(|index| &catalog.tables()[usize::from(index)].label);
    let child = || {
        let mut fields = catalog.tables().iter().flat_map(|table| &table.fields);
        fields.find(|field| field.name == name).map(|field| &field.label)
    };
    let own = scope.named(&full).map(|named| &named.label).or_else(|| field(&full));
    if let Some(label) =
        own.or_else(table).or_else(child).filter(|label| !label.zh.is_empty() || !label.en.is_empty())
    {
        return filled(label, &full);
    }
    match field(name) {
        Some(label) if prior > 0 => {
            let label = filled(label, name);
            let before =
                if prior == 1 { "one period before".to_owned() } else { format!("{prior} periods before") };
            both(format!("{}（前{prior}期）", label.zh), format!("{} ({before})", label.en))
        }
        _ => both(full.clone(), full.replace('_', " ")),
    }
}

/// A label with what is missing of it filled in.
pub fn filled(label: &Words, name: &str) -> Words {
    let zh = if label.zh.is_empty() { name.to_owned() } else { label.zh.clone() };
    let en = if label.en.is_empty() { name.replace('_', " ") } else { label.en.clone() };
    both(zh, en)
}

/// The first letter as a sentence wants it.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How a comparison is said where it holds, where it does not, and where that is the question.
fn words_of(comparison: Comparison) -> [(&'static str, &'static str); 3] {
    match comparison {
        Comparison::AtMost => [
            ("不超过上限", "within the limit of"),
            ("超过上限", "above the limit of"),
            ("是否不超过", "whether it is at most"),
        ],
        Comparison::Less => [("低于", "below"), ("未低于", "not below"), ("是否低于", "whether it is below")],
        Comparison::AtLeast => [
            ("达到下限", "at or above the threshold of"),
            ("低于下限", "below the threshold of"),
            ("是否达到", "whether it is at least"),
        ],
        Comparison::More => [("超过", "above"), ("未超过", "not above"), ("是否超过", "whether it is above")],
        Comparison::Equal => {
            [("等于", "equal to"), ("不等于", "not equal to"), ("是否等于", "whether it is")]
        }
        Comparison::NotEqual => {
            [("不同于", "other than"), ("等于", "equal to"), ("是否不等于", "whether it is other than")]
        }
    }
}

/// On which side a value is that is not as it should be: 差 where it falls short, 超出 where it is above.
fn side_of(comparison: Comparison, is_of_days: bool) -> (&'static str, &'static str) {
    match (comparison, is_of_days) {
        (Comparison::AtMost | Comparison::Less, false) => ("超出", "over"),
        (Comparison::AtMost | Comparison::Less, true) => ("晚", "late"),
        (Comparison::AtLeast | Comparison::More, false) => ("差", "short"),
        (Comparison::AtLeast | Comparison::More, true) => ("早", "early"),
        (Comparison::Equal | Comparison::NotEqual, _) => ("相差", "off"),
    }
}

/// 应纳税所得额 3,000,000.01元，超过上限 3,000,000元，超出 0.01元。
pub fn comparison(said: &Compared<'_>, result: Option<bool>) -> Words {
    let [holds, fails, asks] = words_of(said.comparison);
    let subject = said.subject;
    let english = capital(&subject.en);
    let (value, words) = match (&said.value, result) {
        (Some(value), Some(result)) => (value, if result { holds } else { fails }),
        _ => return undecided(said, asks),
    };
    let (gap_zh, gap_en) = match (&said.gap, result) {
        (Some(gap), Some(false)) => {
            let (zh, en) = side_of(said.comparison, said.is_of_days);
            (format!("，{zh} {}", gap.zh), format!(", {en} by {}", gap.en))
        }
        _ => (String::new(), String::new()),
    };
    both(
        format!("{} {}，{} {}{gap_zh}。", subject.zh, value.zh, words.0, said.threshold.zh),
        format!("{english} is {}, {} {}{gap_en}.", value.en, words.1, said.threshold.en),
    )
}

/// 应纳税所得额 3,000,000元，要看是否不超过 所得额上限；“所得额上限”在2026年5月1日没有有效规定。
fn undecided(said: &Compared<'_>, asks: (&str, &str)) -> Words {
    let (subject, english) = (said.subject, capital(&said.subject.en));
    let (threshold, (asks_zh, asks_en)) = (&said.threshold, asks);
    match (&said.value, &said.why) {
        (Some(value), why) => {
            let why = why.as_ref().map_or_else(Words::default, |why| {
                both(format!("；{}", why.zh), format!(", but {}", why.en))
            });
            both(
                format!("{} {}，要看{asks_zh} {}{}。", subject.zh, value.zh, threshold.zh, why.zh),
                format!("{english} is {}; the question is {asks_en} {}{}.", value.en, threshold.en, why.en),
            )
        }
        (None, Some(why)) => both(
            format!("{}未知（{}），要看{asks_zh} {}。", subject.zh, why.zh, threshold.zh),
            format!("{english} is unknown ({}); the question is {asks_en} {}.", why.en, threshold.en),
        ),
        (None, None) => both(
            format!("{}尚不清楚，要看{asks_zh} {}。", subject.zh, threshold.zh),
            format!("{english} is not known yet; the question is {asks_en} {}.", threshold.en),
        ),
    }
}

/// A code and the set it is or is not in.
pub fn membership(
    subject: &Words,
    value: Option<&Words>,
    codes: &Words,
    (result, why): (Option<bool>, Option<&Words>),
) -> Words {
    let english = capital(&subject.en);
    match (value, result) {
        (Some(value), Some(true)) => both(
            format!("{}为{}，在“{}”之内。", subject.zh, value.zh, codes.zh),
            format!("{english} is {}, which is among: {}.", value.en, codes.en),
        ),
        (Some(value), Some(false)) => both(
            format!("{}为{}，不在“{}”之内。", subject.zh, value.zh, codes.zh),
            format!("{english} is {}, which is not among: {}.", value.en, codes.en),
        ),
        _ => {
            let (zh, en) = why.map_or_else(
                || ("尚不清楚".to_owned(), "is not known yet".to_owned()),
                |why| (format!("未知（{}）", why.zh), format!("is unknown ({})", why.en)),
            );
            both(
                format!("{}{zh}，要看是否属于“{}”。", subject.zh, codes.zh),
                format!("{english} {en}; the question is whether it is among: {}.", codes.en),
            )
        }
    }
}

/// A yes-or-no fact.
pub fn truth(subject: &Words, result: Option<bool>) -> Words {
    let english = capital(&subject.en);
    match result {
        Some(true) => both(format!("{}：是。", subject.zh), format!("{english}: yes.")),
        Some(false) => both(format!("{}：否。", subject.zh), format!("{english}: no.")),
        None => both(format!("{}：尚不清楚。", subject.zh), format!("{english}: not known yet.")),
    }
}

/// Whether something is known.
pub fn knowledge(subject: &Words, result: Option<bool>) -> Words {
    let english = capital(&subject.en);
    match result {
        Some(true) => both(format!("{}已有数据。", subject.zh), format!("{english} is known.")),
        _ => both(format!("{}尚无数据。", subject.zh), format!("{english} is not known yet.")),
    }
}

/// What a person decides.
pub fn judged(question: &str, result: Option<bool>) -> Words {
    match result {
        None => {
            both(format!("“{question}”须由经办人认定。"), format!("A person has to decide: “{question}”."))
        }
        Some(result) => {
            let (zh, en) = if result { ("成立", "yes") } else { ("不成立", "no") };
            both(format!("“{question}”经认定{zh}。"), format!("“{question}” was decided: {en}."))
        }
    }
}

/// How many parts of a whole hold.
pub fn joined(all: bool, results: &[Option<bool>], result: Option<bool>) -> Words {
    let count = results.len();
    let held = results.iter().filter(|result| **result == Some(true)).count();
    let missed = results.iter().filter(|result| **result == Some(false)).count();
    match (all, result) {
        (true, Some(true)) => {
            both(format!("{count}项条件全部满足。"), format!("All {count} conditions hold."))
        }
        (true, Some(false)) => both(
            format!("{count}项条件须全部满足，有{missed}项未满足。"),
            format!(
                "All {count} conditions have to hold; {missed} of them {}.",
                if missed == 1 { "does not" } else { "do not" }
            ),
        ),
        (true, None) => both(
            format!("{count}项条件须全部满足，还有{}项未定。", count - held - missed),
            format!("All {count} conditions have to hold; {} not decided yet.", open(count - held - missed)),
        ),
        (false, Some(true)) => both(
            format!("{count}项条件满足一项即可，已满足{held}项。"),
            format!(
                "One of {count} conditions is enough; {held} {}.",
                if held == 1 { "holds" } else { "hold" }
            ),
        ),
        (false, Some(false)) => both(
            format!("{count}项条件满足一项即可，均未满足。"),
            format!("One of {count} conditions is enough; none holds."),
        ),
        (false, None) => both(
            format!("{count}项条件满足一项即可，还有{}项未定。", count - held - missed),
            format!("One of {count} conditions is enough; {} not decided yet.", open(count - held - missed)),
        ),
    }
}

fn open(count: usize) -> String {
    if count == 1 { "1 is".to_owned() } else { format!("{count} are") }
}

/// A negation.
pub fn negation(result: Option<bool>) -> Words {
    match result {
        Some(true) => both("以下情形不存在，符合要求。", "The following is not the case, as it should be."),
        Some(false) => both("以下情形存在，不符合要求。", "The following is the case, and it should not be."),
        None => both("以下情形是否存在，尚不清楚。", "Whether the following is the case is not known yet."),
    }
}

/// An exception, and what may take it back.
pub fn exception(result: Option<bool>, taken_back: bool) -> Words {
    match (result, taken_back) {
        (Some(true), _) => {
            both("属于例外情形，不能享受。", "An exception applies; it takes the entitlement away.")
        }
        (Some(false), true) => both(
            "虽属例外情形，但另有规定予以保留。",
            "The exception would apply, but an exception to it takes it back.",
        ),
        (Some(false), false) => both("不属于这一例外情形。", "This exception does not apply."),
        (None, _) => {
            both("是否属于这一例外情形，尚不清楚。", "Whether this exception applies is not known yet.")
        }
    }
}

/// Anything else.
pub fn other(chinese: &str, english: &str, value: Option<&Words>, why: Option<&Words>) -> Words {
    let english = capital(english);
    match (value, why) {
        (Some(value), _) => both(format!("{chinese}：{}。", value.zh), format!("{english}: {}.", value.en)),
        (None, Some(why)) => {
            both(format!("{chinese}：未知，{}。", why.zh), format!("{english}: unknown, as {}.", why.en))
        }
        (None, None) => both(format!("{chinese}：尚不清楚。"), format!("{english}: not known yet.")),
    }
}

/// By how much two values of one kind differ.
pub fn gap(measure: &Measure, from: &Value, to: &Value) -> Option<Words> {
    match (from, to) {
        (Value::Number(from), Value::Number(to)) => {
            let gap = from.subtract(*to)?.absolute()?;
            (gap > Number::ZERO).then(|| measure.write_difference(gap, 0))
        }
        (Value::Date(from), Value::Date(to)) => {
            let days = (*from - *to).num_days().unsigned_abs();
            let plural = if days == 1 { "day" } else { "days" };
            (days > 0).then(|| both(format!("{days}天"), format!("{days} {plural}")))
        }
        _ => None,
    }
}
