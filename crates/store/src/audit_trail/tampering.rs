//! Eight kinds of tampering, sixty trials each from a seeded generator: both verifiers find every one.
//!
//! The tamperer owns the database: triggers are dropped, and where it helps him he recomputes chain, head, tree and
//! checkpoints. Findings about dropped triggers do not count here. The Python verifier reads the log as exported.

use super::*;
use crate::event_log::EventRow;
use crate::testing::{fixtures, noon, tamper};
use crate::{Location, SQLITE_FILE_NAME};
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const KINDS: [&str; 8] = [
    "changed", "deleted", "inserted", "reordered", "truncated", "rewritten", "forged checkpoint",
    "forged receipt",
];
const LOGS: u64 = 12;
const TRIALS_OF_A_LOG: u64 = 5;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn turns(&mut self, node: &mut Node) {
        node[self.below(32)] ^= 1 << self.below(8);
    }
}

/// What a database holds, in memory.
#[derive(Clone)]
struct Holding {
    events: Vec<EventRow>,
    checkpoints: Vec<(i64, String, String)>,
}

/// A log that is whole, and what an outsider kept of it.
struct Log {
    holding: Holding,
    checkpoint: String,
    receipt: String,
}

/// A database after tampering, and what is compared with it.
struct Tampered {
    holding: Holding,
    /// Head and tree were recomputed too.
    is_consistent: bool,
    held: Held,
}

/// Appends a log of its own to an empty store.
async fn record_log(store: &Store, seed: u64) -> Log {
    let mut chance = Chance(seed);
    let count = 22 + chance.below(24);
    let (mut versions, mut seconds) = ([0; 4], 0);
    for index in 0..count {
        let stream = chance.below(4);
        let event = NewEvent {
            stream: format!("case:{stream}"),
            expected_version: versions[stream],
            kind: ["case.opened", "case.answered", "case.rated"][chance.below(3)].to_owned(),
            actor: format!("officer {}", chance.below(5)),
            payload: json!({"index": index, "text": "'温州'\n\"\\", "amount_fen": chance.next()}),
        };
        versions[stream] += 1;
        seconds += i64::try_from(chance.below(30)).unwrap();
        store.append(&event, noon(seconds)).await.unwrap();
    }
    let mut transaction = store.database.begin_read().await.unwrap();
    let events = page(&mut transaction, 0).await.unwrap();
    let checkpoints = within!(&mut transaction, connection => {
        sqlx::query_as("SELECT size, hash, text FROM checkpoint ORDER BY size").fetch_all(connection).await.unwrap()
    });
    drop(transaction);
    let note = store.last_checkpoint(None).await.unwrap().unwrap();
    let vouched = usize::try_from(Checkpoint::parse(&note.text).unwrap().size).unwrap();
    let receipt = store.receipt(1 + chance.below(vouched) as i64).await.unwrap().content().unwrap();
    Log { holding: Holding { events, checkpoints }, checkpoint: note.content(), receipt }
}

impl Holding {
    fn renumber(&mut self) {
        for (event, sequence) in self.events.iter_mut().zip(1..) {
            event.sequence = sequence;
        }
    }

    /// Recomputes the chain from here on.
    fn rechain(&mut self) {
        let mut previous = "0".repeat(64);
        for event in &mut self.events {
            event.previous_hash = previous;
            event.hash = event.computed_hash();
            previous = event.hash.clone();
        }
    }

    fn tree(&self, size: usize) -> Frontier {
        let mut tree = Frontier::new(TreeHash::Sha256);
        let leaves = self.events[..size].iter().map(|event| tree.hash().leaf(event.line().as_bytes()));
        leaves.collect::<Vec<_>>().into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }

