//! Who does something, for whom, why, when and from where: what every event of a person's doing says.

use crate::StoreError;
use crate::database::Transaction;
use crate::event_log::{NewDetails, NewEvent, append_within, lock_log, stream_version};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// A doing that is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Identifier of the person; `system` for the program itself and `operator` for commands on the machine.
    pub actor: String,
    /// In which capacity: `clerk of finance-bureau`, `firm-owner of 91…`; empty for himself.
    pub acting_as: String,
    /// The role he acts by, which says on whose behalf: identifier of the grant; empty for himself.
    pub by_grant: String,
    /// Why, in the words of the one who does it; empty where the doing says it.
    pub reason: String,
    /// The network address without its last part; empty on the machine itself.
    pub from: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Letters of chance, kept nowhere: the salts of the rows that come of it are made of them. Empty where none do.
    pub salt: String,
}

impl Deed {
    /// What the program does of itself.
    pub fn of_system(at: DateTime<Utc>) -> Self {
        Self::on_the_machine("system", at)
    }

    /// What whoever runs the machine does by a command.
    pub fn of_operator(at: DateTime<Utc>) -> Self {
        Self::on_the_machine("operator", at)
    }

    fn on_the_machine(actor: &str, at: DateTime<Utc>) -> Self {
        Self {
            actor: actor.to_owned(),
            acting_as: String::new(),
            by_grant: String::new(),
            reason: String::new(),
            from: String::new(),
            at,
            salt: String::new(),
        }
    }

    /// The event of this deed on `stream`, whatever stands there already.
    ///
    /// The head of the log is taken first, so that nobody can come between reading the version and writing.
    pub(crate) async fn record(
        &self,
        transaction: &mut Transaction,
        stream: String,
        kind: &str,
        facts: Value,
    ) -> Result<(), StoreError> {
        self.record_with(transaction, stream, (kind, facts), "").await
    }

    /// The same with the sort of browser it was done with.
    pub(crate) async fn record_with(
        &self,
        transaction: &mut Transaction,
        stream: String,
        (kind, facts): (&str, Value),
        client: &str,
    ) -> Result<(), StoreError> {
        lock_log(transaction).await?;
        let expected_version = stream_version(transaction, &stream).await?;
        let mut payload = match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        };
        for (key, text) in [("acting_as", &self.acting_as), ("by_grant", &self.by_grant)] {
            if !text.is_empty() {
                payload.insert(key.to_owned(), json!(text));
            }
        }
        let mut details = NewDetails::default();
        for (name, text) in [("reason", self.reason.as_str()), ("network", &self.from), ("client", client)] {
            if !text.is_empty() {
                details.say(name, text, self.salt_of([name, &stream, &expected_version.to_string()])?);
            }
        }
        details.put_digests(&mut payload);
        let event = NewEvent {
            stream,
            expected_version,
            kind: kind.to_owned(),
            actor: self.actor.clone(),
            payload: Value::Object(payload),
        };
        let event = append_within(transaction, &event, self.at).await?;
        details.insert(transaction, &event).await
    }
}

/// The stream of the events about one person.
pub fn stream_of(person: &str) -> String {
    format!("person:{person}")
}
