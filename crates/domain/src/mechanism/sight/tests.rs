//! Who acts and who sees, for every distance from a case and every sort of anonymity.

use super::*;
use crate::access::Place;
use crate::mechanism::{
    FieldValue,
    course::{CaseOrigin, OriginKind},
};
use std::collections::BTreeMap;

const FIRM: &str = "91330300MA00000000";
const FILER: &str = "filer";

/// The made-up mechanism with a leader whom nothing but his role binds, and a form that says whom the case complains of.
fn mechanism(anonymity: Anonymity) -> Mechanism {
    let text = include_str!("../course/tests/voice.toml");
    let leader = "[[actor]]\nid = \"leader\"\ntitle = { zh = \"领导\", en = \"Leader\" }\nroles = [\"leader\"]\ncompetence = \"open\"\n\n[[stage]]";
    let accused = "    { name = \"accused_unit\", label = { zh = \"被反映单位\", en = \"Unit\" }, type = \"organization\", marks = \"accused\" },\n    { name = \"who_may_know\", label = { zh = \"公开\", en = \"Identity\" }, type = \"code\", marks = \"identity\" },\n    { name = \"amount\"";
    let text = text.replacen("[[stage]]", leader, 1).replacen("    { name = \"amount\"", accused, 1);
    let text = text.replace(
        "from = [\"handling\", \"leader\"]\nto = \"answered\"\nby = [\"unit\"]",
        "from = [\"handling\", \"leader\"]\nto = \"answered\"\nby = [\"unit\", \"leader\"]",
    );
    Mechanism { anonymity, ..toml::from_str(&text).unwrap() }
}

/// Assigned to `tax` after `land` had it, helped by `fire`, in the stage `handling`.
fn state(mechanism: &Mechanism) -> CaseState {
    let mut state = CaseState::new(mechanism, "2026-03-02".parse().unwrap());
    state.stage = "handling".to_owned();
    state.assigned = Some("tax".to_owned());
    state.co_handlers = vec!["fire".to_owned()];
    state.involved = ["land", "tax", "fire"].map(str::to_owned).to_vec();
    state
}

/// `filer`, `owner of 91…` or `clerk of tax`, each a person called by the words before the first blank.
fn capacity(words: &str) -> Capacity {
    let Some((role, whom)) = words.split_once(" of ") else { return Capacity::Person };
    let role = Role::named(role).unwrap();
    let whom = whom.to_owned();
    if role.is_of_firm() {
        return Capacity::Firm { role, firm: whom, scope: Vec::new(), until: None };
    }
    let place: Place = "330300".parse().unwrap();
    Capacity::Office { role, organization: whom, place, until: None }
}

/// What somebody sees: nothing, the case, or the case and who filed it.
fn seen(mechanism: &Mechanism, state: &CaseState, person: &str, acting_as: &str) -> &'static str {
    let capacity = capacity(acting_as);
    match sight(mechanism, state, (FIRM, FILER), Reader { person, capacity: &capacity }) {
        None => "nothing",
        Some(Sight { shows_filer: false, .. }) => "case",
        Some(Sight { shows_filer: true, .. }) => "filer",
    }
}

#[test]
fn each_sees_what_his_distance_from_the_case_and_its_anonymity_allow() {
    let own = format!("firm-owner of {FIRM}");
    let rows: [(&str, &str, [&str; 3]); 17] = [
        (FILER, "", ["filer", "filer", "filer"]),
        (FILER, &own, ["filer", "filer", "filer"]),
        (FILER, "firm-owner of 91330300MA11111111", ["nothing"; 3]),
        (FILER, "clerk of police", ["nothing"; 3]),
        ("other", &own, ["filer", "filer", "nothing"]),
        ("other", "", ["nothing"; 3]),
        ("a", "coordinator of office", ["filer", "filer", "filer"]),
        ("a", "clerk of office", ["nothing"; 3]),
        ("a", "coordinator of tax", ["filer", "case", "nothing"]),
        ("a", "clerk of tax", ["filer", "case", "nothing"]),
        ("a", "clerk of fire", ["filer", "case", "nothing"]),
        ("a", "clerk of land", ["filer", "case", "nothing"]),
        ("a", "clerk of police", ["nothing"; 3]),
        ("a", "leader of government", ["filer", "case", "nothing"]),
        ("a", "auditor of tax", ["nothing"; 3]),
        ("a", "audit-administrator of office", ["nothing"; 3]),
        ("a", "system-administrator of tax", ["nothing"; 3]),
    ];
    let sorts = [Anonymity::Named, Anonymity::HiddenFromOffice, Anonymity::Confidential];
    for (person, acting_as, expected) in rows {
        let found = sorts.map(|anonymity| {
            let mechanism = mechanism(anonymity);
            seen(&mechanism, &state(&mechanism), person, acting_as)
        });
        assert_eq!(found, expected, "{person} as `{acting_as}`");
    }
}

