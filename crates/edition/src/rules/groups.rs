//! `groups.toml` of all layers: policies whose amounts go together.

use super::{
    periods::{Period, check_periods},
    words::{check_filled, check_words},
};
use crate::{
    document::{Located, Place},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    tree::Tree,
};
use rules::definition::{GroupDefinition, GroupVersion};

/// Reads and joins the groups; whether their members exist is checked where everything is compiled.
pub(super) fn read(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> Vec<Located<GroupDefinition>> {
    let mut joined = Joined::<GroupDefinition>::new("group", layers);
    for layer in layers {
        joined.add_layer(tree, &layer.id, "groups.toml", "group", problems);
    }
    let rows: Vec<Located<GroupDefinition>> = joined.layered().map(|(_, row)| row).collect();
    for row in &rows {
        let (group, place) = (&row.value, &row.place);
        check_words(&group.label, place, "label", problems);
        if !row.is_sure("version") {
            continue;
        }
        if group.versions.is_empty() {
            let what = format!("the group `{}` has no version", group.id);
            problems.at(place, "", what, "add [[group.version]] with `effective` and `members`");
        }
        let periods = group.versions.iter().enumerate().map(|(at, version)| Period {
            effective: version.effective,
            known_from: version.known_from,
            places: &[],
            place,
            prefix: format!("version.{at}."),
        });
        check_periods(&periods.collect::<Vec<_>>(), problems);
        for (at, version) in group.versions.iter().enumerate() {
            check_version(&group.id, version, place, &format!("version.{at}"), problems);
        }
    }
    rows
}

fn check_version(id: &str, version: &GroupVersion, place: &Place, path: &str, problems: &mut Problems) {
    check_filled(&version.cite, place, &format!("{path}.cite"), problems);
    if version.members.is_empty() && place.has(&format!("{path}.members")) {
        let what = format!("the group `{id}` has no member");
        problems.at(
            place,
            &format!("{path}.members"),
            what,
            "name policies in `members`, or remove the group",
        );
    }
    for (at, member) in version.members.iter().enumerate() {
        if version.members[..at].contains(member) {
            let what = format!("`{member}` is a member twice");
            problems.at(place, &format!("{path}.members.{at}"), what, "name it once");
        }
    }
}
