//! Courses of a made-up mechanism: what follows from steps on days, and that refusals change nothing.

mod origin;
mod properties;
mod reference;

use super::*;
use crate::{
    clock::tests::office,
    mechanism::{FieldValue, Mechanism, RefusalReason},
};
use rules::{
    catalog::{Type, Words},
    definition::{Effective, NamedDefinition, ParameterValue},
};
use std::{collections::BTreeMap, sync::LazyLock};

static VOICE: LazyLock<MechanismVersion> = LazyLock::new(|| {
    let definition: Mechanism =
        toml::from_str(include_str!("voice.toml")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(definition.faults(), []);
    let (version, faults) = MechanismVersion::of(definition, &[]);
    assert_eq!(faults, []);
    version
});

fn moment(day: &str) -> Moment {
    day.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// `2026-03-02 file firm subject=land` or, for an organisation, `2026-03-02 contribute helper@tax`.
fn step(line: &str) -> CaseStep {
    let mut words = line.split_whitespace();
    let (at, step, by) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    let (by, organization) = match by.split_once('@') {
        Some((by, organization)) => (by, Some(organization.to_owned())),
        None => (by, None),
    };
    let field = |word: &str| {
        let (name, value) = word.split_once('=').unwrap();
        (name.to_owned(), FieldValue::Text(value.to_owned()))
    };
    let data: BTreeMap<String, FieldValue> = words.map(field).collect();
    CaseStep { at: moment(at), step: step.to_owned(), by: by.to_owned(), organization, data }
}

fn steps(lines: &[&str]) -> Vec<CaseStep> {
    lines.iter().map(|line| step(line)).collect()
}

/// The course of these steps, none of which may be refused, on a day.
fn course(lines: &[&str], until: &str) -> Course<'static> {
    let (mut course, refused) = Course::replay(&VOICE, office(), moment("2026-03-02"), &steps(lines));
    assert_eq!(refused, []);
    course.advance(moment(until));
    course
}

/// Due dates of open clocks, rungs and messages, as lines.
fn told(course: &Course<'_>) -> Vec<String> {
    let mut told = vec![format!("stage {} since {}", course.state().stage, course.state().since)];
    for (run, known) in course.open_clocks() {
        let due = known.due.map_or("open".to_owned(), |due| due.at.to_string());
        told.push(format!("due {}@{} {due}", run.clock, run.organization.as_deref().unwrap_or("-")));
    }
    told.extend(course.state().rungs.iter().map(|fired| format!("rung {} {}", fired.at, fired.rung)));
    told
}

/// Why the last of these steps is refused.
fn refused(lines: &[&str]) -> Vec<String> {
    let (last, before) = lines.split_last().unwrap();
    let mut course = course(before, "2026-03-02");
    let known = course.state().clone();
    let refusals = course.take(&step(last)).unwrap_err();
    assert_eq!(*course.state(), known, "a refusal changes nothing");
    let told =
        |refusal: &Refusal| format!("{} {}", refusal.reason.name(), refusal.cite.as_deref().unwrap_or("-"));
    refusals.iter().map(told).collect()
}

const FILED: &str = "2026-03-02 file firm subject=land";
const SENT: &str = "2026-03-03 dispatch desk unit=tax";

#[test]
fn the_clock_of_the_firm_runs_from_filing_and_that_of_the_unit_from_dispatch() {
    assert_eq!(
        told(&course(&[FILED, SENT], "2026-03-03")),
        ["stage handling since 2026-03-03", "due firm@- 2026-03-16", "due unit@tax 2026-03-12"]
    );
}

#[test]
fn a_late_case_is_warned_of_then_reminded_then_taken_on_by_a_leader() {
    assert_eq!(
        told(&course(&[FILED, SENT], "2026-03-31")),
        [
            "stage leader since 2026-03-19", "due firm@- 2026-03-16", "due unit@tax 2026-03-12",
            "rung 2026-03-10 warn", "rung 2026-03-13 remind", "rung 2026-03-19 circular",
        ]
    );
}

#[test]
fn what_is_due_on_the_day_of_the_answer_goes_out_and_nothing_after_it() {
    let answered = [FILED, SENT, "2026-03-13 answer unit", "2026-03-16 rate firm level=1"];
    let course = course(&answered, "2026-12-31");
    assert_eq!(
        told(&course),
        ["stage closed since 2026-03-16", "rung 2026-03-10 warn", "rung 2026-03-13 remind"]
    );
    assert_eq!(course.next_steps(), []);
}

#[test]
fn a_bad_rating_opens_the_case_again_once_with_new_clocks() {
    let bad = [FILED, SENT, "2026-03-09 answer unit", "2026-03-10 rate firm level=5"];
    assert_eq!(
        told(&course(&bad, "2026-03-10")),
        ["stage handling since 2026-03-10", "due firm@- 2026-03-24", "due unit@tax 2026-03-19"]
    );
    let again: Vec<&str> =
        bad.into_iter().chain(["2026-03-16 answer unit", "2026-03-17 rate firm level=5"]).collect();
    assert_eq!(told(&course(&again, "2026-03-17")), ["stage closed since 2026-03-17"]);
}

#[test]
fn an_answer_that_nobody_rates_closes_when_the_time_for_it_is_over() {
    let course = course(&[FILED, SENT, "2026-03-09 answer unit"], "2026-04-01");
    assert_eq!(told(&course), ["stage closed since 2026-03-17"]);
}

#[test]
fn every_helper_has_a_clock_of_its_own_and_finishes_no_other() {
    let helped = [
        FILED, SENT, "2026-03-04 help unit unit=land", "2026-03-05 help unit unit=fire",
        "2026-03-06 contribute helper@fire",
    ];
    assert_eq!(
        told(&course(&helped, "2026-03-10")),
        [
            "stage handling since 2026-03-03", "due firm@- 2026-03-16", "due unit@tax 2026-03-12",
            "due helper@land 2026-03-09", "rung 2026-03-10 warn", "rung 2026-03-10 remind-helper",
        ]
    );
}

#[test]
fn a_pause_opens_the_due_date_and_no_rung_fires_while_it_lasts() {
    let asked = [FILED, SENT, "2026-03-05 ask unit"];
    let told_paused = told(&course(&asked, "2026-06-30"));
    assert_eq!(told_paused[2..], ["due unit@tax open"]);
    let handed_in = [FILED, SENT, "2026-03-05 ask unit", "2026-03-12 hand-in firm"];
    assert_eq!(told(&course(&handed_in, "2026-03-12"))[2..], ["due unit@tax 2026-03-19"]);
}

#[test]
fn a_refusal_tells_everything_that_stands_against_the_step_with_its_clause() {
    assert_eq!(refused(&["2026-03-02 file firm"]), ["field-missing -"]);
    assert_eq!(refused(&["2026-03-02 file desk subject=x"]), ["not-by-actor -"]);
    assert_eq!(
        refused(&["2026-03-02 file firm subject=x amount=viel colour=red"]),
        ["misfit -", "unknown-field -"]
    );
    assert_eq!(refused(&[FILED, SENT, "2026-03-03 dispatch desk unit=land"]), ["not-in-stage -"]);
    assert_eq!(refused(&[FILED, SENT, "2026-03-02 answer unit"]), ["out-of-order -"]);
    assert_eq!(refused(&[FILED, SENT, "2026-03-04 answer unit@land"]), ["not-competent -"]);
    assert_eq!(refused(&[FILED, SENT, "2026-03-04 anser unit"]), ["unknown-step -"]);
    // The ground of the clock says why: too long, and asked for too late.
    assert_eq!(refused(&[FILED, SENT, "2026-03-12 extend unit longer=6wd"]), ["clock a29", "clock a29"]);
    let twice = [FILED, SENT, "2026-03-04 extend unit longer=2wd", "2026-03-05 extend unit longer=2wd"];
    assert_eq!(refused(&twice), ["clock a29"]);
    let third = [
        FILED, SENT, "2026-03-04 return unit", "2026-03-04 dispatch desk unit=land",
        "2026-03-05 return unit", "2026-03-05 dispatch desk unit=fire", "2026-03-06 return unit",
    ];
    assert_eq!(refused(&third), ["condition-not-met a26"]);
    let ended =
        [FILED, SENT, "2026-03-04 answer unit", "2026-03-05 rate firm level=1", "2026-03-06 answer unit"];
    assert_eq!(refused(&ended), ["ended -"]);
}

#[test]
fn what_each_actor_may_do_now_depends_on_the_stage_and_on_conditions() {
    let may = |lines: &[&str], until: &str| -> Vec<String> {
        let next = course(lines, until).next_steps();
        next.iter().map(|next| format!("{} {}", next.actor, next.step)).collect()
    };
    assert_eq!(may(&[], "2026-03-02"), ["firm file"]);
    assert_eq!(may(&[FILED], "2026-03-02"), ["desk dispatch"]);
    assert_eq!(
        may(&[FILED, SENT], "2026-03-03"),
        ["unit return", "unit help", "unit ask", "unit extend", "unit answer"]
    );
    let returned = [FILED, SENT, "2026-03-04 return unit", "2026-03-04 dispatch desk unit=land"];
    let twice: Vec<&str> = returned
        .into_iter()
        .chain(["2026-03-05 return unit", "2026-03-05 dispatch desk unit=fire"])
        .collect();
    assert_eq!(may(&twice, "2026-03-05"), ["unit help", "unit ask", "unit extend", "unit answer"]);
}

#[test]
fn messages_name_their_text_and_the_actors_they_go_to() {
    let notices = course(&[FILED, SENT], "2026-03-13").state().notices.clone();
    let told: Vec<String> =
        notices.iter().map(|due| format!("{} {} {}", due.at, due.notice, due.to.join(","))).collect();
    assert_eq!(
        told,
        ["2026-03-03 dispatched unit,firm", "2026-03-10 warned unit", "2026-03-13 reminded unit,helper,desk",]
    );
}

#[test]
fn a_case_stays_on_its_version_and_a_new_one_begins_on_the_newest_in_force() {
    let mut newer = VOICE.definition.clone();
    newer.version = 2;
    newer.effective = "2026-03-10".parse().unwrap();
    newer.clocks[1].terms.period = "3wd".parse().unwrap();
    let versions = [VOICE.clone(), MechanismVersion::of(newer, &[]).0];
    let version = |day: &str| {
        MechanismVersion::in_force(&versions, "voice", day.parse().unwrap()).map(|one| one.definition.version)
    };
    assert_eq!(
        (version("2025-12-31"), version("2026-03-09"), version("2026-03-10")),
        (None, Some(1), Some(2))
    );
    let mut course = Course::begin(&versions[0], office(), moment("2026-03-09"));
    for line in ["2026-03-09 file firm subject=x", "2026-03-11 dispatch desk unit=tax"] {
        course.take(&step(line)).unwrap();
    }
    assert_eq!(told(&course)[2], "due unit@tax 2026-03-20");
    assert_eq!(course.state().version, 1);
}

#[test]
fn a_condition_with_a_fault_is_told_with_its_field_and_what_is_near() {
    let text = include_str!("voice.toml").replace("level >= 4 and", "levl >= 4 and");
    let (_, faults) = MechanismVersion::of(toml::from_str(&text).unwrap(), &[]);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].field, "step.10.when");
    assert!(faults[0].hint.contains("did you mean `level`"), "{faults:?}");
    let text =
        include_str!("voice.toml").replace("type = \"number\"", "type = \"code\", vocabulary = \"levels\"");
    let (_, faults) = MechanismVersion::of(toml::from_str(&text).unwrap(), &[]);
    assert_eq!(faults[0].field, "form.3.field.0.vocabulary");
}

