//! A plan laid over the columns of a table.

use super::{
    collect::bits,
    kernels::{
        Slots,
        column::{self, HOLDS, POSSIBLE},
        logic,
        numeric::{BLOCK, Machine, Source},
        proved::Rows,
    },
    plan::{Plan, atom::Condition, graph::Step, literal::Literal, lower::sane_days, numeric::Program},
    run::{Facts, Selection, selection::ColumnAtoms, selection::PlacedStep},
};
use crate::{
    catalog::{Catalog, FieldIndex, Type},
    expression::Comparison,
    reference::Firm,
    table::{Bits, Column, Table, Values, code_count},
};
use chrono::{Datelike, NaiveDate};
use fearless_simd::Level;
use std::{cmp::Ordering, fmt};

/// Most days that a condition of one date is asked of beforehand.
const DAYS_MAX: i64 = 40_000;

/// A column that does not fit its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The field.
    pub field: String,
    /// What is wrong.
    what: &'static str,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the column {} · field {} · build the table with the same catalog", self.what, self.field)
    }
}

impl std::error::Error for Misfit {}

/// A selection of a plan and the columns it reads.
pub struct Bound<'a> {
    pub plan: &'a Plan,
    pub selection: &'a Selection,
    pub facts: Facts<'a>,
    pub level: Level,
    columns: Vec<BoundColumn<'a>>,
}

struct BoundColumn<'a> {
    atoms: &'a ColumnAtoms,
    column: Option<&'a Column>,
    /// Whether all its days lie in the years 0 to 9999.
    is_sane: bool,
    /// For each atom of one fact, the answers to all values; `None` where each row is asked.
    answers: Vec<Option<Answers>>,
}

/// Answers to the values from `first` on.
struct Answers {
    first: i32,
    of_values: Vec<u8>,
    /// The answer where the value is unknown.
    unknown: u8,
}

impl<'a> Bound<'a> {
    /// Lays a selection over a table; an error where a column does not fit its field.
    pub fn new(plan: &'a Plan, selection: &'a Selection, facts: Facts<'a>) -> Result<Self, Misfit> {
        for field in &selection.fields {
            check(&plan.catalog, facts.table, *field)?;
        }
        let mut columns = Vec::with_capacity(selection.columns.len());
        for atoms in &selection.columns {
            let column = facts.table.columns.get(usize::from(atoms.field));
            let column = column.filter(|column| column.values != Values::Absent);
            let is_sane = atoms.before.is_empty() || column.is_none_or(is_sane);
            let answers = atoms.of_one.iter();
            let answers =
                answers.map(|(condition, _)| answers_of(plan, facts, atoms.field, column, condition));
            let answers = answers.collect();
            columns.push(BoundColumn { atoms, column, is_sane, answers });
        }
        Ok(Self { plan, selection, facts, level: Level::new(), columns })
    }

    /// Evaluates every slot over the rows from `first` on, at most as many as the slots are wide.
    pub fn evaluate(&self, slots: &mut Slots, machine: &mut Machine, first: usize, rows: usize) {
        for column in &self.columns {
            self.column(column, slots, first, rows);
        }
        for (condition, slot) in &self.selection.rows {
            self.by_row(condition, *slot, slots, first, rows);
        }
        for step in &self.selection.steps {
            self.step(step, slots, machine, first, rows);
        }
    }

