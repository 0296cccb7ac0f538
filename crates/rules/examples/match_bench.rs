//! Measures the engine beside the hand-written loop while the engine is being worked on:
//! `cargo run --release -p rules --example match_bench -- FIRMS POLICIES`. The command for everyone is
//! `liangjian bench match`.

#[path = "../../liangjian/src/commands/bench/matching/hand_loop.rs"]
mod hand_loop;

use rules::{
    calendar::NoCalendar,
    catalog::Type,
    engine::{Facts, Plan},
    population,
};
use std::{sync::Arc, time::Instant};

#[expect(clippy::disallowed_methods, reason = "this program measures")]
fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let (firms, policies) = (arguments.next().unwrap_or(1_500_000), arguments.next().unwrap_or(1000));
    let catalog = Arc::new(population::catalog());
    let begin = Instant::now();
    let table = population::table(&catalog, firms, 1);
    let book = Arc::new(population::rule_book(&catalog, policies, 1));
    println!("made in {:?}", begin.elapsed());
    let facts = Facts { table: &table, calendar: &NoCalendar };
    let scale = |column: usize| match &catalog.field(column as u16).kind {
        Type::CodeSet(_) => u32::MAX,
        kind => u32::from(kind.scale()),
    };
    let rounds = if firms < 2000 { 0 } else { 5 };
    for _ in 0..rounds {
        let (cpu, begin) = (cpu_ns(), Instant::now());
        let plan = Plan::new(catalog.clone(), book.clone()).expect("it is small enough");
        let planned = begin.elapsed();
        let totals = plan.totals(facts, plan.everything()).expect("it fits");
        println!(
            "engine {:?} of it plan {planned:?} cpu {} ms",
            begin.elapsed(),
            (cpu_ns() - cpu) / 1_000_000
        );
        let (cpu, begin) = (cpu_ns(), Instant::now());
        let sums = hand_loop::HandLoop::new(&book, scale).run(&table);
        println!("  hand {:?} cpu {} ms", begin.elapsed(), (cpu_ns() - cpu) / 1_000_000);
        for (policy, (own, hand)) in totals.iter().zip(&sums).enumerate() {
            let own = (own.entitled, own.undetermined, own.amount_unknown, own.sum_fen);
            assert_eq!(own, *hand, "{policy} {:?}", book.policies[policy]);
        }
    }
    let plan = Plan::new(catalog, book).expect("it is small enough");
    println!("conditions {}", plan.atom_count());
    let mut times: Vec<_> = (0..5000)
        .map(|row| {
            let begin = Instant::now();
            plan.firm(facts, row * 7919 % firms, plan.everything()).expect("it fits");
            begin.elapsed()
        })
        .collect();
    times.sort();
    println!("one firm: least {:?} median {:?} p99 {:?}", times[0], times[2500], times[4950]);
    let rows: Vec<u32> = (0..10_000.min(firms as u32)).map(|row| row * 149 % firms as u32).collect();
    let begin = Instant::now();
    plan.totals_of(facts, &rows, plan.everything()).expect("it fits");
    println!("10,000 firms {:?}", begin.elapsed());
    for policy in 0..3 {
        let begin = Instant::now();
        plan.totals(facts, &plan.select(&[policy])).expect("it fits");
        println!("one policy {:?}", begin.elapsed());
    }
}

/// Time all threads of this process were at work.
fn cpu_ns() -> u64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return 0 };
    let times =
        tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
    times.filter_map(|times| times.split(' ').next()?.parse::<u64>().ok()).sum()
}
