//! The rule book of one day: versions chosen, parameters and terms put in, everything compiled.

mod benefit;
mod names;
mod policy;

use super::{
    GroupDefinition, GroupVersion, Ladder, Moment, NamedDefinition, PolicyDefinition, PolicyVersion,
    Scorecard,
};
use crate::{
    catalog::Catalog,
    check::{Scope, Wanted, compile},
    expression::{Expression, Value},
    number::{Number, Rounding},
    policy::{Group, PolicyIndex, RuleBook, Stacking},
    span::{Fault, Span},
    spelling::did_you_mean,
    syntax::parse,
};
pub use names::put_parameters;
use policy::Compiler;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use std::{collections::BTreeSet, sync::Arc};

/// All definitions of an edition.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// Parameters and terms.
    pub named: Vec<NamedDefinition>,
    /// Scorecards.
    pub scorecards: Vec<Scorecard>,
    /// Policies, the grades of ladders among them.
    pub policies: Vec<PolicyDefinition>,
    /// Groups.
    pub groups: Vec<GroupDefinition>,
    /// Ladders.
    pub ladders: Vec<Ladder>,
}

/// Which list of the definitions a fault stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A parameter or term.
    Named,
    /// A scorecard.
    Scorecard,
    /// A policy.
    Policy,
    /// A group.
    Group,
}

/// A fault of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionFault {
    /// Which list.
    pub part: Part,
    /// Identifier of the definition.
    pub id: String,
    /// Field in it: `version.0.require.1.when`.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

/// A rule book, and where each of its policies was defined.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// What is evaluated.
    pub rules: RuleBook,
    /// For each policy: its index among the definitions, and that of its version.
    pub origins: Vec<(usize, usize)>,
}

impl DefinitionFault {
    /// The faults of one field.
    pub fn all(id: &str, part: Part, field: &str, faults: Vec<Fault>) -> impl Iterator<Item = Self> {
        faults.into_iter().map(move |fault| Self { part, id: id.to_owned(), field: field.to_owned(), fault })
    }
}
impl Definitions {
    /// The rule book of a moment. What has a fault is left out and told.
    pub fn book(&self, catalog: &Catalog, moment: Moment) -> (Book, Vec<DefinitionFault>) {
        let (mut scope, mut faults) = self.names(catalog, moment);
        let mut book = Book::default();
        self.put_policies(&mut scope, moment, &mut book, &mut faults);
        self.put_groups(&scope, moment, &mut book, &mut faults);
        (book, faults)
    }

    /// The rule books of many definitions, each of its moment and in their order, on all cores.
    pub fn books(all: &[(Self, Moment)], catalog: &Catalog) -> Vec<(Book, Vec<DefinitionFault>)> {
        all.par_iter().map(|(definitions, moment)| definitions.book(catalog, *moment)).collect()
    }

