//! Behaviour of the page of an organisation.

use crate::testing::Site;

#[tokio::test]
async fn led_and_supported_works_are_told_apart() {
    let site = Site::new().await;
    let page = site.get_english("/organizations/finance-bureau").await;
    let (led, rest) = page.body.split_once("id=\"supported\"").unwrap();
    let works = &site.edition.task_list.as_ref().unwrap().works;
    for work in works {
        let link = format!("href=\"/plan/{}\"", work.number);
        let is_in = |owners: &[String]| owners.iter().any(|id| id == "finance-bureau");
        assert_eq!(led.contains(&link), is_in(&work.lead), "work {}", work.number);
        assert_eq!(rest.contains(&link), is_in(&work.support), "work {}", work.number);
    }
}

#[tokio::test]
async fn a_county_sees_what_it_shares_with_others() {
    let site = Site::new().await;
    site.get_english("/organizations/ouhai").await.assert_shows("GB/T 2260").assert_shows("id=\"shared\"");
    site.get("/organizations/finance-bureau").await.assert_lacks("id=\"shared\"");
}
