//! The published figures as a table that is taken along, and their words.

use super::{Kept, TEXTS, known, named};
use crate::{
    components::case_form::spoken,
    context::Context,
    error::PageError,
    figures::published,
    frame::{Page, Section},
    sheet::{AskedForm, Sheet, SheetCell},
    text::Text,
};
use axum::{Extension, extract::Query, response::Response};
use domain::{
    mechanism::{FieldValue, FormFieldKind, Mechanism},
    voice::figures::{Cell, FigureGroup, FigureRow},
};
use store::Channel;

/// The columns of a row of figures, as keys of their words.
pub const HEADS: [&str; 11] = [
    "col_received", "col_dispatched", "col_dispatched_in_time", "col_answered", "col_in_time", "col_late",
    "col_mean", "col_median", "col_rated", "col_satisfied", "col_reopened",
];

/// What is published of one column.
#[derive(Clone, Copy)]
pub enum Shown {
    /// A count.
    Count(u64),
    /// Working days in tenths.
    Tenths(u64),
    /// It is held back.
    HeldBack,
    /// There is none.
    None,
}

/// A published count.
pub fn count(cell: Cell) -> Shown {
    match cell {
        Cell::Shown(count) => Shown::Count(count),
        Cell::HeldBack => Shown::HeldBack,
    }
}

/// The columns of a row.
pub fn shown(row: &FigureRow) -> [Shown; 11] {
    let days = |tenths: Option<u64>| match (tenths, row.answered) {
        (Some(tenths), _) => Shown::Tenths(tenths),
        (None, Cell::HeldBack) => Shown::HeldBack,
        (None, Cell::Shown(_)) => Shown::None,
    };
    [
        count(row.received),
        count(row.dispatched),
        count(row.dispatched_in_time),
        count(row.answered),
        count(row.in_time),
        count(row.late),
        days(row.mean_working_days_tenths),
        days(row.median_working_days_tenths),
        count(row.rated),
        count(row.satisfied),
        count(row.reopened),
    ]
}

/// What is shown, in words.
pub fn told(t: Text, shown: Shown) -> String {
    match shown {
        Shown::Count(count) => count.to_string(),
        Shown::Tenths(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
        Shown::HeldBack => t.of("held_back").to_owned(),
        Shown::None => "—".to_owned(),
    }
}

/// The key of the words of a division.
pub fn group_key(group: FigureGroup) -> &'static str {
    match group {
        FigureGroup::Kind => "by_kind",
        FigureGroup::Channel => "by_channel",
        FigureGroup::Place => "by_place",
        FigureGroup::UnitLevel => "by_level",
    }
}

/// The name of a part of a division.
pub fn group_word(
    context: &Context,
    page: &Page,
    t: Text,
    (mechanism, group): (&Mechanism, FigureGroup),
    value: &str,
) -> String {
    if value.is_empty() {
        return t.of("not_known").to_owned();
    }
    match group {
        FigureGroup::Kind => {
            let fields = mechanism.forms.iter().flat_map(|form| &form.fields);
            let mut kinds =
                fields.filter(|field| field.kind == FormFieldKind::Code && field.name.ends_with("_kind"));
            let code = FieldValue::Text(value.to_owned());
            let known = kinds.next();
            known.map_or_else(
                || value.to_owned(),
                |field| spoken(page, &context.city.edition, mechanism, field, &code),
            )
        }
        FigureGroup::Channel => match Channel::named(value) {
            Some(Channel::Web) => t.of("channel_web"),
            Some(Channel::Counter) => t.of("channel_counter"),
            Some(Channel::Telephone) => t.of("channel_telephone"),
            Some(Channel::Email) => t.of("channel_email"),
            Some(Channel::Platform) => t.of("channel_platform"),
            None => value,
        }
        .to_owned(),
        FigureGroup::UnitLevel => match value {
            "county" => t.of("level_county"),
            "state" => t.of("level_state"),
            _ => t.of("level_city"),
        }
        .to_owned(),
        FigureGroup::Place => crate::figures::place(&context.city.edition, value, context.language),
    }
}

/// The figures as a file: every month of every procedure, whole and divided.
pub async fn table(
    context: Context,
    Extension(kept): Extension<Kept>,
    Query(asked): Query<AskedForm>,
) -> Result<Response, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Figures, t.of("title"));
    let known = known(&context, &kept).await?;
    let names = ["col_procedure", "col_month", "col_division", "col_part"];
    let mut sheet = Sheet::new(names.iter().chain(&HEADS).map(|key| t.of(key)));
    let mechanisms = published(&context.city.edition);
    for (id, months) in &known.figures {
        let Some(mechanism) = mechanisms.get(id.as_str()) else { continue };
        let title = page.say(&mechanism.title);
        for one in months {
            let month = named(one.month);
            push(&mut sheet, t, [title, &month, t.of("whole"), ""], &one.total);
            for (group, rows) in &one.groups {
                for (value, row) in rows {
                    let word = group_word(&context, &page, t, (mechanism, *group), value);
                    push(&mut sheet, t, [title, &month, t.of(group_key(*group)), &word], row);
                }
            }
        }
    }
    sheet.answer("figures", asked.form(), (context.city.host.now)())
}

fn push(sheet: &mut Sheet, t: Text, names: [&str; 4], row: &FigureRow) {
    let cell = |shown| match shown {
        Shown::Count(count) => SheetCell::Whole(count),
        Shown::Tenths(tenths) => SheetCell::Tenths(tenths),
        Shown::HeldBack => SheetCell::Text(t.of("held_back").to_owned()),
        Shown::None => SheetCell::Blank,
    };
    sheet.push(names.map(SheetCell::from).into_iter().chain(shown(row).map(cell)));
}
