//! Behaviour of the page of a system.

use crate::testing::Site;

#[tokio::test]
async fn every_citation_leads_to_what_is_cited() {
    let site = Site::new().await;
    let page = site.get_english("/systems/x005").await;
    page.assert_ok().assert_shows("href=\"/regulation/6\"").assert_shows("href=\"/plan/3#w3.3\"");
}

#[tokio::test]
async fn a_realisation_with_a_page_is_a_link() {
    let site = Site::new().await;
    let page = site.get_english("/systems/x117").await;
    page.assert_ok().assert_shows("href=\"/procedures/enterprise-voice\">");
    let plan = site.get_english("/systems/x157").await;
    plan.assert_ok().assert_shows("href=\"/plan\"");
}
