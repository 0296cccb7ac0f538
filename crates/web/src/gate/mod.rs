//! What stands between the net and the handlers: who may send, how often, how much, how long, and how many at once.

pub mod address;
pub mod origin;

pub use address::Network;

use crate::{
    City,
    error::PageError,
    form_token,
    host::Host,
    limit::{Limiter, Quota},
    multipart,
    once::Sent,
    routes::{Csrf, Rate, Route},
    service::Service,
    signed, upload,
    visit::Visit,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    hash::RandomState,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// How much and how long the gate lets things go on.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Requests that are worked on at once.
    pub seats: usize,
    /// Requests that wait for a seat; more are refused at once.
    pub line: usize,
    /// How long a request waits for a seat: whoever waits longer has gone or asks again.
    pub wait: Duration,
    /// The same for requests that work passwords out. They have seats of their own, for each takes a core for as long
    /// as dozens of pages, and at the beginning of office hours they come all at once.
    pub password_seats: usize,
    /// Of these, how many wait.
    pub password_line: usize,
    /// And how long: whoever has typed a password waits a while.
    pub password_wait: Duration,
    /// How long a body may take to arrive.
    pub body: Duration,
    /// How long a handler may take before its request is given up.
    pub request: Duration,
    /// The same where files come along, which are written anew one by one.
    pub upload: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            seats: 64,
            line: 512,
            wait: Duration::from_millis(500),
            password_seats: 8,
            password_line: 256,
            password_wait: Duration::from_secs(10),
            body: Duration::from_mins(1),
            request: Duration::from_secs(15),
            upload: Duration::from_mins(2),
        }
    }
}

/// Most bytes of a body where no route says how many: nobody reads it.
const STRAY_BODY_BYTES_MAX: usize = 64 << 10;

/// Whose requests are counted together.
#[derive(Hash)]
enum Who {
    /// A person who signed in.
    Person(String),
    /// The visitors of a network.
    Network(Network),
    /// Where nobody knows the address, as in tests.
    Unknown,
}

/// The state of the gate.
pub struct Gate {
    bounds: Bounds,
    limiter: Mutex<Limiter<RandomState>>,
    pages: Room,
    passwords: Room,
    /// Requests refused by their class, in the order of [`Rate::ALL`].
    limited: [AtomicU64; Rate::ALL.len()],
    /// Requests refused because too many were waiting.
    shed: AtomicU64,
    /// Requests refused because another site may have sent them.
    foreign: AtomicU64,
}

impl Gate {
    /// A gate with these bounds.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            limiter: Mutex::new(Limiter::new(RandomState::new())),
            pages: Room::new(bounds.seats, bounds.line, bounds.wait),
            passwords: Room::new(bounds.password_seats, bounds.password_line, bounds.password_wait),
            limited: Default::default(),
            shed: AtomicU64::new(0),
            foreign: AtomicU64::new(0),
        }
    }

    /// Requests that wait or are worked on.
    pub fn inside(&self) -> usize {
        self.pages.inside() + self.passwords.inside()
    }

    /// Those of them that work passwords out.
    pub fn inside_with_passwords(&self) -> usize {
        self.passwords.inside()
    }

    /// Requests that were refused because they came too often, by class.
    pub fn limited(&self) -> impl Iterator<Item = (Rate, u64)> {
        let counts = self.limited.iter().map(|count| count.load(Ordering::Relaxed));
        Rate::ALL.into_iter().zip(counts)
    }

    /// Requests that were refused because too many were waiting.
    pub fn shed(&self) -> u64 {
        self.shed.load(Ordering::Relaxed)
    }

    /// Requests that were refused because another site may have sent them.
    pub fn foreign(&self) -> u64 {
        self.foreign.load(Ordering::Relaxed)
    }

    /// Whether this visitor may ask once more.
    fn grant(&self, host: &Host, visit: &Visit, rate: Rate) -> Result<(), PageError> {
        let (who, quota) = match visit.person() {
            Some(person) => (Who::Person(person.to_owned()), quota_of_person(rate)),
            None => (who(visit), quota_of_network(rate)),
        };
        let Some(quota) = quota.filter(|_| host.quota_factor > 0) else { return Ok(()) };
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = limiter.ask(&(who, rate), quota.times(host.quota_factor), (host.elapsed)());
        asked.map_err(|wait| {
            self.limited[rate as usize].fetch_add(1, Ordering::Relaxed);
            PageError::TooOften {
                seconds: u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX),
            }
        })
    }

    /// A seat, once one is free; refused where the line is full or does not move.
    async fn seat(&self, route: Option<&Route>) -> Result<Seat<'_>, PageError> {
        let works_passwords_out = route.is_some_and(|route| route.works_passwords_out);
        let room = if works_passwords_out { &self.passwords } else { &self.pages };
        room.seat().await.ok_or_else(|| {
            self.shed.fetch_add(1, Ordering::Relaxed);
            PageError::Overloaded
        })
    }
}

