//! The one executable: commands, jobs, and the only owner of clock, randomness and environment.

mod case_time;
mod checkpoints;
mod cleaning;
mod commands;
mod demo;
mod editions;
mod limited;
mod listener;
mod machine;
mod retention;
mod unified;

use clap::Parser;
use std::process::ExitCode;

/// Explaining and serving make many small pieces: docs/decisions/0015-allocator.md has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run(commands::CommandLine::parse())
}
