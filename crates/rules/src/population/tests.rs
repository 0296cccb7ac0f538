//! What the made city is like.

use super::{catalog, rule_book, table};
use crate::{
    calendar::NoCalendar,
    engine::{Facts, Plan},
    policy::Status,
    reference::Firm,
};
use std::sync::Arc;

#[test]
fn a_seed_always_gives_the_same_city_of_the_promised_shape() {
    let catalog = catalog();
    assert_eq!(catalog.fields().len(), 60);
    let firms = table(&catalog, 1000, 7);
    assert_eq!(firms, table(&catalog, 1000, 7));
    assert_ne!(firms, table(&catalog, 1000, 8));
    let known: u32 =
        firms.columns.iter().flat_map(|column| &column.known.words).map(|word| word.count_ones()).sum();
    assert!((50_000..52_500).contains(&known), "{known} of 60,000 facts are known");
    let book = rule_book(&catalog, 1000, 7);
    assert_eq!(book, rule_book(&catalog, 1000, 7));
    assert_eq!(book.policies.iter().filter(|policy| policy.amount.is_some()).count(), 223);
    let plan = Plan::new(Arc::new(catalog), Arc::new(book)).unwrap();
    assert!((380..650).contains(&plan.atom_count()), "{}", plan.atom_count());
}

#[test]
fn several_chunks_are_counted_as_the_reference_counts() {
    let catalog = catalog();
    let firms = table(&catalog, 9001, 3);
    let book = rule_book(&catalog, 12, 3);
    let plan = Plan::new(Arc::new(catalog.clone()), Arc::new(book.clone())).unwrap();
    let totals = plan.totals(Facts { table: &firms, calendar: &NoCalendar }, plan.everything()).unwrap();
    for (policy, totals) in book.policies.iter().zip(totals) {
        let outcome = |row| Firm::new(&catalog, &firms, row, &NoCalendar).outcome(policy);
        let outcomes: Vec<_> = (0..firms.rows).map(outcome).collect();
        let entitled = outcomes.iter().filter(|outcome| outcome.status == Status::Entitled).count();
        let fen: i128 = outcomes.iter().filter_map(|outcome| outcome.amount_fen).map(i128::from).sum();
        assert_eq!((totals.entitled, totals.sum_fen), (entitled as u64, fen), "{}", policy.id);
    }
}
