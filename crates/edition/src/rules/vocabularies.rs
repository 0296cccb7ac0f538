//! `[[vocabulary]]` of `facts.toml`: codes in place, or in a CSV file of the same layer.

use super::{csv, words::check_words};
use crate::{
    document::{Located, Place},
    problem::Problems,
    texts::is_hidden,
};
use rules::{
    catalog::{Catalog, Words},
    vocabulary::{CODES_MAX, Vocabulary},
};
use serde::Deserialize;

/// Longest code and longest label, in characters.
const TEXT_MAX: usize = 200;
/// Most problems of one file of codes.
const PROBLEMS_MAX: usize = 20;

/// A row of `facts.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VocabularyRow {
    pub name: String,
    #[serde(default)]
    label: Words,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    codes: Vec<CodeRow>,
}

/// A code in place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeRow {
    code: String,
    #[serde(default)]
    zh: String,
    #[serde(default)]
    en: String,
    #[serde(default)]
    parent: String,
}

/// Reads a file beside `facts.toml`: its text, or what is wrong with it.
pub(super) type Beside<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// Adds one vocabulary to the catalog; `folder` is the folder of its layer, with a slash where there is one.
pub(super) fn add(
    row: &Located<VocabularyRow>,
    folder: &str,
    beside: &Beside<'_>,
    catalog: &mut Catalog,
    problems: &mut Problems,
) {
    let mut vocabulary = Vocabulary::new(row.value.name.clone());
    if row.value.label != Words::default() {
        check_words(&row.value.label, &row.place, "label", problems);
    }
    match &row.value.file {
        Some(_) if !row.value.codes.is_empty() => {
            problems.at(&row.place, "codes", "the codes stand in a file and in place", "keep one of both");
        }
        Some(file) => match beside(&format!("{folder}{file}")) {
            Ok(text) => read_file(&format!("{folder}{file}"), &text, &mut vocabulary, problems),
            Err(what) => {
                problems.at(&row.place, "file", what, "name a file such as \"vocabularies/size.csv\"");
            }
        },
        None => {
            for (at, code) in row.value.codes.iter().enumerate() {
                let added = Added {
                    code: &code.code,
                    zh: &code.zh,
                    en: &code.en,
                    parent: &code.parent,
                    needs_english: true,
                };
                if let Some((what, hint)) = added.put(&mut vocabulary) {
                    problems.at(&row.place, &format!("codes.{at}"), what, hint);
                }
            }
            if row.value.codes.is_empty() && row.is_sure("codes") && row.is_sure("file") {
                let what = format!("the vocabulary `{}` has no code", row.value.name);
                problems.at(&row.place, "name", what, "add `file = \"vocabularies/….csv\"` or `codes = […]`");
            }
        }
    }
    catalog.add_vocabulary(vocabulary);
}

/// A code on its way into its vocabulary.
struct Added<'r> {
    code: &'r str,
    zh: &'r str,
    en: &'r str,
    parent: &'r str,
    /// Long lists in a file may go without.
    needs_english: bool,
}

impl Added<'_> {
    /// Puts the code in; answers what is wrong and what to do.
    fn put(&self, vocabulary: &mut Vocabulary) -> Option<(String, String)> {
        let refuse = |what: String, hint: &str| Some((what, hint.to_owned()));
        let texts = [self.code, self.zh, self.en];
        if let Some(text) =
            texts.iter().find(|text| text.chars().count() > TEXT_MAX || text.contains(is_hidden))
        {
            let shown: String = text.chars().take(20).collect();
            return refuse(
                format!("`{shown}` is too long or holds hidden characters"),
                "shorten and clean it",
            );
        }
        if self.code.is_empty() || self.zh.is_empty() || (self.en.is_empty() && self.needs_english) {
            return refuse(format!("the code `{}` lacks a text", self.code), "write code, zh and en");
        }
        let parent = match self.parent {
            "" => None,
            parent => match vocabulary.find(parent) {
                Some(found) if vocabulary.code(found).code == parent => Some(found),
                _ => {
                    let what = format!("`{parent}`, the parent of `{}`, does not stand before it", self.code);
                    return refuse(what, "write the code of the row above it, parents before children");
                }
            },
        };
        if vocabulary.codes().len() >= CODES_MAX {
            return refuse(format!("the vocabulary has more than {CODES_MAX} codes"), "split it");
        }
        let label = Words { zh: self.zh.to_owned(), en: self.en.to_owned() };
        match vocabulary.add(self.code, label, parent) {
            Some(_) => None,
            None => refuse(format!("the code `{}` stands twice", self.code), "give every code one row"),
        }
    }
}

fn read_file(file: &str, text: &str, vocabulary: &mut Vocabulary, problems: &mut Problems) {
    let rows = match csv::rows(text) {
        Ok(rows) => rows,
        Err(line) => {
            let hint = "close it, or double the quotation marks inside";
            return problems.in_line(file, line, "a quotation is never closed", hint);
        }
    };
    let header: &[String] = rows.first().map_or(&[], |(_, header)| header);
    let columns = ["code", "zh", "en", "parent"].map(|name| header.iter().position(|cell| cell == name));
    let [Some(code), Some(zh), Some(en), parent] = columns else {
        let what = "the first row does not name the columns code, zh, en";
        return problems.in_line(file, 1, what, "write code,zh,en,parent as the first row");
    };
    let mut count = 0;
    for (line, cells) in &rows[1..] {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let added = Added {
            code: cell(code),
            zh: cell(zh),
            en: cell(en),
            parent: parent.map_or("", cell),
            needs_english: false,
        };
        let found = added.put(vocabulary).or_else(|| {
            let what = format!("the row has {} cells, the header {}", cells.len(), header.len());
            let hint = "put a cell that holds a comma into quotation marks";
            (cells.len() > header.len()).then(|| (what, hint.to_owned()))
        });
        let Some((what, hint)) = found else { continue };
        count += 1;
        if count > PROBLEMS_MAX {
            return problems
                .in_line(file, *line, "more problems follow", "mend the first ones and check again");
        }
        problems.in_line(file, *line, what, hint);
    }
    if rows.len() < 2 {
        let place = Place::of_file(file);
        problems.at(&place, "", "the vocabulary has no code", "write a row for each code");
    }
}
