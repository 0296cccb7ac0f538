//! Behaviour of the law reader on small laws of our own, one trap each.

use super::{Article, Law};
use crate::{Hints, Reading};

fn law(text: &str) -> Law {
    match crate::read(text.as_bytes(), Hints::default()).unwrap() {
        Reading::Law(law) => *law,
        other => panic!("not a law: {other:?}"),
    }
}

fn numbers(law: &Law) -> Vec<&str> {
    law.all_articles().iter().map(|article| article.number.as_str()).collect()
}

fn items(article: &Article) -> Vec<&str> {
    article.items.iter().map(|item| item.number.as_str()).collect()
}

const HEAD: &str = "样城服务企业条例\n（2024年3月5日样城人民代表大会常务委员会第九次会议通过　2024年5月6日甲省人民代表大会常务委员会第三次会议批准）\n";

#[test]
fn a_law_has_its_title_dates_chapters_and_articles() {
    let law = law(&format!(
        "{HEAD}第一章　总　则\n第一条　为了服务企业，制定本条例。\n第二条　本条例适用于样城。\n第2章 服务\n第三条　有关部门应当及时答复。\n答复应当说明理由。\n第四条　本条例自2024年7月1日起施行。\n"
    ));
    assert_eq!(law.title, "样城服务企业条例");
    let days = [law.adopted, law.approved, law.effective].map(|day| day.unwrap().to_string());
    assert_eq!(days, ["2024-03-05", "2024-05-06", "2024-07-01"]);
    assert_eq!(law.chapters.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["总则", "服务"]);
    assert_eq!(numbers(&law), ["1", "2", "3", "4"]);
    assert_eq!(law.all_articles()[2].paragraphs.len(), 2);
    assert!(law.unparsed.is_empty(), "{:?}", law.unparsed);
}

#[test]
fn an_article_in_the_middle_of_a_line_is_found_and_a_mention_is_not() {
    let law = law(&format!(
        "{HEAD}第一条　为了服务企业，制定本条例。 第二条　违反本条例第一条规定的，依照第三条处理。\n第三条　符合第一条、第二条规定的，适用本条。\n第三条之一　另有规定的，从其规定。\n第四条　本条例自公布之日起施行。"
    ));
    assert_eq!(numbers(&law), ["1", "2", "3", "3-1", "4"]);
}

#[test]
fn items_restart_nest_and_go_on_behind_a_paragraph() {
    let law = law(&format!(
        "{HEAD}第一条　下列情形适用：\n（一）甲；\n1. 子一；\n2. 子二。\n（二）乙。\n前款之外，还包括：\n（一）丙；\n（二）丁。\n第二条　包括：\n（一）甲；\n此处另起一段。\n（二）乙。\n第三条　本条例下列用语：（一）甲，是指一；（二）乙，是指二。\n第四条　自2024年7月1日起施行。"
    ));
    let articles = law.all_articles();
    assert_eq!(items(articles[0]), ["（一）", "（二）", "（一）", "（二）"]);
    assert_eq!(articles[0].items[0].subitems.len(), 2);
    assert_eq!(items(articles[1]), ["（一）", "（二）"]);
    assert_eq!(items(articles[2]), ["（一）", "（二）"]);
}

#[test]
fn a_table_of_contents_is_not_counted_twice() {
    let law = law(&format!(
        "{HEAD}目　录\n第一章　总则\n第二章　附则\n第一章　总则\n第一条　为了服务企业，制定本条例。\n第二条　适用于样城。\n第二章　附则\n第三条　本条例自2024年7月1日起施行。"
    ));
    assert_eq!(law.chapters.len(), 2);
    assert_eq!(law.chapters[0].articles.len(), 2);
}

#[test]
fn sections_belong_to_their_chapter_and_annexes_follow_the_articles() {
    let law = law(&format!(
        "{HEAD}第一章　办理\n第一节　受理\n第一条　应当受理。\n第二节　答复\n第二条　应当答复。\n第二章　附则\n第三条　本条例自2024年7月1日起施行。\n附件：表格\n第一行内容"
    ));
    let titles: Vec<_> = law.chapters[0].sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(titles, ["受理", "答复"]);
    assert_eq!((law.annexes.len(), law.annexes[0].lines.len()), (1, 1));
    assert_eq!(numbers(&law), ["1", "2", "3"]);
}

#[test]
fn a_decision_has_points_and_an_amendment_is_known_as_one() {
    let law = law(
        "样城人民代表大会常务委员会关于修改《样城服务企业条例》的决定\n（2025年1月2日样城人民代表大会常务委员会第十次会议通过）\n样城人民代表大会常务委员会决定对《样城服务企业条例》作如下修改：\n一、将第三条修改为：“第三条　有关部门应当在五日内答复。”\n二、删去第四条。\n本决定自2025年2月1日起施行。",
    );
    assert_eq!(law.subtype, "amendment_decision");
    assert_eq!(law.amends.as_deref(), Some("样城服务企业条例"));
    assert_eq!((law.points.len(), law.all_articles().len()), (2, 0));
    assert_eq!(law.effective.unwrap().to_string(), "2025-02-01");
}

