//! The one function that decides.

use super::policy::{AccessPolicy, Demand, Separation, Statement, Who, Within};
use super::{Capacity, Permission, Principal, Proof, Resource, Role};
use crate::china_time::day_in_china;
use chrono::{DateTime, TimeDelta, Utc};

/// What was decided, and on what it rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It may be done.
    Allowed(&'a Statement),
    /// It may be done as soon as he has shown again who he is.
    ProveAgain(&'a Statement),
    /// It may be done once he has signed in with a second factor; showing again what he has shown leads nowhere.
    SecondFactorFirst(&'a Statement),
    /// It may not be done.
    Denied(Refusal<'a>),
}

/// Why something may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal<'a> {
    /// Nobody is signed in, and visitors may not.
    SignInFirst,
    /// His duties exclude it.
    Separated(&'a Separation),
    /// The mandate or appointment has ended.
    Lapsed,
    /// Nothing allows it in this capacity, on any object.
    NotYours,
    /// It is allowed to him, though not on this object. Answered as if the object did not exist.
    OutOfReach,
}

impl Decision<'_> {
    /// Whether it may be done now.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// Decides whether `principal` may do this on `resource` at `now`.
///
/// A mandate ends with its last day in China.
pub fn decide<'a>(
    policy: &'a AccessPolicy,
    principal: &Principal,
    permission: Permission,
    resource: &Resource,
    now: DateTime<Utc>,
) -> Decision<'a> {
    let separation = policy.separations.iter().find(|one| separates(one, principal, permission, resource));
    if let Some(separation) = separation {
        return Decision::Denied(Refusal::Separated(separation));
    }
    let today = day_in_china(now);
    let has_lapsed = principal.capacity().is_some_and(|capacity| !capacity.holds_on(today));
    let speaks = |one: &&Statement| {
        one.may.contains(&permission) && one.who.iter().any(|who| is_meant(*who, principal, permission))
    };
    let (mut prove_again, mut is_out_of_reach) = (None, false);
    for statement in policy.statements.iter().filter(speaks) {
        // A person keeps what is his own when the role he acts in has ended.
        let by_role = statement.who.iter().all(|who| matches!(who, Who::Role(_)));
        if has_lapsed && by_role {
            continue;
        }
        if !reaches(statement.within, principal, resource) {
            is_out_of_reach = true;
        } else if !is_met(statement.demand, principal, now) {
            prove_again = prove_again.or(Some(statement));
        } else {
            return Decision::Allowed(statement);
        }
    }
    match prove_again {
        Some(statement) => unmet(statement, principal),
        None if is_out_of_reach => Decision::Denied(Refusal::OutOfReach),
        None if has_lapsed => Decision::Denied(Refusal::Lapsed),
        None if *principal == Principal::Visitor => Decision::Denied(Refusal::SignInFirst),
        None => Decision::Denied(Refusal::NotYours),
    }
}

/// Decides whether `principal` may do this on any object at all: what stands before a page whose object is not yet
/// known. Whoever passes here still has to pass `decide` with the object.
pub fn may_enter<'a>(
    policy: &'a AccessPolicy,
    principal: &Principal,
    permission: Permission,
    now: DateTime<Utc>,
) -> Decision<'a> {
    let decision = decide(policy, principal, permission, &Resource::common(), now);
    if decision != Decision::Denied(Refusal::OutOfReach) {
        return decision;
    }
    let speaks = |one: &&Statement| {
        one.may.contains(&permission) && one.who.iter().any(|who| is_meant(*who, principal, permission))
    };
    let mut statements = policy.statements.iter().filter(speaks);
    match statements.clone().find(|one| is_met(one.demand, principal, now)).or_else(|| statements.next()) {
        Some(statement) if is_met(statement.demand, principal, now) => Decision::Allowed(statement),
        Some(statement) => unmet(statement, principal),
        None => decision,
    }
}

fn separates(one: &Separation, principal: &Principal, permission: Permission, resource: &Resource) -> bool {
    let is_about_himself = principal.person().is_some() && principal.person() == resource.person.as_deref();
    one.may_not.contains(&permission)
        && one.who.iter().any(|who| is_meant(*who, principal, permission))
        && (!one.about_himself || is_about_himself)
}

/// Whether a statement about `who` is one about this principal; an agent is meant only within his mandate.
fn is_meant(who: Who, principal: &Principal, permission: Permission) -> bool {
    match (who, principal.capacity()) {
        (Who::Anyone, _) | (Who::Person, Some(_)) => true,
        (Who::Role(Role::FirmAgent), Some(Capacity::Firm { role: Role::FirmAgent, scope, .. })) => {
            scope.contains(&permission.area())
        }
        (Who::Role(role), Some(capacity)) => capacity.role() == Some(role),
        (Who::Person | Who::Role(_), None) => false,
    }
}

fn reaches(within: Within, principal: &Principal, resource: &Resource) -> bool {
    match (within, principal.capacity()) {
        (Within::Everything, _) => true,
        (Within::Party, _) => resource.is_party,
        (Within::OwnPerson, _) => {
            resource.person.is_some() && resource.person.as_deref() == principal.person()
        }
        (Within::OwnFirm, Some(Capacity::Firm { firm, .. })) => resource.firm.as_ref() == Some(firm),
        // An office of a county has no say in the city, though the organisation is the same.
        (Within::OwnOrganization, Some(Capacity::Office { organization, place, .. })) => {
            resource.organization.as_ref() == Some(organization)
                && resource.place.as_ref().is_none_or(|other| place.covers(other))
        }
        (Within::OwnPlace, Some(Capacity::Office { place, .. })) => {
            resource.place.as_ref().is_some_and(|other| place.covers(other))
        }
        (Within::OwnFirm | Within::OwnOrganization | Within::OwnPlace, _) => false,
    }
}

/// What is left to do where a statement would allow it and its demand is not met.
fn unmet<'a>(statement: &'a Statement, principal: &Principal) -> Decision<'a> {
    let has_two_factors = principal.proof().is_some_and(Proof::is_two_factor);
    if statement.demand.two_factors && !has_two_factors {
        Decision::SecondFactorFirst(statement)
    } else {
        Decision::ProveAgain(statement)
    }
}

fn is_met(demand: Demand, principal: &Principal, now: DateTime<Utc>) -> bool {
    if demand == Demand::default() {
        return true;
    }
    principal.proof().is_some_and(|proof| {
        // Where two factors are asked for, they are what has to be fresh: not a password after a code of this morning.
        let Some(at) = (if demand.two_factors { proof.two_factors_at } else { Some(proof.at) }) else {
            return false;
        };
        let age = now - at;
        // A proof of the future is none: somebody has turned the clock.
        demand
            .proof_minutes_max
            .is_none_or(|minutes| age >= TimeDelta::zero() && age <= TimeDelta::minutes(minutes.into()))
    })
}
