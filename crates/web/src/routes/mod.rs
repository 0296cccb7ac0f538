//! Every route of the service, declared once: what it is called, who may use it, how it is protected.
//!
//! The router is built from the table in `table.rs` and from nothing else, so a route without a row cannot exist.
//! The row of the matched route reaches whatever stands before the handlers through [`Visit`](crate::visit::Visit).

mod table;
#[cfg(test)]
mod tests;

pub use table::ROUTES;

use crate::City;
use axum::{
    Router,
    http::Method,
    routing::{MethodFilter, MethodRouter},
};
use domain::access::Permission;
use serde::Serialize;
use std::{fmt, sync::Arc};

/// One route.
#[derive(Serialize)]
pub struct Route {
    /// What is asked.
    pub verb: Verb,
    /// The address, as a template.
    pub path: &'static str,
    /// What a person must be allowed to do.
    pub permission: Permission,
    /// On which object.
    pub object: ObjectOf,
    /// How a request from another site is kept out.
    pub csrf: Csrf,
    /// How often it may be asked for.
    pub rate: Rate,
    /// Who may keep the answer.
    pub privacy: Privacy,
    /// On which of the two doors it stands.
    pub door: Door,
    /// Whether it works passwords out: such requests have seats of their own.
    pub works_passwords_out: bool,
    /// Most bytes of a body; more is refused.
    pub body_bytes_max: usize,
    /// Whether files may come with its form: then people who have signed in may send more, and less often.
    pub takes_files: bool,
    /// What answers.
    #[serde(skip)]
    pub handler: fn(MethodFilter) -> MethodRouter<Arc<City>>,
}

/// A method that a route answers to. `Get` answers to HEAD too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    /// Reads.
    Get,
    /// Sends a form or an order.
    Post,
}

/// How a route is kept from being used by other sites in a visitor's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Csrf {
    /// It reads and changes nothing.
    Safe,
    /// A form that changes nothing anywhere and knows nobody: it must come from a page of this site.
    Pure,
    /// A form that changes something: it must come from a page of this site and bear the token of that page.
    Form,
    /// A form that takes a file along: it bears the token of its page, and what is recorded is that it was taken. The
    /// answer is not kept, for it may be large: sent again, the file is taken, and recorded, again.
    File,
    /// An order of a program, which bears a key of its own and no cookie.
    Api,
    /// A step of the round trip to the city's unified identity, which the protocol makes a link. Leaving keeps a
    /// challenge tied to this browser; coming back signs in only with the state of a departure of this very browser,
    /// which serves once, and with the code verifier that only the server knows.
    State,
}

/// How often a route may be asked for; `limit` says how much that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Never refused, and needs no seat: files of the pages and what machines on guard ask for. It must cost little.
    Free,
    /// A page.
    Page,
    /// A search, which reads much.
    Search,
    /// An attempt to get in.
    SignIn,
    /// A file of many rows.
    Export,
    /// A file that somebody sends.
    Upload,
    /// An order of a program.
    Api,
}

/// Who may keep the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Privacy {
    /// It is the same for everybody.
    Public,
    /// It is for this person alone: no cache keeps it, not even that of the browser.
    Private,
}

/// Whose object a route is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectOf {
    /// Nobody's: what is published, or a list of everything.
    Nobody,
    /// That of the person who asks.
    Himself,
    /// One that address or form name: the handler asks `Context::may` about it.
    Named,
}

/// Where a route can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// The address visitors use.
    Public,
    /// A second address for the operator's machines, closed unless it is named.
    Monitoring,
}

impl Csrf {
    /// Its name in the table that is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Pure => "pure",
            Self::Form => "form",
            Self::File => "file",
            Self::Api => "api",
            Self::State => "state",
        }
    }
}

impl ObjectOf {
    /// Its name in the table that is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Himself => "himself",
            Self::Named => "named",
        }
    }
}

impl Privacy {
    /// Its name in the table that is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl Door {
    /// Its name in the table that is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Monitoring => "monitoring",
        }
    }
}

