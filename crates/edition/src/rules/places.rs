//! Where definitions stand in the files, for whoever finds something about them later.

use super::sources::Sources;
use crate::document::Place;
use std::collections::BTreeMap;

/// File and line of every definition and its fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct RulePlaces(BTreeMap<String, Rows>);

/// The rows of a definition.
#[derive(Clone, Debug)]
enum Rows {
    /// One with everything in it.
    One(Place),
    /// One for each version.
    OfVersions(Vec<Place>),
}

impl RulePlaces {
    pub(super) fn of(sources: &Sources) -> Self {
        let mut places = BTreeMap::new();
        let mut add = |id: &str, rows: Rows| {
            places.entry(id.to_owned()).or_insert(rows);
        };
        for policy in &sources.policies {
            add(&policy.definition.id, Rows::OfVersions(policy.places.clone()));
        }
        for named in &sources.named {
            add(&named.value.name, Rows::One(named.place.clone()));
        }
        for card in &sources.scorecards {
            add(&card.definition.id, Rows::OfVersions(card.places.clone()));
        }
        for group in &sources.groups {
            add(&group.value.id, Rows::One(group.place.clone()));
        }
        Self(places)
    }

    /// File and line of a field of a definition: `version.0.require.1.when`, `value.2.cite`.
    pub fn find(&self, id: &str, path: &str) -> Option<(&str, usize)> {
        let (row, field) = match self.0.get(id)? {
            Rows::One(row) => (row, path),
            Rows::OfVersions(rows) => {
                let rest = path.strip_prefix("version.").unwrap_or("0");
                let (row, field) = rest.split_once('.').unwrap_or((rest, ""));
                (rows.get(row.parse::<usize>().ok()?)?, field)
            }
        };
        Some((&row.file, row.line_of(field)))
    }
}
