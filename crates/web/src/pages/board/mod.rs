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
use chrono::{Datelike as _, NaiveDate};
use domain::{
    access::{Capacity, Permission, Resource, Role},
    clock::Moment,
};
use std::sync::LazyLock;
use store::BoardQuery;

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
    let query = query(&context, own, is_own);
    let rows = context.city.store.board(&query).await?;
    let line = |row: store::BoardRow| Line {
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
    let mut lines: Vec<Line> = rows.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.overdue, line.soon, line.open)));
    Page::render(&View { day: page.date(&context.today()), lines, is_own, page, t })
}

fn query(_: &Context, _: &str, _: bool) -> BoardQuery {
    BoardQuery
}

#[cfg(test)]
mod tests;
