//! The audit trail: a Merkle tree over the event log, and checkpoints of it for parties outside.
//!
//! `event_tree` keeps the right edge of the tree; an event and its place in the tree commit together. A checkpoint is
//! made with the tenth event it has to vouch for, or when the first of them has waited sixty seconds, which
//! `checkpoint_if_due` sees to where no further event comes. All of it follows from the events: a database that was
//! written before there was a tree gets it when it is opened.
//!
//! A restore of a backup appends an event of its own to the stream `store` before anything else is written, with the
//! size and root of the tree it restored; that is in `backup`.

mod checkpoint;
mod file;
mod handing_out;
#[cfg(test)]
mod lying;
mod note;
mod proving;
mod receipt;
mod state;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod tests;
mod verification;

pub use checkpoint::Checkpoint;
pub use file::{FOLDER as CHECKPOINT_FOLDER, checkpoint_files};
pub use note::{Note, SigningKey, WitnessKey};
pub use receipt::{Consistency, Receipt};
pub use state::TrailState;
pub use verification::{Held, TrailFault, TrailReport};

use crate::database::{Transaction, query, within};
use crate::digest::hexadecimal;
use crate::event_log::{EventRow, NewEvent, append_within, lock_log, page, stream_version};
use crate::merkle::{Frontier, Node, TreeHash};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;

/// The stream of what concerns the log itself.
const STREAM: &str = "audit";

/// The tree as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub struct TreeRow {
    hash: String,
    size: i64,
    nodes: String,
    checkpoint_size: i64,
    waiting_since: String,
}

/// The tree, and how far checkpoints vouch for it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tree {
    frontier: Frontier,
    checkpoint_size: u64,
    /// Time of the first event no checkpoint vouches for; empty where there is none.
    waiting_since: String,
}

impl Store {
    /// Makes a checkpoint where one is due at this time. Answers whether it made one.
    pub async fn checkpoint_if_due(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.checkpoint_where(|tree| tree.is_due(now)).await
    }

    /// Makes a checkpoint that vouches for every event there is. Answers false where one does already.
    pub async fn checkpoint(&self) -> Result<bool, StoreError> {
        self.checkpoint_where(|tree| tree.waiting() > 0).await
    }

    async fn checkpoint_where(&self, is_wanted: impl Fn(&Tree) -> bool + Send) -> Result<bool, StoreError> {
        // The lock is taken only where there is something to do.
        let statement = "SELECT hash, size, nodes, checkpoint_size, waiting_since FROM event_tree";
        let row: Option<TreeRow> = query!(self.database, connection => {
            sqlx::query_as(statement).fetch_optional(connection).await?
        });
        if !is_wanted(&Tree::try_from(row.ok_or_else(missing)?)?) {
            return Ok(false);
        }
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let mut tree = load(&mut transaction).await?;
        let is_made = is_wanted(&tree);
        if is_made {
            tree.vouch(&mut transaction).await?;
            tree.save(&mut transaction).await?;
        }
        transaction.commit_if(is_made).await?;
        Ok(is_made)
    }

