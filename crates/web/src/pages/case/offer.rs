//! The steps somebody can take now, each with its form, and a step that he wants to take.

use super::TEXTS;
use crate::{
    case::{Found, form_of},
    components::case_form::{CaseForm, Fault, Ground, Read, Reasons, Typed, read},
    context::Context,
    error::PageError,
    frame::{Link, Page},
    pages::new_case::of_intake,
    upload::{Checked, Sent, Trouble, cleaned},
};
use domain::{
    Citation,
    access::Capacity,
    mechanism::{
        FieldMark, FieldValue, Mechanism, Refusal, RefusalReason,
        course::{CaseStep, Course, NextStep},
    },
};
use store::{Taken, WantedStep};

/// A step that can be taken.
pub struct Offer {
    pub step: String,
    pub by: String,
    pub title: String,
    pub cite: Option<Link>,
    pub form: CaseForm,
    /// Whether its form is shown unfolded.
    pub is_open: bool,
}

/// A step that somebody wants to take, as it was sent.
pub struct Wanted {
    step: String,
    by: String,
    organization: Option<String>,
    revision: i64,
    seen: usize,
    typed: Typed,
    files: Checked,
}

/// What came of trying.
pub struct Attempt {
    pub step: String,
    pub typed: Typed,
    pub read: Read,
    pub refusals: Vec<Refusal>,
    pub trouble: Trouble,
    pub is_stale: bool,
    /// How many steps he had seen.
    pub seen: usize,
}

/// What somebody can do now: what moves the case on first, what ends it without a form last.
pub fn offers(
    context: &Context,
    page: &Page,
    (found, course): (&Found, &Course<'_>),
    mut attempt: Option<Attempt>,
) -> Result<Vec<Offer>, PageError> {
    let mechanism = &found.version(context)?.definition;
    let mut next: Vec<NextStep> = found.next_steps(course);
    // One step is offered once, though somebody may act as two actors.
    let mut seen = Vec::new();
    next.retain(|next| {
        let is_new = !seen.contains(&next.step);
        seen.push(next.step.clone());
        is_new
    });
    next.sort_by_key(|next| ends(mechanism, &next.step));
    let tried = attempt.as_ref().map(|attempt| attempt.step.clone());
    // What was typed for a step that can no longer be taken is shown all the same: nothing is lost.
    if let Some(tried) = &tried
        && !next.iter().any(|next| next.step == *tried)
        && let Some(standing) = found.standings.first()
    {
        let (actor, organization) = (standing.actor.clone(), standing.organization.clone());
        next.insert(0, NextStep { actor, organization, step: tried.clone() });
    }
    let open = tried.or_else(|| next.first().map(|next| next.step.clone()));
    let mut offers = Vec::new();
    for next in next {
        let own = attempt.take_if(|attempt| attempt.step == next.step);
        let is_open = open.as_ref() == Some(&next.step);
        offers.extend(offer(context, page, (found, mechanism, &next), own, is_open));
    }
    Ok(offers)
}

/// Fills in forms that nobody has typed into yet; the first that something is filled into is the one that is unfolded.
pub fn prefill(
    context: &Context,
    page: &Page,
    (mechanism, offers): (&Mechanism, &mut [Offer]),
    filled: impl Fn(&str) -> Typed,
) {
    let mut is_first = true;
    for at in 0..offers.len() {
        let typed = filled(&offers[at].step);
        let step = mechanism.steps.iter().find(|step| step.id == offers[at].step);
        let Some(step) = step.filter(|_| typed != Typed::default()) else { continue };
        let ground = Ground { mechanism, edition: &context.city.edition };
        let form = form_of(mechanism, step);
        offers[at].form = CaseForm::new(page, (ground, &step.id), form, (&typed, Reasons::default(), &[]));
        if is_first {
            offers.iter_mut().enumerate().for_each(|(other, offer)| offer.is_open = other == at);
            is_first = false;
        }
    }
}

/// Whether a step ends the case.
fn ends(mechanism: &Mechanism, step: &str) -> bool {
    let to = mechanism.steps.iter().find(|known| known.id == step).and_then(|step| step.to.as_ref());
    mechanism.stages.iter().any(|stage| Some(&stage.id) == to && stage.outcome.is_some())
}

fn offer(
    context: &Context,
    page: &Page,
    (found, mechanism, next): (&Found, &Mechanism, &NextStep),
    attempt: Option<Attempt>,
    is_open: bool,
) -> Option<Offer> {
    let step = mechanism.steps.iter().find(|step| step.id == next.step)?;
    let form = form_of(mechanism, step);
    let known = known_of(context, mechanism);
    let (typed, reasons) = match attempt {
        Some(attempt) => {
            let mut reasons = Reasons::told(page, mechanism, (form, &attempt.read), &attempt.refusals)
                .with_files(page, &attempt.trouble);
            if attempt.is_stale {
                let t = TEXTS.of(page.language);
                reasons = reasons.and(t.of("stale"));
            }
            (attempt.typed, reasons)
        }
        // What another case handed over is there already.
        None if found.case.state.stage == mechanism.begins => {
            (Typed::of_draft(&found.case.state.data), Reasons::default())
        }
        None => (Typed::at_first(form), Reasons::default()),
    };
    let ground = Ground { mechanism, edition: &context.city.edition };
    let cite = step.cite.as_deref().and_then(|cite| cite.parse::<Citation>().ok());
    Some(Offer {
        step: step.id.clone(),
        by: next.actor.clone(),
        title: page.say(&step.title).to_owned(),
        cite: cite.map(|cite| page.citation(&cite)),
        form: CaseForm::new(page, (ground, &step.id), form, (&typed, reasons, &known)),
        is_open,
    })
}

/// Fields that are not asked for: how a case came in the firm need not say.
fn known_of<'m>(context: &Context, mechanism: &'m Mechanism) -> Vec<&'m str> {
    match context.visit.principal().capacity() {
        Some(Capacity::Firm { .. }) => of_intake(mechanism),
        _ => Vec::new(),
    }
}

