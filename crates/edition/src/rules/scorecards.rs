//! `scorecards/<id>/scorecard.toml` of all layers: weighted rules.

use super::{
    periods::{Period, check_periods},
    words::{check_filled, check_words},
};
use crate::{
    document::{Document, Located, Place},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    spelling::is_name,
    tree::Tree,
};
use rules::{
    catalog::Words,
    definition::{ScoreItem, Scorecard, ScorecardVersion},
};
use serde::Deserialize;

/// Most rows of one version of a scorecard.
const ITEMS_MAX: usize = 500;

/// What stands outside the versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: Words,
}

/// A scorecard and where its versions stand.
pub(super) struct ReadScorecard {
    pub definition: Scorecard,
    pub places: Vec<Place>,
    /// Whether all of it could be read.
    pub is_whole: bool,
}

/// Reads and joins the scorecards.
pub(super) fn read(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> (Vec<ReadScorecard>, bool) {
    let mut joined = Joined::<ReadScorecard>::new("scorecard", layers);
    for layer in layers {
        for folder in tree.folders(&format!("{}/scorecards", layer.id)) {
            let file = format!("{}/scorecards/{folder}/scorecard.toml", layer.id);
            let document =
                tree.text(&file).and_then(|text| Document::parse(&file, text, &["version"], problems));
            let Some(document) = document else {
                joined.incomplete = true;
                if !tree.holds(&file) {
                    problems.in_file(&file, "the scorecard has no scorecard.toml", super::FORMS);
                }
                continue;
            };
            let mut document = document;
            let replaces = document.head.take_text("replaces");
            let place = document.head.place.clone();
            let read = read_card(folder, document, problems);
            joined.put(&layer.id, (folder.to_owned(), place), replaces, read, problems);
        }
    }
    let incomplete = joined.incomplete;
    (joined.layered().map(|(_, card)| card.value).collect(), incomplete)
}

fn read_card(
    id: &str,
    mut document: Document<'_>,
    problems: &mut Problems,
) -> Option<Located<ReadScorecard>> {
    let rows = document.take("version");
    let may_lack_rows = document.may_lack_rows;
    let head = document.head.read::<Head>(problems)?;
    if head.is_sure("title") {
        check_words(&head.value.title, &head.place, "title", problems);
    }
    if rows.is_empty() && !may_lack_rows {
        let hint = "add [[version]] with `effective`, `document` and [[version.item]] rows";
        problems.at(&head.place, "", "the scorecard has no version", hint);
    }
    let mut versions: Vec<Located<ScorecardVersion>> =
        rows.iter().filter_map(|row| row.read(problems)).collect();
    for row in &mut versions {
        check_version(row, problems);
    }
    let dated = versions.iter().filter(|row| row.is_sure("effective") && row.is_sure("known_from"));
    let periods = dated.map(|row| Period {
        effective: row.value.effective,
        known_from: row.value.known_from,
        places: &[],
        place: &row.place,
        prefix: String::new(),
    });
    check_periods(&periods.collect::<Vec<_>>(), problems);
    let are_whole = versions.len() == rows.len() && versions.iter().all(|row| row.is_whole() && !row.broken);
    let is_whole = head.is_whole() && !may_lack_rows && are_whole;
    let (versions, places) = versions.into_iter().map(|row| (row.value, row.place)).unzip();
    let Located { value: Head { title }, place, doubtful, broken } = head;
    let definition = Scorecard { id: id.replace('-', "_"), title, versions };
    Some(Located { value: ReadScorecard { definition, places, is_whole }, place, doubtful, broken })
}

fn check_version(row: &mut Located<ScorecardVersion>, problems: &mut Problems) {
    if row.is_sure("document") {
        check_filled(&row.value.document, &row.place, "document", problems);
    }
    if row.value.items.is_empty() && row.is_sure("item") {
        problems.at(&row.place, "", "the version has no item", "add [[version.item]] rows");
    }
    if row.value.items.len() > ITEMS_MAX {
        let what = format!("there are more than {ITEMS_MAX} items");
        problems.at(&row.place, &format!("item.{ITEMS_MAX}"), what, "split the scorecard");
        row.value.items.truncate(ITEMS_MAX);
    }
    for at in 0..row.value.items.len() {
        check_item(at, &row.value.items, &row.place, problems);
    }
    for item in &mut row.value.items {
        item.id = item.id.replace('-', "_");
        item.section = item.section.replace('-', "_");
    }
}

fn check_item(at: usize, items: &[ScoreItem], place: &Place, problems: &mut Problems) {
    let (item, before) = (&items[at], &items[..at]);
    let path = format!("item.{at}");
    check_words(&item.label, place, &format!("{path}.label"), problems);
    check_filled(&item.cite, place, &format!("{path}.cite"), problems);
    for (field, id) in [("id", &item.id), ("section", &item.section)] {
        if !id.is_empty() && !is_name(&id.replace('_', "-")) {
            let what = format!("`{id}` cannot be an identifier");
            let hint = "write lower-case ASCII words joined by hyphens";
            problems.at(place, &format!("{path}.{field}"), what, hint);
        }
    }
    let name = |id: &str| id.replace('-', "_");
    let (id, section) = (name(&item.id), name(&item.section));
    let taken = before.iter().any(|other| name(&other.id) == id || name(&other.section) == id);
    let shadows = before.iter().any(|other| name(&other.id) == section);
    if taken || shadows || section == id {
        let what = format!("`{}` and its section do not have names of their own", item.id);
        problems.at(place, &format!("{path}.id"), what, "give every item and every section its own id");
    }
}
