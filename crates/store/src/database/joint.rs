//! Many changes as steps of one transaction, which ends with the answer to the submission they are made for.
//!
//! The transaction begins with the first step, not earlier: what comes before it – working a password out, looking
//! things up – holds nobody up. A step that is committed is kept for the steps after it; one that is taken back leaves
//! them as they were; one that is dropped, as after an error, undoes the whole, and no step is begun after it. Whoever
//! finds that the submission has been answered meanwhile, on another node, gets that answer at the first step.
//!
//! Between two steps the transaction is open and holds everybody up, whatever else its owner waits for; so it has a time,
//! after which it is undone.

use super::{Database, STEPS_MAX, Transaction, within};
use crate::StoreError;
use crate::idempotency::{Answer, Once, Submission, answered_within, insert, wait_for_twins};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// The transaction of one submission.
pub struct Joint {
    submission: Submission,
    state: Mutex<State>,
    /// So long the transaction may be open.
    time_max: Duration,
    /// Whether that time is over.
    is_over: AtomicBool,
}

enum State {
    /// Nothing was changed yet.
    Waiting,
    /// Between two steps.
    Open(Box<Transaction>),
    /// A step has it; or it was dropped, and so everything is undone.
    Lent,
    /// The submission was answered before.
    Answered(Once),
}

/// The transaction between two steps, for reading in it.
pub struct Inside<'joint>(MutexGuard<'joint, State>);

impl Inside<'_> {
    /// The transaction.
    pub fn transaction(&mut self) -> &mut Transaction {
        match &mut *self.0 {
            State::Open(transaction) => transaction,
            State::Waiting | State::Lent | State::Answered(_) => unreachable!("it is made of an open one"),
        }
    }
}

impl Database {
    /// The same database, where every change is a step for this submission.
    pub fn joined(&self, submission: Submission) -> Self {
        self.joined_for(submission, STEPS_MAX)
    }

    /// The same with another time.
    pub(super) fn joined_for(&self, submission: Submission, time_max: Duration) -> Self {
        let (state, is_over) = (Mutex::new(State::Waiting), AtomicBool::new(false));
        let joint = Joint { submission, state, time_max, is_over };
        Self { connections: self.connections.clone(), joint: Some(Arc::new(joint)) }
    }

    /// The open transaction, where there is one to read in.
    pub async fn inside(&self) -> Option<Inside<'_>> {
        let state = self.joint.as_ref()?.state.lock().await;
        matches!(*state, State::Open(_)).then_some(Inside(state))
    }
}

impl Joint {
    /// Begins a step.
    pub async fn step(self: &Arc<Self>, database: &Database) -> Result<Transaction, StoreError> {
        let mut state = self.state.lock().await;
        let mut transaction = match std::mem::replace(&mut *state, State::Lent) {
            State::Open(transaction) => *transaction,
            State::Waiting => match self.begin(database).await? {
                Ok(transaction) => {
                    self.watch();
                    transaction
                }
                Err(answered) => {
                    *state = State::Answered(answered);
                    return Err(StoreError::AnsweredBefore);
                }
            },
            State::Lent => return Err(StoreError::StepLost),
            State::Answered(answered) => {
                *state = State::Answered(answered);
                return Err(StoreError::AnsweredBefore);
            }
        };
        run(&mut transaction, "SAVEPOINT step").await?;
        if let Some(home) = transaction.home_place() {
            *home = Some(Arc::clone(self));
        }
        Ok(transaction)
    }

    /// Undoes the whole once its time is over: now where it is between two steps, else at the end of the one under way.
    fn watch(self: &Arc<Self>) {
        let (joint, time_max) = (Arc::downgrade(self), self.time_max);
        tokio::spawn(async move {
            tokio::time::sleep(time_max).await;
            let Some(joint) = joint.upgrade() else { return };
            joint.is_over.store(true, Ordering::SeqCst);
            let mut state = joint.state.lock().await;
            if matches!(*state, State::Open(_)) {
                *state = State::Lent;
            }
        });
    }

    /// Begins the whole, unless the submission was answered before.
    async fn begin(&self, database: &Database) -> Result<Result<Transaction, Once>, StoreError> {
        let mut transaction = database.begin_alone().await?;
        wait_for_twins(&mut transaction, &self.submission).await?;
        let Some(answered) = answered_within(&mut transaction, &self.submission).await? else {
            return Ok(Ok(transaction));
        };
        transaction.undo().await?;
        Ok(Err(answered))
    }

    /// A step is kept for those after it.
    pub async fn keep(&self, mut transaction: Transaction) -> Result<(), StoreError> {
        run(&mut transaction, "RELEASE SAVEPOINT step").await?;
        let mut state = self.state.lock().await;
        if self.is_over.load(Ordering::SeqCst) {
            return Err(StoreError::TookTooLong);
        }
        *state = State::Open(Box::new(transaction));
        Ok(())
    }

    /// A step is taken back; those before it stay.
    pub async fn take_back(&self, mut transaction: Transaction) -> Result<(), StoreError> {
        run(&mut transaction, "ROLLBACK TO SAVEPOINT step").await?;
        self.keep(transaction).await
    }

    /// Ends the whole: keeps it together with the answer, or undoes it where there is none to keep. Nothing is said
    /// of a submission that changed nothing.
    pub async fn settle(&self, answer: Option<&Answer>) -> Result<Option<Once>, StoreError> {
        match (std::mem::replace(&mut *self.state.lock().await, State::Lent), answer) {
            (State::Open(mut transaction), Some(answer)) => {
                insert(&mut transaction, &self.submission, answer).await?;
                transaction.commit().await?;
                Ok(Some(Once::Done(answer.clone())))
            }
            (State::Open(transaction), None) => {
                transaction.undo().await?;
                Ok(None)
            }
            (State::Answered(answered), _) => Ok(Some(answered)),
            // What was answered meanwhile rests on changes that are undone.
            (State::Lent, Some(_)) if self.is_over.load(Ordering::SeqCst) => Err(StoreError::TookTooLong),
            (State::Waiting | State::Lent, _) => Ok(None),
        }
    }
}

async fn run(transaction: &mut Transaction, statement: &'static str) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(statement).execute(connection).await?;
    });
    Ok(())
}
