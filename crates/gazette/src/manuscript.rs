//! A document as lines and tables, whatever file it came from; every character keeps its place.

use crate::{
    decode::Format,
    span::{Span, Text},
};

/// What a file held, before anyone asks what it means.
#[derive(Debug, Default)]
pub struct Manuscript {
    /// The reading text that all spans count in.
    pub text: String,
    /// What the file was made of.
    pub format: Option<Format>,
    /// How its characters were encoded.
    pub encoding: &'static str,
    /// Lines and tables in reading order.
    pub blocks: Vec<Block>,
    /// Characters that are markup, not content: tags, entities, rules, table pipes.
    pub markup: Vec<Span>,
    /// Names and telephone numbers of contact persons, cut out of the lines.
    pub dropped: Vec<Span>,
    /// The parent of each container (element that holds lines); the root is its own parent.
    pub containers: Vec<u32>,
}

/// A line or a table.
#[derive(Debug)]
pub enum Block {
    /// A line, which is usually a paragraph.
    Line(Line),
    /// A table.
    Table(Table),
}

/// A line of text.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its characters, trimmed.
    pub text: Text,
    /// 1–6 where the file marks a heading.
    pub heading: Option<u8>,
    /// Its number in an ordered list whose numbers are not printed.
    pub ordinal: Option<u32>,
    /// Most of it is a link: navigation, not text.
    pub link: bool,
    /// The element that holds it.
    pub container: u32,
}

/// A table as printed.
#[derive(Debug, Default)]
pub struct Table {
    /// Rows in order.
    pub rows: Vec<Row>,
    /// The element that holds it.
    pub container: u32,
}

/// A row as printed.
#[derive(Debug, Default)]
pub struct Row {
    /// Cells in order.
    pub cells: Vec<Cell>,
}

/// A cell as printed.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Columns it covers.
    pub columns: usize,
    /// Rows it covers.
    pub rows: usize,
}

impl Line {
    /// A line of this text.
    pub fn new(text: &Text) -> Self {
        Self { text: text.trim(), ..Self::default() }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.text.span()
    }
}

impl Cell {
    /// Its lines as one text, joined by blanks.
    pub fn text(&self) -> Text {
        let mut text = Text::default();
        for line in &self.lines {
            if !text.is_empty() {
                text.push('\n', line.span().from);
            }
            text.append(&line.text);
        }
        text
    }

    /// Its characters without white space.
    pub fn squeezed(&self) -> String {
        self.text().squeezed().as_str().to_owned()
    }

    /// Where it stands; empty for an empty cell.
    pub fn span(&self) -> Span {
        self.lines.iter().fold(Span::default(), |span, line| span.cover(line.span()))
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl Row {
    /// Where it stands.
    pub fn span(&self) -> Span {
        self.cells.iter().fold(Span::default(), |span, cell| span.cover(cell.span()))
    }
}

impl Table {
    /// Where it stands.
    pub fn span(&self) -> Span {
        self.rows.iter().fold(Span::default(), |span, row| span.cover(row.span()))
    }

    /// Columns of its widest row.
    pub fn width(&self) -> usize {
        self.rows.iter().map(|row| row.cells.iter().map(|c| c.columns.max(1)).sum()).max().unwrap_or(0)
    }
}

impl Block {
    /// The element that holds it.
    pub fn container(&self) -> u32 {
        match self {
            Self::Line(line) => line.container,
            Self::Table(table) => table.container,
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Line(line) => line.span(),
            Self::Table(table) => table.span(),
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Line(line) if line.link => 0,
            Self::Line(line) => {
                let text = line.as_str();
                let sentence = text.contains(['。', '；', '：', '，']) || text.starts_with('第');
                if sentence { text.chars().count() } else { 0 }
            }
            Self::Table(table) => {
                let lines = table.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.lines);
                lines.filter(|line| !line.link).map(|line| line.as_str().chars().count()).sum()
            }
        }
    }
}

/// No paragraph of a document is longer, in bytes; what is longer was never broken into lines.
pub const LINE_BYTES_MAX: usize = 24_000;

impl Line {
    /// The same line in pieces of bounded length, cut behind full stops where there are any.
    fn pieces(self) -> Vec<Self> {
        if self.as_str().len() <= LINE_BYTES_MAX {
            return vec![self];
        }
        let mut pieces = Vec::new();
        let mut from = 0;
        while from < self.as_str().len() {
            let rest = &self.as_str()[from..];
            let mut end = rest.len().min(LINE_BYTES_MAX);
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            if end < rest.len()
                && let Some((at, stop)) =
                    rest[..end].char_indices().rev().find(|(_, c)| matches!(c, '。' | '；' | ';' | '.'))
            {
                end = at + stop.len_utf8();
            }
            pieces.push(Self { text: self.text.slice(from..from + end).trim(), ..self.clone_head() });
            from += end;
        }
        pieces.retain(|piece| !piece.text.is_empty());
        pieces
    }

    fn clone_head(&self) -> Self {
        Self {
            text: Text::default(),
            heading: None,
            ordinal: None,
            link: self.link,
            container: self.container,
        }
    }
}

impl Manuscript {
    /// Cuts lines that are longer than any paragraph, so that reading costs no more than the text is long.
    pub fn cut_long_lines(&mut self) {
        let blocks = std::mem::take(&mut self.blocks);
        for block in blocks {
            match block {
                Block::Line(line) => self.blocks.extend(line.pieces().into_iter().map(Block::Line)),
                Block::Table(mut table) => {
                    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                        cell.lines =
                            std::mem::take(&mut cell.lines).into_iter().flat_map(Line::pieces).collect();
                    }
                    self.blocks.push(Block::Table(table));
                }
            }
        }
    }

    /// Parts the document from the page around it: `true` for blocks inside the deepest element that holds
    /// nine tenths of the sentences. Files without elements are all document.
    pub fn is_document(&self) -> Vec<bool> {
        if self.containers.len() < 2 {
            return vec![true; self.blocks.len()];
        }
        let mut weights = vec![0_usize; self.containers.len()];
        for block in &self.blocks {
            weights[block.container() as usize] += block.weight();
        }
        // Children have greater numbers than their parents.
        for container in (1..weights.len()).rev() {
            weights[self.containers[container] as usize] += weights[container];
        }
        let total = weights[0];
        let main = (0..weights.len()).rev().find(|c| weights[*c] * 10 >= total * 9).unwrap_or(0);
        let mut inside = vec![false; weights.len()];
        for container in 0..inside.len() {
            let parent = self.containers[container] as usize;
            inside[container] = container == main || (container != parent && inside[parent]);
        }
        self.blocks.iter().map(|block| inside[block.container() as usize]).collect()
    }
}
