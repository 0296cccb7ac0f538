//! What a text rests on: the parameters and terms that it names, itself or through terms.

use super::{Moment, NamedDefinition};
use crate::syntax::{Function, Kind, Names, Tree, parse};

/// A parameter or term that a text rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest<'d> {
    /// The word of the text by which it is reached.
    pub word: String,
    /// What it is.
    pub named: &'d NamedDefinition,
}

/// Everything that a text rests on as it is at a moment, each once, in the order in which it is met; terms are
/// followed by all their values of the moment. `find` tells what a word names. What `value_on` asks for is left
/// out: it is wanted as it is on another day.
pub fn rests_on<'d>(
    text: &str,
    names: &dyn Names,
    find: &dyn Fn(&str) -> Option<&'d NamedDefinition>,
    moment: Moment,
) -> Vec<Rest<'d>> {
    let mut walk = Walk { names, find, moment, found: Vec::new() };
    for word in words(&parse(text, names).0) {
        walk.follow(&word, &word);
    }
    walk.found
}

struct Walk<'w, 'd> {
    names: &'w dyn Names,
    find: &'w dyn Fn(&str) -> Option<&'d NamedDefinition>,
    moment: Moment,
    found: Vec<Rest<'d>>,
}

impl Walk<'_, '_> {
    fn follow(&mut self, first: &str, word: &str) {
        let Some(named) = (self.find)(word) else { return };
        if self.found.iter().any(|rest| std::ptr::eq(rest.named, named)) {
            return;
        }
        self.found.push(Rest { word: first.to_owned(), named });
        if named.is_parameter {
            return;
        }
        for (_, value) in named.values_at(self.moment) {
            for word in words(&parse(&value.value, self.names).0) {
                self.follow(first, &word);
            }
        }
    }
}

/// The names in a tree as they are on the day.
fn words(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    collect(tree, &mut found);
    found
}

fn collect(tree: &Tree, found: &mut Vec<String>) {
    match &tree.kind {
        Kind::Name { name, prior: 0 } => found.push(name.clone()),
        Kind::Call(Function::ValueOn, arguments) => {
            arguments.iter().skip(1).for_each(|argument| collect(argument, found));
        }
        _ => tree.parts().into_iter().for_each(|part| collect(part, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{explain::fixture, syntax::NoNames};

    #[test]
    fn terms_are_followed_once_and_the_value_of_another_day_is_left_out() {
        let mut named = fixture::named(&fixture::catalog());
        named[1].values[0].value = "income_limit * 2 + other".to_owned();
        let mut other = named[1].clone();
        (other.name, other.values[0].value) = ("other".to_owned(), "size_class + income_limit".to_owned());
        named.push(other);
        let find = |word: &str| named.iter().find(|named| named.name == word);
        let rests = |text: &str| -> Vec<String> {
            let rests = rests_on(text, &NoNames, &find, fixture::moment("2026-11-22"));
            rests.into_iter().map(|rest| format!("{} by {}", rest.named.name, rest.word)).collect()
        };
        assert_eq!(
            rests("income <= size_class"),
            ["size_class by size_class", "income_limit by size_class", "other by size_class"]
        );
        assert_eq!(rests("value_on(income_limit, founded) > 1"), Vec::<String>::new());
        // On a day without a value there is nothing to follow.
        named[1].values[0].effective.to = Some(fixture::day("2021-01-01"));
        let find = |word: &str| named.iter().find(|named| named.name == word);
        let rests = rests_on("size_class", &NoNames, &find, fixture::moment("2026-11-22"));
        assert_eq!(rests.len(), 1);
    }
}
