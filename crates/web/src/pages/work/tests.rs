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
async fn every_target_item_has_one_anchor() {
    let site = Site::new().await;
    for number in [5, 8] {
        let items = site.edition.task_list.as_ref().unwrap().work(number).unwrap().target_items;
        let page = site.get(&format!("/plan/{number}")).await;
        for item in 1..=items {
            assert_eq!(page.count(&format!("id=\"t{number}.{item}\"")), 1, "item {number}.{item}");
        }
    }
}

#[tokio::test]
async fn without_an_official_text_the_page_says_how_to_import_it() {
    let site = Site::new().await;
    site.import("a20", "Of another document.").await;
    let page = site.get_english("/plan/5").await;
    page.assert_ok()
        .assert_shows("liangjian import document FILE --as private-economy-2023")
        .assert_lacks("badge official")
        .assert_lacks("<details");
}

#[tokio::test]
async fn official_wording_stands_beside_measures_and_target_items() {
    let site = Site::new().await;
    let clauses = [
        ("w5", "A printed title"),
        ("w5.1", "A <printed> measure."),
        ("w5.10", "The tenth."),
        ("t5.1", "An item."),
        ("t5.2", "A second item."),
        ("w50.1", "Of another work."),
    ];
    site.import_plan(&clauses).await;
    let page = site.get_english("/plan/5").await;
    page.assert_ok()
        .assert_shows("A printed title")
        .assert_shows("<p>A &#60;printed&#62; measure.</p>")
        .assert_lacks("Of another work.")
        .assert_lacks("liangjian import document");
    assert_eq!(page.count("<details"), 4);
    assert_eq!(page.count("the gazette of the city"), 1);
    let tenth = page.body.split("id=\"w5.10\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(tenth.contains("<p>The tenth.</p>"), "{tenth}");
    let item = page.body.split("id=\"t5.1\"").nth(1).unwrap().split("</tbody>").next().unwrap();
    assert!(item.contains("<p>An item.</p>"), "{item}");
    site.get_english("/plan/6").await.assert_shows("liangjian import document");
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
