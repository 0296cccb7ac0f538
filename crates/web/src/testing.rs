//! A running site for tests, and the words to say what is expected of it.

use crate::{Books, City, Host, Reach, Service, Voices};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use chrono::{DateTime, NaiveDate};
use domain::access::{Area, Capacity, Role};
use domain::voice::cluster::WordFinder;
use edition::{Edition, Tree};
use identity::{
    one_time_code::Seed,
    password::policy::Policy,
    secret::{Secret, Token, TokenKind},
};
use std::{
    path::Path,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{Deed, Location, NewClause, NewGrant, NewOfficialText, NewPerson, NewSession, Store};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// The firm of the people of the tests.
pub const FIRM: &str = "91330302MATEXAMP4W";

/// Greatest size of an answer: the trail that the walk over all routes leaves is taken along whole.
const PAGE_BYTES_MAX: usize = 16 << 20;

static EDITION: LazyLock<Arc<Edition>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editions");
    let tree = Tree::from_directory(&folder).unwrap();
    Arc::new(edition::load(&tree, "wenzhou").edition)
});

/// The edition of `fixture/`: a few made-up policies in three layers.
static POLICIES: LazyLock<Arc<Edition>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixture");
    let loaded = edition::load(&Tree::from_directory(&folder).unwrap(), "town");
    // One policy has examples; the pages need no more.
    let problems = loaded.problems.iter().map(ToString::to_string);
    let problems: Vec<String> = problems.filter(|one| !one.contains("there are no examples")).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    Arc::new(loaded.edition)
});

/// It takes a moment to make, and every site can have the same.
static FINDER: LazyLock<Arc<WordFinder>> = LazyLock::new(|| Arc::new(WordFinder::new(EDITION.whole_words())));

/// The service over the edition of the repository and a store of its own.
pub struct Site {
    /// The edition that is served.
    pub edition: Arc<Edition>,
    /// The service behind the site.
    pub service: Arc<Service>,
    /// The clock of its limits, in milliseconds; tests move it.
    pub clock: Arc<AtomicU64>,
    /// The lines of its log.
    pub log: Arc<Mutex<Vec<String>>>,
    router: Router,
    store: Store,
    _folder: TempDir,
}

/// What a request was answered with.
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

/// The machine of the tests: behind TLS, with a clock that stands until it is moved.
pub fn host(clock: &Arc<AtomicU64>, log: &Arc<Mutex<Vec<String>>>) -> Host {
    static CHANCE: AtomicU64 = AtomicU64::new(1);
    let (clock, log) = (Arc::clone(clock), Arc::clone(log));
    Host {
        now,
        elapsed: Arc::new(move || Duration::from_millis(clock.load(Ordering::Relaxed))),
        // Never the same twice, as far as tests can tell.
        chance: |bytes| {
            // Spread over all bits: letters are made of five of each byte.
            let next = CHANCE.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bytes
                .iter_mut()
                .zip(next.to_be_bytes().into_iter().rev().cycle())
                .for_each(|(to, from)| *to = from);
        },
        reach: Reach::Tls,
        origin: Some("https://lj.example.org".to_owned()),
        names: Vec::new(),
        proxies: Vec::new(),
        // Walks over all pages ask often.
        quota_factor: 0,
        form_key: Secret::new(vec![7; 32]),
        secret: Secret::new(vec![9; 32]),
        password_policy: Policy::Asvs,
        password_workers: Arc::new(Semaphore::new(2)),
        is_demo: false,
        unified: None,
        data: std::path::PathBuf::new(),
        cleaner: Arc::new(|name, bytes| attachment::clean(name, bytes).map_err(crate::Unclean::Refused)),
        log: Arc::new(move |line| log.lock().unwrap().push(line.to_owned())),
    }
}

/// The edition of the made-up policies.
pub fn made_up_edition() -> Arc<Edition> {
    Arc::clone(&POLICIES)
}

/// The day on which the tests take place.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

impl Site {
    /// A site without official texts.
    pub async fn new() -> Self {
        Self::of(Arc::clone(&EDITION)).await
    }

    /// A site over the made-up policies of `fixture/`.
    pub async fn with_policies() -> Self {
        Self::of(Arc::clone(&POLICIES)).await
    }