/// What somebody typed, with what he was not asked for as the case has it.
fn typed_of(context: &Context, found: &Found, mechanism: &Mechanism, pairs: &[(String, String)]) -> Typed {
    let mut typed = Typed::sent(pairs);
    for field in known_of(context, mechanism) {
        typed.forget(field);
        if let Some(value) = found.case.state.data.get(field).and_then(FieldValue::text) {
            typed.suggest(field, value);
        } else if mechanism.mark_of(field) == Some(FieldMark::Channel) {
            typed.suggest(field, found.case.head.channel.name());
        }
    }
    typed
}

impl Wanted {
    /// Reads what was sent. Whoever names an actor that he is not in this case is refused by name.
    pub async fn read(context: &Context, found: &Found, sent: Sent) -> Result<Self, PageError> {
        let Sent { pairs, files } = sent;
        let one = |name: &str| {
            pairs.iter().rfind(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
        };
        let (step, by) = (one("step").to_owned(), one("by").to_owned());
        let standing = found.standings.iter().find(|standing| standing.actor == by);
        let organization = standing.and_then(|standing| standing.organization.clone());
        let mechanism = &found.version(context)?.definition;
        let known = mechanism.steps.iter().find(|known| known.id == step);
        let revision = one("revision").parse().ok();
        let (Some(revision), Some(known)) = (revision, known) else { return Err(PageError::Request) };
        let seen = one("seen").parse().unwrap_or(found.case.steps.len());
        let files = cleaned(context, form_of(mechanism, known), files).await?;
        let typed = typed_of(context, found, mechanism, &pairs);
        Ok(Self { step, by, organization, revision, seen, typed, files })
    }

    fn values(&self, context: &Context, found: &Found) -> Result<Read, PageError> {
        let mechanism = &found.version(context)?.definition;
        let step = mechanism.steps.iter().find(|known| known.id == self.step).ok_or(PageError::Request)?;
        let ground = Ground { mechanism, edition: &context.city.edition };
        let mut read = read(ground, form_of(mechanism, step), &self.typed);
        self.files.fill(&mut read);
        Ok(read)
    }

    fn case_step(&self, context: &Context, read: &Read) -> CaseStep {
        CaseStep {
            at: context.moment(),
            step: self.step.clone(),
            by: self.by.clone(),
            organization: self.organization.clone(),
            data: read.values.clone(),
        }
    }

    /// Everything that stands against it before it is tried: what cannot be read, and what is not his to do.
    pub fn refused(&self, context: &Context, found: &Found) -> Result<Attempt, PageError> {
        let read = self.values(context, found)?;
        let is_his = found.standings.iter().any(|standing| standing.actor == self.by);
        let mut refusals = Vec::new();
        if !is_his {
            let reason = RefusalReason::NotByActor { actor: self.by.clone() };
            refusals.push(Refusal { step: self.step.clone(), reason, cite: None });
        }
        if !read.faults.is_empty() && self.revision == found.case.head.revision {
            let mut course = found.course(context)?;
            refusals.extend(course.take(&self.case_step(context, &read)).err().unwrap_or_default());
        }
        let (step, typed) = (self.step.clone(), self.typed.clone());
        Ok(Attempt {
            step,
            typed,
            read,
            refusals,
            trouble: self.files.trouble.clone(),
            is_stale: false,
            seen: self.seen,
        })
    }

    /// Whether every file that came with it can be taken.
    pub fn has_good_files(&self) -> bool {
        self.files.is_good()
    }

    /// Takes the step and keeps its files, as one change.
    pub async fn carry_out(
        self,
        context: &Context,
        found: &Found,
        goal: Option<String>,
    ) -> Result<Taken, PageError> {
        let (store, procedures) = (&context.city.store, context.city.procedures());
        let (step, deed) = (self.step(context, found)?, context.deed(""));
        let taken = match goal {
            Some(goal) => store.merge_cases(&procedures, step, &goal, &deed).await?,
            None => store.take_step(&procedures, step, &deed).await?,
        };
        if let Taken::Done(head) = &taken {
            self.files.attach(context, head, &deed).await?;
        }
        Ok(taken)
    }

    /// The step as the store takes it.
    fn step(&self, context: &Context, found: &Found) -> Result<WantedStep, PageError> {
        Ok(WantedStep {
            case: found.case.head.id.clone(),
            revision: self.revision,
            step: self.case_step(context, &self.values(context, found)?),
            person: context.person()?.to_owned(),
        })
    }
}

/// The case as which this one is to go on, where the step merges it. One that is not there for him, that has ended, is of
/// another firm or is this one, is a fault: a case merged into it would be a case that nobody answers.
pub async fn goal(context: &Context, found: &Found, read: &mut Read) -> Result<Option<String>, PageError> {
    let field = found.version(context)?.definition.field_marked(FieldMark::MergedInto).unwrap_or_default();
    let Some(named) = read.values.get(field).and_then(FieldValue::text) else { return Ok(None) };
    let goal = context.case(named).await?.map(|goal| goal.case.head);
    let head = &found.case.head;
    let clocks = &found.version(context)?.definition.clocks;
    let waits = clocks.iter().any(|clock| clock.party == domain::clock::Party::Firm);
    let is_fit = |firm: &str| !waits || firm.is_empty() || head.firm.is_empty() || head.firm == firm;
    let goal = goal.filter(|goal| goal.id != head.id && !goal.is_ended && is_fit(&goal.firm));
    if goal.is_none() {
        read.faults.insert(field.to_owned(), Fault::Case);
    }
    Ok(goal.map(|goal| goal.id))
}
