//! `parameters.toml` and `terms.toml` of all layers: dated values and named expressions.

use super::{
    facts::ReadFacts,
    kind::{KindWord, Written},
    periods::{Period, check_periods},
    words::{check_filled, check_words},
};
use crate::{
    document::{Document, Located},
    heads::Layer,
    layers::{BY_NAME, Joined, Nothing},
    problem::Problems,
    tree::Tree,
};
use rules::{
    catalog::Words,
    definition::{NamedDefinition, ParameterValue},
};
use serde::Deserialize;

/// Most parameters, and most terms.
const NAMED_MAX: usize = 1_000;

/// A row of either file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedRow {
    name: String,
    #[serde(rename = "type")]
    kind: KindWord,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    scale: Option<u8>,
    #[serde(default)]
    vocabulary: Option<String>,
    #[serde(default)]
    label: Words,
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    value: Vec<ParameterValue>,
}

/// Reads and joins one of the two files of all layers.
pub(super) fn read(
    tree: &Tree,
    layers: &[Layer],
    facts: &mut ReadFacts,
    is_parameter: bool,
    problems: &mut Problems,
) -> Vec<Located<NamedDefinition>> {
    let (noun, list, name) = if is_parameter {
        ("parameter", "parameter", "parameters.toml")
    } else {
        ("term", "term", "terms.toml")
    };
    let mut joined = Joined::<NamedRow>::new(noun, layers).of_form(BY_NAME);
    for layer in layers {
        let file = format!("{}/{name}", layer.id);
        if !tree.holds(&file) {
            continue;
        }
        let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &[list], problems));
        let Some(mut document) = document else {
            joined.incomplete = true;
            continue;
        };
        joined.incomplete |= document.may_lack_rows;
        for row in document.take(list) {
            joined.add_row(&layer.id, row, problems);
        }
        document.head.read::<Nothing>(problems);
    }
    facts.incomplete |= joined.incomplete;
    let mut all = Vec::new();
    for (_, row) in joined.layered() {
        if !row.is_whole() || row.broken {
            facts.unsure.extend([row.value.name.clone(), row.value.label.zh.clone()]);
        }
        if all.len() >= NAMED_MAX {
            problems.at(&row.place, "", format!("there are more than {NAMED_MAX} {noun}s"), "remove some");
            break;
        }
        check(&row, facts, is_parameter, problems);
        all.extend(definition(row, facts, is_parameter, problems));
    }
    all
}

fn definition(
    row: Located<NamedRow>,
    facts: &mut ReadFacts,
    is_parameter: bool,
    problems: &mut Problems,
) -> Option<Located<NamedDefinition>> {
    let named = row.value;
    let written = Written {
        kind: named.kind,
        unit: named.unit.as_deref(),
        scale: named.scale,
        vocabulary: named.vocabulary.as_deref(),
    };
    let is_sure = !row.doubtful.contains("type") && !row.doubtful.contains("name");
    let kind = if is_sure { written.kind(&facts.catalog, (&row.place, ""), problems) } else { None };
    let Some(kind) = kind else {
        facts.unsure.extend([named.name, named.label.zh]);
        return None;
    };
    let Located { place, doubtful, broken, .. } = row;
    let NamedRow { name, label, by, value: values, .. } = named;
    let value = NamedDefinition { name, label, kind, by, is_parameter, values };
    Some(Located { value, place, doubtful, broken })
}

fn check(row: &Located<NamedRow>, facts: &mut ReadFacts, is_parameter: bool, problems: &mut Problems) {
    let (named, place) = (&row.value, &row.place);
    if row.is_sure("label") {
        check_words(&named.label, place, "label", problems);
    }
    facts.names.take((&named.name, &named.label.zh), place, problems);
    if named.value.is_empty() && row.is_sure("value") {
        let list = if is_parameter { "parameter" } else { "term" };
        problems.at(
            place,
            "name",
            format!("`{}` has no value", named.name),
            format!("add [[{list}.value]] rows"),
        );
    }
    if named.by.is_some() && !is_parameter {
        problems.at(place, "by", "only a parameter has `by`", "write `case when … then … end` as the value");
    }
    let periods = named.value.iter().enumerate().map(|(at, value)| Period {
        effective: value.effective,
        known_from: value.known_from,
        places: &value.places,
        place,
        prefix: format!("value.{at}."),
    });
    if row.is_sure("value") {
        check_periods(&periods.collect::<Vec<_>>(), problems);
    }
    for (at, value) in named.value.iter().enumerate() {
        if is_parameter {
            check_filled(&value.cite, place, &format!("value.{at}.cite"), problems);
        }
        if !value.places.is_empty() && named.by.is_none() {
            let what = "`for` without `by`";
            problems.at(place, &format!("value.{at}.for"), what, "add `by = \"region\"` to the parameter");
        }
    }
}
