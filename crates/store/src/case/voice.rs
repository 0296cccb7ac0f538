//! Voices of firms as the desk compares them: by the bands of their sketches, by firm, by when they changed; and the
//! cases that were opened of many of them.
//!
//! Bands stand among the tokens of the index of words: they come and go with the words of a case, in the same change.

use super::head::{COLUMNS, CaseHead, CaseRow, HeadRow};
use super::state_of;
use super::words::band_token;
use crate::account::moment_text;
use crate::database::{Transaction, within};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::mechanism::course::CaseState;
use sqlx::AssertSqlSafe;

/// A case with what is known of it. Whether somebody may see it is for `domain::mechanism::sight` to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCase {
    /// What a list shows of it.
    pub head: CaseHead,
    /// Everything that is known of it.
    pub state: CaseState,
}

impl TryFrom<CaseRow> for KnownCase {
    type Error = StoreError;

    fn try_from(row: CaseRow) -> Result<Self, StoreError> {
        Ok(Self { state: state_of(&row.state)?, head: row.head.try_into()? })
    }
}

#[derive(sqlx::FromRow)]
struct JoinedRow {
    #[sqlx(flatten)]
    head: HeadRow,
    joined: String,
}

impl Store {
    /// The voices that share a band with a text, the newest first: few of all, and nearly every one that is alike.
    pub async fn voices_alike(&self, bands: &[u64], most: u32) -> Result<Vec<KnownCase>, StoreError> {
        if bands.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin_case_read().await?;
        let is_sqlite = matches!(transaction, Transaction::Sqlite(_));
        let tokens = bands.iter().map(|band| band_token(*band));
        let (query, from, condition) = if is_sqlite {
            let tokens: Vec<String> = tokens.map(|token| format!("scope : \"{token}\"")).collect();
            (
                tokens.join(" OR "),
                "case_words w CROSS JOIN case_file c ON c.serial = w.rowid",
                "case_words MATCH $1",
            )
        } else {
            let tokens: Vec<String> = tokens.map(|token| format!("'{token}'")).collect();
            let from = "case_words w JOIN case_file c ON c.serial = w.case_serial";
            (tokens.join(" | "), from, "w.words @@ CAST($1 AS tsquery)")
        };
        let order = if is_sqlite { "w.rowid" } else { "w.case_serial" };
        let sql =
            format!("SELECT {COLUMNS}, c.state FROM {from} WHERE {condition} ORDER BY {order} DESC LIMIT $2");
        let rows: Vec<CaseRow> = within!(&mut transaction, connection => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(query).bind(i64::from(most)).fetch_all(connection).await?
        });
        transaction.undo().await?;
        rows.into_iter().map(KnownCase::try_from).collect()
    }

    /// The cases of a firm in a mechanism, the newest first.
    pub async fn cases_of_firm(
        &self,
        firm: &str,
        mechanism: &str,
        most: u32,
    ) -> Result<Vec<KnownCase>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, c.state FROM case_file c WHERE c.firm = $1 AND c.mechanism = $2 AND c.erased_at = ''
             ORDER BY c.serial DESC LIMIT $3"
        );
        let mut transaction = self.begin_case_read().await?;
        let rows: Vec<CaseRow> = within!(&mut transaction, connection => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(firm)
                .bind(mechanism)
                .bind(i64::from(most))
                .fetch_all(connection)
                .await?
        });
        transaction.undo().await?;
        rows.into_iter().map(KnownCase::try_from).collect()
    }

    /// The cases of a mechanism that changed since a moment, that moment included; what changed last comes first.
    pub async fn cases_changed(
        &self,
        mechanism: &str,
        since: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<KnownCase>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, c.state FROM case_file c WHERE c.mechanism = $1 AND c.changed_at >= $2
             ORDER BY c.changed_at DESC, c.serial DESC LIMIT $3"
        );
        let mut transaction = self.begin_case_read().await?;
        let rows: Vec<CaseRow> = within!(&mut transaction, connection => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(mechanism)
                .bind(moment_text(since))
                .bind(i64::from(most))
                .fetch_all(connection)
                .await?
        });
        transaction.undo().await?;
        rows.into_iter().map(KnownCase::try_from).collect()
    }

    /// The cases of a mechanism with the numbers of the cases each is linked with, in the order in which they were opened.
    pub async fn joined_by(&self, mechanism: &str) -> Result<Vec<(CaseHead, Vec<String>)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, v.number AS joined FROM case_file c
             JOIN case_link l ON l.case_serial = c.serial JOIN case_file v ON v.serial = l.other_serial
             WHERE c.mechanism = $1
             UNION ALL
             SELECT {COLUMNS}, v.number AS joined FROM case_file c
             JOIN case_link l ON l.other_serial = c.serial JOIN case_file v ON v.serial = l.case_serial
             WHERE c.mechanism = $1
             ORDER BY 1"
        );
        let mut transaction = self.begin_case_read().await?;
        let rows: Vec<JoinedRow> = within!(&mut transaction, connection => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(mechanism).fetch_all(connection).await?
        });
        transaction.undo().await?;
        let mut all: Vec<(CaseHead, Vec<String>)> = Vec::new();
        for row in rows {
            match all.last_mut().filter(|(head, _)| head.id == row.head.id) {
                Some((_, joined)) => joined.push(row.joined),
                None => all.push((row.head.try_into()?, vec![row.joined])),
            }
        }
        Ok(all)
    }
}
