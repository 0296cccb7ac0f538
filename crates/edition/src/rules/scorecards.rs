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
    definition::{Effective, ScoreItem, Scorecard},
};
use serde::Deserialize;

/// Most rows of one scorecard.
const ITEMS_MAX: usize = 500;

/// What stands outside the rows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: Words,
    #[serde(default)]
    document: String,
    #[serde(default)]
    effective: Option<Effective>,
    #[serde(default)]
    verified: bool,
}

/// A scorecard and where its rows stand.
pub(super) struct ReadScorecard {
    pub definition: Scorecard,
    pub items: Vec<Place>,
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
                tree.text(&file).and_then(|text| Document::parse(&file, text, &["item"], problems));
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
    let rows = document.take("item");
    let may_lack_rows = document.may_lack_rows;
    let head = document.head.read::<Head>(problems)?;
    check_head(&head, problems);
    if rows.is_empty() && !may_lack_rows {
        problems.at(&head.place, "", "the scorecard has no item", "add [[item]] rows");
    }
    let mut definition = Scorecard {
        id: id.replace('-', "_"),
        title: head.value.title.clone(),
        effective: head.value.effective,
        document: head.value.document.clone(),
        verified: head.value.verified,
        items: Vec::new(),
    };
    let (mut items, mut is_whole) = (Vec::new(), head.is_whole() && !may_lack_rows);
    for row in rows.iter().take(ITEMS_MAX) {
        let read = row.read::<ScoreItem>(problems).filter(|row| row.is_sure("id") && row.is_sure("points"));
        let Some(mut row) = read else {
            is_whole = false;
            continue;
        };
        check_item(&row, &definition, problems);
        is_whole &= row.is_whole();
        row.value.id = row.value.id.replace('-', "_");
        row.value.section = row.value.section.replace('-', "_");
        definition.items.push(row.value);
        items.push(row.place);
    }
    if let Some(row) = rows.get(ITEMS_MAX) {
        problems.at(&row.place, "", format!("there are more than {ITEMS_MAX} items"), "split the scorecard");
    }
    let Located { place, doubtful, broken, .. } = head;
    Some(Located { value: ReadScorecard { definition, items, is_whole }, place, doubtful, broken })
}

fn check_head(head: &Located<Head>, problems: &mut Problems) {
    if head.is_sure("title") {
        check_words(&head.value.title, &head.place, "title", problems);
    }
    check_filled(&head.value.document, &head.place, "document", problems);
    if let Some(effective) = head.value.effective.filter(|_| head.is_sure("effective")) {
        let prefix = String::new();
        check_periods(
            &[Period { effective, known_from: None, places: &[], place: &head.place, prefix }],
            problems,
        );
    }
}

fn check_item(row: &Located<ScoreItem>, card: &Scorecard, problems: &mut Problems) {
    let (item, place) = (&row.value, &row.place);
    check_words(&item.label, place, "label", problems);
    check_filled(&item.cite, place, "cite", problems);
    for (field, id) in [("id", &item.id), ("section", &item.section)] {
        if !id.is_empty() && !is_name(&id.replace('_', "-")) {
            let what = format!("`{id}` cannot be an identifier");
            problems.at(place, field, what, "write lower-case ASCII words joined by hyphens");
        }
    }
    let id = item.id.replace('-', "_");
    let taken = card.items.iter().any(|other| other.id == id || other.section == id);
    let shadows = card.items.iter().any(|other| other.id == item.section.replace('-', "_"));
    if taken || shadows || item.section.replace('-', "_") == id {
        let what = format!("`{}` and its section do not have names of their own", item.id);
        problems.at(place, "id", what, "give every item and every section its own id");
    }
}
