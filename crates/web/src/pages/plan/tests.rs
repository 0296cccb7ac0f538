//! Behaviour of the list of works and its filters.

use crate::testing::{Answer, Site};

fn works(page: &Answer) -> usize {
    page.count("class=\"number\"")
}

#[tokio::test]
async fn all_works_are_listed_with_the_goals_of_the_plan() {
    let site = Site::new().await;
    let page = site.get("/plan").await;
    page.assert_ok().assert_shows("id=\"goals\"");
    assert_eq!(works(&page), 32);
}

#[tokio::test]
async fn a_department_sees_the_works_it_leads_or_supports() {
    let site = Site::new().await;
    let list = site.edition.task_list.as_ref().unwrap();
    let own = list.works.iter().filter(|work| work.owners().any(|id| id == "finance-bureau")).count();
    let page = site.get("/plan?department=finance-bureau").await;
    page.assert_ok().assert_shows("<option value=\"finance-bureau\" selected>");
    assert_eq!(works(&page), own);
}

#[tokio::test]
async fn a_county_also_answers_for_works_of_the_counties_concerned() {
    let site = Site::new().await;
    let list = site.edition.task_list.as_ref().unwrap();
    let own = |county: &str| {
        let answers = |id: &String| id == county || id == "counties-concerned";
        list.works.iter().filter(|work| work.owners().any(answers)).count()
    };
    let page = site.get_english("/plan?county=ouhai").await;
    page.assert_shows("as a group");
    assert_eq!(works(&page), own("ouhai"));
    assert!(own("ouhai") > own("longgang"), "one county is named on its own");
}

#[tokio::test]
async fn stages_and_words_narrow_the_list() {
    let site = Site::new().await;
    assert_eq!(works(&site.get("/plan?stage=2023").await), 1);
    assert_eq!(works(&site.get("/plan?stage=2023-2027").await), 3);
    let page = site.get_english("/plan?q=procurement").await;
    assert!((1..32).contains(&works(&page)), "{}", works(&page));
    page.assert_shows("value=\"procurement\"");
}

#[tokio::test]
async fn a_filter_without_works_offers_a_way_back() {
    let page = Site::new().await.get_english("/plan?q=%22%3E%3Cb%3Ezzz").await;
    page.assert_ok().assert_shows("No work matches").assert_shows("href=\"/plan\"").assert_lacks("<b>zzz");
    assert_eq!(works(&page), 0);
}
