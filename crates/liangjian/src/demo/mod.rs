//! Cases of a demo: the made-up firm has filed some, and they stand in several stages, so that every page has
//! something to show.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, NaiveTime, Utc};
use domain::{
    Bilingual, Language,
    china_time::day_in_china,
    clock::Moment,
    mechanism::{Competence, FieldValue, FormFieldKind, Mechanism, MechanismVersion, course::CaseStep},
};
use edition::Edition;
use std::{collections::BTreeMap, sync::LazyLock};
use store::{
    CaseQuery, Channel, Deed, NewCase, Opened, Procedures, Store, StoreError, Taken, WantedStep, Within,
};

/// The firm of the demo: no such firm is registered.
pub const FIRM: &str = "91330302MATEXAMP4W";
/// The procedure of which cases are shown.
const VOICE: &str = "enterprise-voice";

static TEXTS: LazyLock<BTreeMap<String, Bilingual>> = LazyLock::new(|| {
    toml::from_str(include_str!("text.toml")).expect("the texts are a table, and a test reads them")
});

/// A case: what it is about, of which kind, and the steps with how many days ago each was taken, as which actor.
struct Sample {
    subject: &'static str,
    kind: &'static str,
    channel: Channel,
    steps: &'static [(u64, &'static str, &'static str)],
}

const SAMPLES: [Sample; 7] = [
    Sample { subject: "subsidy", kind: "ordinary", channel: Channel::Web, steps: &[(0, "file", "firm")] },
    Sample {
        subject: "permit",
        kind: "ordinary",
        channel: Channel::Telephone,
        steps: &[(2, "file", "desk"), (1, "dispatch", "desk")],
    },
    Sample {
        subject: "land",
        kind: "complex",
        channel: Channel::Web,
        steps: &[(6, "file", "firm"), (5, "dispatch", "desk"), (5, "accept", "unit"), (4, "contact", "unit")],
    },
    Sample {
        subject: "power",
        kind: "ordinary",
        channel: Channel::Web,
        steps: &[
            (8, "file", "firm"),
            (7, "dispatch", "desk"),
            (7, "accept", "unit"),
            (6, "contact", "unit"),
            (3, "ask-papers", "unit"),
        ],
    },
    Sample {
        subject: "tax",
        kind: "consultation",
        channel: Channel::Web,
        steps: &[
            (4, "file", "firm"),
            (4, "dispatch-consultation", "desk"),
            (4, "accept", "unit"),
            (1, "answer", "unit"),
        ],
    },
    Sample {
        subject: "road",
        kind: "ordinary",
        channel: Channel::Counter,
        steps: &[(24, "file", "desk"), (23, "dispatch", "desk"), (23, "accept", "unit")],
    },
    Sample {
        subject: "loan",
        kind: "ordinary",
        channel: Channel::Web,
        steps: &[
            (30, "file", "firm"),
            (29, "dispatch", "desk"),
            (29, "accept", "unit"),
            (26, "answer", "unit"),
            (25, "rate", "firm"),
        ],
    },
];

/// Opens the cases of a demo, where it has none yet and the edition knows the procedure. Says how many.
pub async fn open_cases(store: &Store, edition: &Edition, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let known = store.cases(&CaseQuery::all(Within::Firm(FIRM.to_owned()), 1)).await?;
    let today = day_in_china(now);
    let version = MechanismVersion::in_force(&edition.mechanisms, VOICE, today);
    let (Some(version), true) = (version, known.rows.is_empty()) else { return Ok(0) };
    let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
    let mut opened = 0;
    for (place, sample) in SAMPLES.iter().enumerate() {
        if open(store, &procedures, (edition, &version.definition), (place, sample, now)).await? {
            opened += 1;
        }
    }
    Ok(opened)
}

async fn open(
    store: &Store,
    procedures: &Procedures<'_>,
    (edition, mechanism): (&Edition, &Mechanism),
    (place, sample, now): (usize, &Sample, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let mut steps = sample.steps.iter();
    let step = |minute: u32, (days, step, by): &(u64, &str, &str)| {
        let day = day_in_china(now).checked_sub_days(Days::new(*days)).unwrap_or_default();
        let at = Moment { day, time: NaiveTime::from_hms_opt(9, minute, 0).filter(|_| *days > 0) };
        let actor = mechanism.actors.iter().find(|actor| actor.id == *by);
        let is_fixed = actor.is_some_and(|actor| actor.competence == Competence::Fixed);
        let organization = actor.and_then(|actor| actor.organization.clone()).filter(|_| is_fixed);
        let data = data((edition, mechanism), sample, step);
        CaseStep { at, step: (*step).to_owned(), by: (*by).to_owned(), organization, data }
    };
    let deed = |days: u64| {
        let at = now.checked_sub_days(Days::new(days)).unwrap_or(now);
        Deed { reason: "demo".to_owned(), ..Deed::of_operator(at) }
    };
    let Some(first) = steps.next() else { return Ok(false) };
    let new = NewCase {
        id: format!("{place:032x}"),
        salt: format!("{:032x}", place + SAMPLES.len()),
        mechanism: mechanism.id.clone(),
        firm: FIRM.to_owned(),
        place: FIRM[2..8].to_owned(),
        channel: sample.channel,
        source: String::new(),
        title: words(sample.subject),
        filed_by: "demo".to_owned(),
        first: step(0, first),
        parent: None,
    };
    let Opened::New(mut head) = store.open_case(procedures, new, &deed(first.0)).await? else {
        return Ok(false);
    };
    for (minute, next) in (1..).zip(steps) {
        let wanted = WantedStep {
            case: head.id.clone(),
            revision: head.revision,
            step: step(minute, next),
            person: "demo".to_owned(),
        };
        match store.take_step(procedures, wanted, &deed(next.0)).await? {
            Taken::Done(after) => head = after,
            // What an edition of another city does not allow is left where it is.
            _ => return Ok(true),
        }
    }
    Ok(true)
}

/// What is filled into the form of a step.
fn data(
    (edition, mechanism): (&Edition, &Mechanism),
    sample: &Sample,
    step: &str,
) -> BTreeMap<String, FieldValue> {
    let step = mechanism.steps.iter().find(|known| known.id == step);
    let form = step.and_then(|step| mechanism.forms.iter().find(|form| Some(&form.id) == step.form.as_ref()));
    let text = |value: &str| Some(FieldValue::Text(value.to_owned()));
    let unit = edition.organizations.first().map(|one| one.id.clone()).unwrap_or_default();
    let value = |field: &domain::mechanism::FormField| match (field.name.as_str(), field.kind) {
        ("subject", _) => text(&words(sample.subject)),
        ("voice_kind", _) => text(sample.kind),
        ("channel", _) => text(sample.channel.name()),
        ("identity", _) => text(if sample.subject == "road" { "hidden" } else { "named" }),
        ("rating_level", _) => Some(FieldValue::Whole(1)),
        ("account", _) => text(&words(&format!("{}_account", sample.subject))),
        (_, FormFieldKind::Organization) => text(&unit),
        (_, FormFieldKind::Bool) => Some(FieldValue::Bool(true)),
        (name, FormFieldKind::Text) if field.required => text(&words(name)),
        _ => None,
    };
    let fields = form.into_iter().flat_map(|form| &form.fields);
    fields.filter_map(|field| Some((field.name.clone(), value(field)?))).collect()
}

/// A text of the demo; cases are written in Chinese, as firms write them.
fn words(key: &str) -> String {
    TEXTS.get(key).map_or(key, |text| text.get(Language::Zh)).to_owned()
}
