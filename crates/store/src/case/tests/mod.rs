//! What the tests of cases share: two made-up mechanisms, and cases told in a line.

mod belongings;
mod courses;
mod life;
mod lists;
mod origin;
mod tampering;
mod time;
mod versions;

use super::*;
use crate::testing::{Fixture, noon};
use crate::{Deed, Store};
use domain::calendar::WorkingCalendar;
use domain::mechanism::{FieldValue, Mechanism, course::CaseStep};
use std::{collections::BTreeMap, sync::LazyLock};

static CALENDAR: LazyLock<WorkingCalendar> = LazyLock::new(|| WorkingCalendar::of_years(Vec::new()));

static VERSIONS: LazyLock<Vec<MechanismVersion>> = LazyLock::new(|| {
    let version = |text: &str| {
        let definition: Mechanism = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(definition.faults(), []);
        let (version, faults) = MechanismVersion::of(definition, &[]);
        assert_eq!(faults, []);
        version
    };
    vec![version(include_str!("voice.toml")), version(include_str!("report.toml"))]
});

/// A made-up firm.
const FIRM: &str = "91330300MA00000000";

fn procedures() -> Procedures<'static> {
    Procedures { versions: &VERSIONS, office: OfficeTime { calendar: &CALENDAR, hours: None } }
}

fn deed(person: &str) -> Deed {
    Deed { actor: person.to_owned(), acting_as: format!("firm-owner of {FIRM}"), ..Deed::of_system(noon(0)) }
}

/// `2026-03-02 file firm subject=land` or, for an organisation, `2026-03-02 look helper@tax`.
fn step(line: &str) -> CaseStep {
    let mut words = line.split_whitespace();
    let (at, step, by) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    let (by, organization) = match by.split_once('@') {
        Some((by, organization)) => (by, Some(organization.to_owned())),
        None => (by, None),
    };
    let field = |word: &str| {
        let (name, value) = word.split_once('=').unwrap();
        let value = match value.parse() {
            Ok(value) => FieldValue::Bool(value),
            Err(_) => FieldValue::Text(value.to_owned()),
        };
        (name.to_owned(), value)
    };
    let data: BTreeMap<String, FieldValue> = words.map(field).collect();
    CaseStep { at: at.parse().unwrap(), step: step.to_owned(), by: by.to_owned(), organization, data }
}

/// A case of a firm that its owner files; `name` stands for what is made by chance.
fn filed(name: &str, first: &str) -> NewCase {
    let id = crate::sha256(name.as_bytes());
    NewCase {
        id: id[..32].to_owned(),
        salt: id[32..].to_owned(),
        mechanism: "voice".to_owned(),
        firm: FIRM.to_owned(),
        place: "330302".to_owned(),
        channel: Channel::Web,
        source: String::new(),
        title: format!("诉求 {name}"),
        filed_by: "owner".to_owned(),
        first: step(first),
        parent: None,
    }
}

async fn open(store: &Store, new: NewCase) -> CaseHead {
    let by = deed(&new.filed_by);
    match store.open_case(&procedures(), new, &by).await.unwrap() {
        Opened::New(head) => head,
        other => panic!("{other:?}"),
    }
}

/// Takes steps one after the other; each must be possible.
async fn go(store: &Store, mut head: CaseHead, lines: &[&str]) -> CaseHead {
    for line in lines {
        let wanted = WantedStep {
            case: head.id.clone(),
            revision: head.revision,
            step: step(line),
            person: "somebody".to_owned(),
        };
        head = match store.take_step(&procedures(), wanted, &deed("somebody")).await.unwrap() {
            Taken::Done(head) => head,
            other => panic!("{line}: {other:?}"),
        };
    }
    head
}

const FILED: &str = "2026-03-02 file firm subject=用电报装太慢";
const SENT: &str = "2026-03-03 dispatch desk unit=tax";
const ACCEPTED: &str = "2026-03-04 accept unit";
const ANSWERED: &str = "2026-03-06 answer unit answer=已经接通";

/// Rows of all tables of cases, to see that nothing is left behind.
async fn row_counts(fixture: &Fixture) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in
        ["case_file", "case_step", "case_organization", "case_link", "case_notice", "case_words", "event"]
    {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        counts.push(crate::database::query!(fixture.store.database, connection => {
            sqlx::query_scalar::<_, i64>(sql).fetch_one(connection).await.unwrap()
        }));
    }
    counts
}
