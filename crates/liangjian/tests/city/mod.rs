//! A whole city for a walkthrough: the real edition, store and router, with a clock that the test sets, and people who
//! read pages and send the forms that stand on them.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, header},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    access::{Area, Capacity, Role},
    china_time::{day_in_china, time_in_china},
    clock::Moment,
};
use edition::{Edition, Tree};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use identity::{
    password::policy::Policy,
    secret::{Secret, Token, TokenKind},
};
use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{Deed, Location, NewGrant, NewPerson, NewSession, Procedures, Store};
use tokio::sync::Semaphore;
use web::{Books, Host, Reach, Voices};

/// The firm of the walkthroughs: no such firm is registered.
pub const FIRM: &str = "91330302MATEXAMP4W";

thread_local! {
    /// Seconds since 1970 at which the city of a test stands; each test has a thread of its own.
    static NOW: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

/// Greatest size of a page.
const PAGE_BYTES_MAX: usize = 4 << 20;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW.with(std::cell::Cell::get), 0).expect("the tests live in this century")
}

fn today() -> NaiveDate {
    day_in_china(now())
}

/// Chance that is never the same twice, as far as tests can tell.
fn chance(bytes: &mut [u8]) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let from = next.to_be_bytes().into_iter().rev().cycle();
    bytes.iter_mut().zip(from).for_each(|(to, from)| *to = from);
}

fn deed(actor: &str) -> Deed {
    let [actor, reason, salt] = [actor, "walkthrough", "chance"].map(str::to_owned);
    Deed { actor, reason, salt, ..Deed::of_operator(now()) }
}

/// A city on a day of its own.
pub struct City {
    edition: Arc<Edition>,
    store: Store,
    router: Router,
    _folder: tempfile::TempDir,
}

/// Somebody who has signed in.
pub struct Somebody<'c> {
    city: &'c City,
    person: String,
    grant: String,
}

/// A page.
pub struct Page {
    /// Its status.
    pub status: u16,
    /// Where it leads on.
    pub location: String,
    /// What it says.
    pub body: String,
    /// The session it was shown in, to which its forms are tied.
    cookie: String,
}

#[expect(clippy::disallowed_methods, reason = "only the test run knows where its PostgreSQL server listens")]
fn postgres_url() -> Option<String> {
    std::env::var("LIANGJIAN_TEST_POSTGRES_URL").ok()
}

/// The databases of this run: SQLite, and PostgreSQL where there is one.
pub async fn cities(schema: &str) -> Vec<City> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let sqlite = Location::Sqlite(folder.path().to_owned());
    let mut cities = vec![City::over(folder, &sqlite).await];
    match postgres_url() {
        Some(url) => {
            let schema = format!("{schema}_{}", std::process::id());
            let location = Location::fresh_schema(&url, &schema).await.expect("a schema can be made");
            let folder = tempfile::tempdir().expect("a folder can be made");
            cities.push(City::over(folder, &location).await);
        }
        None => println!("skipped: PostgreSQL (LIANGJIAN_TEST_POSTGRES_URL is not set)"),
    }
    cities
}

impl City {
    async fn over(folder: tempfile::TempDir, location: &Location) -> Self {
        let editions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editions");
        let tree = Tree::from_directory(&editions).expect("the editions can be read");
        let edition = Arc::new(edition::load(&tree, "wenzhou").edition);
        let store = Store::open(location).await.expect("the store opens");
        let city = web::City {
            edition: Arc::clone(&edition),
            store: store.clone(),
            today,
            books: Books::default(),
            voices: Voices::default(),
            host: host(folder.path().to_owned()),
        };
        Self { edition, store, router: web::router(city), _folder: folder }
    }

    /// Sets the clock: a day and an hour of China, and lets time go on in the cases as the job of the service does.
    pub async fn at(&self, day: &str, hour: u32) {
        let day: NaiveDate = day.parse().expect("a day of the walkthrough");
        let there = day.and_hms_opt(hour, 0, 0).expect("an hour of a day").and_utc();
        NOW.with(|now| now.set((there - TimeDelta::hours(8)).timestamp()));
        let procedures =
            Procedures { versions: &self.edition.mechanisms, office: self.edition.office_time() };
        let here = time_in_china(now());
        let moment = Moment { day: here.date(), time: Some(here.time()) };
        self.store.pass_time(&procedures, moment, now(), 1000).await.expect("time passes");
    }

