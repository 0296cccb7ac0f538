//! How somebody can begin a case of a mechanism.

use super::binds;
use domain::{
    access::Capacity,
    mechanism::{Actor, Form, Mechanism, MechanismVersion, Step},
};

/// A first step that somebody can take, and as whom.
#[derive(Clone, Copy)]
pub struct Beginning<'m> {
    /// The mechanism.
    pub version: &'m MechanismVersion,
    /// The step.
    pub step: &'m Step,
    /// The actor of the mechanism.
    pub actor: &'m Actor,
}

impl<'m> Beginning<'m> {
    /// The form of the step.
    pub fn form(&self) -> Option<&'m Form> {
        form_of(&self.version.definition, self.step)
    }
}

/// The form of a step.
pub fn form_of<'m>(mechanism: &'m Mechanism, step: &Step) -> Option<&'m Form> {
    mechanism.forms.iter().find(|form| Some(&form.id) == step.form.as_ref())
}

/// The ways in which somebody can begin a case of a mechanism; dropping it at once is none.
pub fn beginnings<'m>(version: &'m MechanismVersion, capacity: &Capacity) -> Vec<Beginning<'m>> {
    let mechanism = &version.definition;
    let is_end = |step: &Step| {
        let to = step.to.as_ref();
        mechanism.stages.iter().any(|stage| Some(&stage.id) == to && stage.outcome.is_some())
    };
    let first = mechanism.steps.iter().filter(|step| step.from.contains(&mechanism.begins) && !is_end(step));
    let of_step = first.flat_map(|step| {
        let actors = mechanism.actors.iter().filter(|actor| step.by.contains(&actor.id));
        actors.map(move |actor| Beginning { version, step, actor })
    });
    of_step.filter(|beginning| binds(beginning.actor, capacity, None)).collect()
}
