//! The examples of a policy: given these facts, expect that.

use crate::{frame::Page, text::Text};
use edition::{Edition, Example, ExampleSource};
use rules::{
    catalog::{FieldIndex, Type},
    definition::PolicyDefinition,
    explain::Measure,
    expression::Value,
    policy::Status,
};

/// An example as a row of a table.
pub struct ExampleRow {
    /// What it shows.
    pub name: String,
    /// Whether it stands in an official document.
    pub source: &'static str,
    /// For which day.
    pub day: String,
    /// The facts that are known: name and value.
    pub facts: Vec<(String, String)>,
    /// What is said to the firm.
    pub outcome: String,
    /// Whether the rule says what the example expects.
    pub passed: bool,
}

/// The examples of a policy, in the order of their file.
pub fn rows(page: &Page, t: &Text, edition: &Edition, policy: &PolicyDefinition) -> Vec<ExampleRow> {
    let row = |example: &Example| ExampleRow {
        name: example.name.clone(),
        source: match example.source {
            ExampleSource::Official => t.of("example_official"),
            ExampleSource::Derived => t.of("example_derived"),
        },
        day: page.date(&example.moment.as_of),
        facts: facts(page, t, edition, example),
        outcome: outcome(page, t, policy, example),
        passed: example.passed,
    };
    edition.examples_of(&policy.id).map(row).collect()
}

fn facts(page: &Page, t: &Text, edition: &Edition, example: &Example) -> Vec<(String, String)> {
    let catalog = &edition.catalog;
    let mut facts = Vec::new();
    for (index, field) in catalog.fields().iter().enumerate() {
        if let Some(value) = example.facts.value(catalog, index as FieldIndex, 0) {
            let label = page.words(&field.label);
            let label = if label.is_empty() { &field.name } else { label };
            let value = match (&value, &field.kind) {
                (Value::Number(yuan), Type::Money) => page.yuan(*yuan),
                _ => page.words(&Measure::of_type(&field.kind).write(&value, catalog)).to_owned(),
            };
            facts.push((label.to_owned(), value));
        }
    }
    for (index, table) in catalog.tables().iter().enumerate() {
        if let Some((_, rows)) = example.facts.child_rows(index as u16, 0) {
            facts.push((page.words(&table.label).to_owned(), t.one("rows", rows.len())));
        }
    }
    facts
}

fn outcome(page: &Page, t: &Text, policy: &PolicyDefinition, example: &Example) -> String {
    let status = page.status(example.expected.status);
    let version = policy.version_at(example.moment).map(|(_, version)| version);
    let benefit = version.and_then(|version| version.benefit.as_ref());
    match (example.expected.amount_fen, benefit) {
        (Some(fen), Some(benefit)) if example.expected.status == Status::Entitled => {
            t.two("status_amount", status, page.worked_out(fen, benefit))
        }
        _ => status.to_owned(),
    }
}
