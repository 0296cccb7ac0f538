//! `liangjian import document`: keeps an official text with its hash and source, clause by clause.

use super::{Context, place::Place};
use crate::{editions, limited};
use anyhow::{Context as _, bail};
use domain::task_list::Work;
use edition::{Edition, load};
use gazette::{Reading, privacy};
use serde::Serialize;
use std::{collections::BTreeSet, path::PathBuf};
use store::{ImportOutcome, Location, NewClause, NewOfficialText, OfficialText, Store};

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
    #[command(flatten)]
    place: Place,
}

/// A document that the editions know.
struct Known {
    id: String,
    title: String,
    is_law: bool,
    /// Anchors of its clauses: articles, or works, measures and target items.
    anchors: BTreeSet<String>,
}

/// What is kept of a file.
struct Kept {
    bytes: Vec<u8>,
    media_type: &'static str,
    clauses: Vec<NewClause>,
}

/// What was done.
#[derive(Serialize)]
struct Report {
    outcome: ImportOutcome,
    text: OfficialText,
    /// Clauses of the edition that the file lacks.
    missing_from_file: Vec<String>,
    /// Clauses of the file that the edition lacks.
    missing_from_edition: Vec<String>,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let What::Document(document) = &arguments.what;
    limited::run(&document.file, || {
        let report = import(context, document)?;
        if context.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print(&report);
        }
        Ok(true)
    })
}

fn import(context: &Context, arguments: &Document) -> anyhow::Result<Report> {
    let known = known_document(context, &arguments.id)?;
    let bytes = super::read::bytes(&arguments.file)?;
    let file_name = arguments.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let kept = read_text(bytes, &file_name, &known).with_context(|| arguments.file.display().to_string())?;
    let Kept { bytes, media_type, clauses } = kept;
    let in_file: BTreeSet<String> = clauses.iter().map(|clause| clause.anchor.clone()).collect();
    let in_edition = known.anchors;
    let text = NewOfficialText {
        document: known.id,
        title: known.title,
        source: arguments.source.clone(),
        media_type: media_type.to_owned(),
        file_name,
        bytes,
        clauses,
    };
    let (outcome, text) = write(&arguments.place.location(), &text)?;
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
        is_law: true,
        anchors: regulation.articles.iter().map(|article| format!("a{}", article.number)).collect(),
    });
    let list = edition.task_list.map(|list| Known {
        anchors: list.works.iter().flat_map(anchors_of).collect(),
        id: list.id,
        title: list.title.zh,
        is_law: false,
    });
    regulation.into_iter().chain(list).collect()
}

fn anchors_of(work: &Work) -> Vec<String> {
    let number = work.number;
    let measures = work.measures.iter().map(|measure| format!("w{number}.{}", measure.number));
    let items = (1..=work.target_items).map(|item| format!("t{number}.{item}"));
    std::iter::once(format!("w{number}")).chain(measures).chain(items).collect()
}

/// The clauses of a file, and what is stored of it: the file as it is, or its text without the contact
/// persons it names.
fn read_text(bytes: Vec<u8>, file_name: &str, known: &Known) -> anyhow::Result<Kept> {
    let manuscript = gazette::manuscript(&bytes, gazette::Hints { file_name: Some(file_name) })?;
    let reading = gazette::structure(&manuscript);
    let clauses = match (&reading, known.is_law) {
        (Reading::Law(law), true) => law.all_articles().into_iter().map(article_clause).collect(),
        (Reading::TaskList(list), false) => list.works.iter().flat_map(work_clauses).collect(),
        (_, true) => bail!("it does not read as a law, but `{}` is a regulation · name its file", known.id),
        (_, false) => bail!("it does not read as a task list, but `{}` is one · name its file", known.id),
    };
    let names_persons = reading.regions().iter().any(|region| region.role == privacy::DROPPED);
    Ok(if names_persons {
        let text = privacy::redacted(&manuscript.text, reading.regions());
        Kept { bytes: text.into_bytes(), media_type: "text/plain", clauses }
    } else {
        Kept { bytes, media_type: media_type(file_name), clauses }
    })
}

fn article_clause(article: &gazette::Article) -> NewClause {
    NewClause { anchor: format!("a{}", article.number), heading: String::new(), text: article.text() }
}

fn work_clauses(work: &gazette::task_list::Work) -> Vec<NewClause> {
    let number = work.number;
    let clause =
        |anchor: String, text: &str| NewClause { anchor, heading: work.title.clone(), text: text.to_owned() };
    let measures =
        work.measures.iter().map(|measure| clause(format!("w{number}.{}", measure.number), &measure.text));
    let items =
        work.targets.iter().map(|target| clause(format!("t{number}.{}", target.number), &target.text));
    std::iter::once(clause(format!("w{number}"), &work.title)).chain(measures).chain(items).collect()
}

fn media_type(file_name: &str) -> &'static str {
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("txt") => "text/plain",
        Some("md" | "markdown") => "text/markdown",
        Some("html" | "htm") => "text/html",
        Some("pdf") => "application/pdf",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "application/octet-stream",
    }
}

#[tokio::main(flavor = "current_thread")]
async fn write(location: &Location, text: &NewOfficialText) -> anyhow::Result<(ImportOutcome, OfficialText)> {
    let store = Store::open(location).await?;
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
        ("clauses of the edition that the file lacks", &report.missing_from_file),
        ("clauses of the file that the edition lacks", &report.missing_from_edition),
    ] {
        if !numbers.is_empty() {
            println!("note      {label}: {}", numbers.join(", "));
        }
    }
}
