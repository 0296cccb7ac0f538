//! Every route for every principal on every object, against the table of duties in `matrix.txt`.

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
use store::NewGrant;

/// The table of duties.
const MATRIX: &str = include_str!("matrix.txt");

const FOREIGN_FIRM: &str = "91330000704202479R";
/// A firm no office of the tests knows, in another province.
const ABSENT_FIRM: &str = "91110108795101314G";

/// The letters of a cell, and how far an object is.
const DISTANCES: [(char, &str); 4] =
    [('o', "own"), ('s', "same-organization"), ('f', "foreign"), ('a', "absent")];

/// Routes that take the account, its session or the object away: each request has people of its own.
const DESTRUCTIVE: [&str; 4] =
    ["/sign-out", "/account/sessions/end", "/account/data/erase", "/people/{id}/close"];

/// Who asks.
enum Asker<'a> {
    Visitor(Visitor<'a>),
    Somebody(Somebody<'a>),
}

/// The object a request names.
#[derive(Clone, Default)]
struct Target {
    person: String,
    login: String,
    grant: String,
    session: String,
    firm: &'static str,
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
            scope: vec![Area::Firm],
            until,
        },
        deputy_of: String::new(),
        from_day: until.unwrap(),
    };
    site.store().grant(&grant, &site.deed("operator")).await.unwrap();
    person.acting_by(&grant.id).await
}

impl Target {
    fn of(somebody: &Somebody, firm: &'static str) -> Self {
        Self {
            person: somebody.id.clone(),
            login: somebody.login.clone(),
            grant: somebody.grant.clone(),
            session: somebody.session.clone(),
            firm,
        }
    }

    fn absent() -> Self {
        let absent = || "absent".to_owned();
        Self { person: absent(), login: absent(), grant: absent(), session: absent(), firm: ABSENT_FIRM }
    }
}

/// The objects that are not the principal's own.
struct Others {
    firm: [Target; 3],
    office: [Target; 3],
}

impl Others {
    async fn new(site: &Site) -> Self {
        let agent = site.signed_in(Role::FirmAgent).await;
        let foreign_agent = site.signed_in_at(Role::FirmAgent, FOREIGN_FIRM).await;
        let clerk = site.signed_in(Role::Clerk).await;
        let foreign_clerk = site.signed_in_at(Role::Clerk, "elsewhere").await;
        let of = |near: &Somebody, far: &Somebody| {
            [Target::of(near, FIRM), Target::of(far, FOREIGN_FIRM), Target::absent()]
        };
        Self { firm: of(&agent, &foreign_agent), office: of(&clerk, &foreign_clerk) }
    }

    /// The object of a route at a distance from `asker`.
    fn target(&self, route: &Route, asker: &Asker, distance: &str) -> Target {
        let others = if route.path.starts_with("/firm") { &self.firm } else { &self.office };
        match (distance, asker) {
            ("own", Asker::Somebody(somebody)) => Target::of(somebody, FIRM),
            // Nothing is a visitor's own.
            ("own", Asker::Visitor(_)) => Target { firm: FIRM, ..Target::default() },
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
        path if path.starts_with("/people/{id}") => path.replace("{id}", person),
        other => other.replace(['{', '}'], ""),
    };
    match route.verb {
        // Nothing that is smuggled into an address changes who may read it.
        Verb::Get => format!("{path}?person={person}&firm={}&grant={}", target.firm, target.grant),
        Verb::Post => path,
    }
}

/// The form of a request.
fn form<'a>(site: &'a Site, path: &str, target: &'a Target) -> Vec<(&'static str, &'a str)> {
    let mut form = match path {
        "/account/role" => vec![("role", target.grant.as_str())],
        "/account/sessions/end" => vec![("session", target.session.as_str())],
        "/account/data/erase" | "/firm/mandates" => vec![("login", target.login.as_str())],
        "/firm/mandates/end" | "/staff/end" | "/people/{id}/roles/end" => vec![("grant", &*target.grant)],
        "/counter" => vec![("login", &*target.login), ("name", "测试员"), ("papers", "营业执照")],
        "/staff" => vec![("login", &*target.login), ("role", "clerk")],
        "/people/{id}/roles" => {
            vec![("role", "coordinator"), ("organization", &*site.edition.organizations[0].id)]
        }
        _ => Vec::new(),
    };
    form.extend([("reason", "for the test"), ("person", &*target.person), ("firm", target.firm)]);
    form
}

async fn ask(site: &Site, route: &Route, asker: &Asker<'_>, target: &Target) -> Answer {
    let (path, form) = (address(site, route, target), form(site, route.path, target));
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
        303 => !is_sent_away,
        401 | 403 => false,
        404 => is_published && route.door == Door::Public,
        _ => true,
    }
}

/// An answer without what differs from request to request.
fn likeness(answer: &Answer, target: &Target) -> (u16, String) {
    let mut body = answer.body.replace(answer.header("x-request-id"), "");
    // The login stands within the identifiers.
    for own in [&target.person, &target.grant, &target.session, &target.login, &target.firm.to_owned()] {
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
}

#[tokio::test]
async fn every_principal_reaches_what_his_duties_ask_for_and_nothing_else() {
    // With a unified identity, whose pages are else missing for everybody.
    let (site, _) = SmallProvider::site().await;
    let (principals, rows) = rows();
    let shared = Others::new(&site).await;
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
    let Findings { cells, allowed, unexpected_allows, unexpected_denials, broken, unlike } = findings;
    println!(
        "{} routes, {} principals, {cells} cells checked, {allowed} allowed, {} unexpected allows, {} unexpected denials",
        ROUTES.len(),
        principals.len(),
        unexpected_allows.len(),
        unexpected_denials.len()
    );
    assert_eq!(cells, ROUTES.len() * principals.len() * DISTANCES.len());
    assert_eq!(unexpected_allows, [""; 0]);
    assert_eq!(unexpected_denials, [""; 0]);
    assert_eq!(broken, [""; 0]);
    assert_eq!(unlike, [""; 0], "what is foreign and what is absent can be told apart");
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
        let own = if DESTRUCTIVE.contains(&route.path) {
            Some((asker(site, who).await, Others::new(site).await))
        } else {
            None
        };
        let (asker, others) = own.as_ref().map_or((lasting, shared), |(asker, others)| (asker, others));
        let target = others.target(route, asker, distance);
        let answer = ask(site, route, asker, &target).await;
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
