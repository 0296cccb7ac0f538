//! The printed SQL in the databases it is printed for: every status and amount as the reference says.

use super::population::{City, city};
use rules::sql::{Dialect, Script, print};
use std::{
    env, fs,
    process::{Command, Output},
};

/// Made cities, and firms and policies of each.
const CITIES: u64 = 60;
const FIRMS: usize = 40;
const POLICIES: usize = 12;

/// Runs statements, and prints the rows of the last one, cells joined by `|`.
const DUCKDB: &str = "
import duckdb, json, sys
for case in json.load(open(sys.argv[1])):
    connection = duckdb.connect()
    for statement in case:
        rows = connection.execute(statement).fetchall()
    for row in rows:
        print('|'.join('' if cell is None else str(cell) for cell in row))
    print('.')
";

/// The statements that make a city, match it, and answer every outcome.
fn statements(city: &City, script: &Script) -> Vec<String> {
    let mut all =
        vec!["DROP TABLE IF EXISTS firms".to_owned(), script.facts.clone(), city.insert(&script.facts)];
    all.extend(script.statements.iter().cloned());
    let outcomes = script.outcomes.iter().map(|columns| {
        let (policy, table) = (&columns.policy, &columns.table);
        format!("SELECT '{policy}' AS policy, firm, {}, {} FROM {table}", columns.status, columns.amount_fen)
    });
    let totals = format!(
        "SELECT policy, 'all', CAST(entitled AS VARCHAR), sum_fen FROM ({}) AS totals",
        script.totals
    );
    all.push(outcomes.chain([totals]).collect::<Vec<_>>().join(" UNION ALL "));
    all
}

/// The rows that the reference expects, sorted.
fn expected(city: &City, script: &Script) -> Vec<String> {
    let outcomes = city.outcomes();
    let mut rows = Vec::new();
    for columns in &script.outcomes {
        let policy = city.book.policies.iter().position(|policy| policy.id == columns.policy);
        let policy = policy.expect("only policies of the book are printed");
        let (mut entitled, mut sum) = (0, 0_i128);
        for (firm, outcomes) in outcomes.iter().enumerate() {
            let outcome = outcomes[policy];
            let amount = outcome.amount_fen.map_or_else(String::new, |fen| fen.to_string());
            rows.push(format!("{}|{firm}|{}|{amount}", columns.policy, outcome.status.name()));
            entitled += i32::from(outcome.status.name() == "entitled");
            sum += i128::from(outcome.amount_fen.unwrap_or(0));
        }
        rows.push(format!("{}|all|{entitled}|{sum}", columns.policy));
    }
    rows.sort();
    rows
}

fn cities(dialect: Dialect) -> Vec<(City, Script)> {
    let all: Vec<(City, Script)> = (0..CITIES)
        .map(|seed| {
            let city = city(seed, FIRMS, POLICIES);
            let script = print(&city.book, &city.catalog, dialect);
            (city, script)
        })
        .filter(|(_, script)| !script.outcomes.is_empty())
        .collect();
    let printed: usize = all.iter().map(|(_, script)| script.outcomes.len()).sum();
    assert!(printed > 100, "only {printed} policies were printed");
    all
}

fn compare(cities: &[(City, Script)], output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let mut cases = said.split(".\n").map(|case| {
        let mut rows: Vec<&str> = case.lines().collect();
        rows.sort_unstable();
        rows
    });
    for (seed, (city, script)) in cities.iter().enumerate() {
        let rows = cases.next().unwrap_or_default();
        let expected = expected(city, script);
        let differing = expected.iter().zip(&rows).find(|(expected, row)| expected.as_str() != **row);
        assert!(expected.len() == rows.len() && differing.is_none(), "case {seed}: {differing:?}\n{script}");
    }
}

#[expect(clippy::disallowed_methods, reason = "only the test run knows where its databases are")]
fn environment(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// Runs the statements of each case in DuckDB; `None` where there is none.
pub fn in_duckdb(cases: &[Vec<String>]) -> Option<Output> {
    let python = environment("LIANGJIAN_TEST_DUCKDB_PYTHON").unwrap_or_else(|| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import duckdb"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        println!("skipped: SQL in DuckDB (no python with duckdb; LIANGJIAN_TEST_DUCKDB_PYTHON names one)");
        return None;
    }
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let file = folder.path().join("cases.json");
    let text = serde_json::to_string(cases).expect("statements are text");
    fs::write(&file, text).expect("the folder can be written");
    Some(Command::new(&python).args(["-c", DUCKDB]).arg(&file).output().expect("python starts"))
}

/// Runs the statements of each case in PostgreSQL, in a schema of this name; `None` where there is none.
pub fn in_postgresql(cases: &[Vec<String>], schema: &str) -> Option<Output> {
    let Some(address) = environment("LIANGJIAN_TEST_POSTGRES_URL") else {
        println!("skipped: SQL in PostgreSQL (LIANGJIAN_TEST_POSTGRES_URL is not set)");
        return None;
    };
    if Command::new("psql").arg("--version").output().is_err() {
        println!("skipped: SQL in PostgreSQL (psql is not installed)");
        return None;
    }
    let schema = format!("{schema}_{}", std::process::id());
    let mut text = format!(
        "\\set ON_ERROR_STOP on\n\\o /dev/null\nCREATE SCHEMA {schema};\nSET search_path = {schema};\n"
    );
    for case in cases {
        let Some((query, statements)) = case.split_last() else { continue };
        let statements: Vec<String> = statements.iter().map(|statement| format!("{statement};\n")).collect();
        text.push_str(&statements.concat());
        text.push_str(&["\\o\n", query, ";\n\\echo .\n\\o /dev/null\n"].concat());
    }
    text.push_str(&["DROP SCHEMA ", &schema, " CASCADE;\n"].concat());
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let file = folder.path().join("cases.sql");
    fs::write(&file, text).expect("the folder can be written");
    let mut psql = Command::new("psql");
    psql.args([&address, "-q", "-X", "-A", "-t", "-F", "|", "-f"])
        .arg(&file)
        .env("PGOPTIONS", "-c client_min_messages=error");
    Some(psql.output().expect("psql starts"))
}

fn all_statements(cities: &[(City, Script)]) -> Vec<Vec<String>> {
    cities.iter().map(|(city, script)| statements(city, script)).collect()
}

#[test]
fn duckdb_answers_as_the_reference_does() {
    let cities = cities(Dialect::DuckDb);
    if let Some(output) = in_duckdb(&all_statements(&cities)) {
        compare(&cities, &output);
    }
}

#[test]
fn postgresql_answers_as_the_reference_does() {
    let cities = cities(Dialect::Postgres);
    if let Some(output) = in_postgresql(&all_statements(&cities), "liangjian_sql") {
        compare(&cities, &output);
    }
}
