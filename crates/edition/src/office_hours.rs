//! `office-hours.toml`: when offices are open. The nearest layer that has the file says it.

use crate::{document::Document, heads::Layer, problem::Problems, tree::Tree};
use domain::office_hours::{OfficeHours, OfficeHoursFaultKind as Kind};

/// The office hours of the nearest layer that names any.
pub(crate) fn read(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> Option<OfficeHours> {
    let mut nearest = None;
    for layer in layers {
        let file = format!("{}/office-hours.toml", layer.id);
        let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &[], problems));
        let located = document.and_then(|document| document.head.read::<OfficeHours>(problems));
        let Some(located) = located else { continue };
        let is_whole = located.is_whole();
        let faults = located.value.faults();
        for fault in &faults {
            let top = fault.field.split('.').next().unwrap_or_default();
            if located.is_sure(top) {
                let (what, hint) = told(fault.what);
                problems.at(&located.place, &fault.field, format!("`{}`: {what}", fault.field), hint);
            }
        }
        if is_whole && faults.is_empty() {
            nearest = Some(located.value);
        }
    }
    nearest
}

fn told(fault: Kind) -> (&'static str, &'static str) {
    match fault {
        Kind::NoCitation => ("no source is cited", "say in `cite` where the hours are published"),
        Kind::NoSeason => ("there is no season", "add [[season]] with `from` and `hours`"),
        Kind::SameDay => ("another season begins on this day", "give each season its own first day"),
        Kind::NeverOpen => ("the office is never open", "write hours such as [\"08:30-12:00\"]"),
        Kind::OutOfOrder => ("hours overlap or stand out of order", "write them in the order of the day"),
    }
}
