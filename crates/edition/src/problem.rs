//! A problem of an edition: where it is, what is wrong, what to do.

use crate::{document::Place, texts::visible};
use serde::Serialize;
use std::fmt;

/// Most characters of what is wrong, and of what to do about it; a longer text is cut.
const LENGTH_MAX: usize = 400;

/// One thing to mend in an edition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Path relative to the folder of the editions, `/` as separator.
    pub file: String,
    /// Line in that file, from 1; absent where the file as a whole is meant.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// One line, whatever the names in it hold.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(&self.file, usize::MAX))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {} · {}", visible(&self.what, usize::MAX), visible(&self.hint, usize::MAX))
    }
}

impl std::error::Error for Problem {}

/// Problems as they are found; files in any order.
#[derive(Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    /// A problem of a whole file or folder.
    pub fn in_file(&mut self, file: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.add(file, None, what, hint);
    }

    /// A problem of one line.
    pub fn in_line(&mut self, file: &str, line: usize, what: impl Into<String>, hint: impl Into<String>) {
        self.add(file, Some(line), what, hint);
    }

    /// A problem of a field of a row; the row itself where `field` is empty or absent.
    pub fn at(&mut self, place: &Place, field: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.add(&place.file, Some(place.line_of(field)), what, hint);
    }

    /// How many were found so far.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// All of them, by file and line, each once.
    pub fn sorted(mut self) -> Vec<Problem> {
        self.0.sort();
        self.0.dedup();
        self.0
    }

    fn add(&mut self, file: &str, line: Option<usize>, what: impl Into<String>, hint: impl Into<String>) {
        let (what, hint) = (visible(&what.into(), LENGTH_MAX), visible(&hint.into(), LENGTH_MAX));
        self.0.push(Problem { file: file.to_owned(), line, what, hint });
    }
}
