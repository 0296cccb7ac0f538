//! Answers that were published: without who asked, and without what he said that he asks for.

use crate::{
    City,
    case::{form_of, organization},
    components::case_form::spoken,
    context::Context,
    frame::Page,
};
use chrono::NaiveDate;
use domain::mechanism::{
    Act, FieldValue, FormField, Mechanism, Publication, course::CaseState, is_shown_to_all,
};
use std::cmp::Reverse;
use store::CaseHead;

/// Answers on a page.
const SHOWN: usize = 20;
/// Answers that are kept in memory; older ones are not shown.
const KEPT_MAX: usize = 5_000;
/// Characters of a credit code.
const CREDIT_CODE_LENGTH: usize = 18;

/// An answer as it is kept until tomorrow.
pub struct PublicAnswer {
    day: NaiveDate,
    mechanism: (String, u16),
    assigned: String,
    kind: Option<(String, FieldValue)>,
    lines: Vec<(String, FieldValue)>,
}

/// A published answer in the reader's words.
pub struct Answer {
    pub title: String,
    pub unit: String,
    pub day: String,
    pub lines: Vec<(String, String)>,
}

/// A page of answers.
pub struct Found {
    pub answers: Vec<Answer>,
    pub total: usize,
    /// How many stand before the next page.
    pub next: Option<usize>,
}

impl PublicAnswer {
    /// Of a case whose procedure publishes answers and whose answer was published.
    pub fn of(city: &City, head: &CaseHead, state: &CaseState) -> Option<Self> {
        let mechanism = &city.mechanism(&head.mechanism, head.version)?.definition;
        let is_open = mechanism.publication == Publication::Answer && !mechanism.anonymity.is_secret();
        let published = state.published.last().filter(|_| is_open && head.erased_at.is_none())?;
        let value = |field: &FormField| {
            let value = state.data.get(&field.name)?;
            let is_open = is_shown_to_all(mechanism, state, &field.name);
            is_open.then(|| (field.name.clone(), without_names(value, &head.firm)))
        };
        let lines = answer_fields(mechanism, |step| state.times(step) > 0).filter_map(value).collect();
        let fields = mechanism.forms.iter().flat_map(|form| &form.fields);
        let kind = fields.filter(|field| field.name.ends_with("_kind")).find_map(value);
        Some(Self {
            day: published.day,
            mechanism: (head.mechanism.clone(), head.version),
            assigned: head.assigned.clone(),
            kind,
            lines,
        })
    }

    fn said(&self, context: &Context, page: &Page) -> Option<Answer> {
        let (edition, (id, version)) = (&context.city.edition, &self.mechanism);
        let mechanism = &context.city.mechanism(id, *version)?.definition;
        let field = |name: &str| {
            let mut fields = mechanism.forms.iter().flat_map(|form| &form.fields);
            fields.find(|field| field.name == name)
        };
        let say = |(name, value): &(String, FieldValue)| {
            let field = field(name)?;
            Some((page.say(&field.label).to_owned(), spoken(page, edition, mechanism, field, value)))
        };
        let kind = self.kind.as_ref().and_then(say).map(|(_, kind)| format!(" · {kind}"));
        Some(Answer {
            title: format!("{}{}", page.say(&mechanism.title), kind.unwrap_or_default()),
            unit: organization(edition, &self.assigned, page.language).to_owned(),
            day: page.date(&self.day),
            lines: self.lines.iter().filter_map(say).collect(),
        })
    }
}

/// The newest answers before the others.
pub fn newest_first(mut answers: Vec<PublicAnswer>) -> Vec<PublicAnswer> {
    answers.sort_by_key(|answer| Reverse(answer.day));
    answers.truncate(KEPT_MAX);
    answers
}

/// The page after so many answers in which all that is looked for stands.
pub fn page(context: &Context, page: &Page, (all, query): (&[PublicAnswer], &str), after: &str) -> Found {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let holds = |answer: &Answer| {
        let lines = answer.lines.iter().map(|(_, value)| value.as_str());
        let text: Vec<&str> = [answer.title.as_str(), &answer.unit].into_iter().chain(lines).collect();
        let text = text.join("\n").to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let found: Vec<Answer> =
        all.iter().filter_map(|answer| answer.said(context, page)).filter(holds).collect();
    let (total, first) = (found.len(), after.parse().unwrap_or(0_usize));
    let answers: Vec<Answer> = found.into_iter().skip(first).take(SHOWN).collect();
    let next = first.saturating_add(answers.len());
    Found { answers, total, next: (next < total && next > first).then_some(next) }
}

/// The fields of the form of the first step that was taken and asks for a rating; where no step asks for one, of the
/// step that publishes.
fn answer_fields(mechanism: &Mechanism, is_taken: impl Fn(&str) -> bool) -> impl Iterator<Item = &FormField> {
    let mut forms = [Act::AskRating, Act::Publish].into_iter().filter_map(|act| {
        let mut steps = mechanism.steps.iter();
        let step = steps.find(|step| step.acts.contains(&act) && is_taken(&step.id))?;
        form_of(mechanism, step)
    });
    forms.next().into_iter().flat_map(|form| &form.fields)
}

/// A value in which no firm is named by its credit code: not the one that asked, nor any other.
fn without_names(value: &FieldValue, firm: &str) -> FieldValue {
    let FieldValue::Text(text) = value else { return value.clone() };
    let text = if firm.is_empty() { text.clone() } else { text.replace(firm, "…") };
    let mut kept = String::new();
    let mut run = String::new();
    for one in text.chars().chain(['\n']) {
        if one.is_ascii_alphanumeric() {
            run.push(one);
            continue;
        }
        // Whatever is as long as a credit code and has its letters may be one.
        let is_code =
            run.len() == CREDIT_CODE_LENGTH && run.starts_with(|first: char| first.is_ascii_digit());
        kept.push_str(if is_code { "…" } else { &run });
        run.clear();
        kept.push(one);
    }
    kept.pop();
    FieldValue::Text(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_code_is_not_published() {
        for (text, told) in [
            ("致91330302MATEXAMP4W：已办结", "致…：已办结"),
            ("91330300704202479R", "…"),
            ("文号20260001，电话略", "文号20260001，电话略"),
            ("", ""),
        ] {
            let text = FieldValue::Text(text.to_owned());
            assert_eq!(without_names(&text, "91330302MATEXAMP4W"), FieldValue::Text(told.to_owned()));
        }
        assert_eq!(without_names(&FieldValue::Bool(true), ""), FieldValue::Bool(true));
    }
}
