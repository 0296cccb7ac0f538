//! The commands, from files to files.

use super::facts::FACTS;
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

/// What the policies here ask besides.
const MORE_FACTS: &str = r#"
[[field]]
name = "rd_expense"
type = "money"
[[field]]
name = "industry_code"
type = "code"
vocabulary = "industry"
[[field]]
name = "county"
type = "code"
vocabulary = "county"
[[vocabulary]]
name = "industry"
codes = [
    { code = "C", zh = "制造业", en = "Manufacturing", parent = "" },
    { code = "C39", zh = "电子", en = "Electronics", parent = "C" },
    { code = "F", zh = "批零", en = "Trade", parent = "" },
]
[[vocabulary]]
name = "county"
codes = [{ code = "330302", zh = "鹿城", en = "Lucheng", parent = "" }, { code = "330381", zh = "瑞安", en = "Rui'an", parent = "" }]
"#;

const FIRMS: &str =
    "\u{feff}uscc,营业收入,rd_expense,staff,founded,filed_on,restricted,industry_code,county,remark\r
91350100M000100Y43,300万,100000.55,12,2024-01-31,2026-03-01,否,C39,330302,\"a, b\"\r
9135010557098120XJ,1234567.89,,300,2024/2/29,2026-01-05,false,F,330381,\r
91120222MA06DG3067,,100000,,,,,,,\r
91350203M0001QAY9B,100,33.33,1,2010-05-05,2026-02-02,true,C,330302,\r
";

const POLICIES: &str = r#"{"id":"research","require":["rd_expense / revenue >= 3%","industry_code within C"],"unless":"restricted","amount":"round_half_up(rd_expense * 10%, 0.01)"}
{"id":"young","require":"years_between(founded, as_of) < 5","amount":1000}

{"id":"judged","require":["staff >= 10","judged(\"does it lead?\")"],"unless":["restricted"]}
"#;

fn liangjian(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liangjian"));
    command.current_dir(folder.path()).args(arguments).output().expect("the program starts")
}

fn written(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) {
    fs::write(folder.path().join(name), text).expect("the folder can be written");
}

/// Facts, firms and policies.
fn city() -> TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    written(&folder, "facts.toml", [FACTS, MORE_FACTS].concat());
    written(&folder, "firms.csv", FIRMS);
    written(&folder, "policies.jsonl", POLICIES);
    folder
}

