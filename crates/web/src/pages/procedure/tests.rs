//! Behaviour of the page of a procedure.

use crate::testing::Site;

#[tokio::test]
async fn a_procedure_shows_who_acts_by_when_on_which_clause_and_its_versions() {
    let site = Site::new().await;
    let page = site.get_english("/procedures/enterprise-voice").await;
    page.assert_ok().assert_shows("href=\"/regulation/26\"").assert_shows("id=\"clocks\"");
    page.assert_shows("id=\"ladder\"").assert_shows("Version 1").assert_shows("in force");
    assert!(!page.body.contains("times_") && !page.body.contains("over_"), "conditions speak of names");
}

#[tokio::test]
async fn an_unknown_procedure_or_version_says_so() {
    let site = Site::new().await;
    for path in ["/procedures/nothing", "/procedures/enterprise-voice?version=99"] {
        assert_eq!(site.get(path).await.status.as_u16(), 404, "{path}");
    }
}
