//! The job that takes away what has been kept for long enough: at the start, and once a day.

use crate::machine;
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    io::{self, Write as _},
    time::Duration,
};
use store::{Deed, Purged, Store, StoreError};

const PAUSE: Duration = Duration::from_hours(24);
/// After what did not succeed it is tried again sooner.
const PAUSE_AFTER_PROBLEM: Duration = Duration::from_mins(10);
/// How long an answer is kept for a request that is sent again; answers about money are kept for good.
const ANSWERS_KEPT_DAYS: i64 = 7;

/// Applies the periods of the inventory until it is aborted.
///
/// What keeps it from that is said once a try, on standard error.
pub async fn keep(store: Store) {
    loop {
        let pause = match step(&store, machine::now()).await {
            Ok(_) => PAUSE,
            Err(error) => {
                // Where even this cannot be written, the next start tries again.
                let _ = writeln!(io::stderr(), "retention: {error}");
                PAUSE_AFTER_PROBLEM
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Takes away what is over at this moment; how much it was, and how many kept answers. Nothing, where the clock cannot be
/// believed.
async fn step(store: &Store, now: DateTime<Utc>) -> Result<(Purged, u64), StoreError> {
    store.believe_clock(now).await?;
    let purged = store.purge(&Deed::of_system(now)).await?;
    let answers = store.prune_idempotency(now - TimeDelta::days(ANSWERS_KEPT_DAYS)).await?;
    Ok((purged, answers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Location, NewPerson};

    #[tokio::test]
    async fn a_step_takes_away_what_is_over_and_says_so_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite(folder.path().to_owned())).await.unwrap();
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(10_000);
        let deed = Deed { salt: "chance".to_owned(), ..Deed::of_operator(start) };
        let [id, login, name, salt] = ["p", "anna", "Anna", "salt"].map(str::to_owned);
        store.create_person(&NewPerson { id, login, name, phone: String::new(), salt }, &deed).await.unwrap();
        store.invite("p", "hash", start + TimeDelta::days(7), &deed).await.unwrap();
        assert_eq!(step(&store, start).await.unwrap(), (Purged::default(), 0), "nothing is over yet");

        let later = start + TimeDelta::days(4_000);
        let told = step(&store, later).await.unwrap_err().to_string();
        assert!(told.contains("clock"), "a clock that lies years ahead takes nothing away: {told}");
        let told = step(&store, start - TimeDelta::days(1)).await.unwrap_err().to_string();
        assert!(told.contains("clock"), "{told}");
        assert_eq!(store.invited("hash", start).await.unwrap().as_deref(), Some("p"));
        store.confirm_clock(&Deed::of_operator(later)).await.unwrap();
        let (purged, _) = step(&store, later).await.unwrap();
        assert_eq!((purged.invitations, purged.people), (1, 0), "an open account is kept");
        assert_eq!(step(&store, later).await.unwrap().0, Purged::default());
        let events = store
            .search_events(&store::EventSearch { stream: "retention", ..Default::default() })
            .await
            .unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].actor, "system");
        store.close().await;
    }
}
