//! `/board`: how many cases each organisation, county or procedure has open, at risk and overdue, and how many ended
//! this month. Every number leads to the cases behind it.

mod list;
mod table;

pub use list::cases;
pub use table::table;

use crate::{
    case::organization,
    context::Context,
    error::PageError,
    figures::place,
    frame::{Page, Section},
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{extract::Query, response::Html};
use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, Utc};
use domain::access::{Capacity, Permission, Resource, Role};
use list::Part;
use serde::Deserialize;
use std::sync::LazyLock;
use store::{BoardDivision, BoardQuery, BoardRow};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// How the board is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// By what it is divided: `place`, `mechanism`, or organisations.
    by: String,
}

/// Who looks at the board.
struct Reader<'c> {
    own: &'c str,
    /// A head sees the own organisation alone.
    is_own: bool,
}

/// A number with the list behind it.
struct Number {
    count: u64,
    href: String,
}

/// A part of the board with its figures.
struct Line {
    name: String,
    overdue: Number,
    at_risk: Number,
    open: Number,
    ended: Number,
}

/// What somebody has in hand.
struct Officer {
    name: String,
    cases: u64,
    steps: u64,
}

#[derive(Template)]
#[template(path = "pages/board/page.html")]
struct View {
    page: Page,
    t: Text,
    as_of: String,
    lines: Vec<Line>,
    is_own: bool,
    by: String,
    head: &'static str,
    divisions: Vec<(&'static str, &'static str, bool)>,
    officers: Vec<Officer>,
}

/// The page. A head sees the own organisation, and what its people have in hand.
pub async fn show(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let reader = reader(&context)?;
    let division = asked.division();
    let page = Page::new(&context, Section::Board, t.of("title"));
    let rows = rows(&context, &reader, division).await?;
    let line = |row: &BoardRow| Line::of(&context, &page, t, (division, row));
    let mut lines: Vec<Line> = rows.iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.overdue.count, line.at_risk.count, line.open.count)));
    let divisions =
        [("organization", t.of("by_unit")), ("place", t.of("by_place")), ("mechanism", t.of("by_mechanism"))];
    Page::render(&View {
        as_of: t.one("as_of", page.date(&context.today())),
        lines,
        is_own: reader.is_own,
        by: name(division).to_owned(),
        head: column(t, division),
        divisions: divisions.map(|(by, label)| (by, label, by == name(division))).to_vec(),
        officers: if reader.is_own { officers(&context, &reader).await? } else { Vec::new() },
        page,
        t,
    })
}

impl Asked {
    fn division(&self) -> BoardDivision {
        match self.by.as_str() {
            "place" => BoardDivision::Place,
            "mechanism" => BoardDivision::Mechanism,
            _ => BoardDivision::Organization,
        }
    }
}

fn name(division: BoardDivision) -> &'static str {
    match division {
        BoardDivision::Organization => "organization",
        BoardDivision::Place => "place",
        BoardDivision::Mechanism => "mechanism",
    }
}

fn column(t: Text, division: BoardDivision) -> &'static str {
    match division {
        BoardDivision::Organization => t.of("col_unit"),
        BoardDivision::Place => t.of("col_place"),
        BoardDivision::Mechanism => t.of("col_mechanism"),
    }
}

/// Whoever may read the board, and how much of it.
fn reader(context: &Context) -> Result<Reader<'_>, PageError> {
    let Some(Capacity::Office { role, organization: own, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    let is_own = *role == Role::Head;
    let resource = if is_own { Resource::of_organization(own) } else { Resource::common() };
    context.may(Permission::BoardRead, &resource)?;
    Ok(Reader { own, is_own })
}

async fn rows(
    context: &Context,
    reader: &Reader<'_>,
    division: BoardDivision,
) -> Result<Vec<BoardRow>, PageError> {
    let query = BoardQuery {
        division,
        mechanisms: mechanisms(context),
        assigned: reader.is_own.then(|| reader.own.to_owned()),
        reader: reader.own.to_owned(),
        now: context.moment(),
        ended_from: month_begins(context),
    };
    Ok(context.city.store.board(&query).await?)
}

/// What the board is about: every procedure that is not confidential, whose cases exist for nobody here.
fn mechanisms(context: &Context) -> Vec<String> {
    let definitions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let open = definitions.filter(|mechanism| !mechanism.anonymity.is_secret());
    let mut mechanisms: Vec<String> = open.map(|mechanism| mechanism.id.clone()).collect();
    mechanisms.sort();
    mechanisms.dedup();
    mechanisms
}

/// When this month began: midnight of China.
fn month_begins(context: &Context) -> DateTime<Utc> {
    let today = context.today();
    today.with_day(1).unwrap_or(today).and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(8)
}

/// What a part of the board is called.
fn part_name(context: &Context, page: &Page, t: Text, (division, id): (BoardDivision, &str)) -> String {
    match division {
        BoardDivision::Organization if id.is_empty() => t.of("unassigned").to_owned(),
        BoardDivision::Organization => organization(&context.city.edition, id, page.language).to_owned(),
        BoardDivision::Place if id.is_empty() => t.of("no_place").to_owned(),
        BoardDivision::Place => place(&context.city.edition, id, page.language),
        BoardDivision::Mechanism => {
            let mut versions = context.city.edition.mechanisms.iter();
            let found = versions.find(|version| version.definition.id == id);
            found.map_or(id, |version| page.say(&version.definition.title)).to_owned()
        }
    }
}

impl Line {
    fn of(context: &Context, page: &Page, t: Text, (division, row): (BoardDivision, &BoardRow)) -> Self {
        let number =
            |count, show: &str| Number { count, href: Part::address(name(division), &row.name, show) };
        Self {
            name: part_name(context, page, t, (division, &row.name)),
            overdue: number(row.overdue, "overdue"),
            at_risk: number(row.at_risk, "at-risk"),
            open: number(row.open, "open"),
            ended: number(row.ended, "ended"),
        }
    }
}

/// What the people of the own organisation have in hand, by name: it is no ranking.
async fn officers(context: &Context, reader: &Reader<'_>) -> Result<Vec<Officer>, PageError> {
    let store = &context.city.store;
    let mut officers = Vec::new();
    for load in store.officer_loads(reader.own, &mechanisms(context)).await? {
        let person = store.person(&load.person).await?;
        let name = person.map(|person| wording::masked_name(&person.name)).unwrap_or_default();
        officers.push(Officer { name, cases: load.cases, steps: load.steps });
    }
    officers.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(officers)
}

#[cfg(test)]
mod tests;
