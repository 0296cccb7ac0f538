//! One step in many cases at once: a step that asks for nothing, or for a reason alone.

use super::{Filter, View, office, view};
use crate::{
    case::{CaseRow, form_of},
    choice::Choice,
    components::case_form::Reasons,
    context::Context,
    error::PageError,
    frame::Page,
};
use axum::{extract::Form, response::Html};
use domain::{
    access::{Permission, Resource},
    mechanism::{FieldMark, FieldValue, FormFieldKind, Mechanism, Step, course::CaseStep},
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Taken, WantedStep};

/// Most cases at once.
const CASES_MAX: usize = 100;

/// The steps that can be taken in several of the cases that are shown.
pub fn choices(context: &Context, page: &Page, rows: &[CaseRow]) -> Vec<Choice> {
    let mut known = BTreeSet::new();
    let open = rows.iter().flat_map(|row| row.steps.iter().map(move |step| (&row.mechanism_id, step)));
    let steps = open.filter_map(|(mechanism, step)| {
        let mut versions = context.city.edition.mechanisms.iter();
        let mechanism = &versions.find(|version| version.definition.id == *mechanism)?.definition;
        let step = mechanism.steps.iter().find(|known| known.id == *step)?;
        let is_new = known.insert((mechanism.id.clone(), step.id.clone()));
        (is_new && asks_for_a_reason_at_most(mechanism, step)).then(|| {
            let label = format!("{} · {}", page.say(&step.title), page.say(&mechanism.title));
            Choice::new(format!("{}:{}", mechanism.id, step.id), label, "")
        })
    });
    steps.collect()
}

fn asks_for_a_reason_at_most(mechanism: &Mechanism, step: &Step) -> bool {
    let fields = form_of(mechanism, step).map_or(&[][..], |form| &form.fields);
    match fields {
        [] => true,
        // A case is merged on its own page, which looks for the other one.
        [one] => one.kind == FormFieldKind::Text && one.marks != Some(FieldMark::MergedInto),
        _ => false,
    }
}

/// Takes a step in every case that was ticked, and says what came of each.
pub async fn take_all(
    context: Context,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let (_, organization) = office(&context)?;
    context.may(Permission::DeskRead, &Resource::of_organization(organization))?;
    let all = |name: &'static str| {
        pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    };
    let one = |name| all(name).next().unwrap_or_default();
    let wanted = one("step").split_once(':');
    let mut results = Vec::new();
    for case in all("case").take(CASES_MAX) {
        let (id, revision) = case.split_once(':').unwrap_or((case, ""));
        if let Some(wanted) = wanted {
            results.extend(take(&context, (id, revision), wanted, one("reason").trim()).await?);
        }
    }
    let view: View = view(&context, Filter::of_pairs(&pairs)).await?;
    let nothing = view.t.of("bulk_nothing").to_owned();
    let results = if results.is_empty() { vec![(String::new(), nothing)] } else { results };
    Page::render(&View { results, ..view })
}

/// Takes the step in one case; nothing where the case does not exist for the one who asks.
async fn take(
    context: &Context,
    (id, revision): (&str, &str),
    (mechanism, step): (&str, &str),
    reason: &str,
) -> Result<Option<(String, String)>, PageError> {
    let t = super::TEXTS.of(context.language);
    let Some(found) = context.case(id).await?.filter(|found| found.case.head.mechanism == mechanism) else {
        return Ok(None);
    };
    let may = context.may(Permission::CaseAct, &Resource::of_case(!found.standings.is_empty()));
    let number = found.case.head.number.clone();
    let told = |text: &str| Ok(Some((number.clone(), text.to_owned())));
    if may.is_err() {
        return told(t.of("bulk_not_now"));
    }
    let definition = &found.version(context)?.definition;
    let next = found.next_steps(&found.course(context)?).into_iter().find(|next| next.step == step);
    let known = definition.steps.iter().find(|known| known.id == step);
    let (Some(next), Some(known)) = (next, known) else { return told(t.of("bulk_not_now")) };
    if !asks_for_a_reason_at_most(definition, known) {
        return told(t.of("bulk_not_now"));
    }
    let field = form_of(definition, known).and_then(|form| form.fields.first());
    let data = field.filter(|_| !reason.is_empty());
    let data: BTreeMap<_, _> =
        data.map(|field| (field.name.clone(), FieldValue::Text(reason.to_owned()))).into_iter().collect();
    let wanted = WantedStep {
        case: found.case.head.id.clone(),
        revision: revision.parse().unwrap_or_default(),
        step: CaseStep {
            at: context.moment(),
            step: next.step,
            by: next.actor,
            organization: next.organization,
            data,
        },
        person: context.person()?.to_owned(),
    };
    let store = &context.city.store;
    match store.take_step(&context.city.procedures(), wanted, &context.deed("")).await? {
        Taken::Done(_) => told(t.of("bulk_done")),
        Taken::Stale(_) => told(t.of("bulk_stale")),
        Taken::Absent => Ok(None),
        Taken::Refused(refusals) => {
            let page = Page::new(context, crate::frame::Section::Nowhere, "");
            let nothing = crate::components::case_form::Read::default();
            let reasons = Reasons::told(&page, definition, (None, &nothing), &refusals);
            let texts: Vec<&str> = reasons.others.iter().map(|against| against.text.as_str()).collect();
            told(&texts.join(" "))
        }
    }
}
