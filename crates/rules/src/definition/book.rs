//! The rule book of one day: versions chosen, parameters and terms put in, everything compiled.

use super::{
    Benefit, Condition, Effective, GroupDefinition, Ladder, Limit, NamedDefinition, ParameterValue,
    PolicyDefinition, PolicyVersion, Scorecard, Unless, score,
};
use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, Type, Words},
    check::{Dimension, Named, Scope, Wanted, compile, compile_measured},
    expression::{Comparison, Expression, Value},
    number::Number,
    policy::{Clause, Exception, Group, Policy, PolicyIndex, RuleBook, Stacking},
    reference::Firm,
    span::{Fault, Span},
    spelling::did_you_mean,
    syntax::{Spelling, parse, print},
    table::Table,
    vocabulary::CodeBits,
};
use chrono::NaiveDate;
use std::{collections::BTreeSet, sync::Arc};

/// The two times of an evaluation: for which day, and knowing what was published when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The day for which is evaluated.
    pub as_of: NaiveDate,
    /// The day on which is evaluated.
    pub known_at: NaiveDate,
}

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

impl Effective {
    /// Whether a day lies within.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The version that stands at a moment: of those in force and known, the one that was known last.
fn standing<V>(
    versions: &[V],
    moment: Moment,
    dates: impl Fn(&V) -> (Effective, Option<NaiveDate>),
) -> impl Iterator<Item = (usize, &V)> {
    let mut found: Vec<(NaiveDate, NaiveDate, usize)> = versions
        .iter()
        .enumerate()
        .filter_map(|(index, version)| {
            let (effective, known_from) = dates(version);
            let known_from = known_from.unwrap_or(effective.from);
            let stands = effective.holds(moment.as_of) && known_from <= moment.known_at;
            stands.then_some((known_from, effective.from, index))
        })
        .collect();
    found.sort_unstable_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, _, index)| (index, &versions[index]))
}

impl PolicyDefinition {
    /// The version that stands at a moment.
    pub fn version_at(&self, moment: Moment) -> Option<(usize, &PolicyVersion)> {
        standing(&self.versions, moment, |version| (version.effective, version.known_from)).next()
    }
}

impl Definitions {
    /// The rule book of a moment. What has a fault is left out and told.
    pub fn book(&self, catalog: &Catalog, moment: Moment) -> (Book, Vec<DefinitionFault>) {
        let mut faults = Vec::new();
        let mut scope = Scope::new(catalog, moment.as_of);
        self.put_names(&mut scope, moment, &mut faults);
        let mut book = Book::default();
        self.put_policies(&mut scope, moment, &mut book, &mut faults);
        self.put_groups(&scope, &mut book, &mut faults);
        (book, faults)
    }

