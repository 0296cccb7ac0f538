//! What happens to a clock after it started.

use super::{Moment, Period};
use serde::{Deserialize, Serialize};

/// One event; on a clock of days the day of the event still belongs to what was before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockEvent {
    /// What happens.
    pub kind: ClockEventKind,
    /// When it happens.
    pub at: Moment,
    /// The ground of the terms on which it happens; a finish needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// By how much an extension extends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Period>,
}

/// What can happen to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockEventKind {
    /// It stands still.
    Pause,
    /// The pause on this ground is over.
    Resume,
    /// It runs longer.
    Extend,
    /// It begins anew, with the period and without its extensions.
    Restart,
    /// What it waited for is done.
    Finish,
}
