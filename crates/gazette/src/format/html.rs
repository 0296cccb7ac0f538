//! HTML, whole pages and pieces of them: lines, lists and tables in reading order.

use super::markup::{self, Kind};
use crate::{
    decode::Format,
    manuscript::{Block, Cell, Line, Manuscript, Row, Table},
    span::{Span, Text, is_space},
};

/// Containers nested deeper than this count as the one at this depth.
const DEPTH_MAX: usize = 256;
/// Tables nested deeper than this are lines.
const TABLES_MAX: usize = 12;
/// A span attribute above this is a mistake.
const CELL_SPAN_MAX: usize = 400;

/// Reads a page.
pub fn read(source: String) -> Manuscript {
    let mut builder = Builder::new(true);
    builder.feed(&source, 0);
    let (blocks, markup, containers) = builder.finish();
    Manuscript {
        text: source,
        format: Some(Format::Html),
        encoding: "utf-8",
        blocks,
        markup,
        containers,
        dropped: Vec::new(),
    }
}

/// Reads a piece of marked-up text that stands at `at`, such as a cell of a tab-separated table: its lines,
/// and the spans that are markup.
pub fn fragment(source: &str, at: u32) -> (Vec<Line>, Vec<Span>) {
    let mut builder = Builder::new(false);
    builder.feed(source, at);
    let (blocks, markup, _) = builder.finish();
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Line(line) => lines.push(line),
            Block::Table(table) => {
                lines.extend(table.rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.lines));
            }
        }
    }
    (lines, markup)
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    markup: Vec<Span>,
    containers: Vec<u32>,
    open: Vec<(String, u32)>,
    tables: Vec<OpenTable>,
    lists: Vec<Option<u32>>,
    line: Text,
    ordinal: Option<u32>,
    heading: Option<u8>,
    linked: usize,
    in_link: bool,
    /// The hidden element that is open, and how many of its name are open inside it.
    hidden: Option<(String, usize)>,
    /// Text inside hidden elements, for one that never closes.
    withheld: Vec<Span>,
    newline_breaks: bool,
}

#[derive(Default)]
struct OpenTable {
    table: Table,
    row: Option<Row>,
    cell: Option<OpenCell>,
    /// A table inside a cell makes the outer one a frame for layout.
    is_frame: bool,
}

#[derive(Default)]
struct OpenCell {
    cell: Cell,
    blocks: Vec<Block>,
}

impl Builder {
    fn new(page: bool) -> Self {
        Self { containers: vec![0], newline_breaks: !page, ..Self::default() }
    }

    fn feed(&mut self, source: &str, at: u32) {
        // A document with Markdown headings or few tags breaks lines by newlines too.
        let tags = source.matches('<').count();
        self.newline_breaks |=
            source.lines().take(2000).any(|line| line.starts_with("# ")) && tags < source.len() / 20;
        for token in markup::tokens(source, at) {
            let length = token.text.chars().count() as u32;
            match token.kind {
                Kind::Text => self.characters(token.text, token.at),
                Kind::Hidden => self.markup.push(Span::new(token.at, token.at + length)),
                Kind::Start(name) => {
                    self.markup.push(Span::new(token.at, token.at + length));
                    self.start(&name.to_ascii_lowercase(), token.text);
                }
                Kind::End(name) => {
                    self.markup.push(Span::new(token.at, token.at + length));
                    self.end(&name.to_ascii_lowercase());
                }
            }
        }
    }

