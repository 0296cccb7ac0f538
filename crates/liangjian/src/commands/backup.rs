//! `liangjian backup` and `restore`: a copy of the whole store while it is used, and bringing one back.

use super::{Context, audit, place::Place, printed};
use crate::machine;
use anyhow::bail;
use std::path::{Path, PathBuf};
use store::{Deed, Restored, Store};

/// Arguments of `backup`.
#[derive(clap::Args)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// The file to write; it must not exist yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `restore`.
#[derive(clap::Args)]
pub struct Restore {
    /// The file that `backup` wrote.
    file: PathBuf,
    /// The data folder to bring it back into; it holds no data yet.
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,
    /// Why: it is recorded, and the audit tells it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Copies the store.
pub fn run(context: &Context, arguments: &Backup) -> anyhow::Result<bool> {
    copy(arguments)?;
    let (file, data) = (arguments.out.display().to_string(), arguments.place.data.display());
    let text = format!(
        "backup written to {file}\nkeep {data}/secret.key with it, as well guarded: without it every password has to be set again\n"
    );
    printed(&if context.json { serde_json::json!({ "backup": file }).to_string() + "\n" } else { text })?;
    Ok(true)
}

#[tokio::main(flavor = "current_thread")]
async fn copy(arguments: &Backup) -> anyhow::Result<()> {
    if arguments.place.postgres.is_some() {
        bail!(
            "the data are in PostgreSQL · --postgres · make the backup with pg_dump, and keep secret.key of the data folder"
        )
    }
    if !arguments.place.data.join(store::SQLITE_FILE_NAME).exists() {
        bail!("there are no data to copy · {} · name the folder with --data", arguments.place.data.display())
    }
    let store = Store::open(&arguments.place.location()).await?;
    audit::vouch(&store, &arguments.place).await?;
    let copied = store.back_up(&arguments.out).await;
    store.close().await;
    Ok(copied?)
}

/// Brings a backup back.
pub fn restore(context: &Context, arguments: &Restore) -> anyhow::Result<bool> {
    let restored = bring_back(&arguments.file, &arguments.data, &arguments.reason)?;
    let text = format!(
        "restored {} events into {}, root {}\nrecorded as event {} · put secret.key back beside it\n",
        restored.events,
        arguments.data.display(),
        restored.root,
        restored.sequence
    );
    printed(&if context.json { serde_json::to_string_pretty(&restored)? + "\n" } else { text })?;
    Ok(true)
}

#[tokio::main(flavor = "current_thread")]
async fn bring_back(file: &Path, data: &Path, reason: &str) -> anyhow::Result<Restored> {
    let (reason, salt) = (reason.to_owned(), machine::salt());
    let deed = Deed { reason, salt, ..Deed::of_operator(machine::now()) };
    Ok(Store::restore(file, data, &deed).await?)
}
