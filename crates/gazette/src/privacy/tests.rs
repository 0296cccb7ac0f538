//! What is cut out as contact data, what stays, and what may be published.

use super::publishable;
use crate::{Hints, Reading, manuscript::Line, span::Text};

/// A line without contact data.
fn cut(text: &str) -> String {
    let mut line = Line::new(&Text::from_source(text, 0));
    super::cut(&mut line, &mut Vec::new());
    line.as_str().to_owned()
}

#[test]
fn numbers_glued_to_names_in_full_width_or_in_groups_are_cut_and_figures_stay() {
    for text in [
        "某某13800000000",
        "（市乙局，13700000000）",
        "某某0000-00000000",
        "１３８００００００００",
        "＋86 １３８００００００００",
        "+86-138 0000 0000",
        "138 0000 0000",
        "138-0000-0000",
        "(0000)00000000",
        "电话00000000",
    ] {
        assert!(!cut(text).contains(['0', '０', '8']), "{text}: {}", cut(text));
    }
    for text in
        ["减负13800000元", "面积2000亩、82家", "2023年10月27日", "编号138000000001234", "市甲局（市乙办）"]
    {
        assert_eq!(cut(text), text);
    }
    assert_eq!(cut("市甲局（王某某）、市乙局（欧阳某）"), "市甲局、市乙局");
    assert_eq!(cut("市甲局（阿某·某提）、市乙局（某市某办）"), "市甲局、市乙局（某市某办）");
}

#[test]
fn whom_to_ask_is_cut_out_of_running_text() {
    let text = "某市工作要点\n一、加强服务。（责任单位：市甲局，联系人：某某）\n二、优化办理。（责任单位：市乙局）\n联系人：某某，联系电话：0000-00000000。";
    let reading = crate::read(text.as_bytes(), Hints::default()).unwrap();
    let Reading::TaskList(list) = &reading else { panic!("{reading:?}") };
    let json = serde_json::to_string(list).unwrap();
    assert!(!json.contains("某某") && !json.contains("0000"), "{json}");
    let manuscript = crate::manuscript(text.as_bytes(), Hints::default()).unwrap();
    let redacted = publishable(&manuscript, &reading);
    assert!(!redacted.contains("0000") && redacted.contains("市乙局"), "{redacted}");
}

#[test]
fn every_name_and_number_of_a_contact_line_is_cut() {
    for (text, rest) in [
        ("联系人：某甲、某乙乙 00000000/11111111", ""),
        ("联系人：某甲，电话：0000-00000000、00000001。", "，。"),
        ("联系人　阿某提·某尔某", ""),
        ("联系人：阿某提·某尔某、某乙；", "；"),
        ("联系电话：00000000、11111111", ""),
        ("微信号：ab_1234，请备注单位", "，请备注单位"),
        ("微信 ab_1234", ""),
        ("邮箱 ab.cd@ef.example", "邮箱"),
    ] {
        assert_eq!(cut(text), rest, "{text}");
    }
    for text in ["责任人、联系人应当到场。", "联系电话、传真由市甲局公布。", "建立微信公众号"]
    {
        assert_eq!(cut(text), text);
    }
}

#[test]
fn credits_of_a_page_are_cut_and_sentences_about_editing_stay() {
    for text in [
        "责任编辑：某某某",
        "编辑：某某 审核：某某",
        "（责任编辑：某某）",
        "【责编：某某】",
        "来源作者：某某",
        "通讯员:某某 某某某",
        "初审：某某　复审：某某　终审：某某",
        "记者：某某、阿某·某某",
        "校 对：某 某",
        "供稿：市甲局办公室",
        "撰稿：某某，某某某",
    ] {
        let left = cut(text);
        assert!(!left.contains('某') && !left.contains('甲'), "{text}: {left}");
    }
    for text in [
        "申请材料经审核：符合条件的，予以登记。",
        "审核：由主管部门在五个工作日内提出意见",
        "（二）审核：五个工作日",
        "县级初审：市级复审",
        "编辑、审核和校对应当分开。",
        "网站编辑：负责内容的更新，并接受审核。",
        "审核：市甲局、市乙局提出意见。",
        "终审判决生效后：依照规定执行",
    ] {
        assert_eq!(cut(text), text);
    }
}

#[test]
fn a_column_of_persons_in_a_table_that_is_no_task_list_is_dropped() {
    let text = "样城咨询点名册\n地点\t开放日\t联系人\n东门\t周一\t某甲甲 00000000\n西门\t周二\t阿某·某某\n";
    let manuscript = crate::manuscript(text.as_bytes(), Hints::default()).unwrap();
    let reading = crate::structure(&manuscript);
    let Reading::Notice(notice) = &reading else { panic!("{reading:?}") };
    let json = serde_json::to_string(notice).unwrap();
    let public = publishable(&manuscript, &reading);
    for output in [&json, &public] {
        assert!(output.contains("西门") && !output.contains('某') && !output.contains("0000"), "{output}");
    }
}

#[test]
fn what_may_be_published_hides_what_a_page_hides_and_keeps_every_place() {
    let text = "<html><head><title>某甲</title><meta content=\"某甲\"></head><body>\
        <!-- 某甲 --><div id=\"某甲\" onclick='f(\"某甲\")'><h1>样城茶叶办法</h1>\n\
        <p title=某甲>第一条　为了让市场有序&mdash;&amp;，制定本办法。</p>\n<p>第二条　茶叶是指绿茶。</p>\n\
        <p>第三条　本办法自2031年5月1日起施行。</p>\
        <table><tr><td colspan=\"2\" class=\"某甲\">一</td></tr><tr><td>二</td><td>三</td></tr></table>\
        <a href=\"tel:13800000000\">致电</a></div><script>var a = '<p>某甲 13800000000';</script>\
        <style>p { content: '某甲' }</style><footer>&copy; 某甲 <b>某甲</b></footer>\
        <div>责任编辑：某甲</div></body></html>";
    let manuscript = crate::manuscript(text.as_bytes(), Hints::default()).unwrap();
    let reading = crate::structure(&manuscript);
    let public = publishable(&manuscript, &reading);
    assert!(!public.contains("某甲") && !public.contains("138"), "{public}");
    assert_eq!(public.chars().count(), text.chars().count());
    for (before, after) in text.chars().zip(public.chars()) {
        assert!(before == after || after == ' ' || after == '□', "{before} became {after}");
    }
    for word in ["样城茶叶办法", "有序&mdash;&amp;，", "致电", "<td colspan=\"2\" ", "</table>"] {
        assert!(public.contains(word), "{word}: {public}");
    }
    let again = crate::read(public.as_bytes(), Hints { file_name: Some("a.html") }).unwrap();
    let (Reading::Law(first), Reading::Law(second)) = (&reading, &again) else { panic!("{again:?}") };
    let spans = |law: &crate::Law| law.all_articles().iter().map(|article| article.span).collect::<Vec<_>>();
    assert_eq!(spans(first), spans(second));
}

#[test]
fn a_page_that_never_closes_its_footer_publishes_no_number() {
    let text = "<div><p>第一条　甲。</p><p>第二条　乙。</p><p>第三条　丙。</p></div><footer>联系人：某甲 13800000000";
    let manuscript = crate::manuscript(text.as_bytes(), Hints::default()).unwrap();
    let reading = crate::structure(&manuscript);
    let public = publishable(&manuscript, &reading);
    assert!(!public.contains('某') && !public.contains("138"), "{public}");
}
