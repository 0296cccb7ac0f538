//! Parameters and terms that do not stand on the day on which a definition begins to use them.
//!
//! Evaluation takes such a name as unknown. Whoever writes a rule that begins before its figures meant something
//! else, so it is told here.

use super::sources::Sources;
use rules::{
    definition::{Moment, NamedDefinition},
    span::{Fault, Span},
    syntax::{Function, Kind, Names, Tree, parse},
};
use std::collections::{BTreeSet, HashMap};

/// Parameters and terms, and what the terms mention: every text is read once, however many ask for it.
pub(super) struct Lapses<'s> {
    names: &'s dyn Names,
    named: Vec<&'s NamedDefinition>,
    /// Their places by name and label.
    places: HashMap<&'s str, usize>,
    /// For each value of each term the places of what it mentions.
    mentioned: Vec<Vec<Vec<usize>>>,
}

impl<'s> Lapses<'s> {
    /// Of everything that was read.
    pub fn of(sources: &'s Sources, names: &'s dyn Names) -> Self {
        let named: Vec<&NamedDefinition> = sources.named.iter().map(|row| &row.value).collect();
        let mut places = HashMap::new();
        for (at, named) in named.iter().enumerate() {
            places.entry(named.name.as_str()).or_insert(at);
            places.entry(named.label.zh.as_str()).or_insert(at);
        }
        let of_text = |text: &str| -> Vec<usize> {
            let tree = parse(text, names).0;
            today(&tree).into_iter().filter_map(|word| places.get(word).copied()).collect()
        };
        let of_one = |named: &&NamedDefinition| {
            let values = named.values.iter().filter(|_| !named.is_parameter);
            values.map(|value| of_text(&value.value)).collect()
        };
        let mentioned = named.iter().map(of_one).collect();
        Self { names, named, places, mentioned }
    }

    /// The fault of a text that begins to stand at a moment: a name in it, or behind a term in it, has no value
    /// then.
    pub fn fault(&self, text: &str, moment: Moment) -> Option<Fault> {
        let tree = parse(text, self.names).0;
        let mut words = today(&tree).into_iter();
        let (word, lacking) =
            words.find_map(|word| Some((word, self.lacking(*self.places.get(word)?, moment)?)))?;
        let (day, lacking) = (moment.as_of, self.named[lacking]);
        let name = &lacking.name;
        let what = if name == word || lacking.label.zh == word {
            format!("`{word}` does not stand on {day}")
        } else {
            format!("`{word}` depends on `{name}`, which does not stand on {day}")
        };
        let hint = format!("add a version of `{name}` that is in force and known on {day}, or begin later");
        let from = text.find(word).unwrap_or_default();
        Some(Fault::new(Span::new(from, from + word.len()), what, hint))
    }

    /// The first that has no value: this, or one that it mentions, itself or through others.
    fn lacking(&self, place: usize, moment: Moment) -> Option<usize> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![place]);
        while let Some(at) = open.pop() {
            let named = self.named[at];
            if !seen.insert(at) || named.values.is_empty() {
                continue;
            }
            let Some((value, _)) = named.values_at(moment).next() else { return Some(at) };
            if let Some(mentioned) = self.mentioned[at].get(value) {
                open.extend(mentioned.iter().rev());
            }
        }
        None
    }
}

/// What a tree mentions as it is on the day; `value_on` asks for another day.
fn today(tree: &Tree) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![tree];
    while let Some(tree) = open.pop() {
        match &tree.kind {
            Kind::Name { name, prior: 0 } => found.push(name.as_str()),
            Kind::Call(Function::ValueOn, arguments) => open.extend(arguments.iter().skip(1)),
            _ => open.extend(tree.parts()),
        }
    }
    found
}
