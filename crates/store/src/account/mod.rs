//! Accounts: people, how they prove who they are, what they act as, and their sessions.
//!
//! Every function that changes something takes a `Deed` – who, for whom, why, when, from where – and records it as
//! an event in the same transaction. Personal data stand in rows that can be erased; events carry only salted
//! hashes of them. Tokens and codes are made by the caller and stored as hashes.

mod challenge;
mod credential;
mod data;
mod deed;
mod deputy;
mod grant;
mod guard;
mod invitation;
mod person;
mod session;
#[cfg(test)]
mod tests;
mod verification;

pub use challenge::Challenge;
pub use credential::{Credential, CredentialKind};
pub use data::{Look, PersonalData};
pub use deed::Deed;
pub use grant::{Grant, NewGrant};
pub use guard::Guard;
pub use person::{NewPerson, Person, PersonState, login_key};
pub use session::{NewSession, OFFICE_HOURS_MAX, OFFICE_IDLE_MINUTES_MAX, Session, Signed};
pub use verification::GrantFault;

use crate::StoreError;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// A moment as rows hold it: RFC 3339 to the second, in UTC, so that text order is time order.
pub(crate) fn moment_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The moment a row holds; none where the text is empty.
pub(crate) fn moment(text: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = DateTime::parse_from_rfc3339(text);
    read.map(|at| Some(at.to_utc())).map_err(|_| StoreError::Damaged(format!("`{text}` is no moment")))
}

/// The moment a row holds and cannot lack.
pub(crate) fn moment_there(text: &str) -> Result<DateTime<Utc>, StoreError> {
    moment(text)?.ok_or_else(|| StoreError::Damaged("a moment is missing".to_owned()))
}

/// The day a row holds; none where the text is empty.
fn day(text: &str) -> Result<Option<NaiveDate>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| StoreError::Damaged(format!("`{text}` is no day")))
}
