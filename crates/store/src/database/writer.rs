//! The one writer of a SQLite file, and the groups in which it makes changes durable.
//!
//! A task owns the connection that writes. Whoever wants to change something waits for his turn; the task begins a
//! transaction, lends the connection to one after another, each inside a savepoint, and commits once for all of
//! them: one flush of the disk serves up to [`GROUP_MAX`] changes. Only then does anybody hear that his change is
//! kept. While the disk works, the next group gathers.
//!
//! A change that fails, panics or is abandoned is undone to its savepoint and no other is. A commit that fails
//! fails every change of its group. A turn that ends without a change waits for the group as well where it answers
//! by what it read ([`Turn::undo`]): what it saw may be of the group and not durable yet.

use crate::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// So many changes are committed together at most.
const GROUP_MAX: u32 = 64;

type Outcome = Result<(), StoreError>;
type Asker = oneshot::Sender<Result<Turn, StoreError>>;

/// The queue before the writer; clones share it.
#[derive(Clone)]
pub struct Writer {
    requests: mpsc::UnboundedSender<Request>,
}

enum Request {
    Turn(Asker),
    Close(oneshot::Sender<()>),
}

/// The connection, for one change. Dropping it undoes the change.
pub struct Turn {
    lent: Option<Lent>,
}

struct Lent {
    connection: SqliteConnection,
    back: oneshot::Sender<Ended>,
}

/// A turn that is over.
struct Ended {
    connection: SqliteConnection,
    is_kept: bool,
    /// Who waits for the group; nobody where the caller went away.
    waits: Option<oneshot::Sender<Outcome>>,
}

/// What the task owns.
struct Desk {
    requests: mpsc::UnboundedReceiver<Request>,
    options: SqliteConnectOptions,
    /// So long the connection is lent for one change at most.
    lent_max: Duration,
    /// None after a group that failed: the next one begins with a new connection, in a state that is known.
    connection: Option<SqliteConnection>,
    /// Whether the connection may commit now; see [`guarded`].
    may_commit: Arc<AtomicBool>,
    closing: Option<oneshot::Sender<()>>,
}

impl Writer {
    /// Starts the task on this connection; `options` open another one after a failure, or where a change has kept the
    /// connection for longer than `lent_max`.
    pub async fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        lent_max: Duration,
    ) -> Result<Self, StoreError> {
        let (sender, requests) = mpsc::unbounded_channel();
        let may_commit = Arc::new(AtomicBool::new(false));
        let connection = Some(guarded(connection, &may_commit).await?);
        tokio::spawn(Desk { requests, options, lent_max, connection, may_commit, closing: None }.serve());
        Ok(Self { requests: sender })
    }

    /// Waits for a turn, at most this long.
    pub async fn turn(&self, wait_max: Duration) -> Result<Turn, StoreError> {
        let (asker, turn) = oneshot::channel();
        self.requests.send(Request::Turn(asker)).map_err(|_| closed())?;
        match tokio::time::timeout(wait_max, turn).await {
            Ok(answered) => answered.map_err(|_| closed())?,
            Err(_) => Err(StoreError::Busy),
        }
    }

    /// Closes the connection once the turns asked for before are over.
    pub async fn close(&self) {
        let (done, is_done) = oneshot::channel();
        if self.requests.send(Request::Close(done)).is_ok() {
            // An error says that the task has ended already.
            let _ = is_done.await;
        }
    }
}

impl Turn {
    /// Keeps the change, and waits until it is durable.
    pub async fn commit(self) -> Outcome {
        self.end(true).await
    }

    /// Undoes the change, and waits until what this turn saw is durable.
    pub async fn undo(self) -> Outcome {
        self.end(false).await
    }

    async fn end(mut self, is_kept: bool) -> Outcome {
        let (waits, told) = oneshot::channel();
        self.give_back(is_kept, Some(waits));
        // The task has given this connection up; it can no longer commit.
        told.await.unwrap_or_else(|_| Err(StoreError::TookTooLong))
    }

    fn give_back(&mut self, is_kept: bool, waits: Option<oneshot::Sender<Outcome>>) {
        if let Some(Lent { connection, back }) = self.lent.take() {
            // The task waits for it; where it does not, the program is ending and nothing was committed.
            let _ = back.send(Ended { connection, is_kept, waits });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.give_back(false, None);
    }
}

impl Deref for Turn {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.lent.as_ref().expect("it is given back only when the turn ends").connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.lent.as_mut().expect("it is given back only when the turn ends").connection
    }
}

impl Desk {
    async fn serve(mut self) {
        while self.closing.is_none() {
            match self.requests.recv().await {
                Some(Request::Turn(asker)) if asker.is_closed() => {}
                Some(Request::Turn(asker)) => self.group(asker).await,
                Some(Request::Close(done)) => self.closing = Some(done),
                None => break,
            }
        }
        if let Some(connection) = self.connection.take() {
            // Everything is durable; what closing reports changes nothing.
            let _ = connection.close().await;
        }
        if let Some(done) = self.closing {
            let _ = done.send(());
        }
    }

