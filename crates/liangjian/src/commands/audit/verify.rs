//! `liangjian audit verify`: recomputes the log, its tree, every checkpoint and the imported texts, and writes nothing.

use super::{Context, Place, content, one_line, printed};
use serde::Serialize;
use std::path::{Path, PathBuf};
use store::{Held, Restored, Store, Verification, WitnessKey};

/// Arguments of `audit verify`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// A checkpoint that was kept outside; may be given several times.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// A receipt that was kept outside; may be given several times.
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// The public key of a witness who must have signed each `--checkpoint`; may be given several times.
    #[arg(long, value_name = "KEY")]
    witness: Vec<String>,
}

/// What a verification found.
#[derive(Serialize)]
struct Audit {
    whole: bool,
    /// The first place where something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    /// Backups that were brought back: what came after each is not here.
    restores: Vec<Restored>,
    #[serde(flatten)]
    found: Verification,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let (found, restores) = verify(&arguments.place, &held(arguments)?)?;
    let audit = Audit { whole: found.is_whole(), first: first(&found), restores, found };
    let text = if context.json { serde_json::to_string_pretty(&audit)? + "\n" } else { lines(&audit) };
    printed(&text)?;
    Ok(audit.whole)
}

fn held(arguments: &Arguments) -> anyhow::Result<Held> {
    let named = |file: &PathBuf| Ok((name(file), content(file)?));
    Ok(Held {
        published: store::checkpoint_files(&arguments.place.data)?,
        checkpoints: arguments.checkpoint.iter().map(named).collect::<anyhow::Result<_>>()?,
        receipts: arguments.receipt.iter().map(named).collect::<anyhow::Result<_>>()?,
        witnesses: arguments.witness.iter().map(|key| WitnessKey::parse(key)).collect::<Result<_, _>>()?,
    })
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

#[tokio::main(flavor = "current_thread")]
async fn verify(place: &Place, held: &Held) -> anyhow::Result<(Verification, Vec<Restored>)> {
    let store = Store::open_to_verify(&place.location()).await?;
    let found = store.verify_with(held).await;
    // Where events cannot be read, that is among the faults.
    let restores = store.restores().await.unwrap_or_default();
    store.close().await;
    Ok((found?, restores))
}

/// The first place where something is wrong: what the database defines, then by the order of the log, then texts.
fn first(found: &Verification) -> Option<String> {
    let schema = found.schema_faults.first().map(|fault| fault.object.clone());
    let of_chain = found.chain.faults.iter().map(|f| (f.sequence, format!("event {}", f.sequence)));
    let of_trail = found.trail.faults.iter().map(|f| (f.sequence, f.place.clone()));
    let of_log = || of_chain.chain(of_trail).min_by_key(|(sequence, _)| *sequence).map(|(_, place)| place);
    let of_texts =
        || found.text_faults.first().map(|f| format!("text {} revision {}", f.document, f.revision));
    let of_grants = || found.grant_faults.first().map(|f| format!("role {}", f.grant));
    let of_cases = || found.case_faults.first().map(|f| format!("case {}", f.case));
    schema.or_else(of_log).or_else(of_texts).or_else(of_grants).or_else(of_cases)
}

fn lines(audit: &Audit) -> String {
    let found = &audit.found;
    let mut lines = vec![
        format!("events         {}", found.chain.events),
        format!("official texts {}", found.text_count),
        format!("head           {}", found.chain.head),
        format!("tree           {} {}", found.trail.hash, found.trail.root),
        format!("checkpoints    {} and {} from files", found.trail.checkpoint_count, found.trail.held_count),
    ];
    for one in &audit.restores {
        let day = one.at.date_naive();
        let (sequence, actor, events) = (one.sequence, &one.actor, one.events);
        let reason = &one.reason;
        lines.push(format!(
            "restored       event {sequence}, {day}, by {actor}, with {events} events: {reason}"
        ));
    }
    let mut fault = |place: String, what: &str| lines.push(format!("fault          {place}: {what}"));
    found.schema_faults.iter().for_each(|f| fault(f.object.clone(), &f.what));
    found.chain.faults.iter().for_each(|f| fault(format!("event {}", f.sequence), &f.what));
    found.trail.faults.iter().for_each(|f| fault(f.place.clone(), &f.what));
    let text = |f: &store::TextFault| format!("text {} revision {}", f.document, f.revision);
    found.text_faults.iter().for_each(|f| fault(text(f), &f.what));
    found.grant_faults.iter().for_each(|f| fault(format!("role {}", f.grant), &f.what));
    found.case_faults.iter().for_each(|f| fault(format!("case {}", f.case), &f.what));
    lines.push(match &audit.first {
        None => "whole: everything is as it was recorded".to_owned(),
        Some(place) => format!("NOT whole, first at {place}"),
    });
    // What was tampered with may hold line breaks and worse.
    lines.iter().map(|line| one_line(line) + "\n").collect()
}
