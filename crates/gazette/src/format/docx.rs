//! Word documents (2007 and later): paragraphs, printed list numbers, tables with merged cells.

use crate::{
    decode::Format,
    error::ReadError,
    manuscript::{Block, Cell, Line, Manuscript, Row, Table},
    span::{Text, is_ignorable, is_line_end},
};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

/// Most characters of XML that are unpacked from one part.
const PART_BYTES_MAX: u64 = 48 << 20;
/// Unpacked parts may be at most this many times their packed size (and a megabyte).
const RATIO_MAX: u64 = 200;
/// Tables nested deeper than this are read as lines.
const TABLES_MAX: usize = 8;

/// Reads a .docx.
pub fn read(bytes: &[u8]) -> Result<Manuscript, ReadError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    let numbering = match unpack(&mut archive, "word/numbering.xml")? {
        Some(xml) => numbering(&xml).unwrap_or_default(),
        None => Numbering::default(),
    };
    let Some(document) = unpack(&mut archive, "word/document.xml")? else {
        return Err(damaged("it is a zip without word/document.xml"));
    };
    let mut reader = DocumentReader { numbering, ..DocumentReader::default() };
    reader.read(&document).map_err(|error| damaged(&error.to_string()))?;
    if reader.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(Manuscript {
        text: reader.text,
        format: Some(Format::Docx),
        encoding: "utf-8",
        blocks: reader.blocks,
        markup: Vec::new(),
        dropped: Vec::new(),
        containers: vec![0],
    })
}

fn damaged(why: &str) -> ReadError {
    ReadError::Docx { why: why.replace('\n', " ") }
}

fn unpack(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, ReadError> {
    let part = match archive.by_name(name) {
        Ok(part) => part,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(&error.to_string())),
    };
    let limit = PART_BYTES_MAX.min(part.compressed_size().saturating_mul(RATIO_MAX).saturating_add(1 << 20));
    let mut xml = Vec::new();
    part.take(limit + 1).read_to_end(&mut xml).map_err(|error| damaged(&error.to_string()))?;
    if xml.len() as u64 > limit {
        return Err(damaged("it unpacks to far more than a document holds"));
    }
    String::from_utf8(xml).map(Some).map_err(|_| damaged("its text is not UTF-8"))
}

/// Number formats of automatic lists: list → level → (format, pattern).
#[derive(Default)]
struct Numbering {
    lists: HashMap<String, String>,
    levels: HashMap<(String, usize), (String, String)>,
}

fn numbering(xml: &str) -> Result<Numbering, quick_xml::Error> {
    let mut numbering = Numbering::default();
    let (mut abstract_list, mut list, mut level) = (String::new(), String::new(), 0);
    let mut reader = Reader::from_str(xml);
    loop {
        let event = reader.read_event()?;
        let (Event::Start(tag) | Event::Empty(tag)) = &event else {
            if matches!(event, Event::Eof) {
                return Ok(numbering);
            }
            continue;
        };
        match tag.name().as_ref() {
            "w:abstractNum" => abstract_list = value(tag, "w:abstractNumId"),
            "w:num" => list = value(tag, "w:numId"),
            "w:abstractNumId" => {
                numbering.lists.insert(list.clone(), value(tag, "w:val"));
            }
            "w:lvl" => level = value(tag, "w:ilvl").parse().unwrap_or(0),
            "w:numFmt" => {
                numbering.levels.entry((abstract_list.clone(), level)).or_default().0 = value(tag, "w:val");
            }
            "w:lvlText" => {
                numbering.levels.entry((abstract_list.clone(), level)).or_default().1 = value(tag, "w:val");
            }
            _ => {}
        }
    }
}

fn value(tag: &BytesStart<'_>, name: &str) -> String {
    let attribute = tag.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == name);
    attribute.map(|a| htmlize::unescape(a.value.as_ref()).into_owned()).unwrap_or_default()
}

