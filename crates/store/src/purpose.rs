//! What a store is for: a demo, in which everybody may take any role, or the service itself. It is one for good.
//!
//! The first start records it as an event; whoever opens the store for the other purpose afterwards is refused. What
//! somebody did in a demo must never be taken for what an office did, and no real person may stand in a demo.

use crate::account::Deed;
use crate::database::within;
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use serde_json::json;

const STREAM: &str = "purpose";

/// What a store is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Trying it out: nothing in it is real.
    Demo,
    /// The service of a city.
    Service,
}

impl Purpose {
    fn kind(self) -> &'static str {
        match self {
            Self::Demo => "demo.begun",
            Self::Service => "service.begun",
        }
    }
}

impl Store {
    /// What the store is for; none where it was not begun.
    pub async fn purpose(&self) -> Result<Option<Purpose>, StoreError> {
        let events = self.events_of(STREAM).await?;
        let of_kind =
            |kind: &str| [Purpose::Demo, Purpose::Service].into_iter().find(|one| one.kind() == kind);
        Ok(events.first().and_then(|event| of_kind(&event.kind)))
    }

    /// Begins to use the store for this, or goes on with it; refuses where it is used for the other.
    ///
    /// Where people have accounts although nothing was begun, they are real.
    pub async fn begin(&self, purpose: Purpose, deed: &Deed) -> Result<(), StoreError> {
        let mut begun = self.purpose().await?;
        if begun.is_none() {
            begun = self.begin_now(purpose, deed).await?;
        }
        match begun {
            Some(found) if found != purpose => Err(StoreError::OtherPurpose { found }),
            _ => Ok(()),
        }
    }

    /// Records the purpose unless another came first; what the store is for then.
    async fn begin_now(&self, purpose: Purpose, deed: &Deed) -> Result<Option<Purpose>, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let first: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT kind FROM event WHERE stream = $1 ORDER BY version LIMIT 1")
                .bind(STREAM)
                .fetch_optional(connection)
                .await?
        });
        let person: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT id FROM person LIMIT 1").fetch_optional(connection).await?
        });
        let found = match (first.as_deref(), person) {
            (Some("demo.begun"), _) => Some(Purpose::Demo),
            (Some(_), _) => Some(Purpose::Service),
            (None, Some(_)) if purpose == Purpose::Demo => Some(Purpose::Service),
            (None, _) => None,
        };
        if found.is_some() {
            transaction.undo().await?;
            return Ok(found);
        }
        deed.record(&mut transaction, STREAM.to_owned(), purpose.kind(), json!({})).await?;
        transaction.commit().await?;
        Ok(Some(purpose))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewPerson;
    use crate::testing::fixtures;
    use chrono::DateTime;

    fn deed() -> Deed {
        Deed::of_operator(DateTime::UNIX_EPOCH)
    }

    #[tokio::test]
    async fn a_store_is_for_one_purpose_for_good() {
        for (first, other) in [(Purpose::Demo, Purpose::Service), (Purpose::Service, Purpose::Demo)] {
            for fixture in fixtures().await {
                let store = &fixture.store;
                assert_eq!(store.purpose().await.unwrap(), None);
                store.begin(first, &deed()).await.unwrap();
                store.begin(first, &deed()).await.unwrap();
                let refused = store.begin(other, &deed()).await.unwrap_err();
                assert!(matches!(refused, StoreError::OtherPurpose { found } if found == first), "{refused}");
                assert_eq!(store.purpose().await.unwrap(), Some(first));
                assert_eq!(store.events_of(STREAM).await.unwrap().len(), 1, "said once");
            }
        }
    }

    #[tokio::test]
    async fn a_store_with_people_becomes_no_demo() {
        for fixture in fixtures().await {
            let [id, login, name, salt] = ["p", "anna", "Anna", "salt"].map(str::to_owned);
            let person = NewPerson { id, login, name, phone: String::new(), salt };
            fixture.store.create_person(&person, &deed()).await.unwrap();
            fixture.store.begin(Purpose::Demo, &deed()).await.unwrap_err();
            fixture.store.begin(Purpose::Service, &deed()).await.unwrap();
        }
    }
}
