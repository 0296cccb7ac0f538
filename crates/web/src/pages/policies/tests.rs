//! Behaviour of the library of policies.

use crate::testing::{Answer, Site};

fn cards(page: &Answer) -> usize {
    page.count("class=\"policy-gives\"")
}

#[tokio::test]
async fn policies_in_force_and_to_come_are_listed_with_amount_validity_and_mark() {
    let page = Site::with_policies().await.get("/policies").await;
    page.assert_ok()
        .assert_shows("小企业减免")
        .assert_shows("应纳税所得额 × 5%（每年）")
        .assert_shows("2023年1月1日至2027年12月31日");
    page.assert_shows("按公式计算，最高5万元（一次性）").assert_shows("20万元（一次性）");
    page.assert_shows("资格或权利，没有直接金额").assert_shows("尚未施行").assert_shows("未与官方文本核对");
    page.assert_lacks("往年补贴");
    assert_eq!(cards(&page), 13);
    page.assert_shows("共13项").assert_shows("其中12项尚未与官方文本核对");
}

#[tokio::test]
async fn field_level_money_and_marks_narrow_the_list() {
    let site = Site::with_policies().await;
    for (query, found) in [
        ("field=tax", 2),
        ("level=nation", 2),
        ("level=province", 1),
        ("level=city", 10),
        ("money=yes", 10),
        ("money=no", 3),
        ("verified=yes", 1),
        ("verified=no&field=tax", 1),
        ("q=招工", 1),
        ("q=第九条", 0),
        ("q=某公告2023年第12号", 1),
        ("q=is_listed", 3),
        ("q=示范作用", 1),
        ("field=nothing", 0),
    ] {
        let page = site.get(&format!("/policies?{}", encoded(query))).await;
        assert_eq!(cards(page.assert_ok()), found, "{query}");
    }
}

/// Han characters as a browser sends them.
fn encoded(query: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    query.bytes().map(byte).collect()
}

#[tokio::test]
async fn a_day_shows_what_was_in_force_on_it() {
    let site = Site::with_policies().await;
    let page = site.get("/policies?day=2019-06-01").await;
    page.assert_shows("往年补贴").assert_shows("已到期").assert_shows("value=\"2019-06-01\"");
    assert_eq!(cards(&page), 1);
    assert_eq!(cards(&site.get("/policies?day=2022-06-01").await), 2);
    site.get("/policies?day=soon")
        .await
        .assert_ok()
        .assert_shows("日期没有看懂")
        .assert_shows("aria-invalid");
}

#[tokio::test]
async fn an_empty_list_offers_a_way_on_and_nothing_is_taken_as_markup() {
    let site = Site::with_policies().await;
    let page = site.get_english("/policies?q=%22%3E%3Cb%3Ezzz&field=%3Ci%3E").await;
    page.assert_ok()
        .assert_shows("No policy matches")
        .assert_shows("href=\"/policies\"")
        .assert_lacks("<b>zzz")
        .assert_lacks("<i>");
    let empty = Site::without_rules().await.get_english("/policies").await;
    empty.assert_ok().assert_shows("No policies are held here yet").assert_shows("href=\"/regulation\"");
}

#[tokio::test]
async fn ladders_are_listed_with_their_grades_in_order() {
    let page = Site::with_policies().await.get("/policies").await;
    page.assert_shows("成长梯度");
    let ladder = page.body.split("<ol class=\"ladder\">").nth(1).unwrap();
    assert!(ladder.find("初级企业").unwrap() < ladder.find("高级企业").unwrap());
}
