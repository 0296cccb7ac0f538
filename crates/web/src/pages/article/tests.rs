//! Behaviour of the page of an article.

use crate::testing::Site;

#[tokio::test]
async fn without_an_official_text_the_page_says_how_to_import_it() {
    let page = Site::new().await.get_english("/regulation/20").await;
    page.assert_ok().assert_shows("liangjian import document").assert_lacks("badge official");
}

#[tokio::test]
async fn an_imported_text_is_shown_as_official_with_source_and_hash() {
    let site = Site::new().await;
    site.import("a20", "First <paragraph>.\nSecond.").await;
    let page = site.get_english("/regulation/20").await;
    page.assert_ok()
        .assert_shows("badge official")
        .assert_shows("<p>First &#60;paragraph&#62;.</p>")
        .assert_shows("<p>Second.</p>")
        .assert_shows("the gazette of the city")
        .assert_lacks("liangjian import document");
    let hash = page.body.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).unwrap();
    assert_eq!(hash.len(), 64);
    site.get_english("/regulation/21").await.assert_shows("liangjian import document");
}

#[tokio::test]
async fn the_first_and_the_last_article_have_one_neighbour() {
    let site = Site::new().await;
    site.get("/regulation/1").await.assert_lacks("rel=\"prev\"").assert_shows("rel=\"next\"");
    site.get("/regulation/47").await.assert_shows("rel=\"prev\"").assert_lacks("rel=\"next\"");
}

#[tokio::test]
async fn the_number_is_cited_as_the_language_writes_it() {
    let site = Site::new().await;
    site.get("/regulation/20").await.assert_shows("\u{7b2c}\u{4e8c}\u{5341}\u{6761}");
    site.get_english("/regulation/20").await.assert_shows("Article 20");
}
