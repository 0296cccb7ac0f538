//! Explaining one firm: every policy with its clauses, facts, amounts and nearest ways.

use super::{super::timing::Times, City, Spread, spread, timed};
use anyhow::bail;
use rules::{
    calendar::NoCalendar,
    catalog::Catalog,
    definition::{Definitions, Moment},
    explain::{Clause, Dossier, Provenance, Readable, Reasons, Ways, each, explain, near_miss},
    population,
    reference::Firm,
};
use serde::Serialize;
use std::hint::black_box;

/// Firms that are explained.
const FIRMS: usize = 200;

/// Firms whose explanation is put in words.
const SAID: usize = 20;

/// Firms whose sentences are held against those of each policy explained alone.
const COMPARED: usize = 2;

/// What explaining one firm under all policies took.
#[derive(Serialize)]
pub struct Explaining {
    /// Making all policies readable, once for a rule book.
    readable_ms: f64,
    /// Clauses with results, citations, facts, datasets and days, amounts, what is missing, ways and distances:
    /// found, and read through, on all threads.
    whole: Spread,
    /// The same in one thread.
    in_one_thread: Spread,
    /// In one thread, without ways and distances.
    without_ways: Spread,
    /// All sentences of it in both languages, on top.
    words_ms: f64,
    /// Clauses with their parts, facts they read, ways and changes, of a firm on average.
    clauses: usize,
    facts: usize,
    ways: usize,
    changes: usize,
}

/// What was read through: so that nothing is put off to a time when the clock stands.
#[derive(Default)]
struct Seen {
    clauses: usize,
    facts: usize,
    ways: usize,
    changes: usize,
}

impl Seen {
    fn reasons(&mut self, reasons: &Reasons<'_>, dossier: &Dossier<'_>) {
        black_box((reasons.status, reasons.due_fen));
        reasons.clauses().for_each(|clause| self.clause(clause, dossier));
        reasons.amounts().for_each(|amount| {
            black_box(amount);
        });
        reasons.missing.iter().for_each(|field| {
            black_box(dossier.fact(*field));
        });
    }

    fn clause(&mut self, clause: Clause<'_>, dossier: &Dossier<'_>) {
        self.clauses += 1;
        black_box((clause.result, clause.line.role, clause.line.cite.as_str()));
        for field in clause.facts() {
            let fact = dossier.fact(*field);
            black_box((fact.value, fact.field.dataset.as_str(), fact.as_of));
            self.facts += 1;
        }
        clause.parts().for_each(|part| self.clause(part, dossier));
    }

    fn ways(&mut self, ways: &Ways<'_>) {
        for route in ways.routes() {
            self.ways += 1;
            black_box((route.way, route.first_day, route.distance_permille, route.is_tried));
            for step in route.steps() {
                self.changes += 1;
                black_box((step.way, step.field, step.value, step.distance_permille, step.first_day));
            }
        }
    }
}

