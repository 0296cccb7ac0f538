//! The roles a person can act in.

use serde::{Deserialize, Serialize};

/// What somebody acts as. One person may hold several and acts in one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answers for a firm: its legal representative or owner.
    FirmOwner,
    /// Acts for a firm by a mandate with a scope and an end: accountant, agent.
    FirmAgent,
    /// Handles the work of an organisation.
    Clerk,
    /// Leads an organisation.
    Head,
    /// Works in the coordinating office.
    Coordinator,
    /// Leads the city or a county.
    Leader,
    /// Drafts and examines policies.
    PolicyAnalyst,
    /// Pays and keeps the accounts.
    Treasurer,
    /// Examines what others have done.
    Auditor,
    /// Keeps the system running; opens accounts, grants nothing.
    SystemAdministrator,
    /// Grants and ends roles; sees who tried to sign in.
    SecurityAdministrator,
    /// Reads the trail of what everybody did, the other administrators included.
    AuditAdministrator,
}

impl Role {
    /// All roles, in the order of pages.
    pub const ALL: [Self; 12] = [
        Self::FirmOwner,
        Self::FirmAgent,
        Self::Clerk,
        Self::Head,
        Self::Coordinator,
        Self::Leader,
        Self::PolicyAnalyst,
        Self::Treasurer,
        Self::Auditor,
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::AuditAdministrator,
    ];

    /// Name as editions and JSON spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirmOwner => "firm-owner",
            Self::FirmAgent => "firm-agent",
            Self::Clerk => "clerk",
            Self::Head => "head",
            Self::Coordinator => "coordinator",
            Self::Leader => "leader",
            Self::PolicyAnalyst => "policy-analyst",
            Self::Treasurer => "treasurer",
            Self::Auditor => "auditor",
            Self::SystemAdministrator => "system-administrator",
            Self::SecurityAdministrator => "security-administrator",
            Self::AuditAdministrator => "audit-administrator",
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether it is held for a firm; every other role is held in an organisation.
    pub fn is_of_firm(self) -> bool {
        matches!(self, Self::FirmOwner | Self::FirmAgent)
    }

    /// Whether one person may hold both at the same time: whoever is one of the three administrators holds nothing else,
    /// neither another of these roles nor one of the business they watch over.
    pub fn goes_with(self, other: Self) -> bool {
        self == other || !(self.is_administrator() || other.is_administrator())
    }

    /// Whether it is one of the three administrators, of whom nobody may hold two.
    pub fn is_administrator(self) -> bool {
        matches!(self, Self::SystemAdministrator | Self::SecurityAdministrator | Self::AuditAdministrator)
    }
}