    fn column(&self, bound: &BoundColumn<'_>, slots: &mut Slots, first: usize, rows: usize) {
        let atoms = bound.atoms;
        let Some(column) = bound.column else {
            nothing_known(atoms, slots);
            for ((_, slot), answers) in atoms.of_one.iter().zip(&bound.answers) {
                let unknown = answers.as_ref().map_or(POSSIBLE, |answers| answers.unknown);
                let (truth, possible) = slots.pair_mut(*slot);
                truth.fill(column::spread(unknown, HOLDS));
                possible.fill(column::spread(unknown, POSSIBLE));
            }
            return;
        };
        let words = rows.div_ceil(64);
        let known = &column.known.words[first / 64..first / 64 + words];
        let level = self.level;
        match &column.values {
            Values::Absent | Values::Bool(_) => {}
            Values::Narrow(values) => {
                column::below(level, &values[first..first + rows], known, &atoms.below, slots);
                column::equal(level, &values[first..first + rows], known, &atoms.equals, slots);
            }
            Values::Wide(values) => {
                column::below(level, &values[first..first + rows], known, &atoms.below, slots);
                column::equal(level, &values[first..first + rows], known, &atoms.equals, slots);
            }
            Values::Date(days) => return self.dates(bound, &days[first..first + rows], known, slots, first),
            Values::Code(codes) => {
                let codes = &codes[first..first + rows];
                atoms.within.iter().for_each(|table| column::within(level, codes, known, table, slots));
                for ((condition, slot), answers) in atoms.of_one.iter().zip(&bound.answers) {
                    match answers {
                        Some(Answers { of_values, unknown, .. }) => {
                            column::answers((codes, known), (of_values, *unknown), usize::from, slots, *slot);
                        }
                        None => self.by_row(condition, *slot, slots, first, rows),
                    }
                }
            }
            Values::CodeSet { ends, codes } => {
                for table in &atoms.meets {
                    column::meets(level, (ends, codes), first..first + rows, known, table, slots);
                }
            }
            Values::Text(texts) => {
                for (other, slot) in &atoms.spells {
                    column::spells(&texts[first..first + rows], known, other, slots, *slot);
                }
            }
        }
        if let Values::Bool(bits) = &column.values {
            for slot in &atoms.bools {
                let (truth, possible) = slots.pair_mut(*slot);
                for (word, bits) in bits.words[first / 64..first / 64 + words].iter().enumerate() {
                    (truth[word], possible[word]) = (bits & known[word], bits | !known[word]);
                }
            }
        }
        write_known(atoms, known, slots);
    }

    fn dates(&self, bound: &BoundColumn<'_>, days: &[i32], known: &[u64], slots: &mut Slots, first: usize) {
        let atoms = bound.atoms;
        // Days that are no dates are unknown.
        let dates = NaiveDate::MIN.num_days_from_ce()..=NaiveDate::MAX.num_days_from_ce();
        let mut real = [0_u64; CHUNK_WORDS];
        let real = &mut real[..known.len()];
        real.copy_from_slice(known);
        if !days.iter().fold(true, |all, day| all & dates.contains(day)) {
            for (row, day) in days.iter().enumerate() {
                real[row / 64] &= !(u64::from(!dates.contains(day)) << (row % 64));
            }
        }
        column::below(self.level, days, real, &atoms.below, slots);
        column::equal(self.level, days, real, &atoms.equals, slots);
        for (day, condition, slot) in &atoms.before {
            if bound.is_sane {
                column::below(self.level, days, real, &[(i64::from(*day), *slot)], slots);
            } else {
                self.by_row(condition, *slot, slots, first, days.len());
            }
        }
        for ((condition, slot), answers) in atoms.of_one.iter().zip(&bound.answers) {
            match answers {
                Some(answers) => {
                    let place = |day: i32| {
                        usize::try_from(i64::from(day) - i64::from(answers.first)).unwrap_or(usize::MAX)
                    };
                    let asked = (answers.of_values.as_slice(), answers.unknown);
                    column::answers((days, real), asked, place, slots, *slot);
                }
                None => self.by_row(condition, *slot, slots, first, days.len()),
            }
        }
        write_known(atoms, real, slots);
    }

    /// Asks the reference, row by row.
    fn by_row(&self, condition: &Condition, slot: usize, slots: &mut Slots, first: usize, rows: usize) {
        let (truth, possible) = slots.pair_mut(slot);
        for word in 0..rows.div_ceil(64) {
            let (mut holds, mut may) = (0, 0);
            for row in word * 64..rows.min(word * 64 + 64) {
                let answer = self.ask(condition, first + row);
                holds |= u64::from(answer == Some(true)) << (row % 64);
                may |= u64::from(answer != Some(false)) << (row % 64);
            }
            (truth[word], possible[word]) = (holds, may);
        }
    }

    fn ask(&self, condition: &Condition, row: usize) -> Option<bool> {
        let mut firm = Firm::new(&self.plan.catalog, self.facts.table, row, self.facts.calendar);
        firm.judged = condition.judged;
        firm.truth(&condition.expression).map(|truth| truth != condition.negative)
    }

