//! Everything that was read, with where it stands: what faults of definitions are traced back to.

use super::{scorecards::ReadScorecard, versions::ReadPolicy};
use crate::document::{Located, Place};
use rules::{
    definition::{Book, DefinitionFault, Definitions, GroupDefinition, Ladder, NamedDefinition, Part},
    policy::Policy,
};

/// All definitions of all layers as they were read, those with faults among them.
#[derive(Default)]
pub(super) struct Sources {
    pub named: Vec<Located<NamedDefinition>>,
    pub scorecards: Vec<ReadScorecard>,
    /// Policies, the grades of ladders among them.
    pub policies: Vec<ReadPolicy>,
    pub groups: Vec<Located<GroupDefinition>>,
    pub ladders: Vec<Ladder>,
}

/// Where a fault stands: the row, the field in it, and the text it is about.
pub(super) struct Spot<'s> {
    pub place: &'s Place,
    pub field: String,
    pub text: &'s str,
}

impl Sources {
    /// The definitions without those that could not be read as a whole.
    pub fn definitions(&self) -> Definitions {
        let named = self.named.iter().filter(|row| row.is_whole() && !row.broken);
        let groups = self.groups.iter().filter(|row| row.is_whole());
        let policies = self.policies.iter().filter(|policy| policy.is_whole);
        let scorecards = self.scorecards.iter().filter(|card| card.is_whole);
        Definitions {
            named: named.map(|row| row.value.clone()).collect(),
            scorecards: scorecards.map(|card| card.definition.clone()).collect(),
            policies: policies.map(|policy| policy.definition.clone()).collect(),
            groups: groups.map(|row| row.value.clone()).collect(),
            ladders: self.ladders.clone(),
        }
    }

    /// Every version that compiled, as one book: its origins count in [`Self::definitions`].
    pub fn book(&self, versions: Vec<(usize, usize, Policy)>) -> Book {
        let mut index = 0;
        let kept = self.policies.iter().map(|policy| {
            index += usize::from(policy.is_whole);
            policy.is_whole.then(|| index - 1)
        });
        let kept: Vec<Option<usize>> = kept.collect();
        let mut book = Book::default();
        for (policy, version, compiled) in versions {
            if let Some(policy) = kept[policy] {
                book.origins.push((policy, version));
                book.rules.policies.push(compiled);
            }
        }
        book
    }

    /// Where a fault stands; `version` is that of a policy.
    pub fn spot(&self, fault: &DefinitionFault, version: usize) -> Option<Spot<'_>> {
        let id = &fault.id;
        match fault.part {
            Part::Named => {
                let row = self.named.iter().find(|row| row.value.name == *id)?;
                let value = fault
                    .field
                    .split('.')
                    .nth(1)
                    .and_then(|at| row.value.values.get(at.parse::<usize>().ok()?));
                let text = value.map_or("", |value| value.value.as_str());
                Some(Spot { place: &row.place, field: fault.field.clone(), text })
            }
            Part::Scorecard => {
                let card = self.scorecards.iter().find(|card| card.definition.id == *id)?;
                let (version, field) = after_index(&fault.field, "version.").unwrap_or((0, ""));
                let items = &card.definition.versions.get(version)?.items;
                let item = after_index(field, "item.").and_then(|(at, _)| items.get(at));
                let text = item.map_or("", |item| item.points.as_str());
                Some(Spot { place: card.places.get(version)?, field: field.to_owned(), text })
            }
            Part::Policy => {
                let policy = self.policies.iter().find(|policy| policy.definition.id == *id)?;
                let (_, field) = after_index(&fault.field, "version.").unwrap_or((0, ""));
                let texts = policy.definition.versions.get(version)?.texts();
                let text = texts.into_iter().find(|(known, _)| known == field).map_or("", |(_, text)| text);
                Some(Spot { place: policy.places.get(version)?, field: field.to_owned(), text })
            }
            Part::Group => {
                let row = self.groups.iter().find(|row| row.value.id == *id)?;
                let (version, field) = after_index(&fault.field, "version.").unwrap_or((0, ""));
                let version = row.value.versions.get(version)?;
                let member = after_index(field, "members.").and_then(|(at, _)| version.members.get(at));
                let text = member.or(version.ceiling.as_ref()).map_or("", String::as_str);
                Some(Spot { place: &row.place, field: fault.field.clone(), text })
            }
        }
    }
}

/// `item.3.points` after `item.` is 3 and `points`.
fn after_index<'f>(field: &'f str, prefix: &str) -> Option<(usize, &'f str)> {
    let rest = field.strip_prefix(prefix)?;
    let (index, rest) = rest.split_once('.').unwrap_or((rest, ""));
    Some((index.parse().ok()?, rest))
}