#[test]
fn a_firm_that_lets_itself_be_named_is_named_to_whoever_handles_the_case() {
    let mechanism = mechanism(Anonymity::HiddenFromOffice);
    for (written, expected) in [("named", "filer"), ("hidden", "case")] {
        let mut state = state(&mechanism);
        state.data.insert("who_may_know".to_owned(), FieldValue::Text(written.to_owned()));
        assert_eq!(seen(&mechanism, &state, "a", "clerk of tax"), expected);
    }
}

#[test]
fn a_firm_that_was_hidden_stays_hidden_where_its_case_goes_on_in_a_named_procedure() {
    let mechanism = mechanism(Anonymity::Named);
    for (is_hidden, expected) in [(false, "filer"), (true, "case")] {
        let mut state = state(&mechanism);
        state.origin = Some(CaseOrigin {
            kind: OriginKind::PassedOn,
            since: state.now,
            number: "2026-000001-1".to_owned(),
            is_hidden,
            data: BTreeMap::new(),
        });
        assert_eq!(seen(&mechanism, &state, "a", "clerk of tax"), expected);
    }
}

#[test]
fn whom_a_case_complains_of_neither_sees_it_nor_acts_in_it_whatever_else_he_is() {
    for anonymity in [Anonymity::Named, Anonymity::HiddenFromOffice, Anonymity::Confidential] {
        let mechanism = mechanism(anonymity);
        for (accused, acting_as) in [
            ("tax", "clerk of tax"),
            ("fire", "clerk of fire"),
            ("office", "coordinator of office"),
            ("land", "clerk of land"),
        ] {
            let mut state = state(&mechanism);
            state.data.insert("accused_unit".to_owned(), FieldValue::Text(accused.to_owned()));
            assert_eq!(seen(&mechanism, &state, FILER, acting_as), "nothing", "{acting_as}");
            let capacity = capacity(acting_as);
            let reader = Reader { person: FILER, capacity: &capacity };
            assert_eq!(actors_of(&mechanism, &state, (FIRM, FILER), reader), []);
        }
    }
}

#[test]
fn an_actor_bound_by_his_role_alone_sees_a_case_while_he_can_act_and_after_he_did() {
    let mechanism = mechanism(Anonymity::Named);
    let mut state = state(&mechanism);
    state.stage = "received".to_owned();
    assert_eq!(seen(&mechanism, &state, "a", "leader of government"), "nothing");
    state.taken.push(StepTaken {
        at: state.now,
        step: "answer".to_owned(),
        by: "leader".to_owned(),
        organization: Some("government".to_owned()),
    });
    assert_eq!(seen(&mechanism, &state, "a", "leader of government"), "filer");
}

#[test]
fn a_restricted_case_is_there_for_the_firm_and_for_those_who_handle_it_or_took_a_step() {
    let mechanism = mechanism(Anonymity::Restricted);
    let mut state = state(&mechanism);
    let own = format!("firm-owner of {FIRM}");
    for (person, acting_as, expected) in [
        ("other", own.as_str(), "filer"),
        ("a", "coordinator of office", "filer"),
        ("a", "clerk of tax", "filer"),
        ("a", "clerk of fire", "filer"),
        ("a", "clerk of land", "filer"),
        ("a", "treasurer of tax", "nothing"),
        ("a", "clerk of police", "nothing"),
        ("a", "leader of government", "nothing"),
    ] {
        assert_eq!(seen(&mechanism, &state, person, acting_as), expected, "{person} as `{acting_as}`");
    }
    state.taken.push(taken(&state, "answer", "leader", Some("government")));
    assert_eq!(seen(&mechanism, &state, "a", "leader of government"), "filer");
}

