//! The columnar engine: every policy against every firm, with the reference's answers, bit for bit.
//!
//! A [`Plan`] holds all policies of a rule book: each distinct condition (an *atom*) once, each distinct
//! combination of them once. It runs over a table in chunks of 4,096 rows. Of an atom or a combination a chunk
//! has two bitmaps: where it is true, and where it is possible (true or unknown). In these, both Kleene
//! connectives are one word operation for each bitmap and negation swaps them. Amounts are computed only for
//! rows that are entitled, as whole numbers of a fixed scale; where such a number would not fit, the reference
//! evaluates the row.

mod bind;
mod collect;
mod kernels;
mod plan;
mod run;

pub use bind::Misfit;
pub use collect::{Collector, Due, EntitledSets, FirmLists, PolicyChunk, Statuses};
pub use plan::{CONDITIONS_MAX, DEPTH_MAX, Plan, TooLarge};
pub use run::{Facts, PolicyTotals, Selection};
