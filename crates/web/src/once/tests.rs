//! Forms that are sent again, and at the same moment, on every engine at hand.

use super::HEADER;
use crate::{
    Host,
    routes::{Csrf, ROUTES, Verb},
    small_provider::SmallProvider,
    testing::{Answer, Site, Visitor, seed_of},
    tests::forms::due_renewal,
};
use domain::access::Role;
use identity::{
    one_time_code::step_at,
    passkey::authenticator::{Authenticator, Key},
};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};
use store::{Credential, CredentialKind, sha256};

/// So many at once.
const TIMES: usize = 50;
const PASSWORD: &str = "four unrelated words";

/// Forms whose only effect is a challenge for the next step, which nobody else can use: each gets its own.
const ONLY_CHALLENGES: [&str; 5] = [
    "/sign-in/passkey/begin", "/prove/passkey/begin", "/account/security/passkey/begin",
    "/account/security/code/begin", "/account/security/unified",
];

/// A site and what was sent on it.
struct Trial<'a> {
    site: &'a Site,
    sent: BTreeSet<String>,
    faults: Vec<String>,
}

type Form<'a> = &'a [(&'a str, &'a str)];

impl Trial<'_> {
    /// Sends a form many times at once: the events of one are recorded, and everybody gets the same answer.
    async fn check(
        &mut self,
        route: &str,
        path: &str,
        (browser, form): (&Visitor<'_>, Form<'_>),
        events: &str,
    ) {
        self.sent.insert(route.to_owned());
        let before = self.site.store().events(0, 10_000).await.unwrap().len();
        let token = browser.token();
        let mut answers = browser.at_once(TIMES, path, form, &token).await;
        // And once more, later.
        answers.extend(browser.at_once(1, path, form, &token).await);
        let recorded = self.site.store().events(0, 10_000).await.unwrap();
        let kinds: Vec<_> = recorded[before..].iter().map(|event| event.kind.as_str()).collect();
        if kinds.join(" ") != events {
            self.faults.push(format!("{route}: {kinds:?}, not `{events}`"));
        }
        let told: BTreeSet<String> = answers.iter().map(told).collect();
        if told.len() != 1 || answers[0].status.as_u16() >= 400 {
            let statuses: BTreeSet<_> = answers.iter().map(|one| one.status.as_u16()).collect();
            self.faults.push(format!("{route}: {} answers, {statuses:?}", told.len()));
        }
    }
}

/// All that an answer says.
fn told(answer: &Answer) -> String {
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let (status, location) = (answer.status, answer.header("location"));
    format!("{status} {location} {cookies:?} {}", answer.body)
}

fn begun(answer: &Answer) -> (String, Value) {
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    (told["step"].as_str().unwrap().to_owned(), told["options"].clone())
}

async fn people(trial: &mut Trial<'_>) {
    let site = trial.site;
    let system = site.signed_in(Role::SystemAdministrator).await;
    let form = [("login", "invited"), ("name", "测试员")];
    trial.check("/people", "/people", (&system.browser(), &form), "person.created person.invited").await;
    let (security, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("them").await);
    let (path, browser) = (format!("/people/{}", person.id), security.browser());
    let form = [("role", "clerk"), ("organization", site.edition.organizations[0].id.as_str())];
    trial.check("/people/{id}/roles", &format!("{path}/roles"), (&browser, &form), "role.granted").await;
    let grant = site.store().grants_of_person(&person.id).await.unwrap().remove(0).id;
    let form = [("grant", grant.as_str())];
    trial
        .check("/people/{id}/roles/end", &format!("{path}/roles/end"), (&browser, &form), "role.ended")
        .await;
    trial.check("/people/{id}/invite", &format!("{path}/invite"), (&browser, &[]), "recovery.asked").await;
    let form = [("reason", "核实身份")];
    let look = "personal.revealed";
    trial.check("/people/{id}/reveal", &format!("{path}/reveal"), (&browser, &form), look).await;
    trial.check("/people/{id}/close", &format!("{path}/close"), (&browser, &form), "person.closed").await;
}

