//! The cases of a demo.

use super::*;
use edition::Tree;
use std::path::Path;
use store::Location;

#[tokio::test]
async fn a_demo_has_cases_in_several_stages_and_gets_them_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let store = Store::open(&Location::Sqlite(folder.path().to_owned())).await.unwrap();
    let editions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editions");
    let edition = edition::load(&Tree::from_directory(&editions).unwrap(), "wenzhou").edition;
    let now: DateTime<Utc> = "2026-11-21T04:00:00Z".parse().unwrap();
    assert_eq!(open_cases(&store, &edition, now).await.unwrap(), SAMPLES.len());
    assert_eq!(open_cases(&store, &edition, now).await.unwrap(), 0);
    let page = store.cases(&CaseQuery::all(Within::Firm(FIRM.to_owned()), 50)).await.unwrap();
    let mut stages: Vec<&str> = page.rows.iter().map(|head| head.stage.as_str()).collect();
    stages.sort_unstable();
    stages.dedup();
    assert_eq!(stages, ["answered", "dispatched", "handling", "received", "waiting-firm", "watching"]);
    for sample in &SAMPLES {
        assert!(
            TEXTS.contains_key(sample.subject) && TEXTS.contains_key(&format!("{}_account", sample.subject))
        );
    }
}