    /// Makes every checkpoint anew that the log is long enough for.
    fn vouch_anew(&mut self) {
        self.checkpoints.retain(|(size, ..)| *size <= self.events.len() as i64);
        let sizes: Vec<usize> =
            self.checkpoints.iter().map(|(size, ..)| usize::try_from(*size).unwrap()).collect();
        for (size, row) in sizes.into_iter().zip(0..) {
            let (first, last) = (&self.events[0].hash, &self.events[size - 1].recorded_at);
            self.checkpoints[row].2 = Checkpoint::over(&self.tree(size), first, last).text();
        }
    }

    /// Statements that put this in the place of what the tables hold.
    fn statements(&self, is_consistent: bool) -> String {
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let mut sql = "BEGIN; DELETE FROM event; DELETE FROM checkpoint;".to_owned();
        for e in &self.events {
            let texts =
                [&e.kind, &e.actor, &e.recorded_at, &e.payload, &e.previous_hash, &e.hash].map(|t| text(t));
            let (sequence, stream, version) = (e.sequence, text(&e.stream), e.version);
            write!(sql, "INSERT INTO event VALUES ({sequence},{stream},{version},{});", texts.join(","))
                .unwrap();
        }
        for (size, hash, content) in &self.checkpoints {
            write!(sql, "INSERT INTO checkpoint VALUES ({size},{},{});", text(hash), text(content)).unwrap();
        }
        if is_consistent {
            let (last, tree) = (self.events.last().unwrap(), self.tree(self.events.len()));
            let nodes: Vec<String> = tree.nodes().iter().map(|node| hexadecimal(node)).collect();
            let (size, nodes) = (tree.size(), nodes.join(" "));
            let vouched = self.checkpoints.last().map_or(0, |(size, ..)| *size);
            let since = self.events.get(usize::try_from(vouched).unwrap()).map_or("", |e| &e.recorded_at);
            let (hash, time) = (&last.hash, &last.recorded_at);
            write!(
                sql,
                "UPDATE event_head SET sequence = {size}, hash = '{hash}', recorded_at = '{time}';
                 UPDATE event_tree SET size = {size}, nodes = '{nodes}', checkpoint_size = {vouched},
                 waiting_since = '{since}';"
            )
            .unwrap();
        }
        sql + " COMMIT;"
    }
}

/// Changes one field of an event.
fn change(event: &mut EventRow, chance: &mut Chance) {
    match chance.below(6) {
        0 => event.actor.push('x'),
        1 => event.kind.push('x'),
        2 => event.payload = event.payload.replace("amount_fen\":", "amount_fen\":1"),
        3 => event.recorded_at = event.recorded_at.replace(".000000", ".000001"),
        4 => event.payload = event.payload.replace("\"index\":", "\"index\": "),
        _ => event.stream.push('x'),
    }
}

fn tampered(kind: &str, log: &Log, chance: &mut Chance) -> Tampered {
    let (mut holding, mut held, mut is_consistent) = (log.holding.clone(), Held::default(), false);
    let count = holding.events.len();
    let vouched = usize::try_from(holding.checkpoints.last().unwrap().0).unwrap();
    match kind {
        "changed" => change(&mut holding.events[chance.below(count)], chance),
        "deleted" => {
            holding.events.remove(chance.below(count - 1));
            if chance.below(2) == 0 {
                holding.renumber();
            }
        }
        "inserted" => {
            let place = chance.below(count - 1);
            let mut event = holding.events[place].clone();
            event.stream = "inserted".to_owned();
            event.version = 1;
            event.hash = event.computed_hash();
            holding.events.insert(place, event);
            holding.renumber();
        }
        "reordered" => {
            let first = chance.below(vouched.min(count - 1));
            let second = first + 1 + chance.below(count - 1 - first);
            holding.events.swap(first, second);
            holding.renumber();
            // Of independent events with one time, a recomputed chain tells nothing.
            if chance.below(2) == 0 {
                holding.rechain();
                hold(&mut held, log, 0);
            }
        }
        "truncated" | "rewritten" => {
            let vouched = hold(&mut held, log, chance.below(2));
            if kind == "truncated" {
                holding.events.truncate(1 + chance.below(vouched.max(2) - 1));
            } else {
                let event = &mut holding.events[chance.below(vouched)];
                event.actor = "nobody".to_owned();
                holding.rechain();
            }
            holding.vouch_anew();
            is_consistent = true;
        }
        "forged checkpoint" => forge_checkpoint(&mut holding, &mut held, log, chance),
        _ => held.receipts.push(("receipt".to_owned(), forged_receipt(&log.receipt, chance))),
    }
    Tampered { holding, is_consistent, held }
}

