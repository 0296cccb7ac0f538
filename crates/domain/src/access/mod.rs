//! Who may do what on which object: roles, permissions, and the one function that decides.
//!
//! The statements are data (`statements.toml`), written so that a security auditor can read them; `decide` is
//! the only place where they are applied. What no statement allows is denied, and a separation of duties
//! (`never`) is stronger than any statement. Sources: GB/T 22239-2019 8.1.4.2 (three separated administrators),
//! OWASP ASVS 5.0 8.2 and 8.4.

mod capacity;
mod decision;
mod permission;
mod place;
mod policy;
mod role;
#[cfg(test)]
mod tests;

pub use capacity::{Capacity, Principal, Proof};
pub use decision::{Decision, Refusal, decide, may_enter};
pub use permission::{Area, Permission, UnknownPermission};
pub use place::Place;
pub use policy::{AccessPolicy, Demand, PolicyFault, Separation, Statement, Who, Within};
pub use role::Role;

/// Where an object belongs; what is absent belongs to nobody of that sort.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// The person it is about.
    pub person: Option<String>,
    /// The firm it is about: unified social credit code.
    pub firm: Option<String>,
    /// The organisation that is in charge of it.
    pub organization: Option<String>,
    /// The place it lies in.
    pub place: Option<Place>,
    /// Whether the one who asks is a party to it: that is worked out from the case, see
    /// [`sight`](crate::mechanism::sight).
    pub is_party: bool,
}

impl Resource {
    /// What belongs to nobody: a public page, a form that is not yet about anything.
    pub fn common() -> Self {
        Self::default()
    }

    /// What a person has of his own.
    pub fn of_person(person: impl Into<String>) -> Self {
        Self { person: Some(person.into()), ..Self::default() }
    }

    /// What a firm has of its own; its place is the one that registered it.
    pub fn of_firm(firm: impl Into<String>) -> Self {
        let firm = firm.into();
        let place = firm.get(2..8).and_then(|code| code.parse().ok());
        Self { firm: Some(firm), place, ..Self::default() }
    }

    /// What an organisation is in charge of.
    pub fn of_organization(organization: impl Into<String>) -> Self {
        Self { organization: Some(organization.into()), ..Self::default() }
    }

    /// A case, to which the one who asks is a party or is not.
    pub fn of_case(is_party: bool) -> Self {
        Self { is_party, ..Self::default() }
    }

    /// The same object, lying in this place.
    #[must_use]
    pub fn in_place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same object, about this person.
    #[must_use]
    pub fn about(mut self, person: impl Into<String>) -> Self {
        self.person = Some(person.into());
        self
    }
}
