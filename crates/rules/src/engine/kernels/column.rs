//! Conditions of one column: thresholds, codes, sets of codes, texts.

use super::Slots;
use crate::{engine::run::selection::CodeTable, vocabulary::CodeIndex};
use fearless_simd::{Level, dispatch, prelude::*};
use fearless_simd::{i32x16, i64x8, u8x64};
use std::sync::Arc;

/// Writes a bitmap of known answers: true where `holds` and known, possible where `holds` or unknown.
#[inline(always)]
fn write(slots: &mut Slots, slot: usize, word: usize, holds: u64, known: u64) {
    let (truth, possible) = slots.pair_mut(slot);
    truth[word] = holds & known;
    possible[word] = holds | !known;
}

/// Calls `each` with every 64 values and the index of their word; the last are filled up with `filler`.
#[inline(always)]
fn by_word<T: Copy>(values: &[T], filler: T, mut each: impl FnMut(usize, &[T; 64])) {
    let (blocks, rest) = values.as_chunks::<64>();
    for (word, block) in blocks.iter().enumerate() {
        each(word, block);
    }
    if !rest.is_empty() {
        let mut last = [filler; 64];
        last[..rest.len()].copy_from_slice(rest);
        each(blocks.len(), &last);
    }
}

/// A stored number that fits 32 or 64 bits.
pub trait Stored: Copy + Default + Into<i64> {
    /// The nearest one.
    fn clamped(value: i64) -> Self;
    /// Which of 64 are below.
    fn below<S: Simd>(simd: S, block: &[Self; 64], value: Self) -> u64;
    /// Which of 64 are equal.
    fn equal<S: Simd>(simd: S, block: &[Self; 64], value: Self) -> u64;
}

impl Stored for i32 {
    fn clamped(value: i64) -> Self {
        value.clamp(Self::MIN.into(), Self::MAX.into()) as Self
    }

    #[inline(always)]
    fn below<S: Simd>(simd: S, block: &[Self; 64], value: Self) -> u64 {
        let mut word = 0;
        for part in 0..4 {
            let values = i32x16::from_slice(simd, &block[part * 16..part * 16 + 16]);
            word |= values.simd_lt(value).to_bitmask() << (part * 16);
        }
        word
    }

    #[inline(always)]
    fn equal<S: Simd>(simd: S, block: &[Self; 64], value: Self) -> u64 {
        let mut word = 0;
        for part in 0..4 {
            let values = i32x16::from_slice(simd, &block[part * 16..part * 16 + 16]);
            word |= values.simd_eq(value).to_bitmask() << (part * 16);
        }
        word
    }
}

impl Stored for i64 {
    fn clamped(value: i64) -> Self {
        value
    }

    #[inline(always)]
    fn below<S: Simd>(simd: S, block: &[Self; 64], value: Self) -> u64 {
        let mut word = 0;
        for part in 0..8 {
            let values = i64x8::from_slice(simd, &block[part * 8..part * 8 + 8]);
            word |= values.simd_lt(value).to_bitmask() << (part * 8);
        }
        word
    }

    #[inline(always)]
    fn equal<S: Simd>(simd: S, block: &[Self; 64], value: Self) -> u64 {
        let mut word = 0;
        for part in 0..8 {
            let values = i64x8::from_slice(simd, &block[part * 8..part * 8 + 8]);
            word |= values.simd_eq(value).to_bitmask() << (part * 8);
        }
        word
    }
}

