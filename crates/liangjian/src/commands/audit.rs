//! `liangjian audit verify`: recomputes the event log and the imported texts of a database, and writes nothing.

use super::{Context, one_line, place::Place, printed};
use serde::Serialize;
use store::{Store, Verification};

/// Arguments of `audit`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Recompute every hash of the event log and of the imported texts; a fault is a finding (exit 1).
    Verify(Place),
}

/// What a verification found.
#[derive(Serialize)]
struct Audit {
    whole: bool,
    #[serde(flatten)]
    found: Verification,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let Action::Verify(place) = &arguments.action;
    let found = verify(place)?;
    let audit = Audit { whole: found.is_whole(), found };
    let text = if context.json { serde_json::to_string_pretty(&audit)? + "\n" } else { lines(&audit) };
    printed(&text)?;
    Ok(audit.whole)
}

#[tokio::main(flavor = "current_thread")]
async fn verify(place: &Place) -> anyhow::Result<Verification> {
    let store = Store::open_to_verify(&place.location()).await?;
    let found = store.verify().await;
    store.close().await;
    Ok(found?)
}

fn lines(audit: &Audit) -> String {
    let found = &audit.found;
    let mut lines = vec![
        format!("events         {}", found.chain.events),
        format!("official texts {}", found.text_count),
        format!("head           {}", found.chain.head),
    ];
    lines.extend(found.schema_faults.iter().map(|f| format!("fault          {}: {}", f.object, f.what)));
    lines.extend(
        found.chain.faults.iter().map(|f| format!("fault          event {}: {}", f.sequence, f.what)),
    );
    lines.extend(
        found
            .text_faults
            .iter()
            .map(|f| format!("fault          text {} revision {}: {}", f.document, f.revision, f.what)),
    );
    lines.push(if audit.whole { "whole: everything is as it was recorded" } else { "NOT whole" }.to_owned());
    // What was tampered with may hold line breaks and worse.
    lines.iter().map(|line| one_line(line) + "\n").collect()
}
