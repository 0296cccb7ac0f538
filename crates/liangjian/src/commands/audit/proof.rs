//! `liangjian audit export`, `receipt` and `consistency`: what parties outside verify with their own means.

use super::{Place, content, unwritable};
use anyhow::{anyhow, bail};
use std::{
    fs,
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};
use store::{Checkpoint, Note, Store};

/// Arguments of `audit export`.
#[derive(clap::Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    /// The file to write: an event a line.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `audit receipt`.
#[derive(clap::Args)]
pub struct ReceiptOf {
    #[command(flatten)]
    place: Place,
    /// The number of the event.
    #[arg(long, value_name = "N")]
    event: i64,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `audit consistency`.
#[derive(clap::Args)]
pub struct ConsistencyOf {
    #[command(flatten)]
    place: Place,
    /// The older checkpoint.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The newer checkpoint; without it the last one of the log.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
pub async fn export(arguments: &Export) -> anyhow::Result<String> {
    let store = Store::open_to_verify(&arguments.place.location()).await?;
    let told = |error: io::Error| unwritable(&arguments.out, &error);
    let mut out = BufWriter::new(fs::File::create(&arguments.out).map_err(told)?);
    // Below the lowest number a tampered event could have: what is exported is what is there.
    let (mut after, mut count) = (i64::MIN, 0);
    loop {
        let lines = store.event_lines(after).await?;
        let Some((last, _)) = lines.last() else { break };
        after = *last;
        count += lines.len();
        lines.iter().try_for_each(|(_, line)| writeln!(out, "{line}")).map_err(told)?;
    }
    out.flush().map_err(told)?;
    store.close().await;
    Ok(format!("{count} events written to {}\n", arguments.out.display()))
}

#[tokio::main(flavor = "current_thread")]
pub async fn receipt(arguments: &ReceiptOf) -> anyhow::Result<String> {
    let store = Store::open_to_verify(&arguments.place.location()).await?;
    let receipt = store.receipt(arguments.event).await?;
    store.close().await;
    let text = receipt
        .content()
        .map_err(|what| anyhow!("the receipt cannot be written · {what} · run `liangjian audit verify`"))?;
    fs::write(&arguments.out, text).map_err(|error| unwritable(&arguments.out, &error))?;
    Ok(format!("receipt of event {} written to {}\n", arguments.event, arguments.out.display()))
}

#[tokio::main(flavor = "current_thread")]
pub async fn consistency(arguments: &ConsistencyOf) -> anyhow::Result<String> {
    let from = checkpoint(&arguments.from)?.1;
    let store = Store::open_to_verify(&arguments.place.location()).await?;
    let to =
        if let Some(file) = &arguments.to { checkpoint(file)?.1 } else { last(&store, arguments).await? };
    let proof = store.consistency(&from, &to).await?;
    store.close().await;
    fs::write(&arguments.out, proof.content()).map_err(|error| unwritable(&arguments.out, &error))?;
    let (old, new, file) = (from.size, to.size, arguments.out.display());
    Ok(format!("proof that checkpoint {new} continues checkpoint {old} written to {file}\n"))
}

/// The last checkpoint of the log.
async fn last(store: &Store, arguments: &ConsistencyOf) -> anyhow::Result<Checkpoint> {
    let Some(note) = store.last_checkpoint(None).await? else {
        let data = arguments.place.data.display();
        bail!("the log has no checkpoint yet · {data} · run `liangjian audit checkpoint`")
    };
    Checkpoint::parse(&note.text)
        .map_err(|what| anyhow!("the last checkpoint is damaged · {what} · run `liangjian audit verify`"))
}

/// A note in a file, and the checkpoint it is about.
pub fn checkpoint(file: &Path) -> anyhow::Result<(Note, Checkpoint)> {
    let read = |content: &str| {
        let note = Note::parse(content)?;
        let checkpoint = Checkpoint::parse(&note.text)?;
        Ok((note, checkpoint))
    };
    read(&content(file)?).map_err(|what: String| {
        anyhow!("no checkpoint · {} · {what}: name a file of `checkpoints/`", file.display())
    })
}
