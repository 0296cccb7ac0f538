//! Why a case stands where a rule of its mechanism put it: what was counted, what was said each time, and who has to do
//! what by when.

use super::{Text, timeline::actor_title};
use crate::{
    case::{Found, form_of, organization},
    components::case_form::spoken,
    context::Context,
    frame::Page,
};
use domain::{
    clock::Party,
    mechanism::{Competence, FormFieldKind, Mechanism, Step, course::Course},
};

/// Why the case stands here.
pub struct Why {
    /// What the mechanism did by itself.
    pub title: String,
    /// How often what led here was done: the name of the step and the number.
    pub counted: Vec<String>,
    /// What was said each time: who, and what.
    pub said: Vec<(String, String)>,
    /// Who has to act, what he can do, and by when.
    pub next: String,
}

/// Why the case stands where it does, if a rule that counts steps put it there.
pub fn why(
    context: &Context,
    page: &Page,
    t: Text,
    (found, mechanism, course): (&Found, &Mechanism, &Course<'_>),
) -> Option<Why> {
    let state = course.state();
    let is_automatic = |by: &str| {
        let mut actors = mechanism.actors.iter();
        actors.any(|actor| actor.id == by && actor.competence == Competence::Automatic)
    };
    let last = state.taken.last().filter(|taken| is_automatic(&taken.by) && !course.has_ended())?;
    let rule = mechanism.steps.iter().find(|step| step.id == last.step)?;
    if rule.to.as_ref() != Some(&state.stage) {
        return None;
    }
    let counts = |step: &&Step| {
        let word = format!("times_{}", step.id.replace('-', "_"));
        let when = rule.when.as_deref().unwrap_or_default();
        let mut words = when.split(|one: char| !one.is_alphanumeric() && one != '_');
        words.any(|known| known == word) && state.times(&step.id) > 0
    };
    let counted: Vec<&Step> = mechanism.steps.iter().filter(counts).collect();
    if counted.is_empty() {
        return None;
    }
    let number = |step: &Step| t.two("why_times", page.say(&step.title), state.times(&step.id));
    Some(Why {
        title: page.say(&rule.title).to_owned(),
        counted: counted.iter().map(|step| number(step)).collect(),
        said: said(context, page, (found, mechanism), &counted),
        next: next(context, page, t, (mechanism, course)),
    })
}

/// What was written each time, and by whom.
fn said(
    context: &Context,
    page: &Page,
    (found, mechanism): (&Found, &Mechanism),
    counted: &[&Step],
) -> Vec<(String, String)> {
    let edition = &context.city.edition;
    let records = found.case.steps.iter().filter_map(|record| {
        let step = counted.iter().find(|step| step.id == record.step.step)?;
        let fields = form_of(mechanism, step).into_iter().flat_map(|form| &form.fields);
        let texts = fields.filter(|field| field.kind == FormFieldKind::Text).filter_map(|field| {
            Some(spoken(page, edition, mechanism, field, record.step.data.get(&field.name)?))
        });
        let who = match &record.step.organization {
            Some(id) => organization(edition, id, page.language).to_owned(),
            None => actor_title(page, mechanism, &record.step.by).to_owned(),
        };
        Some((who, texts.collect::<Vec<_>>().join(" ")))
    });
    records.collect()
}

/// Who has to act, what he can do, and by when.
fn next(context: &Context, page: &Page, t: Text, (mechanism, course): (&Mechanism, &Course<'_>)) -> String {
    let mut who: Vec<String> = Vec::new();
    let mut what: Vec<&str> = Vec::new();
    for next in course.next_steps() {
        let step = mechanism.steps.iter().find(|step| step.id == next.step && step.to.is_some());
        // That the firm may take its case back is nothing that anybody waits for.
        let (Some(step), Some(id)) = (step, &next.organization) else { continue };
        let actor = actor_title(page, mechanism, &next.actor);
        let name = t.two("why_who", actor, organization(&context.city.edition, id, page.language));
        if !who.contains(&name) {
            who.push(name);
        }
        let title = page.say(&step.title);
        if !what.contains(&title) {
            what.push(title);
        }
    }
    let of_offices = course.open_clocks().into_iter().filter(|(run, _)| run.party == Party::Lead);
    let due = of_offices.filter_map(|(_, known)| known.due).map(|due| due.at).min();
    let (who, what) = (who.join(t.of("between")), what.join(t.of("between")));
    let by_when = due.map(|due| t.two("why_by", &who, page.when(&due)));
    t.two("why_next", by_when.unwrap_or(who), what)
}
