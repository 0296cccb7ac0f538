//! Accounts as whoever runs the machine opens, invites and closes them; and the demo, which stays on its machine.

mod operator;

use operator::{LAW, liangjian, printed};
use std::path::Path;
use std::process::Output;

/// Runs `account` with these words.
fn account(folder: &Path, words: &str) -> Output {
    let words: Vec<&str> = std::iter::once("account").chain(words.split_whitespace()).collect();
    liangjian(folder, &words)
}

/// What it printed, asserting that it was done.
fn done(folder: &Path, words: &str) -> String {
    let output = account(folder, words);
    assert!(output.status.success(), "{words}: {}", printed(&output));
    printed(&output)
}

/// What it printed, asserting that it was refused with what, where and what to do.
fn refused(folder: &Path, words: &str, hint: &str) {
    let output = account(folder, words);
    let told = printed(&output);
    assert!(!output.status.success() && told.starts_with("error: "), "{words}: {told}");
    assert!(told.contains(hint) && told.contains(" · "), "{words}: {told}");
}

/// The codes in the words of a command: four groups of five.
fn codes(told: &str) -> Vec<&str> {
    told.split_whitespace().filter(|word| word.len() == 23 && word.matches('-').count() == 3).collect()
}

#[test]
fn three_administrators_are_opened_once_and_before_anybody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let told = done(path, "administrators --edition sample");
    assert_eq!(codes(&told).len(), 3, "{told}");
    for role in ["system-administrator", "security-administrator", "audit-administrator"] {
        assert!(told.contains(role), "{told}");
    }
    refused(path, "administrators --edition sample", "there are people already");
    let listed = done(path, "list");
    assert!(listed.contains("3 accounts") && listed.contains("s**"), "{listed}");
    assert!(codes(&listed).is_empty(), "{listed}");

    let audit = liangjian(path, &["audit", "verify"]);
    assert!(printed(&audit).contains("whole:"), "{}", printed(&audit));
    liangjian(path, &["audit", "export", "--out", "log.jsonl"]);
    let log = std::fs::read_to_string(path.join("log.jsonl")).unwrap();
    assert!(log.lines().all(|line| line.contains(r#""actor":"operator""#)), "{log}");
    assert!(log.contains("role.granted") && !log.contains("security\"") && codes(&log).is_empty(), "{log}");
}

#[test]
fn where_one_of_the_three_administrators_cannot_be_opened_none_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let too_long = "a".repeat(65);
    refused(path, &format!("administrators --edition sample --audit {too_long}"), "1 to 64 of a-z");
    assert!(done(path, "list").contains("0 accounts"));
    assert_eq!(codes(&done(path, "administrators --edition sample")).len(), 3);
}

#[test]
fn an_account_is_created_invited_anew_and_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("law.txt"), LAW).unwrap();
    let imported = liangjian(path, &["import", "document", "law.txt", "--as", "town-regulation"]);
    assert!(imported.status.success(), "texts may come before people: {}", printed(&imported));
    let organization = "--edition sample --organization riverside-district";
    let told = done(path, &format!("create --login Anna --name Anna --role clerk {organization}"));
    assert!(told.contains("anna") && told.contains("clerk") && codes(&told).len() == 1, "{told}");
    done(path, "create --login owner --name Owner --firm 91330302MATEXAMP4W");
    done(path, "create --login none --name None");
    let again = done(path, "invite ANNA");
    assert_ne!(codes(&again), codes(&told));
    done(path, "close anna");
    refused(path, "invite anna", "no open account");
    let listed = done(path, "list --json");
    assert!(listed.contains(r#""state": "closed""#) && listed.contains("firm-owner"), "{listed}");
    refused(path, "create --login owner --name Other", "login is taken");
}

#[test]
fn what_does_not_go_together_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (words, hint) in [
        ("--role king --organization riverside-district", "no such role"),
        ("--role clerk", "--organization"),
        ("--role clerk --organization nowhere", "no such organisation"),
        ("--role clerk --organization riverside-district --place x", "no code of a division"),
        ("--role clerk --firm 91330302MATEXAMP4W", "does not go"),
        ("--firm 91330302MATEXAMP4X", "no unified social credit code"),
        ("--organization riverside-district", "add --role"),
    ] {
        refused(path, &format!("create --edition sample --login a --name A {words}"), hint);
    }
    assert!(!path.join("data").exists());
    refused(path, "administrators --edition sample --system a --audit A", "three logins");
}

#[test]
fn a_demo_is_served_to_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let reaches: [&[&str]; 4] =
        [&["--address", "0.0.0.0:0"], &["--behind-tls"], &["--proxy", "127.0.0.1"], &["--address", "[::]:0"]];
    for further in reaches {
        let told = liangjian(folder.path(), &[&["serve", "--demo", "--edition", "sample"], further].concat());
        let told = printed(&told);
        assert!(
            told.starts_with("error: a demo is not served to others") && told.contains("127.0.0.1"),
            "{told}"
        );
    }
    assert!(!folder.path().join("data").exists());
}

#[test]
fn the_data_of_a_service_are_not_opened_for_a_demo() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), "create --login anna --name Anna");
    let serve = ["serve", "--demo", "--edition", "sample", "--address", "127.0.0.1:0"];
    let told = printed(&liangjian(folder.path(), &serve));
    assert!(told.contains("error: these data are of a service") && told.contains("--data"), "{told}");
}
