//! Keeping a change of a case: its row, its step, who sees it, its messages, its words, its event, and the cases that it
//! opens, which are kept in the same way.

use super::digest::{of_child, of_head, of_organizations, of_place, of_state, of_step};
use super::head::{CaseRow, HeadRow};
use super::step::{StepEffects, StepRow};
use super::words::Indexed;
use super::{LinkKind, Procedures, attachment, json_text, notice};
use crate::account::moment_text;
use crate::database::{Transaction, within};
use crate::event_log::{NewEvent, append_within};
use crate::{Deed, StoreError};
use chrono::Datelike;
use domain::case_number::CaseNumber;
use domain::clock::Moment;
use domain::mechanism::{
    Act, Competence, Mechanism, MechanismVersion, SeesWhen, TakenAlong, accused,
    course::{CaseOrigin, CaseState, CaseStep, Course, OriginKind},
    hides_the_firm,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// More cases than this no step opens, whatever a mechanism says.
const OPENED_MAX: usize = 16;
/// So often a number by chance is looked for that no case has.
const PLACE_ATTEMPTS_MAX: u32 = 64;
/// Who did it, in the events of a confidential case.
pub(super) const SEALED: &str = "sealed";

/// A change that was found to be possible.
pub(super) struct Change<'m> {
    /// Kind of its event.
    pub kind: &'static str,
    /// The version on which the case runs.
    pub version: &'m MechanismVersion,
    /// The row as it was; of a new case without serial and number.
    pub head: HeadRow,
    /// What was known before; nothing of a new case.
    pub before: Option<CaseState>,
    /// What is known now.
    pub course: Course<'m>,
    /// The step that somebody took, and who; none where time or another case brought the change.
    pub step: Option<(CaseStep, String)>,
    /// The case from which it comes.
    pub opened_by: Option<OpenedBy>,
}

/// The case from which a new one comes.
pub(super) struct OpenedBy {
    /// Its serial.
    pub serial: i64,
    /// How.
    pub link: LinkKind,
    /// Fields whose attachments go along, each with the field that it fills.
    pub take: Vec<(String, String)>,
}

/// Keeps a change and all that follows from it; answers the row as it is then.
pub(super) async fn keep(
    transaction: &mut Transaction,
    procedures: &Procedures<'_>,
    change: Change<'_>,
    deed: &Deed,
) -> Result<HeadRow, StoreError> {
    // On the heap: what keeps a case is large, and everybody who waits for it would carry it along.
    let (head, waiting) = Box::pin(keep_one(transaction, procedures, change, deed)).await?;
    keep_opened(transaction, procedures, (&head, waiting), deed).await?;
    Ok(head)
}

/// Keeps the cases that a case opened, and those that they open.
pub(super) async fn keep_opened<'m>(
    transaction: &mut Transaction,
    procedures: &Procedures<'m>,
    (head, mut waiting): (&HeadRow, Vec<Change<'m>>),
    deed: &Deed,
) -> Result<(), StoreError> {
    let mut opened = 0;
    while let Some(child) = waiting.pop() {
        opened += 1;
        if opened > OPENED_MAX {
            let what =
                format!("a step opens more than {OPENED_MAX} cases · mend the mechanism {}", head.mechanism);
            return Err(StoreError::Invalid(what));
        }
        waiting.extend(Box::pin(keep_child(transaction, procedures, child, deed)).await?.1);
    }
    Ok(())
}

/// Keeps a case that comes from another, with the attachments that go along; answers with it the cases that it opens.
pub(super) async fn keep_child<'m>(
    transaction: &mut Transaction,
    procedures: &Procedures<'m>,
    mut change: Change<'m>,
    deed: &Deed,
) -> Result<(HeadRow, Vec<Change<'m>>), StoreError> {
    let from = change.opened_by.as_mut().map(|from| (from.serial, std::mem::take(&mut from.take)));
    let (mut head, more) = Box::pin(keep_one(transaction, procedures, change, deed)).await?;
    if let Some((serial, take)) = from {
        head = attachment::carry(transaction, procedures, (serial, &take), head, deed).await?;
    }
    Ok((head, more))
}

