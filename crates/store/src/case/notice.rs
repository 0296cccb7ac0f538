//! Messages of cases: an outbox of who is to be told what, without a word of text. The text is made from its template
//! when it is read, for the eyes of whoever reads it.

use super::head::HeadRow;
use crate::account::{moment, moment_text};
use crate::database::{Transaction, query, within};
use crate::{Deed, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::mechanism::{
    Anonymity, Competence, Mechanism, SeesWhen, accused,
    course::{CaseState, NoticeDue},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Who is to be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "to", content = "name", rename_all = "kebab-case")]
pub enum Recipient {
    /// One person.
    Person(String),
    /// Whoever acts for a firm.
    Firm(String),
    /// Whoever works in an organisation.
    Organization(String),
    /// Whoever holds a role, wherever.
    Role(Role),
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseNotice {
    /// Its place among all messages.
    pub serial: i64,
    /// Identifier of the case.
    pub case: String,
    /// Number of the case.
    pub number: String,
    /// The mechanism.
    pub mechanism: String,
    /// Its version.
    pub version: i64,
    /// Key of the text.
    pub notice: String,
    /// Who is told.
    pub to: Recipient,
    /// When it was due: a day or a minute.
    pub at: String,
    /// How many of the same text, case and moment went to the same before it.
    pub earlier: i64,
    /// When somebody read it first.
    pub read_at: Option<DateTime<Utc>>,
}

/// Which messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeQuery {
    /// To any of these.
    pub to: Vec<Recipient>,
    /// Only what somebody has read, or what nobody has.
    pub is_read: Option<bool>,
    /// Only of cases of this mechanism; of all where it is empty.
    pub mechanism: String,
    /// Before this one, going back in time; 0 begins with the newest.
    pub before: i64,
    /// At most so many.
    pub most: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    serial: i64,
    id: String,
    number: String,
    mechanism: String,
    version: i64,
    notice: String,
    to_kind: String,
    to_name: String,
    at: String,
    read_at: String,
    earlier: i64,
}

impl Recipient {
    /// As rows spell it.
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Person(name) => ("person", name),
            Self::Firm(name) => ("firm", name),
            Self::Organization(name) => ("organization", name),
            Self::Role(role) => ("role", role.name()),
        }
    }

    fn of(kind: &str, name: String) -> Result<Self, StoreError> {
        let unknown = || StoreError::Damaged(format!("a message to the {kind} `{name}`"));
        Ok(match kind {
            "person" => Self::Person(name),
            "firm" => Self::Firm(name),
            "organization" => Self::Organization(name),
            _ => Self::Role(Role::named(&name).ok_or_else(unknown)?),
        })
    }
}

impl Store {
    /// Messages, the newest first.
    pub async fn notices(&self, wanted: &NoticeQuery) -> Result<Vec<CaseNotice>, StoreError> {
        let mut found = Vec::new();
        let own = own_organization(&wanted.to);
        // Each recipient is a walk of its own along the index; there are at most a handful.
        for to in wanted.to.iter().collect::<BTreeSet<_>>() {
            let (kind, name) = to.parts();
            let before = if wanted.before == 0 { i64::MAX } else { wanted.before };
            let rows: Vec<Row> = query!(self.database, connection => {
                sqlx::query_as(
                    "SELECT n.serial, c.id, c.number, c.mechanism, c.version, n.notice, n.to_kind, n.to_name, n.at, n.read_at,
                         (SELECT count(*) FROM case_notice e
                          WHERE e.case_serial = n.case_serial AND e.notice = n.notice AND e.at = n.at
                            AND e.to_kind = n.to_kind AND e.to_name = n.to_name AND e.serial < n.serial) AS earlier
                     FROM case_notice n JOIN case_file c ON c.serial = n.case_serial
                     WHERE n.to_kind = $1 AND n.to_name = $2 AND n.serial < $3 AND ($4 < 0 OR ($4 = 0) = (n.read_at = ''))
                       AND ($6 = '' OR c.mechanism = $6)
                         AND NOT EXISTS (SELECT 1 FROM case_organization x WHERE x.case_serial = n.case_serial
                                         AND x.organization = $7 AND x.part = 'accused')
                     ORDER BY n.serial DESC LIMIT $5",
                )
                .bind(kind)
                .bind(name)
                .bind(before)
                .bind(wanted.is_read.map_or(-1, i64::from))
                .bind(i64::from(wanted.most))
                .bind(&wanted.mechanism)
                .bind(own)
                .fetch_all(connection)
                .await?
            });
            found.extend(rows);
        }
        found.sort_by_key(|row| std::cmp::Reverse(row.serial));
        found.truncate(usize::try_from(wanted.most).unwrap_or(usize::MAX));
        found.into_iter().map(CaseNotice::try_from).collect()
    }

