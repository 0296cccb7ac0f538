//! What the columns of a table are for, told from their headings.

use super::owners::Part;
use crate::{date, span::is_space};
use chrono::NaiveDate;

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 序号
    Number,
    /// 总体任务, 类别
    Group,
    /// 重点工作, 任务名称
    Work,
    /// 目标
    Targets,
    /// 举措, 主要内容
    Measures,
    /// 实施阶段, 完成时限
    Due,
    /// 责任单位, 牵头单位, 配合单位
    Units(Part),
    /// 分值
    Score,
    /// 推广范围
    Scope,
    /// 属性: 约束性, 预期性
    Nature,
    /// 单位 of an indicator
    Unit,
    /// The figure of an indicator at a date
    Figure(Option<NaiveDate>),
    /// The figure of an indicator today; kept as text
    Baseline,
    /// 备注
    Remark,
    /// 联系人, 电话: personal data, dropped
    Contact,
    /// Nothing we know
    Other,
}

const PERSONS: [&str; 13] = [
    "联系人", "联系电话", "电话", "联络员", "联系方式", "责任人", "负责人", "责任领导", "分管领导",
    "牵头领导", "市领导", "领导", "手机",
];
const LEAD: [&str; 3] = ["牵头", "主办", "第一责任"];
const SUPPORT: [&str; 6] = ["配合", "参与", "协办", "协同", "参加", "协作"];
const UNITS: [&str; 17] = [
    "责任单位", "责任部门", "负责单位", "指导部门", "实施单位", "承办单位", "责任主体", "负责部门",
    "落实单位", "主管部门", "考核部门", "完成单位", "责任科室", "实施主体", "责任分工", "部门", "单位",
];
const DUE: [&str; 10] =
    ["时限", "完成时间", "时间节点", "期限", "实施阶段", "时间要求", "进度", "时间安排", "实施时间", "年限"];
const SCORE: [&str; 5] = ["分值", "权重", "标准分", "得分", "总分"];
const SCOPE: [&str; 3] = ["推广范围", "适用范围", "实施范围"];
const GROUP: [&str; 12] =
    ["总体任务", "类别", "分类", "领域", "一级", "方面", "大类", "板块", "类型", "重点方向", "章节", "维度"];
const TARGETS: [&str; 7] = ["目标", "预期成效", "成果形式", "工作成果", "标志性成果", "量化", "指标值"];
const MEASURES: [&str; 18] = [
    "指标说明", "计算方法", "指标解释", "举措", "措施", "内容", "具体任务", "考核指标", "评分标准",
    "工作要求", "任务分解", "实施路径", "主要做法", "具体事项", "考核标准", "考核内容", "细则", "要求",
];
const WORK: [&str; 9] = ["重点工作", "任务", "项目", "事项", "指标", "名称", "工作", "内容", "政策"];

/// Whether a heading announces persons, beside whatever else it announces: 责任单位及责任人.
pub fn names_persons(heading: &str) -> bool {
    PERSONS.iter().any(|word| heading.contains(word))
}

/// The roles of a header, column by column; `None` where the row is no header.
pub fn roles(headings: &[String]) -> Option<Vec<Role>> {
    let dated = |h: &String| h.contains("20") && h.contains('年') && h.chars().count() <= 12;
    let indicators = headings.iter().any(|h| h.contains("指标"))
        && headings.iter().any(|h| h == "单位" || h == "计量单位" || h == "属性" || dated(h));
    let mut roles: Vec<Role> = headings.iter().map(|heading| role(heading, indicators)).collect();
    settle(&mut roles);
    let known = roles.iter().filter(|role| **role != Role::Other).count();
    let short = headings.iter().filter(|h| !h.is_empty()).all(|h| h.chars().count() <= 24);
    let speaks = roles.iter().any(|r| matches!(r, Role::Work | Role::Measures | Role::Targets));
    // A table hands out tasks if it says who, when or how much, or at least numbers things to do.
    let assigns = roles.iter().any(|r| {
        matches!(r, Role::Units(_) | Role::Due | Role::Score | Role::Targets | Role::Figure(_) | Role::Nature)
    });
    let todo = |heading: &String| {
        ["任务", "举措", "措施", "工作", "事项", "重点"].iter().any(|word| heading.contains(word))
    };
    let numbers = roles.contains(&Role::Number) && headings.iter().any(todo);
    (known >= 2
        && speaks
        && (assigns || numbers)
        && short
        && known * 2 >= headings.iter().filter(|h| !h.is_empty()).count())
    .then_some(roles)
}

