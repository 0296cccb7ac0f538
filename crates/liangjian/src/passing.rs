//! The job that lets time pass in cases while the program serves: reminders go out, and what is over moves on.

use crate::machine;
use chrono::{NaiveTime, Timelike as _};
use domain::{china_time::time_in_china, clock::Moment};
use edition::Edition;
use std::{
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};
use store::{Procedures, Store, StoreError};

const PAUSE: Duration = Duration::from_secs(30);
/// Cases at a time; pages have their turn in between.
const AT_ONCE: u32 = 50;

/// Looks for cases whose time has come until it is aborted.
///
/// What keeps it from that is said once, on standard error, and tried again.
pub async fn keep(store: Store, edition: Arc<Edition>) {
    let mut told = String::new();
    loop {
        let (is_done, problem) = match step(&store, &edition).await {
            Ok(passed) => (passed < AT_ONCE, String::new()),
            Err(error) => (true, error.to_string()),
        };
        if !problem.is_empty() && problem != told {
            let _ = writeln!(io::stderr(), "time of cases: {problem}");
        }
        told = problem;
        if is_done {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn step(store: &Store, edition: &Edition) -> Result<u32, StoreError> {
    let at = machine::now();
    let there = time_in_china(at);
    let now = Moment { day: there.date(), time: NaiveTime::from_hms_opt(there.hour(), there.minute(), 0) };
    let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
    store.pass_time(&procedures, now, at, AT_ONCE).await
}
