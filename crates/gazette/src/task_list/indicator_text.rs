//! Indicator tables out of text layers: columns are gone, names and units wrap round the row number.

use super::{Found, Measure, Target, Work, merge, owners};
use crate::{
    date,
    manuscript::Line,
    quantity::{self, Around},
    reading::Account,
    span::{Span, Text, is_space},
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Fewest rows that make a list.
const ROWS_MIN: usize = 4;
const NATURES: [&str; 2] = ["预期性", "约束性"];

/// The parts of a row, gathered from its line and the lines wrapped round it.
#[derive(Default)]
struct Parts {
    name: Text,
    unit: String,
    /// Column by column; a dash leaves its place empty.
    figures: Vec<Text>,
    nature: String,
    owners: Vec<String>,
    span: Span,
}

/// The columns of figures: the year of each, or none for 年均 and 累计.
type Columns = Vec<Option<NaiveDate>>;

/// Reads the rows; `None` where the text is no table of indicators.
pub fn read(lines: &[Line], account: &mut Account) -> Option<Found> {
    let anchors = anchors(lines);
    if anchors.len() < ROWS_MIN {
        return None;
    }
    let first = *anchors.values().next()?;
    let columns = columns(&lines[..first]);
    let due = columns.iter().flatten().max().copied();
    let due = due.or_else(|| lines[..first].iter().find_map(|line| date::due(line.as_str(), None)));
    let mut found = Found::default();
    let mut below = first;
    let mut above = wrapped_above(lines, first);
    let following = anchors.values().copied().skip(1).map(Some).chain([None]);
    for ((number, at), next) in anchors.iter().zip(following) {
        let count = at - above;
        below = (at + 1 + count).min(next.unwrap_or(lines.len())).max(at + 1);
        let row = gather(&lines[above..below], at - above, *number);
        account.claim(row.span, format!("work {number}"));
        found.works.push(work(*number, &row, &columns, due));
        above = below;
    }
    for line in &lines[below..] {
        account.claim(line.span(), "note");
    }
    for line in &lines[..wrapped_above(lines, first)] {
        account.claim(line.span(), "table header");
    }
    merge::tasks(&mut found.works, &mut found.conflicts);
    found.count_marks();
    Some(found)
}

/// The columns of figures that the header names.
fn columns(header: &[Line]) -> Columns {
    let heads = |word: &str| {
        let dated = word.contains("20") && word.contains('年');
        (dated || word.contains("年均") || word.contains("累计"))
            .then(|| date::due(word, None).filter(|_| dated))
    };
    header
        .iter()
        .rev()
        .map(|line| line.as_str().split(is_space).filter_map(heads).collect::<Columns>())
        .find(|columns| !columns.is_empty())
        .unwrap_or_default()
}

/// The first row's name may start above its number; headings of columns never do.
fn wrapped_above(lines: &[Line], first: usize) -> usize {
    let whole = words(lines[first].as_str()).len() >= 4;
    let heading = |line: &Line| {
        ["指标", "单位", "属性", "目标", "20", "序号", "号", "序", "年均", "累计"]
            .iter()
            .any(|word| line.text.squeezed().as_str().contains(word))
    };
    if whole {
        first
    } else {
        (0..first).rev().take_while(|at| !heading(&lines[*at])).last().unwrap_or(first)
    }
}

/// The lines that carry a row number, the numbers running from 1 without a gap.
fn anchors(lines: &[Line]) -> BTreeMap<u32, usize> {
    let mut anchors = BTreeMap::new();
    let mut next = 1;
    for (at, line) in lines.iter().enumerate() {
        let words = words(line.as_str());
        let numbered = words.first().is_some_and(|word| word.parse() == Ok(next));
        let natured = words.iter().any(|word| NATURES.contains(&word.as_str()));
        let measured = words.len() >= 4
            && words[1..].iter().any(|word| is_unit(word))
            && words[2..].iter().any(|word| is_figure(word));
        if numbered && (natured || measured) {
            anchors.insert(next, at);
            next += 1;
        }
    }
    anchors
}

fn words(line: &str) -> Vec<String> {
    line.split(is_space).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn gather(lines: &[Line], anchor: usize, number: u32) -> Parts {
    let mut parts = Parts::default();
    for (at, line) in lines.iter().enumerate() {
        parts.span = parts.span.cover(line.span());
        let mut from = 0;
        let mut numbered = at != anchor;
        for word in line.as_str().split(is_space) {
            let range = from..from + word.len();
            from = range.end + line.as_str()[range.end..].chars().next().map_or(0, char::len_utf8);
            if !numbered && word.parse() == Ok(number) {
                numbered = true;
            } else if !word.is_empty() {
                parts.take(word, &line.text.slice(range), at == anchor);
            }
        }
    }
    parts
}

impl Parts {
    /// Puts a word where it belongs, told from its shape and from what stands before it in the row.
    fn take(&mut self, word: &str, text: &Text, on_anchor: bool) {
        let dash = matches!(word, "-" | "—" | "－" | "–" | "——");
        let begun = !self.figures.is_empty() || !self.nature.is_empty();
        let closes = word.contains(|c: char| c.is_ascii_digit() || matches!(c, ']' | '：'));
        if NATURES.contains(&word) {
            word.clone_into(&mut self.nature);
        } else if dash {
            self.figures.extend(on_anchor.then(Text::default));
        } else if let Some(open) =
            self.figures.iter_mut().find(|figure| open_bracket(figure)).filter(|_| closes)
        {
            open.append(text);
        } else if is_figure(word) && (on_anchor || word.starts_with(['[', '【', '〔'])) {
            self.figures.push(text.clone());
        } else if is_unit(word) && !(on_anchor && begun && !self.unit.is_empty()) {
            self.unit.push_str(word);
        } else if on_anchor && begun && word.split('、').all(owners::is_body) {
            self.owners.extend(word.split('、').map(str::to_owned));
        } else if on_anchor && begun {
            self.figures.push(text.clone());
        } else {
            self.name.append(text);
        }
    }

    /// The figure that is the target: that of the latest year, else the last one printed.
    fn figure(&self, columns: &Columns) -> Text {
        let latest = (0..columns.len()).filter(|at| columns[*at].is_some()).max_by_key(|at| columns[*at]);
        let dated =
            latest.filter(|_| self.figures.len() >= columns.len()).and_then(|at| self.figures.get(at));
        let printed = || self.figures.iter().rev().find(|figure| !figure.is_empty());
        dated.filter(|figure| !figure.is_empty()).or_else(printed).cloned().unwrap_or_default()
    }
}

fn open_bracket(figure: &Text) -> bool {
    figure.as_str().contains('[') && !figure.as_str().contains(']')
}

fn is_figure(word: &str) -> bool {
    let bare = word.trim_start_matches(['[', '>', '<', '≥', '≤', '＞', '＜', '约', '【']);
    bare.starts_with(|c: char| c.is_ascii_digit())
        || word.starts_with(['[', '【', '>', '<', '≥', '≤', '＞', '＜'])
}

fn is_unit(word: &str) -> bool {
    const UNITS: [&str; 40] = [
        "%", "％", "‰", "/", "人", "元", "万元", "亿元", "万亿元", "万人", "户", "家", "个", "件", "岁",
        "台", "项", "万平", "方米", "平方米", "万平方米", "平方公里", "公里", "公顷", "万亩", "亩", "吨",
        "万吨", "立方米", "万辆", "辆", "张", "所", "年", "天", "人次", "万人次", "微克/", "立方米",
        "千瓦时",
    ];
    UNITS.contains(&word)
        || (word.chars().count() <= 6 && (word.ends_with('/') || word.contains('/')) && !word.contains('和'))
}

fn work(number: u32, parts: &Parts, columns: &Columns, due: Option<NaiveDate>) -> Work {
    let figure = parts.figure(columns).squeezed();
    let name = without_footnote(parts.name.squeezed().as_str());
    let unit = if parts.unit == "/" { String::new() } else { parts.unit.clone() };
    let target = target(1, &name, &figure, &unit, due);
    let text = format!("{name} {}{unit}", figure.as_str());
    Work {
        number,
        title: name,
        nature: Some(parts.nature.clone()).filter(|nature| !nature.is_empty()),
        deadline: due,
        lead: parts.owners.clone(),
        targets: vec![target],
        measures: vec![Measure { number, text, span: parts.span, ..Measure::default() }],
        spans: vec![parts.span],
        ..Work::default()
    }
}

/// A footnote mark is glued to the end of a name.
fn without_footnote(name: &str) -> String {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '①'..='⑨'));
    let mark = name.len() - bare.len();
    if mark <= 3 && !bare.is_empty() { bare.to_owned() } else { name.to_owned() }
}

