//! What the opening of a case needs: its title, identifiers made by chance, and where it goes on if it is sealed at once.

use crate::{components::case_form::Read, context::Context, error::PageError, outcome};
use axum::response::Response;
use domain::{
    Language,
    access::Capacity,
    mechanism::{Act, FieldMark, Form, FormField, FormFieldKind, Mechanism},
};
use store::{CaseHead, LinkKind};

/// Most characters of a title made of a longer text.
const TITLE_LENGTH_MAX: usize = 60;

/// Where a case goes on after a change: the case itself or, where the change sealed it, the one that it opened.
pub struct Heir {
    /// Identifier of the case.
    pub case: String,
    /// Its revision.
    pub revision: i64,
    /// Fields that have another name there.
    renamed: Vec<(String, String)>,
    /// Whether whoever made the change stands in it: not where an office took down what is sealed.
    pub is_of_maker: bool,
}

impl Heir {
    /// Of a case that was just opened, or in which a step was just taken.
    pub async fn of(context: &Context, head: &CaseHead) -> Result<Self, PageError> {
        let own = Self {
            case: head.id.clone(),
            revision: head.revision,
            renamed: Vec::new(),
            is_of_maker: !head.is_sealed || !head.filed_by.is_empty(),
        };
        let store = &context.city.store;
        let Some(case) = store.case(&head.id).await?.filter(|case| case.state.is_sealed) else {
            return Ok(own);
        };
        let mut links = case.links.iter().filter(|link| link.kind == LinkKind::Opened && link.is_forward);
        let Some(link) = links.next() else { return Ok(own) };
        let Some(other) = store.case(&link.case).await? else { return Ok(own) };
        let definition = context.city.mechanism(&head.mechanism, head.version).map(|one| &one.definition);
        let place = case.state.opened.iter().position(|(_, mechanism)| *mechanism == link.mechanism);
        let act = definition.zip(place).and_then(|(definition, at)| case.state.opening(definition, at));
        let renamed = match act {
            Some(Act::OpenCase { take, .. }) => {
                take.pairs().into_iter().map(|(own, new)| (own.to_owned(), new.to_owned())).collect()
            }
            _ => Vec::new(),
        };
        Ok(Self { case: other.head.id, revision: other.head.revision, renamed, ..own })
    }

    /// The name that a field has there.
    pub fn field(&self, own: &str) -> String {
        let renamed = self.renamed.iter().find(|(known, _)| known == own);
        renamed.map_or(own, |(_, new)| new.as_str()).to_owned()
    }
}

/// Where somebody goes after a change: to the case, to the one in which it goes on, or where neither is there for him to
/// his list.
pub async fn landing(context: &Context, head: &CaseHead, done: &'static str) -> Result<Response, PageError> {
    let (case, done) = if head.is_sealed {
        (Heir::of(context, head).await?.case, "in_confidence")
    } else {
        (head.number.clone(), done)
    };
    Ok(match context.case(&case).await? {
        Some(found) => outcome::done(&format!("/cases/{}", found.case.head.number), done),
        None => outcome::done(list(context), done),
    })
}

/// The list of cases of the one who asks.
fn list(context: &Context) -> &'static str {
    match context.visit.principal().capacity() {
        Some(Capacity::Office { .. }) => "/desk",
        _ => "/cases",
    }
}

/// What a case is about in a few words: its subject, the first text that was written where the form asks for none, the
/// name of the mechanism where nothing was.
pub fn title_of((mechanism, form): (&Mechanism, Option<&Form>), read: &Read, language: Language) -> String {
    let mut fields: Vec<&FormField> = form.into_iter().flat_map(|form| &form.fields).collect();
    fields.sort_by_key(|field| field.marks != Some(FieldMark::Subject));
    let is_told = |field: &&FormField| {
        field.kind == FormFieldKind::Text && field.marks != Some(FieldMark::SourceNumber)
    };
    let mut texts =
        fields.into_iter().filter(is_told).filter_map(|field| read.values.get(&field.name)?.text());
    let line = texts.next().and_then(|text| text.lines().next()).unwrap_or_default();
    let line: String = line.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    let line = line.trim();
    if line.is_empty() {
        return mechanism.title.get(language).to_owned();
    }
    match line.char_indices().nth(TITLE_LENGTH_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// 128 bits made by chance.
pub fn hexadecimal(context: &Context) -> String {
    let mut bytes = [0; 16];
    (context.city.host.chance)(&mut bytes);
    identity::secret::hex(&bytes)
}
