//! Who answers for a task: units out of a cell or a bracket, with the mark that says who leads.

use super::Mark;
use crate::span::{Text, is_space};
use regex::Regex;
use std::sync::LazyLock;

/// The units a cell or a bracket names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    /// Units marked as leading: a star, 牵头.
    pub lead: Vec<String>,
    /// Units marked as supporting: 配合, 参与.
    pub support: Vec<String>,
    /// Units without a mark.
    pub plain: Vec<String>,
    /// Words that leave the list open: 等有关部门, 各区.
    pub open: Vec<String>,
    /// How many units carried a star.
    pub stars: usize,
}

impl Owners {
    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.lead.is_empty() && self.support.is_empty() && self.plain.is_empty() && self.open.is_empty()
    }

    /// Drops every name that does not end like that of a body: in a column shared with persons it is one.
    pub fn keep_bodies(&mut self) {
        for units in [&mut self.lead, &mut self.support, &mut self.plain] {
            units.retain(|unit| is_body(unit));
        }
    }

    /// The same units, all in one part.
    #[must_use]
    pub fn all_as(self, part: Part) -> Self {
        let units = [self.lead, self.support, self.plain].concat();
        let mut owners = Self { open: self.open, stars: self.stars, ..Self::default() };
        match part {
            Part::Lead => owners.lead = units,
            Part::Support => owners.support = units,
            Part::Plain => owners.plain = units,
        }
        owners
    }

    /// Takes in what another place says of the same task.
    pub fn join(&mut self, other: Self) {
        self.stars += other.stars;
        for (mine, theirs) in [
            (&mut self.lead, other.lead),
            (&mut self.support, other.support),
            (&mut self.plain, other.plain),
            (&mut self.open, other.open),
        ] {
            for unit in theirs {
                if !mine.contains(&unit) {
                    mine.push(unit);
                }
            }
        }
    }
}

/// Who leads, who supports, and how that was told.
pub struct Assigned {
    /// Units that lead, or that are named without any mark.
    pub lead: Vec<String>,
    /// Units that support.
    pub support: Vec<String>,
    /// Words that leave the list open.
    pub open: Vec<String>,
    /// How the lead was told.
    pub mark: Mark,
}

impl Owners {
    /// Applies the marks: marked units lead and the others support; without marks all are named alike.
    pub fn assign(self) -> Assigned {
        let Self { mut lead, mut support, plain, open, stars } = self;
        let marked = !lead.is_empty();
        let mark = match (stars, marked, plain.len() + support.len()) {
            (1.., ..) => Mark::Star(stars),
            (0, true, _) => Mark::Word,
            (0, false, 1) if support.is_empty() => Mark::Single,
            _ => Mark::None,
        };
        if marked {
            support.splice(0..0, plain);
        } else {
            lead = plain;
        }
        Assigned { lead, support, open, mark }
    }
}

/// What a unit is listed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The heading says lead.
    Lead,
    /// The heading says support.
    Support,
    /// The heading says neither.
    Plain,
}

static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:等?(?:市级|省级|市直|县级|区级|市|省)?(?:各|有关|相关|各有关|各相关|其他|其它|各级|各地|各县|各区|全市|属地|所在)[\p{Han}（）()、]{0,24}|等|等部门|等单位|等[一二三四五六七八九十0-9]*个?(?:部门|单位)",
        r"|会同.*|按职责分工.*|按职责.*|根据职责.*|各自.*|分别.*|(?:相关|有关).*)$"
    ))
    .expect("the pattern is constant")
});

/// Ends of the names of bodies; a name cut by a line break does not end so.
const ENDS: [&str; 62] = [
    "局", "委", "办", "部", "院", "厅", "署", "会", "中心", "政府", "公司", "集团", "银行", "分行", "分局",
    "联", "机关", "支队", "总队", "大队", "处", "馆", "所", "台", "社", "校", "学院", "大学", "公室", "站",
    "单位", "部门", "协会", "商会", "街道", "镇", "乡", "区", "县", "市", "省", "组", "团", "室", "军区",
    "战区", "企业", "基地", "研究院", "监管局", "海关", "总局", "法", "队", "口岸", "公厅", "中科院", "园",
    "港", "所属", "行", "司",
];

/// Reads the units of a cell or of what follows 责任单位：.
pub fn read(text: &Text, part: Part) -> Owners {
    let mut owners = Owners::default();
    for name in groups(&names(text.as_str())) {
        let star = name.starts_with(['*', '＊', '★', '☆', '※', '▲']);
        let name = name.trim_start_matches(['*', '＊', '★', '☆', '※', '▲']).trim().to_owned();
        let (name, tail) = without_tail(&name);
        if let Some(tail) = tail {
            owners.open.push(tail);
        }
        if name.is_empty() {
            continue;
        }
        if OPEN.is_match(&name) || is_group(&name) {
            owners.open.push(name);
            continue;
        }
        owners.stars += usize::from(star);
        match part {
            _ if star => owners.lead.push(name),
            Part::Lead => owners.lead.push(name),
            Part::Support => owners.support.push(name),
            Part::Plain => owners.plain.push(name),
        }
    }
    owners
}

/// Whether a name ends like that of a body one can write to.
pub fn is_body(name: &str) -> bool {
    const STRONG: [&str; 34] = [
        "局", "委", "办", "部", "厅", "署", "院", "中心", "政府", "公司", "集团", "银行", "分行", "法院",
        "联", "机关", "委员会", "管委会", "协会", "商会", "海关", "支队", "总队", "街道", "镇街", "区", "县",
        "市", "镇", "团委", "总工会", "办公室", "工商联", "学校",
    ];
    STRONG.iter().any(|end| closed(name).ends_with(end))
}

