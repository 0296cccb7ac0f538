//! Passkeys between the browser and the store: challenges that serve once, and what becomes of the answers.

use crate::{challenge::Procedure, context::Context, error::PageError};
use axum::Json;
use identity::passkey::{
    self, Assertion, AssertionState, Counter, Holder, Refusal, RegistrationState, RelyingParty,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Credential, CredentialKind, PersonState, StoreError};

/// Passkeys a person can have.
const PASSKEYS_MAX: usize = 20;

const PROOF: Procedure = Procedure { purpose: "proof by passkey", minutes: 5 };
const REGISTRATION: Procedure = Procedure { purpose: "passkey added", minutes: 5 };

/// What the script is told: the options for the browser, and the token of the next step.
#[derive(Serialize)]
pub struct Begun {
    step: String,
    options: Value,
}

/// What the script sends; empty where there is nothing to send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Answered {
    step: String,
    answer: String,
}

/// What is kept while somebody shows a passkey: of whom, where that is known.
#[derive(Serialize, Deserialize)]
struct Proving {
    person: Option<String>,
    state: AssertionState,
}

/// What is kept while somebody adds one.
#[derive(Serialize, Deserialize)]
struct Adding {
    person: String,
    state: RegistrationState,
}

/// What came of an answer: who it was or what was done, or the key of what is wrong.
pub type Outcome<Done> = Result<Done, &'static str>;

/// This service as browsers know it; an error where the operator has not named its address.
fn party(context: &Context) -> Result<RelyingParty, PageError> {
    let origin = context.city.host.origin.as_deref().ok_or(PageError::Page)?;
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let name = context.city.edition.name.get(context.language);
    let made = RelyingParty::new(host, &format!("Liangjian · {name}"), &[origin]);
    made.ok_or_else(|| PageError::broken(&"the origin of the service is no safe address: see --origin"))
}

/// The passkeys of a person.
fn passkeys(credentials: &[Credential]) -> Result<Vec<passkey::Credential>, PageError> {
    let stored = credentials.iter().filter(|one| one.kind == CredentialKind::Passkey);
    let read = stored.map(|one| serde_json::from_str(&one.data)).collect::<Result<_, _>>();
    read.map_err(|error| PageError::broken(&error))
}

/// Asks for a passkey: of this person, or whichever the browser offers.
pub async fn ask(context: &Context, person: Option<&str>) -> Result<Json<Begun>, PageError> {
    let (party, now, mut chance) = (party(context)?, (context.city.host.now)(), context.city.host.chance);
    let credentials = match person {
        Some(person) => passkeys(&context.city.store.credentials(person).await?)?,
        None => Vec::new(),
    };
    let (options, state) = passkey::begin_assertion(&party, &credentials, now, &mut chance);
    let step = PROOF.keep(context, &Proving { person: person.map(str::to_owned), state }).await?;
    Ok(Json(Begun { step, options }))
}

/// Whose passkey has answered. Where `person` is known it must be his.
pub async fn shown(
    context: &Context,
    person: Option<&str>,
    answered: &Answered,
) -> Result<Outcome<String>, PageError> {
    let (party, store) = (party(context)?, &context.city.store);
    let kept: Option<Proving> = PROOF.take(context, &answered.step).await?;
    let Some(kept) = kept.filter(|kept| kept.person.as_deref() == person) else {
        return Ok(Err("passkey_late"));
    };
    let Ok(id) = passkey::presented_credential(&answered.answer) else { return Ok(Err("passkey")) };
    let owner = store.person_of_credential(CredentialKind::Passkey, &id).await?;
    // Somebody else's proves nothing about him, however good it is.
    let Some(owner) = owner.filter(|owner| person.is_none_or(|person| person == owner)) else {
        return Ok(Err("passkey_unknown"));
    };
    let account = store.person(&owner).await?.filter(|account| account.state == PersonState::Open);
    let Some(account) = account else { return Ok(Err("passkey_unknown")) };
    let credentials = store.credentials(&owner).await?;
    let (known, now) = (passkeys(&credentials)?, (context.city.host.now)());
    match passkey::finish_assertion(&party, &kept.state, &known, &answered.answer, now) {
        Ok(assertion) => served(context, &owner, &credentials, assertion).await,
        Err(refusal) => {
            store.sign_in_failed((&account.login, Some(&owner)), "passkey", &context.deed("")).await?;
            Ok(Err(key_of(refusal)))
        }
    }
}

