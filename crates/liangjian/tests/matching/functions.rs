//! Every function of the language printed as SQL: the totals of DuckDB and PostgreSQL are those of the engine, and
//! what SQL cannot say is refused by name.

use super::{
    databases::{in_duckdb, in_postgresql},
    facts::FACTS,
};
use serde_json::Value;
use std::{
    fs,
    process::{Command, Output},
};
use tempfile::TempDir;

/// A table beside the facts of the firm.
const HIRES: &str = r#"
[[table]]
name = "hires"
label = { zh = "招用人员", en = "People hired" }
[[table.field]]
name = "wage"
type = "money"
"#;

/// A rate that changes, and one that has ended before the day of the match.
const PARAMETERS: &str = r#"
[[parameter]]
name = "loan_rate"
type = "ratio"
label = { zh = "贷款利率", en = "Rate of loans" }
[[parameter.value]]
effective = { from = "2020-01-01", to = "2024-06-30" }
value = "3.85%"
cite = "art. 1"
[[parameter.value]]
effective = { from = "2024-07-01" }
value = "3.1%"
cite = "art. 1"
[[parameter]]
name = "old_rate"
type = "ratio"
label = { zh = "旧比例", en = "Old share" }
[[parameter.value]]
effective = { from = "2020-01-01", to = "2024-12-31" }
value = "5%"
cite = "art. 1"
"#;

const COLUMNS: [&str; 5] = ["revenue", "staff", "founded", "filed_on", "restricted"];

/// At every bound of a slice, a period and a rate; empty is unknown.
const FIRMS: [[&str; 5]; 12] = [
    ["99999.99", "9", "2020-02-29", "2024-06-30", "false"],
    ["100000.00", "10", "2020-03-01", "2024-07-01", "false"],
    ["100000.01", "11", "2021-01-31", "2025-12-31", "true"],
    ["999999.99", "300", "2021-02-28", "2026-01-01", "false"],
    ["1000000.00", "10", "2019-12-31", "2019-12-31", "false"],
    ["1000000.01", "12", "2020-01-01", "2020-01-01", "true"],
    ["0.00", "10", "2026-01-01", "2026-06-14", "false"],
    ["-50000.00", "10", "2026-06-15", "2026-06-15", "false"],
    ["", "10", "2020-03-31", "2024-07-02", "false"],
    ["123456789.01", "", "2020-04-01", "2026-06-30", "true"],
    ["250000.33", "25", "", "", "false"],
    ["333333.33", "7", "2022-05-05", "2025-05-05", ""],
];

/// Identifier, condition, amount and rounding.
const POLICIES: &[(&str, &str, &str)] = &[
    ("sliced", "revenue is known", "slices(revenue, 10万: 1%, 100万: 0.5%, else: 0.1%)"),
    ("sliced-unknown", "staff >= 1", "slices(revenue, 10万: 1%, 100万: 0.5%, else: 0.1%)"),
    ("dated", "revenue > 0", "revenue * value_on(loan_rate, filed_on)"),
    ("dated-condition", "revenue * value_on(loan_rate, start_of_month(filed_on)) >= 3850元", "100元"),
    ("basic", "staff >= 10 and not restricted", "1000元 * staff"),
    ("follows", "entitled(\"basic\") and revenue >= 10万", "amount_of(\"basic\") * 50%"),
    ("tops-up", "staff >= 7", "max(20000元 - amount_of(\"basic\"), 0元)"),
    ("not-both", "not entitled(\"follows\")", "amount_of(\"follows\") + 1元"),
    (
        "this-year",
        "filed_on >= start_of_year(as_of)",
        "10元 * days_between(start_of_year(filed_on), filed_on)",
    ),
    ("month", "founded = start_of_month(founded)", ""),
    ("aged", "add_months(founded, 13) <= start_of_month(as_of)", "1元 * months_between(founded, as_of)"),
    ("ended", "revenue * old_rate >= 5000元 or staff >= 300", "revenue * old_rate"),
    ("ended-known", "revenue * old_rate is unknown", ""),
    (
        "nobody",
        "case when restricted then unknown else staff > 9 end",
        "case when restricted then unknown else 5元 end",
    ),
    ("decided", "staff >= 10 and judged(\"does it lead?\")", "5元"),
    ("rounded", "revenue > 0", "min(round_half_even(revenue, 1万), 100万) * 5%"),
];

fn policy(folder: &TempDir, (id, when, amount): (&str, &str, &str)) {
    let place = folder.path().join("rules").join(id);
    fs::create_dir_all(&place).expect("the folder can be written");
    let benefit = if amount.is_empty() {
        String::new()
    } else {
        format!("[version.benefit]\namount = '{amount}'\nrounding = \"half-up\"\ncite = \"art. 2\"\n")
    };
    let text = format!(
        r#"title = {{ zh = "政策{id}", en = "Policy {id}" }}
summary = {{ zh = "例", en = "An example." }}
authority = {{ zh = "某局", en = "An office" }}
[[version]]
effective = {{ from = "2020-01-01" }}
document = "例"
require = [{{ when = '{when}', cite = "art. 1" }}]
{benefit}"#
    );
    fs::write(place.join("policy.toml"), text).expect("the folder can be written");
}

