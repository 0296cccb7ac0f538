//! `liangjian check`: every problem of an edition at once, and what its named systems cover.

use super::Context;
use crate::editions;
use anyhow::{Context as _, bail};
use edition::{Coverage, Loaded, Problem, Share, Tree, load};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    io::{self, Write},
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
    let printed = if context.json {
        print_json(&reports, arguments.edition.is_some())
    } else {
        print_problems(&reports).and_then(|()| print_coverage(&reports))
    };
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(is_clean),
    }
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
    let hint =
        || format!("{} is no folder of an edition · name one such as editions/wenzhou", path.display());
    let whole = path.canonicalize().with_context(hint)?;
    let (Some(id), Some(root), true) =
        (whole.file_name(), whole.parent(), whole.join("edition.toml").exists())
    else {
        bail!(hint());
    };
    let id = id.to_string_lossy().into_owned();
    let tree = Tree::from_directory(root)?;
    // The folder as it was typed, so that the printed paths can be opened from where one stands.
    let typed = path.parent().filter(|_| path.file_name().is_some_and(|name| *name == *id));
    let folder = typed.map_or_else(|| root.to_path_buf(), Path::to_path_buf);
    Ok(Subject { tree, folder: Some(folder), ids: vec![id] })
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
fn print_json(reports: &[Report], is_one: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match reports {
        [report] if is_one => serde_json::to_writer_pretty(&mut out, report)?,
        reports => serde_json::to_writer_pretty(&mut out, reports)?,
    }
    writeln!(out)
}

/// Every problem once, even where several editions share the layer it stands in.
fn print_problems(reports: &[Report]) -> io::Result<()> {
    let mut out = io::stderr().lock();
    let problems: BTreeSet<&Problem> = reports.iter().flat_map(|report| &report.problems).collect();
    problems.iter().try_for_each(|problem| writeln!(out, "error: {problem}"))
}

fn print_coverage(reports: &[Report]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (at, report) in reports.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", report.edition)?;
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
    Ok(())
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
