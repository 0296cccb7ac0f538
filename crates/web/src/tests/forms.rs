//! Forms filled in so that whoever may send them succeeds: what the matrix of routes and principals sends.

use super::matrix::{Asker, FOREIGN_FIRM, Target};
use crate::{
    invitation::code_hash,
    proof::{StoredSeed, purpose_of_seed},
    routes::Route,
    testing::{Answer, Site, Somebody, seed_of},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::TimeDelta;
use domain::access::{Area, Capacity, Role};
use identity::{
    one_time_code::{Seed, step_at},
    passkey::{
        Holder, RelyingParty,
        authenticator::{Authenticator, Key},
        begin_registration, finish_registration,
    },
    secret::token_hash,
};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{CaseQuery, Challenge, Credential, CredentialKind, NewOffer, Within};

/// A password nobody can object to.
const PASSWORD: &str = "four unrelated words";
/// The one after it.
const NEXT_PASSWORD: &str = "another row of words";
/// A day to come.
const LAST_DAY: &str = "2027-01-31";

/// Routes that answer with success only to a person of their own: they change how he signs in, or his session.
pub const OF_ITS_OWN: [&str; 6] = [
    "/prove", "/prove/passkey", "/account/security/code", "/account/security/recovery",
    "/account/security/passkey", "/account/security/passkey/remove",
];

/// What a form says.
pub type Fields = Vec<(&'static str, String)>;

/// A login that nobody has.
fn new_login() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("login-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The form of a request about `target`, by `distance` from the one who asks.
pub async fn filled(
    site: &Site,
    route: &Route,
    asker: &Asker<'_>,
    (target, distance): (&Target, &str),
) -> Fields {
    let is_own = distance == "own";
    let mut form: Fields = match (route.path, asker) {
        ("/account/role", _) => vec![("role", target.grant.clone())],
        ("/account/sessions/end", _) => vec![("session", target.session.clone())],
        ("/account/data/erase" | "/account/data/close", _) => vec![("login", target.login.clone())],
        ("/firm/mandates", _) => {
            let login = if is_own { new_login() } else { target.login.clone() };
            vec![("login", login), ("name", "某某".to_owned()), ("until", LAST_DAY.to_owned())]
        }
        ("/firm/mandates/end" | "/staff/end" | "/people/{id}/roles/end", _) => {
            vec![("grant", target.grant.clone())]
        }
        ("/counter", _) => {
            vec![("login", new_login()), ("name", "某某".to_owned()), ("papers", "营业执照".to_owned())]
        }
        ("/counter/withdraw", _) => {
            vec![("offer", offered(site, (Role::FirmOwner, target.firm), &new_login()).await.0)]
        }
        ("/staff", _) => {
            let (role, until) = ("deputy".to_owned(), LAST_DAY.to_owned());
            vec![("login", target.login.clone()), ("role", role), ("until", until)]
        }
        ("/people", _) => vec![("login", new_login()), ("name", "某某".to_owned())],
        ("/people/{id}/roles", _) => {
            let organization = site.edition.organizations[0].id.clone();
            vec![("role", "coordinator".to_owned()), ("organization", organization)]
        }
        ("/sign-in/password", _) if is_own => {
            let person = site.person(&new_login()).await;
            site.set_password(&person.id, PASSWORD).await;
            let (step, next) = (due_renewal(site, &person.id).await, NEXT_PASSWORD.to_owned());
            vec![("step", step), ("password", next.clone()), ("again", next)]
        }
        ("/cases/new/{mechanism}", _) => {
            let (subject, unit) = ("land".to_owned(), "town-office".to_owned());
            vec![("do", "file".to_owned()), ("f.subject", subject), ("f.unit_in_charge", unit)]
        }
        ("/cases/{number}/steps", asker) => note_in(site, &target.case, asker).await,
        ("/cases/{number}/links", _) => {
            let revision = revision_of(site, &target.case).await.to_string();
            vec![("other", another_case(site, &target.case).await), ("revision", revision)]
        }
        ("/desk/clusters/{id}/propose", _) => vec![("f.problem", "land".to_owned())],
        ("/desk/steps", _) => {
            let revision = revision_of(site, &target.case).await;
            let case = format!("{}:{revision}", target.case);
            vec![("case", case), ("step", "voice:note".to_owned())]
        }
        ("/desk/calls", _) => {
            vec![("case", target.case.clone()), ("f.reached", "true".to_owned())]
        }
        ("/notices/read", _) => vec![("one", "1".to_owned())],
        ("/desk/views" | "/desk/views/drop", _) => vec![("name", "mine".to_owned())],
        ("/cases/drafts/drop", _) => vec![("draft", "absent".to_owned())],
        (path, asker) if is_own => of_himself(site, path, asker).await,
        _ => Vec::new(),
    };
    let (reason, firm) = ("for the test".to_owned(), target.firm.to_owned());
    form.extend([("reason", reason), ("person", target.person.clone()), ("firm", firm)]);
    form
}

/// The revision of a case; 1 where there is none.
async fn revision_of(site: &Site, case: &str) -> i64 {
    site.store().case(case).await.unwrap().map_or(1, |case| case.head.revision)
}

/// The number of another case of the office of the tests.
async fn another_case(site: &Site, case: &str) -> String {
    let query = CaseQuery::all(Within::Organization("town-office".to_owned()), 3);
    let rows = site.store().cases(&query).await.unwrap().rows;
    rows.into_iter().map(|head| head.number).find(|number| number != case).unwrap_or_default()
}

/// A note in a case, by whom the one who asks may be in it.
async fn note_in(site: &Site, case: &str, asker: &Asker<'_>) -> Fields {
    let is_firm = matches!(asker, Asker::Somebody(somebody) if somebody.login.starts_with("firm-"));
    let (by, revision) = (if is_firm { "firm" } else { "unit" }.to_owned(), revision_of(site, case).await);
    let (step, note) = ("note".to_owned(), "a note".to_owned());
    vec![("step", step), ("by", by), ("revision", revision.to_string()), ("f.reason", note)]
}

/// What somebody types to show who he is, after it has been set up.
async fn of_himself(site: &Site, path: &str, asker: &Asker<'_>) -> Fields {
    let code = |code: String, step: String| vec![("code", code), ("step", step)];
    match (path, asker) {
        ("/sign-in", _) => {
            let login = new_login();
            let person = site.person(&login).await;
            site.set_password(&person.id, PASSWORD).await;
            vec![("login", login), ("password", PASSWORD.to_owned())]
        }
        ("/sign-in/code", _) => {
            let login = new_login();
            let person = site.person(&login).await;
            site.set_password(&person.id, PASSWORD).await;
            let seed = with_one_time_code(site, &person.id).await;
            let form = [("login", login.as_str()), ("password", PASSWORD)];
            let half = site.visitor().post("/sign-in", &form).await;
            // The try with the password is counted until the code is right; the next one may come a moment later.
            Site::pass_seconds(5);
            code(code_now(site, &seed), step_of(&half))
        }
        ("/invitation", _) => {
            let (person, typed) = (site.person(&new_login()).await, new_login());
            let deed = site.deed("operator");
            let until = deed.at + TimeDelta::days(7);
            site.store().invite(&person.id, &code_hash(&typed), until, &deed).await.unwrap();
            let password = PASSWORD.to_owned();
            vec![("code", typed), ("password", password.clone()), ("again", password)]
        }
        ("/account/offers/accept" | "/account/offers/decline", Asker::Somebody(somebody)) => {
            let (offer, code) = offered(site, (Role::FirmAgent, FOREIGN_FIRM), &somebody.login).await;
            vec![("offer", offer), ("code", code)]
        }
        ("/prove", Asker::Somebody(somebody)) => {
            site.set_password(&somebody.id, PASSWORD).await;
            vec![("proof", PASSWORD.to_owned())]
        }
        ("/account/security/password", Asker::Somebody(somebody)) => {
            site.set_password(&somebody.id, PASSWORD).await;
            let next = NEXT_PASSWORD.to_owned();
            vec![("old", PASSWORD.to_owned()), ("password", next.clone()), ("again", next)]
        }
        ("/account/security/code", Asker::Somebody(somebody)) => {
            let begun = somebody.post("/account/security/code/begin", &[]).await;
            let seed = seed_of(begun.found_between("<code>", "</code>").unwrap_or_default());
            code(code_now(site, &seed), step_of(&begun))
        }
        ("/account/security/device/forget", Asker::Somebody(somebody)) => {
            site.set_password(&somebody.id, PASSWORD).await;
            let form = [("login", somebody.login.as_str()), ("password", PASSWORD)];
            site.visitor().post("/sign-in", &form).await;
            let page = somebody.get("/account/security").await;
            let device = page.found_between("name=\"device\" value=\"", "\"").unwrap_or_default();
            vec![("device", device.to_owned())]
        }
        ("/account/security/recovery", Asker::Somebody(Somebody { id, .. })) => {
            with_one_time_code(site, id).await;
            Vec::new()
        }
        _ => with_a_passkey(site, path, asker).await,
    }
}

/// What a browser sends for a passkey.
async fn with_a_passkey(site: &Site, path: &str, asker: &Asker<'_>) -> Fields {
    match (path, asker) {
        ("/sign-in/passkey", _) => {
            let (mut key, handle) = with_passkey(site, &site.person(&new_login()).await).await;
            let begun = site.visitor().post("/sign-in/passkey/begin", &[]).await;
            ceremony(&begun, |options| key.assert(options, Some(&handle)))
        }
        ("/prove/passkey", Asker::Somebody(somebody)) => {
            let (mut key, handle) = with_passkey(site, somebody).await;
            let begun = somebody.post("/prove/passkey/begin", &[]).await;
            ceremony(&begun, |options| key.assert(options, Some(&handle)))
        }
        ("/account/security/passkey", Asker::Somebody(somebody)) => {
            let begun = somebody.post("/account/security/passkey/begin", &[]).await;
            ceremony(&begun, |options| new_key().register(options))
        }
        ("/account/security/passkey/remove", Asker::Somebody(somebody)) => {
            site.set_password(&somebody.id, PASSWORD).await;
            let (key, _) = with_passkey(site, somebody).await;
            vec![("passkey", BASE64.encode(&key.id))]
        }
        _ => Vec::new(),
    }
}

/// Offers a role of a firm to a login; answers with the offer and the code that accepts it.
async fn offered(site: &Site, (role, firm): (Role, &str), login: &str) -> (String, String) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let (id, code) = (format!("offer-{}", NEXT.fetch_add(1, Ordering::Relaxed)), new_login());
    let deed = site.deed("operator");
    let (firm, scope) = (firm.to_owned(), vec![Area::Firm]);
    let offer = NewOffer {
        id: id.clone(),
        code_hash: code_hash(&code),
        login: login.to_owned(),
        name: "某某".to_owned(),
        phone: String::new(),
        capacity: Capacity::Firm { role, firm, scope, until: None },
        deputy_of: String::new(),
        expires_at: deed.at + TimeDelta::days(7),
    };
    site.store().offer(&offer, &deed).await.unwrap();
    (id, code)
}

/// The step of somebody whose password is due, as the sign-in keeps it; here nobody's ever is.
pub async fn due_renewal(site: &Site, person: &str) -> String {
    let (step, now) = (new_login(), site.deed(person).at);
    let password = site.service.city.credential(person, CredentialKind::Password).await.unwrap();
    let set_at = password.map(|one| one.created_at);
    let proved = serde_json::json!({ "person": person, "is_two_factor": false, "next": "" });
    let state = serde_json::json!({ "proved": proved, "set_at": set_at }).to_string();
    let (hash, purpose) = (token_hash(&step), "renewal of a password".to_owned());
    let challenge = Challenge { hash, purpose, state, expires_at: now + TimeDelta::minutes(10) };
    site.store().keep_challenge(&challenge, now).await.unwrap();
    step
}

/// Gives a person one-time codes.
async fn with_one_time_code(site: &Site, person: &str) -> Seed {
    let (city, mut chance) = (&site.service.city, site.service.city.host.chance);
    let seed = Seed::random(&mut chance);
    let sealed = city.sealing_key().seal(seed.expose_bytes(), &purpose_of_seed(person), &mut chance);
    let data = serde_json::to_string(&StoredSeed { seed: sealed, last_step: None }).unwrap();
    let (kind, deed) = (CredentialKind::OneTimeCode, site.deed(person));
    let (id, label, created_at) = (String::new(), String::new(), deed.at);
    let credential = Credential { kind, id, label, data, created_at, used_at: None };
    site.store().replace_credentials(person, kind, &[credential], &deed).await.unwrap();
    seed
}

/// An authenticator with a key that no account has yet.
fn new_key() -> Authenticator {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut key = Authenticator::new(Key::p256());
    key.host = "lj.example.org".to_owned();
    key.id = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes().repeat(2);
    key
}

/// Gives a person a passkey; answers with the authenticator and the handle of its holder.
async fn with_passkey(site: &Site, person: &Somebody<'_>) -> (Authenticator, String) {
    let mut key = new_key();
    let host = &site.service.city.host;
    let (deed, mut chance) = (site.deed(&person.id), host.chance);
    let party = RelyingParty::new(&key.host, "test", &[&key.origin]).unwrap();
    let handle = host.secret.seal(&[b"holder of passkeys", person.id.as_bytes()]);
    let holder = Holder { handle: &handle, account: &person.login, display_name: &person.login };
    let (options, state) = begin_registration(&party, &holder, &[], deed.at, &mut chance);
    let answer = key.register(&options).to_string();
    let made = finish_registration(&party, &state, &answer, deed.at).unwrap();
    let data = serde_json::to_string(&made).unwrap();
    let (kind, id, label, created_at) = (CredentialKind::Passkey, made.id, String::new(), deed.at);
    let credential = Credential { kind, id, label, data, created_at, used_at: None };
    site.store().add_credential(&person.id, &credential, &deed).await.unwrap();
    key.count += 1;
    (key, BASE64.encode(handle))
}

/// The form in which a browser sends what its authenticator answered.
fn ceremony(begun: &Answer, answer: impl FnOnce(&Value) -> Value) -> Fields {
    let told: Value = serde_json::from_str(&begun.body).unwrap_or_default();
    let step = told["step"].as_str().unwrap_or_default().to_owned();
    vec![("step", step), ("answer", answer(&told["options"]).to_string())]
}

/// What the app shows now.
fn code_now(site: &Site, seed: &Seed) -> String {
    seed.code(step_at((site.service.city.host.now)()))
}

/// The step a page asks for; empty where it was refused.
fn step_of(answer: &Answer) -> String {
    answer.found_between("name=\"step\" value=\"", "\"").unwrap_or_default().to_owned()
}
