//! What a match found, as `totals.json` and as a few lines for people.

#![expect(
    clippy::format_push_string,
    reason = "a few lines for people; `write!` would add an error that cannot be"
)]

use super::source::RulesFrom;
use super::sums::{Sort, Sums, padded};
use chrono::NaiveDate;
use rules::{engine::PolicyTotals, policy::Status};
use serde::Serialize;
use std::path::Path;
use store::dataset::{Dataset, Matches};

/// Places the names of a summary take.
pub const NAME_WIDTH: usize = 44;

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
    /// Firms by policies: a firm counts once for every policy.
    all: Counts,
    /// What is due over all policies, each kind of amount for itself.
    sums: Sums,
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
    /// What the entitled firms together are due, in fen.
    sum_fen: i128,
    /// What the amount is; nothing where the policy gives none.
    #[serde(flatten)]
    sort: Option<Sort>,
}

/// How many firms.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Counts {
    entitled: u64,
    not_entitled: u64,
    undetermined: u64,
    needs_judgement: u64,
    /// Entitled firms whose amount is unknown.
    amount_unknown: u64,
}

impl From<PolicyTotals> for Counts {
    fn from(totals: PolicyTotals) -> Self {
        let PolicyTotals { entitled, not_entitled, undetermined, needs_judgement, amount_unknown, .. } =
            totals;
        Self { entitled, not_entitled, undetermined, needs_judgement, amount_unknown }
    }
}

impl Counts {
    /// How many firms have each status.
    pub fn by_status(&self) -> [(Status, u64); 4] {
        Status::ALL.map(|status| {
            let count = match status {
                Status::Entitled => self.entitled,
                Status::NotEntitled => self.not_entitled,
                Status::Undetermined => self.undetermined,
                Status::NeedsJudgement => self.needs_judgement,
            };
            (status, count)
        })
    }

    /// A line for each status, and one for amounts that are unknown.
    pub fn told(&self, width: usize) -> String {
        let mut text = String::new();
        for (status, count) in self.by_status() {
            let (zh, en) = status.label();
            text += &format!("  {} {count:>20}\n", padded(&format!("{zh} {en}"), width));
        }
        if self.amount_unknown > 0 {
            text += &format!(
                "  {} {:>20}  (缺资料，或不是整数分 a fact is unknown, or no whole number of fen: round amounts)\n",
                padded("其中金额未知 of these amount unknown", width),
                self.amount_unknown
            );
        }
        text
    }
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
                .enumerate()
                .map(|(at, (policy, totals))| Row {
                    id: policy.id.to_string(),
                    counts: (*totals).into(),
                    sum_fen: totals.sum_fen,
                    sort: Sort::of(rules, at),
                })
                .collect(),
            all: all.into(),
            sums: Sums::of(rules, totals.iter().copied().enumerate()),
            version: env!("CARGO_PKG_VERSION"),
            outcomes: None,
        }
    }

    /// A few lines.
    pub fn summary(&self, out: &Path, totals_only: bool) -> String {
        let mut text =
            format!("{} 户 firms × {} 项政策 policies, {}\n", self.firms, self.policies.len(), self.as_of);
        text += &self.all.told(NAME_WIDTH);
        text += &self.sums.told(NAME_WIDTH);
        let files = if totals_only { "totals.json" } else { "totals.json, matches.parquet" };
        text + &format!("已写入 written to {}: {files}\n", out.display())
    }
}