    /// The names of a moment: what an expression may refer to.
    pub fn scope<'c>(&self, catalog: &'c Catalog, moment: Moment) -> Scope<'c> {
        let mut scope = self.names(catalog, moment).0;
        self.policies.iter().for_each(|policy| scope.put_title(&policy.id, &policy.title));
        scope
    }

    /// The same with the faults of parameters, terms and scorecards; what has one is left out.
    pub fn names<'c>(&self, catalog: &'c Catalog, moment: Moment) -> (Scope<'c>, Vec<DefinitionFault>) {
        let mut faults = Vec::new();
        let mut scope = Scope::new(catalog, moment.as_of);
        self.put_names(&mut scope, moment, &mut faults);
        (scope, faults)
    }

    /// Policies, each as soon as the amounts it refers to are there.
    fn put_policies(
        &self,
        scope: &mut Scope<'_>,
        moment: Moment,
        book: &mut Book,
        faults: &mut Vec<DefinitionFault>,
    ) {
        let mut waiting = Vec::new();
        for (at, policy) in self.policies.iter().enumerate() {
            match policy.version_at(moment) {
                Some(version) => waiting.push((at, policy, version)),
                None => add_nothing(scope, policy),
            }
        }
        let mut done = Vec::new();
        while !waiting.is_empty() {
            let ids: BTreeSet<&str> = waiting.iter().map(|(_, policy, _)| policy.id.as_str()).collect();
            let waits = |(_, policy, (_, version)): &(usize, &PolicyDefinition, (usize, &PolicyVersion))| {
                mentioned(version, scope).iter().any(|id| *id != policy.id && ids.contains(id.as_str()))
            };
            let (later, now): (Vec<_>, Vec<_>) = waiting.into_iter().partition(waits);
            if now.is_empty() {
                let ids: Vec<&str> = later.iter().map(|(_, policy, _)| policy.id.as_str()).collect();
                for (_, policy, (version_at, _)) in &later {
                    let what = format!("these policies depend on each other: {}", ids.join(", "));
                    let fault = Fault::new(Span::default(), what, "take one of the references out");
                    let field = format!("version.{version_at}");
                    faults.extend(DefinitionFault::all(&policy.id, Part::Policy, &field, vec![fault]));
                }
                break;
            }
            for (at, definition, (version_at, version)) in now {
                let compiler = Compiler { id: &definition.id, version: version_at, faults };
                if let Some(policy) = compiler.policy(version, scope) {
                    scope.add_condition(&definition.id, policy.condition());
                    if policy.amount.is_some() {
                        scope.add_amount(&definition.id, policy.amount_or_nought());
                    }
                    done.push((at, version_at, policy));
                }
            }
            waiting = later;
        }
        done.sort_by_key(|(at, ..)| *at);
        for (at, version_at, policy) in done {
            book.origins.push((at, version_at));
            book.rules.policies.push(policy);
        }
    }

    fn put_groups(
        &self,
        scope: &Scope<'_>,
        moment: Moment,
        book: &mut Book,
        faults: &mut Vec<DefinitionFault>,
    ) {
        for group in &self.groups {
            let Some((at, version)) = group.version_at(moment) else { continue };
            let mut report = |field: &str, found: Vec<Fault>| {
                let field = format!("version.{at}.{field}");
                faults.extend(DefinitionFault::all(&group.id, Part::Group, &field, found));
            };
            let members = self.members_of(version, book, &mut report);
            if members.is_empty() {
                // Nothing of it is in force; what its ceiling names may have ended too.
                continue;
            }
            let stacking = match version.ceiling.as_deref().map(|text| compile(text, scope, &Wanted::Amount))
            {
                None => Stacking::Best,
                Some(Ok(ceiling)) => Stacking::Ceiling(benefit::whole_fen(ceiling, Rounding::Down)),
                Some(Err(found)) => {
                    report("ceiling", found);
                    continue;
                }
            };
            book.rules.groups.push(Group { id: Arc::from(group.id.as_str()), stacking, members });
        }
    }

    /// The members that are in force; one that no policy is called is told.
    fn members_of(
        &self,
        group: &GroupVersion,
        book: &Book,
        report: &mut dyn FnMut(&str, Vec<Fault>),
    ) -> Vec<PolicyIndex> {
        let mut members = Vec::new();
        for (index, member) in group.members.iter().enumerate() {
            if let Some(at) = book.rules.policies.iter().position(|policy| *policy.id == **member) {
                members.push(at as PolicyIndex);
            } else if !self.policies.iter().any(|policy| policy.id == *member) {
                let ids = self.policies.iter().map(|policy| policy.id.as_str());
                let hint = did_you_mean(member, ids, "name a policy");
                let what = format!("there is no policy `{member}`");
                let fault = Fault::new(Span::new(0, member.len()), what, hint);
                report(&format!("members.{index}"), vec![fault]);
            }
        }
        members
    }
}

/// A policy that is not in force applies to nobody and gives nothing.
fn add_nothing(scope: &mut Scope<'_>, policy: &PolicyDefinition) {
    scope.add_condition(&policy.id, Expression::truth(false));
    if policy.versions.iter().any(|version| version.benefit.is_some()) {
        scope.add_amount(&policy.id, Expression::Constant(Value::Number(Number::ZERO)));
    }
}

/// The policies that a version mentions anywhere. They stand in quotation marks: a text without any is not read.
fn mentioned(version: &PolicyVersion, scope: &Scope<'_>) -> Vec<String> {
    let texts = version.texts().into_iter().map(|(_, text)| text);
    let trees = texts.filter(|text| text.contains(['"', '“', '”'])).map(|text| parse(text, scope).0);
    trees.flat_map(|tree| tree.mentioned().into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}