    /// The names of a moment: what an expression may refer to.
    pub fn scope<'c>(&self, catalog: &'c Catalog, moment: Moment) -> Scope<'c> {
        let mut scope = Scope::new(catalog, moment.as_of);
        self.put_names(&mut scope, moment, &mut Vec::new());
        scope
    }

    /// Every fault of every version: each is compiled for the days on which it begins to stand.
    pub fn faults(&self, catalog: &Catalog, today: NaiveDate) -> Vec<DefinitionFault> {
        let mut moments = BTreeSet::from([Moment { as_of: today, known_at: today }]);
        let versions = self.policies.iter().flat_map(|policy| &policy.versions);
        for version in versions {
            let known_at = version.known_from.unwrap_or(version.effective.from).max(version.effective.from);
            moments.insert(Moment { as_of: version.effective.from, known_at });
        }
        let mut all = Vec::new();
        for moment in moments {
            for fault in self.book(catalog, moment).1 {
                if !all.contains(&fault) {
                    all.push(fault);
                }
            }
        }
        all
    }

    /// Parameters, then terms and scorecards as soon as what they mention is there.
    fn put_names(&self, scope: &mut Scope<'_>, moment: Moment, faults: &mut Vec<DefinitionFault>) {
        let (parameters, terms): (Vec<_>, Vec<_>) = self.named.iter().partition(|named| named.is_parameter);
        for parameter in parameters {
            put_named(parameter, scope, moment, faults);
        }
        let mut waiting: Vec<Waiting<'_>> = terms.into_iter().map(Waiting::Term).collect();
        let in_force =
            |card: &&Scorecard| card.effective.is_none_or(|effective| effective.holds(moment.as_of));
        waiting.extend(self.scorecards.iter().filter(in_force).map(Waiting::Card));
        while !waiting.is_empty() {
            let ids: BTreeSet<String> = waiting.iter().flat_map(Waiting::names).collect();
            let (later, now): (Vec<_>, Vec<_>) = waiting
                .iter()
                .copied()
                .partition(|waiting| waiting.mentions(scope).iter().any(|name| ids.contains(name)));
            let stuck = now.is_empty();
            for waiting in if stuck { &later } else { &now } {
                match waiting {
                    _ if stuck => faults.push(waiting.circle()),
                    Waiting::Term(term) => put_named(term, scope, moment, faults),
                    Waiting::Card(card) => score::add(card, scope, faults),
                }
            }
            waiting = if stuck { Vec::new() } else { later };
        }
    }

    /// Policies, each as soon as the amounts it refers to are there.
    fn put_policies(
        &self,
        scope: &mut Scope<'_>,
        moment: Moment,
        book: &mut Book,
        faults: &mut Vec<DefinitionFault>,
    ) {
        let stands = |(at, policy)| Some((at, policy, PolicyDefinition::version_at(policy, moment)?));
        let mut waiting: Vec<_> = self.policies.iter().enumerate().filter_map(stands).collect();
        let mut done = Vec::new();
        while !waiting.is_empty() {
            let ids: BTreeSet<&str> = waiting.iter().map(|(_, policy, _)| policy.id.as_str()).collect();
            let waits = |(_, policy, (_, version)): &(usize, &PolicyDefinition, (usize, &PolicyVersion))| {
                amounts_mentioned(version, scope)
                    .iter()
                    .any(|id| *id != policy.id && ids.contains(id.as_str()))
            };
            let (mut later, mut now): (Vec<_>, Vec<_>) = waiting.into_iter().partition(waits);
            if now.is_empty() {
                // They refer to each other: compiled all the same, so that each says which amount it lacks.
                now.append(&mut later);
            }
            for (at, definition, (version_at, version)) in now {
                let compiler = Compiler { id: &definition.id, version: version_at, faults };
                if let Some(policy) = compiler.policy(version, scope) {
                    scope.add_amount(&definition.id, policy.amount_or_nought());
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

    fn put_groups(&self, scope: &Scope<'_>, book: &mut Book, faults: &mut Vec<DefinitionFault>) {
        for group in &self.groups {
            let members = self.members_of(group, book, faults);
            if members.is_empty() {
                // Nothing of it is in force; what its ceiling names may have ended too.
                continue;
            }
            let stacking = match group.ceiling.as_deref().map(|text| compile(text, scope, &Wanted::Amount)) {
                None => Stacking::Best,
                Some(Ok(ceiling)) => Stacking::Ceiling(ceiling),
                Some(Err(found)) => {
                    faults.extend(DefinitionFault::all(&group.id, Part::Group, "ceiling", found));
                    continue;
                }
            };
            book.rules.groups.push(Group { id: Arc::from(group.id.as_str()), stacking, members });
        }
    }

    /// The members that are in force; one that no policy is called is told.
    fn members_of(
        &self,
        group: &GroupDefinition,
        book: &Book,
        faults: &mut Vec<DefinitionFault>,
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
                let field = format!("members.{index}");
                faults.extend(DefinitionFault::all(&group.id, Part::Group, &field, vec![fault]));
            }
        }
        members
    }
}

/// A term or scorecard that is not compiled yet.
#[derive(Clone, Copy)]
enum Waiting<'d> {
    Term(&'d NamedDefinition),
    Card(&'d Scorecard),
}

impl Waiting<'_> {
    /// The names it will give.
    fn names(&self) -> Vec<String> {
        match self {
            Self::Term(term) => vec![term.name.clone(), term.label.zh.clone()],
            Self::Card(card) => {
                let sections = card.items.iter().map(|item| format!("{}.{}", card.id, item.section));
                let items = card.items.iter().map(|item| format!("{}.{}", card.id, item.id));
                let labels = card.items.iter().map(|item| item.label.zh.clone());
                let whole = [card.id.clone(), card.title.zh.clone()];
                whole.into_iter().chain(sections).chain(items).chain(labels).collect()
            }
        }
    }

    /// The names its texts mention.
    fn mentions(&self, scope: &Scope<'_>) -> Vec<String> {
        let texts: Vec<&str> = match self {
            Self::Term(term) => term.values.iter().map(|value| value.value.as_str()).collect(),
            Self::Card(card) => card.items.iter().map(|item| item.points.as_str()).collect(),
        };
        let trees = texts.into_iter().map(|text| parse(text, scope).0);
        trees.flat_map(|tree| tree.mentioned().into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    fn circle(&self) -> DefinitionFault {
        let (id, part) = match self {
            Self::Term(term) => (&term.name, Part::Named),
            Self::Card(card) => (&card.id, Part::Scorecard),
        };
        let what = "it depends on itself, directly or through others";
        let fault = Fault::new(Span::default(), what, "take one of the references out");
        DefinitionFault { part, id: id.clone(), field: String::new(), fault }
    }
}

fn put_named(
    named: &NamedDefinition,
    scope: &mut Scope<'_>,
    moment: Moment,
    faults: &mut Vec<DefinitionFault>,
) {
    let dates = |value: &ParameterValue| (value.effective, value.known_from);
    let standing: Vec<(usize, &ParameterValue)> = standing(&named.values, moment, dates).collect();
    let mut report = |index: usize, field: &str, found: Vec<Fault>| {
        let field = format!("value.{index}.{field}");
        faults.extend(DefinitionFault::all(&named.name, Part::Named, &field, found));
    };
    let mut compiled = Vec::new();
    for (index, value) in standing {
        let expression = compile(&value.value, scope, &Wanted::Of(named.kind.clone()));
        match expression.and_then(|expression| {
            if named.is_parameter { constant(&expression, &value.value) } else { Ok(expression) }
        }) {
            Ok(expression) => compiled.push((index, &value.places, expression)),
            Err(found) => report(index, "value", found),
        }
    }
    let expression = match &named.by {
        None => compiled.into_iter().next().map(|(_, _, expression)| expression),
        Some(by) => match table(by, compiled, scope) {
            Ok(expression) => Some(expression),
            Err((index, field, fault)) => {
                report(index, field, vec![fault]);
                None
            }
        },
    };
    if let Some(expression) = expression {
        scope.name(&named.name, Named::new(named.kind.clone(), named.label.clone(), expression));
    }
}

/// A parameter is a constant: what it computes to without any firm.
fn constant(expression: &Expression, text: &str) -> Result<Expression, Vec<Fault>> {
    let catalog = Catalog::default();
    let nobody = Table { rows: 1, ..Table::default() };
    if expression.facts().is_empty()
        && let Some(value) = Firm::new(&catalog, &nobody, 0, &NoCalendar).value(expression)
    {
        return Ok(Expression::Constant(value));
    }
    let what = "the value of a parameter has to be a constant";
    Err(vec![Fault::new(Span::new(0, text.len()), what, "write a number, or make it a term")])
}

/// Values by place: the narrower place first, the value without places last.
fn table(
    by: &str,
    values: Vec<(usize, &Vec<String>, Expression)>,
    scope: &Scope<'_>,
) -> Result<Expression, (usize, &'static str, Fault)> {
    let catalog = scope.catalog;
    let field = catalog.find(by).filter(|field| matches!(catalog.field(*field).kind, Type::Code(_)));
    let Some(field) = field else {
        let what = format!("`by` names `{by}`, which is no field that holds a code");
        return Err((0, "value", Fault::new(Span::default(), what, "name a field such as `region`")));
    };
    let Type::Code(vocabulary) = catalog.field(field).kind else { unreachable!("it was filtered") };
    let vocabulary = catalog.vocabulary(vocabulary);
    let mut rows: Vec<(usize, CodeBits, Value)> = Vec::new();
    for (index, places, expression) in values {
        let Expression::Constant(value) = expression else { continue };
        let mut bits = CodeBits::none(vocabulary.codes().len());
        for place in places {
            let Some(code) = vocabulary.find(place) else {
                let what = format!("`{place}` is no code of `{}`", vocabulary.name);
                return Err((
                    index,
                    "for",
                    Fault::new(Span::default(), what, "write a code of the vocabulary"),
                ));
            };
            bits.0.iter_mut().zip(vocabulary.within(code).0).for_each(|(kept, added)| *kept |= added);
        }
        if places.is_empty() {
            bits.0.iter_mut().for_each(|word| *word = u64::MAX);
        }
        rows.push((bits.codes().count(), bits, value));
    }
    rows.sort_by_key(|(count, ..)| *count);
    let rows = rows.into_iter().map(|(_, bits, value)| (bits, value)).collect();
    Ok(Expression::Lookup(Box::new(Expression::Fact(field)), rows))
}

/// The policies whose amounts a version refers to.
fn amounts_mentioned(version: &PolicyVersion, scope: &Scope<'_>) -> Vec<String> {
    let mut texts: Vec<&str> = version.require.iter().map(|clause| clause.when.as_str()).collect();
    texts.extend(version.unless.iter().map(|exception| exception.when.as_str()));
    if let Some(benefit) = &version.benefit {
        texts.push(&benefit.amount);
        let others = [&benefit.base, &benefit.limit, &benefit.base_cap, &benefit.floor, &benefit.cap];
        texts.extend(others.into_iter().flatten().map(String::as_str));
    }
    let trees = texts.into_iter().map(|text| parse(text, scope).0);
    trees.flat_map(|tree| tree.mentioned().into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Compiles one version of a policy.
struct Compiler<'d> {
    id: &'d str,
    version: usize,
    faults: &'d mut Vec<DefinitionFault>,
}

impl Compiler<'_> {
    fn report(&mut self, field: &str, found: Vec<Fault>) {
        let field = format!("version.{}.{field}", self.version);
        self.faults.extend(DefinitionFault::all(self.id, Part::Policy, &field, found));
    }

    fn compiled(
        &mut self,
        text: &str,
        field: &str,
        scope: &Scope<'_>,
        wanted: &Wanted,
    ) -> Option<Expression> {
        compile(text, scope, wanted).map_err(|found| self.report(field, found)).ok()
    }

    fn clause(&mut self, text: &str, cite: &str, field: &str, scope: &Scope<'_>) -> Option<Clause> {
        let expression = self.compiled(text, field, scope, &Wanted::Condition)?;
        let source = print(&parse(text, scope).0, Spelling::English, scope);
        Some(Clause { expression, cite: Arc::from(cite), source: Arc::from(source) })
    }

    fn policy(mut self, version: &PolicyVersion, scope: &mut Scope<'_>) -> Option<Policy> {
        let require: Vec<Option<Clause>> = version
            .require
            .iter()
            .enumerate()
            .map(|(index, Condition { when, cite, .. })| {
                self.clause(when, cite, &format!("require.{index}.when"), scope)
            })
            .collect();
        let unless = self.exceptions(&version.unless, "unless", scope);
        let benefit = version.benefit.as_ref().map(|benefit| self.benefit(benefit, scope));
        scope.forget("base");
        let mut require: Vec<Clause> = require.into_iter().collect::<Option<_>>()?;
        let amount = match benefit {
            None => None,
            Some(benefit) => {
                let (limit, amount) = benefit?;
                require.extend(limit);
                Some(amount)
            }
        };
        Some(Policy { id: Arc::from(self.id), require, unless: unless?, amount })
    }

    fn exceptions(&mut self, all: &[Unless], path: &str, scope: &Scope<'_>) -> Option<Vec<Exception>> {
        let all: Vec<Option<Exception>> = all
            .iter()
            .enumerate()
            .map(|(index, exception)| {
                let path = format!("{path}.{index}");
                let clause = self.clause(&exception.when, &exception.cite, &format!("{path}.when"), scope);
                let unless = self.exceptions(&exception.unless, &format!("{path}.unless"), scope);
                Some(Exception { clause: clause?, unless: unless? })
            })
            .collect();
        all.into_iter().collect()
    }

    /// The condition a limit sets, and the amount with everything applied.
    fn benefit(&mut self, benefit: &Benefit, scope: &mut Scope<'_>) -> Option<(Option<Clause>, Expression)> {
        let base = benefit.base.as_deref().map(|text| self.base(text, benefit, scope));
        let is_whole = !matches!(base, Some(None));
        let cliff = match base {
            None => None,
            Some(Some((cliff, named))) => {
                scope.name("base", named);
                cliff
            }
            // With something in its place, so that the other texts are checked all the same.
            Some(None) => {
                let nought = Expression::Constant(Value::Number(Number::ZERO));
                scope.name("base", Named::new(Type::Money, Words::default(), nought));
                None
            }
        };
        let amount = self.compiled(&benefit.amount, "benefit.amount", scope, &Wanted::Amount);
        let bound = |compiler: &mut Self, text: &Option<String>, field: &str| match text {
            None => Some(None),
            Some(text) => compiler.compiled(text, field, scope, &Wanted::Amount).map(Some),
        };
        let floor = bound(self, &benefit.floor, "benefit.floor");
        let cap = bound(self, &benefit.cap, "benefit.cap");
        let unit = self.unit(benefit);
        let (mut amount, floor, cap, unit) = (amount?, floor?, cap?, unit?);
        if !is_whole {
            return None;
        }
        if let Some(rounding) = benefit.rounding {
            amount = Expression::Rounded(Box::new(amount), unit, rounding);
        }
        let nought = Expression::Constant(Value::Number(Number::ZERO));
        amount = Expression::Greatest(vec![amount, floor.unwrap_or(nought)]);
        if let Some(cap) = cap {
            amount = Expression::Smallest(vec![amount, cap]);
        }
        Some((cliff, amount))
    }

    /// The base under its limit and cap, and the condition a cliff sets.
    fn base(&mut self, text: &str, benefit: &Benefit, scope: &Scope<'_>) -> Option<(Option<Clause>, Named)> {
        let measured = compile_measured(text, scope, &Wanted::Number);
        let measured = measured.map_err(|found| self.report("benefit.base", found)).ok();
        let kind = measured.as_ref().map_or(Type::Money, |(_, dimension)| kind_of(dimension));
        let wanted = Wanted::Of(kind.clone());
        let limit = benefit.limit.as_deref().map(|text| self.compiled(text, "benefit.limit", scope, &wanted));
        let cap =
            benefit.base_cap.as_deref().map(|text| self.compiled(text, "benefit.base_cap", scope, &wanted));
        let (mut base, _) = measured?;
        let mut cliff = None;
        if let Some(limit) = limit {
            let limit = limit?;
            match benefit.kind {
                Some(Limit::Slice) => base = Expression::Smallest(vec![base, limit]),
                Some(Limit::Cliff) => {
                    let source = format!("{text} <= {}", benefit.limit.as_deref().unwrap_or_default());
                    let expression =
                        Expression::Compare(Comparison::AtMost, Box::new(base.clone()), Box::new(limit));
                    let cite = Arc::from(benefit.cite.as_str());
                    cliff = Some(Clause { expression, cite, source: Arc::from(source) });
                }
                None => {
                    let what = "the limit does not say what happens above it";
                    let hint = "add `kind = \"cliff\"` (nothing is due) or `kind = \"slice\"` (the part below counts)";
                    self.report("benefit.limit", vec![Fault::new(Span::default(), what, hint)]);
                    return None;
                }
            }
        }
        if let Some(cap) = cap {
            base = Expression::Smallest(vec![base, cap?]);
        }
        let label = Words { zh: "基数".to_owned(), en: "base".to_owned() };
        Some((cliff, Named::new(kind, label, base)))
    }

    /// The unit of rounding in yuan: whole fen.
    fn unit(&mut self, benefit: &Benefit) -> Option<Number> {
        let fen = Number::fraction(1, 100)?;
        let Some(text) = &benefit.unit else { return Some(fen) };
        let catalog = Catalog::default();
        let scope = Scope::new(&catalog, NaiveDate::default());
        let found = compile(text, &scope, &Wanted::Amount).and_then(|expression| constant(&expression, text));
        let unit = match found {
            Ok(Expression::Constant(Value::Number(unit))) => Some(unit),
            _ => None,
        };
        let whole = |unit: &Number| {
            *unit > Number::ZERO && unit.multiply(Number::whole(100)).is_some_and(Number::is_whole)
        };
        if unit.is_none_or(|unit| !whole(&unit)) {
            let what = format!("`{text}` is no unit of money");
            self.report(
                "benefit.unit",
                vec![Fault::new(Span::new(0, text.len()), what, "write `0.01`, `1` or `100`")],
            );
        }
        unit.filter(whole)
    }
}

/// The type that goes with what an expression measures.
fn kind_of(dimension: &Dimension) -> Type {
    match dimension {
        Dimension::Ratio => Type::Ratio,
        Dimension::Unit(unit) => Type::Number { scale: 0, unit: unit.clone() },
        Dimension::Pure => Type::Number { scale: 0, unit: String::new() },
        _ => Type::Money,
    }
}