async fn keep_one<'m>(
    transaction: &mut Transaction,
    procedures: &Procedures<'m>,
    mut change: Change<'m>,
    deed: &Deed,
) -> Result<(HeadRow, Vec<Change<'m>>), StoreError> {
    let definition = &change.version.definition;
    let (state, text) = (change.course.state(), CaseRow::text_of(&change.course)?);
    let before = change.head.clone();
    let head = &mut change.head;
    head.follow(&change.course, (definition, procedures.office), deed);
    head.revision += 1;
    if change.before.is_none() {
        let is_secret = is_secret(definition, head);
        number(transaction, head, is_secret).await?;
        head.insert(transaction, &text).await?;
    } else {
        head.update(transaction, &text).await?;
    }
    let mut effects =
        StepEffects::between(change.before.as_ref(), state, change.step.as_ref().map(|(step, _)| step));
    let first_opened = change.before.as_ref().map_or(0, |before| before.opened.len());
    let opened: Vec<(usize, &(Moment, String))> =
        state.opened.iter().enumerate().skip(first_opened).collect();
    effects.opened = opened.iter().map(|(place, _)| of_child(&head.salt, *place).0).collect();
    let sees = organizations(definition, state);
    if let Some(from) = &change.opened_by {
        let nobody = Deed { actor: String::new(), ..deed.clone() };
        let deed = if is_secret(definition, head) { &nobody } else { deed };
        super::read::insert_link(transaction, (from.serial, head.serial, from.link.name()), deed).await?;
    }
    write_organizations(transaction, head, &sees).await?;
    let step = write_step(transaction, head, change.step.as_ref(), &effects, deed).await?;
    if head.is_sealed != 0 && before.is_sealed == 0 {
        notice::take_back(transaction, head).await?;
    }
    notice::write(transaction, (definition, head, state), &effects.notices, deed).await?;
    let seen: Vec<&str> =
        sees.iter().filter(|(_, part)| **part != "accused").map(|(name, _)| name.as_str()).collect();
    let indexed = Indexed::of(definition, head, state, &seen);
    let was = change.before.as_ref().map(|state| {
        let sees = organizations(definition, state);
        let seen: Vec<&str> =
            sees.iter().filter(|(_, part)| **part != "accused").map(|(name, _)| name.as_str()).collect();
        Indexed::of(definition, &before, state, &seen)
    });
    if was.as_ref() != Some(&indexed) {
        indexed.write(transaction, head.serial).await?;
    }
    let mut facts = facts(head, &effects, step.as_ref());
    facts.insert("state_sha256".to_owned(), json!(of_state(&head.salt, &text)));
    let parts: Vec<(String, String)> = sees.into_iter().map(|(name, part)| (name, part.to_owned())).collect();
    facts.insert("organizations_sha256".to_owned(), json!(of_organizations(&head.salt, &parts)));
    record(transaction, (head, is_secret(definition, head)), change.kind, facts, deed).await?;
    let children =
        opened.into_iter().map(|(place, opened)| child(procedures, (definition, head, state), place, opened));
    let children = children.collect::<Result<_, StoreError>>()?;
    Ok((change.head, children))
}

/// Keeps a change that its course has no part in, and records it.
pub(super) async fn touch(
    transaction: &mut Transaction,
    procedures: &Procedures<'_>,
    mut row: CaseRow,
    (kind, facts): (&str, Map<String, Value>),
    deed: &Deed,
) -> Result<HeadRow, StoreError> {
    let version = u16::try_from(row.head.version).unwrap_or_default();
    let mechanism = &procedures.version(&row.head.mechanism, version)?.definition;
    row.head.revision += 1;
    row.head.changed_at = moment_text(deed.at);
    row.head.update(transaction, &row.state).await?;
    within!(transaction, connection => {
        sqlx::query("UPDATE case_organization SET changed_at = $2 WHERE case_serial = $1")
            .bind(row.head.serial)
            .bind(&row.head.changed_at)
            .execute(connection)
            .await?;
    });
    record(transaction, (&row.head, is_secret(mechanism, &row.head)), kind, facts, deed).await?;
    Ok(row.head)
}

/// Whether events of a case say no more than that something happened.
fn is_secret(mechanism: &Mechanism, head: &HeadRow) -> bool {
    mechanism.anonymity.is_secret() || head.is_sealed != 0
}

