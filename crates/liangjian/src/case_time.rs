//! The job that lets time go on in the cases: warnings go out, and periods end, without anybody asking for a page.

use crate::machine;
use chrono::{DateTime, Utc};
use domain::clock::Moment;
use edition::Edition;
use std::{
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};
use store::{Procedures, RunningVersion, Store, StoreError};

/// A clock of hours ends to the minute.
const PAUSE: Duration = Duration::from_mins(1);
/// Cases of one run; what is left over comes a minute later, and pages are not kept waiting.
const CASES_MAX: u32 = 200;

/// Refuses an edition in which cases that run could not go on: without their version they would stand still, and their
/// clocks with them.
pub async fn refuse_lacking(store: &Store, edition: &Edition) -> anyhow::Result<()> {
    let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
    let lacking = store.lacking_versions(&procedures).await?;
    let told = |one: &RunningVersion| {
        let RunningVersion { mechanism, version, cases } = one;
        format!("version {version} of {mechanism}: {cases}")
    };
    let told: Vec<String> = lacking.iter().map(told).collect();
    if told.is_empty() {
        return Ok(());
    }
    anyhow::bail!(
        "cases run on versions that the edition lacks · {} · put them back: mechanisms/<id>/versions/<number>/",
        told.join(", ")
    )
}

/// Lets time go on until it is aborted.
///
/// What keeps it from that is said once a try, on standard error.
pub async fn keep(store: Store, edition: Arc<Edition>) {
    // A calendar or an edition that is newer than the last start may have moved what is due.
    let mut is_first = true;
    loop {
        match step(&store, &edition, machine::now(), is_first).await {
            Ok(_) => is_first = false,
            Err(error) => {
                // One case that cannot go on is no reason to look at all of them again every minute.
                is_first &= !matches!(error, StoreError::Damaged(_) | StoreError::Invalid(_));
                // Where even this cannot be written, the next try comes all the same.
                drop(writeln!(io::stderr(), "time of cases: {error}"));
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Lets time go on to now; how many cases have changed.
async fn step(
    store: &Store,
    edition: &Edition,
    at: DateTime<Utc>,
    is_first: bool,
) -> Result<u32, StoreError> {
    let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
    let now = Moment::in_china(at);
    if is_first {
        store.wake_cases(now).await?;
    }
    store.pass_time(&procedures, now, at, CASES_MAX).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::mechanism::{FieldValue, course::CaseStep};
    use std::collections::BTreeMap;
    use store::{Channel, Deed, Location, NewCase, Opened};

    #[tokio::test]
    async fn what_is_due_goes_out_at_its_time_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite(folder.path().to_owned())).await.unwrap();
        let built_in = crate::commands::Context { json: false, editions: None };
        let loaded = edition::load(&crate::editions::tree(&built_in).unwrap(), "wenzhou");
        let edition = loaded.edition;
        let at: DateTime<Utc> = "2026-03-02T01:00:00Z".parse().unwrap();
        let field = |name: &str, text: &str| (name.to_owned(), FieldValue::Text(text.to_owned()));
        let data = BTreeMap::from([
            field("subject", "用电"),
            field("voice_kind", "ordinary"),
            field("channel", "web"),
            field("identity", "named"),
        ]);
        let new = NewCase {
            id: "0".repeat(32),
            salt: "0".repeat(32),
            mechanism: "enterprise-voice".to_owned(),
            firm: "91330300MA00000000".to_owned(),
            place: String::new(),
            channel: Channel::Web,
            source: String::new(),
            title: "用电".to_owned(),
            filed_by: "owner".to_owned(),
            first: CaseStep {
                at: "2026-03-02T09:00".parse().unwrap(),
                step: "file".to_owned(),
                by: "firm".to_owned(),
                organization: None,
                data,
            },
            parent: None,
        };
        let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
        let opened = store.open_case(&procedures, new, &Deed::of_operator(at)).await.unwrap();
        assert!(matches!(opened, Opened::New(_)), "{opened:?}");
        assert_eq!(step(&store, &edition, at, true).await.unwrap(), 0);
        let late = at + TimeDelta::days(60);
        assert_eq!(step(&store, &edition, late, false).await.unwrap(), 1);
        assert_eq!(step(&store, &edition, late, false).await.unwrap(), 0);
        assert_eq!(store.verify().await.unwrap().case_faults, []);
        assert!(refuse_lacking(&store, &edition).await.is_ok());
        let without = refuse_lacking(&store, &Edition::default()).await.unwrap_err().to_string();
        assert!(without.contains("version 1 of enterprise-voice: 1"), "{without}");
        store.close().await;
    }
}