    /// Hashes the tree with this function from now on, which is an event. Answers false where it is so already.
    ///
    /// A last checkpoint of the old tree and a first one of the new vouch for the same events.
    pub async fn choose_tree_hash(
        &self,
        hash: TreeHash,
        actor: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        if load(&mut transaction).await?.frontier.hash() == hash {
            transaction.undo().await?;
            return Ok(false);
        }
        let event = NewEvent {
            stream: STREAM.to_owned(),
            expected_version: stream_version(&mut transaction, STREAM).await?,
            kind: "audit.tree-hash-chosen".to_owned(),
            actor: actor.to_owned(),
            payload: json!({"hash": hash.name()}),
        };
        append_within(&mut transaction, &event, at).await?;
        let mut old = load(&mut transaction).await?;
        if old.waiting() > 0 {
            old.vouch(&mut transaction).await?;
        }
        let mut new = Tree { frontier: Frontier::new(hash), ..old };
        while let Some(rows) = next_page(&mut transaction, &new).await? {
            for row in &rows {
                new.frontier.push(hash.leaf(row.line().as_bytes()));
            }
        }
        new.vouch(&mut transaction).await?;
        new.save(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Grows the tree over events that were written before there was one.
    pub(crate) async fn complete_tree(&self) -> Result<(), StoreError> {
        let statement =
            "SELECT count(*) FROM event_tree t JOIN event_head h ON h.id = t.id WHERE t.size < h.sequence";
        let behind: i64 = query!(self.database, connection => {
            sqlx::query_scalar(statement).fetch_one(connection).await?
        });
        if behind == 0 {
            return Ok(());
        }
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let mut tree = load(&mut transaction).await?;
        while let Some(rows) = next_page(&mut transaction, &tree).await? {
            for row in &rows {
                tree.push(row);
            }
        }
        if tree.waiting() > 0 {
            tree.vouch(&mut transaction).await?;
        }
        tree.save(&mut transaction).await?;
        transaction.commit().await
    }
}

/// Gives the event that was just appended its place in the tree, as part of the same change.
pub async fn record(transaction: &mut Transaction, tree: TreeRow, row: &EventRow) -> Result<(), StoreError> {
    let mut tree = Tree::try_from(tree)?;
    if signed(tree.frontier.size()) + 1 == row.sequence {
        tree.take(transaction, row).await?;
    }
    // Where an older program wrote events meanwhile, these come first.
    while signed(tree.frontier.size()) < row.sequence {
        let rows = next_page(transaction, &tree).await?;
        for row in &rows.ok_or_else(missing)? {
            tree.take(transaction, row).await?;
        }
    }
    tree.save(transaction).await
}

async fn load(transaction: &mut Transaction) -> Result<Tree, StoreError> {
    let row: Option<TreeRow> = within!(transaction, connection => {
        sqlx::query_as("SELECT hash, size, nodes, checkpoint_size, waiting_since FROM event_tree")
            .fetch_optional(connection)
            .await?
    });
    row.ok_or_else(missing)?.try_into()
}

/// Rows of the log that have no place in the tree yet.
async fn next_page(transaction: &mut Transaction, tree: &Tree) -> Result<Option<Vec<EventRow>>, StoreError> {
    let rows = page(transaction, signed(tree.frontier.size())).await?;
    Ok((!rows.is_empty()).then_some(rows))
}

impl Tree {
    /// Adds an event, and makes a checkpoint where one is due with it.
    async fn take(&mut self, transaction: &mut Transaction, row: &EventRow) -> Result<(), StoreError> {
        self.push(row);
        if self.is_due(time_of(&row.recorded_at)?) {
            self.vouch(transaction).await?;
        }
        Ok(())
    }

    fn push(&mut self, row: &EventRow) {
        if self.waiting() == 0 {
            self.waiting_since.clone_from(&row.recorded_at);
        }
        let leaf = self.frontier.hash().leaf(row.line().as_bytes());
        self.frontier.push(leaf);
    }

    /// Number of events no checkpoint vouches for.
    fn waiting(&self) -> u64 {
        self.frontier.size().saturating_sub(self.checkpoint_size)
    }

    fn is_due(&self, now: DateTime<Utc>) -> bool {
        checkpoint::is_due(self.waiting(), time_of(&self.waiting_since).ok(), now)
    }

    /// Makes a checkpoint over the whole tree.
    async fn vouch(&mut self, transaction: &mut Transaction) -> Result<(), StoreError> {
        let size = signed(self.frontier.size());
        let ends: Option<(String, String)> = within!(transaction, connection => {
            sqlx::query_as(
                "SELECT first.hash, last.recorded_at FROM event first, event last
                 WHERE first.sequence = 1 AND last.sequence = $1",
            )
            .bind(size)
            .fetch_optional(connection)
            .await?
        });
        let (first_hash, time) = ends.ok_or_else(|| {
            StoreError::Damaged(format!(
                "the tree has {size} events, the log lacks the first or the last of them"
            ))
        })?;
        let text = Checkpoint::over(&self.frontier, &first_hash, &time).text();
        within!(transaction, connection => {
            sqlx::query("INSERT INTO checkpoint (size, hash, text) VALUES ($1, $2, $3)")
                .bind(size)
                .bind(self.frontier.hash().name())
                .bind(text)
                .execute(connection)
                .await?;
        });
        self.checkpoint_size = self.frontier.size();
        self.waiting_since.clear();
        Ok(())
    }

    async fn save(&self, transaction: &mut Transaction) -> Result<(), StoreError> {
        let nodes: Vec<String> = self.frontier.nodes().iter().map(|node| hexadecimal(node)).collect();
        within!(transaction, connection => {
            sqlx::query(
                "UPDATE event_tree SET hash = $1, size = $2, nodes = $3, checkpoint_size = $4, waiting_since = $5
                 WHERE id = 1",
            )
            .bind(self.frontier.hash().name())
            .bind(signed(self.frontier.size()))
            .bind(nodes.join(" "))
            .bind(signed(self.checkpoint_size))
            .bind(&self.waiting_since)
            .execute(connection)
            .await?;
        });
        Ok(())
    }
}

impl TryFrom<TreeRow> for Tree {
    type Error = StoreError;

    fn try_from(row: TreeRow) -> Result<Self, StoreError> {
        let read = || {
            let nodes: Option<Vec<Node>> = row.nodes.split_whitespace().map(node_of).collect();
            let (size, checkpoint_size) = (row.size.try_into().ok()?, row.checkpoint_size.try_into().ok()?);
            let frontier = Frontier::restored(TreeHash::of_name(&row.hash)?, size, nodes?)?;
            Some(Self { frontier, checkpoint_size, waiting_since: row.waiting_since.clone() })
        };
        read().ok_or_else(|| StoreError::Damaged("the tree over the event log cannot be read".to_owned()))
    }
}

fn missing() -> StoreError {
    StoreError::Damaged("the tree over the event log is missing".to_owned())
}

fn time_of(text: &str) -> Result<DateTime<Utc>, StoreError> {
    let time = DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc));
    time.map_err(|_| StoreError::Damaged(format!("the time `{text}` of an event cannot be read")))
}

fn node_of(text: &str) -> Option<Node> {
    let mut node = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in node.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(node)
}

/// A number of events as databases keep it.
fn signed(size: u64) -> i64 {
    i64::try_from(size).expect("sequences are numbers of 63 bits")
}
