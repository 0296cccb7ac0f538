//! A small edition for tests: fields of every kind, a few policies, firms.

use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, ChildTable, Field, Type, Words},
    definition::{
        AmountKind, Benefit, Binding, Book, Condition, Definitions, Effective, Frequency, Moment,
        NamedDefinition, ParameterValue, Payer, PolicyDefinition, PolicyVersion, Unless,
    },
    expression::Value,
    number::{Number, Rounding},
    table::{Bits, Children, Table, column_of},
    vocabulary::Vocabulary,
};
use chrono::NaiveDate;
use proptest::prelude::*;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn words(zh: &str, en: &str) -> Words {
    Words { zh: zh.to_owned(), en: en.to_owned() }
}

pub fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let mut region = Vocabulary::new("region");
    let province = region.add("33", words("浙江", "Zhejiang"), None);
    let city = region.add("3303", words("温州", "Wenzhou"), province);
    region.add("330302", words("鹿城", "Lucheng"), city);
    region.add("44", words("广东", "Guangdong"), None);
    let region = catalog.add_vocabulary(region);
    let mut trade = Vocabulary::new("industry");
    let made = trade.add("C", words("制造业", "Manufacturing"), None);
    trade.add("C39", words("电子", "Electronics"), made);
    trade.add("H", words("住宿餐饮", "Hotels and catering"), None);
    let trade = catalog.add_vocabulary(trade);
    let mut size = Vocabulary::new("size");
    for (code, zh) in [("micro", "微型"), ("small", "小型"), ("large", "大型")] {
        size.add(code, words(zh, code), None);
    }
    catalog.add_vocabulary(size);
    let people = Type::Number { scale: 0, unit: "人".to_owned() };
    for (name, zh, kind, can_act) in [
        ("income", "应纳税所得额", Type::Money, false),
        ("revenue", "营业收入", Type::Money, true),
        ("rd_spend", "研发费用", Type::Money, true),
        ("staff", "从业人数", people, true),
        ("debt_ratio", "资产负债率", Type::Ratio, true),
        ("is_listed", "已入库", Type::Bool, true),
        ("founded", "成立日期", Type::Date, false),
        ("region", "所在地区", Type::Code(region), false),
        ("industry", "行业", Type::Code(trade), false),
        ("honours", "荣誉", Type::CodeSet(trade), true),
        ("local_contribution", "地方贡献", Type::Money, false),
        ("firm_name", "企业名称", Type::Text, false),
    ] {
        let field = Field {
            name: name.to_owned(),
            label: words(zh, &name.replace('_', " ")),
            kind,
            question: words(&format!("{zh}是多少？"), &format!("What is the {name}?")),
            dataset: "registry".to_owned(),
            can_act,
        };
        catalog.add_field(field).unwrap();
    }
    let months = Field {
        name: "months".to_owned(),
        label: words("月数", "months"),
        kind: Type::Number { scale: 0, unit: "月".to_owned() },
        question: Words::default(),
        dataset: "insurance".to_owned(),
        can_act: true,
    };
    catalog.add_table(ChildTable {
        name: "hires".to_owned(),
        label: words("招用人员", "people hired"),
        fields: vec![months],
    });
    catalog
}

pub fn version(require: &[&str]) -> PolicyVersion {
    let clause = |when: &&str| Condition {
        when: (*when).to_owned(),
        cite: "art. 3".to_owned(),
        label: Words::default(),
    };
    PolicyVersion {
        effective: Effective { from: day("2023-01-01"), to: Some(day("2027-12-31")) },
        known_from: None,
        document: "公告2023第12号".to_owned(),
        verified: true,
        checked_on: Some(day("2026-01-01")),
        note: Words::default(),
        require: require.iter().map(clause).collect(),
        unless: Vec::new(),
        benefit: None,
    }
}

pub fn unless(when: &str) -> Unless {
    Unless { when: when.to_owned(), cite: "art. 4".to_owned(), label: Words::default(), unless: Vec::new() }
}