/// A place in line and a seat.
type Seat<'a> = (SemaphorePermit<'a>, SemaphorePermit<'a>);

/// Where requests of one sort wait and are worked on.
struct Room {
    size: usize,
    line: Semaphore,
    seats: Semaphore,
    wait: Duration,
}

impl Room {
    fn new(seats: usize, line: usize, wait: Duration) -> Self {
        let size = seats + line;
        Self { size, line: Semaphore::new(size), seats: Semaphore::new(seats), wait }
    }

    fn inside(&self) -> usize {
        self.size.saturating_sub(self.line.available_permits())
    }

    async fn seat(&self) -> Option<Seat<'_>> {
        let place = self.line.try_acquire().ok()?;
        let seat = timeout(self.wait, self.seats.acquire()).await.ok()?.ok()?;
        Some((place, seat))
    }
}

fn who(visit: &Visit) -> Who {
    visit.address.map_or(Who::Unknown, |address| Who::Network(Network::around(address)))
}

/// What is granted to the visitors of one network together. Whole offices share one.
fn quota_of_network(rate: Rate) -> Option<Quota> {
    const MINUTE: Duration = Duration::from_mins(1);
    const HOUR: Duration = Duration::from_hours(1);
    match rate {
        Rate::Free => None,
        Rate::Page => Some(Quota::new(600, 3000, MINUTE)),
        Rate::Search => Some(Quota::new(60, 60, MINUTE)),
        Rate::SignIn => Some(Quota::new(10, 6, MINUTE)),
        Rate::Export => Some(Quota::new(5, 5, HOUR)),
        Rate::Upload => Some(Quota::new(20, 20, HOUR)),
        Rate::Api => Some(Quota::new(120, 600, MINUTE)),
    }
}

/// What is granted to one person.
fn quota_of_person(rate: Rate) -> Option<Quota> {
    const MINUTE: Duration = Duration::from_mins(1);
    match rate {
        Rate::Page => Some(Quota::new(120, 300, MINUTE)),
        other => quota_of_network(other),
    }
}

