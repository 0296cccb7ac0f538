//! `[[example]]` of `competence.toml`: a made voice and who must be suggested first.

use super::{Known, check_body, check_place};
use crate::{document::Row, problem::Problems};
use domain::voice::competence::{CompetenceTable, Inquiry};
use serde::{Deserialize, Serialize};

/// Most examples of one edition.
const EXAMPLES_MAX: usize = 1_000;

/// An example of the table of competence, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompetenceExample {
    /// The made voice.
    pub text: String,
    /// Who must be suggested.
    pub expect: String,
    /// Whether it came out so.
    pub passed: bool,
    /// Path of its file.
    pub file: String,
    /// Line in it.
    pub line: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleRow {
    text: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    refused_by: Vec<String>,
    expect: String,
    #[serde(default)]
    expect_topic: Option<String>,
}

/// Runs the examples; those of a table with faults are read only.
pub(super) fn run(
    rows: &[Row<'_>],
    table: &CompetenceTable,
    (known, is_sound): (&Known<'_>, bool),
    problems: &mut Problems,
) -> Vec<CompetenceExample> {
    if let Some(row) = rows.get(EXAMPLES_MAX) {
        let what = format!("there are more than {EXAMPLES_MAX} examples");
        problems.at(&row.place, "", what, "keep those that show something");
    }
    let mut examples = Vec::new();
    for row in rows.iter().take(EXAMPLES_MAX) {
        let Some(located) = row.read::<ExampleRow>(problems).filter(|row| row.is_whole() && !row.broken)
        else {
            continue;
        };
        let (example, place, before) = (&located.value, &located.place, problems.count());
        check_body(&example.expect, (place, "expect"), known, problems);
        for (at, body) in example.refused_by.iter().enumerate() {
            check_body(body, (place, &format!("refused_by.{at}")), known, problems);
        }
        if let Some(about) = &example.place {
            check_place(about, (place, "place"), known, problems);
        }
        let passed = is_sound && problems.count() == before && {
            if let Some((field, what)) = fails(example, table) {
                problems.at(place, field, what, "mend the table or the example");
            }
            problems.count() == before
        };
        examples.push(CompetenceExample {
            text: example.text.clone(),
            expect: example.expect.clone(),
            passed,
            file: place.file.clone(),
            line: place.line,
        });
    }
    examples
}

/// What came out otherwise, and the field that expected it.
fn fails(example: &ExampleRow, table: &CompetenceTable) -> Option<(&'static str, String)> {
    let inquiry = Inquiry {
        subject: &example.subject,
        text: &example.text,
        topic: None,
        place: example.place.as_deref(),
        refused_by: &example.refused_by,
    };
    let suggestion = table.suggest(&inquiry, &[]);
    let first = suggestion.candidates.first()?;
    if let Some(expected) = &example.expect_topic
        && first.topic.as_ref() != Some(expected)
    {
        let came = first.topic.as_deref().unwrap_or("none");
        return Some(("expect_topic", format!("expected the topic {expected}, it came out {came}")));
    }
    (first.organization != example.expect).then(|| {
        let why = format!("{} ({})", first.organization, first.reason.en.trim());
        ("expect", format!("expected {}, it came out {why}", example.expect))
    })
}
