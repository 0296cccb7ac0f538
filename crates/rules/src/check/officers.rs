//! Expressions as officers of a department write them: each is read, or refused with the word that mends it.

use super::{Wanted, tests::compiled};

/// What is read.
const READ: [&str; 20] = [
    // 小微企业、稳岗、研发、专精特新 and their kin, without and with spaces.
    "营业收入2000万元以上且从业人数20人以上",
    "营业收入达到5000万元以上",
    "从业人数为20人以上且从业人数为300人以下",
    "营业收入不低于营业收入[-1]×110%",
    "（营业收入－营业收入[-1]）÷营业收入[-1]≥10%",
    "营业收入[-1]大于0且营业收入超过营业收入[-1]",
    "应纳税所得额÷营业收入不低于3%",
    "应纳税所得额/从业人数≥30万元且人均补贴不超过2000元",
    "高新技术企业且成立日期不早于2020年1月1日",
    "非高新技术企业或规模属于(小型,微型)",
    "行业归入C39且规模不为中型",
    "行业属于（整机、制造业）",
    "成立日期已知且相隔年数(成立日期,评估日)达到2",
    "相隔月数(成立日期，评估日)不少于36个月",
    "计数(招用其中月数达到6)不少于3",
    "计数（招用 其中 月数≥6个月）÷从业人数≥10%",
    "合计(招用.工资)不超过20万元",
    "取小(营业收入×5%，20万元)大于3万元",
    "认定(\"主导产品是否填补空白\")且营业收入≥1亿元",
    "成立日期在2020年1月1日以上",
];

/// What is refused, and what the hint says.
const REFUSED: [(&str, &str); 25] = [
    ("营业收入三百万以上", "digits"),
    ("营业收入 三百万元 以上", "digits"),
    ("资产负债率不高于百分之五", "5%"),
    ("资产负债率 超过 3个百分点", "3%"),
    ("成立日期 2020年1月1日 以后", "不早于"),
    ("成立日期在2020年1月1日之前", "不晚于"),
    ("营业收入 同比增长 10% 以上", "营业收入[-1]"),
    ("营业收入 不低于 上年营业收入", "[-1]"),
    ("营业收入 不低于 2倍", "× 2"),
    ("营业收入 在 100万 至 300万 之间", "不低于"),
    ("从业人数 左右 30", "bound"),
    ("有 高新技术企业", "非"),
    ("未被列入失信名单", "非"),
    ("营业收入 超过 5亿 以及 从业人数 超过 3", "且"),
    ("资产负债率 不超过 55", "25%"),
    ("营业收入 不超过 5%", "one unit"),
    ("行业 属于 3912", "did you mean"),
    ("高新技术企业 = 是", "非"),
    ("计数(招用) 不低于 5%", "divide"),
    ("从业人数 ≥ 3家", "one unit"),
    ("应纳税所得额 不超过 300 万元 奖励", "remove it"),
    ("营业收入 ≥ 3,000,000", "without commas"),
    ("应纳税所得额不超过300万元，从业人数不超过300人", "`and`"),
    ("应纳税所得额不超过300万元、从业人数不超过300人", "`and`"),
    ("营业收入在2000万元以上4亿元以下", "join it"),
];

#[test]
fn what_officers_write_is_read_or_refused_with_the_word_that_mends_it() {
    let mut wrong = Vec::new();
    for text in READ {
        if let Err(faults) = compiled(text, &Wanted::Condition) {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            wrong.push(format!("{text}: {faults:?}"));
        }
    }
    for (text, hint) in REFUSED {
        match compiled(text, &Wanted::Condition) {
            Ok(_) => wrong.push(format!("{text} is read")),
            Err(faults) if !faults.iter().any(|fault| fault.hint.contains(hint)) => {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                wrong.push(format!("{text} wants {hint}: {faults:?}"));
            }
            Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
