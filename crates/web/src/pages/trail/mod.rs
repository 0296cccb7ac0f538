//! `/audit`: searching what was done, and taking it along.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::Query,
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;
use std::{fmt::Write as _, sync::LazyLock};
use store::Event;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Events on one page.
const PAGE: u32 = 50;
/// Events in one file; the next begins where it ends.
const FILE: u32 = 10_000;
/// Characters of a filter that are read.
const FILTER_CHARS_MAX: usize = 100;

/// What is searched for.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    stream: String,
    kind: String,
    actor: String,
    before: Option<i64>,
}

impl Asked {
    fn cut(&self) -> Self {
        let cut = |text: &str| text.trim().chars().take(FILTER_CHARS_MAX).collect();
        let (stream, kind, actor) = (cut(&self.stream), cut(&self.kind), cut(&self.actor));
        Self { stream, kind, actor, before: self.before }
    }

    async fn found(&self, context: &Context, limit: u32) -> Result<Vec<Event>, PageError> {
        let filter = (self.stream.as_str(), self.kind.as_str(), self.actor.as_str());
        let before = self.before.unwrap_or(i64::MAX);
        Ok(context.city.store.search_events(filter, before, limit).await?)
    }
}

#[derive(Template)]
#[template(path = "pages/trail/page.html")]
struct View {
    page: Page,
    t: Text,
    asked: Asked,
    events: Vec<Event>,
    more: Option<i64>,
    can_export: bool,
}

impl View {
    fn says(event: &Event) -> String {
        event.payload.to_string()
    }
}

/// The page.
pub async fn show(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let asked = asked.cut();
    let mut events = asked.found(&context, PAGE + 1).await?;
    let is_more = events.len() > PAGE as usize;
    events.truncate(PAGE as usize);
    let view = View {
        page: Page::new(&context, Section::Desk, t.of("title")).under("/account", t.of("account")),
        more: events.last().filter(|_| is_more).map(|event| event.sequence),
        can_export: context.could(domain::access::Permission::AuditExport),
        asked,
        events,
        t,
    };
    Page::render(&view)
}

/// What was found as a file, one event a line; who took it along is recorded first.
pub async fn export(context: Context, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let asked = asked.cut();
    let what = format!("events of `{}` `{}` `{}`", asked.stream, asked.kind, asked.actor);
    context.city.store.record_export(&what, &context.deed("")).await?;
    let mut lines = String::new();
    for event in asked.found(&context, FILE).await? {
        let line = serde_json::to_string(&event).map_err(|error| PageError::broken(&error))?;
        let _ = writeln!(lines, "{line}");
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"events.ndjson\"")),
    ];
    Ok((headers, lines).into_response())
}

#[cfg(test)]
mod tests;
