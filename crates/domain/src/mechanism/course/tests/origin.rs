//! Cases that come from another: what they begin with, from when the firm's clock runs, and cases that are sealed.

use super::*;
use crate::mechanism::Act;

/// The made-up mechanism, whose firm's clock runs from the first filing; what is passed on arrives by itself.
fn version(change: impl FnOnce(&mut Mechanism)) -> MechanismVersion {
    let text = include_str!("voice.toml").replacen(
        "{ act = \"start-clock\", clock = \"firm\" }",
        "{ act = \"start-clock\", clock = \"firm\", from = \"first-filing\" }",
        1,
    );
    let mut definition: Mechanism = toml::from_str(&text).unwrap();
    change(&mut definition);
    let (version, faults) = MechanismVersion::of(definition, &[]);
    assert_eq!(faults, []);
    version
}

fn origin(kind: OriginKind) -> CaseOrigin {
    CaseOrigin {
        kind,
        since: moment("2026-02-09"),
        number: "2026-000001-1".to_owned(),
        is_hidden: false,
        data: BTreeMap::from([("subject".to_owned(), FieldValue::Text("land".to_owned()))]),
    }
}

#[test]
fn the_clock_of_the_firm_runs_from_the_first_filing_whatever_case_it_was_then() {
    let version = version(|_| {});
    assert_eq!(version.definition.faults(), []);
    let starts = |origin: Option<CaseOrigin>| {
        let mut course = Course::begin_from(&version, office(), moment("2026-03-02"), origin);
        course.take(&step(FILED)).unwrap();
        course.state().runs[0].start
    };
    assert_eq!(starts(None), moment("2026-03-02"));
    assert_eq!(starts(Some(origin(OriginKind::Split))), moment("2026-02-09"));
}

#[test]
fn a_case_knows_what_it_began_with_and_as_what_it_was_first_filed() {
    let version = version(|_| {});
    let mut course =
        Course::begin_from(&version, office(), moment("2026-03-02"), Some(origin(OriginKind::PassedOn)));
    assert_eq!(course.state().data["subject"], FieldValue::Text("land".to_owned()));
    course.take(&step(FILED)).unwrap();
    let first = (moment("2026-02-09"), "2026-000001-1".to_owned());
    assert_eq!(course.state().first_filing("2026-000009-1"), first);
    let own = self::course(&[FILED], "2026-03-02");
    assert_eq!(own.state().first_filing("2026-000009-1"), (moment("2026-03-02"), "2026-000009-1".to_owned()));
}

#[test]
fn only_what_was_passed_on_meets_the_condition_passed_on() {
    let version = version(|definition| {
        let dispatch = definition.steps.iter_mut().find(|step| step.id == "dispatch").unwrap();
        dispatch.when = Some("passed_on".to_owned());
    });
    for (origin, expected) in [
        (None, ["condition-not-met"].as_slice()),
        (Some(origin(OriginKind::Split)), &["condition-not-met"]),
        (Some(origin(OriginKind::PassedOn)), &[]),
    ] {
        let mut course = Course::begin_from(&version, office(), moment("2026-03-02"), origin);
        course.take(&step(FILED)).unwrap();
        let refusals = course.take(&step(SENT)).err().unwrap_or_default();
        let reasons: Vec<&str> = refusals.iter().map(|refusal| refusal.reason.name()).collect();
        assert_eq!(reasons, expected);
    }
}

#[test]
fn a_sealed_case_takes_back_what_others_would_have_been_told() {
    let version = version(|definition| {
        let dispatch = definition.steps.iter_mut().find(|step| step.id == "dispatch").unwrap();
        dispatch.to = Some("closed".to_owned());
        dispatch.acts.push(Act::Seal);
        for notice in &mut definition.notices {
            notice.to = vec!["firm".to_owned(), "unit".to_owned()];
        }
    });
    let mut course = Course::begin(&version, office(), moment("2026-03-02"));
    course.take(&step(FILED)).unwrap();
    assert!(!course.state().is_sealed);
    course.take(&step(SENT)).unwrap();
    assert!(course.state().is_sealed && !course.state().notices.is_empty());
    assert!(course.state().notices.iter().all(|notice| notice.to == ["firm"]));
}