#[test]
fn an_actor_sees_a_case_when_its_mechanism_says_so() {
    for (anonymity, competence, sees_when, stage, expected) in [
        (Anonymity::Restricted, Competence::Open, Some(SeesWhen::WhenActing), "handling", "filer"),
        (Anonymity::Restricted, Competence::Open, Some(SeesWhen::WhenActing), "received", "nothing"),
        (Anonymity::Named, Competence::Open, Some(SeesWhen::AfterActing), "handling", "nothing"),
        (Anonymity::Named, Competence::Open, Some(SeesWhen::Always), "received", "filer"),
        (Anonymity::Named, Competence::Fixed, None, "received", "filer"),
        (Anonymity::Named, Competence::Fixed, Some(SeesWhen::WhenActing), "received", "nothing"),
        (Anonymity::HiddenFromOffice, Competence::Fixed, Some(SeesWhen::WhenActing), "handling", "filer"),
    ] {
        let mut mechanism = mechanism(anonymity);
        let leader = mechanism.actors.iter_mut().find(|actor| actor.id == "leader").unwrap();
        (leader.competence, leader.sees_when) = (competence, sees_when);
        leader.organization = Some("government".to_owned());
        let state = CaseState { stage: stage.to_owned(), ..state(&mechanism) };
        let found = seen(&mechanism, &state, "a", "leader of government");
        assert_eq!(found, expected, "{anonymity:?} {competence:?} {sees_when:?} in {stage}");
    }
}

/// A step that was taken.
fn taken(state: &CaseState, step: &str, by: &str, organization: Option<&str>) -> StepTaken {
    let organization = organization.map(str::to_owned);
    StepTaken { at: state.now, step: step.to_owned(), by: by.to_owned(), organization }
}

/// Somebody's sight of a case.
fn sight_of(mechanism: &Mechanism, state: &CaseState, acting_as: &str) -> Option<Sight> {
    let capacity = capacity(acting_as);
    sight(mechanism, state, (FIRM, FILER), Reader { person: "a", capacity: &capacity })
}

#[test]
fn a_firm_that_nothing_binds_to_a_case_sees_what_is_published_and_can_speak() {
    let mut mechanism = mechanism(Anonymity::Named);
    let leader = mechanism.actors.iter_mut().find(|actor| actor.id == "leader").unwrap();
    leader.roles = vec![Role::FirmOwner];
    let mut state = state(&mechanism);
    let any = "firm-owner of 91330300MA11111111";
    let capacity = capacity(any);
    let reader = Reader { person: "a", capacity: &capacity };
    let standings = actors_of(&mechanism, &state, (FIRM, FILER), reader);
    assert_eq!(standings, [Standing { actor: "leader".to_owned(), organization: None }]);
    let seen = sight_of(&mechanism, &state, any).unwrap();
    assert_eq!((seen.extent, seen.shows_filer), (Extent::Published, false));
    assert!(!seen.shows(&mechanism, "answer") && !mechanism.shows_title(seen.extent, &seen.reads_as));
    let answer = mechanism.steps.iter_mut().find(|step| step.id == "answer").unwrap();
    answer.acts.push(crate::mechanism::Act::Publish);
    assert!(seen.shows(&mechanism, "answer"));
    state.stage = "received".to_owned();
    assert_eq!(sight_of(&mechanism, &state, any), None);
    // What is for every firm at all times is there once something is published.
    let leader = mechanism.actors.iter_mut().find(|actor| actor.id == "leader").unwrap();
    (leader.sees, leader.sees_when) = (Some(Extent::Published), Some(SeesWhen::Always));
    assert_eq!(sight_of(&mechanism, &state, any), None);
    state.published.push(state.now);
    assert_eq!(sight_of(&mechanism, &state, any).map(|one| one.extent), Some(Extent::Published));
}

