//! What the answers mean for every policy: due, open, not for the visitor, left to a person.

use super::{
    answers::{Answers, Ask},
    question::Asker,
    sum::{Sums, Tally, may_change},
};
use crate::{
    book::DayBook,
    frame::Page,
    wording::{ClauseLine, Clauses, Level, Mark, PaidPart},
};
use rules::{
    definition::{Binding, PolicyVersion},
    explain::{Dossier, Explanation, Node, Path, Provenance, Role, Truth, Way},
    policy::{Outcome, Status},
    reference::Firm,
};
use std::collections::BTreeSet;

/// Most facts that are named where a policy waits for them.
const WAITS_SHOWN: usize = 4;
/// How deep the parts of a condition are shown.
const DEPTH_MAX: usize = 2;

/// What the answers mean for one policy.
pub struct Entry {
    /// Identifier.
    pub id: String,
    /// Name.
    pub title: String,
    /// Level.
    pub level: Level,
    /// Whether somebody compared it with the official text.
    pub verified: bool,
    /// What the amount is; empty where there is none.
    pub measure: &'static str,
    /// The amount, or what it would be.
    pub amount: String,
    /// Whether it may change with other policies that are still open.
    pub may_change: bool,
    /// In which parts it is paid.
    pub parts: Vec<PaidPart>,
    /// Why it is not the amount of the policy alone, or what it waits for.
    pub note: String,
    /// What would bring it about.
    pub near: Vec<String>,
    /// Conditions one by one.
    pub required: Clauses,
    /// Exceptions one by one.
    pub exceptions: Option<Clauses>,
    /// How the amount was worked out.
    pub steps: Vec<String>,
    /// For sorting: what comes first is the least.
    rank: i64,
}

/// Everything the answers mean.
#[derive(Default)]
pub struct Results {
    /// What is due together.
    pub sums: Sums,
    /// Policies that apply.
    pub due: Vec<Entry>,
    /// Policies that depend on what is not known.
    pub open: Vec<Entry>,
    /// Policies that a person has to decide.
    pub judged: Vec<Entry>,
    /// Policies that do not apply.
    pub not: Vec<Entry>,
}

/// Whether each policy of the book lies within what the visitor looks at.
pub fn wanted(book: &DayBook, answers: &Answers, layers: &[String]) -> Vec<bool> {
    let wanted = |policy: usize| {
        let (definition, _) = book.written(policy);
        (answers.policy.is_empty() || definition.id == answers.policy)
            && (answers.topic.is_empty() || definition.field == answers.topic)
            && (answers.level.is_empty() || Level::of(layers, &definition.edition).id() == answers.level)
    };
    (0..book.book.rules.policies.len()).map(wanted).collect()
}

/// What is known of a firm.
pub struct Known<'k> {
    /// The firm.
    pub firm: Firm<'k>,
    /// What is said of each policy, amounts going together as they do.
    pub outcomes: &'k [Outcome],
    /// What each policy waits for.
    pub waits: &'k [BTreeSet<Ask>],
    /// Which policies are looked at.
    pub wanted: &'k [bool],
    /// The layers of the edition, root first.
    pub layers: &'k [String],
}

