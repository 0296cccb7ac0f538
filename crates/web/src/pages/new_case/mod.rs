//! `/cases/new`: what a case is about; `/cases/new/{mechanism}`: its form, which a firm fills in within a minute.

mod filing;

pub use filing::{drop, file};

use crate::{
    case::{Beginning, beginnings},
    components::case_form::{CaseForm, Ground, Reasons, Typed},
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
    voice::NearVoice,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Html,
};
use domain::{
    access::{Capacity, Permission, Resource, Role},
    mechanism::{Anonymity, FieldMark, FormField, Mechanism, MechanismVersion},
    voice::voice_form,
};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::LazyLock};
use store::Channel;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Marks of the fields that say how a case came in: of a firm the service knows it.
const OF_INTAKE: [FieldMark; 2] = [FieldMark::Channel, FieldMark::SourceNumber];

/// Names of the fields that say how a case came in.
pub(super) fn of_intake(mechanism: &Mechanism) -> Vec<&str> {
    OF_INTAKE.into_iter().filter_map(|mark| mechanism.field_marked(mark)).collect()
}

/// A mechanism as a choice.
struct Kind {
    href: String,
    title: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "pages/new_case/choose.html")]
struct Choose {
    page: Page,
    t: Text,
    kinds: Vec<Kind>,
    is_firm: bool,
}

/// A way to begin a case.
struct Way {
    href: String,
    label: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "pages/new_case/page.html")]
struct View {
    page: Page,
    t: Text,
    mechanism: String,
    title: String,
    summary: String,
    secrecy: Option<&'static str>,
    form: CaseForm,
    step: String,
    ways: Vec<Way>,
    draft: String,
    is_firm: bool,
    /// What an office types besides the form: the firm.
    firm: String,
    asks_channel: bool,
    /// The number of the case that was entered just before.
    filed: Option<String>,
    /// Whether an office can look for voices that are alike before it enters one.
    can_check: bool,
    /// What it found.
    near: Option<Vec<NearVoice>>,
}

/// What the address asks for: a draft that is gone on with, the channel of what was entered before, and its number.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    draft: String,
    /// The first step, where there are several.
    step: String,
    channel: String,
    filed: String,
}

/// What there is to choose from.
pub async fn choose(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let capacity = capacity(&context)?;
    context.may(Permission::CaseFile, &about(&capacity, ""))?;
    let page = page(&context, &capacity, t.of("title"));
    let ids: BTreeSet<&str> =
        context.city.edition.mechanisms.iter().map(|version| version.definition.id.as_str()).collect();
    let in_force = ids.into_iter().filter_map(|id| in_force(&context, id));
    let open = in_force.filter(|version| !beginnings(version, &capacity).is_empty());
    let mut kinds: Vec<&MechanismVersion> = open.collect();
    // What most people come for stands first: everything, then what is for something particular.
    kinds.sort_by_key(|version| (order(version), version.definition.id.clone()));
    let kind = |version: &MechanismVersion| Kind {
        href: format!("/cases/new/{}", version.definition.id),
        title: page.say(&version.definition.title).to_owned(),
        summary: page.say(&version.definition.summary).to_owned(),
    };
    let kinds = kinds.into_iter().map(kind).collect();
    Page::render(&Choose { kinds, is_firm: matches!(capacity, Capacity::Firm { .. }), page, t })
}

/// What takes in voices of every channel is for everything; then come those whose answers are published, those with
/// figures, and the confidential last.
fn order(version: &MechanismVersion) -> u8 {
    let marked = OF_INTAKE.into_iter().filter(|mark| version.definition.field_marked(*mark).is_some());
    if marked.count() == OF_INTAKE.len() {
        return 0;
    }
    match version.definition.publication {
        domain::mechanism::Publication::Answer => 1,
        domain::mechanism::Publication::Figures => 2,
        domain::mechanism::Publication::Nothing => 3,
    }
}

/// The form of a mechanism.
pub async fn begin(
    context: Context,
    Path(mechanism): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let capacity = capacity(&context)?;
    context.may(Permission::CaseFile, &about(&capacity, ""))?;
    let beginning = beginning(&context, (&mechanism, &asked.step), &capacity).ok_or(PageError::Page)?;
    let draft = match asked.draft.as_str() {
        "" => None,
        id => context
            .city
            .store
            .draft(id, context.person()?)
            .await?
            .filter(|draft| draft.mechanism == mechanism),
    };
    let typed = match &draft {
        Some(draft) => Typed::of_draft(&draft.data),
        None => at_first(beginning, &capacity, &asked.channel),
    };
    let draft = draft.map(|draft| draft.id).unwrap_or_default();
    let mut view =
        view(&context, (beginning, &capacity), (&typed, Reasons::default()), (draft, String::new()));
    // Of a case that is none of his nothing is said.
    let filed = if asked.filed.is_empty() { None } else { context.case(&asked.filed).await? };
    view.filed = filed.map(|found| found.case.head.number);
    Page::render(&view)
}

