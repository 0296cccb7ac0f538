//! `liangjian intake FILE`: voices that another platform took in become cases, each once.

use super::{Context, audit, place::Place, printed};
use crate::{editions, limited, machine};
use ::intake::{Delivery, Voice};
use anyhow::{Context as _, bail};
use domain::{
    clock::Moment,
    direction::straight,
    intake::{DeliveryFormat, Platform},
    mechanism::{FieldMark, FieldValue, MechanismVersion, Refusal, course::CaseStep},
};
use edition::Edition;
use identity::secret::hex;
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};
use store::{Channel, Deed, NewCase, Opened, Procedures, Store};

/// Longest title of a case, in characters.
const TITLE_CHARS_MAX: usize = 120;
/// Bytes of what names a case, and of its salt.
const CHANCE_BYTES: usize = 16;

/// Arguments of `intake`.
#[derive(clap::Args)]
pub struct Arguments {
    /// What the platform delivered: CSV, JSON or a letter (.eml), as the edition says of it.
    file: PathBuf,
    /// The platform, as the edition names it.
    #[arg(long, value_name = "ID")]
    platform: String,
    /// The edition.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
    /// Take the voices without a fault, though others have one.
    #[arg(long)]
    take_rest: bool,
    /// Say what would be taken, and take nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

/// What became of a delivery.
#[derive(Debug, Default, Serialize)]
struct Report {
    /// Whether anything was written down.
    is_taken: bool,
    rows: Vec<Line>,
    faults: Vec<String>,
    /// Columns that nothing was taken from.
    passed_over: Vec<String>,
}

/// What became of a voice.
#[derive(Debug, Serialize)]
struct Line {
    row: u64,
    source: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
enum Outcome {
    /// It would be taken.
    Fine,
    /// It is a new case.
    New { number: String, files: usize },
    /// It was a case already. `differs` are fields in which it says something else than it did then: this is not taken.
    Known { number: String, differs: Vec<String> },
    /// Why it is none.
    Refused { reasons: Vec<String> },
}

/// Answers whether every voice was taken, now or before.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    limited::run(&arguments.file, || {
        let report = take(context, arguments)?;
        let is_lost = |outcome: &Outcome| match outcome {
            Outcome::Refused { .. } => true,
            Outcome::Known { differs, .. } => !differs.is_empty(),
            Outcome::Fine | Outcome::New { .. } => false,
        };
        let is_whole = report.faults.is_empty() && !report.rows.iter().any(|line| is_lost(&line.outcome));
        printed(&if context.json { serde_json::to_string_pretty(&report)? + "\n" } else { told(&report) })?;
        Ok(is_whole)
    })
}

fn take(context: &Context, arguments: &Arguments) -> anyhow::Result<Report> {
    let tree = editions::tree(context)?;
    let loaded = edition::load(&tree, &arguments.edition);
    if !loaded.problems.is_empty() {
        bail!("the edition has problems · {0} · `liangjian check {0}` lists them", arguments.edition);
    }
    let edition = loaded.edition;
    let platform = named(&edition, &arguments.platform)?;
    let file = arguments.file.display();
    let bytes = fs::read(&arguments.file)
        .with_context(|| format!("the delivery cannot be read · {file} · check the path"))?;
    let delivery = ::intake::read(platform, &bytes);
    let mut report = Report {
        faults: delivery.faults.iter().map(ToString::to_string).collect(),
        passed_over: delivery.passed_over.iter().cloned().collect(),
        ..Report::default()
    };
    if arguments.dry_run || !(report.faults.is_empty() || arguments.take_rest) {
        let fine =
            |voice: &Voice| Line { row: voice.row, source: voice.source.clone(), outcome: Outcome::Fine };
        report.rows = delivery.voices.iter().map(fine).collect();
        return Ok(report);
    }
    report.rows = open_cases(&arguments.place, &edition, platform, delivery)?;
    report.is_taken = true;
    Ok(report)
}

fn named<'e>(edition: &'e Edition, id: &str) -> anyhow::Result<&'e Platform> {
    let found = edition.platforms.iter().find(|platform| platform.id == id);
    found.with_context(|| {
        let known: Vec<&str> = edition.platforms.iter().map(|platform| platform.id.as_str()).collect();
        format!("the edition has no platform `{id}` · {} · name one of {}", edition.id, known.join(", "))
    })
}