async fn firms_and_offices(trial: &mut Trial<'_>) {
    let site = trial.site;
    let owner = site.signed_in(Role::FirmOwner).await;
    let form = [("login", "agent"), ("name", "测试员"), ("until", "2027-01-31")];
    trial.check("/firm/mandates", "/firm/mandates", (&owner.browser(), &form), "role.offered").await;
    let agent = site.agent_of(&owner).await;
    let form = [("grant", agent.grant.as_str())];
    trial.check("/firm/mandates/end", "/firm/mandates/end", (&owner.browser(), &form), "role.ended").await;
    let person = site.person("agent").await;
    let offers = site.store().offers_to("agent", site.deed("").at).await.unwrap();
    let form = [("offer", offers[0].id.as_str())];
    let path = "/account/offers/decline";
    trial.check(path, path, (&person.browser(), &form), "role.declined").await;
    let form = [("login", "agent"), ("name", "测试员"), ("until", "2027-01-31")];
    let code = owner.post("/firm/mandates", &form).await.between("class=\"secret\">", "<").to_owned();
    let (path, events) = ("/account/offers/accept", "role.accepted role.granted");
    trial.check(path, path, (&person.browser(), &[("code", code.as_str())]), events).await;
    let clerk = site.signed_in(Role::Clerk).await;
    let firm = [("firm", crate::testing::FIRM), ("login", "owner"), ("name", "测试员"), ("papers", "执照")];
    trial.check("/counter", "/counter", (&clerk.browser(), &firm), "role.offered").await;
    let offers = site.store().offers_to("owner", site.deed("").at).await.unwrap();
    let (form, path) = ([("offer", offers[0].id.as_str())], "/counter/withdraw");
    trial.check(path, path, (&clerk.browser(), &form), "role.withdrawn").await;
    let (head, colleague) = (site.signed_in(Role::Head).await, site.person("colleague").await);
    let form = [("login", "colleague"), ("role", "clerk")];
    trial.check("/staff", "/staff", (&head.browser(), &form), "role.granted").await;
    let grant = site.store().grants_of_person(&colleague.id).await.unwrap().remove(0).id;
    let form = [("grant", grant.as_str())];
    trial.check("/staff/end", "/staff/end", (&head.browser(), &form), "role.ended").await;
}

async fn own_account(trial: &mut Trial<'_>) {
    let site = trial.site;
    let clerk = site.signed_in(Role::Clerk).await;
    let form = [("role", "")];
    trial.check("/account/role", "/account/role", (&clerk.browser(), &form), "session.role-chosen").await;
    let other = clerk.once_more().await;
    let form = [("session", other.session.as_str())];
    trial
        .check("/account/sessions/end", "/account/sessions/end", (&clerk.browser(), &form), "session.ended")
        .await;
    trial.check("/sign-out", "/sign-out", (&clerk.browser(), &[]), "session.ended").await;
    let person = site.person("changes").await;
    site.set_password(&person.id, PASSWORD).await;
    let form = [("old", PASSWORD), ("password", "another row of words"), ("again", "another row of words")];
    let path = "/account/security/password";
    trial.check(path, path, (&person.browser(), &form), "credential.set").await;
    let form = [("proof", "another row of words")];
    trial.check("/prove", "/prove", (&person.browser(), &form), "session.proved").await;
    let gone = site.person("goes").await;
    let form = [("login", "goes")];
    let path = "/account/data/erase";
    trial.check(path, path, (&gone.browser(), &form), "person.erased").await;
    let leaver = site.signed_in(Role::Clerk).await;
    let form = [("login", leaver.login.as_str())];
    let path = "/account/data/close";
    trial.check(path, path, (&leaver.browser(), &form), "person.closed role.ended").await;
}

