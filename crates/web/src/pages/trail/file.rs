//! The trail as a file: a table for spreadsheets, or each event as it is recorded for programs.

use super::{Asked, TEXTS};
use crate::{
    context::Context,
    error::PageError,
    event::Teller,
    sheet::{Sheet, SheetCell},
};
use axum::{
    extract::Form,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use std::fmt::Write as _;
use store::Event;

/// Events in one file; the next begins where it ends.
const FILE: u32 = 10_000;

/// What was found as a file; who took it along is recorded first.
pub async fn export(context: Context, Form(asked): Form<Asked>) -> Result<Response, PageError> {
    let asked = asked.cut();
    let what = format!("events of `{}`", asked.summary());
    context.city.store.record_export(&what, &context.deed("")).await?;
    let events = asked.found(&context, FILE).await?;
    let (media, name, content) = if asked.form == "csv" {
        ("text/csv; charset=utf-8", "events.csv", table(&context, &events).await?)
    } else {
        ("application/x-ndjson", "events.ndjson", lines(&events)?)
    };
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).map_err(|error| PageError::broken(&error))?;
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(media)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, content).into_response())
}

/// One event a line.
fn lines(events: &[Event]) -> Result<String, PageError> {
    let mut lines = String::new();
    for event in events {
        let line = serde_json::to_string(event).map_err(|error| PageError::broken(&error))?;
        let _ = writeln!(lines, "{line}");
    }
    Ok(lines)
}

/// One event a row, in words; the last column is what ties it to the log.
async fn table(context: &Context, events: &[Event]) -> Result<String, PageError> {
    let (t, teller) = (TEXTS.of(context.language), Teller::new(&context.city, context.language));
    let mut sheet = Sheet::new([
        t.of("col_number"),
        t.of("col_when"),
        t.of("col_what"),
        t.of("col_exactly"),
        t.of("col_acting_as"),
        t.of("col_reason"),
        t.of("col_from"),
        t.of("kind"),
        t.of("stream"),
        t.of("actor"),
        t.of("col_hash"),
    ]);
    for event in events {
        let told = teller.tell(event).await?;
        sheet.push([
            SheetCell::Whole(event.sequence.unsigned_abs()),
            SheetCell::moment(event.recorded_at),
            told.sentence.into(),
            told.particulars.into(),
            told.acting_as.into(),
            told.reason.into(),
            told.from.into(),
            event.kind.as_str().into(),
            event.stream.as_str().into(),
            event.actor.as_str().into(),
            event.hash.as_str().into(),
        ]);
    }
    Ok(sheet.csv())
}
