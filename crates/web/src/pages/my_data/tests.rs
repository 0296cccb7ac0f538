//! The page of a person's own data.

use crate::testing::{FIRM, Site, Somebody};
use domain::{
    access::Role,
    china_time::day_in_china,
    mechanism::{FieldValue, course::CaseStep},
};
use std::collections::BTreeMap;
use store::{CaseDraft, Channel, NewAttachment, NewCase, Opened, Taken};

#[tokio::test]
async fn a_person_sees_who_has_looked_and_why() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Clerk).await;
    person.get("/account/data").await.assert_ok().assert_shows("还没有人查看过").assert_lacks("13900000000");
    let mut deed = site.deed("p-security");
    deed.reason = "核对联系方式".to_owned();
    site.store().record_look(&person.id, "phone", &deed).await.unwrap();
    deed.acting_as = format!("security-administrator of {}", site.edition.organizations[0].id);
    site.store().record_look(&person.id, "contact", &deed).await.unwrap();
    let page = person.get("/account/data").await;
    page.assert_shows("核对联系方式")
        .assert_shows(" · 安全管理员，理由")
        .assert_lacks("security-administrator");
}

#[tokio::test]
async fn a_person_takes_his_data_along_without_what_signs_in() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Clerk).await;
    let file = person.post("/account/data/export", &[]).await;
    file.assert_ok().assert_shows("13900000000").assert_shows("session.opened").assert_lacks("argon2");
    assert!(file.header("content-disposition").contains("my-data.json"));
}

#[tokio::test]
async fn whoever_means_it_is_erased_and_nobody_else() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::FirmOwner).await;
    let refused = person.post("/account/data/erase", &[("login", "somebody")]).await;
    assert!(refused.header("location").ends_with("fault=not_meant"));
    person.post("/account/data/erase", &[("login", &person.login)]).await.assert_status(303);
    person.get("/account").await.assert_status(303);
    assert_eq!(site.store().person(&person.id).await.unwrap().unwrap().name, "");
}

#[tokio::test]
async fn an_old_proof_does_not_export() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Clerk).await;
    let stale = person.proved_before(20).await;
    stale.post("/account/data/export", &[]).await.assert_status(403).assert_shows("/prove");
    stale.get("/account/data").await.assert_shows("/prove?next=/account/data").assert_lacks("/data/export");
    // A link of another site, or one that is fetched before it is asked for, takes and records nothing.
    person.get("/account/data/export").await.assert_status(405);
    let events = site.store().events_of(&format!("person:{}", person.id)).await.unwrap();
    assert!(events.iter().all(|event| event.kind != "data.exported"));
}

#[tokio::test]
async fn whoever_held_an_office_closes_his_account_and_is_told_until_when_he_is_kept() {
    // An officer could once erase himself, and what he had done was then nobody's.
    let site = Site::with_policies().await;
    let clerk = site.signed_in(Role::Clerk).await;
    let page = clerk.get("/account/data").await;
    page.assert_ok()
        .assert_shows("不能删除，只能关闭")
        .assert_shows("2029年11月20日")
        .assert_lacks("/data/erase");
    clerk.get_english("/account/data").await.assert_shows("only closed").assert_lacks("⟦");
    let form = [("login", clerk.login.as_str())];
    let refused = clerk.post("/account/data/erase", &form).await;
    assert!(refused.header("location").ends_with("fault=office_held"));
    clerk.get("/account/data?fault=office_held").await.assert_shows("只能关闭，不能删除。");
    // The office may have ended long ago, and not long enough.
    site.store().end_grant(&clerk.grant, &site.deed("p-head")).await.unwrap();
    let refused = clerk.post("/account/data/erase", &form).await;
    assert!(refused.header("location").ends_with("fault=office_held"));
    clerk.post("/account/data/close", &form).await.assert_status(303);
    clerk.get("/account").await.assert_status(303);
    assert_eq!(site.store().person(&clerk.id).await.unwrap().unwrap().name, "测试员");
}

#[tokio::test]
async fn the_last_administrator_of_his_kind_does_not_leave() {
    let site = Site::with_policies().await;
    for role in [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator] {
        let last = site.signed_in(role).await;
        let form = [("login", last.login.as_str())];
        last.get("/account/data").await.assert_shows("最后一位").assert_lacks("/data/close");
        let refused = last.post("/account/data/close", &form).await;
        assert!(refused.header("location").ends_with("fault=last_administrator"), "{role:?}");
        let other = site.signed_in(role).await;
        last.post("/account/data/close", &form).await.assert_status(303);
        last.get("/account").await.assert_status(303);
        other.get("/account").await.assert_ok();
    }
}

