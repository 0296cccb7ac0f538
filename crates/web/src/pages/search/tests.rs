//! Behaviour of the search.

use crate::testing::Site;

/// Credit (two characters), percent-encoded.
const CREDIT: &str = "%E4%BF%A1%E7%94%A8";

#[tokio::test]
async fn without_words_the_page_explains_itself() {
    let page = Site::new().await.get_english("/search").await;
    page.assert_ok().assert_shows("all of them must appear").assert_lacks("<mark>");
}

#[tokio::test]
async fn chinese_words_of_two_characters_are_found_and_marked() {
    let page = Site::new().await.get(&format!("/search?q={CREDIT}")).await;
    page.assert_ok().assert_shows("<mark>\u{4fe1}\u{7528}</mark>").assert_shows("href=\"/regulation/23\"");
}

#[tokio::test]
async fn title_hits_come_first() {
    let page = Site::new().await.get_english("/search?q=procurement&within=works").await;
    let first = page.body.split("class=\"rows\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(first.contains("href=\"/plan/11\"") && first.contains("<mark>"), "{first}");
}

#[tokio::test]
async fn every_word_must_match() {
    let site = Site::new().await;
    site.get_english("/search?q=procurement+zzzz").await.assert_shows("Nothing was found");
}

#[tokio::test]
async fn official_texts_are_searched_and_shown_as_text() {
    let site = Site::new().await;
    site.import("a20", "A rare <quokka> lives here.").await;
    let page = site.get_english("/search?q=quokka").await;
    page.assert_ok()
        .assert_shows("id=\"official\"")
        .assert_shows("href=\"/regulation/20\"")
        .assert_shows("&#60;<mark>quokka</mark>&#62;");
}

#[tokio::test]
async fn a_clause_without_a_heading_is_named_by_its_citation_and_our_title() {
    let site = Site::new().await;
    site.import("a20", "A rare quokka lives here.").await;
    let title = site.edition.regulation.as_ref().unwrap().article("20").unwrap().title.en.clone();
    let page = site.get_english("/search?q=quokka").await;
    page.assert_shows(&format!("<span class=\"ordinal\">Article 20</span> {title}</a>"));
}

#[tokio::test]
async fn official_measures_and_target_items_are_found_at_their_anchors() {
    let site = Site::new().await;
    let clauses =
        [("w5", "Heading"), ("w5.8", "A quokka."), ("t5.4", "Two quokkas."), ("w5.9", "Nothing of it.")];
    site.import_plan(&clauses).await;
    let page = site.get_english("/search?q=quokka").await;
    page.assert_ok()
        .assert_shows("href=\"/plan/5#w5.8\"")
        .assert_shows("href=\"/plan/5#t5.4\"")
        .assert_lacks("href=\"/plan/5#w5.9\"");
    let heading = site.get_english("/search?q=heading&within=official").await;
    heading.assert_shows("<a href=\"/plan/5\"");
    assert_eq!(heading.count("<li><a href=\"/plan/5"), 1);
}

#[tokio::test]
async fn a_long_query_is_cut_with_a_notice() {
    let page = Site::new().await.get_english(&format!("/search?q={}", "a".repeat(300))).await;
    page.assert_ok().assert_shows("first 100 characters").assert_shows(&format!("\"{}\"", "a".repeat(100)));
}

#[tokio::test]
async fn a_query_is_never_taken_for_html() {
    let page = Site::new().await.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    page.assert_ok().assert_lacks("<script");
}

#[tokio::test]
async fn a_large_group_leads_to_all_of_it() {
    let site = Site::new().await;
    let page = site.get("/search?q=%E4%BC%81%E4%B8%9A").await;
    page.assert_ok().assert_shows("within=measures");
    let all = site.get("/search?q=%E4%BC%81%E4%B8%9A&within=measures").await;
    assert!(all.count("<li><a href=\"/plan/") > 10);
}