#[derive(Default)]
struct DocumentReader {
    numbering: Numbering,
    counters: HashMap<(String, usize), u32>,
    text: String,
    length: u32,
    blocks: Vec<Block>,
    tables: Vec<OpenTable>,
    line: Text,
    heading: Option<u8>,
    list: Option<(String, usize)>,
    numbered: bool,
    in_text: bool,
    /// Copies of text boxes for old programs; they say the same again.
    fallback: usize,
    /// Tables nested too deep to be tables.
    ignored_tables: usize,
}

#[derive(Default)]
struct OpenTable {
    table: Table,
    row: Row,
    cell: Cell,
    merges: Vec<Merge>,
    /// Column → the merged cell above it, as row and index.
    covering: HashMap<usize, (usize, usize)>,
    merge: Merge,
}

/// How a cell hangs together with the one above.
#[derive(Clone, Copy, Default, PartialEq)]
enum Merge {
    #[default]
    Alone,
    Restart,
    Continue,
}

impl DocumentReader {
    fn read(&mut self, xml: &str) -> Result<(), quick_xml::Error> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = false;
        loop {
            match reader.read_event()? {
                Event::Start(tag) => self.start(&tag),
                Event::Empty(tag) => {
                    self.start(&tag);
                    self.end(tag.name().as_ref());
                }
                Event::End(tag) => self.end(tag.name().as_ref()),
                Event::Text(text) if self.in_text => self.characters(&htmlize::unescape(&*text)),
                Event::GeneralRef(entity) if self.in_text => {
                    self.characters(&htmlize::unescape(format!("&{};", &*entity)));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        self.flush();
        while !self.tables.is_empty() {
            self.close_table();
        }
        Ok(())
    }

    fn characters(&mut self, characters: &str) {
        if let Some(prefix) = self.take_prefix() {
            prefix.chars().for_each(|c| self.put(c));
            // Behind an automatic number stands a tab.
            self.put(' ');
        }
        characters.chars().for_each(|c| self.put(c));
    }

    /// Adds a character to the text, and to the line if it shows.
    fn put(&mut self, character: char) {
        if is_line_end(character) && character != '\r' {
            self.flush();
            return;
        }
        self.text.push(character);
        if !is_ignorable(character) {
            self.line.push(character, self.length);
        }
        self.length += 1;
    }

    /// The printed number of an automatic list, once for each paragraph.
    fn take_prefix(&mut self) -> Option<String> {
        let (list, level) = self.list.clone().filter(|_| !std::mem::replace(&mut self.numbered, true))?;
        let abstract_list = self.numbering.lists.get(&list)?;
        let (format, pattern) = self.numbering.levels.get(&(abstract_list.clone(), level))?;
        let (format, pattern) = (format.clone(), pattern.clone());
        let count = self.counters.entry((list.clone(), level)).or_insert(0);
        *count += 1;
        let count = *count;
        self.counters.retain(|(other, deeper), _| *other != list || *deeper <= level);
        let number = match format.as_str() {
            "bullet" | "none" => return None,
            f if f.to_ascii_lowercase().contains("chinese")
                || f.contains("ideograph")
                || f.contains("japanese") =>
            {
                chinese(count)
            }
            _ => count.to_string(),
        };
        let mut prefix = pattern.replace(&format!("%{}", level + 1), &number);
        for above in 0..level {
            // 1.1 names the levels above it too.
            let count = self.counters.get(&(list.clone(), above)).copied().unwrap_or(1);
            prefix = prefix.replace(&format!("%{}", above + 1), &count.to_string());
        }
        (pattern.contains('%')).then_some(prefix)
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        if tag.name().as_ref() == "mc:Fallback" {
            self.fallback += 1;
        }
        if self.fallback > 0 {
            return;
        }
        match tag.name().as_ref() {
            "w:p" => {
                self.flush();
                (self.heading, self.list, self.numbered) = (None, None, false);
            }
            "w:pStyle" => self.heading = heading(&value(tag, "w:val")),
            "w:outlineLvl" => {
                self.heading = value(tag, "w:val").parse::<u8>().ok().filter(|n| *n < 6).map(|n| n + 1);
            }
            "w:ilvl" => self.list.get_or_insert_default().1 = value(tag, "w:val").parse().unwrap_or(0),
            "w:numId" => self.list.get_or_insert_default().0 = value(tag, "w:val"),
            "w:t" => self.in_text = true,
            "w:tab" if !self.line.is_empty() => self.put(' '),
            "w:br" | "w:cr" => self.flush(),
            "w:tbl" if self.tables.len() >= TABLES_MAX => self.ignored_tables += 1,
            "w:tbl" => {
                self.flush();
                self.tables.push(OpenTable::default());
            }
            "w:gridSpan" => {
                if let Some(open) = self.tables.last_mut() {
                    open.cell.columns = value(tag, "w:val").parse().unwrap_or(1).clamp(1, 400);
                }
            }
            "w:vMerge" => {
                if let Some(open) = self.tables.last_mut() {
                    open.merge =
                        if value(tag, "w:val") == "restart" { Merge::Restart } else { Merge::Continue };
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.fallback > 0 {
            self.fallback -= usize::from(name == "mc:Fallback");
            return;
        }
        match name {
            "w:tbl" if self.ignored_tables > 0 => self.ignored_tables -= 1,
            "w:t" => self.in_text = false,
            "w:p" => self.flush(),
            "w:tc" => self.close_cell(),
            "w:tr" => self.close_row(),
            "w:tbl" => self.close_table(),
            _ => {}
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.line).trim();
        if text.is_empty() {
            return;
        }
        self.text.push('\n');
        self.length += 1;
        let line = Line { heading: self.heading, ..Line::new(&text) };
        match self.tables.last_mut() {
            Some(open) => open.cell.lines.push(line),
            None => self.blocks.push(Block::Line(line)),
        }
    }

    fn close_cell(&mut self) {
        self.flush();
        if let Some(open) = self.tables.last_mut() {
            let mut cell = std::mem::take(&mut open.cell);
            (cell.columns, cell.rows) = (cell.columns.max(1), 1);
            open.merges.push(std::mem::take(&mut open.merge));
            open.row.cells.push(cell);
        }
    }

    fn close_row(&mut self) {
        let Some(open) = self.tables.last_mut() else { return };
        let row = std::mem::take(&mut open.row);
        let merges = std::mem::take(&mut open.merges);
        let mut kept = Row::default();
        let mut column = 0;
        for (cell, merge) in row.cells.into_iter().zip(merges) {
            let width = cell.columns;
            let above = open.covering.get(&column).copied();
            if let (Merge::Continue, Some((row, index))) = (merge, above) {
                open.table.rows[row].cells[index].rows += 1;
            } else {
                open.covering.remove(&column);
                if merge == Merge::Restart {
                    open.covering.insert(column, (open.table.rows.len(), kept.cells.len()));
                }
                kept.cells.push(cell);
            }
            column += width;
        }
        open.table.rows.push(kept);
    }

    fn close_table(&mut self) {
        self.flush();
        let Some(open) = self.tables.pop() else { return };
        if let Some(outer) = self.tables.last_mut() {
            let lines = open.table.rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.lines);
            outer.cell.lines.extend(lines);
        } else if open.table.width() < 2 {
            let cells = open.table.rows.into_iter().flat_map(|row| row.cells);
            self.blocks.extend(cells.flat_map(|cell| cell.lines).map(Block::Line));
        } else {
            self.blocks.push(Block::Table(open.table));
        }
    }
}

fn heading(style: &str) -> Option<u8> {
    let digits = style.strip_prefix("Heading").or_else(|| style.strip_prefix("heading")).unwrap_or_default();
    match style {
        "Title" => Some(1),
        _ => digits.trim().parse().ok().filter(|level| (1..=6).contains(level)),
    }
}

fn chinese(number: u32) -> String {
    const FIGURES: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let figure = |n: u32| FIGURES[n as usize % 10];
    match number {
        0..10 => figure(number).to_owned(),
        10..20 => format!("十{}", figure(number)),
        20..100 => format!("{}十{}", figure(number / 10), figure(number)),
        _ => number.to_string(),
    }
}
