//! Names and telephone numbers of contact persons: recognised, claimed, and never handed on.

use crate::{
    manuscript::{Block, Line, Manuscript},
    reading::Region,
    span::{Span, Text},
};
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

/// The role of dropped stretches in an account.
pub const DROPPED: &str = "contact (dropped)";

static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        // A bracket or the rest of a sentence that names whom to ask.
        r"[（(]\s*(?:联系人|联络员|联系电话|咨询电话|经办人)[^（）()]{0,80}[）)]",
        r"|(?:联\s*系\s*人|联络员|联系电话|咨询电话|经办人|联系方式|电\s*话|手\s*机|传\s*真|邮\s*箱|电子邮箱|E-?mail)(?:及电话|及联系电话|和电话|电话|姓名)?\s*[:：][^。；;，,、）)\n]{1,60}",
        // Telephone numbers and addresses wherever they stand.
        r"|\b1[3-9][0-9]{9}\b|\b0[0-9]{2,3}\s*[-—－]\s*[0-9]{7,8}\b|[0-9A-Za-z._-]+@[0-9A-Za-z.-]+\.[A-Za-z]{2,}"
    ))
    .expect("the pattern is constant")
});

/// Cuts contact data out of every line; what was cut is listed in `dropped`.
pub fn redact(manuscript: &mut Manuscript) {
    let mut dropped = Vec::new();
    for block in &mut manuscript.blocks {
        match block {
            Block::Line(line) => cut(line, &mut dropped),
            Block::Table(table) => {
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    cell.lines.iter_mut().for_each(|line| cut(line, &mut dropped));
                    cell.lines.retain(|line| !line.text.is_empty());
                }
            }
        }
    }
    manuscript.blocks.retain(|block| !matches!(block, Block::Line(line) if line.text.is_empty()));
    manuscript.dropped = dropped;
}

fn cut(line: &mut Line, dropped: &mut Vec<Span>) {
    let ranges: Vec<Range<usize>> = CONTACT.find_iter(line.as_str()).map(|found| found.range()).collect();
    if ranges.is_empty() {
        return;
    }
    let mut kept = Text::default();
    let mut from = 0;
    for range in ranges {
        kept.append(&line.text.slice(from..range.start));
        dropped.push(line.text.span_of(range.clone()));
        from = range.end;
    }
    kept.append(&line.text.slice(from..line.as_str().len()));
    line.text = kept.trim();
}

/// A reading text with everything an account calls dropped blanked out, fit to be stored and shown.
pub fn redacted(text: &str, regions: &[Region]) -> String {
    let mut spans: Vec<Span> =
        regions.iter().filter(|region| region.role == DROPPED).map(|region| region.span).collect();
    spans.sort_unstable();
    let mut redacted = String::with_capacity(text.len());
    let mut spans = spans.into_iter().peekable();
    for (at, character) in text.chars().enumerate() {
        let at = at as u32;
        while spans.peek().is_some_and(|span| span.to <= at) {
            spans.next();
        }
        let hidden = spans.peek().is_some_and(|span| span.from <= at) && !crate::span::is_space(character);
        redacted.push(if hidden { '□' } else { character });
    }
    redacted
}

#[cfg(test)]
mod tests {
    use crate::{Hints, Reading};

    #[test]
    fn whom_to_ask_is_cut_out_of_running_text() {
        let text = "某市工作要点\n一、加强服务。（责任单位：市甲局，联系人：某某）\n二、优化办理。（责任单位：市乙局）\n联系人：某某，联系电话：0000-00000000。";
        let reading = crate::read(text.as_bytes(), Hints::default()).unwrap();
        let Reading::TaskList(list) = &reading else { panic!("{reading:?}") };
        let json = serde_json::to_string(list).unwrap();
        assert!(!json.contains("某某") && !json.contains("0000"), "{json}");
        let redacted = super::redacted(text, reading.regions());
        assert!(!redacted.contains("0000") && redacted.contains("市乙局"), "{redacted}");
    }
}
