//! What the trail says in words.

use super::*;
use crate::testing::{FIRM, Site};
use domain::access::Role;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// An event that nobody recorded.
fn event(kind: &str, actor: &str, stream: &str, payload: Value) -> Event {
    Event {
        sequence: 1,
        stream: stream.to_owned(),
        version: 1,
        kind: kind.to_owned(),
        actor: actor.to_owned(),
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        payload,
        previous_hash: String::new(),
        hash: String::new(),
    }
}

/// Both languages of a sentence with its particulars.
async fn told(site: &Site, event: &Event, reader: &str) -> [String; 2] {
    let mut both = Vec::new();
    for language in [Language::Zh, Language::En] {
        let told = Teller::new(&site.service.city, language).to(reader).tell(event).await.unwrap();
        both.push([told.sentence, told.particulars, told.acting_as].join("|"));
    }
    both.try_into().unwrap()
}

#[tokio::test]
async fn an_event_is_a_sentence_in_both_languages() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let organization = &site.edition.organizations[0];
    let acting_as = format!("clerk of {}", organization.id);
    let (zh, en) = (&organization.name.zh, &organization.name.en);
    for (kind, actor, payload, chinese, english) in [
        (
            "person.created",
            "a",
            json!({ "acting_as": acting_as }),
            format!("账号a开立了账号b||{zh} · 经办人"),
            format!("Account a opened account b||Clerk, {en}"),
        ),
        (
            "role.granted",
            "operator",
            json!({ "grant": owner.grant }),
            format!("服务器操作员授予账号b一个角色|{FIRM} · 企业负责人|"),
            format!("The operator of the machine granted a role to account b|Answers for the firm, {FIRM}|"),
        ),
        (
            "sign-in.failed",
            "visitor",
            json!({ "step": "password" }),
            "未登录的访客登录账号b失败|密码不对|".to_owned(),
            "A visitor failed to sign in to account b|wrong password|".to_owned(),
        ),
        (
            "session.ended",
            "b",
            json!({ "others": true }),
            "账号b退出了自己的账号的其他登录||".to_owned(),
            "Account b ended the other sessions of the own account||".to_owned(),
        ),
        (
            "weather.changed",
            "system",
            json!({}),
            "系统记录了事件weather.changed||".to_owned(),
            "The system recorded an event weather.changed||".to_owned(),
        ),
    ] {
        let event = event(kind, actor, "person:b", payload);
        assert_eq!(told(&site, &event, "").await, [chinese, english], "{kind}");
    }
}

#[tokio::test]
async fn whoever_reads_about_himself_is_called_by_no_number() {
    let site = Site::with_policies().await;
    let invited = event("person.invited", "a", "person:b", json!({}));
    assert_eq!(told(&site, &invited, "b").await[0], "账号a为您的账号生成了邀请码||");
    assert_eq!(told(&site, &invited, "a").await[1], "You made an invitation code for account b||");
}

/// Sources of the store that are no tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if !["tests", "testing", "tampering"].contains(&stem.as_str()) {
            files.push(path);
        }
    }
    files
}

#[tokio::test]
async fn every_kind_of_event_that_the_store_records_has_its_words() {
    let site = Site::with_policies().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src");
    let (mut kinds, files) = (Vec::new(), ["sqlite", "txt", "toml", "json", "parquet", "part", "csv"]);
    for file in sources(&folder).iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs")) {
        let source = fs::read_to_string(file).unwrap();
        let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        // Every second part of a line stands between quotes.
        for word in source.lines().flat_map(|line| line.split('"').skip(1).step_by(2)) {
            let is_name = |part: &str| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            };
            // A single letter is a table of a statement.
            let kind =
                word.split_once('.').filter(|(what, how)| what.len() > 1 && is_name(what) && is_name(how));
            kinds.extend(kind.filter(|(_, how)| !files.contains(how)).map(|_| word.to_owned()));
        }
    }
    kinds.sort();
    kinds.dedup();
    assert!(kinds.len() > 20, "{kinds:?}");
    for kind in kinds {
        let said = told(&site, &event(&kind, "a", "person:b", json!({})), "").await;
        assert!(!said[0].contains(&kind), "{kind} has no words · add it to event/mod.rs and event/text.toml");
    }
}
