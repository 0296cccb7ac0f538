//! What a figure measures: the words of its clause.

use super::{Quantity, figure::Figure};
use crate::span::Text;

const CLAUSE: [char; 8] = ['，', ',', '；', ';', '。', '：', ':', '！'];

/// The indicators of a figure; two where one figure is set for both (A和B均…).
///
/// `before` is the end of the figure before it, `next` the start of the one after it.
pub fn of(string: &str, found: &Figure, before: usize, next: usize, last: Option<&Quantity>) -> Vec<String> {
    let start = string[..found.start]
        .rfind(CLAUSE)
        .map_or(0, |at| at + string[at..].chars().next().map_or(1, char::len_utf8));
    let lead = strip(&string[start.max(before).min(found.start)..found.start]);
    let end = string[found.end..]
        .find(|c| CLAUSE.contains(&c) || c == '、')
        .map_or(string.len(), |at| found.end + at);
    let tail = string[found.end..end.min(next).max(found.end)].trim_end_matches(['、', '和', '及']);
    let tail = tail.trim_start_matches('的');
    let needs_tail = lead.chars().count() < 3 || is_verb(&lead) || lead.ends_with('的');
    let mut indicator = match (lead.is_empty(), needs_tail && tail.chars().count() >= 2) {
        (_, true) => format!("{lead}{tail}"),
        (true, false) => String::new(),
        (false, false) => lead.clone(),
    };
    if let Some(last) = last
        && (indicator.is_empty()
            || indicator.starts_with("比2")
            || indicator.starts_with("较2")
            || indicator.starts_with("其"))
    {
        indicator = match indicator.as_str() {
            "" => last.indicator.clone(),
            more => format!("{}{}", last.indicator, more.trim_start_matches('其')),
        };
    }
    if indicator.is_empty() {
        // Nothing but punctuation around it: the whole clause before names it.
        indicator = strip(string[..start].trim_end_matches(CLAUSE).rsplit(CLAUSE).next().unwrap_or_default());
    }
    both(&indicator).unwrap_or_else(|| vec![indicator])
}

/// A和B均新增 → A新增, B新增
fn both(indicator: &str) -> Option<Vec<String>> {
    let (subjects, rest) = indicator.split_once('均')?;
    if subjects.contains("平")
        || rest.starts_with(['为', '水'])
        || subjects.ends_with('平')
        || subjects.ends_with('年')
        || subjects.ends_with('人')
        || subjects.ends_with('户')
    {
        return None;
    }
    let (first, second) = ["和", "与", "及", "、"].iter().find_map(|word| subjects.rsplit_once(word))?;
    let named = first.chars().count() >= 2 && second.chars().count() >= 2;
    named.then(|| vec![format!("{first}{rest}"), format!("{second}{rest}")])
}

/// A、B分别达到1、2: the figures of the clause are shared out among its subjects.
pub fn share_out(string: &str, figures: &[Figure], quantities: &mut [Quantity], text: &Text) {
    for (at, word) in string.match_indices("分别") {
        let start = string[..at].rfind(CLAUSE).map_or(0, |found| found + 3);
        let end = string[at..].find(CLAUSE).map_or(string.len(), |found| at + found);
        let subjects: Vec<String> = string[start.min(at)..at]
            .split(['、', '和', '与', '及'])
            .map(strip)
            .filter(|s| !s.is_empty())
            .collect();
        let inside = figures.iter().filter(|figure| figure.start >= at + word.len() && figure.end <= end);
        let spans: Vec<_> = inside.map(|figure| text.span_of(figure.start..figure.end)).collect();
        if subjects.len() == spans.len() && spans.len() > 1 {
            for (subject, span) in subjects.iter().zip(spans) {
                quantities
                    .iter_mut()
                    .filter(|q| q.span == span)
                    .for_each(|q| q.indicator.clone_from(subject));
            }
        }
    }
}

fn is_verb(lead: &str) -> bool {
    [
        "新增", "支持", "培育", "建成", "打造", "组织", "举办", "实施", "完成", "推动", "形成", "新授予",
        "授予", "开展", "编制", "引进", "遴选", "搭建", "建设", "创建", "累计",
    ]
    .iter()
    .any(|verb| lead.ends_with(verb))
}

/// Words that may stand before a subject.
const START: [&str; 35] = [
    "力争", "争取", "全力", "努力", "确保", "保证", "到", "至", "于", "实现", "完成", "推动", "其中", "并",
    "和", "及", "以及", "同时", "使", "积极", "累计组织", "截至", "前", "底", "年底", "年末", "末", "预计",
    "将", "按照", "达到", "占到", "共同", "分别", "要",
];
/// Words that may stand between a subject and its figure.
const END: [&str; 21] = [
    "达到", "达", "完成", "实现", "为", "至", "到", "在", "共", "不少于", "控制在", "提高到", "提升至",
    "增长到", "总数", "要", "均", "突破", "力争", "争取", "稳定",
];

/// Drops what names no subject: times, strength words, connectives at the start; verbs of reaching at the end.
fn strip(words: &str) -> String {
    let mut text = words
        .trim_matches(|c: char| c.is_whitespace() || CLAUSE.contains(&c) || matches!(c, '、' | '（' | '('));
    if let Some(marker) = crate::numeral::marker(text) {
        text = &text[marker.length..];
    }
    // 强度由2.2%提高到: where it comes from is no part of the name.
    if let Some((name, from)) = text.rsplit_once(['由', '从'])
        && from.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
    {
        text = name;
    }
    loop {
        let before = text;
        if let Some(found) = YEAR.find(text) {
            text = &text[found.end()..];
        }
        for word in START {
            text = text.strip_prefix(word).unwrap_or(text);
        }
        for word in END {
            text = text.strip_suffix(word).unwrap_or(text);
        }
        text = text.trim_matches(|c: char| c.is_whitespace() || CLAUSE.contains(&c) || c == '、');
        if text == before {
            return text.to_owned();
        }
    }
}

static YEAR: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    regex::Regex::new(r"^(?:20[0-9]{2}年(?:[0-9]{1,2}月)?(?:[上下]半年)?(?:底|末)?前?|全年|今年|年内)")
        .expect("constant")
});
