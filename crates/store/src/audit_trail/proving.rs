//! Reading the log for parties outside: export, receipts, proofs that a checkpoint continues another.

use super::{Checkpoint, Consistency, Note, Receipt, load, signed};
use crate::database::{Transaction, query, within};
use crate::event_log::page;
use crate::merkle::{Frontier, Node, TreeHash, proof};
use crate::{Store, StoreError};

impl Store {
    /// Up to a page of events after this sequence, each as the line of JSON that is hashed, with its sequence.
    pub async fn event_lines(&self, after: i64) -> Result<Vec<(i64, String)>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let rows = page(&mut transaction, after).await?;
        Ok(rows.iter().map(|row| (row.sequence, row.line())).collect())
    }

    /// The last checkpoint there is, over at most `size` events where a size is named.
    pub async fn last_checkpoint(&self, size: Option<i64>) -> Result<Option<Note>, StoreError> {
        let statement =
            "SELECT text FROM checkpoint WHERE size <= $1 AND hash = (SELECT hash FROM event_tree)
                         ORDER BY size DESC LIMIT 1";
        let text: Option<String> = query!(self.database, connection => {
            sqlx::query_scalar(statement).bind(size.unwrap_or(i64::MAX)).fetch_optional(connection).await?
        });
        Ok(text.map(Note::unsigned))
    }

    /// The receipt of an event: the proof that the first checkpoint made after it vouches for it.
    pub async fn receipt(&self, sequence: i64) -> Result<Receipt, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let hash = load(&mut transaction).await?.frontier.hash();
        let statement = "SELECT text FROM checkpoint WHERE size >= $1 AND hash = $2 ORDER BY size LIMIT 1";
        let text: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar(statement).bind(sequence).bind(hash.name()).fetch_optional(connection).await?
        });
        let Some(text) = text.filter(|_| sequence >= 1) else {
            return Err(StoreError::Invalid(format!(
                "no checkpoint vouches for event {sequence} · if there is such an event, run `liangjian audit checkpoint` first"
            )));
        };
        let checkpoint = Checkpoint::parse(&text).map_err(StoreError::Damaged)?;
        let (leaves, lines) = leaves(&mut transaction, &checkpoint, Some(sequence)).await?;
        let event = lines.ok_or_else(|| StoreError::Damaged(format!("event {sequence} is missing")))?;
        let index = usize::try_from(sequence - 1).expect("it is at least 1");
        let proof = proof::inclusion(hash, &leaves, index);
        Ok(Receipt { index: index as u64, event, proof, note: Note::unsigned(text) })
    }

    /// The proof that the checkpoint `new` continues the checkpoint `old`; both are of this log.
    pub async fn consistency(&self, old: &Checkpoint, new: &Checkpoint) -> Result<Consistency, StoreError> {
        if old.size == 0 || old.size > new.size || old.hash != new.hash {
            return Err(StoreError::Invalid(
                "the newer checkpoint cannot continue the older one: it is smaller or has another hash function · name an older one with --from"
                    .to_owned(),
            ));
        }
        let mut transaction = self.database.begin_read().await?;
        let (leaves, _) = leaves(&mut transaction, new, None).await?;
        let old_size = usize::try_from(old.size).expect("it is at most the number of leaves");
        let proof = Consistency { proof: proof::consistency(new.hash, &leaves, old_size) };
        match proof.fault(old, new) {
            Some(fault) => Err(StoreError::Damaged(fault.to_owned())),
            None => Ok(proof),
        }
    }
}

/// The leaves a checkpoint vouches for, and the line of one event. Fails where the log gives another root.
async fn leaves(
    transaction: &mut Transaction,
    checkpoint: &Checkpoint,
    wanted: Option<i64>,
) -> Result<(Vec<Node>, Option<String>), StoreError> {
    let (hash, size): (TreeHash, i64) = (checkpoint.hash, signed(checkpoint.size));
    let (mut after, mut leaves, mut line, mut tree) = (0, Vec::new(), None, Frontier::new(hash));
    while after < size {
        let rows = page(transaction, after).await?;
        let Some(last) = rows.last() else { break };
        after = last.sequence;
        for row in rows.iter().filter(|row| row.sequence <= size) {
            let text = row.line();
            leaves.push(hash.leaf(text.as_bytes()));
            tree.push(hash.leaf(text.as_bytes()));
            if Some(row.sequence) == wanted {
                line = Some(text);
            }
        }
    }
    if tree.root() != checkpoint.root {
        let what = format!("the checkpoint over {size} events does not agree with the log");
        return Err(StoreError::Damaged(what));
    }
    Ok((leaves, line))
}
