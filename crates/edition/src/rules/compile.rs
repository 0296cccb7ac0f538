//! Compiling everything once: each version on the day on which it begins to stand. Faults become problems with
//! the line of the expression.

use super::{
    amounts,
    closure::{Mentions, Target},
    facts::ReadFacts,
    lapses::Lapses,
    sources::{Sources, Spot},
};
use crate::{problem::Problems, tree::Tree};
use rules::{
    catalog::Type,
    check::Scope,
    definition::{
        Dated, DefinitionFault, Definitions, Effective, Moment, NamedDefinition, Part, PolicyDefinition,
        PolicyVersion,
    },
    policy::Policy,
    span::{Fault, Span},
};
use std::collections::{BTreeMap, BTreeSet};

/// Longest piece of an expression that is quoted, in characters.
const QUOTE_MAX: usize = 60;

/// Faults as they are found.
#[derive(Default)]
struct Found {
    faults: Vec<Finding>,
    seen: BTreeSet<String>,
}

/// A fault, and the version of the policy it stands in; 0 for everything else.
struct Finding {
    fault: DefinitionFault,
    version: usize,
}

impl Found {
    fn add(&mut self, fault: DefinitionFault, version: usize) {
        let key = format!("{:?} {} {} {version} {}", fault.part, fault.id, fault.field, fault.fault);
        if self.seen.insert(key) {
            self.faults.push(Finding { fault, version });
        }
    }

    /// Adds that a term of whole numbers may have a value between two of them.
    fn add_fraction(&mut self, named: &NamedDefinition, moment: Moment, scope: &Scope<'_>) {
        let is_whole = matches!(named.kind, Type::Number { scale: 0, .. });
        let expression = scope.named(&named.name).map(|named| &named.expression);
        let (Some(expression), false) = (expression.filter(|_| is_whole), named.is_parameter) else { return };
        let value = named.values.iter().enumerate().find(|(_, value)| value.beginning() == moment);
        if let Some((at, value)) = value
            && amounts::scale(expression, scope.catalog) != Some(0)
        {
            let whole = Span::new(0, value.value.len());
            let what = "the term holds whole numbers, and this may fall between two";
            let fault = Fault::new(whole, what, "write `round_down(…, 1)`, or give it the type decimal");
            let (id, field) = (named.name.clone(), format!("value.{at}.value"));
            self.add(DefinitionFault { part: Part::Named, id, field, fault }, 0);
        }
    }

    /// Adds what a text lacks that begins to stand at a moment.
    fn add_lapse(
        &mut self,
        text: &str,
        (part, id, field): (Part, &str, &str),
        version: usize,
        (moment, lapses): (Moment, &Lapses<'_>),
    ) {
        if let Some(fault) = lapses.fault(text, moment) {
            self.add(DefinitionFault { part, id: id.to_owned(), field: field.to_owned(), fault }, version);
        }
    }
}

/// What compiled, and what did not.
pub(super) struct Compiled {
    /// Policy, version, and what was made of it.
    pub versions: Vec<(usize, usize, Policy)>,
    /// Ids of policies with a fault.
    pub faulty: BTreeSet<String>,
}

/// Compiles every version and reports every fault.
pub(super) fn check(
    tree: &Tree,
    sources: &Sources,
    mentions: &Mentions<'_>,
    facts: &ReadFacts,
    problems: &mut Problems,
) -> Compiled {
    let mut found = Found::default();
    let names = mentions.names();
    let checked = Checked { sources, mentions, facts, lapses: &Lapses::of(sources, &names) };
    check_named(checked, &mut found);
    let versions = check_policies(checked, &mut found);
    check_groups(checked, &mut found);
    let faulty: BTreeSet<String> = found.faults.iter().map(|finding| finding.fault.id.clone()).collect();
    let mut telling = Telling { tree, sources, facts, faulty: &faulty, muted: BTreeSet::new() };
    telling.muted =
        found.faults.iter().filter(|finding| telling.is_noise(finding)).map(Finding::spot).collect();
    for finding in &found.faults {
        telling.tell(finding, problems);
    }
    let uneven = versions.iter().filter(|(policy, version, compiled)| {
        !check_amount(sources, (*policy, *version), compiled, facts, problems)
    });
    let uneven: Vec<String> =
        uneven.map(|(policy, ..)| sources.policies[*policy].definition.id.clone()).collect();
    let faults = found.faults.into_iter().map(|finding| finding.fault);
    let faulty = faults.filter(|fault| fault.part == Part::Policy).map(|fault| fault.id);
    let faulty = faulty.chain(uneven).collect();
    Compiled { versions, faulty }
}

/// What is checked, and what it is checked against.
#[derive(Clone, Copy)]
struct Checked<'c> {
    sources: &'c Sources,
    mentions: &'c Mentions<'c>,
    facts: &'c ReadFacts,
    lapses: &'c Lapses<'c>,
}

