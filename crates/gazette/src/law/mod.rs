//! Laws: parts, chapters, sections, articles, items; dates; points of a decision; annexes.

mod dates;
mod heading;
mod outline;
#[cfg(test)]
mod tests;

pub use dates::{Act, History};

use crate::{
    head::{self, Head},
    manuscript::{Block, Line, Manuscript},
    notice, paragraph,
    reading::{Account, Region, Source, Unparsed},
    span::Span,
};
use chrono::NaiveDate;
use serde::Serialize;

/// A law in its structure.
#[derive(Debug, Serialize)]
pub struct Law {
    /// Title.
    pub title: String,
    /// 条例, 法, 办法, 规定, 决定 … as the title ends; `amendment_decision` for decisions that amend.
    pub subtype: String,
    /// Number of the notice that handed it down, e.g. 温政办〔2023〕82号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// Who issued it, where its head or its signature says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Last day of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// Number of the order that published it, e.g. 国务院令第728号.
    pub order_number: Option<String>,
    /// Number of the order that published the last revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_order_number: Option<String>,
    /// Day of adoption.
    pub adopted: Option<NaiveDate>,
    /// Day of approval by a higher body.
    pub approved: Option<NaiveDate>,
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// First day in force.
    pub effective: Option<NaiveDate>,
    /// How the text says so, where it gives no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_rule: Option<String>,
    /// Day of the last revision or amendment.
    pub latest_revision: Option<NaiveDate>,
    /// Every act the head of the law records, in order.
    pub history: Vec<History>,
    /// The law a decision amends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amends: Option<String>,
    /// Parts 编, where the law has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Chapters in order.
    pub chapters: Vec<Chapter>,
    /// Articles outside any chapter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<Article>,
    /// Points 一、二、… of a decision without articles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Article>,
    /// What stands between the title and the first article.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preamble: Vec<Passage>,
    /// What stands after the last article: notes and unnumbered closing lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Passage>,
    /// Annexes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annexes: Vec<Annex>,
    /// The file.
    pub source: Source,
    /// Which structure each stretch of the text belongs to.
    pub regions: Vec<Region>,
    /// What was not read.
    pub unparsed: Vec<Unparsed>,
}

/// A part 编.
#[derive(Debug, Default, Serialize)]
pub struct Part {
    /// Ordinal; absent where the part is unnumbered (附则).
    pub number: Option<String>,
    /// Heading.
    pub title: String,
    /// Divisions 分编 inside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub divisions: Vec<String>,
    /// Number of chapters in it.
    pub chapters: usize,
}

/// A chapter.
#[derive(Debug, Default, Serialize)]
pub struct Chapter {
    /// Ordinal; absent where the chapter is unnumbered.
    pub number: Option<String>,
    /// Heading.
    pub title: String,
    /// The part it stands in, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<usize>,
    /// Sections.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// Articles outside any section.
    pub articles: Vec<Article>,
}

/// A section of a chapter.
#[derive(Debug, Default, Serialize)]
pub struct Section {
    /// Ordinal within the chapter.
    pub number: Option<String>,
    /// Heading.
    pub title: String,
    /// Articles.
    pub articles: Vec<Article>,
}

/// An article, or a point of a decision.
#[derive(Debug, Default, Serialize)]
pub struct Article {
    /// "41"; "41-1" for 第四十一条之一.
    pub number: String,
    /// Paragraphs in order, items left out.
    pub paragraphs: Vec<String>,
    /// Items of its lists, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Where it stands.
    pub span: Span,
}

/// An item （一）, with what hangs below it.
#[derive(Debug, Default, Serialize)]
pub struct Item {
    /// As printed: （一）.
    pub number: String,
    /// Text after the number.
    pub text: String,
    /// Which paragraph introduces it, counted from 1.
    pub paragraph: usize,
    /// Items below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subitems: Vec<Item>,
    /// Where it stands.
    pub span: Span,
}

/// A line that is no article.
#[derive(Debug, Serialize)]
pub struct Passage {
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// An annex.
#[derive(Debug, Serialize)]
pub struct Annex {
    /// Heading.
    pub title: String,
    /// Its lines; a table gives a line a row.
    pub lines: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

impl Law {
    /// All articles in order, wherever they stand.
    pub fn all_articles(&self) -> Vec<&Article> {
        in_order(&self.articles, &self.chapters)
    }
}

/// Articles in the order of the text: those outside chapters, and those of chapters and sections.
fn in_order<'a>(loose: &'a [Article], chapters: &'a [Chapter]) -> Vec<&'a Article> {
    let mut all: Vec<&Article> = loose.iter().collect();
    for chapter in chapters {
        all.extend(&chapter.articles);
        all.extend(chapter.sections.iter().flat_map(|section| &section.articles));
    }
    all.sort_by_key(|article| article.span);
    all
}

impl Article {
    /// The whole article as one text, a line a paragraph or item.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            lines.push(paragraph.clone());
            // Items stand in the order of their paragraphs.
            let first = self.items.partition_point(|item| item.paragraph <= index);
            for item in self.items[first..].iter().take_while(|item| item.paragraph == index + 1) {
                lines.push(format!("{}{}", item.number, item.text));
                lines.extend(item.subitems.iter().map(|sub| format!("{}{}", sub.number, sub.text)));
            }
        }
        lines.join("\n")
    }
}

