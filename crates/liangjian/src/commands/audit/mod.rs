//! `liangjian audit …`: verifying the event log, and what parties outside need to do it themselves.
//!
//! `verify`, `export`, `receipt` and `consistency` read only; `checkpoint` and `hash` write; `key` and `witness` touch
//! nothing but the files they are given, so a witness needs no data folder.

mod proof;
mod verify;
mod witness;

use super::{Context, one_line, place::Place, printed};
use crate::machine::now;
use anyhow::anyhow;
use std::{fs, io::Read as _, path::Path};
use store::{Deed, Store, StoreError, TreeHash};

const ACTOR: &str = "command line";
/// Most bytes of a file that somebody gave.
const GIVEN_BYTES_MAX: u64 = 4 << 20;

/// Arguments of `audit`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Recompute the log, its tree, its checkpoints and the imported texts; a fault is a finding (exit 1).
    Verify(verify::Arguments),
    /// Vouch now for every event there is, and write the file for witnesses.
    Checkpoint(Place),
    /// Write the whole log as the lines of JSON that are hashed.
    Export(proof::Export),
    /// Write the receipt of an event: proof that a checkpoint vouches for it.
    Receipt(proof::ReceiptOf),
    /// Write the proof that the last checkpoint continues an older one.
    Consistency(proof::ConsistencyOf),
    /// Make the private key of a witness, and print the public one.
    Key(witness::Key),
    /// Sign a checkpoint as a witness.
    Witness(witness::Signing),
    /// Choose the hash function of the tree.
    Hash(Choice),
    /// Say that the clock of this machine is right, although the log has an event after it, or none for a quarter.
    ClockIsRight(Place),
}

/// Arguments of `audit hash`.
#[derive(clap::Args)]
struct Choice {
    /// `sha256` or `sm3`.
    #[arg(value_parser = tree_hash)]
    hash: TreeHash,
    #[command(flatten)]
    place: Place,
}

fn tree_hash(name: &str) -> Result<TreeHash, String> {
    TreeHash::of_name(name).ok_or_else(|| "write sha256 or sm3".to_owned())
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let text = match &arguments.action {
        Action::Verify(arguments) => return verify::run(context, arguments),
        Action::Checkpoint(place) => checkpoint(place)?,
        Action::Export(arguments) => proof::export(arguments)?,
        Action::Receipt(arguments) => proof::receipt(arguments)?,
        Action::Consistency(arguments) => proof::consistency(arguments)?,
        Action::Key(arguments) => witness::key(arguments)?,
        Action::Witness(arguments) => witness::sign(arguments)?,
        Action::Hash(choice) => choose(choice)?,
        Action::ClockIsRight(place) => confirm_clock(place)?,
    };
    let done = serde_json::json!({ "done": text.trim_end() });
    printed(&if context.json { serde_json::to_string_pretty(&done)? + "\n" } else { text })?;
    Ok(true)
}

/// Vouches for what a short-lived command wrote: nobody will see to it later.
pub async fn vouch(store: &Store, place: &Place) -> Result<bool, StoreError> {
    let is_made = store.checkpoint().await?;
    store.publish_checkpoints(&place.data, 0).await?;
    Ok(is_made)
}

#[tokio::main(flavor = "current_thread")]
async fn checkpoint(place: &Place) -> anyhow::Result<String> {
    let store = Store::open(&place.location()).await?;
    let is_made = vouch(&store, place).await?;
    let last = store.last_checkpoint(None).await?;
    store.close().await;
    Ok(match last {
        None => "there is no event to vouch for yet\n".to_owned(),
        Some(note) if is_made => note.text,
        Some(note) => format!("{}no event came since\n", note.text),
    })
}

#[tokio::main(flavor = "current_thread")]
async fn choose(choice: &Choice) -> anyhow::Result<String> {
    let store = Store::open(&choice.place.location()).await?;
    let is_chosen = store.choose_tree_hash(choice.hash, ACTOR, now()).await?;
    store.publish_checkpoints(&choice.place.data, 0).await?;
    store.close().await;
    let name = choice.hash.name();
    let since = if is_chosen { "from now on" } else { "already, nothing was written" };
    Ok(format!("the tree is hashed with {name} {since}\n"))
}

#[tokio::main(flavor = "current_thread")]
async fn confirm_clock(place: &Place) -> anyhow::Result<String> {
    let store = Store::open(&place.location()).await?;
    let deed = Deed::of_operator(now());
    store.confirm_clock(&deed).await?;
    vouch(&store, place).await?;
    store.close().await;
    Ok(format!("the clock of this machine counts as right: {}\n", deed.at.format("%Y-%m-%d %H:%M:%S UTC")))
}

/// The content of a text file somebody gave.
fn content(file: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    fs::File::open(file).and_then(|open| open.take(GIVEN_BYTES_MAX + 1).read_to_end(&mut bytes)).map_err(
        |error| anyhow!("{} cannot be read ({error}) · check the path and its permissions", file.display()),
    )?;
    if bytes.len() as u64 > GIVEN_BYTES_MAX {
        return Err(anyhow!(
            "{} is far too large for a checkpoint, a proof or a key · see that it is the right file",
            file.display()
        ));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unwritable(file: &Path, error: &std::io::Error) -> anyhow::Error {
    anyhow!(
        "{} cannot be written ({error}) · free some space or name another file with --out",
        file.display()
    )
}
