//! Behaviours of imported texts, on every engine at hand.

use super::*;
use crate::testing::{Fixture, fixtures, noon, small_text};

async fn import(fixture: &Fixture, text: &NewOfficialText, seconds: i64) -> ImportOutcome {
    fixture.store.import_official_text(text, "tester", noon(seconds)).await.unwrap()
}

async fn found(fixture: &Fixture, query: &str) -> Vec<String> {
    let clauses = fixture.store.search_clauses(query, 10).await.unwrap();
    clauses.into_iter().map(|clause| clause.anchor).collect()
}

#[tokio::test]
async fn an_imported_text_is_listed_and_read_back() {
    for fixture in fixtures().await {
        let text = small_text("one");
        assert_eq!(import(&fixture, &text, 0).await, ImportOutcome::Imported);
        let listed = fixture.store.official_texts().await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].document.as_str(), listed[0].revision), ("sample-law", 1));
        assert_eq!((listed[0].clause_count, listed[0].imported_at), (3, noon(0)));
        assert_eq!(listed[0].sha256, crate::digest::sha256(&text.bytes));
        let bytes = fixture.store.official_text_bytes("sample-law").await.unwrap();
        assert_eq!(bytes.as_ref(), Some(&text.bytes));
        let clause = fixture.store.official_clause("sample-law", "a10").await.unwrap().unwrap();
        assert_eq!((clause.heading.as_str(), clause.text.as_str()), ("第十条", "融资担保 SME Fund"));
        assert_eq!(clause.sha256, crate::digest::sha256(clause.text.as_bytes()));
    }
}

#[tokio::test]
async fn an_unknown_document_or_clause_is_absent() {
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        assert_eq!(fixture.store.official_text_bytes("other").await.unwrap(), None);
        assert_eq!(fixture.store.official_clause("sample-law", "a99").await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_excerpt_holds_the_clauses_asked_for_in_order_of_printing() {
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        import(&fixture, &small_text("two"), 60).await;
        let asked = ["a11", "a2", "a99"].map(str::to_owned);
        let excerpt = fixture.store.official_excerpt("sample-law", &asked).await.unwrap().unwrap();
        assert_eq!((excerpt.text.revision, excerpt.text.clause_count), (2, 3), "{}", fixture.engine());
        let clauses: Vec<_> = excerpt.clauses.iter().map(|c| (c.anchor.as_str(), c.text.as_str())).collect();
        assert_eq!(clauses, [("a2", "账款 100% 按期支付_A"), ("a11", "附则 two")]);
        let nothing = fixture.store.official_excerpt("sample-law", &[]).await.unwrap().unwrap();
        assert_eq!(nothing.clauses, []);
        assert_eq!(fixture.store.official_excerpt("other", &asked).await.unwrap(), None);
    }
}

#[tokio::test]
async fn importing_the_same_text_twice_changes_nothing() {
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        let before = fixture.store.official_texts().await.unwrap();
        assert_eq!(import(&fixture, &small_text("one"), 60).await, ImportOutcome::Unchanged);
        assert_eq!(fixture.store.official_texts().await.unwrap(), before);
        assert_eq!(fixture.store.verify_chain().await.unwrap().events, 1);
    }
}

#[tokio::test]
async fn a_changed_text_becomes_revision_two_and_revision_one_is_kept() {
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        assert_eq!(import(&fixture, &small_text("two"), 60).await, ImportOutcome::Imported);
        let listed = fixture.store.official_texts().await.unwrap();
        assert_eq!((listed.len(), listed[0].revision, listed[0].clause_count), (1, 2, 3));
        let clause = fixture.store.official_clause("sample-law", "a11").await.unwrap().unwrap();
        assert_eq!(clause.text, "附则 two");
        assert_eq!(found(&fixture, "one").await, Vec::<String>::new());
        // Both revisions are still there, as their events say.
        assert_eq!(fixture.store.verify_official_texts().await.unwrap(), []);
        let events = fixture.store.events_of("official-text:sample-law").await.unwrap();
        let revisions: Vec<_> = events.iter().map(|event| event.payload["revision"].clone()).collect();
        assert_eq!(revisions, [1, 2]);
    }
}

#[tokio::test]
async fn another_source_becomes_a_revision_and_none_at_all_changes_nothing() {
    for fixture in fixtures().await {
        let from = |source: &str| NewOfficialText { source: source.to_owned(), ..small_text("one") };
        import(&fixture, &from("a gazette"), 0).await;
        assert_eq!(import(&fixture, &from(""), 60).await, ImportOutcome::Unchanged);
        assert_eq!(import(&fixture, &from("a website"), 120).await, ImportOutcome::Imported);
        assert_eq!(fixture.store.official_texts().await.unwrap()[0].source, "a website");
    }
}

