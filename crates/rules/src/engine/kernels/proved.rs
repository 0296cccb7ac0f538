//! Runs programs of which every number is proved to fit: no check but one of what is loaded, no state but
//! which rows are known.

use super::{
    column::Stored,
    numeric::{BLOCK, Machine, Source},
};
use crate::{
    engine::{
        bind::CHUNK_WORDS,
        plan::numeric::{Fen, Instruction, Program},
    },
    expression::Comparison,
    table::Values,
};
use chrono::{Datelike, NaiveDate};
use fearless_simd::{Level, dispatch};

/// Rows of a chunk, at most [`BLOCK`].
#[derive(Clone, Copy)]
pub enum Rows<'a> {
    /// So many from this one on, a multiple of 64.
    From(usize, usize),
    /// These.
    These(&'a [u16]),
}

/// Rows of a chunk.
const CHUNK_ROWS: usize = CHUNK_WORDS * 64;

/// Words of the rows of one pass.
const WORDS: usize = BLOCK / 64;

impl Rows<'_> {
    fn count(self) -> usize {
        match self {
            Self::From(_, count) => count,
            Self::These(rows) => rows.len(),
        }
    }
}

impl Machine {
    /// Runs a program; nothing came out where the answer is no.
    pub fn run_proved(
        &mut self,
        level: Level,
        program: &Program,
        source: Source<'_>,
        rows: Rows<'_>,
    ) -> bool {
        let Some(width) = program.width else { return false };
        let needed = program.instructions.len() * BLOCK;
        if self.values.len() < needed {
            self.values.resize(needed, 0);
        }
        self.known = [u64::MAX; WORDS];
        let Self { values, known, .. } = self;
        dispatch!(level, _simd => run(values, known, (program, width), source, rows))
    }

    /// Where the last register compares so with nought, 64 rows at a time: true and possible. Rows beyond those
    /// of the pass hold anything.
    pub fn signs_proved(
        &self,
        level: Level,
        program: &Program,
        comparison: Comparison,
        (truth, possible): (&mut [u64], &mut [u64]),
    ) {
        let from = (program.instructions.len() - 1) * BLOCK;
        let (blocks, _) = self.values[from..from + BLOCK].as_chunks::<64>();
        let lanes = blocks.iter().zip(&self.known).zip(truth.iter_mut().zip(possible));
        dispatch!(level, simd => {
            for ((block, known), (truth, possible)) in lanes {
                let holds = match comparison {
                    Comparison::Less => i64::below(simd, block, 0),
                    Comparison::AtLeast => !i64::below(simd, block, 0),
                    Comparison::AtMost => i64::below(simd, block, 1),
                    Comparison::More => !i64::below(simd, block, 1),
                    Comparison::Equal => i64::equal(simd, block, 0),
                    Comparison::NotEqual => !i64::equal(simd, block, 0),
                };
                (*truth, *possible) = (holds & known, holds | !known);
            }
        });
    }

    /// The sum of the last register in fen; the amounts themselves, row by row, go behind those that are `kept`.
    pub fn fen_proved(
        &self,
        level: Level,
        amount: &Fen,
        rows: usize,
        kept: Option<&mut Vec<Option<i64>>>,
    ) -> FenSum {
        let from = (amount.program.instructions.len() - 1) * BLOCK;
        let lanes = self.values[from..from + rows].chunks(64).zip(&self.known);
        dispatch!(level, _simd => {
            let mut sum = Halves::default();
            match kept {
                Some(fen) => {
                    let before = fen.len();
                    fen.resize(before + rows, None);
                    for (fen, (values, known)) in fen[before..].chunks_mut(64).zip(lanes) {
                        for (at, (fen, value)) in fen.iter_mut().zip(values).enumerate() {
                            let (value, is_known) = in_fen(amount, *value, known >> at & 1 == 1);
                            sum.add(value, is_known);
                            *fen = if is_known { Some(value) } else { None };
                        }
                    }
                }
                None => {
                    for (values, known) in lanes {
                        for (at, value) in values.iter().enumerate() {
                            let (value, is_known) = in_fen(amount, *value, known >> at & 1 == 1);
                            sum.add(value, is_known);
                        }
                    }
                }
            }
            sum.together()
        })
    }
}

