//! The headings of a law: 第一编, 第二章, 第三节, 第四条之一, and where they may stand.

use crate::{numeral, span::is_space};

/// A heading at the start of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Part, division, chapter or section.
    pub level: Level,
    /// Ordinal; 0 for the unnumbered 附则.
    pub number: u32,
    /// Bytes of the number, up to where the title starts.
    pub length: usize,
}

/// The level of a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 编
    Part,
    /// 分编
    Division,
    /// 章
    Chapter,
    /// 节
    Section,
}

/// The number of an article at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArticleNumber {
    /// Its number.
    pub number: u32,
    /// 之一, 之二 …; 0 for a plain number.
    pub after: u32,
    /// Bytes of the number and the gap behind it.
    pub length: usize,
    /// Whether a gap parts the number from the text.
    pub gap: bool,
}

/// What stands between 第 and the word: its value and the byte after it.
fn ordinal(text: &str) -> Option<(u32, usize)> {
    let inside = text.strip_prefix('第')?;
    let end = inside.find(|c: char| !numeral::is_numeral(c) && !is_space(c)).unwrap_or(inside.len());
    let number = numeral::parse(&inside[..end])?;
    (end <= 48).then_some((number, '第'.len_utf8() + end))
}

/// The article number that opens `text`. A mention, as in 第三条规定 or 第三条第一款, opens nothing.
pub fn article(text: &str) -> Option<ArticleNumber> {
    let start = text.len() - text.trim_start_matches(is_space).len();
    let text = &text[start..];
    let (number, at) = ordinal(text)?;
    let rest = text[at..].strip_prefix('条')?;
    let mut length = at + '条'.len_utf8();
    let mut after = 0;
    let mut rest = rest;
    if let Some(tail) = rest.trim_start_matches(is_space).strip_prefix('之') {
        let end = tail.find(|c| !numeral::is_numeral(c)).unwrap_or(tail.len());
        if let Some(value) = numeral::parse(&tail[..end]) {
            after = value;
            length = text.len() - tail.len() + end;
            rest = &tail[end..];
        }
    }
    let gap_bytes = rest.len() - rest.trim_start_matches(is_space).len();
    let next = rest.trim_start_matches(is_space).chars().next();
    let mention = [
        "规定", "第", "、", "，", "和", "或", "及", "至", "所", "的", "之", "中", "款", "项", "以", "修改",
        "—", "-", "～", "》", "”", "）", "关于", "与", "是", "应当按",
    ];
    if gap_bytes == 0
        && (next.is_none() || mention.iter().any(|word| rest.starts_with(word)))
        && !rest.is_empty()
    {
        return None;
    }
    Some(ArticleNumber {
        number,
        after,
        length: start + length + gap_bytes,
        gap: gap_bytes > 0 || rest.is_empty(),
    })
}

/// The heading that opens `text`; what follows it must read like a title.
pub fn heading(text: &str) -> Option<Heading> {
    let start = text.len() - text.trim_start_matches(is_space).len();
    let text = &text[start..];
    let squeezed: String = text.chars().filter(|c| !is_space(*c)).take(6).collect();
    if squeezed == "附则" {
        return Some(Heading { level: Level::Chapter, number: 0, length: start });
    }
    let (number, at) = ordinal(text)?;
    let rest = &text[at..];
    let (level, word) =
        [(Level::Division, "分编"), (Level::Part, "编"), (Level::Chapter, "章"), (Level::Section, "节")]
            .into_iter()
            .find(|(_, word)| rest.starts_with(word))?;
    let title = rest[word.len()..].trim_matches(is_space);
    let gap = rest[word.len()..].len() - rest[word.len()..].trim_start_matches(is_space).len();
    let short = title.chars().take(60).count() <= 45;
    let bare = title.trim_end_matches('。');
    let plain = short && !bare.contains(['。', '；', '：']) && (gap > 0 || !bare.contains('，'));
    let mention =
        gap == 0 && ["规定", "的", "、", "和", "至", "所", "第"].iter().any(|word| title.starts_with(word));
    (plain && !mention).then_some(Heading { level, number, length: start + at + word.len() + gap })
}

/// Whether a line opens a heading or an article.
pub fn opens(line: &str) -> bool {
    heading(line).is_some() || article(line).is_some_and(|found| found.gap) || annex(line)
}

/// Whether a line opens an annex.
pub fn annex(line: &str) -> bool {
    let text: String = line.chars().filter(|c| !is_space(*c)).take(40).collect();
    let Some(rest) = ["附件", "附录", "附表"].iter().find_map(|word| text.strip_prefix(word)) else {
        return text == "附：" || text == "附:";
    };
    let end = rest.find(|c| !numeral::is_numeral(c)).unwrap_or(rest.len());
    let after = rest[end..].chars().next();
    text.chars().count() < 40
        && !text.contains(['。', '；'])
        && matches!(after, None | Some('：' | ':' | '《' | '.' | '、'))
}
