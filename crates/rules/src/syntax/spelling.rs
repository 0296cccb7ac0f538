//! The words of the two spellings. The first word of a row is the one that is printed.
//!
//! Official comparison words keep their legal meaning: 以上, 以下, 以内 include the number, 超过, 不满 do not
//! (民法典 1259).

use crate::expression::{Comparison, Operation, Period, Summary};
use std::{collections::HashMap, sync::LazyLock};

/// A way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// English words, identifiers as names.
    English,
    /// Chinese words, labels as names.
    Chinese,
}

/// Names of fields, parameters, terms and tables in both spellings.
pub trait Names {
    /// The identifier of a label; `None` where the word is no label.
    fn identifier(&self, label: &str) -> Option<String>;
    /// The label of an identifier; `None` where it has none.
    fn label(&self, identifier: &str) -> Option<String>;
    /// The code that a field's code or its label means; `None` where the field holds no such code.
    fn code(&self, _field: &str, _written: &str) -> Option<String> {
        None
    }
    /// The label of a code of a field; `None` where it has none.
    fn code_label(&self, _field: &str, _code: &str) -> Option<String> {
        None
    }
}

/// No labels at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNames;

impl Names for NoNames {
    fn identifier(&self, _: &str) -> Option<String> {
        None
    }

    fn label(&self, _: &str) -> Option<String> {
        None
    }
}

/// A function of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The least of its arguments.
    Min,
    /// The greatest of its arguments.
    Max,
    /// Size without sign.
    Absolute,
    /// To a multiple of its second argument, half away from zero.
    RoundHalfUp,
    /// The same, half to the even neighbour.
    RoundHalfEven,
    /// The same, towards zero.
    RoundDown,
    /// The same, away from zero.
    RoundUp,
    /// Whole periods from its first to its second argument.
    Between(Period),
    /// Its first argument and so many periods.
    Shift(Period),
    /// What a person has to decide.
    Judged,
    /// The amount another policy gives, nought where it does not apply.
    AmountOf,
    /// Whether another policy applies.
    Entitled,
    /// What a parameter was on a day.
    ValueOn,
    /// The first day of the period a day lies in.
    StartOf(Period),
    /// The day for which is evaluated.
    AsOf,
}

/// A word with a fixed meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    And,
    Or,
    Not,
    True,
    False,
    In,
    Within,
    NotIn,
    NotWithin,
    Is,
    Known,
    Unknown,
    IsKnown,
    IsUnknown,
    Case,
    When,
    Then,
    Else,
    End,
    Where,
    Slices,
    At,
    Compare(Comparison),
    /// Stands behind the number: 300万 以上.
    CompareAfter(Comparison),
    Summary(Summary),
    Function(Function),
}

/// English words.
const ENGLISH: &[(&str, Word)] = &[
    ("and", Word::And),
    ("or", Word::Or),
    ("not", Word::Not),
    ("true", Word::True),
    ("false", Word::False),
    ("in", Word::In),
    ("within", Word::Within),
    ("is", Word::Is),
    ("known", Word::Known),
    ("unknown", Word::Unknown),
    ("case", Word::Case),
    ("when", Word::When),
    ("then", Word::Then),
    ("else", Word::Else),
    ("end", Word::End),
    ("where", Word::Where),
    ("slices", Word::Slices),
    ("=", Word::Compare(Comparison::Equal)),
    ("==", Word::Compare(Comparison::Equal)),
    ("!=", Word::Compare(Comparison::NotEqual)),
    ("<>", Word::Compare(Comparison::NotEqual)),
    ("≠", Word::Compare(Comparison::NotEqual)),
    ("<=", Word::Compare(Comparison::AtMost)),
    ("≤", Word::Compare(Comparison::AtMost)),
    ("<", Word::Compare(Comparison::Less)),
    (">=", Word::Compare(Comparison::AtLeast)),
    ("≥", Word::Compare(Comparison::AtLeast)),
    (">", Word::Compare(Comparison::More)),
    ("count", Word::Summary(Summary::Count)),
    ("sum", Word::Summary(Summary::Sum)),
    ("least", Word::Summary(Summary::Least)),
    ("greatest", Word::Summary(Summary::Greatest)),
    ("any", Word::Summary(Summary::Any)),
    ("min", Word::Function(Function::Min)),
    ("max", Word::Function(Function::Max)),
    ("abs", Word::Function(Function::Absolute)),
    ("round_half_up", Word::Function(Function::RoundHalfUp)),
    ("round_half_even", Word::Function(Function::RoundHalfEven)),
    ("round_down", Word::Function(Function::RoundDown)),
    ("round_up", Word::Function(Function::RoundUp)),
    ("years_between", Word::Function(Function::Between(Period::Years))),
    ("months_between", Word::Function(Function::Between(Period::Months))),
    ("days_between", Word::Function(Function::Between(Period::Days))),
    ("working_days_between", Word::Function(Function::Between(Period::WorkingDays))),
    ("add_years", Word::Function(Function::Shift(Period::Years))),
    ("add_months", Word::Function(Function::Shift(Period::Months))),
    ("add_days", Word::Function(Function::Shift(Period::Days))),
    ("add_working_days", Word::Function(Function::Shift(Period::WorkingDays))),
    ("judged", Word::Function(Function::Judged)),
    ("amount_of", Word::Function(Function::AmountOf)),
    ("entitled", Word::Function(Function::Entitled)),
    ("value_on", Word::Function(Function::ValueOn)),
    ("start_of_year", Word::Function(Function::StartOf(Period::Years))),
    ("start_of_month", Word::Function(Function::StartOf(Period::Months))),
    ("as_of", Word::Function(Function::AsOf)),
];