/// A case that another opens: of the same firm, where one acts in it, and of the same filer, in the first stage of its
/// mechanism, with what goes along.
fn child<'m>(
    procedures: &Procedures<'m>,
    (definition, parent, state): (&Mechanism, &HeadRow, &CaseState),
    place: usize,
    (at, mechanism): &(Moment, String),
) -> Result<Change<'m>, StoreError> {
    let nothing = TakenAlong::default();
    let take = match state.opening(definition, place) {
        Some(Act::OpenCase { take, .. }) => take,
        _ => &nothing,
    };
    let (since, number) = state.first_filing(&parent.number);
    let data = state.taken_along(take);
    let is_hidden = hides_the_firm(definition, state);
    let origin = CaseOrigin { kind: OriginKind::PassedOn, since, number, is_hidden, data };
    let take = take.pairs().into_iter().map(|(own, new)| (own.to_owned(), new.to_owned())).collect();
    let version = MechanismVersion::in_force(procedures.versions, mechanism, at.day);
    let missing = || StoreError::NoMechanismVersion { mechanism: mechanism.clone(), version: 0 };
    let version = version.ok_or_else(missing)?;
    let (id, salt) = of_child(&parent.salt, place);
    // Where no firm acts, whoever handles the case need not know which firm the other case is of.
    let is_of_firm = version.definition.actors.iter().any(|actor| actor.competence == Competence::Firm);
    let head = HeadRow {
        firm: if is_of_firm { parent.firm.clone() } else { String::new() },
        serial: 0,
        revision: 0,
        id,
        salt,
        mechanism: mechanism.clone(),
        version: i64::from(version.definition.version),
        source: String::new(),
        began_at: at.to_string(),
        is_ended: 0,
        opened_at: parent.changed_at.clone(),
        ended_at: String::new(),
        merged_into: String::new(),
        keep_until: String::new(),
        is_sealed: 0,
        ..parent.clone()
    };
    Ok(Change {
        kind: "case.opened",
        version,
        head,
        before: None,
        course: Course::begin_from(version, procedures.office, *at, Some(origin)),
        step: None,
        opened_by: Some(OpenedBy { serial: parent.serial, link: LinkKind::Opened, take }),
    })
}

/// Gives a new case its serial, and its number among the cases of its year. A secret one has its number by chance:
/// whoever sees all other cases would else read from a gap that there is one, and when it came in.
async fn number(
    transaction: &mut Transaction,
    head: &mut HeadRow,
    is_secret: bool,
) -> Result<(), StoreError> {
    let year = head.began_at.parse::<Moment>().map_or(0, |at| at.day.year());
    let place = if is_secret {
        place_by_chance(transaction, head, year).await?
    } else {
        next_place(transaction, year).await?
    };
    head.serial = within!(transaction, connection => {
        sqlx::query_scalar("SELECT coalesce(max(serial), 0) + 1 FROM case_file").fetch_one(connection).await?
    });
    head.number = number_of(year, place);
    Ok(())
}

fn number_of(year: i32, place: u32) -> String {
    CaseNumber { year: u16::try_from(year).unwrap_or_default(), place }.to_string()
}

async fn next_place(transaction: &mut Transaction, year: i32) -> Result<u32, StoreError> {
    let place: i64 = within!(transaction, connection => {
        sqlx::query_scalar(
            "INSERT INTO case_year (year, last) VALUES ($1, 1)
             ON CONFLICT (year) DO UPDATE SET last = case_year.last + 1 RETURNING last",
        )
        .bind(i64::from(year))
        .fetch_one(connection)
        .await?
    });
    Ok(u32::try_from(place).unwrap_or_default())
}

/// A place beyond those that are given in turn, made of the salt, which was made by chance.
async fn place_by_chance(
    transaction: &mut Transaction,
    head: &HeadRow,
    year: i32,
) -> Result<u32, StoreError> {
    for attempt in 0..PLACE_ATTEMPTS_MAX {
        let place = of_place(&head.salt, attempt);
        let taken: Option<i64> = within!(transaction, connection => {
            sqlx::query_scalar("SELECT serial FROM case_file WHERE number = $1")
                .bind(number_of(year, place))
                .fetch_optional(connection)
                .await?
        });
        if taken.is_none() {
            return Ok(place);
        }
    }
    Err(StoreError::Invalid("no number is left for a confidential case · file it again".to_owned()))
}

/// Every organisation that has to do with a case, and how.
pub(super) fn organizations(mechanism: &Mechanism, state: &CaseState) -> BTreeMap<String, &'static str> {
    let part = |name: &String| {
        if state.assigned.as_ref() == Some(name) {
            "lead"
        } else if state.co_handlers.contains(name) {
            "helper"
        } else {
            "former"
        }
    };
    let involved = state.involved.iter().map(|name| (name.clone(), part(name)));
    // Whoever took a step without being bound to the case sees it since.
    let is_unbound = |by: &String| {
        let mut actors = mechanism.actors.iter();
        actors.any(|actor| actor.id == *by && actor.sees_when(mechanism.anonymity) != SeesWhen::Always)
    };
    let acted = state.taken.iter().filter(|taken| is_unbound(&taken.by));
    let acted = acted.filter_map(|taken| Some((taken.organization.clone()?, "former")));
    // Whom it complains of sees nothing of it, whatever else he is.
    let accused = accused(mechanism, state).into_iter().map(|name| (name, "accused"));
    acted.chain(involved).chain(accused).collect()
}

