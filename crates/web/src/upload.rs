//! Files that come with the form of a case: checked and written anew one by one, then kept with the step they belong to.

use crate::{
    City, case::Heir, components::case_form::Read, context::Context, error::PageError, host::Unclean,
    multipart,
};
use attachment::{Cleaned, Refusal};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Form, FromRequest, Request},
};
use domain::mechanism::{FieldValue, Form as CaseForm, FormFieldKind};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{CaseHead, Deed, NewAttachment, Taken};
use tokio::sync::Semaphore;

/// Most bytes of a form with files: as many as one file may have, and the form.
pub const BYTES_MAX: usize = attachment::BYTES_MAX + (256 << 10);
/// Most files of a field.
pub const FILES_MAX: usize = 5;

/// Two at once: each is a child that needs a core, and what it holds in memory.
static CLEANING: Semaphore = Semaphore::const_new(2);

/// What a form says, with the files that came with it.
pub struct Sent {
    /// What it says, in the order of the form.
    pub pairs: Vec<(String, String)>,
    /// Its files.
    pub files: Vec<HandedIn>,
}

/// A file as it was handed in.
pub struct HandedIn {
    /// The name of its field in HTML.
    field: String,
    name: String,
    bytes: Bytes,
}

/// Why a file of a field is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// It cannot be cleaned, or nobody could look at it.
    Unclean(Unclean),
    /// There are more than a field takes.
    TooMany,
}

/// What has to be told of files where a form is shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Files that are not taken, by field.
    pub faults: BTreeMap<String, Vec<(String, FileFault)>>,
    /// Fields whose files were good, and have to be chosen again.
    pub again: BTreeSet<String>,
}

/// Files that can be taken, and what stands against the others.
#[derive(Default)]
pub struct Checked {
    documents: BTreeMap<String, Vec<Cleaned>>,
    /// What has to be told.
    pub trouble: Trouble,
}

impl FromRequest<Arc<City>> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &Arc<City>) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        // The gate let no more through than the route takes.
        let body = to_bytes(body, BYTES_MAX).await.map_err(|_| PageError::TooLarge)?;
        let Some(boundary) = multipart::boundary(&parts.headers) else {
            let request = Request::from_parts(parts, Body::from(body));
            let Form(pairs) = Form::from_request(request, &()).await.map_err(|_| PageError::Request)?;
            return Ok(Self { pairs, files: Vec::new() });
        };
        let mut sent = Self { pairs: Vec::new(), files: Vec::new() };
        for part in multipart::parts(boundary, &body).ok_or(PageError::Request)? {
            match part.file_name {
                // Where nothing was chosen, browsers send a file without name and content.
                Some("") if part.bytes.is_empty() => {}
                Some(name) => sent.files.push(HandedIn {
                    field: part.name.to_owned(),
                    name: name.to_owned(),
                    bytes: body.slice_ref(part.bytes),
                }),
                None => {
                    let value = std::str::from_utf8(part.bytes).map_err(|_| PageError::Request)?;
                    sent.pairs.push((part.name.to_owned(), value.to_owned()));
                }
            }
        }
        Ok(sent)
    }
}

/// Cleans the files of a form, one after the other. A file for a field that takes none is no request of a page of ours.
pub async fn cleaned(
    context: &Context,
    form: Option<&CaseForm>,
    files: Vec<HandedIn>,
) -> Result<Checked, PageError> {
    let mut checked = Checked::default();
    for file in files {
        let mut fields = form.into_iter().flat_map(|form| &form.fields);
        let is_its = |name: &str| file.field.strip_prefix("f.") == Some(name);
        let field = fields.find(|field| field.kind == FormFieldKind::File && is_its(&field.name));
        let field = field.ok_or(PageError::Request)?.name.clone();
        let name = file.name.clone();
        let taken = checked.documents.get(&field).map_or(0, Vec::len);
        let outcome = if taken < FILES_MAX {
            one_cleaned(context, file).await.map_err(FileFault::Unclean)
        } else {
            Err(FileFault::TooMany)
        };
        match outcome {
            Ok(document) => checked.documents.entry(field).or_default().push(document),
            Err(fault) => checked.trouble.faults.entry(field).or_default().push((name, fault)),
        }
    }
    checked.trouble.again = checked.documents.keys().cloned().collect();
    Ok(checked)
}

async fn one_cleaned(context: &Context, file: HandedIn) -> Result<Cleaned, Unclean> {
    if file.bytes.len() > attachment::BYTES_MAX {
        return Err(Unclean::Refused(Refusal::TooLarge));
    }
    let permit = CLEANING.acquire().await.map_err(|_| Unclean::Unavailable)?;
    let cleaner = Arc::clone(&context.city.host.cleaner);
    // The permit goes along: whoever gives the request up does not make room before the child has ended.
    let cleaning = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        cleaner(&file.name, &file.bytes)
    });
    cleaning.await.unwrap_or(Err(Unclean::Unavailable))
}

impl Checked {
    /// Whether every file can be taken.
    pub fn is_good(&self) -> bool {
        self.trouble.faults.is_empty()
    }

    /// Writes the names of the files as the values of their fields, before what was typed there.
    pub fn fill(&self, read: &mut Read) {
        for (field, documents) in &self.documents {
            let mut names: Vec<&str> = documents.iter().map(|document| document.name.as_str()).collect();
            let typed = read.values.get(field).and_then(FieldValue::text).unwrap_or_default().to_owned();
            names.extend(Some(typed.as_str()).filter(|typed| !typed.is_empty()));
            let names = names.join("; ");
            read.faults.remove(field);
            read.values.insert(field.clone(), FieldValue::Text(names));
        }
    }

    /// Keeps the files with a case that was just opened or in which a step was just taken, by the same deed.
    /// What was sealed with it goes on as another case, and its files there.
    pub async fn attach(self, context: &Context, head: &CaseHead, deed: &Deed) -> Result<(), PageError> {
        if self.documents.is_empty() {
            return Ok(());
        }
        let heir = Heir::of(context, head).await?;
        let person = if heir.is_of_maker { context.person()? } else { "" };
        let mut revision = heir.revision;
        for (field, document) in self
            .documents
            .into_iter()
            .flat_map(|(field, all)| all.into_iter().map(move |one| (field.clone(), one)))
        {
            let new = NewAttachment {
                case: heir.case.clone(),
                revision,
                field: heir.field(&field),
                name: document.name,
                media_type: document.kind.media_type().to_owned(),
                bytes: document.bytes,
                person: person.to_owned(),
            };
            match context.city.store.add_attachment(&context.city.procedures(), new, deed).await? {
                Taken::Done(head) => revision = head.revision,
                // All of it is one change: nobody came between, and what fails undoes the step too.
                _ => return Err(PageError::broken(&"a file could not be kept with its case")),
            }
        }
        Ok(())
    }
}
