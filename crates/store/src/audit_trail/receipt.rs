//! What an outsider keeps: the receipt of an event, and the proof that one checkpoint continues another.
//!
//! A receipt is text: `liangjian-receipt-1`, `index` (from 0), `size`, `event` with the exact JSON that is hashed,
//! a line `proof` for each hash from the leaf up, a blank line, and the checkpoint. It convinces without the log.

use super::checkpoint::{Checkpoint, base64, node};
use super::note::Note;
use crate::merkle::{Node, proof};

const RECEIPT: &str = "liangjian-receipt-1";
const CONSISTENCY: &str = "liangjian-consistency-1";

/// That an event is among those a checkpoint vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Number of events before it.
    pub index: u64,
    /// The event, in the JSON that is hashed.
    pub event: String,
    /// The hashes from its leaf up to the root.
    pub proof: Vec<Node>,
    /// The checkpoint, with whoever signed it.
    pub note: Note,
}

impl Receipt {
    /// The content of its file.
    pub fn content(&self) -> Result<String, String> {
        let (size, proof) = (Checkpoint::parse(&self.note.text)?.size, proof_lines(&self.proof));
        let head = format!("{RECEIPT}\nindex {}\nsize {size}\nevent {}\n{proof}", self.index, self.event);
        Ok(format!("{head}\n{}", self.note.content()))
    }

    /// Reads a receipt; says what is wrong with what is none.
    pub fn parse(content: &str) -> Result<Self, String> {
        let read = || {
            let (head, note) = content.split_once("\n\n")?;
            let mut lines = head.lines();
            lines.next().filter(|line| *line == RECEIPT)?;
            let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
            lines.next()?.strip_prefix("size ")?;
            let event = lines.next()?.strip_prefix("event ")?.to_owned();
            let (proof, note) = (proof_of(lines)?, Note::parse(note).ok()?);
            Some(Self { index, event, proof, note })
        };
        let receipt = read().filter(|receipt| receipt.content().is_ok_and(|own| own == content));
        receipt.ok_or_else(|| "it is no receipt as this program writes them".to_owned())
    }

    /// The checkpoint, if the proof leads from the event to it.
    pub fn checkpoint(&self) -> Result<Checkpoint, String> {
        let checkpoint = Checkpoint::parse(&self.note.text)?;
        let (hash, tree) = (checkpoint.hash, (checkpoint.size, checkpoint.root));
        let holds = proof::includes(hash, hash.leaf(self.event.as_bytes()), self.index, tree, &self.proof);
        if holds {
            Ok(checkpoint)
        } else {
            Err("its proof does not lead from its event to its checkpoint".to_owned())
        }
    }
}

/// That a checkpoint continues an older one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// The hashes of the proof.
    pub proof: Vec<Node>,
}

impl Consistency {
    /// The content of its file.
    pub fn content(&self) -> String {
        format!("{CONSISTENCY}\n{}", proof_lines(&self.proof))
    }

    /// Reads such a proof.
    pub fn parse(content: &str) -> Result<Self, String> {
        let mut lines = content.lines();
        let proof = lines.next().filter(|line| *line == CONSISTENCY).and_then(|_| proof_of(lines));
        proof.map(|proof| Self { proof }).ok_or_else(|| "it is no proof of consistency".to_owned())
    }

    /// What keeps the newer checkpoint from continuing the older one.
    pub fn fault(&self, old: &Checkpoint, new: &Checkpoint) -> Option<&'static str> {
        if old.origin != new.origin {
            return Some("the two checkpoints are of different logs");
        }
        if old.hash != new.hash {
            return Some("the two checkpoints are of trees with different hash functions");
        }
        // Times are of one length and in one zone, so their order as texts is theirs.
        if new.time < old.time || (new.size == old.size && new.time != old.time) {
            return Some("the times of the two checkpoints contradict each other");
        }
        let (older, newer) = ((old.size, old.root), (new.size, new.root));
        let continues = proof::continues(old.hash, older, newer, &self.proof);
        (!continues).then_some("the newer checkpoint does not continue the older one by this proof")
    }
}

fn proof_lines(proof: &[Node]) -> String {
    let lines = proof.iter().flat_map(|node| ["proof ".to_owned(), base64(node), "\n".to_owned()]);
    lines.collect()
}

fn proof_of<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Vec<Node>> {
    lines.try_fold(Vec::new(), |mut proof, line| {
        proof.push(node(line.strip_prefix("proof ")?)?);
        Some(proof)
    })
}
