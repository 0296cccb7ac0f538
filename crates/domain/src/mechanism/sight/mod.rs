//! Who may act in a case and who may see it: from the mechanism, what is known of the case, and what somebody acts as.

mod shown;
#[cfg(test)]
mod tests;

pub use shown::{Extent, SeesWhen, is_shown_to_all};

use super::{
    Actor, Anonymity, Competence, FieldMark, Mechanism,
    course::{CaseState, StepTaken},
};
use crate::access::{Capacity, Role};
use serde::{Deserialize, Serialize};

/// Somebody who looks at a case.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Identifier of the person.
    pub person: &'a str,
    /// What he acts as.
    pub capacity: &'a Capacity,
}

/// As whom somebody can act in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The actor of the mechanism.
    pub actor: String,
    /// For which organisation; none for the firm.
    pub organization: Option<String>,
}

/// How much of a case somebody sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Whether he sees which firm and who filed it.
    pub shows_filer: bool,
    /// How much he sees of what was done.
    pub extent: Extent,
    /// The actors of the mechanism as whom he reads it.
    pub reads_as: Vec<String>,
}

/// What a firm says where everybody who handles the case may know it.
const NAMED: &str = "named";

/// As which actors of the mechanism somebody can act in a case of this firm that this person filed.
pub fn actors_of(
    mechanism: &Mechanism,
    state: &CaseState,
    (firm, filed_by): (&str, &str),
    reader: Reader<'_>,
) -> Vec<Standing> {
    let Some(role) = reader.capacity.role() else { return Vec::new() };
    if is_accused(mechanism, state, reader.capacity) {
        return Vec::new();
    }
    let is_confidential = mechanism.anonymity == Anonymity::Confidential || state.is_sealed;
    let is_open_to = |actor: &Actor| !state.is_sealed || actor.competence == Competence::Firm;
    let actors = mechanism.actors.iter().filter(|actor| actor.roles.contains(&role) && is_open_to(actor));
    let standings = actors.filter_map(|actor| {
        let organization = match (actor.competence, reader.capacity) {
            (Competence::Firm, Capacity::Firm { firm: own, .. }) => {
                let is_filer = !is_confidential || reader.person == filed_by;
                return (own == firm && is_filer)
                    .then(|| Standing { actor: actor.id.clone(), organization: None });
            }
            (Competence::Assigned, Capacity::Office { organization, .. }) => {
                (state.assigned.as_ref() == Some(organization)).then_some(organization)
            }
            (Competence::CoHandler, Capacity::Office { organization, .. }) => {
                state.co_handlers.contains(organization).then_some(organization)
            }
            (Competence::Fixed, Capacity::Office { organization, .. }) => {
                (actor.organization.as_ref() == Some(organization)).then_some(organization)
            }
            (Competence::Open, Capacity::Office { organization, .. }) => Some(organization),
            // Any firm, as in a consultation: for no organisation.
            (Competence::Open, Capacity::Firm { .. }) => {
                return Some(Standing { actor: actor.id.clone(), organization: None });
            }
            _ => None,
        };
        let organization = organization?.clone();
        Some(Standing { actor: actor.id.clone(), organization: Some(organization) })
    });
    standings.collect()
}