pub fn benefit(amount: &str) -> Benefit {
    Benefit {
        amount: amount.to_owned(),
        measure: AmountKind::Payment,
        base: None,
        limit: None,
        kind: None,
        base_cap: None,
        floor: None,
        cap: None,
        rounding: Some(Rounding::HalfUp),
        unit: None,
        due: Some(Frequency::Year),
        binding: Binding::Exact,
        parts: Vec::new(),
        mode: None,
        payer: Payer::default(),
        cite: "art. 5".to_owned(),
    }
}

pub fn policy(id: &str, version: PolicyVersion) -> PolicyDefinition {
    PolicyDefinition {
        id: id.to_owned(),
        title: words(&format!("政策{id}"), id),
        field: "tax".to_owned(),
        edition: "wenzhou".to_owned(),
        versions: vec![version],
        ..PolicyDefinition::default()
    }
}

/// A parameter, and a term that chooses a size class by trade.
pub fn named(catalog: &Catalog) -> Vec<NamedDefinition> {
    let value = |value: &str| ParameterValue {
        effective: Effective { from: day("2020-01-01"), to: None },
        known_from: None,
        value: value.to_owned(),
        places: Vec::new(),
        cite: "art. 1".to_owned(),
        verified: true,
    };
    let size = "case when industry within C and staff >= 300 and revenue >= 2000万 then large \
                when industry within C and staff >= 20 and revenue >= 300万 then small \
                when industry in (H) and staff >= 10 then small else micro end";
    vec![
        NamedDefinition {
            name: "income_limit".to_owned(),
            label: words("所得额上限", "income limit"),
            kind: Type::Money,
            by: None,
            is_parameter: true,
            values: vec![value("300万")],
        },
        NamedDefinition {
            name: "size_class".to_owned(),
            label: words("规模", "size class"),
            kind: Type::Code(catalog.find_vocabulary("size").unwrap()),
            by: None,
            is_parameter: false,
            values: vec![value(size)],
        },
    ]
}

pub fn definitions(catalog: &Catalog, policies: Vec<PolicyDefinition>) -> Definitions {
    Definitions { named: named(catalog), policies, ..Definitions::default() }
}

pub fn moment(as_of: &str) -> Moment {
    Moment { as_of: day(as_of), known_at: day(as_of) }
}

/// The book of a day; there may be no faults.
pub fn book(definitions: &Definitions, catalog: &Catalog, as_of: NaiveDate) -> Book {
    let (book, faults) = definitions.book(catalog, Moment { as_of, known_at: as_of });
    assert_eq!(faults, []);
    book
}

pub fn number(text: &str) -> Value {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits: i128 = format!("{whole}{rest}").parse().unwrap();
    Value::Number(Number::scaled(digits, rest.len() as u32).unwrap())
}

/// One firm: values by field; all else is unknown. It has hired people for these months.
pub fn firm(catalog: &Catalog, facts: &[(&str, Value)], hired_months: Option<&[i64]>) -> Table {
    let mut row = vec![None; catalog.fields().len()];
    for (name, value) in facts {
        row[usize::from(catalog.find(name).unwrap())] = Some(value.clone());
    }
    let mut table = Table::from_rows(catalog, &[row]);
    if let Some(months) = hired_months {
        let values =
            months.iter().map(|months| Some(Value::Number(Number::whole((*months).into())))).collect();
        let kind = &catalog.tables()[0].fields[0].kind;
        table.children = vec![Children {
            known: Bits::filled(1, true),
            ends: vec![months.len() as u32],
            columns: vec![column_of(kind, values)],
        }];
    }
    table
}

pub fn code(catalog: &Catalog, vocabulary: &str, code: &str) -> Value {
    let vocabulary = catalog.vocabulary(catalog.find_vocabulary(vocabulary).unwrap());
    Value::Code(vocabulary.find(code).unwrap())
}

pub const NO_CALENDAR: NoCalendar = NoCalendar;

/// Random conditions in words, made of these.
pub fn conditions(atoms: &'static [&'static str]) -> impl Strategy<Value = String> {
    let atom = prop::sample::select(atoms).prop_map(str::to_owned);
    atom.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" or "))),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}
