//! `/sign-ins`: failed tries and new sessions, for whoever watches over sign-in.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use std::sync::LazyLock;
use store::{Event, EventSearch};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Events of each sort that are shown.
const SHOWN: u32 = 50;

#[derive(Template)]
#[template(path = "pages/sign_ins/page.html")]
struct View {
    page: Page,
    t: Text,
    failed: Vec<Event>,
    opened: Vec<Event>,
}

impl View {
    fn person(event: &Event) -> &str {
        event.stream.strip_prefix("person:").unwrap_or_default()
    }

    /// Where a sign-in failed.
    fn step(&self, event: &Event) -> &'static str {
        match event.payload["step"].as_str() {
            Some("password" | "change of password") => self.t.of("step_password"),
            Some("code") => self.t.of("step_code"),
            Some("proof") => self.t.of("step_proof"),
            _ => self.t.of("step_other"),
        }
    }

    fn client(event: &Event) -> &str {
        event.details.client.text()
    }

    fn from(event: &Event) -> &str {
        event.details.network.text()
    }
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let store = &context.city.store;
    let of_kind = |kind| EventSearch { stream: "person:", kind, limit: SHOWN, ..EventSearch::default() };
    let failed = store.search_events(&of_kind("sign-in.failed")).await?;
    let opened = store.search_events(&of_kind("session.opened")).await?;
    let page = Page::new(&context, Section::Desk, t.of("title")).under("/account", t.of("account"));
    Page::render(&View { page, t, failed, opened })
}

#[cfg(test)]
mod tests;
