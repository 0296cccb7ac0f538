//! `/desk/clusters/{id}/propose`: a common problem becomes the case of a proposal that has to be answered. Every voice of
//! it is linked, and the firms are told. Pressed again it opens nothing, and adds what came in since.

use super::{Offer, TEXTS, title, view};
use crate::{
    case::{Beginning, beginnings, hexadecimal},
    components::case_form::{CaseForm, Ground, Read, Reasons, Typed, read},
    context::Context,
    error::PageError,
    frame::Page,
    outcome,
    voice::{Standing, problem_with},
};
use axum::{
    extract::{Form, Path},
    response::{IntoResponse as _, Response},
};
use domain::{
    access::{Capacity, Permission, Resource},
    mechanism::{
        FieldValue, FormField, FormFieldKind as Kind, MechanismVersion, Refusal,
        course::{CaseStep, Course},
    },
};
use std::collections::BTreeMap;
use store::{CaseHead, Channel, NewCase, Opened, Taken, WantedStep};

/// The field that says how many cases stand behind a proposal; the service counts them.
const COUNT: &str = "case_count";
/// What makes it the same proposal when two press at once.
const SOURCE: &str = "common-problem";

/// Makes a proposal of a problem, or adds to the one that is there.
pub async fn propose(
    context: Context,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    context.may(Permission::CaseFile, &Resource::common())?;
    let beginning = beginning(&context).ok_or(PageError::Page)?;
    let standing = problem_with(&context, &id).await?.ok_or(PageError::Page)?;
    let back = format!("/desk/clusters/{id}");
    if let Some(open) = open_proposal(&standing) {
        join(&context, open.clone(), &standing).await?;
        let key = if standing.unjoined.is_empty() { "proposed_before" } else { "joined" };
        return Ok(outcome::done(&back, key));
    }
    if !standing.can_propose {
        return Ok(match standing.proposal {
            Some(_) => outcome::done(&back, "proposed_before"),
            None => outcome::fault(&back, "too_few"),
        });
    }
    let typed = typed_of(&standing, &pairs);
    let ground = Ground { mechanism: &beginning.version.definition, edition: &context.city.edition };
    let read = read(ground, beginning.form(), &typed);
    let new = new_case(&context, beginning, (&standing, &read))?;
    let refusals = if read.faults.is_empty() {
        match context.city.store.open_case(&context.city.procedures(), new, &context.deed("")).await? {
            Opened::New(head) | Opened::Known(head) => {
                join(&context, head.clone(), &standing).await?;
                return Ok(outcome::done(&back, "proposed"));
            }
            Opened::Refused(why) => why,
            Opened::UnknownMechanism => return Err(PageError::Page),
        }
    } else {
        refused(&context, beginning, &new)
    };
    let page = Page::new(&context, crate::frame::Section::Nowhere, "");
    let reasons = Reasons::told(&page, ground.mechanism, (beginning.form(), &read), &refusals);
    Ok(Page::render(&view(&context, &standing, (&typed, reasons)).await?)?.into_response())
}

/// What was typed, with the count that the service knows.
fn typed_of(standing: &Standing, pairs: &[(String, String)]) -> Typed {
    let mut typed = Typed::sent(pairs);
    typed.forget(COUNT);
    typed.suggest(COUNT, &standing.unjoined.len().to_string());
    typed
}

/// Everything that would stand against the step.
fn refused(context: &Context, beginning: Beginning<'_>, new: &NewCase) -> Vec<Refusal> {
    let office = context.city.edition.office_time();
    let mut course = Course::begin(beginning.version, office, new.first.at);
    course.take(&new.first).err().unwrap_or_default()
}

/// How the one who asks begins a proposal; none where he cannot, or the city has none.
fn beginning(context: &Context) -> Option<Beginning<'_>> {
    let edition = &context.city.edition;
    let id = &edition.voice_terms.as_ref()?.proposal_mechanism;
    let version = MechanismVersion::in_force(&edition.mechanisms, id, context.moment().day)?;
    let capacity = context.visit.principal().capacity()?;
    let all = beginnings(version, capacity).into_iter();
    all.filter(|_| context.could(Permission::CaseFile)).find(|one| one.form().is_some())
}

/// The proposal of a problem that is not answered yet.
fn open_proposal(standing: &Standing) -> Option<&CaseHead> {
    standing.proposal.as_ref().map(|proposal| &proposal.head).filter(|head| !head.is_ended)
}

