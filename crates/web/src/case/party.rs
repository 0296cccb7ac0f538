//! How somebody stands to a case: as whom he can act, how much he sees, what he can do now.

use crate::{context::Context, error::PageError};
use domain::{
    Language,
    access::Capacity,
    mechanism::{
        Act, Actor, Competence, Extent, Mechanism, MechanismVersion, Reader, Sight, Standing, Step,
        actors_of,
        course::{CaseState, Course, NextStep, StepTaken},
        sight,
    },
};
use store::{AttachmentHead, Case, CaseHead, StepRecord};

/// A case that the one who asks may see.
pub struct Found {
    /// The case.
    pub case: Case,
    /// How much of it he sees.
    pub sight: Sight,
    /// As whom he can act.
    pub standings: Vec<Standing>,
}

impl Context {
    /// The case with this number, where it exists for the one who asks.
    pub async fn case(&self, number: &str) -> Result<Option<Found>, PageError> {
        let Some(case) = self.city.store.case(number).await? else { return Ok(None) };
        let seen = self.sees(&case.head, &case.state);
        Ok(seen.map(|(sight, standings)| Found { case, sight, standings }))
    }

    /// How much the one who asks sees of a case, and as whom he can act in it; none where it does not exist for him.
    pub fn sees(&self, head: &CaseHead, state: &CaseState) -> Option<(Sight, Vec<Standing>)> {
        let mechanism = &self.city.mechanism(&head.mechanism, head.version)?.definition;
        let capacity = self.visit.principal().capacity()?;
        let reader = Reader { person: self.person().ok()?, capacity };
        let filer = (head.firm.as_str(), head.filed_by.as_str());
        let standings = actors_of(mechanism, state, filer, reader);
        sight(mechanism, state, filer, reader).map(|sight| (sight, standings))
    }
}

impl Context {
    /// Heads of cases as the one who asks may see them: without those that do not exist for him, and without what is not
    /// shown to him. Whether a head tells too much its mechanism knows; few do, and of these alone the whole case is read.
    pub async fn seen(&self, heads: &[CaseHead]) -> Result<Vec<CaseHead>, PageError> {
        let mut seen = Vec::new();
        for head in heads {
            let Some(version) = self.city.mechanism(&head.mechanism, head.version) else { continue };
            if !self.is_delicate(&version.definition, head) {
                seen.push(head.clone());
                continue;
            }
            let Some(found) = self.case(&head.id).await? else { continue };
            let mut head = head.clone();
            let (mechanism, sight) = (&version.definition, &found.sight);
            if !mechanism.shows_title(sight.extent, &sight.reads_as) {
                head.title.clear();
            }
            mechanism
                .stage_shown(&head.stage.clone(), sight.extent, &sight.reads_as)
                .clone_into(&mut head.stage);
            seen.push(head);
        }
        Ok(seen)
    }

    /// Whether the head of a case alone does not say who may see it, or what of it.
    fn is_delicate(&self, mechanism: &Mechanism, head: &CaseHead) -> bool {
        let is_other_firm = match self.visit.principal().capacity() {
            Some(Capacity::Firm { firm, .. }) => *firm != head.firm,
            _ => false,
        };
        is_other_firm
            || head.is_sealed
            || mechanism.anonymity.is_secret()
            || !mechanism.shows_title(Extent::Whole, &[])
            || mechanism.stage_shown(&head.stage, Extent::Whole, &[]) != head.stage
    }
}

impl Found {
    /// Whether it is shown to him that and with what a step was taken: what he did himself always is.
    pub fn shows(&self, context: &Context, mechanism: &Mechanism, (step, by): (&str, Option<&str>)) -> bool {
        let is_own = by.is_some_and(|person| context.person().is_ok_and(|own| own == person));
        is_own || self.sight.shows(mechanism, step)
    }

    /// Whether the files that came with a step are shown to him.
    pub fn shows_files(&self, context: &Context, mechanism: &Mechanism, record: &StepRecord) -> bool {
        let state = &self.case.state;
        let wanted = &record.step;
        let is_it =
            |taken: &StepTaken| taken.step == wanted.step && taken.by == wanted.by && taken.at == wanted.at;
        let place = state.taken.iter().rposition(is_it);
        let is_own = context.person().is_ok_and(|own| own == record.person);
        is_own || place.is_some_and(|place| self.sight.shows_files(mechanism, state, place))
    }

    /// The step with which a file was handed in.
    pub fn step_of(&self, file: &AttachmentHead) -> Option<&StepRecord> {
        let mut steps = self.case.steps.iter();
        steps.find(|step| step.person == file.added_by && step.recorded_at == file.added_at)
    }

    /// Whether a file is shown to him. One that came with no step came with the case itself.
    pub fn shows_file(&self, context: &Context, mechanism: &Mechanism, file: &AttachmentHead) -> bool {
        match self.step_of(file) {
            Some(record) => self.shows_files(context, mechanism, record),
            None => self.sight.extent == Extent::Whole && self.sight.shows_filer,
        }
    }

    /// What the case is called, for his eyes.
    pub fn title<'f>(&'f self, mechanism: &'f Mechanism, language: Language) -> &'f str {
        let is_shown = mechanism.shows_title(self.sight.extent, &self.sight.reads_as);
        match self.case.head.title.as_str() {
            title if is_shown && !title.is_empty() => title,
            _ => mechanism.title.get(language),
        }
    }