/// Every value of every parameter and term, and every version of every scorecard.
fn check_named(checked: Checked<'_>, found: &mut Found) {
    let Checked { sources, mentions, facts, lapses } = checked;
    let mut moments: BTreeMap<Moment, BTreeSet<Target>> = BTreeMap::new();
    for (at, named) in sources.named.iter().enumerate() {
        let named = &named.value;
        for (index, value) in named.values.iter().enumerate() {
            let moment = value.beginning();
            moments.entry(moment).or_default().insert(Target::Named(at));
            if !named.is_parameter {
                let field = format!("value.{index}.value");
                found.add_lapse(&value.value, (Part::Named, &named.name, &field), 0, (moment, lapses));
            }
        }
    }
    for (at, card) in sources.scorecards.iter().enumerate() {
        let card = &card.definition;
        for (index, version) in card.versions.iter().enumerate() {
            let moment = version.beginning();
            moments.entry(moment).or_default().insert(Target::Card(at));
            for (item_at, item) in version.items.iter().enumerate() {
                let field = format!("version.{index}.item.{item_at}.points");
                found.add_lapse(&item.points, (Part::Scorecard, &card.id, &field), 0, (moment, lapses));
            }
        }
    }
    for (moment, wanted) in moments {
        let definitions = mentions.closure(wanted.iter().copied(), &[]);
        let (scope, faults) = definitions.names(&facts.catalog, moment);
        for at in wanted {
            if let Target::Named(at) = at {
                found.add_fraction(&sources.named[at].value, moment, &scope);
            }
        }
        for fault in faults {
            found.add(fault, 0);
        }
    }
}