    /// Evaluates a combination whose parts have been.
    pub fn step(
        &self,
        step: &PlacedStep,
        slots: &mut Slots,
        machine: &mut Machine,
        first: usize,
        rows: usize,
    ) {
        match &self.plan.graph.steps[step.planned] {
            Step::All(_) => {
                let (view, out) = slots.before(step.slot);
                logic::all(self.level, view, &step.reads, out);
            }
            Step::Known(_) => logic::known(slots, step.reads[0], step.slot),
            Step::Choice(_) => logic::choice(slots, &step.reads, step.slot),
            Step::Signum(..) => self.signum(step, slots, machine, first, rows),
            Step::True | Step::Unknown | Step::Atom(_) => {}
        }
    }

    /// Compares numbers of a fixed scale with nought.
    fn signum(&self, step: &PlacedStep, slots: &mut Slots, machine: &mut Machine, first: usize, rows: usize) {
        let Step::Signum(comparison, program, condition) = &self.plan.graph.steps[step.planned] else {
            return;
        };
        let (mut truth, mut possible) = ([0_u64; CHUNK_WORDS], [0_u64; CHUNK_WORDS]);
        let source = self.source(slots, first);
        for block in (0..rows).step_by(BLOCK) {
            let count = BLOCK.min(rows - block);
            let words = block / 64..(block + count).div_ceil(64);
            let out = (&mut truth[words.clone()], &mut possible[words]);
            if machine.run_proved(self.level, program, source, Rows::From(block, count)) {
                machine.signs_proved(self.level, program, *comparison, out);
            } else {
                self.signs(
                    (*comparison, program, condition),
                    &step.reads,
                    machine,
                    source,
                    (block, count),
                    out,
                );
            }
        }
        let width = slots.width;
        let (own_truth, own_possible) = slots.pair_mut(step.slot);
        own_truth.copy_from_slice(&truth[..width]);
        own_possible.copy_from_slice(&possible[..width]);
    }

    /// Compares the numbers of a block of the chunk with nought, where any may not fit.
    fn signs(
        &self,
        (comparison, program, condition): (Comparison, &Program, &Condition),
        conditions: &[Literal],
        machine: &mut Machine,
        source: Source<'_>,
        (block, count): (usize, usize),
        (truth, possible): (&mut [u64], &mut [u64]),
    ) {
        let mut numbers = [0_u16; BLOCK];
        (block..).zip(&mut numbers[..count]).for_each(|(row, number)| *number = row as u16);
        machine.run(program, conditions, source, &numbers[..count]);
        for (word, sixty_four) in machine.signs(program, count).enumerate() {
            let of_sign = |sign: Ordering| if comparison.holds(sign) { u64::MAX } else { 0 };
            let holds = (of_sign(Ordering::Less) & sixty_four.less)
                | (of_sign(Ordering::Equal) & sixty_four.equal)
                | (of_sign(Ordering::Greater) & !(sixty_four.less | sixty_four.equal));
            truth[word] = holds & sixty_four.known;
            possible[word] = holds | !sixty_four.known;
            for row in bits(&[sixty_four.beyond]) {
                let answer = self.ask(condition, source.first + block + word * 64 + row);
                let bit = 1 << row;
                truth[word] = (truth[word] & !bit) | (u64::from(answer == Some(true)) << row);
                possible[word] = (possible[word] & !bit) | (u64::from(answer != Some(false)) << row);
            }
        }
    }

    /// What programs read.
    pub fn source<'s>(&'s self, slots: &'s Slots, first: usize) -> Source<'s> {
        let Facts { table, calendar } = self.facts;
        Source { catalog: &self.plan.catalog, table, calendar, slots, first }
    }
}

/// Words of a bitmap over a chunk.
pub const CHUNK_WORDS: usize = 64;

/// Nothing of the column is known.
fn nothing_known(atoms: &ColumnAtoms, slots: &mut Slots) {
    let below = atoms.below.iter().chain(&atoms.equals).map(|(_, slot)| slot);
    let within = atoms.within.iter().chain(&atoms.meets).flat_map(|table| &table.slots);
    let others = atoms.spells.iter().map(|(_, slot)| slot);
    let before = atoms.before.iter().map(|(.., slot)| slot);
    for slot in below.chain(within).chain(others).chain(before).chain(&atoms.bools) {
        let (truth, possible) = slots.pair_mut(*slot);
        truth.fill(0);
        possible.fill(u64::MAX);
    }
    for slot in &atoms.known {
        let (truth, possible) = slots.pair_mut(*slot);
        truth.fill(0);
        possible.fill(0);
    }
}

