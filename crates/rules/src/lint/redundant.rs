//! Conditions and parts of conditions that say nothing new.

use super::{
    Finding, Looked, Severity,
    space::{Goal, may_hold_together, surely_known},
    written::{condition, shown},
};
use crate::{
    catalog::{Catalog, Words},
    check::Scope,
    explain::{format::both, node::facts_of},
    expression::Expression,
    syntax::{Kind, Tree, parse},
};

/// A part of a clause that has to hold.
struct Part<'t> {
    clause: usize,
    /// As it is written; nothing where the clause has no parts of its own.
    tree: Option<&'t Tree>,
    expression: Expression,
    is_redundant: bool,
}

/// Looks at the conditions of a version. Of two that say the same, only the later one is redundant.
pub fn look(one: &Looked<'_>, require: &[&Expression], scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let trees: Vec<Tree> = one.version.require.iter().map(|clause| parse(&clause.when, scope).0).collect();
    let mut parts = parts_of(require, &trees, scope);
    for at in (0..parts.len()).rev() {
        let others: Vec<&Expression> = parts
            .iter()
            .enumerate()
            .filter(|(index, other)| *index != at && !other.is_redundant)
            .map(|(_, other)| &other.expression)
            .collect();
        parts[at].is_redundant = follows(&parts[at].expression, &others, scope.catalog);
    }
    for clause in 0..require.len() {
        let field = one.require_field(clause);
        let of_clause: Vec<&Part<'_>> = parts.iter().filter(|part| part.clause == clause).collect();
        if of_clause.iter().all(|part| part.is_redundant) {
            let message = both(
                "其他条件已经包含这一条件，可以删去。",
                "The other conditions already say this; it can be taken out.",
            );
            findings.push(one.finding("redundant", Severity::Note, &field, message));
            continue;
        }
        for tree in of_clause.iter().filter(|part| part.is_redundant).filter_map(|part| part.tree) {
            findings.push(one.finding(
                "redundant-part",
                Severity::Note,
                &field,
                says_nothing_new(tree, scope),
            ));
        }
        if let Some(tree) = trees.get(clause) {
            let others: Vec<&Expression> =
                parts.iter().filter(|part| part.clause != clause).map(|part| &part.expression).collect();
            for found in inside(tree, &others, scope) {
                let message = says_nothing_new(found, scope);
                findings.push(one.finding("redundant-part", Severity::Note, &field, message));
            }
        }
    }
    for (index, exception) in one.version.unless.iter().enumerate() {
        let tree = parse(&exception.when, scope).0;
        let mut found = inside(&tree, require, scope);
        if let Kind::And(all) = &tree.kind {
            found.extend(redundant_of(all, require, scope));
        }
        for part in found {
            let field = format!("unless.{index}.when");
            let message = says_nothing_new(part, scope);
            findings.push(one.finding("redundant-part", Severity::Note, &field, message));
        }
    }
}

fn says_nothing_new(tree: &Tree, scope: &Scope<'_>) -> Words {
    let part = shown(tree, scope);
    both(
        format!("其中“{}”没有增加任何内容：其余部分已经包含它。请删去，或检查数字是否写错。", part.zh),
        format!(
            "The part `{}` adds nothing: the rest already says so. Take it out, or see whether its number is wrong.",
            part.en
        ),
    )
}

fn parts_of<'t>(require: &[&Expression], trees: &'t [Tree], scope: &Scope<'_>) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    for (clause, expression) in require.iter().enumerate() {
        let written: Option<Vec<(&Tree, Expression)>> = match trees.get(clause).map(|tree| &tree.kind) {
            Some(Kind::And(all)) => {
                all.iter().map(|tree| Some((tree, condition(tree, None, scope)?))).collect()
            }
            _ => None,
        };
        match written {
            Some(written) => parts.extend(written.into_iter().map(|(tree, expression)| Part {
                clause,
                tree: Some(tree),
                expression,
                is_redundant: false,
            })),
            None => parts.push(Part {
                clause,
                tree: None,
                expression: (*expression).clone(),
                is_redundant: false,
            }),
        }
    }
    parts
}

/// Whether others make a condition true. The facts it reads have to be known through them: a condition that is
/// always true of a known fact still asks that it be known.
fn follows(condition: &Expression, others: &[&Expression], catalog: &Catalog) -> bool {
    let known: Vec<u16> = others.iter().flat_map(|other| surely_known(other)).collect();
    let facts = facts_of(condition);
    let plain = surely_known(condition);
    if facts.is_empty() || facts.iter().any(|fact| !known.contains(fact) || !plain.contains(fact)) {
        return false;
    }
    let goals: Vec<Goal> = others.iter().map(|other| ((*other).clone(), true)).collect();
    !may_hold_together(goals.into_iter().chain([(condition.clone(), false)]).collect(), catalog)
}

/// Redundant parts of what stands inside alternatives, and alternatives that another one takes in.
fn inside<'t>(tree: &'t Tree, others: &[&Expression], scope: &Scope<'_>) -> Vec<&'t Tree> {
    let mut found = Vec::new();
    match &tree.kind {
        Kind::And(all) => all.iter().for_each(|part| found.extend(inside(part, others, scope))),
        Kind::Or(all) => {
            let compiled: Vec<Option<Expression>> =
                all.iter().map(|part| condition(part, None, scope)).collect();
            for (at, part) in all.iter().enumerate() {
                // Of two that say the same, only the later one.
                let wider =
                    compiled.iter().enumerate().filter(|(index, _)| *index != at).any(|(index, wider)| {
                        let (Some(wider), Some(own)) = (wider, &compiled[at]) else { return false };
                        follows(wider, &[own], scope.catalog)
                            && (index < at || !follows(own, &[wider], scope.catalog))
                    });
                if wider {
                    found.push(part);
                } else if let Kind::And(parts) = &part.kind {
                    found.extend(redundant_of(parts, others, scope));
                }
            }
        }
        _ => {}
    }
    found
}

/// The parts that follow from the rest of them and from others.
fn redundant_of<'t>(parts: &'t [Tree], others: &[&Expression], scope: &Scope<'_>) -> Vec<&'t Tree> {
    let compiled: Vec<Option<Expression>> = parts.iter().map(|part| condition(part, None, scope)).collect();
    let mut gone = vec![false; parts.len()];
    for at in (0..parts.len()).rev() {
        let Some(own) = &compiled[at] else { continue };
        let rest = compiled.iter().enumerate().filter(|(index, _)| *index != at && !gone[*index]);
        let rest: Vec<&Expression> =
            rest.filter_map(|(_, part)| part.as_ref()).chain(others.iter().copied()).collect();
        gone[at] = follows(own, &rest, scope.catalog);
    }
    parts.iter().zip(gone).filter(|(_, gone)| *gone).map(|(part, _)| part).collect()
}
