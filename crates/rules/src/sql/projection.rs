//! Pieces of SQL, and the steps in which the larger ones are computed once and named.

use std::collections::HashMap;

/// Longest text that is written again rather than named.
const INLINE_BYTES_MAX: usize = 24;

/// A piece of SQL that can be evaluated once `level` steps have been taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    pub text: String,
    pub level: usize,
}

impl Sql {
    /// What needs no step.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), level: 0 }
    }

    /// A text made of pieces.
    pub fn made<'s>(text: String, of: impl IntoIterator<Item = &'s Self>) -> Self {
        Self { text, level: of.into_iter().map(|piece| piece.level).max().unwrap_or(0) }
    }
}

/// Columns computed from the facts, step by step; equal texts are one column.
#[derive(Debug, Default)]
pub struct Projection {
    /// Fields read, as the facts step projects them: name and text.
    pub facts: Vec<(String, String)>,
    /// Named pieces, in the order they were named.
    named: Vec<Sql>,
    /// The columns that the projection is for.
    pub outputs: Vec<(String, Sql)>,
    names: HashMap<String, usize>,
    output_names: HashMap<String, usize>,
}

/// How far a projection had come.
#[derive(Clone, Copy)]
pub struct Mark {
    facts: usize,
    named: usize,
    outputs: usize,
}

impl Projection {
    /// Columns in the widest step.
    pub fn width(&self) -> usize {
        self.facts.len() + self.named.len() + self.outputs.len()
    }

    pub fn mark(&self) -> Mark {
        Mark { facts: self.facts.len(), named: self.named.len(), outputs: self.outputs.len() }
    }

    /// Takes back what was added since.
    pub fn rewind(&mut self, mark: Mark) {
        self.facts.truncate(mark.facts);
        self.named.truncate(mark.named);
        self.outputs.truncate(mark.outputs);
        self.names.retain(|_, at| *at < mark.named);
        self.output_names.retain(|_, at| *at < mark.outputs);
    }

    /// A column of the facts step.
    pub fn fact(&mut self, name: &str, text: impl FnOnce() -> String) -> Sql {
        if !self.facts.iter().any(|(known, _)| known == name) {
            self.facts.push((name.to_owned(), text()));
        }
        Sql::plain(super::dialect::identifier(name))
    }

    /// Names a piece that is used more than once; short ones stay as they are.
    pub fn named(&mut self, piece: Sql) -> Sql {
        if piece.text.len() <= INLINE_BYTES_MAX {
            return piece;
        }
        let next = self.named.len();
        let at = *self.names.entry(piece.text.clone()).or_insert(next);
        let level = piece.level + 1;
        if at == next {
            self.named.push(piece);
        }
        Sql { text: format!("\"v:{at}\""), level }
    }

    /// A column of the result; equal pieces are one.
    pub fn output(&mut self, prefix: char, piece: Sql) -> String {
        let next = self.outputs.len();
        let at = *self.output_names.entry(piece.text.clone()).or_insert(next);
        if at == next {
            self.outputs.push((format!("{prefix}_{}", at + 1), piece));
        }
        self.outputs[at].0.clone()
    }

    /// The query: the firm and every output, from the table of firms.
    pub fn query(&self, table: &str) -> String {
        let mut text = String::from("WITH s0 AS (\n  SELECT firm");
        for (name, fact) in &self.facts {
            text += &format!(",\n    {fact} AS {}", super::dialect::identifier(name));
        }
        text += &format!("\n  FROM {table}\n)");
        let levels = self.named.iter().map(|piece| piece.level + 1).max().unwrap_or(0);
        for level in 0..levels {
            text += &format!(",\ns{} AS (\n  SELECT *", level + 1);
            for (at, piece) in self.named.iter().enumerate().filter(|(_, piece)| piece.level == level) {
                text += &format!(",\n    {} AS \"v:{at}\"", piece.text);
            }
            text += &format!("\n  FROM s{level}\n)");
        }
        text += "\nSELECT firm";
        for (name, piece) in &self.outputs {
            text += &format!(",\n  {} AS {name}", piece.text);
        }
        text + &format!("\nFROM s{levels}")
    }
}
