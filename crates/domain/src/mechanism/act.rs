//! What a step can do besides moving the case: a closed set, each kept by code.

use serde::{Deserialize, Serialize};

/// One thing a step does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Starts a clock.
    StartClock {
        /// The clock.
        clock: String,
        /// The field with the day from which it runs; without one it is the day of the step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// Pauses a clock.
    PauseClock {
        /// The clock.
        clock: String,
        /// The ground in its terms.
        ground: String,
    },
    /// Ends the pause of a clock.
    ResumeClock {
        /// The clock.
        clock: String,
        /// The ground in its terms.
        ground: String,
    },
    /// Extends a clock; by how much the form says.
    ExtendClock {
        /// The clock.
        clock: String,
        /// The ground in its terms.
        ground: String,
    },
    /// Lets a clock begin anew.
    RestartClock {
        /// The clock.
        clock: String,
        /// The ground in its terms.
        ground: String,
    },
    /// Finishes a clock: what it waited for is done.
    FinishClock {
        /// The clock.
        clock: String,
    },
    /// Sends a message.
    Send {
        /// The message.
        notice: String,
    },
    /// Assigns the case to the organisation that the form names.
    Assign,
    /// Adds an organisation that helps.
    AddCoHandler,
    /// Makes public what the mechanism publishes.
    Publish,
    /// From here on those who do not learn who filed the case see the files that the firm has handed in so far.
    Release,
    /// Asks the firm to rate the answer.
    AskRating,
    /// Opens a case of another mechanism, linked with this one.
    OpenCase {
        /// The other mechanism.
        mechanism: String,
    },
}

impl Act {
    /// The clock it touches.
    pub fn clock(&self) -> Option<&str> {
        match self {
            Self::StartClock { clock, .. }
            | Self::PauseClock { clock, .. }
            | Self::ResumeClock { clock, .. }
            | Self::ExtendClock { clock, .. }
            | Self::RestartClock { clock, .. }
            | Self::FinishClock { clock } => Some(clock),
            _ => None,
        }
    }
}
