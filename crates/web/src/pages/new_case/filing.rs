//! Filing: a draft that is kept, or a case with its first step.

use super::{View, about, beginning, capacity, of_intake, view};
use crate::{
    case::{Beginning, hexadecimal, landing, title_of},
    components::case_form::{Ground, Read, Reasons, Typed, read},
    context::{Context, redirect_within},
    error::PageError,
    frame::{Page, Section},
    invitation::new_id,
    outcome,
    upload::{Checked, HandedIn, Sent, Trouble, cleaned},
    voice::near_text,
};
use axum::{
    extract::{Form, Path},
    response::{IntoResponse as _, Response},
};
use domain::{
    access::{Capacity, Permission, Resource},
    credit_code,
    mechanism::{
        FieldMark, FieldValue, Mechanism, Refusal,
        course::{CaseStep, Course},
    },
    voice::voice_of,
};
use serde::Deserialize;
use store::{CaseDraft, CaseHead, Channel, NewCase, Opened};

/// What a form says, in the order of the form.
type Pairs = Vec<(String, String)>;

fn one<'p>(pairs: &'p Pairs, name: &str) -> &'p str {
    pairs.iter().rfind(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
}

/// Files a case, or keeps what was written so far.
pub async fn file(
    context: Context,
    Path(mechanism): Path<String>,
    Sent { pairs, files }: Sent,
) -> Result<Response, PageError> {
    let capacity = capacity(&context)?;
    let firm = one(&pairs, "firm").to_uppercase();
    context.may(Permission::CaseFile, &about(&capacity, &firm))?;
    let beginning =
        beginning(&context, (&mechanism, one(&pairs, "step")), &capacity).ok_or(PageError::Page)?;
    let mut typed = typed_by((&beginning.version.definition, &capacity), &pairs);
    if one(&pairs, "do") == "save" {
        let kept = (&typed, one(&pairs, "draft"), !files.is_empty());
        return keep(&context, &mechanism, kept, &capacity).await;
    }
    let field = beginning.version.definition.field_marked(FieldMark::Channel);
    if let (Some(field), Capacity::Firm { .. }) = (field, &capacity) {
        typed.suggest(field, Channel::Web.name());
    }
    let ground = Ground { mechanism: &beginning.version.definition, edition: &context.city.edition };
    let (read, checked) = read_with_files(&context, (ground, beginning), &typed, files).await?;
    if one(&pairs, "do") == "check" {
        let kept = (one(&pairs, "draft").to_owned(), firm);
        return checked_for_likeness(&context, (beginning, &capacity), (&typed, &read), kept).await;
    }
    let new = new_case(&context, beginning, (&capacity, &firm), (&pairs, &read));
    let has_firm = firm.is_empty() || credit_code::check(&firm).is_ok();
    let is_readable = read.faults.is_empty() && has_firm && checked.is_good();
    let trouble = checked.trouble.clone();
    let mut refusals = if is_readable { Vec::new() } else { refused(&context, beginning, &new) };
    if is_readable {
        let onward = (one(&pairs, "do"), &capacity);
        match opened(&context, new, checked, (one(&pairs, "draft"), onward)).await? {
            Ok(response) => return Ok(response),
            Err(why) => refusals = why,
        }
    }
    let kept = (one(&pairs, "draft").to_owned(), firm);
    again(&context, (beginning, &capacity), (typed, &read), (&refusals, &trouble, has_firm), kept)
}

