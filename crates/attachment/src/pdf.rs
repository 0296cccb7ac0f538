//! PDF: written anew from the objects its pages lead to, without what says who made it. Source: ISO 32000-1.

use crate::{Refusal, image};
use lopdf::{Dictionary, Document, Object};

/// Entries, in whatever dictionary, that say who, when, in which program, or keep the private data of a program.
const LEFT_OUT: [&[u8]; 8] =
    [b"Metadata", b"PieceInfo", b"LastModified", b"CreationDate", b"ModDate", b"NM", b"Author", b"Thumb"];

/// Entries that do something by themselves; a document shows the same without them.
const AUTOMATIC: [&[u8]; 2] = [b"OpenAction", b"AA"];

/// Actions that run something, send something away or open another file.
const PROGRAMS: [&[u8]; 8] = [
    b"JavaScript", b"Launch", b"SubmitForm", b"ImportData", b"Rendition", b"RichMediaExecute", b"GoToR",
    b"GoToE",
];

/// The document without what its maker left in it.
pub fn rewritten(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut document = Document::load_mem(bytes).map_err(|_| Refusal::Damaged)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Refusal::Locked);
    }
    // Of the trailer only the way to the pages stays: its number tells one saved copy from another.
    let root = document.trailer.get(b"Root").cloned().map_err(|_| Refusal::Damaged)?;
    let mut trailer = Dictionary::new();
    trailer.set("Root", root);
    document.trailer = trailer;
    if let Ok(catalog) = document.catalog_mut() {
        for key in AUTOMATIC {
            catalog.remove(key);
        }
    }
    let mut against = None;
    for object in document.objects.values_mut() {
        if let Err(refusal) = clean(object, 0) {
            against = against.or(Some(refusal));
        }
    }
    if document.get_pages().is_empty() {
        return Err(Refusal::Damaged);
    }
    document.prune_objects();
    // What nothing leads to any more is left behind, so it may be what it likes.
    let mut left = document.objects.values();
    if let Some(refusal) = left.find_map(|object| forbidden(object, 0).err()).or(against) {
        return Err(refusal);
    }
    document.renumber_objects();
    let mut written = Vec::with_capacity(bytes.len());
    document.save_to(&mut written).map_err(|_| Refusal::Damaged)?;
    Ok(written)
}

/// Objects nested deeper than this are no document.
const DEPTH_MAX: usize = 100;

/// Takes out of an object, and all that stands within it, what is left out.
fn clean(object: &mut Object, depth: usize) -> Result<(), Refusal> {
    if depth > DEPTH_MAX {
        return Err(Refusal::Bomb);
    }
    match object {
        Object::Dictionary(dictionary) => clean_dictionary(dictionary, depth),
        Object::Array(items) => items.iter_mut().try_for_each(|item| clean(item, depth + 1)),
        Object::Stream(stream) => {
            clean_dictionary(&mut stream.dict, depth)?;
            if is_photograph(&stream.dict) {
                stream.content = image::jpeg::redrawn(&stream.content)?;
                let length = i64::try_from(stream.content.len()).map_err(|_| Refusal::TooLarge)?;
                stream.dict.set("Length", length);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn clean_dictionary(dictionary: &mut Dictionary, depth: usize) -> Result<(), Refusal> {
    for key in LEFT_OUT {
        dictionary.remove(key);
    }
    dictionary.remove(b"AA");
    // The name in a note is that of its writer; in a field of a form it is the field's.
    let is_note = dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"Annot")
        || dictionary.has(b"Rect");
    let is_field = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Widget");
    if is_note && !is_field {
        dictionary.remove(b"T");
        dictionary.remove(b"M");
    }
    dictionary.iter_mut().try_for_each(|(_, value)| clean(value, depth + 1))
}

/// Whether a stream is a JPEG as it came from a camera.
fn is_photograph(dictionary: &Dictionary) -> bool {
    match dictionary.get(b"Filter") {
        Ok(Object::Name(name)) => name == b"DCTDecode",
        Ok(Object::Array(names)) => matches!(names.as_slice(), [Object::Name(name)] if name == b"DCTDecode"),
        _ => false,
    }
}

/// Whether something in an object runs, sends, opens or hides what is no page.
fn forbidden(object: &Object, depth: usize) -> Result<(), Refusal> {
    if depth > DEPTH_MAX {
        return Err(Refusal::Bomb);
    }
    let dictionary = match object {
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &stream.dict,
        Object::Array(items) => return items.iter().try_for_each(|item| forbidden(item, depth + 1)),
        _ => return Ok(()),
    };
    let name = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).unwrap_or_default();
    if PROGRAMS.contains(&name(b"S")) || dictionary.has(b"JS") || dictionary.has(b"JavaScript") {
        return Err(Refusal::Program);
    }
    if dictionary.has(b"XFA") || matches!(name(b"Subtype"), b"RichMedia" | b"3D" | b"Movie" | b"Screen") {
        return Err(Refusal::Program);
    }
    let is_file =
        name(b"Type") == b"EmbeddedFile" || dictionary.has(b"EF") || dictionary.has(b"EmbeddedFiles");
    if is_file || name(b"Subtype") == b"FileAttachment" {
        return Err(Refusal::OtherFiles);
    }
    dictionary.iter().try_for_each(|(_, value)| forbidden(value, depth + 1))
}
