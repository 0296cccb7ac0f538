//! Scores the reader against the open corpus: documents of many places with facts read by hand.
//!
//! The corpus lies outside the repository and is read in place; without it the tests say so and pass. Facts
//! are compared with the JSON that `liangjian read --json` prints, so that what is measured is what is used.

mod corpus {
    pub mod files;
    pub mod laws;
    pub mod score;
    pub mod task_lists;
}

use corpus::{files, laws, score, task_lists};

/// Goal for the facts of laws, in per cent.
const LAWS_PERCENT_MIN: f64 = 98.0;
/// Goal for the facts of task lists, in per cent.
const TASK_LISTS_PERCENT_MIN: f64 = 95.0;

#[test]
fn the_laws_of_the_corpus_are_read_as_people_read_them() {
    let percent = score::all("laws", &files::of("laws"), laws::score);
    assert!(percent >= LAWS_PERCENT_MIN, "{percent:.2} % of the facts of laws are right");
}

#[test]
fn the_task_lists_of_the_corpus_are_read_as_people_read_them() {
    let percent = score::all("task lists", &files::of("task-lists"), task_lists::score);
    assert!(percent >= TASK_LISTS_PERCENT_MIN, "{percent:.2} % of the facts of task lists are right");
}
