//! Behaviour of the task list reader on small lists of our own, one shape or trap each.

use super::{LeadRuleKind, Measure, TaskList};
use crate::{Hints, Reading};

fn list(text: &str) -> TaskList {
    match crate::read(text.as_bytes(), Hints::default()).unwrap() {
        Reading::TaskList(list) => *list,
        other => panic!("not a task list: {other:?}"),
    }
}

fn shape(list: &TaskList) -> Vec<(u32, usize)> {
    list.works.iter().map(|work| (work.number, work.measures.len())).collect()
}

fn measure(list: &TaskList, work: usize, measure: usize) -> &Measure {
    &list.works[work].measures[measure]
}

const HEADER: &str = "序号\t总体任务\t重点工作\t目标\t落实举措\t实施阶段\t责任单位\t联系人\n";

#[test]
fn a_row_torn_by_a_page_break_is_one_work_and_a_repeated_header_is_none() {
    let text = format!(
        "{HEADER}1\t一、甲方面\t(一)做好甲事\t1. 2024年完成80家以上。\t<p>1. 第一项。</p><p>2. 第二项。</p>\t2023- 2027年\t*市甲局 市乙局\t某某 0000-00000000\n\n{HEADER}1\t一、甲 方面\t(一)做好甲事\t1. 2024 年完成80家以上。\t3. 第三项。 4. 第四项达到0.52吨。\t2023-2027 年\t*市甲局 市乙局\t某某 0000-00000000\n2\t\t(二)做好乙事\t达到60%以上\t<ol><li>甲。</li><li>乙。</li></ol>\t长期 实施\t市丙局\t\n"
    );
    let list = list(&text);
    assert_eq!(shape(&list), [(1, 4), (2, 2)]);
    assert_eq!(list.works[1].task.as_deref(), Some("一、甲方面"));
    assert_eq!((list.lead_rule.marked, list.lead_rule.stars, list.lead_rule.single), (1, 1, 1));
    let stage = list.works[0].stage.as_ref().unwrap();
    assert_eq!((stage.from, stage.to), (Some(2023), Some(2027)));
    assert!(list.conflicts.is_empty(), "{:?}", list.conflicts);
    let json = serde_json::to_string(&list).unwrap();
    assert!(!json.contains("某某") && !json.contains("00000000"), "{json}");
}

#[test]
fn copies_that_disagree_are_reported_and_the_first_is_kept() {
    let row = |word: &str, measure: &str| {
        format!("1\t一、甲\t(一)甲事\t1. 调解{word}达1.2以上。\t{measure}\t长期\t市甲局\t\n")
    };
    let list =
        list(&format!("{HEADER}{}{HEADER}{}", row("数", "1. 甲。 2. 乙。"), row("率", "3. 丙。 4. 丁。")));
    assert_eq!(shape(&list), [(1, 4)]);
    assert_eq!(list.conflicts.len(), 1);
    assert_eq!((list.conflicts[0].place.as_str(), list.conflicts[0].field), ("1.1", "target"));
    assert!(list.works[0].targets[0].text.contains("调解数"));
}

#[test]
fn heading_rows_are_works_and_numbered_rows_are_measures() {
    let list = list(
        "<table><tr><td>序号</td><td>举措</td><td>主要内容</td><td>牵头单位</td><td>配合单位</td><td>完成时限</td></tr>\
         <tr><td colspan=6>一、甲方面（共2项）</td></tr>\
         <tr><td>1</td><td>甲一</td><td>做甲一。</td><td>市甲局</td><td>市乙局、各区政府</td><td>2024年6月底前</td></tr>\
         <tr><td>2</td><td>甲二</td><td>做甲二。</td><td>市甲局</td><td></td><td>长期</td></tr>\
         <tr><td colspan=6>二、乙方面（共1项）</td></tr>\
         <tr><td>3</td><td>乙一</td><td>做乙一。</td><td>市丙局</td><td>市乙局等有关部门</td><td>12月底前</td></tr></table>",
    );
    assert_eq!(shape(&list), [(1, 2), (2, 1)]);
    assert_eq!(list.works[0].declared, Some(2));
    let first = measure(&list, 0, 0);
    assert_eq!(
        (first.lead.as_slice(), first.support.as_slice()),
        (["市甲局".to_owned()].as_slice(), ["市乙局".to_owned()].as_slice())
    );
    assert!(first.open_list);
    assert_eq!(first.deadline.unwrap().to_string(), "2024-06-30");
    assert_eq!(list.lead_rule.rule, LeadRuleKind::Word);
}