/// Chinese words.
const CHINESE: &[(&str, Word)] = &[
    ("且", Word::And),
    ("并且", Word::And),
    ("或", Word::Or),
    ("或者", Word::Or),
    ("非", Word::Not),
    ("真", Word::True),
    ("假", Word::False),
    ("属于", Word::In),
    ("归入", Word::Within),
    ("不属于", Word::NotIn),
    ("不归入", Word::NotWithin),
    ("已知", Word::IsKnown),
    ("未知", Word::IsUnknown),
    ("分情况", Word::Case),
    ("当", Word::When),
    ("则", Word::Then),
    ("否则", Word::Else),
    ("完毕", Word::End),
    ("其中", Word::Where),
    ("分档累计", Word::Slices),
    ("在", Word::At),
    ("等于", Word::Compare(Comparison::Equal)),
    ("为", Word::Compare(Comparison::Equal)),
    ("不等于", Word::Compare(Comparison::NotEqual)),
    ("不为", Word::Compare(Comparison::NotEqual)),
    ("不超过", Word::Compare(Comparison::AtMost)),
    ("不高于", Word::Compare(Comparison::AtMost)),
    ("不大于", Word::Compare(Comparison::AtMost)),
    ("不多于", Word::Compare(Comparison::AtMost)),
    ("小于等于", Word::Compare(Comparison::AtMost)),
    ("小于或等于", Word::Compare(Comparison::AtMost)),
    ("不晚于", Word::Compare(Comparison::AtMost)),
    ("至多", Word::Compare(Comparison::AtMost)),
    ("低于", Word::Compare(Comparison::Less)),
    ("少于", Word::Compare(Comparison::Less)),
    ("小于", Word::Compare(Comparison::Less)),
    ("不满", Word::Compare(Comparison::Less)),
    ("不足", Word::Compare(Comparison::Less)),
    ("早于", Word::Compare(Comparison::Less)),
    ("不低于", Word::Compare(Comparison::AtLeast)),
    ("不少于", Word::Compare(Comparison::AtLeast)),
    ("不小于", Word::Compare(Comparison::AtLeast)),
    ("达到", Word::Compare(Comparison::AtLeast)),
    ("大于等于", Word::Compare(Comparison::AtLeast)),
    ("大于或等于", Word::Compare(Comparison::AtLeast)),
    ("不早于", Word::Compare(Comparison::AtLeast)),
    ("至少", Word::Compare(Comparison::AtLeast)),
    ("超过", Word::Compare(Comparison::More)),
    ("高于", Word::Compare(Comparison::More)),
    ("大于", Word::Compare(Comparison::More)),
    ("多于", Word::Compare(Comparison::More)),
    ("晚于", Word::Compare(Comparison::More)),
    ("以上", Word::CompareAfter(Comparison::AtLeast)),
    ("以下", Word::CompareAfter(Comparison::AtMost)),
    ("以内", Word::CompareAfter(Comparison::AtMost)),
    ("以外", Word::CompareAfter(Comparison::More)),
    ("计数", Word::Summary(Summary::Count)),
    ("合计", Word::Summary(Summary::Sum)),
    ("最小", Word::Summary(Summary::Least)),
    ("最大", Word::Summary(Summary::Greatest)),
    ("存在", Word::Summary(Summary::Any)),
    ("取小", Word::Function(Function::Min)),
    ("取大", Word::Function(Function::Max)),
    ("绝对值", Word::Function(Function::Absolute)),
    ("四舍五入", Word::Function(Function::RoundHalfUp)),
    ("四舍六入", Word::Function(Function::RoundHalfEven)),
    ("舍尾", Word::Function(Function::RoundDown)),
    ("进一", Word::Function(Function::RoundUp)),
    ("相隔年数", Word::Function(Function::Between(Period::Years))),
    ("相隔月数", Word::Function(Function::Between(Period::Months))),
    ("相隔天数", Word::Function(Function::Between(Period::Days))),
    ("相隔工作日", Word::Function(Function::Between(Period::WorkingDays))),
    ("加年", Word::Function(Function::Shift(Period::Years))),
    ("加月", Word::Function(Function::Shift(Period::Months))),
    ("加天", Word::Function(Function::Shift(Period::Days))),
    ("加工作日", Word::Function(Function::Shift(Period::WorkingDays))),
    ("认定", Word::Function(Function::Judged)),
    ("政策金额", Word::Function(Function::AmountOf)),
    ("符合政策", Word::Function(Function::Entitled)),
    ("当日值", Word::Function(Function::ValueOn)),
    ("年初", Word::Function(Function::StartOf(Period::Years))),
    ("月初", Word::Function(Function::StartOf(Period::Months))),
    ("评估日", Word::Function(Function::AsOf)),
];

