//! Behaviour of the calculator: questions, amounts, explanations, and what hostile forms get.

use crate::testing::{Answer, Site};

/// How many policies stand in the group with this anchor.
#[track_caller]
fn count(page: &Answer, group: &str) -> usize {
    let start = page.body.find(&format!("<h2 id=\"{group}\">")).expect("the group is shown");
    let rest = &page.body[start..];
    let rest = &rest[rest.find("<small>").expect("the count is shown") + 7..];
    rest[..rest.find('<').unwrap()].parse().unwrap()
}

/// The field that is asked for.
fn asked(page: &Answer) -> &str {
    let rest = page.body.split("name=\"asked\" value=\"").nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default()
}

const STAFF: (&str, &str) = ("f.staff", "50");

#[tokio::test]
async fn a_visitor_sees_every_policy_and_the_first_question_at_once() {
    let site = Site::with_policies().await;
    let page = site.get("/calculator").await;
    page.assert_ok().assert_shows("不保存、不记录").assert_shows("id=\"question\"");
    assert_eq!(page.header("cache-control"), "no-store");
    // Twelve policies are in force: past and coming ones are not worked out.
    assert_eq!(["due", "judged", "open", "not"].map(|group| count(&page, group)), [0, 0, 12, 0]);
    // It settles both awards and is the only thing they wait for.
    assert_eq!(asked(&page), "research_share");
}

#[tokio::test]
async fn an_empty_edition_has_a_calculator_that_says_so() {
    // The sample of the documents has no policies of its own.
    let page = Site::without_rules().await.get_english("/calculator").await;
    page.assert_ok().assert_shows("no policies to work out yet").assert_shows("href=\"/policies\"");
}

#[tokio::test]
async fn amounts_statuses_and_totals_follow_the_answers() {
    let site = Site::with_policies().await;
    let form = [
        STAFF,
        ("f.income", "３００万"),
        ("f.firm_kind", "=enterprise"),
        ("f.is_listed", "false"),
        ("f.research_share", "3.5"),
    ];
    let page = site.post("/calculator", &form).await;
    page.assert_ok().assert_shows("15万元（每年）").assert_shows("6,000元（每年）").assert_shows("示范补助");
    assert_eq!(page.header("cache-control"), "no-store");
    // 150,000 and 6,000 a year; of the two awards only the better one.
    page.assert_shows("<strong>15.6万元（每年）</strong>").assert_shows("<strong>20万元（一次性）</strong>");
    page.assert_shows("单独计算是10万元").assert_shows("奖励只取一项");
    // The relief, the levy cut, both awards, the lower grade, the grant in parts, the deduction; the grant to be
    // judged; hires, procurement and the lapsed standard open.
    assert_eq!(["due", "judged", "open", "not"].map(|group| count(&page, group)), [7, 1, 3, 1]);
    for hidden in ["f.income\" value=\"３００万", "f.staff\" value=\"50", "f.is_listed\" value=\"false"] {
        page.assert_shows(&format!("<input type=\"hidden\" name=\"{hidden}\">"));
    }
}

#[tokio::test]
async fn sums_hold_certain_money_only_and_each_kind_for_itself() {
    let site = Site::with_policies().await;
    let form = [("f.is_listed", "false"), ("f.research_share", "3.5"), STAFF];
    let page = site.post("/calculator", &form).await;
    // The awards are payments, the levy cut is a relief.
    page.assert_shows("奖补</span><strong>20万元（一次性）</strong></p>")
        .assert_shows("减免</span><strong>6,000元（每年）</strong></p>")
        .assert_shows("另有奖补最多12万元（一次性）")
        .assert_shows("另有1项给的是扣除额、评审优惠或额度，不是钱，不相加")
        .assert_shows("扣除额</span> 50万元（每年）")
        .assert_shows("奖补</span> 最多12万元（一次性）");
    // Parts of an exact amount have their money, those of a limit only their share.
    page.assert_shows("<strong>60% · 30万元</strong> <span>当年</span>")
        .assert_shows("<strong>30%</strong> <span>立项后</span>");
    let only = site.post("/calculator", &[("f.is_listed", "false"), ("policy", "staged-grant")]).await;
    only.assert_shows("还没有确定的金额").assert_shows("另有奖补最多12万元");
}

