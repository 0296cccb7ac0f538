//! The machine that serves, as the pages see it: its clock and chance, how it is reached, where its log goes.

use crate::{gate::Network, unified::UnifiedIdentity};
use attachment::{Cleaned, Refusal};
use chrono::{DateTime, Utc};
use identity::{password::policy::Policy, secret::Secret};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Time since some fixed moment, by a clock that is never set.
pub type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;
/// Takes a line of the log, without its line break.
pub type LineSink = Arc<dyn Fn(&str) + Send + Sync>;

/// Checks a file that is handed in and writes it anew, under limits; takes as long as that takes.
pub type Cleaner = Arc<dyn Fn(&str, &[u8]) -> Result<Cleaned, Unclean> + Send + Sync>;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclean {
    /// It cannot be cleaned.
    Refused(Refusal),
    /// The scanner found something in it.
    Infected,
    /// Nobody could look at it; it can be tried again later.
    Unavailable,
}

/// What the executable lends to the pages.
#[derive(Clone)]
pub struct Host {
    /// What time it is.
    pub now: fn() -> DateTime<Utc>,
    /// How long it has been, for limits and durations.
    pub elapsed: Elapsed,
    /// Fills bytes that nobody can guess.
    pub chance: fn(&mut [u8]),
    /// How visitors reach the service.
    pub reach: Reach,
    /// The address visitors open pages at, as `https://lj.example.cn`; none where the operator has not named it. Passkeys
    /// are bound to it.
    pub origin: Option<String>,
    /// The hosts that requests may name, with their ports; where there is none, any. A page elsewhere can point a name of
    /// its own at this machine and then reads here what its visitor could.
    pub names: Vec<String>,
    /// Proxies whose word on the visitor's address counts.
    pub proxies: Vec<Network>,
    /// How many times the usual quotas are granted; 0 grants everything.
    pub quota_factor: u32,
    /// What the tokens of forms are made with.
    pub form_key: Secret,
    /// What passwords are peppered and secrets at rest are sealed with; the same at every start.
    pub secret: Secret,
    /// Which standard new passwords are held to, and how long they serve.
    pub password_policy: Policy,
    /// So many passwords are worked out at the same moment: fewer than there are cores, so that pages have one.
    pub password_workers: Arc<Semaphore>,
    /// Whether this is a demo: everybody may take any role, and every page says so.
    pub is_demo: bool,
    /// The city's unified identity, where the operator has set one up.
    pub unified: Option<UnifiedIdentity>,
    /// The data folder, where the files of checkpoints bear the signatures of witnesses.
    pub data: PathBuf,
    /// What files that are handed in go through.
    pub cleaner: Cleaner,
    /// Where the log goes.
    pub log: LineSink,
}

/// How visitors reach the service, which decides about cookies and about one header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Through a proxy that speaks TLS with them.
    Tls,
    /// Only from this machine; browsers trust such an address like one with TLS.
    Loopback,
    /// Without TLS from other machines: a trial in a closed network.
    Plain,
}

impl Reach {
    /// Whether browsers keep cookies here that they send over a safe way only.
    pub fn is_safe(self) -> bool {
        self != Self::Plain
    }
}