/// How many articles the lines of a document open, in rising order from the first on. A text layer may hide
/// some of them inside lines.
pub fn article_run(lines: &[&Line]) -> usize {
    let (mut last, mut count) = (0, 0);
    // A part of a law may start at any number, but then it has headings.
    let mut chapters = false;
    for line in lines {
        chapters |= heading::heading(line.as_str()).is_some_and(|heading| heading.number > 0);
        for (at, _) in line.as_str().match_indices('第') {
            let before = line.as_str()[..at].trim_end();
            let opens = before.is_empty() || before.ends_with(['。', '；', '.', '”']);
            let headed = chapters && last == 0;
            if opens
                && let Some(found) = heading::article(&line.as_str()[at..])
                && (found.gap || (before.is_empty() && found.number == last + 1))
                && (headed || (last + 1..=last + 4).contains(&found.number))
            {
                last = found.number;
                count += 1;
            }
        }
    }
    count
}

/// Reads a law.
pub fn read(manuscript: &Manuscript) -> Law {
    let mut account = Account::default();
    let (lines, page) = lines(manuscript, &mut account);
    let Head { mut title, published_on, document_number, issuer, valid_to, .. } =
        head::read(&lines, &page, &mut account);
    if let Some(first) =
        lines.first().filter(|line| line.heading == Some(1) && heading::heading(line.as_str()).is_none())
    {
        title = head::squeeze(first.as_str());
        account.claim(first.span(), "title");
    }
    let amending = title.contains("修改") || title.contains("修正案");
    let lines = paragraph::unwrap(lines, heading::opens);
    let mut outline = outline::read(lines, amending, &title, &mut account);
    let dates = dates::read(&outline, published_on);
    let subtype = subtype(&title, amending);
    let amends =
        amending.then(|| title.split_once('《')?.1.split_once('》').map(|(law, _)| law.to_owned())).flatten();
    for part in 0..outline.parts.len() {
        outline.parts[part].chapters = outline.chapters.iter().filter(|c| c.part == Some(part + 1)).count();
    }
    let (regions, unparsed) = account.close(manuscript);
    Law {
        title,
        subtype,
        document_number,
        issuer,
        valid_to,
        order_number: dates.order_number,
        revision_order_number: dates.revision_order_number,
        adopted: dates.adopted,
        approved: dates.approved,
        published: dates.published,
        effective: dates.effective,
        effective_rule: dates.effective_rule,
        latest_revision: dates.latest_revision,
        history: dates.history,
        amends,
        parts: outline.parts,
        chapters: outline.chapters,
        articles: outline.articles,
        points: outline.points,
        preamble: outline.preamble,
        notes: outline.notes,
        annexes: outline.annexes,
        source: Source::of(manuscript),
        regions,
        unparsed,
    }
}

fn subtype(title: &str, amending: bool) -> String {
    if amending {
        return "amendment_decision".to_owned();
    }
    let ends = ["条例", "办法", "规定", "决定", "细则", "规则", "措施", "意见", "通知", "法"];
    let bare = title.split(['（', '(']).next().unwrap_or(title);
    ends.iter().find(|end| bare.ends_with(**end)).map_or("law", |end| end).to_owned()
}

/// The lines of the document and those of the page around it. Page numbers are claimed, and rows of tables
/// become lines.
fn lines(manuscript: &Manuscript, account: &mut Account) -> (Vec<Line>, Vec<Line>) {
    let (mut lines, mut page) = (Vec::new(), Vec::new());
    for (block, inside) in manuscript.blocks.iter().zip(manuscript.is_document()) {
        match block {
            Block::Line(line) => lines.extend(notice::of_document(line, inside, &mut page, account)),
            Block::Table(table) => {
                let contacts = notice::drop_contacts(table, account);
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                let shown = cells.filter(|cell| !contacts.contains(&cell.span()));
                lines.extend(shown.flat_map(|cell| &cell.lines).cloned());
            }
        }
    }
    (lines, page)
}

/// Whether a line is a heading or an article, and so no title.
pub fn opens_structure(line: &str) -> bool {
    heading::heading(line).is_some() || heading::article(line).is_some()
}

/// Whether the title is that of a law.
pub fn is_titled(lines: &[&Line]) -> bool {
    let kinds = ["条例", "法", "办法", "规定", "细则", "规则", "法典", "章程"];
    own_title(lines).is_some_and(|title| {
        let bare = title.split(['（', '(']).next().unwrap_or_default();
        kinds.iter().any(|kind| bare.ends_with(kind))
    })
}

/// Whether the title says that this amends a law: 修正案, 关于修改…的决定.
pub fn is_amendment(lines: &[&Line]) -> bool {
    own_title(lines)
        .is_some_and(|title| title.contains("修正案") || (title.ends_with("决定") && title.contains("修改")))
}

/// A law of points 一、二、… instead of articles: a decision of a people's congress, 若干规定 of the State
/// Council, an interpretation.
pub fn has_points(lines: &[&Line]) -> bool {
    let pointed = lines.iter().any(|line| line.as_str().trim_start().starts_with("一、"));
    let kinds = ["决定", "决议", "规定", "办法", "条例", "解释", "细则"];
    own_title(lines).is_some_and(|title| {
        let bodies = ["人民代表大会", "常务委员会", "国务院", "最高人民"];
        let bare = title.split(['（', '(']).next().unwrap_or_default();
        let adopted = lines.iter().take(8).any(|line| {
            let text = line.as_str();
            ["通过", "批准", "公布", "发布"].iter().any(|word| text.contains(word))
                && crate::date::first(text).is_some()
        });
        kinds.iter().any(|kind| bare.ends_with(kind))
            && (adopted || bodies.iter().any(|body| title.contains(body)))
    }) && pointed
}

fn own_title(lines: &[&Line]) -> Option<String> {
    lines.iter().take(12).map(|line| head::squeeze(line.as_str())).find(|title| head::is_title(title))
}
