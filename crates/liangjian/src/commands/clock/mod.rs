//! `liangjian clock verify`: the due dates of a case, reckoned by the clock, by its independent verifier, and as
//! somebody claimed them.

use super::{
    Context,
    due::{
        Reading, read,
        table::{shown, word},
    },
    matching::sums::padded,
    printed,
};
use domain::{
    Language,
    clock::{CaseClock, CaseTimeline, Moment, Party, Reckoning},
    clock_verifier,
};
use edition::{Edition, case_of_file};
use serde::Serialize;
use std::{collections::BTreeSet, path::PathBuf};

/// Arguments of `clock`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Recompute the due dates of a case, twice and independently, and say where they differ.
    Verify(Verify),
}

#[derive(clap::Args)]
struct Verify {
    /// The case: a file with [[clock]] (terms, start, claimed date) and [[event]].
    #[arg(value_name = "FILE.toml")]
    case: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

/// What is said of one clock.
#[derive(Serialize)]
struct Verdict {
    clock: String,
    party: Party,
    claimed: Option<Moment>,
    reckoned: Option<Moment>,
    verified: Option<Moment>,
    provisional: bool,
    finding: Finding,
    reckoning: Reckoning,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Finding {
    Agrees,
    NoClaim,
    ClaimDiffers,
    VerifierDiffers,
}

impl Finding {
    fn key(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::NoClaim => "no-claim",
            Self::ClaimDiffers => "claim-differs",
            Self::VerifierDiffers => "verifier-differs",
        }
    }

    fn is_fine(self) -> bool {
        matches!(self, Self::Agrees | Self::NoClaim)
    }
}

/// Answers whether nothing differs.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let What::Verify(Verify { case, reading }) = &arguments.what;
    let Some(case) = read(case, case_of_file)? else { return Ok(false) };
    let edition = reading.edition(context)?;
    let reckoned = case.reckon(edition.office_time());
    let verdicts: Vec<Verdict> =
        reckoned.into_iter().map(|(clock, reckoning)| verdict(&case, clock, reckoning, &edition)).collect();
    if context.json {
        printed(&(serde_json::to_string_pretty(&verdicts)? + "\n"))?;
    } else {
        printed(&told(&case, &verdicts, reading.language))?;
    }
    Ok(verdicts.iter().all(|verdict| verdict.finding.is_fine()))
}

fn verdict(case: &CaseTimeline, clock: &CaseClock, reckoning: Reckoning, edition: &Edition) -> Verdict {
    let (places, events) = case.events_of(&clock.id);
    let hours = edition.office_hours.as_deref();
    let years = edition.calendar.years();
    let second = clock_verifier::verify(&clock.terms, clock.start, &events, years, hours);
    let refused = reckoning.problems.iter().filter(|problem| !problem.fault.is_report());
    let refused: BTreeSet<usize> = refused.filter_map(|problem| problem.event).collect();
    let second_refused: BTreeSet<usize> = second.refused.iter().map(|at| places[*at]).collect();
    let reckoned = reckoning.due.map(|due| due.at);
    let provisional = reckoning.due.is_some_and(|due| due.provisional);
    let is_agreed = (reckoned, provisional, &refused) == (second.due, second.provisional, &second_refused);
    let finding = match clock.claimed {
        _ if !is_agreed => Finding::VerifierDiffers,
        None => Finding::NoClaim,
        Some(claimed) if Some(claimed) == reckoned => Finding::Agrees,
        Some(_) => Finding::ClaimDiffers,
    };
    Verdict {
        clock: clock.id.clone(),
        party: clock.party,
        claimed: clock.claimed,
        reckoned,
        verified: second.due,
        provisional,
        finding,
        reckoning,
    }
}

fn told(case: &CaseTimeline, verdicts: &[Verdict], language: Language) -> String {
    const WIDTHS: [usize; 5] = [16, 12, 18, 18, 18];
    let row = |cells: [String; 5], last: &str| {
        let cells: String = cells.iter().zip(WIDTHS).map(|(cell, width)| padded(cell, width)).collect();
        format!("{cells}{last}").trim_end().to_owned()
    };
    let head = ["clock", "party", "claimed", "reckoned", "verified"].map(|key| word(key, language));
    let mut lines = vec![row(head, "")];
    for verdict in verdicts {
        let day = |moment: Option<Moment>| moment.map_or_else(|| "-".to_owned(), shown);
        let party = match verdict.party {
            Party::Firm => "firm",
            Party::Lead => "lead",
            Party::CoHandler => "co-handler",
        };
        let cells = [
            verdict.clock.clone(),
            word(party, language),
            day(verdict.claimed),
            day(verdict.reckoned),
            day(verdict.verified),
        ];
        let mut last = word(verdict.finding.key(), language);
        if verdict.provisional {
            last = [last, word("provisional", language)].join(" · ");
        }
        lines.push(row(cells, &last));
    }
    // Events are named by their place in the file.
    let events: Vec<_> = case.events.iter().map(domain::clock::CaseEvent::of_a_clock).collect();
    for verdict in verdicts {
        for problem in &verdict.reckoning.problems {
            let told = problem.told(verdict.reckoning.start, &events);
            lines.push(format!("{}: {}", verdict.clock, told.get(language)));
        }
    }
    lines.join("\n") + "\n"
}
