//! What witnesses fetch.

use crate::testing::Site;
use store::{CHECKPOINT_FOLDER, Note, SigningKey};

/// A site whose log has as many events as checkpoints are wanted, each with one of its own.
async fn site(events: usize) -> Site {
    let site = Site::new().await;
    for number in 0..events {
        site.import(&format!("a{number}"), "a text").await;
        site.store().checkpoint().await.unwrap();
    }
    site.store().publish_checkpoints(&site.data(), 0).await.unwrap();
    site
}

#[tokio::test]
async fn a_witness_fetches_exactly_the_signed_note() {
    let site = site(2).await;
    let plain = site.store().last_checkpoint(None).await.unwrap().unwrap();
    for path in ["/checkpoints/latest", "/checkpoints/2", "/checkpoints/2-sha256"] {
        let answer = site.get(path).await;
        assert_eq!(answer.assert_ok().body, plain.text, "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    }
    let mut signed = plain.clone();
    SigningKey::new("press", [5; 32]).unwrap().sign(&mut signed);
    let file = site.data().join(CHECKPOINT_FOLDER).join("000000000002-sha256.txt");
    std::fs::write(&file, signed.content()).unwrap();
    let fetched = site.get("/checkpoints/latest").await;
    assert_eq!(fetched.body, signed.content());
    assert!(
        SigningKey::new("press", [5; 32]).unwrap().public().has_signed(&Note::parse(&fetched.body).unwrap())
    );
    let list = site.get_english("/checkpoints").await;
    list.assert_ok().assert_shows("signed by press").assert_shows("no witness has signed");
}

#[tokio::test]
async fn the_list_is_told_in_both_languages_and_goes_back_to_the_first() {
    let site = site(3).await;
    let list = site.get("/checkpoints").await;
    list.assert_ok().assert_shows("前3条记录的检查点").assert_shows("href=\"/checkpoints/1-sha256\"");
    let older = site.get_english("/checkpoints?before=2").await;
    older.assert_ok().assert_shows("Checkpoint over 1 events").assert_lacks("over 2 events");
    older.assert_shows("2026-11-21 00:00:00 UTC");
}

#[tokio::test]
async fn what_no_checkpoint_is_called_leads_to_the_list() {
    let empty = Site::new().await;
    empty.get("/checkpoints").await.assert_ok().assert_shows("还没有检查点");
    empty.get("/checkpoints/latest").await.assert_status(404).assert_shows("href=\"/checkpoints\"");
    let site = site(1).await;
    for name in ["0", "2", "01", "+1", "-1", "1-md5", "1-", "x", "9999999999999999999999", "1.txt"] {
        site.get(&format!("/checkpoints/{name}")).await.assert_status(404);
    }
    site.get("/checkpoints?before=x").await.assert_status(404);
}