/// What can be made of a problem now.
pub fn offer(
    context: &Context,
    page: &Page,
    standing: &Standing,
    (typed, reasons): (&Typed, Reasons),
) -> Offer {
    let Some(beginning) = beginning(context) else { return Offer::Nothing };
    match open_proposal(standing) {
        Some(_) if standing.unjoined.is_empty() => Offer::Nothing,
        Some(_) => Offer::Join,
        None if !standing.can_propose => Offer::Nothing,
        None => {
            let ground = Ground { mechanism: &beginning.version.definition, edition: &context.city.edition };
            let form = CaseForm::new(page, (ground, "p"), beginning.form(), (typed, reasons, &[COUNT]));
            Offer::Propose(form)
        }
    }
}

/// What the form says before somebody writes: who answers most of the voices, what the problem is, how many have it.
pub fn prefilled(context: &Context, standing: &Standing) -> Typed {
    let (t, mut typed) = (TEXTS.of(context.language), Typed::default());
    let Some(beginning) = beginning(context) else { return typed };
    let fields = || beginning.form().into_iter().flat_map(|form| &form.fields);
    let first = |kind: Kind| move |field: &&FormField| field.kind == kind;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in standing.voices.iter().filter_map(|voice| voice.organization.as_deref()) {
        *counts.entry(unit).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(unit, _)| unit);
    let name =
        most.and_then(|id| context.city.edition.organization(id)).map(|one| one.name.get(context.language));
    if let (Some(field), Some(name)) = (fields().find(first(Kind::Organization)), name) {
        typed.suggest(&field.name, name);
    }
    if let Some(field) = fields().find(first(Kind::Text)) {
        let problem = &standing.problem;
        let days = format!("{}–{}", problem.first_day, problem.last_day);
        let told = t.two("summary", title(t, context, standing), days);
        let told = told.replace("{2}", &problem.firms.len().to_string());
        typed.suggest(&field.name, &told.replace("{3}", &problem.voices.len().to_string()));
    }
    typed
}

fn new_case(
    context: &Context,
    beginning: Beginning<'_>,
    (standing, read): (&Standing, &Read),
) -> Result<NewCase, PageError> {
    let Some(Capacity::Office { organization, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    let t = TEXTS.of(context.language);
    let first = standing.unjoined.first().map_or("", String::as_str);
    Ok(NewCase {
        id: hexadecimal(context),
        salt: hexadecimal(context),
        mechanism: beginning.version.definition.id.clone(),
        // Of no firm: whoever answers learns how many have the problem, and not who.
        firm: String::new(),
        place: String::new(),
        channel: Channel::Web,
        source: format!("{SOURCE}:{first}"),
        title: t.two("case_title", title(t, context, standing), standing.problem.firms.len()),
        filed_by: context.person()?.to_owned(),
        first: CaseStep {
            at: context.moment(),
            step: beginning.step.id.clone(),
            by: beginning.actor.id.clone(),
            organization: Some(organization.clone()),
            data: read.values.clone(),
        },
        parent: None,
    })
}

/// Links every voice that belongs to no proposal yet, and takes the step in it that says so, where it still runs.
async fn join(context: &Context, mut proposal: CaseHead, standing: &Standing) -> Result<(), PageError> {
    let (store, procedures) = (&context.city.store, context.city.procedures());
    for number in &standing.unjoined {
        let Some(found) = context.case(number).await? else { continue };
        let seen = (proposal.id.as_str(), proposal.revision);
        let linked = store.link_cases(&procedures, seen, &found.case.head.id, &context.deed("")).await?;
        if let Taken::Done(head) = linked {
            proposal = head;
        }
        if let Some(step) = joining(context, &found, &proposal.number)? {
            store.take_step(&procedures, step, &context.deed("")).await?;
        }
    }
    Ok(())
}

/// The step that notes in a voice that it belongs to a proposal; none where it cannot be taken.
fn joining(
    context: &Context,
    found: &crate::case::Found,
    proposal: &str,
) -> Result<Option<WantedStep>, PageError> {
    let Some(terms) = &context.city.edition.voice_terms else { return Ok(None) };
    let mechanism = &found.version(context)?.definition;
    let next = found.next_steps(&found.course(context)?).into_iter();
    let Some(next) = { next }.find(|next| next.step == terms.joining_step) else { return Ok(None) };
    let step = mechanism.steps.iter().find(|step| step.id == next.step);
    let form = step.and_then(|step| crate::case::form_of(mechanism, step));
    let field = form.and_then(|form| form.fields.iter().find(|field| field.kind == Kind::Text));
    let data = field.map(|field| (field.name.clone(), FieldValue::Text(proposal.to_owned())));
    Ok(Some(WantedStep {
        case: found.case.head.id.clone(),
        revision: found.case.head.revision,
        step: CaseStep {
            at: context.moment(),
            step: next.step,
            by: next.actor,
            organization: next.organization,
            data: data.into_iter().collect(),
        },
        person: context.person()?.to_owned(),
    }))
}
