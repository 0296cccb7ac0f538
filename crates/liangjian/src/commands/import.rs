//! `liangjian import document`: keeps an official text with its hash and source, clause by clause.

use super::Context;
use crate::editions;
use anyhow::{Context as _, bail};
use edition::{Edition, load};
use gazette::Reading;
use serde::Serialize;
use std::{collections::BTreeSet, fs::File, io::Read, path::Path, path::PathBuf};
use store::{BYTES_MAX, ImportOutcome, Location, NewClause, NewOfficialText, OfficialText, Store};

/// Who the event log names for what is done with this command.
const ACTOR: &str = "command line";

/// Arguments of `import`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The official text of a document of the edition; a text that has changed becomes its next revision.
    Document(Document),
}

#[derive(clap::Args)]
struct Document {
    /// The file: .txt, .md, .html, .docx or .pdf.
    file: PathBuf,
    /// The document it is, as the edition names it.
    #[arg(long = "as", value_name = "DOCUMENT_ID")]
    id: String,
    /// Where it was obtained: the publisher, an address.
    #[arg(long, value_name = "TEXT", default_value = "")]
    source: String,
    /// The data folder; created if absent.
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,
}

/// A document that the editions know.
struct Known {
    id: String,
    title: String,
    /// Numbers of its articles; none for a task list.
    articles: Option<BTreeSet<String>>,
}

/// What was done.
#[derive(Serialize)]
struct Report {
    outcome: ImportOutcome,
    text: OfficialText,
    /// Articles of the edition that the file lacks.
    missing_from_file: Vec<String>,
    /// Articles of the file that the edition lacks.
    missing_from_edition: Vec<String>,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let What::Document(document) = &arguments.what;
    let report = import(context, document)?;
    if context.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(true)
}

fn import(context: &Context, arguments: &Document) -> anyhow::Result<Report> {
    let known = known_document(context, &arguments.id)?;
    let bytes = read_file(&arguments.file)?;
    let file_name = arguments.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let clauses =
        read_clauses(&bytes, &file_name, &known).with_context(|| arguments.file.display().to_string())?;
    let in_file: BTreeSet<String> = clauses.iter().map(|clause| clause.anchor[1..].to_owned()).collect();
    let in_edition = known.articles.unwrap_or_default();
    let text = NewOfficialText {
        document: known.id,
        title: known.title,
        source: arguments.source.clone(),
        media_type: media_type(&arguments.file).to_owned(),
        file_name,
        bytes,
        clauses,
    };
    let (outcome, text) = write(&arguments.data, &text)?;
    Ok(Report {
        outcome,
        text,
        missing_from_file: in_edition.difference(&in_file).cloned().collect(),
        missing_from_edition: in_file.difference(&in_edition).cloned().collect(),
    })
}

/// The document of this id among those of all editions.
fn known_document(context: &Context, id: &str) -> anyhow::Result<Known> {
    let tree = editions::tree(context)?;
    let editions = tree.edition_ids().into_iter().map(|edition| load(&tree, &edition).edition);
    let mut known: Vec<Known> = editions.flat_map(documents_of).collect();
    if let Some(at) = known.iter().position(|known| known.id == id) {
        return Ok(known.swap_remove(at));
    }
    let ids: BTreeSet<&str> = known.iter().map(|known| known.id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    bail!("no edition has a document `{id}` · use one of {}", ids.join(", "))
}

fn documents_of(edition: Edition) -> Vec<Known> {
    let regulation = edition.regulation.map(|regulation| Known {
        id: regulation.id,
        title: regulation.title.zh,
        articles: Some(regulation.articles.into_iter().map(|article| article.number).collect()),
    });
    let list = edition.task_list.map(|list| Known { id: list.id, title: list.title.zh, articles: None });
    regulation.into_iter().chain(list).collect()
}

fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes))
        .with_context(|| format!("{} cannot be read · name an existing file", path.display()))?;
    if bytes.len() > BYTES_MAX {
        bail!("{} is larger than {} MiB · save only the document itself", path.display(), BYTES_MAX >> 20);
    }
    Ok(bytes)
}

/// The articles of a regulation as clauses; a task list is kept as a whole.
fn read_clauses(bytes: &[u8], file_name: &str, known: &Known) -> anyhow::Result<Vec<NewClause>> {
    let reading = gazette::read(bytes, gazette::Hints { file_name: Some(file_name) })?;
    match (&reading, &known.articles) {
        (Reading::Law(law), Some(_)) => Ok(law
            .all_articles()
            .into_iter()
            .map(|article| NewClause {
                anchor: format!("a{}", article.number),
                heading: String::new(),
                text: article.text(),
            })
            .collect()),
        (_, Some(_)) => {
            bail!("it does not read as a law, but `{}` is a regulation · name its file", known.id)
        }
        (Reading::Law(_), None) => {
            bail!("it reads as a law, but `{}` is a task list · name its file", known.id)
        }
        (_, None) => Ok(Vec::new()),
    }
}

fn media_type(file: &Path) -> &'static str {
    let extension = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "txt" => "text/plain",
        "md" | "markdown" => "text/markdown",
        "html" | "htm" => "text/html",
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "application/octet-stream",
    }
}

#[tokio::main(flavor = "current_thread")]
async fn write(data: &Path, text: &NewOfficialText) -> anyhow::Result<(ImportOutcome, OfficialText)> {
    let store = Store::open(&Location::Sqlite(data.to_owned())).await?;
    #[expect(clippy::disallowed_methods, reason = "this crate owns the clock")]
    let now = chrono::Utc::now();
    let outcome = store.import_official_text(text, ACTOR, now).await?;
    let stored = store.official_texts().await?.into_iter().find(|stored| stored.document == text.document);
    store.close().await;
    Ok((outcome, stored.context("the text that was imported is missing · run `liangjian audit verify`")?))
}

fn print(report: &Report) {
    let text = &report.text;
    let done = match report.outcome {
        ImportOutcome::Imported => "imported",
        ImportOutcome::Unchanged => "unchanged, nothing was written",
    };
    println!("{} {done}", text.document);
    println!("title     {}", text.title);
    println!("revision  {}", text.revision);
    println!("clauses   {}", text.clause_count);
    println!("sha256    {}", text.sha256);
    for (label, numbers) in [
        ("articles of the edition that the file lacks", &report.missing_from_file),
        ("articles of the file that the edition lacks", &report.missing_from_edition),
    ] {
        if !numbers.is_empty() {
            println!("note      {label}: {}", numbers.join(", "));
        }
    }
}
