//! `due` and `clock verify` as an operator runs them.

#[expect(dead_code, reason = "other tests of the operator import a text, these do not")]
mod operator;

use operator::{liangjian, printed};
use std::path::Path;

/// Runs a command; answers its exit code and what it printed.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = liangjian(folder, arguments);
    (output.status.code(), printed(&output))
}

const EVENTS: &str = r#"
warnings = ["50%", "1d"]

[[ground]]
id = "papers"
kind = "pause"
name = { zh = "补正材料", en = "papers to be completed" }
cite = "a26"
times_max = 1

[[event]]
kind = "pause"
at = 2026-02-24
ground = "papers"

[[event]]
kind = "resume"
at = 2026-02-26
ground = "papers"
"#;

#[test]
fn the_table_shows_the_due_date_and_every_span_in_the_language_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("events.toml"), EVENTS).unwrap();
    let asked = ["due", "--from", "2026-02-13", "--period", "5wd"];
    let (code, text) = run(folder.path(), &asked);
    assert_eq!(code, Some(0), "{text}");
    for part in ["届满    2026-02-27\n", "春节放假，不计", "春节调休上班", "5个工作日"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let (code, text) =
        run(folder.path(), &[&asked[..], &["--events", "events.toml", "--language", "en"]].concat());
    assert_eq!(code, Some(0), "{text}");
    for part in [
        "due     2026-03-02\n",
        "2026-02-25        2026-02-26        -                   paused, not counted: papers to be completed [a26]",
        "2026-02-15        2026-02-23        -                   Spring Festival, not counted",
        "50%     2026-02-27\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn provisional_dates_and_hours_say_what_they_rest_on() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) =
        run(folder.path(), &["due", "--from", "2026-05-01", "--period", "12m", "--language", "en"]);
    assert!(code == Some(0) && text.contains("2027-05-03, provisional: no holiday notice"), "{text}");
    // The sample town has office hours and no calendar.
    let hours = ["due", "--from", "2026-03-02T11:30", "--period", "1h", "--language", "en"];
    let (code, text) = run(folder.path(), &[&hours[..], &["--edition", "sample"]].concat());
    assert!(code == Some(0) && text.contains("due     2026-03-02 14:00, provisional"), "{text}");
    // The documents of the province and the nation do not say when offices are open.
    let (code, text) = run(folder.path(), &[&hours[..], &["--edition", "zhejiang"]].concat());
    assert!(code == Some(1) && text.contains("add office-hours.toml"), "{text}");
}

#[test]
fn json_has_the_ledger_and_refused_events_make_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let twice = format!("{EVENTS}\n[[event]]\nkind = \"pause\"\nat = 2026-02-27\nground = \"papers\"\n");
    std::fs::write(folder.path().join("events.toml"), twice).unwrap();
    let asked = ["due", "--from", "2026-02-13", "--period", "5wd", "--events", "events.toml"];
    let output = liangjian(folder.path(), &[&asked[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["due"]["at"], "2026-03-02");
    assert_eq!(json["problems"][0]["fault"]["kind"], "too-many");
    assert_eq!(json["ledger"][3]["ground"][0], "papers");
    let (code, text) = run(folder.path(), &asked);
    assert!(code == Some(1) && text.contains("至多使用1次"), "{text}");
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("events.toml"), EVENTS.replace("\"pause\"\nat", "\"paws\"\nat"))
        .unwrap();
    let asked = ["due", "--from", "2026-02-13", "--period", "5wd", "--events", "events.toml"];
    let (code, text) = run(folder.path(), &asked);
    assert!(code == Some(1) && text.contains("events.toml:12"), "{text}");
    for wrong in [["2026-02-30", "5wd"], ["2026-02-13", "5 days"]] {
        let (code, text) = run(folder.path(), &["due", "--from", wrong[0], "--period", wrong[1]]);
        assert_eq!(code, Some(2), "{text}");
    }
    let (code, text) =
        run(folder.path(), &["due", "--from", "2026-02-13", "--period", "5wd", "--edition", "nowhere"]);
    assert!(code == Some(1) && text.contains("known are national, sample"), "{text}");
    let (code, text) =
        run(folder.path(), &["due", "--from", "2026-02-13", "--period", "5wd", "--warn", "2h"]);
    assert!(code == Some(1) && text.contains("hours and days are mixed"), "{text}");
}

#[test]
fn a_case_is_verified_clock_by_clock() {
    let clock = |id: &str, party: &str, start: &str, claimed: &str| {
        format!(
            "[[clock]]\nid = \"{id}\"\nparty = \"{party}\"\nstart = {start}\nclaimed = {claimed}\nterms = {{ period = \"10wd\", cite = \"a26\" }}\n\n"
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let good = clock("firm", "firm", "2026-03-02", "2026-03-16")
        + &clock("bureau", "lead", "2026-03-03", "2026-03-17");
    std::fs::write(folder.path().join("case.toml"), &good).unwrap();
    let (code, text) = run(folder.path(), &["clock", "verify", "case.toml"]);
    assert!(code == Some(0) && text.matches("一致").count() == 2, "{text}");
    std::fs::write(folder.path().join("case.toml"), good.replace("2026-03-17", "2026-03-18")).unwrap();
    let (code, text) = run(folder.path(), &["clock", "verify", "case.toml", "--language", "en"]);
    assert!(code == Some(1) && text.contains("the claimed date is not the reckoned one"), "{text}");
    let output = liangjian(folder.path(), &["clock", "verify", "case.toml", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json[1]["reckoned"], &json[1]["verified"]), (&"2026-03-17".into(), &"2026-03-17".into()));
}

#[test]
fn the_examples_of_the_guide_come_out_as_it_says() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/clocks.md");
    let guide = std::fs::read_to_string(guide).expect("the guide is part of the repository");
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for block in guide.split("```").skip(1).step_by(2) {
        let (first, rest) = block.split_once('\n').unwrap_or_default();
        let command = match first {
            "toml" => rest.lines().next().and_then(|line| line.strip_prefix("# ")?.split_once(": ")),
            _ => None,
        };
        if let Some((file, command)) = command {
            std::fs::write(folder.path().join(file), rest).unwrap();
            let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
            let (code, text) = run(folder.path(), &arguments);
            assert_eq!(code, Some(0), "{command}\n{text}");
            assert!(file != "events.toml" || text.contains("2026-03-02\n"), "{text}");
            seen += 1;
        } else if let Some((command, expected)) =
            rest.strip_prefix("$ liangjian ").and_then(|rest| rest.split_once('\n'))
        {
            let arguments: Vec<&str> = command.split_whitespace().collect();
            assert_eq!(run(folder.path(), &arguments), (Some(0), expected.to_owned()));
            seen += 1;
        }
    }
    assert_eq!(seen, 3, "the guide has three examples");
}