#[test]
fn revisions_are_told_from_adoption_and_orders_keep_their_number() {
    let law = law(
        "样城道路管理办法\n（2011年12月15日样城人民政府令第61号公布　根据2015年9月30日样城人民政府令第132号《关于修改部分规章的决定》第一次修订　根据2019年11月14日样城人民政府令第168号《关于修改和废止部分规章的决定》第二次修订）\n第一条　为了管理道路，制定本办法。\n第二条　适用于样城。\n第三条　本办法自2012年2月1日起施行。",
    );
    assert_eq!(law.published.unwrap().to_string(), "2011-12-15");
    assert_eq!(law.latest_revision.unwrap().to_string(), "2019-11-14");
    assert_eq!(law.order_number.as_deref(), Some("样城人民政府令第61号"));
    assert_eq!(law.effective.unwrap().to_string(), "2012-02-01");
}

#[test]
fn wrapped_lines_of_a_text_layer_become_paragraphs() {
    let body = "第一条　为了加强本市道路的管理，保障道路的完好和\n畅通，根据有关法律、法规的规定，结合本市的实际情况，\n制定本办法。\n第二条　本市行政区域内道路的规划、建设、养护和管理\n活动，适用本办法。法律、法规另有规定的，依照其规定，\n第一条规定的情形除外。\n第三条　市、区人民政府应当加强对道路管理工作的领导，\n将道路的养护经费列入本级财政预算，并按照规定，及时\n足额拨付。\n第四条　交通运输主管部门负责本市道路的管理工作，并\n组织实施本办法。\n";
    let law = law(&format!("样城道路管理办法\n{body}"));
    assert_eq!(numbers(&law), ["1", "2", "3", "4"]);
    assert!(
        law.all_articles().iter().all(|article| article.paragraphs.len() == 1),
        "{:?}",
        law.all_articles()
    );
}

#[test]
fn articles_are_read_without_a_gap_and_with_radicals_for_characters() {
    let law = law(
        "样城道路管理办法\n第⼀条为了管理道路，制定本办法。\n第⼆条适⽤于样城。\n第三条本办法⾃2024年3⽉1⽇起施⾏。",
    );
    assert_eq!(numbers(&law), ["1", "2", "3"]);
    assert_eq!(law.effective.unwrap().to_string(), "2024-03-01");
}

#[test]
fn a_signer_is_dropped_and_never_glued_to_the_title() {
    let law = law(
        "样城人民政府令\n第15号\n市　长　某某某\n二○二四年三月五日\n样城道路管理办法\n第一条　为了管理道路，制定本办法。\n第二条　适用于样城。\n第三条　本办法自2024年5月1日起施行。",
    );
    assert_eq!(law.title, "样城道路管理办法");
    assert!(!serde_json::to_string(&law).unwrap().contains("某某"));
}

#[test]
fn the_last_revision_of_a_city_regulation_is_the_day_it_was_approved() {
    let law = law(
        "样城森林公园管理条例\n2015年3月1日 样城人民代表大会常务委员会第二次会议通过\n2015年5月1日 甲省人民代表大会常务委员会第三次会议批准\n根据2019年4月3日样城人民代表大会常务委员会第十次会议通过\n2019年5月31日甲省人民代表大会常务委员会第十二次会议批准的《关于修改〈样城森林公园管理条例〉的决定》修正\n第一条　为了保护森林公园，制定本条例。\n第二条　适用于样城。\n第三条　自2015年7月1日起施行。",
    );
    assert_eq!(law.latest_revision.unwrap().to_string(), "2019-05-31");
    assert_eq!(law.adopted.unwrap().to_string(), "2015-03-01");
}

#[test]
fn an_article_whose_number_is_used_is_reported_and_those_behind_it_are_read() {
    let text = format!(
        "{HEAD}第一条　为了服务企业，制定本条例。\n第二条　甲方应当答复。\n第二条　乙方应当公布：\n（一）名单；\n（二）结果。\n第四条　丙方应当登记。\n第三条　丁方应当告知。\n第五条　本条例自2024年7月1日起施行。"
    );
    let law = law(&text);
    assert_eq!(numbers(&law), ["1", "2", "4", "5"]);
    assert_eq!(law.all_articles()[1].text(), "甲方应当答复。");
    let characters: Vec<char> = text.chars().collect();
    let left = law.unparsed.iter().map(|unparsed| {
        let place = unparsed.span.from as usize..unparsed.span.to as usize;
        assert!(unparsed.reason.contains("stands above"), "{unparsed:?}");
        characters[place].iter().collect::<String>()
    });
    let left: Vec<String> = left.collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].starts_with("第二条　乙方") && left[0].ends_with("结果。"), "{left:?}");
    assert_eq!(left[1], "第三条　丁方应当告知。");
}

#[test]
fn lines_that_never_end_a_sentence_are_no_single_paragraph() {
    let line = "样城人民代表大会常务委员会第九次会议听取了第三组的报告，并且在第二天\n";
    let law = law(&format!("{HEAD}第一条　甲。\n第二条　乙。\n{}第三条　丙。", line.repeat(1200)));
    assert_eq!(numbers(&law), ["1", "2", "3"]);
    let longest = law.all_articles()[1].paragraphs.iter().map(String::len).max().unwrap();
    assert!(longest <= crate::manuscript::LINE_BYTES_MAX, "{longest}");
}
