//! `organizations.toml`: the bodies that answer for something.

use crate::{
    heads::{Layer, code_problem, province},
    layers::Joined,
    problem::Problems,
    tree::Tree,
};
use domain::organization::{Organization, OrganizationKind};
use std::collections::BTreeMap;

/// Reads and joins the organisations of all layers.
pub(crate) fn read(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> Joined<Organization> {
    let mut joined = Joined::new("organisation", layers);
    for layer in layers {
        joined.add_layer(tree, &layer.id, "organizations.toml", "organization", problems);
    }
    check_codes(&joined, layers, problems);
    check_names(&joined, problems);
    joined
}

fn check_codes(joined: &Joined<Organization>, layers: &[Layer], problems: &mut Problems) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for row in joined.rows() {
        let organization = &row.value;
        let is_county = organization.kind == OrganizationKind::County;
        let Some(code) = &organization.division_code else {
            if is_county && row.is_sure("kind") && row.is_sure("division_code") {
                let what = format!("the county `{}` has no division code", organization.id);
                problems.at(&row.place, "id", what, "add `division_code`, six digits");
            }
            continue;
        };
        if !is_county && row.is_sure("kind") {
            let what = format!("`{}` is no county and has a division code", organization.id);
            problems.at(&row.place, "division_code", what, "remove the code; only counties have one");
        }
        let edition = layers.iter().find(|layer| row.place.file.starts_with(&format!("{}/", layer.id)));
        let prefix = edition.map_or("", |layer| province(&layer.division_code));
        if let Some((what, hint)) = code_problem(code, prefix) {
            problems.at(&row.place, "division_code", what, hint);
        }
        if let Some(other) = seen.insert(code, &organization.id) {
            let what = format!("the division code {code} is already that of `{other}`");
            problems.at(&row.place, "division_code", what, "give every county its own code");
        }
    }
}

/// A name or alias that stands for two bodies could not be looked up.
fn check_names(joined: &Joined<Organization>, problems: &mut Problems) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for row in joined.rows() {
        let organization = &row.value;
        let aliases = organization.aliases.iter().enumerate();
        let names = aliases.map(|(at, alias)| (format!("aliases.{at}"), alias));
        for (field, name) in std::iter::once(("name.zh".to_owned(), &organization.name.zh)).chain(names) {
            match seen.insert(name, &organization.id) {
                Some(other) if !name.trim().is_empty() => {
                    let what = format!("the name {name} is already that of `{other}`");
                    problems.at(&row.place, &field, what, "give every body its own names, each once");
                }
                _ => {}
            }
        }
    }
}
