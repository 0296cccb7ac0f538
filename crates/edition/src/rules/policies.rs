//! `policies/<field>/<policy>/policy.toml` of all layers.

use super::{
    FORMS,
    versions::{ReadPolicy, checked},
    words::check_words,
};
use crate::{
    document::{Document, Located},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    tree::Tree,
};
use rules::{
    catalog::Words,
    definition::{PolicyDefinition, PolicyVersion},
};
use serde::Deserialize;

/// What stands outside the versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: Words,
    summary: Words,
    authority: Words,
}

/// Reads and joins the policies of all layers. A folder that `is_edition` holds them below `policies/<field>/`,
/// any other folder anywhere.
pub(super) fn read(
    tree: &Tree,
    layers: &[Layer],
    is_edition: bool,
    problems: &mut Problems,
) -> Joined<ReadPolicy> {
    let mut joined = Joined::<ReadPolicy>::new("policy", layers);
    for layer in layers {
        let folders = if is_edition { folders(tree, &layer.id) } else { folders_anywhere(tree, &layer.id) };
        for (folder, field, policy) in folders {
            add(tree, &layer.id, (folder, &field, &policy), &mut joined, problems);
        }
    }
    joined
}

/// Folder, field and policy.
type Folder = (String, String, String);

fn folders(tree: &Tree, layer: &str) -> Vec<Folder> {
    let mut found = Vec::new();
    for field in tree.folders(&format!("{layer}/policies")) {
        for policy in tree.folders(&format!("{layer}/policies/{field}")) {
            let folder = format!("{layer}/policies/{field}/{policy}");
            found.push((folder, field.to_owned(), policy.to_owned()));
        }
    }
    found
}

/// Wherever a policy.toml stands; the folders above it are policy and field.
fn folders_anywhere(tree: &Tree, layer: &str) -> Vec<Folder> {
    let files = tree.below(layer).filter_map(|(path, _)| path.strip_suffix("/policy.toml"));
    let folders = files.map(|folder| {
        let mut parts = folder.rsplit('/');
        let policy = parts.next().unwrap_or_default();
        let field = parts.next().filter(|field| *field != layer).unwrap_or("other");
        (folder.to_owned(), field.to_owned(), policy.to_owned())
    });
    folders.collect()
}

fn add(
    tree: &Tree,
    layer: &str,
    (folder, field, policy): (String, &str, &str),
    joined: &mut Joined<ReadPolicy>,
    problems: &mut Problems,
) {
    let file = format!("{folder}/policy.toml");
    if !tree.holds(&file) && joined.known.contains(policy) && tree.holds(&format!("{folder}/examples.toml")) {
        // The layer adds examples to a policy that it has from above.
        return;
    }
    if !tree.holds(&file) && !tree.is_closed(&folder) {
        problems.in_file(&file, "the policy has no policy.toml", FORMS);
    }
    let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &["version"], problems));
    let Some(mut document) = document else {
        joined.known.insert(policy.to_owned());
        joined.incomplete = true;
        return;
    };
    let replaces = document.head.take_text("replaces");
    let place = document.head.place.clone();
    let read = read_policy((layer, field, policy), folder, document, problems);
    joined.put(layer, (policy.to_owned(), place), replaces, read, problems);
}

fn read_policy(
    (layer, field, policy): (&str, &str, &str),
    folder: String,
    mut document: Document<'_>,
    problems: &mut Problems,
) -> Option<Located<ReadPolicy>> {
    let rows = document.take("version");
    let may_lack_rows = document.may_lack_rows;
    if rows.is_empty() && !may_lack_rows {
        problems.at(&document.head.place, "", "the policy has no version", "add a [[version]]");
    }
    let count = rows.len();
    let versions: Vec<Located<PolicyVersion>> = rows.iter().filter_map(|row| row.read(problems)).collect();
    let head = document.head.read::<Head>(problems)?;
    let Head { title, summary, authority } = head.value.clone();
    for (words, name) in [(&title, "title"), (&summary, "summary"), (&authority, "authority")] {
        if head.is_sure(name) {
            check_words(words, &head.place, name, problems);
        }
    }
    let (versions, places, versions_are_whole) = checked(versions, problems);
    let is_whole = head.is_whole() && !may_lack_rows && places.len() == count && versions_are_whole;
    let definition = PolicyDefinition {
        id: policy.to_owned(),
        title,
        summary,
        field: field.to_owned(),
        edition: layer.to_owned(),
        authority,
        versions,
    };
    let Located { place, doubtful, broken, .. } = head;
    let value = ReadPolicy { definition, places, is_whole, place: place.clone(), folder };
    Some(Located { value, place, doubtful, broken })
}
