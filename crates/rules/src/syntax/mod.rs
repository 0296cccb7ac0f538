//! The language: one syntax tree, two spellings that both parse, a printer for each.
//!
//! `taxable_income <= 300万 and staff_mean <= 300` and
//! `应纳税所得额 不超过 300万 且 平均从业人数 不超过 300` are the same tree. Words of either spelling may be mixed.
//! Names keep their identifiers in the tree; labels are looked up when a text is parsed and printed.

mod lexer;
mod parser;
mod printer;
mod spelling;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use lexer::half_width;
pub use parser::{DEPTH_MAX, TEXT_BYTES_MAX, TREES_MAX, parse};
pub use printer::print;
pub use spelling::{Function, Names, NoNames, Spelling, advice};
pub use tree::{CodeWord, Kind, Mark, Numeral, Tree};
