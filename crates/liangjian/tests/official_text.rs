//! `import document` and `audit verify` as an operator runs them.

mod operator;

use operator::{LAW, liangjian, printed};
use std::path::Path;
use std::process::Output;

#[test]
fn a_text_is_imported_once_and_the_audit_finds_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("law.txt"), LAW).unwrap();
    let import =
        ["import", "document", "law.txt", "--as", "town-regulation", "--source", "made for the test"];
    let first = liangjian(folder.path(), &import);
    assert!(first.status.success(), "{}", printed(&first));
    assert!(printed(&first).contains("town-regulation imported"), "{}", printed(&first));
    let second = liangjian(folder.path(), &import);
    assert!(printed(&second).contains("unchanged"), "{}", printed(&second));

    let audit = liangjian(folder.path(), &["audit", "verify", "--json"]);
    assert!(audit.status.success(), "{}", printed(&audit));
    let audit: serde_json::Value = serde_json::from_slice(&audit.stdout).unwrap();
    assert_eq!((&audit["whole"], &audit["chain"]["events"]), (&true.into(), &1.into()));
    assert_eq!(audit["text_count"], 1);
}

/// Imports `text` from a file of this name as the regulation of the sample town.
fn import(folder: &Path, name: &str, text: &str, further: &[&str]) -> Output {
    std::fs::write(folder.join(name), text).expect("the folder of the test can be written");
    let arguments = ["import", "document", name, "--as", "town-regulation"];
    liangjian(folder, &[arguments.as_slice(), further].concat())
}

#[test]
fn another_document_is_refused_with_every_difference_unless_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let other = LAW.replace("样城民营", "某城营商") + "第四条 本条例自2025年1月1日起施行。\n";
    let refused = import(folder.path(), "other.txt", &other, &[]);
    assert_eq!(refused.status.code(), Some(1));
    for difference in
        ["in 3 things", "the title is “某城营商", "effective is 2025-01-01", "the edition lacks: a4"]
    {
        assert!(printed(&refused).contains(difference), "{difference}: {}", printed(&refused));
    }
    assert!(!folder.path().join("data").exists(), "a refused file leaves nothing behind");
    let wanted = import(folder.path(), "other.txt", &other, &["--different"]);
    assert!(wanted.status.success(), "{}", printed(&wanted));
    assert!(printed(&wanted).contains("differs   the title is"), "{}", printed(&wanted));
}

#[test]
fn nothing_of_a_person_is_kept_wherever_a_web_page_hides_it() {
    let folder = tempfile::tempdir().unwrap();
    let articles = format!("<p>{}</p>", LAW.lines().collect::<Vec<_>>().join("</p><p>"));
    let page = format!(
        "<html><head><meta name=\"author\" content=\"丁某宝\"></head><body><!-- 丁某宝 13800000000 -->{articles}\
         <a href=\"tel:13800000000\">x</a><script>var t = '13800000000'</script>\
         <div>责任编辑：丁某宝 电话：0000-00000000</div></body></html>"
    );
    let done = import(folder.path(), "丁某宝13800000000.html", &page, &["--different"]);
    assert!(done.status.success(), "{}", printed(&done));
    let stored = std::fs::read(folder.path().join("data/liangjian.sqlite")).unwrap();
    let stored = String::from_utf8_lossy(&stored);
    assert!(stored.contains("部门应当按期答复"));
    for trace in ["丁某宝", "13800000000", "00000000"] {
        assert!(!stored.replace(&"0".repeat(64), "").contains(trace), "{trace} was kept");
    }
    let source = import(folder.path(), "law.txt", LAW, &["--source", "联系人：丁某宝"]);
    assert!(!source.status.success() && printed(&source).contains("--source names a contact person"));
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
