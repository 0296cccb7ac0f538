//! What of cases is about a person: for the person.

use super::CaseDraft;
use crate::database::query;
use crate::{Store, StoreError};
use serde::Serialize;

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

impl Store {
    /// What of cases is about a person.
    pub async fn case_traces(&self, person: &str) -> Result<CaseTraces, StoreError> {
        let filed = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT number, mechanism, firm, title, opened_at FROM case_file WHERE filed_by = $1
                 ORDER BY serial",
            )
            .bind(person)
            .fetch_all(connection)
            .await?
        });
        let steps = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT number, step, recorded_at FROM case_step JOIN case_file ON serial = case_serial
                 WHERE person = $1 ORDER BY serial, position",
            )
            .bind(person)
            .fetch_all(connection)
            .await?
        });
        let attachments = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT number, name, added_at FROM case_attachment JOIN case_file ON serial = case_serial
                 WHERE added_by = $1 ORDER BY serial, position",
            )
            .bind(person)
            .fetch_all(connection)
            .await?
        });
        Ok(CaseTraces { filed, steps, drafts: self.drafts(person).await?, attachments })
    }
}
