//! Notes and proofs that lie: what a witness must not sign, and what counts as no signature of one.

use super::*;
use crate::testing::{fixtures, noon};

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::new(name, [seed; 32]).unwrap()
}

fn signed(text: &str, by: &SigningKey) -> Note {
    let mut note = Note::unsigned(text.to_owned());
    by.sign(&mut note);
    note
}

#[test]
fn a_signature_that_is_not_of_this_key_and_this_text_counts_for_nothing() {
    const TEXT: &str = "liangjian/0011223344556677\n10\nroot\ntime t\nhash sha256\n";
    let (honest, thief, namesake) = (key("witness", 1), key("thief", 2), key("witness", 2));
    let public = honest.public();
    let good = signed(TEXT, &honest).content();
    assert!(public.has_signed(&Note::parse(&good).unwrap()));
    let line = good.lines().last().unwrap();
    let signature = line.rsplit_once(' ').unwrap().1;
    let bytes = checkpoint::bytes_of(signature).unwrap();
    let with = |bytes: &[u8]| format!("{TEXT}\n— witness {}\n", checkpoint::base64(bytes));
    let mut flipped = bytes.clone();
    flipped[40] ^= 1;
    let of_thief = signed(TEXT, &namesake).content();
    let stolen = checkpoint::bytes_of(of_thief.lines().last().unwrap().rsplit_once(' ').unwrap().1).unwrap();
    for (what, content) in [
        ("another key", signed(TEXT, &thief).content()),
        ("another key of the same name", of_thief),
        ("another key under the hash of this one", with(&[&bytes[..4], &stolen[4..]].concat())),
        ("this signature under another name", format!("{TEXT}\n— thief {signature}\n")),
        ("a bit turned", with(&flipped)),
        ("cut short", with(&bytes[..67])),
        ("drawn out", with(&[bytes.as_slice(), &[0]].concat())),
        ("the hash of the key alone", with(&[&bytes[..4], &[0]].concat())),
        ("all zeros", with(&[&bytes[..4], &[0; 64]].concat())),
        ("another size", good.replacen("\n10\n", "\n11\n", 1)),
        ("another log", good.replacen("liangjian/00", "liangjian/01", 1)),
        ("a line more in the text", good.replacen("\n\n", "\nmore\n\n", 1)),
    ] {
        let note = Note::parse(&content).unwrap_or_else(|problem| panic!("{what}: {problem}"));
        assert!(!public.has_signed(&note), "{what}");
    }
    // One good signature among bad ones is one.
    let crowd = format!("{}{}\n", signed(TEXT, &thief).content(), line);
    assert!(public.has_signed(&Note::parse(&crowd).unwrap()));
}

#[test]
fn what_is_no_note_is_refused_with_what_is_wrong() {
    let good = signed("a text\n", &key("witness", 1)).content();
    let line = good.lines().last().unwrap();
    for malformed in [
        format!("a text\n\n{}", line.replace("— ", "- ")),
        format!("a text\n\n{}", line.replace("— ", "—")),
        format!("a text\n\n{}", line.replace("witness ", "witness\t")),
        format!("a text\n\n{}", line.replace("witness", "")),
        format!("a text\n\n{}", line.replace("witness", "wit+ness")),
        format!("a text\n\n{line}=="),
        format!("a text\n\n{line}\n\n{line}\n"),
        format!("a text\n\n{line}\nmore\n"),
        "a text\n\n— witness AAAA\n".to_owned(),
        "a text\n\n— witness \n".to_owned(),
        "a text\n\n\u{0}\n".to_owned(),
        format!("a text\n\n{}", format!("{line}\n").repeat(1_000)),
        format!("{}\n\n{line}\n", "x".repeat(10 << 20)),
    ] {
        let problem = Note::parse(&malformed).unwrap_err();
        assert!(!problem.is_empty() && problem.len() < 200, "{problem}");
    }
    assert!(Checkpoint::parse(&"9".repeat(1 << 20)).is_err());
    assert!(Checkpoint::parse("liangjian/a\n99999999999999999999\n\ntime \nhash sha256\n").is_err());
}

