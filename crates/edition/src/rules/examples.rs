//! `examples.toml`: given these facts, expect that. Every example is evaluated when the edition is loaded.

use super::{
    closure::{Mentions, Target},
    facts::ReadFacts,
    given::{Given, number, table_of},
    sources::Sources,
    versions::ReadPolicy,
};
use crate::{
    document::{Document, Located, Place, Row},
    heads::Layer,
    layers::Nothing,
    problem::Problems,
    spelling::did_you_mean,
    tree::Tree,
};
use chrono::NaiveDate;
use rules::{
    calendar::Calendar,
    catalog::{Catalog, Type},
    definition::{Book, Definitions, GroupDefinition, Moment},
    number::Number,
    policy::{Outcome, Policy, Status},
    reference::Firm,
    table::Table,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// Most examples of one policy or ladder.
const EXAMPLES_MAX: usize = 200;

/// What an example of a policy says, and whether it holds.
#[derive(Clone, Debug)]
pub struct Example {
    /// The policy it is an example of.
    pub policy: String,
    /// What it shows.
    pub name: String,
    /// Whether it stands in an official document.
    pub source: ExampleSource,
    /// For which day, and knowing what was published when.
    pub moment: Moment,
    /// The facts, one row; all others are unknown.
    pub facts: Table,
    /// What is expected.
    pub expected: Outcome,
    /// Whether it came out so.
    pub passed: bool,
    /// Path of its file.
    pub file: String,
    /// Line in it.
    pub line: usize,
}

/// Where an example is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExampleSource {
    /// It stands in an official document.
    Official,
    /// It was derived from the rule.
    Derived,
}

/// A row of the file without its facts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleRow {
    name: String,
    source: ExampleSource,
    #[serde(default)]
    policy: Option<String>,
    as_of: NaiveDate,
    #[serde(default)]
    known_at: Option<NaiveDate>,
    expect: Expect,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    status: ExpectedStatus,
    #[serde(default)]
    amount: Option<String>,
    /// What is left of the amount once the groups of the policy have been applied.
    #[serde(default)]
    after_groups: Option<String>,
}

/// A status as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ExpectedStatus {
    Entitled,
    NotEntitled,
    Undetermined,
    NeedsJudgement,
}

impl ExpectedStatus {
    fn status(self) -> Status {
        match self {
            Self::Entitled => Status::Entitled,
            Self::NotEntitled => Status::NotEntitled,
            Self::Undetermined => Status::Undetermined,
            Self::NeedsJudgement => Status::NeedsJudgement,
        }
    }
}

/// Reads the examples of everything and evaluates them.
pub(super) struct Reader<'r> {
    pub tree: &'r Tree,
    pub layers: &'r [Layer],
    pub sources: &'r Sources,
    pub mentions: &'r Mentions<'r>,
    pub facts: &'r ReadFacts,
    /// Working days.
    pub calendar: &'r dyn Calendar,
    /// Policies with a fault: their examples are read but not evaluated.
    pub faulty: &'r BTreeSet<String>,
    /// Whether every policy needs examples.
    pub are_needed: bool,
}

/// An example that is to be evaluated.
struct Pending {
    example: Example,
    place: Place,
    /// The amount as expected, where one is.
    amount: Option<Number>,
    /// The amount after groups, where one is expected.
    after_groups: Option<Number>,
}

/// The examples of one folder.
struct ReadFolder<'p> {
    file: String,
    pending: Vec<Pending>,
    /// Whether all of them could be read.
    is_whole: bool,
    /// What they may be about.
    policies: Vec<&'p ReadPolicy>,
    /// Whether each of these needs examples of every sort.
    are_needed: bool,
}

/// Policies by moment and id.
type Standing = BTreeMap<Moment, HashMap<Arc<str>, Policy>>;