/// What stands in the form before anybody has typed. The dispatch desk sits at the telephone, a clerk at the counter; who
/// enters one after the other stays with the channel.
fn at_first(beginning: Beginning<'_>, capacity: &Capacity, channel: &str) -> Typed {
    let mut typed = Typed::at_first(beginning.form());
    let usual = match capacity.role() {
        Some(Role::Coordinator) => Channel::Telephone,
        _ => Channel::Counter,
    };
    let channel = Channel::named(channel).unwrap_or(usual);
    let field = beginning.version.definition.field_marked(OF_INTAKE[0]);
    let is_asked =
        |name: &&str| beginning.form().is_some_and(|form| form.fields.iter().any(|one| one.name == *name));
    if let (Some(name), Capacity::Office { .. }) = (field.filter(is_asked), capacity) {
        typed.suggest(name, channel.name());
    }
    typed
}

/// The page with what was typed and what stands against it.
fn view(
    context: &Context,
    (beginning, capacity): (Beginning<'_>, &Capacity),
    (typed, reasons): (&Typed, Reasons),
    (draft, firm): (String, String),
) -> View {
    let t = TEXTS.of(context.language);
    let mechanism = &beginning.version.definition;
    let title = mechanism.title.get(context.language);
    let page = page(context, capacity, title).under("/cases/new", t.of("title"));
    let is_firm = matches!(capacity, Capacity::Firm { .. });
    let known = if is_firm { of_intake(mechanism) } else { Vec::new() };
    let ground = Ground { mechanism, edition: &context.city.edition };
    let has_channel =
        beginning.form().is_some_and(|form| form.fields.iter().any(|field| marks(field, OF_INTAKE[0])));
    View {
        form: CaseForm::new(&page, (ground, "f"), beginning.form(), (typed, reasons, &known)),
        step: beginning.step.id.clone(),
        ways: ways(&page, (beginning, capacity)),
        mechanism: mechanism.id.clone(),
        title: title.to_owned(),
        summary: mechanism.summary.get(context.language).to_owned(),
        secrecy: match mechanism.anonymity {
            Anonymity::Named => None,
            Anonymity::HiddenFromOffice => Some(t.of("hidden")),
            Anonymity::Confidential => Some(t.of("confidential")),
            Anonymity::Restricted => Some(t.of("restricted")),
        },
        draft,
        is_firm,
        firm,
        asks_channel: !is_firm && !has_channel,
        filed: None,
        can_check: !is_firm && voice_form(mechanism).is_some(),
        near: None,
        page,
        t,
    }
}

/// Whether a field bears a mark.
pub(super) fn marks(field: &FormField, mark: FieldMark) -> bool {
    field.marks == Some(mark)
}

fn page(context: &Context, capacity: &Capacity, title: &str) -> Page {
    let t = TEXTS.of(context.language);
    match capacity {
        Capacity::Firm { .. } => Page::new(context, Section::Cases, title).under("/cases", t.of("cases")),
        _ => Page::new(context, Section::Inbox, title).under("/desk", t.of("desk")),
    }
}

fn capacity(context: &Context) -> Result<Capacity, PageError> {
    context.visit.principal().capacity().cloned().ok_or(PageError::SignInFirst)
}

/// Whom a case is about: the firm that somebody acts for, or the one he names.
fn about(capacity: &Capacity, typed: &str) -> Resource {
    match capacity {
        Capacity::Firm { firm, .. } => Resource::of_firm(firm),
        _ if typed.is_empty() => Resource::common(),
        _ => Resource::of_firm(typed),
    }
}

/// The version of a mechanism on which a case of today begins.
fn in_force<'c>(context: &'c Context, id: &str) -> Option<&'c MechanismVersion> {
    MechanismVersion::in_force(&context.city.edition.mechanisms, id, context.moment().day)
}

/// How somebody begins a case of a mechanism.
fn beginning<'c>(
    context: &'c Context,
    (mechanism, step): (&str, &str),
    capacity: &Capacity,
) -> Option<Beginning<'c>> {
    let all = beginnings(in_force(context, mechanism)?, capacity);
    all.iter().find(|one| one.step.id == step).or(all.first()).copied()
}

/// The ways in which somebody can begin a case of a mechanism, where there are several.
fn ways(page: &Page, (chosen, capacity): (Beginning<'_>, &Capacity)) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for beginning in beginnings(chosen.version, capacity) {
        let href = format!("/cases/new/{}?step={}", chosen.version.definition.id, beginning.step.id);
        if ways.iter().all(|known| known.href != href) {
            let label = page.say(&beginning.step.title).to_owned();
            ways.push(Way { href, label, is_current: beginning.step.id == chosen.step.id });
        }
    }
    if ways.len() > 1 { ways } else { Vec::new() }
}

#[cfg(test)]
mod tests;
