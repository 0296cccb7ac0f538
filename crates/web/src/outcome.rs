//! What became of a form: carried to the next page as a key in its address, so that reloading sends nothing again.

use crate::text::Text;
use axum::response::{IntoResponse as _, Response};
use domain::account_name::NameFault;
use serde::Deserialize;
use store::StoreError;

/// The part of an address that says what became of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// What was done.
    pub done: Option<String>,
    /// What kept it from being done.
    pub fault: Option<String>,
}

impl Outcome {
    /// What was done, in words; nothing where the key is none of the page's.
    pub fn done(&self, t: &Text) -> Option<&'static str> {
        words(t, "done_", self.done.as_deref()?)
    }

    /// What kept it from being done, in words.
    pub fn fault(&self, t: &Text) -> Option<&'static str> {
        words(t, "fault_", self.fault.as_deref()?)
    }
}

fn words(t: &Text, kind: &str, key: &str) -> Option<&'static str> {
    let is_key = key.len() < 40 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    t.find(&format!("{kind}{key}")).filter(|_| is_key)
}

/// Back to a page of this site, which says what was done.
pub fn done(path: &str, key: &str) -> Response {
    crate::context::redirect_within(path, &format!("?done={key}")).into_response()
}

/// Back to a page of this site, which says what kept it from being done.
pub fn fault(path: &str, key: &str) -> Response {
    crate::context::redirect_within(path, &format!("?fault={key}")).into_response()
}

/// The key of what people can mend themselves; nothing for a fault of the store.
pub fn key_of(error: &StoreError) -> Option<&'static str> {
    Some(match error {
        StoreError::LoginTaken => "login_taken",
        StoreError::Named(NameFault::Login) => "login_malformed",
        StoreError::Named(NameFault::Name) => "name_malformed",
        StoreError::Named(NameFault::Phone) => "phone_malformed",
        StoreError::Named(NameFault::Reason) => "reason_malformed",
        StoreError::RoleMismatch => "role_mismatch",
        StoreError::BesideAdministrator { .. } => "beside_administrator",
        StoreError::RoleHeld => "role_held",
        StoreError::NoGroundForDeputy => "no_ground",
        StoreError::DeputyOutlasts { .. } => "outlasts",
        StoreError::OfficeHeld { .. } => "office_held",
        StoreError::LastAdministrator { .. } => "last_administrator",
        StoreError::NoReason => "no_reason",
        StoreError::CredentialTaken => "credential_taken",
        _ => return None,
    })
}