fn write_known(atoms: &ColumnAtoms, known: &[u64], slots: &mut Slots) {
    for slot in &atoms.known {
        let (truth, possible) = slots.pair_mut(*slot);
        truth[..known.len()].copy_from_slice(known);
        possible[..known.len()].copy_from_slice(known);
    }
}

fn is_sane(column: &Column) -> bool {
    let (first, last) = sane_days();
    let Values::Date(days) = &column.values else { return true };
    let sane = first..last;
    days.iter().fold(true, |all, day| all & sane.contains(day))
        || days.iter().enumerate().all(|(row, day)| sane.contains(day) || !column.known.get(row))
}

/// The answers to all values of a column of codes or dates, and to an unknown one; `None` where there are too
/// many for so few rows.
fn answers_of(
    plan: &Plan,
    facts: Facts<'_>,
    field: FieldIndex,
    column: Option<&Column>,
    condition: &Condition,
) -> Option<Answers> {
    let (first, values, count) = match column {
        Some(column) => values_of(plan, facts, field, column)?,
        None => (0, Values::Absent, 0),
    };
    // The last row is unknown.
    let mut table = Table::unknown(&plan.catalog, count + 1);
    let mut known = Bits::filled(count + 1, true);
    known.set(count, false);
    table.columns[usize::from(field)] = Column { known, values };
    let answer = |row| {
        let mut firm = Firm::new(&plan.catalog, &table, row, facts.calendar);
        firm.judged = condition.judged;
        match firm.truth(&condition.expression) {
            Some(true) => HOLDS | POSSIBLE,
            Some(false) => 0,
            None => POSSIBLE,
        }
    };
    Some(Answers { first, of_values: (0..count).map(answer).collect(), unknown: answer(count) })
}

/// All values of a column, from which they count, and how many; `None` where they are too many.
fn values_of(
    plan: &Plan,
    facts: Facts<'_>,
    field: FieldIndex,
    column: &Column,
) -> Option<(i32, Values, usize)> {
    let rows = facts.table.rows;
    match &column.values {
        Values::Code(_) => {
            let count = code_count(&plan.catalog, &plan.catalog.field(field).kind);
            (rows >= count).then(|| (0, Values::Code((0..count as u16).collect()), count))
        }
        Values::Date(days) => {
            let known =
                days.iter().enumerate().filter(|(row, _)| column.known.get(*row)).map(|(_, day)| *day);
            let (first, last) =
                known.fold((i32::MAX, i32::MIN), |(least, most), day| (least.min(day), most.max(day)));
            let count = i64::from(last) - i64::from(first) + 1;
            let few = count > 0 && count <= DAYS_MAX.min(rows as i64);
            few.then(|| (first, Values::Date((first..=last).collect()), count.unsigned_abs() as usize))
        }
        _ => None,
    }
}

fn check(catalog: &Catalog, table: &Table, field: FieldIndex) -> Result<(), Misfit> {
    let Some(column) = table.columns.get(usize::from(field)) else { return Ok(()) };
    let kind = &catalog.field(field).kind;
    let words = table.rows.div_ceil(64);
    let (fits, rows) = match &column.values {
        Values::Absent => (true, table.rows),
        Values::Bool(bits) => (kind == &Type::Bool, if bits.words.len() >= words { table.rows } else { 0 }),
        Values::Narrow(values) => (kind.is_numeric(), values.len()),
        Values::Wide(values) => (kind.is_numeric(), values.len()),
        Values::Date(days) => (kind == &Type::Date, days.len()),
        Values::Code(codes) => (matches!(kind, Type::Code(_)), codes.len()),
        Values::CodeSet { ends, .. } => (matches!(kind, Type::CodeSet(_)), ends.len()),
        Values::Text(texts) => (kind == &Type::Text, texts.len()),
    };
    let what = if !fits {
        "is of another type"
    } else if rows < table.rows || column.known.words.len() < words {
        "has too few rows"
    } else {
        return Ok(());
    };
    Err(Misfit { field: catalog.field(field).name.clone(), what })
}