    /// Somebody in a role, for the firm or at an organisation.
    pub async fn somebody(&self, role: Role, organization: &str) -> Somebody<'_> {
        let id = format!("{}-{organization}", role.name());
        let person = NewPerson {
            id: id.clone(),
            login: id.clone(),
            name: "某某".to_owned(),
            phone: String::new(),
            salt: "salt".to_owned(),
        };
        self.store.create_person(&person, &deed("operator")).await.expect("the account is new");
        let capacity = if role.is_of_firm() {
            Capacity::Firm { role, firm: FIRM.to_owned(), scope: vec![Area::Firm, Area::Case], until: None }
        } else {
            let place = "330300".parse().expect("the city has a code");
            Capacity::Office { role, organization: organization.to_owned(), place, until: None }
        };
        let grant = NewGrant {
            id: format!("g-{id}"),
            person: id.clone(),
            capacity,
            deputy_of: String::new(),
            from_day: NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day"),
        };
        self.store.grant(&grant, &deed("operator")).await.expect("the role is granted");
        Somebody { city: self, person: id, grant: grant.id }
    }

    async fn send(&self, request: Request<Body>) -> Page {
        let service = TowerToHyperService::new(web::seen_from(&self.router, IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let response = service.call(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let location = parts.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let bytes = to_bytes(body, PAGE_BYTES_MAX).await.expect("the page is whole");
        Page {
            status: parts.status.as_u16(),
            location: location.unwrap_or_default().to_owned(),
            cookie: String::new(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

impl Somebody<'_> {
    /// Signs in, for each page anew: sessions end before the walkthrough does. The cookie.
    async fn sign_in(&self) -> String {
        let token = Token::random(TokenKind::Session, &mut chance);
        let session = NewSession {
            hash: token.hash(),
            person: self.person.clone(),
            acts_by: self.grant.clone(),
            is_two_factor: true,
            idle_minutes: 15,
            expires_at: now() + TimeDelta::hours(8),
            address: String::new(),
            client: String::new(),
        };
        self.city.store.open_session(&session, &deed(&self.person)).await.expect("the session opens");
        format!("__Host-session={}", token.expose_text())
    }

    fn request(method: Method, path: &str, cookie: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::COOKIE, cookie)
    }

    /// A page, which must be there.
    pub async fn get(&self, path: &str) -> Page {
        let cookie = self.sign_in().await;
        let request = Self::request(Method::GET, path, &cookie).body(Body::empty());
        let page = self.city.send(request.expect("an address of a test")).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        Page { cookie, ..page }
    }

    /// Sends a form that stands on a page, with what the page has put into it.
    pub async fn send(&self, (page, path): (&Page, &str), fields: &[(&str, &str)]) -> Page {
        // As browsers do: what needs no escape has none.
        let encode = |text: &str| {
            text.bytes().fold(String::new(), |all, byte| match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' => all + &char::from(byte).to_string(),
                _ => format!("{all}%{byte:02X}"),
            })
        };
        let token = page.between("name=\"form_token\" value=\"", "\"");
        let pairs = [("form_token", token)].into_iter().chain(fields.iter().copied());
        let body: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = Self::request(Method::POST, path, &page.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.join("&")));
        self.city.send(request.expect("a form of a test")).await
    }

    /// Enters a case; its number.
    pub async fn file(&self, mechanism: &str, fields: &[(&str, &str)]) -> String {
        let path = format!("/cases/new/{mechanism}");
        let page = self.get(&path).await;
        let form: Vec<_> = [("do", "file")].into_iter().chain(fields.iter().copied()).collect();
        let filed = self.send((&page, &path), &form).await;
        assert_eq!(filed.status, 303, "{}", filed.body);
        filed.location.trim_start_matches("/cases/").split('?').next().unwrap_or_default().to_owned()
    }

    /// Takes a step that the page of a case offers.
    pub async fn step(&self, number: &str, step: &str, fields: &[(&str, &str)]) {
        let path = format!("/cases/{number}");
        let page = self.get(&path).await;
        let offer = page.between(&format!("id=\"step-{step}\""), "</form>");
        let hidden = |name: &str| {
            let rest = offer.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the form has it");
            rest.split('"').next().unwrap_or_default().to_owned()
        };
        let (by, revision) = (hidden("by"), hidden("revision"));
        let mut form = vec![("step", step), ("by", by.as_str()), ("revision", revision.as_str())];
        form.extend(fields);
        let taken = self.send((&page, &format!("{path}/steps")), &form).await;
        assert_eq!(taken.status, 303, "{step}: {}", taken.body);
    }
}

impl Page {
    /// The text between two others.
    #[track_caller]
    pub fn between(&self, before: &str, after: &str) -> &str {
        let found = self.body.split(before).nth(1).and_then(|rest| rest.split(after).next());
        found.unwrap_or_else(|| panic!("nothing stands between `{before}` and `{after}` in:\n{}", self.body))
    }

    /// The page says so.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "`{text}` is not shown in:\n{}", self.body);
        self
    }

    /// The page does not say so.
    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "`{text}` is shown in:\n{}", self.body);
        self
    }
}

fn host(data: std::path::PathBuf) -> Host {
    Host {
        now,
        elapsed: Arc::new(|| Duration::ZERO),
        chance,
        reach: Reach::Tls,
        origin: Some("https://lj.example.org".to_owned()),
        names: Vec::new(),
        proxies: Vec::new(),
        quota_factor: 0,
        form_key: Secret::new(vec![7; 32]),
        secret: Secret::new(vec![9; 32]),
        password_policy: Policy::Asvs,
        password_workers: Arc::new(Semaphore::new(1)),
        is_demo: false,
        unified: None,
        data,
        cleaner: Arc::new(|name, bytes| attachment::clean(name, bytes).map_err(web::Unclean::Refused)),
        log: Arc::new(|_| ()),
    }
}