    fn characters(&mut self, text: &str, at: u32) {
        if self.hidden.is_some() {
            self.withheld.push(Span::new(at, at + text.chars().count() as u32));
            return;
        }
        let mut position = at;
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if character == '&'
                && let Some(end) = rest.as_bytes().iter().take(12).position(|b| *b == b';')
            {
                let entity = &rest[..=end];
                let length = entity.chars().count() as u32;
                let decoded = htmlize::unescape(entity);
                if decoded != entity {
                    self.markup.push(Span::new(position, position + length));
                    decoded.chars().for_each(|c| self.line.push(c, position));
                    self.linked += usize::from(self.in_link);
                    (position, rest) = (position + length, &rest[entity.len()..]);
                    continue;
                }
            }
            if character == '\n' && self.newline_breaks && self.tables.is_empty() {
                self.flush();
            } else {
                self.line.push(character, position);
                self.linked += usize::from(self.in_link && !is_space(character));
            }
            (position, rest) = (position + 1, &rest[character.len_utf8()..]);
        }
    }

    fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.line).trim();
        let linked = std::mem::take(&mut self.linked);
        if text.is_empty() {
            return;
        }
        let mut heading = self.heading;
        if self.newline_breaks && heading.is_none() && text.as_str().starts_with('#') {
            let level = text.as_str().bytes().take_while(|b| *b == b'#').count();
            heading = Some(level.min(6) as u8);
            let span = text.span_of(0..level);
            self.markup.push(span);
            text = text.slice(level..text.as_str().len()).trim();
        }
        let length = text.as_str().chars().filter(|c| !is_space(*c)).count();
        let line = Line {
            heading,
            ordinal: self.ordinal.take(),
            link: linked * 2 > length,
            container: self.container(),
            text,
        };
        if !line.text.is_empty() {
            self.push(Block::Line(line));
        }
    }

    fn push(&mut self, block: Block) {
        let cell = self.tables.last_mut().and_then(|table| table.cell.as_mut());
        match cell {
            Some(open) => open.blocks.push(block),
            None => self.blocks.push(block),
        }
    }

    fn container(&self) -> u32 {
        self.open.last().map_or(0, |(_, container)| *container)
    }

    fn start(&mut self, name: &str, tag: &str) {
        let void = tag.ends_with("/>");
        if let Some((hidden, depth)) = &mut self.hidden {
            // The head of a page ends where its body or any block of it starts.
            if hidden == "head" && (name == "body" || is_block(name)) {
                self.unhide();
            } else {
                *depth += usize::from(hidden == name && !void);
                return;
            }
        }
        if is_hidden(name, tag) && !void {
            self.flush();
            self.hidden = Some((name.to_owned(), 1));
            return;
        }
        match name {
            "br" | "hr" | "p" | "dt" | "dd" | "caption" => self.flush(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = name[1..].parse().ok();
            }
            "ol" | "ul" => {
                self.flush();
                let first = markup::attribute(tag, "start").and_then(|n| n.parse().ok()).unwrap_or(1);
                if self.lists.len() < DEPTH_MAX {
                    self.lists.push((name == "ol").then_some(first));
                }
            }
            "li" => {
                self.flush();
                if let Some(Some(next)) = self.lists.last_mut() {
                    self.ordinal = Some(*next);
                    *next += 1;
                }
            }
            "a" => self.in_link = true,
            "table" => self.open_table(),
            "tr" => self.open_row(),
            "td" | "th" => self.open_cell(tag),
            _ if is_container(name) => {
                self.flush();
                self.enter(name);
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((hidden, depth)) = &mut self.hidden {
            *depth -= usize::from(hidden == name);
            if *depth == 0 {
                self.unhide();
            }
            return;
        }
        match name {
            "p" | "li" | "dt" | "dd" | "caption" => self.flush(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = None;
            }
            "ol" | "ul" => {
                self.flush();
                self.lists.pop();
            }
            "a" => self.in_link = false,
            "table" => self.close_table(),
            "tr" => self.close_row(),
            "td" | "th" => self.close_cell(),
            _ if is_container(name) => {
                self.flush();
                self.leave(name);
            }
            _ => {}
        }
    }

    /// A hidden element has closed: what it held is no text of the document.
    fn unhide(&mut self) {
        self.hidden = None;
        self.markup.append(&mut self.withheld);
    }

    fn enter(&mut self, name: &str) {
        if self.open.len() >= DEPTH_MAX {
            return;
        }
        let parent = self.container();
        self.containers.push(parent);
        self.open.push((name.to_owned(), self.containers.len() as u32 - 1));
    }

    fn leave(&mut self, name: &str) {
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            self.open.truncate(at);
        }
    }

    fn open_table(&mut self) {
        self.flush();
        if self.tables.len() >= TABLES_MAX {
            return;
        }
        if let Some(outer) = self.tables.last_mut() {
            outer.is_frame = true;
        }
        let container = self.container();
        self.tables
            .push(OpenTable { table: Table { container, ..Table::default() }, ..OpenTable::default() });
    }

    fn open_row(&mut self) {
        self.close_row();
        if let Some(open) = self.tables.last_mut() {
            open.row = Some(Row::default());
        }
    }

    fn open_cell(&mut self, tag: &str) {
        self.close_cell();
        let span = |name| markup::attribute(tag, name).and_then(|n| n.trim().parse::<usize>().ok());
        let (columns, rows) = (span("colspan").unwrap_or(1), span("rowspan").unwrap_or(1));
        self.enter("td");
        if let Some(open) = self.tables.last_mut() {
            open.row.get_or_insert_default();
            let cell = Cell {
                lines: Vec::new(),
                columns: columns.clamp(1, CELL_SPAN_MAX),
                rows: rows.clamp(1, CELL_SPAN_MAX),
            };
            open.cell = Some(OpenCell { cell, blocks: Vec::new() });
        }
    }

    fn close_cell(&mut self) {
        self.flush();
        if self.tables.is_empty() {
            self.leave("td");
        }
        let Some(open) = self.tables.last_mut() else { return };
        let Some(OpenCell { mut cell, blocks }) = open.cell.take() else { return };
        let frame = open.is_frame;
        self.leave("td");
        let Some(open) = self.tables.last_mut() else { return };
        if frame {
            // What a layout frame holds is the document itself.
            let rows = open.row.take();
            open.table.rows.extend(rows);
            self.unframe(blocks);
            return;
        }
        for block in blocks {
            if let Block::Line(line) = block {
                cell.lines.push(line);
            }
        }
        open.row.get_or_insert_default().cells.push(cell);
    }

    /// Gives the blocks of a frame's cell, and the cells before it, to what holds the frame.
    fn unframe(&mut self, blocks: Vec<Block>) {
        let Some(mut frame) = self.tables.pop() else { return };
        let rows = std::mem::take(&mut frame.table.rows);
        let before = rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.lines).map(Block::Line);
        for block in before.chain(blocks) {
            self.push(block);
        }
        frame.row = Some(Row::default());
        self.tables.push(frame);
    }

    fn close_row(&mut self) {
        self.close_cell();
        if let Some(open) = self.tables.last_mut()
            && let Some(row) = open.row.take()
            && !row.cells.is_empty()
        {
            open.table.rows.push(row);
        }
    }

    fn close_table(&mut self) {
        self.close_row();
        let Some(open) = self.tables.pop() else { return };
        let table = open.table;
        if open.is_frame || table.width() < 2 || is_layout(&table) {
            for line in table.rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.lines) {
                self.push(Block::Line(line));
            }
        } else {
            self.push(Block::Table(table));
        }
    }

    fn finish(mut self) -> (Vec<Block>, Vec<Span>, Vec<u32>) {
        self.flush();
        while !self.tables.is_empty() {
            self.close_table();
        }
        self.flush();
        (self.blocks, self.markup, self.containers)
    }
}

/// A table whose one cell holds a whole document is a frame, not a table.
fn is_layout(table: &Table) -> bool {
    let cells = || table.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_empty());
    let lines: usize = cells().map(|cell| cell.lines.len()).sum();
    let longest = cells().map(|cell| cell.lines.len()).max().unwrap_or(0);
    table.rows.len() <= 3 && longest > 12 && longest * 10 >= lines * 9
}

fn is_container(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "section"
            | "article"
            | "main"
            | "body"
            | "form"
            | "aside"
            | "header"
            | "center"
            | "blockquote"
            | "dl"
            | "fieldset"
            | "ucapcontent"
    )
}

fn is_block(name: &str) -> bool {
    is_container(name)
        || matches!(name, "p" | "table" | "h1" | "h2" | "h3" | "h4" | "ul" | "ol" | "tr" | "td")
}

fn is_hidden(name: &str, tag: &str) -> bool {
    let never = [
        "head", "template", "select", "button", "svg", "iframe", "nav", "footer", "object", "audio", "video",
    ];
    let style = markup::attribute(tag, "style").unwrap_or_default();
    let style: String = style.chars().filter(|c| !is_space(*c)).collect::<String>().to_ascii_lowercase();
    never.contains(&name) || style.contains("display:none")
}
