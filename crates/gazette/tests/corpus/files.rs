//! The documents of the corpus with the facts expected of each.

use serde_json::Value;
use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");

/// Keys that describe a document to people and claim nothing about its structure.
const DESCRIBING: [&str; 10] = [
    "schema", "file", "kind", "format", "traps", "notes", "numbering", "lead_rule", "point_style",
    "effect_clause",
];

/// A document and what is expected of its reading.
pub struct Document {
    /// Path of its text.
    pub path: PathBuf,
    /// Facts read by hand.
    pub expected: Expected,
}

/// Facts by key; remembers which were asked for, so that none is passed over in silence.
pub struct Expected {
    facts: Value,
    asked: RefCell<BTreeSet<String>>,
}

impl Expected {
    fn new(facts: Value) -> Self {
        Self { facts, asked: RefCell::default() }
    }

    /// The fact of this key, where the document has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.facts.get(key)
    }

    /// The facts of this key, none where the document has none.
    pub fn list(&self, key: &str) -> &[Value] {
        self.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Keys that hold facts and were never asked for.
    pub fn never_asked(&self) -> Vec<&str> {
        let asked = self.asked.borrow();
        let keys = self.facts.as_object().into_iter().flat_map(|facts| facts.keys());
        keys.map(String::as_str).filter(|key| !asked.contains(*key) && !DESCRIBING.contains(key)).collect()
    }
}

impl Document {
    /// First part of its file name: `law03`.
    pub fn name(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        stem.split('_').next().unwrap_or_default().to_owned()
    }

    /// Its reading as JSON.
    pub fn reading(&self) -> Result<Value, String> {
        let bytes = fs::read(&self.path).map_err(|error| error.to_string())?;
        let file_name = self.path.to_string_lossy();
        let hints = gazette::Hints { file_name: Some(&file_name) };
        let reading = gazette::read(&bytes, hints).map_err(|error| error.to_string())?;
        serde_json::to_value(&reading).map_err(|error| error.to_string())
    }
}

/// The documents of one folder in the order of their names; none, and a line that says so, where the corpus
/// is absent.
pub fn of(folder: &str) -> Vec<Document> {
    let folder = Path::new(CORPUS).join(folder);
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: ../shared/corpus is not here");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry of the corpus").path()).collect();
    paths.sort();
    let expected = paths.into_iter().filter(|path| path.to_string_lossy().ends_with(".expected.json"));
    expected.map(|path| document(&folder, &path)).collect()
}

fn document(folder: &Path, expected: &Path) -> Document {
    let text = fs::read_to_string(expected).expect("the corpus is UTF-8");
    let facts: Value = serde_json::from_str(&text).expect("an expectation is JSON");
    let file = facts["file"].as_str().expect("an expectation names its file").to_owned();
    Document { path: folder.join(file), expected: Expected::new(facts) }
}