#[tokio::test]
async fn the_same_bytes_read_into_other_clauses_become_a_revision() {
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        let mut reread = small_text("one");
        reread.clauses.pop();
        assert_eq!(import(&fixture, &reread, 60).await, ImportOutcome::Imported);
        assert_eq!(fixture.store.official_texts().await.unwrap()[0].clause_count, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_concurrent_imports_of_one_text_exactly_one_writes() {
    for fixture in fixtures().await {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = fixture.store.clone();
                let text = small_text("one");
                tokio::spawn(
                    async move { store.import_official_text(&text, "tester", noon(0)).await.unwrap() },
                )
            })
            .collect();
        let mut written = 0;
        for task in tasks {
            written += usize::from(task.await.unwrap() == ImportOutcome::Imported);
        }
        assert_eq!(written, 1, "{}", fixture.engine());
        assert_eq!(fixture.store.official_texts().await.unwrap()[0].revision, 1);
    }
}

#[tokio::test]
async fn chinese_words_of_two_characters_are_found_in_heading_and_text() {
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        assert_eq!(found(&fixture, "账款").await, ["a2"]);
        assert_eq!(found(&fixture, "第十").await, ["a10", "a11"]);
        assert_eq!(found(&fixture, " 融资  担保 ").await, ["a10"]);
        assert_eq!(found(&fixture, "融资 账款").await, Vec::<String>::new());
        assert_eq!(found(&fixture, "sme FUND").await, ["a10"]);
    }
}