    /// Where the case stands, for his eyes.
    pub fn stage<'m>(&self, mechanism: &'m Mechanism, stage: &'m str) -> &'m str {
        mechanism.stage_shown(stage, self.sight.extent, &self.sight.reads_as)
    }

    /// The version on which it runs.
    pub fn version<'c>(&self, context: &'c Context) -> Result<&'c MechanismVersion, PageError> {
        let head = &self.case.head;
        context.city.mechanism(&head.mechanism, head.version).ok_or(PageError::Page)
    }

    /// The case as it stands this minute, whether or not the clock of the service has come round to it.
    pub fn course<'c>(&self, context: &'c Context) -> Result<Course<'c>, PageError> {
        let office = context.city.edition.office_time();
        let mut course = Course::resume(self.version(context)?, office, self.case.state.clone());
        course.advance(context.moment());
        Ok(course)
    }

    /// Whether he is somebody who acts in the case: bound to it, or one whose role can do something now.
    pub fn can_act(&self, context: &Context) -> Result<bool, PageError> {
        let actors = &self.version(context)?.definition.actors;
        let is_bound = |standing: &Standing| {
            let actor = actors.iter().find(|actor| actor.id == standing.actor);
            actor.is_some_and(|actor| actor.competence != Competence::Open)
        };
        Ok(self.standings.iter().any(is_bound) || !self.next_steps(&self.course(context)?).is_empty())
    }

    /// What he can do now, in the order of the mechanism.
    pub fn next_steps(&self, course: &Course<'_>) -> Vec<NextStep> {
        let is_his = |next: &NextStep| {
            self.standings.iter().any(|standing| {
                standing.actor == next.actor
                    && (next.organization.is_none() || standing.organization == next.organization)
            })
        };
        let mut steps: Vec<NextStep> = course.next_steps().into_iter().filter(is_his).collect();
        for next in &mut steps {
            let own = self.standings.iter().find(|standing| standing.actor == next.actor);
            next.organization =
                next.organization.take().or_else(|| own.and_then(|own| own.organization.clone()));
        }
        steps
    }
}

/// Whether a capacity can be an actor of a mechanism; of a case, where there is one.
pub fn binds(actor: &Actor, capacity: &Capacity, head: Option<&CaseHead>) -> bool {
    let has_role = capacity.role().is_some_and(|role| actor.roles.contains(&role));
    has_role
        && match (actor.competence, capacity) {
            (Competence::Firm, Capacity::Firm { firm, .. }) => head.is_none_or(|head| head.firm == *firm),
            (Competence::Fixed, Capacity::Office { organization, .. }) => {
                actor.organization.as_ref() == Some(organization)
            }
            (Competence::Assigned, Capacity::Office { organization, .. }) => {
                head.is_some_and(|head| head.assigned == *organization)
            }
            // A list does not say who helps: whoever is not in charge there may.
            (Competence::CoHandler, Capacity::Office { organization, .. }) => {
                head.is_some_and(|head| head.assigned != *organization)
            }
            (Competence::Open, Capacity::Office { .. } | Capacity::Firm { .. }) => true,
            _ => false,
        }
}

/// The steps that a stage waits for from those who are bound to the case: what moves it on, or what a clock waits for.
/// What ends it is asked of an office where no office can do anything else, and never of the firm.
pub fn asked<'m>(mechanism: &'m Mechanism, stage: &str, is_bound: impl Fn(&Actor) -> bool) -> Vec<&'m Step> {
    let is_end = |step: &Step| {
        let to = step.to.as_ref();
        mechanism.stages.iter().any(|stage| Some(&stage.id) == to && stage.outcome.is_some())
    };
    let is_awaited = |step: &Step| {
        let of_clock = |act: &Act| matches!(act, Act::FinishClock { .. } | Act::ResumeClock { .. });
        step.to.is_some() || step.acts.iter().any(of_clock)
    };
    let bound: Vec<&Actor> = mechanism.actors.iter().filter(|actor| is_bound(actor)).collect();
    let is_firm = bound.iter().any(|actor| actor.competence == Competence::Firm);
    let is_his = |step: &Step| bound.iter().any(|actor| step.by.contains(&actor.id));
    let is_of_office = |step: &Step| {
        let mut by = mechanism.actors.iter().filter(|actor| step.by.contains(&actor.id));
        by.any(|actor| !matches!(actor.competence, Competence::Firm | Competence::Automatic))
    };
    let here = mechanism.steps.iter().filter(|step| step.from.iter().any(|from| from == stage));
    // Where another office has something to do, nobody waits for the end.
    let others_go_on = here.clone().any(|step| is_of_office(step) && is_awaited(step) && !is_end(step));
    let (ends, goes_on): (Vec<&Step>, Vec<&Step>) =
        here.filter(|step| is_his(step) && is_awaited(step)).partition(|step| is_end(step));
    match (goes_on.is_empty(), is_firm) {
        (_, true) => goes_on.into_iter().filter(|step| waits(step)).collect(),
        (true, false) if !others_go_on => ends,
        (_, false) => goes_on,
    }
}

/// Whether a clock waits for a step of the firm. What starts another clock is something new, for which nobody waits.
fn waits(step: &Step) -> bool {
    let ends = |act: &Act| matches!(act, Act::FinishClock { .. } | Act::ResumeClock { .. });
    let starts = |act: &Act| matches!(act, Act::StartClock { .. });
    step.acts.iter().any(ends) && !step.acts.iter().any(starts)
}