#[tokio::test]
async fn an_owner_is_told_before_what_becomes_of_his_firm() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    owner.get("/account/data").await.assert_shows("须到窗口重新绑定").assert_shows("/account/data/erase");
    site.agent_of(&owner).await;
    owner.get("/account/data").await.assert_shows("1位代办人同时终止").assert_shows("须到窗口重新绑定");
    site.signed_in(Role::FirmOwner).await;
    owner.get("/account/data").await.assert_shows("1位代办人同时终止").assert_shows("还有其他负责人");
}

/// A case that somebody filed, with a file, and a draft.
async fn with_a_case(site: &Site, person: &Somebody<'_>) {
    let (store, procedures, deed) = (site.store(), site.service.city.procedures(), site.deed(&person.id));
    let data = [("subject", "land"), ("unit_in_charge", "town-office")];
    let data: BTreeMap<String, FieldValue> =
        data.map(|(name, text)| (name.to_owned(), FieldValue::Text(text.to_owned()))).into();
    let at = day_in_china(deed.at).into();
    let (step, by) = ("file".to_owned(), "firm".to_owned());
    let new = NewCase {
        id: "1".repeat(32),
        salt: "2".repeat(32),
        mechanism: "voice".to_owned(),
        firm: FIRM.to_owned(),
        place: String::new(),
        channel: Channel::Web,
        source: String::new(),
        title: "land".to_owned(),
        filed_by: person.id.clone(),
        first: CaseStep { at, step, by, organization: None, data: data.clone() },
        parent: None,
    };
    let Opened::New(head) = store.open_case(&procedures, new, &deed).await.unwrap() else {
        panic!("no case")
    };
    let [field, name, media_type] = ["proof", "proof.txt", "text/plain"].map(str::to_owned);
    let (bytes, owner) = (b"proof".to_vec(), person.id.clone());
    let new = NewAttachment {
        case: head.id,
        revision: head.revision,
        field,
        name,
        media_type,
        bytes,
        person: owner,
    };
    assert!(matches!(store.add_attachment(&procedures, new, &deed).await.unwrap(), Taken::Done(_)));
    let (id, owner, mechanism) = ("3".repeat(32), person.id.clone(), "voice".to_owned());
    let draft = CaseDraft { id, person: owner, mechanism, data, updated_at: deed.at };
    store.save_draft(&draft).await.unwrap();
}

#[tokio::test]
async fn the_file_has_every_table_that_holds_something_about_the_person() {
    let site = Site::with_policies().await;
    let (owner, person) = (site.signed_in(Role::FirmOwner).await, site.signed_in(Role::Clerk).await);
    site.set_password(&person.id, "four unrelated words").await;
    let form = [("login", person.login.as_str()), ("password", "four unrelated words")];
    site.visitor().post("/sign-in", &form).await.assert_status(303);
    let deed = site.deed("operator");
    site.store().invite(&person.id, "hash", deed.at + chrono::TimeDelta::days(7), &deed).await.unwrap();
    let form = [("login", person.login.as_str()), ("name", "某某"), ("until", "2027-01-31")];
    owner.post("/firm/mandates", &form).await.assert_ok();
    site.store().record_look(&person.id, "phone", &deed).await.unwrap();
    for _ in 0..120 {
        person.once_more().await;
    }
    with_a_case(&site, &person).await;
    let file = person.post("/account/data/export", &[]).await;
    let file: serde_json::Value = serde_json::from_str(&file.assert_ok().body).unwrap();
    let is_empty = |value: &serde_json::Value| {
        value.as_array().map_or(value.as_object().is_none_or(serde_json::Map::is_empty), Vec::is_empty)
    };
    for field in super::about_people() {
        let told = file["fields"].as_array().unwrap().iter();
        let mut told = told.filter(|one| one["table"] == field.table.as_str());
        assert!(
            told.any(|one| one["columns"] == serde_json::json!(field.columns) && one["basis"].is_string())
        );
        // A challenge is found by the token of a browser alone, and gone within minutes; the index holds the words of
        // what is there already. Words stand beside their event.
        let table =
            if field.table == "event_detail" { &file["event"][0]["details"] } else { &file[&field.table] };
        assert!(
            ["challenge", "case_words"].contains(&field.table.as_str()) || !is_empty(table),
            "{}",
            field.table
        );
    }
    assert!(!is_empty(&file["looks"]) && !is_empty(&file["event"]) && !is_empty(&file["role_grant"]));
    assert!(file["session"].as_array().unwrap().len() > 120, "all sessions, not the last hundred");
    assert_eq!(file["sign_in_guard"]["devices"].as_array().unwrap().len(), 1);
    person.get("/account/data").await.assert_shows("履行法定职责").assert_shows("本人同意");
}