async fn codes(trial: &mut Trial<'_>) {
    let site = trial.site;
    let person = site.person("codes").await;
    site.set_password(&person.id, PASSWORD).await;
    let begun = person.post("/account/security/code/begin", &[]).await;
    let (seed, step) = (
        seed_of(begun.between("<code>", "</code>")),
        begun.between("name=\"step\" value=\"", "\"").to_owned(),
    );
    let code = seed.code(step_at((site.service.city.host.now)()));
    let form = [("step", step.as_str()), ("code", code.as_str())];
    let (path, events) = ("/account/security/code", "credential.set credential.set session.proved");
    trial.check(path, path, (&person.browser(), &form), events).await;
    Site::pass_seconds(60);
    let first = [("login", "codes"), ("password", PASSWORD)];
    let visitor = site.visitor();
    let asked = visitor.post("/sign-in", &first).await;
    let step = asked.between("name=\"step\" value=\"", "\"").to_owned();
    Site::pass_seconds(5);
    let code = seed.code(step_at((site.service.city.host.now)()));
    let form = [("step", step.as_str()), ("code", code.as_str())];
    trial.check("/sign-in/code", "/sign-in/code", (&visitor, &form), "session.opened").await;
    let person = person.once_more().await;
    let path = "/account/security/recovery";
    trial.check(path, path, (&person.browser(), &[]), "credential.set").await;
    let path = "/account/security/code/remove";
    let events = "credential.removed credential.removed session.factor-dropped";
    trial.check(path, path, (&person.browser(), &[]), events).await;
    let (visitor, form) = (site.visitor(), [("login", "codes"), ("password", PASSWORD)]);
    Site::pass_seconds(5);
    visitor.post("/sign-in", &form).await.assert_status(303);
    let known = person.get("/account/security").await;
    let device = known.between("name=\"device\" value=\"", "\"").to_owned();
    let (form, path) = ([("device", device.as_str())], "/account/security/device/forget");
    trial.check(path, path, (&person.browser(), &form), "device.forgotten").await;
}

async fn passkeys(trial: &mut Trial<'_>) {
    let site = trial.site;
    let (person, mut key) = (site.person("keys").await, Authenticator::new(Key::p256()));
    key.host = "lj.example.org".to_owned();
    let (step, options) = begun(&person.post("/account/security/passkey/begin", &[]).await);
    let handle = options["publicKey"]["user"]["id"].as_str().unwrap().to_owned();
    let made = key.register(&options).to_string();
    let form = [("step", step.as_str()), ("answer", made.as_str())];
    let (path, events) = ("/account/security/passkey", "credential.set session.proved");
    trial.check(path, path, (&person.browser(), &form), events).await;
    let visitor = site.visitor();
    let (step, options) = begun(&visitor.post("/sign-in/passkey/begin", &[]).await);
    key.count = 2;
    let signed = key.assert(&options, Some(&handle)).to_string();
    let form = [("step", step.as_str()), ("answer", signed.as_str())];
    let path = "/sign-in/passkey";
    trial.check(path, path, (&visitor, &form), "credential.signed session.opened").await;
    let person = person.once_more().await;
    let (step, options) = begun(&person.post("/prove/passkey/begin", &[]).await);
    key.count = 3;
    let signed = key.assert(&options, Some(&handle)).to_string();
    let form = [("step", step.as_str()), ("answer", signed.as_str())];
    let events = "credential.signed session.proved";
    trial.check("/prove/passkey", "/prove/passkey", (&person.browser(), &form), events).await;
    let person = person.once_more().await;
    site.set_password(&person.id, PASSWORD).await;
    let all = site.store().credentials(&person.id).await.unwrap();
    let id = all.iter().find(|one| !one.id.is_empty()).unwrap().id.clone();
    let path = "/account/security/passkey/remove";
    let events = "credential.removed session.factor-dropped";
    trial.check(path, path, (&person.browser(), &[("passkey", &id)]), events).await;
}

