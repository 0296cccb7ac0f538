//! `/board/cases`: the cases behind a number of the board. What a case is about is told where the reader may see it.

use super::{Asked, TEXTS, mechanisms, month_begins, name, part_name, reader};
use crate::{
    case::{CaseRow, organization},
    choice::encoded,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::Text,
};
use askama::Template;
use axum::{extract::Query, response::Html};
use domain::access::Capacity;
use serde::Deserialize;
use store::{BoardDivision, CaseHead, CaseQuery, DueWindow, Order, Within};

/// Cases on a page.
const SHOWN: u32 = 50;

/// The number whose cases are looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    by: String,
    name: String,
    show: String,
    after: String,
}

/// A case.
struct Line {
    row: CaseRow,
    /// Whether the reader may see more than that it is there.
    is_seen: bool,
    unit: String,
}

#[derive(Template)]
#[template(path = "pages/board/cases.html")]
struct View {
    page: Page,
    t: Text,
    title: String,
    total: String,
    back: String,
    lines: Vec<Line>,
    next: Option<String>,
}

impl Part {
    /// The address of the list behind a number.
    pub fn address(by: &str, name: &str, show: &str) -> String {
        format!("/board/cases?by={by}&name={}&show={show}", encoded(name))
    }

    fn division(&self) -> BoardDivision {
        Asked { by: self.by.clone() }.division()
    }

    fn words(&self, t: Text) -> &'static str {
        match self.show.as_str() {
            "overdue" => t.of("col_overdue"),
            "at-risk" => t.of("col_at_risk"),
            "ended" => t.of("col_ended"),
            _ => t.of("col_open"),
        }
    }

    /// Exactly what the board has counted.
    fn query(&self, context: &Context, own: Option<String>, reader: &str) -> CaseQuery {
        let (named, is_ended) = (Some(self.name.clone()), self.show == "ended");
        let now = context.moment();
        let mut query = CaseQuery {
            is_ended: Some(is_ended),
            ended_from: is_ended.then(|| month_begins(context)),
            due: match self.show.as_str() {
                "overdue" => Some(DueWindow::UnitOverdue(now)),
                "at-risk" => Some(DueWindow::UnitAtRisk(now)),
                _ => None,
            },
            reader: reader.to_owned(),
            order: if is_ended { Order::Changed } else { Order::Due },
            after: Some(self.after.clone()).filter(|after| CaseQuery::is_place(after)),
            ..CaseQuery::all(Within::Mechanisms(mechanisms(context)), SHOWN)
        };
        match self.division() {
            BoardDivision::Organization => query.assigned = named,
            BoardDivision::Place => query.place = named,
            BoardDivision::Mechanism => query.mechanism = named,
        }
        if own.is_some() {
            query.assigned = own;
        }
        query
    }
}

/// The list.
pub async fn cases(context: Context, Query(mut part): Query<Part>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let reader = reader(&context)?;
    let capacity = context.visit.principal().capacity().cloned().ok_or(PageError::Page)?;
    let division = part.division();
    if reader.is_own && part.name.is_empty() && division == BoardDivision::Organization {
        reader.own.clone_into(&mut part.name);
    }
    if reader.is_own && division == BoardDivision::Organization && part.name != reader.own {
        return Err(PageError::Page);
    }
    let own = reader.is_own.then(|| reader.own.to_owned());
    let found = context.city.store.cases(&part.query(&context, own, reader.own)).await?;
    let page = Page::new(&context, Section::Board, part.words(t)).under(back(division), t.of("title"));
    let mut lines = Vec::new();
    for head in &found.rows {
        lines.extend(Line::of(&context, &page, head, &capacity).await?);
    }
    let address = Part::address(name(division), &part.name, &part.show);
    Page::render(&View {
        title: t.two("list_title", part_name(&context, &page, t, (division, &part.name)), part.words(t)),
        total: found.total.map_or_else(|| t.of("total_many").to_owned(), |total| t.one("total", total)),
        back: back(division),
        lines,
        next: found.next.map(|after| format!("{address}&after={}", encoded(&after))),
        page,
        t,
    })
}

fn back(division: BoardDivision) -> String {
    format!("/board?by={}", name(division))
}

impl Line {
    async fn of(
        context: &Context,
        page: &Page,
        head: &CaseHead,
        capacity: &Capacity,
    ) -> Result<Option<Self>, PageError> {
        let is_seen = context.case(&head.id).await?.is_some();
        let shown = context.seen(std::slice::from_ref(head)).await?.pop();
        let head = &shown.unwrap_or_else(|| head.clone());
        let unit = organization(&context.city.edition, &head.assigned, page.language).to_owned();
        Ok(CaseRow::new(context, page, head, capacity).map(|row| Self { row, is_seen, unit }))
    }
}