impl Reader<'_> {
    /// The examples of every policy and ladder.
    pub fn read(&self, problems: &mut Problems) -> Vec<Example> {
        let mut folders: BTreeMap<&str, Vec<&ReadPolicy>> = BTreeMap::new();
        for policy in &self.sources.policies {
            folders.entry(&policy.folder).or_default().push(policy);
        }
        let own =
            folders.into_iter().map(|(folder, policies)| (folder.to_owned(), policies, self.are_needed));
        let added = self.added().into_iter().map(|(folder, policies)| (folder, policies, false));
        let read: Vec<ReadFolder<'_>> = own
            .chain(added)
            .filter_map(|(folder, policies, are_needed)| {
                self.read_folder(&folder, policies, are_needed, problems)
            })
            .collect();
        let standing = self.standing(read.iter().flat_map(|folder| &folder.pending));
        let mut all = Vec::new();
        for ReadFolder { file, pending, is_whole, policies, are_needed } in read {
            let mut shown = BTreeSet::new();
            for pending in pending {
                let (example, in_force) = self.evaluate(pending, &standing, problems);
                if in_force {
                    shown.insert((example.policy.clone(), example.expected.status));
                }
                all.push(example);
            }
            if is_whole && are_needed {
                check_kinds(&file, &policies, &shown, problems);
            }
        }
        all
    }

    /// Folders in which a layer adds nothing but examples to a policy or ladder of a layer above it.
    fn added(&self) -> Vec<(String, Vec<&ReadPolicy>)> {
        let mut added = Vec::new();
        for layer in self.layers {
            for folder in example_folders(self.tree, &layer.id) {
                let Some((_, name)) = folder.rsplit_once('/') else { continue };
                let is_of_ladder = folder == format!("{}/ladders/{name}", layer.id);
                let of_it = |policy: &&ReadPolicy| {
                    let is_grade = policy.folder.ends_with(&format!("/ladders/{name}"));
                    if is_of_ladder { is_grade } else { policy.definition.id == name }
                };
                let policies: Vec<&ReadPolicy> = self.sources.policies.iter().filter(of_it).collect();
                added.push((folder.clone(), policies));
            }
        }
        added
    }

    /// The examples of a folder, not yet evaluated; nothing where the file cannot be read at all.
    fn read_folder<'p>(
        &self,
        folder: &str,
        policies: Vec<&'p ReadPolicy>,
        are_needed: bool,
        problems: &mut Problems,
    ) -> Option<ReadFolder<'p>> {
        let file = format!("{folder}/examples.toml");
        if are_needed && !self.tree.holds(&file) && !self.tree.is_closed(folder) {
            let what = "there are no examples";
            problems.in_file(
                &file,
                what,
                "add the file with one entitled, one not-entitled and one undetermined",
            );
        }
        let text = self.tree.text(&file)?;
        let mut document = Document::parse(&file, text, &["example"], problems)?;
        let rows = document.take("example");
        let mut is_whole = !document.may_lack_rows;
        document.head.read::<Nothing>(problems);
        if let Some(row) = rows.get(EXAMPLES_MAX) {
            let what = format!("there are more than {EXAMPLES_MAX} examples");
            problems.at(&row.place, "", what, "keep those that show something");
        }
        let mut pending = Vec::new();
        for row in rows.into_iter().take(EXAMPLES_MAX) {
            let read = self.read_example(row, &policies, problems);
            is_whole &= read.is_some();
            pending.extend(read);
        }
        Some(ReadFolder { file, pending, is_whole, policies, are_needed })
    }

    /// The policies of all these examples, each as it stands at the moment of its example. The names of a moment are
    /// put together once for all examples that share it, which is most of the work of a start.
    fn standing<'p>(&self, pending: impl Iterator<Item = &'p Pending>) -> Standing {
        let mut indices: HashMap<&str, usize> = HashMap::new();
        for (at, policy) in self.sources.policies.iter().enumerate() {
            indices.entry(&policy.definition.id).or_insert(at);
        }
        let mut moments: BTreeMap<Moment, BTreeSet<Target>> = BTreeMap::new();
        for Pending { example, .. } in pending {
            let at = indices.get(example.policy.as_str());
            if let Some(at) = at.filter(|_| !self.faulty.contains(&example.policy)) {
                moments.entry(example.moment).or_default().insert(Target::Policy(*at));
            }
        }
        let all: Vec<(Definitions, Moment)> = moments
            .into_iter()
            .map(|(moment, wanted)| (self.mentions.closure(wanted, &[]), moment))
            .collect();
        let books = Definitions::books(&all, &self.facts.catalog);
        let by_id = |(book, _): (Book, _)| {
            let policies = book.rules.policies.into_iter();
            policies.map(|policy| (Arc::clone(&policy.id), policy)).collect()
        };
        all.iter().zip(books).map(|((_, moment), book)| (*moment, by_id(book))).collect()
    }

    fn read_example(
        &self,
        mut row: Row<'_>,
        policies: &[&ReadPolicy],
        problems: &mut Problems,
    ) -> Option<Pending> {
        let given = row.table.remove("given");
        let place = row.place.clone();
        let located = row.read::<ExampleRow>(problems);
        let is_unsure = |name: &str| self.facts.is_unsure(name);
        let reading = Given { catalog: &self.facts.catalog, place: &place, is_unsure: &is_unsure };
        let before = problems.count();
        let Some(given) = table_of(given.as_ref()) else {
            if place.has("given") || row.broken.is_empty() {
                problems.at(&place, "given", "the example gives no facts", "add given = { … }; {} for none");
            }
            return None;
        };
        let facts = reading.table(given, problems);
        let is_read = problems.count() == before;
        let located = located.filter(|located| is_read && located.is_whole() && !located.broken)?;
        let policy = policy_of(&located, policies, problems)?;
        let mut amount_at = |text: &Option<String>, field: &str| match text {
            Some(text) => expected_amount(text, (&place, field), problems).map(Some),
            None => Some(None),
        };
        let amount = amount_at(&located.value.expect.amount, "expect.amount");
        let after_groups = amount_at(&located.value.expect.after_groups, "expect.after_groups")?;
        let amount = amount?;
        let ExampleRow { name, source, as_of, known_at, expect, .. } = located.value;
        let amount_fen = amount.and_then(fen);
        let example = Example {
            policy: policy.definition.id.clone(),
            name,
            source,
            moment: Moment { as_of, known_at: known_at.unwrap_or(as_of) },
            facts,
            expected: Outcome { status: expect.status.status(), amount_fen },
            passed: false,
            file: place.file.clone(),
            line: place.line,
        };
        Some(Pending { example, place, amount, after_groups })
    }

    /// Evaluates an example; answers whether its policy is in force on the day.
    fn evaluate(
        &self,
        Pending { mut example, place, amount, after_groups }: Pending,
        standing: &Standing,
        problems: &mut Problems,
    ) -> (Example, bool) {
        if self.faulty.contains(&example.policy) {
            return (example, true);
        }
        let policies = standing.get(&example.moment);
        let policy = policies.and_then(|policies| policies.get(example.policy.as_str()));
        let catalog: &Catalog = &self.facts.catalog;
        let came = policy
            .as_ref()
            .map(|policy| Firm::new(catalog, &example.facts, 0, self.calendar).outcome(policy));
        let has_amount = policy.as_ref().is_some_and(|policy| policy.amount.is_some());
        let outcome = came.unwrap_or(Outcome { status: Status::NotEntitled, amount_fen: None });
        let expected = example.expected.status;
        if outcome.status != expected {
            let reason =
                if came.is_none() { ", as the policy is not in force or not known on that day" } else { "" };
            let what = format!("expected {}, it came out {}{reason}", expected.name(), outcome.status.name());
            problems.at(&place, "expect.status", what, "mend the rule, the facts or the expectation");
        } else if expected == Status::Entitled
            && has_amount
            && outcome.amount_fen != example.expected.amount_fen
        {
            let came = outcome.amount_fen.map_or("unknown".to_owned(), yuan);
            let what = match amount {
                Some(amount) => format!("expected {amount} yuan, it came out {came}"),
                None => format!("the amount is not stated; it came out {came}"),
            };
            problems.at(&place, "expect.amount", what, "mend the rule, the facts or the expectation");
        } else if let Some(amount) = amount.filter(|_| expected != Status::Entitled || !has_amount) {
            let what = format!("{amount} yuan are expected, but nothing is due");
            problems.at(&place, "expect.amount", what, "remove `amount`");
        } else if let Some(left) = after_groups {
            example.passed = self.is_left(&example, &place, left, problems);
        } else {
            example.passed = true;
        }
        (example, came.is_some())
    }

    /// Whether so much is left of the amount once the groups of the policy have been applied.
    fn is_left(&self, example: &Example, place: &Place, left: Number, problems: &mut Problems) -> bool {
        let (id, moment) = (&example.policy, example.moment);
        let groups = self.groups_around(id);
        let versions = groups.iter().flat_map(|group| &group.versions);
        let mut wanted = BTreeSet::new();
        for version in versions {
            let policies = self.sources.policies.iter().enumerate();
            let members = policies.filter(|(_, policy)| version.members.contains(&policy.definition.id));
            wanted.extend(members.map(|(at, _)| Target::Policy(at)));
            wanted.extend(version.ceiling.iter().flat_map(|text| self.mentions.in_text(text)));
        }
        let definitions = Definitions { groups, ..self.mentions.closure(wanted, &[]) };
        let (book, _) = definitions.book(&self.facts.catalog, moment);
        let at = book.rules.policies.iter().position(|policy| *policy.id == **id);
        let field = "expect.after_groups";
        let Some(at) = at.filter(|_| !book.rules.groups.is_empty()) else {
            let what = format!("no group holds `{id}` on that day");
            problems.at(place, field, what, "remove `after_groups`, or add the group to groups.toml");
            return false;
        };
        let firm = Firm::new(&self.facts.catalog, &example.facts, 0, self.calendar);
        let came = firm.outcomes(&book.rules)[at].amount_fen;
        let is_left = came == fen(left);
        if !is_left {
            let came = came.map_or("unknown".to_owned(), yuan);
            let what = format!("expected {left} yuan after groups, it came out {came}");
            problems.at(place, field, what, "mend the groups, the facts or the expectation");
        }
        is_left
    }

    /// The groups that decide what is left of a policy: its own, and those of the members beside it.
    fn groups_around(&self, id: &str) -> Vec<GroupDefinition> {
        let mut ids = BTreeSet::from([id]);
        loop {
            let groups = self.sources.groups.iter().map(|row| &row.value);
            let touched = |group: &&GroupDefinition| {
                let mut members = group.versions.iter().flat_map(|version| &version.members);
                members.any(|member| ids.contains(member.as_str()))
            };
            let groups: Vec<&GroupDefinition> = groups.filter(touched).collect();
            let versions = groups.iter().flat_map(|group| &group.versions);
            let members: BTreeSet<&str> =
                versions.flat_map(|version| &version.members).map(String::as_str).collect();
            if members.is_subset(&ids) {
                return groups.into_iter().cloned().collect();
            }
            ids.extend(members);
        }
    }
}

