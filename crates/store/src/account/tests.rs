//! Accounts on both engines.

use super::*;
use crate::testing::{Fixture, fixtures, noon};
use crate::{EventSearch, Store, counted};
use domain::access::{Area, Capacity, Principal, Role};

const FIRM: &str = "91330302MATEXAMP4W";

async fn person(store: &Store, id: &str) {
    let person = NewPerson {
        id: id.to_owned(),
        login: format!("Login-{id}"),
        name: "测试员".to_owned(),
        phone: "13900000000".to_owned(),
        salt: "salt".to_owned(),
    };
    store.create_person(&person, &Deed::of_operator(noon(0))).await.unwrap();
}

fn grant_of(id: &str, person: &str, capacity: Capacity) -> NewGrant {
    let from_day = noon(0).date_naive();
    NewGrant { id: id.to_owned(), person: person.to_owned(), capacity, deputy_of: String::new(), from_day }
}

fn office(role: Role) -> Capacity {
    let place = "330300".parse().unwrap();
    Capacity::Office { role, organization: "finance-bureau".to_owned(), place, until: None }
}

fn agent() -> Capacity {
    let until = Some(noon(0).date_naive());
    Capacity::Firm { role: Role::FirmAgent, firm: FIRM.to_owned(), scope: vec![Area::Firm], until }
}

async fn session(store: &Store, hash: &str, person: &str, acts_by: &str) {
    let session = NewSession {
        hash: hash.to_owned(),
        person: person.to_owned(),
        acts_by: acts_by.to_owned(),
        is_two_factor: false,
        idle_minutes: 30,
        expires_at: noon(12 * 3600),
        address: "192.0.2.0".to_owned(),
        client: "Firefox".to_owned(),
    };
    store.open_session(&session, &by(person, 1)).await.unwrap();
}

fn by(actor: &str, seconds: i64) -> Deed {
    let [actor, reason, salt] = [actor, "for the test", "chance"].map(str::to_owned);
    Deed { actor, reason, salt, ..Deed::of_operator(noon(seconds)) }
}

async fn capacity(fixture: &Fixture, hash: &str, seconds: i64) -> Option<Capacity> {
    let signed = fixture.store.signed(hash, noon(seconds)).await.unwrap();
    signed.map(|signed| signed.principal.capacity().unwrap().clone())
}

#[tokio::test]
async fn a_role_that_ends_leaves_its_sessions_at_once_without_it() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        store.grant(&grant_of("g", "a", office(Role::Clerk)), &by("operator", 1)).await.unwrap();
        session(store, "s", "a", "g").await;
        assert_eq!(capacity(&fixture, "s", 2).await, Some(office(Role::Clerk)));
        assert!(store.end_grant("g", &by("boss", 3)).await.unwrap());
        assert!(!store.end_grant("g", &by("boss", 3)).await.unwrap());
        assert_eq!(capacity(&fixture, "s", 3).await, Some(Capacity::Person), "{}", fixture.engine());
        assert!(!store.act_by("s", "g", &by("a", 4)).await.unwrap());
    }
}

#[tokio::test]
async fn a_closed_account_has_no_session_and_no_role() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        store.grant(&grant_of("g", "a", office(Role::Head)), &by("operator", 1)).await.unwrap();
        session(store, "s", "a", "g").await;
        assert!(store.close_person("a", &by("boss", 2)).await.unwrap());
        assert!(!store.close_person("a", &by("boss", 2)).await.unwrap());
        assert_eq!(store.signed("s", noon(2)).await.unwrap(), None);
        assert!(store.grants_of_person("a").await.unwrap()[0].ended_at.is_some());
    }
}

#[tokio::test]
async fn deputies_end_with_the_one_they_stand_in_for() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for id in ["a", "b", "c"] {
            person(store, id).await;
        }
        store.grant(&grant_of("g", "a", office(Role::Head)), &by("operator", 1)).await.unwrap();
        for (id, who) in [("h", "b"), ("i", "c")] {
            store.grant(&deputy(id, who, "g", None), &by("a", 2)).await.unwrap();
        }
        store.end_grant("g", &by("boss", 3)).await.unwrap();
        for id in ["g", "h", "i"] {
            assert!(store.grant_of_id(id).await.unwrap().unwrap().ended_at.is_some(), "{id}");
        }
    }
}

