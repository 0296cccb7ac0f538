//! One plan for all policies of a rule book.

pub mod atom;
pub mod graph;
pub mod literal;
pub mod lower;
pub mod numeric;
pub mod proof;

use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, FieldIndex, TableIndex},
    engine::run::Selection,
    expression::Expression,
    policy::{Exception, Policy, PolicyIndex, RuleBook, Stacking},
    reference::Firm,
    table::Table,
};
use graph::{Graph, Step};
use literal::Literal;
use lower::{Lowering, Reads, is_constant};
use numeric::{Fen, Program};
use std::{fmt, sync::Arc};

/// Deepest nesting of an expression.
pub const DEPTH_MAX: usize = 200;

/// Most parts of all expressions of a rule book.
const PARTS_MAX: usize = 4_000_000;

/// Most distinct conditions and combinations of a plan; each takes a kilobyte of every thread.
pub const CONDITIONS_MAX: usize = 65_536;

/// A rule book that is too large to be evaluated together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The policy or group with which the limit was passed.
    pub id: Arc<str>,
    /// What there is too much of.
    what: &'static str,
    /// The limit.
    limit: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, what, limit } = self;
        write!(f, "more than {limit} {what} · {id} · simplify the definition or evaluate fewer together")
    }
}

impl std::error::Error for TooLarge {}

/// All policies of a rule book, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) catalog: Arc<Catalog>,
    pub(super) book: Arc<RuleBook>,
    pub(super) graph: Graph,
    pub(super) policies: Vec<PlannedPolicy>,
    pub(super) groups: Vec<PlannedGroup>,
    everything: Selection,
}

/// A policy in the plan.
#[derive(Clone, Debug)]
pub struct PlannedPolicy {
    /// When it applies.
    pub when: Literal,
    /// The same where every judgement is yes, and where every judgement is no.
    pub judged: Option<[Literal; 2]>,
    /// What is due.
    pub amount: Option<Amount>,
    /// Whether it is in a group.
    pub is_grouped: bool,
    /// What it reads.
    pub reads: Reads,
}

/// How an amount is computed.
#[derive(Clone, Debug)]
pub enum Amount {
    /// The same for every firm, in fen.
    Fixed(Option<i64>),
    /// By a program.
    Fen(Box<Fen>),
    /// By the reference.
    Row,
}

/// A group in the plan.
#[derive(Clone, Debug)]
pub struct PlannedGroup {
    /// Its members that have an amount, in order of application; one may stand twice.
    pub members: Vec<PolicyIndex>,
    /// What they get together; `None` where only the best counts.
    pub ceiling: Option<Amount>,
    /// What the ceiling reads.
    pub reads: Reads,
}

impl Plan {
    /// Plans a rule book; an error where it passes a limit.
    pub fn new(catalog: Arc<Catalog>, book: Arc<RuleBook>) -> Result<Self, TooLarge> {
        let mut graph = Graph::new();
        let mut parts = 0;
        let mut policies = Vec::with_capacity(book.policies.len());
        for policy in &book.policies {
            measure(&policy.id, &expressions(policy), &mut parts)?;
            policies.push(planned(&catalog, &mut graph, policy));
            bounded(&policy.id, &graph)?;
        }
        let mut groups = Vec::with_capacity(book.groups.len());
        for group in &book.groups {
            let mut members = group.members.clone();
            members.retain(|member| policies[*member as usize].amount.is_some());
            for member in &members {
                policies[*member as usize].is_grouped = true;
            }
            let ceiling = match &group.stacking {
                Stacking::Best => None,
                Stacking::Ceiling(ceiling) => Some(ceiling),
            };
            let expressions: Vec<&Expression> = ceiling.into_iter().collect();
            measure(&group.id, &expressions, &mut parts)?;
            let ceiling = ceiling.map(|ceiling| amount(&catalog, &mut graph, ceiling));
            bounded(&group.id, &graph)?;
            groups.push(PlannedGroup { members, ceiling, reads: Reads::of(expressions) });
        }
        let roots: Vec<Literal> = policies
            .iter()
            .flat_map(|policy| {
                policy
                    .judged
                    .into_iter()
                    .flatten()
                    .chain([policy.when])
                    .chain(conditions(policy.amount.as_ref()))
            })
            .chain(groups.iter().flat_map(|group| conditions(group.ceiling.as_ref())))
            .collect();
        graph.take_apart(&roots);
        let everything = Selection::default();
        let mut plan = Self { catalog, book, graph, policies, groups, everything };
        let all: Vec<PolicyIndex> = (0..plan.policies.len() as PolicyIndex).collect();
        plan.everything = plan.select(&all);
        Ok(plan)
    }

    /// The rule book.
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// Every policy.
    pub fn everything(&self) -> &Selection {
        &self.everything
    }

    /// Number of distinct atoms.
    pub fn atom_count(&self) -> usize {
        let is_atom = |step: &&Step| matches!(step, Step::Atom(_) | Step::Signum(..));
        self.graph.steps.iter().filter(is_atom).count()
    }