/// All words by what they are, since every text of every policy asks for them.
static WORDS: LazyLock<HashMap<&str, Word>> =
    // The first row of a word counts.
    LazyLock::new(|| ENGLISH.iter().chain(CHINESE).rev().copied().collect());

/// The Chinese words by the character that they begin with.
static BEGINNINGS: LazyLock<HashMap<char, Vec<(&str, Word)>>> = LazyLock::new(|| {
    let mut beginnings: HashMap<char, Vec<(&str, Word)>> = HashMap::new();
    for (word, meaning) in CHINESE {
        beginnings.entry(word.chars().next().unwrap_or_default()).or_default().push((word, *meaning));
    }
    beginnings
});

/// The meaning of a word of either spelling.
pub fn word(written: &str) -> Option<Word> {
    WORDS.get(written).copied()
}

/// The Chinese word that a run of characters behind a number begins with, and its length in bytes: 以上且行业.
pub fn glued_word(run: &str) -> Option<(usize, Word)> {
    longest_word(run, |meaning| {
        matches!(
            meaning,
            Word::And
                | Word::Or
                | Word::CompareAfter(_)
                | Word::When
                | Word::Then
                | Word::Else
                | Word::End
                | Word::Where
        )
    })
}

/// The longest Chinese word that a run of characters begins with, and its length in bytes.
pub fn first_word(run: &str) -> Option<(usize, Word)> {
    longest_word(run, |_| true)
}

/// The same, of the words that may stand there.
fn longest_word(run: &str, may_stand: impl Fn(Word) -> bool) -> Option<(usize, Word)> {
    let words = BEGINNINGS.get(&run.chars().next()?)?.iter();
    let words = words.filter(|(word, meaning)| may_stand(*meaning) && run.starts_with(word));
    words.map(|(word, meaning)| (word.len(), *meaning)).max_by_key(|(length, _)| *length)
}

/// What to write instead of something that people write and the language does not know.
pub fn advice(written: &str) -> Option<&'static str> {
    ADVICE
        .iter()
        .find(|(marks, _)| marks.iter().any(|mark| written.contains(mark)))
        .map(|(_, advice)| *advice)
}

/// What people write, and what to write instead.
const ADVICE: &[(&[&str], &str)] = &[
    (&["百分之"], "write the share in digits, such as `5%`"),
    (&["百分点"], "write a difference of shares, such as `3%`"),
    (&["以后", "之后", "以来", "之日起"], "write `晚于` (that day does not count) or `不早于` (it does)"),
    (&["以前", "之前", "截至"], "write `早于` (that day does not count) or `不晚于` (it does)"),
    (&["之间", "至"], "write both ends: `… 不低于 100万 且 … 不超过 300万`"),
    (&["同比", "增长"], "write it out: `营业收入 不低于 营业收入[-1] × 110%`"),
    (&["倍"], "write `× 2`"),
    (&["上年", "上年度", "去年"], "write `[-1]` behind the name, such as `营业收入[-1]`"),
    (&["每", "按照"], "multiply: `1000元 × 从业人数`"),
    (&["左右", "约", "原则上"], "write a bound, or `认定(\"…\")` where a person decides"),
    (&["或其", "以及", "同时", "和"], "join conditions with `且` or `或`"),
    (&["有", "无", "未", "没有", "是", "已"], "name the field of yes and no alone, `非` before it for no"),
    (&["一", "二", "两", "三", "五", "六", "十", "百", "千", "万", "亿"], "write numbers in digits: `300万`"),
];

/// All words that are no signs, for "did you mean".
pub fn words() -> impl Iterator<Item = &'static str> {
    let words = ENGLISH.iter().chain(CHINESE).map(|(word, _)| *word);
    words.filter(|word| word.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// How a meaning is written.
pub fn written(meaning: Word, spelling: Spelling) -> &'static str {
    let words = match spelling {
        Spelling::English => ENGLISH,
        Spelling::Chinese => CHINESE,
    };
    words.iter().find(|(_, known)| *known == meaning).map_or("", |(word, _)| word)
}

/// The sign of an arithmetic operation.
pub fn sign(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "+",
        Operation::Subtract => "-",
        Operation::Multiply => "*",
        Operation::Divide => "/",
    }
}
