//! `import document` and `audit verify` as an operator runs them.

use std::path::Path;
use std::process::{Command, Output};

const EDITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions");
const LAW: &str = "样城民营企业促进条例\n第一章 总则\n第一条 为了方便办事，制定本条例。\n第二条 部门应当按期答复。\n\
                   第二章 服务\n第三条 每年公布清单。\n第四条 本条例自2024年9月1日起施行。\n";

fn liangjian(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liangjian"));
    command
        .current_dir(folder)
        .args(["--editions", EDITIONS])
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_text_is_imported_once_and_the_audit_finds_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("law.txt"), LAW).unwrap();
    let import =
        ["import", "document", "law.txt", "--as", "town-regulation", "--source", "made for the test"];
    let first = liangjian(folder.path(), &import);
    assert!(first.status.success(), "{}", printed(&first));
    assert!(printed(&first).contains("town-regulation imported"), "{}", printed(&first));
    assert!(printed(&first).contains("the edition lacks: a4"), "{}", printed(&first));
    let second = liangjian(folder.path(), &import);
    assert!(printed(&second).contains("unchanged"), "{}", printed(&second));

    let audit = liangjian(folder.path(), &["audit", "verify", "--json"]);
    assert!(audit.status.success(), "{}", printed(&audit));
    let audit: serde_json::Value = serde_json::from_slice(&audit.stdout).unwrap();
    assert_eq!((&audit["whole"], &audit["chain"]["events"]), (&true.into(), &1.into()));
    assert_eq!(audit["text_count"], 1);
}

#[test]
fn an_unknown_document_is_refused_with_the_known_ones_and_makes_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("law.txt"), LAW).unwrap();
    let refused = liangjian(folder.path(), &["import", "document", "law.txt", "--as", "other"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(printed(&refused).contains("`other`") && printed(&refused).contains("town-regulation"));
    assert!(!folder.path().join("data").exists());
}

#[test]
fn an_audit_without_a_data_folder_says_so_and_creates_none() {
    let folder = tempfile::tempdir().unwrap();
    let refused = liangjian(folder.path(), &["audit", "verify", "--data", "nowhere"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(printed(&refused).starts_with("error: nowhere/liangjian.sqlite does not exist · "));
    assert!(!folder.path().join("nowhere").exists());
}
