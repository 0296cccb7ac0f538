//! `/audit`: searching what was done, and taking it along.

mod file;

pub use file::export;

use crate::{
    choice::{self, Choice, cut},
    context::Context,
    error::PageError,
    event::{Teller, Told, kinds},
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::{extract::Query, response::Html};
use chrono::NaiveDate;
use domain::{access::Permission, china_time::beginning_in_china};
use serde::Deserialize;
use std::sync::LazyLock;
use store::{Event, EventSearch};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Events on one page.
const PAGE: u32 = 50;

/// What is searched for, as typed.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    stream: String,
    kind: String,
    actor: String,
    from: String,
    to: String,
    before: Option<i64>,
    /// Of the file: `csv` for a table, else one event a line as it is recorded.
    form: String,
}

impl Asked {
    fn cut(self) -> Self {
        let [stream, kind, actor, from, to] =
            [&self.stream, &self.kind, &self.actor, &self.from, &self.to].map(|text| cut(text).0);
        Self { stream, kind, actor, from, to, ..self }
    }

    /// A day; nothing where none is typed, or none that there is.
    fn day(typed: &str) -> Option<NaiveDate> {
        choice::day(typed)
    }

    /// Whether a day was typed that there is none of.
    fn has_wrong_day(&self) -> bool {
        [&self.from, &self.to].into_iter().any(|typed| !typed.is_empty() && Self::day(typed).is_none())
    }

    async fn found(&self, context: &Context, limit: u32) -> Result<Vec<Event>, PageError> {
        let wanted = EventSearch {
            stream: &self.stream,
            kind: &self.kind,
            actor: &self.actor,
            from: Self::day(&self.from).map(beginning_in_china),
            to: Self::day(&self.to).and_then(|day| day.succ_opt()).map(beginning_in_china),
            before: self.before.unwrap_or(i64::MAX),
            limit,
        };
        Ok(context.city.store.search_events(&wanted).await?)
    }

    /// What was searched for, for the record of who took it along.
    fn summary(&self) -> String {
        let fields = [
            ("stream", &self.stream),
            ("kind", &self.kind),
            ("actor", &self.actor),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let set = fields.into_iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    /// The sorts of events; one that was asked for and is none of them stands at the end.
    fn choices(&self, context: &Context) -> Vec<Choice> {
        let sorts = kinds(context.language);
        let other = (!self.kind.is_empty() && sorts.iter().all(|(kind, _)| *kind != self.kind))
            .then(|| Choice::new(self.kind.as_str(), self.kind.as_str(), &self.kind));
        sorts.into_iter().map(|(kind, label)| Choice::new(kind, label, &self.kind)).chain(other).collect()
    }
}

/// An event with its words.
struct Line {
    event: Event,
    told: Told,
}

impl Line {
    /// What was recorded, as it was.
    fn raw(&self) -> String {
        serde_json::to_string_pretty(&self.event).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "pages/trail/page.html")]
struct View {
    page: Page,
    t: Text,
    fault: Option<&'static str>,
    asked: Asked,
    kinds: Vec<Choice>,
    lines: Vec<Line>,
    more: Option<i64>,
    can_export: bool,
    /// Whether he has just shown who he is.
    is_proved: bool,
}

/// The page.
pub async fn show(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let asked = asked.cut();
    let mut events = asked.found(&context, PAGE + 1).await?;
    let is_more = events.len() > PAGE as usize;
    events.truncate(PAGE as usize);
    let more = events.last().filter(|_| is_more).map(|event| event.sequence);
    let teller = Teller::new(&context.city, context.language);
    let mut lines = Vec::new();
    for event in events {
        lines.push(Line { told: teller.tell(&event).await?, event });
    }
    let view = View {
        page: Page::new(&context, Section::Desk, t.of("title")).under("/account", t.of("account")),
        fault: asked.has_wrong_day().then(|| t.of("wrong_day")),
        kinds: asked.choices(&context),
        more,
        can_export: context.could(Permission::AuditExport),
        is_proved: context.is_proved_for(Permission::AuditExport),
        asked,
        lines,
        t,
    };
    Page::render(&view)
}

#[cfg(test)]
mod tests;
