//! The same matching as a plain bitmap loop, written by hand for the made city and nothing else: what the
//! engine is held against. It knows the few shapes of condition and amount that occur there and asks for no
//! other; it shares no code with the engine.

#![expect(clippy::inline_always, reason = "the loops have to be compiled for the registers that were chosen")]

use fearless_simd::{Level, Simd, dispatch, i32x16, i64x8, prelude::*, u8x64, u64x8};
use rayon::prelude::*;
use rules::{
    expression::{Comparison, Expression, Operation, Period, Value},
    number::Number,
    policy::{Policy, RuleBook},
    table::{Table, Values},
};
use std::collections::HashMap;

const WORDS: usize = 64;
const ROWS: usize = WORDS * 64;
type Bitmap = [u64; WORDS];

/// What one policy comes to: entitled, undetermined, unknown amounts, fen.
pub type Sums = (u64, u64, u64, i128);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Test {
    Known(usize),
    Flag(usize),
    Below(usize, i64),
    Codes(usize, Vec<u64>),
    Meets(usize, Vec<u64>),
    /// `numerator` × second ≤ `denominator` × first.
    Share(usize, usize, i64, i64),
}

enum Due {
    Nothing,
    Fixed(i64),
    /// Column, numerator, denominator, cap in fen.
    Share(usize, i64, i64, i64),
    PerHead(usize, i64),
}

/// An atom, or its opposite where the sign is all ones.
#[derive(Clone, Copy)]
struct Literal {
    atom: usize,
    sign: u64,
}

struct Rule {
    singles: Vec<Literal>,
    pairs: Vec<[Literal; 2]>,
    due: Due,
}

/// The rules, ready.
pub struct HandLoop {
    tests: Vec<Test>,
    rules: Vec<Rule>,
    /// Up to eight sets of codes of one column: a bit for each in every code's byte.
    code_tables: Vec<(usize, Vec<u8>, Vec<usize>)>,
}

fn strange(what: &Expression) -> ! {
    panic!("the loop does not know {what:?}")
}

/// Whole digits of a number at a scale, rounded up.
fn ceiling(number: Number, scale: u32) -> i64 {
    number.multiply(Number::whole(10_i128.pow(scale))).map_or(0, Number::ceiling) as i64
}

impl HandLoop {
    /// Reads the rules; a table tells the scales.
    pub fn new(book: &RuleBook, scale: impl Fn(usize) -> u32) -> Self {
        let (mut tests, mut places) = (Vec::new(), HashMap::new());
        let mut literal = |expression: &Expression, negative: bool| {
            let (test, opposite) = test(expression, &scale);
            let atom = *places.entry(test.clone()).or_insert_with(|| {
                tests.push(test);
                tests.len() - 1
            });
            Literal { atom, sign: if opposite == negative { 0 } else { u64::MAX } }
        };
        let rules = book.policies.iter().map(|policy| rule(policy, &mut literal)).collect();
        let mut code_tables: Vec<(usize, Vec<u8>, Vec<usize>)> = Vec::new();
        for (atom, test) in tests.iter().enumerate() {
            let Test::Codes(column, codes) = test else { continue };
            let open = code_tables.iter().position(|(own, _, atoms)| own == column && atoms.len() < 8);
            let open = open.unwrap_or_else(|| {
                code_tables.push((*column, vec![0; 1 << 16], Vec::new()));
                code_tables.len() - 1
            });
            let (_, bytes, atoms) = &mut code_tables[open];
            for (code, byte) in bytes.iter_mut().enumerate().take(codes.len() * 64) {
                *byte |= ((codes[code / 64] >> (code % 64) & 1) as u8) << atoms.len();
            }
            atoms.push(atom);
        }
        Self { tests, rules, code_tables }
    }

    /// Every policy over every firm, on all threads.
    pub fn run(&self, table: &Table) -> Vec<Sums> {
        let level = Level::new();
        let chunks = table.rows.div_ceil(ROWS);
        let pieces = (rayon::current_num_threads() * 8).min(chunks).max(1);
        let none = || vec![(0, 0, 0, 0); self.rules.len()];
        let parts: Vec<Vec<Sums>> = (0..pieces)
            .into_par_iter()
            .with_max_len(1)
            .map_init(
                || vec![([0; WORDS], [0; WORDS]); self.tests.len()],
                |atoms, piece| {
                    let mut sums = none();
                    for chunk in piece * chunks / pieces..(piece + 1) * chunks / pieces {
                        dispatch!(level, simd => self.chunk(simd, table, chunk * ROWS, atoms, &mut sums));
                    }
                    sums
                },
            )
            .collect();
        parts.into_iter().fold(none(), |mut all, part| {
            for (all, part) in all.iter_mut().zip(part) {
                *all = (all.0 + part.0, all.1 + part.1, all.2 + part.2, all.3 + part.3);
            }
            all
        })
    }

