//! Kleene's connectives over bitmaps, up to eight operands in one pass, and counting.

use super::{Slots, View};
use crate::engine::plan::literal::Literal;
use fearless_simd::{Level, Simd, dispatch, prelude::*, u64x8};

/// Operands of one pass.
const OPERANDS_MAX: usize = 8;

/// A bitmap and its opposite's, both turned over where the sign is all ones.
type Operand<'a> = (&'a [u64], &'a [u64], u64);

#[inline(always)]
fn operand(view: View<'_>, literal: Literal) -> Operand<'_> {
    let (truth, possible) = view.pair(literal.slot());
    if literal.is_negative() { (possible, truth, u64::MAX) } else { (truth, possible, 0) }
}

/// All of `K` operands; `first` says that what was there before does not count.
#[inline(always)]
fn pass<S: Simd, const K: usize>(
    simd: S,
    mut operands: [Operand<'_>; K],
    first: bool,
    (truth, possible): (&mut [u64], &mut [u64]),
) {
    let width = truth.len();
    let possible = &mut possible[..width];
    // A loop and no `map`: that would be a call for every operand.
    for operand in &mut operands {
        *operand = (&operand.0[..width], &operand.1[..width], operand.2);
    }
    let start = if first { u64::MAX } else { 0 };
    let whole = width - width % 8;
    for at in (0..whole).step_by(8) {
        let mut holds = u64x8::from_slice(simd, &truth[at..at + 8]) | start;
        let mut may = u64x8::from_slice(simd, &possible[at..at + 8]) | start;
        for (truth, possible, sign) in &operands {
            holds &= u64x8::from_slice(simd, &truth[at..at + 8]) ^ *sign;
            may &= u64x8::from_slice(simd, &possible[at..at + 8]) ^ *sign;
        }
        holds.store_slice(&mut truth[at..at + 8]);
        may.store_slice(&mut possible[at..at + 8]);
    }
    for at in whole..width {
        let (mut holds, mut may) = (truth[at] | start, possible[at] | start);
        for (truth, possible, sign) in &operands {
            holds &= truth[at] ^ *sign;
            may &= possible[at] ^ *sign;
        }
        (truth[at], possible[at]) = (holds, may);
    }
}

/// All of the literals over a chunk of a few words, one firm mostly.
fn all_narrow(view: View<'_>, literals: &[Literal], (truth, possible): (&mut [u64], &mut [u64])) {
    if truth.len() == 1 {
        let pairs = view.single_words();
        let (mut holds, mut may) = (u64::MAX, u64::MAX);
        for literal in literals {
            let sign = if literal.is_negative() { u64::MAX } else { 0 };
            let [truth, possible] = pairs[literal.slot()];
            // Negated, what is not possible is true: the two change places.
            let change = (truth ^ possible) & sign;
            holds &= truth ^ change ^ sign;
            may &= possible ^ change ^ sign;
        }
        (truth[0], possible[0]) = (holds, may);
        return;
    }
    for at in 0..truth.len() {
        let (mut holds, mut may) = (u64::MAX, u64::MAX);
        for literal in literals {
            let (truth, possible) = view.word(literal.slot(), at);
            let (truth, possible) =
                if literal.is_negative() { (!possible, !truth) } else { (truth, possible) };
            holds &= truth;
            may &= possible;
        }
        (truth[at], possible[at]) = (holds, may);
    }
}

/// All of the literals, at least one.
pub fn all(level: Level, view: View<'_>, literals: &[Literal], out: (&mut [u64], &mut [u64])) {
    if out.0.len() < 8 {
        return all_narrow(view, literals, out);
    }
    dispatch!(level, simd => all_wide(simd, view, literals, out));
}

#[inline(always)]
fn all_wide<S: Simd>(
    simd: S,
    view: View<'_>,
    literals: &[Literal],
    (truth, possible): (&mut [u64], &mut [u64]),
) {
    for (index, some) in literals.chunks(OPERANDS_MAX).enumerate() {
        let first = index == 0;
        let out = (&mut *truth, &mut *possible);
        match some.len() {
            1 => pass::<S, 1>(simd, picked(view, some), first, out),
            2 => pass::<S, 2>(simd, picked(view, some), first, out),
            3 => pass::<S, 3>(simd, picked(view, some), first, out),
            4 => pass::<S, 4>(simd, picked(view, some), first, out),
            5 => pass::<S, 5>(simd, picked(view, some), first, out),
            6 => pass::<S, 6>(simd, picked(view, some), first, out),
            7 => pass::<S, 7>(simd, picked(view, some), first, out),
            _ => pass::<S, 8>(simd, picked(view, some), first, out),
        }
    }
}

#[inline(always)]
fn picked<'a, const K: usize>(view: View<'a>, literals: &[Literal]) -> [Operand<'a>; K] {
    let mut operands: [Operand<'_>; K] = [(&[], &[], 0); K];
    for at in 0..K {
        operands[at] = operand(view, literals[at]);
    }
    operands
}

/// The opposite, in place.
#[inline(always)]
pub fn negate(truth: &mut [u64], possible: &mut [u64]) {
    for (truth, possible) in truth.iter_mut().zip(possible) {
        (*truth, *possible) = (!*possible, !*truth);
    }
}

/// Where a literal is known.
pub fn known(slots: &mut Slots, literal: Literal, slot: usize) {
    let (view, (truth, possible)) = slots.before(slot);
    let (holds, may) = view.pair(literal.slot());
    for at in 0..truth.len() {
        let known = holds[at] | !may[at];
        (truth[at], possible[at]) = (known, known);
    }
}

/// The second where the first is true, the third where it is false.
pub fn choice(slots: &mut Slots, literals: &[Literal], slot: usize) {
    let (view, (truth, possible)) = slots.before(slot);
    let (when, then, otherwise) =
        (operand(view, literals[0]), operand(view, literals[1]), operand(view, literals[2]));
    for at in 0..truth.len() {
        let word = |operand: Operand<'_>| (operand.0[at] ^ operand.2, operand.1[at] ^ operand.2);
        let ((when, may), (then, then_may), (otherwise, otherwise_may)) =
            (word(when), word(then), word(otherwise));
        truth[at] = when & then | !may & otherwise;
        possible[at] = when & then_may | !may & otherwise_may | !when & may;
    }
}

/// Bits that are set.
#[inline(always)]
pub fn count(words: &[u64]) -> u64 {
    let mut count = 0_u64;
    for word in words {
        count = count.wrapping_add(u64::from(word.count_ones()));
    }
    count
}
