//! Interest on the page of a case, from its forms.

use super::CaseArrears;
use crate::{
    frame::{Page, Section},
    testing::Site,
};
use askama::Template as _;
use domain::{
    Language,
    mechanism::{
        FieldValue,
        course::{CaseState, CaseStep, Course},
    },
};

/// `amount_owed=100万 has_contract=true`
fn filled(at: &str, step: &str, words: &str) -> CaseStep {
    let value = |text: &str| match text.parse() {
        Ok(value) => FieldValue::Bool(value),
        Err(_) => FieldValue::Text(text.to_owned()),
    };
    let field = |word: &str| {
        let (name, text) = word.split_once('=').unwrap();
        (name.to_owned(), value(text))
    };
    CaseStep {
        at: at.parse().unwrap(),
        step: step.to_owned(),
        by: "firm".to_owned(),
        organization: None,
        data: words.split_whitespace().map(field).collect(),
    }
}

const COMPLAINT: &str = "payer=某局 payer_kind=public_body has_contract=true is_sme=true told_size=true amount_owed=100万 delivered_on=2026-01-16";

/// The page part of a complaint with these words added, as of a day.
async fn shown(mechanism: &str, words: &str, more: &[CaseStep], as_of: &str) -> Option<String> {
    let site = Site::new().await;
    let context = site.context(Language::En);
    let page = Page::new(&context, Section::Cases, "x");
    let edition = &context.city.edition;
    let first = filled("2026-03-02", "file", words);
    let begun = Course::begin(site.mechanism(mechanism), edition.office_time(), first.at);
    let mut state: CaseState = begun.state().clone();
    let steps: Vec<CaseStep> = std::iter::once(first).chain(more.iter().cloned()).collect();
    steps.iter().for_each(|step| state.data.extend(step.data.clone()));
    let known = (&*edition.calendar, edition.lpr.as_deref());
    let found = CaseArrears::of(&page, (&state, &steps), known, as_of.parse().unwrap());
    found.map(|part| part.render().unwrap())
}

#[tokio::test]
async fn a_million_without_an_agreed_rate_bears_five_hundred_a_day_after_the_holiday() {
    let words = format!("{COMPLAINT} contract_on=2025-11-03");
    // Thirty days end in the Spring Festival and move behind it, to the 24th of February.
    let html = shown("sme-arrears", &words, &[], "2026-03-26").await.unwrap();
    for expected in ["30 days", "15,000", "five in ten thousand", "Nobody has checked"] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
    assert!(!html.contains("provisional"), "{html}");
}

#[tokio::test]
async fn what_was_paid_lowers_what_bears_interest_and_stands_in_the_ledger() {
    let words = format!("{COMPLAINT} contract_on=2025-11-03 payable_on=2026-02-24");
    let paid = [filled("2026-03-06", "confirm-part", "paid_amount=60万 paid_interest=5000元")];
    let html = shown("sme-arrears", &words, &paid, "2026-03-16").await.unwrap();
    // Ten days on a million, ten on 400,000.
    for expected in ["605,000", "5,000", "400,000", "2,000"] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
}

#[tokio::test]
async fn a_contract_after_the_last_prime_rate_is_reckoned_provisionally_and_says_so() {
    let agreed = |day: &str| format!("{COMPLAINT} contract_on={day} agreed_rate=2%");
    let html = shown("sme-arrears", &agreed("2026-01-05"), &[], "2026-03-26").await.unwrap();
    assert!(
        html.contains("rate and interest are provisional") && html.contains("below the one-year"),
        "{html}"
    );
    let html = shown("sme-arrears", &agreed("2025-06-02"), &[], "2026-03-26").await.unwrap();
    assert!(!html.contains("provisional") && html.contains("3.00%"), "{html}");
    let html = shown("sme-arrears", &agreed("2018-06-02"), &[], "2026-03-26").await.unwrap();
    assert!(html.contains("no interest was reckoned"), "{html}");
}

#[tokio::test]
async fn a_case_about_something_else_shows_no_interest() {
    assert_eq!(shown("enterprise-voice", "subject=x", &[], "2026-03-26").await, None);
}
