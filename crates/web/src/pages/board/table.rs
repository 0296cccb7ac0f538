//! The board as a table that is taken along.

use super::{Asked, TEXTS, column, part_name, reader, rows};
use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    sheet::{AskedForm, Sheet, SheetCell},
};
use axum::{extract::Query, response::Response};

/// The lines that the page shows, in the order of their names.
pub async fn table(
    context: Context,
    (Query(asked), Query(form)): (Query<Asked>, Query<AskedForm>),
) -> Result<Response, PageError> {
    let t = TEXTS.of(context.language);
    let (reader, division) = (reader(&context)?, asked.division());
    let page = Page::new(&context, Section::Board, t.of("title"));
    let heads = [t.of("col_overdue"), t.of("col_at_risk"), t.of("col_open"), t.of("col_ended")];
    let [overdue, at_risk, open, ended] = heads;
    let mut sheet = Sheet::new([t.of("col_day"), column(t, division), overdue, at_risk, open, ended]);
    for row in rows(&context, &reader, division).await? {
        sheet.push([
            SheetCell::Day(context.today()),
            part_name(&context, &page, t, (division, &row.name)).into(),
            SheetCell::Whole(row.overdue),
            SheetCell::Whole(row.at_risk),
            SheetCell::Whole(row.open),
            SheetCell::Whole(row.ended),
        ]);
    }
    sheet.answer("board", form.form(), (context.city.host.now)())
}