/// The policy an example names; that of the folder where there is only one.
fn policy_of<'p>(
    row: &Located<ExampleRow>,
    policies: &[&'p ReadPolicy],
    problems: &mut Problems,
) -> Option<&'p ReadPolicy> {
    let ids = policies.iter().map(|policy| policy.definition.id.as_str());
    match (&row.value.policy, policies) {
        (None, [only]) => Some(only),
        (None, _) => {
            problems.at(
                &row.place,
                "",
                "the example does not say of which grade",
                "add policy = \"<ladder>-<grade>\"",
            );
            None
        }
        (Some(id), _) => {
            let found = policies.iter().find(|policy| policy.definition.id == *id).copied();
            if found.is_none() {
                let hint = did_you_mean(id, ids, "name the policy of this folder, or a grade of the ladder");
                problems.at(&row.place, "policy", format!("there is no policy `{id}` here"), hint);
            }
            found
        }
    }
}

/// The amount that is expected, in yuan; nothing where it cannot be read.
fn expected_amount(text: &str, (place, field): (&Place, &str), problems: &mut Problems) -> Option<Number> {
    let whole = |amount: Number| {
        let what = || format!("{amount} yuan are no whole number of fen");
        let hint = "write the amount in yuan with at most two decimal places";
        fen(amount).map(|_| amount).ok_or_else(|| (what(), hint.to_owned()))
    };
    let read = number(text, &Type::Money).and_then(whole);
    read.map_err(|(what, hint)| problems.at(place, field, what, hint)).ok()
}

