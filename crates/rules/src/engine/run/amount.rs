//! Amounts of the firms that are entitled, and of no others.

use crate::{
    engine::{
        bind::Bound,
        kernels::{
            Slots,
            numeric::{Answer, BLOCK, Machine},
        },
        plan::{Amount, literal::Literal},
    },
    expression::Expression,
    reference::Firm,
};

/// Firms of a chunk, ascending, and what is due to each in fen.
#[derive(Clone, Debug, Default)]
pub struct Priced {
    /// Rows of the chunk.
    pub rows: Vec<u16>,
    /// Of each row; `None` where it is unknown.
    pub fen: Vec<Option<i64>>,
}

impl Priced {
    /// Forgets everything, keeps the room.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.fen.clear();
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
}

impl<'a> AmountWork<'a> {
    /// Of a planned amount.
    pub fn new(bound: &'a Bound<'a>, amount: &'a Amount, conditions: &'a [Literal], first: usize) -> Self {
        Self { bound, amount, conditions, first }
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
        for (word, bits) in words.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                priced.rows.push((word * 64) as u16 + bits.trailing_zeros() as u16);
                bits &= bits - 1;
            }
        }
        match self.amount {
            Amount::Fixed(fen) => priced.fen.resize(priced.rows.len(), *fen),
            Amount::Row => {
                let Priced { rows, fen } = priced;
                fen.extend(rows.iter().map(|row| self.ask(expression, *row)));
            }
            Amount::Fen(amount) => {
                let Priced { rows, fen } = priced;
                for block in rows.chunks(BLOCK) {
                    machine.run(
                        &amount.program,
                        self.conditions,
                        self.bound.source(slots, self.first),
                        block,
                    );
                    let answers = block.iter().zip(machine.answers(&amount.program, block.len()));
                    fen.extend(answers.map(|(row, answer)| match answer {
                        Answer::Unknown => None,
                        Answer::Beyond => self.ask(expression, *row),
                        Answer::Known(value) => match value.checked_mul(amount.times) {
                            Some(value) if amount.over == 1 => Some(value),
                            Some(value) => (value % amount.over == 0).then(|| value / amount.over),
                            None => self.ask(expression, *row),
                        },
                    }));
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
