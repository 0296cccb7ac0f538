//! `liangjian import document`: keeps an official text with its hash and source, clause by clause.

mod comparison;

use super::{Context, place::Place, printed};
use crate::{editions, limited};
use anyhow::{Context as _, bail};
use comparison::{Known, differences, documents_of};
use edition::load;
use gazette::{Hints, Reading, privacy};
use serde::Serialize;
use std::{collections::BTreeSet, fmt::Write as _, path::PathBuf};
use store::{ImportOutcome, NewClause, NewOfficialText, OfficialText, Store};

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
    /// Import it although title, dates or numbers differ from the edition; the differences are listed.
    #[arg(long)]
    different: bool,
    #[command(flatten)]
    place: Place,
}

/// What was done.
#[derive(Serialize)]
struct Report {
    outcome: ImportOutcome,
    text: OfficialText,
    /// In what the file differs from the edition; nothing unless `--different` was given.
    differences: Vec<String>,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let What::Document(document) = &arguments.what;
    limited::run(&document.file, || {
        let report = import(context, document)?;
        printed(&if context.json { serde_json::to_string_pretty(&report)? + "\n" } else { told(&report) })?;
        Ok(true)
    })
}

fn import(context: &Context, arguments: &Document) -> anyhow::Result<Report> {
    let known = known_document(context, &arguments.id)?;
    refuse_contacts(&arguments.source)?;
    let file = super::read::bytes(&arguments.file)?;
    let name = arguments.file.display().to_string();
    let (text, differences) = read_text(&file, arguments, &known).with_context(|| name.clone())?;
    if !(differences.is_empty() || arguments.different) {
        bail!(
            "{name}: it differs from `{}` in {} · {} · name the right file or document, mend the edition, or add --different",
            known.id,
            if differences.len() == 1 {
                "one thing".to_owned()
            } else {
                format!("{} things", differences.len())
            },
            differences.join("; ")
        );
    }
    let (outcome, text) = write(&arguments.place, &text)?;
    Ok(Report { outcome, text, differences })
}

/// A source is shown to everybody, so it names no person to call.
fn refuse_contacts(source: &str) -> anyhow::Result<()> {
    let names_contact = gazette::manuscript(source.as_bytes(), Hints::default())
        .is_ok_and(|manuscript| !manuscript.dropped.is_empty());
    if names_contact {
        bail!(
            "--source names a contact person or a number · it is shown to everybody; name the publisher or an address"
        );
    }
    Ok(())
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

/// The text as it is kept, and in what it differs from the edition.
///
/// Kept is what a reader of the document sees, without contact persons: a web page or a word-processor file
/// holds names in places nobody looks at. The name of the file may hold one too, so only its ending is kept.
fn read_text(
    file: &[u8],
    arguments: &Document,
    known: &Known,
) -> anyhow::Result<(NewOfficialText, Vec<String>)> {
    let file_name = arguments.file.file_name().unwrap_or_default().to_string_lossy();
    let manuscript = gazette::manuscript(file, Hints { file_name: Some(&file_name) })?;
    let reading = gazette::structure(&manuscript);
    let clauses: Vec<NewClause> = match (&reading, known.is_law) {
        (Reading::Law(law), true) => law.all_articles().into_iter().map(article_clause).collect(),
        (Reading::TaskList(list), false) => list.works.iter().flat_map(work_clauses).collect(),
        (_, true) => bail!("it does not read as a law, but `{}` is a regulation · name its file", known.id),
        (_, false) => bail!("it does not read as a task list, but `{}` is one · name its file", known.id),
    };
    let anchors: Vec<String> = clauses.iter().map(|clause| clause.anchor.clone()).collect();
    let text = NewOfficialText {
        document: known.id.clone(),
        title: known.title.clone(),
        source: arguments.source.trim().to_owned(),
        file_name: format!("{}.{}", known.id, ending(&file_name)),
        media_type: "text/plain".to_owned(),
        file_sha256: store::sha256(file),
        bytes: privacy::publishable(&manuscript, &reading).into_bytes(),
        clauses,
    };
    Ok((text, differences(known, &reading, &anchors)))
}

fn ending(file_name: &str) -> &'static str {
    let given = file_name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["md", "html", "htm", "docx", "pdf"]
        .into_iter()
        .find(|known| given.eq_ignore_ascii_case(known))
        .unwrap_or("txt")
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

#[tokio::main(flavor = "current_thread")]
async fn write(place: &Place, text: &NewOfficialText) -> anyhow::Result<(ImportOutcome, OfficialText)> {
    let store = Store::open(&place.location()).await?;
    #[expect(clippy::disallowed_methods, reason = "this crate owns the clock")]
    let now = chrono::Utc::now();
    store.believe_clock(now).await?;
    let outcome = store.import_official_text(text, ACTOR, now).await?;
    super::audit::vouch(&store, place).await?;
    let stored = store.official_texts().await?.into_iter().find(|stored| stored.document == text.document);
    store.close().await;
    Ok((outcome, stored.context("the text that was imported is missing · run `liangjian audit verify`")?))
}

fn told(report: &Report) -> String {
    let text = &report.text;
    let done = match report.outcome {
        ImportOutcome::Imported => "imported",
        ImportOutcome::Unchanged => "unchanged, nothing was written",
    };
    let mut out = format!(
        "{} {done}\ntitle     {}\nrevision  {}\nclauses   {}\nsha256    {}\n",
        text.document, text.title, text.revision, text.clause_count, text.sha256
    );
    for difference in &report.differences {
        writeln!(out, "differs   {difference}").expect("writing to a string cannot fail");
    }
    out
}
