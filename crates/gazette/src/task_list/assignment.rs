//! What a bracket or a line of its own says about who answers for a task, and by when.

use super::owners::{self, Owners, Part};
use crate::span::{Text, is_space};
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

/// What an assignment says.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    /// Who answers.
    pub owners: Owners,
    /// By when, as printed.
    pub due: Option<String>,
    /// Where the measure applies, as printed.
    pub scope: Option<String>,
}

/// A paragraph cut at its assignments: each piece of text with the assignment that closes it.
#[derive(Debug)]
pub struct Statement {
    /// The text, assignments left out.
    pub text: Text,
    /// What closes it, if anything does.
    pub assignment: Option<Assignment>,
}

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<lead>牵头(?:单位|部门|处室|责任单位|落实单位)?|主办单位|主要责任单位|第一责任单位)\s*[:：]",
        r"|(?P<support>(?:配合|协办|参与|参加|协助|协同)(?:单位|部门|处室)?)\s*[:：]",
        r"|(?P<plain>(?:责任|负责|落实|实施|承办|主管|指导|完成)(?:单位|部门|主体|处室|科室|分工)(?:及分工)?)\s*[:：]",
        r"|(?P<due>(?:完成|办理|办结|整改)?(?:时限|时间|期限|时间节点)(?:要求)?)\s*[:：]",
        r"|(?P<scope>(?:适用|实施|推广)(?:范围|区域))\s*[:：]",
        r"|(?P<other>[\p{Han}]{2,8})\s*[:：]"
    ))
    .expect("the pattern is constant")
});

/// The clause that says the first unit leads; it names no unit itself.
pub static FIRST_LEADS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"[^，,。；;（）()\n]*(?:(?:列|排|位)于?在?(?:第一位|第1位|首位|最前|第一|前)|第一个|首位|排名第一|排序第一)",
        r"[^，,。；;（）()\n]*(?:牵头|主办|主要责任|负责)[^，。；（）()\n]*"
    ))
    .expect("the pattern is constant")
});

/// Units under labels: 牵头单位：…；配合单位：…; `None` where the text has no label that names units.
pub fn labelled(text: &Text) -> Option<Owners> {
    labels(text).map(|assignment| assignment.owners).filter(|owners| !owners.is_empty())
}

/// Reads labels; `None` where none of them is about a task.
fn labels(text: &Text) -> Option<Assignment> {
    let string = text.as_str();
    let found: Vec<_> = LABEL.captures_iter(string).filter_map(|c| Some((c.get(0)?.range(), c))).collect();
    let known = |c: &regex::Captures<'_>| c.name("other").is_none();
    if !found.iter().any(|(_, captures)| known(captures)) {
        return None;
    }
    let mut said = Assignment::default();
    for (index, (range, captures)) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(string.len(), |(next, _)| next.start);
        let value = text.slice(range.end..end);
        let printed = || {
            let squeezed = value.squeezed();
            Some(squeezed.as_str().trim_end_matches(['；', ';', '，', ',', '。']).to_owned())
        };
        let part = match () {
            () if captures.name("lead").is_some() => Part::Lead,
            () if captures.name("support").is_some() => Part::Support,
            () if captures.name("plain").is_some() => Part::Plain,
            () => {
                if captures.name("due").is_some() {
                    said.due = printed();
                } else if captures.name("scope").is_some() {
                    said.scope = printed();
                }
                continue;
            }
        };
        said.owners.join(owners::read(&value, part));
    }
    Some(said)
}

/// What the inside of a bracket says about who answers; `None` where it says nothing.
fn inside(bracket: &Text) -> Option<Assignment> {
    let whole = bracket.squeezed();
    let rule = FIRST_LEADS.find(whole.as_str()).map_or(whole.as_str().len(), |found| found.start());
    let text = whole.slice(0..rule);
    let string = text.as_str().trim_end_matches(['。', '；', '，', ',', '、']);
    let text = text.slice(0..string.len());
    if let Some(said) = labels(&text) {
        return Some(said).filter(|said| !said.owners.is_empty() || said.due.is_some());
    }
    let ends = [
        "负责", "牵头", "配合", "参与", "组织实施", "落实", "承担", "参加", "实施", "指导", "推进", "督促",
        "推动",
    ];
    let string = text.as_str();
    if !ends.iter().any(|end| string.ends_with(end)) || string.contains('。') || string.chars().count() > 400
    {
        return None;
    }
    let owners = roles_in_words(&text);
    let named = |unit: &String| unit.chars().count() <= 24 && !unit.contains(['：', '，']);
    let all = owners.lead.iter().chain(&owners.support).chain(&owners.plain);
    let fits = all.clone().next().is_some() && all.clone().all(named);
    fits.then_some(Assignment { owners, due: None, scope: None })
}

/// X牵头，Y、Z配合 · X、Y按职责分工负责
fn roles_in_words(text: &Text) -> Owners {
    static ROLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?P<lead>牵头(?:负责)?)|(?P<support>配合|参与|参加|协助|协同|指导)",
            r"|(?P<plain>(?:按照?|根据|依)?(?:职责|职能)?(?:分工)?(?:分别|共同)?(?:负责(?:落实)?|组织实施|落实|承担|实施|推进|推动|督促))"
        ))
        .expect("constant")
    });
    let mut owners = Owners::default();
    let mut from = 0;
    for captures in ROLE.captures_iter(text.as_str()) {
        let Some(found) = captures.get(0) else { continue };
        let part = if captures.name("lead").is_some() {
            Part::Lead
        } else if captures.name("support").is_some() {
            Part::Support
        } else {
            Part::Plain
        };
        let names = text.slice(from..found.start().max(from));
        owners.join(owners::read(&names.slice(0..names.as_str().trim_end_matches(['，', ',']).len()), part));
        from = found.end();
    }
    owners
}

/// The brackets of a text, outermost only: the bytes each takes, and what it holds.
fn brackets(text: &Text) -> Vec<(Range<usize>, Text)> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, character) in text.as_str().char_indices() {
        match character {
            '（' | '(' | '【' | '[' | '〔' => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            '）' | ')' | '】' | ']' | '〕' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let open = text.as_str()[start..].chars().next().map_or(1, char::len_utf8);
                    found.push((start..at + character.len_utf8(), text.slice(start + open..at)));
                }
            }
            _ => {}
        }
    }
    found
}

/// Cuts a paragraph at its assignments. A line that starts with a label is an assignment as a whole and
/// closes what stands before it.
pub fn statements(line: &Text) -> Vec<Statement> {
    if LABEL
        .captures(line.as_str())
        .is_some_and(|c| c.name("other").is_none() && c.get(0).is_some_and(|m| m.start() == 0))
        && let Some(assignment) = labels(line)
    {
        return vec![Statement { text: Text::default(), assignment: Some(assignment) }];
    }
    let mut statements = Vec::new();
    let mut from = 0;
    for (range, bracket) in brackets(line) {
        if let Some(assignment) = inside(&bracket) {
            statements
                .push(Statement { text: line.slice(from..range.start).trim(), assignment: Some(assignment) });
            from = range.end;
        }
    }
    let rest = line.slice(from..line.as_str().len()).trim();
    let blank = rest.as_str().chars().all(|c| is_space(c) || matches!(c, '。' | '；' | '，'));
    if !blank || (statements.is_empty() && !rest.is_empty()) {
        statements.push(Statement { text: rest, assignment: None });
    }
    statements
}
