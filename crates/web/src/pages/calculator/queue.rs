//! Where forms wait to be worked out: away from the threads that answer requests, a few at once, the rest in a line
//! with an end, so that slow forms never hold up other pages.

use crate::error::PageError;
use std::{sync::Arc, thread::available_parallelism};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Most forms that are being worked out or wait for it.
const LINE_LENGTH_MAX: usize = 32;

/// The line and the seats at its head.
#[derive(Clone)]
pub struct Queue {
    line: Arc<Semaphore>,
    seats: Arc<Semaphore>,
}

impl Default for Queue {
    fn default() -> Self {
        Self::new(LINE_LENGTH_MAX, available_parallelism().map_or(1, usize::from))
    }
}

impl Queue {
    /// A line of at most so many, of which so many are served at once.
    pub fn new(line: usize, seats: usize) -> Self {
        Self { line: Arc::new(Semaphore::new(line)), seats: Arc::new(Semaphore::new(seats)) }
    }

    /// What `work` makes, once it is its turn; refused at once where the line is full.
    ///
    /// A visitor who leaves gives up the place in the line; what is being worked out keeps its seat until it is done.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PageError> + Send + 'static,
    ) -> Result<T, PageError> {
        let place = Arc::clone(&self.line).try_acquire_owned().map_err(|_| PageError::Busy)?;
        let seat = Arc::clone(&self.seats).acquire_owned().await.map_err(|_| PageError::Busy)?;
        let worked = spawn_blocking(move || {
            let made = work();
            drop((place, seat));
            made
        });
        // What a panic says may hold what somebody typed.
        worked.await.unwrap_or_else(|_| Err(PageError::broken(&"the calculator panicked")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn a_full_line_refuses_and_a_free_one_serves() {
        let queue = Queue::new(1, 1);
        let (release, wait) = mpsc::channel::<()>();
        let slow = tokio::spawn({
            let queue = queue.clone();
            async move { queue.run(move || wait.recv().map_err(|_| PageError::Page)).await }
        });
        while queue.line.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(queue.run(|| Ok(1)).await, Err(PageError::Busy));
        release.send(()).unwrap();
        assert_eq!(slow.await.unwrap(), Ok(()));
        assert_eq!(queue.run(|| Ok(2)).await, Ok(2));
    }

    #[tokio::test]
    async fn a_panic_gives_its_seat_back() {
        let queue = Queue::new(1, 1);
        let failed: Result<(), PageError> = queue.run(|| panic!("on purpose")).await;
        assert_eq!(failed, Err(PageError::Broken));
        assert_eq!(queue.run(|| Ok(3)).await, Ok(3));
    }
}
