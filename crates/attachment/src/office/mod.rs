//! Documents of Word, Excel and PowerPoint (or WPS): the container is written anew, without the parts and attributes that
//! say who made it. Source: ECMA-376, parts 1 and 2.

mod xml;

use crate::{Kind, Refusal, image};
use std::{
    collections::BTreeSet,
    io::{Cursor, Read as _, Write as _},
};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Most parts of a document.
const PARTS_MAX: usize = 5_000;
/// All parts together, unpacked, in bytes.
const UNPACKED_BYTES_MAX: u64 = 96 << 20;

const CONTENT_TYPES: &str = "[Content_Types].xml";

/// A part: its name and its bytes.
type Part = (String, Vec<u8>);

/// Which kind of document a container is.
pub fn kind(bytes: &[u8]) -> Result<Kind, Refusal> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    match () {
        () if !has(CONTENT_TYPES) => Err(Refusal::UnknownKind),
        () if has("word/document.xml") => Ok(Kind::Docx),
        () if has("xl/workbook.xml") => Ok(Kind::Xlsx),
        () if has("ppt/presentation.xml") => Ok(Kind::Pptx),
        () => Err(Refusal::UnknownKind),
    }
}

/// The document without what its maker left in it.
pub fn rewritten(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let parts = parts(bytes)?;
    let dropped: BTreeSet<String> =
        parts.iter().filter(|(name, _)| is_dropped(name)).map(|(name, _)| name.clone()).collect();
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, content) in parts.into_iter().filter(|(name, _)| !dropped.contains(name)) {
        let content = part(&name, content, &dropped)?;
        writer.start_file(&name, options).map_err(|_| Refusal::Damaged)?;
        writer.write_all(&content).map_err(|_| Refusal::Damaged)?;
    }
    let written = writer.finish().map_err(|_| Refusal::Damaged)?;
    Ok(written.into_inner())
}

/// All parts in their order, unpacked, each once.
fn parts(bytes: &[u8]) -> Result<Vec<Part>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    if archive.len() > PARTS_MAX {
        return Err(Refusal::Bomb);
    }
    let (mut parts, mut left, mut seen) = (Vec::new(), UNPACKED_BYTES_MAX, BTreeSet::new());
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|_| Refusal::Damaged)?;
        if file.encrypted() {
            return Err(Refusal::Locked);
        }
        let name = file.name().map_err(|_| Refusal::Damaged)?.trim_start_matches('/').to_owned();
        if file.is_dir() {
            continue;
        }
        // Two parts of one name: readers differ in which they show.
        if !is_plain(&name) || !seen.insert(name.to_lowercase()) {
            return Err(Refusal::Damaged);
        }
        let mut content = Vec::new();
        let unpacked = file.take(left + 1).read_to_end(&mut content).map_err(|error| unread(&error))?;
        left = left.checked_sub(unpacked as u64).ok_or(Refusal::Bomb)?;
        parts.push((name, content));
    }
    Ok(parts)
}

/// What has no room in memory unpacks to too much; all else that cannot be read is damaged.
fn unread(error: &std::io::Error) -> Refusal {
    if error.kind() == std::io::ErrorKind::OutOfMemory { Refusal::Bomb } else { Refusal::Damaged }
}

fn is_plain(name: &str) -> bool {
    let is_step = |step: &str| !step.is_empty() && step != "." && step != "..";
    name.split('/').all(is_step) && !name.contains(['\\', ':', '\0'])
}

/// Parts that say something of the maker and show nothing.
fn is_dropped(name: &str) -> bool {
    const FOLDERS: [&str; 5] = ["docprops/", "docmetadata/", "customxml/", "xl/revisions/", "package/"];
    const ENDINGS: [&str; 4] = ["word/people.xml", ".rels/.rels", "xl/usernames.xml", "thumbs.db"];
    let name = name.to_lowercase();
    FOLDERS.iter().any(|folder| name.starts_with(folder))
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name.contains("/printersettings/")
        || name.contains("/persons/")
        || name.starts_with("_xmlsignatures/")
}

/// One part, written anew.
fn part(name: &str, content: Vec<u8>, dropped: &BTreeSet<String>) -> Result<Vec<u8>, Refusal> {
    let lower = name.to_lowercase();
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    if lower.contains("/activex/") || lower.ends_with("vbaproject.bin") || lower.contains("/macrosheets/") {
        return Err(Refusal::Program);
    }
    match ending {
        "rels" => xml::relations(name, &content, dropped),
        "xml" if name == CONTENT_TYPES => xml::content_types(&content, dropped),
        "xml" | "vml" => xml::part(&content),
        "jpg" | "jpeg" | "jfif" => image::jpeg::redrawn(&content),
        "png" => image::png::redrawn(&content),
        // A diagram keeps its table in a document of its own.
        "docx" | "xlsx" | "pptx" if lower.contains("/embeddings/") => match kind(&content)? {
            Kind::Docx | Kind::Xlsx | Kind::Pptx if !holds_others(&content)? => rewritten(&content),
            _ => Err(Refusal::OtherFiles),
        },
        // Fonts that are embedded are scrambled, and show nothing but letters.
        "odttf" | "fntdata" => Ok(content),
        _ => Err(Refusal::OtherFiles),
    }
}

/// Whether a document within a document holds documents itself.
fn holds_others(bytes: &[u8]) -> Result<bool, Refusal> {
    Ok(parts(bytes)?.iter().any(|(name, _)| name.to_lowercase().contains("/embeddings/")))
}