#[tokio::test]
async fn an_amount_that_open_members_of_its_group_may_change_says_so() {
    let site = Site::with_policies().await;
    let hires = [("t.hires.0.#", "7"), ("t.hires.0.months", "6")];
    let page = site.post("/calculator", &[hires[0], hires[1], STAFF]).await;
    page.assert_shows("2.1万元（一次性） <span class=\"may-change\">可能随其他政策变化</span>")
        .assert_shows("<p class=\"may-change\">有的金额可能随其他政策变化");
    // With fewer people the grant to be judged is out, and nothing else can change the other.
    let page = site.post("/calculator", &[hires[0], hires[1], ("f.staff", "10")]).await;
    page.assert_shows("2.1万元（一次性）").assert_lacks("may-change");
}

#[tokio::test]
async fn a_name_without_a_value_on_the_day_is_said_and_never_asked_for() {
    let site = Site::with_policies().await;
    let page = site.get("/calculator?policy=lapsed-grant").await;
    page.assert_shows("「旧人数标准」在这一天没有有效规定。因此尚不能判断。");
    assert_eq!(asked(&page), "");
    let page = site.post("/calculator", &[STAFF, ("policy", "lapsed-grant")]).await;
    assert_eq!(count(&page, "open"), 1);
    let clause = page.body.split("<ul class=\"clauses\">").nth(1).expect("clauses are shown");
    assert!(clause.contains("；“旧人数标准”在"), "{clause}");
    assert!(clause.contains("没有有效规定。"), "{clause}");
}

#[tokio::test]
async fn what_is_to_be_judged_keeps_its_language() {
    let site = Site::with_policies().await;
    let form = [STAFF, ("policy", "judged-grant"), ("do", "lang:en")];
    let page = site.post("/calculator", &form).await;
    page.assert_shows("<span lang=\"zh-Hans\">示范作用明显”</span>");
    site.post("/calculator", &form[..2]).await.assert_lacks("<span lang=\"zh-Hans\">");
}

#[tokio::test]
async fn one_fen_over_the_cliff_leaves_nothing_and_the_near_miss_says_so() {
    let site = Site::with_policies().await;
    let form =
        [STAFF, ("f.income", "3000000.01"), ("f.firm_kind", "=enterprise"), ("policy", "small-firm-relief")];
    let page = site.post("/calculator", &form).await;
    assert_eq!(["due", "open", "not"].map(|group| count(&page, group)), [0, 0, 1]);
    page.assert_shows("不符合条件");
    let form = [
        ("f.staff", "301"),
        ("f.income", "1"),
        ("f.firm_kind", "=enterprise"),
        ("policy", "small-firm-relief"),
    ];
    let page = site.post("/calculator", &form).await;
    page.assert_shows("差一点：");
    let form = [("f.firm_kind", "=bank"), ("policy", "small-firm-relief")];
    site.post("/calculator", &form).await.assert_shows("不符合：属于企业或者个体工商户");
}

#[tokio::test]
async fn an_exception_and_its_exception_are_told_one_inside_the_other() {
    let site = Site::with_policies().await;
    let policy = ("policy", "levy-cut");
    let page = site.post("/calculator", &[policy, STAFF, ("f.is_listed", "true")]).await;
    page.assert_shows("属于除外情形：已经上市的").assert_shows("但有下列情形之一的除外");
    assert_eq!(count(&page, "not"), 1);
    let page = site.post("/calculator", &[policy, ("f.staff", "10"), ("f.is_listed", "true")]).await;
    assert_eq!(count(&page, "due"), 1);
}

