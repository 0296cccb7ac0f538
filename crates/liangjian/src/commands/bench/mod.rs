//! `liangjian bench`: how long pages, starts, readings and writes take on this machine. Nothing here is a test: the
//! numbers are printed with the machine they were measured on, and no number makes a command fail.

mod cases;
mod client;
mod clock;
mod desk;
mod machine;
mod matching;
mod pages;
mod reading;
mod start;
mod timing;
mod write;

use super::{Context, printed};
use std::path::PathBuf;

/// Arguments of `bench`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Every page of the service, and its cold start, on fresh data in a temporary folder.
    Pages(pages::Arguments),
    /// Every policy of a made city against every firm.
    Match(matching::Arguments),
    /// Acknowledged writes through the real store.
    Write(write::Arguments),
    /// Lists, searches and the board among many made cases.
    Cases(cases::Arguments),
    /// Whole pages of desks, firms and leaders among many made cases, and a crowd that reads and writes.
    Desk(desk::Arguments),
    /// Due dates and ledgers of made cases.
    Clock(clock::Arguments),
    /// Reading documents into their structure, from bytes to JSON.
    Read(Documents),
}

#[derive(clap::Args)]
struct Documents {
    /// The documents: .txt .md .html .docx .pdf; files that are trusted, for they are read without limits.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Measures, and answers true.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    match &arguments.what {
        What::Pages(pages) => {
            let report = pages::measure(context, pages)?;
            print(context, &report, pages::Report::table)
        }
        What::Match(city) => {
            let report = matching::measure(city)?;
            print(context, &report, matching::Report::table)
        }
        What::Write(writes) => {
            let report = write::measure(writes)?;
            print(context, &report, write::Report::table)
        }
        What::Cases(many) => {
            let report = cases::measure(context, many)?;
            print(context, &report, cases::Report::table)
        }
        What::Desk(desk) => {
            let report = desk::measure(context, desk)?;
            print(context, &report, desk::Report::table)
        }
        What::Clock(clocks) => {
            let report = clock::measure(context, clocks)?;
            print(context, &report, clock::Report::table)
        }
        What::Read(documents) => {
            let report = reading::measure(&documents.files)?;
            print(context, &report, reading::Report::table)
        }
    }
}

/// JSON for programs, a table for people.
fn print<R: serde::Serialize>(
    context: &Context,
    report: &R,
    table: fn(&R) -> String,
) -> anyhow::Result<bool> {
    let text = if context.json { serde_json::to_string_pretty(report)? + "\n" } else { table(report) };
    printed(&text)?;
    Ok(true)
}
