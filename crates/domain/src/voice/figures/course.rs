//! The course of a voice as figures look at it, from what is known of its case: the same from the row of the case and
//! from its steps run anew.

use super::{FigureGroup, VoiceCourse};
use crate::{
    clock::{Clock, Moment, OfficeTime, Party},
    mechanism::{
        Act, Competence, FieldValue, FormFieldKind, Mechanism, Step,
        course::{CaseState, ClockRun, StepTaken},
    },
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// How the field is called that says what sort of voice it is.
const KIND: &str = "_kind";

impl VoiceCourse {
    /// Of a case that came in on this day. Kind alone is known of its groups; the rest stands in no mechanism.
    ///
    /// The answer is the first step that asks for a rating; where a mechanism asks for none, the step of an office that
    /// finishes the first clock of the firm. What was withdrawn, merged or not taken in has no answer.
    pub fn of(mechanism: &Mechanism, state: &CaseState, received: NaiveDate, office: OfficeTime<'_>) -> Self {
        let course = Followed { mechanism, state, office };
        let promise = state.runs.iter().find(|run| run.party == Party::Firm);
        let answer = course.answer(promise);
        let answered = answer.map(|at| state.taken[at].at.day);
        let dispatch = state.taken.iter().find(|taken| course.does(taken, |act| *act == Act::Assign));
        let working = |last: NaiveDate| {
            let days = received.iter_days().skip(1).take_while(|day| *day <= last);
            u32::try_from(days.filter(|day| office.calendar.kind(*day).is_working()).count())
                .unwrap_or(u32::MAX)
        };
        Self {
            received,
            dispatched: dispatch.map(|taken| taken.at.day),
            dispatch_due: dispatch.and_then(|taken| course.due_of_dispatch(taken)),
            due: promise.and_then(|run| course.due(run)),
            answered,
            working_days: answered.map(working),
            rated: answer.and_then(|at| course.rating(at)),
            reopened: answer.and_then(|at| course.reopened(at)),
            groups: course.kind().map(|kind| (FigureGroup::Kind, kind)).into_iter().collect(),
        }
    }
}

/// A case with what it runs on.
struct Followed<'c> {
    mechanism: &'c Mechanism,
    state: &'c CaseState,
    office: OfficeTime<'c>,
}

impl<'c> Followed<'c> {
    fn step(&self, taken: &StepTaken) -> Option<&'c Step> {
        self.mechanism.steps.iter().find(|step| step.id == taken.step)
    }

    fn does(&self, taken: &StepTaken, what: impl Fn(&Act) -> bool) -> bool {
        self.step(taken).is_some_and(|step| step.acts.iter().any(what))
    }

    /// The steps of the mechanism that ask for a rating.
    fn answers(&self) -> impl Iterator<Item = &'c Step> {
        self.mechanism.steps.iter().filter(|step| step.acts.contains(&Act::AskRating))
    }

    /// The place of the first answer among the steps taken.
    fn answer(&self, promise: Option<&ClockRun>) -> Option<usize> {
        let mut taken = self.state.taken.iter();
        if self.answers().next().is_some() {
            return taken.position(|taken| self.does(taken, |act| *act == Act::AskRating));
        }
        let promise = promise?;
        let (clock, at) = (&promise.clock, promise.finished?);
        let ends = |act: &Act| matches!(act, Act::FinishClock { clock: ended } if ended == clock);
        taken.position(|taken| taken.at == at && !self.is_of_firm(&taken.by) && self.does(taken, ends))
    }

    fn is_of_firm(&self, actor: &str) -> bool {
        let found = self.mechanism.actors.iter().find(|known| known.id == actor);
        found.is_some_and(|actor| actor.competence == Competence::Firm)
    }

    fn due(&self, run: &ClockRun) -> Option<NaiveDate> {
        let clock = self.mechanism.clocks.iter().find(|clock| clock.id == run.clock)?;
        let clock = Clock { terms: &clock.terms, start: run.start, events: &run.events };
        clock.due(self.office).map(|due| due.at.day)
    }

    /// By when the dispatch was due: by the clock that it finished.
    fn due_of_dispatch(&self, dispatch: &StepTaken) -> Option<NaiveDate> {
        let is_finished_by = |run: &&ClockRun| {
            let ends = |act: &Act| matches!(act, Act::FinishClock { clock } if *clock == run.clock);
            run.finished == Some(dispatch.at) && self.does(dispatch, ends)
        };
        self.state.runs.iter().find(is_finished_by).and_then(|run| self.due(run))
    }

    /// The last rating after the answer: a step of the firm whose form has a number, from where an answer led.
    fn rating(&self, answer: usize) -> Option<(NaiveDate, u8)> {
        let asked: BTreeSet<&str> = self.answers().filter_map(|step| step.to.as_deref()).collect();
        let later = self.state.taken.iter().skip(answer + 1).rev();
        later.filter(|taken| self.is_of_firm(&taken.by)).find_map(|taken| {
            let step = self.step(taken)?;
            let form = self.mechanism.forms.iter().find(|form| Some(&form.id) == step.form.as_ref())?;
            let level = form.fields.iter().find(|field| field.kind == FormFieldKind::Number)?;
            let is_asked = step.from.iter().any(|from| asked.contains(from.as_str()));
            let level = is_asked.then(|| level_of(&self.state.data, &level.name))??;
            Some((taken.at.day, level))
        })
    }

    /// The day it went back to where it can be answered again.
    fn reopened(&self, answer: usize) -> Option<NaiveDate> {
        let open: BTreeSet<&str> = self.answers().flat_map(|step| &step.from).map(String::as_str).collect();
        let mut later = self.state.taken.iter().skip(answer + 1);
        let back = later.find(|taken| {
            let to = self.step(taken).and_then(|step| step.to.as_deref());
            to.is_some_and(|to| open.contains(to))
        });
        back.map(|taken| taken.at).map(|at: Moment| at.day)
    }

    fn kind(&self) -> Option<String> {
        let fields = self.mechanism.forms.iter().flat_map(|form| &form.fields);
        let mut kinds =
            fields.filter(|field| field.kind == FormFieldKind::Code && field.name.ends_with(KIND));
        kinds.find_map(|field| self.state.data.get(&field.name)?.text()).map(str::to_owned)
    }
}

fn level_of(data: &BTreeMap<String, FieldValue>, field: &str) -> Option<u8> {
    let level = match data.get(field)? {
        FieldValue::Whole(level) => u8::try_from(*level).ok()?,
        other => other.text()?.parse().ok()?,
    };
    (1..=5).contains(&level).then_some(level)
}
