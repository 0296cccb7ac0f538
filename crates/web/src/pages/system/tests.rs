//! Behaviour of the page of a system.

use super::realisation;
use crate::{frame::Link, testing::Site};

#[tokio::test]
async fn every_citation_leads_to_what_is_cited() {
    let site = Site::new().await;
    let page = site.get_english("/systems/x005").await;
    page.assert_ok().assert_shows("href=\"/regulation/6\"").assert_shows("href=\"/plan/3#w3.3\"");
}

#[test]
fn a_realisation_with_a_page_is_a_link() {
    assert_eq!(realisation("page:/plan"), Link::new("/plan", "/plan"));
    assert_eq!(realisation("task-list:x").href, "/plan");
    assert_eq!(realisation("register:x").href, "");
}