#[tokio::main(flavor = "current_thread")]
async fn open_cases(
    place: &Place,
    edition: &Edition,
    platform: &Platform,
    delivery: Delivery,
) -> anyhow::Result<Vec<Line>> {
    let store = Store::open(&place.location()).await?;
    let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
    let deed = Deed::of_operator(machine::now());
    let mut lines = Vec::new();
    for voice in delivery.voices {
        let (row, source, files) = (voice.row, voice.source.clone(), voice.files.len());
        let said = voice.data.clone();
        let new = new_case((platform, edition), voice, &deed);
        let outcome = match store.open_case(&procedures, new, &deed).await? {
            Opened::New(head) => Outcome::New { number: head.number, files },
            Opened::Known(head) => {
                let differs = differing(&store, &head.id, &said).await?;
                Outcome::Known { number: head.number, differs }
            }
            Opened::Refused(refusals) => Outcome::Refused { reasons: reasons(&refusals) },
            Opened::UnknownMechanism => {
                let what = format!("`{}` is not in force on that day", platform.mechanism);
                Outcome::Refused { reasons: vec![what] }
            }
        };
        lines.push(Line { row, source, outcome });
    }
    audit::vouch(&store, place).await?;
    store.close().await;
    Ok(lines)
}

/// Fields in which a voice says something else than when it became a case.
async fn differing(
    store: &Store,
    case: &str,
    said: &BTreeMap<String, FieldValue>,
) -> anyhow::Result<Vec<String>> {
    let case = store.case(case).await?.filter(|case| case.head.erased_at.is_none());
    let Some(first) = case.as_ref().and_then(|case| case.steps.first()) else { return Ok(Vec::new()) };
    let differs = said.iter().filter(|(field, value)| first.step.data.get(*field) != Some(value));
    Ok(differs.map(|(field, _)| field.clone()).collect())
}

/// The case of a voice. The firm's clock runs from when the platform took it in.
fn new_case((platform, edition): (&Platform, &Edition), voice: Voice, deed: &Deed) -> NewCase {
    let now = Moment::in_china(deed.at);
    let version = MechanismVersion::in_force(&edition.mechanisms, &platform.mechanism, now.day);
    let subject = version.and_then(|version| version.definition.field_marked(FieldMark::Subject));
    let title = subject.and_then(|field| voice.data.get(field)?.text()).unwrap_or(&voice.source);
    let seen = |text: &str| -> String {
        straight(text).chars().filter(|one| !one.is_control()).take(TITLE_CHARS_MAX).collect()
    };
    // What shows nothing is no title.
    let title =
        Some(seen(title)).filter(|title| !title.trim().is_empty()).unwrap_or_else(|| seen(&voice.source));
    NewCase {
        id: by_chance(),
        salt: by_chance(),
        mechanism: platform.mechanism.clone(),
        firm: voice.firm,
        place: voice.place,
        channel: if platform.format == DeliveryFormat::Letter { Channel::Email } else { Channel::Platform },
        source: voice.source,
        title,
        filed_by: deed.actor.clone(),
        first: CaseStep {
            at: voice.received.filter(|at| *at <= now).unwrap_or(now),
            step: platform.step.clone(),
            by: platform.actor.clone(),
            organization: None,
            data: voice.data,
        },
        parent: None,
    }
}

fn by_chance() -> String {
    let mut bytes = [0; CHANCE_BYTES];
    machine::chance(&mut bytes);
    hex(&bytes)
}

fn reasons(refusals: &[Refusal]) -> Vec<String> {
    refusals.iter().map(|refusal| format!("{}: {:?}", refusal.reason.name(), refusal.reason)).collect()
}

fn told(report: &Report) -> String {
    let mut text = String::new();
    let (mut new, mut known, mut refused) = (0, 0, 0);
    for Line { row, source, outcome } in &report.rows {
        let _ = match outcome {
            Outcome::Fine => writeln!(text, "row {row:<6} {source}  would be taken"),
            Outcome::New { number, files } => {
                new += 1;
                let files = if *files == 0 {
                    String::new()
                } else {
                    format!(", {files} files to be handed in by hand")
                };
                writeln!(text, "row {row:<6} {source}  new case {number}{files}")
            }
            Outcome::Known { number, differs } => {
                known += 1;
                let differs = if differs.is_empty() {
                    String::new()
                } else {
                    format!(", not taken is what it says now in {}: look at it", differs.join(", "))
                };
                writeln!(text, "row {row:<6} {source}  is case {number} already{differs}")
            }
            Outcome::Refused { reasons } => {
                refused += 1;
                writeln!(text, "row {row:<6} {source}  refused: {}", reasons.join("; "))
            }
        };
    }
    report.faults.iter().for_each(|fault| {
        let _ = writeln!(text, "fault: {fault}");
    });
    if !report.passed_over.is_empty() {
        let _ = writeln!(text, "passed over: {}", report.passed_over.join(", "));
    }
    let _ = match (report.is_taken, report.faults.len()) {
        (true, faults) => writeln!(text, "{new} new, {known} known, {refused} refused, {faults} faults"),
        (false, 0) => writeln!(text, "nothing was taken: it was a dry run"),
        (false, faults) => writeln!(
            text,
            "nothing was taken: {faults} faults · mend them, or take the other {} with --take-rest",
            report.rows.len()
        ),
    };
    text
}