#[test]
fn a_condition_nobody_can_decide_names_the_fields_that_would_settle_it() {
    let text = include_str!("voice.toml").replacen(
        "id = \"answer\"\n",
        "id = \"answer\"\nwhen = \"amount <= 300万\"\n",
        1,
    );
    let (version, faults) = MechanismVersion::of(toml::from_str(&text).unwrap(), &[]);
    assert_eq!(faults, []);
    let mut course = Course::begin(&version, office(), moment("2026-03-02"));
    course.take(&step(FILED)).unwrap();
    course.take(&step(SENT)).unwrap();
    let refusals = course.take(&step("2026-03-04 answer unit")).unwrap_err();
    let RefusalReason::ConditionUnknown { missing, .. } = &refusals[0].reason else { panic!("{refusals:?}") };
    assert_eq!(missing, &["amount"]);
}

/// A step of the mechanism itself that starts a clock from a day in the past is due again at once: time stood still, and
/// everybody waited.
#[test]
fn an_automatic_step_that_is_always_due_again_ends_all_the_same() {
    let again = "[[step]]\nid = \"again\"\ntitle = { zh = \"再\", en = \"Again\" }\nfrom = [\"received\"]\nby = [\"system\"]\n\
        when = \"over_firm\"\ndo = [{ act = \"finish-clock\", clock = \"firm\" }, { act = \"start-clock\", clock = \"firm\", from = \"since_on\" }]\n";
    let field = "    { name = \"since_on\", label = { zh = \"起\", en = \"Since\" }, type = \"date\" },\n    { name = \"subject\"";
    let text = include_str!("voice.toml").replacen("    { name = \"subject\"", field, 1) + again;
    let (version, faults) = MechanismVersion::of(toml::from_str(&text).unwrap(), &[]);
    assert_eq!(faults, []);
    let filed = step("2026-03-02 file firm subject=land since_on=2020-01-01");
    let (mut course, refused) = Course::replay(&version, office(), moment("2026-03-02"), &[filed]);
    assert_eq!(refused, []);
    course.advance(moment("2027-03-02"));
    let times = course.state().times("again");
    assert!((1..=16).contains(&times), "{times}");
    let steps = course.state().taken.len();
    course.advance(moment("2027-03-03"));
    assert_eq!(course.state().taken.len(), steps);
}

