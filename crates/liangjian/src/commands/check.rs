//! `liangjian check`: every problem of an edition at once, what lints find, and what its named systems cover.

use super::{Context, printed, serve::today};
use crate::editions;
use anyhow::{anyhow, bail};
use edition::{Coverage, Loaded, Problem, RuleCounts, Share, Tree, load};
use rules::lint::{Finding, Severity};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Arguments of `check`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Name of an edition (`wenzhou`) or path of its folder (`editions/wenzhou`); all editions without it.
    #[arg(value_name = "EDITION")]
    edition: Option<String>,
    /// Also: every step of every mechanism is taken in an example, and every end is come to.
    #[arg(long)]
    strict: bool,
}

/// What is checked: a tree, the folder it was read from, and the editions that were asked for.
struct Subject {
    tree: Tree,
    folder: Option<PathBuf>,
    ids: Vec<String>,
}

/// The machine-readable answer for one edition.
#[derive(Serialize)]
struct Report {
    edition: String,
    problems: Vec<Problem>,
    coverage: Coverage,
    rules: RuleCounts,
    lints: Vec<Lint>,
    /// Steps and ends of mechanisms that no example shows; looked for with `--strict` only.
    unshown: Vec<String>,
}

/// What a lint found, and where it stands.
#[derive(Serialize)]
struct Lint {
    file: Option<String>,
    line: Option<usize>,
    #[serde(flatten)]
    finding: Finding,
}

impl Lint {
    /// Whether it cannot stay.
    fn is_error(&self) -> bool {
        self.finding.severity == Severity::Error
    }

    /// One line: `warning: file:line: policy: what and what to do (code)`.
    fn printed(&self) -> String {
        let word = match self.finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let Finding { policy, message, code, .. } = &self.finding;
        let place = match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            _ => String::new(),
        };
        format!("{word}: {}\n", format!("{place}`{policy}`: {} ({code})", message.en).escape_debug())
    }
}

/// Answers whether nothing was found.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let subject = subject(context, arguments)?;
    let loaded: Vec<Loaded> = subject.ids.iter().map(|id| load(&subject.tree, id)).collect();
    let reports: Vec<Report> = loaded
        .into_iter()
        .map(|loaded| report(loaded, subject.folder.as_deref(), arguments.strict))
        .collect();
    let is_clean = |report: &Report| {
        report.problems.is_empty() && report.unshown.is_empty() && !report.lints.iter().any(Lint::is_error)
    };
    let is_clean = reports.iter().all(is_clean);
    if context.json {
        printed(&json(&reports, arguments.edition.is_some())?)?;
    } else {
        print_problems(&reports)?;
        printed(&coverage(&reports)?)?;
    }
    Ok(is_clean)
}

fn subject(context: &Context, arguments: &Arguments) -> anyhow::Result<Subject> {
    let Some(edition) = &arguments.edition else {
        let tree = editions::tree(context)?;
        let ids = tree.edition_ids();
        if ids.is_empty() {
            bail!("there is no edition to check · name the folder of the editions with --editions");
        }
        return Ok(Subject { tree, folder: context.editions.clone(), ids });
    };
    if edition.contains(['/', '\\']) || edition.starts_with('.') {
        return subject_at(Path::new(edition));
    }
    let tree = editions::tree(context)?;
    let known = tree.edition_ids();
    if !known.contains(edition) {
        bail!("there is no edition `{edition}` · known are {}; a path needs a slash", known.join(", "));
    }
    Ok(Subject { tree, folder: context.editions.clone(), ids: vec![edition.clone()] })
}

/// The edition in a folder; its parents stand beside it.
fn subject_at(path: &Path) -> anyhow::Result<Subject> {
    let unreadable = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => no_edition(path),
        _ => anyhow!("{} cannot be read: {error} · check its permissions", path.display()),
    };
    let whole = path.canonicalize().map_err(|error| unreadable(&error))?;
    fs::symlink_metadata(whole.join("edition.toml")).map_err(|error| unreadable(&error))?;
    let (Some(id), Some(root)) = (whole.file_name(), whole.parent()) else { return Err(no_edition(path)) };
    let id = id.to_string_lossy().into_owned();
    let tree = Tree::from_directory(root)?;
    // The folder as it was typed, so that the printed paths can be opened from where one stands.
    let typed = path.parent().filter(|_| path.file_name().is_some_and(|name| *name == *id));
    let folder = typed.map_or_else(|| root.to_path_buf(), Path::to_path_buf);
    Ok(Subject { tree, folder: Some(folder), ids: vec![id] })
}

fn no_edition(path: &Path) -> anyhow::Error {
    anyhow!("{} is no folder of an edition · name one such as editions/wenzhou", path.display())
}

fn report(loaded: Loaded, folder: Option<&Path>, is_strict: bool) -> Report {
    let (coverage, rules) = (loaded.edition.coverage(), loaded.edition.rule_counts());
    let shown = |file: &str| folder.map_or(file.to_owned(), |folder| folder.join(file).display().to_string());
    let lint = |finding: Finding| {
        let place = loaded.edition.place_of(&finding.policy, &finding.path);
        let (file, line) = place.map_or((None, None), |(file, line)| (Some(shown(file)), Some(line)));
        Lint { file, line, finding }
    };
    let lints = loaded.edition.lint(today()).into_iter().map(lint).collect();
    let located = |problem: Problem| Problem { file: shown(&problem.file), ..problem };
    let problems = loaded.problems.into_iter().map(located).collect();
    let told = |(mechanism, version, name): (&str, u16, &str)| {
        format!("`{mechanism}` version {version}: no example shows `{name}` · add one to its examples.toml")
    };
    let unshown = loaded.edition.unshown().into_iter().filter(|_| is_strict).map(told).collect();
    Report { edition: loaded.edition.id, problems, coverage, rules, lints, unshown }
}

