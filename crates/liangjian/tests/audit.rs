//! The audit trail as operator, firm, witness and outsider use it, one command after the other.

mod operator;

use operator::{LAW, liangjian, printed};
use std::path::Path;
use std::process::Command;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide");

/// Runs `audit` with these words, and asserts how it ends; what it printed.
fn audit(folder: &Path, is_well: bool, words: &str) -> String {
    let words: Vec<&str> = std::iter::once("audit").chain(words.split_whitespace()).collect();
    let output = liangjian(folder, &words);
    assert_eq!(output.status.success(), is_well, "{words:?}: {}", printed(&output));
    printed(&output)
}

/// Imports the law in so many versions, each of them an event with a checkpoint.
fn import(folder: &Path, versions: std::ops::Range<u32>) {
    for version in versions {
        std::fs::write(folder.join("law.txt"), LAW.replace("清单", &format!("清单{version}")))
            .expect("the folder of the test can be written");
        let done = liangjian(folder, &["import", "document", "law.txt", "--as", "town-regulation"]);
        assert!(done.status.success(), "{}", printed(&done));
    }
}

/// Whether a verifier in Python finds its files whole; none where there is no Python.
fn python(folder: &Path, arguments: &[&str]) -> Option<bool> {
    let (script, arguments) = arguments.split_first().expect("the script comes first");
    let mut command = Command::new("python3");
    command.current_dir(folder).arg("-B").arg(Path::new(GUIDE).join(script)).args(arguments);
    let Ok(output) = command.output() else {
        println!("skipped: the Python verifier · python3 is not installed");
        return None;
    };
    assert!(output.stderr.is_empty(), "{}", printed(&output));
    Some(output.status.success())
}

#[test]
fn an_outsider_with_a_receipt_or_a_checkpoint_finds_a_history_that_was_rewritten() {
    let (honest, forged) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    import(honest.path(), 0..3);
    audit(honest.path(), true, "receipt --event 2 --out ours.txt");
    audit(honest.path(), true, "export --out log.jsonl");
    let told = audit(honest.path(), true, "verify --receipt ours.txt");
    assert!(told.contains("checkpoints    3 and 4 from files") && told.contains("whole:"), "{told}");
    let kept = "data/checkpoints/000000000003-sha256.txt";
    let files = ["verify_audit.py", "log.jsonl", "--checkpoint", kept, "--receipt", "ours.txt"];
    assert_ne!(python(honest.path(), &files), Some(false));

    // Another history, whole in itself.
    import(forged.path(), 5..9);
    audit(forged.path(), true, "verify");
    for name in ["ours.txt", kept] {
        std::fs::copy(honest.path().join(name), forged.path().join(Path::new(name).file_name().unwrap()))
            .unwrap();
    }
    audit(forged.path(), true, "export --out log.jsonl");
    let told = audit(forged.path(), false, "verify --receipt ours.txt");
    assert!(told.contains("first at ours.txt"), "{told}");
    let told = audit(forged.path(), false, "verify --checkpoint 000000000003-sha256.txt --json");
    assert!(told.contains(r#""first": "000000000003-sha256.txt""#), "{told}");
    let files = ["verify_audit.py", "log.jsonl", "--checkpoint", "000000000003-sha256.txt"];
    assert_ne!(python(forged.path(), &files), Some(true));
}

#[test]
fn a_witness_signs_what_continues_its_last_checkpoint_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let of = |size: u32| format!("data/checkpoints/{size:012}-sha256.txt");
    import(path, 0..2);
    let public = audit(path, true, "key --name 审计局 --out key").trim().to_owned();
    assert!(audit(path, false, "key --name other --out key").contains("cannot be written"));
    audit(path, true, &format!("witness --key key --checkpoint {} --first", of(1)));
    audit(path, true, &format!("consistency --from {} --out proof.txt", of(1)));
    let sign = |old: u32, new: &str| {
        format!("witness --key key --checkpoint {new} --previous {} --proof proof.txt", of(old))
    };
    audit(path, true, &sign(1, &of(2)));
    let told = audit(path, true, &format!("verify --checkpoint {} --witness {public}", of(2)));
    assert!(told.contains("whole:"), "{told}");
    assert_ne!(python(path, &["verify_witness.py", &public, &of(1), &of(2)]), Some(false));

    import(path, 2..3);
    assert!(audit(path, false, &sign(2, &of(3))).contains("not signed"), "the proof is of another pair");
    assert!(audit(path, false, &sign(3, &of(3))).contains("no signature of this key"));
    let told = audit(path, false, &format!("verify --checkpoint {} --witness {public}", of(3)));
    assert!(told.contains("no valid signature of 审计局"), "{told}");
    assert_ne!(python(path, &["verify_witness.py", &public, &of(3)]), Some(true));
}

#[test]
fn the_tree_is_hashed_with_sm3_from_the_event_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), 0..1);
    assert!(audit(folder.path(), true, "hash sm3").contains("with sm3 from now on"));
    assert!(audit(folder.path(), true, "hash sm3").contains("already"));
    assert!(audit(folder.path(), true, "checkpoint").contains("no event came since"));
    let told = audit(folder.path(), true, "verify");
    assert!(
        told.contains("tree           sm3 ") && told.contains("checkpoints    3 and 3 from files"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_handed_out_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), 0..1);
    let cases = [
        ("receipt --event 7 --out r", "no checkpoint vouches for event 7"),
        ("receipt --event 1 --out nowhere/r", "cannot be written"),
        ("consistency --from law.txt --out p", "name a file of `checkpoints/`"),
        ("verify --checkpoint absent", "absent cannot be read"),
        ("verify --witness key", "no public key of a witness"),
        ("witness --key law.txt --checkpoint law.txt --first", "no private key"),
    ];
    for (words, hint) in cases {
        let told = audit(folder.path(), false, words);
        assert!(
            told.starts_with("error: ") && told.contains(hint) && told.contains(" · "),
            "{words}: {told}"
        );
    }
}
