//! What a match found, as `totals.json` and as a few lines for people.

#![expect(
    clippy::format_push_string,
    reason = "a few lines for people; `write!` would add an error that cannot be"
)]

use super::source::RulesFrom;
use chrono::NaiveDate;
use rules::{engine::PolicyTotals, explain::grouped, number::Number};
use serde::Serialize;
use std::path::Path;
use store::dataset::{Dataset, Matches};

/// `totals.json`.
#[derive(Serialize)]
pub struct Report {
    as_of: NaiveDate,
    known_at: NaiveDate,
    file: String,
    firms: usize,
    warnings: u64,
    missing_columns: Vec<String>,
    unknown_columns: Vec<String>,
    policies: Vec<Row>,
    all: Counts,
    version: &'static str,
    /// The outcomes that belong to these totals; nothing where none were written.
    pub outcomes: Option<Outcomes>,
}

/// The file of outcomes: totals and outcomes belong together where its digest is this one.
#[derive(Serialize)]
pub struct Outcomes {
    file: &'static str,
    rows: u64,
    bytes: u64,
    sha256: String,
}

impl Outcomes {
    /// Of outcomes that were written.
    pub fn of(matches: &Matches) -> Self {
        let Matches { rows, bytes, sha256, .. } = matches;
        Self { file: super::MATCHES, rows: *rows, bytes: *bytes, sha256: sha256.clone() }
    }
}

/// One policy.
#[derive(Serialize)]
struct Row {
    id: String,
    #[serde(flatten)]
    counts: Counts,
}

/// How many firms, and how much money.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Counts {
    entitled: u64,
    not_entitled: u64,
    undetermined: u64,
    needs_judgement: u64,
    /// Entitled firms whose amount is unknown.
    amount_unknown: u64,
    /// Fen.
    sum_fen: i128,
}

impl From<PolicyTotals> for Counts {
    fn from(totals: PolicyTotals) -> Self {
        let PolicyTotals { entitled, not_entitled, undetermined, needs_judgement, amount_unknown, sum_fen } =
            totals;
        Self { entitled, not_entitled, undetermined, needs_judgement, amount_unknown, sum_fen }
    }
}

impl Counts {
    /// Firms that are entitled.
    pub fn entitled(&self) -> u64 {
        self.entitled
    }

    /// What they are due.
    pub fn sum_fen(&self) -> i128 {
        self.sum_fen
    }
}

/// Fen as yuan.
pub fn yuan(fen: i128) -> String {
    Number::scaled(fen, 2).map_or_else(|| format!("{fen} fen"), |yuan| grouped(yuan, 2))
}

impl Report {
    pub fn new(rules: &RulesFrom, file: &Path, dataset: &Dataset, totals: &[PolicyTotals]) -> Self {
        let all = totals.iter().fold(PolicyTotals::default(), |sum, totals| sum.plus(*totals));
        let rows = rules.book.policies.iter().zip(totals);
        Self {
            as_of: rules.moment.as_of,
            known_at: rules.moment.known_at,
            file: file.display().to_string(),
            firms: dataset.firms.count(),
            warnings: dataset.findings.warning_count,
            missing_columns: dataset.missing.clone(),
            unknown_columns: dataset.unknown_columns.clone(),
            policies: rows
                .map(|(policy, totals)| Row { id: policy.id.to_string(), counts: (*totals).into() })
                .collect(),
            all: all.into(),
            version: env!("CARGO_PKG_VERSION"),
            outcomes: None,
        }
    }

    /// A few lines.
    pub fn summary(&self, out: &Path, totals_only: bool) -> String {
        let Counts { entitled, undetermined, needs_judgement, amount_unknown, sum_fen, .. } = self.all;
        let mut text = format!(
            "{} firms, {} policies, as of {}\n  entitled         {entitled:>14}\n  undetermined     \
             {undetermined:>14}\n  needs judgement  {needs_judgement:>14}\n  due              {:>14} yuan\n",
            self.firms,
            self.policies.len(),
            self.as_of,
            yuan(sum_fen),
        );
        if amount_unknown > 0 {
            let line = "amounts unknown";
            text += &format!(
                "  {line:15}  {amount_unknown:>14}  (no whole number of fen, or a fact is unknown: round amounts)\n"
            );
        }
        let files = if totals_only { "totals.json" } else { "totals.json, matches.parquet" };
        text + &format!("written to {}: {files}\n", out.display())
    }
}
