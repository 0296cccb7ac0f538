//! `edition.toml`: what an edition says about itself, and the chain of its parents.

use crate::{
    document::{Document, Located, Place},
    problem::Problems,
    spelling::did_you_mean,
    tree::{MISSING_HEAD, Tree},
};
use domain::{Bilingual, Language};
use serde::Deserialize;

/// What `edition.toml` holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    name: Bilingual,
    #[serde(default)]
    parent: Option<String>,
    division_code: String,
    languages: Vec<Language>,
    summary: Bilingual,
    #[serde(default)]
    regulation: Option<String>,
    #[serde(default)]
    task_list: Option<String>,
}

/// One edition of the chain: its folder and as much of its head as could be read.
pub(crate) struct Layer {
    /// Folder below the folder of the editions.
    pub id: String,
    /// Name of the place.
    pub name: Bilingual,
    /// What the edition is about.
    pub summary: Bilingual,
    /// GB/T 2260 code, six digits.
    pub division_code: String,
    /// Folder below `documents/` of the regulation that citations point at.
    pub regulation: Option<String>,
    /// Folder below `task-lists/` of the list that citations point at.
    pub task_list: Option<String>,
    /// What the head names as regulation or task list could not be read.
    pub names_unknown: bool,
    /// Whether there is a layer above, or which one, could not be read.
    pub above_unknown: bool,
    /// Where the head stands.
    pub place: Place,
}

impl Layer {
    /// A folder that is no edition and has no parent.
    pub fn alone(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: Bilingual::default(),
            summary: Bilingual::default(),
            division_code: String::new(),
            regulation: None,
            task_list: None,
            names_unknown: false,
            above_unknown: false,
            place: Place::of_file(id),
        }
    }
}

/// The editions from the root to `id`; a broken link ends the chain and is reported.
pub(crate) fn chain(tree: &Tree, id: &str, problems: &mut Problems) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut next = Some(id.to_owned());
    while let Some(id) = next.take() {
        let (mut layer, parent) = read(tree, &id, problems);
        let known = tree.edition_ids();
        layer.above_unknown |= parent.as_ref().is_some_and(|parent| !known.contains(parent));
        layers.push(layer);
        let (Some(parent), Some(layer)) = (parent, layers.last()) else { break };
        if layers.iter().any(|layer| layer.id == parent) {
            let ids: Vec<&str> = layers.iter().map(|layer| layer.id.as_str()).collect();
            let what = format!("the parents form a ring: {} > {parent}", ids.join(" > "));
            problems.at(&layer.place, "parent", what, "remove `parent` from the uppermost edition");
        } else if known.contains(&parent) {
            next = Some(parent);
        } else {
            let hint =
                did_you_mean(&parent, known.iter().map(String::as_str), "name a folder of the editions");
            problems.at(&layer.place, "parent", format!("the parent `{parent}` does not exist"), hint);
        }
    }
    layers.reverse();
    check_codes(&layers, problems);
    layers
}

fn read(tree: &Tree, id: &str, problems: &mut Problems) -> (Layer, Option<String>) {
    let file = format!("{id}/edition.toml");
    let place = Place::of_file(&file);
    let mut layer = Layer { names_unknown: true, above_unknown: true, place, ..Layer::alone(id) };
    if !tree.holds(&file) {
        let known = tree.edition_ids();
        let others = known.iter().map(String::as_str).filter(|known| *known != id);
        problems.in_file(&file, "the edition has no edition.toml", did_you_mean(id, others, MISSING_HEAD));
    }
    let Some(text) = tree.text(&file) else { return (layer, None) };
    let Some(document) = Document::parse(&file, text, &[], problems) else { return (layer, None) };
    let row = document.head;
    layer.place = row.place.clone();
    let parent = row.read::<Head>(problems).and_then(|head| fill(&mut layer, head, problems));
    (layer, parent)
}

/// Takes over what could be read of the head; answers the parent.
fn fill(layer: &mut Layer, located: Located<Head>, problems: &mut Problems) -> Option<String> {
    layer.names_unknown = !located.is_sure("regulation") || !located.is_sure("task_list");
    layer.above_unknown = !located.is_sure("parent");
    let is_sure = |field| located.is_sure(field);
    let (has_id, has_languages) = (is_sure("id"), is_sure("languages"));
    let head = located.value;
    if has_id && head.id != layer.id {
        let what = format!("the id `{}` is not the name of the folder", head.id);
        problems.at(&layer.place, "id", what, format!("write id = \"{}\"", layer.id));
    }
    for language in [Language::Zh, Language::En] {
        if has_languages && !head.languages.contains(&language) {
            let what = format!("`languages` leaves out {language:?}");
            problems.at(&layer.place, "languages", what, "write languages = [\"zh\", \"en\"]");
        }
    }
    layer.name = head.name;
    layer.summary = head.summary;
    layer.division_code = head.division_code;
    layer.regulation = head.regulation;
    layer.task_list = head.task_list;
    head.parent
}

fn check_codes(layers: &[Layer], problems: &mut Problems) {
    for (at, layer) in layers.iter().enumerate() {
        if layer.division_code.is_empty() {
            continue;
        }
        if let Some((what, hint)) = code_problem(&layer.division_code, "") {
            problems.at(&layer.place, "division_code", what, hint);
            continue;
        }
        let Some(parent) = at.checked_sub(1).map(|above| &layers[above]) else { continue };
        if let Some((what, hint)) = code_problem(&layer.division_code, area(&parent.division_code)) {
            problems.at(&layer.place, "division_code", what, hint);
        }
    }
}

/// What is wrong with a division code that must begin with `prefix`.
pub(crate) fn code_problem(code: &str, prefix: &str) -> Option<(String, String)> {
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        let what = format!("the division code `{code}` is not six digits");
        return Some((what, "write the GB/T 2260 code, such as \"330302\"".to_owned()));
    }
    (!code.starts_with(prefix)).then(|| {
        let what = format!("the division code {code} does not begin with {prefix}");
        (what, "write the code of a place inside the area of the edition".to_owned())
    })
}

/// The digits all codes inside an area share: two for a province, four for a city, none for the whole country.
pub(crate) fn area(code: &str) -> &str {
    if code == "100000" { "" } else { code.get(..6).map_or("", |code| code.trim_end_matches("00")) }
}

/// The two digits of the province a code lies in; none for the whole country.
pub(crate) fn province(code: &str) -> &str {
    area(code).get(..2).unwrap_or("")
}