/// A deputy of the head whose role is `of`, until so many days from the first.
fn deputy(id: &str, person: &str, of: &str, days: Option<u64>) -> NewGrant {
    NewGrant { deputy_of: of.to_owned(), ..grant_of(id, person, head_until(days)) }
}

fn head_until(days: Option<u64>) -> Capacity {
    office(Role::Head).ending_by(days.map(|days| noon(0).date_naive() + chrono::Days::new(days)))
}

#[tokio::test]
async fn a_deputy_lapses_with_the_one_he_stands_in_for() {
    // The last day of a deputy was once not bound to that of his head, whose role may lapse with nobody ending it.
    for fixture in fixtures().await {
        let store = &fixture.store;
        for id in ["a", "b"] {
            person(store, id).await;
        }
        store.grant(&grant_of("g", "a", head_until(Some(1))), &by("operator", 1)).await.unwrap();
        for days in [None, Some(2)] {
            let refused = store.grant(&deputy("h", "b", "g", days), &by("a", 2)).await;
            assert!(matches!(refused, Err(StoreError::DeputyOutlasts { .. })), "{days:?}: {refused:?}");
        }
        store.grant(&deputy("h", "b", "g", Some(1)), &by("a", 2)).await.unwrap();
        session(store, "s", "b", "h").await;
        assert_eq!(capacity(&fixture, "s", 3).await, Some(head_until(Some(1))), "{}", fixture.engine());
        // A row from before that rule.
        fixture.tamper("UPDATE role_grant SET until_day = '' WHERE id = 'h'").await;
        assert_eq!(capacity(&fixture, "s", 3).await, Some(head_until(Some(1))), "{}", fixture.engine());
        fixture.tamper("UPDATE role_grant SET ended_at = '2026-01-01T00:00:00Z' WHERE id = 'g'").await;
        assert_eq!(capacity(&fixture, "s", 3).await, Some(Capacity::Person), "{}", fixture.engine());
    }
}

#[tokio::test]
async fn a_deputy_stands_in_for_a_role_that_is_held_here_and_is_no_deputys() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for id in ["a", "b", "c"] {
            person(store, id).await;
        }
        store.grant(&grant_of("g", "a", office(Role::Head)), &by("operator", 1)).await.unwrap();
        store.grant(&deputy("h", "b", "g", Some(9)), &by("a", 2)).await.unwrap();
        let elsewhere = Capacity::Office {
            role: Role::Head,
            organization: "education-bureau".to_owned(),
            place: "330300".parse().unwrap(),
            until: None,
        };
        let elsewhere = NewGrant { deputy_of: "g".to_owned(), ..grant_of("i", "c", elsewhere) };
        for refused in [deputy("i", "c", "h", Some(1)), deputy("i", "c", "absent", Some(1)), elsewhere] {
            let answer = store.grant(&refused, &by("b", 3)).await;
            assert!(matches!(answer, Err(StoreError::NoGroundForDeputy)), "{refused:?}: {answer:?}");
        }
        store.end_grant("g", &by("boss", 4)).await.unwrap();
        let ended = store.grant(&deputy("i", "c", "g", Some(1)), &by("a", 5)).await;
        assert!(matches!(ended, Err(StoreError::NoGroundForDeputy)), "{ended:?}");
    }
}

#[tokio::test]
async fn of_fifty_equal_grants_at_once_one_comes() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..50 {
            let store = store.clone();
            tasks.spawn(async move {
                let grant = grant_of(&format!("g{number}"), "a", office(Role::Clerk));
                store.grant(&grant, &by("boss", 1)).await
            });
        }
        let granted = tasks.join_all().await.into_iter().flatten().count();
        assert_eq!(granted, 1, "{}", fixture.engine());
        assert_eq!(store.grants_of_person("a").await.unwrap().len(), 1);
        let events = store.events_of("person:a").await.unwrap();
        assert_eq!(events.iter().filter(|event| event.kind == "role.granted").count(), 1);
    }
}

