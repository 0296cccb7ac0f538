//! A backup is made, brought back, and the audit tells of it.

mod operator;

use operator::{LAW, liangjian, printed};

#[test]
fn a_restore_is_an_event_that_the_audit_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let run = |words: &str| {
        let output = liangjian(path, &words.split_whitespace().collect::<Vec<_>>());
        (output.status.success(), printed(&output))
    };
    let (is_done, told) = run("backup --out none");
    assert!(!is_done && told.contains("no data to copy") && !path.join("none").exists(), "{told}");
    std::fs::write(path.join("law.txt"), LAW).unwrap();
    assert!(run("import document law.txt --as town-regulation").0);
    let (is_done, told) = run("backup --out copy");
    assert!(is_done && told.contains("secret.key"), "{told}");
    let (is_done, told) = run("backup --out copy");
    assert!(!is_done, "an older backup is not written over: {told}");
    let (is_done, told) = run("restore copy --reason broken");
    assert!(!is_done && told.contains("is there already") && told.contains(" · "), "{told}");
    let (is_done, told) = run("restore copy --data other --reason broken");
    assert!(is_done && told.contains("restored 1 events"), "{told}");
    let (is_done, told) = run("audit verify --data other");
    assert!(is_done && told.contains("restored       event 2") && told.contains("broken"), "{told}");
}
