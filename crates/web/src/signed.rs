//! Who asks, and whether he may: the session behind a request, and the one place where decisions become answers.

use crate::{
    City,
    case::recipients,
    context::Context,
    cookie::{Cookie, Cookies},
    error::{Denial, PageError},
    routes::{ObjectOf, Route, Verb},
    visit::{Visit, random_text},
};
use axum::http::HeaderMap;
use domain::{
    access::{self, AccessPolicy, Capacity, Decision, Permission, Principal, Refusal, Resource},
    account_name::{self, NameFault},
};
use identity::secret::{Token, TokenKind};
use store::Deed;

/// Finds out whose session the cookie of a request belongs to. A cookie of no session is no cookie.
pub async fn recognise(city: &City, visit: &Visit, headers: &HeaderMap) -> Result<(), PageError> {
    let carried = Cookies(city.host.reach).read(headers, Cookie::Session);
    let Some(token) = carried.and_then(|text| Token::presented(TokenKind::Session, text)) else {
        return Ok(());
    };
    if let Some(signed) = city.store.signed(&token.hash(), (city.host.now)()).await? {
        let _ = visit.signed.set(signed);
        count_messages(city, visit).await?;
    }
    Ok(())
}

/// Counts the messages that wait for somebody, where he is shown a page and has to do with cases.
async fn count_messages(city: &City, visit: &Visit) -> Result<(), PageError> {
    let (principal, now) = (visit.principal(), (city.host.now)());
    let decision = access::may_enter(AccessPolicy::built_in(), principal, Permission::CaseRead, now);
    if decision.is_allowed() && visit.route.is_some_and(|route| route.verb == Verb::Get) {
        let count = city.store.unread_notices(&recipients(principal)).await?;
        let _ = visit.unread.set(count);
    }
    Ok(())
}

/// Whether the one who asks may use a route. Where it is about an object that address or form name, only whether he
/// may on any; the handler asks about the object.
pub fn admit(city: &City, visit: &Visit, route: &Route) -> Result<(), PageError> {
    let (policy, now, principal) = (AccessPolicy::built_in(), (city.host.now)(), visit.principal());
    let decision = match route.object {
        ObjectOf::Named => access::may_enter(policy, principal, route.permission, now),
        ObjectOf::Nobody => access::decide(policy, principal, route.permission, &Resource::common(), now),
        ObjectOf::Himself => access::decide(policy, principal, route.permission, &own(principal), now),
    };
    answer(decision)
}

/// All that belongs to the one who asks.
fn own(principal: &Principal) -> Resource {
    let own = Resource { person: principal.person().map(str::to_owned), ..Resource::of_case(true) };
    match principal.capacity() {
        Some(Capacity::Firm { firm, .. }) => {
            let Resource { firm, place, .. } = Resource::of_firm(firm);
            Resource { firm, place, ..own }
        }
        Some(Capacity::Office { organization, place, .. }) => {
            Resource { organization: Some(organization.clone()), place: Some(place.clone()), ..own }
        }
        Some(Capacity::Person) | None => own,
    }
}

/// What a decision means for the page. What is out of reach looks like what is not there.
fn answer(decision: Decision<'static>) -> Result<(), PageError> {
    Err(match decision {
        Decision::Allowed(_) => return Ok(()),
        Decision::ProveAgain(_) => PageError::ProveAgain,
        Decision::SecondFactorFirst(_) => PageError::SecondFactorFirst,
        Decision::Denied(Refusal::SignInFirst) => PageError::SignInFirst,
        Decision::Denied(Refusal::OutOfReach) => PageError::Page,
        Decision::Denied(Refusal::NotYours) => PageError::Denied(Denial::NotYours),
        Decision::Denied(Refusal::Lapsed) => PageError::Denied(Denial::Lapsed),
        Decision::Denied(Refusal::Separated(separation)) => {
            PageError::Denied(Denial::Separated(&separation.reason))
        }
    })
}

impl Context {
    /// Whether the one who asks may do this on `resource`; an error is the answer.
    pub fn may(&self, permission: Permission, resource: &Resource) -> Result<(), PageError> {
        let now = (self.city.host.now)();
        answer(access::decide(AccessPolicy::built_in(), self.visit.principal(), permission, resource, now))
    }

    /// Whether he could: for buttons that are shown only to those who may use them.
    pub fn could(&self, permission: Permission) -> bool {
        let now = (self.city.host.now)();
        let decision = access::may_enter(AccessPolicy::built_in(), self.visit.principal(), permission, now);
        !matches!(decision, Decision::Denied(_))
    }

    /// Whether he may do this on what is his own without showing again who he is.
    pub fn is_proved_for(&self, permission: Permission) -> bool {
        let (now, principal) = ((self.city.host.now)(), self.visit.principal());
        access::decide(AccessPolicy::built_in(), principal, permission, &own(principal), now).is_allowed()
    }

    /// Whether a second factor or a passkey was shown in this session.
    pub fn is_two_factor(&self) -> bool {
        matches!(self.visit.principal(), Principal::Person { proof, .. } if proof.is_two_factor())
    }

    /// The person who asks; an error for a visitor.
    pub fn person(&self) -> Result<&str, PageError> {
        self.visit.person().ok_or(PageError::SignInFirst)
    }

    /// The same for a reason he typed; a fault where it cannot be taken.
    pub fn deed_for(&self, typed: &str) -> Result<Deed, NameFault> {
        account_name::reason(typed).map(|reason| self.deed(reason))
    }

    /// What he does now, as the event log tells it.
    pub fn deed(&self, reason: &str) -> Deed {
        Deed {
            actor: self.visit.person().unwrap_or("visitor").to_owned(),
            acting_as: self.visit.principal().capacity().map(acting_as).unwrap_or_default(),
            by_grant: self.visit.signed.get().map(|signed| signed.acts_by.clone()).unwrap_or_default(),
            reason: reason.trim().to_owned(),
            from: self.visit.network(),
            at: (self.city.host.now)(),
            salt: random_text::<26>(self.city.host.chance),
        }
    }
}

/// A capacity in the words of the log.
fn acting_as(capacity: &Capacity) -> String {
    match capacity {
        Capacity::Person => String::new(),
        Capacity::Firm { role, firm, .. } => format!("{} of {firm}", role.name()),
        Capacity::Office { role, organization, .. } => format!("{} of {organization}", role.name()),
    }
}
