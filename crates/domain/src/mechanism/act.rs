//! What a step can do besides moving the case: a closed set, each kept by code.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What stands in `from` of a clock that runs from when the firm first asked, whatever case it was then.
pub const FIRST_FILING: &str = "first-filing";

/// One thing a step does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Starts a clock.
    StartClock {
        /// The clock.
        clock: String,
        /// The field with the day from which it runs, or [`FIRST_FILING`]; without one it is the moment of the step.
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
        /// What it begins with.
        #[serde(default, skip_serializing_if = "TakenAlong::is_nothing")]
        take: TakenAlong,
    },
    /// From now on the case is there for nobody but who filed it, and nobody else is told what this moment would have
    /// told him.
    Seal,
}

/// Fields of a case with which another begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TakenAlong {
    /// Fields that both call the same.
    Same(Vec<String>),
    /// The field of the other case, and the field of this one that fills it.
    Renamed(BTreeMap<String, String>),
}

impl Default for TakenAlong {
    fn default() -> Self {
        Self::Same(Vec::new())
    }
}

impl TakenAlong {
    /// Whether nothing goes along.
    pub fn is_nothing(&self) -> bool {
        self.pairs().is_empty()
    }

    /// Each field of this case with the one of the other that it fills.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Same(names) => names.iter().map(|name| (name.as_str(), name.as_str())).collect(),
            Self::Renamed(names) => names.iter().map(|(new, old)| (old.as_str(), new.as_str())).collect(),
        }
    }
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
