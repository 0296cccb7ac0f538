//! What is known about one request besides itself: its number, its route, where it came from, and what its answer
//! must carry.

use crate::{
    City,
    cookie::{Cookie, Cookies},
    gate::{Network, address, origin},
    routes::{self, Route},
};
use axum::{
    extract::MatchedPath,
    http::{HeaderMap, Method, request::Parts},
};
use domain::access::Principal;
use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};
use store::Signed;

/// Letters and digits that are not taken for one another when they are read out.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// One request on its way through the service.
#[derive(Debug, Default)]
pub struct Visit {
    /// The number of the request, made here: `k7qm-3xpa-9t0d`. It is in the log and on pages that tell of an error.
    pub id: String,
    /// Where the visitor is, as far as proxies that are trusted tell.
    pub address: Option<IpAddr>,
    /// The row of its route; none for an address without one.
    pub route: Option<&'static Route>,
    /// Who signed in, once that is known.
    pub signed: OnceLock<Signed>,
    /// How many messages he has not read, where the answer is a page that shows it.
    pub unread: OnceLock<u64>,
    /// The cookie that forms are tied to: of the session, or else of the browser.
    tied_to: Option<String>,
    new_tie: OnceLock<String>,
    nonce: OnceLock<String>,
}

impl Visit {
    /// Reads a request that comes in.
    pub fn new(city: &City, parts: &Parts, routes: &'static [Route]) -> Self {
        let path = parts.extensions.get::<MatchedPath>();
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        Self {
            id: number(city.host.chance),
            address: peer.map(|peer| address::of_visitor(peer, &parts.headers, &city.host.proxies)),
            route: path.and_then(|path| routes::find(routes, &parts.method, path.as_str())),
            tied_to: tie(Cookies(city.host.reach), &parts.headers),
            ..Self::default()
        }
    }

    /// The visit of a request; an empty one where nobody made one, as in tests of a part.
    pub fn of(parts: &Parts) -> Arc<Self> {
        parts.extensions.get::<Arc<Self>>().cloned().unwrap_or_default()
    }

    /// Identifier of the person who signed in.
    pub fn person(&self) -> Option<&str> {
        self.signed.get().and_then(|signed| signed.principal.person())
    }

    /// The network he is in, without what would tell one machine from another; empty where it is not known.
    pub fn network(&self) -> String {
        self.address.map(|address| Network::around(address).to_string()).unwrap_or_default()
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        self.signed.get().map_or(&Principal::Visitor, |signed| &signed.principal)
    }

    /// What a form of this request must be tied to; none where the browser carries no cookie.
    pub fn tied_to(&self) -> Option<&str> {
        self.tied_to.as_deref()
    }

    /// What a form shown by the answer is tied to; makes a cookie where there is none yet.
    pub fn tie(&self, chance: fn(&mut [u8])) -> &str {
        match &self.tied_to {
            Some(tie) => tie,
            None => self.new_tie.get_or_init(|| random_text::<26>(chance)),
        }
    }

    /// The cookie value that the answer must set, where it shows a form.
    pub fn new_tie(&self) -> Option<&str> {
        self.new_tie.get().map(String::as_str)
    }

    /// The nonce of an element that stands in this page itself; asking for it opens the policy for it.
    pub fn nonce(&self, chance: fn(&mut [u8])) -> &str {
        self.nonce.get_or_init(|| random_text::<26>(chance))
    }

    /// The nonce, where the page has one.
    pub fn used_nonce(&self) -> Option<&str> {
        self.nonce.get().map(String::as_str)
    }

    /// Whether the request could be made from another site's page in this visitor's name.
    pub fn is_foreign(&self, method: &Method, headers: &HeaderMap) -> bool {
        origin::is_foreign(method, headers, self.tied_to.is_some())
    }
}

/// The cookie that forms are tied to.
fn tie(cookies: Cookies, headers: &HeaderMap) -> Option<String> {
    let session = cookies.read(headers, Cookie::Session);
    session.or_else(|| cookies.read(headers, Cookie::Visitor)).map(str::to_owned)
}

/// A number for a request: sixty random bits in three groups that can be read out on the telephone.
fn number(chance: fn(&mut [u8])) -> String {
    let letters = random_text::<12>(chance);
    [&letters[..4], &letters[4..8], &letters[8..]].join("-")
}

/// So many random letters of five bits each, none of which is taken for another.
pub fn random_text<const LENGTH: usize>(chance: fn(&mut [u8])) -> String {
    let mut bytes = [0; LENGTH];
    chance(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_request_can_be_read_out() {
        let number = number(|bytes| bytes.fill(33));
        assert_eq!(number, "1111-1111-1111");
    }

    #[test]
    fn a_cookie_is_made_only_where_a_form_is_shown() {
        let visit = Visit::default();
        assert_eq!(visit.new_tie(), None);
        let tie = visit.tie(|bytes| bytes.fill(7)).to_owned();
        assert_eq!((visit.new_tie(), tie.len()), (Some(tie.as_str()), 26));
        let known = Visit { tied_to: Some("old".to_owned()), ..Visit::default() };
        assert_eq!((known.tie(|_| ()), known.new_tie()), ("old", None));
    }
}
