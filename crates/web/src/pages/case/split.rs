//! A second matter that the one who dispatches finds in a case: it becomes a case of its own.

use super::TEXTS;
use crate::{
    case::{Beginning, Found, beginnings, hexadecimal, landing, title_of},
    components::case_form::{CaseForm, Ground, Read, Reasons, Typed, read},
    context::Context,
    error::PageError,
    frame::Page,
};
use axum::response::Response;
use domain::mechanism::{
    Act, FieldMark, FieldValue, FormField, FormFieldKind, Refusal, Standing, course::CaseStep,
};
use store::{SplitCase, Taken};

/// What the service knows of the second matter, because it knows it of the first.
const KNOWN: [FieldMark; 3] = [FieldMark::Channel, FieldMark::SourceNumber, FieldMark::Identity];

/// What came of trying.
pub struct Attempt {
    typed: Typed,
    read: Read,
    refusals: Vec<Refusal>,
    /// Whether the case has changed since he saw it.
    pub is_stale: bool,
}

/// The form of a second matter.
pub struct Offer {
    pub form: CaseForm,
    /// Whether it is shown unfolded.
    pub is_open: bool,
}

/// How somebody can split a case: as one who dispatches it, and who takes such cases in as well. Nobody can split what
/// has ended, or what has not begun.
fn way<'c>(
    context: &'c Context,
    found: &'c Found,
) -> Result<Option<(Beginning<'c>, &'c Standing)>, PageError> {
    let version = found.version(context)?;
    let mechanism = &version.definition;
    let state = &found.case.state;
    if found.case.head.is_ended || state.stage == mechanism.begins {
        return Ok(None);
    }
    let dispatches = |actor: &str| {
        let mut steps = mechanism.steps.iter().filter(|step| step.by.iter().any(|by| by == actor));
        steps.any(|step| step.acts.iter().any(|act| matches!(act, Act::Assign)))
    };
    let Some(capacity) = context.visit.principal().capacity() else { return Ok(None) };
    let ways = beginnings(version, capacity).into_iter().filter_map(|beginning| {
        let actor = &beginning.actor.id;
        let standing = found.standings.iter().find(|standing| standing.actor == *actor)?;
        (standing.organization.is_some() && dispatches(actor)).then_some((beginning, standing))
    });
    Ok(ways.into_iter().next())
}

/// Fields that are not asked for: what is known of the case, and its files, which go along.
fn known<'c>(beginning: &Beginning<'c>) -> Vec<&'c str> {
    let fields = beginning.form().into_iter().flat_map(|form| &form.fields);
    let is_known = |field: &&FormField| {
        field.kind == FormFieldKind::File || field.marks.is_some_and(|mark| KNOWN.contains(&mark))
    };
    fields.filter(is_known).map(|field| field.name.as_str()).collect()
}

/// The form, for whom it is there; what the firm said stands in it, so that what belongs to the first can be cut.
pub fn offer(
    context: &Context,
    page: &Page,
    found: &Found,
    attempt: Option<Attempt>,
) -> Result<Option<Offer>, PageError> {
    let Some((beginning, _)) = way(context, found)? else { return Ok(None) };
    let mechanism = &beginning.version.definition;
    let is_open = attempt.is_some();
    let (typed, reasons) = if let Some(attempt) = attempt {
        let form = (beginning.form(), &attempt.read);
        let reasons = Reasons::told(page, mechanism, form, &attempt.refusals);
        let t = TEXTS.of(page.language);
        (attempt.typed, if attempt.is_stale { reasons.and(t.of("stale")) } else { reasons })
    } else {
        let mut typed = Typed::of_draft(&found.case.state.data);
        if let Some(field) = mechanism.field_marked(FieldMark::Subject) {
            typed.forget(field);
        }
        (typed, Reasons::default())
    };
    let ground = Ground { mechanism, edition: &context.city.edition };
    let known = known(&beginning);
    let form = CaseForm::new(page, (ground, "split"), beginning.form(), (&typed, reasons, &known));
    Ok(Some(Offer { form, is_open }))
}

/// Splits the case, or says everything that stands against it.
pub async fn carry_out(
    context: &Context,
    found: &Found,
    pairs: &[(String, String)],
) -> Result<Result<Response, Attempt>, PageError> {
    let (beginning, standing) = way(context, found)?.ok_or(PageError::Page)?;
    let mechanism = &beginning.version.definition;
    let known = known(&beginning);
    let mut typed = Typed::sent(pairs);
    for field in &known {
        typed.forget(field);
    }
    let ground = Ground { mechanism, edition: &context.city.edition };
    let mut whole = typed.clone();
    for field in &known {
        if let Some(value) = found.case.state.data.get(*field).and_then(FieldValue::text) {
            whole.suggest(field, value);
        }
    }
    let read = read(ground, beginning.form(), &whole);
    let attempt = |read, refusals, is_stale| Attempt { typed: typed.clone(), read, refusals, is_stale };
    if !read.faults.is_empty() {
        return Ok(Err(attempt(read, Vec::new(), false)));
    }
    let revision = pairs.iter().find(|(name, _)| name == "revision");
    let revision = revision.and_then(|(_, value)| value.parse().ok()).ok_or(PageError::Request)?;
    let files = beginning.form().into_iter().flat_map(|form| &form.fields);
    let files = files.filter(|field| field.kind == FormFieldKind::File);
    let split = SplitCase {
        case: found.case.head.id.clone(),
        revision,
        id: hexadecimal(context),
        salt: hexadecimal(context),
        title: title_of((mechanism, beginning.form()), &read, context.language),
        first: CaseStep {
            at: context.moment(),
            step: beginning.step.id.clone(),
            by: beginning.actor.id.clone(),
            organization: standing.organization.clone(),
            data: read.values.clone(),
        },
        files: files.map(|field| field.name.clone()).collect(),
        person: context.person()?.to_owned(),
    };
    let (store, procedures) = (&context.city.store, context.city.procedures());
    Ok(match store.split_case(&procedures, split, &context.deed("")).await? {
        Taken::Done(head) => Ok(landing(context, &head, "split").await?),
        Taken::Stale(_) => Err(attempt(read, Vec::new(), true)),
        Taken::Refused(refusals) => Err(attempt(read, refusals, false)),
        Taken::Absent => return Err(PageError::Page),
    })
}
