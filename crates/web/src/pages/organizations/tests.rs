//! Behaviour of the list of organisations.

use crate::testing::Site;

#[tokio::test]
async fn every_organisation_is_listed() {
    let site = Site::new().await;
    let page = site.get("/organizations").await;
    for organization in &site.edition.organizations {
        page.assert_shows(&format!("href=\"/organizations/{}\"", organization.id));
    }
}
