//! Who may act in a case and who may see it: from the mechanism, what is known of the case, and what somebody acts as.

#[cfg(test)]
mod tests;

use super::{Anonymity, Competence, FormFieldKind, Mechanism, course::CaseState};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Whether he sees which firm and who filed it.
    pub shows_filer: bool,
}

/// The field in which a firm says who may know it, and what it says where everybody who handles the case may.
const IDENTITY: (&str, &str) = ("identity", "named");
/// How the fields begin that name whom a case complains of.
const ACCUSED: &str = "accused_";

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
    let is_confidential = mechanism.anonymity == Anonymity::Confidential;
    let actors = mechanism.actors.iter().filter(|actor| actor.roles.contains(&role));
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
            _ => None,
        };
        let organization = organization?.clone();
        Some(Standing { actor: actor.id.clone(), organization: Some(organization) })
    });
    standings.collect()
}

/// What somebody sees of a case of this firm that this person filed. None: for him it does not exist.
///
/// An actor whom nothing binds but his role sees a case while a step of his can be taken, and after he took one. An
/// organisation that ever was assigned or helped keeps its sight. A confidential case is there for those who handle it now.
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
    let competence = |standing: &Standing| {
        let actor = mechanism.actors.iter().find(|actor| actor.id == standing.actor);
        actor.map(|actor| actor.competence)
    };
    let is_filer = reader.person == filed_by
        && match reader.capacity {
            Capacity::Person => true,
            Capacity::Firm { firm: own, .. } => own == firm,
            Capacity::Office { .. } => false,
        };
    let is_close =
        |standing: &Standing| matches!(competence(standing), Some(Competence::Firm | Competence::Fixed));
    let knows = is_filer || standings.iter().any(is_close);
    if mechanism.anonymity == Anonymity::Confidential && handles(mechanism, state, &standings) {
        return Some(Sight { shows_filer: true });
    }
    if mechanism.anonymity == Anonymity::Confidential {
        return knows.then_some(Sight { shows_filer: true });
    }
    let organization = organization_of(reader.capacity);
    let was_involved = organization.is_some_and(|one| {
        let has_acted = || state.taken.iter().any(|taken| taken.organization.as_deref() == Some(one));
        state.involved.iter().any(|known| known == one) || has_acted()
    });
    let may_act = standings.iter().any(|standing| {
        competence(standing) != Some(Competence::Open) || has_step(mechanism, state, &standing.actor)
    });
    let is_named = mechanism.anonymity == Anonymity::Named
        || state.data.get(IDENTITY.0).and_then(super::FieldValue::text) == Some(IDENTITY.1);
    (knows || was_involved || may_act).then_some(Sight { shows_filer: knows || is_named })
}

/// Whether somebody handles a confidential case to which his office is not bound for good: it is assigned to it or helped
/// by it now, the office took a step as whoever may, or he is a leader whom a step waits for.
fn handles(mechanism: &Mechanism, state: &CaseState, standings: &[Standing]) -> bool {
    standings.iter().any(|standing| {
        let actor = mechanism.actors.iter().find(|actor| actor.id == standing.actor);
        match actor.map(|actor| (actor.competence, actor.roles.as_slice())) {
            Some((Competence::Assigned | Competence::CoHandler, _)) => true,
            Some((Competence::Open, roles)) => {
                let has_acted = state
                    .taken
                    .iter()
                    .any(|taken| taken.by == standing.actor && taken.organization == standing.organization);
                has_acted || (roles == [Role::Leader] && has_step(mechanism, state, &standing.actor))
            }
            _ => false,
        }
    })
}

/// The organisations a case complains of.
pub fn accused(mechanism: &Mechanism, state: &CaseState) -> Vec<String> {
    let fields = mechanism.forms.iter().flat_map(|form| &form.fields);
    let named = fields
        .filter(|field| field.kind == FormFieldKind::Organization && field.name.starts_with(ACCUSED))
        .filter_map(|field| state.data.get(&field.name)?.text());
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

/// Whether a step of an actor begins in the stage of the case.
fn has_step(mechanism: &Mechanism, state: &CaseState, actor: &str) -> bool {
    let mut steps = mechanism.steps.iter();
    steps.any(|step| step.by.iter().any(|by| by == actor) && step.from.contains(&state.stage))
}