#[tokio::test]
async fn a_role_is_granted_again_once_it_has_ended_or_lapsed() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let grant = |id, capacity| grant_of(id, "a", capacity);
        store.grant(&grant("g", office(Role::Clerk)), &by("boss", 1)).await.unwrap();
        let again = store.grant(&grant("h", office(Role::Clerk)), &by("boss", 2)).await;
        assert!(matches!(again, Err(StoreError::RoleHeld)), "{again:?}");
        assert!(store.end_grant("g", &by("boss", 3)).await.unwrap());
        store.grant(&grant("h", office(Role::Clerk)), &by("boss", 4)).await.unwrap();
        store.grant(&grant("i", agent()), &by("boss", 5)).await.unwrap();
        let tomorrow = noon(0).date_naive().succ_opt().unwrap();
        let later = NewGrant { from_day: tomorrow, ..grant("j", agent()) };
        store.grant(&later, &by("boss", 6)).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_is_one_of_the_three_administrators_holds_no_other_role() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let grant = |id, role| grant_of(id, "a", office(role));
        store.grant(&grant("g", Role::SystemAdministrator), &by("operator", 1)).await.unwrap();
        let second = store.grant(&grant("h", Role::AuditAdministrator), &by("operator", 2)).await;
        assert!(second.unwrap_err().to_string().contains("system-administrator already"));
        let events = store.events_of("person:a").await.unwrap();
        assert_eq!(
            events.iter().filter(|event| event.kind == "role.granted").count(),
            1,
            "nothing is half done"
        );
        for (id, role) in [("h", Role::Clerk), ("h", Role::Auditor)] {
            let beside = store.grant(&grant(id, role), &by("operator", 2)).await;
            assert!(matches!(beside, Err(StoreError::BesideAdministrator { .. })), "{role:?}: {beside:?}");
        }
        let owner = store.grant(&grant_of("h", "a", agent()), &by("operator", 2)).await;
        assert!(matches!(owner, Err(StoreError::BesideAdministrator { .. })), "{owner:?}");
        store.end_grant("g", &by("operator", 3)).await.unwrap();
        store.grant(&grant("h", Role::AuditAdministrator), &by("operator", 4)).await.unwrap();
        // Nor does somebody with an office become one of them.
        person(store, "b").await;
        store.grant(&grant_of("i", "b", office(Role::Clerk)), &by("operator", 5)).await.unwrap();
        let risen =
            store.grant(&grant_of("j", "b", office(Role::SystemAdministrator)), &by("operator", 6)).await;
        assert!(matches!(risen, Err(StoreError::BesideAdministrator { .. })), "{risen:?}");
    }
}

#[tokio::test]
async fn a_session_rests_for_as_long_as_it_may_and_ends_when_told() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        session(store, "s", "a", "").await;
        session(store, "t", "a", "").await;
        assert!(capacity(&fixture, "s", 29 * 60).await.is_some());
        assert!(capacity(&fixture, "s", 58 * 60).await.is_some(), "it was seen in between");
        assert!(capacity(&fixture, "t", 58 * 60).await.is_none(), "it was not");
        assert_eq!(store.end_other_sessions("a", "s", &by("a", 3600)).await.unwrap(), 1);
        assert!(store.end_session("a", "s", &by("a", 3601)).await.unwrap());
        assert!(capacity(&fixture, "s", 3601).await.is_none());
        assert_eq!(store.sessions_of("a").await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_new_proof_changes_the_token_and_never_forgets_a_second_factor() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        session(store, "s", "a", "").await;
        assert!(store.prove_session("s", "t", true, &by("a", 100)).await.unwrap());
        assert!(store.signed("s", noon(101)).await.unwrap().is_none());
        assert!(store.prove_session("t", "u", false, &by("a", 200)).await.unwrap());
        let signed = store.signed("u", noon(201)).await.unwrap().unwrap();
        let Principal::Person { proof, .. } = signed.principal else { panic!() };
        assert_eq!((proof.two_factors_at, proof.at), (Some(noon(100)), noon(200)));
        assert!(!store.prove_session("u", "v", true, &by("b", 300)).await.unwrap(), "not his");
    }
}

#[tokio::test]
async fn a_session_that_takes_up_an_office_rests_and_lasts_no_longer_than_those_of_offices() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        store.grant(&grant_of("f", "a", agent()), &by("owner", 1)).await.unwrap();
        store.grant(&grant_of("g", "a", office(Role::Clerk)), &by("boss", 1)).await.unwrap();
        let days = 7 * 24 * 3600;
        for hash in ["s", "t", "u"] {
            let session = NewSession {
                hash: hash.to_owned(),
                person: "a".to_owned(),
                acts_by: String::new(),
                is_two_factor: true,
                idle_minutes: 480,
                expires_at: noon(days),
                address: String::new(),
                client: String::new(),
            };
            store.open_session(&session, &by("a", 1)).await.unwrap();
        }
        for (hash, role) in [("s", "g"), ("t", "f"), ("u", "g")] {
            assert!(store.act_by(hash, role, &by("a", 2)).await.unwrap(), "{hash}");
        }
        // What was lowered stays so.
        assert!(store.act_by("s", "", &by("a", 3)).await.unwrap());
        assert!(capacity(&fixture, "s", 31 * 60).await.is_none(), "{}", fixture.engine());
        assert!(capacity(&fixture, "t", 7 * 3600).await.is_some());
        for half_hours in 1..=24 {
            assert!(capacity(&fixture, "u", half_hours * 1800).await.is_some(), "{half_hours}");
        }
        assert!(capacity(&fixture, "u", 12 * 3600 + 60).await.is_none());
    }
}