    #[inline(always)]
    fn chunk<S: Simd>(
        &self,
        simd: S,
        table: &Table,
        first: usize,
        atoms: &mut [(Bitmap, Bitmap)],
        sums: &mut [Sums],
    ) {
        let rows = ROWS.min(table.rows - first);
        for (test, bitmaps) in self.tests.iter().zip(atoms.iter_mut()) {
            evaluate(simd, table, first, rows, test, bitmaps);
        }
        for (column, bytes, own) in &self.code_tables {
            codes(simd, table, (first, rows), *column, bytes, own, atoms);
        }
        let (mut holds, mut may) = ([0; WORDS], [0; WORDS]);
        for (rule, sums) in self.rules.iter().zip(sums) {
            combine(simd, rule, atoms, &mut holds, &mut may);
            if rows < ROWS {
                for word in rows / 64..WORDS {
                    let mask = if word == rows / 64 { (1 << (rows % 64)) - 1 } else { 0 };
                    holds[word] &= mask;
                    may[word] &= mask;
                }
            }
            let (entitled, possible) = (count(&holds), count(&may));
            sums.0 += entitled;
            sums.1 += possible - entitled;
            pay(table, first, &rule.due, entitled, &holds, sums);
        }
    }
}

#[inline(always)]
fn count(words: &Bitmap) -> u64 {
    let mut count = 0;
    for word in words {
        count += u64::from(word.count_ones());
    }
    count
}

/// Eight words of a literal: true, and possible.
#[inline(always)]
fn read<S: Simd>(simd: S, atoms: &[(Bitmap, Bitmap)], literal: &Literal, at: usize) -> (u64x8<S>, u64x8<S>) {
    let (truth, possible) = &atoms[literal.atom];
    let (truth, possible) = if literal.sign == 0 { (truth, possible) } else { (possible, truth) };
    let truth = u64x8::from_slice(simd, &truth[at..at + 8]) ^ literal.sign;
    (truth, u64x8::from_slice(simd, &possible[at..at + 8]) ^ literal.sign)
}

#[inline(always)]
fn combine<S: Simd>(simd: S, rule: &Rule, atoms: &[(Bitmap, Bitmap)], holds: &mut Bitmap, may: &mut Bitmap) {
    for at in (0..WORDS).step_by(8) {
        let mut all = (u64x8::splat(simd, u64::MAX), u64x8::splat(simd, u64::MAX));
        for literal in &rule.singles {
            let (truth, possible) = read(simd, atoms, literal, at);
            all = (all.0 & truth, all.1 & possible);
        }
        for [one, other] in &rule.pairs {
            let (one, other) = (read(simd, atoms, one, at), read(simd, atoms, other, at));
            all = (all.0 & (one.0 | other.0), all.1 & (one.1 | other.1));
        }
        all.0.store_slice(&mut holds[at..at + 8]);
        all.1.store_slice(&mut may[at..at + 8]);
    }
}

#[inline(always)]
fn write(bitmaps: &mut (Bitmap, Bitmap), word: usize, holds: u64, known: u64) {
    bitmaps.0[word] = holds & known;
    bitmaps.1[word] = holds | !known;
}

#[inline(always)]
fn words<T: Copy + Default>(values: &[T], mut each: impl FnMut(usize, &[T; 64])) {
    let (blocks, rest) = values.as_chunks::<64>();
    for (word, block) in blocks.iter().enumerate() {
        each(word, block);
    }
    if !rest.is_empty() {
        let mut last = [T::default(); 64];
        last[..rest.len()].copy_from_slice(rest);
        each(blocks.len(), &last);
    }
}

