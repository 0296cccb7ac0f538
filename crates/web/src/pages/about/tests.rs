//! Behaviour of the page about the service.

use crate::testing::Site;

#[tokio::test]
async fn sources_are_named_with_number_and_dates() {
    let site = Site::new().await;
    let number = site.edition.task_list.as_ref().unwrap().document_number.clone();
    let page = site.get_english("/about").await;
    page.assert_ok().assert_shows(&number).assert_shows("1 January 2022").assert_shows("27 October 2023");
}

#[tokio::test]
async fn imported_texts_are_listed_with_their_hash() {
    let site = Site::new().await;
    site.get_english("/about").await.assert_shows("None yet");
    site.import("a1", "Text.").await;
    site.get_english("/about")
        .await
        .assert_shows("A regulation")
        .assert_shows("SHA-256")
        .assert_shows("the gazette of the city")
        .assert_shows("left out of the stored text");
}