/// Before every handler: refuses what may not pass, reads the body, waits for a seat, and ends what takes too long.
pub async fn admit(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    match passed(&service, request, next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn passed(service: &Service, request: Request, next: Next) -> Result<Response, PageError> {
    let (parts, body) = request.into_parts();
    let (gate, city) = (&service.gate, &service.city);
    let visit = Visit::of(&parts);
    let is_for_us = origin::is_for_us(&city.host.names, &parts.uri, &parts.headers);
    if !is_asked_by_a_guard(visit.route) && !is_for_us {
        return Err(PageError::Host);
    }
    if visit.is_foreign(&parts.method, &parts.headers) {
        gate.foreign.fetch_add(1, Ordering::Relaxed);
        return Err(PageError::Foreign);
    }
    let has_files = comes_with_files(visit.route, &parts.headers);
    let rate = rate_of(visit.route, has_files);
    if rate != Rate::Free {
        signed::recognise(city, &visit, &parts.headers).await?;
    }
    gate.grant(&city.host, &visit, rate)?;
    // Only whoever has signed in may send much.
    let most = match visit.route {
        Some(_) if has_files && visit.person().is_some() => upload::BYTES_MAX,
        route => route.map_or(STRAY_BODY_BYTES_MAX, |route| route.body_bytes_max),
    };
    let reading = whole(body, &parts.method, most);
    let body = timeout(gate.bounds.body, reading).await.map_err(|_| PageError::SlowBody)??;
    let sent = match visit.route {
        Some(route) if matches!(route.csrf, Csrf::Form | Csrf::File) => {
            check_token(city, &visit, &parts.headers, &body)?;
            (route.csrf == Csrf::Form).then(|| Sent::read(city, &visit, &parts, &body)).transpose()?
        }
        _ => None,
    };
    let _flight = match &sent {
        Some(sent) => {
            let wait_max = if sent.is_named { Duration::ZERO } else { gate.bounds.request };
            Some(service.flights.turn(sent.name(), wait_max).await?)
        }
        None => None,
    };
    let before = match &sent {
        Some(sent) => sent.answered(city).await?,
        None => None,
    };
    match (visit.route, &before) {
        (_, Some(before)) if before.has_changed_session => {}
        (Some(route), _) => signed::admit(city, &visit, route)?,
        (None, _) => {}
    }
    if let Some(before) = before {
        return Ok(before.response);
    }
    let may_change = visit.route.is_some_and(|one| matches!(one.csrf, Csrf::Form | Csrf::State | Csrf::Api));
    // A demo may rest for years; nothing in it is real.
    if may_change && !city.host.is_demo {
        city.store.believe_clock((city.host.now)()).await?;
    }
    // A guard that hears nothing in overload would end the program when it is needed most.
    let _seat = if rate == Rate::Free { None } else { Some(gate.seat(visit.route).await?) };
    let request = Request::from_parts(parts, Body::from(body));
    let answering = async {
        match &sent {
            Some(sent) => sent.answer(city, request, next).await,
            None => Ok(next.run(request).await),
        }
    };
    let time_max = if has_files { gate.bounds.upload } else { gate.bounds.request };
    timeout(time_max, answering).await.map_err(|_| PageError::Unavailable)?
}

/// What is counted against whom: by its row, as an upload where files come along.
fn rate_of(route: Option<&Route>, has_files: bool) -> Rate {
    match route {
        Some(_) if has_files => Rate::Upload,
        route => route.map_or(Rate::Page, |route| route.rate),
    }
}

/// Whether files come with a form, to a route that takes them.
fn comes_with_files(route: Option<&Route>, headers: &HeaderMap) -> bool {
    route.is_some_and(|route| route.takes_files) && multipart::boundary(headers).is_some()
}

/// Whether a route is for machines on guard, which name this one by its address, and tells of nobody.
fn is_asked_by_a_guard(route: Option<&Route>) -> bool {
    route.is_some_and(|route| ["/healthz", "/readyz", "/metrics"].contains(&route.path))
}

/// The body, once all of it has arrived.
async fn whole(body: Body, method: &Method, most: usize) -> Result<Bytes, PageError> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(Bytes::new());
    }
    // A body that breaks off reaches nobody, so what fails here is its size.
    to_bytes(body, most).await.map_err(|_| PageError::TooLarge)
}

/// A form that changes something must bear the token of the page it was shown on.
fn check_token(city: &City, visit: &Visit, headers: &HeaderMap, body: &[u8]) -> Result<(), PageError> {
    let token = form_token::carried(headers, body);
    let tied_to = visit.tied_to().ok_or(PageError::StaleForm)?;
    if form_token::is_valid(&city.host.form_key, token, tied_to) { Ok(()) } else { Err(PageError::StaleForm) }
}

#[cfg(test)]
mod tests;