fn fen(amount: Number) -> Option<i64> {
    let fen = amount.multiply(Number::whole(100)).filter(|fen| fen.is_whole())?;
    i64::try_from(fen.floor()).ok()
}

/// An amount in fen as yuan.
fn yuan(amount_fen: i64) -> String {
    Number::scaled(amount_fen.into(), 2).map_or_else(String::new, |yuan| yuan.to_string())
}

/// Folders with examples that are examples of something above.
pub(super) fn example_folders(tree: &Tree, layer: &str) -> Vec<String> {
    let mut found = Vec::new();
    for field in tree.folders(&format!("{layer}/policies")) {
        let folders = tree.folders(&format!("{layer}/policies/{field}"));
        found.extend(
            folders.into_iter().map(|policy| (format!("{layer}/policies/{field}/{policy}"), "policy.toml")),
        );
    }
    let ladders = tree.folders(&format!("{layer}/ladders"));
    found.extend(ladders.into_iter().map(|ladder| (format!("{layer}/ladders/{ladder}"), "ladder.toml")));
    let adds = |(folder, file): &(String, &str)| {
        !tree.holds(&format!("{folder}/{file}")) && tree.holds(&format!("{folder}/examples.toml"))
    };
    found.into_iter().filter(adds).map(|(folder, _)| folder).collect()
}

