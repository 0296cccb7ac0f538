//! What is called impossible, dead or redundant is so of every firm of a random search, and a value that is said
//! to be taken by no branch is taken by none.

use super::{findings_of, giving};
use crate::{
    catalog::Catalog,
    check::{Wanted, compile},
    explain::fixture::{NO_CALENDAR, catalog, conditions, day, definitions, moment, policy, version},
    expression::{Expression, Value},
    lint::{example, may_hold_together},
    number::Number,
    reference::Firm,
    syntax::{Spelling, parse, print},
    table::Table,
    vocabulary::CodeBits,
};
use proptest::prelude::*;

const ATOMS: [&str; 28] = [
    "staff * 2 >= 9", "10 - staff > 6", "staff + 1 <= staff * 2", "min(staff, 4) >= 3", "max(staff, 4) < 5",
    "min(income, revenue) > 299万", "max(income, revenue) <= 300万", "income / 2 > 150万",
    "not (honours in (C39))", "max(staff, 3) = 4", "staff > 3", "staff < 4", "staff >= 5", "staff = 4",
    "staff != 4", "income <= 300万", "income > 299万", "income > revenue", "revenue >= income", "is_listed",
    "founded >= 2024-01-01", "founded < 2024-01-01", "months_between(founded, as_of) >= 36",
    "region within 3303", "region within 44", "size_class in (small)", "honours in (H)", "staff is known",
];

fn condition() -> impl Strategy<Value = String> {
    conditions(&ATOMS)
}

/// Firms that stand on and beside every threshold above, from a number.
fn firms(catalog: &Catalog, seed: u64) -> Table {
    let mut state = seed | 1;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let money = ["2990000", "2990001", "3000000", "3000001", "10"];
    let days = ["2023-11-22", "2023-11-23", "2023-12-31", "2024-01-01", "2025-06-01"];
    let rows: Vec<Vec<Option<Value>>> = (0..80)
        .map(|_| {
            let mut row = vec![None; catalog.fields().len()];
            let mut put = |name: &str, value: Value, keep: bool| {
                row[usize::from(catalog.find(name).unwrap())] = keep.then_some(value);
            };
            let number = |text: &str| Value::Number(Number::whole(text.parse().unwrap()));
            put("staff", Value::Number(Number::whole(next(25).into())), next(6) > 0);
            put("income", number(money[next(5) as usize]), next(6) > 0);
            put("revenue", number(money[next(5) as usize]), next(6) > 0);
            put("is_listed", Value::Bool(next(2) == 0), next(6) > 0);
            put("founded", Value::Date(day(days[next(5) as usize])), next(6) > 0);
            let held = next(8);
            let codes = (0..3_u16).filter(|code| held >> code & 1 == 1);
            let mut bits = CodeBits::none(3);
            codes.for_each(|code| bits.insert(code));
            put("honours", Value::Codes(bits), next(6) > 0);
            put("region", Value::Code(next(4) as u16), next(6) > 0);
            put("industry", Value::Code(next(3) as u16), next(6) > 0);
            row
        })
        .collect();
    Table::from_rows(catalog, &rows)
}

