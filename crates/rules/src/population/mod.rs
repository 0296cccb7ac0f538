//! A made city for measuring: firms, facts and policies from a seed, the same on every machine.
//!
//! Sixty facts of all types, about 15 in 100 of them unknown; policies of three to eight conditions out of about
//! four hundred; of every 1,000 policies 223 with an amount.

mod chance;
mod rules;
#[cfg(test)]
mod tests;

pub use chance::Chance;
pub use rules::{as_of, rule_book};

use crate::{
    catalog::{Catalog, Field, Type, Words},
    table::{Bits, Column, Table, Values, narrowed},
    vocabulary::{CodeIndex, Vocabulary},
};
use rayon::prelude::*;

/// Sizes of the vocabularies; the first is that of the trades of GB/T 4754.
const VOCABULARY_SIZES: [u16; 6] = [1381, 200, 30, 12, 4, 16];

/// Kinds of facts and how many of each.
const KINDS: [(&str, usize); 8] = [
    ("money", 16),
    ("count", 8),
    ("measure", 4),
    ("share", 8),
    ("day", 6),
    ("code", 8),
    ("codes", 2),
    ("flag", 8),
];

/// One in so many facts is unknown, twice in every three columns.
const UNKNOWN_ONE_IN: u64 = 5;

/// The fields.
pub fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    for (at, size) in VOCABULARY_SIZES.into_iter().enumerate() {
        let mut vocabulary = Vocabulary::new(format!("vocabulary_{at}"));
        for code in 0..size {
            vocabulary.add(&format!("c{code:04}"), Words::default(), None);
        }
        catalog.add_vocabulary(vocabulary);
    }
    for (name, count) in KINDS {
        for at in 0..count {
            let (label, question) = (Words::default(), Words::default());
            let kind = kind_of(name, at);
            let name = format!("{name}_{at}");
            let field = Field { name, label, kind, question, dataset: "made".to_owned(), can_act: false };
            catalog.add_field(field).expect("every name is given once");
        }
    }
    catalog
}

fn kind_of(name: &str, at: usize) -> Type {
    let vocabularies = VOCABULARY_SIZES.len() - 1;
    match name {
        "money" => Type::Money,
        "count" => Type::Number { scale: 0, unit: "人".to_owned() },
        "measure" => Type::Number { scale: 2, unit: "tce".to_owned() },
        "share" => Type::Ratio,
        "day" => Type::Date,
        "code" => Type::Code((at % vocabularies) as u16),
        "codes" => Type::CodeSet(vocabularies as u16),
        _ => Type::Bool,
    }
}

/// So many firms.
pub fn table(catalog: &Catalog, firms: usize, seed: u64) -> Table {
    let fields: Vec<(usize, &Type)> = catalog.fields().iter().map(|field| &field.kind).enumerate().collect();
    let columns = fields.into_par_iter().map(|(at, kind)| {
        let mut chance = Chance::stream(seed, at as u64);
        let known = known(firms, at, &mut chance);
        Column { known, values: values(catalog, kind, at, firms, &mut chance) }
    });
    Table { rows: firms, columns: columns.collect(), children: Vec::new() }
}

fn known(firms: usize, at: usize, chance: &mut Chance) -> Bits {
    let mut known = Bits::filled(firms, true);
    // Every third column is almost complete.
    let one_in = if at.is_multiple_of(3) { UNKNOWN_ONE_IN * 5 } else { UNKNOWN_ONE_IN };
    (0..firms)
        .filter(|_| chance.one_in(one_in))
        .collect::<Vec<_>>()
        .into_iter()
        .for_each(|row| known.set(row, false));
    known
}

fn values(catalog: &Catalog, kind: &Type, at: usize, firms: usize, chance: &mut Chance) -> Values {
    let size = |vocabulary: u16| catalog.vocabulary(vocabulary).codes().len() as u64;
    match kind {
        Type::Bool => {
            let mut bits = Bits::filled(firms, false);
            (0..firms).for_each(|row| bits.set(row, chance.one_in(2)));
            Values::Bool(bits)
        }
        Type::Date => Values::Date((0..firms).map(|_| rules::day(chance)).collect()),
        Type::Code(vocabulary) => {
            Values::Code((0..firms).map(|_| chance.below(size(*vocabulary)) as CodeIndex).collect())
        }
        Type::CodeSet(vocabulary) => {
            let (mut ends, mut codes) = (Vec::with_capacity(firms), Vec::new());
            for _ in 0..firms {
                let mut own: Vec<CodeIndex> =
                    (0..chance.below(4)).map(|_| chance.below(size(*vocabulary)) as CodeIndex).collect();
                own.sort_unstable();
                own.dedup();
                codes.extend(own);
                ends.push(codes.len() as u32);
            }
            Values::CodeSet { ends, codes }
        }
        _ => narrowed((0..firms).map(|_| rules::digits(kind, at, chance)).collect()),
    }
}