/// Every version of every policy; answers those that compiled.
fn check_policies(checked: Checked<'_>, found: &mut Found) -> Vec<(usize, usize, Policy)> {
    let Checked { sources, mentions, facts, lapses } = checked;
    // Versions of one policy that begin on one day are compiled one after the other.
    let mut batches: BTreeMap<(Moment, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for (at, policy) in sources.policies.iter().enumerate() {
        let cards: BTreeSet<usize> = mentions.cards_of(at).collect();
        for (version_at, version) in policy.definition.versions.iter().enumerate() {
            for moment in moments_of(version, &cards, sources) {
                let is_free = |turn: &usize| {
                    batches
                        .get(&(moment, *turn))
                        .is_none_or(|batch| batch.iter().all(|(policy, _)| *policy != at))
                };
                let turn = (0..=version_at).find(is_free).unwrap_or(version_at);
                batches.entry((moment, turn)).or_default().push((at, version_at));
            }
            for (field, text) in version.texts() {
                let (id, field) = (&policy.definition.id, format!("version.0.{field}"));
                let beginning = (version.beginning(), lapses);
                found.add_lapse(text, (Part::Policy, id, &field), version_at, beginning);
            }
        }
    }
    let mut compiled = Vec::new();
    let all: Vec<(Definitions, Moment)> = batches
        .iter()
        .map(|((moment, _), batch)| {
            let wanted = batch.iter().map(|(policy, _)| Target::Policy(*policy));
            (mentions.closure(wanted, batch), *moment)
        })
        .collect();
    let books = Definitions::books(&all, &facts.catalog);
    for (((moment, _), batch), (book, faults)) in batches.into_iter().zip(books) {
        let chosen =
            |id: &str| batch.iter().find(|(policy, _)| sources.policies[*policy].definition.id == id);
        for fault in faults {
            match (fault.part, chosen(&fault.id)) {
                (Part::Policy, Some((_, version))) => found.add(fault, *version),
                // It was a version of another day, which is told on its own.
                (Part::Policy, None) => {}
                _ => found.add(fault, 0),
            }
        }
        for policy in book.rules.policies {
            if let Some((at, version)) = chosen(&policy.id)
                && sources.policies[*at].definition.versions[*version].beginning() == moment
            {
                compiled.push((*at, *version, policy));
            }
        }
    }
    compiled
}

/// When a version begins, and when within it the scores change that it needs: they come and go with their card.
fn moments_of(version: &PolicyVersion, cards: &BTreeSet<usize>, sources: &Sources) -> BTreeSet<Moment> {
    let beginning = version.beginning();
    let later = cards.iter().flat_map(|card| &sources.scorecards[*card].definition.versions);
    let later = later
        .map(Dated::beginning)
        .filter(|moment| *moment > beginning && version.effective.holds(moment.as_of));
    later.chain([beginning]).collect()
}

/// Members and ceilings of groups, each version on the last day within it on which a member begins.
fn check_groups(checked: Checked<'_>, found: &mut Found) {
    let Checked { sources, mentions, facts, lapses } = checked;
    let versions = sources.groups.iter().flat_map(|group| {
        group.value.versions.iter().enumerate().map(|(index, version)| (&group.value, index, version))
    });
    for (group, index, version) in versions {
        let first = version.beginning();
        if let Some(ceiling) = &version.ceiling {
            let field = format!("version.{index}.ceiling");
            found.add_lapse(ceiling, (Part::Group, &group.id, &field), 0, (first, lapses));
        }
        let members = sources.policies.iter().map(|policy| &policy.definition);
        let members = members.filter(|policy| version.members.contains(&policy.id));
        let beginnings = members.flat_map(|policy| &policy.versions).map(Dated::beginning);
        let within = beginnings.filter(|moment| version.effective.holds(moment.as_of));
        let moment = within.fold(first, |last, moment| Moment {
            as_of: last.as_of.max(moment.as_of),
            known_at: last.known_at.max(moment.known_at),
        });
        let wanted = version.ceiling.iter().flat_map(|text| mentions.in_text(text));
        let named = mentions.closure(wanted, &[]);
        let policies = sources.policies.iter().map(|policy| bare(&policy.definition, moment)).collect();
        let definitions = Definitions { policies, groups: vec![group.clone()], ..named };
        for fault in definitions.book(&facts.catalog, moment).1 {
            found.add(fault, 0);
        }
    }
}

/// The policy with nothing in it, standing at a moment: a member for its group.
fn bare(policy: &PolicyDefinition, moment: Moment) -> PolicyDefinition {
    let bare = |version: &PolicyVersion| PolicyVersion {
        effective: Effective { from: moment.as_of, to: None },
        known_from: Some(moment.known_at),
        require: Vec::new(),
        unless: Vec::new(),
        benefit: None,
        ..version.clone()
    };
    let versions = policy.versions.first().map(bare).into_iter().collect();
    PolicyDefinition { id: policy.id.clone(), versions, ..PolicyDefinition::default() }
}

/// Money is due in whole fen: what may fall between two needs a rounding. Answers whether it has one.
fn check_amount(
    sources: &Sources,
    (policy, version): (usize, usize),
    compiled: &Policy,
    facts: &ReadFacts,
    problems: &mut Problems,
) -> bool {
    let read = &sources.policies[policy];
    let Some(amount) = &compiled.amount else { return true };
    if amounts::scale(amount, &facts.catalog).is_some_and(|scale| scale <= amounts::FEN) {
        return true;
    }
    let what = "the amount may fall between two fen and no `rounding` is said";
    let hint = "add rounding = \"half-up\", \"half-even\", \"down\" or \"up\", as the document says";
    problems.at(&read.places[version], "benefit.amount", what, hint);
    false
}

/// Turns faults into problems.
struct Telling<'t> {
    tree: &'t Tree,
    sources: &'t Sources,
    facts: &'t ReadFacts,
    /// Definitions with a fault of their own: what mentions them says nothing more.
    faulty: &'t BTreeSet<String>,
    /// Expressions that mention such a definition: nothing is said about names they lack.
    muted: BTreeSet<Spotted>,
}