fn matched(folder: &TempDir, more: &[&str]) -> Output {
    let usual = ["match", "--firms", "firms.csv", "--facts", "facts.toml", "--policies", "policies.jsonl"];
    let dated = ["--as-of", "2026-01-01", "--out", "out"];
    liangjian(folder, &[&usual[..], &dated, more].concat())
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

fn holds(folder: &TempDir, name: &str) -> bool {
    Path::new(folder.path()).join(name).exists()
}

#[test]
fn a_match_counts_and_sums_and_writes_the_outcomes() {
    let folder = city();
    let output = matched(&folder, &[]);
    assert!(output.status.success(), "{}", errors(&output));
    let totals = json(&fs::read(folder.path().join("out/totals.json")).expect("totals were written"));
    assert_eq!(totals["firms"], 4);
    let counts = |policy: usize| {
        let row = &totals["policies"][policy];
        let names = ["entitled", "not_entitled", "undetermined", "needs_judgement", "sum_fen"];
        names.map(|name| row[name].as_i64().expect("a count is a number"))
    };
    assert_eq!(counts(0), [1, 2, 1, 0, 1_000_006], "100000.55 × 10% is half of a fen above 10000.05");
    assert_eq!(counts(1), [2, 1, 1, 0, 200_000]);
    assert_eq!(counts(2), [0, 1, 1, 2, 0]);
    assert_eq!(totals["unknown_columns"], serde_json::json!(["remark"]));
    let parquet = fs::read(folder.path().join("out/matches.parquet")).expect("outcomes were written");
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    let outcomes = &totals["outcomes"];
    assert_eq!((&outcomes["file"], &outcomes["rows"]), (&"matches.parquet".into(), &8.into()));
    assert_eq!(outcomes["sha256"], store::sha256(&parquet), "totals name the outcomes that belong to them");
    assert_eq!(outcomes["bytes"], parquet.len());
    assert!(errors(&output).contains("`9` would · firms.csv, row 5, column uscc"), "{}", errors(&output));
    assert!(!holds(&folder, "out/matches.parquet.part"));
}

#[test]
fn totals_alone_leave_the_outcomes_out_and_strict_reading_refuses_a_bad_check_character() {
    let folder = city();
    assert!(matched(&folder, &["--totals"]).status.success());
    assert!(holds(&folder, "out/totals.json") && !holds(&folder, "out/matches.parquet"));
    let totals = json(&fs::read(folder.path().join("out/totals.json")).expect("totals were written"));
    assert_eq!(totals["outcomes"], Value::Null);
    let output = matched(&folder, &["--strict", "--out", "strict"]);
    assert_eq!(output.status.code(), Some(2), "an argument stands twice");
    let arguments = [
        "match", "--firms", "firms.csv", "--facts", "facts.toml", "--policies", "policies.jsonl", "--out",
        "strict", "--strict",
    ];
    let output = liangjian(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(!holds(&folder, "strict"), "nothing is written");
}

#[test]
fn every_fault_of_every_line_is_told_with_its_place_and_nothing_is_written() {
    let folder = city();
    let bad = concat!(
        "{\"id\":\"a\",\"require\":\"revenu >= 3 and staff < 5%\",\"amount\":\"rd_expense * revenue\"}\n",
        "{\"id\":\"a\",\"require\":\"industry_code = Z9\"}\n",
        "no json\n",
        "{\"id\":\"b\",\"require\":[\"true\",\"revenue >=\"],\"unless\":[\"staff\"]}\n",
    );
    written(&folder, "policies.jsonl", bad);
    let output = matched(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    let told = errors(&output);
    for part in [
        "nothing is called `revenu` · policies.jsonl:1 require at 0–6 `revenu` · did you mean `revenue`?",
        "policies.jsonl:1 require at ",
        "money is multiplied by money · policies.jsonl:1 amount at ",
        "policies.jsonl:2 require at ",
        "policies.jsonl:3 column ",
        "policies.jsonl:4 require.1 at ",
        "policies.jsonl:4 unless at ",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert!(!holds(&folder, "out"));
}

#[test]
fn a_file_of_firms_with_faults_is_told_row_by_row_and_not_loaded() {
    let folder = city();
    let bad = "uscc,revenue,staff,founded,restricted,industry_code\n\
        91350100M000100Y43,1.234,two,2024-02-30,maybe,C3\n\
        91350100M000100Y43,1,2\n\
        91350100M000100Y43,1,2,,,\n";
    written(&folder, "firms.csv", bad);
    let output = matched(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    let told = errors(&output);
    for part in [
        "`1.234` has more decimals than the field holds (2) · firms.csv, row 2, column revenue",
        "`two` is no number · firms.csv, row 2, column staff",
        "`2024-02-30` is no day · firms.csv, row 2, column founded",
        "`maybe` is neither yes nor no · firms.csv, row 2, column restricted",
        "`C3` is no code of the vocabulary `industry` · firms.csv, row 2, column industry_code · did you mean",
        "the row has 3 cells, the header 6 · firms.csv, row 3",
        "stands in row 2 already · firms.csv, row 4, column uscc",
        "nothing was loaded: 7 errors",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert!(!holds(&folder, "out"));
}

#[test]
fn garbage_is_refused_with_a_word_on_what_to_do() {
    let folder = city();
    for (garbage, part) in [
        (vec![0_u8; 3_000_000], "it is no text"),
        (b"PAR1 but nothing behind".to_vec(), "it cannot be read as Parquet"),
        (b"PK\x03\x04 a spreadsheet".to_vec(), "save the sheet as CSV"),
        (b"name,other\n1,2\n".to_vec(), "no column identifies the firm"),
        ([b"uscc,revenue\n\"".to_vec(), vec![b'a'; 2_000_000]].concat(), "the row is longer than 1024 KiB"),
        (b"uscc,revenue\n91350100M000100Y43,\xc4\xda\n".to_vec(), "the cell is not in UTF-8"),
        (b"uscc,revenue\nx\n".repeat(100_000), "reading stopped after 200 errors"),
        (Vec::new(), "the file is empty"),
    ] {
        written(&folder, "firms.csv", garbage);
        let output = matched(&folder, &[]);
        assert_eq!(output.status.code(), Some(1), "{part}");
        assert!(errors(&output).contains(part), "{part}\n{}", errors(&output));
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = city();
    for arguments in [
        &["match", "--firms", "firms.csv"][..],
        &["match", "--firms", "firms.csv", "--policies", "policies.jsonl", "--out", "out"],
        &["sql", "--policies", "policies.jsonl", "--facts", "facts.toml", "--dialect", "oracle"],
        &["simulate", "--policy", "policies.jsonl"],
        &["explain", "--policy", "policies.jsonl"],
    ] {
        assert_eq!(liangjian(&folder, arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_firm_is_told_why_and_what_is_missing() {
    let folder = city();
    written(&folder, "firm.json", r#"{"revenue": "100万", "rd_expense": 20000, "industry_code": "C39"}"#);
    let arguments =
        ["explain", "--firm", "firm.json", "--policy", "policies.jsonl", "--facts", "facts.toml", "--json"];
    let output = liangjian(&folder, &arguments);
    assert!(output.status.success(), "{}", errors(&output));
    let told = json(&output.stdout);
    assert_eq!(told[0]["explanation"]["status"], "not-entitled", "{told:#}");
    assert_eq!(told[1]["explanation"]["status"], "undetermined");
    assert_eq!(told[1]["explanation"]["missing"][0]["field"], "founded");
    written(&folder, "firm.json", r#"{"revenu": 1, "staff": "many"}"#);
    let output = liangjian(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("there is no fact `revenu`")
            && errors(&output).contains("`many` is no number")
    );
}

#[test]
fn a_simulation_says_who_gains_who_loses_and_when_the_budget_is_gone() {
    let folder = city();
    written(&folder, "old.jsonl", "{\"id\":\"old\",\"require\":\"staff >= 300\",\"amount\":\"5000\"}\n");
    written(&folder, "new.jsonl", "{\"id\":\"new\",\"require\":\"staff < 300\",\"amount\":\"1000\"}\n");
    let arguments = [
        "simulate", "--policy", "new.jsonl", "--against", "old.jsonl", "--firms", "firms.csv", "--facts",
        "facts.toml", "--budget", "1500", "--json",
    ];
    let output = liangjian(&folder, &arguments);
    assert!(output.status.success(), "{}", errors(&output));
    let told = json(&output.stdout);
    assert_eq!(told["gain"], serde_json::json!({"firms": 2, "sum_fen": 200_000}));
    assert_eq!(told["lose"], serde_json::json!({"firms": 1, "sum_fen": 500_000}));
    assert_eq!(told["unknown"], 1);
    assert_eq!(told["by_county"][0]["code"], "330302");
    assert_eq!(told["by_county"][0]["new"]["sum_fen"], 200_000);
    assert_eq!(told["by_county"][1]["old"]["sum_fen"], 500_000);
    let budget = &told["budget"];
    assert_eq!(budget["first_come"]["exhausted_at"]["day"], "2026-03-01", "the first filed on 2026-02-02");
    assert_eq!(budget["first_come"]["paid_fen"], 100_000);
    assert_eq!(budget["pro_rata"]["share_millionths"], 750_000);
    assert_eq!(budget["pro_rata"]["paid_fen"], 150_000);
}

/// A policy of a folder: its benefit beside the usual head.
fn definition(folder: &TempDir, id: &str, when: &str, benefit: &str) {
    let place = folder.path().join("rules/policies/awards").join(id);
    fs::create_dir_all(&place).expect("the folder can be written");
    let text = format!(
        "title = {{ zh = \"政策{id}\", en = \"Policy {id}\" }}\nsummary = {{ zh = \"例\", en = \"An example.\" }}\nauthority =          {{ zh = \"某局\", en = \"An office\" }}\n[[version]]\neffective = {{ from = \"2020-01-01\" }}\ndocument =          \"例\"\nrequire = [{{ when = \"{when}\", cite = \"art. 1\" }}]\n[version.benefit]\ncite = \"art. 2\"\n{benefit}\n"
    );
    fs::write(place.join("policy.toml"), text).expect("the folder can be written");
}

/// Policies that give amounts of several kinds.
fn city_of_kinds() -> TempDir {
    let folder = city();
    definition(&folder, "grant", "staff >= 10", "amount = \"1000元\"\ndue = \"once\"");
    definition(&folder, "contest", "staff >= 10", "amount = \"500元\"\nmode = \"competitive\"");
    definition(&folder, "line", "staff >= 10", "amount = \"20万元\"\nmeasure = \"volume\"");
    definition(&folder, "cut", "staff >= 10", "amount = \"30万元\"\nmeasure = \"deduction\"");
    folder
}

#[test]
fn sums_keep_kinds_of_amounts_apart_and_say_what_is_not_certain() {
    let folder = city_of_kinds();
    let usual = ["--facts", "facts.toml", "--as-of", "2026-01-01"];
    let arguments = ["match", "--firms", "firms.csv", "--policies", "rules", "--out", "out"];
    let output = liangjian(&folder, &[&arguments[..], &usual].concat());
    assert!(output.status.success(), "{}", errors(&output));
    let totals = json(&fs::read(folder.path().join("out/totals.json")).expect("totals were written"));
    let sums: Vec<String> = totals["sums"]
        .as_array()
        .expect("sums are a list")
        .iter()
        .map(|sum| format!("{} {} {} {}", sum["measure"], sum["certainty"], sum["due"], sum["sum_fen"]))
        .collect();
    assert_eq!(
        sums,
        [
            "\"payment\" \"certain\" \"once\" 200000",
            "\"payment\" \"competitive\" null 100000",
            "\"deduction\" \"certain\" null 60000000",
            "\"volume\" \"certain\" null 40000000",
        ]
    );
    assert_eq!(totals["all"]["sum_fen"], Value::Null, "nothing is added over all kinds");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "符合条件 Entitled", "奖补一次性 Payment, once", "评审择优，不确定", "额度 Volume", "不是钱 no money",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let simulated = ["simulate", "--policy", "rules", "--firms", "firms.csv"];
    let output = liangjian(&folder, &[&simulated[..], &usual].concat());
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("不相加 never added to these: 扣除额、额度 Deduction, Volume"), "{told}");
    written(&folder, "firm.json", r#"{"staff": 12}"#);
    let explained = ["explain", "--firm", "firm.json", "--policy", "rules"];
    let output = liangjian(&folder, &[&explained[..], &usual].concat());
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "合计 in all: 4 项政策 policies",
        "评审择优，不确定",
        "额度 Volume",
        "符合条件，额度 200,000元。",
        "还要评审择优，不保证获得。",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn kinds_that_are_never_added_are_not_simulated_together() {
    let folder = city_of_kinds();
    for id in ["grant", "contest"] {
        fs::remove_dir_all(folder.path().join("rules/policies/awards").join(id)).expect("it was written");
    }
    let arguments = ["simulate", "--policy", "rules", "--firms", "firms.csv", "--facts", "facts.toml"];
    let output = liangjian(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("never added together (deduction, volume) · --policy"),
        "{}",
        errors(&output)
    );
}

#[test]
fn an_output_that_is_a_file_is_refused_with_what_to_do() {
    let folder = city();
    written(&folder, "out", "mine");
    let output = matched(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("· --out out · name a folder"), "{}", errors(&output));
    assert_eq!(fs::read(folder.path().join("out")).expect("it is still there"), b"mine");
}

#[test]
fn a_line_names_policies_of_lines_above_it_and_is_told_so_of_others() {
    let folder = city();
    let lines = |order: [&str; 2]| order.join("\n");
    let (first, second) = (
        r#"{"id":"a","require":"staff >= 10","amount":"1000"}"#,
        r#"{"id":"b","require":"entitled(\"a\")","amount":"amount_of(\"a\") * 2"}"#,
    );
    written(&folder, "policies.jsonl", lines([first, second]));
    let output = matched(&folder, &[]);
    assert!(output.status.success(), "{}", errors(&output));
    written(&folder, "policies.jsonl", lines([second, first]));
    let output = matched(&folder, &[]);
    assert!(errors(&output).contains("move the line of `a` up"), "{}", errors(&output));
    written(&folder, "policies.jsonl", second);
    let output = matched(&folder, &[]);
    assert!(errors(&output).contains("none of an edition"), "{}", errors(&output));
}
