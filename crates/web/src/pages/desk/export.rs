//! The list of a desk as a file for spreadsheets.

use super::{Filter, Inbox, office};
use crate::{
    case::{organization, stage},
    context::Context,
    error::PageError,
    sheet::{AskedForm, Sheet, SheetCell},
    text::Text,
};
use axum::{extract::Form, response::Response};
use domain::{
    access::{Permission, Resource},
    clock::Moment,
};
use store::{CaseHead, DueDate};

/// Rows of a page of the store, and most pages of a file.
const READ: u32 = 200;
const PAGES_MAX: usize = 10;

/// The cases that the filter finds, in the order of the list. Who filed them is not among the columns.
pub async fn export(
    context: Context,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let form = pairs.iter().find(|(name, _)| name == "form").map(|(_, form)| form.clone());
    let (filter, asked) = (Filter::of_pairs(&pairs), AskedForm { form: form.unwrap_or_default() });
    let t = super::TEXTS.of(context.language);
    let (capacity, own) = office(&context)?;
    context.may(Permission::DeskRead, &Resource::of_organization(own))?;
    let inbox = Inbox::new(&context, capacity, filter);
    let mut filter = inbox.filter.clone();
    filter.after.clear();
    let mut sheet = empty_table(t);
    for _ in 0..PAGES_MAX {
        let found = inbox.heads(&context, &filter, READ).await?;
        let seen = context.seen(&found.rows).await?;
        seen.iter().for_each(|head| push(&context, &mut sheet, head));
        match found.next {
            Some(after) => filter.after = after,
            None => break,
        }
    }
    sheet.answer("cases", asked.form(), (context.city.host.now)())
}

/// Adds a case as a row.
pub fn push(context: &Context, sheet: &mut Sheet, head: &CaseHead) {
    let Some(version) = context.city.mechanism(&head.mechanism, head.version) else { return };
    let mechanism = &version.definition;
    let due = |due: Option<DueDate>| match due.map(|due| due.at) {
        Some(Moment { day, time: Some(time) }) => SheetCell::Moment(day.and_time(time)),
        Some(Moment { day, time: None }) => SheetCell::Day(day),
        None => SheetCell::Blank,
    };
    sheet.push([
        head.number.as_str().into(),
        head.title.as_str().into(),
        mechanism.title.get(context.language).into(),
        stage(mechanism, &head.stage, context.language).into(),
        organization(&context.city.edition, &head.assigned, context.language).into(),
        SheetCell::moment(head.opened_at),
        due(head.firm_due),
        due(head.unit_due),
        head.ended_at.map_or(SheetCell::Blank, SheetCell::moment),
    ]);
}

/// An empty table with the head of a list of cases.
pub fn empty_table(t: Text) -> Sheet {
    Sheet::new([
        t.of("col_number"),
        t.of("col_title"),
        t.of("col_mechanism"),
        t.of("col_stage"),
        t.of("col_unit"),
        t.of("col_opened"),
        t.of("col_firm_due"),
        t.of("col_unit_due"),
        t.of("col_ended"),
    ])
}
