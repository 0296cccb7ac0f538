//! `/sign-ins`: locks, failed tries and new sessions, for whoever watches over sign-in.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    proof::lock_of,
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use chrono::{DateTime, Utc};
use identity::soft_lock::Lane;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use store::{Event, EventSearch, account_key};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Events of each sort that are shown.
const SHOWN: u32 = 50;
/// Locks that are looked at, those that changed last.
const GUARDS: u32 = 200;
/// Failures from which a lock is shown: fewer are slips of a person.
const FAILURES_MIN: u32 = 5;

#[derive(Template)]
#[template(path = "pages/sign_ins/page.html")]
struct View {
    page: Page,
    t: Text,
    locks: Vec<Lock>,
    failed: Vec<Event>,
    opened: Vec<Event>,
}

/// A login at which strangers have to wait.
struct Lock {
    /// Whose it is, where one of the failed tries shown is of it.
    person: Option<String>,
    failures: u32,
    /// Until when the next try waits; none where it need not at the moment.
    until: Option<DateTime<Utc>>,
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

/// The logins that were tried in vain so often that it is no slip, most failures first.
async fn locks(context: &Context, failed: &[Event]) -> Result<Vec<Lock>, PageError> {
    let (store, now) = (&context.city.store, (context.city.host.now)());
    let mut owners = BTreeMap::new();
    for id in failed.iter().map(View::person).collect::<BTreeSet<_>>() {
        if let Some(person) = store.person(id).await? {
            owners.insert(account_key(&person.login), person.id);
        }
    }
    let mut locks = Vec::new();
    for guard in store.guards(GUARDS).await? {
        let lock = lock_of(&guard.state);
        let failures = lock.failures_of_strangers(now);
        if failures >= FAILURES_MIN {
            let (person, until) = (owners.remove(&guard.account), lock.waits_until(Lane::Stranger, now));
            locks.push(Lock { person, failures, until });
        }
    }
    locks.sort_by_key(|lock| std::cmp::Reverse(lock.failures));
    Ok(locks)
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let store = &context.city.store;
    let of_kind = |kind| EventSearch { stream: "person:", kind, limit: SHOWN, ..EventSearch::default() };
    let failed = store.search_events(&of_kind("sign-in.failed")).await?;
    let opened = store.search_events(&of_kind("session.opened")).await?;
    let locks = locks(&context, &failed).await?;
    let page = Page::new(&context, Section::Desk, t.of("title")).under("/account", t.of("account"));
    Page::render(&View { page, t, locks, failed, opened })
}

#[cfg(test)]
mod tests;