/// Which values are below each of some thresholds; the values stay in the nearest cache meanwhile.
pub fn below<T: Stored>(
    level: Level,
    values: &[T],
    known: &[u64],
    thresholds: &[(i64, usize)],
    slots: &mut Slots,
) {
    #[inline(always)]
    fn run<S: Simd, T: Stored>(
        simd: S,
        values: &[T],
        known: &[u64],
        thresholds: &[(i64, usize)],
        slots: &mut Slots,
    ) {
        for (threshold, slot) in thresholds {
            let nearest = T::clamped(*threshold);
            // Beyond the greatest value all are below.
            let all = if *threshold > nearest.into() { u64::MAX } else { 0 };
            let (truth, possible) = slots.pair_mut(*slot);
            by_word(
                values,
                T::default(),
                #[inline(always)]
                |word, block| {
                    let holds = T::below(simd, block, nearest) | all;
                    truth[word] = holds & known[word];
                    possible[word] = holds | !known[word];
                },
            );
        }
    }
    dispatch!(level, simd => run(simd, values, known, thresholds, slots));
}

/// Which values are equal to each of some others.
pub fn equal<T: Stored>(
    level: Level,
    values: &[T],
    known: &[u64],
    others: &[(i64, usize)],
    slots: &mut Slots,
) {
    #[inline(always)]
    fn run<S: Simd, T: Stored>(
        simd: S,
        values: &[T],
        known: &[u64],
        others: &[(i64, usize)],
        slots: &mut Slots,
    ) {
        for (other, slot) in others {
            let nearest = T::clamped(*other);
            let fits = if nearest.into() == *other { u64::MAX } else { 0 };
            let (truth, possible) = slots.pair_mut(*slot);
            by_word(
                values,
                T::default(),
                #[inline(always)]
                |word, block| {
                    let holds = T::equal(simd, block, nearest) & fits;
                    truth[word] = holds & known[word];
                    possible[word] = holds | !known[word];
                },
            );
        }
    }
    dispatch!(level, simd => run(simd, values, known, others, slots));
}

/// Writes each bit of 64 bytes to the slot of its atom.
#[inline(always)]
fn spread_bits<S: Simd>(
    simd: S,
    bytes: &[u8; 64],
    table: &CodeTable,
    slots: &mut Slots,
    word: usize,
    known: u64,
) {
    let bytes = u8x64::from_slice(simd, bytes);
    for (bit, slot) in table.slots.iter().enumerate() {
        let bit = u8x64::splat(simd, 1 << bit);
        let holds = (bytes & bit).simd_eq(bit).to_bitmask();
        write(slots, *slot, word, holds, known);
    }
}

/// Which codes are in each set of a table: one look-up for all of its sets.
pub fn within(level: Level, codes: &[CodeIndex], known: &[u64], table: &CodeTable, slots: &mut Slots) {
    #[inline(always)]
    fn run<S: Simd>(simd: S, codes: &[CodeIndex], known: &[u64], table: &CodeTable, slots: &mut Slots) {
        if let Ok(bits) = <&[u8; 1 << 16]>::try_from(table.bits.as_slice()) {
            return by_word(
                codes,
                0,
                #[inline(always)]
                |word, block| {
                    let bytes = block.map(|code| bits[usize::from(code)]);
                    spread_bits(simd, &bytes, table, slots, word, known[word]);
                },
            );
        }
        if let Ok(bits) = <&[u8; 256]>::try_from(table.bits.as_slice())
            && codes.iter().fold(0, |all, code| all | code) < 256
        {
            return by_word(
                codes,
                0,
                #[inline(always)]
                |word, block| {
                    let bytes = block.map(|code| bits[usize::from(code & 255)]);
                    spread_bits(simd, &bytes, table, slots, word, known[word]);
                },
            );
        }
        by_word(
            codes,
            CodeIndex::MAX,
            #[inline(always)]
            |word, block| {
                let mut bytes = [0_u8; 64];
                for (byte, code) in bytes.iter_mut().zip(block) {
                    *byte = table.bits.get(usize::from(*code)).copied().unwrap_or(0);
                }
                spread_bits(simd, &bytes, table, slots, word, known[word]);
            },
        );
    }
    dispatch!(level, simd => run(simd, codes, known, table, slots));
}