    /// How many messages to any of these nobody has read, counted up to 1,000 for each.
    pub async fn unread_notices(&self, to: &[Recipient]) -> Result<u64, StoreError> {
        let mut count = 0;
        let own = own_organization(to);
        for to in to.iter().collect::<BTreeSet<_>>() {
            let (kind, name) = to.parts();
            let some: i64 = query!(self.database, connection => {
                sqlx::query_scalar(
                    "SELECT count(*) FROM (SELECT 1 FROM case_notice n
                     WHERE n.to_kind = $1 AND n.to_name = $2 AND n.read_at = ''
                         AND NOT EXISTS (SELECT 1 FROM case_organization x WHERE x.case_serial = n.case_serial
                                         AND x.organization = $3 AND x.part = 'accused')
                     LIMIT 1000) counted",
                )
                .bind(kind)
                .bind(name)
                .bind(own)
                .fetch_one(connection)
                .await?
            });
            count += u64::try_from(some).unwrap_or_default();
        }
        Ok(count)
    }

    /// Notes that somebody has read messages to any of these; others are left alone. How many were unread.
    pub async fn mark_read(
        &self,
        serials: &[i64],
        to: &[Recipient],
        person: &str,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let mut marked = 0;
        let own = own_organization(to);
        for serial in serials.iter().collect::<BTreeSet<_>>() {
            for to in to {
                let (kind, name) = to.parts();
                marked += within!(&mut transaction, connection => {
                    sqlx::query(
                        "UPDATE case_notice SET read_at = $4, read_by = $5
                         WHERE serial = $1 AND to_kind = $2 AND to_name = $3 AND read_at = ''
                             AND NOT EXISTS (SELECT 1 FROM case_organization x
                                             WHERE x.case_serial = case_notice.case_serial
                                             AND x.organization = $6 AND x.part = 'accused')",
                    )
                    .bind(serial)
                    .bind(kind)
                    .bind(name)
                    .bind(moment_text(at))
                    .bind(person)
                    .bind(own)
                    .execute(connection)
                    .await?
                    .rows_affected()
                });
            }
        }
        transaction.commit_if(marked > 0).await?;
        Ok(marked)
    }
}

/// The organisation of whoever asks: of messages to his role he does not read those of cases that complain of it.
fn own_organization(to: &[Recipient]) -> &str {
    let mut organizations = to.iter().filter_map(|one| match one {
        Recipient::Organization(name) => Some(name.as_str()),
        _ => None,
    });
    organizations.next().unwrap_or_default()
}

/// Takes out of the outbox what others than its filer were told of a case that is sealed now.
pub(super) async fn take_back(transaction: &mut Transaction, head: &HeadRow) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(
            "DELETE FROM case_notice WHERE case_serial = $1 AND NOT (to_kind = 'person' AND to_name = $2)",
        )
        .bind(head.serial)
        .bind(&head.filed_by)
        .execute(connection)
        .await?;
    });
    Ok(())
}

/// Puts messages that are due into the outbox.
pub(super) async fn write(
    transaction: &mut Transaction,
    (mechanism, head, state): (&Mechanism, &HeadRow, &CaseState),
    due: &[NoticeDue],
    deed: &Deed,
) -> Result<(), StoreError> {
    for notice in due {
        for recipient in recipients(mechanism, head, state, &notice.to) {
            let (kind, name) = recipient.parts();
            // Whoever brought the message about by himself is told nothing new.
            let is_own = kind == "person" && name == deed.actor;
            within!(transaction, connection => {
                sqlx::query(
                    "INSERT INTO case_notice (serial, case_serial, notice, to_kind, to_name, at, read_at, read_by)
                     VALUES ((SELECT coalesce(max(serial), 0) + 1 FROM case_notice), $1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(head.serial)
                .bind(&notice.notice)
                .bind(kind)
                .bind(name)
                .bind(notice.at.to_string())
                .bind(if is_own { moment_text(deed.at) } else { String::new() })
                .bind(if is_own { deed.actor.as_str() } else { "" })
                .execute(connection)
                .await?;
            });
        }
    }
    Ok(())
}

/// Who stands behind actors of a mechanism in a case. Whom the case complains of is never told.
fn recipients(
    mechanism: &Mechanism,
    head: &HeadRow,
    state: &CaseState,
    actors: &[String],
) -> BTreeSet<Recipient> {
    let accused = accused(mechanism, state);
    let is_of_person =
        mechanism.anonymity == Anonymity::Confidential || head.is_sealed != 0 || head.firm.is_empty();
    let mut recipients = BTreeSet::new();
    for actor in mechanism.actors.iter().filter(|actor| actors.contains(&actor.id)) {
        match actor.competence {
            Competence::Automatic => {}
            // In confidence it is the person who filed, not everybody of the firm; nobody where an office took it down.
            Competence::Firm if is_of_person => {
                let filer = Some(&head.filed_by).filter(|filer| !filer.is_empty());
                recipients.extend(filer.cloned().map(Recipient::Person));
            }
            Competence::Firm => drop(recipients.insert(Recipient::Firm(head.firm.clone()))),
            Competence::Assigned => {
                recipients.extend(state.assigned.iter().cloned().map(Recipient::Organization));
            }
            Competence::CoHandler => {
                recipients.extend(state.co_handlers.iter().cloned().map(Recipient::Organization));
            }
            Competence::Fixed => {
                recipients.extend(actor.organization.iter().cloned().map(Recipient::Organization));
            }
            Competence::Open => {
                let own = state.taken.iter().filter(|taken| taken.by == actor.id);
                let own: BTreeSet<Recipient> =
                    own.filter_map(|taken| taken.organization.clone().map(Recipient::Organization)).collect();
                // Until one of them has taken it on, all who could are told.
                // Those who learn of the case only by acting are not told of it before.
                let is_told = own.is_empty() && actor.sees_when(mechanism.anonymity) != SeesWhen::AfterActing;
                let any = actor.roles.iter().filter(|_| is_told).map(|role| Recipient::Role(*role));
                recipients.extend(any);
                recipients.extend(own);
            }
        }
    }
    let is_accused = |one: &Recipient| matches!(one, Recipient::Organization(name) if accused.contains(name));
    recipients.retain(|one| !is_accused(one));
    recipients
}

impl TryFrom<Row> for CaseNotice {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            to: Recipient::of(&row.to_kind, row.to_name)?,
            read_at: moment(&row.read_at)?,
            serial: row.serial,
            case: row.id,
            number: row.number,
            mechanism: row.mechanism,
            version: row.version,
            notice: row.notice,
            at: row.at,
            earlier: row.earlier,
        })
    }
}