#[test]
fn a_day_far_off_is_refused_and_what_is_reckoned_from_a_late_one_can_be_read_again() {
    for (day, is_taken) in [("2199-12-31", true), ("2200-01-01", false), ("1899-12-31", false)] {
        let text = include_str!("voice.toml").replacen(
            "    { name = \"subject\"",
            "    { name = \"since_on\", label = { zh = \"起\", en = \"Since\" }, type = \"date\" },\n    { name = \"subject\"",
            1,
        );
        let text = text.replacen("clock = \"firm\" }", "clock = \"firm\", from = \"since_on\" }", 1);
        let (version, _) = MechanismVersion::of(toml::from_str(&text).unwrap(), &[]);
        let filed = step(&format!("2026-03-02 file firm subject=land since_on={day}"));
        let (course, refused) = Course::replay(&version, office(), moment("2026-03-02"), &[filed]);
        assert_eq!(refused.is_empty(), is_taken, "{day}: {refused:?}");
        for (run, known) in course.open_clocks() {
            for at in [Some(run.start), known.due.map(|due| due.at)].into_iter().flatten() {
                assert_eq!(at.to_string().parse(), Ok(at), "{day}");
            }
        }
    }
}

/// The made-up mechanism with another condition on a step, and a parameter that doubled in March.
fn with_condition(step: &str, when: &str) -> MechanismVersion {
    let text = include_str!("voice.toml").replacen(
        &format!("id = \"{step}\"\n"),
        &format!("id = \"{step}\"\nwhen = \"{when}\"\n"),
        1,
    );
    let value = |from: &str, to: Option<&str>, value: &str| ParameterValue {
        effective: Effective { from: from.parse().unwrap(), to: to.map(|to| to.parse().unwrap()) },
        known_from: None,
        value: value.to_owned(),
        places: Vec::new(),
        cite: String::new(),
        verified: false,
    };
    let limit = NamedDefinition {
        name: "limit".to_owned(),
        label: Words::default(),
        kind: Type::Money,
        by: None,
        is_parameter: true,
        values: vec![
            value("2026-01-01", Some("2026-03-04"), "100万"),
            value("2026-03-05", Some("2026-03-31"), "200万"),
        ],
    };
    let (version, faults) = MechanismVersion::with_parameters(toml::from_str(&text).unwrap(), &[], &[limit]);
    assert_eq!(faults, []);
    version
}

