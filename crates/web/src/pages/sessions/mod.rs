//! `/account/sessions`: where a person has signed in, and ending it.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome::{self, Outcome},
    session,
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    http::HeaderMap,
    response::{Html, Response},
};
use serde::Deserialize;
use std::sync::LazyLock;
use store::Session;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Sessions that have ended and are shown; the file at `/account/data` has all.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "pages/sessions/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    open: Vec<Session>,
    ended: Vec<Session>,
    this: String,
}

impl View {
    /// The sort of browser, where it said which.
    fn client<'a>(&'a self, session: &'a Session) -> &'a str {
        if session.client == "?" { self.t.of("client_unknown") } else { &session.client }
    }
}

/// The page.
pub async fn show(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let signed = context.visit.signed.get().ok_or(PageError::SignInFirst)?;
    let sessions = context.city.store.sessions_of(context.person()?).await?;
    let (open, mut ended): (Vec<_>, Vec<_>) =
        sessions.into_iter().partition(|session| session.ended_at.is_none());
    ended.truncate(SHOWN);
    let page = Page::new(&context, Section::Account, t.of("title")).under("/account", t.of("account"));
    Page::render(&View { page, done: outcome.done(&t), open, ended, this: signed.session.clone(), t })
}

/// The session to be ended; all others where none is named.
#[derive(Deserialize)]
pub struct Ending {
    session: String,
}

/// Ends a session, or all but this one; then the other browsers are forgotten too.
pub async fn end(
    context: Context,
    headers: HeaderMap,
    Form(ending): Form<Ending>,
) -> Result<Response, PageError> {
    let (store, person, deed) = (&context.city.store, context.person()?, context.deed(""));
    let this = &context.visit.signed.get().ok_or(PageError::SignInFirst)?.session;
    if ending.session.is_empty() {
        store.end_other_sessions(person, this, &deed).await?;
        let (device, found) = (session::device_of(&context, &headers), store.person(person).await?);
        let whose = found.ok_or(PageError::SignInFirst)?;
        context.city.forget_devices(&whose, |lock| lock.forget_others(&device), &deed).await?;
    } else {
        store.end_session(person, &ending.session, &deed).await?;
    }
    Ok(outcome::done("/account/sessions", "ended"))
}

#[cfg(test)]
mod tests;
