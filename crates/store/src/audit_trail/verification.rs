//! Comparing the log with its tree, with every checkpoint of it, and with what parties outside hold.
//!
//! The log is read once. At each size for which somebody has a checkpoint, its text is made anew from the log; a
//! checkpoint that says otherwise shows that an event up to there was changed, removed, added or moved.

use super::{Checkpoint, Note, Receipt, Tree, WitnessKey, checkpoint, load, time_of};
use crate::database::{Transaction, within};
use crate::event_log::{EventRow, page};
use crate::merkle::{Frontier, TreeHash};
use crate::{Store, StoreError};
use serde::Serialize;

const FAULTS_MAX: usize = 100;

/// What parties outside have kept, to be compared with the log: names and contents of files.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Checkpoints as they were published.
    pub published: Vec<(String, String)>,
    /// Checkpoints that somebody outside kept.
    pub checkpoints: Vec<(String, String)>,
    /// Who must have signed each checkpoint that somebody outside kept.
    pub witnesses: Vec<WitnessKey>,
    /// Receipts.
    pub receipts: Vec<(String, String)>,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrailReport {
    /// The function of the tree.
    pub hash: String,
    /// The root over all events, in base64.
    pub root: String,
    /// Checkpoints in the database.
    pub checkpoint_count: usize,
    /// Checkpoints and receipts from outside the database.
    pub held_count: usize,
    /// What is wrong, in the order of the log, at most 100.
    pub faults: Vec<TrailFault>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TrailFault {
    /// The event up to which it lies; 0 where it is about no event.
    pub sequence: i64,
    /// Where: `checkpoint 30`, the name of a file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// A checkpoint that is to agree with the log.
struct Claim {
    place: String,
    checkpoint: Checkpoint,
}

/// What has been read so far, and what is still to be met.
struct Walk {
    trees: Vec<Frontier>,
    /// By size, the largest first, so that the next to be met is the last.
    claims: Vec<Claim>,
    receipts: Vec<(String, Receipt)>,
    first_hash: String,
    /// Up to where checkpoints agree, as long as nothing was wrong.
    agreed: u64,
    faults: Vec<TrailFault>,
}

impl Store {
    /// Compares the whole log with its tree, its checkpoints, and what parties outside hold.
    pub async fn verify_trail(&self, held: &Held) -> Result<TrailReport, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let kept = match kept(&mut transaction).await {
            Err(error) if error.is_about_content() => {
                // PostgreSQL answers nothing more in a transaction that met an error; and there may be one connection.
                drop(transaction);
                transaction = self.database.begin_read().await?;
                Err(error.reason())
            }
            kept => Ok(kept?),
        };
        let rows = kept.as_ref().map_or(&[][..], |(_, rows)| rows);
        let mut walk = Walk::start(rows, held);
        let of_tree = kept.as_ref().map_or(TreeHash::default(), |(tree, _)| tree.frontier.hash());
        // Hashing with a function nobody asks for would double the work.
        let claims = &walk.claims;
        walk.trees
            .retain(|tree| tree.hash() == of_tree || claims.iter().any(|c| c.checkpoint.hash == tree.hash()));
        match walk.through(&mut transaction).await {
            Err(error) if error.is_about_content() => {
                let what = format!("what follows cannot be read: {}", error.reason());
                walk.fault(walk.size(), "the log", what);
            }
            read => read?,
        }
        let checkpoint_count = rows.len();
        Ok(walk.finish(&kept, checkpoint_count, held.count()))
    }
}

impl Held {
    fn count(&self) -> usize {
        self.published.len() + self.checkpoints.len() + self.receipts.len()
    }
}

/// Size, function and text of a checkpoint in the database.
type Row = (i64, String, String);

async fn kept(transaction: &mut Transaction) -> Result<(Tree, Vec<Row>), StoreError> {
    let rows = within!(transaction, connection => {
        sqlx::query_as("SELECT size, hash, text FROM checkpoint ORDER BY size, hash").fetch_all(connection).await?
    });
    Ok((load(transaction).await?, rows))
}

impl Walk {
    fn start(rows: &[Row], held: &Held) -> Self {
        let mut walk = Self {
            trees: TreeHash::ALL.map(Frontier::new).to_vec(),
            claims: Vec::new(),
            receipts: Vec::new(),
            first_hash: String::new(),
            agreed: 0,
            faults: Vec::new(),
        };
        for (size, hash, text) in rows {
            walk.claim_of_row(*size, hash, text);
        }
        walk.find_gaps(rows);
        for (name, content) in &held.published {
            walk.claim_of_file(name, content, &[]);
        }
        for (name, content) in &held.checkpoints {
            walk.claim_of_file(name, content, &held.witnesses);
        }
        for (name, content) in &held.receipts {
            walk.claim_of_receipt(name, content);
        }
        walk.claims.sort_by_key(|claim| std::cmp::Reverse(claim.checkpoint.size));
        walk
    }

    fn fault(&mut self, size: u64, place: &str, what: impl Into<String>) {
        let sequence = i64::try_from(size).unwrap_or(i64::MAX);
        self.faults.push(TrailFault { sequence, place: place.to_owned(), what: what.into() });
    }

    fn claim(&mut self, place: String, checkpoint: Result<Checkpoint, String>) {
        match checkpoint {
            Ok(checkpoint) if checkpoint.size == 0 => {
                self.fault(0, &place, "it vouches for no event: this program makes no such checkpoint");
            }
            Ok(checkpoint) => self.claims.push(Claim { place, checkpoint }),
            Err(what) => self.fault(0, &place, what),
        }
    }

    fn claim_of_row(&mut self, size: i64, hash: &str, text: &str) {
        let place = format!("checkpoint {size}");
        let checkpoint = Checkpoint::parse(text);
        let fits = |c: &Checkpoint| i64::try_from(c.size) == Ok(size) && c.hash.name() == hash;
        if checkpoint.as_ref().is_ok_and(|checkpoint| !fits(checkpoint)) {
            self.fault(
                size.try_into().unwrap_or(0),
                &place,
                "its text has another size or hash than its row",
            );
        }
        self.claim(place, checkpoint);
    }

    /// After the first checkpoint, which may vouch for a log that is older than its tree, none was left out.
    fn find_gaps(&mut self, rows: &[Row]) {
        for ((size, ..), (next, ..)) in rows.iter().zip(rows.iter().skip(1)) {
            let sizes = (u64::try_from(*size).unwrap_or(0), u64::try_from(*next).unwrap_or(0));
            if checkpoint::is_gap(sizes.0, sizes.1) {
                let what = format!("it follows checkpoint {size}: a checkpoint between them is missing");
                self.fault(sizes.1, &format!("checkpoint {next}"), what);
            }
        }
    }

    fn claim_of_file(&mut self, name: &str, content: &str, witnesses: &[WitnessKey]) {
        let note = match Note::parse(content) {
            Ok(note) => note,
            Err(what) => return self.fault(0, name, what),
        };
        for witness in witnesses.iter().filter(|witness| !witness.has_signed(&note)) {
            self.fault(0, name, format!("it bears no valid signature of {}", witness.name));
        }
        self.claim(name.to_owned(), Checkpoint::parse(&note.text));
    }

    fn claim_of_receipt(&mut self, name: &str, content: &str) {
        let receipt = match Receipt::parse(content) {
            Ok(receipt) => receipt,
            Err(what) => return self.fault(0, name, what),
        };
        match receipt.checkpoint() {
            Err(what) => self.fault(receipt.index.saturating_add(1), name, what),
            Ok(checkpoint) => {
                self.claim(name.to_owned(), Ok(checkpoint));
                self.receipts.push((name.to_owned(), receipt));
            }
        }
    }

    async fn through(&mut self, transaction: &mut Transaction) -> Result<(), StoreError> {
        // Below the lowest value a tampered sequence could have.
        let mut after = i64::MIN;
        loop {
            let rows = page(transaction, after).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.sequence;
            for row in &rows {
                self.step(row);
            }
        }
    }

    /// Number of events read.
    fn size(&self) -> u64 {
        self.trees[0].size()
    }

    fn step(&mut self, row: &EventRow) {
        let line = row.line();
        if self.size() == 0 {
            self.first_hash.clone_from(&row.hash);
        }
        for index in 0..self.receipts.len() {
            let (name, receipt) = &self.receipts[index];
            if receipt.index == self.size() && receipt.event != line {
                let what = "its event is not the one the log has in this place";
                self.fault(receipt.index + 1, &name.clone(), what);
            }
        }
        for tree in &mut self.trees {
            tree.push(tree.hash().leaf(line.as_bytes()));
        }
        let size = self.size();
        while let Some(claim) = self.claims.pop_if(|claim| claim.checkpoint.size == size) {
            self.meet(&claim, &row.recorded_at);
        }
    }

    /// Compares a checkpoint with the log as far as it was read.
    fn meet(&mut self, claim: &Claim, time: &str) {
        let tree = self.trees.iter().find(|tree| tree.hash() == claim.checkpoint.hash);
        let of_log = Checkpoint::over(tree.unwrap_or(&self.trees[0]), &self.first_hash, time);
        let (size, agreed) = (claim.checkpoint.size, self.agreed);
        match claim.checkpoint.difference(&of_log) {
            None if self.faults.is_empty() => self.agreed = size,
            None => {}
            Some(difference) => {
                let what = format!(
                    "it does not agree with the events up to {size} (those up to {agreed} agree): {difference}"
                );
                self.fault(size, &claim.place, what);
            }
        }
    }

    fn finish(
        mut self,
        kept: &Result<(Tree, Vec<Row>), String>,
        checkpoint_count: usize,
        held_count: usize,
    ) -> TrailReport {
        let size = self.size();
        while let Some(claim) = self.claims.pop() {
            let vouched = claim.checkpoint.size;
            let what = format!("it vouches for {vouched} events, the log has {size}: its tail was cut off");
            self.fault(size.saturating_add(1), &claim.place, what);
        }
        let hash = match kept {
            Ok((tree, rows)) => {
                self.compare(tree, rows);
                tree.frontier.hash()
            }
            Err(reason) => {
                self.fault(0, "the tree", format!("it cannot be read: {reason}"));
                TreeHash::default()
            }
        };
        let tree = self.trees.iter().find(|tree| tree.hash() == hash).unwrap_or(&self.trees[0]);
        let root = checkpoint::base64(&tree.root());
        self.faults.sort();
        self.faults.dedup();
        self.faults.truncate(FAULTS_MAX);
        let hash = hash.name().to_owned();
        TrailReport { hash, root, checkpoint_count, held_count, faults: self.faults }
    }

    /// Compares the tree that is kept with the one the log gives.
    fn compare(&mut self, kept: &Tree, rows: &[Row]) {
        let size = self.size();
        let of_log = self.trees.iter().find(|tree| tree.hash() == kept.frontier.hash());
        if of_log.is_some_and(|tree| *tree != kept.frontier) {
            let kept = kept.frontier.size();
            let what = format!(
                "the tree that is kept, over {kept} events, is not that of the {size} events of the log"
            );
            self.fault(size, "the tree", what);
        }
        let last = rows.last().map_or(0, |(size, ..)| *size);
        if i64::try_from(kept.checkpoint_size) != Ok(last) {
            let what = format!(
                "it says that a checkpoint over {} events was made, the last is over {last}",
                kept.checkpoint_size
            );
            self.fault(size, "the tree", what);
        }
        if checkpoint::is_gap(kept.checkpoint_size, kept.frontier.size()) {
            self.fault(size, "the tree", "the last events have no checkpoint");
        }
        let waits = kept.frontier.size() > kept.checkpoint_size;
        if waits != time_of(&kept.waiting_since).is_ok() {
            self.fault(size, "the tree", "it does not say since when events wait for a checkpoint");
        }
    }
}
