//! The clocks of one case: the firm's from filing, the unit's from dispatch, and one for each co-handler.

use super::{Clock, ClockEvent, ClockEventKind, ClockTerms, Moment, OfficeTime, Period, Reckoning};
use serde::{Deserialize, Serialize};

/// The clocks of a case and what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseTimeline {
    /// The clocks.
    #[serde(rename = "clock")]
    pub clocks: Vec<CaseClock>,
    /// What happened, in any order.
    #[serde(default, rename = "event")]
    pub events: Vec<CaseEvent>,
}

/// One clock of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseClock {
    /// Its name within the case.
    pub id: String,
    /// For whom it runs.
    pub party: Party,
    /// The organisation it binds; none for the firm's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// When it started.
    pub start: Moment,
    /// What the law says of it.
    pub terms: ClockTerms,
    /// The due date that was told to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<Moment>,
}

/// For whom a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The firm: from filing on, whoever handles the case.
    Firm,
    /// The unit that handles it: from dispatch on.
    Lead,
    /// A unit that helps: from its own dispatch on.
    CoHandler,
}

/// Something that happened in a case, on all of its clocks or on some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseEvent {
    /// What happened.
    pub kind: ClockEventKind,
    /// When.
    pub at: Moment,
    /// The ground of the terms on which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// By how much an extension extends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Period>,
    /// The clocks it concerns; all of them where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<String>,
}

impl CaseEvent {
    /// The event as the clocks it concerns see it.
    pub fn of_a_clock(&self) -> ClockEvent {
        ClockEvent { kind: self.kind, at: self.at, ground: self.ground.clone(), by: self.by }
    }
}

impl CaseTimeline {
    /// The events of one clock, with their places in the list of the case.
    pub fn events_of(&self, clock: &str) -> (Vec<usize>, Vec<ClockEvent>) {
        let concerns =
            |event: &CaseEvent| event.clocks.is_empty() || event.clocks.iter().any(|id| id == clock);
        let of_clock = self.events.iter().enumerate().filter(|(_, event)| concerns(event));
        of_clock.map(|(at, event)| (at, event.of_a_clock())).unzip()
    }

    /// Every clock with its reckoning; problems name the places of events in the list of the case.
    pub fn reckon(&self, office: OfficeTime<'_>) -> Vec<(&CaseClock, Reckoning)> {
        let reckon = |clock: &'_ CaseClock| {
            let (places, events) = self.events_of(&clock.id);
            let mut reckoning =
                Clock { terms: &clock.terms, start: clock.start, events: &events }.reckon(office);
            for problem in &mut reckoning.problems {
                problem.event = problem.event.and_then(|at| places.get(at).copied());
            }
            reckoning
        };
        self.clocks.iter().map(|clock| (clock, reckon(clock))).collect()
    }
}
