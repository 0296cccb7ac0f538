//! Plain text and Markdown: lines, headings, tab-separated and pipe tables.

use super::html;
use crate::{
    decode::Format,
    manuscript::{Block, Cell, Line, Manuscript, Row, Table},
    span::{Span, Text},
};

/// A line with at least so many tabs is a row of a table.
const ROW_TABS_MIN: usize = 2;

/// Reads a text file.
pub fn read(source: String, format: Format) -> Manuscript {
    let mut manuscript =
        Manuscript { format: Some(format), encoding: "utf-8", containers: vec![0], ..Manuscript::default() };
    let mut at = 0;
    for raw in source.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        read_line(&mut manuscript, line, at);
        at += raw.chars().count() as u32;
    }
    manuscript.text = source;
    manuscript
}

fn read_line(manuscript: &mut Manuscript, line: &str, at: u32) {
    let trimmed = line.trim();
    if trimmed.is_empty() {
        return;
    }
    if is_rule(trimmed) || (trimmed.starts_with("<!--") && trimmed.ends_with("-->")) {
        manuscript.markup.push(Span::new(at, at + line.chars().count() as u32));
    } else if line.matches('\t').count() >= ROW_TABS_MIN {
        let row = split_row(manuscript, line, at, '\t');
        push_row(manuscript, row);
    } else if trimmed.starts_with('|') && trimmed.matches('|').count() > 2 {
        mark_pipes(manuscript, line, at);
        let (lead, inner) = inside_pipes(line);
        let row = split_row(manuscript, inner, at + lead, '|');
        push_row(manuscript, row);
    } else {
        read_text(manuscript, line, at);
    }
}

fn read_text(manuscript: &mut Manuscript, line: &str, at: u32) {
    let lead = line.len() - line.trim_start().len();
    let level = line[lead..].bytes().take_while(|b| *b == b'#').count();
    let heading = (1..=6).contains(&level) && line[lead + level..].starts_with([' ', '\t', '　']);
    let quote = line[lead..].bytes().take_while(|b| *b == b'>').count();
    let marks = if heading { level } else { quote };
    let start = at + line[..lead].chars().count() as u32;
    if marks > 0 {
        manuscript.markup.push(Span::new(start, start + marks as u32));
    }
    for mut line in cell_lines(manuscript, &line[lead + marks..], start + marks as u32) {
        line.heading = heading.then_some(level as u8);
        manuscript.blocks.push(Block::Line(line));
    }
}

/// The lines of a piece of text that may hold tags, entities or Markdown emphasis.
fn cell_lines(manuscript: &mut Manuscript, piece: &str, at: u32) -> Vec<Line> {
    let mut lines = if piece.contains(['<', '&']) {
        let (lines, markup) = html::fragment(piece, at);
        manuscript.markup.extend(markup);
        lines
    } else {
        vec![Line::new(&Text::from_source(piece, at))]
    };
    for line in &mut lines {
        strip_emphasis(manuscript, line);
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

/// `**bold**` is Markdown for emphasis; a single star is not touched, for it marks who leads.
fn strip_emphasis(manuscript: &mut Manuscript, line: &mut Line) {
    if !line.as_str().contains("**") {
        return;
    }
    let mut text = Text::default();
    let mut from = 0;
    for (at, mark) in line.as_str().match_indices("**") {
        text.append(&line.text.slice(from..at));
        from = at + mark.len();
        manuscript.markup.push(line.text.span_of(at..from));
    }
    text.append(&line.text.slice(from..line.as_str().len()));
    line.text = text.trim();
}

fn split_row(manuscript: &mut Manuscript, line: &str, at: u32, separator: char) -> Row {
    let mut row = Row::default();
    let mut position = at;
    for piece in line.split(separator) {
        let lines = cell_lines(manuscript, piece, position);
        row.cells.push(Cell { lines, columns: 1, rows: 1 });
        position += piece.chars().count() as u32 + 1;
    }
    row
}

fn push_row(manuscript: &mut Manuscript, row: Row) {
    if row.cells.iter().all(Cell::is_empty) {
        return;
    }
    if row.cells.iter().all(|cell| cell.is_empty() || is_rule(&cell.squeezed())) {
        manuscript.markup.push(row.span());
        return;
    }
    match manuscript.blocks.last_mut() {
        Some(Block::Table(table)) => table.rows.push(row),
        _ => manuscript.blocks.push(Block::Table(Table { rows: vec![row], container: 0 })),
    }
}

fn inside_pipes(line: &str) -> (u32, &str) {
    let start = line.find('|').map_or(0, |at| at + 1);
    let end = line.trim_end().len() - usize::from(line.trim_end().ends_with('|'));
    let lead = line[..start].chars().count() as u32;
    (lead, line.get(start..end.max(start)).unwrap_or_default())
}

fn mark_pipes(manuscript: &mut Manuscript, line: &str, at: u32) {
    for (offset, character) in line.chars().enumerate() {
        if character == '|' {
            manuscript.markup.push(Span::new(at + offset as u32, at + offset as u32 + 1));
        }
    }
}

fn is_rule(text: &str) -> bool {
    text.chars().count() >= 3 && text.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | ':' | ' '))
}
