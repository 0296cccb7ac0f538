//! The file of firms, and what is said about it.

use super::{super::Context, progress::Bar, source::say};
use crate::commands::printed;
use rules::catalog::Catalog;
use std::path::PathBuf;
use store::dataset::{self, Dataset, Findings, Reading, Severity};

/// Arguments that name the firms.
#[derive(clap::Args)]
pub struct FirmsFile {
    /// The firms: CSV (UTF-8) or Parquet, a column `uscc` or `firm` and a column for each fact.
    #[arg(long = "firms", value_name = "FILE")]
    pub path: PathBuf,
    /// Load nothing where a credit code fails its check character.
    #[arg(long)]
    pub strict: bool,
}

/// The file was not read; why has been said.
pub struct Unread;

impl FirmsFile {
    /// Reads the firms; says what is wrong.
    pub fn read(
        &self,
        context: &Context,
        catalog: &Catalog,
        bar: &Bar,
    ) -> anyhow::Result<Result<Dataset, Unread>> {
        bar.begin("reading", 1);
        let reading = Reading { strict: self.strict };
        let read = dataset::read(&self.path, catalog, reading, &mut |done, all| bar.at(done, all));
        bar.finish();
        match read {
            Ok(dataset) => {
                self.tell(&dataset.findings)?;
                if !dataset.missing.is_empty() {
                    let count = dataset.missing.len();
                    let names = listed(&dataset.missing);
                    let place = self.path.display();
                    say(
                        "warning",
                        &format!(
                            "{count} facts have no column: {names} · {place} · they are unknown of every firm; deliver them where a rule asks"
                        ),
                    )?;
                }
                Ok(Ok(dataset))
            }
            Err(findings) => {
                if context.json {
                    printed(&(serde_json::to_string_pretty(&findings)? + "\n"))?;
                }
                self.tell(&findings)?;
                let path = self.path.display();
                let count = findings.error_count;
                let hint = "mend the file and read it again";
                say("error", &format!("nothing was loaded: {count} errors · {path} · {hint}"))?;
                Ok(Err(Unread))
            }
        }
    }

    fn tell(&self, findings: &Findings) -> anyhow::Result<()> {
        for finding in &findings.all {
            let place = match (&finding.row, &finding.column) {
                (Some(row), Some(column)) => format!("{}, row {row}, column {column}", self.path.display()),
                (Some(row), None) => format!("{}, row {row}", self.path.display()),
                (None, Some(column)) => format!("{}, column {column}", self.path.display()),
                (None, None) => self.path.display().to_string(),
            };
            let word = if finding.severity == Severity::Error { "error" } else { "warning" };
            say(word, &format!("{} · {place} · {}", finding.what, finding.hint))?;
        }
        let told = findings.all.iter().filter(|finding| finding.severity == Severity::Warning).count() as u64;
        if findings.warning_count > told {
            let (more, path) = (findings.warning_count - told, self.path.display());
            say("warning", &format!("{more} more warnings · {path} · mend the first ones"))?;
        }
        Ok(())
    }
}

/// The first of some names.
pub fn listed(names: &[String]) -> String {
    const NAMES_MAX: usize = 12;
    let more = names.len().saturating_sub(NAMES_MAX);
    let first = names.iter().take(NAMES_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}
