//! The nine building blocks of which every named system is made.

use serde::{Deserialize, Serialize};

/// A building block. The order is the one in which pages and coverage list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// Dated, cited, three-valued rules; also scorecards and ladders.
    Policy,
    /// A procedure as data: stages, actors, clocks, notices.
    Case,
    /// A typed list with history, source, validity and publication level.
    Register,
    /// A defined figure with formula, target and freeze.
    Indicator,
    /// Works, measures and quantified targets with owners and lights.
    TaskList,
    /// Libraries, verifiable draw, merged visits, caps.
    Inspection,
    /// Budget lines and a double-entry ledger.
    Fund,
    /// Templates, recipients, channels, receipts.
    Notice,
    /// A signed, short-lived, revocable token shown as a QR code.
    Code,
}

impl Block {
    /// All nine, in display order.
    pub const ALL: [Self; 9] = [
        Self::Policy,
        Self::Case,
        Self::Register,
        Self::Indicator,
        Self::TaskList,
        Self::Inspection,
        Self::Fund,
        Self::Notice,
        Self::Code,
    ];

    /// The identifier used in editions, addresses and JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Case => "case",
            Self::Register => "register",
            Self::Indicator => "indicator",
            Self::TaskList => "task-list",
            Self::Inspection => "inspection",
            Self::Fund => "fund",
            Self::Notice => "notice",
            Self::Code => "code",
        }
    }
}