/// Cases: filed, gone on with, and what somebody keeps on his desk.
async fn cases(trial: &mut Trial<'_>) {
    let site = trial.site;
    let (owner, clerk) = (site.signed_in(Role::FirmOwner).await, site.signed_in(Role::Clerk).await);
    let form = [("do", "file"), ("f.subject", "land"), ("f.unit_in_charge", "town-office")];
    let browser = owner.browser();
    trial.check("/cases/new/{mechanism}", "/cases/new/voice", (&browser, &form), "case.opened").await;
    let page = clerk.get("/desk?tab=open").await;
    let number = page.between("href=\"/cases/2026-", "\"").to_owned();
    let address = format!("/cases/2026-{number}");
    let revision = clerk.get(&address).await.between("name=\"revision\" value=\"", "\"").to_owned();
    let note = [("step", "note"), ("by", "unit"), ("revision", revision.as_str()), ("f.reason", "a note")];
    let path = format!("{address}/steps");
    trial.check("/cases/{number}/steps", &path, (&clerk.browser(), &note), "case.step-taken").await;
    let revision = clerk.get(&address).await.between("name=\"revision\" value=\"", "\"").to_owned();
    let case = format!("2026-{number}:{revision}");
    let form = [("case", case.as_str()), ("step", "voice:note"), ("reason", "a note")];
    trial.check("/desk/steps", "/desk/steps", (&clerk.browser(), &form), "case.step-taken").await;
    let foreign = site.signed_in_at(Role::FirmOwner, "91330000704202479R").await;
    let form = [("do", "file"), ("f.subject", "land"), ("f.unit_in_charge", "town-office")];
    let filed = foreign.post("/cases/new/voice", &form).await;
    let other = filed.header("location").split(['/', '?']).nth(2).unwrap_or_default().to_owned();
    let (form, path) = ([("other", other.as_str())], format!("{address}/links"));
    trial.check("/cases/{number}/links", &path, (&clerk.browser(), &form), "case.linked").await;
    let (form, path) = ([("f.problem", "land")], format!("/desk/clusters/2026-{number}/propose"));
    let events = "case.opened case.linked case.linked";
    trial.check("/desk/clusters/{id}/propose", &path, (&clerk.browser(), &form), events).await;
    // What somebody keeps for himself has no events.
    let named = [("name", "mine"), ("tab", "open")];
    trial.check("/desk/views", "/desk/views", (&clerk.browser(), &named), "").await;
    trial.check("/desk/views/drop", "/desk/views/drop", (&clerk.browser(), &named), "").await;
    trial.check("/desk/calls", "/desk/calls", (&clerk.browser(), &[("case", "absent")]), "").await;
    trial.check("/notices/read", "/notices/read", (&clerk.browser(), &[("one", "1")]), "").await;
    let form = [("draft", "absent")];
    trial.check("/cases/drafts/drop", "/cases/drafts/drop", (&browser, &form), "").await;
}

async fn unified_identity(trial: &mut Trial<'_>) {
    let person = trial.site.person("bound").await;
    let kind = CredentialKind::UnifiedIdentity;
    let (id, label, data) = ("issuer subject".to_owned(), String::new(), String::new());
    let deed = trial.site.deed(&person.id);
    let identity = Credential { kind, id, label, data, created_at: deed.at, used_at: None };
    trial.site.store().replace_credentials(&person.id, kind, &[identity], &deed).await.unwrap();
    trial.site.set_password(&person.id, PASSWORD).await;
    let (path, events) = ("/account/security/unified/remove", "credential.removed session.factor-dropped");
    trial.check(path, path, (&person.browser(), &[]), events).await;
}