#[inline(always)]
fn evaluate<S: Simd>(
    simd: S,
    table: &Table,
    first: usize,
    rows: usize,
    test: &Test,
    bitmaps: &mut (Bitmap, Bitmap),
) {
    let known = |column: usize| &table.columns[column].known.words[first / 64..];
    match test {
        Test::Codes(..) => {}
        Test::Known(column) => {
            let known = known(*column);
            for (word, known) in known.iter().enumerate().take(rows.div_ceil(64)) {
                (bitmaps.0[word], bitmaps.1[word]) = (*known, *known);
            }
        }
        Test::Flag(column) => {
            let Values::Bool(bits) = &table.columns[*column].values else { return };
            let known = known(*column);
            for (word, known) in known.iter().enumerate().take(rows.div_ceil(64)) {
                write(bitmaps, word, bits.words[first / 64 + word], *known);
            }
        }
        Test::Below(column, threshold) => {
            below(simd, table, first..first + rows, *column, *threshold, bitmaps);
        }
        Test::Meets(column, others) => {
            let Values::CodeSet { ends, codes } = &table.columns[*column].values else { return };
            let known = known(*column);
            let mut from = if first == 0 { 0 } else { ends[first - 1] as usize };
            let mut holds = [0_u64; WORDS];
            for (row, end) in ends[first..first + rows].iter().enumerate() {
                let mut codes = codes[from..*end as usize].iter();
                let meets = codes.any(|code| others[usize::from(*code) / 64] >> (code % 64) & 1 == 1);
                holds[row / 64] |= u64::from(meets) << (row % 64);
                from = *end as usize;
            }
            (0..rows.div_ceil(64)).for_each(|word| write(bitmaps, word, holds[word], known[word]));
        }
        Test::Share(one, other, numerator, denominator) => {
            let (mut ones, mut others) = (vec![0_i64; ROWS], vec![0_i64; ROWS]);
            widen(table, *one, first, &mut ones[..rows]);
            widen(table, *other, first, &mut others[..rows]);
            let (one_known, other_known) = (known(*one), known(*other));
            for word in 0..rows.div_ceil(64) {
                let mut holds = 0;
                for row in 0..64 {
                    let at = word * 64 + row;
                    let fits = others[at].wrapping_mul(*numerator) <= ones[at].wrapping_mul(*denominator);
                    holds |= u64::from(fits) << row;
                }
                write(bitmaps, word, holds, one_known[word] & other_known[word]);
            }
        }
    }
}

#[inline(always)]
fn below<S: Simd>(
    simd: S,
    table: &Table,
    rows: std::ops::Range<usize>,
    column: usize,
    threshold: i64,
    bitmaps: &mut (Bitmap, Bitmap),
) {
    let known = &table.columns[column].known.words[rows.start / 64..];
    match &table.columns[column].values {
        Values::Narrow(values) | Values::Date(values) => {
            let threshold = threshold.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
            words(
                &values[rows],
                #[inline(always)]
                |word, block| {
                    let mut holds = 0;
                    for part in 0..4 {
                        let values = i32x16::from_slice(simd, &block[part * 16..part * 16 + 16]);
                        holds |= values.simd_lt(threshold).to_bitmask() << (part * 16);
                    }
                    write(bitmaps, word, holds, known[word]);
                },
            );
        }
        Values::Wide(values) => words(
            &values[rows],
            #[inline(always)]
            |word, block| {
                let mut holds = 0;
                for part in 0..8 {
                    let values = i64x8::from_slice(simd, &block[part * 8..part * 8 + 8]);
                    holds |= values.simd_lt(threshold).to_bitmask() << (part * 8);
                }
                write(bitmaps, word, holds, known[word]);
            },
        ),
        _ => {}
    }
}

#[inline(always)]
fn codes<S: Simd>(
    simd: S,
    table: &Table,
    (first, rows): (usize, usize),
    column: usize,
    bytes: &[u8],
    own: &[usize],
    atoms: &mut [(Bitmap, Bitmap)],
) {
    let Values::Code(values) = &table.columns[column].values else { return };
    let known = &table.columns[column].known.words[first / 64..];
    let bytes: &[u8; 1 << 16] = bytes.try_into().expect("there is a byte for every code");
    words(
        &values[first..first + rows],
        #[inline(always)]
        |word, block| {
            let looked_up = block.map(|code| bytes[usize::from(code)]);
            let looked_up = u8x64::from_slice(simd, &looked_up);
            for (bit, atom) in own.iter().enumerate() {
                let bit = u8x64::splat(simd, 1 << bit);
                let holds = (looked_up & bit).simd_eq(bit).to_bitmask();
                write(&mut atoms[*atom], word, holds, known[word]);
            }
        },
    );
}

fn widen(table: &Table, column: usize, first: usize, out: &mut [i64]) {
    match &table.columns[column].values {
        Values::Narrow(values) => {
            out.iter_mut().zip(&values[first..]).for_each(|(out, value)| *out = i64::from(*value));
        }
        Values::Wide(values) => out.copy_from_slice(&values[first..first + out.len()]),
        _ => {}
    }
}