fn compiled(text: &str, catalog: &Catalog) -> Expression {
    let definitions = definitions(catalog, Vec::new());
    compile(text, &definitions.scope(catalog, moment("2026-11-22")), &Wanted::Condition).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn what_is_called_impossible_is_true_of_no_firm(text in condition(), seed in any::<u64>()) {
        let catalog = catalog();
        let condition = compiled(&text, &catalog);
        for wanted in [true, false] {
            if !may_hold_together(vec![(condition.clone(), wanted)], &catalog) {
                let table = firms(&catalog, seed);
                for row in 0..table.rows {
                    let truth = Firm::new(&catalog, &table, row, &NO_CALENDAR).truth(&condition);
                    prop_assert!(truth != Some(wanted), "{text} is {wanted} of row {row}");
                }
            }
        }
        if let Some(row) = example(&condition, &catalog) {
            let table = Table::from_rows(&catalog, &[row]);
            prop_assert_eq!(Firm::new(&catalog, &table, 0, &NO_CALENDAR).truth(&condition), Some(true));
        }
    }

    #[test]
    fn a_clause_called_redundant_changes_nothing(
        texts in prop::collection::vec(condition(), 2..4),
        seed in any::<u64>(),
    ) {
        let catalog = catalog();
        let require: Vec<&str> = texts.iter().map(String::as_str).collect();
        let definitions = definitions(&catalog, vec![policy("p", version(&require))]);
        let findings = findings_of(&catalog, &definitions);
        let clauses: Vec<Expression> = require.iter().map(|text| compiled(text, &catalog)).collect();
        let table = firms(&catalog, seed);
        for finding in findings.iter().filter(|finding| finding.code == "redundant") {
            let index: usize = finding.path.split('.').nth(3).unwrap().parse().unwrap();
            for row in 0..table.rows {
                let firm = Firm::new(&catalog, &table, row, &NO_CALENDAR);
                let others = clauses.iter().enumerate().filter(|(at, _)| *at != index);
                let hold = others.map(|(_, clause)| firm.truth(clause)).all(|truth| truth == Some(true));
                prop_assert!(!hold || firm.truth(&clauses[index]) == Some(true), "{:?} {}", require, index);
            }
        }
    }

    #[test]
    fn no_firm_reaches_a_branch_or_an_else_that_is_called_dead(
        required in condition(),
        whens in prop::collection::vec(condition(), 1..4),
        seed in any::<u64>(),
    ) {
        let catalog = catalog();
        let branches: Vec<String> =
            whens.iter().enumerate().map(|(at, when)| format!("when {when} then {}元", at + 1)).collect();
        let amount = format!("case {} else 9元 end", branches.join(" "));
        let mut version = version(&[&required]);
        version.benefit = Some(giving(&amount, |_| {}));
        let definitions = definitions(&catalog, vec![policy("p", version)]);
        let findings = findings_of(&catalog, &definitions);
        let scope = definitions.scope(&catalog, moment("2026-11-22"));
        let shown = |text: &str| print(&parse(text, &scope).0, Spelling::English, &scope);
        let said = |code: &str, branch: &str| {
            findings.iter().any(|found| found.code == code && found.message.en.contains(&format!("`{branch}`")))
        };
        let entitled = compiled(&required, &catalog);
        let compiled: Vec<Expression> = whens.iter().map(|when| compiled(when, &catalog)).collect();
        let table = firms(&catalog, seed);
        for row in 0..table.rows {
            let firm = Firm::new(&catalog, &table, row, &NO_CALENDAR);
            let truths: Vec<Option<bool>> = compiled.iter().map(|when| firm.truth(when)).collect();
            let before = truths.iter().take_while(|truth| **truth == Some(false)).count();
            if firm.truth(&entitled) != Some(true) {
                continue;
            }
            if before == truths.len() {
                let dead = findings.iter().any(|found| found.code == "dead-else");
                prop_assert!(!dead, "{required}: {amount} of row {row}");
            } else if truths[before] == Some(true) {
                // The same condition may stand twice; of two the second one is dead.
                let twice = whens[..before].iter().chain(&whens[before + 1..]).any(|when| *when == whens[before]);
                let dead = !twice && said("dead-branch", &shown(&whens[before]));
                prop_assert!(!dead, "{required}: {amount} of row {row}");
            }
        }
    }

    #[test]
    fn a_part_called_redundant_is_true_wherever_the_rest_is(
        parts in prop::collection::vec(condition(), 2..4),
        seed in any::<u64>(),
    ) {
        let catalog = catalog();
        let definitions = definitions(&catalog, vec![policy("p", version(&[&parts.join(" and ")]))]);
        let findings = findings_of(&catalog, &definitions);
        let scope = definitions.scope(&catalog, moment("2026-11-22"));
        let table = firms(&catalog, seed);
        for (at, part) in parts.iter().enumerate() {
            let shown = print(&parse(part, &scope).0, Spelling::English, &scope);
            let said = |code: &str| {
                findings.iter().any(|found| found.code == code && found.message.en.contains(&format!("`{shown}`")))
            };
            // The same may stand inside another part, and be redundant there.
            let is_elsewhere = parts.iter().enumerate().any(|(index, other)| {
                index != at && print(&parse(other, &scope).0, Spelling::English, &scope).contains(&shown)
            });
            if !said("redundant-part") || is_elsewhere {
                continue;
            }
            let clauses: Vec<Expression> = parts.iter().map(|part| compiled(part, &catalog)).collect();
            for row in 0..table.rows {
                let firm = Firm::new(&catalog, &table, row, &NO_CALENDAR);
                let others = clauses.iter().enumerate().filter(|(index, _)| *index != at);
                let hold = others.map(|(_, clause)| firm.truth(clause)).all(|truth| truth == Some(true));
                prop_assert!(!hold || firm.truth(&clauses[at]) == Some(true), "{:?} {}", parts, part);
            }
        }
    }

    #[test]
    fn a_firm_that_is_said_to_fall_through_all_branches_does(
        whens in prop::collection::vec(condition(), 1..4),
    ) {
        // What a gap names was tried by the reference: some firm falls through all branches.
        let catalog = catalog();
        let compiled: Vec<Expression> = whens.iter().map(|when| compiled(when, &catalog)).collect();
        let none = Expression::Not(Box::new(Expression::Or(compiled)));
        if let Some(row) = example(&none, &catalog) {
            let table = Table::from_rows(&catalog, &[row]);
            prop_assert_eq!(Firm::new(&catalog, &table, 0, &NO_CALENDAR).truth(&none), Some(true));
        }
    }
}
