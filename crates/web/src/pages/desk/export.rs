//! The list of a desk as a file for spreadsheets.

use super::{Filter, Inbox, office};
use crate::{
    case::{organization, stage},
    context::Context,
    error::PageError,
    sheet::Sheet,
    wording::plain_moment,
};
use axum::{
    extract::Form,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use domain::access::{Permission, Resource};
use store::{CaseHead, DueDate};

/// Rows of a page of the store, and most pages of a file.
const READ: u32 = 200;
const PAGES_MAX: usize = 10;

/// The cases that the filter finds, in the order of the list. Who filed them is not among the columns.
pub async fn export(context: Context, Form(filter): Form<Filter>) -> Result<Response, PageError> {
    let t = super::TEXTS.of(context.language);
    let (capacity, own) = office(&context)?;
    context.may(Permission::DeskRead, &Resource::of_organization(own))?;
    let inbox = Inbox::new(&context, capacity, filter);
    let mut filter = inbox.filter.clone();
    filter.after.clear();
    let mut sheet = Sheet::new([
        t.of("col_number"),
        t.of("col_title"),
        t.of("col_mechanism"),
        t.of("col_stage"),
        t.of("col_unit"),
        t.of("col_opened"),
        t.of("col_firm_due"),
        t.of("col_unit_due"),
        t.of("col_ended"),
    ]);
    for _ in 0..PAGES_MAX {
        let found = inbox.heads(&context, &filter, READ).await?;
        let seen = context.seen(&found.rows).await?;
        seen.iter().for_each(|head| push(&context, &mut sheet, head));
        match found.next {
            Some(after) => filter.after = after,
            None => break,
        }
    }
    let media = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"cases.csv\"");
    let headers = [(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, sheet.content()).into_response())
}

fn push(context: &Context, sheet: &mut Sheet, head: &CaseHead) {
    let Some(version) = context.city.mechanism(&head.mechanism, head.version) else { return };
    let mechanism = &version.definition;
    let due = |due: Option<DueDate>| due.map(|due| due.at.to_string()).unwrap_or_default();
    sheet.push([
        &head.number,
        &head.title,
        mechanism.title.get(context.language),
        stage(mechanism, &head.stage, context.language),
        organization(&context.city.edition, &head.assigned, context.language),
        &plain_moment(head.opened_at),
        &due(head.firm_due),
        &due(head.unit_due),
        &head.ended_at.map(plain_moment).unwrap_or_default(),
    ]);
}
