//! Behaviour of the page of a policy.

use crate::testing::Site;

#[tokio::test]
async fn conditions_stand_in_both_spellings_with_their_clauses() {
    let site = Site::with_policies().await;
    let page = site.get("/policies/small-firm-relief").await;
    page.assert_ok()
        .assert_shows("<code lang=\"zh-Hans\">从业人数 不超过 300</code>")
        .assert_shows("<code lang=\"en\">staff &#60;= 300</code>")
        .assert_shows("属于企业或者个体工商户")
        .assert_shows("第一条")
        .assert_shows("href=\"/calculator?policy=small-firm-relief\"");
    let english = site.get_english("/policies/small-firm-relief").await;
    english
        .assert_shows("<code lang=\"en\">staff &#60;= 300</code>")
        .assert_shows("Is an enterprise or an individual business");
}

#[tokio::test]
async fn the_benefit_says_base_limit_and_what_happens_above_it() {
    let page = Site::with_policies().await.get("/policies/small-firm-relief").await;
    page.assert_shows("基数 × 5%")
        .assert_shows("300万元")
        .assert_shows("超过限额，全部不能享受")
        .assert_shows("四舍五入到0.01元");
    page.assert_shows("已与官方文本核对").assert_shows("2026年11月1日").assert_lacks("尚未与官方文本核对。");
}

#[tokio::test]
async fn every_version_is_told_with_the_day_it_was_known() {
    let page = Site::with_policies().await.get("/policies/small-firm-relief").await;
    page.assert_shows("2023年8月2日公布").assert_shows("2022年1月1日至2022年12月31日").assert_shows("已到期");
    let to_come = Site::with_policies().await.get_english("/policies/coming-aid").await;
    to_come.assert_ok().assert_shows("to come").assert_shows("published 1 October 2026");
    Site::with_policies().await.get("/policies/past-aid").await.assert_ok().assert_shows("已到期");
}

#[tokio::test]
async fn exceptions_groups_examples_and_doubts_are_shown() {
    let site = Site::with_policies().await;
    let cut = site.get("/policies/levy-cut").await;
    cut.assert_shows("已经上市的")
        .assert_shows("但有下列情形之一的除外")
        .assert_shows("从业人数 不超过 10")
        .assert_shows("尚未与官方文本核对。");
    cut.assert_shows("市级承担").assert_shows("50%");
    let award = site.get("/policies/second-award").await;
    award
        .assert_shows("只取金额最高的一项")
        .assert_shows("href=\"/policies/first-award\"")
        .assert_shows("某办法 &#60;第5号&#62;");
    let relief = site.get("/policies/small-firm-relief").await;
    relief
        .assert_shows("one person too many")
        .assert_shows("符合条件，15万元（每年）")
        .assert_shows("官方例子");
    assert_eq!(relief.count("scope=\"row\""), 3);
}

#[tokio::test]
async fn the_amount_says_what_it_is_how_firm_and_in_which_parts() {
    let site = Site::with_policies().await;
    let staged = site.get("/policies/staged-grant").await;
    staged
        .assert_shows("<strong>最多12万元（一次性）</strong> <span class=\"badge\">奖补</span>")
        .assert_shows("文件只定了上限")
        .assert_shows("分2次兑现")
        .assert_shows("<strong>30%</strong> <span>立项后</span>");
    let deduction = site.get_english("/policies/extra-deduction").await;
    deduction.assert_shows("Deduction").assert_shows("It is no money itself").assert_shows("Paid in 2 parts");
    site.get("/policies").await.assert_shows("50万元（每年） <span class=\"badge\">扣除额</span>");
}

#[tokio::test]
async fn what_a_person_judges_is_said_in_words_and_keeps_its_language() {
    let page = Site::with_policies().await.get_english("/policies/judged-grant").await;
    page.assert_shows("For the authority to judge: “<span lang=\"zh-Hans\">示范作用明显”</span>");
}

#[tokio::test]
async fn a_condition_whose_standard_has_lapsed_says_so() {
    let page = Site::with_policies().await.get_english("/policies/lapsed-grant").await;
    page.assert_shows("Nothing in force on this day says what this is: “Former standard of staff”.");
}

#[tokio::test]
async fn a_grade_shows_the_grades_above_and_below() {
    let site = Site::with_policies().await;
    site.get("/policies/climb-low").await.assert_ok().assert_shows("高一级").assert_lacks("低一级");
    site.get("/policies/climb-high")
        .await
        .assert_shows("低一级")
        .assert_shows("href=\"/policies/climb-low\"");
}

#[tokio::test]
async fn an_unknown_policy_gets_a_page_that_leads_to_the_library() {
    let site = Site::with_policies().await;
    for path in ["/policies/nothing", "/policies/%3Cb%3E", "/policies/small-firm-relief%00"] {
        site.get_english(path)
            .await
            .assert_status(404)
            .assert_shows("href=\"/policies\"")
            .assert_lacks("<b>");
    }
}

#[tokio::test]
async fn a_parameter_is_shown_by_its_name_with_its_value_beside_and_without_one_where_another_day_is_asked() {
    let site = Site::with_policies().await;
    site.get("/policies/small-firm-relief").await.assert_shows("减免所得额上限（300万元）");
    site.get_english("/policies/small-firm-relief")
        .await
        .assert_shows("Income limit of the relief (¥3,000,000)");
    site.get("/policies/past-aid").await.assert_shows("应纳税所得额 不超过 当日值(减免所得额上限, 成立日期)");
    site.get_english("/policies/past-aid").await.assert_shows("value_on(").assert_lacks("¥3,000,000)");
}