/// Keeps the new count of a passkey that has signed. One that counts backwards is refused: there may be two of it.
async fn served(
    context: &Context,
    owner: &str,
    credentials: &[Credential],
    assertion: Assertion,
) -> Result<Outcome<String>, PageError> {
    let (store, id) = (&context.city.store, assertion.credential.id.as_str());
    let mut deed = context.deed("");
    owner.clone_into(&mut deed.actor);
    if let Counter::Regressed { stored, seen } = assertion.counter {
        store.passkey_counted_back(owner, id, (stored, seen), &deed).await?;
        return Ok(Err("passkey_copied"));
    }
    let next = serde_json::to_string(&assertion.credential).map_err(|error| PageError::broken(&error))?;
    let seen = credentials.iter().find(|one| one.kind == CredentialKind::Passkey && one.id == id);
    let seen = seen.map(|one| one.data.as_str()).unwrap_or_default();
    let which = (CredentialKind::Passkey, id);
    let is_first = store.credential_signed(owner, which, (seen, &next), &deed).await?;
    Ok(if is_first { Ok(owner.to_owned()) } else { Err("passkey") })
}

/// Asks for a new passkey of the person who asks.
pub async fn ask_for_new(context: &Context) -> Result<Json<Begun>, PageError> {
    let (party, now, mut chance) = (party(context)?, (context.city.host.now)(), context.city.host.chance);
    let id = context.person()?;
    let person = context.city.store.person(id).await?.ok_or(PageError::SignInFirst)?;
    // Authenticators show it to anybody; of whom it is, only this service can tell.
    let handle = context.city.host.secret.seal(&[b"holder of passkeys", id.as_bytes()]);
    let holder = Holder { handle: &handle, account: &person.login, display_name: &person.login };
    let registered = passkeys(&context.city.store.credentials(id).await?)?;
    let (options, state) = passkey::begin_registration(&party, &holder, &registered, now, &mut chance);
    let step = REGISTRATION.keep(context, &Adding { person: id.to_owned(), state }).await?;
    Ok(Json(Begun { step, options }))
}

/// Keeps a new passkey under the name its owner gives it.
pub async fn add(context: &Context, name: &str, answered: &Answered) -> Result<Outcome<()>, PageError> {
    let (party, store, person) = (party(context)?, &context.city.store, context.person()?);
    let kept: Option<Adding> = REGISTRATION.take(context, &answered.step).await?;
    let Some(kept) = kept.filter(|kept| kept.person == person) else { return Ok(Err("passkey_late")) };
    let held = passkeys(&store.credentials(person).await?)?.len();
    if held >= PASSKEYS_MAX {
        return Ok(Err("passkey_many"));
    }
    let deed = context.deed("");
    let made = match passkey::finish_registration(&party, &kept.state, &answered.answer, deed.at) {
        Ok(made) => made,
        Err(refusal) => return Ok(Err(key_of(refusal))),
    };
    let credential = Credential {
        kind: CredentialKind::Passkey,
        id: made.id.clone(),
        label: name.to_owned(),
        data: serde_json::to_string(&made).map_err(|error| PageError::broken(&error))?,
        created_at: deed.at,
        used_at: None,
    };
    match store.add_credential(person, &credential, &deed).await {
        Ok(()) => Ok(Ok(())),
        Err(StoreError::CredentialTaken) => Ok(Err("passkey_held")),
        Err(error) => Err(error.into()),
    }
}

/// What a person is told; what was wrong in detail helps nobody but who forges.
fn key_of(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Expired => "passkey_late",
        Refusal::AlreadyRegistered => "passkey_held",
        Refusal::UnknownCredential | Refusal::WrongHolder => "passkey_unknown",
        Refusal::NotVerified => "passkey_unverified",
        _ => "passkey",
    }
}

#[cfg(test)]
mod tests;