async fn write_organizations(
    transaction: &mut Transaction,
    head: &HeadRow,
    organizations: &BTreeMap<String, &'static str>,
) -> Result<(), StoreError> {
    for (organization, part) in organizations {
        within!(transaction, connection => {
            sqlx::query(
                "INSERT INTO case_organization (case_serial, organization, part, is_ended, next_over, changed_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (case_serial, organization)
                 DO UPDATE SET part = excluded.part, is_ended = excluded.is_ended,
                               next_over = excluded.next_over, changed_at = excluded.changed_at",
            )
            .bind(head.serial)
            .bind(organization)
            .bind(*part)
            .bind(head.is_ended)
            .bind(&head.next_over)
            .bind(&head.changed_at)
            .execute(connection)
            .await?;
        });
    }
    Ok(())
}

async fn write_step(
    transaction: &mut Transaction,
    head: &HeadRow,
    step: Option<&(CaseStep, String)>,
    effects: &StepEffects,
    deed: &Deed,
) -> Result<Option<StepRow>, StoreError> {
    let Some((step, person)) = step else { return Ok(None) };
    let position: i64 = within!(transaction, connection => {
        sqlx::query_scalar("SELECT coalesce(max(position), 0) + 1 FROM case_step WHERE case_serial = $1")
            .bind(head.serial)
            .fetch_one(connection)
            .await?
    });
    let row = StepRow {
        case_serial: head.serial,
        position,
        at: step.at.to_string(),
        step: step.step.clone(),
        actor: step.by.clone(),
        organization: step.organization.clone().unwrap_or_default(),
        person: person.clone(),
        recorded_at: moment_text(deed.at),
        revision: head.revision,
        data: json_text(&step.data)?,
        effects: json_text(effects)?,
    };
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO case_step (case_serial, position, at, step, actor, organization, person, recorded_at,
                 revision, data, effects)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(row.case_serial)
        .bind(row.position)
        .bind(&row.at)
        .bind(&row.step)
        .bind(&row.actor)
        .bind(&row.organization)
        .bind(&row.person)
        .bind(&row.recorded_at)
        .bind(row.revision)
        .bind(&row.data)
        .bind(&row.effects)
        .execute(connection)
        .await?;
    });
    Ok(Some(row))
}

/// What the event of a change says.
fn facts(head: &HeadRow, effects: &StepEffects, step: Option<&StepRow>) -> Map<String, Value> {
    let mut facts = Map::new();
    let mut put = |key: &str, value: Value| drop(facts.insert(key.to_owned(), value));
    put("mechanism", json!(head.mechanism));
    put("version", json!(head.version));
    put("stage", json!(head.stage));
    put("assigned", json!(head.assigned));
    if let Some(step) = step {
        put("step", json!(step.step));
        put("by", json!(step.actor));
        put("organization", json!(step.organization));
        put("position", json!(step.position));
        put("step_sha256", json!(of_step(&head.salt, step)));
    }
    let steps: Vec<&str> = effects.automatic.iter().map(|taken| taken.step.as_str()).collect();
    let rungs: Vec<&str> = effects.rungs.iter().map(|fired| fired.rung.as_str()).collect();
    for (key, names) in [("automatic", steps), ("rungs", rungs)] {
        if !names.is_empty() {
            put(key, json!(names));
        }
    }
    facts
}

/// Records what happened to a case. Of a confidential case the event says that something did, and proves the rows;
/// the rows say what and by whom.
pub(super) async fn record(
    transaction: &mut Transaction,
    (head, is_sealed): (&HeadRow, bool),
    kind: &str,
    mut facts: Map<String, Value>,
    deed: &Deed,
) -> Result<(), StoreError> {
    if is_sealed {
        facts.retain(|key, _| key.ends_with("_sha256") || key == "position");
    } else {
        for (key, text) in [("acting_as", &deed.acting_as), ("reason", &deed.reason), ("from", &deed.from)] {
            if !text.is_empty() {
                facts.insert(key.to_owned(), json!(text));
            }
        }
    }
    facts.insert("number".to_owned(), json!(head.number));
    facts.insert("head_sha256".to_owned(), json!(of_head(head)));
    let event = NewEvent {
        stream: stream_of(&head.id),
        expected_version: head.revision - 1,
        kind: kind.to_owned(),
        actor: if is_sealed { SEALED.to_owned() } else { deed.actor.clone() },
        payload: Value::Object(facts),
    };
    append_within(transaction, &event, deed.at).await.map(drop)
}

/// The stream of the events of one case.
pub(super) fn stream_of(id: &str) -> String {
    format!("case:{id}")
}
