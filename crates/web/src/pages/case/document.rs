//! `/cases/{number}/attachments/{id}`: a document of a case, for whoever sees the case.

use super::timeline::actor_title;
use crate::{
    case::{Found, organization},
    context::Context,
    error::PageError,
    frame::Page,
    headers::MadeByOthers,
    text::Text,
};
use attachment::Kind;
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse as _, Response},
};
use domain::{
    access::{Permission, Resource},
    mechanism::Mechanism,
};
use serde::Deserialize;
use store::AttachmentHead;

/// A document as the page of its case lists it.
pub struct Document {
    pub href: String,
    pub name: String,
    pub kind: &'static str,
    pub size: String,
    pub who: String,
    pub at: String,
    pub is_picture: bool,
    pub sha256: String,
}

/// The documents of a case: organisations and not people have handed them in.
pub fn documents(
    context: &Context,
    page: &Page,
    t: Text,
    (found, mechanism): (&Found, &Mechanism),
) -> Vec<Document> {
    let kept = found.case.attachments.iter().filter(|one| !one.name.is_empty());
    let kept = kept.filter(|one| found.shows_file(context, mechanism, one));
    let document = |one: &AttachmentHead| {
        let kind = kind_of(one);
        Document {
            href: format!("/cases/{}/attachments/{}", found.case.head.number, one.position),
            name: one.name.clone(),
            kind: kind.map_or("", |kind| kind_words(t, kind)),
            size: size(one.byte_count),
            who: who(context, page, (found, mechanism), one),
            at: page.moment(&one.added_at),
            is_picture: kind.is_some_and(Kind::is_picture),
            sha256: one.sha256.clone(),
        }
    };
    kept.map(document).collect()
}

fn kind_of(head: &AttachmentHead) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.media_type() == head.media_type)
}

fn kind_words(t: Text, kind: Kind) -> &'static str {
    match kind {
        Kind::Jpeg | Kind::Png => t.of("kind_picture"),
        Kind::Pdf => t.of("kind_pdf"),
        Kind::Docx => t.of("kind_text_document"),
        Kind::Xlsx => t.of("kind_table"),
        Kind::Pptx => t.of("kind_slides"),
        Kind::Text => t.of("kind_plain"),
    }
}

/// A size as people say it.
fn size(byte_count: i64) -> String {
    let kilobytes = (byte_count + 1023) / 1024;
    if kilobytes < 1024 { format!("{kilobytes} KB") } else { format!("{} MB", (kilobytes + 512) / 1024) }
}

/// Who handed it in: for whom he took the step that it came with.
fn who(
    context: &Context,
    page: &Page,
    (found, mechanism): (&Found, &Mechanism),
    one: &AttachmentHead,
) -> String {
    match found.step_of(one).map(|record| (&record.step.organization, record.step.by.as_str())) {
        Some((Some(id), _)) => organization(&context.city.edition, id, page.language).to_owned(),
        Some((None, by)) => actor_title(page, mechanism, by).to_owned(),
        None => String::new(),
    }
}

/// How somebody wants to have it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    show: Option<String>,
}

/// The document itself.
pub async fn document(
    context: Context,
    Path((number, position)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let found = context.case(&number).await?;
    context.may(Permission::CaseRead, &Resource::of_case(found.is_some()))?;
    let found = found.ok_or(PageError::Page)?;
    let position: i64 = position.parse().map_err(|_| PageError::Page)?;
    let (store, case) = (&context.city.store, &found.case.head.id);
    let (head, bytes) = store.attachment(case, position).await?.ok_or(PageError::Page)?;
    let mechanism = &found.version(&context)?.definition;
    if head.name.is_empty() || !found.shows_file(&context, mechanism, &head) {
        return Err(PageError::Page);
    }
    if mechanism.anonymity.is_secret() {
        store.note_attachment_seen(case, position, &context.deed("")).await?;
    }
    let kind = kind_of(&head);
    let is_shown = asked.show.is_some() && kind.is_some_and(Kind::is_picture);
    let headers = [
        (header::CONTENT_TYPE, kind.map_or("application/octet-stream", Kind::media_type).to_owned()),
        (header::CONTENT_DISPOSITION, disposition(is_shown, kind, &head.name)),
    ];
    let mut response = (headers, bytes).into_response();
    response.extensions_mut().insert(MadeByOthers);
    Ok(response)
}

/// What a browser is to do with it, with its name as RFC 5987 spells it.
fn disposition(is_shown: bool, kind: Option<Kind>, name: &str) -> String {
    let how = if is_shown { "inline" } else { "attachment" };
    let ending = kind.map_or("bin", Kind::ending);
    let name = name.bytes().fold(String::new(), |all, byte| match byte {
        byte if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) => {
            all + char::from(byte).encode_utf8(&mut [0; 4])
        }
        byte => format!("{all}%{byte:02X}"),
    });
    format!("{how}; filename=\"document.{ending}\"; filename*=UTF-8''{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_any_script_reaches_the_browser() {
        for (name, expected) in [
            ("a b.pdf", "a%20b.pdf"),
            ("\u{5408}\u{540c}.pdf", "%E5%90%88%E5%90%8C.pdf"),
            ("\"'.pdf", "%22%27.pdf"),
        ] {
            let told = disposition(false, Some(Kind::Pdf), name);
            assert_eq!(told, format!("attachment; filename=\"document.pdf\"; filename*=UTF-8''{expected}"));
        }
        assert!(disposition(true, Some(Kind::Png), "a.png").starts_with("inline; filename=\"document.png\""));
    }

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        for (bytes, said) in [(1, "1 KB"), (1024, "1 KB"), (1025, "2 KB"), (3 << 20, "3 MB")] {
            assert_eq!(size(bytes), said);
        }
    }
}