    /// The policies whose status or amount can change with one of these facts or child tables, ascending; a
    /// policy of a group with all that the group shares with it.
    pub fn readers(&self, fields: &[FieldIndex], tables: &[TableIndex]) -> Vec<PolicyIndex> {
        let reads = |reads: &Reads| {
            fields.iter().any(|field| reads.fields.binary_search(field).is_ok())
                || tables.iter().any(|table| reads.tables.binary_search(table).is_ok())
        };
        let mut chosen: Vec<bool> = self.policies.iter().map(|policy| reads(&policy.reads)).collect();
        for group in self.groups.iter().filter(|group| reads(&group.reads)) {
            for member in &group.members {
                chosen[*member as usize] = true;
            }
        }
        self.closed(chosen)
    }

    /// With every policy that shares a group with a chosen one.
    pub(super) fn closed(&self, mut chosen: Vec<bool>) -> Vec<PolicyIndex> {
        let mut grows = true;
        while std::mem::take(&mut grows) {
            for group in &self.groups {
                let count = group.members.iter().filter(|member| chosen[**member as usize]).count();
                if count > 0 && count < group.members.len() {
                    for member in &group.members {
                        chosen[*member as usize] = true;
                    }
                    grows = true;
                }
            }
        }
        (0..self.policies.len() as PolicyIndex).filter(|policy| chosen[*policy as usize]).collect()
    }
}

/// The conditions an amount asks for.
pub fn conditions(amount: Option<&Amount>) -> Vec<Literal> {
    match amount {
        Some(Amount::Fen(fen)) => fen.program.conditions.clone(),
        _ => Vec::new(),
    }
}

fn planned(catalog: &Catalog, graph: &mut Graph, policy: &Policy) -> PlannedPolicy {
    let expressions = expressions(policy);
    let condition_count = expressions.len() - usize::from(policy.amount.is_some());
    let when = condition(catalog, graph, None, policy);
    let judged = expressions[..condition_count].iter().any(|expression| expression.needs_judgement());
    let judged = judged.then(|| [true, false].map(|judged| condition(catalog, graph, Some(judged), policy)));
    let reads = Reads::of(expressions);
    let amount = policy.amount.as_ref().map(|expression| amount(catalog, graph, expression));
    PlannedPolicy { when, judged, amount, is_grouped: false, reads }
}

fn condition(catalog: &Catalog, graph: &mut Graph, judged: Option<bool>, policy: &Policy) -> Literal {
    let mut lowering = Lowering { catalog, graph, judged };
    if let Some(judged) = judged {
        return lowering.truth(&policy.condition().judged_as(judged));
    }
    let mut all: Vec<Literal> =
        policy.require.iter().map(|clause| lowering.truth(&clause.expression)).collect();
    all.push(none_of(&mut lowering, &policy.unless));
    graph.all(all)
}

fn none_of(lowering: &mut Lowering, exceptions: &[Exception]) -> Literal {
    let mut any = Vec::with_capacity(exceptions.len());
    for exception in exceptions {
        let own = lowering.truth(&exception.clause.expression);
        let rest = none_of(lowering, &exception.unless);
        any.push(lowering.graph.all([own, rest]));
    }
    lowering.graph.any(any).negated()
}

fn amount(catalog: &Catalog, graph: &mut Graph, expression: &Expression) -> Amount {
    if is_constant(expression) {
        let table = Table::default();
        return Amount::Fixed(Firm::new(catalog, &table, 0, &NoCalendar).amount_fen(expression));
    }
    let mut lowering = Lowering { catalog, graph, judged: None };
    Program::fen(&mut lowering, expression).map_or(Amount::Row, |fen| Amount::Fen(Box::new(fen)))
}

/// Every expression of a policy, the amount last.
fn expressions(policy: &Policy) -> Vec<&Expression> {
    let mut all: Vec<&Expression> = policy.require.iter().map(|clause| &clause.expression).collect();
    let mut open: Vec<&Exception> = policy.unless.iter().collect();
    while let Some(exception) = open.pop() {
        all.push(&exception.clause.expression);
        open.extend(&exception.unless);
    }
    all.extend(&policy.amount);
    all
}

/// Counts parts and depth without recursion, so that no definition can exhaust the stack.
fn measure(id: &Arc<str>, expressions: &[&Expression], parts: &mut usize) -> Result<(), TooLarge> {
    let mut open: Vec<(&Expression, usize)> = expressions.iter().map(|one| (*one, 1)).collect();
    while let Some((expression, depth)) = open.pop() {
        *parts += 1;
        if depth > DEPTH_MAX {
            return Err(TooLarge { id: id.clone(), what: "levels in an expression", limit: DEPTH_MAX });
        }
        if *parts > PARTS_MAX {
            return Err(TooLarge { id: id.clone(), what: "parts of expressions", limit: PARTS_MAX });
        }
        if let Expression::Aggregate(aggregate) = expression {
            open.extend(aggregate.parts().map(|part| (part, depth + 1)));
        }
        open.extend(expression.parts().into_iter().map(|part| (part, depth + 1)));
    }
    Ok(())
}

fn bounded(id: &Arc<str>, graph: &Graph) -> Result<(), TooLarge> {
    let is_bounded = graph.steps.len() <= CONDITIONS_MAX;
    let too_large = TooLarge { id: id.clone(), what: "distinct conditions", limit: CONDITIONS_MAX };
    is_bounded.then_some(()).ok_or(too_large)
}
