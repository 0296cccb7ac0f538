//! Who edited, checked or wrote a page: 责任编辑：某某　审核：某某. A sentence that only speaks of it is no credit.

use crate::span::is_space;
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

/// A label of a credit and the first name behind it; groups 1 and 2.
static CREDIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|[\s（(【\[|｜/丨])",
        r"((?:(?:责任|执行|本期|值班|网络|网站|文字|页面|栏目|信息)?编\s*辑|责\s*编|(?:信息|内容)?审\s*核人?|审稿|核稿|校\s*对|录\s*入|录入员",
        r"|初\s*审|复\s*审|终\s*审|一审|二审|三审|审签|签发人?|监制|编审|供\s*稿|撰\s*稿人?|通\s*讯\s*员|(?:本报|见习|实习)?记\s*者",
        r"|来源作者|作\s*者|发布人|上传人?|摄影)\s*[:：]\s*)",
        r"([^\s，。；：:;,、！？“”《》（）()【】\[\]|｜/丨]{1,20})"
    ))
    .expect("the pattern is constant")
});

/// One more name behind the first.
static MORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^[\s、，,/]+(\p{Han}{1,4}|[\p{Han}]{1,8}[·•・][\p{Han}·•・]{1,12})",
        r"(?:[\s、，,/（(）)】\]|｜丨]|$)"
    ))
    .expect("the pattern is constant")
});

/// The credits of a line: from each label to the end of its names.
pub fn credits(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(captures) = CREDIT.captures_at(line, from) {
        let (Some(label), Some(name)) = (captures.get(1), captures.get(2)) else { break };
        let mut end = name.end();
        let bounded = |rest: &str| {
            rest.chars().next().is_none_or(|c| is_space(c) || "（(）)【】[]|｜丨/、，,".contains(c))
        };
        if !bounded(&line[end..]) || is_procedure(name.as_str()) {
            from = end;
            continue;
        }
        while let Some(more) = MORE.captures(&line[end..]).and_then(|more| more.get(1)) {
            end += more.end();
        }
        // With a comma behind it a step of a procedure may go on; no procedure has a step 记者：.
        let closes = line[end..].chars().next().is_none_or(|c| !matches!(c, '，' | ',' | '、'));
        let is_name = name.as_str().chars().count() <= 4 || name.as_str().contains(['·', '•', '・']);
        if closes || (is_name && !label.as_str().contains(['审', '签', '录', '核', '上'])) {
            found.push(label.start()..end);
        }
        from = end;
    }
    found
}

/// Words of a step in a procedure, no name: 审核：五个工作日内.
fn is_procedure(words: &str) -> bool {
    let numbered = words.contains(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let words_of_time = ["工作日", "日内", "天内", "小时", "个月"].iter().any(|word| words.contains(word));
    let acts =
        ["负责", "由", "应当", "应由", "对", "经", "按", "在", "根据", "依照", "收到", "是否", "材料", "不"];
    (numbered && words_of_time) || acts.iter().any(|word| words.starts_with(word))
}