#[inline(always)]
fn pay(table: &Table, first: usize, due: &Due, entitled: u64, holds: &Bitmap, sums: &mut Sums) {
    let mut each = |column: usize, fen: &dyn Fn(i64) -> i64| {
        let known = &table.columns[column].known.words[first / 64..];
        let mut sum = 0;
        for (word, holds) in holds.iter().enumerate().filter(|(_, holds)| **holds != 0) {
            sums.2 += u64::from((holds & !known[word]).count_ones());
            let mut bits = holds & known[word];
            while bits != 0 {
                let row = first + word * 64 + bits.trailing_zeros() as usize;
                sum += match &table.columns[column].values {
                    Values::Narrow(values) => fen(values[row].into()),
                    Values::Wide(values) => fen(values[row]),
                    _ => 0,
                };
                bits &= bits - 1;
            }
        }
        sums.3 += i128::from(sum);
    };
    match *due {
        Due::Nothing => {}
        Due::Fixed(fen) => sums.3 += i128::from(fen) * i128::from(entitled),
        Due::Share(column, numerator, denominator, cap) => {
            each(column, &|base| ((2 * base * numerator + denominator) / (2 * denominator)).min(cap));
        }
        Due::PerHead(column, fen) => each(column, &|heads| heads * fen),
    }
}

fn column(expression: &Expression) -> usize {
    match expression {
        Expression::Fact(field) => usize::from(*field),
        other => strange(other),
    }
}

fn number(expression: &Expression) -> Number {
    match expression {
        Expression::Constant(Value::Number(number)) => *number,
        other => strange(other),
    }
}

/// The test of a condition, and whether the condition is its opposite.
fn test(expression: &Expression, scale: &impl Fn(usize) -> u32) -> (Test, bool) {
    match expression {
        Expression::Fact(field) => (Test::Flag(usize::from(*field)), false),
        Expression::IsKnown(inner) => (Test::Known(column(inner)), false),
        Expression::CodeIn(inner, codes) => {
            let column = column(inner);
            // The last kind of code stands in sets.
            let is_set = scale(column) == u32::MAX;
            let codes = codes.0.clone();
            (if is_set { Test::Meets(column, codes) } else { Test::Codes(column, codes) }, false)
        }
        Expression::Compare(comparison, left, right) => match (&**left, &**right) {
            (left, Expression::Arithmetic(Operation::Multiply, share, other)) => {
                let (numerator, denominator) = number(share).parts();
                let test = Test::Share(column(left), column(other), numerator as i64, denominator as i64);
                (test, false)
            }
            (Expression::Elapsed(Period::Years, from, to), years) => {
                let Expression::Constant(Value::Date(to)) = &**to else { strange(expression) };
                let years = number(years).floor().unsigned_abs() as u32;
                // So many years have passed since a day and all before it.
                let day = |years: u32| to.checked_sub_months(chrono::Months::new(12 * years));
                let below = |years: u32| {
                    day(years).map_or(0, |day| i64::from(chrono::Datelike::num_days_from_ce(&day)) + 1)
                };
                let (below, opposite) = match comparison {
                    Comparison::AtLeast => (below(years), false),
                    Comparison::Less => (below(years), true),
                    Comparison::More => (below(years + 1), false),
                    _ => (below(years + 1), true),
                };
                (Test::Below(column(from), below), opposite)
            }
            (left, right) => {
                let column = column(left);
                let (least, next) = match right {
                    Expression::Constant(Value::Date(day)) => {
                        let day = i64::from(chrono::Datelike::num_days_from_ce(day));
                        (day, day + 1)
                    }
                    right => {
                        let digits = ceiling(number(right), scale(column));
                        (digits, digits + 1)
                    }
                };
                match comparison {
                    Comparison::Less => (Test::Below(column, least), false),
                    Comparison::AtLeast => (Test::Below(column, least), true),
                    Comparison::AtMost => (Test::Below(column, next), false),
                    _ => (Test::Below(column, next), true),
                }
            }
        },
        other => strange(other),
    }
}

fn rule(policy: &Policy, literal: &mut impl FnMut(&Expression, bool) -> Literal) -> Rule {
    let (mut singles, mut pairs) = (Vec::new(), Vec::new());
    for clause in &policy.require {
        match &clause.expression {
            Expression::Or(two) => pairs.push([literal(&two[0], false), literal(&two[1], false)]),
            single => singles.push(literal(single, false)),
        }
    }
    for exception in &policy.unless {
        singles.push(literal(&exception.clause.expression, true));
    }
    let due = match &policy.amount {
        None => Due::Nothing,
        Some(Expression::Constant(Value::Number(yuan))) => Due::Fixed(ceiling(*yuan, 2)),
        Some(Expression::Smallest(two)) => {
            let Expression::Rounded(part, ..) = &two[0] else { strange(&two[0]) };
            let Expression::Arithmetic(_, rate, base) = &**part else { strange(part) };
            let (numerator, denominator) = number(rate).parts();
            Due::Share(column(base), numerator as i64, denominator as i64, ceiling(number(&two[1]), 2))
        }
        Some(Expression::Arithmetic(_, each, heads)) => Due::PerHead(column(heads), ceiling(number(each), 2)),
        Some(other) => strange(other),
    };
    Rule { singles, pairs, due }
}
