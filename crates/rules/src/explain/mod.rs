//! Why: the clauses of a policy for one firm, what it misses by, and what to ask next.
//!
//! [`Readable::book`] reads policies once. A [`Dossier`] answers for a firm with [`Reasons`] and [`Ways`]: results,
//! facts and numbers without a word, which is quick for a thousand policies. Their `said` puts them into sentences;
//! [`explain`] and [`near_miss`] do both for one policy, [`each`] goes through many on all cores. [`Together`] adds what groups leave of an amount;
//! [`next_question`] finds what to ask.

mod amount;
mod cause;
pub(crate) mod choice;
mod conditions;
mod dossier;
mod everything;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod format;
mod near_miss;
pub(crate) mod node;
mod phrases;
mod prior;
mod question;
mod readable;
mod reasons;
mod render;
#[cfg(test)]
mod sentence_tests;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod together;

pub use amount::{Amount, AmountPart, AmountStep};
pub use dossier::{Dossier, Fact};
pub use everything::each;
pub use format::{Measure, grouped, written_date};
pub use near_miss::{Change, NearMiss, Path, Route, Step, Way, Ways, near_miss};
pub use node::{Explanation, FactUsed, Node, Provenance, Truth, explain};
pub use prior::Prior;
pub use question::{Question, next_question};
pub use readable::{Line, Readable, Role};
pub use reasons::{Clause, Reasons};
pub use render::Renderer;
pub use together::{GroupEffect, Together};