#[tokio::test]
async fn rows_of_a_table_are_counted_and_blank_lines_left_out() {
    let site = Site::with_policies().await;
    let page = site.get("/calculator?policy=hiring-grant").await;
    assert_eq!(asked(&page), "table:hires");
    let form = [
        ("policy", "hiring-grant"),
        ("asked", "table:hires"),
        ("t.hires.0.#", "7"),
        ("t.hires.0.months", "6"),
        ("t.hires.1.months", "5"),
        ("t.hires.2.months", ""),
    ];
    let page = site.post("/calculator", &form).await;
    page.assert_shows("2.1万元（一次性）").assert_shows("8条");
    let many = [("policy", "hiring-grant"), ("t.hires.0.#", "100"), ("t.hires.0.months", "12")];
    site.post("/calculator", &many).await.assert_shows("5万元（一次性）");
    let none = [("policy", "hiring-grant"), ("asked", "table:hires"), ("do", "none")];
    let page = site.post("/calculator", &none).await;
    assert_eq!(count(&page, "not"), 1);
    let wrong = [("asked", "table:hires"), ("t.hires.0.#", "101"), ("t.hires.0.months", "x")];
    site.post("/calculator", &wrong)
        .await
        .assert_ok()
        .assert_shows("1到100之间")
        .assert_shows("value=\"101\"");
}

#[tokio::test]
async fn a_wrong_answer_is_told_at_its_field_with_what_to_write() {
    let site = Site::with_policies().await;
    for (field, answer, told) in [
        ("income", "三百万", "金额没有看懂"),
        ("income", "<b>1</b>", "金额没有看懂"),
        ("staff", "1.5", "整数"),
        ("staff", "", "还没有回答"),
        ("research_share", "lots", "百分数没有看懂"),
        ("founded", "2026-02-30", "日期没有看懂"),
        ("firm_kind", "dragon", "不在可选的范围里"),
        ("main_trade", "Z99", "不在可选的范围里"),
        ("is_listed", "maybe", "不在可选的范围里"),
        ("staff", "99999999999999999999", "位数太多"),
    ] {
        let form = [("asked", field), (&*format!("f.{field}"), answer), ("do", "next")];
        let page = site.post("/calculator", &form).await;
        page.assert_ok().assert_shows(told).assert_lacks("<b>1");
        assert_eq!(asked(&page), field, "{answer}");
    }
}

#[tokio::test]
async fn answers_can_be_skipped_changed_and_taken_back() {
    let site = Site::with_policies().await;
    let skipped = site.post("/calculator", &[("asked", "staff"), ("do", "skip")]).await;
    skipped.assert_shows("name=\"skip\" value=\"staff\"").assert_shows("不知道");
    assert_ne!(asked(&skipped), "staff");
    let change = site.post("/calculator", &[STAFF, ("do", "change:staff")]).await;
    assert_eq!(asked(&change), "staff");
    change.assert_shows("value=\"50\"").assert_lacks("type=\"hidden\" name=\"f.staff\"");
    let back = site.post("/calculator", &[("skip", "staff"), ("do", "change:staff")]).await;
    back.assert_lacks("name=\"skip\"");
    assert_eq!(asked(&back), "staff");
    let removed = site.post("/calculator", &[STAFF, ("do", "remove:staff")]).await;
    removed.assert_lacks("f.staff\" value=\"50");
    assert_eq!(count(&removed, "open"), 12);
}

