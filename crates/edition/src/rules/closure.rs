//! What a definition needs of the others: small sets of definitions that compile on their own.

use super::sources::Sources;
use rules::{
    catalog::Catalog,
    definition::{Definitions, Effective, PolicyDefinition, PolicyVersion},
    syntax::{Names, parse},
};
use std::collections::{BTreeSet, HashMap};

/// Something that an expression may mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Named(usize),
    Card(usize),
    Policy(usize),
}

/// Who mentions whom.
pub(super) struct Mentions<'s> {
    sources: &'s Sources,
    catalog: &'s Catalog,
    targets: HashMap<String, Target>,
    named: Vec<BTreeSet<Target>>,
    cards: Vec<BTreeSet<Target>>,
    policies: Vec<BTreeSet<Target>>,
}

/// Every word that means something: where words run together, a text can be cut only by one who knows them. Labels
/// stay as they are.
struct Known<'k> {
    targets: &'k HashMap<String, Target>,
    catalog: &'k Catalog,
}

impl Names for Known<'_> {
    fn identifier(&self, label: &str) -> Option<String> {
        let of_row = |label: &str| {
            let mut fields = self.catalog.tables().iter().flat_map(|table| &table.fields);
            fields.any(|field| field.name == label || field.label.zh == label)
        };
        let is_known = self.targets.contains_key(label)
            || self.catalog.find(label).is_some()
            || self.catalog.find_table(label).is_some()
            || of_row(label);
        is_known.then(|| label.to_owned())
    }

    fn label(&self, _: &str) -> Option<String> {
        None
    }
}

impl<'s> Mentions<'s> {
    pub fn of(sources: &'s Sources, catalog: &'s Catalog) -> Self {
        let mut targets = HashMap::new();
        let mut name = |word: String, target| {
            if !word.is_empty() {
                targets.entry(word).or_insert(target);
            }
        };
        for (at, named) in sources.named.iter().enumerate() {
            name(named.value.name.clone(), Target::Named(at));
            name(named.value.label.zh.clone(), Target::Named(at));
        }
        for (at, card) in sources.scorecards.iter().enumerate() {
            let card = &card.definition;
            name(card.id.clone(), Target::Card(at));
            name(card.title.zh.clone(), Target::Card(at));
            for item in card.versions.iter().flat_map(|version| &version.items) {
                name(format!("{}.{}", card.id, item.id), Target::Card(at));
                name(format!("{}.{}", card.id, item.section), Target::Card(at));
                name(item.label.zh.clone(), Target::Card(at));
            }
        }
        for (at, policy) in sources.policies.iter().enumerate() {
            name(policy.definition.id.clone(), Target::Policy(at));
        }
        let found = |texts: Vec<&str>| -> BTreeSet<Target> {
            let known = Known { targets: &targets, catalog };
            let trees = texts.into_iter().map(|text| parse(text, &known).0);
            trees
                .flat_map(|tree| {
                    tree.mentioned()
                        .into_iter()
                        .filter_map(|word| targets.get(word).copied())
                        .collect::<Vec<_>>()
                })
                .collect()
        };
        let named = sources.named.iter().map(|named| {
            let is_term = !named.value.is_parameter;
            let values = named.value.values.iter().filter(|_| is_term);
            found(values.map(|value| value.value.as_str()).collect())
        });
        let cards = sources.scorecards.iter();
        let cards = cards.map(|card| {
            let items = card.definition.versions.iter().flat_map(|version| &version.items);
            found(items.map(|item| item.points.as_str()).collect())
        });
        let policies = sources.policies.iter();
        let policies = policies.map(|policy| {
            let texts = policy.definition.versions.iter().flat_map(PolicyVersion::texts);
            found(texts.map(|(_, text)| text).collect())
        });
        let (named, cards, policies) = (named.collect(), cards.collect(), policies.collect());
        Self { sources, catalog, targets, named, cards, policies }
    }

    /// The scorecards that a policy needs, itself or through terms.
    pub fn cards_of(&self, policy: usize) -> impl Iterator<Item = usize> {
        let reached = self.reached([Target::Policy(policy)]);
        reached.into_iter().filter_map(|target| match target {
            Target::Card(at) => Some(at),
            _ => None,
        })
    }

    /// These and all that they need.
    fn reached(&self, wanted: impl IntoIterator<Item = Target>) -> BTreeSet<Target> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<Target> = wanted.into_iter().collect();
        while let Some(target) = waiting.pop() {
            if reached.insert(target) {
                waiting.extend(match target {
                    Target::Named(at) => &self.named[at],
                    Target::Card(at) => &self.cards[at],
                    Target::Policy(at) => &self.policies[at],
                });
            }
        }
        reached
    }

    /// Every word that means something.
    pub fn names(&self) -> impl Names {
        Known { targets: &self.targets, catalog: self.catalog }
    }

    /// What a text mentions directly.
    pub fn in_text(&self, text: &str) -> BTreeSet<Target> {
        let tree = parse(text, &self.names()).0;
        tree.mentioned().into_iter().filter_map(|word| self.targets.get(word).copied()).collect()
    }

    /// These and all that they need, as definitions in their own order. `chosen` names the version that stands
    /// for a policy, whatever the day; the others keep all versions.
    pub fn closure(
        &self,
        wanted: impl IntoIterator<Item = Target>,
        chosen: &[(usize, usize)],
    ) -> Definitions {
        let mut definitions = Definitions::default();
        for target in self.reached(wanted) {
            match target {
                Target::Named(at) => definitions.named.push(self.sources.named[at].value.clone()),
                Target::Card(at) => {
                    definitions.scorecards.push(self.sources.scorecards[at].definition.clone());
                }
                Target::Policy(at) => {
                    let policy = &self.sources.policies[at].definition;
                    let version =
                        chosen.iter().find(|(policy, _)| *policy == at).map(|(_, version)| *version);
                    definitions
                        .policies
                        .push(version.map_or_else(|| policy.clone(), |version| only(policy, version)));
                }
            }
        }
        definitions
    }
}

/// The policy with one version, which stands from its first day on.
fn only(policy: &PolicyDefinition, version: usize) -> PolicyDefinition {
    let version = &policy.versions[version];
    let effective = Effective { to: None, ..version.effective };
    let versions = vec![PolicyVersion { effective, ..version.clone() }];
    PolicyDefinition { versions, ..policy.clone() }
}
