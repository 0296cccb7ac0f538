//! Comparing the rows of accounts with what the event log says of them.
//!
//! Whoever may write the file could put another password in a row, or a session of his own; the log would not know.

use super::adoption::standing;
use super::{
    CredentialStanding, InvitationStanding, OfferStanding, PersonStanding, SessionStanding, Standing,
};
use crate::database::Transaction;
use crate::event_log::{EventRow, page};
use crate::{Store, StoreError};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A row that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowFault {
    /// Its table.
    pub table: String,
    /// What the log calls it; of an account its identifier.
    pub row: String,
    /// What is wrong.
    pub what: String,
}

/// Events that change rows and make none: what they tell of was made before.
const CHANGES: [&str; 5] =
    ["invitation.used", "session.proved", "session.role-chosen", "session.ended", "session.factor-dropped"];

/// The rows as the log tells them.
#[derive(Default)]
struct Told {
    /// By table and name: the event that told last, and the digest.
    rows: BTreeMap<String, BTreeMap<String, (i64, String)>>,
    /// Accounts whose personal data are gone.
    erased: BTreeSet<String>,
    /// Rows that an event changes or takes away, and none had made.
    unmade: Vec<RowFault>,
}

impl Store {
    /// Compares every account, way to sign in, invitation, offer and session with the events of its making and changes.
    pub async fn verify_rows(&self) -> Result<Vec<RowFault>, StoreError> {
        match self.compare_rows().await {
            Err(error) if error.is_about_content() => {
                let what = format!("the rows of accounts cannot be read: {}", error.reason());
                Ok(vec![RowFault { table: "person".to_owned(), row: "(all)".to_owned(), what }])
            }
            outcome => outcome,
        }
    }

    async fn compare_rows(&self) -> Result<Vec<RowFault>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let mut told = Told::default();
        // Below the lowest value a tampered sequence could have.
        let mut after = i64::MIN;
        loop {
            let events = page(&mut transaction, after).await?;
            let Some(last) = events.last() else { break };
            after = last.sequence;
            for event in &events {
                told.hear(event);
            }
        }
        let mut faults = std::mem::take(&mut told.unmade);
        told.compare_people(&mut transaction, &mut faults).await?;
        told.compare::<CredentialStanding>(&mut transaction, &mut faults).await?;
        told.compare::<InvitationStanding>(&mut transaction, &mut faults).await?;
        told.compare::<OfferStanding>(&mut transaction, &mut faults).await?;
        told.compare::<SessionStanding>(&mut transaction, &mut faults).await?;
        Ok(faults)
    }
}

impl Told {
    fn hear(&mut self, event: &EventRow) {
        match event.kind.as_str() {
            "person.erased" => {
                let person = event.stream.strip_prefix("person:").unwrap_or_default();
                self.erased.insert(person.to_owned());
            }
            // None of these is brought back with a backup.
            "store.restored" => {
                for table in [SessionStanding::TABLE, InvitationStanding::TABLE, OfferStanding::TABLE] {
                    self.rows.remove(table);
                }
            }
            _ => {}
        }
        if !event.payload.contains("\"rows\"") {
            return;
        }
        let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        for (table, rows) in payload["rows"].as_object().into_iter().flatten() {
            let told = self.rows.entry(table.clone()).or_default();
            for (row, digest) in rows.as_object().into_iter().flatten() {
                if !told.contains_key(row) && (digest.is_null() || CHANGES.contains(&event.kind.as_str())) {
                    let what = format!("event {} changed it, and it was never made", event.sequence);
                    self.unmade.push(RowFault { table: table.clone(), row: row.clone(), what });
                }
                match digest.as_str() {
                    Some(digest) => told.insert(row.clone(), (event.sequence, digest.to_owned())),
                    None => told.remove(row),
                };
            }
        }
    }

    async fn compare_people(
        &mut self,
        transaction: &mut Transaction,
        faults: &mut Vec<RowFault>,
    ) -> Result<(), StoreError> {
        let mut kept = Vec::new();
        for row in standing::<PersonStanding>(transaction, "person ORDER BY id").await? {
            if !self.erased.contains(&row.id) {
                kept.push(row);
                continue;
            }
            let is_blank = [&row.name, &row.phone, &row.salt].into_iter().all(String::is_empty);
            if row.state != "erased" || !is_blank || row.login != format!("erased:{}", row.id) {
                faults.push(fault::<PersonStanding>(&row.id, "it was erased and holds something again"));
            }
        }
        self.compare_with(&kept, faults);
        Ok(())
    }

    async fn compare<R: Standing>(
        &mut self,
        transaction: &mut Transaction,
        faults: &mut Vec<RowFault>,
    ) -> Result<(), StoreError> {
        let rows = standing::<R>(transaction, R::TABLE).await?;
        self.compare_with(&rows, faults);
        Ok(())
    }

    fn compare_with<R: Standing>(&mut self, rows: &[R], faults: &mut Vec<RowFault>) {
        let mut told = self.rows.remove(R::TABLE).unwrap_or_default();
        let mut found = Vec::new();
        for row in rows {
            let name = row.name();
            match told.remove(&name) {
                None => found.push(fault::<R>(&name, "it stands here and was never made, or it had ended")),
                Some((sequence, digest)) if digest != row.digest() => {
                    found.push(fault::<R>(&name, &format!("it is not as event {sequence} left it")));
                }
                Some(_) => {}
            }
        }
        for (name, (sequence, _)) in &told {
            found.push(fault::<R>(name, &format!("event {sequence} left it here, and it is gone")));
        }
        found.sort_by(|one, other| one.row.cmp(&other.row));
        faults.extend(found);
    }
}

fn fault<R: Standing>(row: &str, what: &str) -> RowFault {
    RowFault { table: R::TABLE.to_owned(), row: row.to_owned(), what: what.to_owned() }
}