/// A number of a register in fen, and whether it is one.
#[inline(always)]
#[expect(clippy::needless_bitwise_bool, reason = "a branch for every row costs more than the comparison")]
fn in_fen(amount: &Fen, value: i64, is_known: bool) -> (i64, bool) {
    let value = value.wrapping_mul(amount.times);
    if amount.over.over == 1 {
        return (value, is_known);
    }
    let (quotient, rest) = amount.over.divide(value.unsigned_abs());
    let sign = value >> 63;
    ((quotient as i64 ^ sign).wrapping_sub(sign), is_known & (rest == 0))
}

/// A sum of amounts, and how many are unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct FenSum {
    pub fen: i128,
    pub unknown: u64,
}

/// A sum of the upper and one of the lower halves of the words of up to a chunk of numbers, which stay in 64 bits.
#[derive(Default)]
struct Halves {
    upper: i64,
    lower: i64,
    unknown: u64,
}

impl Halves {
    #[inline(always)]
    fn add(&mut self, value: i64, is_known: bool) {
        let value = value & -i64::from(is_known);
        self.upper = self.upper.wrapping_add(value >> 32);
        self.lower = self.lower.wrapping_add(value & 0xffff_ffff);
        self.unknown = self.unknown.wrapping_add(u64::from(!is_known));
    }

    fn together(&self) -> FenSum {
        FenSum { fen: (i128::from(self.upper) << 32) + i128::from(self.lower), unknown: self.unknown }
    }
}

impl FenSum {
    /// Of amounts of one chunk.
    pub fn of(amounts: &[Option<i64>]) -> Self {
        let mut sum = Halves::default();
        for fen in amounts {
            sum.add(fen.unwrap_or(0), fen.is_some());
        }
        sum.together()
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { fen: self.fen + other.fen, unknown: self.unknown + other.unknown }
    }
}

#[inline(always)]
fn run(
    values: &mut [i64],
    known: &mut [u64; WORDS],
    (program, width): (&Program, u32),
    source: Source<'_>,
    rows: Rows<'_>,
) -> bool {
    let count = rows.count();
    for (register, instruction) in program.instructions.iter().enumerate() {
        let (before, own) = values.split_at_mut(register * BLOCK);
        let own = &mut own[..count];
        let lane = |register: usize| &before[register * BLOCK..register * BLOCK + count];
        match instruction {
            Instruction::Constant(value) => own.fill(*value),
            Instruction::Load(field) => {
                let magnitude = load(source, usize::from(*field), rows, own, known);
                if magnitude >> width != 0 {
                    return false;
                }
            }
            Instruction::Times(of, factor) => {
                let factor = *factor;
                one(lane(*of), own, |value| value.wrapping_mul(factor));
            }
            Instruction::Add(left, right) => two(lane(*left), lane(*right), own, i64::wrapping_add),
            Instruction::Subtract(left, right) => two(lane(*left), lane(*right), own, i64::wrapping_sub),
            Instruction::Product(left, right) => two(lane(*left), lane(*right), own, i64::wrapping_mul),
            Instruction::Least(left, right) => two(lane(*left), lane(*right), own, i64::min),
            Instruction::Most(left, right) => two(lane(*left), lane(*right), own, i64::max),
            Instruction::Signed(left, right) => {
                let signs = lane(*right);
                two(lane(*left), signs, own, |value, sign| value.wrapping_mul(sign.signum()));
                for (known, signs) in known.iter_mut().zip(signs.chunks(64)) {
                    let nought = |(at, sign): (usize, &i64)| u64::from(*sign == 0) << at;
                    *known &= !signs.iter().enumerate().map(nought).fold(0, std::ops::BitOr::bitor);
                }
            }
            Instruction::Rounded { of, times, over, rounding, back } => {
                let (times, over, rounding, back) = (*times, *over, *rounding, *back);
                one(lane(*of), own, |value| {
                    over.rounded(value.wrapping_mul(times), rounding).wrapping_mul(back)
                });
            }
            // These have no proof.
            Instruction::Unknown
            | Instruction::Choice(..)
            | Instruction::Lookup(..)
            | Instruction::Row(_) => return false,
        }
    }
    true
}

