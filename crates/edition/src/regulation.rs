//! `documents/<document>/document.toml`: a regulation as an index of articles.

use crate::{
    document::{Document, Located, Row},
    numbering::{check_articles, check_run},
    problem::Problems,
    tree::Tree,
};
use domain::law::{Article, Chapter, Regulation};
use std::collections::BTreeSet;

/// A regulation, and the articles its file holds even where a row could not be read.
pub(crate) struct ReadRegulation {
    /// The regulation, where its head could be read.
    pub regulation: Option<Regulation>,
    /// Numbers of its articles.
    pub articles: BTreeSet<String>,
}

/// Reads one document; nothing where the file is absent or refused.
pub(crate) fn read(
    tree: &Tree,
    layer: &str,
    document: &str,
    problems: &mut Problems,
) -> Option<ReadRegulation> {
    let file = format!("{layer}/documents/{document}/document.toml");
    let mut parsed = Document::parse(&file, tree.text(&file)?, &["chapter", "article"], problems)?;
    let (chapters, articles) = (parsed.take("chapter"), parsed.take("article"));
    for (rows, list) in [(&chapters, "chapter"), (&articles, "article")] {
        if rows.is_empty() {
            problems.in_file(&file, format!("the document has no {list}"), format!("add [[{list}]] rows"));
        }
    }
    check_run("chapter", chapters.iter().map(|row| (row.number("number"), &row.place)), problems);
    check_articles(articles.iter().map(|row| (row.text("number"), &row.place)), problems);
    let numbers = articles.iter().filter_map(|row| row.text("number")).map(str::to_owned).collect();
    check_chapters(&chapters, &articles, problems);
    let head = parsed.head.with_empty(&["chapter", "article"]).read::<Regulation>(problems);
    let chapters: Vec<Chapter> = read_all(&chapters, problems);
    let articles: Vec<Article> = read_all(&articles, problems);
    let regulation = head.map(|head| {
        check_dates(&head, problems);
        Regulation { id: document.to_owned(), chapters, articles, ..head.value }
    });
    Some(ReadRegulation { regulation, articles: numbers })
}

fn read_all<T: serde::de::DeserializeOwned>(rows: &[Row<'_>], problems: &mut Problems) -> Vec<T> {
    rows.iter().filter_map(|row| row.read(problems)).map(|row: Located<T>| row.value).collect()
}

/// Every article stands in a chapter that exists, and chapters do not alternate.
fn check_chapters(chapters: &[Row<'_>], articles: &[Row<'_>], problems: &mut Problems) {
    let known: BTreeSet<u16> = chapters.iter().filter_map(|row| row.number("number")).collect();
    let mut previous = 0;
    for row in articles {
        let Some(chapter) = row.number("chapter") else { continue };
        if !known.contains(&chapter) {
            let what = format!("chapter {chapter} does not exist");
            problems.at(&row.place, "chapter", what, "add the [[chapter]] or correct the number");
        } else if chapter < previous {
            let what = format!("the article stands in chapter {chapter}, after one of chapter {previous}");
            problems.at(&row.place, "chapter", what, "keep articles in the order of the text");
        }
        previous = previous.max(chapter);
    }
}

fn check_dates(head: &Located<Regulation>, problems: &mut Problems) {
    let Regulation { adopted, approved, effective, id, .. } = &head.value;
    if !id.is_empty() {
        problems.at(&head.place, "id", "the document names an id", "remove it; the folder is the id");
    }
    let hint = "compare the dates with the printed text";
    if approved.is_some_and(|approved| approved < *adopted) {
        problems.at(&head.place, "approved", "the document is approved before it is adopted", hint);
    }
    if effective < adopted {
        problems.at(&head.place, "effective", "the document is in force before it is adopted", hint);
    }
}
