//! `liangjian read FILE`: an official document into its structure.

use super::Context;
use anyhow::Context as _;
use gazette::Hints;
use std::{fs, path::PathBuf};

/// Arguments of `read`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The document: .txt .md .html .docx .pdf, in UTF-8 or GB18030.
    pub file: PathBuf,
    /// Print the reading text that the spans count in, and nothing else.
    #[arg(long)]
    pub text: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let name = arguments.file.display();
    let bytes = fs::read(&arguments.file).with_context(|| name.to_string())?;
    let hints = Hints { file_name: arguments.file.file_name().and_then(|n| n.to_str()) };
    let reading = gazette::read(&bytes, hints).with_context(|| name.to_string())?;
    println!("{}", serde_json::to_string_pretty(&reading)?);
    Ok(true)
}
