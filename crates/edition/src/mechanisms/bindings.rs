//! `bindings.toml`: which body of a city an actor of a shared mechanism is. A law names an office by what it is for; what
//! it is called here, only the city knows. Until it says so, whoever holds the role could act as it.

use super::Surroundings;
use crate::{
    document::{Document, Place},
    heads::Layer,
    layers::Nothing,
    problem::Problems,
    spelling::did_you_mean,
    tree::Tree,
};
use domain::mechanism::{Competence, MechanismVersion};
use serde::Deserialize;

const FILE: &str = "bindings.toml";

/// A row of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Binding {
    mechanism: String,
    actor: String,
    organization: String,
}

/// Binds the actors of shared mechanisms as the layers say, and reports those of which one body is meant and none named.
pub(super) fn bind(
    tree: &Tree,
    layers: &[Layer],
    around: &Surroundings<'_>,
    versions: &mut [MechanismVersion],
    problems: &mut Problems,
) {
    for layer in layers {
        let file = format!("{}/{FILE}", layer.id);
        let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &["binding"], problems));
        let Some(mut document) = document else { continue };
        document.head.read::<Nothing>(problems);
        for row in document.take("binding") {
            let located = row.read::<Binding>(problems).filter(|one| one.is_whole() && !one.broken);
            let Some(located) = located else { continue };
            bind_one(&located.value, &located.place, (around, &mut *versions), problems);
        }
    }
    require(tree, layers, around, versions, problems);
}

fn bind_one(
    binding: &Binding,
    place: &Place,
    (around, versions): (&Surroundings<'_>, &mut [MechanismVersion]),
    problems: &mut Problems,
) {
    let organizations = around.organizations;
    if !organizations.incomplete && !organizations.known.contains(&binding.organization) {
        let known = organizations.known.iter().map(String::as_str);
        let hint = did_you_mean(&binding.organization, known, "add it to organizations.toml");
        let what = format!("the organisation `{}` does not exist", binding.organization);
        problems.at(place, "organization", what, hint);
    }
    let ids: Vec<String> = versions.iter().map(|one| one.definition.id.clone()).collect();
    if !ids.contains(&binding.mechanism) {
        let hint = did_you_mean(&binding.mechanism, ids.iter().map(String::as_str), "correct the name");
        problems.at(place, "mechanism", format!("there is no mechanism `{}`", binding.mechanism), hint);
        return;
    }
    let own = versions.iter_mut().filter(|one| one.definition.id == binding.mechanism);
    let actors = own.flat_map(|one| &mut one.definition.actors).filter(|actor| actor.one_body);
    let mut is_found = false;
    for actor in actors.filter(|actor| actor.id == binding.actor) {
        actor.competence = Competence::Fixed;
        actor.organization = Some(binding.organization.clone());
        is_found = true;
    }
    if !is_found {
        let what = format!("`{}` has no actor `{}` of one body", binding.mechanism, binding.actor);
        problems.at(place, "actor", what, "name an actor that has one_body = true");
    }
}

/// An edition with bodies of its own says which of them every actor of one body is.
fn require(
    tree: &Tree,
    layers: &[Layer],
    around: &Surroundings<'_>,
    versions: &[MechanismVersion],
    problems: &mut Problems,
) {
    let Some(city) = layers.last() else { return };
    let file = format!("{}/{FILE}", city.id);
    if around.organizations.known.is_empty() || around.organizations.incomplete || tree.is_closed(&file) {
        return;
    }
    for version in versions {
        let mechanism = &version.definition;
        let open = mechanism.actors.iter().filter(|actor| actor.one_body);
        for actor in open.filter(|actor| actor.competence == Competence::Open) {
            let what = format!("nobody says which body `{}` of `{}` is", actor.id, mechanism.id);
            let hint = format!(
                "add [[binding]] with mechanism = \"{}\", actor = \"{}\" and an organization",
                mechanism.id, actor.id
            );
            problems.in_file(&file, what, hint);
        }
    }
}
