//! Behaviour of the page of a work.

use crate::testing::Site;

#[tokio::test]
async fn leads_are_marked_and_come_first() {
    let site = Site::new().await;
    let page = site.get_english("/plan/2").await;
    page.assert_ok();
    assert_eq!(page.count("badge lead"), 2);
    let work = site.edition.task_list.as_ref().unwrap().work(2).unwrap();
    let place = |id: &str| page.body.find(&format!("/organizations/{id}\"")).unwrap();
    assert!(work.support.iter().all(|support| place(support) > place(&work.lead[0])));
}

#[tokio::test]
async fn every_measure_and_target_has_an_anchor() {
    let site = Site::new().await;
    let work = site.edition.task_list.as_ref().unwrap().work(8).unwrap().clone();
    let page = site.get("/plan/8").await;
    for measure in &work.measures {
        page.assert_shows(&format!("id=\"w8.{}\"", measure.number));
    }
    for target in &work.targets {
        page.assert_shows(&format!("id=\"{}\"", target.id));
    }
}

#[tokio::test]
async fn figures_carry_their_comparison_and_unit() {
    let site = Site::new().await;
    site.get_english("/plan/5")
        .await
        .assert_shows("≥ 800 hundred million yuan")
        .assert_shows("date has passed");
    site.get("/plan/5").await.assert_shows("≥ 800 \u{4ebf}\u{5143}");
}
