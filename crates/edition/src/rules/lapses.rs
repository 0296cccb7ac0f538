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

/// How far terms are followed.
const DEPTH_MAX: usize = 16;

/// The fault of a text that begins to stand at a moment: a name in it, or behind a term in it, has no value then.
pub(super) fn lapse(text: &str, moment: Moment, sources: &Sources, names: &dyn Names) -> Option<Fault> {
    let tree = parse(text, names).0;
    let mentioned = today(&tree);
    let (word, lacking) = mentioned
        .iter()
        .find_map(|word| Some((*word, lacking(named(word, sources)?, moment, sources, names, 0)?)))?;
    let day = moment.as_of;
    let what = if lacking == word || label(lacking, sources) == word {
        format!("`{word}` does not stand on {day}")
    } else {
        format!("`{word}` depends on `{lacking}`, which does not stand on {day}")
    };
    let hint = format!("add a version of `{lacking}` that is in force and known on {day}, or begin later");
    let from = text.find(word).unwrap_or_default();
    Some(Fault::new(Span::new(from, from + word.len()), what, hint))
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

/// The definition behind a word, which may be its label.
fn named<'s>(word: &str, sources: &'s Sources) -> Option<&'s NamedDefinition> {
    let mut all = sources.named.iter().map(|row| &row.value);
    all.find(|named| named.name == word || named.label.zh == word)
}

fn label<'s>(name: &str, sources: &'s Sources) -> &'s str {
    named(name, sources).map_or("", |named| &named.label.zh)
}

/// The name that has no value: this, or one that its value mentions.
fn lacking<'s>(
    named: &'s NamedDefinition,
    moment: Moment,
    sources: &'s Sources,
    names: &dyn Names,
    depth: usize,
) -> Option<&'s str> {
    let Some((_, value)) = named.values_at(moment).next() else {
        return (!named.values.is_empty()).then_some(&named.name);
    };
    if named.is_parameter || depth > DEPTH_MAX {
        return None;
    }
    let tree = parse(&value.value, names).0;
    let inner = today(&tree);
    inner.into_iter().find_map(|word| lacking(self::named(word, sources)?, moment, sources, names, depth + 1))
}