fn role(heading: &str, indicators: bool) -> Role {
    let heading: String = heading.chars().filter(|c| !is_space(*c)).collect();
    let heading = heading.as_str();
    let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    let dated = heading.contains("20") && heading.chars().filter(char::is_ascii_digit).count() >= 4;
    match heading {
        "" => Role::Other,
        "序号" | "编号" | "序" | "项号" | "号" | "任务编号" | "No" | "NO" | "No." => Role::Number,
        "备注" | "说明" => Role::Remark,
        "属性" | "指标属性" | "指标性质" | "指标类型" => Role::Nature,
        "单位" | "计量单位" if indicators => Role::Unit,
        _ if has(&PERSONS) && !has(&["单位", "部门"]) => Role::Contact,
        _ if has(&LEAD) => Role::Units(Part::Lead),
        _ if has(&SUPPORT) => Role::Units(Part::Support),
        _ if indicators
            && (dated
                || heading.contains("年均")
                || heading.contains("累计")
                || heading.contains("目标")) =>
        {
            if has(&["实际", "现状", "基期", "完成"]) {
                Role::Baseline
            } else {
                Role::Figure(date::due(heading, None))
            }
        }
        _ if has(&UNITS) => Role::Units(Part::Plain),
        _ if has(&DUE) => Role::Due,
        _ if has(&SCORE) => Role::Score,
        _ if has(&SCOPE) => Role::Scope,
        _ if has(&GROUP) => Role::Group,
        _ if has(&TARGETS) && heading != "目标任务" => Role::Targets,
        _ if has(&MEASURES) => Role::Measures,
        _ if has(&WORK) => Role::Work,
        _ => Role::Other,
    }
}

/// Columns are told from one another: of two columns of measures the first heads the work, and a table
/// whose only text is in 任务 has its measures there.
fn settle(roles: &mut [Role]) {
    let places = |roles: &[Role], role: Role| -> Vec<usize> {
        (0..roles.len()).filter(|at| roles[*at] == role).collect()
    };
    let works = places(roles, Role::Work);
    let measures = places(roles, Role::Measures);
    if works.is_empty() && measures.len() >= 2 {
        roles[measures[0]] = Role::Work;
    } else if works.len() >= 2 && measures.is_empty() {
        roles[works[works.len() - 1]] = Role::Measures;
    }
    let works = places(roles, Role::Work);
    if works.len() >= 3 {
        // Levels of indicators: the last names the indicator, the first its field.
        works[1..works.len() - 1].iter().for_each(|at| roles[*at] = Role::Other);
    }
    let works = places(roles, Role::Work);
    if works.len() >= 2 && places(roles, Role::Group).is_empty() {
        roles[works[0]] = Role::Group;
    }
    // Of several columns before or after the year of the target, those before it tell today's figure.
    let figures: Vec<(usize, Option<NaiveDate>)> = roles
        .iter()
        .enumerate()
        .filter_map(|(at, role)| if let Role::Figure(due) = role { Some((at, *due)) } else { None })
        .collect();
    let latest = figures.iter().filter_map(|(_, due)| *due).max();
    for (at, due) in figures {
        if due.is_some() && due < latest {
            roles[at] = Role::Baseline;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headings: &[&str]) -> Option<Vec<Role>> {
        roles(&headings.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn the_columns_of_known_lists_are_told() {
        assert_eq!(
            of(&["序号", "总体任务", "重点工作", "市目标", "市落实举措", "实施阶段", "责任单位", "联系人"])
                .unwrap(),
            [
                Role::Number,
                Role::Group,
                Role::Work,
                Role::Targets,
                Role::Measures,
                Role::Due,
                Role::Units(Part::Plain),
                Role::Contact
            ]
        );
        assert_eq!(
            of(&["序号", "改革举措", "主 要 内 容", "指导部门", "推广范围"]).unwrap(),
            [Role::Number, Role::Work, Role::Measures, Role::Units(Part::Plain), Role::Scope]
        );
        assert_eq!(
            of(&["序号", "考核项目", "各项分值", "考核指标", "负责考核部门"]).unwrap(),
            [Role::Number, Role::Work, Role::Score, Role::Measures, Role::Units(Part::Plain)]
        );
        assert_eq!(
            of(&["重点任务", "工作任务", "牵头单位", "配合单位", "完成时限"]).unwrap(),
            [Role::Work, Role::Measures, Role::Units(Part::Lead), Role::Units(Part::Support), Role::Due]
        );
    }

    #[test]
    fn a_row_of_text_is_no_header() {
        assert_eq!(of(&["1", "完善机制", "2", "进一步健全组织体系、责任体系、制度体系", "县河长办"]), None);
    }
}
