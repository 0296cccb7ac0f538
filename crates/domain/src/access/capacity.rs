//! Who is asking, and in which capacity.

use super::{Area, Place, Role};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What a person acts as at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "kebab-case")]
pub enum Capacity {
    /// As nothing but himself.
    Person,
    /// For a firm.
    Firm {
        /// Owner or agent.
        role: Role,
        /// Its unified social credit code.
        firm: String,
        /// What an agent may deal with; an owner deals with everything.
        scope: Vec<Area>,
        /// The last day; open where there is none.
        until: Option<NaiveDate>,
    },
    /// In an organisation.
    Office {
        /// Any role that is not of a firm.
        role: Role,
        /// Identifier of the organisation in the edition.
        organization: String,
        /// Where it is competent.
        place: Place,
        /// The last day; open where there is none.
        until: Option<NaiveDate>,
    },
}

/// How somebody has shown who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When he last did.
    pub at: DateTime<Utc>,
    /// When a second factor or a passkey was last part of it.
    pub two_factors_at: Option<DateTime<Utc>>,
}

impl Proof {
    /// Whether a second factor or a passkey was ever part of it.
    pub fn is_two_factor(self) -> bool {
        self.two_factors_at.is_some()
    }
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nobody in particular.
    Visitor,
    /// A signed-in person.
    Person {
        /// Identifier of the person.
        id: String,
        /// What he acts as.
        capacity: Capacity,
        /// How he signed in.
        proof: Proof,
    },
}

impl Capacity {
    /// The role, where it is one.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Person => None,
            Self::Firm { role, .. } | Self::Office { role, .. } => Some(*role),
        }
    }

    /// The same, though not beyond `last`.
    #[must_use]
    pub fn ending_by(mut self, last: Option<NaiveDate>) -> Self {
        if let Self::Firm { until, .. } | Self::Office { until, .. } = &mut self {
            *until = match (*until, last) {
                (Some(own), Some(last)) => Some(own.min(last)),
                (own, last) => own.or(last),
            };
        }
        self
    }

    /// Whether it still holds on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        match self {
            Self::Person => true,
            Self::Firm { until, .. } | Self::Office { until, .. } => until.is_none_or(|last| day <= last),
        }
    }
}

impl Principal {
    /// Identifier of the person; none of a visitor.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Visitor => None,
            Self::Person { id, .. } => Some(id),
        }
    }

    /// What he acts as; none of a visitor.
    pub fn capacity(&self) -> Option<&Capacity> {
        match self {
            Self::Visitor => None,
            Self::Person { capacity, .. } => Some(capacity),
        }
    }

    /// How he has shown who he is; none of a visitor.
    pub fn proof(&self) -> Option<Proof> {
        match self {
            Self::Visitor => None,
            Self::Person { proof, .. } => Some(*proof),
        }
    }
}
