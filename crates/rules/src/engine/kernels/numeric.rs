//! Runs programs of whole numbers over some rows of a chunk, one instruction at a time over many rows.

use super::Slots;
use crate::{
    catalog::Catalog,
    engine::plan::{
        literal::Literal,
        numeric::{Instruction, Program},
    },
    expression::Value,
    number::Rounding,
    reference::Firm,
    table::{Table, Values},
};
use chrono::{Datelike, NaiveDate};

/// Rows of one pass.
pub const BLOCK: usize = 256;

/// A number is known.
const KNOWN: u8 = 1;
/// A number does not fit; the reference decides.
const BEYOND: u8 = 2;

/// What a program reads.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub catalog: &'a Catalog,
    pub table: &'a Table,
    pub calendar: &'a dyn crate::calendar::Calendar,
    /// The bitmaps of the chunk.
    pub slots: &'a Slots,
    /// The first row of the chunk; a multiple of 64.
    pub first: usize,
}

/// The registers of one thread.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    pub(super) values: Vec<i64>,
    states: Vec<u8>,
    /// Which rows are known after a proved program.
    pub(super) known: [u64; BLOCK / 64],
}

/// What came out for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Unknown,
    Known(i64),
    /// Ask the reference.
    Beyond,
}

/// Of up to 64 rows where the number is below nought, is nought, is known, has to be asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signs {
    pub less: u64,
    pub equal: u64,
    pub known: u64,
    pub beyond: u64,
}

type Lane<'a> = (&'a [i64], &'a [u8]);

impl Machine {
    /// Runs a program over up to [`BLOCK`] rows of the chunk. `conditions` are those of the program.
    pub fn run(&mut self, program: &Program, conditions: &[Literal], source: Source<'_>, rows: &[u16]) {
        let needed = program.instructions.len() * BLOCK;
        if self.values.len() < needed {
            self.values.resize(needed, 0);
        }
        if self.states.len() < needed {
            self.states.resize(needed, 0);
        }
        for (register, instruction) in program.instructions.iter().enumerate() {
            let (values, own) = self.values.split_at_mut(register * BLOCK);
            let (states, own_states) = self.states.split_at_mut(register * BLOCK);
            let lane = |register: usize| {
                let range = register * BLOCK..register * BLOCK + rows.len();
                (&values[range.clone()], &states[range])
            };
            step(
                instruction,
                lane,
                conditions,
                source,
                rows,
                (&mut own[..rows.len()], &mut own_states[..rows.len()]),
            );
        }
    }

    /// The signs of the last register, 64 rows at a time.
    pub fn signs(&self, program: &Program, rows: usize) -> impl Iterator<Item = Signs> + '_ {
        let from = (program.instructions.len() - 1) * BLOCK;
        let lanes = self.values[from..from + rows].chunks(64).zip(self.states[from..from + rows].chunks(64));
        lanes.map(|(values, states)| {
            let mut signs = Signs::default();
            for (row, (value, state)) in values.iter().zip(states).enumerate() {
                signs.less |= u64::from(*value < 0) << row;
                signs.equal |= u64::from(*value == 0) << row;
                signs.known |= u64::from(*state == KNOWN) << row;
                signs.beyond |= u64::from(*state > KNOWN) << row;
            }
            signs
        })
    }

    /// The last register, row by row.
    pub fn answers(&self, program: &Program, rows: usize) -> impl Iterator<Item = Answer> + '_ {
        let from = (program.instructions.len() - 1) * BLOCK;
        let lanes = self.values[from..from + rows].iter().zip(&self.states[from..from + rows]);
        lanes.map(|(value, state)| match *state {
            0 => Answer::Unknown,
            KNOWN => Answer::Known(*value),
            _ => Answer::Beyond,
        })
    }
}

fn step<'a>(
    instruction: &Instruction,
    lane: impl Fn(usize) -> Lane<'a>,
    conditions: &[Literal],
    source: Source<'_>,
    rows: &[u16],
    (values, states): (&mut [i64], &mut [u8]),
) {
    let out = (values, states);
    match instruction {
        Instruction::Unknown => out.1.fill(0),
        Instruction::Constant(value) => {
            out.0.fill(*value);
            out.1.fill(KNOWN);
        }
        Instruction::Load(field) => load(source, usize::from(*field), rows, out),
        Instruction::Times(of, factor) => one(lane(*of), out, |value| value.overflowing_mul(*factor)),
        Instruction::Add(left, right) => two(lane(*left), lane(*right), out, i64::overflowing_add),
        Instruction::Subtract(left, right) => two(lane(*left), lane(*right), out, i64::overflowing_sub),
        Instruction::Product(left, right) => two(lane(*left), lane(*right), out, i64::overflowing_mul),
        Instruction::Least(left, right) => two(lane(*left), lane(*right), out, |a, b| (a.min(b), false)),
        Instruction::Most(left, right) => two(lane(*left), lane(*right), out, |a, b| (a.max(b), false)),
        Instruction::Signed(left, right) => {
            let sign = lane(*right);
            two(lane(*left), sign, (&mut *out.0, &mut *out.1), |value, sign| {
                value.overflowing_mul(sign.signum())
            });
            for (state, sign) in out.1.iter_mut().zip(sign.0) {
                *state &= if *sign == 0 { BEYOND } else { u8::MAX };
            }
        }
        Instruction::Rounded { of, times, over, rounding, back } => one(lane(*of), out, |value| {
            let (value, beyond) = value.overflowing_mul(*times);
            let (value, beyond_too) = rounded(value, over.over, *rounding).overflowing_mul(*back);
            (value, beyond | beyond_too)
        }),
        Instruction::Choice(condition, then, otherwise) => {
            choice(source.slots, conditions[*condition], rows, lane(*then), lane(*otherwise), out);
        }
        Instruction::Lookup(field, numbers) => lookup(source, usize::from(*field), numbers, rows, out),
        Instruction::Row(expression) => {
            for (at, row) in rows.iter().enumerate() {
                let row = source.first + usize::from(*row);
                let firm = Firm::new(source.catalog, source.table, row, source.calendar);
                (out.0[at], out.1[at]) = match firm.value(expression) {
                    Some(Value::Number(number)) if number.is_whole() => {
                        i64::try_from(number.floor()).map_or((0, BEYOND), |whole| (whole, KNOWN))
                    }
                    Some(_) => (0, BEYOND),
                    None => (0, 0),
                };
            }
        }
    }
}

