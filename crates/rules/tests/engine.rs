//! The engine against the reference: every answer the same, bit for bit, whichever way it is asked.

#[path = "engine/chance.rs"]
mod chance;

use chance::{Chance, Fourth};
use proptest::prelude::*;
use rules::{
    engine::{EntitledSets, Facts, FirmLists, Plan, PolicyTotals, Statuses},
    expression::Expression,
    policy::{Outcome, RuleBook, Status},
    reference::Firm,
    table::Table,
};
use std::sync::Arc;

/// A few seconds; `PROPTEST_CASES` does not raise it: change it here before a change of the engine is believed.
const CASES: u32 = 120;

fn facts(table: &Table) -> Facts<'_> {
    Facts { table, calendar: &Fourth }
}

fn plan(chance: &Chance, book: &RuleBook) -> Plan {
    Plan::new(Arc::new(chance.catalog.clone()), Arc::new(book.clone())).expect("it is small enough")
}

/// What the reference says: for every firm every outcome.
fn truth(chance: &Chance, book: &RuleBook, table: &Table) -> Vec<Vec<Outcome>> {
    (0..table.rows).map(|row| Firm::new(&chance.catalog, table, row, &Fourth).outcomes(book)).collect()
}

fn sums(book: &RuleBook, outcomes: &[Vec<Outcome>]) -> Vec<PolicyTotals> {
    let totals = (0..book.policies.len()).map(|policy| {
        let mut totals = PolicyTotals::default();
        for outcome in outcomes.iter().map(|firm| firm[policy]) {
            match outcome.status {
                Status::Entitled => totals.entitled += 1,
                Status::NotEntitled => totals.not_entitled += 1,
                Status::Undetermined => totals.undetermined += 1,
                Status::NeedsJudgement => totals.needs_judgement += 1,
            }
            let has_amount = book.policies[policy].amount.is_some();
            match outcome.amount_fen {
                Some(fen) => totals.sum_fen += i128::from(fen),
                None if has_amount && outcome.status == Status::Entitled => totals.amount_unknown += 1,
                None => {}
            }
        }
        totals
    });
    totals.collect()
}