    /// A site over an edition that has no policies.
    pub async fn without_rules() -> Self {
        let mut edition = Edition::clone(&POLICIES);
        edition.definitions = Arc::default();
        edition.examples = Arc::default();
        Self::of(Arc::new(edition)).await
    }

    async fn of(edition: Arc<Edition>) -> Self {
        Self::made(edition, |_| (), Service::new).await
    }

    /// A site on a machine that differs in something.
    pub async fn on(change: impl FnOnce(&mut Host)) -> Self {
        Self::made(Arc::clone(&POLICIES), change, Service::new).await
    }

    /// A site whose service is put together by the test.
    pub async fn made(
        edition: Arc<Edition>,
        change: impl FnOnce(&mut Host),
        make: impl FnOnce(City) -> Arc<Service>,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let location = Location::Sqlite(folder.path().to_owned());
        Self::over(folder, &location, (edition, change, make)).await
    }

    /// A site on PostgreSQL, where the test run has a server.
    #[expect(
        clippy::disallowed_methods,
        reason = "only the test run knows where its PostgreSQL server listens"
    )]
    pub async fn on_postgres(change: impl FnOnce(&mut Host)) -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let Ok(url) = std::env::var("LIANGJIAN_TEST_POSTGRES_URL") else {
            println!("skipped: PostgreSQL (LIANGJIAN_TEST_POSTGRES_URL is not set)");
            return None;
        };
        let schema = format!("web_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let location = Location::fresh_schema(&url, &schema).await.unwrap();
        let how = (Arc::clone(&POLICIES), change, Service::new);
        Some(Self::over(TempDir::new().unwrap(), &location, how).await)
    }

    async fn over(
        folder: TempDir,
        location: &Location,
        (edition, change, make): (Arc<Edition>, impl FnOnce(&mut Host), impl FnOnce(City) -> Arc<Service>),
    ) -> Self {
        let store = Store::open(location).await.unwrap();
        let (clock, log) = (Arc::new(AtomicU64::new(0)), Arc::default());
        let mut host = host(&clock, &log);
        folder.path().clone_into(&mut host.data);
        change(&mut host);
        let city = City {
            edition: Arc::clone(&edition),
            store: store.clone(),
            today,
            books: Books::default(),
            voices: Voices::with(Arc::clone(&FINDER)),
            host,
        };
        let service = make(city);
        let router = service.pages();
        Self { edition, service, clock, log, router, store, _folder: folder }
    }

    /// Imports a clause of the regulation.
    pub async fn import(&self, anchor: &str, text: &str) {
        let document = self.edition.regulation.as_ref().unwrap().id.clone();
        self.import_clauses(document, "", &[(anchor, text)]).await;
    }

    /// Imports clauses of the task list, under the heading of a work.
    pub async fn import_plan(&self, clauses: &[(&str, &str)]) {
        let document = self.edition.task_list.as_ref().unwrap().id.clone();
        self.import_clauses(document, "Heading", clauses).await;
    }

    async fn import_clauses(&self, document: String, heading: &str, clauses: &[(&str, &str)]) {
        let clause = |(anchor, text): &(&str, &str)| NewClause {
            anchor: (*anchor).to_owned(),
            heading: heading.to_owned(),
            text: (*text).to_owned(),
        };
        let text = NewOfficialText {
            document,
            title: "A regulation".to_owned(),
            source: "the gazette of the city".to_owned(),
            file_name: "regulation.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            file_sha256: "0".repeat(64),
            bytes: b"bytes".to_vec(),
            clauses: clauses.iter().map(clause).collect(),
        };
        let at = (self.service.city.host.now)();
        self.store.import_official_text(&text, "test", at).await.unwrap();
    }

    /// What a page of the site is made with.
    pub fn context(&self, language: domain::Language) -> crate::context::Context {
        let cookie = if language == domain::Language::En { "lang=en" } else { "" };
        let request = Request::builder().uri("/").header(header::COOKIE, cookie).body(()).unwrap();
        crate::context::Context::read(&self.service.city, &request.into_parts().0)
    }

    /// A mechanism of the edition.
    pub fn mechanism(&self, id: &str) -> &domain::mechanism::MechanismVersion {
        self.edition.mechanisms.iter().find(|version| version.definition.id == id).unwrap()
    }

    /// The store of the site.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// The data folder of the site.
    pub fn data(&self) -> std::path::PathBuf {
        self.service.city.host.data.clone()
    }

    /// Closes the store under the running site.
    pub async fn lose_the_store(&self) {
        self.store.close().await;
    }

    /// The page at `path` in Chinese.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "").await
    }

    /// The page at `path` in English.
    pub async fn get_english(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "lang=en").await
    }

    /// Any request at all.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        sent(self.router.clone(), request).await
    }

    /// What the operator's machines read at `path`.
    pub async fn monitor(&self, path: &str) -> Answer {
        answer(self.service.monitoring(), Method::GET, path, "").await
    }

    /// Any request with cookies.
    pub async fn ask(&self, method: Method, path: &str, cookie: &str) -> Answer {
        answer(self.router.clone(), method, path, cookie).await
    }
}

