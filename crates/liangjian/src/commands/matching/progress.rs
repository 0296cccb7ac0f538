//! A progress bar on a terminal, and nothing elsewhere.

use crate::commands::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal as _, stderr};

/// A progress bar.
pub struct Bar(ProgressBar);

impl Bar {
    /// Hidden unless a person looks on.
    pub fn new(context: &Context) -> Self {
        let bar = ProgressBar::no_length();
        let is_seen = stderr().is_terminal() && !context.json;
        bar.set_draw_target(if is_seen {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        });
        let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {elapsed}");
        bar.set_style(style.expect("the template is well formed"));
        Self(bar)
    }

    /// Begins a part of the work.
    pub fn begin(&self, what: &'static str, length: u64) {
        self.0.reset();
        self.0.set_length(length);
        self.0.set_message(what);
    }

    /// Says what is done, without a measure.
    pub fn say(&self, what: &'static str) {
        self.begin(what, 1);
    }

    /// So much of so much is done.
    pub fn at(&self, done: u64, length: u64) {
        self.0.set_length(length.max(1));
        self.0.set_position(done);
    }

    /// One more is done.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
