//! `liangjian match`: every policy against every firm of a file; totals and outcomes, or every finding.

pub mod firms;
mod policy_lines;
pub mod progress;
pub mod source;
pub mod sums;
pub mod totals;

use super::{Context, printed};
use anyhow::{Context as _, anyhow, bail};
use firms::{FirmsFile, Unread};
use progress::Bar;
use rules::{
    engine::{Collector, Facts, Plan, PolicyChunk, PolicyTotals},
    policy::{PolicyIndex, Status},
};
use source::SourceArguments;
use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use store::dataset::{Dataset, MatchRow, Matches, MatchesWriter};
use totals::{Outcomes, Report};

/// The file of outcomes.
pub const MATCHES: &str = "matches.parquet";

/// Outcomes kept in memory before they are written.
const OUTCOMES_MAX: usize = 1 << 24;

/// Arguments of `match`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    firms: FirmsFile,
    #[command(flatten)]
    source: SourceArguments,
    /// Folder for totals.json and matches.parquet; it is created.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write totals.json only.
    #[arg(long)]
    totals: bool,
}

/// Answers whether nothing was found.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    if arguments.out.exists() && !arguments.out.is_dir() {
        bail!(
            "it is a file, and a folder is wanted · --out {} · name a folder, which is created, or move the file away",
            arguments.out.display()
        );
    }
    let Some(rules) = arguments.source.load(context)? else { return Ok(false) };
    let bar = Bar::new(context);
    let dataset = match arguments.firms.read(context, &rules.catalog, &bar)? {
        Ok(dataset) => dataset,
        Err(Unread) => return Ok(false),
    };
    let plan = Plan::new(Arc::clone(&rules.catalog), Arc::clone(&rules.book))?;
    let calendar = rules.calendar();
    let facts = Facts { table: &dataset.table, calendar };
    fs::create_dir_all(&arguments.out).map_err(|error| unwritable(&error, &arguments.out))?;
    let (totals, matches) = if arguments.totals {
        bar.say("counting");
        (plan.totals(facts, plan.everything())?, None)
    } else {
        let path = arguments.out.join(MATCHES);
        let (totals, matches) =
            written(&plan, facts, &dataset, &path, &bar).with_context(|| path.display().to_string())?;
        (totals, Some(matches))
    };
    bar.finish();
    let mut report = Report::new(&rules, &arguments.firms.path, &dataset, &totals);
    report.outcomes = matches.as_ref().map(Outcomes::of);
    let text = serde_json::to_string_pretty(&report)? + "\n";
    placed(&arguments.out, &text, matches)?;
    printed(&if context.json { text } else { report.summary(&arguments.out, arguments.totals) })?;
    Ok(true)
}

fn unwritable(error: &io::Error, path: &Path) -> anyhow::Error {
    anyhow!(
        "it cannot be written ({error}) · {} · free some space or name another folder with --out",
        path.display()
    )
}

/// Puts both files in their places, the totals last: both are on the disk before, and the totals name the digest of
/// the outcomes. Whatever happens in between, it can be told whether the two belong together.
fn placed(folder: &Path, totals: &str, matches: Option<Matches>) -> anyhow::Result<()> {
    let path = folder.join("totals.json");
    let part = path.with_extension("json.part");
    let placed = || -> io::Result<()> {
        let mut file = fs::File::create(&part)?;
        file.write_all(totals.as_bytes())?;
        file.sync_all()?;
        matches.map_or(Ok(()), Matches::place)?;
        fs::rename(&part, &path)?;
        // Not every system lets a folder be opened; then its entries are as safe as it makes them.
        fs::File::open(folder).map_or(Ok(()), |folder| folder.sync_all())
    };
    placed().map_err(|error| {
        let _ = fs::remove_file(&part);
        unwritable(&error, &path)
    })
}

/// Writes the outcomes of some policies at a time; the totals of all.
fn written(
    plan: &Plan,
    facts: Facts<'_>,
    dataset: &Dataset,
    path: &Path,
    bar: &Bar,
) -> anyhow::Result<(Vec<PolicyTotals>, Matches)> {
    let told = |error: io::Error| unwritable(&error, path);
    let mut writer = MatchesWriter::create(path, &dataset.firms).map_err(told)?;
    let policies = &plan.book().policies;
    let mut totals = vec![PolicyTotals::default(); policies.len()];
    let at_once = (OUTCOMES_MAX / dataset.firms.count().max(1)).max(1);
    let mut done = vec![false; policies.len()];
    bar.begin("matching", policies.len() as u64);
    for first in 0..policies.len() {
        if done[first] {
            continue;
        }
        let open = (first..policies.len()).filter(|policy| !done[*policy]).take(at_once);
        let wanted: Vec<PolicyIndex> = open.map(|policy| policy as PolicyIndex).collect();
        let selection = plan.select(&wanted);
        let count = selection.policies.len();
        let (counted, outcomes) = plan.collect(facts, &selection, || Open(vec![Vec::new(); count]))?;
        for ((policy, total), rows) in selection.policies.iter().zip(counted).zip(outcomes.0) {
            let policy = *policy as usize;
            if !done[policy] {
                totals[policy] = total;
                done[policy] = true;
                writer.add(&policies[policy].id, rows, &dataset.firms).map_err(told)?;
                bar.step();
            }
        }
    }
    Ok((totals, writer.finish().map_err(told)?))
}

/// For each policy of a selection the firms that are not plainly not entitled, ascending.
struct Open(Vec<Vec<MatchRow>>);

impl Collector for Open {
    fn take(&mut self, chunk: &PolicyChunk<'_>) {
        let rows = &mut self.0[chunk.position];
        let from = rows.len();
        rows.extend(chunk.entitlements().map(|(firm, amount_fen)| MatchRow {
            firm,
            status: Status::Entitled,
            amount_fen,
        }));
        for (words, status) in
            [(chunk.undetermined, Status::Undetermined), (chunk.judgement, Status::NeedsJudgement)]
        {
            rows.extend(bits(words).map(|row| MatchRow {
                firm: chunk.first + row,
                status,
                amount_fen: None,
            }));
        }
        rows[from..].sort_unstable_by_key(|row| row.firm);
    }

    fn append(&mut self, later: Self) {
        self.0.iter_mut().zip(later.0).for_each(|(own, later)| own.extend(later));
    }
}

/// The places of the bits that are set, ascending.
fn bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(word, bits)| {
        (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
    })
}
