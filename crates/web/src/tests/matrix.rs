//! Every route for every principal on every object, against the table of duties in `matrix.txt`.

use super::forms::{OF_ITS_OWN, filled};
use crate::{
    routes::{Door, ROUTES, Route, Verb},
    small_provider::SmallProvider,
    testing::{Answer, FIRM, Site, Somebody, Visitor},
};
use domain::access::{Area, Capacity, Permission, Role};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};
use store::{NewAttachment, NewGrant, Taken};

/// The table of duties.
const MATRIX: &str = include_str!("matrix.txt");

/// The firm of somebody else.
pub const FOREIGN_FIRM: &str = "91330000704202479R";
/// A firm no office of the tests knows, in another province.
const ABSENT_FIRM: &str = "91110108795101314G";

/// The letters of a cell, and how far an object is.
const DISTANCES: [(char, &str); 4] =
    [('o', "own"), ('s', "same-organization"), ('f', "foreign"), ('a', "absent")];

/// Routes that take the account, its session or the object away: each request has people of its own.
const DESTRUCTIVE: [&str; 5] = [
    "/sign-out", "/account/sessions/end", "/account/data/erase", "/account/data/close", "/people/{id}/close",
];

/// Who can accept no role of a firm: whoever is one of the three administrators holds nothing else.
const ADMINISTRATORS: [&str; 3] = ["system", "security", "audit"];

/// Who has held no office, so that he may erase himself at once; all others close their account.
const WITHOUT_OFFICE: [&str; 5] = ["visitor", "person", "owner", "agent", "ended-agent"];

/// A number no case has.
const ABSENT_CASE: &str = "2026-999999-9";
/// A number no event has.
const ABSENT_EVENT: &str = "99999999";

/// Who asks.
pub enum Asker<'a> {
    Visitor(Visitor<'a>),
    Somebody(Somebody<'a>),
}

/// The object a request names.
#[derive(Clone, Default)]
pub struct Target {
    pub person: String,
    pub login: String,
    pub grant: String,
    pub session: String,
    pub firm: &'static str,
    /// The number of an event about the person and his firm.
    pub event: String,
    /// The number of a case of the firm.
    pub case: String,
}

/// The principal of a column.
async fn asker<'a>(site: &'a Site, name: &str) -> Asker<'a> {
    Asker::Somebody(match name {
        "visitor" => return Asker::Visitor(site.visitor()),
        "person" => newcomer(site).await,
        "owner" => site.signed_in(Role::FirmOwner).await,
        "agent" => site.signed_in(Role::FirmAgent).await,
        "ended-agent" => ended_agent(site).await,
        "county-clerk" => site.signed_in_at(Role::Clerk, "330302").await,
        "analyst" => site.signed_in(Role::PolicyAnalyst).await,
        "system" | "security" | "audit" => {
            site.signed_in(Role::named(&format!("{name}-administrator")).unwrap()).await
        }
        other => {
            site.signed_in(Role::named(other).unwrap_or_else(|| panic!("`{other}` is no principal"))).await
        }
    })
}

/// Somebody who holds no role.
async fn newcomer(site: &Site) -> Somebody<'_> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    site.person(&format!("newcomer-{}", NEXT.fetch_add(1, Ordering::Relaxed))).await
}

/// An agent whose mandate ended yesterday while his session goes on.
async fn ended_agent(site: &Site) -> Somebody<'_> {
    let person = newcomer(site).await;
    let until = crate::testing::today().pred_opt();
    let grant = NewGrant {
        id: format!("g-{}", person.login),
        person: person.id.clone(),
        capacity: Capacity::Firm {
            role: Role::FirmAgent,
            firm: FIRM.to_owned(),
            scope: vec![Area::Firm, Area::Case],
            until,
        },
        deputy_of: String::new(),
        from_day: until.unwrap(),
    };
    site.store().grant(&grant, &site.deed("operator")).await.unwrap();
    person.acting_by(&grant.id).await
}

impl Target {
    async fn of(site: &Site, somebody: &Somebody<'_>, firm: &'static str) -> Self {
        let events = site.store().events_of(&format!("person:{}", somebody.id)).await.unwrap();
        let granted = events.iter().find(|event| event.kind == "role.granted");
        Self {
            person: somebody.id.clone(),
            login: somebody.login.clone(),
            grant: somebody.grant.clone(),
            session: somebody.session.clone(),
            firm,
            event: granted.unwrap_or(&events[0]).sequence.to_string(),
            case: String::new(),
        }
    }

