//! Who may import whom, and where the outside world may come in (ARCHITECTURE.md, "Who may import whom").

use super::scanner::blank;
use super::tree::{Finding, report, root, rust_files, text};
use std::{collections::BTreeSet, fs};

/// Each crate with the crates of the workspace it may import.
const MAY_IMPORT: [(&str, &[&str]); 10] = [
    ("attachment", &[]),
    ("rules", &[]),
    ("gazette", &[]),
    ("identity", &[]),
    ("domain", &["rules"]),
    ("intake", &["domain"]),
    ("edition", &["rules", "domain"]),
    ("store", &["rules", "domain"]),
    ("web", &["attachment", "rules", "domain", "gazette", "identity", "edition", "store"]),
    (
        "liangjian",
        &["attachment", "rules", "domain", "intake", "gazette", "identity", "edition", "store", "web"],
    ),
];

/// Libraries that only the crates named may import: the word before a `-` stands for the whole family.
const ONLY_IN: [(&str, &[&str]); 28] = [
    ("sqlx", &["store"]),
    ("axum", &["web", "liangjian"]),
    ("askama", &["web"]),
    ("tower", &["web"]),
    ("arrow", &["rules", "store"]),
    ("parquet", &["store"]),
    ("tokio", &["store", "web", "liangjian"]),
    ("clap", &["liangjian"]),
    ("anyhow", &["liangjian"]),
    ("mimalloc", &["rules", "liangjian"]),
    ("rand", &["liangjian"]),
    ("getrandom", &["liangjian"]),
    ("ring", &["store", "identity", "web", "liangjian"]),
    ("sm3", &["store"]),
    ("uuid", &["liangjian"]),
    ("ureq", &["liangjian"]),
    ("argon2", &["identity"]),
    ("minicbor", &["identity"]),
    ("passwords", &["identity"]),
    ("qrcode", &["identity"]),
    ("subtle", &["identity"]),
    ("zeroize", &["identity"]),
    ("jieba", &["domain"]),
    ("zip", &["attachment", "gazette"]),
    ("rust_xlsxwriter", &["web"]),
    ("lopdf", &["attachment"]),
    ("pdf", &["gazette"]),
    ("encoding_rs", &["attachment", "gazette", "intake", "store"]),
];

/// Where the pure crates stand.
const PURE: [&str; 4] =
    ["crates/attachment/src/", "crates/domain/src/", "crates/identity/src/", "crates/rules/src/"];

/// What pure crates never mention.
const IMPURE: [&str; 6] = ["std::fs", "std::net", "std::env", "std::process", "std::thread", "async fn"];

/// Names of the crates, which are the folders under `crates/`.
pub fn crates() -> BTreeSet<String> {
    let folders = fs::read_dir(root().join("crates")).expect("the workspace has crates");
    let named = folders.filter_map(|folder| {
        let folder = folder.expect("a folder of the workspace can be listed").path();
        let name = folder.file_name()?.to_str()?.to_owned();
        folder.join("Cargo.toml").is_file().then_some(name)
    });
    named.collect()
}

fn manifest(name: &str) -> (String, toml::Table) {
    let path = format!("crates/{name}/Cargo.toml");
    let table = text(&path).unwrap_or_default().parse().expect("cargo has read the manifest before");
    (path, table)
}

/// Names in a section of a manifest with what is asked of them.
fn dependencies(manifest: &toml::Table, section: &str) -> Vec<(String, toml::Value)> {
    let table = manifest.get(section).and_then(toml::Value::as_table);
    table.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Line of a manifest that begins with `name`.
fn line_of(path: &str, name: &str) -> usize {
    let lines = text(path).unwrap_or_default().lines();
    lines.enumerate().find(|(_, line)| line.starts_with(name)).map_or(1, |(index, _)| index + 1)
}

fn may_import(importer: &str) -> Option<&'static [&'static str]> {
    MAY_IMPORT.iter().find(|(name, _)| *name == importer).map(|(_, imports)| *imports)
}

#[test]
fn every_crate_stands_in_the_import_table() {
    let strangers = crates().into_iter().filter(|name| may_import(name).is_none());
    let findings: Vec<_> = strangers
        .map(|name| {
            Finding::new(&format!("crates/{name}/Cargo.toml"), 1, "not in the table of tests/tidy/layers.rs")
        })
        .collect();
    report("a new crate says in the import table whom it may import", &findings);
}

#[test]
fn no_crate_imports_a_crate_above_it() {
    let all = crates();
    let mut findings = Vec::new();
    for importer in &all {
        let (path, manifest) = manifest(importer);
        let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
        let imported = sections.iter().flat_map(|section| dependencies(&manifest, section));
        for (name, _) in imported.filter(|(name, _)| all.contains(name)) {
            if may_import(importer).is_none_or(|allowed| !allowed.contains(&name.as_str())) {
                findings.push(Finding::new(
                    &path,
                    line_of(&path, &name),
                    format!("`{importer}` imports `{name}`"),
                ));
            }
        }
    }
    report("crates import downwards only", &findings);
}

#[test]
fn a_library_of_one_layer_stays_in_it() {
    let mut findings = Vec::new();
    for importer in crates() {
        let (path, manifest) = manifest(&importer);
        for (name, _) in dependencies(&manifest, "dependencies") {
            let family = name.split('-').next().unwrap_or(&name);
            let rule = ONLY_IN.iter().find(|(library, _)| *library == name || *library == family);
            if let Some((_, homes)) = rule.filter(|(_, homes)| !homes.contains(&importer.as_str())) {
                let message = format!("`{name}` belongs in {}", homes.join(", "));
                findings.push(Finding::new(&path, line_of(&path, &name), message));
            }
        }
    }
    report("SQL stays in store, the web in web, documents in gazette, chance in liangjian", &findings);
}

#[test]
fn only_the_executable_reads_the_wall_clock() {
    let mut findings = Vec::new();
    for importer in crates().iter().filter(|name| *name != "liangjian") {
        let (path, manifest) = manifest(importer);
        for (name, value) in dependencies(&manifest, "dependencies") {
            let features = value.get("features").and_then(toml::Value::as_array);
            let has_clock = features.is_some_and(|list| list.iter().any(|f| f.as_str() == Some("clock")));
            if name == "chrono" && has_clock {
                findings.push(Finding::new(&path, line_of(&path, "chrono"), "chrono with its clock"));
            }
        }
    }
    report("time is an argument outside crates/liangjian", &findings);
}

#[test]
fn pure_crates_touch_neither_files_nor_network_nor_tasks() {
    let mut findings = Vec::new();
    let is_pure = |path: &str| PURE.iter().any(|start| path.starts_with(start));
    for file in rust_files().filter(|file| is_pure(&file.path)) {
        let code: String = blank(&file.text).into_iter().collect();
        for (index, line) in code.lines().enumerate() {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                findings.push(Finding::new(&file.path, index + 1, format!("`{word}`")));
            }
        }
    }
    report("rules, domain and identity are pure functions", &findings);
}