/// One entitled (or judged) and one not entitled of every policy or grade, one undetermined of them together, on
/// days on which they are in force.
fn check_kinds(
    file: &str,
    policies: &[&ReadPolicy],
    shown: &BTreeSet<(String, Status)>,
    problems: &mut Problems,
) {
    let hint = "add one for each, on a day on which the policy is in force";
    let mut tell = |of: &str, wanted: &[(bool, &str)]| {
        let missing = wanted.iter().filter(|(is_there, _)| !is_there).map(|(_, name)| *name);
        let missing: Vec<&str> = missing.collect();
        if !missing.is_empty() {
            problems.in_file(
                file,
                format!("no example{of} that is {}", missing.join(", none that is ")),
                hint,
            );
        }
    };
    let any = |status| shown.iter().any(|(_, one)| *one == status);
    let is_undetermined = any(Status::Undetermined);
    if let [_] | [] = policies {
        let entitled = any(Status::Entitled) || any(Status::NeedsJudgement);
        let missed = any(Status::NotEntitled);
        let wanted = [(entitled, "entitled"), (missed, "not-entitled"), (is_undetermined, "undetermined")];
        return tell("", &wanted);
    }
    for policy in policies {
        let id = &policy.definition.id;
        let holds = |status| shown.contains(&(id.clone(), status));
        let entitled = holds(Status::Entitled) || holds(Status::NeedsJudgement);
        let wanted = [(entitled, "entitled"), (holds(Status::NotEntitled), "not-entitled")];
        tell(&format!(" of `{id}`"), &wanted);
    }
    tell("", &[(is_undetermined, "undetermined")]);
}
