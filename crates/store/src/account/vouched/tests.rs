//! What is written behind the log is found, and nothing that an account goes through is taken for it.

use super::*;
use crate::account::{Credential, CredentialKind, NewGrant, NewOffer, NewPerson, NewSession};
use crate::testing::{Fixture, fixtures, noon};
use crate::{Location, Store};
use domain::access::{Area, Capacity, Role};

const DAY: i64 = 86_400;

fn by(actor: &str, seconds: i64) -> Deed {
    let [actor, reason, salt] = [actor, "for the test", "chance"].map(str::to_owned);
    Deed { actor, reason, salt, ..Deed::of_operator(noon(seconds)) }
}

async fn person(store: &Store, id: &str) {
    let person = NewPerson {
        id: id.to_owned(),
        login: format!("login-{id}"),
        name: "测试员".to_owned(),
        phone: "13900000000".to_owned(),
        salt: format!("salt-{id}"),
    };
    store.create_person(&person, &by("operator", 0)).await.unwrap();
}

fn credential(kind: CredentialKind, id: &str, data: &str) -> Credential {
    let [id, label, data] = [id, "key", data].map(str::to_owned);
    Credential { kind, id, label, data, created_at: noon(0), used_at: None }
}

async fn session(store: &Store, hash: &str, person: &str) {
    let [hash, acts_by, address, client] = [hash, "", "192.0.2.0", "Firefox"].map(str::to_owned);
    let expires_at = noon(12 * 3600);
    let person = person.to_owned();
    let session = NewSession {
        hash,
        acts_by,
        is_two_factor: false,
        idle_minutes: 30,
        expires_at,
        address,
        client,
        person,
    };
    store.open_session(&session, &by(&session.person, 1)).await.unwrap();
}

/// A role of a firm, offered to a login.
fn offer(id: &str, login: &str) -> NewOffer {
    let [id, code_hash, login, name, phone] =
        [id, &format!("code {id}"), login, "测试员", "13900000000"].map(str::to_owned);
    let (firm, scope) = ("91330302MATEXAMP4W".to_owned(), vec![Area::Firm]);
    let capacity = Capacity::Firm { role: Role::FirmAgent, firm, scope, until: None };
    NewOffer {
        id,
        code_hash,
        login,
        name,
        phone,
        capacity,
        deputy_of: String::new(),
        expires_at: noon(7 * DAY),
    }
}

const SEED: &str = r#"{"seed":"sealed","last_step":1}"#;

