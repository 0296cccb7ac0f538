//! Conditions that can never hold, parts that are dead, clauses that say nothing new.

use super::{
    Finding, Looked, Severity, redundant,
    space::{Goal, may_hold_together},
};
use crate::{
    catalog::Words,
    check::Scope,
    explain::{Renderer, format::both},
    expression::Expression,
    syntax::{Spelling, print},
};

/// Looks at one version; `false` where no firm can be entitled at all.
pub fn look(one: &Looked<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) -> bool {
    let catalog = scope.catalog;
    let require: Vec<&Expression> = one.policy.require.iter().map(|clause| &clause.expression).collect();
    if let Some((field, message)) = contradiction(one, &require, scope) {
        findings.push(one.finding("contradiction", Severity::Error, &field, message));
        return false;
    }
    if !may_hold_together(vec![(one.policy.condition(), true)], catalog) {
        let message = both(
            "例外情形把符合条件的企业全部排除，没有企业能享受。",
            "The exceptions take away every case the conditions leave; no firm can be entitled.",
        );
        findings.push(one.finding("contradiction", Severity::Error, "unless", message));
        return false;
    }
    for (index, exception) in one.policy.unless.iter().enumerate() {
        let goals = goals(&require).chain([(exception.condition(), true)]).collect();
        if !may_hold_together(goals, catalog) {
            let message = both(
                "在其他条件之下，这一例外永远不会发生，可以删去或检查是否写错。",
                "Given the conditions, this exception can never apply; take it out or see whether it is meant so.",
            );
            findings.push(one.finding(
                "dead-exception",
                Severity::Warning,
                &format!("unless.{index}.when"),
                message,
            ));
        }
    }
    for index in 0..require.len() {
        dead_branches(one, &require, index, scope, findings);
    }
    redundant::look(one, &require, scope, findings);
    true
}

fn goals<'e>(all: &'e [&Expression]) -> impl Iterator<Item = Goal> + 'e {
    all.iter().map(|expression| ((*expression).clone(), true))
}

/// The clause that can never hold, or two that never hold together, or all of them.
fn contradiction(one: &Looked<'_>, require: &[&Expression], scope: &Scope<'_>) -> Option<(String, Words)> {
    let catalog = scope.catalog;
    for (index, clause) in require.iter().enumerate() {
        if !may_hold_together(vec![((*clause).clone(), true)], catalog) {
            let message = both(
                "这一条件自相矛盾，永远不会成立。",
                "This condition contradicts itself; it can never hold.",
            );
            return Some((one.require_field(index), message));
        }
    }
    if may_hold_together(goals(require).collect(), catalog) {
        return None;
    }
    for (index, clause) in require.iter().enumerate() {
        for (earlier, before) in require[..index].iter().enumerate() {
            let pair = [*before, *clause];
            if !may_hold_together(goals(&pair).collect(), catalog) {
                let field = format!("version.{}.{}", one.at, one.require_field(earlier));
                let message = both(
                    format!("这一条件与 {field} 矛盾，两者不能同时成立。"),
                    format!("This condition contradicts {field}; both can never hold."),
                );
                return Some((one.require_field(index), message));
            }
        }
    }
    let message = both("这些条件合在一起永远不会成立。", "These conditions can never all hold together.");
    Some(("require".to_owned(), message))
}

/// Alternatives that can never hold beside the other conditions.
fn dead_branches(
    one: &Looked<'_>,
    require: &[&Expression],
    index: usize,
    scope: &Scope<'_>,
    findings: &mut Vec<Finding>,
) {
    let mut alternatives = Vec::new();
    collect_alternatives(require[index], &mut alternatives);
    for alternative in alternatives {
        let goals = goals(require).chain([(alternative.clone(), true)]).collect();
        if may_hold_together(goals, scope.catalog) {
            continue;
        }
        let tree = Renderer { catalog: scope.catalog, child: None }.tree(alternative);
        let (zh, en) = (print(&tree, Spelling::Chinese, scope), print(&tree, Spelling::English, scope));
        let message = both(
            format!("其中“{zh}”在其他条件之下永远不会成立。"),
            format!("The alternative `{en}` can never hold beside the other conditions."),
        );
        findings.push(one.finding("dead-branch", Severity::Warning, &one.require_field(index), message));
    }
}

fn collect_alternatives<'e>(expression: &'e Expression, found: &mut Vec<&'e Expression>) {
    match expression {
        Expression::And(all) => all.iter().for_each(|part| collect_alternatives(part, found)),
        Expression::Or(all) => found.extend(all),
        _ => {}
    }
}
