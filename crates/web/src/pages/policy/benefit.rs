//! What a policy gives, line by line.

use crate::{book::DayBook, frame::Page, text::Text};
use domain::Language;
use rules::{
    definition::{Benefit, Binding, Dated as _, PolicyVersion},
    syntax::Spelling,
};

/// A line: what it says, how the rule is written where that says more, and what a reader should know.
pub struct BenefitRow {
    /// What the line is about.
    pub name: &'static str,
    /// In words.
    pub value: String,
    /// As it is written, where the value is a formula.
    pub spelling: String,
    /// What follows from it.
    pub note: &'static str,
}

/// Every line that a benefit has.
pub fn rows(page: &Page, t: &Text, benefit: &Benefit, book: &DayBook) -> Vec<BenefitRow> {
    let spelling = match page.language {
        Language::Zh => Spelling::Chinese,
        Language::En => Spelling::English,
    };
    let rule = |name, text: &str, note| {
        let spelled = book.spelled(text, spelling);
        let value = page.rule(text, book);
        BenefitRow { name, spelling: if spelled == value { String::new() } else { spelled }, value, note }
    };
    let plain =
        |name, value: &str| BenefitRow { name, value: value.to_owned(), spelling: String::new(), note: "" };
    let is_limit = benefit.binding == Binding::UpTo;
    let amount = if is_limit { t.of("amount_most") } else { t.of("amount") };
    let mut rows = vec![rule(amount, &benefit.amount, "")];
    let mut add = |row: Option<BenefitRow>| rows.extend(row);
    let note = page.measure_note(&benefit.measure);
    add(Some(BenefitRow { note, ..plain(t.of("measure"), page.measure(&benefit.measure)) }));
    add(is_limit.then(|| plain(t.of("binding"), t.of("binding_up_to"))));
    add(benefit.base.as_deref().map(|text| rule(t.of("base"), text, "")));
    let above = benefit.kind.as_ref().map_or("", |kind| page.limit_kind(kind));
    add(benefit.limit.as_deref().map(|text| rule(t.of("limit"), text, above)));
    add(benefit.base_cap.as_deref().map(|text| rule(t.of("base_cap"), text, t.of("base_cap_note"))));
    add(benefit.floor.as_deref().map(|text| rule(t.of("floor"), text, "")));
    add(benefit.cap.as_deref().map(|text| rule(t.of("cap"), text, "")));
    add(benefit.rounding.as_ref().map(|rounding| {
        let unit = page.rule(benefit.unit.as_deref().unwrap_or("0.01"), book);
        plain(t.of("rounding"), &t.two("rounding_to", page.rounding(rounding), unit))
    }));
    add(benefit.due.as_ref().map(|due| plain(t.of("due"), page.due(due))));
    add(benefit.mode.as_ref().map(|mode| plain(t.of("mode"), page.mode(mode))));
    let payer = &benefit.payer;
    let given = |text: &str, name| (!text.is_empty()).then(|| plain(name, text));
    add(given(&payer.line, t.of("payer_line")));
    add(given(&payer.city_share, t.of("payer_city")));
    add(given(&payer.county_share, t.of("payer_county")));
    add(given(&benefit.cite, t.of("cite")));
    rows
}

/// What the amount rests on and nothing in force says on the day; empty where the version does not stand.
pub fn unsaid(page: &Page, version: &PolicyVersion, book: &DayBook) -> String {
    let benefit = version.benefit.as_ref().filter(|_| version.stands(book.moment));
    benefit.map(|benefit| page.unsaid(book, benefit.texts().map(|(_, text)| text))).unwrap_or_default()
}