/// A target from the parts of an indicator row. Brackets mark figures that are cumulated; a figure may name
/// its own parts (成片：…110 零星：…20).
pub fn target(number: u32, name: &str, figure: &Text, unit: &str, due: Option<NaiveDate>) -> Target {
    let mut quantities = Vec::new();
    for part in split_parts(figure) {
        let label = part
            .as_str()
            .split(['：', ':'])
            .next()
            .filter(|_| part.as_str().contains(['：', ':']))
            .unwrap_or_default()
            .trim_matches(['[', '【'])
            .to_owned();
        let mut sentence = Text::default();
        for character in part.as_str().chars().zip(positions(&part)) {
            if !matches!(character.0, '[' | ']' | '【' | '】') {
                sentence.push(character.0, character.1);
            }
        }
        let end = sentence.span().to;
        let bare = sentence.as_str().to_owned();
        let tail = bare
            .find(|c: char| c.is_ascii_digit())
            .map(|at| bare[at..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned());
        if tail.as_ref().is_some_and(|tail| !tail.starts_with(['%', '％', '万', '亿'])) && !unit.is_empty()
        {
            sentence = with_unit(&sentence, unit, end);
        }
        for mut quantity in quantity::read(&sentence, Around::default()) {
            quantity.indicator =
                if label.is_empty() { name.to_owned() } else { format!("{name}（{label}）") };
            quantity.deadline = quantity.deadline.or(due);
            if quantity.unit.is_none() && !unit.is_empty() {
                quantity.unit = Some(unit.to_owned());
            }
            quantities.push(quantity);
        }
    }
    Target { number, text: format!("{name} {}{unit}", figure.as_str()), quantities, span: figure.span() }
}

/// The unit goes behind the digits, where the wording of a sentence has it: 36左右 → 36万元/人左右.
fn with_unit(sentence: &Text, unit: &str, at: u32) -> Text {
    let string = sentence.as_str();
    let Some(start) = string.rfind(|c: char| c.is_ascii_digit()) else { return sentence.clone() };
    let mut text = sentence.slice(0..start + 1);
    unit.chars().for_each(|c| text.push(c, at.saturating_sub(1)));
    text.append(&sentence.slice(start + 1..string.len()));
    text
}

fn positions(text: &Text) -> impl Iterator<Item = u32> + '_ {
    text.as_str().char_indices().map(|(byte, c)| text.span_of(byte..byte + c.len_utf8()).from)
}

/// Parts with labels of their own: a label is Chinese words before a colon.
fn split_parts(figure: &Text) -> Vec<Text> {
    let string = figure.as_str();
    let mut starts = vec![0];
    for (colon, _) in string.match_indices(['：', ':']) {
        let label = string[..colon]
            .rfind(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '，' | '；'))
            .map_or(0, |at| at + string[at..].chars().next().map_or(1, char::len_utf8));
        if label > 0 && string[..label].contains(|c: char| c.is_ascii_digit()) {
            starts.push(label);
        }
    }
    starts.push(string.len());
    starts.windows(2).map(|pair| figure.slice(pair[0]..pair[1])).filter(|part| !part.is_empty()).collect()
}
