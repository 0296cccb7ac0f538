//! Amounts of the firms that are entitled, and of no others.

use crate::{
    engine::{
        bind::Bound,
        kernels::{
            Slots,
            numeric::{Answer, BLOCK, Machine},
            proved::{FenSum, Rows},
        },
        plan::{Amount, literal::Literal},
    },
    expression::Expression,
    reference::Firm,
};
use fearless_simd::{Level, dispatch};

/// Firms of a chunk, ascending, and what is due to each in fen.
#[derive(Clone, Debug, Default)]
pub struct Priced {
    /// Rows of the chunk.
    pub rows: Vec<u16>,
    /// Of each row; `None` where it is unknown.
    pub fen: Vec<Option<i64>>,
    /// Of all rows.
    pub sum: FenSum,
}

impl Priced {
    /// Forgets everything, keeps the room.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.fen.clear();
        self.sum = FenSum::default();
    }
}

/// An amount over one chunk.
pub struct AmountWork<'a> {
    bound: &'a Bound<'a>,
    amount: &'a Amount,
    /// Conditions of its program.
    conditions: &'a [Literal],
    /// The first firm of the chunk.
    first: usize,
    /// Whether the amounts are kept, or only their sum is wanted.
    pub is_kept: bool,
}

impl<'a> AmountWork<'a> {
    /// Of a planned amount.
    pub fn new(bound: &'a Bound<'a>, amount: &'a Amount, conditions: &'a [Literal], first: usize) -> Self {
        Self { bound, amount, conditions, first, is_kept: true }
    }

    /// Prices every row whose bit is set. `expression` is the amount for the reference.
    pub fn price(
        &self,
        expression: &Expression,
        slots: &Slots,
        machine: &mut Machine,
        words: &[u64],
        priced: &mut Priced,
    ) {
        place(self.bound.level, words, &mut priced.rows);
        match self.amount {
            Amount::Fixed(fen) => {
                priced.fen.resize(priced.rows.len(), *fen);
                priced.sum = FenSum::of(&priced.fen);
            }
            Amount::Row => {
                let Priced { rows, fen, sum } = priced;
                fen.extend(rows.iter().map(|row| self.ask(expression, *row)));
                *sum = FenSum::of(fen);
            }
            Amount::Fen(amount) => {
                let Priced { rows, fen, sum } = priced;
                let source = self.bound.source(slots, self.first);
                for block in rows.chunks(BLOCK) {
                    if machine.run_proved(self.bound.level, &amount.program, source, Rows::These(block)) {
                        let kept = self.is_kept.then_some(&mut *fen);
                        *sum = sum.plus(machine.fen_proved(self.bound.level, amount, block.len(), kept));
                        continue;
                    }
                    let before = fen.len();
                    machine.run(&amount.program, self.conditions, source, block);
                    let answers = block.iter().zip(machine.answers(&amount.program, block.len()));
                    fen.extend(answers.map(|(row, answer)| match answer {
                        Answer::Unknown => None,
                        Answer::Beyond => self.ask(expression, *row),
                        Answer::Known(value) => match (value.checked_mul(amount.times), amount.over.over) {
                            (Some(value), over) => (value % over == 0).then(|| value / over),
                            (None, _) => self.ask(expression, *row),
                        },
                    }));
                    *sum = sum.plus(FenSum::of(&fen[before..]));
                }
            }
        }
    }

    fn ask(&self, expression: &Expression, row: u16) -> Option<i64> {
        let row = self.first + usize::from(row);
        let facts = self.bound.facts;
        Firm::new(&self.bound.plan.catalog, facts.table, row, facts.calendar).amount_fen(expression)
    }
}

/// The places of the bits that are set, ascending.
fn place(level: Level, words: &[u64], rows: &mut Vec<u16>) {
    rows.clear();
    rows.resize(words.len() * 64, 0);
    let count = dispatch!(level, _simd => {
        let mut count = 0_usize;
        for (word, bits) in words.iter().enumerate() {
            let (mut bits, first) = (*bits, (word * 64) as u16);
            while bits != 0 {
                rows[count] = first.wrapping_add(bits.trailing_zeros() as u16);
                count = count.wrapping_add(1);
                bits &= bits.wrapping_sub(1);
            }
        }
        count
    });
    rows.truncate(count);
}
