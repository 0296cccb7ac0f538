//! Policies that give the same twice: within one place without a group, between a place and the one above it.

use super::{Finding, Looked, Severity, Subject, space::example};
use crate::{explain::format::both, expression::Expression};

/// Most pairs that are tried.
const PAIRS_MAX: usize = 20_000;

/// Looks at every pair of versions.
pub fn look(looked: &[Looked<'_>], subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut pairs = 0;
    for (index, one) in looked.iter().enumerate() {
        for other in &looked[..index] {
            if one.definition.id == other.definition.id || !meet_in_time(one, other) {
                continue;
            }
            pairs += 1;
            if pairs > PAIRS_MAX {
                return;
            }
            let (Some(mine), Some(theirs)) = (&one.policy.amount, &other.policy.amount) else { continue };
            let above = |child: &Looked<'_>, parent: &Looked<'_>| {
                descends(&child.definition.edition, &parent.definition.edition, subject)
            };
            let levels =
                above(one, other).then_some((one, other)).or(above(other, one).then_some((other, one)));
            match levels {
                Some((child, parent)) if is_same_benefit(one, other) && mine != theirs => {
                    contradict(child, parent, subject, findings);
                }
                None if is_same_base(one, other) && !is_grouped(one, other, subject) => {
                    overlap(one, other, subject, findings);
                }
                _ => {}
            }
        }
    }
}

fn meet_in_time(one: &Looked<'_>, other: &Looked<'_>) -> bool {
    let (one, other) = (one.version.effective, other.version.effective);
    one.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| one.from <= to)
}

/// Whether an edition builds on another.
fn descends(child: &str, ancestor: &str, subject: &Subject<'_>) -> bool {
    let mut at = child;
    for _ in 0..16 {
        match subject.editions.get(at).and_then(|place| place.parent.as_deref()) {
            Some(parent) if parent == ancestor => return true,
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

fn is_same_benefit(one: &Looked<'_>, other: &Looked<'_>) -> bool {
    let (left, right) = (&one.definition.title.zh, &other.definition.title.zh);
    let titled = !left.trim().is_empty() && left.trim() == right.trim();
    titled || (one.definition.field == other.definition.field && one.policy.require == other.policy.require)
}

fn is_same_base(one: &Looked<'_>, other: &Looked<'_>) -> bool {
    let base = |looked: &Looked<'_>| {
        let benefit = looked.version.benefit.as_ref()?;
        benefit.base.as_ref().map(|base| base.split_whitespace().collect::<String>())
    };
    one.definition.field == other.definition.field && base(one).is_some() && base(one) == base(other)
}

fn is_grouped(one: &Looked<'_>, other: &Looked<'_>, subject: &Subject<'_>) -> bool {
    subject.definitions.groups.iter().flat_map(|group| &group.versions).any(|group| {
        group.members.contains(&one.definition.id) && group.members.contains(&other.definition.id)
    })
}

/// Whether a firm was found to which both apply.
fn both_apply(one: &Looked<'_>, other: &Looked<'_>, subject: &Subject<'_>) -> bool {
    let together = Expression::And(vec![one.policy.condition(), other.policy.condition()]);
    example(&together, subject.catalog).is_some()
}

fn contradict(child: &Looked<'_>, parent: &Looked<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !both_apply(child, parent, subject) {
        return;
    }
    let (id, edition) = (&parent.definition.id, &parent.definition.edition);
    let message = both(
        format!("与上级（{edition}）的 `{id}` 是同一项优惠，条件有交叉而金额不同，又没有写明 `replaces`。"),
        format!(
            "The same benefit as `{id}` of {edition}: the conditions overlap, the amounts differ, and nothing says it replaces that one."
        ),
    );
    findings.push(child.finding("editions-contradict", Severity::Warning, "benefit.amount", message));
}

fn overlap(one: &Looked<'_>, other: &Looked<'_>, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !both_apply(one, other, subject) {
        return;
    }
    let id = &other.definition.id;
    let message = both(
        format!("与 `{id}` 以同一基数计算，一家企业可同时符合两者；请在 groups.toml 中写明如何叠加。"),
        format!(
            "It is taken of the same base as `{id}` and a firm can be entitled to both; say in groups.toml how they go together."
        ),
    );
    findings.push(one.finding("overlap", Severity::Warning, "benefit.base", message));
}