fn one(of: Lane<'_>, out: (&mut [i64], &mut [u8]), work: impl Fn(i64) -> (i64, bool)) {
    for (((value, state), from), known) in out.0.iter_mut().zip(out.1).zip(of.0).zip(of.1) {
        let (result, beyond) = work(*from);
        *value = result;
        // What is unknown holds anything; that it does not fit says nothing.
        *state = known | (u8::from(beyond) * (known << 1));
    }
}

fn two(
    left: Lane<'_>,
    right: Lane<'_>,
    out: (&mut [i64], &mut [u8]),
    work: impl Fn(i64, i64) -> (i64, bool),
) {
    let lanes = left.0.iter().zip(right.0).zip(left.1.iter().zip(right.1));
    for ((value, state), ((left, right), (left_state, right_state))) in out.0.iter_mut().zip(out.1).zip(lanes)
    {
        let (result, beyond) = work(*left, *right);
        *value = result;
        let known = left_state & right_state & KNOWN;
        *state = known | ((left_state | right_state) & BEYOND) | (u8::from(beyond) * (known << 1));
    }
}

/// A quotient brought to a whole number; the divisor is positive.
#[inline]
fn rounded(value: i64, over: i64, rounding: Rounding) -> i64 {
    if over == 1 {
        return value;
    }
    let floor = value.div_euclid(over);
    let rest = value.rem_euclid(over);
    // Twice the rest against the divisor, without leaving 64 bits.
    let half = rest.cmp(&(over - rest));
    let up = rest != 0
        && match rounding {
            Rounding::Down => value < 0,
            Rounding::Up => value >= 0,
            Rounding::HalfUp if value < 0 => half.is_gt(),
            Rounding::HalfUp => half.is_ge(),
            Rounding::HalfEven => half.is_gt() || (half.is_eq() && floor % 2 != 0),
        };
    floor + i64::from(up)
}

fn load(source: Source<'_>, field: usize, rows: &[u16], (values, states): (&mut [i64], &mut [u8])) {
    let Some(column) = source.table.columns.get(field) else { return states.fill(0) };
    let known = &column.known.words[source.first / 64..];
    let states = states.iter_mut().zip(rows).map(|(state, row)| {
        *state = (known[usize::from(*row) / 64] >> (row % 64) & 1) as u8;
        (state, usize::from(*row))
    });
    let lanes = values.iter_mut().zip(states);
    match &column.values {
        Values::Narrow(stored) => {
            let stored = &stored[source.first..];
            lanes.for_each(|(value, (_, row))| *value = stored[row].into());
        }
        Values::Wide(stored) => {
            let stored = &stored[source.first..];
            lanes.for_each(|(value, (_, row))| *value = stored[row]);
        }
        Values::Date(stored) => {
            let stored = &stored[source.first..];
            let days = NaiveDate::MIN.num_days_from_ce()..=NaiveDate::MAX.num_days_from_ce();
            lanes.for_each(|(value, (state, row))| {
                *value = stored[row].into();
                *state &= u8::from(days.contains(&stored[row]));
            });
        }
        _ => lanes.for_each(|(_, (state, _))| *state = 0),
    }
}

fn lookup(
    source: Source<'_>,
    field: usize,
    numbers: &[Option<i64>],
    rows: &[u16],
    (values, states): (&mut [i64], &mut [u8]),
) {
    let column = source.table.columns.get(field);
    let Some((known, Values::Code(codes))) = column.map(|column| (&column.known, &column.values)) else {
        return states.fill(0);
    };
    for (at, row) in rows.iter().enumerate() {
        let row = source.first + usize::from(*row);
        let number = numbers.get(usize::from(codes[row])).copied().flatten().filter(|_| known.get(row));
        (values[at], states[at]) = number.map_or((0, 0), |number| (number, KNOWN));
    }
}

fn choice(
    slots: &Slots,
    when: Literal,
    rows: &[u16],
    then: Lane<'_>,
    otherwise: Lane<'_>,
    (values, states): (&mut [i64], &mut [u8]),
) {
    for (at, row) in rows.iter().enumerate() {
        let (holds, possible) = slots.at(when.slot(), usize::from(*row));
        let (holds, possible) = if when.is_negative() { (!possible, !holds) } else { (holds, possible) };
        (values[at], states[at]) = match (holds, possible) {
            (true, _) => (then.0[at], then.1[at]),
            (false, false) => (otherwise.0[at], otherwise.1[at]),
            (false, true) => (0, 0),
        };
    }
}
