//! `liangjian audit verify`: recomputes the event log and the imported texts of a data folder.

use super::{Context, place::Place};
use anyhow::{Context as _, bail};
use serde::Serialize;
use store::{ChainReport, SQLITE_FILE_NAME, Store, TextFault};

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
    chain: ChainReport,
    text_count: usize,
    text_faults: Vec<TextFault>,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let Action::Verify(place) = &arguments.action;
    let audit = verify(place)?;
    if context.json {
        println!("{}", serde_json::to_string_pretty(&audit)?);
    } else {
        print(&audit);
    }
    Ok(audit.whole)
}

#[tokio::main(flavor = "current_thread")]
async fn verify(place: &Place) -> anyhow::Result<Audit> {
    if place.postgres.is_none() {
        // Opening creates what is missing; an audit must not.
        let file = place.data.join(SQLITE_FILE_NAME);
        if !file.try_exists().with_context(|| format!("{} cannot be read", file.display()))? {
            bail!("{} does not exist · name the data folder with --data", file.display());
        }
    }
    let store = Store::open(&place.location()).await?;
    let chain = store.verify_chain().await?;
    let text_faults = store.verify_official_texts().await?;
    let text_count = store.official_texts().await?.len();
    store.close().await;
    let whole = chain.faults.is_empty() && text_faults.is_empty();
    Ok(Audit { whole, chain, text_count, text_faults })
}

fn print(audit: &Audit) {
    println!("events         {}", audit.chain.events);
    println!("official texts {}", audit.text_count);
    println!("head           {}", audit.chain.head);
    for fault in &audit.chain.faults {
        println!("fault          event {}: {}", fault.sequence, fault.what);
    }
    for fault in &audit.text_faults {
        println!("fault          text {} revision {}: {}", fault.document, fault.revision, fault.what);
    }
    println!("{}", if audit.whole { "whole: everything is as it was recorded" } else { "NOT whole" });
}
