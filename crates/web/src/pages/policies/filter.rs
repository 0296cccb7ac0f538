//! Which policies a reader wants to see.

use crate::{
    choice::{Choice, cut},
    frame::Page,
    matching::{Folded, Words},
    text::Text,
    wording::Level,
};
use chrono::NaiveDate;
use rules::{
    catalog,
    definition::{Definitions, Moment, PolicyDefinition, PolicyVersion, Unless},
};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The query of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    field: String,
    level: String,
    day: String,
    money: String,
    verified: String,
    q: String,
}

/// A policy with the version that is looked at.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The policy.
    pub policy: &'a PolicyDefinition,
    /// The version in force on the day, or the next to come.
    pub version: &'a PolicyVersion,
}

/// The filter.
pub struct Filter<'a> {
    asked: Asked,
    words: Words,
    layers: &'a [String],
    /// The day that was asked for; a wrong one counts as none.
    day: Option<NaiveDate>,
    today: NaiveDate,
}

impl<'a> Filter<'a> {
    /// The filter that was asked for.
    pub fn new(asked: Asked, layers: &'a [String], today: NaiveDate) -> Self {
        let asked = Asked { q: cut(&asked.q).0, day: cut(&asked.day).0, ..asked };
        let words = Words::new(&asked.q);
        let day = asked.day.parse().ok();
        Self { asked, words, layers, day, today }
    }

    /// Every policy that is in force on the day asked for; without a day, also those to come.
    pub fn standing<'d>(&self, definitions: &'d Definitions) -> impl Iterator<Item = Found<'d>> {
        let (today, day) = (self.today, self.day);
        definitions.policies.iter().filter_map(move |policy| {
            let moment = Moment { as_of: day.unwrap_or(today), known_at: today };
            let standing = policy.version_at(moment).map(|(_, version)| version);
            let to_come = || {
                let later = policy.versions.iter().filter(|version| version.effective.from > today);
                later.min_by_key(|version| version.effective.from).filter(|_| day.is_none())
            };
            Some(Found { policy, version: standing.or_else(to_come)? })
        })
    }

    /// True when a policy is wanted.
    pub fn passes(&self, Found { policy, version }: Found<'_>) -> bool {
        let asked = &self.asked;
        (asked.field.is_empty() || policy.field == asked.field)
            && (asked.level.is_empty() || Level::of(self.layers, &policy.edition).id() == asked.level)
            && (asked.money.is_empty() || version.benefit.is_some() == (asked.money == "yes"))
            && (asked.verified.is_empty() || version.verified == (asked.verified == "yes"))
            && (self.words.is_empty() || self.words.match_any(&[&folded(policy, version)]))
    }

    /// The words asked for, as typed.
    pub fn words(&self) -> &str {
        &self.asked.q
    }

    /// The day asked for, as a date field shows it; nothing for a wrong one.
    pub fn day_text(&self) -> String {
        self.day.map(|day| day.to_string()).unwrap_or_default()
    }

    /// True when what was asked for is no day.
    pub fn day_is_wrong(&self) -> bool {
        self.day.is_none() && !self.asked.day.is_empty()
    }

    /// True when anything narrows the list.
    pub fn is_set(&self) -> bool {
        let Asked { field, level, day, money, verified, q } = &self.asked;
        [field, level, day, money, verified, q].iter().any(|value| !value.is_empty())
    }

    /// The fields that occur.
    pub fn topics(&self, page: &Page, definitions: &Definitions) -> Vec<Choice> {
        let fields: BTreeSet<&str> =
            definitions.policies.iter().map(|policy| policy.field.as_str()).collect();
        let choice = |field| Choice::new(field, page.topic(field), &self.asked.field);
        fields.into_iter().filter(|field| !field.is_empty()).map(choice).collect()
    }

    /// The levels that occur, highest first.
    pub fn levels(&self, page: &Page, definitions: &Definitions) -> Vec<Choice> {
        let occurs = |level: &Level| {
            definitions.policies.iter().any(|policy| Level::of(self.layers, &policy.edition) == *level)
        };
        let choice = |level: Level| Choice::new(level.id(), page.level(&level), &self.asked.level);
        Level::ALL.into_iter().filter(occurs).map(choice).collect()
    }

    /// With money or without.
    pub fn money(&self, t: &Text) -> Vec<Choice> {
        let choices = [("yes", t.of("money_yes")), ("no", t.of("money_no"))];
        choices.into_iter().map(|(value, label)| Choice::new(value, label, &self.asked.money)).collect()
    }

    /// Compared with the official text or not.
    pub fn verified(&self, page: &Page) -> Vec<Choice> {
        let choices = [("yes", page.w.of("verified")), ("no", page.w.of("unverified"))];
        choices.into_iter().map(|(value, label)| Choice::new(value, label, &self.asked.verified)).collect()
    }
}

/// Everything a policy says, for finding words in it.
fn folded(policy: &PolicyDefinition, version: &PolicyVersion) -> Folded {
    let mut said = vec![policy.id.as_str(), version.document.as_str()];
    let mut add = |words: &'_ catalog::Words| format!("{} {}", words.zh, words.en);
    let mut text = [&policy.title, &policy.summary, &policy.authority].map(&mut add).join("\n");
    for condition in &version.require {
        said.extend([condition.when.as_str(), condition.cite.as_str()]);
        text += &add(&condition.label);
    }
    let mut exceptions: Vec<&Unless> = version.unless.iter().collect();
    while let Some(exception) = exceptions.pop() {
        said.extend([exception.when.as_str(), exception.cite.as_str()]);
        text += &add(&exception.label);
        exceptions.extend(&exception.unless);
    }
    Folded::new(&format!("{text}\n{}", said.join("\n")))
}
