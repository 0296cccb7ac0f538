//! `/cases/{number}/file`: the whole of a case to be printed, by what its reader may see: what is known, every clock with
//! its counted and skipped days, everything that happened, the documents with their hashes, and where the log proves it.

use super::{Asked, TEXTS, Tried, View, document, view};
use crate::{components::case_clock::CaseClock, context::Context, error::PageError, frame::Page, text::Text};
use askama::Template;
use axum::{extract::Path, response::Html};
use domain::{
    access::{Permission, Resource},
    mechanism::Extent,
};
use store::sha256;

/// A change of the case as the log proves it.
struct Proof {
    sequence: i64,
    at: String,
    hash: String,
}

/// A document with the hash of its bytes.
struct Hashed {
    name: String,
    told: String,
    sha256: String,
}

#[derive(Template)]
#[template(path = "pages/case/file.html")]
struct FileView {
    page: Page,
    t: Text,
    case: View,
    made: String,
    clocks: Vec<CaseClock>,
    documents: Vec<Hashed>,
    proofs: Vec<Proof>,
    checkpoint: Option<String>,
}

/// The file of a case.
pub async fn file(context: Context, Path(number): Path<String>) -> Result<Html<String>, PageError> {
    let found = context.case(&number).await?;
    context.may(Permission::CaseRead, &Resource::of_case(found.is_some()))?;
    let found = found.ok_or(PageError::Page)?;
    let t = TEXTS.of(context.language);
    let mut case = view(&context, &found, (Tried::Nothing, &Asked::default())).await?;
    let number = &found.case.head.number;
    let page = Page::new(&context, crate::frame::Section::Nowhere, t.one("file_title", number))
        .under(format!("/cases/{number}"), case.title.clone());
    let mut clocks = std::mem::take(&mut case.clocks);
    clocks.append(&mut case.finished);
    let hashed = |one: document::Document| {
        let told = [one.kind, &one.size, &one.who, &one.at].join(" · ");
        Hashed { name: one.name, told, sha256: one.sha256 }
    };
    let documents = std::mem::take(&mut case.documents).into_iter().map(hashed).collect();
    let store = &context.city.store;
    let events = store.events_of(&format!("case:{}", found.case.head.id)).await?;
    let proof = |event: &store::Event| Proof {
        sequence: event.sequence,
        at: page.moment(&event.recorded_at),
        hash: event.hash.clone(),
    };
    // Whoever sees a part of a case is not told when the rest of it went on.
    let is_whole = found.sight.extent == Extent::Whole;
    let proofs = events.iter().filter(|_| is_whole).map(proof).collect();
    let checkpoint = store.last_checkpoint(None).await?.map(|note| sha256(note.text.as_bytes()));
    Page::render(&FileView {
        made: t.one("file_made", page.moment(&(context.city.host.now)())),
        clocks: clocks.into_iter().map(CaseClock::with_open_ledger).collect(),
        documents,
        proofs,
        checkpoint,
        case,
        page,
        t,
    })
}