#[test]
fn merged_cells_head_the_measures_beside_them() {
    let list = list(
        "<table><tr><th>重点任务</th><th>工作任务</th><th>责任单位</th></tr>\
         <tr><td rowspan=2>甲任务</td><td>1.做一。</td><td>市甲局</td></tr><tr><td>2.做二。</td><td>市乙局</td></tr>\
         <tr><td>乙任务</td><td>3.做三。</td><td>市丙局</td></tr></table>",
    );
    assert_eq!(shape(&list), [(1, 2), (2, 1)]);
    assert_eq!(list.works[0].title, "甲任务");
    assert_eq!(measure(&list, 0, 1).lead, ["市乙局"]);
}

#[test]
fn brackets_name_who_answers_for_a_paragraph() {
    let list = list(
        "样城2024年工作要点\n一、总体目标\n到2024年底，服务企业1000家以上。\n二、重点任务\n（一）优化服务\n1.建立专窗。市（县）联动。（牵头单位：市甲局；配合单位：市乙局、各区；完成时限：2024年9月底前）\n2.开展走访。（市丙局牵头，市丁局配合）\n（二）减轻负担\n1.清理收费。（市戊局、市己局按职责分工负责）\n三、保障措施\n加强领导。",
    );
    assert_eq!(shape(&list), [(1, 2), (2, 1)]);
    let first = measure(&list, 0, 0);
    assert_eq!(
        (first.lead.as_slice(), first.support.as_slice()),
        (["市甲局".to_owned()].as_slice(), ["市乙局".to_owned()].as_slice())
    );
    assert_eq!((first.open_list, first.deadline.unwrap().to_string()), (true, "2024-09-30".to_owned()));
    assert!(first.text.contains("市（县）联动"));
    assert_eq!(measure(&list, 0, 1).support, ["市丁局"]);
    assert_eq!(measure(&list, 1, 0).lead, ["市戊局", "市己局"]);
    assert_eq!(list.goals.len(), 1);
    assert_eq!(list.goals[0].quantities[0].deadline.unwrap().to_string(), "2024-12-31");
}

#[test]
fn a_sentence_may_say_that_the_first_unit_leads() {
    let list = list(
        "样城责任分工方案\n一、建立专窗。（市甲局、市乙局负责）\n二、开展走访。（市丙局、市丁局负责）\n各项任务列第一位的为牵头单位，其他为配合单位。",
    );
    assert_eq!(list.lead_rule.rule, LeadRuleKind::First);
    assert_eq!(
        (list.works[0].lead.as_slice(), list.works[0].support.as_slice()),
        (["市甲局".to_owned()].as_slice(), ["市乙局".to_owned()].as_slice())
    );
}

#[test]
fn indicators_of_a_text_layer_are_put_together_from_wrapped_lines() {
    let list = list(
        "样城“十四五”主要指标\n序号 指标 单位 属性 2025年目标\n1 研发强度 % 预期性 3左右\n2 森林覆盖率 % 约束性 19.5\n高技能人才占技能人才\n3 % 预期性 >35\n的比重\n4 人均预期寿命 岁 预期性 >84\n5 事故死亡率 人/亿元 约束性 <0.01\n",
    );
    let found: Vec<_> = list
        .works
        .iter()
        .map(|work| (work.title.as_str(), work.targets[0].quantities[0].value.unwrap().to_string()))
        .collect();
    assert_eq!(found[2], ("高技能人才占技能人才的比重", "35".to_owned()));
    assert_eq!(found.len(), 5);
    assert_eq!(list.works[4].targets[0].quantities[0].unit.as_deref(), Some("人/亿元"));
    assert_eq!(list.works[1].nature.as_deref(), Some("约束性"));
}

#[test]
fn scores_without_units_or_days_are_works_without_them() {
    let list = list(
        "<table><tr><th>序号</th><th>考核项目</th><th>分值</th><th>考核内容</th></tr>\
         <tr><td>一、</td><td>服务</td><td>10</td><td></td></tr>\
         <tr><td>1</td><td>走访</td><td>6</td><td>1.建立台账，得2分。2.按月走访，得4分。</td></tr>\
         <tr><td>2</td><td>答复</td><td>4</td><td>按时答复，得4分。</td></tr></table>",
    );
    assert_eq!(shape(&list), [(1, 2)]);
    assert_eq!(measure(&list, 0, 0).sub_scores.len(), 2);
    assert!(measure(&list, 0, 0).lead.is_empty() && measure(&list, 0, 0).deadline.is_none());
}