/// Why the last step is refused on this version; empty where it is taken.
fn outcome(version: &MechanismVersion, lines: &[&str]) -> Vec<&'static str> {
    let (_, refused) = Course::replay(version, office(), moment("2026-03-02"), &steps(lines));
    assert!(refused.iter().all(|(at, _)| at + 1 == lines.len()), "{refused:?}");
    refused.into_iter().flat_map(|(_, refusals)| refusals).map(|one| one.reason.name()).collect()
}

#[test]
fn a_condition_may_name_a_parameter_which_is_that_of_the_day() {
    let version = with_condition("answer", "amount <= limit");
    let filed = "2026-03-02 file firm subject=x amount=150万";
    assert_eq!(outcome(&version, &[filed, SENT, "2026-03-04 answer unit"]), ["condition-not-met"]);
    assert_eq!(outcome(&version, &[filed, SENT, "2026-03-05 answer unit"]), [""; 0]);
    // Nobody has said what it is in April.
    assert_eq!(outcome(&version, &[filed, SENT, "2026-04-01 answer unit"]), ["condition-unknown"]);
}

#[test]
fn a_condition_may_compare_the_day_on_which_a_clock_ends() {
    let version = with_condition("answer", "due_unit <= 2026-03-12");
    assert_eq!(outcome(&version, &[FILED, SENT, "2026-03-04 answer unit"]), [""; 0]);
    let later = "2026-03-04 dispatch desk unit=tax";
    assert_eq!(outcome(&version, &[FILED, later, "2026-03-04 answer unit"]), ["condition-not-met"]);
}

#[test]
fn a_helper_is_judged_by_its_own_run_and_its_own_steps() {
    let (one, other) = ("2026-03-04 help unit unit=land", "2026-03-09 help unit unit=fire");
    let both = [FILED, SENT, one, other];
    let late = with_condition("contribute", "not over_helper");
    let contribute = |by| [both.as_slice(), &[by]].concat();
    assert_eq!(outcome(&late, &contribute("2026-03-11 contribute helper@land")), ["condition-not-met"]);
    assert_eq!(outcome(&late, &contribute("2026-03-11 contribute helper@fire")), [""; 0]);
    let once = with_condition("contribute", "own_times_contribute = 0");
    let twice = |by| [both.as_slice(), &["2026-03-10 contribute helper@land", by]].concat();
    assert_eq!(outcome(&once, &twice("2026-03-10 contribute helper@land")), ["condition-not-met"]);
    assert_eq!(outcome(&once, &twice("2026-03-10 contribute helper@fire")), [""; 0]);
    let all = with_condition("answer", "open_helper = 0");
    assert_eq!(outcome(&all, &contribute("2026-03-10 answer unit")), ["condition-not-met"]);
}