async fn entering(trial: &mut Trial<'_>) {
    let site = trial.site;
    let person = site.person("enters").await;
    site.set_password(&person.id, PASSWORD).await;
    let form = [("login", "enters"), ("password", PASSWORD)];
    trial.check("/sign-in", "/sign-in", (&site.visitor(), &form), "session.opened").await;
    let step = due_renewal(site, &person.id).await;
    let next = "another row of words";
    let form = [("step", step.as_str()), ("password", next), ("again", next)];
    let events = "credential.set session.ended session.opened";
    trial.check("/sign-in/password", "/sign-in/password", (&site.visitor(), &form), events).await;
    let system = site.signed_in(Role::SystemAdministrator).await;
    let opened = system.post("/people", &[("login", "new"), ("name", "测试员")]).await;
    let code = opened.between("class=\"secret\">", "<").to_owned();
    let form = [("code", code.as_str()), ("password", PASSWORD), ("again", PASSWORD)];
    // Every other way in is taken away: codes of the app, codes of paper, passkeys, the unified identity.
    let events = format!("invitation.used credential.set{}", " credential.removed".repeat(4));
    trial.check("/invitation", "/invitation", (&site.visitor(), &form), &events).await;
}

/// Without a unified identity its forms are missing.
fn with_unified_identity(host: &mut Host) {
    host.unified = Some(SmallProvider::known().0);
}

async fn every_form(site: &Site) {
    let mut trial = Trial { site, sent: BTreeSet::new(), faults: Vec::new() };
    people(&mut trial).await;
    firms_and_offices(&mut trial).await;
    own_account(&mut trial).await;
    codes(&mut trial).await;
    passkeys(&mut trial).await;
    unified_identity(&mut trial).await;
    cases(&mut trial).await;
    entering(&mut trial).await;
    assert_eq!(trial.faults, [""; 0]);
    // A demo is a site of its own; the test below sends its form.
    let exempt = ONLY_CHALLENGES.into_iter().chain(["/demo/{role}"]);
    let forms = ROUTES.iter().filter(|route| route.verb == Verb::Post && route.csrf == Csrf::Form);
    let all: BTreeSet<_> = forms.map(|route| route.path.to_owned()).collect();
    trial.sent.extend(exempt.map(str::to_owned));
    assert_eq!(trial.sent, all, "every form that changes something is tried");
    assert_eq!(site.service.flights.count(), 0);
    assert!(site.store().verify().await.unwrap().is_whole());
}

#[tokio::test]
async fn of_fifty_identical_forms_at_once_one_has_an_effect_and_all_get_its_answer() {
    every_form(&Site::on(with_unified_identity).await).await;
}

#[tokio::test]
async fn the_same_holds_on_postgresql() {
    if let Some(site) = Site::on_postgres(with_unified_identity).await {
        every_form(&site).await;
    }
}

#[tokio::test]
async fn one_click_into_a_demo_makes_one_person() {
    let site = Site::on(|host| host.is_demo = true).await;
    let mut trial = Trial { site: &site, sent: BTreeSet::new(), faults: Vec::new() };
    let events = "person.created role.granted session.opened";
    trial.check("/demo/{role}", "/demo/clerk", (&site.visitor(), &[]), events).await;
    assert_eq!(trial.faults, [""; 0]);
}

#[tokio::test]
async fn a_double_click_on_invite_makes_one_invitation() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("them").await);
    let (browser, path) = (admin.browser(), format!("/people/{}/invite", person.id));
    let ask = async || {
        let asking = site.signed_in(Role::SecurityAdministrator).await;
        asking.post(&path, &[]).await.assert_ok().assert_lacks("class=\"secret\"");
    };
    ask().await;
    let answers = browser.at_once(2, &path, &[], &browser.token()).await;
    let code = |answer: &Answer| answer.between("class=\"secret\">", "<").to_owned();
    assert_eq!(code(&answers[0]), code(&answers[1]));
    ask().await;
    assert_ne!(code(&answers[0]), code(&browser.post(&path, &[]).await), "a new form is a new invitation");
    let events = site.store().events_of("person:p-them").await.unwrap();
    assert_eq!(events.iter().filter(|event| event.kind == "person.invited").count(), 2);
}