impl Site {
    /// What the page at `path` answers to a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| text.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02x}"));
        let pairs = form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        self.post_text(path, "", pairs.collect::<Vec<_>>().join("&")).await
    }

    /// What the page at `path` answers to a body that claims to be a form.
    pub async fn post_text(&self, path: &str, cookie: &str, body: String) -> Answer {
        let request = Request::builder().method(Method::POST).uri(path).header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        sent(self.router.clone(), request.body(Body::from(body)).unwrap()).await
    }
}

/// What `router` answers.
pub async fn answer(router: Router, method: Method, path: &str, cookie: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
    sent(router, request.body(Body::empty()).unwrap()).await
}

/// The secret of one-time codes as an app reads it for typing: RFC 4648 in groups.
pub fn seed_of(typed: &str) -> Seed {
    let letters = typed.bytes().filter(u8::is_ascii_alphanumeric);
    let digits = letters.map(|one| if one.is_ascii_uppercase() { one - b'A' } else { one - b'2' + 26 });
    let bits: Vec<u8> = digits.flat_map(|digit| (0..5).rev().map(move |at| digit >> at & 1)).collect();
    let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | bit);
    Seed::stored(Secret::new(bits.chunks_exact(8).map(byte).collect())).unwrap()
}

async fn sent(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, PAGE_BYTES_MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// What a browser would send of the fields in `html` if nobody changed them.
pub fn html_fields(html: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(unescaped(value))
    };
    let (mut fields, mut select) = (Vec::new(), None);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(end) = rest.find('>') else { break };
        let tag = &rest[..end];
        let sort = tag.split([' ', '\n']).next().unwrap_or_default();
        let is_chosen =
            |word: &str| tag.split('"').step_by(2).any(|part| part.split(' ').any(|one| one == word));
        match sort {
            // What is not ticked is not sent.
            "input"
                if matches!(attribute(tag, "type").as_deref(), Some("radio" | "checkbox"))
                    && !is_chosen("checked") => {}
            "input" => fields.extend(attribute(tag, "name").zip(attribute(tag, "value"))),
            "select" => select = attribute(tag, "name"),
            "option" if is_chosen("selected") => {
                fields.extend(select.clone().zip(attribute(tag, "value")));
            }
            "textarea" => {
                let text = rest[end + 1..].split("</textarea").next().unwrap_or_default();
                // A browser leaves the first line end out and sends the others as two characters.
                let text = unescaped(text.strip_prefix('\n').unwrap_or(text));
                let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
                fields.push((attribute(tag, "name").unwrap(), text));
            }
            _ => {}
        }
        rest = &rest[end + 1..];
    }
    fields
}

