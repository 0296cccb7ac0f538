//! Every text that is used exists in both languages, and every text that exists is used.

use crate::text::Texts;
use domain::access::Permission;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use store::Inventory;

const CALLS: [&str; 3] = [".of(", ".one(", ".two("];

/// Files under `folder` that may use texts.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests" || stem == "testing");
        if is_test {
            continue;
        }
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|kind| kind == "html" || kind == "rs") {
            files.push(path);
        }
    }
    files
}

/// Every (receiver, key) of a text that a source asks for: `page.t.of("name")` is ("page.t", "name").
fn uses(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for call in CALLS {
        for (at, _) in source.match_indices(call) {
            let Some(key) = source[at + call.len()..].trim_start().strip_prefix('"') else { continue };
            let key = key.split('"').next().unwrap().to_owned();
            let before = source[..at].trim_end();
            let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let start = before.rfind(|c: char| !is_name(c)).map_or(0, |last| last + 1);
            found.push((before[start..].to_owned(), key));
        }
    }
    found
}

/// The folder of texts that a use means.
fn owner(file: &Path, receiver: &str, root: &Path) -> PathBuf {
    let folder = file.parent().unwrap();
    let is_frame = file.ends_with("frame.rs");
    match receiver {
        "w" | "self.w" | "page.w" => root.join("wording"),
        "self.t" if folder.join("text.toml").is_file() => folder.to_owned(),
        "page.t" | "self.t" => root.join("components"),
        "t" if is_frame => root.join("components"),
        "t" | "view.t" => folder.to_owned(),
        other => panic!("{}: `{other}` is no name for texts; use t, page.t or page.w", file.display()),
    }
}

/// Keys that are put together at run time: permissions, and columns of the inventory of fields.
fn computed(folder: &Path) -> BTreeSet<String> {
    if folder.ends_with("pages/access") {
        return Permission::ALL.iter().map(|one| one.name().replace(['.', '-'], "_")).collect();
    }
    if folder.ends_with("pages/my_data") {
        let about_people = Inventory::built_in().fields.iter().filter(|field| field.purpose.is_some());
        let columns = about_people
            .flat_map(|field| field.columns.iter().map(|column| format!("{}_{column}", field.table)));
        // What can be looked at with a reason.
        return columns.chain(["contact".to_owned(), "phone".to_owned()]).collect();
    }
    BTreeSet::new()
}

/// Whether a key stands in a source as what became of a form (`done_granted` as `granted`), or as a whole.
fn is_carried(key: &str, folder: &Path, sources: &[(PathBuf, String)]) -> bool {
    let outcome = key.strip_prefix("done_").or_else(|| key.strip_prefix("fault_"));
    sources.iter().any(|(file, source)| {
        let here = file.starts_with(folder) && source.contains(&format!("\"{key}\""));
        here || outcome.is_some_and(|outcome| {
            source.contains(&format!("\"{outcome}\"")) || source.contains(&format!("done={outcome}"))
        })
    })
}

#[test]
fn texts_and_their_uses_agree_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut used: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    let all = sources(&root).into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap()));
    let all: Vec<(PathBuf, String)> = all.collect();
    for (file, source) in &all {
        for (receiver, key) in uses(source) {
            used.entry(owner(file, &receiver, &root)).or_default().insert(key);
        }
    }
    for (folder, keys) in &mut used {
        keys.extend(computed(folder));
    }
    let mut faults = Vec::new();
    for (folder, keys) in &used {
        let source = fs::read_to_string(folder.join("text.toml"));
        let texts = Texts::parse(&source.unwrap_or_else(|error| panic!("{}: {error}", folder.display())));
        for key in keys.iter().filter(|key| !texts.entries().contains_key(*key)) {
            faults.push(format!("{}: `{key}` is used and has no text", folder.display()));
        }
        for (key, text) in texts.entries() {
            if !keys.contains(key) && !is_carried(key, folder, &all) {
                faults.push(format!("{}: `{key}` is never used", folder.display()));
            }
            if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                faults.push(format!("{}: `{key}` lacks a language", folder.display()));
            }
            let places = |said: &str| ["{0}", "{1}"].map(|place| said.contains(place));
            if places(&text.zh) != places(&text.en) {
                faults
                    .push(format!("{}: `{key}` has other places to fill in each language", folder.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(used.len() >= 14, "texts of {} folders were seen", used.len());
}
