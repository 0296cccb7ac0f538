//! `liangjian due`: when a legal period ends, with the ledger of its days.

pub mod table;

use super::{Context, matching::source::say, matching::source::text_of, printed};
use crate::editions;
use anyhow::bail;
use domain::{
    Language,
    clock::{Clock, ClockEvent, ClockTerms, Moment, Period, Warning},
};
use edition::{Edition, Problem};
use std::path::{Path, PathBuf};

/// Arguments of `due`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The day of the event that starts the period, or its minute for a period of hours: 2026-02-13T16:00.
    #[arg(long, value_name = "DATE")]
    from: Moment,
    /// The period: 5wd (working days), 30d, 3m, 1y, 8h (hours in office time).
    #[arg(long, value_name = "PERIOD")]
    period: Period,
    /// What happened since, and on which grounds: a file with [[ground]] and [[event]].
    #[arg(long, value_name = "FILE.toml")]
    events: Option<PathBuf>,
    /// When to warn: a share such as 50%, or a time before the end such as 3wd; may be given several times.
    #[arg(long, value_name = "POINT")]
    warn: Vec<Warning>,
    #[command(flatten)]
    reading: Reading,
}

/// Arguments that say whose calendar counts, and in which language is printed.
#[derive(clap::Args)]
pub struct Reading {
    /// The edition whose calendar and office hours count.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
    /// The language of the table: zh or en.
    #[arg(long, value_name = "zh|en", default_value = "zh", value_parser = language)]
    pub language: Language,
}

fn language(written: &str) -> Result<Language, String> {
    match written {
        "zh" => Ok(Language::Zh),
        "en" => Ok(Language::En),
        _ => Err("there is no such language · write zh or en".to_owned()),
    }
}

impl Reading {
    /// The edition; problems that it has elsewhere are only mentioned.
    pub fn edition(&self, context: &Context) -> anyhow::Result<Edition> {
        let tree = editions::tree(context)?;
        let known = tree.edition_ids();
        if !known.contains(&self.edition) {
            bail!("there is no edition `{}` · --edition · known are {}", self.edition, known.join(", "));
        }
        let loaded = edition::load(&tree, &self.edition);
        if !loaded.problems.is_empty() {
            let (id, count) = (&self.edition, loaded.problems.len());
            say(
                "warning",
                &format!("the edition has {count} problems · {id} · see them with `liangjian check {id}`"),
            )?;
        }
        Ok(loaded.edition)
    }
}

/// Answers whether every event could be followed.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let Some((mut terms, events)) = terms_of(arguments)? else { return Ok(false) };
    terms.warnings.extend(&arguments.warn);
    if let Some(fault) = terms.faults().first() {
        bail!("{} · {} · give --warn and --period in one kind of unit", fault.what.told().en, fault.field);
    }
    let edition = arguments.reading.edition(context)?;
    let clock = Clock { terms: &terms, start: arguments.from, events: &events };
    let reckoning = clock.reckon(edition.office_time());
    if context.json {
        printed(&(serde_json::to_string_pretty(&reckoning)? + "\n"))?;
    } else {
        printed(&table::of_clock(&reckoning, &terms, &events, arguments.reading.language))?;
    }
    Ok(reckoning.problems.is_empty())
}

/// The terms and events; nothing where the file has problems, which are said.
fn terms_of(arguments: &Arguments) -> anyhow::Result<Option<(ClockTerms, Vec<ClockEvent>)>> {
    let Some(file) = &arguments.events else {
        return Ok(Some((ClockTerms::of(arguments.period, "-"), Vec::new())));
    };
    read(file, |name, text| edition::clock_of_file(name, text, arguments.period))
}

/// Reads a file; nothing where it has problems, which are said, each on its line.
pub fn read<T>(
    file: &Path,
    reader: impl FnOnce(&str, &str) -> Result<T, Vec<Problem>>,
) -> anyhow::Result<Option<T>> {
    let text = text_of(file)?;
    match reader(&file.display().to_string(), &text) {
        Ok(value) => Ok(Some(value)),
        Err(problems) => {
            for Problem { file, line, what, hint } in problems {
                let place = line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
                say("error", &format!("{what} · {place} · {hint}"))?;
            }
            Ok(None)
        }
    }
}