fn unescaped(text: &str) -> String {
    let all = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    all.into_iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

impl Answer {
    /// The page was shown.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self
    }

    /// The page was shown with this status.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// The page shows `text`.
    #[track_caller]
    pub fn assert_shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "`{text}` is not shown in:\n{}", self.body);
        self
    }

    /// The page does not show `text`.
    #[track_caller]
    pub fn assert_lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "`{text}` is shown in:\n{}", self.body);
        self
    }

    /// Whether the page tells of a fault; forms of passkeys keep a word hidden for theirs.
    pub fn tells_of_a_fault(&self) -> bool {
        self.count("role=\"alert\"") > self.count("role=\"alert\" hidden")
    }

    /// A header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text between two others, where they are there.
    pub fn found_between(&self, before: &str, after: &str) -> Option<&str> {
        self.body.split(before).nth(1)?.split(after).next()
    }

    /// The text between two others.
    #[track_caller]
    pub fn between(&self, before: &str, after: &str) -> &str {
        let lacks = || panic!("nothing stands between `{before}` and `{after}` in:\n{}", self.body);
        self.found_between(before, after).unwrap_or_else(lacks)
    }

    /// How often `text` stands in the page.
    pub fn count(&self, text: &str) -> usize {
        self.body.matches(text).count()
    }
}

/// Somebody who has signed in.
pub struct Somebody<'a> {
    /// Identifier.
    pub id: String,
    /// What he signs in with.
    pub login: String,
    /// The role he acts in; empty for none.
    pub grant: String,
    /// Hash of the session's token.
    pub session: String,
    token: String,
    site: &'a Site,
}

impl Site {
    /// Somebody signed in without any role.
    pub async fn person(&self, login: &str) -> Somebody<'_> {
        let id = format!("p-{login}");
        let person = NewPerson {
            id: id.clone(),
            login: login.to_owned(),
            name: "测试员".to_owned(),
            phone: "13900000000".to_owned(),
            salt: "salt".to_owned(),
        };
        self.store.create_person(&person, &self.deed("operator")).await.unwrap();
        self.session_of(id, login.to_owned(), String::new(), (0, true)).await
    }

    /// Somebody signed in who acts in a role: for `FIRM`, or in the first organisation of the edition.
    pub async fn signed_in(&self, role: Role) -> Somebody<'_> {
        let at = if role.is_of_firm() { FIRM } else { "" };
        self.signed_in_at(role, at).await
    }

    /// The same for a firm, an organisation or a place of its own.
    pub async fn signed_in_at(&self, role: Role, at: &str) -> Somebody<'_> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let login = format!("{}-{}", role.name(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut somebody = self.person(&login).await;
        let is_place = at.bytes().all(|byte| byte.is_ascii_digit()) && !at.is_empty();
        let first = self.edition.organizations[0].id.clone();
        let place = if is_place { at } else { "330300" }.parse().unwrap();
        let organization = if at.is_empty() || is_place { first } else { at.to_owned() };
        let capacity = if role.is_of_firm() {
            Capacity::Firm { role, firm: at.to_owned(), scope: vec![Area::Firm, Area::Case], until: None }
        } else {
            Capacity::Office { role, organization, place, until: None }
        };
        let grant = NewGrant {
            id: format!("g-{login}"),
            person: somebody.id.clone(),
            capacity,
            deputy_of: String::new(),
            from_day: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
        };
        self.store.grant(&grant, &self.deed("operator")).await.unwrap();
        let id = somebody.id.clone();
        assert!(self.store.act_by(&somebody.session, &grant.id, &self.deed(&id)).await.unwrap());
        somebody.grant = grant.id;
        somebody
    }

    /// Somebody signed in who acts for a firm by the mandate of its owner.
    pub async fn agent_of(&self, owner: &Somebody<'_>) -> Somebody<'_> {
        let agent = self.person(&format!("agent-of-{}", owner.login)).await;
        let until = today().checked_add_days(chrono::Days::new(30));
        let scope = vec![Area::Firm];
        let grant = NewGrant {
            id: format!("g-{}", agent.login),
            person: agent.id.clone(),
            capacity: Capacity::Firm { role: Role::FirmAgent, firm: FIRM.to_owned(), scope, until },
            deputy_of: owner.grant.clone(),
            from_day: today(),
        };
        self.store.grant(&grant, &self.deed(&owner.id)).await.unwrap();
        agent.acting_by(&grant.id).await
    }

    /// What somebody does now.
    pub fn deed(&self, actor: &str) -> Deed {
        let at = (self.service.city.host.now)();
        let [actor, reason, salt] = [actor, "for the test", "chance"].map(str::to_owned);
        Deed { actor, reason, salt, ..Deed::of_operator(at) }
    }

    async fn session_of(
        &self,
        id: String,
        login: String,
        grant: String,
        (minutes, is_two_factor): (i64, bool),
    ) -> Somebody<'_> {
        let mut chance = self.service.city.host.chance;
        let token = Token::random(TokenKind::Session, &mut chance);
        let mut deed = self.deed(&id);
        deed.at -= chrono::TimeDelta::minutes(minutes);
        let session = NewSession {
            hash: token.hash(),
            person: id.clone(),
            acts_by: grant.clone(),
            is_two_factor,
            idle_minutes: 30,
            expires_at: deed.at + chrono::TimeDelta::hours(8),
            address: "192.0.2.0/24".to_owned(),
            client: "Firefox".to_owned(),
        };
        self.store.open_session(&session, &deed).await.unwrap();
        let token = token.expose_text().to_owned();
        Somebody { id, login, grant, session: session.hash, token, site: self }
    }
}

