//! `/board`: how many cases each organisation has open, due soon and overdue, and how many it ended this month.

use crate::{
    case::organization,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use chrono::{Datelike as _, NaiveTime, TimeDelta};
use domain::access::{Capacity, Permission, Resource, Role};
use std::sync::LazyLock;
use store::{BoardQuery, BoardRow};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// So many working days before its date a case is due soon.
const SOON_WORKING_DAYS: usize = 2;
/// Days that are looked through to find them.
const DAYS_MAX: usize = 60;

/// An organisation with its figures.
struct Line {
    name: String,
    href: Option<String>,
    open: u64,
    soon: u64,
    overdue: u64,
    ended: u64,
}

#[derive(Template)]
#[template(path = "pages/board/page.html")]
struct View {
    page: Page,
    t: Text,
    day: String,
    lines: Vec<Line>,
    is_own: bool,
}

/// The page. A head sees the own organisation.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let Some(Capacity::Office { role, organization: own, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    let is_own = *role == Role::Head;
    let resource = if is_own { Resource::of_organization(own) } else { Resource::common() };
    context.may(Permission::BoardRead, &resource)?;
    let page = Page::new(&context, Section::Board, t.of("title"));
    let rows = context.city.store.board(&query(&context)).await?;
    let rows = rows.into_iter().filter(|row| !is_own || row.organization == *own);
    let line = |row: BoardRow| Line {
        name: if row.organization.is_empty() {
            t.of("unassigned").to_owned()
        } else {
            organization(&context.city.edition, &row.organization, page.language).to_owned()
        },
        href: match (*role, row.organization.as_str()) {
            (_, one) if one == own => Some("/desk?of=unit&tab=open".to_owned()),
            // A desk sees the cases of all units; a leader sees their number.
            (Role::Coordinator, one) if !one.is_empty() => Some(format!("/desk?of=desk&tab=open&unit={one}")),
            _ => None,
        },
        open: row.open,
        soon: row.due_soon,
        overdue: row.overdue,
        ended: row.ended,
    };
    let mut lines: Vec<Line> = rows.map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.overdue, line.soon, line.open)));
    Page::render(&View { day: page.date(&context.today()), lines, is_own, page, t })
}

/// What the board is about: every procedure that is not confidential, whose cases exist for nobody here.
fn query(context: &Context) -> BoardQuery {
    let definitions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let open = definitions.filter(|mechanism| !mechanism.anonymity.is_secret());
    let mut mechanisms: Vec<String> = open.map(|mechanism| mechanism.id.clone()).collect();
    mechanisms.sort();
    mechanisms.dedup();
    let now = context.moment();
    let calendar = &context.city.edition.calendar;
    let ahead = now.day.iter_days().skip(1).take(DAYS_MAX).filter(|day| calendar.kind(*day).is_working());
    let soon = ahead.take(SOON_WORKING_DAYS).last().unwrap_or(now.day);
    let first = now.day.with_day(1).unwrap_or(now.day);
    // Midnight of China.
    let ended_from = first.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(8);
    BoardQuery { mechanisms, now, soon: soon.into(), ended_from }
}

#[cfg(test)]
mod tests;
