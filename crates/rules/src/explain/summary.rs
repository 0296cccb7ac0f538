//! What is said of a policy in one sentence.

use super::{
    amount::Amount,
    format::{Measure, both},
    node::Teller,
    reasons::Reasons,
    text::filled,
};
use crate::{
    catalog::Words,
    definition::{AmountKind, Benefit, Binding, Mode},
    number::Number,
    policy::Status,
};

/// Most facts that are named.
const NAMES_SHOWN: usize = 4;

/// Status and amount, or why there is none yet.
pub(super) fn summary(reasons: &Reasons<'_>, amount: Option<&Amount>, teller: &Teller<'_, '_>) -> Words {
    let version = reasons.readable.version.as_ref();
    let benefit = version.and_then(|version| version.benefit.as_ref());
    let missing = reasons.missing.len();
    match reasons.status {
        Status::Entitled => entitled(reasons, benefit, amount, teller),
        Status::NotEntitled => both("不符合条件。", "Not entitled: the conditions do not hold."),
        Status::NeedsJudgement => both(
            "需人工认定：资料已齐，由经办人认定。",
            "Needs judgement: the facts suffice; a person has to decide.",
        ),
        Status::Undetermined if missing == 1 => {
            both("尚不能判断：还差1项资料。", "Undetermined: one fact is still missing.")
        }
        Status::Undetermined if missing > 1 => both(
            format!("尚不能判断：还有{missing}项资料未知，其中一部分即可判断。"),
            format!("Undetermined: {missing} facts are not known yet; some of them may be enough."),
        ),
        Status::Undetermined => match teller.why(&reasons.readable.policy.condition()) {
            Some(why) => both(format!("尚不能判断：{}。", why.zh), format!("Undetermined: {}.", why.en)),
            None => both("尚不能判断。", "Undetermined: this cannot be decided yet."),
        },
    }
}

fn entitled(
    reasons: &Reasons<'_>,
    benefit: Option<&Benefit>,
    amount: Option<&Amount>,
    teller: &Teller<'_, '_>,
) -> Words {
    let certain = certainty(benefit);
    let Some(amount) = amount else {
        return both(format!("符合条件。{}", certain.zh), format!("Entitled.{}", certain.en));
    };
    let Some(due) = amount.due_fen.and_then(|fen| Number::scaled(fen.into(), 2)) else {
        let why = why_no_amount(reasons, teller);
        return both(
            format!("符合条件，但金额还算不出：{}。{}", why.zh, certain.zh),
            format!("Entitled, but the amount cannot be computed: {}.{}", why.en, certain.en),
        );
    };
    let due = Measure::Money.write_number(due);
    let (zh, en) = match benefit.map_or(AmountKind::Payment, |benefit| benefit.measure) {
        AmountKind::Payment => ("金额", "to"),
        AmountKind::Relief => ("减免", "to a relief of"),
        AmountKind::Deduction => ("从应税基数中扣除", "to a deduction from the taxable base of"),
        AmountKind::Advantage => ("评审中优惠", "to an advantage in evaluation of"),
        AmountKind::Volume => ("额度", "to a volume of"),
    };
    let is_limit = benefit.is_some_and(|benefit| benefit.binding == Binding::UpTo);
    let (most_zh, most_en) = if is_limit { ("最高 ", "at most ") } else { ("", "") };
    both(
        format!("符合条件，{zh} {most_zh}{}。{}", due.zh, certain.zh),
        format!("Entitled {en} {most_en}{}.{}", due.en, certain.en),
    )
}

/// What makes an entitlement less than certain.
fn certainty(benefit: Option<&Benefit>) -> Words {
    let is_competitive = benefit.is_some_and(|benefit| benefit.mode == Some(Mode::Competitive));
    let is_limit = benefit.is_some_and(|benefit| benefit.binding == Binding::UpTo);
    if is_competitive {
        return both(
            "这只是可以申报：还要评审择优，不保证获得。",
            " This only means that it may apply: applicants are compared, and nothing is certain.",
        );
    }
    if is_limit {
        return both(
            "文件只定了上限，实际金额由主管部门或者预算决定。",
            " The document sets only a limit; an office or the budget decides how much.",
        );
    }
    Words::default()
}

/// Why the amount of an entitled firm is unknown.
fn why_no_amount(reasons: &Reasons<'_>, teller: &Teller<'_, '_>) -> Words {
    let fact = |field: &crate::catalog::FieldIndex| {
        let field = teller.dossier.fact(*field).field;
        filled(&field.label, &field.name)
    };
    let named: Vec<Words> = reasons.missing.iter().take(NAMES_SHOWN).map(fact).collect();
    if !named.is_empty() {
        let zh: Vec<&str> = named.iter().map(|one| one.zh.as_str()).collect();
        let en: Vec<&str> = named.iter().map(|one| one.en.as_str()).collect();
        let more = if reasons.missing.len() > named.len() { ("等", " and more") } else { ("", "") };
        return both(
            format!("缺少{}{}", zh.join("、"), more.0),
            format!(
                "{}{} {} not known yet",
                en.join(", "),
                more.1,
                if named.len() == 1 { "is" } else { "are" }
            ),
        );
    }
    let why = reasons.readable.policy.amount.as_ref().and_then(|amount| teller.why(amount));
    why.unwrap_or_else(|| {
        both(
            "结果不是整数分，规则须写明怎样取整",
            "it is no whole number of fen, and the rule does not say how to round",
        )
    })
}