impl Site {
    /// Somebody who has not signed in, in a browser of its own.
    pub fn visitor(&self) -> Visitor<'_> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let tie = format!("visitor{}", NEXT.fetch_add(1, Ordering::Relaxed));
        Visitor { cookies: vec![("__Host-visitor".to_owned(), tie)], site: self }
    }

    /// Sets a password.
    pub async fn set_password(&self, person: &str, password: &str) {
        let city = &self.service.city;
        let credential = store::Credential {
            kind: store::CredentialKind::Password,
            id: String::new(),
            label: String::new(),
            data: city.hashed(password).await.unwrap(),
            created_at: (city.host.now)(),
            used_at: None,
        };
        let kind = store::CredentialKind::Password;
        self.store.replace_credentials(person, kind, &[credential], &self.deed(person)).await.unwrap();
    }

    /// Lets the clock go on.
    pub fn pass_seconds(seconds: i64) {
        Self::pass_milliseconds(seconds * 1000);
    }

    /// Lets the clock go on.
    pub fn pass_milliseconds(milliseconds: i64) {
        PASSED_MILLISECONDS.with(|passed| passed.set(passed.get() + milliseconds));
    }
}

/// A browser with its cookies.
#[derive(Clone)]
pub struct Visitor<'a> {
    cookies: Vec<(String, String)>,
    site: &'a Site,
}

impl Visitor<'_> {
    /// The same browser with the cookies of an answer.
    pub fn with_cookie_of(&self, answer: &Answer) -> Self {
        let mut next = self.clone();
        for line in answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()) {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            next.cookies.retain(|(known, _)| known != name);
            next.cookies.push((name.to_owned(), value.to_owned()));
        }
        next
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// What its forms are tied to.
    pub fn tie(&self) -> &str {
        let named = |name: &str| self.cookies.iter().find(|(known, _)| known == name);
        &named("__Host-session").or_else(|| named("__Host-visitor")).unwrap().1
    }

    /// The page at `path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.site.ask(Method::GET, path, &self.cookie()).await
    }

    /// What the page at `path` answers to a form of its own.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        post(self.site, path, form, (&self.cookie(), self.tie())).await
    }

    /// A token for one form.
    pub fn token(&self) -> String {
        let host = &self.site.service.city.host;
        crate::form_token::token(&host.form_key, host.chance, self.tie())
    }

    /// The same form sent so many times at once, with one token.
    pub async fn at_once(&self, count: usize, path: &str, form: &[(&str, &str)], token: &str) -> Vec<Answer> {
        let cookie = self.cookie();
        let sending = (0..count).map(|_| {
            let request = request(path, form, (&cookie, token));
            tokio::spawn(sent(self.site.router.clone(), request))
        });
        let mut answers = Vec::new();
        for one in sending.collect::<Vec<_>>() {
            answers.push(one.await.unwrap());
        }
        answers
    }

    /// The same form with headers of its own.
    pub async fn post_with(&self, path: &str, form: &[(&str, &str)], header: (&'static str, &str)) -> Answer {
        let mut request = request(path, form, (&self.cookie(), &self.token()));
        request.headers_mut().insert(header.0, header.1.parse().unwrap());
        self.site.send(request).await
    }
}

