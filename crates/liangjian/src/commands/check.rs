//! `liangjian check`: every problem of an edition at once, and what its named systems cover.

use super::{Context, printed};
use crate::editions;
use anyhow::{anyhow, bail};
use edition::{Coverage, Loaded, Problem, Share, Tree, load};
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
}

/// Answers whether nothing was found.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let subject = subject(context, arguments)?;
    let loaded: Vec<Loaded> = subject.ids.iter().map(|id| load(&subject.tree, id)).collect();
    let reports: Vec<Report> =
        loaded.into_iter().map(|loaded| report(loaded, subject.folder.as_deref())).collect();
    let is_clean = reports.iter().all(|report| report.problems.is_empty());
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

fn report(loaded: Loaded, folder: Option<&Path>) -> Report {
    let coverage = loaded.edition.coverage();
    let located = |problem: Problem| match folder {
        Some(folder) => Problem { file: folder.join(&problem.file).display().to_string(), ..problem },
        None => problem,
    };
    let problems = loaded.problems.into_iter().map(located).collect();
    Report { edition: loaded.edition.id, problems, coverage }
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
    let lines: Vec<String> = problems.iter().map(|problem| format!("error: {problem}\n")).collect();
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
        let rows = rows(&report.coverage);
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, count) in &rows {
            writeln!(out, "  {name:width$}  {count}")?;
        }
        match report.problems.len() {
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
