//! Why: the clauses of a policy for one firm, what it misses by, and what to ask next.
//!
//! [`Readable::new`] reads a policy once; [`explain`], [`near_miss`] and [`next_question`] answer for a firm.

mod amount;
pub(crate) mod choice;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod format;
mod near_miss;
pub(crate) mod node;
mod prior;
mod question;
mod readable;
mod render;
#[cfg(test)]
mod tests;
mod text;

pub use amount::{Amount, AmountPart, AmountStep};
pub use format::{Measure, grouped, written_date};
pub use near_miss::{Change, NearMiss, Path, Way, near_miss};
pub use node::{Explanation, FactUsed, Node, Provenance, Truth, explain};
pub use prior::Prior;
pub use question::{Question, next_question};
pub use readable::{Line, Readable, Role};
pub use render::Renderer;
