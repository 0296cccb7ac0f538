//! A case as lists show it.

use super::{asked, binds, organization, stage};
use crate::{
    components::case_clock::{Words, until},
    context::Context,
    frame::Page,
};
use domain::{access::Capacity, mechanism::Mechanism};
use store::{CaseHead, DueDate};

/// A row of a list.
pub struct CaseRow {
    /// Identifier of the case.
    pub id: String,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Identifier of its mechanism.
    pub mechanism_id: String,
    /// The name of its mechanism.
    pub mechanism: String,
    /// Where it stands.
    pub stage: String,
    /// Who is in charge; empty where nobody is yet.
    pub assigned: String,
    /// The revision that the list has seen.
    pub revision: i64,
    /// The day on which it was opened.
    pub opened: String,
    /// What is left of the firm's time.
    pub firm_due: Option<DueWords>,
    /// What is left of the unit's.
    pub unit_due: Option<DueWords>,
    /// What is asked of the reader: identifiers and names of steps.
    pub asked: Vec<(String, String)>,
    /// Steps that he may be able to take, asked for or not.
    pub steps: Vec<String>,
}

/// A due date in words.
pub struct DueWords {
    /// The day.
    pub day: String,
    /// What is left of it.
    pub left: Words,
    /// Whether it can still change.
    pub is_provisional: bool,
}

impl DueWords {
    /// A due date as it is seen now.
    pub fn new(context: &Context, page: &Page, due: DueDate) -> Self {
        Self {
            day: page.when(&due.at),
            left: until(page, &context.city.edition.calendar, due.at, context.moment()),
            is_provisional: due.is_provisional,
        }
    }
}

impl CaseRow {
    /// A case for a reader who acts in this capacity; none where its mechanism is gone.
    pub fn new(context: &Context, page: &Page, head: &CaseHead, capacity: &Capacity) -> Option<Self> {
        let mechanism = &context.city.mechanism(&head.mechanism, head.version)?.definition;
        let due = |due: Option<DueDate>| due.map(|due| DueWords::new(context, page, due));
        let asked = if head.is_ended {
            Vec::new()
        } else {
            asked(mechanism, &head.stage, |actor| binds(actor, capacity, Some(head)))
        };
        Some(Self {
            id: head.id.clone(),
            number: head.number.clone(),
            title: head.title.clone(),
            mechanism_id: mechanism.id.clone(),
            mechanism: page.say(&mechanism.title).to_owned(),
            stage: stage(mechanism, &head.stage, page.language).to_owned(),
            assigned: organization(&context.city.edition, &head.assigned, page.language).to_owned(),
            revision: head.revision,
            opened: page.day(&head.opened_at),
            firm_due: due(head.firm_due),
            unit_due: due(head.unit_due),
            steps: steps(mechanism, head, capacity),
            asked: asked.iter().map(|step| (step.id.clone(), page.say(&step.title).to_owned())).collect(),
        })
    }
}

/// The steps of a stage that are open to a capacity, as far as a list can tell.
fn steps(mechanism: &Mechanism, head: &CaseHead, capacity: &Capacity) -> Vec<String> {
    let own = mechanism.actors.iter().filter(|actor| binds(actor, capacity, Some(head)));
    let own: Vec<&String> = own.map(|actor| &actor.id).collect();
    let here = mechanism.steps.iter().filter(|step| step.from.contains(&head.stage) && !head.is_ended);
    here.filter(|step| step.by.iter().any(|by| own.contains(&by))).map(|step| step.id.clone()).collect()
}