    fn absent() -> Self {
        let absent = || "absent".to_owned();
        let (event, case) = (ABSENT_EVENT.to_owned(), ABSENT_CASE.to_owned());
        Self {
            person: absent(),
            login: absent(),
            grant: absent(),
            session: absent(),
            firm: ABSENT_FIRM,
            event,
            case,
        }
    }
}

/// The objects that are not the principal's own.
struct Others {
    firm: [Target; 3],
    office: [Target; 3],
    /// A case of the firm that the office of the tests is in charge of, and one that is foreign to both.
    cases: [String; 2],
}

/// A case that somebody files for his firm, with the first or second body of the edition in charge.
async fn filed(owner: &Somebody<'_>, unit: usize) -> String {
    let unit = ["town-office", "elsewhere"][unit];
    let form = [("do", "file"), ("f.subject", "land"), ("f.unit_in_charge", unit)];
    let answer = owner.post("/cases/new/voice", &form).await;
    let address = answer.header("location").split('?').next().unwrap_or_default().to_owned();
    address.strip_prefix("/cases/").unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

/// A document in a case that was just filed.
async fn attach(site: &Site, case: &str, owner: &Somebody<'_>) {
    let [field, name, media_type] = ["proof", "proof.txt", "text/plain; charset=utf-8"].map(str::to_owned);
    let (case, bytes, person) = (case.to_owned(), b"proof".to_vec(), owner.id.clone());
    let new = NewAttachment { case, revision: 1, field, name, media_type, bytes, person };
    let procedures = site.service.city.procedures();
    let taken = site.store().add_attachment(&procedures, new, &site.deed(&owner.id)).await.unwrap();
    assert!(matches!(taken, Taken::Done(_)), "{taken:?}");
}

impl Others {
    /// With cases that are there, or with new ones.
    async fn new(site: &Site, cases: Option<&[String; 2]>) -> Self {
        let agent = site.signed_in(Role::FirmAgent).await;
        let foreign_agent = site.signed_in_at(Role::FirmAgent, FOREIGN_FIRM).await;
        let clerk = site.signed_in(Role::Clerk).await;
        let foreign_clerk = site.signed_in_at(Role::Clerk, "elsewhere").await;
        let cases = if let Some(cases) = cases {
            cases.clone()
        } else {
            let cases = [filed(&agent, 0).await, filed(&foreign_agent, 1).await];
            attach(site, &cases[0], &agent).await;
            attach(site, &cases[1], &foreign_agent).await;
            cases
        };
        let [case, foreign_case] = &cases;
        let of = async |near: &Somebody<'_>, far: &Somebody<'_>| {
            let near = Target { case: case.clone(), ..Target::of(site, near, FIRM).await };
            let far = Target { case: foreign_case.clone(), ..Target::of(site, far, FOREIGN_FIRM).await };
            [near, far, Target::absent()]
        };
        let (firm, office) = (of(&agent, &foreign_agent).await, of(&clerk, &foreign_clerk).await);
        Self { firm, office, cases }
    }

    /// The object of a route at a distance from `asker`.
    async fn target(&self, site: &Site, (route, asker): (&Route, &Asker<'_>), distance: &str) -> Target {
        let others = if route.path.starts_with("/firm") { &self.firm } else { &self.office };
        match (distance, asker) {
            ("own", Asker::Somebody(somebody)) => {
                Target { case: self.cases[0].clone(), ..Target::of(site, somebody, FIRM).await }
            }
            // Nothing is a visitor's own.
            ("own", Asker::Visitor(_)) => {
                Target { firm: FIRM, event: "1".to_owned(), case: self.cases[0].clone(), ..Target::default() }
            }
            ("same-organization", _) => others[0].clone(),
            ("foreign", _) => others[1].clone(),
            _ => others[2].clone(),
        }
    }
}

/// The address of a request.
fn address(site: &Site, route: &Route, target: &Target) -> String {
    let person = if target.person.is_empty() { "nobody" } else { &target.person };
    let path = match route.path {
        "/policies/{id}" => format!("/policies/{}", site.edition.definitions.policies[0].id),
        "/procedures/{id}" => format!("/procedures/{}", site.edition.mechanism_ids()[0]),
        path if path.starts_with("/people/{id}") => path.replace("{id}", person),
        "/cases/new/{mechanism}" => "/cases/new/voice".to_owned(),
        path if path.starts_with("/cases/{number}") => {
            path.replace("{number}", &target.case).replace("{id}", "1")
        }
        path if path.starts_with("/desk/clusters/") => path.replace("{id}", &target.case),
        path if path.ends_with("/receipts/{number}") => path.replace("{number}", &target.event),
        other => other.replace(['{', '}'], ""),
    };
    match route.verb {
        // Nothing that is smuggled into an address changes who may read it.
        Verb::Get => format!("{path}?person={person}&firm={}&grant={}", target.firm, target.grant),
        Verb::Post => path,
    }
}

async fn ask(site: &Site, route: &Route, asker: &Asker<'_>, (target, distance): (&Target, &str)) -> Answer {
    let path = address(site, route, target);
    let fields = match route.verb {
        Verb::Get => Vec::new(),
        Verb::Post => filled(site, route, asker, (target, distance)).await,
    };
    let form: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    match (route.verb, asker) {
        (Verb::Get, Asker::Visitor(visitor)) => visitor.get(&path).await,
        (Verb::Post, Asker::Visitor(visitor)) => visitor.post(&path, &form).await,
        (Verb::Get, Asker::Somebody(somebody)) => somebody.get(&path).await,
        (Verb::Post, Asker::Somebody(somebody)) => somebody.post(&path, &form).await,
    }
}

/// Whether the handler did its work, be it that it found a fault in the form: the answer sends nobody to sign in or
/// to show again who he is, forbids nothing, and does not deny the object. What is published may be missing.
fn is_reached(route: &Route, answer: &Answer) -> bool {
    let is_published = matches!(route.permission, Permission::PublicRead | Permission::SignIn);
    let status = answer.status.as_u16();
    let is_sent_away = ["/sign-in", "/prove"].iter().any(|path| answer.header("location").starts_with(path));
    match status {
        // Whoever has set a password is sent on to sign in with it.
        303 => !is_sent_away || answer.header("location") == "/sign-in?done=set",
        401 | 403 => false,
        404 => is_published && route.door == Door::Public,
        _ => true,
    }
}

/// Whether a form did what it was sent for: it told of no fault.
fn is_done(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        303 => !answer.header("location").contains("fault="),
        200 => !answer.tells_of_a_fault(),
        204 => true,
        _ => false,
    }
}

/// Whether a form that is allowed on an object must do what it was sent for. A route that names no object is asked to
/// on what is the person's own.
fn must_be_done(route: &Route, who: &str, (cell, distance): (&str, &str)) -> bool {
    // A role of the demo is for demos, and nobody can appoint whoever has no account.
    let cannot = [("/demo/{role}", "own"), ("/staff", "absent")].contains(&(route.path, distance))
        || (route.path == "/account/data/erase" && !WITHOUT_OFFICE.contains(&who))
        || (route.path == "/account/offers/accept" && ADMINISTRATORS.contains(&who));
    route.verb == Verb::Post && (cell != "+" || distance == "own") && !cannot
}

/// An answer without what differs from request to request.
fn likeness(answer: &Answer, target: &Target) -> (u16, String) {
    let mut body = answer.body.replace(answer.header("x-request-id"), "");
    body = body.replace(&format!("/receipts/{}", target.event), "");
    // The login stands within the identifiers.
    let firm = target.firm.to_owned();
    for own in [&target.person, &target.grant, &target.session, &target.login, &firm, &target.case] {
        body = if own.is_empty() { body } else { body.replace(own.as_str(), "") };
    }
    let mut parts = body.split("name=\"form_token\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('"').map_or("", |(_, rest)| rest));
    (answer.status.as_u16(), rest.fold(first, |all, part| all + part))
}

/// The rows of the table: verb and path, and a cell for each principal.
fn rows() -> (Vec<&'static str>, Vec<(String, Vec<&'static str>)>) {
    let mut lines = MATRIX.lines().filter(|line| !line.starts_with('#'));
    let principals: Vec<&str> = lines.next().unwrap().split_whitespace().skip(1).collect();
    let rows = lines.map(|line| {
        let mut cells = line.split_whitespace();
        let name = format!("{} {}", cells.next().unwrap(), cells.next().unwrap());
        (name, cells.collect())
    });
    (principals, rows.collect())
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let (principals, rows) = rows();
    assert_eq!(principals.len(), 16);
    let names: BTreeSet<_> = rows.iter().map(|(name, _)| name.clone()).collect();
    let routes: BTreeSet<_> = ROUTES.iter().map(|one| format!("{} {}", one.verb.name(), one.path)).collect();
    assert_eq!(names, routes);
    assert_eq!(names.len(), rows.len(), "a row stands twice");
    for (name, cells) in &rows {
        assert_eq!(cells.len(), principals.len(), "{name}");
        let is_cell =
            |cell: &&str| matches!(*cell, "+" | "-") || cell.chars().all(|one| "osfa".contains(one));
        assert!(cells.iter().all(is_cell), "{name}");
    }
}

/// What the walk over a row found.
#[derive(Default)]
struct Findings {
    cells: usize,
    allowed: usize,
    unexpected_allows: Vec<String>,
    unexpected_denials: Vec<String>,
    broken: Vec<String>,
    unlike: Vec<String>,
    /// Forms that were allowed and filled in, and did nothing.
    undone: Vec<String>,
    done: usize,
}

#[tokio::test]
async fn every_principal_reaches_what_his_duties_ask_for_and_nothing_else() {
    // With a unified identity, whose pages are else missing for everybody.
    let (site, _) = SmallProvider::site().await;
    let (principals, rows) = rows();
    let shared = Others::new(&site, None).await;
    let mut findings = Findings::default();
    for (column, who) in principals.iter().enumerate() {
        let lasting = asker(&site, who).await;
        for route in ROUTES {
            let name = format!("{} {}", route.verb.name(), route.path);
            let Some((_, cells)) = rows.iter().find(|(row, _)| *row == name) else {
                panic!("{name} has no row in matrix.txt");
            };
            let cell = (*who, cells[column]);
            walk(&site, route, cell, (&lasting, &shared), &mut findings).await;
        }
    }
    let Findings { cells, allowed, unexpected_allows, unexpected_denials, broken, unlike, undone, done } =
        findings;
    println!(
        "{} routes, {} principals, {cells} cells checked, {allowed} allowed, {done} forms done, {} unexpected allows, \
         {} unexpected denials",
        ROUTES.len(),
        principals.len(),
        unexpected_allows.len(),
        unexpected_denials.len()
    );
    assert_eq!(cells, ROUTES.len() * principals.len() * DISTANCES.len());
    assert_eq!(unexpected_allows, [""; 0]);
    assert_eq!(unexpected_denials, [""; 0]);
    assert_eq!(broken, [""; 0]);
    assert_eq!(undone, [""; 0], "what is allowed does not succeed");
    assert_eq!(unlike, [""; 0], "what is foreign and what is absent can be told apart");
    assert_eq!(
        with_passwords(&site.log.lock().unwrap()),
        ROUTES.iter().filter(|one| one.works_passwords_out).map(|one| one.path.to_owned()).collect(),
        "passwords are worked out in seats of their own"
    );
}

/// The routes that worked passwords out, by the log.
fn with_passwords(lines: &[String]) -> BTreeSet<String> {
    let lines = lines.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let lines = lines.filter(|line| line["passwords"].as_u64().is_some_and(|count| count > 0));
    lines.map(|line| line["route"].as_str().unwrap().to_owned()).collect()
}

/// Asks for one route as one principal on each object.
async fn walk(
    site: &Site,
    route: &Route,
    (who, cell): (&str, &str),
    (lasting, shared): (&Asker<'_>, &Others),
    findings: &mut Findings,
) {
    let mut denied = Vec::new();
    for (letter, distance) in DISTANCES {
        let is_apart = OF_ITS_OWN.contains(&route.path) && distance == "own" && route.verb == Verb::Post;
        let own = if is_apart || DESTRUCTIVE.contains(&route.path) {
            Some((asker(site, who).await, Others::new(site, Some(&shared.cases)).await))
        } else {
            None
        };
        let (asker, others) = own.as_ref().map_or((lasting, shared), |(asker, others)| (asker, others));
        let target = others.target(site, (route, asker), distance).await;
        let answer = ask(site, route, asker, (&target, distance)).await;
        let (is_reached, is_expected) = (is_reached(route, &answer), cell == "+" || cell.contains(letter));
        let what = || format!("{route:?} for {who} on {distance}: {}", answer.status);
        findings.cells += 1;
        findings.allowed += usize::from(is_reached);
        if answer.status.as_u16() >= 500 || matches!(answer.status.as_u16(), 405 | 429) {
            findings.broken.push(what());
        }
        match (is_reached, is_expected) {
            (true, false) => findings.unexpected_allows.push(what()),
            (false, true) => findings.unexpected_denials.push(what()),
            _ => (),
        }
        if is_expected && must_be_done(route, who, (cell, distance)) {
            findings.done += 1;
            if !is_done(&answer) {
                findings.undone.push(format!("{} {}", what(), answer.header("location")));
            }
        }
        if !is_reached && matches!(distance, "foreign" | "absent") {
            denied.push(likeness(&answer, &target));
        }
    }
    if let [foreign, absent] = &denied[..]
        && foreign != absent
    {
        let differing = foreign.1.lines().zip(absent.1.lines()).find(|(one, other)| one != other);
        let where_ = differing.unwrap_or_default();
        findings.unlike.push(format!("{route:?} for {who}: {} and {}: {where_:?}", foreign.0, absent.0));
    }
}
