//! `/checkpoints`: what vouches for the event log, for witnesses and whoever wants to hold the operator to it.
//! `/checkpoints/{size}` and `/checkpoints/latest` are the signed notes themselves, byte for byte.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    http::header,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::LazyLock;
use store::{Checkpoint, Note, TreeHash};
use tokio::task::spawn_blocking;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Checkpoints on one page.
const ROWS_MAX: usize = 50;

/// Which part of the list is wanted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Checkpoints over fewer events than this.
    before: String,
}

/// One checkpoint.
struct Row {
    size: u64,
    hash: &'static str,
    /// `2026-11-21 08:00:00`.
    time: String,
    root: String,
    signers: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/checkpoints/page.html")]
struct View {
    page: Page,
    t: Text,
    origin: Option<String>,
    rows: Vec<Row>,
    /// Where older ones begin.
    older: Option<u64>,
}

/// The list, the newest first.
pub async fn list(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    let before = match asked.before.as_str() {
        "" => None,
        size => Some(size.parse().map_err(|_| PageError::Checkpoint)?),
    };
    // One more than is shown tells whether there are older ones.
    let mut notes = context.city.store.checkpoints(before, ROWS_MAX as i64 + 1).await?;
    let has_older = notes.len() > ROWS_MAX;
    notes.truncate(ROWS_MAX);
    let data = context.city.host.data.clone();
    let signed = spawn_blocking(move || notes.into_iter().map(|note| note.with_signatures(&data)).collect());
    let notes: Vec<Note> = signed.await.map_err(|_| PageError::Unavailable)?;
    let rows: Vec<Row> = notes.iter().filter_map(row).collect();
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::About, t.of("title"));
    let origin = notes.first().and_then(|note| note.text.lines().next()).map(str::to_owned);
    let older = rows.last().map(|row| row.size).filter(|_| has_older);
    Page::render(&View { page, t, origin, rows, older })
}

/// The newest signed note.
pub async fn latest(context: Context) -> Result<Response, PageError> {
    let note = context.city.store.last_checkpoint(None).await?.ok_or(PageError::Checkpoint)?;
    handed_out(&context, note).await
}

/// The signed note over so many events: `42`, or `42-sm3` where there are two.
pub async fn one(context: Context, Path(name): Path<String>) -> Result<Response, PageError> {
    let (size, hash) = read(&name).ok_or(PageError::Checkpoint)?;
    let note = context.city.store.checkpoint_of(size, hash).await?.ok_or(PageError::Checkpoint)?;
    handed_out(&context, note).await
}

/// Size and hash function of a name; only the plain spelling of a number, so that each note has one address.
fn read(name: &str) -> Option<(i64, Option<TreeHash>)> {
    let (size, hash) = name.split_once('-').map_or((name, None), |(size, hash)| (size, Some(hash)));
    let hash = match hash {
        Some(hash) => Some(TreeHash::of_name(hash)?),
        None => None,
    };
    let size: i64 = size.parse().ok().filter(|number: &i64| number.to_string() == size)?;
    Some((size, hash))
}

/// A note as it stands in its file.
async fn handed_out(context: &Context, note: Note) -> Result<Response, PageError> {
    let data = context.city.host.data.clone();
    let note = spawn_blocking(move || note.with_signatures(&data)).await;
    let note = note.map_err(|_| PageError::Unavailable)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note.content()).into_response())
}

/// A line of the list; a checkpoint that cannot be read is for the audit to tell.
fn row(note: &Note) -> Option<Row> {
    let checkpoint = Checkpoint::parse(&note.text).ok()?;
    let time = checkpoint.time.get(..19)?.replace('T', " ");
    let root = note.text.lines().nth(2)?.to_owned();
    let signers = note.signers().into_iter().map(str::to_owned).collect();
    Some(Row { size: checkpoint.size, hash: checkpoint.hash.name(), time, root, signers })
}

#[cfg(test)]
mod tests;
