//! Behaviour of the list of articles.

use crate::testing::Site;

#[tokio::test]
async fn every_article_is_listed_under_its_chapter() {
    let page = Site::new().await.get("/regulation").await;
    page.assert_ok().assert_shows("href=\"/regulation/1\"").assert_shows("href=\"/regulation/47\"");
    assert_eq!(page.count("class=\"article-row\""), 47);
    assert_eq!(page.count("<h2 id=\"chapter-"), 8);
}

#[tokio::test]
async fn it_says_whether_the_official_text_was_imported() {
    let site = Site::new().await;
    site.get_english("/regulation").await.assert_shows("not imported yet");
    site.import("a20", "Text.").await;
    site.get_english("/regulation").await.assert_lacks("not imported yet");
}
