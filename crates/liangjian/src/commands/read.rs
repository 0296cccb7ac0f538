//! `liangjian read FILE`: an official document into its structure.

use super::{Context, printed};
use crate::limited;
use anyhow::{Context as _, anyhow, bail};
use gazette::{Hints, Law, Reading, TaskList, notice::Notice};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Arguments of `read`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The document: .txt .md .html .docx .pdf, in UTF-8 or GB18030.
    pub file: PathBuf,
    /// Print the reading text that the spans count in, and nothing else.
    #[arg(long)]
    pub text: bool,
}

/// Answers true; what could not be read is part of the reading.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    limited::run(&arguments.file, || {
        printed(&read(context, arguments)?)?;
        Ok(true)
    })
}

fn read(context: &Context, arguments: &Arguments) -> anyhow::Result<String> {
    let name = arguments.file.display().to_string();
    let bytes = bytes(&arguments.file)?;
    let hints = Hints { file_name: arguments.file.file_name().and_then(|name| name.to_str()) };
    let manuscript = gazette::manuscript(&bytes, hints).with_context(|| name.clone())?;
    let reading = gazette::structure(&manuscript);
    Ok(match (arguments.text, context.json) {
        (true, _) => gazette::privacy::publishable(&manuscript, &reading),
        (false, true) => serde_json::to_string_pretty(&reading)? + "\n",
        (false, false) => outline(&reading)?,
    })
}

/// The bytes of a file that is small enough to be a document.
pub fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = file.display();
    let about =
        fs::metadata(file).map_err(|error| anyhow!("{name} cannot be opened ({error}) · check the path"))?;
    if !about.is_file() {
        bail!("{name} is not a file · name the document itself");
    }
    let limit = gazette::decode::FILE_BYTES_MAX as u64;
    if about.len() > limit {
        bail!(
            "{name} has {} MiB, more than {} MiB are not read · save only the document itself, without pictures",
            about.len() >> 20,
            limit >> 20
        );
    }
    fs::read(file).map_err(|error| anyhow!("{name} cannot be read ({error}) · check its permissions"))
}

/// A reading for people: what the document is and what it holds, a line each.
fn outline(reading: &Reading) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    match reading {
        Reading::Law(law) => law_outline(&mut out, law)?,
        Reading::TaskList(list) => list_outline(&mut out, list)?,
        Reading::Notice(notice) => notice_outline(&mut out, notice)?,
    }
    for unparsed in reading.unparsed() {
        writeln!(out, "unparsed  {}–{} · {}", unparsed.span.from, unparsed.span.to, unparsed.reason)?;
    }
    Ok(out)
}

fn law_outline(out: &mut String, law: &Law) -> std::fmt::Result {
    writeln!(out, "law       {}", law.title)?;
    let dates = [
        ("adopted", law.adopted),
        ("approved", law.approved),
        ("published", law.published),
        ("effective", law.effective),
    ];
    for (label, date) in dates {
        if let Some(date) = date {
            writeln!(out, "{label:<10}{date}")?;
        }
    }
    writeln!(out, "chapters  {}\narticles  {}", law.chapters.len(), law.all_articles().len())?;
    if !law.points.is_empty() {
        writeln!(out, "points    {}", law.points.len())?;
    }
    for chapter in &law.chapters {
        let sections = chapter.sections.iter().map(|section| section.articles.len()).sum::<usize>();
        let number = chapter.number.as_deref().unwrap_or("·");
        writeln!(out, "  {number:>3} {} ({})", chapter.title, chapter.articles.len() + sections)?;
    }
    Ok(())
}

fn list_outline(out: &mut String, list: &TaskList) -> std::fmt::Result {
    writeln!(out, "task list {}", list.head.title)?;
    if let Some(number) = &list.head.document_number {
        writeln!(out, "number    {number}")?;
    }
    if let Some(date) = list.head.issued_on {
        writeln!(out, "issued    {date}")?;
    }
    writeln!(
        out,
        "works     {}\nmeasures  {}\ntargets   {}",
        list.works.len(),
        list.measure_count(),
        list.target_count()
    )?;
    for work in &list.works {
        writeln!(
            out,
            "  {:>3} {} · {} · {} measures",
            work.number,
            work.title,
            work.lead.join("、"),
            work.measures.len()
        )?;
    }
    for conflict in &list.conflicts {
        writeln!(
            out,
            "conflict  {} {}: {} / {}",
            conflict.place, conflict.field, conflict.kept, conflict.other
        )?;
    }
    Ok(())
}

fn notice_outline(out: &mut String, notice: &Notice) -> std::fmt::Result {
    writeln!(out, "notice    {}", notice.head.title)?;
    if let Some(number) = &notice.head.document_number {
        writeln!(out, "number    {number}")?;
    }
    writeln!(out, "sections  {}", notice.sections.len())
}