#[tokio::test]
async fn a_mandate_acts_until_it_is_ended_and_keeps_its_scope() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        store.grant(&grant_of("g", "a", agent()), &by("owner", 1)).await.unwrap();
        session(store, "s", "a", "").await;
        assert!(store.act_by("s", "g", &by("a", 2)).await.unwrap());
        assert_eq!(capacity(&fixture, "s", 3).await, Some(agent()));
        assert_eq!(store.grants_of_firm(FIRM).await.unwrap().len(), 1);
        let wrong = Capacity::Firm { role: Role::Clerk, firm: FIRM.to_owned(), scope: vec![], until: None };
        assert!(store.grant(&grant_of("h", "a", wrong), &by("owner", 1)).await.is_err());
    }
}

#[tokio::test]
async fn an_erased_person_leaves_no_name_anywhere_and_the_proofs_hold() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        session(store, "s", "a", "").await;
        store.record_look("a", "phone", &by("b", 2)).await.unwrap();
        assert!(store.erase_person("a", &by("a", 3)).await.unwrap());
        assert!(!store.erase_person("a", &by("a", 3)).await.unwrap());
        let left = store.personal_data("a").await.unwrap().unwrap();
        assert_eq!((left.person.name.as_str(), left.person.phone.as_str()), ("", ""));
        assert_eq!(left.person.login, "erased:a");
        assert!(left.credentials.is_empty() && left.sessions.is_empty());
        let events = serde_json::to_string(&left.events).unwrap();
        for trace in ["测试员", "13900000000", "login-a"] {
            assert!(!events.contains(trace), "{trace}: {events}");
        }
        assert!(store.verify().await.unwrap().is_whole());
    }
}

#[tokio::test]
async fn a_look_needs_a_reason_and_is_shown_to_the_person() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let silent = Deed { reason: " ".to_owned(), ..by("b", 1) };
        assert!(store.record_look("a", "phone", &silent).await.is_err());
        store.record_look("a", "phone", &by("b", 1)).await.unwrap();
        let looks = store.looks_at("a").await.unwrap();
        assert_eq!((looks.len(), looks[0].actor.as_str(), looks[0].field.as_str()), (1, "b", "phone"));
    }
}

#[tokio::test]
async fn a_code_invites_once_and_not_for_ever() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        store.invite("a", "code", noon(100), &by("operator", 1)).await.unwrap();
        assert_eq!(store.invited("code", noon(99)).await.unwrap().as_deref(), Some("a"));
        assert_eq!(store.invited("code", noon(100)).await.unwrap(), None);
        assert!(store.use_invitation("code", &by("a", 50)).await.unwrap());
        assert!(!store.use_invitation("code", &by("a", 50)).await.unwrap());
        store.invite("a", "next", noon(100), &by("operator", 1)).await.unwrap();
        store.invite("a", "last", noon(100), &by("operator", 1)).await.unwrap();
        assert_eq!(store.invited("next", noon(2)).await.unwrap(), None, "a newer one ends it");
    }
}

#[tokio::test]
async fn a_guard_counts_tries_of_one_moment_once() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let first = store.guard("login-a").await.unwrap();
        assert_eq!(first, store.guard(" LOGIN-A ").await.unwrap());
        assert!(store.advance_guard(&first, "1", noon(2)).await.unwrap());
        assert!(!store.advance_guard(&first, "1", noon(2)).await.unwrap());
        let next = store.guard("login-a").await.unwrap();
        assert_eq!(next.state, "1");
        assert!(store.advance_guard(&next, "2", noon(3)).await.unwrap());
        assert!(!store.advance_guard(&next, "2", noon(3)).await.unwrap());
        assert_eq!(store.guard("nobody").await.unwrap().state, "");
        store.erase_person("a", &by("a", 4)).await.unwrap();
        assert_eq!(store.guard("login-a").await.unwrap().state, "");
    }
}