#[tokio::test]
async fn a_proof_that_lies_lets_no_witness_sign() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for version in 0..23 {
            let (stream, kind, actor) = ("a".to_owned(), "thing.noted".to_owned(), "tester".to_owned());
            let event = NewEvent { stream, expected_version: version, kind, actor, payload: json!({}) };
            store.append(&event, noon(version)).await.unwrap();
        }
        store.checkpoint().await.unwrap();
        let of_size = async |size| {
            let note = store.last_checkpoint(Some(size)).await.unwrap().unwrap();
            Checkpoint::parse(&note.text).unwrap()
        };
        let (ten, twenty, last) = (of_size(10).await, of_size(20).await, of_size(23).await);
        let proof = store.consistency(&ten, &last).await.unwrap();
        assert_eq!(proof.fault(&ten, &last), None);
        let elsewhere = Checkpoint { origin: "liangjian/0011223344556677".to_owned(), ..last.clone() };
        let earlier = Checkpoint { time: ten.time.replace("2026", "2025"), ..last.clone() };
        let retimed = Checkpoint { time: last.time.replace("2026", "2027"), ..last.clone() };
        let hashed_otherwise = Checkpoint { hash: TreeHash::Sm3, ..last.clone() };
        // By a leaf or two the same proof serves (the root does not hold the size); the next checkpoint then cannot continue.
        let inflated = Checkpoint { size: 40, ..last.clone() };
        let endless = Checkpoint { size: i64::MAX.unsigned_abs(), ..last.clone() };
        let rooted_otherwise = Checkpoint { root: [7; 32], ..last.clone() };
        for (what, old, new) in [
            ("another log", &ten, &elsewhere),
            ("an earlier time", &ten, &earlier),
            ("the same size at another time", &last, &retimed),
            ("another hash function", &ten, &hashed_otherwise),
            ("a size that it does not have", &ten, &inflated),
            ("a size that no log has", &ten, &endless),
            ("another root", &ten, &rooted_otherwise),
            ("a smaller size", &last, &ten),
            ("the proof of another pair", &twenty, &last),
        ] {
            assert!(proof.fault(old, new).is_some(), "{what}");
        }
        let content = proof.content();
        let lines: Vec<&str> = content.lines().collect();
        let fewer = lines[..lines.len() - 1].join("\n");
        let more = format!("{content}{}\n", lines[1]);
        let many = format!("{content}{}", format!("{}\n", lines[1]).repeat(100_000));
        for forged in [fewer, more, many, lines[0].to_owned()] {
            assert!(Consistency::parse(&forged).unwrap().fault(&ten, &last).is_some());
        }
        for malformed in ["", "proof\n", &content.replace("proof ", "proof  "), &content.replace('=', "")] {
            assert!(Consistency::parse(malformed).is_err(), "{malformed}");
        }
    }
}

#[tokio::test]
async fn a_file_that_somebody_swelled_or_changed_adds_no_signature_to_what_is_handed_out() {
    let fixture = fixtures().await.swap_remove(0);
    let event = |version| NewEvent {
        stream: "a".to_owned(),
        expected_version: version,
        kind: "thing.noted".to_owned(),
        actor: "tester".to_owned(),
        payload: json!({}),
    };
    for version in 0..10 {
        fixture.store.append(&event(version), noon(version)).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    fixture.store.publish_checkpoints(folder.path(), 0).await.unwrap();
    let (file, _) = checkpoint_files(folder.path()).unwrap().remove(0);
    let own = fixture.store.last_checkpoint(None).await.unwrap().unwrap();
    let witness = key("witness", 1);
    let good = signed(&own.text, &witness).content();
    for (content, count) in [
        (good.clone(), 1),
        (format!("{good}{}", "x".repeat(100 << 20)), 0),
        (signed(&own.text.replacen("10", "11", 1), &witness).content(), 0),
        (good.replace("— ", "- "), 0),
        (String::new(), 0),
    ] {
        std::fs::write(&file, content).unwrap();
        let note = own.clone().with_signatures(folder.path());
        assert_eq!((note.signers().len(), &note.text), (count, &own.text));
    }
}
