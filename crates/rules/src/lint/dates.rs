//! Values and versions that have ended, and those that never say when they do.

use super::{Finding, Severity, Subject};
use crate::{
    check::Scope,
    definition::{Moment, NamedDefinition, PolicyDefinition, PolicyVersion, rests_on},
    explain::{format::both, written_date},
};

/// After so many days somebody should look again.
const CHECKED_DAYS_MAX: i64 = 365;

/// Looks at all definitions.
pub fn look(subject: &Subject<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let now = Moment { as_of: subject.today, known_at: subject.today };
    let ended: Vec<&NamedDefinition> =
        subject.definitions.named.iter().filter(|named| has_ended(named, subject)).collect();
    for definition in &subject.definitions.policies {
        match definition.version_at(now) {
            Some((at, version)) => {
                undated(definition, at, version, subject, findings);
                let named = &subject.definitions.named;
                expired_values(definition, at, version, &ended, (named, scope), findings);
            }
            None => expired(definition, subject, findings),
        }
    }
}

/// Whether all its values have ended.
fn has_ended(named: &NamedDefinition, subject: &Subject<'_>) -> bool {
    let over = |to: Option<chrono::NaiveDate>| to.is_some_and(|to| to < subject.today);
    !named.values.is_empty() && named.values.iter().all(|value| over(value.effective.to))
}

fn finding(
    definition: &PolicyDefinition,
    at: usize,
    (code, severity): (&'static str, Severity),
    field: &str,
    message: crate::catalog::Words,
) -> Finding {
    Finding {
        code,
        severity,
        policy: definition.id.clone(),
        version: Some(at),
        path: format!("version.{at}.{field}"),
        message,
        basis: None,
    }
}

fn undated(
    definition: &PolicyDefinition,
    at: usize,
    version: &PolicyVersion,
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
) {
    let fresh = version.checked_on.is_some_and(|day| (subject.today - day).num_days() <= CHECKED_DAYS_MAX);
    if version.effective.to.is_some() || fresh {
        return;
    }
    let message = match version.checked_on.map(written_date) {
        Some(day) => both(
            format!("没有截止日期，上次核对是在{}；请重新核对是否仍然有效。", day.zh),
            format!("It has no last day and was checked on {}; see whether it still holds.", day.en),
        ),
        None => both(
            "没有截止日期，也没有核对日期；请写明 `to` 或 `checked_on`。",
            "It has neither a last day nor a day on which it was checked; write `to` or `checked_on`.",
        ),
    };
    findings.push(finding(definition, at, ("undated", Severity::Note), "effective", message));
}

fn expired(definition: &PolicyDefinition, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let last = definition.versions.iter().enumerate().max_by_key(|(_, version)| version.effective.to);
    let Some((at, version)) = last else { return };
    let over =
        definition.versions.iter().all(|version| version.effective.to.is_some_and(|to| to < subject.today));
    if let (true, Some(to)) = (over, version.effective.to) {
        let day = written_date(to);
        let message = both(
            format!("已于{}到期，没有后续版本；请确认是否延续。", day.zh),
            format!("It ended on {} and no version follows; see whether it was prolonged.", day.en),
        );
        findings.push(finding(definition, at, ("expired", Severity::Note), "effective.to", message));
    }
}

fn expired_values(
    definition: &PolicyDefinition,
    at: usize,
    version: &PolicyVersion,
    ended: &[&NamedDefinition],
    (all, scope): (&[NamedDefinition], &Scope<'_>),
    findings: &mut Vec<Finding>,
) {
    for (field, text) in version.texts() {
        let find = |word: &str| all.iter().find(|named| named.name == word || named.label.zh == word);
        let moment = Moment { as_of: scope.as_of, known_at: scope.as_of };
        let rests = rests_on(text, scope, &find, moment);
        let is_ended = |named: &NamedDefinition| ended.iter().any(|ended| std::ptr::eq(*ended, named));
        let Some(named) = rests.iter().map(|rest| rest.named).find(|named| is_ended(named)) else { continue };
        let last = named.values.iter().filter_map(|value| value.effective.to).max().map(written_date);
        let last = last.unwrap_or_default();
        let message = both(
            format!("所用的 `{}` 已于{}到期，现在没有有效值，按未知处理。", named.name, last.zh),
            format!("`{}` ended on {}; it has no value now and counts as unknown.", named.name, last.en),
        );
        findings.push(finding(definition, at, ("expired-value", Severity::Warning), &field, message));
    }
}
