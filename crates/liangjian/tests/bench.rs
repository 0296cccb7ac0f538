//! `bench` as an operator runs it: its figures are there, whatever they are.

use std::process::{Command, Output};

const EDITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions");

fn bench(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liangjian"));
    command
        .args(["--editions", EDITIONS, "--json", "bench"])
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn report(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON is printed")
}

#[test]
fn every_page_and_the_start_are_measured() {
    let report = report(&bench(&["pages", "--rounds", "1", "--starts", "1"]));
    let pages = report["pages"].as_array().unwrap();
    let addresses: Vec<_> = pages.iter().filter_map(|page| page["address"].as_str()).collect();
    for address in
        ["/", "/regulation/20", "/plan/5", "/policies", "/calculator", "/systems/x001", "/about", "/healthz"]
    {
        assert!(addresses.contains(&address), "{address} of {addresses:?}");
    }
    // The calculator twice: empty, and with answers.
    assert_eq!(pages.len(), 17);
    assert!(pages.iter().any(|page| page["form"].as_str().is_some_and(|form| form.starts_with("f."))));
    assert!(
        pages.iter().all(|page| page["median_ms"].as_f64() > Some(0.0) && page["bytes"].as_u64() > Some(20))
    );
    assert_eq!(report["cold_start"]["starts"], 1);
}

#[test]
fn desks_are_measured_with_those_who_read_and_write_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let small = ["--cases", "600", "--open", "200", "--times", "1", "--pause-ms", "1"];
    let crowd = ["--readers", "3", "--writers", "1", "--data", &data];
    let report = report(&bench(&[&["desk"], &small[..], &crowd].concat()));
    let pages = report["pages"].as_array().unwrap();
    for what in ["/desk", "/board", "/cases", "/voice/figures", "a form to /cases/new/enterprise-voice"] {
        assert!(pages.iter().any(|page| page["what"] == what), "{what}");
    }
    assert_eq!(report["crowd"]["statuses"], serde_json::json!({ "200": 3 }));
}

#[test]
fn documents_are_measured_and_a_missing_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notice.txt");
    std::fs::write(&file, "A notice\nof two lines.\n").unwrap();
    let report = report(&bench(&["read", &file.display().to_string()]));
    assert_eq!((&report["readings"], &report["documents"][0]["bytes"]), (&20.into(), &23.into()));
    let missing = bench(&["read", "nowhere.txt"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).starts_with("error: nowhere.txt cannot be opened"));
}

#[test]
fn writes_are_measured_and_an_answer_that_was_not_heard_is_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data, acks) = (folder.path().join("data"), folder.path().join("acks"));
    let (data, acks_name) = (data.display().to_string(), acks.display().to_string());
    let write = ["write", "--seconds", "1", "--clients", "4", "--data", &data, "--acks", &acks_name];
    let first = report(&bench(&write));
    assert!(first["acknowledged"].as_u64() > Some(4) && first["replayed"] == 0, "{first}");
    // As if the run had ended before the last answer reached its sender.
    let heard = std::fs::read_to_string(&acks).unwrap();
    let last_line = heard.trim_end().rfind('\n').unwrap() + 1;
    std::fs::write(&acks, &heard[..last_line]).unwrap();
    let second = report(&bench(&write));
    assert!(second["acknowledged"].as_u64() > Some(4) && second["replayed"] == 1, "{second}");
}
