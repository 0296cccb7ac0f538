//! Every column is classified, and what is over is taken away.

use super::*;
use crate::account::{NewPerson, NewSession};
use crate::migrations;
use crate::testing::{fixtures, noon};
use std::collections::BTreeSet;

#[tokio::test]
async fn every_column_of_every_table_is_in_the_inventory_once() {
    let mut connection = migrations::sqlite_in_memory(migrations::newest()).await.unwrap();
    let stored: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx_%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let fields = &Inventory::built_in().fields;
    let named: Vec<(String, String)> = fields
        .iter()
        .flat_map(|field| field.columns.iter().map(|column| (field.table.clone(), column.clone())))
        .collect();
    let (stored, unique): (BTreeSet<_>, BTreeSet<_>) =
        (stored.into_iter().collect(), named.iter().cloned().collect());
    assert_eq!(unique, stored, "left: inventory.toml, right: the tables");
    assert_eq!(unique.len(), named.len(), "a column is named twice");
}

#[test]
fn what_is_about_people_says_why_and_on_what_basis() {
    for field in &Inventory::built_in().fields {
        let about_people = !matches!(field.class, DataClass::Public | DataClass::Internal);
        let is_told = field.purpose.is_some() && field.basis.is_some();
        assert_eq!(is_told, about_people, "{} {:?}", field.table, field.columns);
    }
}

#[tokio::test]
async fn what_is_over_is_taken_away_and_nothing_else() {
    const DAY: i64 = 86_400;
    for fixture in fixtures().await {
        let store = &fixture.store;
        let deed = |seconds| Deed { salt: "chance".to_owned(), ..Deed::of_system(noon(seconds)) };
        for id in ["a", "b"] {
            let person = NewPerson {
                id: id.to_owned(),
                login: id.to_owned(),
                name: "测试员".to_owned(),
                phone: String::new(),
                salt: "s".to_owned(),
            };
            store.create_person(&person, &deed(0)).await.unwrap();
            let session = NewSession {
                hash: format!("session-{id}"),
                person: id.to_owned(),
                acts_by: String::new(),
                is_two_factor: false,
                idle_minutes: 30,
                expires_at: noon(3600),
                address: String::new(),
                client: String::new(),
            };
            store.open_session(&session, &deed(0)).await.unwrap();
            store.invite(id, &format!("code-{id}"), noon(3600), &deed(0)).await.unwrap();
        }
        store.close_person("a", &deed(DAY)).await.unwrap();
        assert_eq!(store.purge(&deed(2 * DAY)).await.unwrap(), Purged::default());
        let purged = store.purge(&deed(185 * DAY)).await.unwrap();
        assert_eq!(purged, Purged { sessions: 2, invitations: 2, ..Purged::default() });
        assert_eq!(store.purge(&deed(1095 * DAY)).await.unwrap().people, 0);
        assert_eq!(store.purge(&deed(1097 * DAY)).await.unwrap().people, 1);
        assert_eq!(store.person("a").await.unwrap().unwrap().name, "");
        assert_eq!(store.person("b").await.unwrap().unwrap().name, "测试员");
        assert_eq!(store.events_of("retention").await.unwrap().len(), 2);
    }
}