/// What an outsider brings, his checkpoint or his receipt, and for how many events it vouches.
fn hold(held: &mut Held, log: &Log, which: usize) -> usize {
    let note = if which == 0 {
        held.checkpoints.push(("kept".to_owned(), log.checkpoint.clone()));
        Note::parse(&log.checkpoint).unwrap()
    } else {
        held.receipts.push(("kept".to_owned(), log.receipt.clone()));
        Receipt::parse(&log.receipt).unwrap().note
    };
    usize::try_from(Checkpoint::parse(&note.text).unwrap().size).unwrap()
}

/// One that is handed out, or one in the database that is published.
fn forge_checkpoint(holding: &mut Holding, held: &mut Held, log: &Log, chance: &mut Chance) {
    let row = chance.below(holding.checkpoints.len());
    let mut checkpoint = Checkpoint::parse(&log.holding.checkpoints[row].2).unwrap();
    match chance.below(5) {
        0 => chance.turns(&mut checkpoint.root),
        1 => checkpoint.size = 1 + (checkpoint.size + chance.below(20) as u64) % 60,
        2 => checkpoint.time = checkpoint.time.replace("2026", "2025"),
        3 => checkpoint.origin = "liangjian/0123456789abcdef".to_owned(),
        _ => checkpoint.hash = TreeHash::Sm3,
    }
    if chance.below(2) == 0 {
        holding.checkpoints[row].2 = checkpoint.text();
    }
    held.checkpoints.push(("forged".to_owned(), checkpoint.text()));
}

fn forged_receipt(content: &str, chance: &mut Chance) -> String {
    let mut receipt = Receipt::parse(content).unwrap();
    let mut checkpoint = receipt.checkpoint().unwrap();
    let step = chance.below(receipt.proof.len());
    match chance.below(6) {
        0 => receipt.event = receipt.event.replace("\"officer ", "\"office "),
        1 => receipt.index = (receipt.index + 1 + chance.below(5) as u64) % checkpoint.size,
        2 => chance.turns(&mut receipt.proof[step]),
        3 => drop(receipt.proof.remove(step)),
        4 => receipt.proof.insert(step, [7; 32]),
        _ => {
            chance.turns(&mut checkpoint.root);
            receipt.note = Note::unsigned(checkpoint.text());
        }
    }
    receipt.content().unwrap()
}

/// Whether the Rust verifier finds the log, its tree and what was held whole.
async fn is_whole(store: &Store, held: &Held) -> bool {
    let (chain, trail) = (store.verify_chain().await.unwrap(), store.verify_trail(held).await.unwrap());
    chain.faults.is_empty() && trail.faults.is_empty()
}

/// Tampers with the database, and says whether Rust finds it; the trial for Python is handed back.
async fn found_by_rust(location: &Location, tampered: &Tampered) -> (bool, serde_json::Value) {
    tamper(location, &tampered.holding.statements(tampered.is_consistent)).await;
    let store = Store::open_to_verify(location).await.unwrap();
    if tampered.is_consistent {
        assert!(is_whole(&store, &Held::default()).await, "without the outsider nothing would tell");
    }
    let is_found = !is_whole(&store, &tampered.held).await;
    let lines = store.event_lines(i64::MIN).await.unwrap();
    store.close().await;
    let log: String = lines.into_iter().map(|(_, line)| line + "\n").collect();
    let held = &tampered.held;
    (is_found, json!({"log": log, "checkpoints": held.checkpoints, "receipts": held.receipts}))
}