fn city(policies: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    fs::create_dir_all(folder.path().join("rules")).expect("the folder can be written");
    let rows = FIRMS.iter().enumerate().map(|(at, cells)| format!("{at},{}\n", cells.join(",")));
    let firms = format!("firm,{}\n{}", COLUMNS.join(","), rows.collect::<Vec<_>>().concat());
    let facts = [FACTS, HIRES].concat();
    for (name, text) in
        [("facts.toml", facts.as_str()), ("rules/parameters.toml", PARAMETERS), ("firms.csv", &firms)]
    {
        fs::write(folder.path().join(name), text).expect("the folder can be written");
    }
    for row in policies {
        policy(&folder, *row);
    }
    folder
}

fn liangjian(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liangjian"));
    command.current_dir(folder.path()).args(arguments);
    command.args(["--policies", "rules", "--facts", "facts.toml", "--as-of", "2026-06-15"]);
    command.output().expect("the program starts")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What the engine counts: policy, entitled, not entitled, undetermined, judgement, unknown amounts, fen.
fn matched(folder: &TempDir) -> Vec<String> {
    let output = liangjian(folder, &["match", "--firms", "firms.csv", "--out", "out"]);
    assert!(output.status.success(), "{}", errors(&output));
    let totals = fs::read(folder.path().join("out/totals.json")).expect("totals were written");
    let totals: Value = serde_json::from_slice(&totals).expect("totals are JSON");
    let row = |policy: &Value| {
        let keys =
            ["entitled", "not_entitled", "undetermined", "needs_judgement", "amount_unknown", "sum_fen"];
        let cells = keys.map(|key| format!("|{}", policy[key].as_i64().unwrap_or_default()));
        format!("{}{}", policy["id"].as_str().unwrap_or_default(), cells.concat())
    };
    let mut rows: Vec<String> =
        totals["policies"].as_array().expect("policies are a list").iter().map(row).collect();
    rows.sort();
    rows
}

fn literal(column: &str, cell: &str) -> String {
    match column {
        _ if cell.is_empty() => "NULL".to_owned(),
        "founded" | "filed_on" => format!("DATE '{cell}'"),
        _ => cell.to_owned(),
    }
}

/// The statements that make the firms, match them and answer the totals.
fn statements(folder: &TempDir, dialect: &str) -> Vec<String> {
    let output = liangjian(folder, &["sql", "--dialect", dialect, "--json"]);
    assert!(output.status.success(), "{}", errors(&output));
    let script: Value = serde_json::from_slice(&output.stdout).expect("the script is JSON");
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let row = |(at, cells): (usize, &[&str; 5])| {
        let cells: Vec<String> =
            COLUMNS.iter().zip(cells).map(|(column, cell)| literal(column, cell)).collect();
        format!("({at}, {})", cells.join(", "))
    };
    let rows: Vec<String> = FIRMS.iter().enumerate().map(row).collect();
    let mut all = vec!["DROP TABLE IF EXISTS firms".to_owned(), text(&script["facts"])];
    all.push(format!("INSERT INTO firms (firm, {}) VALUES {}", COLUMNS.join(", "), rows.join(", ")));
    all.extend(script["statements"].as_array().expect("statements are a list").iter().map(text));
    all.push(text(&script["totals"]));
    all
}

fn compare(expected: &[String], output: &Output) {
    assert!(output.status.success(), "{}", errors(output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut rows: Vec<&str> = said.lines().filter(|line| *line != ".").collect();
    rows.sort_unstable();
    assert_eq!(expected, rows);
}

#[test]
fn every_function_has_the_totals_of_the_engine_in_duckdb() {
    let folder = city(POLICIES);
    let expected = matched(&folder);
    assert_eq!(expected.len(), POLICIES.len());
    if let Some(output) = in_duckdb(&[statements(&folder, "duckdb")]) {
        compare(&expected, &output);
    }
}

#[test]
fn every_function_has_the_totals_of_the_engine_in_postgresql() {
    let folder = city(POLICIES);
    if let Some(output) = in_postgresql(&[statements(&folder, "postgres")], "liangjian_functions") {
        compare(&matched(&folder), &output);
    }
}

#[test]
fn what_sql_cannot_say_is_refused_by_name_and_the_others_are_printed() {
    let folder = city(&[
        ("summed", "sum(hires.wage) > 1000元", ""),
        ("counted", "count(hires where wage > 1000元) >= 3", ""),
        ("workdays", "add_working_days(filed_on, 5) <= as_of", ""),
        ("plain", "staff >= 10", ""),
    ]);
    for dialect in ["duckdb", "postgres", "datafusion"] {
        let output = liangjian(&folder, &["sql", "--dialect", dialect]);
        assert_eq!(output.status.code(), Some(1));
        let told = errors(&output);
        for part in [
            "a summary of the child table `hires` · policy summed · deliver the summary as a field of the firm",
            "a summary of the child table `hires` · policy counted · ",
            "working days, which need a calendar · policy workdays · ",
        ] {
            assert!(told.contains(part), "{part}\n{told}");
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("'plain' AS policy") && !said.contains("'summed' AS policy"), "{said}");
    }
}
