//! What helps whoever decides about a case: who may be competent, and which voices are the same matter. And for whoever
//! waits: what became of the proposal that his voice is part of.

use super::{TEXTS, Text, offer::Offer};
use crate::{
    case::{Found, form_of, stage},
    components::case_form::{Typed, spoken},
    context::Context,
    error::PageError,
    frame::{Link, Page},
    voice::{NearVoice, Suggested, near_case, suggested},
};
use domain::{
    access::Capacity,
    mechanism::{Act, Competence, FieldMark, FieldValue, FormFieldKind as Kind, Mechanism, Step},
};
use serde::Deserialize;
use store::Case;

/// What an address asks to be filled in, from among what is suggested.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The organisation that is to handle the case.
    take: String,
    /// The case as which this one is to go on.
    same_as: String,
}

/// What the page shows beside the steps.
#[derive(Default)]
pub struct Hints {
    /// Organisations that may be competent.
    pub suggested: Vec<Suggested>,
    /// The step by which one of them gets the case.
    pub assigning: String,
    /// Voices that are the same matter.
    pub near: Vec<NearVoice>,
    /// The step by which the case is merged with another; empty where the reader cannot.
    pub merging: String,
    /// Whether he can note that two are about one matter.
    pub can_link: bool,
    /// Cases that are linked already.
    pub linked: Vec<String>,
    /// Whether he acts for the firm.
    pub is_firm: bool,
}

/// A proposal that a voice is part of.
pub struct Proposed {
    pub title: String,
    pub stage: String,
    /// To its page, where the reader may see it.
    pub link: Option<Link>,
    /// What was answered, once it is published.
    pub lines: Vec<(String, String)>,
}

/// What helps with a case that runs.
pub async fn hints(
    context: &Context,
    page: &Page,
    found: &Found,
    offers: &[Offer],
) -> Result<Hints, PageError> {
    if found.case.head.is_ended {
        return Ok(Hints::default());
    }
    let mechanism = &found.version(context)?.definition;
    let offered = |is_it: &dyn Fn(&Step) -> bool| {
        let steps = offers.iter().filter_map(|one| mechanism.steps.iter().find(|step| step.id == one.step));
        steps.into_iter().find(|step| is_it(step)).map(|step| step.id.clone()).unwrap_or_default()
    };
    let assigning = offered(&|step| step.acts.contains(&Act::Assign));
    let suggested = if assigning.is_empty() { Vec::new() } else { suggested(context, page, found)? };
    Ok(Hints {
        suggested,
        assigning,
        near: near_case(context, page, found).await?,
        merging: offered(&|step| merges(mechanism, step)),
        can_link: can_link(context, found)?,
        linked: found.case.links.iter().map(|link| link.case.clone()).collect(),
        is_firm: matches!(context.visit.principal().capacity(), Some(Capacity::Firm { .. })),
    })
}

fn merges(mechanism: &Mechanism, step: &Step) -> bool {
    let goal = mechanism.field_marked(FieldMark::MergedInto);
    form_of(mechanism, step)
        .is_some_and(|form| form.fields.iter().any(|field| Some(field.name.as_str()) == goal))
}

/// Whether somebody is of an office that has the case in hand, so that he may say what belongs together.
pub fn can_link(context: &Context, found: &Found) -> Result<bool, PageError> {
    let actors = &found.version(context)?.definition.actors;
    Ok(found.standings.iter().any(|standing| {
        let actor = actors.iter().find(|actor| actor.id == standing.actor);
        actor.is_some_and(|actor| matches!(actor.competence, Competence::Fixed | Competence::Assigned))
    }))
}

/// What is filled in because the address asks for it; only what is suggested is.
pub fn prefilled(
    context: &Context,
    mechanism: &Mechanism,
    step: &str,
    (asked, hints): (&Asked, &Hints),
) -> Typed {
    let mut typed = Typed::default();
    let known = mechanism.steps.iter().find(|known| known.id == step);
    let Some((known, form)) = known.and_then(|known| Some((known, form_of(mechanism, known)?))) else {
        return typed;
    };
    let taken = hints.suggested.iter().find(|one| one.organization == asked.take);
    if let Some(taken) = taken.filter(|_| known.acts.contains(&Act::Assign)) {
        let first = |kind| form.fields.iter().find(|field| field.kind == kind);
        if let Some(field) = first(Kind::Organization) {
            let name = context.city.edition.organization(&taken.organization);
            typed.suggest(&field.name, name.map_or("", |one| one.name.get(context.language)));
        }
        if let Some(field) = first(Kind::Text) {
            typed.suggest(&field.name, &taken.reason);
        }
    }
    let goal = mechanism.field_marked(FieldMark::MergedInto).filter(|_| merges(mechanism, known));
    if let Some(goal) = goal.filter(|_| hints.near.iter().any(|near| near.number == asked.same_as)) {
        typed.suggest(goal, &asked.same_as);
    }
    typed
}

/// The proposals that a voice is part of, for everybody who sees the voice: where they stand, and what was published.
pub async fn proposed(context: &Context, page: &Page, found: &Found) -> Result<Vec<Proposed>, PageError> {
    let terms = context.city.edition.voice_terms.as_ref();
    let Some(mechanism) = terms.map(|terms| &terms.proposal_mechanism) else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for link in found.case.links.iter().filter(|link| link.mechanism == *mechanism) {
        let Some(case) = context.city.store.case(&link.case).await? else { continue };
        let Some(version) = context.city.mechanism(&case.head.mechanism, case.head.version) else { continue };
        let sees = context.sees(&case.head, &case.state).is_some();
        let t = TEXTS.of(context.language);
        let definition = &version.definition;
        let label = t.two("linked", page.say(&definition.title), &case.head.number);
        all.push(Proposed {
            title: label.clone(),
            stage: stage(definition, &case.state.stage, page.language).to_owned(),
            link: sees.then(|| Link::new(format!("/cases/{}", case.head.number), label)),
            lines: if case.state.published.is_empty() {
                Vec::new()
            } else {
                answered(context, page, t, (definition, &case))
            },
        });
    }
    Ok(all)
}

/// What the body that is in charge has said, step by step, the name of the body first.
fn answered(
    context: &Context,
    page: &Page,
    t: Text,
    (mechanism, case): (&Mechanism, &Case),
) -> Vec<(String, String)> {
    let edition = &context.city.edition;
    let is_unit = |id: &str| {
        let actor = mechanism.actors.iter().find(|actor| actor.id == id);
        actor.is_some_and(|actor| actor.competence == Competence::Assigned)
    };
    let unit = crate::case::organization(edition, &case.head.assigned, page.language).to_owned();
    let mut lines = vec![(t.of("in_charge").to_owned(), unit)];
    for record in case.steps.iter().filter(|record| is_unit(&record.step.by)) {
        let step = mechanism.steps.iter().find(|step| step.id == record.step.step);
        let form = step.and_then(|step| form_of(mechanism, step));
        for field in form.into_iter().flat_map(|form| &form.fields) {
            let value: Option<&FieldValue> = record.step.data.get(&field.name);
            lines.extend(value.map(|value| {
                (page.say(&field.label).to_owned(), spoken(page, edition, mechanism, field, value))
            }));
        }
    }
    lines
}