#[tokio::test]
async fn a_key_is_text_in_quotes_and_serves_for_one_form() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SystemAdministrator).await;
    let browser = admin.browser();
    let form = |login: &'static str| [("login", login), ("name", "测试员")];
    for malformed in ["a", "\"", "\"\"", "\"a", "\"a b\"", "\"a\\\"b\"", &format!("\"{}\"", "k".repeat(129))]
    {
        let answer = browser.post_with("/people", &form("one"), (HEADER, malformed)).await;
        answer.assert_status(400).assert_shows("双引号");
    }
    let first = browser.post_with("/people", &form("one"), (HEADER, "\"k-1\"")).await;
    let again = browser.post_with("/people", &form("one"), (HEADER, "\"k-1\"")).await;
    assert_eq!((first.status.as_u16(), &first.body), (200, &again.body));
    let other = browser.post_with("/people", &form("two"), (HEADER, "\"k-1\"")).await;
    other.assert_status(422).assert_shows("别的内容");
    let elsewhere = browser.post_with("/sign-out", &form("one"), (HEADER, "\"k-1\"")).await;
    elsewhere.assert_status(422);
    assert!(site.store().person_of_login("two").await.unwrap().is_none());
    // The key of one browser is none of another.
    let other = site.signed_in(Role::SystemAdministrator).await;
    other.browser().post_with("/people", &form("two"), (HEADER, "\"k-1\"")).await.assert_ok();
}

#[tokio::test]
async fn a_program_is_told_at_once_that_its_request_is_under_way() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SystemAdministrator).await;
    let browser = admin.browser();
    let form = [("login", "one"), ("name", "测试员")];
    let send = || browser.post_with("/people", &form, (HEADER, "\"k\""));
    let name = format!("{}{}", sha256(browser.tie().as_bytes()), sha256(b"k"));
    let under_way = site.service.flights.turn(name, Duration::ZERO).await.unwrap();
    send().await.assert_status(409).assert_shows("正在办理");
    drop(under_way);
    send().await.assert_ok();
}

#[tokio::test]
async fn what_failed_is_not_kept_and_leaves_nothing_half_done() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let browser = owner.browser();
    let mandate =
        |login: &'static str, until: &'static str| [("login", login), ("name", "x"), ("until", until)];
    let token = browser.token();
    let form = mandate("agent", "2020-01-01");
    browser.at_once(1, "/firm/mandates", &form, &token).await[0].assert_ok().assert_shows("role=\"alert\"");
    // The same token serves for what is mended: the first had no effect.
    let mended = mandate("agent", "2027-01-31");
    browser.at_once(1, "/firm/mandates", &mended, &token).await[0].assert_ok().assert_lacks("role=\"alert\"");
    let again = [("login", "a b"), ("name", "x"), ("until", "2027-01-31")];
    let before = site.store().events(0, 10_000).await.unwrap().len();
    browser.post("/firm/mandates", &again).await.assert_ok().assert_shows("role=\"alert\"");
    assert_eq!(site.store().events(0, 10_000).await.unwrap().len(), before);
}

#[tokio::test]
async fn an_answer_is_given_again_only_to_whoever_may_still_have_it() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("them").await);
    let (browser, path) = (admin.browser(), format!("/people/{}/reveal", person.id));
    let (form, token) = ([("reason", "核实身份")], browser.token());
    browser.at_once(1, &path, &form, &token).await[0].assert_shows("13900000000");
    site.store().end_session(&admin.id, &admin.session, &site.deed(&admin.id)).await.unwrap();
    browser.at_once(1, &path, &form, &token).await[0].assert_status(401).assert_lacks("13900000000");
}

#[tokio::test]
async fn what_is_kept_cannot_be_read_by_whoever_has_the_database() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SystemAdministrator).await;
    let opened = admin.post("/people", &[("login", "new"), ("name", "测试员")]).await;
    let code = opened.between("class=\"secret\">", "<");
    // What was asked is known by a seal: a plain digest could be guessed at, and forms hold passwords.
    let asked = "POST /people\nlogin=new&name=%E6%B5%8B%E8%AF%95%E5%91%98";
    site.store().close().await;
    let bytes = std::fs::read(site.data().join(store::SQLITE_FILE_NAME)).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("person.invited") && !holds(code) && !holds(&sha256(asked.as_bytes())));
}