#[tokio::test]
async fn a_challenge_serves_once_for_its_own_purpose() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let challenge = |hash: &str| Challenge {
            hash: hash.to_owned(),
            purpose: "passkey".to_owned(),
            state: "{}".to_owned(),
            expires_at: noon(60),
        };
        store.keep_challenge(&challenge("c"), noon(0)).await.unwrap();
        assert_eq!(store.take_challenge("c", "sign-in", noon(1)).await.unwrap(), None);
        assert_eq!(store.take_challenge("c", "passkey", noon(1)).await.unwrap().as_deref(), Some("{}"));
        assert_eq!(store.take_challenge("c", "passkey", noon(1)).await.unwrap(), None);
        store.keep_challenge(&challenge("d"), noon(0)).await.unwrap();
        assert_eq!(store.take_challenge("d", "passkey", noon(60)).await.unwrap(), None, "ended");
    }
}

#[tokio::test]
async fn credentials_are_replaced_added_and_serve_once_for_what_was_seen() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let one = |kind, id: &str, data: &str| Credential {
            kind,
            id: id.to_owned(),
            label: "key".to_owned(),
            data: data.to_owned(),
            created_at: noon(0),
            used_at: None,
        };
        let password = [one(CredentialKind::Password, "", "hash")];
        store.replace_credentials("a", CredentialKind::Password, &password, &by("a", 1)).await.unwrap();
        store.add_credential("a", &one(CredentialKind::Passkey, "k", "0"), &by("a", 2)).await.unwrap();
        let twice = store.add_credential("a", &one(CredentialKind::Passkey, "k", "0"), &by("a", 2)).await;
        assert!(twice.is_err());
        let key = (CredentialKind::Passkey, "k");
        assert!(store.credential_served("a", key, ("0", "1"), noon(3)).await.unwrap());
        assert!(!store.credential_served("a", key, ("0", "1"), noon(3)).await.unwrap());
        let found = store.person_of_credential(CredentialKind::Passkey, "k").await.unwrap();
        assert_eq!(found.as_deref(), Some("a"));
        assert!(store.credential_signed("a", key, ("1", "2"), &by("a", 3)).await.unwrap());
        assert!(!store.credential_signed("a", key, ("1", "2"), &by("a", 3)).await.unwrap());
        store.passkey_counted_back("a", "k", (7, 5), &by("a", 3)).await.unwrap();
        let kinds: Vec<_> =
            store.events_of("person:a").await.unwrap().into_iter().map(|event| event.kind).collect();
        assert!(kinds.ends_with(&["credential.signed".to_owned(), "credential.counted-back".to_owned()]));
        person(store, "b").await;
        let taken = store.add_credential("b", &one(CredentialKind::Passkey, "k", "0"), &by("b", 3)).await;
        assert!(matches!(taken, Err(StoreError::CredentialTaken)), "{}", fixture.engine());
        assert!(store.remove_credential("a", CredentialKind::Passkey, "k", &by("a", 4)).await.unwrap());
        assert!(!store.remove_credential("a", CredentialKind::Passkey, "k", &by("a", 4)).await.unwrap());
        assert_eq!(store.credentials("a").await.unwrap().len(), 1);
        assert!(!format!("{:?}", store.credentials("a").await.unwrap()).contains("hash"));
    }
}

