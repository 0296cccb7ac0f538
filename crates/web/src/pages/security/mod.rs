//! `/account/security`: password, one-time codes, recovery codes and passkeys of the person himself.

mod code;
mod device;
mod passkey;
mod password;

pub use code::{begin as begin_code, confirm as confirm_code, remove as remove_code, renew as renew_codes};
pub use device::forget as forget_device;
pub use passkey::{add as add_passkey, begin as begin_passkey, remove as remove_passkey};
pub use password::change as change_password;

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome::Outcome,
    pages::invitation::hint,
    session,
    text::{Text, Texts},
};
use askama::Template;
use axum::{extract::Query, http::HeaderMap, response::Html};
use domain::access::Permission;
use std::sync::LazyLock;
use store::{Credential, CredentialKind};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Address of the page.
const PATH: &str = "/account/security";

#[derive(Template)]
#[template(path = "pages/security/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    faults: Vec<String>,
    /// What a new password must be.
    hint: &'static str,
    has_password: bool,
    code: Option<Credential>,
    codes_left: usize,
    passkeys: Vec<Credential>,
    devices: Vec<device::Device>,
    /// The address passkeys are bound to; none where the operator has not named it.
    origin: Option<String>,
    /// Whether he has just shown who he is, so that second factors may be changed.
    is_proved: bool,
}

/// The page.
pub async fn show(
    context: Context,
    headers: HeaderMap,
    Query(outcome): Query<Outcome>,
) -> Result<Html<String>, PageError> {
    let mut view = view(&context).await?;
    view.devices = device::known(&context, &session::device_of(&context, &headers)).await?;
    view.done = outcome.done(&view.t);
    view.faults.extend(outcome.fault(&view.t).map(str::to_owned));
    Page::render(&view)
}

async fn view(context: &Context) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let credentials = context.city.store.credentials(context.person()?).await?;
    let one = |kind| credentials.iter().find(|one| one.kind == kind);
    let left = one(CredentialKind::RecoveryCode).map_or(Ok(Vec::new()), |one| kept_codes(&one.data));
    let page = Page::new(context, Section::Account, t.of("title")).under("/account", t.of("account"));
    Ok(View {
        page,
        done: None,
        faults: Vec::new(),
        hint: hint(context),
        has_password: one(CredentialKind::Password).is_some(),
        code: one(CredentialKind::OneTimeCode).cloned(),
        codes_left: left?.len(),
        passkeys: credentials.iter().filter(|one| one.kind == CredentialKind::Passkey).cloned().collect(),
        devices: device::known(context, "").await?,
        origin: context.city.host.origin.clone(),
        is_proved: context.is_proved_for(Permission::AccountSecure) && may_secure(context, &credentials),
        t,
    })
}

/// Whether this session may change second factors: where there is one, it must have been shown, or a password alone
/// would be enough to put another in its place.
fn may_secure(context: &Context, credentials: &[Credential]) -> bool {
    let is_second =
        |one: &Credential| matches!(one.kind, CredentialKind::OneTimeCode | CredentialKind::Passkey);
    context.is_two_factor() || !credentials.iter().any(is_second)
}

/// The same, asked of the store; an error where it may not.
pub async fn secure(context: &Context) -> Result<(), PageError> {
    let credentials = context.city.store.credentials(context.person()?).await?;
    if may_secure(context, &credentials) { Ok(()) } else { Err(PageError::ProveAgain) }
}

/// Whether the person comes in some other way than with these. In a demo everybody comes in with one click.
pub fn has_another_way(context: &Context, all: &[Credential], is_it: impl Fn(&Credential) -> bool) -> bool {
    let opens = |one: &Credential| {
        use CredentialKind::{Passkey, Password, UnifiedIdentity};
        matches!(one.kind, Password | Passkey | UnifiedIdentity)
    };
    context.city.host.is_demo || all.iter().any(|one| opens(one) && !is_it(one))
}

/// The recovery codes that are left, as they are stored.
fn kept_codes(data: &str) -> Result<Vec<String>, PageError> {
    serde_json::from_str(data).map_err(|error| PageError::broken(&error))
}

#[cfg(test)]
mod tests;
