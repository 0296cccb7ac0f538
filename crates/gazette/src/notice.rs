//! Documents that are neither laws nor task lists: their head and their sections.

use crate::{
    head::{self, Head},
    manuscript::{Block, Cell, Line, Manuscript, Row, Table},
    node::{self, Tree},
    paragraph, privacy,
    reading::{Account, Region, Source, Unparsed},
    span::Span,
};
use serde::Serialize;
use std::collections::HashSet;

/// An official document without a structure of its own.
#[derive(Debug, Serialize)]
pub struct Notice {
    /// Title, number, issuer, dates.
    #[serde(flatten)]
    pub head: Head,
    /// Its sections in order.
    pub sections: Vec<Passage>,
    /// Its tables, cell by cell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Vec<Vec<String>>>,
    /// The file.
    pub source: Source,
    /// Which structure each stretch of the text belongs to.
    pub regions: Vec<Region>,
    /// What was not read.
    pub unparsed: Vec<Unparsed>,
}

/// A heading with what stands below it, or a stretch of plain paragraphs.
#[derive(Clone, Debug, Serialize)]
pub struct Passage {
    /// The number as printed, e.g. （一）; absent for plain paragraphs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Depth, from 0.
    pub depth: usize,
    /// Paragraphs; the first is the heading where there is a number.
    pub paragraphs: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// Reads the head and the sections.
pub fn read(manuscript: &Manuscript) -> Notice {
    let mut account = Account::default();
    let (printed, mut page) = lines(manuscript, &mut account);
    let lines = paragraph::unwrap(printed, |_| false);
    page.extend(metadata(manuscript, &mut account));
    let head = head::read(&lines, &page, &mut account);
    let sections = passages(&node::tree(&lines), &mut account);
    let mut tables = Vec::new();
    for block in &manuscript.blocks {
        if let Block::Table(table) = block
            && !is_metadata(table)
        {
            account.claim(table.span(), "table");
            let contacts = drop_contacts(table, &mut account);
            let shown = |cell: &Cell| {
                let is_contact = !cell.is_empty() && contacts.contains(&cell.span());
                if is_contact { String::new() } else { cell.squeezed() }
            };
            let row = |row: &Row| row.cells.iter().map(shown).collect();
            tables.push(table.rows.iter().map(row).collect());
        }
    }
    let (regions, unparsed) = account.close(manuscript);
    Notice { head, sections, tables, source: Source::of(manuscript), regions, unparsed }
}

/// The lines of the document as printed, and those of the page around it.
pub fn lines(manuscript: &Manuscript, account: &mut Account) -> (Vec<Line>, Vec<Line>) {
    let (mut lines, mut page) = (Vec::new(), Vec::new());
    for (block, inside) in manuscript.blocks.iter().zip(manuscript.is_document()) {
        if let Block::Line(line) = block {
            lines.extend(of_document(line, inside, &mut page, account));
        }
    }
    (lines, page)
}

/// The line, if it belongs to the document: page numbers and signers are claimed, what belongs to the page
/// around it goes there.
pub fn of_document(line: &Line, inside: bool, page: &mut Vec<Line>, account: &mut Account) -> Option<Line> {
    if paragraph::is_page_number(line.as_str()) {
        account.claim(line.span(), "page number");
    } else if head::is_signer(line.as_str()) {
        account.claim(line.span(), privacy::DROPPED);
    } else if inside && !head::is_furniture(line.as_str()) {
        return Some(line.clone());
    } else {
        account.leave(line.span(), "page around the document");
        page.push(line.clone());
    }
    None
}

/// Claims the cells of a table that name persons, and gives their spans.
pub fn drop_contacts(table: &Table, account: &mut Account) -> HashSet<Span> {
    let contacts = privacy::contacts(table);
    for span in &contacts {
        account.claim(*span, privacy::DROPPED);
    }
    contacts.into_iter().collect()
}

/// Whether a table only labels the document, as websites do above its text: 索引号, 发文机关, 成文日期.
pub fn is_metadata(table: &Table) -> bool {
    let cells = || table.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_empty());
    let labels = cells().filter(|cell| head::is_label(&cell.squeezed())).count();
    labels >= 2 && labels * 3 >= cells().count()
}

/// The tables that label the document, as lines `label：value`.
pub fn metadata(manuscript: &Manuscript, account: &mut Account) -> Vec<Line> {
    let mut lines = Vec::new();
    for block in &manuscript.blocks {
        let Block::Table(table) = block else { continue };
        if !is_metadata(table) {
            continue;
        }
        account.claim(table.span(), "metadata");
        for pair in table.rows.iter().flat_map(|row| row.cells.windows(2)) {
            if head::is_label(&pair[0].squeezed()) {
                let mut text = pair[0].text().squeezed();
                if !text.as_str().ends_with(['：', ':']) {
                    text.push('：', pair[0].span().to);
                }
                text.append(&pair[1].text().squeezed());
                lines.push(Line::new(&text));
            }
        }
    }
    lines
}

/// Every node as a passage, claimed as running text.
pub fn passages(tree: &Tree, account: &mut Account) -> Vec<Passage> {
    let mut passages = Vec::new();
    let squeezed = |text: &crate::span::Text| text.squeezed().as_str().to_owned();
    if !tree.opening.is_empty() {
        let span = tree.opening.iter().fold(Span::default(), |span, text| span.cover(text.span()));
        passages.push(Passage {
            number: None,
            depth: 0,
            paragraphs: tree.opening.iter().map(squeezed).collect(),
            span,
        });
    }
    for node in &tree.nodes {
        let paragraphs =
            std::iter::once(&node.first).chain(&node.lines).filter(|t| !t.is_empty()).map(squeezed).collect();
        let number = node.number().map(|number| number.to_string());
        passages.push(Passage { number, depth: node.depth, paragraphs, span: node.span });
    }
    for passage in &passages {
        account.claim(passage.span, "text");
    }
    for text in &tree.closing {
        account.claim(text.span(), "closing");
    }
    passages
}
