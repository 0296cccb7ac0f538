//! The XML of a document: what names people, machines or other hosts is taken out.

use crate::Refusal;
use quick_xml::{
    Reader, Writer,
    events::{BytesStart, Event, attributes::Attribute},
};
use std::{borrow::Cow, collections::BTreeSet};

/// Attributes, without their prefix, that say who or where.
const WHO: [&str; 12] = [
    "author", "initials", "userid", "providerid", "username", "lasteditedby", "lastmodifiedby",
    "displayname", "lastedited", "saveddate", "documentid", "reservationpassword",
];

/// Elements, without their prefix, whose text says who.
const WHO_ELEMENTS: [&str; 3] = ["author", "creator", "lastmodifiedby"];

/// Elements, without their prefix, that are left out altogether: numbers of editing sessions, comments of the file's maker.
const LEFT_OUT: [&str; 7] =
    ["rsids", "fileSharing", "docVars", "attachedTemplate", "mailMerge", "absPath", "docId"];

/// A part that shows something.
pub fn part(content: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut walk = Walk::of(content)?;
    let mut in_who = false;
    while let Some(event) = walk.next()? {
        match event {
            Event::Start(element) if is_left_out(&element) => walk.skip(&element)?,
            Event::Empty(element) if is_left_out(&element) => {}
            Event::Start(element) => {
                in_who = WHO_ELEMENTS.contains(&local(&element).to_lowercase().as_str());
                walk.write(Event::Start(anonymous(&element)?))?;
            }
            Event::Empty(element) => walk.write(Event::Empty(anonymous(&element)?))?,
            Event::End(element) => {
                in_who = false;
                walk.write(Event::End(element))?;
            }
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) if in_who => {}
            event @ (Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::Decl(_)) => {
                walk.write(event)?;
            }
            Event::Comment(_) | Event::PI(_) | Event::Eof => {}
            Event::DocType(_) => return Err(Refusal::Damaged),
        }
    }
    Ok(walk.written())
}

/// What belongs to a part: relations to what is left out go; one to something elsewhere is a link or a refusal.
pub fn relations(name: &str, content: &[u8], dropped: &BTreeSet<String>) -> Result<Vec<u8>, Refusal> {
    let folder = name.rsplit_once("_rels/").map_or("", |(folder, _)| folder);
    filtered(content, |element| {
        if local(element) != "Relationship" {
            return Ok(true);
        }
        let kind = value(element, "Type")?.unwrap_or_default();
        let target = value(element, "Target")?.unwrap_or_default();
        if kind.ends_with("/attachedTemplate") {
            return Ok(false);
        }
        if value(element, "TargetMode")?.as_deref() == Some("External") {
            return if kind.ends_with("/hyperlink") { Ok(true) } else { Err(Refusal::FromElsewhere) };
        }
        if kind.ends_with("/vbaProject") || kind.ends_with("/control") {
            return Err(Refusal::Program);
        }
        Ok(!dropped.contains(&resolved(folder, &target)))
    })
}

/// The list of all parts, without those that are left out.
pub fn content_types(content: &[u8], dropped: &BTreeSet<String>) -> Result<Vec<u8>, Refusal> {
    filtered(content, |element| {
        let kind = value(element, "ContentType")?.unwrap_or_default();
        if kind.contains("macroEnabled") {
            return Err(Refusal::Program);
        }
        let part = value(element, "PartName")?.unwrap_or_default();
        Ok(!dropped.contains(part.trim_start_matches('/')))
    })
}

/// A list of elements of which some are left out.
fn filtered(
    content: &[u8],
    stays: impl Fn(&BytesStart<'_>) -> Result<bool, Refusal>,
) -> Result<Vec<u8>, Refusal> {
    let mut walk = Walk::of(content)?;
    while let Some(event) = walk.next()? {
        match event {
            Event::Start(element) if !stays(&element)? => walk.skip(&element)?,
            Event::Empty(element) if !stays(&element)? => {}
            event @ (Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Decl(_)) => {
                walk.write(event)?;
            }
            Event::DocType(_) => return Err(Refusal::Damaged),
            _ => {}
        }
    }
    Ok(walk.written())
}

/// One pass over a text, with what is written of it.
struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    writer: Writer<Vec<u8>>,
}

impl<'a> Walk<'a> {
    fn of(content: &'a [u8]) -> Result<Self, Refusal> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        std::str::from_utf8(content).map_err(|_| Refusal::Damaged)?;
        let reader = Reader::from_reader(content);
        Ok(Self { reader, writer: Writer::new(Vec::with_capacity(content.len())) })
    }

    fn next(&mut self) -> Result<Option<Event<'a>>, Refusal> {
        match self.reader.read_event() {
            Ok(Event::Eof) => Ok(None),
            Ok(event) => Ok(Some(event)),
            Err(_) => Err(Refusal::Damaged),
        }
    }

    /// Passes over an element and all within.
    fn skip(&mut self, element: &BytesStart<'_>) -> Result<(), Refusal> {
        self.reader.read_to_end(element.to_end().name()).map(drop).map_err(|_| Refusal::Damaged)
    }

    fn write(&mut self, event: Event<'_>) -> Result<(), Refusal> {
        self.writer.write_event(event).map_err(|_| Refusal::Damaged)
    }

    fn written(self) -> Vec<u8> {
        self.writer.into_inner()
    }
}

/// The name of an element without its prefix.
fn local(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().to_owned()
}

fn is_left_out(element: &BytesStart<'_>) -> bool {
    LEFT_OUT.contains(&local(element).as_str())
}

/// The element without attributes that say who, and without the number of an editing session.
fn anonymous(element: &BytesStart<'_>) -> Result<BytesStart<'static>, Refusal> {
    let name = element.name().as_ref().to_owned();
    let is_page_setup = local(element) == "pageSetup";
    let mut written = BytesStart::new(name);
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| Refusal::Damaged)?;
        let key = attribute.key.local_name().as_ref().to_lowercase();
        // The settings of a printer are left out, with what points to them.
        if key.starts_with("rsid") || (is_page_setup && key == "id") {
            continue;
        }
        let value = if WHO.contains(&key.as_str()) { Cow::Borrowed("") } else { attribute.value };
        written.push_attribute(Attribute { key: attribute.key, value });
    }
    Ok(written)
}

fn value(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Refusal> {
    let attribute = element.try_get_attribute(name).map_err(|_| Refusal::Damaged)?;
    Ok(attribute.map(|one| one.value.into_owned()))
}

/// A target as the name of a part: relative to the folder, or from the root.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(rooted) = target.strip_prefix('/') {
        return rooted.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}
