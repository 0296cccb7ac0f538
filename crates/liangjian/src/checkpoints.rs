//! The job that sees to checkpoints while the program serves: no event waits longer than a minute for one.

use chrono::Utc;
use std::{
    io::{self, Write as _},
    path::PathBuf,
    time::Duration,
};
use store::{Store, StoreError};

const PAUSE: Duration = Duration::from_secs(5);

/// Makes checkpoints when they are due and writes their files, until it is aborted.
///
/// What keeps it from that is said once, on standard error, and tried again.
pub async fn keep(store: Store, data: PathBuf) {
    let (mut published, mut told) = (0, String::new());
    loop {
        let problem = match step(&store, &data, published).await {
            Ok(last) => {
                published = last;
                String::new()
            }
            Err(error) => error.to_string(),
        };
        if !problem.is_empty() && problem != told {
            // Where even this cannot be written, the next audit tells.
            let _ = writeln!(io::stderr(), "checkpoints: {problem}");
        }
        told = problem;
        tokio::time::sleep(PAUSE).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "this crate owns the clock")]
async fn step(store: &Store, data: &std::path::Path, published: i64) -> Result<i64, StoreError> {
    store.checkpoint_if_due(Utc::now()).await?;
    store.publish_checkpoints(data, published).await
}
