//! What a task asks of the store, counted for whoever wants to know it: a request, or a test that compares two.

use std::{cell::Cell, future::Future};

tokio::task_local! {
    /// What the task has asked for so far.
    static ASKED: Cell<Work>;
}

/// How much was asked of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Statements, inside and outside of transactions.
    pub statements: u32,
    /// Transactions that may write.
    pub writes: u32,
}

/// Runs `task` and counts what it asks for; what it hands to other tasks is not counted.
pub async fn counted<T>(task: impl Future<Output = T>) -> (T, Work) {
    let counting = async {
        let output = task.await;
        (output, ASKED.with(Cell::get))
    };
    ASKED.scope(Cell::default(), counting).await
}

/// Counts a statement.
pub fn statement() {
    note(|work| Work { statements: work.statements + 1, ..work });
}

/// Counts a transaction that may write.
pub fn write() {
    note(|work| Work { writes: work.writes + 1, ..work });
}

fn note(more: impl FnOnce(Work) -> Work) {
    // An error says that nobody wants to know.
    let _ = ASKED.try_with(|work| work.set(more(work.get())));
}