#[tokio::test]
async fn a_long_list_of_codes_is_walked_down_only_where_rules_tell_codes_apart() {
    let site = Site::with_policies().await;
    let base = [("policy", "reserved-share"), ("f.founded", "2020-05-01"), ("asked", "main_trade")];
    let post = async |last: (&'static str, &'static str)| {
        site.post("/calculator", &[base[0], base[1], base[2], last]).await
    };
    // Farming is all the same to the rules; below manufacturing two steps are needed.
    assert_eq!(count(&post(("f.main_trade", "A")).await, "not"), 1);
    let step = post(("f.main_trade", "C")).await;
    assert_eq!(asked(&step), "main_trade");
    step.assert_shows("请选得再细一级").assert_shows("value=\"C39\"").assert_lacks("value=\"C391\"");
    let step = post(("f.main_trade", "C39")).await;
    step.assert_shows("value=\"C391\"").assert_shows("value=\"=C39\"");
    assert_eq!(count(&post(("f.main_trade", "C391")).await, "due"), 1);
    assert_eq!(count(&post(("f.main_trade", "=C39")).await, "not"), 1);
    let found = site.post("/calculator", &[base[0], base[2], ("find", "整机"), ("do", "find")]).await;
    found.assert_shows("整机（C391） · 属于行业39（C39）").assert_lacks("value=\"A10\"");
    let none = site.post("/calculator", &[base[0], base[2], ("find", "\"><i>"), ("do", "find")]).await;
    none.assert_shows("没有找到").assert_lacks("<i>");
}

#[tokio::test]
async fn topic_level_and_language_keep_the_answers() {
    let site = Site::with_policies().await;
    let page = site.post("/calculator", &[STAFF, ("topic", "tax"), ("do", "scope")]).await;
    assert_eq!(["due", "judged", "open", "not"].map(|group| count(&page, group)).iter().sum::<usize>(), 2);
    page.assert_shows("<option value=\"tax\" selected>").assert_shows("f.staff\" value=\"50\"");
    let page = site.post("/calculator", &[STAFF, ("level", "province"), ("do", "scope")]).await;
    assert_eq!(count(&page, "open"), 1);
    let page = site.post("/calculator", &[STAFF, ("do", "lang:en")]).await;
    page.assert_shows("<html lang=\"en\">").assert_shows("f.staff\" value=\"50\"");
    assert!(page.header("set-cookie").starts_with("__Host-lang=en; Path=/"));
}

#[tokio::test]
async fn an_answer_never_stands_in_an_address() {
    let site = Site::with_policies().await;
    let page = site.get("/calculator?f.staff=50&asked=income&topic=tax").await;
    page.assert_ok().assert_lacks("f.staff\" value");
    assert_eq!(count(&page, "open"), 2);
    site.get("/calculator?policy=%3Cb%3E").await.assert_ok().assert_lacks("<b>");
}

#[tokio::test]
async fn hostile_forms_are_answered_quickly_and_without_harm() {
    let site = Site::with_policies().await;
    let many: Vec<String> = (0..10_000).map(|at| format!("f.x{at}=1")).collect();
    site.post_text("/calculator", "", many.join("&")).await.assert_ok().assert_lacks("f.x1");
    let same = vec!["f.staff=5"; 10_000].join("&");
    site.post_text("/calculator", "", same).await.assert_ok();
    let rows: Vec<String> =
        (0..2_000).map(|at| format!("t.hires.{at}.%23=1000&t.hires.{at}.months=9")).collect();
    site.post_text("/calculator", "", rows.join("&")).await.assert_ok();
    site.post_text("/calculator", "", format!("f.income={}", "9".repeat(100_000)))
        .await
        .assert_ok()
        .assert_shows("太长");
    site.post_text("/calculator", "", "x".repeat(1 << 20)).await.assert_status(413).assert_shows("<h1>");
    site.post_text(
        "/calculator",
        "",
        "%ff%fe=%00&f.staff=%00&=&&&f.=1&t.=&t.hires.=1&t.hires.9999999999999999999999.months=1".to_owned(),
    )
    .await
    .assert_ok();
    let odd = [
        ("do", "change:nothing"),
        ("asked", "table:"),
        ("skip", "x\u{0}y"),
        ("topic", "\"><script>"),
        ("do", "lang:<b>"),
    ];
    site.post("/calculator", &odd).await.assert_ok().assert_lacks("<script>").assert_lacks("<b>");
}