#[tokio::test]
async fn signs_with_a_meaning_in_patterns_are_taken_literally() {
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        assert_eq!(found(&fixture, "100%").await, ["a2"]);
        assert_eq!(found(&fixture, "_a").await, ["a2"]);
        for absent in ["1%0", "!", "\\", "'", "付__"] {
            assert_eq!(found(&fixture, absent).await, Vec::<String>::new(), "{absent}");
        }
        for empty in ["", " \u{3000}", "\0"] {
            assert_eq!(found(&fixture, empty).await, Vec::<String>::new());
        }
        assert_eq!(fixture.store.search_clauses("第", 2).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_and_leaves_no_trace() {
    for fixture in fixtures().await {
        let (mut empty, mut large, mut twice, mut nul) =
            (small_text("1"), small_text("1"), small_text("1"), small_text("1"));
        empty.bytes.clear();
        large.bytes = vec![b' '; BYTES_MAX + 1];
        twice.clauses[1].anchor = "a2".to_owned();
        nul.clauses[0].text.push('\0');
        for (refused, hint) in [(empty, "empty"), (large, "32 MiB"), (twice, "`a2`"), (nul, "NUL")] {
            let error = fixture.store.import_official_text(&refused, "tester", noon(0)).await.unwrap_err();
            assert!(error.to_string().contains(hint), "{error}");
        }
        let mut nameless = small_text("1");
        nameless.clauses.truncate(1);
        let error = fixture.store.import_official_text(&nameless, "", noon(0)).await.unwrap_err();
        assert!(error.to_string().contains("actor"), "{error}");
        assert_eq!(fixture.store.official_texts().await.unwrap(), []);
        assert_eq!(fixture.store.verify_chain().await.unwrap().events, 0);
    }
}

#[tokio::test]
async fn a_text_of_the_largest_size_is_kept() {
    for fixture in fixtures().await {
        let mut text = small_text("one");
        text.bytes = vec![0xe5; BYTES_MAX];
        import(&fixture, &text, 0).await;
        let bytes = fixture.store.official_text_bytes("sample-law").await.unwrap().unwrap();
        assert_eq!(bytes.len(), BYTES_MAX, "{}", fixture.engine());
    }
}

#[tokio::test]
async fn a_text_that_was_changed_behind_the_program_is_found() {
    let changes = [
        ("UPDATE official_clause SET text = 'x' WHERE anchor = 'a2'", "clauses are not"),
        ("DELETE FROM official_clause WHERE anchor = 'a2'", "clauses are not"),
        ("UPDATE official_text SET bytes = '\\x00'", "bytes are not"),
        ("UPDATE official_clause SET revision = 9; UPDATE official_text SET revision = 9", "missing"),
    ];
    for (change, hint) in changes {
        for fixture in fixtures().await {
            import(&fixture, &small_text("one"), 0).await;
            let change = if fixture.engine() == "SQLite" {
                change.replace("'\\x00'", "x'00'")
            } else {
                change.to_owned()
            };
            fixture.tamper(&change).await;
            let faults = fixture.store.verify_official_texts().await.unwrap();
            assert!(faults[0].what.contains(hint), "{} {change}: {faults:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn every_changed_column_of_a_text_and_its_clauses_is_found() {
    let changes = [
        ("UPDATE official_text SET title = 'x'", "its title"),
        ("UPDATE official_text SET source = 'x'", "its source"),
        ("UPDATE official_text SET sha256 = 'x'", "its hash"),
        ("UPDATE official_text SET file_name = 'x'", "its file name"),
        ("UPDATE official_text SET media_type = 'text/html'", "its media type"),
        ("UPDATE official_text SET imported_at = '1999-01-01T00:00:00.000000Z'", "its time of import"),
        ("UPDATE official_text SET imported_at = 'x'", "its time of import"),
        ("UPDATE official_text SET revision = 9", "it is missing"),
        ("UPDATE official_clause SET heading = 'x' WHERE anchor = 'a10'", "its clauses are not"),
        ("UPDATE official_clause SET anchor = 'x' WHERE anchor = 'a10'", "its clauses are not"),
        ("UPDATE official_clause SET sha256 = 'x' WHERE anchor = 'a10'", "the hash of clause a10"),
        ("UPDATE official_clause SET position = 9 WHERE anchor = 'a11'", "stands at position 9, not at 3"),
        ("UPDATE official_clause SET position = position + 10", "stands at position 11, not at 1"),
    ];
    for (change, hint) in changes {
        for fixture in fixtures().await {
            import(&fixture, &small_text("one"), 0).await;
            fixture.tamper(change).await;
            let faults = fixture.store.verify_official_texts().await.unwrap();
            assert!(faults[0].what.contains(hint), "{} {change}: {faults:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn of_many_faults_in_the_clauses_of_one_text_the_first_ten_are_listed() {
    let fixture = fixtures().await.swap_remove(0);
    let mut text = small_text("one");
    text.clauses =
        (0..30).map(|n| NewClause { anchor: format!("a{n}"), ..text.clauses[0].clone() }).collect();
    import(&fixture, &text, 0).await;
    fixture.tamper("UPDATE official_clause SET position = position + 1000").await;
    let faults = fixture.store.verify_official_texts().await.unwrap();
    assert_eq!((faults.len(), faults[10].what.as_str()), (11, "20 more faults like these"));
}

#[tokio::test]
async fn a_text_without_event_and_an_event_without_text_are_found() {
    let copy =
        "INSERT INTO official_text SELECT document, 9, title, source, file_name, media_type, bytes, sha256,
                imported_at FROM official_text";
    let changes = [
        (copy, 9, "no event records"),
        ("INSERT INTO official_clause VALUES ('sample-law', 9, 1, 'a1', '', 'x', 'x')", 9, "no such text"),
        ("INSERT INTO official_clause VALUES ('ghost', 1, 1, 'a1', '', 'x', 'x')", 1, "no such text"),
        ("DELETE FROM official_clause; DELETE FROM official_text", 1, "it is missing"),
        ("DELETE FROM event", 1, "no event records"),
        ("UPDATE event SET payload = '{}'", 0, "does not say what was imported"),
        ("UPDATE event SET stream = 'x'", 1, "of another stream"),
    ];
    for (change, revision, hint) in changes {
        for fixture in fixtures().await {
            import(&fixture, &small_text("one"), 0).await;
            fixture.tamper(change).await;
            let faults = fixture.store.verify_official_texts().await.unwrap();
            assert!(
                faults[0].what.contains(hint) && faults[0].revision == revision,
                "{} {change}: {faults:?}",
                fixture.engine()
            );
        }
    }
}

#[tokio::test]
async fn both_engines_refuse_changes_of_texts_and_clauses() {
    let everywhere = [
        "UPDATE official_text SET title = 'x'", "DELETE FROM official_text",
        "UPDATE official_clause SET text = 'x'", "DELETE FROM official_clause",
    ];
    for fixture in fixtures().await {
        import(&fixture, &small_text("one"), 0).await;
        let here = match fixture.engine() {
            "SQLite" => [
                "INSERT OR REPLACE INTO official_text SELECT * FROM official_text",
                "INSERT OR REPLACE INTO official_text (rowid, document, revision, title, source, file_name,
                 media_type, bytes, sha256, imported_at) SELECT rowid, 'other', 1, '', '', '', '', x'', '', ''
                 FROM official_text",
                "INSERT OR REPLACE INTO official_clause SELECT document, revision, position, 'other', '', '', ''
                 FROM official_clause WHERE position = 1",
                "INSERT OR REPLACE INTO official_clause SELECT document, revision, 99, anchor, '', '', ''
                 FROM official_clause WHERE position = 1",
            ],
            _ => [
                "TRUNCATE official_text CASCADE", "TRUNCATE official_clause",
                "INSERT INTO official_text SELECT * FROM official_text ON CONFLICT (document, revision)
                 DO UPDATE SET title = 'x'",
                "INSERT INTO official_clause SELECT * FROM official_clause ON CONFLICT (document, revision, anchor)
                 DO UPDATE SET text = 'x'",
            ],
        };
        for statement in everywhere.into_iter().chain(here) {
            let error = fixture.execute(statement).await.expect_err(statement).to_string();
            assert!(error.contains("never"), "{statement}: {error}");
        }
        assert_eq!(fixture.store.verify_official_texts().await.unwrap(), []);
    }
}