/// What somebody sees of a case of this firm that this person filed. None: for him it does not exist.
///
/// Actors say when they see a case and how much of it; an organisation that ever was assigned, helped or took a step keeps
/// its sight. What is confidential is seen by its filer and by fixed organisations alone; a sealed
/// case is there for its filer alone.
pub fn sight(
    mechanism: &Mechanism,
    state: &CaseState,
    (firm, filed_by): (&str, &str),
    reader: Reader<'_>,
) -> Option<Sight> {
    let is_watcher = |role: Role| role == Role::Auditor || role.is_administrator();
    if reader.capacity.role().is_some_and(is_watcher) || is_accused(mechanism, state, reader.capacity) {
        return None;
    }
    let standings = actors_of(mechanism, state, (firm, filed_by), reader);
    let is_his = |actor: &&Actor| standings.iter().any(|standing| standing.actor == actor.id);
    let organization = organization_of(reader.capacity);
    let seeing = mechanism.actors.iter().filter(is_his);
    let seeing: Vec<&Actor> = seeing.filter(|actor| mechanism.lets_see(state, actor, organization)).collect();
    let is_filer = reader.person == filed_by
        && match reader.capacity {
            Capacity::Person => true,
            Capacity::Firm { firm: own, .. } => own == firm,
            Capacity::Office { .. } => false,
        };
    let is_close = |actor: &&Actor| matches!(actor.competence, Competence::Firm | Competence::Fixed);
    let knows = is_filer || seeing.iter().any(is_close);
    let is_open = mechanism.anonymity != Anonymity::Confidential && !state.is_sealed;
    let was_involved =
        is_open && organization.is_some_and(|one| was_involved(mechanism, state, (one, reader.capacity)));
    if !(knows || was_involved || (is_open && !seeing.is_empty())) {
        return None;
    }
    let sees_all = |actor: &&Actor| actor.extent(reader.capacity) == Extent::Whole;
    let is_whole = knows || was_involved || seeing.iter().any(sees_all);
    let is_named = !hides_the_firm(mechanism, state);
    // Whoever could only have begun the case, as anybody in office, does not read it as that.
    let mut reads_as: Vec<String> = seeing.iter().map(|actor| actor.id.clone()).collect();
    if is_filer {
        let firms = mechanism.actors.iter().filter(|actor| actor.competence == Competence::Firm);
        reads_as.extend(firms.map(|actor| actor.id.clone()));
    }
    let own = state
        .taken
        .iter()
        .filter(|taken| organization.is_some() && taken.organization.as_deref() == organization);
    reads_as.extend(own.map(|taken| taken.by.clone()));
    reads_as.sort();
    reads_as.dedup();
    let extent = if is_whole { Extent::Whole } else { Extent::Published };
    Some(Sight { shows_filer: knows || (is_whole && is_named), extent, reads_as })
}

/// Whether an organisation ever had to do with a case; where nobody else may know of it, only who has a role of the case.
fn was_involved(mechanism: &Mechanism, state: &CaseState, (one, capacity): (&str, &Capacity)) -> bool {
    let has_role = |actor: &Actor| capacity.role().is_some_and(|role| actor.roles.contains(&role));
    // Whoever speaks on what was published sees no more of it for that.
    let sees_all = |by: &str| {
        let mut actors = mechanism.actors.iter();
        actors.any(|actor| actor.id == by && actor.sees != Some(Extent::Published))
    };
    let has_acted = |taken: &StepTaken| taken.organization.as_deref() == Some(one) && sees_all(&taken.by);
    let is_known = state.involved.iter().any(|known| known == one) || state.taken.iter().any(has_acted);
    is_known && (mechanism.anonymity != Anonymity::Restricted || mechanism.actors.iter().any(has_role))
}

/// Whether those who handle a case are not to learn of which firm it is: by its own procedure, or by that from which it
/// was passed on.
pub fn hides_the_firm(mechanism: &Mechanism, state: &CaseState) -> bool {
    let was_hidden = state.origin.as_ref().is_some_and(|origin| origin.is_hidden);
    match mechanism.anonymity {
        Anonymity::Named | Anonymity::Restricted => was_hidden,
        Anonymity::HiddenFromOffice | Anonymity::Confidential => !lets_itself_be_named(mechanism, state),
    }
}

/// Whether the firm says that everybody who handles the case may know it.
fn lets_itself_be_named(mechanism: &Mechanism, state: &CaseState) -> bool {
    let field = mechanism.field_marked(FieldMark::Identity);
    field.and_then(|field| state.data.get(field)?.text()) == Some(NAMED)
}

/// The organisations a case complains of.
pub fn accused(mechanism: &Mechanism, state: &CaseState) -> Vec<String> {
    let fields = mechanism.marked(FieldMark::Accused).into_iter();
    let named = fields.filter_map(|field| state.data.get(&field.name)?.text());
    let mut named: Vec<String> = named.map(str::to_owned).collect();
    named.sort();
    named.dedup();
    named
}

fn is_accused(mechanism: &Mechanism, state: &CaseState, capacity: &Capacity) -> bool {
    organization_of(capacity)
        .is_some_and(|one| accused(mechanism, state).iter().any(|accused| accused == one))
}

fn organization_of(capacity: &Capacity) -> Option<&str> {
    if let Capacity::Office { organization, .. } = capacity { Some(organization) } else { None }
}
