//! `documents/<document>/document.toml`: a regulation as an index of articles.

use crate::{
    document::{Document, Located, Row},
    numbering::{check_articles, check_run, check_year},
    problem::Problems,
    tree::Tree,
};
use domain::law::{Article, Chapter, Regulation};
use std::collections::BTreeSet;

/// Most items of one article.
const ITEMS_MAX: u16 = 200;

/// A regulation, and the articles its file holds even where a row could not be read.
pub(crate) struct ReadRegulation {
    /// The regulation, where its head could be read.
    pub regulation: Option<Regulation>,
    /// Numbers of its articles.
    pub articles: BTreeSet<String>,
    /// The number of an article could not be read, so that `articles` may lack something.
    pub incomplete: bool,
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
        if rows.is_empty() && !parsed.may_lack_rows {
            problems.in_file(&file, format!("the document has no {list}"), format!("add [[{list}]] rows"));
        }
    }
    let lacks = parsed.may_lack_rows;
    check_run("chapter", chapters.iter().map(|row| (row.number("number"), &row.place)), lacks, problems);
    check_articles(articles.iter().map(|row| (row.text("number"), &row.place)), lacks, problems);
    let incomplete = parsed.may_lack_rows || articles.iter().any(|row| row.text("number").is_none());
    let numbers = articles.iter().filter_map(|row| row.text("number")).map(str::to_owned).collect();
    check_chapters(&chapters, &articles, lacks, problems);
    let head = parsed.head.with_empty(&["chapter", "article"]).read::<Regulation>(problems);
    let chapters = chapters.iter().filter_map(|row| row.read::<Chapter>(problems));
    let chapters = chapters.filter(Located::is_whole).map(|chapter| chapter.value).collect();
    let articles: Vec<Located<Article>> = articles.iter().filter_map(|row| row.read(problems)).collect();
    for article in &articles {
        check_article(article, problems);
    }
    let articles = articles.into_iter().filter(Located::is_whole).map(|article| article.value).collect();
    let head = head.inspect(|head| check_dates(head, problems)).filter(Located::is_whole);
    let regulation =
        head.map(|head| Regulation { id: document.to_owned(), chapters, articles, ..head.value });
    Some(ReadRegulation { regulation, articles: numbers, incomplete })
}

/// Every article stands in a chapter that exists, and chapters do not alternate.
fn check_chapters(chapters: &[Row<'_>], articles: &[Row<'_>], may_lack_rows: bool, problems: &mut Problems) {
    let known: BTreeSet<u16> = chapters.iter().filter_map(|row| row.number("number")).collect();
    let is_complete = known.len() == chapters.len() && !may_lack_rows;
    let mut previous = 0;
    for row in articles {
        let Some(chapter) = row.number("chapter") else { continue };
        if !known.contains(&chapter) && is_complete {
            let what = format!("chapter {chapter} does not exist");
            problems.at(&row.place, "chapter", what, "add the [[chapter]] or correct the number");
        } else if known.contains(&chapter) && chapter < previous {
            let what = format!("the article stands in chapter {chapter}, after one of chapter {previous}");
            problems.at(&row.place, "chapter", what, "keep articles in the order of the text");
        }
        previous = if known.contains(&chapter) { previous.max(chapter) } else { previous };
    }
}

/// What an article does is said once, and its items are a number that can be printed.
fn check_article(row: &Located<Article>, problems: &mut Problems) {
    let Article { number, kind, items, .. } = &row.value;
    if kind.is_empty() && row.is_sure("kind") {
        let what = format!("article {number} names no kind");
        problems.at(&row.place, "kind", what, "say what the article does, such as \"duty\"");
    }
    for (at, _) in kind.iter().enumerate().filter(|(at, one)| kind[..*at].contains(one)) {
        let what = format!("article {number} names one kind twice");
        problems.at(&row.place, &format!("kind.{at}"), what, "name it once");
    }
    if *items > ITEMS_MAX {
        let what = format!("article {number} has {items} items, more than {ITEMS_MAX}");
        problems.at(&row.place, "items", what, "count the items that are printed in the article");
    }
}

fn check_dates(head: &Located<Regulation>, problems: &mut Problems) {
    let Regulation { adopted, approved, effective, id, .. } = &head.value;
    check_year(head, "adopted", Some(*adopted), problems);
    check_year(head, "approved", *approved, problems);
    check_year(head, "effective", Some(*effective), problems);
    if !id.is_empty() {
        problems.at(&head.place, "id", "the document names an id", "remove it; the folder is the id");
    }
    let hint = "compare the dates with the printed text";
    let is_adopted = head.is_sure("adopted");
    if is_adopted && approved.is_some_and(|approved| approved < *adopted) {
        problems.at(&head.place, "approved", "the document is approved before it is adopted", hint);
    }
    if is_adopted && head.is_sure("effective") && effective < adopted {
        problems.at(&head.place, "effective", "the document is in force before it is adopted", hint);
    }
}
