//! `platforms.toml`: other platforms that take in voices of firms, and how what they deliver becomes a case.

use crate::{
    document::Place, heads::Layer, layers::Joined, problem::Problems, spelling::did_you_mean, tree::Tree,
};
use domain::{
    access,
    intake::Platform,
    mechanism::{Form, FormFieldKind, Mechanism, MechanismVersion},
};
use rules::vocabulary::Vocabulary;
use std::sync::Arc;

/// The platforms of all layers that name a mechanism and fields which exist.
pub(crate) fn read(
    tree: &Tree,
    layers: &[Layer],
    (versions, vocabularies): (&[MechanismVersion], &[Arc<Vocabulary>]),
    problems: &mut Problems,
) -> Vec<Platform> {
    let mut joined: Joined<Platform> = Joined::new("platform", layers);
    for layer in layers {
        joined.add_layer(tree, &layer.id, "platforms.toml", "platform", problems);
    }
    for located in joined.rows().filter(|located| located.is_whole()) {
        let (platform, place) = (&located.value, &located.place);
        check_columns(platform, place, problems);
        if let Some(version) = versions.iter().find(|version| version.definition.id == platform.mechanism) {
            check_form(platform, &version.definition, (vocabularies, place), problems);
        } else {
            let known = versions.iter().map(|version| version.definition.id.as_str());
            let what = format!("there is no mechanism `{}`", platform.mechanism);
            let hint = did_you_mean(&platform.mechanism, known, "name a folder below mechanisms/");
            problems.at(place, "mechanism", what, hint);
        }
    }
    joined.into_values()
}

fn check_columns(platform: &Platform, place: &Place, problems: &mut Problems) {
    if platform.source.iter().all(|name| name.trim().is_empty()) {
        let what = "no column holds the number at the source";
        problems.at(place, "source", what, "without it the same voice would be taken twice");
    }
    for (name, code) in &platform.places {
        if code.parse::<access::Place>().is_err() {
            let what = format!("`{code}` is no division code");
            problems.at(place, &format!("places.{name}"), what, "write 2, 4 or 6 digits");
        }
    }
}

/// The step begins a case, the actor may take it, and its form has the fields that are filled.
fn check_form(
    platform: &Platform,
    mechanism: &Mechanism,
    (vocabularies, place): (&[Arc<Vocabulary>], &Place),
    problems: &mut Problems,
) {
    let Some(step) = mechanism.steps.iter().find(|step| step.id == platform.step) else {
        let known = mechanism.steps.iter().map(|step| step.id.as_str());
        let hint = did_you_mean(&platform.step, known, "name a step of the mechanism");
        problems.at(place, "step", format!("the mechanism has no step `{}`", platform.step), hint);
        return;
    };
    if !step.from.contains(&mechanism.begins) {
        let what = format!("the step `{}` does not begin a case", step.id);
        problems.at(
            place,
            "step",
            what,
            format!("name one that is taken in the stage `{}`", mechanism.begins),
        );
    }
    if !step.by.contains(&platform.actor) {
        let what = format!("`{}` may not take the step `{}`", platform.actor, step.id);
        problems.at(place, "actor", what, format!("name one of {}", step.by.join(", ")));
    }
    let form = mechanism.forms.iter().find(|form| Some(&form.id) == step.form.as_ref());
    let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
    let filled = ["columns", "codes", "defaults"].into_iter().zip([
        platform.columns.keys().collect::<Vec<_>>(),
        platform.codes.keys().collect(),
        platform.defaults.keys().collect(),
    ]);
    for (part, name) in filled.flat_map(|(part, names)| names.into_iter().map(move |name| (part, name))) {
        if !fields.iter().any(|field| field.name == *name) {
            let known = fields.iter().map(|field| field.name.as_str());
            let hint = did_you_mean(name, known, "name a field of the form of the step");
            problems.at(place, &format!("{part}.{name}"), format!("the form has no field `{name}`"), hint);
        }
    }
    for field in fields.iter().filter(|field| field.required) {
        if !platform.columns.contains_key(&field.name) && !platform.defaults.contains_key(&field.name) {
            let what = format!("nothing fills the field `{}`, which has to be filled in", field.name);
            problems.at(place, "columns", what, "name its column, or a default");
        }
    }
    if let Some(form) = form {
        check_codes(platform, form, (vocabularies, place), problems);
    }
}

/// Every code that stands for a word of the platform, or by default, is one of the vocabulary.
fn check_codes(
    platform: &Platform,
    form: &Form,
    (vocabularies, place): (&[Arc<Vocabulary>], &Place),
    problems: &mut Problems,
) {
    for field in form.fields.iter().filter(|field| field.kind == FormFieldKind::Code) {
        let vocabulary = vocabularies.iter().find(|one| Some(&one.name) == field.vocabulary.as_ref());
        let Some(vocabulary) = vocabulary else { continue };
        let mut check = |at: String, code: &str| {
            if vocabulary.find(code).is_none() {
                let what = format!("`{code}` is no code of `{}`", vocabulary.name);
                problems.at(place, &at, what, "write a code of the vocabulary");
            }
        };
        for (word, code) in platform.codes.get(&field.name).into_iter().flatten() {
            check(format!("codes.{}.{word}", field.name), code);
        }
        if let Some(code) = platform.defaults.get(&field.name).and_then(|value| value.text()) {
            check(format!("defaults.{}", field.name), code);
        }
    }
}
