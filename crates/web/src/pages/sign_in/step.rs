//! The second step of a sign-in: a code of the app, or one from paper.

use super::{
    TEXTS,
    renewal::{self, Proved},
};
use crate::{
    challenge::Procedure,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    proof::{Claim, tried},
    text::Text,
};
use askama::Template;
use axum::{
    extract::Form,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use store::Person;

/// What is kept between the two steps.
const STEP: Procedure = Procedure { purpose: "second step of sign-in", minutes: 5 };

#[derive(Template)]
#[template(path = "pages/sign_in/step.html")]
struct View {
    page: Page,
    fault: Option<String>,
    token: String,
    t: Text,
}

/// What is known after the first step.
#[derive(Serialize, Deserialize)]
struct HalfDone {
    person: String,
    login: String,
    next: String,
}

impl HalfDone {
    /// The same after the code.
    fn proved(self) -> Proved {
        Proved { person: self.person, is_two_factor: true, next: self.next }
    }
}

/// Asks for the code.
pub async fn ask(context: &Context, person: &Person, next: &str) -> Result<Response, PageError> {
    let half = HalfDone { person: person.id.clone(), login: person.login.clone(), next: next.to_owned() };
    form(context, &half, None).await
}

async fn form(context: &Context, half: &HalfDone, fault: Option<String>) -> Result<Response, PageError> {
    let t = TEXTS.of(context.language);
    let token = STEP.keep(context, half).await?;
    let page = Page::new(context, Section::Account, t.of("step_title"));
    Ok(Page::render(&View { page, fault, token, t })?.into_response())
}

/// What was typed, and the token of the first step.
#[derive(Deserialize)]
pub struct Typed {
    step: String,
    code: String,
}

/// Looks at the code; a wrong one asks again, as often as the lock of the account allows.
pub async fn check(
    context: Context,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let (city, t) = (&context.city, TEXTS.of(context.language));
    let Some(half) = STEP.take::<HalfDone>(&context, &typed.step).await? else {
        return Ok(crate::outcome::fault("/sign-in", "late"));
    };
    let claim = Claim { login: &half.login, person: Some(&half.person), with: "code" };
    match tried(&context, &headers, claim, city.is_code(&half.person, &typed.code)).await? {
        Ok(tried) => renewal::enter(&context, &headers, tried, half.proved()).await,
        Err(unproved) => form(&context, &half, Some(unproved.words(&t, "fault_code"))).await,
    }
}