impl City {
    /// Explains firms, one after the other.
    pub fn explaining(&self) -> anyhow::Result<Explaining> {
        let catalog = with_acts(&self.catalog);
        let definitions = Definitions::default();
        let (as_of, mut provenance) = (population::as_of(), Provenance::default());
        provenance.as_of.insert("made".to_owned(), as_of);
        let scope = definitions.scope(&catalog, Moment { as_of, known_at: as_of });
        let policies = self.book.policies.iter().map(|policy| (policy, None));
        let (readables, reading) = timed(|| Readable::book(policies, &scope));
        let firm =
            |number: usize| Firm::new(&catalog, &self.table, number * 7919 % self.table.rows, &NoCalendar);
        let mut seen = Seen::default();
        // One pass for each figure: writing sentences would leave nothing of the policies in the caches.
        let whole = (0..FIRMS).map(|number| timed(|| everything(&readables, &firm(number), &provenance)).1);
        let whole = spread(whole.collect());
        let in_one_thread = (0..FIRMS).map(|number| {
            timed(|| drop(black_box(explained(&readables, &firm(number), &provenance, true, &mut seen)))).1
        });
        let in_one_thread = spread(in_one_thread.collect());
        let without_ways = (0..FIRMS).map(|number| {
            let seen = &mut Seen::default();
            timed(|| drop(black_box(explained(&readables, &firm(number), &provenance, false, seen)))).1
        });
        let without_ways = spread(without_ways.collect());
        let mut words = Vec::new();
        for number in 0..SAID {
            let firm = firm(number);
            let (dossier, reasons, ways) =
                explained(&readables, &firm, &provenance, true, &mut Seen::default());
            let all = reasons.iter().zip(&ways);
            let (said, time) = timed(|| {
                all.map(|(reasons, ways)| (reasons.said(&dossier), ways.said(&dossier))).collect::<Vec<_>>()
            });
            words.push(time);
            let alone = |one: &Readable| (explain(one, &firm, &provenance), near_miss(one, &firm));
            if number < COMPARED && !readables.iter().map(alone).eq(said) {
                bail!("a policy alone is explained otherwise · firm {} · report this as a fault", firm.row);
            }
        }
        Ok(Explaining {
            readable_ms: Times::new(vec![reading]).median_milliseconds(),
            whole,
            in_one_thread,
            without_ways,
            words_ms: Times::new(words).median_milliseconds(),
            clauses: seen.clauses / FIRMS,
            facts: seen.facts / FIRMS,
            ways: seen.ways / FIRMS,
            changes: seen.changes / FIRMS,
        })
    }
}

/// One firm under all policies, found and read through, on all threads.
fn everything(readables: &[Readable], firm: &Firm<'_>, provenance: &Provenance) {
    black_box(each(readables, firm, provenance, |at, dossier| {
        let mut seen = Seen::default();
        seen.reasons(&dossier.reasons(&readables[at]), dossier);
        seen.ways(&dossier.ways(&readables[at]));
    }));
}

/// The same in one thread, one after the other.
fn explained<'r, 'a>(
    readables: &'r [Readable],
    firm: &Firm<'a>,
    provenance: &'a Provenance,
    with_ways: bool,
    seen: &mut Seen,
) -> (Dossier<'a>, Vec<Reasons<'r>>, Vec<Ways<'r>>) {
    let dossier = Dossier::new(&readables[0], firm, provenance);
    let reasons: Vec<Reasons<'_>> = readables.iter().map(|one| dossier.reasons(one)).collect();
    for reasons in &reasons {
        seen.reasons(reasons, &dossier);
    }
    let near = readables.iter().filter(|_| with_ways);
    let ways: Vec<Ways<'_>> = near.map(|one| dossier.ways(one)).collect();
    for ways in &ways {
        seen.ways(ways);
    }
    (dossier, reasons, ways)
}

/// The same fields, two of every three in the hands of the firm: else there would be nothing near to look for.
fn with_acts(catalog: &Catalog) -> Catalog {
    let mut with_acts = Catalog::default();
    for vocabulary in catalog.vocabularies() {
        with_acts.add_vocabulary((**vocabulary).clone());
    }
    for (at, field) in catalog.fields().iter().enumerate() {
        let mut field = field.clone();
        field.can_act = !at.is_multiple_of(3);
        with_acts.add_field(field).expect("the names are those of another catalog");
    }
    with_acts
}

impl Explaining {
    /// The figures for people.
    pub fn lines(&self) -> String {
        let Self { readable_ms, whole, in_one_thread, without_ways, words_ms, .. } = self;
        let Self { clauses, facts, ways, changes, .. } = self;
        format!(
            "one firm, full explanation: median {:.3} ms, p99 {:.3} ms\n  \
             {clauses} clauses that read {facts} facts, {ways} ways of {changes} changes\n  \
             in one thread: median {:.3} ms · without the ways: median {:.3} ms · in words of both languages, on top: {words_ms:.1} ms · \
             policies made readable, once: {readable_ms:.0} ms\n",
            whole.median_ms, whole.p99_ms, in_one_thread.median_ms, without_ways.median_ms,
        )
    }
}
