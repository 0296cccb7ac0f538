//! The printed statements: their steps, and what is refused. What they answer is tested in the databases
//! themselves, in `crates/liangjian/tests/matching/databases.rs`.

use super::{Dialect, Script, print};
use crate::{
    catalog::{Catalog, Field, Type, Words},
    check::{Scope, Wanted, compile},
    policy::{Clause, Policy, RuleBook},
    vocabulary::Vocabulary,
};
use std::sync::Arc;

const DIALECTS: [Dialect; 3] = [Dialect::DuckDb, Dialect::Postgres, Dialect::DataFusion];

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let mut industry = Vocabulary::new("industry");
    industry.add("C", Words::default(), None);
    industry.add("C39", Words::default(), Some(0));
    let industry = catalog.add_vocabulary(industry);
    let fields = [
        ("revenue", Type::Money),
        ("spent", Type::Money),
        ("staff", Type::Number { scale: 0, unit: "人".into() }),
        ("founded", Type::Date),
        ("months", Type::Number { scale: 0, unit: String::new() }),
        ("industry", Type::Code(industry)),
    ];
    for (name, kind) in fields {
        let (label, question) = (Words::default(), Words::default());
        let field = Field { name: name.into(), label, kind, question, dataset: String::new(), can_act: true };
        catalog.add_field(field).unwrap();
    }
    catalog
}

/// Policies of a condition and an amount each.
fn printed(policies: &[(&str, &str)], dialect: Dialect) -> Script {
    let catalog = catalog();
    let scope = Scope::new(&catalog, "2026-01-01".parse().unwrap());
    let policy = |(at, (when, amount)): (usize, &(&str, &str))| Policy {
        id: Arc::from(format!("it's {at}")),
        require: vec![Clause {
            expression: compile(when, &scope, &Wanted::Condition).unwrap(),
            cite: Arc::from(""),
            source: Arc::from(*when),
        }],
        unless: Vec::new(),
        amount: (!amount.is_empty()).then(|| compile(amount, &scope, &Wanted::Amount).unwrap()),
    };
    let policies = policies.iter().enumerate().map(policy).collect();
    print(&RuleBook { policies, groups: Vec::new() }, &catalog, dialect)
}

#[test]
fn equal_conditions_are_one_column_and_money_is_compared_in_fen() {
    for dialect in DIALECTS {
        let script =
            printed(&[("revenue <= 300万", ""), ("staff > 5 and revenue <= 300万", "1000")], dialect);
        let conditions = script
            .statements
            .iter()
            .find(|statement| statement.contains("CREATE TABLE liangjian_conditions_1"));
        let conditions = conditions.unwrap();
        assert_eq!(conditions.matches("(\"revenue\" <= 300000000) AS a_1").count(), 1, "{conditions}");
        assert!(script.facts.contains("\"revenue\" DECIMAL(18, 2)") && !script.facts.contains("founded"));
        assert!(script.to_string().contains("'it''s 1' AS policy"));
    }
}

#[test]
fn a_share_is_multiplied_out_and_nothing_is_divided() {
    let script = printed(&[("spent / revenue >= 3%", "")], Dialect::DuckDb).to_string();
    assert!(script.contains("NULLIF(ABS(\"revenue\"), 0)") && !script.contains("//"), "{script}");
}

#[test]
fn what_has_no_equal_form_is_refused_and_named() {
    let policies = [
        ("add_working_days(founded, 5) > 2024-01-01", ""),
        ("add_months(founded, months) > 2024-01-01", ""),
        ("revenue * staff * staff * months > 5", ""),
        ("staff > 5", ""),
    ];
    for dialect in DIALECTS {
        let script = printed(&policies, dialect);
        let said: Vec<String> = script.refused.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].starts_with("working days, which need a calendar · policy it's 0 · "));
        assert!(said[1].starts_with("a day moved by a number of the firm · policy it's 1 · "));
        assert!(said[2].starts_with("a number on the way may have more than 38 digits · policy it's 2 · "));
        assert_eq!(script.outcomes.len(), 1);
    }
}
