//! Taking a step: everything that stands against it is told, and then nothing has changed.

use super::{CaseStep, Course, StepTaken, facts::Taker};
use crate::mechanism::{Actor, Competence, FieldValue, Refusal, RefusalReason as Reason, Step};
use std::collections::{BTreeMap, BTreeSet};

impl Course<'_> {
    /// Takes a step.
    ///
    /// # Errors
    /// Everything that stands against it; the case is then as it was.
    pub fn take(&mut self, wanted: &CaseStep) -> Result<(), Vec<Refusal>> {
        let definition = &self.version.definition;
        let refusal = |reason, cite: Option<String>| Refusal { step: wanted.step.clone(), reason, cite };
        let mut against: Vec<Refusal> = Vec::new();
        if wanted.at < self.state.now {
            against.push(refusal(Reason::OutOfOrder { last: self.state.now }, None));
        }
        let found = definition.steps.iter().enumerate().find(|(_, step)| step.id == wanted.step);
        let Some((at, step)) = found else {
            against.push(refusal(Reason::UnknownStep, None));
            return Err(against);
        };
        let mut after = self.clone();
        after.advance(wanted.at);
        let mut reasons = Vec::new();
        let stage = after.state.stage.clone();
        if after.has_ended() {
            reasons.push(Reason::Ended { stage });
        } else if !step.from.contains(&stage) {
            reasons.push(Reason::NotInStage { stage });
        }
        let organization = after.organization_of(step, wanted, &mut reasons);
        after.fill_in(step, &wanted.data, &mut reasons);
        if reasons.is_empty() || !reasons.iter().any(|reason| matches!(reason, Reason::Ended { .. })) {
            let actor = definition.actors.iter().find(|actor| actor.id == wanted.by);
            let competence = actor.map_or(Competence::Automatic, |actor| actor.competence);
            after.check_condition(at, step, Taker::of(competence, organization.as_deref()), &mut reasons);
        }
        against.extend(reasons.into_iter().map(|reason| refusal(reason, step.cite.clone())));
        let in_clocks = after.perform(step, organization.as_deref(), &wanted.data);
        let in_clocks =
            in_clocks.into_iter().map(|(reason, cite)| refusal(reason, cite.or(step.cite.clone())));
        // What the clocks say of a step that cannot be taken here at all is no news.
        let is_elsewhere = |refusal: &Refusal| {
            matches!(
                refusal.reason,
                Reason::Ended { .. } | Reason::NotInStage { .. } | Reason::OutOfOrder { .. }
            )
        };
        if !against.iter().any(is_elsewhere) {
            against.extend(in_clocks);
        }
        if !against.is_empty() {
            return Err(against);
        }
        let taken = StepTaken { at: wanted.at, step: step.id.clone(), by: wanted.by.clone(), organization };
        after.state.taken.push(taken);
        if let Some(to) = &step.to {
            after.state.move_to(to);
        }
        after.run_automatic();
        self.state = after.state;
        Ok(())
    }

    /// The organisation for which the step is taken, if the actor is bound to the case.
    fn organization_of(&self, step: &Step, wanted: &CaseStep, reasons: &mut Vec<Reason>) -> Option<String> {
        let actors = &self.version.definition.actors;
        let actor: Option<&Actor> =
            actors.iter().find(|actor| actor.id == wanted.by && step.by.contains(&actor.id));
        let Some(actor) = actor.filter(|actor| actor.competence != Competence::Automatic) else {
            reasons.push(Reason::NotByActor { actor: wanted.by.clone() });
            return None;
        };
        let bound: Vec<&String> = match actor.competence {
            Competence::Firm | Competence::Open | Competence::Automatic => Vec::new(),
            Competence::Fixed => actor.organization.iter().collect(),
            Competence::Assigned => self.state.assigned.iter().collect(),
            Competence::CoHandler => self.state.co_handlers.iter().collect(),
        };
        let is_bound = match (&wanted.organization, actor.competence) {
            (None, Competence::Firm) => return None,
            (_, Competence::Open) => return wanted.organization.clone(),
            (Some(organization), _) => bound.contains(&organization),
            (None, _) => bound.len() == 1,
        };
        if !is_bound {
            reasons.push(Reason::NotCompetent { organization: wanted.organization.clone() });
            return None;
        }
        wanted.organization.clone().or_else(|| bound.first().map(|one| (*one).clone()))
    }

    /// Puts what was filled in among the data of the case.
    fn fill_in(&mut self, step: &Step, data: &BTreeMap<String, FieldValue>, reasons: &mut Vec<Reason>) {
        let (definition, catalog) = (&self.version.definition, &self.version.catalog);
        for (name, value) in data {
            let Some(field) = self.version.field(step.form.as_deref(), name) else {
                reasons.push(Reason::UnknownField { field: name.clone() });
                continue;
            };
            let kind = catalog.find(name).map(|index| &catalog.field(index).kind);
            match kind.map(|kind| value.read(field.kind, kind, catalog)) {
                Some(Ok(_)) => drop(self.state.data.insert(name.clone(), value.clone())),
                Some(Err((what, hint))) => reasons.push(Reason::Misfit { field: name.clone(), what, hint }),
                None => reasons.push(Reason::UnknownField { field: name.clone() }),
            }
        }
        let form = definition.forms.iter().find(|form| Some(&form.id) == step.form.as_ref());
        for field in form.into_iter().flat_map(|form| &form.fields).filter(|field| field.required) {
            if data.get(&field.name).is_none_or(FieldValue::is_blank) {
                reasons.push(Reason::FieldMissing { field: field.name.clone() });
            }
        }
    }

    fn check_condition(&self, at: usize, step: &Step, taker: Taker<'_>, reasons: &mut Vec<Reason>) {
        let Some(when) = &step.when else { return };
        match self.meets(at, &BTreeSet::new(), taker) {
            Some(true) => {}
            Some(false) => reasons.push(Reason::ConditionNotMet { when: when.clone() }),
            None => {
                let missing = self.missing(when, &self.state);
                reasons.push(Reason::ConditionUnknown { when: when.clone(), missing });
            }
        }
    }
}
