//! Targets of works and goals of the plan: what their fields may say together.

use crate::{
    document::{Located, Place},
    numbering::check_year,
    problem::Problems,
    spelling::{did_you_mean, is_name},
};
use domain::task_list::{Comparator, Strength, Target};
use std::collections::{BTreeMap, BTreeSet};

/// A goal of the plan: its item is 0.
pub(super) fn check_goal(goal: &Located<Target>, problems: &mut Problems) {
    if goal.is_sure("id") {
        check_name(&goal.value.id, &goal.place, problems);
    }
    if goal.value.item != 0 {
        let what = format!("the goal `{}` names target item {}", goal.value.id, goal.value.item);
        problems.at(&goal.place, "item", what, "write item = 0, or move the row to its work");
    }
    check_fields(goal, problems);
}

/// A target of a work: its id begins with the work and the item, as `t5.4b`.
pub(super) fn check_of_work(target: &Located<Target>, work: u16, problems: &mut Problems) {
    let Target { id, item, .. } = &target.value;
    let expected = format!("t{work}.{item}");
    let letter = id.strip_prefix(&expected);
    let is_sure = target.is_sure("id") && target.is_sure("item");
    if is_sure
        && !letter.is_some_and(|rest| rest.len() <= 1 && rest.bytes().all(|byte| byte.is_ascii_lowercase()))
    {
        let what = format!("the target `{id}` stands at item {item} of work {work}");
        let hint = format!("write id = \"{expected}\", with a letter where the item has several figures");
        problems.at(&target.place, "id", what, hint);
    }
    check_fields(target, problems);
}

/// What other rows name must be a name.
pub(super) fn check_name(id: &str, place: &Place, problems: &mut Problems) {
    if !is_name(id) {
        let what = format!("`{id}` cannot be an identifier");
        let hint = "write lower-case ASCII words joined by hyphens, at most 64 characters";
        problems.at(place, "id", what, hint);
    }
}

/// Units in which a figure may be below zero, as a share can change in both directions: percent, per mille, points.
const RELATIVE: [&str; 4] = ["%", "\u{ff05}", "\u{2030}", "\u{4e2a}\u{767e}\u{5206}\u{70b9}"];

/// A count or an amount is never below zero, a rank never below one.
fn check_sign(row: &Located<Target>, problems: &mut Problems) {
    let Target { value: Some(value), unit, comparator, .. } = &row.value else { return };
    let is_relative = unit.as_deref().is_some_and(|unit| RELATIVE.contains(&unit));
    if value.is_sign_negative() && !value.is_zero() && !is_relative && row.is_sure("unit") {
        let what =
            format!("the target `{}` names {value}, and a count or amount is never negative", row.value.id);
        problems.at(
            &row.place,
            "value",
            what,
            "write the figure without its sign, or give its unit as \"%\"",
        );
    } else if *comparator == Some(Comparator::RankAtMost)
        && (value.is_sign_negative() || value.trunc().is_zero())
    {
        let what = format!("the target `{}` names the rank {value}", row.value.id);
        problems.at(&row.place, "value", what, "ranks begin with 1");
    }
}

fn check_fields(row: &Located<Target>, problems: &mut Problems) {
    let (target, place) = (&row.value, &row.place);
    let id = &target.id;
    let is_compared = target.value.is_some() || target.reference.is_some() || target.until.is_some();
    let are_sure = |fields: &[&str]| fields.iter().all(|field| row.is_sure(field));
    check_sign(row, problems);
    check_year(row, "until", target.until, problems);
    check_year(row, "deadline", target.deadline, problems);
    if target.comparator.is_some() && !is_compared && are_sure(&["value", "reference", "until"]) {
        let what = format!("the target `{id}` compares with nothing");
        problems.at(
            place,
            "comparator",
            what,
            "add `value`, `reference` or `until`, or remove the comparator",
        );
    }
    if target.value.is_some() && target.comparator.is_none() && row.is_sure("comparator") {
        let what = format!("the target `{id}` has a value and no comparator");
        problems.at(place, "value", what, "add `comparator`, such as \">=\"");
    }
    if target.strength == Strength::Qualitative && target.value.is_some() && row.is_sure("strength") {
        let what = format!("the target `{id}` is qualitative and has a value");
        problems.at(place, "value", what, "remove the value, or set strength to must or strive");
    }
    let has_figure = target.value.is_some() || target.reference.is_some();
    if target.unit.is_some() && !has_figure && are_sure(&["value", "reference"]) {
        let what = format!("the target `{id}` has a unit and no value");
        problems.at(place, "unit", what, "add `value` or `reference`, or remove the unit");
    }
}

/// Identifiers are unique in the list, and `same_as` points at another target of it with the same figure. `ids`
/// are those of all rows, even of one that could not be read; without them nothing is said to be missing.
pub(super) fn check_together<'r>(
    rows: impl Iterator<Item = &'r Located<Target>> + Clone,
    ids: Option<&BTreeSet<String>>,
    problems: &mut Problems,
) {
    let mut by_id: BTreeMap<&str, &Located<Target>> = BTreeMap::new();
    for row in rows.clone().filter(|row| row.is_sure("id")) {
        let id = row.value.id.as_str();
        match by_id.get(id) {
            Some(first) => {
                let what = format!(
                    "the target `{id}` is already at {}:{}",
                    first.place.file,
                    first.place.line_of("id")
                );
                problems.at(&row.place, "id", what, "give every target its own id");
            }
            None => drop(by_id.insert(id, row)),
        }
    }
    for row in rows {
        let Some(same_as) = row.value.same_as.as_deref() else { continue };
        match by_id.get(same_as) {
            None if ids.is_none_or(|ids| ids.contains(same_as)) => {}
            None => {
                let what = format!("same_as names `{same_as}`, which does not exist");
                let hint = did_you_mean(same_as, by_id.keys().copied(), "name another target of the list");
                problems.at(&row.place, "same_as", what, hint);
            }
            Some(other) if other.value.id == row.value.id => {
                let what = format!("`{same_as}` is the same as itself");
                problems.at(&row.place, "same_as", what, "name another target or remove the field");
            }
            Some(other)
                if ["value", "unit"].iter().any(|field| !row.is_sure(field) || !other.is_sure(field)) => {}
            Some(other) if is_other_figure(&row.value, &other.value) => {
                let what = format!("same_as names `{same_as}`, which has another figure or unit");
                problems.at(&row.place, "same_as", what, "correct the figure or unit, or remove the field");
            }
            Some(_) => {}
        }
    }
}

/// Two targets that claim to be the same may differ in what one of them leaves open, never in a figure.
fn is_other_figure(left: &Target, right: &Target) -> bool {
    let values_differ = left.value.is_some() && right.value.is_some() && left.value != right.value;
    let same_value = left.value.is_some() && left.value == right.value;
    values_differ || (same_value && left.unit != right.unit)
}