async fn post(site: &Site, path: &str, form: &[(&str, &str)], (cookie, tie): (&str, &str)) -> Answer {
    let host = &site.service.city.host;
    let token = crate::form_token::token(&host.form_key, host.chance, tie);
    site.send(request(path, form, (cookie, &token))).await
}

/// A form that bears a token.
fn request(path: &str, form: &[(&str, &str)], (cookie, token): (&str, &str)) -> Request<Body> {
    let encode = |text: &str| text.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02x}"));
    let pairs = form.iter().map(|(name, value)| format!("&{name}={}", encode(value)));
    let body = pairs.fold(format!("{}={token}", crate::form_token::FIELD), |all, pair| all + &pair);
    let request = Request::builder().method(Method::POST).uri(path).header(header::COOKIE, cookie);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.header("sec-fetch-site", "same-origin");
    request.body(Body::from(body)).unwrap()
}

thread_local! {
    /// How long the tests of this thread have let the clock go on.
    static PASSED_MILLISECONDS: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

/// What time it is in the tests of this thread.
fn now() -> DateTime<chrono::Utc> {
    let passed = PASSED_MILLISECONDS.with(std::cell::Cell::get);
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_778) + chrono::TimeDelta::milliseconds(passed)
}

impl Somebody<'_> {
    /// The same person with the cookies of an answer.
    pub fn with_cookie_of(&self, answer: &Answer) -> Visitor<'_> {
        let cookies = vec![("__Host-session".to_owned(), self.token.clone())];
        Visitor { cookies, site: self.site }.with_cookie_of(answer)
    }

    /// The same person in another browser.
    pub async fn once_more(&self) -> Self {
        self.proved_before(0).await
    }

    /// The same person in another browser, where he has shown who he is so many minutes ago.
    pub async fn proved_before(&self, minutes: i64) -> Self {
        self.site.session_of(self.id.clone(), self.login.clone(), self.grant.clone(), (minutes, true)).await
    }

    /// The same person in another browser, where he has shown no second factor.
    pub async fn by_password_alone(&self) -> Self {
        self.site.session_of(self.id.clone(), self.login.clone(), self.grant.clone(), (0, false)).await
    }

    /// The same person in another browser, acting by a role that may have ended.
    pub async fn acting_by(&self, grant: &str) -> Self {
        self.site.session_of(self.id.clone(), self.login.clone(), grant.to_owned(), (0, true)).await
    }

    fn cookie(&self) -> String {
        format!("__Host-session={}", self.token)
    }

    /// His browser.
    pub fn browser(&self) -> Visitor<'_> {
        Visitor { cookies: vec![("__Host-session".to_owned(), self.token.clone())], site: self.site }
    }

    /// The page at `path` in English.
    pub async fn get_english(&self, path: &str) -> Answer {
        self.site.ask(Method::GET, path, &format!("{}; lang=en", self.cookie())).await
    }

    /// The page at `path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.site.ask(Method::GET, path, &self.cookie()).await
    }

    /// What the page at `path` answers to a form of its own.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        post(self.site, path, form, (&self.cookie(), &self.token)).await
    }

    /// The same with files: fields, names and bytes.
    pub async fn post_files(
        &self,
        path: &str,
        form: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let token = self.browser().token();
        self.site.send(self.with_files(path, (&token, "limit"), form, files)).await
    }

    /// A form with files, with this token and this boundary.
    pub fn with_files(
        &self,
        path: &str,
        (token, boundary): (&str, &str),
        form: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Request<Body> {
        let head = |name: &str| format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        let mut body = Vec::new();
        for (name, value) in [(crate::form_token::FIELD, token)].iter().chain(form) {
            body.extend(format!("{}\r\n\r\n{value}\r\n", head(name)).into_bytes());
        }
        for (name, file, bytes) in files {
            body.extend(format!("{}; filename=\"{file}\"\r\n\r\n", head(name)).into_bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").into_bytes());
        let request = Request::builder().method(Method::POST).uri(path).header(header::COOKIE, self.cookie());
        let kind = format!("multipart/form-data; boundary={boundary}");
        let request = request.header(header::CONTENT_TYPE, kind).header("sec-fetch-site", "same-origin");
        request.body(Body::from(body)).unwrap()
    }
}
