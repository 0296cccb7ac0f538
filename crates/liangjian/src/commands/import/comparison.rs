//! What a file and the edition say of one document: whether the file is the document it is imported as.

use chrono::NaiveDate;
use domain::task_list::Work;
use edition::Edition;
use gazette::{Reading, span::is_space};
use std::collections::BTreeSet;

/// Most clause numbers named in one line.
const NUMBERS_MAX: usize = 12;

/// A document that the editions know.
pub struct Known {
    /// Its identifier.
    pub id: String,
    /// Its title in Chinese.
    pub title: String,
    /// A regulation, or else a task list.
    pub is_law: bool,
    /// Its dates and its number, each with its name.
    marks: Vec<(&'static str, String)>,
    /// Anchors of its clauses: articles, or works, measures and target items.
    anchors: BTreeSet<String>,
}

/// The regulation and the task list of an edition.
pub fn documents_of(edition: Edition) -> Vec<Known> {
    let regulation = edition.regulation.map(|regulation| Known {
        marks: dates(Some(regulation.adopted), regulation.approved, Some(regulation.effective)),
        id: regulation.id,
        title: regulation.title.zh,
        is_law: true,
        anchors: regulation.articles.iter().map(|article| format!("a{}", article.number)).collect(),
    });
    let list = edition.task_list.map(|list| Known {
        marks: vec![("number", list.document_number), ("issued", list.issued_on.to_string())],
        anchors: list.works.iter().flat_map(anchors_of).collect(),
        id: list.id,
        title: list.title.zh,
        is_law: false,
    });
    regulation.into_iter().chain(list).collect()
}

fn dates(
    adopted: Option<NaiveDate>,
    approved: Option<NaiveDate>,
    effective: Option<NaiveDate>,
) -> Vec<(&'static str, String)> {
    [("adopted", adopted), ("approved", approved), ("effective", effective)]
        .into_iter()
        .filter_map(|(name, date)| Some((name, date?.to_string())))
        .collect()
}

fn anchors_of(work: &Work) -> Vec<String> {
    let number = work.number;
    let measures = work.measures.iter().map(|measure| format!("w{number}.{}", measure.number));
    let items = (1..=work.target_items).map(|item| format!("t{number}.{item}"));
    std::iter::once(format!("w{number}")).chain(measures).chain(items).collect()
}

/// Everything in which a file differs from what the edition says of the document, a line each.
///
/// A date or number that one of the two lacks is no difference. A task list goes by several titles (its own,
/// that of the notice), so it is told by its number and its clauses.
pub fn differences(known: &Known, reading: &Reading, in_file: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    if let Reading::Law(law) = reading
        && bare(&law.title) != bare(&known.title)
    {
        found.push(format!("the title is “{}”, in the edition “{}”", shown(&law.title), known.title));
    }
    for (name, printed) in marks_of(reading) {
        if let Some((_, expected)) = known.marks.iter().find(|(known, _)| *known == name)
            && bare(expected) != bare(&printed)
        {
            found.push(format!("{name} is {}, in the edition {expected}", shown(&printed)));
        }
    }
    let mut distinct = BTreeSet::new();
    let twice: BTreeSet<String> =
        in_file.iter().filter(|anchor| !distinct.insert((*anchor).clone())).cloned().collect();
    for (label, numbers) in [
        (
            "clauses of the edition that the file lacks",
            known.anchors.difference(&distinct).collect::<Vec<_>>(),
        ),
        ("clauses of the file that the edition lacks", distinct.difference(&known.anchors).collect()),
        ("clauses that the file has twice", twice.iter().collect()),
    ] {
        if !numbers.is_empty() {
            found.push(format!("{label}: {}", listed(&numbers)));
        }
    }
    found
}

fn marks_of(reading: &Reading) -> Vec<(&'static str, String)> {
    match reading {
        Reading::Law(law) => dates(law.adopted, law.approved, law.effective),
        Reading::TaskList(list) => {
            let number = list.head.document_number.clone().map(|number| ("number", number));
            let issued = list.head.issued_on.map(|date| ("issued", date.to_string()));
            number.into_iter().chain(issued).collect()
        }
        Reading::Notice(_) => Vec::new(),
    }
}

/// A title without what printers vary: spaces, quotation marks, the shape of brackets.
fn bare(title: &str) -> String {
    let is_varied = |c: char| is_space(c) || "“”\"‘’'「」『』《》〈〉()（）[]〔〕【】［］".contains(c);
    title.chars().filter(|c| !is_varied(*c)).collect()
}

/// A text from a file, short enough for one line.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

fn listed(numbers: &[&String]) -> String {
    let shown: Vec<&str> = numbers.iter().take(NUMBERS_MAX).map(|number| number.as_str()).collect();
    match numbers.len().checked_sub(NUMBERS_MAX).filter(|more| *more > 0) {
        Some(more) => format!("{} and {more} more", shown.join(", ")),
        None => shown.join(", "),
    }
}