fn rows_of(chance: &mut Chance) -> usize {
    [1, 7, 64, 65, 130, 300][chance.below(6) as usize]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn totals_sets_lists_and_statuses_are_those_of_the_reference(seed: u64) {
        let mut chance = Chance::new(seed);
        let (book, rows) = (chance.book(8), rows_of(&mut chance));
        let table = chance.table(rows);
        let expected = truth(&chance, &book, &table);
        let plan = plan(&chance, &book);
        let all = plan.everything();
        let (totals, statuses) = plan.collect(facts(&table), all, || Statuses::new(8)).unwrap();
        for (policy, of_policy) in book.policies.iter().enumerate() {
            for (row, firm) in expected.iter().enumerate() {
                prop_assert_eq!(statuses.status(policy, row), firm[policy].status, "{} of {:?}", row, of_policy);
            }
        }
        prop_assert_eq!(totals, sums(&book, &expected), "{:?}", book);
        let (_, sets) = plan.collect(facts(&table), all, || EntitledSets::new(8)).unwrap();
        let (_, lists) = plan.collect(facts(&table), all, FirmLists::default).unwrap();
        let lists = lists.closed();
        for (policy, own) in book.policies.iter().enumerate() {
            let entitled = |row: &usize| expected[*row][policy].status == Status::Entitled;
            let rows: Vec<usize> = (0..rows).filter(entitled).collect();
            prop_assert_eq!(sets.firms(policy).collect::<Vec<_>>(), rows, "{:?}", own);
        }
        for (row, firm) in expected.iter().enumerate() {
            let entitled = firm.iter().enumerate().filter(|(_, one)| one.status == Status::Entitled);
            let due: Vec<(u32, Option<i64>)> = entitled.map(|(at, one)| (at as u32, one.amount_fen)).collect();
            prop_assert_eq!(lists.policies(row), due.as_slice(), "{:?}", book);
        }
    }

    #[test]
    fn one_firm_and_some_policies_are_answered_as_all_are(seed: u64) {
        let mut chance = Chance::new(seed);
        let (book, rows) = (chance.book(6), rows_of(&mut chance).min(65));
        let table = chance.table(rows);
        let expected = truth(&chance, &book, &table);
        let plan = plan(&chance, &book);
        let row = chance.below(rows as u64) as usize;
        let firm = plan.firm(facts(&table), row, plan.everything()).unwrap();
        prop_assert_eq!(&firm, &expected[row], "{:?}", book);
        let some = plan.select(&[chance.below(6) as u32]);
        let totals = plan.totals(facts(&table), &some).unwrap();
        let all = sums(&book, &expected);
        let chosen: Vec<PolicyTotals> = some.policies.iter().map(|policy| all[*policy as usize]).collect();
        prop_assert_eq!(totals, chosen);
    }

    #[test]
    fn changed_facts_move_the_totals_to_those_of_a_full_run(seed: u64) {
        let mut chance = Chance::new(seed);
        let (book, rows) = (chance.book(6), rows_of(&mut chance));
        let before = chance.table(rows);
        let other = chance.table(rows);
        let changed: Vec<usize> = (0..3).map(|_| chance.below(18) as usize).collect();
        let mut after = before.clone();
        let moved: Vec<u32> = (0..rows as u32).filter(|_| chance.one_in(4)).collect();
        for field in &changed {
            after.columns[*field] = merged(&chance, *field, &before, &other, &moved);
        }
        let plan = plan(&chance, &book);
        let all = plan.everything();
        let old = plan.totals(facts(&before), all).unwrap();
        let new = plan.totals(facts(&after), all).unwrap();
        prop_assert_eq!(&plan.moved_totals(&old, facts(&before), facts(&after), &moved, all).unwrap(), &new);
        let fields: Vec<u16> = changed.iter().map(|field| *field as u16).collect();
        let readers = plan.select(&plan.readers(&fields, &[]));
        let part = |totals: &[PolicyTotals]| -> Vec<PolicyTotals> {
            readers.policies.iter().map(|policy| totals[*policy as usize]).collect()
        };
        let of_readers = plan.moved_totals(&part(&old), facts(&before), facts(&after), &moved, &readers).unwrap();
        prop_assert_eq!(of_readers, part(&new));
        for policy in (0..6).filter(|policy| !readers.policies.contains(policy)) {
            prop_assert_eq!(old[policy as usize], new[policy as usize], "{:?}", book);
        }
    }

    #[test]
    fn a_fact_that_becomes_known_never_turns_a_settled_answer(seed: u64) {
        let mut chance = Chance::new(seed);
        chance.asks_known = false;
        let mut book = chance.book(6);
        book.groups.clear();
        let known = chance.table(40);
        let mut less = known.clone();
        for column in &mut less.columns {
            (0..40).for_each(|row| if chance.one_in(3) { column.known.set(row, false) });
        }
        let plan = plan(&chance, &book);
        let statuses = |table: &Table| {
            plan.collect(facts(table), plan.everything(), || Statuses::new(6)).unwrap().1
        };
        let (less, known) = (statuses(&less), statuses(&known));
        for (policy, row) in (0..6).flat_map(|policy| (0..40).map(move |row| (policy, row))) {
            let settled = less.status(policy, row);
            if matches!(settled, Status::Entitled | Status::NotEntitled) {
                prop_assert_eq!(settled, known.status(policy, row), "{:?}", book.policies[policy]);
            }
        }
    }

    #[test]
    fn the_laws_of_three_values_hold(seed: u64) {
        let mut chance = Chance::new(seed);
        let (a, b, c) = (chance.truth(1), chance.truth(1), chance.truth(1));
        let not = |one: &Expression| Expression::Not(Box::new(one.clone()));
        let and = |one: &Expression, other: &Expression| Expression::And(vec![one.clone(), other.clone()]);
        let or = |one: &Expression, other: &Expression| Expression::Or(vec![one.clone(), other.clone()]);
        let pairs = [
            (not(&and(&a, &b)), or(&not(&a), &not(&b))),
            (not(&or(&a, &b)), and(&not(&a), &not(&b))),
            (and(&a, &b), and(&b, &a)),
            (or(&a, &or(&b, &c)), or(&or(&a, &b), &c)),
            (and(&a, &or(&b, &c)), or(&and(&a, &b), &and(&a, &c))),
            (and(&a, &or(&a, &b)), a.clone()),
            (not(&not(&a)), a.clone()),
        ];
        let mut book = RuleBook::default();
        for side in pairs.iter().flat_map(|(left, right)| [left, right]) {
            let clause = rules::policy::Clause { expression: side.clone(), cite: "".into(), source: "".into() };
            let policy = rules::policy::Policy {
                id: "law".into(), require: vec![clause], unless: Vec::new(), amount: None,
            };
            book.policies.push(policy);
        }
        let table = chance.table(70);
        let totals = plan(&chance, &book).totals(facts(&table), plan(&chance, &book).everything()).unwrap();
        for pair in totals.chunks(2) {
            prop_assert_eq!(pair[0], pair[1]);
        }
    }
}

/// A column of `before`, the moved rows taken from `other`.
fn merged(
    chance: &Chance,
    field: usize,
    before: &Table,
    other: &Table,
    moved: &[u32],
) -> rules::table::Column {
    let value = |row: usize| {
        let table = if moved.contains(&(row as u32)) { other } else { before };
        table.value(&chance.catalog, field as u16, row)
    };
    let kind = &chance.catalog.field(field as u16).kind;
    rules::table::column_of(kind, (0..before.rows).map(value).collect())
}