/// A list that begins with 各 runs on to the word that says what they are: 各市、州、直管市人民政府.
fn groups(names: &[String]) -> Vec<String> {
    let whole = |name: &str| {
        ["政府", "管委会", "部门", "单位", "街道", "镇街"].iter().any(|end| closed(name).ends_with(end))
    };
    let own = |name: &String| name.starts_with('市') && name.chars().count() > 3;
    let mut joined: Vec<String> = Vec::new();
    let mut at = 0;
    while at < names.len() {
        let end = (at..names.len()).take(8).find(|at| whole(&names[*at])).unwrap_or(at);
        let runs_on = names[at].starts_with('各') && names[at].chars().count() <= 8;
        let end = if runs_on && !names[at + 1..=end].iter().any(own) { end } else { at };
        joined.push(names[at..=end].join("、"));
        at = end + 1;
    }
    joined
}

/// 相关县(市、区)政府, 各区: a group, not a unit one can write to.
fn is_group(name: &str) -> bool {
    let starts = ["各", "相关", "有关", "属地", "其他", "全市"].iter().any(|word| name.starts_with(word));
    starts
        || matches!(name, "单位" | "部门" | "等")
        || ["有关部门", "相关部门", "各部门", "有关单位", "相关单位"].iter().any(|word| name.ends_with(word))
}

/// 国家发展改革委会同有关部门 → the unit, and the words that leave the list open.
fn without_tail(name: &str) -> (String, Option<String>) {
    if let Some((unit, rest)) = name.split_once("会同")
        && unit.chars().count() >= 2
    {
        return (unit.trim_end_matches(['、', '，']).to_owned(), Some(format!("会同{rest}")));
    }
    // 等 ends a list only before what cannot go on as a name.
    for (at, _) in name.match_indices('等') {
        let (unit, rest) = (&name[..at], &name[at + '等'.len_utf8()..]);
        let ends = ["和", "及", "各", "有关", "相关", "部门", "单位", "按", "会同", "共", "多"];
        let counted = rest.starts_with(crate::numeral::is_numeral);
        if unit.chars().count() >= 2
            && (rest.is_empty() || counted || ends.iter().any(|word| rest.starts_with(word)))
        {
            return (unit.to_owned(), Some(format!("等{rest}")));
        }
    }
    (name.to_owned(), None)
}

/// The names in a list. Separators inside brackets and quotes part nothing, and a name broken over two lines
/// is joined again.
fn names(list: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let (mut depth, mut hard, mut current) = (0_i32, true, String::new());
    for character in list.chars().chain(['、']) {
        match character {
            '（' | '(' | '“' | '《' | '〔' | '〈' => depth += 1,
            '）' | ')' | '”' | '》' | '〕' | '〉' => depth -= 1,
            _ => {}
        }
        let separator = depth <= 0
            && matches!(character, '、' | '，' | ',' | '；' | ';' | '。' | '/' | '\n' | '：' | ':');
        let blank = is_space(character);
        if !(separator || (blank && depth <= 0)) {
            if !blank {
                current.push(character);
            }
            continue;
        }
        let word = std::mem::take(&mut current);
        if !word.is_empty() {
            let cut = |name: &String| {
                !ENDS.iter().any(|end| closed(name).ends_with(end)) && !name.starts_with('各')
            };
            match names.last_mut() {
                Some(last)
                    if !hard && !word.starts_with('*') && (word.starts_with(['（', '(']) || cut(last)) =>
                {
                    last.push_str(&word);
                }
                _ => names.push(word),
            }
            hard = false;
        }
        hard |= separator && character != '\n';
    }
    names
}

/// A name without the second name it carries in brackets.
fn closed(name: &str) -> &str {
    let open = name.rfind(['（', '(']).filter(|_| name.ends_with(['）', ')']));
    open.map_or(name, |at| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(text: &str) -> Owners {
        read(&Text::from_source(text, 0), Part::Plain)
    }

    #[test]
    fn stars_lead_and_broken_names_are_joined() {
        let found = owners("*市自然资源和 规划局 市经信局 市住建局");
        assert_eq!(found.lead, ["市自然资源和规划局"]);
        assert_eq!(found.plain, ["市经信局", "市住建局"]);
        let found = owners("*市司法局(市委 依法治市办) 市法院 市委组织部 (市人才办)");
        assert_eq!(found.lead, ["市司法局(市委依法治市办)"]);
        assert_eq!(found.plain, ["市法院", "市委组织部(市人才办)"]);
    }

    #[test]
    fn a_group_leaves_the_list_open() {
        let found = owners("市公安局、市检察院 相关县(市、区)政府");
        assert_eq!(found.plain, ["市公安局", "市检察院"]);
        assert_eq!(found.open, ["相关县(市、区)政府"]);
        let found = owners("国家发展改革委、财政部会同有关部门");
        assert_eq!(found.plain, ["国家发展改革委", "财政部"]);
        assert_eq!(found.open, ["会同有关部门"]);
        assert_eq!(owners("市教育局等").plain, ["市教育局"]);
        assert_eq!(owners("市教育局，各区政府").open, ["各区政府"]);
    }

    #[test]
    fn every_separator_parts_the_names() {
        let found = owners("黄埔区、天河区人民政府，市市场监管局\n市“两个健康”办；市大数据局。");
        assert_eq!(found.plain, ["黄埔区", "天河区人民政府", "市市场监管局", "市“两个健康”办", "市大数据局"]);
    }
}
