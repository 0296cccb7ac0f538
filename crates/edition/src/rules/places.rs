//! Where definitions stand in the files, for whoever finds something about them later.

use super::sources::Sources;
use crate::document::Place;
use std::collections::BTreeMap;

/// File and line of every definition and its fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct RulePlaces(BTreeMap<String, Vec<Place>>);

impl RulePlaces {
    pub(super) fn of(sources: &Sources) -> Self {
        let mut places = BTreeMap::new();
        let mut add = |id: &str, rows: Vec<Place>| {
            places.entry(id.to_owned()).or_insert(rows);
        };
        for policy in &sources.policies {
            add(&policy.definition.id, policy.places.clone());
        }
        for named in &sources.named {
            add(&named.value.name, vec![named.place.clone()]);
        }
        for card in &sources.scorecards {
            add(&card.definition.id, card.items.clone());
        }
        for group in &sources.groups {
            add(&group.value.id, vec![group.place.clone()]);
        }
        Self(places)
    }

    /// File and line of a field of a definition: `version.0.require.1.when`, `value.2.cite`.
    pub fn find(&self, id: &str, path: &str) -> Option<(&str, usize)> {
        let rows = self.0.get(id)?;
        let in_row = ["version.", "item."].iter().find_map(|prefix| path.strip_prefix(prefix));
        let (row, field) = match in_row.map(|rest| rest.split_once('.').unwrap_or((rest, ""))) {
            Some((row, field)) => (rows.get(row.parse::<usize>().ok()?)?, field),
            None => (rows.first()?, path),
        };
        Some((&row.file, row.line_of(field)))
    }
}
