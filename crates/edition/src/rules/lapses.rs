//! Parameters and terms that do not stand on the day on which a definition begins to use them.
//!
//! Evaluation takes such a name as unknown. Whoever writes a rule that begins before its figures meant something
//! else, so it is told here.

use super::sources::Sources;
use rules::{
    definition::{Moment, NamedDefinition, rests_on},
    span::{Fault, Span},
    syntax::NoNames,
};

/// The fault of a text that begins to stand at a moment: a name in it, or behind a term in it, has no value then.
pub(super) fn lapse(text: &str, moment: Moment, sources: &Sources) -> Option<Fault> {
    let has_none =
        |named: &NamedDefinition| !named.values.is_empty() && named.values_at(moment).next().is_none();
    let all = rests_on(text, &NoNames, &|word| named(word, sources), moment);
    let rest = all.into_iter().find(|rest| has_none(rest.named))?;
    let (word, lacking) = (rest.word.as_str(), rest.named.name.as_str());
    let day = moment.as_of;
    let what = if lacking == word || rest.named.label.zh == word {
        format!("`{word}` does not stand on {day}")
    } else {
        format!("`{word}` depends on `{lacking}`, which does not stand on {day}")
    };
    let hint = format!("add a version of `{lacking}` that is in force and known on {day}, or begin later");
    let from = text.find(word).unwrap_or_default();
    Some(Fault::new(Span::new(from, from + word.len()), what, hint))
}

/// The definition behind a word, which may be its label.
fn named<'s>(word: &str, sources: &'s Sources) -> Option<&'s NamedDefinition> {
    let mut all = sources.named.iter().map(|row| &row.value);
    all.find(|named| named.name == word || named.label.zh == word)
}
