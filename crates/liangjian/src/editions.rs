//! Where editions come from: a folder that was named, or the copy built into the program.

use crate::commands::Context;
use anyhow::Context as _;
use edition::Tree;

/// The editions of the repository, as they were when the program was built.
#[derive(rust_embed::Embed)]
#[folder = "../../editions"]
struct Embedded;

/// The editions of the folder given with `--editions`, otherwise those built into the program.
pub fn tree(context: &Context) -> anyhow::Result<Tree> {
    match &context.editions {
        Some(folder) => Ok(Tree::from_directory(folder)?),
        None => embedded(),
    }
}

fn embedded() -> anyhow::Result<Tree> {
    let mut files = Vec::new();
    for path in Embedded::iter() {
        let file =
            Embedded::get(&path).context("a file built into the program is missing · build it again")?;
        let text = String::from_utf8(file.data.into_owned())
            .with_context(|| format!("{path} is not UTF-8 · build the program again from clean sources"))?;
        files.push((path.into_owned(), text));
    }
    Ok(Tree::from_files(files))
}