/// Most bytes of a body where a row says nothing else.
const BODY_BYTES_MAX: usize = 64 << 10;

type Handler = fn(MethodFilter) -> MethodRouter<Arc<City>>;

impl Route {
    /// A page for everybody, which is read.
    pub const fn page(path: &'static str, permission: Permission, handler: Handler) -> Self {
        Self {
            verb: Verb::Get,
            path,
            permission,
            object: ObjectOf::Nobody,
            csrf: Csrf::Safe,
            rate: Rate::Page,
            privacy: Privacy::Public,
            door: Door::Public,
            works_passwords_out: false,
            body_bytes_max: BODY_BYTES_MAX,
            takes_files: false,
            handler,
        }
    }

    /// A form that is sent.
    pub const fn form(path: &'static str, permission: Permission, csrf: Csrf, handler: Handler) -> Self {
        Self { verb: Verb::Post, csrf, privacy: Privacy::Private, ..Self::page(path, permission, handler) }
    }

    /// A step of the round trip to the unified identity.
    pub const fn round_trip(path: &'static str, permission: Permission, handler: Handler) -> Self {
        let page = Self::page(path, permission, handler);
        Self { csrf: Csrf::State, rate: Rate::SignIn, privacy: Privacy::Private, ..page }
    }

    /// The same, about what the person, his firm or his organisation has; for him alone.
    #[must_use]
    pub const fn own(self) -> Self {
        Self { object: ObjectOf::Himself, privacy: Privacy::Private, ..self }
    }

    /// The same, about an object that address or form name; its handler decides about it.
    #[must_use]
    pub const fn named(self) -> Self {
        Self { object: ObjectOf::Named, privacy: Privacy::Private, ..self }
    }

    /// The same, asked for only so often.
    #[must_use]
    pub const fn rate(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }

    /// The same, where passwords are worked out.
    #[must_use]
    pub const fn with_passwords(self) -> Self {
        Self { works_passwords_out: true, ..self }
    }

    /// The same, for this person alone.
    #[must_use]
    pub const fn private(self) -> Self {
        Self { privacy: Privacy::Private, ..self }
    }

    /// The same, with another greatest body.
    #[must_use]
    pub const fn body(self, body_bytes_max: usize) -> Self {
        Self { body_bytes_max, ..self }
    }

    /// The same, with files.
    #[must_use]
    pub const fn with_files(self) -> Self {
        Self { takes_files: true, ..self }
    }

    /// The same, on the door for the operator's machines.
    #[must_use]
    pub const fn monitoring(self) -> Self {
        Self { door: Door::Monitoring, ..self }
    }
}

impl Verb {
    /// Whether a method is this one.
    fn is(self, method: &Method) -> bool {
        match self {
            Self::Get => matches!(*method, Method::GET | Method::HEAD),
            Self::Post => *method == Method::POST,
        }
    }

    fn filter(self) -> MethodFilter {
        match self {
            // axum lets a route for GET answer to HEAD as well.
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
        }
    }

    /// Its name in HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl Rate {
    /// Every class, in the order of the table.
    pub const ALL: [Self; 7] =
        [Self::Free, Self::Page, Self::Search, Self::SignIn, Self::Export, Self::Upload, Self::Api];

    /// Its name in logs and figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Page => "page",
            Self::Search => "search",
            Self::SignIn => "sign_in",
            Self::Export => "export",
            Self::Upload => "upload",
            Self::Api => "api",
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb.name(), self.path)
    }
}

/// The routes of one door.
pub fn router(routes: &'static [Route], door: Door) -> Router<Arc<City>> {
    let rows = routes.iter().filter(|route| route.door == door);
    rows.fold(Router::new(), |router, route| router.route(route.path, (route.handler)(route.verb.filter())))
}

/// The row of a matched path, asked with this method.
pub fn find(routes: &'static [Route], method: &Method, path: &str) -> Option<&'static Route> {
    routes.iter().find(|route| route.path == path && route.verb.is(method))
}
