//! The second step of a sign-in: a code of the app, or one from paper.

use super::TEXTS;
use crate::{
    challenge::Procedure,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    proof::Admission,
    session,
    text::Text,
};
use askama::Template;
use axum::{
    extract::Form,
    http::{HeaderMap, header},
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
#[derive(Clone, Serialize, Deserialize)]
struct HalfDone {
    person: String,
    login: String,
    next: String,
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
    let device = session::device_of(&context, &headers);
    let tried = match city.begin_try(&half.login, &device).await? {
        Admission::Begun(tried) => tried,
        Admission::Wait(until) => {
            let fault = t.one("fault_wait", city.wait(until, context.language));
            return form(&context, &half, Some(fault)).await;
        }
    };
    if !city.is_code(&half.person, &typed.code).await? {
        city.store.sign_in_failed((&half.login, Some(&half.person)), "code", &context.deed("")).await?;
        return form(&context, &half, Some(t.of("fault_code").to_owned())).await;
    }
    let (device, cookie) = session::remembered(&context, &headers);
    city.give_back(&tried, Some(&device)).await?;
    let mut response = session::open(&context, &half.person, true, (&headers, &half.next)).await?;
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}
