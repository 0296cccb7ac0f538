//! The job that sees to checkpoints while the program serves, and to the clock: no event waits longer than a minute.

use crate::machine;
use std::{
    io::{self, Write as _},
    path::PathBuf,
    pin::pin,
    time::Duration,
};
use store::{Store, StoreError};

const PAUSE: Duration = Duration::from_secs(5);

/// Makes checkpoints when they are due and writes their files until `stop` resolves; then it makes the last one, which
/// vouches for every event there is, and writes the files that are missing.
///
/// What keeps it from that is said once, on standard error, and tried again.
pub async fn keep(store: Store, data: PathBuf, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let (mut published, mut told) = (0, String::new());
    loop {
        let problem = match step(&store, &data, published).await {
            Ok(last) => {
                published = last;
                // What events there are is vouched for whatever the clock says; but the operator hears of it soon.
                let believed = store.believe_clock(machine::now()).await;
                believed.err().map(|error| error.to_string()).unwrap_or_default()
            }
            Err(error) => error.to_string(),
        };
        if !problem.is_empty() && problem != told {
            // Where even this cannot be written, the next audit tells.
            let _ = writeln!(io::stderr(), "checkpoints: {problem}");
        }
        told = problem;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = &mut stop => break,
        }
    }
    let last = async {
        store.checkpoint().await?;
        store.publish_checkpoints(&data, published).await
    };
    if let Err(error) = last.await {
        // Where even this cannot be written, the next start makes up for it.
        let _ = writeln!(io::stderr(), "checkpoints: {error}");
    }
}

async fn step(store: &Store, data: &std::path::Path, published: i64) -> Result<i64, StoreError> {
    store.checkpoint_if_due(machine::now()).await?;
    store.publish_checkpoints(data, published).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{CHECKPOINT_FOLDER, Deed, Location, Purpose, checkpoint_files};

    #[tokio::test]
    async fn the_end_makes_the_last_checkpoint_and_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite(folder.path().to_owned())).await.unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let kept = keep(store.clone(), folder.path().to_owned(), async { drop(stopped.await) });
        let keeping = tokio::spawn(kept);
        store.begin(Purpose::Service, &Deed::of_operator(machine::now())).await.unwrap();
        for _ in 0..50 {
            store.confirm_clock(&Deed::of_operator(machine::now())).await.unwrap();
        }
        stop.send(()).unwrap();
        keeping.await.unwrap();
        let state = store.trail_state().await.unwrap();
        assert_eq!((state.events, state.waiting), (51, 0));
        let files = checkpoint_files(folder.path()).unwrap();
        let made = store.checkpoints(None, 100).await.unwrap();
        assert_eq!(files.len(), made.len(), "{CHECKPOINT_FOLDER} has a file for each");
        assert!(files.iter().any(|(name, _)| name.contains("000000000051")), "{files:?}");
        store.close().await;
    }
}
