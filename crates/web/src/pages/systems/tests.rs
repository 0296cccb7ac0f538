//! Behaviour of the list of systems and its filters.

use crate::testing::{Answer, Site};
use domain::Block;

fn systems(page: &Answer) -> usize {
    page.count("<li><a href=\"/systems/")
}

#[tokio::test]
async fn every_system_is_listed_once() {
    assert_eq!(systems(&Site::new().await.get("/systems").await), 158);
}

#[tokio::test]
async fn a_block_shows_every_system_it_serves() {
    let site = Site::new().await;
    let served = site.edition.systems.iter().filter(|system| system.blocks.contains(&Block::Fund)).count();
    assert_eq!(systems(&site.get("/systems?block=fund").await), served);
}

#[tokio::test]
async fn states_divide_the_systems() {
    let site = Site::new().await;
    let mut sum = 0;
    for state in ["live", "partial", "planned"] {
        sum += systems(&site.get(&format!("/systems?state={state}")).await);
    }
    assert_eq!(sum, 158);
}

#[tokio::test]
async fn a_filter_without_systems_offers_a_way_back() {
    let page = Site::new().await.get_english("/systems?block=nothing").await;
    page.assert_ok().assert_shows("No system matches").assert_shows("href=\"/systems\"");
}
