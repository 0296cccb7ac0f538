//! Receipts of events about oneself.

use crate::testing::Site;
use domain::access::Role;
use store::Receipt;

#[tokio::test]
async fn a_person_takes_a_receipt_that_convinces_without_the_log() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    let own = site.store().events_of(&format!("person:{}", person.id)).await.unwrap();
    let path = format!("/account/data/receipts/{}", own[0].sequence);
    let list = person.get("/account/data/receipts").await;
    list.assert_ok().assert_shows("开立了您的账号").assert_shows("一分钟内可下载").assert_lacks(&path);
    let early = person.get(&path).await;
    assert_eq!(early.header("location"), "/account/data/receipts?fault=not_yet");
    person.get("/account/data/receipts?fault=not_yet").await.assert_shows("请一分钟后再下载");
    site.store().checkpoint().await.unwrap();
    person.get("/account/data/receipts").await.assert_shows(&path).assert_lacks("一分钟内可下载");
    let file = person.get(&path).await;
    assert!(file.assert_ok().header("content-disposition").contains("receipt-"));
    let receipt = Receipt::parse(&file.body).unwrap();
    assert!(receipt.event.contains("person.created"), "{}", receipt.event);
    let checkpoint = site.store().last_checkpoint(None).await.unwrap().unwrap();
    assert_eq!(receipt.checkpoint().unwrap().text(), checkpoint.text);
}

#[tokio::test]
async fn a_foreign_event_and_an_absent_one_look_the_same() {
    let site = Site::with_policies().await;
    let (person, other) = (site.person("somebody").await, site.person("other").await);
    let foreign = site.store().events_of(&format!("person:{}", other.id)).await.unwrap().remove(0);
    site.store().checkpoint().await.unwrap();
    let numbers = [foreign.sequence.to_string()];
    for number in numbers.iter().map(String::as_str).chain(["999999", "0", "-1", "01", "+1", "x"]) {
        let answer = person.get(&format!("/account/data/receipts/{number}")).await;
        answer.assert_status(404).assert_lacks("person.created");
    }
}

#[tokio::test]
async fn a_firm_takes_the_receipts_of_its_mandates_and_of_no_other_firm() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let agent = site.agent_of(&owner).await;
    let foreign = site.signed_in_at(Role::FirmOwner, "91330000704202479R").await;
    site.store().checkpoint().await.unwrap();
    let events = site.store().events_of(&format!("person:{}", agent.id)).await.unwrap();
    let granted = events.iter().find(|event| event.kind == "role.granted").unwrap();
    let path = format!("/firm/receipts/{}", granted.sequence);
    owner.get("/firm/receipts").await.assert_ok().assert_shows(&path).assert_shows("您授予账号");
    let receipt = Receipt::parse(&owner.get(&path).await.assert_ok().body).unwrap();
    assert!(receipt.checkpoint().is_ok() && receipt.event.contains(&granted.hash));
    foreign.get(&path).await.assert_status(404);
    foreign.get("/firm/receipts").await.assert_ok().assert_lacks(&path);
    // What else is recorded about the agent is none of the firm's.
    let created = events.iter().find(|event| event.kind == "person.created").unwrap();
    owner.get(&format!("/firm/receipts/{}", created.sequence)).await.assert_status(404);
    site.person("other").await.get(&path).await.assert_status(403);
}
