//! `liangjian audit key` and `witness`: a party outside signs checkpoints that continue those it signed before.

use super::{content, proof::checkpoint, unwritable};
use anyhow::{anyhow, bail};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};
use store::{Checkpoint, Consistency, SigningKey};

/// Arguments of `audit key`.
#[derive(clap::Args)]
pub struct Key {
    /// What the witness is called: one word.
    #[arg(long)]
    name: String,
    /// The file for the private key; an existing one is never overwritten.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `audit witness`.
#[derive(clap::Args)]
pub struct Signing {
    /// The file of the private key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The checkpoint to sign; the signature is written below it.
    #[arg(long, value_name = "FILE")]
    checkpoint: PathBuf,
    /// The checkpoint this witness signed last.
    #[arg(long, value_name = "FILE", requires = "proof")]
    previous: Option<PathBuf>,
    /// The proof that the checkpoint continues it, made by `audit consistency`.
    #[arg(long, value_name = "FILE", requires = "previous")]
    proof: Option<PathBuf>,
    /// This witness signed no checkpoint of this log yet.
    #[arg(long, conflicts_with = "previous", required_unless_present = "previous")]
    first: bool,
}

pub fn key(arguments: &Key) -> anyhow::Result<String> {
    let mut seed = [0; 32];
    SystemRandom::new()
        .fill(&mut seed)
        .map_err(|_| anyhow!("the system gives no random bytes · the key was not made · try again"))?;
    let key = SigningKey::new(&arguments.name, seed)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || options.open(&arguments.out)?.write_all(key.text().as_bytes());
    write().map_err(|error| unwritable(&arguments.out, &error))?;
    Ok(format!("{}\n", key.public()))
}

pub fn sign(arguments: &Signing) -> anyhow::Result<String> {
    let key = SigningKey::parse(&content(&arguments.key)?)?;
    let (mut note, new) = checkpoint(&arguments.checkpoint)?;
    if let (Some(previous), Some(proof)) = (&arguments.previous, &arguments.proof) {
        let (old_note, old) = checkpoint(previous)?;
        if !key.public().has_signed(&old_note) {
            bail!(
                "the checkpoint bears no signature of this key · {} · name the one this witness signed last",
                previous.display()
            );
        }
        if let Some(fault) = fault(&old, &new, proof)? {
            bail!(
                "not signed · {}: {fault} · keep both files and the proof: together they are evidence",
                proof.display()
            );
        }
    }
    key.sign(&mut note);
    write_whole(&arguments.checkpoint, &note.content())
        .map_err(|error| unwritable(&arguments.checkpoint, &error))?;
    Ok(format!("checkpoint {} signed by {}\n", new.size, key.public()))
}

fn fault(old: &Checkpoint, new: &Checkpoint, proof: &Path) -> anyhow::Result<Option<&'static str>> {
    let consistency = Consistency::parse(&content(proof)?).map_err(|what| {
        anyhow!("no proof · {} · {what}: make one with `liangjian audit consistency`", proof.display())
    })?;
    Ok(consistency.fault(old, new))
}

/// Replaces the file at once: a signed checkpoint is never seen half written.
fn write_whole(file: &Path, text: &str) -> std::io::Result<()> {
    let unfinished = file.with_extension("unfinished");
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, file)
}
