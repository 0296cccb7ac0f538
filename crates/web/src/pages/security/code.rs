//! One-time codes: the secret is shown once, a code confirms it, and ten codes for paper come with it.

use super::{PATH, TEXTS, secure};
use crate::{
    challenge::Procedure,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome,
    proof::{StoredSeed, purpose_of_seed},
    session,
    text::Text,
};
use askama::Template;
use axum::{
    extract::Form,
    http::header,
    response::{Html, IntoResponse as _, Response},
};
use identity::{
    one_time_code::{self, Seed},
    recovery_code,
    secret::Secret,
};
use serde::{Deserialize, Serialize};
use store::{Credential, CredentialKind};

/// As apps list the account.
const ISSUER: &str = "Liangjian";

const ENROLMENT: Procedure = Procedure { purpose: "one-time codes set up", minutes: 10 };

/// A seed that waits for its first code.
#[derive(Serialize, Deserialize)]
struct Enrolling {
    person: String,
    /// Sealed.
    seed: String,
}

#[derive(Template)]
#[template(path = "pages/security/enrol.html")]
struct EnrolView {
    page: Page,
    t: Text,
    fault: Option<&'static str>,
    picture: String,
    typed: String,
    token: String,
}

#[derive(Template)]
#[template(path = "pages/security/codes.html")]
struct CodesView {
    page: Page,
    t: Text,
    codes: Vec<String>,
}

/// Shows a new secret, as a picture and for typing.
pub async fn begin(context: Context) -> Result<Html<String>, PageError> {
    secure(&context).await?;
    let (person, mut chance) = (context.person()?.to_owned(), context.city.host.chance);
    let seed = Seed::random(&mut chance);
    let purpose = purpose_of_seed(&person);
    let sealed = context.city.sealing_key().seal(seed.expose_bytes(), &purpose, &mut chance);
    enrol(&context, &seed, &Enrolling { person, seed: sealed }, None).await
}

async fn enrol(
    context: &Context,
    seed: &Seed,
    enrolling: &Enrolling,
    fault: Option<&'static str>,
) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let person = context.city.store.person(&enrolling.person).await?.ok_or(PageError::SignInFirst)?;
    let enrolment = seed.enrolment(ISSUER, &person.login);
    let shown = |secret: &Secret| secret.expose_text().unwrap_or_default().to_owned();
    Page::render(&EnrolView {
        page: page(context, t.of("enrol_title"), &t),
        fault,
        picture: shown(&enrolment.picture),
        typed: shown(&enrolment.typed),
        token: ENROLMENT.keep(context, enrolling).await?,
        t,
    })
}

fn page(context: &Context, title: &str, t: &Text) -> Page {
    let page = Page::new(context, Section::Account, title).under("/account", t.of("account"));
    page.under(PATH, t.of("title"))
}

/// The first code, and the token of the secret it belongs to.
#[derive(Deserialize)]
pub struct Typed {
    step: String,
    code: String,
}

/// Sets the secret up, once a code shows that the app has it. The session counts as two-factor from here on.
pub async fn confirm(context: Context, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let (t, person) = (TEXTS.of(context.language), context.person()?);
    let kept: Option<Enrolling> = ENROLMENT.take(&context, &typed.step).await?;
    let Some(enrolling) = kept.filter(|enrolling| enrolling.person == person) else {
        return Ok(outcome::fault(PATH, "late"));
    };
    let opened = context.city.sealing_key().open(&enrolling.seed, &purpose_of_seed(person));
    let Some(seed) = opened.and_then(Seed::stored) else { return Ok(outcome::fault(PATH, "late")) };
    let Ok(step) = one_time_code::verify(&seed, &typed.code, (context.city.host.now)(), None) else {
        return Ok(enrol(&context, &seed, &enrolling, Some(t.of("fault_code"))).await?.into_response());
    };
    let stored = StoredSeed { seed: enrolling.seed, last_step: Some(step) };
    let data = serde_json::to_string(&stored).map_err(|error| PageError::broken(&error))?;
    replace(&context, CredentialKind::OneTimeCode, data).await?;
    let codes = issue(&context).await?;
    let cookie = session::renew(&context, true).await?;
    let mut response = codes.into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Puts a credential in the place of those of its sort.
async fn replace(context: &Context, kind: CredentialKind, data: String) -> Result<(), PageError> {
    let deed = context.deed("");
    let (id, label) = (String::new(), String::new());
    let credential = Credential { kind, id, label, data, created_at: deed.at, used_at: None };
    context.city.store.replace_credentials(context.person()?, kind, &[credential], &deed).await?;
    Ok(())
}

/// New codes for paper, shown this once; those from before no longer serve.
async fn issue(context: &Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let (peppers, mut chance) = (context.city.peppers(), context.city.host.chance);
    let issue = recovery_code::issue(peppers.current(), &mut chance);
    let data = serde_json::to_string(&issue.stored).map_err(|error| PageError::broken(&error))?;
    replace(context, CredentialKind::RecoveryCode, data).await?;
    let codes = issue.printed.iter().filter_map(Secret::expose_text).map(str::to_owned).collect();
    Page::render(&CodesView { page: page(context, t.of("codes_title"), &t), codes, t })
}

/// New codes for paper in the place of the old ones.
pub async fn renew(context: Context) -> Result<Response, PageError> {
    secure(&context).await?;
    if context.city.credential(context.person()?, CredentialKind::OneTimeCode).await?.is_none() {
        return Ok(outcome::fault(PATH, "no_code"));
    }
    Ok(issue(&context).await?.into_response())
}

/// Takes the secret away, and the codes for paper with it.
pub async fn remove(context: Context) -> Result<Response, PageError> {
    secure(&context).await?;
    let (store, person, deed) = (&context.city.store, context.person()?, context.deed(""));
    let had_one = context.city.credential(person, CredentialKind::OneTimeCode).await?.is_some();
    for kind in [CredentialKind::OneTimeCode, CredentialKind::RecoveryCode] {
        store.replace_credentials(person, kind, &[], &deed).await?;
    }
    if had_one {
        store.drop_second_factors(person, &deed).await?;
    }
    Ok(outcome::done(PATH, "code_removed"))
}
