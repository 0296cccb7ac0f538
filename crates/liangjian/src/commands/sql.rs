//! `liangjian sql`: the rules as statements for a warehouse, with the same answers.

use super::{
    Context,
    matching::source::{SourceArguments, say},
    printed,
};
use rules::sql::{self, Dialect, Script};
use serde::Serialize;

/// Arguments of `sql`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    source: SourceArguments,
    /// The database.
    #[arg(long, value_enum)]
    dialect: DialectName,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum DialectName {
    #[value(name = "duckdb")]
    DuckDb,
    #[value(name = "postgres")]
    Postgres,
    #[value(name = "datafusion")]
    DataFusion,
}

/// The machine-readable answer.
#[derive(Serialize)]
struct Statements<'s> {
    facts: &'s str,
    #[serde(rename = "statements")]
    steps: &'s [String],
    totals: &'s str,
    outcomes: Vec<Outcome<'s>>,
    refused: Vec<Refused<'s>>,
}

#[derive(Serialize)]
struct Outcome<'s> {
    policy: &'s str,
    table: &'s str,
    status: &'s str,
    amount_fen: &'s str,
}

#[derive(Serialize)]
struct Refused<'s> {
    policy: &'s str,
    what: &'s str,
    hint: &'s str,
}

/// Answers whether every policy was printed.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let Some(rules) = arguments.source.load(context)? else { return Ok(false) };
    let dialect = match arguments.dialect {
        DialectName::DuckDb => Dialect::DuckDb,
        DialectName::Postgres => Dialect::Postgres,
        DialectName::DataFusion => Dialect::DataFusion,
    };
    let script = sql::print(&rules.book, &rules.catalog, dialect);
    printed(&if context.json { json(&script)? } else { script.to_string() })?;
    for refusal in &script.refused {
        say("error", &format!("not printed: {refusal}"))?;
    }
    Ok(script.refused.is_empty())
}

fn json(script: &Script) -> serde_json::Result<String> {
    let outcome = |outcome: &'_ sql::OutcomeColumns| (outcome.policy.to_string(), outcome.clone());
    let outcomes: Vec<_> = script.outcomes.iter().map(outcome).collect();
    let statements = Statements {
        facts: &script.facts,
        steps: &script.statements,
        totals: &script.totals,
        outcomes: outcomes
            .iter()
            .map(|(policy, columns)| Outcome {
                policy,
                table: &columns.table,
                status: &columns.status,
                amount_fen: &columns.amount_fen,
            })
            .collect(),
        refused: script
            .refused
            .iter()
            .map(|refusal| Refused { policy: &refusal.policy, what: &refusal.what, hint: &refusal.hint })
            .collect(),
    };
    Ok(serde_json::to_string_pretty(&statements)? + "\n")
}