/// Definition, field and version of a fault.
type Spotted = (String, String, usize);

impl Finding {
    fn spot(&self) -> Spotted {
        (self.fault.id.clone(), self.fault.field.clone(), self.version)
    }

    /// The name that is absent, where that is the fault.
    fn absent(&self) -> Option<&str> {
        let what = &self.fault.fault.what;
        let is_absent = what.starts_with("nothing is called") || what.starts_with("there is no ");
        is_absent.then(|| what.split('`').nth(1).unwrap_or_default())
    }
}

impl Telling<'_> {
    /// Whether what is absent is so because of another fault.
    fn is_noise(&self, finding: &Finding) -> bool {
        let is_noise = |word| self.facts.is_unsure(word) || self.is_faulty(word, &finding.fault.id);
        finding.absent().is_some_and(is_noise)
    }

    fn tell(&self, finding: &Finding, problems: &mut Problems) {
        let Finding { fault, version } = finding;
        let Some(spot) = self.sources.spot(fault, *version) else { return };
        // A text that is missing or blank was reported where it is read.
        let is_blank = spot.text.trim().is_empty() && !spot.field.is_empty();
        if is_blank || (finding.absent().is_some() && self.muted.contains(&finding.spot())) {
            return;
        }
        let (mut what, hint) = (fault.fault.what.clone(), fault.fault.hint.clone());
        let written = spot.text.get(fault.fault.span.from as usize..fault.fault.span.to as usize);
        let quoted = written.map(str::trim).filter(|written| !written.is_empty());
        let shown = quoted.map(|written| written.chars().take(QUOTE_MAX).collect::<String>());
        if let Some(shown) = shown.filter(|shown| !what.contains(shown.as_str())) {
            what = format!("`{}`: {what}", shown.replace('\n', " "));
        }
        let line = self.line(&spot, fault.fault.span.from as usize);
        problems.in_line(&spot.place.file, line, what, hint);
    }

    /// Whether what is absent is there, but with a fault of its own.
    fn is_faulty(&self, word: &str, own: &str) -> bool {
        let card = word.split('.').next().unwrap_or(word);
        let by_label = self.sources.named.iter().find(|named| named.value.label.zh == word);
        let name = by_label.map_or(card, |named| named.value.name.as_str());
        name != own && (self.faulty.contains(name) || self.facts.unsure.contains(name))
            || self.sources.policies.iter().any(|policy| policy.definition.id == word && !policy.is_whole)
    }

    /// The line of a byte of the text; a text of several lines begins below its key.
    fn line(&self, spot: &Spot<'_>, byte: usize) -> usize {
        let line = spot.place.line_of(&spot.field);
        let before = spot.text.get(..byte).unwrap_or_default().matches('\n').count();
        let first =
            self.tree.text(&spot.place.file).and_then(|text| text.lines().nth(line - 1)).unwrap_or_default();
        let opens_below = ["\"\"\"", "'''"].iter().any(|quotes| first.trim_end().ends_with(quotes));
        line + before + usize::from(opens_below && spot.text.contains('\n'))
    }
}
