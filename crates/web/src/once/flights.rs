//! Forms that are being worked on in this program, so that a twin waits for the first.

use crate::error::PageError;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as Turn, OwnedMutexGuard},
    time::timeout,
};

/// Every form under way, by its name.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<String, Arc<Turn<()>>>>);

/// The turn of one form; dropping it lets the next twin go on.
pub struct Flight<'all> {
    all: &'all Flights,
    name: String,
    turn: Arc<Turn<()>>,
    held: Option<OwnedMutexGuard<()>>,
}

impl Flights {
    /// The turn of a form, at once or after its twins; refused where that takes longer than `wait_max`.
    pub async fn turn(&self, name: String, wait_max: Duration) -> Result<Flight<'_>, PageError> {
        let turn = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(name.clone()).or_default())
        };
        let mut flight = Flight { all: self, name, turn: Arc::clone(&turn), held: None };
        flight.held = match turn.clone().try_lock_owned() {
            Ok(held) => Some(held),
            Err(_) => timeout(wait_max, turn.lock_owned()).await.ok(),
        };
        if flight.held.is_some() { Ok(flight) } else { Err(PageError::InFlight) }
    }

    /// How many forms are under way.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.held = None;
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The map and this flight: nobody else waits.
        if Arc::strong_count(&self.turn) == 2 {
            all.remove(&self.name);
        }
    }
}
