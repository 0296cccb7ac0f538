//! What a step does besides moving the case.

use super::{ClockRun, Course};
use crate::{
    clock::{ClockEvent, ClockEventKind as Kind, Moment, Party, Period},
    mechanism::{
        Act, Competence, FIRST_FILING, FieldValue, FormFieldKind, Mechanism, RefusalReason as Reason, Step,
    },
};
use std::collections::BTreeMap;

/// What stands against an act, and the clause where the ground of a clock cites one.
type Against = (Reason, Option<String>);

impl Course<'_> {
    /// Does everything a step does; answers what stands against it. `organization` is whose step it is.
    pub(super) fn perform(
        &mut self,
        step: &Step,
        organization: Option<&str>,
        data: &BTreeMap<String, FieldValue>,
    ) -> Vec<Against> {
        let mut against = Vec::new();
        let named = self.written(step, FormFieldKind::Organization, data);
        for act in &step.acts {
            match act {
                Act::StartClock { clock, from } => {
                    let from = from.as_ref().and_then(|from| self.moment_of(from));
                    self.start(clock, from, named.as_deref(), &mut against);
                }
                Act::PauseClock { clock, ground } => {
                    self.change(clock, (Kind::Pause, Some(ground), None), organization, &mut against);
                }
                Act::ResumeClock { clock, ground } => {
                    self.change(clock, (Kind::Resume, Some(ground), None), organization, &mut against);
                }
                Act::ExtendClock { clock, ground } => {
                    let written = self.written(step, FormFieldKind::Period, data);
                    let by = written.and_then(|text| text.parse().ok());
                    self.change(clock, (Kind::Extend, Some(ground), by), organization, &mut against);
                }
                Act::RestartClock { clock, ground } => {
                    self.change(clock, (Kind::Restart, Some(ground), None), organization, &mut against);
                }
                Act::FinishClock { clock } => self.finish(clock, organization),
                Act::Send { notice } => self.send(notice),
                Act::Assign => {
                    if named.is_some() {
                        self.state.assigned.clone_from(&named);
                        self.state.involve(named.as_deref());
                    }
                }
                Act::AddCoHandler => {
                    let new = named.iter().filter(|one| !self.state.co_handlers.contains(one));
                    let new: Vec<String> = new.cloned().collect();
                    self.state.co_handlers.extend(new);
                    self.state.involve(named.as_deref());
                }
                // Who sees what is asked of the steps that were taken.
                Act::Release => {}
                Act::Publish => self.state.published.push(self.state.now),
                Act::AskRating => self.state.rating_asked.push(self.state.now),
                Act::OpenCase { mechanism, .. } => {
                    self.state.opened.push((self.state.now, mechanism.clone()));
                }
                Act::Seal => self.seal(),
            }
        }
        against
    }

    /// The moment from which a clock runs: that of a field, or when the firm first asked.
    fn moment_of(&self, from: &str) -> Option<Moment> {
        if from == FIRST_FILING {
            return self.state.origin.as_ref().map(|origin| origin.since);
        }
        self.state.data.get(from)?.day().map(Moment::from)
    }

    /// Hides the case from all but its filer, and takes back what others would have been told.
    fn seal(&mut self) {
        self.state.is_sealed = true;
        let definition = &self.version.definition;
        for notice in &mut self.state.notices {
            notice.to.retain(|actor| is_firm(definition, actor));
        }
    }

    /// What was written into the first field of a kind in the form of a step.
    fn written(
        &self,
        step: &Step,
        kind: FormFieldKind,
        data: &BTreeMap<String, FieldValue>,
    ) -> Option<String> {
        let form = self.version.definition.forms.iter().find(|form| Some(&form.id) == step.form.as_ref())?;
        let mut fields = form.fields.iter().filter(|field| field.kind == kind);
        fields.find_map(|field| data.get(&field.name)?.text().map(str::to_owned))
    }

    /// Starts a clock: for the organisation that the form names, or for the one the case is assigned to.
    fn start(&mut self, id: &str, from: Option<Moment>, named: Option<&str>, against: &mut Vec<Against>) {
        let Some(party) = self.clock(id).map(|clock| clock.party) else { return };
        let organization = match party {
            Party::Firm => None,
            Party::Lead => named.map(str::to_owned).or_else(|| self.state.assigned.clone()),
            Party::CoHandler => named.map(str::to_owned),
        };
        let is_same = |run: &&ClockRun| {
            run.clock == id
                && run.is_open()
                && (party != Party::CoHandler || run.organization == organization)
        };
        if self.state.runs.iter().any(|run| is_same(&run)) {
            against.push((Reason::ClockRuns { clock: id.to_owned() }, None));
            return;
        }
        self.state.runs.push(ClockRun {
            clock: id.to_owned(),
            party,
            organization,
            start: from.unwrap_or(self.state.now),
            events: Vec::new(),
            finished: None,
            over_noted: None,
        });
    }

    /// The open runs of a clock that a step of an organisation concerns: a co-handler's step its own run only.
    fn open_runs(&self, id: &str, organization: Option<&str>) -> Vec<usize> {
        let is_own = |run: &ClockRun| {
            let is_helper =
                organization.is_some_and(|one| self.state.co_handlers.iter().any(|other| other == one));
            run.party != Party::CoHandler || !is_helper || run.organization.as_deref() == organization
        };
        let runs = self.state.runs.iter().enumerate();
        runs.filter(|(_, run)| run.clock == id && run.is_open() && is_own(run)).map(|(at, _)| at).collect()
    }

    /// Something happens to the runs of a clock.
    fn change(
        &mut self,
        id: &str,
        (kind, ground, by): (Kind, Option<&String>, Option<Period>),
        organization: Option<&str>,
        against: &mut Vec<Against>,
    ) {
        let runs = self.open_runs(id, organization);
        if runs.is_empty() {
            against.push((Reason::ClockDoesNotRun { clock: id.to_owned() }, None));
        }
        let terms = self.clock(id).map(|clock| &clock.terms);
        let of_ground =
            terms.and_then(|terms| terms.grounds.iter().find(|one| Some(&one.id) == ground)).cloned();
        let cite = of_ground.as_ref().map(|ground| ground.cite.clone());
        // Without a length in the form an extension is as long as the ground allows.
        let longest = of_ground.and_then(|ground| ground.length_max);
        let by = by.or(longest).filter(|_| kind == Kind::Extend);
        for at in runs {
            let event = ClockEvent { kind, at: self.state.now, ground: ground.cloned(), by };
            self.state.runs[at].events.push(event);
            let place = self.state.runs[at].events.len() - 1;
            let problems = self.reckon(&self.state.runs[at]).map(|known| known.problems).unwrap_or_default();
            let of_event =
                problems.into_iter().filter(|one| one.event == Some(place) && !one.fault.is_report());
            let told = |fault| (Reason::Clock { clock: id.to_owned(), fault }, cite.clone());
            against.extend(of_event.map(|problem| told(problem.fault)));
        }
    }

    /// Finishes a clock; one that does not run is finished already.
    fn finish(&mut self, id: &str, organization: Option<&str>) {
        for at in self.open_runs(id, organization) {
            let event = ClockEvent { kind: Kind::Finish, at: self.state.now, ground: None, by: None };
            let now = self.state.now;
            let run = &mut self.state.runs[at];
            run.events.push(event);
            run.finished = Some(now);
        }
    }
}

/// Whether an actor is the firm.
pub(super) fn is_firm(definition: &Mechanism, actor: &str) -> bool {
    let mut actors = definition.actors.iter();
    actors.any(|known| known.id == actor && known.competence == Competence::Firm)
}