    /// Lends the connection to the first who asks and to those behind him, commits, and tells them.
    async fn group(&mut self, first: Asker) {
        let connection = match self.begun().await {
            Ok(connection) => connection,
            Err(error) => {
                let _ = first.send(Err(error));
                return;
            }
        };
        let mut waiting = Vec::new();
        let outcome = match self.lend_around(connection, first, &mut waiting).await {
            Ok(connection) => self.commit(connection).await,
            Err(error) => Err(error),
        };
        for waits in waiting {
            let told = match &outcome {
                Ok(()) => Ok(()),
                Err(error) => Err(error.retold()),
            };
            // An error says that he has gone.
            let _ = waits.send(told);
        }
    }

    /// A connection inside a new transaction and a savepoint in it.
    async fn begun(&mut self) -> Result<SqliteConnection, StoreError> {
        let mut connection = if let Some(connection) = self.connection.take() {
            connection
        } else {
            // Its own leave to commit: a connection that was given up may still be with a change.
            self.may_commit = Arc::new(AtomicBool::new(false));
            guarded(self.options.connect().await?, &self.may_commit).await?
        };
        // A connection that cannot begin is not kept: whatever holds it in an odd state goes with it.
        sqlx::query("BEGIN IMMEDIATE; SAVEPOINT change").execute(&mut connection).await?;
        Ok(connection)
    }

    /// Lends the connection to one after another while somebody waits. An error says that the transaction is lost.
    async fn lend_around(
        &mut self,
        mut connection: SqliteConnection,
        first: Asker,
        waiting: &mut Vec<oneshot::Sender<Outcome>>,
    ) -> Result<SqliteConnection, StoreError> {
        let mut asker = first;
        for place in 1.. {
            let ended = lend(connection, asker, self.lent_max).await?;
            connection = ended.connection;
            waiting.extend(ended.waits);
            if !ended.is_kept {
                sqlx::query("ROLLBACK TO change")
                    .execute(&mut connection)
                    .await
                    .map_err(|error| lost(&error))?;
            }
            let next = if place < GROUP_MAX { self.next_asker() } else { None };
            let Some(next) = next else { break };
            asker = next;
            if ended.is_kept {
                let savepoint = sqlx::query("RELEASE change; SAVEPOINT change");
                if let Err(error) = savepoint.execute(&mut connection).await.map_err(|error| lost(&error)) {
                    let _ = asker.send(Err(error.retold()));
                    return Err(error);
                }
            }
        }
        Ok(connection)
    }

    /// The next in the queue who still waits, without waiting for him.
    fn next_asker(&mut self) -> Option<Asker> {
        while self.closing.is_none() {
            match self.requests.try_recv().ok()? {
                Request::Turn(asker) if asker.is_closed() => {}
                Request::Turn(asker) => return Some(asker),
                Request::Close(done) => self.closing = Some(done),
            }
        }
        None
    }

    async fn commit(&mut self, mut connection: SqliteConnection) -> Outcome {
        self.may_commit.store(true, Ordering::SeqCst);
        let committed = sqlx::query("COMMIT").execute(&mut connection).await;
        self.may_commit.store(false, Ordering::SeqCst);
        committed?;
        self.connection = Some(connection);
        Ok(())
    }
}

/// Lends the connection; one that does not come back in time is given up, and with it all changes of the group. What
/// holds it keeps others from writing until it lets go, but it can no longer commit.
async fn lend(connection: SqliteConnection, asker: Asker, most: Duration) -> Result<Ended, StoreError> {
    let (back, over) = oneshot::channel();
    // Where the asker has gone, the turn comes back here, is dropped and so given back.
    drop(asker.send(Ok(Turn { lent: Some(Lent { connection, back }) })));
    match tokio::time::timeout(most, over).await {
        Ok(ended) => {
            ended.map_err(|_| StoreError::Unwritable("a change took the connection away".to_owned()))
        }
        Err(_) => Err(StoreError::TookTooLong),
    }
}

/// A connection that commits only when the task says so.
///
/// When SQLite undoes a whole transaction on its own, a statement that follows would be a transaction of its own and
/// commit at once; here it fails.
async fn guarded(
    mut connection: SqliteConnection,
    may_commit: &Arc<AtomicBool>,
) -> Result<SqliteConnection, StoreError> {
    let may_commit = Arc::clone(may_commit);
    connection.lock_handle().await?.set_commit_hook(move || may_commit.load(Ordering::SeqCst));
    Ok(connection)
}

/// There is no savepoint: a change met with something (no space, a failed read) at which the engine undoes the whole
/// transaction. That change was told what it was.
fn lost(error: &sqlx::Error) -> StoreError {
    let problem = "a change of the same group could not be written and the engine undid them all";
    StoreError::Unwritable(format!("{problem} ({error})"))
}

fn closed() -> StoreError {
    sqlx::Error::PoolClosed.into()
}