#[test]
fn a_step_its_fields_and_its_stage_are_shown_to_those_it_names() {
    let mut mechanism = mechanism(Anonymity::Named);
    let file = mechanism.steps.iter_mut().find(|step| step.id == "file").unwrap();
    file.shown_to = vec!["desk".to_owned()];
    let answer = mechanism.steps.iter_mut().find(|step| step.id == "answer").unwrap();
    answer.shown_to = vec!["desk".to_owned()];
    let answered = mechanism.stages.iter_mut().find(|stage| stage.id == "answered").unwrap();
    answered.covered_by = Some("handling".to_owned());
    let mut state = state(&mechanism);
    state.taken.push(taken(&state, "file", "firm", None));
    for (acting_as, is_shown) in [("coordinator of office", true), ("clerk of tax", false)] {
        let sight = sight_of(&mechanism, &state, acting_as).unwrap();
        assert_eq!(sight.shows(&mechanism, "file"), is_shown, "{acting_as}");
        assert_eq!(sight.shows_field(&mechanism, &state, "subject"), is_shown, "{acting_as}");
        assert_eq!(mechanism.shows_title(sight.extent, &sight.reads_as), is_shown, "{acting_as}");
        let stage = mechanism.stage_shown("answered", sight.extent, &sight.reads_as);
        assert_eq!(stage, if is_shown { "answered" } else { "handling" }, "{acting_as}");
        assert!(sight.shows(&mechanism, "dispatch"));
    }
    assert!(!is_shown_to_all(&mechanism, &state, "subject"));
}

#[test]
fn files_of_a_firm_that_is_hidden_wait_until_they_are_released() {
    let mut mechanism = mechanism(Anonymity::HiddenFromOffice);
    let dispatch = mechanism.steps.iter_mut().find(|step| step.id == "dispatch").unwrap();
    dispatch.acts.push(crate::mechanism::Act::Release);
    let mut state = state(&mechanism);
    state.taken.push(taken(&state, "file", "firm", None));
    let shown = |state: &CaseState, acting_as| {
        sight_of(&mechanism, state, acting_as).unwrap().shows_files(&mechanism, state, 0)
    };
    assert!(shown(&state, "coordinator of office") && !shown(&state, "clerk of tax"));
    state.taken.push(taken(&state, "dispatch", "desk", Some("office")));
    assert!(shown(&state, "clerk of tax"));
    // What comes after is looked at anew.
    state.taken.insert(0, taken(&state, "dispatch", "desk", Some("office")));
    state.taken.truncate(2);
    assert!(!sight_of(&mechanism, &state, "clerk of tax").unwrap().shows_files(&mechanism, &state, 1));
}

#[test]
fn everybody_acts_as_what_binds_him_to_the_case() {
    let own = format!("firm-owner of {FIRM}");
    for (person, acting_as, expected) in [
        (FILER, own.as_str(), "firm"),
        ("other", &own, "firm"),
        (FILER, "firm-agent of 91330300MA00000000", ""),
        (FILER, "", ""),
        ("a", "coordinator of office", "desk@office"),
        ("a", "clerk of tax", "unit@tax"),
        ("a", "clerk of fire", "helper@fire"),
        ("a", "clerk of land", ""),
        ("a", "leader of government", "leader@government"),
    ] {
        let mechanism = mechanism(Anonymity::Named);
        let capacity = capacity(acting_as);
        let reader = Reader { person, capacity: &capacity };
        let standings = actors_of(&mechanism, &state(&mechanism), (FIRM, FILER), reader);
        let told = standings.into_iter().map(|one| match one.organization {
            Some(organization) => format!("{}@{organization}", one.actor),
            None => one.actor,
        });
        assert_eq!(told.collect::<Vec<_>>().join(" "), expected, "{person} as `{acting_as}`");
    }
}

#[test]
fn a_sealed_case_is_there_for_its_filer_alone() {
    let own = format!("firm-owner of {FIRM}");
    let readers = [
        (FILER, own.as_str(), "filer"),
        (FILER, "", "filer"),
        ("other", own.as_str(), "nothing"),
        (FILER, "coordinator of office", "nothing"),
        ("a", "coordinator of office", "nothing"),
        ("a", "clerk of tax", "nothing"),
        ("a", "clerk of fire", "nothing"),
        ("a", "clerk of land", "nothing"),
        ("a", "leader of government", "nothing"),
    ];
    for anonymity in [Anonymity::Named, Anonymity::HiddenFromOffice, Anonymity::Confidential] {
        let mechanism = mechanism(anonymity);
        let state = CaseState { is_sealed: true, ..state(&mechanism) };
        for (person, acting_as, expected) in readers {
            assert_eq!(seen(&mechanism, &state, person, acting_as), expected, "{person} as `{acting_as}`");
        }
    }
}