/// The form again with everything that stands against it.
fn again(
    context: &Context,
    (beginning, capacity): (Beginning<'_>, &Capacity),
    (typed, read): (Typed, &Read),
    (refusals, trouble, has_firm): (&[Refusal], &Trouble, bool),
    kept: (String, String),
) -> Result<Response, PageError> {
    let page = Page::new(context, Section::Nowhere, "");
    let mechanism = &beginning.version.definition;
    let mut reasons =
        Reasons::told(&page, mechanism, (beginning.form(), read), refusals).with_files(&page, trouble);
    if !has_firm {
        let t = super::TEXTS.of(context.language);
        reasons = reasons.and(t.of("fault_code"));
    }
    Ok(Page::render(&view(context, (beginning, capacity), (&typed, reasons), kept))?.into_response())
}

/// What was typed in fields that are asked for.
fn typed_by((mechanism, capacity): (&Mechanism, &Capacity), pairs: &Pairs) -> Typed {
    let mut typed = Typed::sent(pairs);
    if matches!(capacity, Capacity::Firm { .. }) {
        // A firm that could say them would take the number under which a hotline is still to hand over another's case.
        for field in of_intake(mechanism) {
            typed.forget(field);
        }
    }
    typed
}

/// The form again, with the voices that are like what was typed. Nothing is filed.
async fn checked_for_likeness(
    context: &Context,
    (beginning, capacity): (Beginning<'_>, &Capacity),
    (typed, read): (&Typed, &Read),
    (draft, firm): (String, String),
) -> Result<Response, PageError> {
    let mechanism = &beginning.version.definition;
    let page = Page::new(context, Section::Nowhere, "");
    let near = match voice_of(mechanism, &read.values) {
        Some(text) => near_text(context, &page, (&mechanism.id, &text), (&firm, "")).await?,
        None => Vec::new(),
    };
    let view = view(context, (beginning, capacity), (typed, Reasons::default()), (draft, firm));
    Ok(Page::render(&View { near: Some(near), ..view })?.into_response())
}

/// What was typed as values, with the names of the files that came along.
async fn read_with_files(
    context: &Context,
    (ground, beginning): (Ground<'_>, Beginning<'_>),
    typed: &Typed,
    files: Vec<HandedIn>,
) -> Result<(Read, Checked), PageError> {
    let mut read = read(ground, beginning.form(), typed);
    let checked = cleaned(context, beginning.form(), files).await?;
    checked.fill(&mut read);
    Ok((read, checked))
}

/// Opens a case with its files, as one change; or everything that stands against it.
async fn opened(
    context: &Context,
    new: NewCase,
    checked: Checked,
    (draft, onward): (&str, (&str, &Capacity)),
) -> Result<Result<Response, Vec<Refusal>>, PageError> {
    let (store, deed) = (&context.city.store, context.deed(""));
    Ok(match store.open_case(&context.city.procedures(), new, &deed).await? {
        Opened::New(head) => {
            checked.attach(context, &head, &deed).await?;
            store.drop_draft(draft, context.person()?).await?;
            if head.is_sealed {
                return Ok(Ok(landing(context, &head, "filed").await?));
            }
            Ok(filed(&head, onward))
        }
        Opened::Known(head) if head.is_sealed => Ok(landing(context, &head, "known").await?),
        Opened::Known(head) => Ok(outcome::done(&format!("/cases/{}", head.number), "known")),
        Opened::Refused(why) => Err(why),
        Opened::UnknownMechanism => return Err(PageError::Page),
    })
}

/// Where somebody goes who has filed a case: to it, or as whoever takes in many asked, to the next or to its dispatch.
fn filed(head: &CaseHead, (asked, capacity): (&str, &Capacity)) -> Response {
    let number = &head.number;
    let next = format!("/cases/new/{}", head.mechanism);
    match (asked, capacity) {
        ("next", Capacity::Office { .. }) => {
            redirect_within(&next, &format!("?filed={number}&channel={}", head.channel.name()))
                .into_response()
        }
        ("dispatch", Capacity::Office { .. }) => {
            redirect_within(&format!("/cases/{number}"), "?done=filed#steps").into_response()
        }
        _ => outcome::done(&format!("/cases/{number}"), "filed"),
    }
}

/// Everything that would stand against the step; what could not be read is told beside it.
fn refused(context: &Context, beginning: Beginning<'_>, new: &NewCase) -> Vec<Refusal> {
    let office = context.city.edition.office_time();
    let mut course = Course::begin(beginning.version, office, new.first.at);
    course.take(&new.first).err().unwrap_or_default()
}

fn new_case(
    context: &Context,
    beginning: Beginning<'_>,
    (capacity, typed_firm): (&Capacity, &str),
    (pairs, read): (&Pairs, &Read),
) -> NewCase {
    let firm = match capacity {
        Capacity::Firm { firm, .. } => firm.clone(),
        _ => typed_firm.to_owned(),
    };
    let place = Resource::of_firm(&firm).place.map(|place| place.to_string()).unwrap_or_default();
    let definition = &beginning.version.definition;
    let written = |mark| {
        let value = definition.field_marked(mark).and_then(|field| read.values.get(field)?.text());
        value.unwrap_or_default()
    };
    let said = written(FieldMark::Channel);
    let channel = match (capacity, said) {
        (Capacity::Firm { .. }, _) => Channel::Web,
        (_, "") => Channel::named(one(pairs, "channel")).unwrap_or(Channel::Counter),
        (_, said) => Channel::named(said).unwrap_or(Channel::Platform),
    };
    let number = written(FieldMark::SourceNumber);
    let source = if number.is_empty() {
        String::new()
    } else {
        format!("{}:{number}", source(context, definition, said))
    };
    NewCase {
        id: hexadecimal(context),
        salt: hexadecimal(context),
        mechanism: definition.id.clone(),
        firm,
        place,
        channel,
        source,
        title: title_of((definition, beginning.form()), read, context.language),
        filed_by: context.visit.person().unwrap_or_default().to_owned(),
        first: CaseStep {
            at: context.moment(),
            step: beginning.step.id.clone(),
            by: beginning.actor.id.clone(),
            organization: match capacity {
                Capacity::Office { organization, .. } => Some(organization.clone()),
                _ => None,
            },
            data: read.values.clone(),
        },
        parent: None,
    }
}

/// How the numbers of a channel begin: as in the deliveries of the platform that it is, so that a ticket which is typed in
/// and delivered later is one case.
fn source<'a>(context: &'a Context, mechanism: &Mechanism, channel: &'a str) -> &'a str {
    let field = mechanism.field_marked(FieldMark::Channel).unwrap_or_default();
    let of = |platform: &&domain::intake::Platform| {
        platform.defaults.get(field).and_then(FieldValue::text) == Some(channel)
    };
    context.city.edition.platforms.iter().find(of).map_or(channel, |platform| &platform.id)
}

/// Keeps a draft; nobody else ever sees it.
async fn keep(
    context: &Context,
    mechanism: &str,
    (typed, draft, had_files): (&Typed, &str, bool),
    capacity: &Capacity,
) -> Result<Response, PageError> {
    let person = context.person()?.to_owned();
    let known = context.city.store.draft(draft, &person).await?;
    let draft = CaseDraft {
        id: known.map_or_else(|| new_id(context), |known| known.id),
        person,
        mechanism: mechanism.to_owned(),
        data: typed.kept(),
        updated_at: (context.city.host.now)(),
    };
    context.city.store.save_draft(&draft).await?;
    let back = if matches!(capacity, Capacity::Firm { .. }) { "/cases" } else { "/desk" };
    Ok(outcome::done(back, if had_files { "saved_texts" } else { "saved" }))
}

/// A draft that is thrown away.
#[derive(Deserialize)]
pub struct Dropped {
    draft: String,
}

/// Throws a draft away.
pub async fn drop(context: Context, Form(dropped): Form<Dropped>) -> Result<Response, PageError> {
    let capacity = capacity(&context)?;
    context.may(Permission::CaseFile, &about(&capacity, ""))?;
    context.city.store.drop_draft(&dropped.draft, context.person()?).await?;
    let back = if matches!(capacity, Capacity::Firm { .. }) { "/cases" } else { "/desk" };
    Ok(outcome::done(back, "dropped"))
}
