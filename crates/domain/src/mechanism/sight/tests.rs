//! Who acts and who sees, for every distance from a case and every sort of anonymity.

use super::*;
use crate::access::Place;
use crate::mechanism::FieldValue;

const FIRM: &str = "91330300MA00000000";
const FILER: &str = "filer";

/// The made-up mechanism with a leader whom nothing but his role binds, and a form that says whom the case complains of.
fn mechanism(anonymity: Anonymity) -> Mechanism {
    let text = include_str!("../course/tests/voice.toml");
    let leader = "[[actor]]\nid = \"leader\"\ntitle = { zh = \"领导\", en = \"Leader\" }\nroles = [\"leader\"]\ncompetence = \"open\"\n\n[[stage]]";
    let accused = "    { name = \"accused_unit\", label = { zh = \"被反映单位\", en = \"Unit\" }, type = \"organization\" },\n    { name = \"amount\"";
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
        state.data.insert("identity".to_owned(), FieldValue::Text(written.to_owned()));
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
    state.taken.push(crate::mechanism::course::StepTaken {
        at: state.now,
        step: "answer".to_owned(),
        by: "leader".to_owned(),
        organization: Some("government".to_owned()),
    });
    assert_eq!(seen(&mechanism, &state, "a", "leader of government"), "filer");
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
