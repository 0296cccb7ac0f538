//! `groups.toml` of all layers: policies whose amounts go together.

use super::words::{check_filled, check_words};
use crate::{document::Located, heads::Layer, layers::Joined, problem::Problems, tree::Tree};
use rules::definition::GroupDefinition;

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
        check_filled(&group.cite, place, "cite", problems);
        if group.members.is_empty() && row.is_sure("members") {
            let what = format!("the group `{}` has no member", group.id);
            problems.at(place, "members", what, "name policies in `members`, or remove the group");
        }
        for (at, member) in group.members.iter().enumerate() {
            if group.members[..at].contains(member) {
                let what = format!("`{member}` is a member twice");
                problems.at(place, &format!("members.{at}"), what, "name it once");
            }
        }
    }
    rows
}