#[inline(always)]
fn one(of: &[i64], out: &mut [i64], work: impl Fn(i64) -> i64) {
    for (out, of) in out.iter_mut().zip(of) {
        *out = work(*of);
    }
}

#[inline(always)]
fn two(left: &[i64], right: &[i64], out: &mut [i64], work: impl Fn(i64, i64) -> i64) {
    for (out, (left, right)) in out.iter_mut().zip(left.iter().zip(right)) {
        *out = work(*left, *right);
    }
}

/// Loads a column and takes off `known` what is unknown in it. The answer has every bit that a number has
/// beside its sign.
#[inline(always)]
fn load(source: Source<'_>, field: usize, rows: Rows<'_>, out: &mut [i64], known: &mut [u64; WORDS]) -> u64 {
    let Some(column) = source.table.columns.get(field) else {
        *known = [0; WORDS];
        return 0;
    };
    let magnitude = match &column.values {
        Values::Narrow(stored) => copy(&stored[source.first..], rows, out),
        Values::Wide(stored) => copy(&stored[source.first..], rows, out),
        Values::Date(stored) => {
            let magnitude = copy(&stored[source.first..], rows, out);
            let days =
                i64::from(NaiveDate::MIN.num_days_from_ce())..=NaiveDate::MAX.num_days_from_ce().into();
            // Days that are no dates are for the careful way.
            if !out.iter().fold(true, |all, day| all & days.contains(day)) {
                return u64::MAX;
            }
            magnitude
        }
        _ => {
            *known = [0; WORDS];
            return 0;
        }
    };
    let words = &column.known.words[source.first / 64..];
    match rows {
        Rows::From(first, count) => {
            for (known, word) in known.iter_mut().zip(&words[first / 64..]).take(count.div_ceil(64)) {
                *known &= word;
            }
        }
        Rows::These(rows) => {
            let mut rest = [0; CHUNK_WORDS];
            let words = words.first_chunk::<CHUNK_WORDS>().unwrap_or_else(|| {
                rest[..words.len()].copy_from_slice(words);
                &rest
            });
            for (known, rows) in known.iter_mut().zip(rows.chunks(64)) {
                let mut own = 0;
                for (at, row) in rows.iter().enumerate() {
                    own |= (words[usize::from(*row) / 64 % CHUNK_WORDS] >> (row % 64) & 1) << at;
                }
                *known &= own;
            }
        }
    }
    magnitude
}

#[inline(always)]
fn copy<T: Copy + Into<i64>>(stored: &[T], rows: Rows<'_>, out: &mut [i64]) -> u64 {
    let mut all = 0;
    let mut put = |out: &mut i64, value: i64| {
        *out = value;
        all |= value ^ (value >> 63);
    };
    match rows {
        Rows::From(first, count) => {
            let stored = &stored[first..first + count];
            out.iter_mut().zip(stored).for_each(|(out, value)| put(out, (*value).into()));
        }
        Rows::These(rows) => {
            let lanes = out.iter_mut().zip(rows);
            match stored.first_chunk::<CHUNK_ROWS>() {
                // No row is beyond its chunk; said so, nothing is checked and registers gather several at once.
                Some(chunk) => {
                    lanes.for_each(|(out, row)| put(out, chunk[usize::from(*row) % CHUNK_ROWS].into()));
                }
                None => lanes.for_each(|(out, row)| put(out, stored[usize::from(*row)].into())),
            }
        }
    }
    all.cast_unsigned()
}
