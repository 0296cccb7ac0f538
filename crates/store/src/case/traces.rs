//! What of cases is about a person: for the person.

use super::CaseDraft;
use crate::database::query;
use crate::{Store, StoreError};
use serde::Serialize;
use sqlx::{FromRow, postgres::PgRow, sqlite::SqliteRow};

/// What of cases is about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CaseTraces {
    /// Cases he filed, with what was filled in when they are not erased.
    pub filed: Vec<FiledTrace>,
    /// Steps he took. What he wrote for an office is in the case.
    pub steps: Vec<StepTrace>,
    /// What he began and has not filed.
    pub drafts: Vec<CaseDraft>,
    /// Files he handed in.
    pub attachments: Vec<AttachmentTrace>,
}

/// A case somebody filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct FiledTrace {
    /// Its number.
    pub number: String,
    /// The mechanism.
    pub mechanism: String,
    /// The firm.
    pub firm: String,
    /// What it is about; empty once erased.
    pub title: String,
    /// When it was opened.
    pub opened_at: String,
}

/// A step somebody took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct StepTrace {
    /// The number of the case.
    pub number: String,
    /// The step.
    pub step: String,
    /// When it was recorded.
    pub recorded_at: String,
}

/// A file somebody handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct AttachmentTrace {
    /// The number of the case.
    pub number: String,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub added_at: String,
}

const FILED: &str =
    "SELECT number, mechanism, firm, title, opened_at FROM case_file WHERE filed_by = $1 ORDER BY serial";

// To say that somebody did it lets the indexes be used, which leave out what is erased.
const STEPS: &str =
    "SELECT c.number, s.step, s.recorded_at FROM case_step s JOIN case_file c ON c.serial = s.case_serial
     WHERE s.person = $1 AND s.person <> '' ORDER BY s.case_serial, s.position";

const ATTACHMENTS: &str = "SELECT c.number, a.name, a.added_at FROM case_attachment a
     JOIN case_file c ON c.serial = a.case_serial
     WHERE a.added_by = $1 AND a.added_by <> '' ORDER BY a.case_serial, a.position";

impl Store {
    /// What of cases is about a person.
    pub async fn case_traces(&self, person: &str) -> Result<CaseTraces, StoreError> {
        Ok(CaseTraces {
            filed: self.traces(FILED, person).await?,
            steps: self.traces(STEPS, person).await?,
            drafts: self.drafts(person).await?,
            attachments: self.traces(ATTACHMENTS, person).await?,
        })
    }

    async fn traces<T>(&self, statement: &'static str, person: &str) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(query!(self.database, connection => {
            sqlx::query_as(statement).bind(person).fetch_all(connection).await?
        }))
    }
}
