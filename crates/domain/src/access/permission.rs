//! What can be done, each by one name.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A field of work; the mandate of an agent lists those it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// What everybody may read.
    Public,
    /// A person's own account.
    Account,
    /// What is known of a firm, and who acts for it.
    Firm,
    /// What firms ask for, and what is done about it.
    Case,
    /// People, their roles and their organisations.
    People,
    /// The running of the system.
    System,
    /// The trail of what was done.
    Audit,
}

impl Area {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Public, Self::Account, Self::Firm, Self::Case, Self::People, Self::System, Self::Audit];

    /// Name as mandates spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Account => "account",
            Self::Firm => "firm",
            Self::Case => "case",
            Self::People => "people",
            Self::System => "system",
            Self::Audit => "audit",
        }
    }

    /// The area of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.name() == name)
    }
}

/// The name of no permission.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no permission · see crates/domain/src/access/permission.rs")]
pub struct UnknownPermission(String);

/// Declares the permissions once: variant, name, area, meaning.
macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal in $area:ident,)*) => {
        /// Something that can be done on an object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Permission { $($(#[$doc])* $variant,)* }

        impl Permission {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Name as statements, routes and events spell it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The field of work it belongs to.
            pub fn area(self) -> Area {
                match self { $(Self::$variant => Area::$area,)* }
            }
        }
    };
}

permissions! {
    /// Read what is published.
    PublicRead = "public.read" in Public,
    /// Ask to be signed in.
    SignIn = "account.sign-in" in Public,
    /// See one's own data, sessions and who looked at them.
    AccountRead = "account.read" in Account,
    /// Change one's own password, second factor, passkeys, sessions and role in use.
    AccountChange = "account.change" in Account,
    /// Set up, renew and take away one's own second factor and passkeys.
    AccountSecure = "account.secure" in Account,
    /// Take all of one's own data along.
    AccountExport = "account.export" in Account,
    /// Have one's own data erased.
    AccountErase = "account.erase" in Account,
    /// See what is known of a firm.
    FirmRead = "firm.read" in Firm,
    /// Let somebody act for a firm, and end it.
    FirmMandate = "firm.mandate" in Firm,
    /// Bind an owner to a firm, at the counter.
    FirmAdmit = "firm.admit" in People,
    /// File a case, for the own firm or for one that comes to the counter or calls.
    CaseFile = "case.file" in Case,
    /// See a case and the list of one's own.
    CaseRead = "case.read" in Case,
    /// Take a step in a case.
    CaseAct = "case.act" in Case,
    /// See the cases that one's organisation handles, by remaining time.
    DeskRead = "desk.read" in Case,
    /// See how many cases each organisation has open and overdue.
    BoardRead = "board.read" in Case,
    /// See the people of an organisation, masked.
    ColleagueRead = "colleague.read" in People,
    /// Appoint and end clerks and deputies of an organisation.
    ColleagueAppoint = "colleague.appoint" in People,
    /// See all accounts, masked.
    PersonList = "person.list" in People,
    /// Open an account, without any role.
    PersonCreate = "person.create" in People,
    /// Give somebody a role, and end it.
    PersonAppoint = "person.appoint" in People,
    /// Close an account, with its roles and sessions.
    PersonClose = "person.close" in People,
    /// Invite somebody anew, who has lost every way to sign in.
    PersonInvite = "person.invite" in People,
    /// Look at a masked field, with a reason.
    PersonReveal = "person.reveal" in People,
    /// See failed tries and locks of sign-in.
    SignInRead = "sign-in.read" in People,
    /// See how the system runs.
    SystemRead = "system.read" in System,
    /// Read who may do what.
    AccessRead = "access.read" in Audit,
    /// Search the events.
    AuditSearch = "audit.search" in Audit,
    /// Take events along as a file.
    AuditExport = "audit.export" in Audit,
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(name: &str) -> Result<Self, UnknownPermission> {
        let found = Self::ALL.iter().find(|permission| permission.name() == name);
        found.copied().ok_or_else(|| UnknownPermission(name.to_owned()))
    }
}

impl TryFrom<String> for Permission {
    type Error = UnknownPermission;

    fn try_from(name: String) -> Result<Self, UnknownPermission> {
        name.parse()
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.name().to_owned()
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())
    }
}