/// Whether the Python verifier finds something, for each trial; none where there is no Python.
fn found_by_python(trials: &[serde_json::Value]) -> Option<Vec<bool>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide");
    let script = "import json, sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1])\n\
                  import verify_audit\n\
                  trials = json.load(open(sys.argv[2], encoding='utf-8'))\n\
                  print(json.dumps([bool(verify_audit.verify(**trial)) for trial in trials]))";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), serde_json::to_vec(trials).unwrap()).unwrap();
    let mut python = Command::new("python3");
    python.args(["-c", script, folder]).arg(file.path()).stderr(Stdio::inherit());
    let Ok(output) = python.output() else {
        println!("skipped: the Python verifier · python3 is not installed");
        return None;
    };
    Some(serde_json::from_slice(&output.stdout).expect("the verifier answers for every trial"))
}

/// A SQLite database with the content of this file.
fn copy_of(file: &std::path::Path) -> (TempDir, Location) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(file, folder.path().join(SQLITE_FILE_NAME)).unwrap();
    let location = Location::Sqlite(folder.path().to_owned());
    (folder, location)
}

#[tokio::test]
async fn every_one_of_480_tamperings_is_found_by_both_verifiers() {
    let (mut chance, mut trials, mut missed) = (Chance(20_260_101), Vec::new(), Vec::new());
    for seed in 0..LOGS {
        let fixture = fixtures().await.swap_remove(0);
        let log = record_log(&fixture.store, seed).await;
        let Location::Sqlite(folder) = &fixture.location else { panic!("the first one is SQLite") };
        fixture.store.close().await;
        for (kind, trial) in
            KINDS.iter().flat_map(|kind| (0..TRIALS_OF_A_LOG).map(move |trial| (kind, trial)))
        {
            let (_folder, location) = copy_of(&folder.join(SQLITE_FILE_NAME));
            let tampered = tampered(kind, &log, &mut chance);
            let (is_found, for_python) = found_by_rust(&location, &tampered).await;
            let name = format!("{kind} {seed}/{trial}");
            if !is_found {
                missed.push(format!("Rust: {name}"));
            }
            trials.push((name, for_python));
        }
    }
    assert_eq!(trials.len(), 480);
    let (names, trials): (Vec<String>, Vec<_>) = trials.into_iter().unzip();
    if let Some(found) = found_by_python(&trials) {
        assert_eq!(found.len(), trials.len());
        let not_found = names.iter().zip(found).filter(|(_, is_found)| !is_found);
        missed.extend(not_found.map(|(name, _)| format!("Python: {name}")));
    }
    assert!(missed.is_empty(), "{} were missed: {missed:#?}", missed.len());
}

#[tokio::test]
async fn both_verifiers_find_the_untouched_log_whole() {
    let mut trials = Vec::new();
    for seed in 0..LOGS {
        for fixture in fixtures().await {
            let log = record_log(&fixture.store, seed).await;
            let mut held = Held::default();
            for which in 0..2 {
                hold(&mut held, &log, which);
            }
            let rows = log.holding.checkpoints.iter();
            held.checkpoints.extend(rows.map(|(size, _, text)| (size.to_string(), text.clone())));
            let untouched = Tampered { holding: log.holding, is_consistent: true, held };
            let (is_found, for_python) = found_by_rust(&fixture.location, &untouched).await;
            assert!(!is_found, "{} {seed}", fixture.engine());
            trials.push(for_python);
        }
    }
    if let Some(found) = found_by_python(&trials) {
        assert_eq!(found, vec![false; trials.len()]);
    }
}

#[tokio::test]
async fn every_kind_of_tampering_is_found_on_every_engine() {
    let mut chance = Chance(7);
    for kind in KINDS {
        for fixture in fixtures().await {
            let log = record_log(&fixture.store, 99).await;
            fixture.store.close().await;
            let tampered = tampered(kind, &log, &mut chance);
            let (is_found, _) = found_by_rust(&fixture.location, &tampered).await;
            assert!(is_found, "{} {kind}", fixture.engine());
        }
    }
}