impl Known<'_> {
    /// The results in the language of a page.
    pub fn results(&self, asker: &Asker<'_>) -> Results {
        let mut results = Results::default();
        let mut tally = Tally::default();
        let is_limit = |policy: usize| {
            let benefit = asker.book.written(policy).1.benefit.as_ref();
            benefit.is_some_and(|benefit| benefit.binding == Binding::UpTo)
        };
        let changing = may_change(&asker.book.book.rules, self.outcomes, is_limit);
        let provenance = Provenance::default();
        let Some(first) = asker.book.readables.first() else { return results };
        let dossier = Dossier::new(first, &self.firm, &provenance);
        for (policy, outcome) in self.outcomes.iter().enumerate().filter(|(policy, _)| self.wanted[*policy]) {
            let entry = Entry { may_change: changing[policy], ..self.entry(policy, asker, &dossier) };
            let list = match outcome.status {
                Status::Entitled => &mut results.due,
                Status::Undetermined => &mut results.open,
                Status::NeedsJudgement => &mut results.judged,
                Status::NotEntitled => &mut results.not,
            };
            list.push(entry);
            let (_, version) = asker.book.written(policy);
            if let (Status::Entitled, Some(benefit)) = (outcome.status, &version.benefit) {
                tally.add(benefit, outcome.amount_fen, changing[policy]);
            }
        }
        for list in [&mut results.due, &mut results.open, &mut results.judged, &mut results.not] {
            list.sort_by_key(|entry| entry.rank);
        }
        results.sums = tally.sums(asker.page);
        results
    }

    fn entry(&self, policy: usize, asker: &Asker<'_>, dossier: &Dossier<'_>) -> Entry {
        let (book, page) = (asker.book, asker.page);
        let (definition, version) = book.written(policy);
        let (outcome, readable) = (self.outcomes[policy], &book.readables[policy]);
        let explanation = dossier.reasons(readable).said(dossier);
        let paths = if outcome.status == Status::NotEntitled {
            dossier.ways(readable).said(dossier).paths
        } else {
            Vec::new()
        };
        let benefit = version.benefit.as_ref();
        let amount = match (outcome.status, outcome.amount_fen, benefit) {
            (Status::Entitled, Some(fen), Some(benefit)) => page.worked_out(fen, benefit),
            _ => page.benefit_phrase(benefit, book),
        };
        let near: Vec<String> = paths.iter().filter_map(|path| near(page, asker, path)).collect();
        let (required, exceptions) = clauses(asker, &explanation, outcome.status);
        Entry {
            id: definition.id.clone(),
            title: page.words(&definition.title).to_owned(),
            level: Level::of(self.layers, &definition.edition),
            verified: version.verified,
            measure: benefit.map_or("", |benefit| page.measure(&benefit.measure)),
            amount,
            may_change: false,
            parts: benefit.map_or_else(Vec::new, |one| page.paid_parts(one, outcome.amount_fen, book)),
            note: if outcome.status == Status::NotEntitled {
                failing(page, asker, &explanation)
            } else {
                self.note(policy, asker)
            },
            required,
            exceptions,
            steps: steps(page, &explanation, outcome.status),
            rank: match outcome.status {
                Status::Entitled => -outcome.amount_fen.unwrap_or(0),
                Status::Undetermined => self.waits[policy].len() as i64,
                Status::NeedsJudgement => 0,
                Status::NotEntitled if near.is_empty() => i64::MAX,
                Status::NotEntitled => paths.first().map_or(0, |path| i64::from(path.distance_permille)),
            },
            near,
        }
    }

    /// What the visitor should know about the amount or the status.
    fn note(&self, policy: usize, asker: &Asker<'_>) -> String {
        let (outcome, t) = (self.outcomes[policy], &asker.t);
        let names = self.names_waited_for(policy, asker);
        let (_, version) = asker.book.written(policy);
        match outcome.status {
            Status::Undetermined => {
                let unsaid = unsaid_conditions(asker, version);
                match (names.is_empty(), unsaid.is_empty()) {
                    (true, true) => t.of("open_unclear").to_owned(),
                    (true, false) => t.one("open_unsaid", unsaid),
                    (false, true) => t.one("open_waits", names),
                    (false, false) => t.two("open_waits_unsaid", names, unsaid),
                }
            }
            Status::Entitled if outcome.amount_fen.is_none() && !names.is_empty() => {
                t.one("amount_waits", names)
            }
            Status::Entitled if outcome.amount_fen.is_none() => {
                let texts = version.benefit.iter().flat_map(|benefit| benefit.texts().map(|(_, text)| text));
                let unsaid = asker.page.unsaid(asker.book, texts);
                if unsaid.is_empty() { unsaid } else { t.one("amount_unsaid", unsaid) }
            }
            Status::Entitled => self.stacked(policy, asker),
            Status::NeedsJudgement | Status::NotEntitled => String::new(),
        }
    }

    fn names_waited_for(&self, policy: usize, asker: &Asker<'_>) -> String {
        let t = &asker.t;
        let catalog = &asker.book.catalog;
        let name = |ask: &Ask| match ask {
            Ask::Fact(field) => asker.label(catalog.field(*field)),
            Ask::Table(table) => asker.page.words(&catalog.tables()[usize::from(*table)].label).to_owned(),
        };
        let waits = &self.waits[policy];
        let names: Vec<String> = waits.iter().take(WAITS_SHOWN).map(name).collect();
        let names = names.join(t.of("list_comma"));
        if waits.len() > WAITS_SHOWN { t.two("and_more", names, waits.len()) } else { names }
    }

    /// That an amount is less because of others it does not add to.
    fn stacked(&self, policy: usize, asker: &Asker<'_>) -> String {
        let t = &asker.t;
        let alone = self.firm.outcome(&asker.book.book.rules.policies[policy]);
        let (Some(alone), Some(due)) = (alone.amount_fen, self.outcomes[policy].amount_fen) else {
            return String::new();
        };
        if alone == due {
            return String::new();
        }
        let (definition, _) = asker.book.written(policy);
        let mut groups = asker.book.groups_of(&definition.id);
        let group = groups.next().map(|(group, _)| asker.page.words(&group.label)).unwrap_or_default();
        t.two("stacked", asker.page.money(&alone), group)
    }
}

