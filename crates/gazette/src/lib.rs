//! Reads official documents into exact structure: laws, notices and task lists, with source spans.
//!
//! Never: files, network, cities. Bytes go in; a [`Reading`] comes out, in which every character of the
//! reading text belongs to a structure, to `unparsed`, or is white space or markup. Nothing is guessed and
//! nothing is lost.

pub mod date;
pub mod decode;
mod error;
mod format;
mod head;
pub mod law;
pub mod manuscript;
mod node;
pub mod notice;
pub mod numeral;
mod paragraph;
pub mod privacy;
pub mod quantity;
pub mod reading;
pub mod span;
pub mod task_list;

pub use error::ReadError;
pub use law::{Article, Law};
pub use reading::Reading;
pub use span::Span;
pub use task_list::TaskList;

use manuscript::{Block, Line, Manuscript};

/// What is known of a file beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// Its name; only its ending is looked at.
    pub file_name: Option<&'a str>,
}

/// Articles in a row, from the first on, that make a document a law.
const LAW_ARTICLES_MIN: usize = 3;

/// Reads a document: finds out what it is, and its structure.
pub fn read(bytes: &[u8], hints: Hints<'_>) -> Result<Reading, ReadError> {
    let manuscript = manuscript(bytes, hints)?;
    Ok(structure(&manuscript))
}

/// Reads only the lines and tables of a document, whatever it is.
pub fn manuscript(bytes: &[u8], hints: Hints<'_>) -> Result<Manuscript, ReadError> {
    format::manuscript(bytes, hints.file_name)
}

/// The structure of a manuscript.
pub fn structure(manuscript: &Manuscript) -> Reading {
    let lines: Vec<&Line> = manuscript
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Line(line) => Some(line),
            Block::Table(_) => None,
        })
        .collect();
    let run = law::article_run(&lines);
    if run >= LAW_ARTICLES_MIN || (run >= 2 && law::is_titled(&lines)) || law::is_amendment(&lines) {
        return Reading::Law(Box::new(law::read(manuscript)));
    }
    if let Some(list) = task_list::read(manuscript) {
        return Reading::TaskList(Box::new(list));
    }
    if law::has_points(&lines) {
        return Reading::Law(Box::new(law::read(manuscript)));
    }
    Reading::Notice(Box::new(notice::read(manuscript)))
}
