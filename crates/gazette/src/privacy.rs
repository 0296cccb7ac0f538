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
        // A bracket or the rest of a sentence that names whom to ask or who answers in person.
        r"[（(]\s*(?:联系人|联络员|联系电话|咨询电话|经办人)[^（）()]{0,80}[）)]",
        r"|(?:联\s*系\s*人|联络员|联系电话|咨询电话|经办人|联系方式|电\s*话|手\s*机|传\s*真|邮\s*箱|电子邮箱|E-?mail",
        r"|责任人|责任领导|分管领导|牵头领导|包抓领导|包联领导|联系领导|主管领导|分管负责人|主要负责人)",
        r"(?:及电话|及联系电话|和电话|电话|姓名|[（(][^（）()]{1,6}[）)])?\s*[:：][^。；;，,、）)\n]{1,60}",
        r"|(?:联系人|联络员|经办人)\s+[\p{Han}]{2,4}(?:\s*[0-9—-]{5,})?",
        r"|(?:电\s*话|手\s*机|热\s*线)\s*[0-9０-９]{7,11}",
        r"|[0-9A-Za-z._-]+@[0-9A-Za-z.-]+\.[A-Za-z]{2,}"
    ))
    .expect("the pattern is constant")
});

/// Telephone and identity numbers wherever they stand, in half and full width, whole and in groups.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx]",
        r"|(?:\+?86[-\s]?)?[1１][3-9３-９][0-9０-９](?:[0-9０-９]{8}|[ -][0-9０-９]{4}[ -][0-9０-９]{4})",
        r"|[（(][0０][0-9０-９]{2,3}[）)]\s?[0-9０-９]{7,8}|[0０][0-9０-９]{2,3}\s*[-—－–]\s*[0-9０-９]{7,8}"
    ))
    .expect("the pattern is constant")
});

/// The numbers of a line that no other digits or letters touch.
fn numbers(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let touches = |c: char| c.is_ascii_alphanumeric() || matches!(c, '０'..='９' | '.');
    NUMBER.find_iter(line).map(|found| found.range()).filter(move |range| {
        let before = line[..range.start].chars().next_back().is_some_and(touches);
        let after = line[range.end..].chars().next().is_some_and(|c| touches(c) && c != '.');
        !before && !after
    })
}

/// A name in brackets behind a unit: 区审批局（某某某). Group 1 is the bracket.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:局|委|办|部|厅|院|中心|政府|公司|街道|镇|乡)([（(]",
        r"(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施季])",
        r"[\p{Han}]{1,2}[）)])"
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
    let mut ranges: Vec<Range<usize>> = CONTACT.find_iter(line.as_str()).map(|found| found.range()).collect();
    ranges.extend(numbers(line.as_str()));
    let named = NAMED.captures_iter(line.as_str()).filter_map(|found| Some(found.get(1)?.range()));
    ranges.extend(named.filter(|range| !is_office(&line.as_str()[range.clone()])).collect::<Vec<_>>());
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, kept| next.start < kept.end);
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

/// A short name of a body in brackets is no person: （市人才办).
fn is_office(bracket: &str) -> bool {
    let bare = bracket.trim_matches(['（', '）', '(', ')']);
    [
        "局", "办", "委", "部", "院", "区", "县", "市", "州", "省", "处", "科", "组", "会", "所", "站", "段",
        "港", "山", "江", "湖",
    ]
    .iter()
    .any(|end| bare.ends_with(end))
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
    use crate::{Hints, Reading, manuscript::Line, span::Text};

    #[test]
    fn numbers_glued_to_names_in_full_width_or_in_groups_are_cut_and_figures_stay() {
        let cut = |text: &str| {
            let mut line = Line::new(&Text::from_source(text, 0));
            super::cut(&mut line, &mut Vec::new());
            line.as_str().to_owned()
        };
        for text in [
            "某某13800000000", "（市乙局，13700000000）", "某某0000-00000000", "１３８００００００００",
            "138 0000 0000", "(0000)00000000", "电话00000000",
        ] {
            assert!(!cut(text).contains(['0', '０']), "{text}: {}", cut(text));
        }
        for text in [
            "减负13800000元", "面积2000亩、82家", "2023年10月27日", "编号138000000001234", "市甲局（市乙办）",
        ] {
            assert_eq!(cut(text), text);
        }
        assert_eq!(cut("市甲局（王某某）、市乙局（欧阳某）"), "市甲局、市乙局");
    }

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