/// What the conditions rest on and nothing in force says.
fn unsaid_conditions(asker: &Asker<'_>, version: &PolicyVersion) -> String {
    let texts = version.texts().into_iter().filter(|(field, _)| !field.starts_with("benefit."));
    asker.page.unsaid(asker.book, texts.map(|(_, text)| text))
}

/// What would bring a policy about, where the firm or time can; nothing where it is out of reach.
fn near(page: &Page, asker: &Asker<'_>, path: &Path) -> Option<String> {
    let t = &asker.t;
    if !matches!(path.way, Way::Act | Way::Time | Way::Judge) {
        return None;
    }
    let changes: Vec<&str> = path.changes.iter().map(|change| page.words(&change.sentence)).collect();
    let said = changes.join(" ");
    Some(match path.way {
        Way::Time => t.one("near_time", said),
        Way::Judge => t.one("near_judge", said),
        _ => t.one("near_act", said),
    })
}

/// The first condition that does not hold, or the exception that applies.
fn failing(page: &Page, asker: &Asker<'_>, explanation: &Explanation) -> String {
    let t = &asker.t;
    let said = |node: &Node| {
        let label = page.words(&node.label);
        if label.is_empty() { page.words(&node.sentence) } else { label }.to_owned()
    };
    let mut clauses = explanation.clauses.iter();
    if let Some(node) = clauses.clone().find(|node| node.role != Role::Unless && node.result == Truth::False)
    {
        return t.one("fails", said(node));
    }
    let exception = clauses.find(|node| node.role == Role::Unless && node.result == Truth::True);
    exception.map(|node| t.one("excluded", said(node))).unwrap_or_default()
}

/// Conditions and exceptions with what the facts say.
fn clauses(asker: &Asker<'_>, explanation: &Explanation, status: Status) -> (Clauses, Option<Clauses>) {
    let (exceptions, required): (Vec<&Node>, Vec<&Node>) =
        explanation.clauses.iter().partition(|node| node.role == Role::Unless);
    let (page, line) = (asker.page, |node: &Node| line(asker, node, status, DEPTH_MAX));
    let required = Clauses::new(page, required.into_iter().map(line).collect(), false);
    let exceptions: Vec<ClauseLine> = exceptions.into_iter().map(line).collect();
    (required, (!exceptions.is_empty()).then(|| Clauses::new(page, exceptions, true)))
}

fn line(asker: &Asker<'_>, node: &Node, status: Status, depth: usize) -> ClauseLine {
    let page = asker.page;
    let (label, mut sentence) = (page.words(&node.label), page.words(&node.sentence));
    let is_exception = node.role == Role::Unless;
    // The first part of an exception is its own condition; what follows are the exceptions to it.
    let parts = if is_exception { node.parts.get(1..).unwrap_or_default() } else { &node.parts };
    // Under a negation the only part says the opposite, which the sentence has said already.
    let is_negation = matches!(parts, [only] if only.result != node.result) && !is_exception;
    if is_negation && label.is_empty() {
        sentence = parts.first().map_or(sentence, |only| page.words(&only.sentence));
    }
    let shown = depth > 0 && !parts.is_empty() && node.role != Role::Term && !is_negation;
    let parts = parts.iter().filter(|_| shown).map(|part| line(asker, part, status, depth - 1));
    let parts: Vec<ClauseLine> = parts.collect();
    let said = if label.is_empty() { "" } else { sentence };
    ClauseLine {
        mark: Some(match node.result {
            Truth::True => Mark::Holds,
            Truth::False => Mark::Fails,
            Truth::Unknown if status == Status::NeedsJudgement => Mark::Judgement,
            Truth::Unknown => Mark::Open,
        }),
        text: if label.is_empty() { sentence } else { label }.to_owned(),
        cite: node.cite.clone(),
        own_spelling: String::new(),
        other_spelling: String::new(),
        detail: said.to_owned(),
        unless: (!parts.is_empty()).then(|| Clauses::new(page, parts, is_exception)),
    }
}

fn steps(page: &Page, explanation: &Explanation, status: Status) -> Vec<String> {
    let amount = explanation.amount.iter().filter(|_| status == Status::Entitled);
    let steps = amount.flat_map(|amount| &amount.steps).filter(|step| step.value.is_some());
    let steps: Vec<String> = steps.map(|step| page.words(&step.sentence).to_owned()).collect();
    // A formula and what is due, and nothing between: both say the amount that is shown already.
    if steps.len() > 2 { steps } else { Vec::new() }
}
