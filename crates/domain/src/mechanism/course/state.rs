//! What is known of a case, and what is done in it.

use crate::{
    clock::{ClockEvent, Moment, Party},
    mechanism::{Act, FieldValue, Mechanism, TakenAlong},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A step that somebody wants to take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseStep {
    /// When.
    pub at: Moment,
    /// Which step.
    pub step: String,
    /// As which actor of the mechanism.
    pub by: String,
    /// For which organisation; without it the one that the actor is bound to, where that is a single one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// What is filled into the form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, FieldValue>,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// When.
    pub at: Moment,
    /// Which step.
    pub step: String,
    /// As which actor.
    pub by: String,
    /// For which organisation; none for the firm and for what happens by itself.
    pub organization: Option<String>,
}

/// One run of a clock: from a start to its finish. A clock that is started again has another run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRun {
    /// The clock.
    pub clock: String,
    /// For whom it runs.
    pub party: Party,
    /// The organisation it binds; none for the firm's.
    pub organization: Option<String>,
    /// When it started.
    pub start: Moment,
    /// What happened to it.
    pub events: Vec<ClockEvent>,
    /// When it was finished.
    pub finished: Option<Moment>,
    /// The due date that was found to be over.
    pub(super) over_noted: Option<Moment>,
}

impl ClockRun {
    /// Whether it is not finished.
    pub fn is_open(&self) -> bool {
        self.finished.is_none()
    }
}

/// A rung of the ladder that fired, for one run of its clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RungFired {
    /// When.
    pub at: Moment,
    /// The rung.
    pub rung: String,
    /// The place of the run among those of the case.
    pub run: usize,
}

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDue {
    /// When.
    pub at: Moment,
    /// Which message: the key of its text.
    pub notice: String,
    /// The actors it goes to.
    pub to: Vec<String>,
}

/// What somebody may do now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NextStep {
    /// The actor.
    pub actor: String,
    /// For which organisation; none for the firm.
    pub organization: Option<String>,
    /// The step.
    pub step: String,
}

/// The case from which another comes: what a firm asked for stays asked from its first moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOrigin {
    /// How it comes from it.
    pub kind: OriginKind,
    /// When the first of them was filed.
    pub since: Moment,
    /// The number of the first.
    pub number: String,
    /// Whether the firm had asked there that the office in charge does not learn who it is: it holds here too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_hidden: bool,
    /// What the case began with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, FieldValue>,
}

/// How a case comes from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// A step of the other opened it.
    PassedOn,
    /// It is the second matter of the other.
    Split,
}

/// Everything that is known of a case at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseState {
    /// The mechanism.
    pub mechanism: String,
    /// The version on which the case began, and on which it stays.
    pub version: u16,
    /// Up to when it is known.
    pub now: Moment,
    /// Where it stands.
    pub stage: String,
    /// Since when.
    pub since: Moment,
    /// The organisation it is assigned to.
    pub assigned: Option<String>,
    /// Organisations that help.
    pub co_handlers: Vec<String>,
    /// Every organisation it was ever assigned to or that ever helped, in the order in which they came.
    pub involved: Vec<String>,
    /// What was filled in, the last value of each field.
    pub data: BTreeMap<String, FieldValue>,
    /// Every run of every clock, in the order in which they started.
    pub runs: Vec<ClockRun>,
    /// Rungs that fired.
    pub rungs: Vec<RungFired>,
    /// Messages that are due, in order.
    pub notices: Vec<NoticeDue>,
    /// Steps that were taken.
    pub taken: Vec<StepTaken>,
    /// Mechanisms of which a linked case was opened, and when.
    pub opened: Vec<(Moment, String)>,
    /// When something was published.
    pub published: Vec<Moment>,
    /// When the firm was asked to rate.
    pub rating_asked: Vec<Moment>,
    /// Where it comes from, if from another case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<CaseOrigin>,
    /// Whether it is there for its filer alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_sealed: bool,
}

impl CaseState {
    pub(in crate::mechanism) fn new(definition: &Mechanism, at: Moment) -> Self {
        Self {
            mechanism: definition.id.clone(),
            version: definition.version,
            now: at,
            stage: definition.begins.clone(),
            since: at,
            assigned: None,
            co_handlers: Vec::new(),
            involved: Vec::new(),
            data: BTreeMap::new(),
            runs: Vec::new(),
            rungs: Vec::new(),
            notices: Vec::new(),
            taken: Vec::new(),
            opened: Vec::new(),
            published: Vec::new(),
            rating_asked: Vec::new(),
            origin: None,
            is_sealed: false,
        }
    }

    /// When what it is about was first filed, and as which number; `own` is its own number.
    pub fn first_filing(&self, own: &str) -> (Moment, String) {
        let first = self.taken.iter().map(|taken| taken.at).min().unwrap_or(self.since);
        let origin = self.origin.as_ref().map(|origin| (origin.since, origin.number.clone()));
        origin.unwrap_or_else(|| (first, own.to_owned()))
    }

    /// The act by which it opened the case at a place among those it opened.
    pub fn opening<'m>(&self, definition: &'m Mechanism, place: usize) -> Option<&'m Act> {
        let steps = self.taken.iter().filter_map(|taken| {
            definition.steps.iter().find(|step| step.id == taken.step).map(|step| step.acts.iter())
        });
        steps.flatten().filter(|act| matches!(act, Act::OpenCase { .. })).nth(place)
    }

    /// What another case begins with that takes these fields along.
    pub fn taken_along(&self, take: &TakenAlong) -> BTreeMap<String, FieldValue> {
        let pairs = take.pairs().into_iter();
        pairs.filter_map(|(own, other)| Some((other.to_owned(), self.data.get(own)?.clone()))).collect()
    }

    /// How often a step was taken.
    pub fn times(&self, step: &str) -> usize {
        self.taken.iter().filter(|taken| taken.step == step).count()
    }

    pub(super) fn involve(&mut self, organization: Option<&str>) {
        let new = organization.filter(|one| !self.involved.iter().any(|known| known == one));
        self.involved.extend(new.map(str::to_owned));
    }

    pub(super) fn move_to(&mut self, stage: &str) {
        if self.stage != stage {
            self.since = self.now;
        }
        stage.clone_into(&mut self.stage);
    }
}
