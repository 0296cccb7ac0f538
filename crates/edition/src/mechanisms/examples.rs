//! `examples.toml` of a mechanism: what is done on which days, and what must come of it. Each is run when the edition
//! is loaded.

use crate::{
    document::{Document, Place, Row},
    layers::Nothing,
    problem::Problems,
    rules::ExampleSource,
    tree::Tree,
};
use chrono::NaiveDate;
use domain::{
    clock::{Moment, OfficeTime, Party},
    mechanism::{
        MechanismVersion,
        course::{CaseOrigin, CaseStep, Course, OriginKind},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most examples of one mechanism, and most events of one example.
const EXAMPLES_MAX: usize = 200;
const EVENTS_MAX: usize = 200;

/// An example of a mechanism, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// The mechanism.
    pub mechanism: String,
    /// Its version.
    pub version: u16,
    /// What it shows.
    pub name: String,
    /// Whether it stands in an official document.
    pub source: ExampleSource,
    /// Whether it came out so.
    pub passed: bool,
    /// The steps that are taken in it, in order.
    #[serde(skip)]
    pub taken: Vec<String>,
    /// The steps that are refused in it.
    #[serde(skip)]
    pub refused: Vec<String>,
    /// The stage it comes to.
    pub stage: String,
    /// Path of its file.
    pub file: String,
    /// Line in it.
    pub line: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleRow {
    name: String,
    source: ExampleSource,
    begins: Moment,
    /// Where another case was passed on as this one.
    #[serde(default)]
    passed_on: Option<PassedOnRow>,
    #[serde(default)]
    until: Option<Moment>,
    #[serde(default)]
    event: Vec<EventRow>,
    expect: Expect,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PassedOnRow {
    /// When the first case was filed.
    since: Moment,
    /// What it handed over.
    #[serde(default)]
    data: BTreeMap<String, domain::mechanism::FieldValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventRow {
    at: Moment,
    step: String,
    by: String,
    #[serde(default)]
    organization: Option<String>,
    #[serde(default)]
    data: BTreeMap<String, domain::mechanism::FieldValue>,
    /// Why it is refused, all reasons in order; without it, it must be taken.
    #[serde(default)]
    refused: Vec<String>,
}

/// What must come of it; what is left out is not looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    stage: String,
    /// Every open clock with its due date; `open` where it stands still without an end.
    #[serde(default)]
    due: Option<BTreeMap<String, String>>,
    #[serde(default)]
    rungs: Option<Vec<String>>,
    #[serde(default)]
    notices: Option<Vec<String>>,
    #[serde(default)]
    may: Option<Vec<String>>,
    #[serde(default)]
    opened: Option<Vec<String>>,
}

/// A version and what its examples are run with.
pub(super) struct OfVersion<'v> {
    pub version: &'v MechanismVersion,
    /// The day from which cases begin on the next version.
    pub until: Option<NaiveDate>,
    pub office: OfficeTime<'v>,
    /// Nothing is wrong with it.
    pub is_sound: bool,
}

/// What came of an example.
#[derive(Default)]
struct Came {
    has_ended: bool,
    passed: bool,
    taken: Vec<String>,
}

/// Reads and runs the examples of a version; those of one with faults are read only.
pub(super) fn read(
    tree: &Tree,
    folder: &str,
    of_version: &OfVersion<'_>,
    problems: &mut Problems,
) -> Vec<Timeline> {
    let file = format!("{folder}/examples.toml");
    if !tree.holds(&file) && !tree.is_closed(folder) {
        let hint = "add the file with a case that ends and a step that is refused";
        problems.in_file(&file, "there are no examples", hint);
    }
    let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &["example"], problems));
    let Some(mut document) = document else { return Vec::new() };
    document.head.read::<Nothing>(problems);
    let rows = document.take("example");
    if let Some(row) = rows.get(EXAMPLES_MAX) {
        let what = format!("there are more than {EXAMPLES_MAX} examples");
        problems.at(&row.place, "", what, "keep those that show something");
    }
    let (mut timelines, mut ends) = (Vec::new(), false);
    let before = problems.count();
    for row in rows.iter().take(EXAMPLES_MAX) {
        let Some((example, place)) = example_of(row, problems) else { continue };
        let came =
            if of_version.is_sound { run(&example, &place, of_version, problems) } else { Came::default() };
        ends |= came.has_ended;
        let refused = example.event.iter().filter(|event| !event.refused.is_empty());
        let definition = &of_version.version.definition;
        timelines.push(Timeline {
            mechanism: definition.id.clone(),
            version: definition.version,
            refused: refused.map(|event| event.step.clone()).collect(),
            name: example.name,
            source: example.source,
            passed: came.passed,
            taken: came.taken,
            stage: example.expect.stage,
            file: file.clone(),
            line: place.line,
        });
    }
    let refuses = timelines.iter().any(|timeline| !timeline.refused.is_empty());
    if of_version.is_sound && problems.count() == before && !document.may_lack_rows {
        for (is_there, what) in [(ends, "in which a case ends"), (refuses, "in which a step is refused")] {
            if !is_there {
                problems.in_file(&file, format!("there is no example {what}"), "add one");
            }
        }
    }
    timelines
}