/// Two accounts; of the first, one of everything.
async fn two_accounts(store: &Store) {
    for id in ["a", "b"] {
        person(store, id).await;
    }
    for (kind, data) in [
        (CredentialKind::Password, "hash of a"),
        (CredentialKind::OneTimeCode, SEED),
        (CredentialKind::RecoveryCode, r#"["one","two"]"#),
    ] {
        let one = [credential(kind, "", data)];
        store.replace_credentials("a", kind, &one, &by("a", 1)).await.unwrap();
    }
    store.add_credential("a", &credential(CredentialKind::Passkey, "k", "0"), &by("a", 2)).await.unwrap();
    store.invite("b", "code", noon(7 * DAY), &by("operator", 2)).await.unwrap();
    session(store, "s", "a").await;
    let place = "330300".parse().unwrap();
    let organization = "finance-bureau".to_owned();
    let grant = NewGrant {
        id: "g".to_owned(),
        person: "a".to_owned(),
        capacity: Capacity::Office { role: Role::Clerk, organization, place, until: None },
        deputy_of: String::new(),
        from_day: noon(0).date_naive(),
    };
    store.grant(&grant, &by("operator", 3)).await.unwrap();
    store.offer(&offer("o", "login-b"), &by("a", 3)).await.unwrap();
}

async fn faults(fixture: &Fixture) -> Vec<String> {
    let found = fixture.store.verify().await.unwrap();
    let roles = found.grant_faults.iter().map(|fault| format!("role_grant {}", fault.what));
    found.row_faults.iter().map(|fault| format!("{} {}", fault.table, fault.what)).chain(roles).collect()
}

/// What is written behind the log, and how the fault begins.
const TAMPERINGS: [(&str, &str); 26] = [
    ("UPDATE credential SET data = 'hash of b' WHERE kind = 'password'", "credential it is not as"),
    (r#"UPDATE credential SET data = '{"seed":"other","last_step":1}' WHERE kind = 'one-time-code'"#, "credential it is not"),
    (r#"UPDATE credential SET data = '["one","two","mine"]' WHERE kind = 'recovery-code'"#, "credential it is not"),
    (
        "INSERT INTO credential (person, kind, id, label, data, created_at, used_at, salt)
         SELECT person, kind, 'mine', label, data, created_at, '', 'salt' FROM credential WHERE kind = 'passkey'",
        "credential it stands here and was never made",
    ),
    (
        "INSERT INTO credential (person, kind, id, label, data, created_at, used_at, salt)
         SELECT person, kind, 'mine', label, data, created_at, '', salt FROM credential WHERE kind = 'passkey'",
        "credential it",
    ),
    (
        "INSERT INTO credential (person, kind, id, label, data, created_at, used_at)
         SELECT 'b', 'password', '', label, data, created_at, '' FROM credential WHERE kind = 'password'",
        "credential it stands here and was never made",
    ),
    ("UPDATE credential SET person = 'b' WHERE kind = 'passkey'", "credential it is not as"),
    ("UPDATE credential SET salt = 'other' WHERE kind = 'passkey'", "credential"),
    ("DELETE FROM credential WHERE kind = 'one-time-code'", "credential event"),
    (
        "INSERT INTO session (hash, person, acts_by, two_factors, opened_at, seen_at, proved_at, idle_minutes,
                              expires_at, ended_at, address, client, salt)
         SELECT 'mine', 'b', '', 1, opened_at, seen_at, proved_at, 30, expires_at, '', '', '', 'salt' FROM session",
        "session it stands here and was never made",
    ),
    ("UPDATE session SET expires_at = '2099-01-01T00:00:00Z'", "session it is not as"),
    ("UPDATE session SET hash = 'mine'", "session it is not as"),
    ("UPDATE session SET two_factors_at = proved_at", "session it is not as"),
    ("UPDATE session SET acts_by = 'g'", "session it is not as"),
    ("DELETE FROM session", "session event"),
    (
        "INSERT INTO invitation (hash, person, made_at, expires_at, used_at, salt)
         VALUES ('mine', 'a', '2026-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '', 'salt')",
        "invitation it stands here and was never made",
    ),
    ("UPDATE invitation SET person = 'a'", "invitation it is not as"),
    ("UPDATE person SET login = 'mine' WHERE id = 'a'", "person it is not as"),
    ("UPDATE person SET state = 'closed' WHERE id = 'a'", "person it is not as"),
    (
        "INSERT INTO person (id, login, name, phone, language, salt, state, created_at, closed_at)
         SELECT 'c', 'mine', name, phone, language, salt, state, created_at, closed_at FROM person WHERE id = 'a'",
        "person it stands here and was never made",
    ),
    ("UPDATE offer SET role = 'firm-owner'", "offer it is not as"),
    ("UPDATE offer SET login = 'login-a', code_hash = 'mine'", "offer it is not as"),
    (
        "INSERT INTO offer (id, code_hash, login, name, phone, role, firm, scope, deputy_of, until_day, offered_by,
                            offered_as, by_grant, reason, offered_at, expires_at, settled_at, salt)
         SELECT 'mine', 'mine', login, name, phone, role, firm, scope, deputy_of, until_day, offered_by, offered_as,
                by_grant, reason, offered_at, expires_at, settled_at, salt FROM offer",
        "offer it stands here and was never made",
    ),
    ("DELETE FROM offer", "offer event"),
    ("UPDATE role_grant SET role = 'head' WHERE id = 'g'", "role_grant its role"),
    ("DELETE FROM role_grant", "role_grant it was granted and is gone"),
];

#[tokio::test]
async fn what_is_written_behind_the_log_is_found() {
    for fixture in fixtures().await {
        two_accounts(&fixture.store).await;
        assert_eq!(faults(&fixture).await, Vec::<String>::new(), "{}", fixture.engine());
    }
    for (statement, begins) in TAMPERINGS {
        for fixture in fixtures().await {
            two_accounts(&fixture.store).await;
            fixture.tamper(statement).await;
            let faults = faults(&fixture).await;
            let is_told = faults.iter().any(|fault| fault.starts_with(begins));
            assert!(is_told, "{} {statement}: {faults:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn an_offer_that_was_not_made_as_it_stands_gives_nobody_a_role() {
    for statement in [
        "UPDATE offer SET role = 'firm-owner', scope = ''",
        "UPDATE offer SET id = 'mine'",
        "UPDATE event SET payload = '{}'",
    ] {
        for fixture in fixtures().await {
            let store = &fixture.store;
            two_accounts(store).await;
            fixture.tamper(statement).await;
            let open = store.offers_to("login-b", noon(4)).await.unwrap().pop().unwrap();
            let refused = store.accept_offer(&open, &by("b", 4)).await;
            assert!(
                matches!(refused, Err(StoreError::Damaged(_))),
                "{} {statement}: {refused:?}",
                fixture.engine()
            );
            assert_eq!(store.grants_of_person("b").await.unwrap(), []);
        }
    }
}

/// A session of `b` and an invitation of `a` that nobody made, and one of each that was changed.
const FORGED: [&str; 2] = [
    "INSERT INTO session (hash, person, acts_by, two_factors, opened_at, seen_at, proved_at, idle_minutes,
                          expires_at, ended_at, address, client, salt)
     SELECT 'mine', 'b', '', 1, opened_at, seen_at, proved_at, 30, expires_at, '', '', '', 'salt' FROM session;
     INSERT INTO invitation (hash, person, made_at, expires_at, used_at, salt)
     SELECT 'mine', person, made_at, expires_at, '', 'salt' FROM invitation",
    "UPDATE session SET hash = 'mine', person = 'b'; UPDATE invitation SET hash = 'mine'",
];

#[tokio::test]
async fn a_session_or_invitation_that_was_not_made_as_it_stands_is_not_used() {
    for statement in FORGED {
        for fixture in fixtures().await {
            let store = &fixture.store;
            two_accounts(store).await;
            fixture.tamper(statement).await;
            let refusals = [
                store.use_invitation("mine", &by("b", 4)).await,
                store.prove_session("mine", "next", true, &by("b", 4)).await,
                store.act_by("mine", "", &by("b", 4)).await,
            ];
            for refused in refusals {
                let is_refused = matches!(refused, Err(StoreError::Damaged(_)));
                assert!(is_refused, "{} {statement}: {refused:?}", fixture.engine());
            }
        }
    }
}

#[tokio::test]
async fn a_forged_row_that_was_ended_or_taken_away_by_an_event_stays_a_finding() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        two_accounts(store).await;
        fixture.tamper(FORGED[0]).await;
        assert!(store.end_session("b", "mine", &by("b", 4)).await.unwrap());
        store.invite("b", "next", noon(7 * DAY), &by("operator", 5)).await.unwrap();
        let found = faults(&fixture).await;
        for table in ["session", "invitation"] {
            let is_told = |fault: &String| fault.starts_with(table) && fault.ends_with("it was never made");
            assert!(found.iter().any(is_told), "{} {table}: {found:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn what_had_ended_and_comes_back_is_found() {
    for statement in [
        "UPDATE session SET ended_at = ''",
        "UPDATE invitation SET used_at = ''",
        "UPDATE person SET state = 'open', closed_at = '' WHERE id = 'a'",
        "UPDATE person SET state = 'open', login = 'mine' WHERE id = 'b'",
        "UPDATE person SET name = 'mine' WHERE id = 'b'",
        "INSERT INTO credential (person, kind, id, label, data, created_at, used_at)
         VALUES ('a', 'password', '', '', 'hash of a', '2026-01-01T00:00:00Z', '')",
        "UPDATE offer SET settled_at = ''",
        "DELETE FROM person WHERE id = 'a'",
    ] {
        for fixture in fixtures().await {
            let store = &fixture.store;
            two_accounts(store).await;
            assert!(store.use_invitation("code", &by("b", 4)).await.unwrap());
            person(store, "c").await;
            store.invite("c", "used", noon(7 * DAY), &by("operator", 4)).await.unwrap();
            assert!(store.use_invitation("used", &by("c", 5)).await.unwrap());
            store.offer(&offer("q", "login-c"), &by("a", 4)).await.unwrap();
            assert!(store.withdraw_offer("q", &by("a", 5)).await.unwrap());
            store.close_person("a", &by("boss", 6)).await.unwrap();
            store.erase_person("b", &by("b", 6)).await.unwrap();
            assert_eq!(faults(&fixture).await, Vec::<String>::new(), "{}", fixture.engine());
            fixture.tamper(&format!("{}{statement}", loosened(&fixture))).await;
            assert!(!faults(&fixture).await.is_empty(), "{} {statement}", fixture.engine());
        }
    }
}

/// References of PostgreSQL would keep a row from being deleted that others point at.
fn loosened(fixture: &Fixture) -> &'static str {
    if fixture.engine() == "SQLite" {
        return "";
    }
    "ALTER TABLE credential DROP CONSTRAINT credential_person_fkey;
     ALTER TABLE invitation DROP CONSTRAINT invitation_person_fkey;
     ALTER TABLE role_grant DROP CONSTRAINT role_grant_person_fkey;
     ALTER TABLE session DROP CONSTRAINT session_person_fkey;"
}

#[tokio::test]
async fn nothing_that_an_account_goes_through_is_a_fault() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        two_accounts(store).await;
        let whole = async |after: &str| {
            assert_eq!(faults(&fixture).await, Vec::<String>::new(), "{} {after}", fixture.engine());
        };
        let key = (CredentialKind::Passkey, "k");
        assert!(store.credential_signed("a", key, ("0", "1"), &by("a", 4)).await.unwrap());
        store.passkey_counted_back("a", "k", (7, 5), &by("a", 4)).await.unwrap();
        let seed = (CredentialKind::OneTimeCode, "");
        assert!(
            store.credential_served("a", seed, (SEED, &SEED.replace(":1", ":2")), noon(4)).await.unwrap()
        );
        let codes = (CredentialKind::RecoveryCode, "");
        let left = (r#"["one","two"]"#, r#"["two"]"#);
        assert!(store.credential_served("a", codes, left, noon(4)).await.unwrap());
        whole("uses").await;
        assert!(store.prove_session("s", "t", true, &by("a", 5)).await.unwrap());
        assert!(store.prove_session("t", "u", false, &by("a", 6)).await.unwrap());
        assert!(store.act_by("u", "g", &by("a", 7)).await.unwrap());
        store.signed("u", noon(200)).await.unwrap();
        whole("a session").await;
        for hash in ["v", "w"] {
            session(store, hash, "a").await;
        }
        assert!(store.end_session("a", "v", &by("a", 8)).await.unwrap());
        assert_eq!(store.end_other_sessions("a", "u", &by("a", 8)).await.unwrap(), 1);
        let password = [credential(CredentialKind::Password, "", "another")];
        for seconds in [9, 9, 10] {
            let deed = by("a", seconds);
            store.replace_credentials("a", CredentialKind::Password, &password, &deed).await.unwrap();
        }
        store.remove_credential("a", key.0, key.1, &by("a", 11)).await.unwrap();
        whole("changes").await;
        store.invite("b", "next", noon(8 * DAY), &by("operator", 12)).await.unwrap();
        store.invite("b", "last", noon(9 * DAY), &by("operator", 12)).await.unwrap();
        assert!(store.use_invitation("last", &by("b", 13)).await.unwrap());
        whole("invitations").await;
        let open = store.offers_to("login-b", noon(13)).await.unwrap().pop().unwrap();
        assert!(store.accept_offer(&open, &by("b", 13)).await.unwrap());
        for id in ["p", "q", "r"] {
            store.offer(&offer(id, "login-b"), &by("a", 13)).await.unwrap();
        }
        assert!(store.decline_offer("r", &by("b", 13)).await.unwrap());
        store.drop_second_factors("a", &by("a", 13)).await.unwrap();
        whole("offers").await;
        session(store, "x", "b").await;
        store.close_person("a", &by("boss", 14)).await.unwrap();
        whole("a close").await;
        store.erase_person("b", &by("b", 15)).await.unwrap();
        whole("an erasure").await;
        store.purge(&by("system", 200 * DAY)).await.unwrap();
        whole("a purge").await;
        assert_eq!(store.purge(&by("system", 1200 * DAY)).await.unwrap().people, 1);
        whole("all of them").await;
    }
}

#[tokio::test]
async fn no_event_holds_a_digest_of_what_can_be_guessed() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        two_accounts(store).await;
        let sub = credential(CredentialKind::UnifiedIdentity, "issuer subject", "");
        store.add_credential("b", &sub, &by("b", 2)).await.unwrap();
        store.remove_credential("b", sub.kind, &sub.id, &by("b", 3)).await.unwrap();
        let log = serde_json::to_string(&store.events(0, 1000).await.unwrap()).unwrap();
        for guess in ["k", "login-a", "issuer subject", "13900000000", "测试员", "code", "s"] {
            assert!(!log.contains(&crate::sha256(guess.as_bytes())), "{guess}");
            assert!(!log.contains(&sha256_of_fields([guess])), "{guess}");
        }
    }
}

#[tokio::test]
async fn what_comes_of_a_deed_without_salt_is_refused() {
    for fixture in fixtures().await {
        person(&fixture.store, "a").await;
        let deed = Deed { salt: String::new(), ..by("a", 1) };
        let key = credential(CredentialKind::Passkey, "k", "0");
        let refused = fixture.store.add_credential("a", &key, &deed).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    }
}

/// Makes of a store one as an older program left it: no digests in its log, no salts, and no offers.
async fn aged(fixture: &Fixture) {
    fixture.tamper("UPDATE event SET payload = '{}'; DELETE FROM offer").await;
}

#[tokio::test]
async fn rows_from_before_are_adopted_once_and_held_to_it_from_then_on() {
    for fixture in fixtures().await {
        two_accounts(&fixture.store).await;
        aged(&fixture).await;
        assert!(!fixture.store.verify_rows().await.unwrap().is_empty());
        for _ in 0..2 {
            Store::open(&fixture.location).await.unwrap().close().await;
        }
        let adopted = fixture.store.events_of("accounts").await.unwrap();
        assert_eq!(adopted.len(), 4, "one event a table, once");
        assert_eq!(fixture.store.verify_rows().await.unwrap(), [], "{}", fixture.engine());
        fixture.execute("UPDATE credential SET data = 'mine' WHERE kind = 'password'").await.unwrap();
        Store::open(&fixture.location).await.unwrap().close().await;
        assert_eq!(fixture.store.verify_rows().await.unwrap().len(), 1, "what comes later is not adopted");
    }
}

#[tokio::test]
async fn a_row_behind_a_log_that_vouches_is_never_adopted() {
    for fixture in fixtures().await {
        let insert =
            "INSERT INTO person (id, login, name, phone, language, salt, state, created_at, closed_at)
                      VALUES ('x', 'mine', 'X', '', '', 's', 'open', '2026-01-01T00:00:00Z', '')";
        fixture.execute(insert).await.unwrap();
        Store::open(&fixture.location).await.unwrap().close().await;
        assert_eq!(fixture.store.verify_rows().await.unwrap().len(), 1, "nobody was ever made");
        person(&fixture.store, "a").await;
        Store::open(&fixture.location).await.unwrap().close().await;
        assert_eq!(fixture.store.verify_rows().await.unwrap().len(), 1, "{}", fixture.engine());
    }
}

#[tokio::test]
async fn a_restore_leaves_no_session_and_no_fault() {
    let other = tempfile::tempdir().unwrap();
    let fixture = fixtures().await.swap_remove(0);
    two_accounts(&fixture.store).await;
    let file = other.path().join("copy");
    fixture.store.back_up(&file).await.unwrap();
    let data = other.path().join("data");
    Store::restore(&file, &data, &by("operator", 20)).await.unwrap();
    let store = Store::open(&Location::Sqlite(data)).await.unwrap();
    assert!(store.verify().await.unwrap().is_whole());
    session(&store, "s", "a").await;
    assert_eq!(store.verify_rows().await.unwrap(), []);
    store.close().await;
}
