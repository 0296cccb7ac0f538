//! Why a step is refused: everything that stands against it, each with its clause where there is one.

use crate::clock::{ClockFault, Moment};
use serde::{Deserialize, Serialize};

/// One thing that stands against a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The step that was to be taken.
    pub step: String,
    /// What stands against it.
    pub reason: RefusalReason,
    /// The clause that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<String>,
}

/// What can stand against a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RefusalReason {
    /// The mechanism has no such step.
    UnknownStep,
    /// It lies before something that has happened.
    OutOfOrder {
        /// When that happened.
        last: Moment,
    },
    /// The case has ended.
    Ended {
        /// The stage in which it ended.
        stage: String,
    },
    /// The step does not begin in the stage of the case.
    NotInStage {
        /// The stage.
        stage: String,
    },
    /// This actor may not take it.
    NotByActor {
        /// The actor.
        actor: String,
    },
    /// Nothing binds the organisation of the actor to the case.
    NotCompetent {
        /// The organisation, where one is named.
        organization: Option<String>,
    },
    /// Its condition is not met.
    ConditionNotMet {
        /// The condition.
        when: String,
    },
    /// Whether its condition is met is not known.
    ConditionUnknown {
        /// The condition.
        when: String,
        /// Fields that it asks for and nobody has filled in.
        missing: Vec<String>,
    },
    /// A field of the form has to be filled in.
    FieldMissing {
        /// The field.
        field: String,
    },
    /// The form has no such field.
    UnknownField {
        /// The field.
        field: String,
    },
    /// The value does not fit the field.
    Misfit {
        /// The field.
        field: String,
        /// What is wrong.
        what: String,
        /// What to write.
        hint: String,
    },
    /// A clock that it would start runs already.
    ClockRuns {
        /// The clock.
        clock: String,
    },
    /// A clock whose course it would change does not run.
    ClockDoesNotRun {
        /// The clock.
        clock: String,
    },
    /// A clock refuses what would happen to it.
    Clock {
        /// The clock.
        clock: String,
        /// Why.
        fault: ClockFault,
    },
}

impl RefusalReason {
    /// The word for it in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::UnknownStep => "unknown-step",
            Self::OutOfOrder { .. } => "out-of-order",
            Self::Ended { .. } => "ended",
            Self::NotInStage { .. } => "not-in-stage",
            Self::NotByActor { .. } => "not-by-actor",
            Self::NotCompetent { .. } => "not-competent",
            Self::ConditionNotMet { .. } => "condition-not-met",
            Self::ConditionUnknown { .. } => "condition-unknown",
            Self::FieldMissing { .. } => "field-missing",
            Self::UnknownField { .. } => "unknown-field",
            Self::Misfit { .. } => "misfit",
            Self::ClockRuns { .. } => "clock-runs",
            Self::ClockDoesNotRun { .. } => "clock-does-not-run",
            Self::Clock { .. } => "clock",
        }
    }
}