fn example_of(row: &Row<'_>, problems: &mut Problems) -> Option<(ExampleRow, Place)> {
    let located = row.read::<ExampleRow>(problems).filter(|located| located.is_whole() && !located.broken)?;
    if located.value.event.len() > EVENTS_MAX {
        let what = format!("the example has more than {EVENTS_MAX} events");
        problems.at(&located.place, "event", what, "shorten it");
        return None;
    }
    Some((located.value, located.place))
}

/// Runs an example; answers what came of it.
fn run(example: &ExampleRow, place: &Place, of_version: &OfVersion<'_>, problems: &mut Problems) -> Came {
    let (before, version) = (problems.count(), of_version.version);
    if example.begins.day < version.definition.effective {
        let what = format!("the version is in force from {} on", version.definition.effective);
        problems.at(place, "begins", what, "begin the example later");
        return Came::default();
    }
    if let Some(until) = of_version.until.filter(|until| example.begins.day >= *until) {
        let what = format!("cases begin on the next version from {until} on");
        problems.at(place, "begins", what, "begin the example earlier");
        return Came::default();
    }
    let origin = example.passed_on.clone().map(|row| CaseOrigin {
        kind: OriginKind::PassedOn,
        since: row.since,
        number: String::new(),
        is_hidden: false,
        data: row.data,
    });
    let mut course = Course::begin_from(version, of_version.office, example.begins, origin);
    for (at, event) in example.event.iter().enumerate() {
        let step = CaseStep {
            at: event.at,
            step: event.step.clone(),
            by: event.by.clone(),
            organization: event.organization.clone(),
            data: event.data.clone(),
        };
        let refusals = course.take(&step).err().unwrap_or_default();
        let reasons: Vec<String> = refusals.iter().map(|one| one.reason.name().to_owned()).collect();
        if reasons == event.refused {
            continue;
        }
        let field = format!("event.{at}");
        let detail: Vec<String> = refusals.iter().map(|one| format!("{:?}", one.reason)).collect();
        let what = if event.refused.is_empty() {
            format!("the step is refused: {} ({})", reasons.join(", "), detail.join("; "))
        } else {
            compared(&event.refused, &reasons)
        };
        problems.at(place, &field, what, "mend the mechanism or the example");
        return Came::default();
    }
    course.advance(example.until.unwrap_or(course.state().now));
    compare(&course, &example.expect, place, problems);
    let taken = course.state().taken.iter().map(|taken| taken.step.clone()).collect();
    Came { has_ended: course.has_ended(), passed: problems.count() == before, taken }
}

fn compared(expected: &[String], came: &[String]) -> String {
    let shown = |list: &[String]| if list.is_empty() { "nothing".to_owned() } else { list.join("; ") };
    format!("expected {}, it came out {}", shown(expected), shown(came))
}

fn compare(course: &Course<'_>, expect: &Expect, place: &Place, problems: &mut Problems) {
    let state = course.state();
    let mut check = |field: &str, expected: Option<Vec<String>>, came: Vec<String>| {
        if let Some(expected) = expected
            && expected != came
        {
            let what = compared(&expected, &came);
            problems.at(place, &format!("expect.{field}"), what, "mend the mechanism or the example");
        }
    };
    check("stage", Some(vec![expect.stage.clone()]), vec![state.stage.clone()]);
    let due = course.open_clocks().into_iter().map(|(run, known)| {
        let name = match (run.party, &run.organization) {
            (Party::CoHandler, Some(organization)) => format!("{}@{organization}", run.clock),
            _ => run.clock.clone(),
        };
        (name, known.due.map_or_else(|| "open".to_owned(), |due| due.at.to_string()))
    });
    let lines = |due: BTreeMap<String, String>| due.iter().map(|(name, at)| format!("{name} {at}")).collect();
    check("due", expect.due.clone().map(lines), lines(due.collect()));
    let rungs = state.rungs.iter().map(|fired| format!("{} {}", fired.at, fired.rung));
    check("rungs", expect.rungs.clone(), rungs.collect());
    // What nobody is told any more was taken back.
    let notices = state.notices.iter().filter(|due| !due.to.is_empty());
    let notices = notices.map(|due| format!("{} {}: {}", due.at, due.notice, due.to.join(", ")));
    check("notices", expect.notices.clone(), notices.collect());
    let may = course.next_steps().into_iter().map(|next| format!("{}: {}", next.actor, next.step));
    check("may", expect.may.clone(), may.collect());
    let opened = state.opened.iter().map(|(at, mechanism)| format!("{at} {mechanism}"));
    check("opened", expect.opened.clone(), opened.collect());
}
