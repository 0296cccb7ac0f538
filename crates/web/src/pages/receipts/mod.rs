//! `/account/data/receipts` and `/firm/receipts`: what the log holds about oneself or one's firm, and the receipt of
//! each event: a file with which anybody can prove later that it was recorded, and how.

use crate::{
    context::Context,
    error::PageError,
    event::{Teller, Told},
    frame::{Page, Section},
    outcome::{self, Outcome},
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
};
use domain::access::{Capacity, Permission, Resource};
use std::sync::LazyLock;
use store::{Checkpoint, Event};
use tokio::task::spawn_blocking;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Events that are listed.
const SHOWN: u32 = 100;

/// An event in words, and whether a checkpoint vouches for it.
struct Line {
    event: Event,
    told: Told,
    is_vouched: bool,
}

#[derive(Template)]
#[template(path = "pages/receipts/page.html")]
struct View {
    page: Page,
    t: Text,
    fault: Option<&'static str>,
    what: &'static str,
    /// Address of the list.
    path: &'static str,
    lines: Vec<Line>,
    /// Whether there may be older ones.
    is_cut: bool,
}

/// What the log holds about the person himself.
pub async fn show(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let stream = stream_of(&context)?;
    let events = context.city.store.newest_of(&stream, SHOWN).await?;
    let page = Page::new(&context, Section::Account, t.of("title")).under("/account", t.of("account"));
    Page::render(&View {
        page: page.under("/account/data", t.of("data")),
        fault: outcome.fault(&t),
        what: t.of("what"),
        path: "/account/data/receipts",
        is_cut: events.len() == SHOWN as usize,
        lines: lines(&context, events).await?,
        t,
    })
}

/// What the log holds about the firm he acts for.
pub async fn show_firm(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let firm = firm_of(&context)?;
    context.may(Permission::FirmRead, &Resource::of_firm(firm))?;
    let mut events = context.city.store.events_of_firm(firm).await?;
    let is_cut = events.len() > SHOWN as usize;
    events.truncate(SHOWN as usize);
    let page = Page::new(&context, Section::Desk, t.of("title_firm")).under("/account", t.of("account"));
    Page::render(&View {
        page: page.under("/firm", t.of("firm")),
        fault: outcome.fault(&t),
        what: t.of("what_firm"),
        path: "/firm/receipts",
        is_cut,
        lines: lines(&context, events).await?,
        t,
    })
}

/// The receipt of an event about the person himself.
pub async fn take(context: Context, Path(number): Path<String>) -> Result<Response, PageError> {
    let stream = stream_of(&context)?;
    let event = event_of(&context, &number).await?.filter(|event| event.stream == stream);
    context.may(Permission::AccountRead, &Resource::of_person(context.person()?))?;
    handed_out(&context, event.ok_or(PageError::Page)?, "/account/data/receipts").await
}

/// The receipt of an event about the firm he acts for.
pub async fn take_firm(context: Context, Path(number): Path<String>) -> Result<Response, PageError> {
    let firm = firm_of(&context)?;
    context.may(Permission::FirmRead, &Resource::of_firm(firm))?;
    let event = event_of(&context, &number).await?.ok_or(PageError::Page)?;
    let grant = event.payload["grant"].as_str().unwrap_or_default();
    let grant = context.city.store.grant_of_id(grant).await?;
    let is_about = event.kind.starts_with("role.")
        && grant
            .is_some_and(|grant| matches!(grant.capacity, Capacity::Firm { firm: of, .. } if of == *firm));
    handed_out(&context, Some(event).filter(|_| is_about).ok_or(PageError::Page)?, "/firm/receipts").await
}

/// The stream of the events about the one who asks.
fn stream_of(context: &Context) -> Result<String, PageError> {
    Ok(format!("person:{}", context.person()?))
}

fn firm_of(context: &Context) -> Result<&str, PageError> {
    match context.visit.principal().capacity() {
        Some(Capacity::Firm { firm, .. }) => Ok(firm),
        _ => Err(PageError::Page),
    }
}

/// The event of a number in its plain spelling.
async fn event_of(context: &Context, number: &str) -> Result<Option<Event>, PageError> {
    let sequence = number.parse().ok().filter(|sequence: &i64| sequence.to_string() == number);
    match sequence {
        Some(sequence) => Ok(context.city.store.event(sequence).await?),
        None => Ok(None),
    }
}

/// Up to which event a checkpoint vouches.
async fn vouched(context: &Context) -> Result<i64, PageError> {
    let note = context.city.store.last_checkpoint(None).await?;
    let checkpoint = note.and_then(|note| Checkpoint::parse(&note.text).ok());
    Ok(checkpoint.and_then(|checkpoint| i64::try_from(checkpoint.size).ok()).unwrap_or(0))
}

async fn lines(context: &Context, events: Vec<Event>) -> Result<Vec<Line>, PageError> {
    let (vouched, reader) = (vouched(context).await?, context.person()?);
    let teller = Teller::new(&context.city, context.language).to(reader);
    let mut lines = Vec::new();
    for event in events {
        let (told, is_vouched) = (teller.tell(&event).await?, event.sequence <= vouched);
        lines.push(Line { event, told, is_vouched });
    }
    Ok(lines)
}

/// The receipt as a file, with the signatures of witnesses; an event that is too new for one leads back to the list.
async fn handed_out(context: &Context, event: Event, back: &str) -> Result<Response, PageError> {
    if event.sequence > vouched(context).await? {
        return Ok(outcome::fault(back, "not_yet"));
    }
    let mut receipt = context.city.store.receipt(event.sequence).await?;
    let data = context.city.host.data.clone();
    let note = receipt.note.clone();
    let note = spawn_blocking(move || note.with_signatures(&data)).await;
    receipt.note = note.map_err(|_| PageError::Unavailable)?;
    let content = receipt.content().map_err(|error| PageError::broken(&error))?;
    let name = format!("attachment; filename=\"receipt-{}.txt\"", event.sequence);
    let name = HeaderValue::from_str(&name).map_err(|error| PageError::broken(&error))?;
    let media = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], content).into_response())
}

#[cfg(test)]
mod tests;
