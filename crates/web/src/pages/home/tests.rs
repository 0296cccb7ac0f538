//! Behaviour of the start page.

use crate::testing::Site;

#[tokio::test]
async fn the_counts_are_those_of_the_edition() {
    let site = Site::new().await;
    let page = site.get_english("/").await;
    let list = site.edition.task_list.as_ref().unwrap();
    page.assert_ok()
        .assert_shows("<strong>47</strong>")
        .assert_shows("<strong>32</strong>")
        .assert_shows("<strong>158</strong>")
        .assert_shows(&format!("{} measures", list.measure_count()))
        .assert_shows("21 November 2026");
}

#[tokio::test]
async fn the_start_page_has_a_search_and_no_breadcrumbs() {
    Site::new().await.get("/").await.assert_shows("action=\"/search\"").assert_lacks("class=\"crumbs\"");
}
