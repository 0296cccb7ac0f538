//! A search finds what reading the whole log finds, and reads less of it.

use super::*;
use crate::event_log::EventRow;
use crate::testing::{Fixture, fixtures};
use std::time::{Duration, Instant};

/// Fills a SQLite log with so many events of accounts: of 5,000 people, nearly all of them sessions.
async fn fill(fixture: &Fixture, events: u32) {
    let statement = format!(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {events})
         INSERT INTO event (sequence, stream, version, kind, actor, recorded_at, payload, previous_hash, hash)
         SELECT n, 'person:p' || (n % 5000), n / 5000 + 1,
                CASE WHEN n % 20000 = 7 THEN 'personal.revealed' WHEN n % 50 = 3 THEN 'credential.set'
                     ELSE 'session.opened' END,
                'p' || (n % 4999), strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1767268800 + n * 60, 'unixepoch'),
                '{{\"details\":{{\"network\":\"{digest}\"}},\"two_factors\":true}}', '{digest}', '{digest}'
         FROM n;
         INSERT INTO event_detail (sequence, recorded_at, reason, reason_salt, network, network_salt, client, client_salt)
         SELECT sequence, recorded_at, '', '', '192.0.2.0/24', 's', '', '' FROM event",
        digest = "0".repeat(64),
    );
    fixture.tamper(&statement).await;
}

/// The search as it was: it reads the log from its end until enough was found.
async fn read_through(store: &Store, wanted: &EventSearch<'_>) -> Vec<i64> {
    let text =
        |at: Option<DateTime<Utc>>, none: &str| at.map_or(none.to_owned(), |at| recorded_text(at).unwrap());
    let rows: Result<Vec<EventRow>, StoreError> = async {
        Ok(query!(store.database, connection => {
            sqlx::query_as(
                "SELECT * FROM event WHERE sequence < $1 AND substr(stream, 1, length($2)) = $2
                   AND substr(kind, 1, length($3)) = $3 AND substr(actor, 1, length($4)) = $4
                   AND recorded_at >= $5 AND recorded_at < $6
                 ORDER BY sequence DESC LIMIT $7",
            )
            .bind(wanted.before)
            .bind(wanted.stream)
            .bind(wanted.kind)
            .bind(wanted.actor)
            .bind(text(wanted.from, ""))
            .bind(text(wanted.to, "~"))
            .bind(i64::from(wanted.limit))
            .fetch_all(connection)
            .await?
        }))
    }
    .await;
    rows.unwrap().into_iter().map(|row| row.sequence).collect()
}

#[expect(clippy::disallowed_methods, reason = "it measures how long a search takes")]
async fn timed<T>(task: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let output = task.await;
    (output, start.elapsed())
}

#[tokio::test]
async fn a_search_finds_what_reading_through_the_log_finds_and_takes_less_of_it() {
    let fixture = fixtures().await.swap_remove(0);
    fill(&fixture, 200_000).await;
    let all = EventSearch::default();
    let day = |day: i64| Some(DateTime::from_timestamp(1_767_268_800 + day * 86_400, 0).unwrap());
    for (name, wanted) in [
        ("all", all),
        ("one account", EventSearch { stream: "person:p77", ..all }),
        ("accounts", EventSearch { stream: "person:", ..all }),
        ("nobody", EventSearch { stream: "person:x", ..all }),
        ("a rare kind", EventSearch { kind: "personal.revealed", ..all }),
        ("a rare kind of accounts", EventSearch { stream: "person:", kind: "personal.", ..all }),
        ("a kind nobody records", EventSearch { kind: "sign-in.failed", ..all }),
        ("a frequent kind", EventSearch { kind: "session.", ..all }),
        ("somebody", EventSearch { actor: "p123", ..all }),
        ("somebody, a kind", EventSearch { actor: "p123", kind: "credential.", ..all }),
        ("somebody, older", EventSearch { actor: "p123", before: 90_000, ..all }),
        ("three days", EventSearch { from: day(10), to: day(13), ..all }),
        ("three days of somebody", EventSearch { actor: "p5", from: day(10), to: day(13), ..all }),
    ] {
        let (found, took) = timed(fixture.store.search_events(&wanted)).await;
        let (expected, through) = timed(read_through(&fixture.store, &wanted)).await;
        let found: Vec<i64> = found.unwrap().into_iter().map(|event| event.sequence).collect();
        assert_eq!(found, expected, "{name}");
        println!("{name}: {} found in {took:.1?}, reading through took {through:.1?}", found.len());
    }
    let (newest, took) = timed(fixture.store.newest_of("person:p77", 100)).await;
    let newest: Vec<i64> = newest.unwrap().into_iter().map(|event| event.sequence).collect();
    let expected: Vec<i64> = (0..40).rev().map(|round| round * 5_000 + 77).collect();
    assert_eq!(newest, expected);
    println!("the list of receipts: {} found in {took:.1?}", newest.len());
}
