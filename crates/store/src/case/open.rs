//! Opening a case: a new one with its first step, or the one that is known already from the same source.

use super::change::{Change, OpenedBy, keep};
use super::head::{CaseHead, CaseRow, Channel, HeadRow, NEVER};
use super::{LinkKind, Procedures};
use crate::account::moment_text;
use crate::database::{Transaction, within};
use crate::event_log::lock_log;
use crate::{Deed, Store, StoreError};
use domain::direction::straight;
use domain::mechanism::{
    Competence, MechanismVersion, Refusal,
    course::{CaseStep, Course},
};

const TITLE_CHARS_MAX: usize = 200;

/// A case that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    /// Identifier: 128 bits made by chance, in hexadecimal.
    pub id: String,
    /// Made by chance; makes the digests in the event log say nothing about what people wrote.
    pub salt: String,
    /// The mechanism.
    pub mechanism: String,
    /// The firm; empty where nobody can say.
    pub firm: String,
    /// The division; may be empty.
    pub place: String,
    /// How it came in.
    pub channel: Channel,
    /// Its stable id at the source, such as `12345:2026-8841`; empty for our own.
    pub source: String,
    /// What it is about, in a few words.
    pub title: String,
    /// The person who files it.
    pub filed_by: String,
    /// The first step.
    pub first: CaseStep,
    /// Identifier of the case that it comes from; a link is made to it.
    pub parent: Option<String>,
}

impl NewCase {
    /// Whether the firm files it by itself, and not an office for it.
    fn is_by_firm(&self, version: &MechanismVersion) -> bool {
        let mut actors = version.definition.actors.iter();
        actors.any(|actor| actor.id == self.first.by && actor.competence == Competence::Firm)
    }
}

/// What came of opening a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It is new.
    New(CaseHead),
    /// The source had handed it over before, or the form was sent before.
    Known(CaseHead),
    /// Everything that stands against its first step; there is no case.
    Refused(Vec<Refusal>),
    /// No mechanism of this name is in force on the day.
    UnknownMechanism,
}

impl Store {
    /// Opens a case with its first step.
    pub async fn open_case(
        &self,
        procedures: &Procedures<'_>,
        mut new: NewCase,
        deed: &Deed,
    ) -> Result<Opened, StoreError> {
        checked(&new)?;
        let day = new.first.at.day;
        let Some(version) = MechanismVersion::in_force(procedures.versions, &new.mechanism, day) else {
            return Ok(Opened::UnknownMechanism);
        };
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        if let Some(known) = known(&mut transaction, &new).await? {
            transaction.undo().await?;
            return Ok(Opened::Known(known.head.try_into()?));
        }
        let opened_by = match &new.parent {
            Some(parent) => {
                let row = super::head::row_of(&mut transaction, parent).await?;
                let absent =
                    || StoreError::Invalid(format!("there is no case `{parent}` · name one that is there"));
                let serial = row.ok_or_else(absent)?.head.serial;
                Some(OpenedBy { serial, link: LinkKind::Opened, take: Vec::new() })
            }
            None => None,
        };
        let mut course = Course::begin(version, procedures.office, new.first.at);
        if let Err(refusals) = course.take(&new.first) {
            transaction.undo().await?;
            return Ok(Opened::Refused(refusals));
        }
        // Whoever took down for a firm what is sealed at once has heard it, and has no more to do with it.
        if course.state().is_sealed && !new.is_by_firm(version) {
            new.filed_by.clear();
        }
        let step = Some((new.first.clone(), new.filed_by.clone()));
        let head = begun(version, new, deed);
        let change = Change { kind: "case.opened", version, head, before: None, course, step, opened_by };
        let head = keep(&mut transaction, procedures, change, deed).await?;
        transaction.commit().await?;
        Ok(Opened::New(head.try_into()?))
    }
}

/// The row of a case that begins; its serial and number are given when it is written.
pub(super) fn begun(version: &MechanismVersion, new: NewCase, deed: &Deed) -> HeadRow {
    let none = String::new;
    HeadRow {
        serial: 0,
        number: none(),
        version: i64::from(version.definition.version),
        began_at: new.first.at.to_string(),
        id: new.id,
        mechanism: new.mechanism,
        firm: new.firm,
        place: new.place,
        channel: new.channel.name().to_owned(),
        source: new.source,
        title: straight(&new.title).trim().to_owned(),
        filed_by: new.filed_by,
        salt: new.salt,
        stage: none(),
        is_ended: 0,
        assigned: none(),
        revision: 0,
        opened_at: moment_text(deed.at),
        changed_at: moment_text(deed.at),
        ended_at: none(),
        firm_due: none(),
        firm_due_provisional: 0,
        unit_due: none(),
        unit_due_provisional: 0,
        next_over: NEVER.to_owned(),
        merged_into: none(),
        wake_at: none(),
        keep_until: none(),
        erased_at: none(),
        is_sealed: 0,
        unit_warn: none(),
    }
}

pub(super) fn checked(new: &NewCase) -> Result<(), StoreError> {
    let is_hexadecimal = |text: &str| {
        text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    if new.id.len() != 32 || !is_hexadecimal(&new.id) || !is_hexadecimal(&new.salt) {
        let what =
            "the identifier or the salt of a case is malformed · give 128 bits by chance in hexadecimal";
        return Err(StoreError::Invalid(what.to_owned()));
    }
    let length = straight(&new.title).trim().chars().count();
    if length == 0 || length > TITLE_CHARS_MAX || new.title.chars().any(char::is_control) {
        return Err(StoreError::TitleMalformed);
    }
    Ok(())
}

/// The case that is there already: from the same source, or of the same form.
async fn known(transaction: &mut Transaction, new: &NewCase) -> Result<Option<CaseRow>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM case_file WHERE id = $1 OR (source = $2 AND source <> '') ORDER BY serial LIMIT 1")
            .bind(&new.id)
            .bind(&new.source)
            .fetch_optional(connection)
            .await?
    }))
}
