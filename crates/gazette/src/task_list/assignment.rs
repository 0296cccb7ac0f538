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

static DUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:(?:到|于|在|力争)?(?:20[0-9]{2}年|当年|今年|每年|全年|年)?(?:底|末|内)?(?:第?[一二三四1-4]季度|[上下]半年)?",
        r"(?:[0-9]{1,2}月(?:份|底|末|[0-9]{1,2}日)?)?(?:之?前|底前|末前|底|末|内)?(?:基本)?(?:完成|启动|见效|落实到位)?",
        r"|持续推进|长期坚持|长期实施|持续实施|持续|长期|全年推进|常态化推进|立即实施|即时推进)$"
    ))
    .expect("the pattern is constant")
});

/// How a clause names a part in the task.
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:(?P<lead>(?:分别|共同|联合|统筹)?牵头(?:负责|落实|实施|推进)?|主办)|(?P<support>配合(?:落实|实施)?|参与|参加|协助|协同|协办|指导)",
        r"|(?P<plain>(?:按照?|根据|依)?(?:各自)?(?:职责|职能)?(?:分工)?(?:分别|共同|具体)?(?:负责(?:落实|实施|推进)?|组织实施|组织落实|落实|承担|实施|推进|推动|督促)))$"
    ))
    .expect("constant")
});

/// What the inside of a bracket says about who answers; `None` where it says nothing. `closes` tells that the
/// bracket ends its paragraph or sentence: only then may it name units without a verb.
fn inside(bracket: &Text, closes: bool) -> Option<Assignment> {
    let text = bracket.squeezed();
    if text.as_str().chars().count() > 400 || text.as_str().contains('？') {
        return None;
    }
    let mut said = Assignment::default();
    let mut pending = Owners::default();
    let mut has_verb = false;
    let states_rule = FIRST_LEADS.is_match(text.as_str());
    for clause in clauses(&text) {
        let string = clause.as_str();
        if FIRST_LEADS.is_match(string) || string == "下同" || (states_rule && string.starts_with('除')) {
            continue;
        }
        if let Some(labels) = labels(&clause) {
            has_verb = true;
            take(&mut said, labels);
        } else if DUE.is_match(string) {
            said.due = said.due.take().or_else(|| Some(string.to_owned()));
        } else {
            let (names, part) = role(&clause);
            let owners = owners::read(&names, part.unwrap_or(Part::Plain));
            if !are_bodies(&owners, part.is_some()) {
                return None;
            }
            has_verb |= part.is_some();
            match part {
                Some(part) => {
                    said.owners.join(std::mem::take(&mut pending).all_as(part));
                    said.owners.join(owners);
                }
                None => pending.join(owners),
            }
        }
    }
    said.owners.join(pending);
    let named = said.owners.lead.len() + said.owners.support.len() + said.owners.plain.len();
    let speaks = has_verb && (named > 0 || !said.owners.open.is_empty() || said.due.is_some());
    (speaks || states_rule || (closes && named > 0)).then_some(said)
}

/// The clauses of a bracket; commas inside brackets of its own part nothing. A label keeps what follows it.
fn clauses(text: &Text) -> Vec<Text> {
    let string = text.as_str();
    let mut clauses = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    let has_labels = LABEL.captures_iter(string).any(|c| c.name("other").is_none());
    for (at, character) in string.char_indices() {
        match character {
            '（' | '(' | '“' | '《' | '〈' => depth += 1,
            '）' | ')' | '”' | '》' | '〉' => depth -= 1,
            '；' | ';' | '。' if depth <= 0 => {
                clauses.push(text.slice(start..at));
                start = at + character.len_utf8();
            }
            '，' | ',' if depth <= 0 && (!has_labels || FIRST_LEADS.is_match(&string[at..])) => {
                clauses.push(text.slice(start..at));
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    clauses.push(text.slice(start..string.len()));
    clauses.retain(|clause| !clause.is_empty());
    clauses
}

/// The names of a clause and the part its verb gives them: X牵头 · Y、Z按职责分工负责.
fn role(clause: &Text) -> (Text, Option<Part>) {
    let Some(captures) = ROLE.captures(clause.as_str()) else { return (clause.clone(), None) };
    let part = if captures.name("lead").is_some() {
        Part::Lead
    } else if captures.name("support").is_some() {
        Part::Support
    } else {
        Part::Plain
    };
    let end = captures.get(0).map_or(clause.as_str().len(), |found| found.start());
    (clause.slice(0..end), Some(part))
}

/// Whether a clause names bodies and nothing else. With a verb behind them any short names will do.
fn are_bodies(owners: &Owners, has_verb: bool) -> bool {
    let mut all = owners.lead.iter().chain(&owners.support).chain(&owners.plain).peekable();
    if all.peek().is_none() {
        return !owners.open.is_empty() || has_verb;
    }
    all.all(|unit| {
        let length = unit.chars().count();
        if has_verb {
            length <= 28 && !unit.contains(['：', '。'])
        } else {
            (3..=28).contains(&length) && owners::is_body(unit)
        }
    })
}

/// Takes in what another assignment says of the same task.
pub fn take(all: &mut Assignment, said: Assignment) {
    all.owners.join(said.owners);
    all.due = all.due.take().or(said.due);
    all.scope = all.scope.take().or(said.scope);
}

/// A text without its assignments, and what they say together; for cells that hold both.
pub fn part_from(text: &Text) -> (Text, Assignment) {
    let mut said = Assignment::default();
    let mut rest = Text::default();
    for line in text.lines() {
        for statement in statements(&line) {
            take(&mut said, statement.assignment.unwrap_or_default());
            if !rest.is_empty() && !statement.text.is_empty() {
                rest.push('\n', statement.text.span().from);
            }
            rest.append(&statement.text);
        }
    }
    (rest, said)
}

/// The brackets of a text, outermost only: the bytes each takes, and what it holds.
fn brackets(text: &Text) -> Vec<(Range<usize>, Text)> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, character) in text.as_str().char_indices() {
        match character {
            '（' | '(' | '【' | '[' | '〔' | '［' => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            '）' | ')' | '】' | ']' | '〕' | '］' if depth > 0 => {
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
        let after = line.as_str()[range.end..].trim_start();
        let closes = after.is_empty() || after.starts_with(['。', '；']);
        if let Some(assignment) = inside(&bracket, closes) {
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