#[test]
fn a_bracket_may_hold_clauses_a_day_and_units_without_a_verb() {
    let list = list(
        "样城工作要点\n一、甲方面\n1.做一。（市甲局牵头，市乙中心、各县（市、区）人民政府配合，2025年9月底前完成）\n2.做二。（省丙局、省丁局）\n3.做三，没有写明单位。\n4.做四。（省戊厅牵头，省直有关部门，各市、州、直管市人民政府按职责分工负责）",
    );
    assert_eq!(shape(&list), [(1, 4)]);
    let first = measure(&list, 0, 0);
    assert_eq!((first.lead[0].as_str(), first.support[0].as_str()), ("市甲局", "市乙中心"));
    assert_eq!((first.open_list, first.deadline.unwrap().to_string()), (true, "2025-09-30".to_owned()));
    assert_eq!(measure(&list, 0, 1).lead, ["省丙局", "省丁局"]);
    assert!(measure(&list, 0, 2).lead.is_empty());
    let last = measure(&list, 0, 3);
    assert_eq!((last.lead.as_slice(), last.support.len()), (["省戊厅".to_owned()].as_slice(), 0));
    assert_eq!(last.open, ["省直有关部门", "各市、州、直管市人民政府"]);
}

#[test]
fn the_rule_about_leads_may_stand_in_the_bracket_of_a_measure() {
    let list = list(
        "样城分工方案\n一、做一。（市甲局、市乙局负责，排在第一位的为牵头部门，下同）\n二、做二。（市丙局、市丁局负责）",
    );
    assert_eq!(list.lead_rule.rule, LeadRuleKind::First);
    assert_eq!((list.works[0].lead.len(), list.works[0].support.len()), (1, 1));
    assert_eq!(list.works[1].support, ["市丁局"]);
}

#[test]
fn labels_on_lines_of_their_own_close_the_paragraph_above() {
    let list = list(
        "样城行动方案\n（一）做一。内容一。\n牵头单位：市甲局\n配合单位：市乙局、市丙局\n完成时限：2027年\n（二）做二。\n牵头单位：市丁局\n某市人民政府\n2024年5月6日\n（此件公开发布）",
    );
    assert_eq!(shape(&list), [(1, 1), (2, 1)]);
    assert_eq!(list.works[0].support, ["市乙局", "市丙局"]);
    assert_eq!(list.works[0].deadline.unwrap().to_string(), "2027-12-31");
    assert!(!measure(&list, 1, 0).text.contains("公开发布"), "{}", measure(&list, 1, 0).text);
}

#[test]
fn brackets_inside_cells_name_who_answers_where_no_column_does() {
    let list = list(
        "<table><tr><th>类别</th><th>序号</th><th>重点任务</th><th>时间安排</th></tr>\
         <tr><td rowspan=2>甲类</td><td>1</td><td>做一。（区甲局牵头，区乙局配合）</td><td>6月底前</td></tr>\
         <tr><td>2</td><td>做二。（区丙局负责）</td><td>持续推进</td></tr></table>",
    );
    assert_eq!(shape(&list), [(1, 2)]);
    assert_eq!(measure(&list, 0, 0).support, ["区乙局"]);
    assert_eq!(measure(&list, 0, 1).lead, ["区丙局"]);
}

#[test]
fn indicator_columns_give_the_figure_of_the_latest_year() {
    let list = list(
        "样城主要指标\n序号 指标名称 单位 2020年 2025年 属性 责任单位\n1 地区生产总值 亿元 4500 6500 预期性 区甲委\n2 研发投入强度 % 2.9 3.5以上 预期性 区乙局\n3 失业率 % 2.6 <4 预期性 区丙局\n4 优良天数比率 % 72 75 约束性 区丁局\n",
    );
    let quantity = |at: usize| &list.works[at].targets[0].quantities[0];
    assert_eq!(quantity(0).value.unwrap().to_string(), "6500");
    assert_eq!(quantity(0).deadline.unwrap().to_string(), "2025-12-31");
    assert_eq!(quantity(1).value.unwrap().to_string(), "3.5");
    assert_eq!(list.works[2].lead, ["区丙局"]);
}

#[test]
fn names_in_a_column_shared_with_persons_are_dropped() {
    let list = list(
        "序号\t工作任务\t具体举措\t责任单位及责任人\t备注\n1\t甲事\t做甲。\t市甲局 某某某\t按季报送\n2\t乙事\t做乙。\t市乙局\t\n",
    );
    let json = serde_json::to_string(&list).unwrap();
    assert!(!json.contains("某某"), "{json}");
    assert_eq!(measure(&list, 0, 0).other.get("备注").map(String::as_str), Some("按季报送"));
}