/// A condition whose answer was asked of every value and of none: two bits for each, true and possible.
pub fn answers<T: Copy>(
    (values, known): (&[T], &[u64]),
    (answers, unknown): (&[u8], u8),
    place: impl Fn(T) -> usize,
    slots: &mut Slots,
    slot: usize,
) {
    let (truth, possible) = slots.pair_mut(slot);
    for (word, block) in values.chunks(64).enumerate() {
        let (mut holds, mut may) = (0, 0);
        for (row, value) in block.iter().enumerate() {
            let answer = answers.get(place(*value)).copied().unwrap_or(POSSIBLE);
            holds |= u64::from(answer & HOLDS) << row;
            may |= u64::from(answer >> 1 & 1) << row;
        }
        truth[word] = holds & known[word] | spread(unknown, HOLDS) & !known[word];
        possible[word] = may & known[word] | spread(unknown, POSSIBLE) & !known[word];
    }
}

/// A word of one bit of an answer.
pub fn spread(answer: u8, bit: u8) -> u64 {
    if answer & bit == 0 { 0 } else { u64::MAX }
}

/// An answer is true.
pub const HOLDS: u8 = 1;
/// An answer is possible.
pub const POSSIBLE: u8 = 2;

/// Sets of at most so many codes are the common case.
const FEW_CODES: usize = 4;

/// Which sets of codes meet each set of a table; `ends` are those of the whole column.
pub fn meets(
    level: Level,
    (ends, codes): (&[u32], &[CodeIndex]),
    rows: std::ops::Range<usize>,
    known: &[u64],
    table: &CodeTable,
    slots: &mut Slots,
) {
    #[inline(always)]
    fn run<S: Simd>(
        simd: S,
        codes: &[CodeIndex],
        (mut from, ends): (usize, &[u32]),
        known: &[u64],
        (table, look): (&CodeTable, impl Fn(CodeIndex) -> u8),
        slots: &mut Slots,
    ) {
        for (word, ends) in ends.chunks(64).enumerate() {
            let mut bytes = [0_u8; 64];
            for (byte, end) in bytes.iter_mut().zip(ends) {
                let end = *end as usize;
                match codes.get(from..from + FEW_CODES) {
                    // How many there are is anybody's guess, so nothing branches on it.
                    Some(few) if end <= from + FEW_CODES => {
                        for (at, code) in few.iter().enumerate() {
                            *byte |= look(*code) & if from + at < end { u8::MAX } else { 0 };
                        }
                    }
                    _ => codes[from..end].iter().for_each(|code| *byte |= look(*code)),
                }
                from = end;
            }
            // What an unknown set holds is of no account.
            spread_bits(simd, &bytes, table, slots, word, known[word]);
        }
    }
    let from = rows.start.checked_sub(1).map_or(0, |before| ends[before] as usize);
    let ends = &ends[rows];
    let last = ends.last().map_or(from, |end| *end as usize);
    let bits = table.bits.as_slice();
    match <&[u8; 256]>::try_from(bits) {
        // Codes behind these rows are looked up too and do not count.
        Ok(bits) if codes[from..last].iter().fold(0, |all, code| all | code) < 256 => {
            let look = |code: CodeIndex| bits[usize::from(code & 255)];
            dispatch!(level, simd => run(simd, codes, (from, ends), known, (table, look), slots));
        }
        _ => {
            let look = |code: CodeIndex| bits.get(usize::from(code)).copied().unwrap_or(0);
            dispatch!(level, simd => run(simd, codes, (from, ends), known, (table, look), slots));
        }
    }
}

/// Which texts are the same as another.
pub fn spells(texts: &[Arc<str>], known: &[u64], other: &str, slots: &mut Slots, slot: usize) {
    for (word, block) in texts.chunks(64).enumerate() {
        let same = block.iter().enumerate().map(|(row, text)| u64::from(**text == *other) << row);
        write(slots, slot, word, same.fold(0, std::ops::BitOr::bitor), known[word]);
    }
}
