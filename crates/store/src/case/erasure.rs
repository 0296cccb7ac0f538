//! Erasing what people wrote, once a case has been kept for as long as its mechanism says. What remains is which
//! organisation took how long in which procedure; and events whose digests nothing can be tried against any more.

use super::change::record;
use super::digest::{of_organizations, of_state};
use super::head::row_of;
use super::{json_text, state_of};
use crate::account::moment_text;
use crate::database::{Transaction, within};
use crate::event_log::lock_log;
use crate::{Deed, Store, StoreError};
use chrono::NaiveDate;
use serde_json::{Map, json};

/// Cases that are looked up at once.
const PAGE: i64 = 500;

impl Store {
    /// Erases the texts of every case that has been kept until before this day. How many there were.
    pub(crate) async fn erase_cases(&self, day: NaiveDate, deed: &Deed) -> Result<u64, StoreError> {
        let mut erased = 0;
        loop {
            let mut transaction = self.database.begin_read().await?;
            let over: Vec<String> = within!(&mut transaction, connection => {
                sqlx::query_scalar(
                    "SELECT id FROM case_file WHERE keep_until <> '' AND keep_until < $1 ORDER BY keep_until LIMIT $2",
                )
                .bind(day.to_string())
                .bind(PAGE)
                .fetch_all(connection)
                .await?
            });
            drop(transaction);
            if over.is_empty() {
                break;
            }
            for id in over {
                erased += u64::from(self.erase_case(&id, deed).await?);
            }
        }
        if erased > 0 {
            self.tidy_words().await?;
        }
        Ok(erased)
    }

    async fn erase_case(&self, id: &str, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let Some(mut row) = row_of(&mut transaction, id).await?.filter(|row| row.head.erased_at.is_empty())
        else {
            transaction.undo().await?;
            return Ok(false);
        };
        let mut state = state_of(&row.state)?;
        state.data.clear();
        state.origin.iter_mut().for_each(|origin| origin.data.clear());
        let state = json_text(&state)?;
        let head = &mut row.head;
        for text in [
            &mut head.firm, &mut head.source, &mut head.title, &mut head.filed_by, &mut head.salt,
            &mut head.wake_at, &mut head.keep_until,
        ] {
            text.clear();
        }
        head.erased_at = moment_text(deed.at);
        head.revision += 1;
        head.update(&mut transaction, &state).await?;
        for statement in [
            "UPDATE case_step SET data = '', person = '' WHERE case_serial = $1",
            "UPDATE case_link SET person = '' WHERE case_serial = $1",
            "UPDATE case_attachment SET field = '', name = '', added_by = '', bytes = '' WHERE case_serial = $1",
            "DELETE FROM case_notice WHERE case_serial = $1",
        ] {
            within!(&mut transaction, connection => {
                sqlx::query(statement).bind(head.serial).execute(connection).await?;
            });
        }
        super::words::erase(&mut transaction, head.serial).await?;
        let organizations = super::read::organizations_of(&mut transaction, head.serial).await?;
        let facts = Map::from_iter([
            ("state_sha256".to_owned(), json!(of_state("", &state))),
            ("organizations_sha256".to_owned(), json!(of_organizations("", &organizations))),
        ]);
        record(&mut transaction, (head, true), "case.erased", facts, deed).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Has SQLite write its index of words anew: until then it would only skip what was taken out.
    async fn tidy_words(&self) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        if let Transaction::Sqlite(connection) = &mut transaction {
            sqlx::query("INSERT INTO case_words (case_words) VALUES ('optimize')")
                .execute(&mut **connection)
                .await?;
        }
        transaction.commit().await
    }
}