/// One object for an edition that was named, a list of them for all editions.
fn json(reports: &[Report], is_one: bool) -> serde_json::Result<String> {
    let text = match reports {
        [report] if is_one => serde_json::to_string_pretty(report)?,
        reports => serde_json::to_string_pretty(reports)?,
    };
    Ok(text + "\n")
}

/// Every problem once, even where several editions share the layer it stands in; each is one line.
fn print_problems(reports: &[Report]) -> anyhow::Result<()> {
    let problems: BTreeSet<&Problem> = reports.iter().flat_map(|report| &report.problems).collect();
    let mut lines: Vec<String> = problems.iter().map(|problem| format!("error: {problem}\n")).collect();
    let lints: BTreeSet<String> =
        reports.iter().flat_map(|report| &report.lints).map(Lint::printed).collect();
    lines.extend(lints);
    let unshown: BTreeSet<&String> = reports.iter().flat_map(|report| &report.unshown).collect();
    lines.extend(unshown.into_iter().map(|unshown| format!("error: {unshown}\n")));
    let mut out = io::stderr().lock();
    match out.write_all(lines.concat().as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            bail!("the findings cannot be written ({error}) · free some space or write them elsewhere")
        }
        _ => Ok(()),
    }
}

fn coverage(reports: &[Report]) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    for (at, report) in reports.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", report.edition.escape_debug())?;
        let rows: Vec<_> = rows(&report.coverage).into_iter().chain(rule_rows(report)).collect();
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, count) in &rows {
            writeln!(out, "  {name:width$}  {count}")?;
        }
        let unshown = report.unshown.len();
        match unshown + report.problems.len() + report.lints.iter().filter(|lint| lint.is_error()).count() {
            0 => writeln!(out, "no finding")?,
            1 => writeln!(out, "1 finding")?,
            count => writeln!(out, "{count} findings")?,
        }
    }
    Ok(out)
}

fn rows(coverage: &Coverage) -> Vec<(String, String)> {
    let share = |name: &str, share: Share| {
        (name.to_owned(), format!("{:>4} of {:>4} cited", share.cited, share.total))
    };
    let mut rows = vec![
        share("articles", coverage.articles),
        share("works", coverage.works),
        share("measures", coverage.measures),
        share("target items", coverage.targets),
    ];
    let realised = coverage.articles_realised.iter().filter(|article| article.realised_by > 0).count();
    rows.push(("articles realised".to_owned(), format!("{realised:>4} of {:>4}", coverage.articles.total)));
    for (state, count) in coverage.systems_by_state.iter().rev() {
        rows.push((format!("systems {}", state.id()), format!("{count:>4}")));
    }
    rows
}

/// What there is of rules; nothing where an edition has none.
fn rule_rows(Report { rules, lints, .. }: &Report) -> Vec<(String, String)> {
    if rules.facts == 0 && rules.policies == 0 && rules.mechanisms == 0 {
        return Vec::new();
    }
    let examples = rules.examples_passed + rules.examples_failed;
    let counts = [
        ("facts", rules.facts),
        ("parameters and terms", rules.named),
        ("policies", rules.policies),
        ("policy versions", rules.versions),
        ("scorecards", rules.scorecards),
        ("ladders", rules.ladders),
        ("unverified", rules.unverified),
        ("lints", lints.len()),
    ];
    let rows = counts.map(|(name, count)| (name.to_owned(), format!("{count:>4}")));
    let passed = format!("{:>4} of {examples:>4} passed", rules.examples_passed);
    let timelines = rules.timelines_passed + rules.timelines_failed;
    let held = format!("{:>4} of {timelines:>4} passed", rules.timelines_passed);
    let of_mechanisms =
        [("mechanisms".to_owned(), format!("{:>4}", rules.mechanisms)), ("timelines".to_owned(), held)];
    let rows = rows.into_iter().chain([("examples".to_owned(), passed)]);
    let of_competence = [
        ("topics of voices".to_owned(), format!("{:>4}", rules.topics)),
        ("ways to organisations".to_owned(), format!("{:>4}", rules.ways)),
        ("made voices".to_owned(), format!("{:>4} of {:>4} passed", rules.voices_passed, rules.voices)),
    ];
    let rows = rows.chain(of_mechanisms.into_iter().filter(|_| rules.mechanisms > 0));
    rows.chain(of_competence.into_iter().filter(|_| rules.topics > 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_read_is_not_said_to_be_absent() {
        let refusal = |path: &str| subject_at(Path::new(path)).err().map(|error| error.to_string());
        let absent = refusal("./nowhere").expect("it is not there");
        assert!(absent.starts_with("./nowhere is no folder of an edition · name one"), "{absent}");
        let unreadable = refusal(&format!("./{}", "x".repeat(1_000))).expect("the name is too long");
        assert!(unreadable.contains(" cannot be read: "), "{unreadable}");
    }
}
