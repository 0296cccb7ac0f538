//! `ladders/<id>/ladder.toml` of all layers: ordered grades, each of them a policy.

use super::{
    FORMS,
    versions::{ReadPolicy, checked},
    words::{check_filled, check_words},
};
use crate::{
    document::{Document, Located, Row},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    spelling::is_name,
    tree::Tree,
};
use rules::{
    catalog::Words,
    definition::{Ladder, PolicyDefinition, PolicyVersion},
};
use serde::Deserialize;

/// What stands outside the grades.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: Words,
    #[serde(default)]
    summary: Words,
    #[serde(default)]
    authority: Words,
    #[serde(default)]
    document: String,
}

/// A ladder and the policies that are its grades.
pub(super) struct ReadLadder {
    pub definition: Ladder,
    pub grades: Vec<ReadPolicy>,
}

/// Reads and joins the ladders.
pub(super) fn read(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> Joined<ReadLadder> {
    let mut joined = Joined::<ReadLadder>::new("ladder", layers);
    for layer in layers {
        for ladder in tree.folders(&format!("{}/ladders", layer.id)) {
            let folder = format!("{}/ladders/{ladder}", layer.id);
            let file = format!("{folder}/ladder.toml");
            let has_examples = tree.holds(&format!("{folder}/examples.toml"));
            if !tree.holds(&file) && joined.known.contains(ladder) && has_examples {
                // The layer adds examples to a ladder that it has from above.
                continue;
            }
            if !tree.holds(&file) && !tree.is_closed(&folder) {
                problems.in_file(&file, "the ladder has no ladder.toml", FORMS);
            }
            let document =
                tree.text(&file).and_then(|text| Document::parse(&file, text, &["grade"], problems));
            let Some(mut document) = document else {
                joined.incomplete = true;
                continue;
            };
            let replaces = document.head.take_text("replaces");
            let place = document.head.place.clone();
            let read = read_ladder((&layer.id, ladder), &folder, document, problems);
            joined.put(&layer.id, (ladder.to_owned(), place), replaces, read, problems);
        }
    }
    joined
}

/// A grade as it is read: versions of the same grade have the same id.
struct Grade {
    id: String,
    title: Words,
    versions: Vec<Located<PolicyVersion>>,
    is_whole: bool,
}

fn read_ladder(
    (layer, ladder): (&str, &str),
    folder: &str,
    mut document: Document<'_>,
    problems: &mut Problems,
) -> Option<Located<ReadLadder>> {
    let rows = document.take("grade");
    let may_lack_rows = document.may_lack_rows;
    if rows.is_empty() && !may_lack_rows {
        problems
            .at(&document.head.place, "", "the ladder has no grade", "add [[grade]] rows, the lowest first");
    }
    let mut grades: Vec<Grade> = Vec::new();
    for row in rows {
        add_grade(row, &mut grades, problems);
    }
    let head = document.head.read::<Head>(problems)?;
    if head.is_sure("title") {
        check_words(&head.value.title, &head.place, "title", problems);
    }
    if head.is_sure("document") {
        check_filled(&head.value.document, &head.place, "document", problems);
    }
    let definition = Ladder {
        id: ladder.to_owned(),
        title: head.value.title.clone(),
        grades: grades.iter().map(|grade| format!("{ladder}-{}", grade.id)).collect(),
    };
    let head_is_whole = head.is_whole() && !may_lack_rows;
    let grades = grades.into_iter().map(|mut grade| {
        for version in grade.versions.iter_mut().filter(|version| version.value.document.is_empty()) {
            version.value.document.clone_from(&head.value.document);
        }
        let place = grade.versions.first().map_or_else(|| head.place.clone(), |first| first.place.clone());
        let (versions, places, versions_are_whole) = checked(grade.versions, problems);
        let is_whole = head_is_whole && grade.is_whole && versions_are_whole;
        let definition = PolicyDefinition {
            id: format!("{ladder}-{}", grade.id),
            title: grade.title,
            summary: head.value.summary.clone(),
            field: "ladders".to_owned(),
            edition: layer.to_owned(),
            authority: head.value.authority.clone(),
            versions,
        };
        ReadPolicy { definition, places, is_whole, place, folder: folder.to_owned() }
    });
    let value = ReadLadder { definition, grades: grades.collect() };
    let Located { place, doubtful, broken, .. } = head;
    Some(Located { value, place, doubtful, broken })
}

/// Reads one row: the first of its id makes a grade, others add versions to it.
fn add_grade(mut row: Row<'_>, grades: &mut Vec<Grade>, problems: &mut Problems) {
    let Some(id) = row.take_text("id") else {
        return problems.at(&row.place, "id", "the grade has no id", "add `id = \"…\"`");
    };
    if !is_name(&id) {
        let what = format!("`{id}` cannot be an identifier");
        problems.at(&row.place, "id", what, "write lower-case ASCII words joined by hyphens");
    }
    let title = row.take_words("title");
    let known = grades.iter().position(|grade| grade.id == id);
    if known.is_none() || title != Words::default() {
        check_words(&title, &row.place, "title", problems);
    }
    let Some(version) = row.read::<PolicyVersion>(problems) else {
        if let Some(at) = known {
            grades[at].is_whole = false;
        }
        return;
    };
    match known {
        Some(at) => grades[at].versions.push(version),
        None => grades.push(Grade { id, title, versions: vec![version], is_whole: true }),
    }
}