#[tokio::test]
async fn a_passkey_or_identity_is_of_one_person_until_he_has_gone() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for id in ["a", "b"] {
            person(store, id).await;
        }
        for kind in [CredentialKind::UnifiedIdentity, CredentialKind::Passkey] {
            let one = Credential {
                kind,
                id: "issuer subject".to_owned(),
                label: String::new(),
                data: String::new(),
                created_at: noon(0),
                used_at: None,
            };
            let bind = async |who: &str| {
                store.replace_credentials(who, kind, std::slice::from_ref(&one), &by(who, 1)).await
            };
            let (first, second) = tokio::join!(bind("a"), bind("b"));
            assert_eq!(first.is_ok(), second.is_err(), "{}", fixture.engine());
            let holder = store.person_of_credential(kind, &one.id).await.unwrap().unwrap();
            bind(&holder).await.unwrap();
        }
        // Passwords have no name.
        for who in ["a", "b"] {
            let password = Credential {
                kind: CredentialKind::Password,
                id: String::new(),
                label: String::new(),
                data: "hash".to_owned(),
                created_at: noon(0),
                used_at: None,
            };
            store.add_credential(who, &password, &by(who, 2)).await.unwrap();
            store.close_person(who, &by("boss", 3)).await.unwrap();
            assert!(store.credentials(who).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn a_failed_try_of_nobody_takes_the_same_work_and_leaves_nothing() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let before = store.events_of("person:a").await.unwrap().len();
        for minute in 1..4 {
            let mut works = Vec::new();
            for (login, id) in [("login-a", Some("a")), ("nobody", None)] {
                let deed = by("visitor", minute);
                store.checkpoint().await.unwrap();
                let (failed, work) = counted(store.sign_in_failed((login, id), "password", &deed)).await;
                failed.unwrap();
                works.push(work);
            }
            assert_eq!(works[0], works[1], "{}", fixture.engine());
            assert!(works[0].statements > 5 && works[0].writes == 1, "{works:?}");
        }
        assert_eq!(store.events_of("person:a").await.unwrap().len(), before + 3);
        assert!(store.events_of("person:").await.unwrap().is_empty());
        assert!(store.verify().await.unwrap().is_whole());
    }
}

#[tokio::test]
async fn a_taken_login_is_refused_and_leaves_nothing() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        assert!(store.has_no_people().await.unwrap());
        person(store, "a").await;
        let again = NewPerson {
            id: "b".to_owned(),
            login: "LOGIN-A".to_owned(),
            name: "别人".to_owned(),
            phone: String::new(),
            salt: "s".to_owned(),
        };
        assert!(store.create_person(&again, &by("operator", 1)).await.is_err());
        assert!(store.events_of("person:b").await.unwrap().is_empty());
        assert_eq!(store.people("gin-A", "", 10).await.unwrap().len(), 1);
        assert_eq!(store.people("%", "", 10).await.unwrap().len(), 0);
        // A name is found whole alone: piece by piece, the list would spell out what it masks.
        assert_eq!(store.people("测试员", "", 10).await.unwrap().len(), 1);
        assert_eq!(store.people("测试", "", 10).await.unwrap().len(), 0);
        let wanted = EventSearch { stream: "person:", kind: "person.", ..EventSearch::default() };
        assert_eq!(store.search_events(&wanted).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_role_written_or_changed_behind_the_log_is_found() {
    for statement in [
        "UPDATE role_grant SET role = 'audit-administrator'",
        "UPDATE role_grant SET ended_at = '', ended_by = ''",
        "UPDATE role_grant SET until_day = '2099-01-01'",
        "DELETE FROM role_grant",
        "INSERT INTO role_grant SELECT 'new', person, role, firm, organization, place, scope, deputy_of, from_day,
            until_day, granted_by, granted_at, '', '' FROM role_grant",
    ] {
        for fixture in fixtures().await {
            let store = &fixture.store;
            person(store, "a").await;
            store.grant(&grant_of("g", "a", office(Role::Clerk)), &by("boss", 1)).await.unwrap();
            store.end_grant("g", &by("boss", 2)).await.unwrap();
            assert_eq!(store.verify_grants().await.unwrap(), []);
            fixture.tamper(statement).await;
            let faults = store.verify_grants().await.unwrap();
            assert!(!faults.is_empty(), "{} {statement}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn the_events_of_a_firm_are_its_roles_and_nothing_else_of_its_people() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        person(store, "a").await;
        let firm = |firm: &str| Capacity::Firm {
            role: Role::FirmAgent,
            firm: firm.to_owned(),
            scope: vec![Area::Firm],
            until: None,
        };
        store.grant(&grant_of("g1", "a", firm(FIRM)), &by("owner", 1)).await.unwrap();
        store.grant(&grant_of("g2", "a", firm("91330000704202479R")), &by("other", 2)).await.unwrap();
        store.end_grant("g1", &by("owner", 3)).await.unwrap();
        let events = store.events_of_firm(FIRM).await.unwrap();
        let told: Vec<_> = events.iter().map(|one| (one.kind.as_str(), one.actor.as_str())).collect();
        assert_eq!(told, [("role.ended", "owner"), ("role.granted", "owner")]);
        assert_eq!(store.events_of_firm("absent").await.unwrap(), []);
    }
}
