//! The clocks of one case: each party has its own, and events reach those they concern.

use super::{super::*, *};

const CASE: &str = r#"
    [[clock]]
    id = "firm"
    party = "firm"
    start = "2026-03-02"
    terms = { period = "10wd", cite = "a26" }

    [[clock]]
    id = "bureau"
    party = "lead"
    organization = "commerce-bureau"
    start = "2026-03-03"
    claimed = "2026-03-17"
    [clock.terms]
    period = "7wd"
    cite = "a26"
    [[clock.terms.ground]]
    id = "papers"
    kind = "pause"
    name = { zh = "补正材料", en = "papers to be completed" }
    cite = "a26"
    times_max = 1

    [[clock]]
    id = "tax"
    party = "co-handler"
    organization = "tax-bureau"
    start = "2026-03-05"
    terms = { period = "3wd", cite = "a26" }

    [[event]]
    kind = "pause"
    at = "2026-03-04"
    ground = "papers"
    clocks = ["bureau"]

    [[event]]
    kind = "finish"
    at = "2026-03-09"
    clocks = ["tax"]

    [[event]]
    kind = "resume"
    at = "2026-03-06"
    ground = "papers"
    clocks = ["bureau"]

    [[event]]
    kind = "pause"
    at = "2026-03-09"
    ground = "papers"
    clocks = ["bureau"]
"#;

#[test]
fn every_party_has_its_own_clock_and_events_reach_those_they_concern() {
    let case: CaseTimeline = toml::from_str(CASE).unwrap();
    let found: Vec<String> = case
        .reckon(office())
        .iter()
        .map(|(clock, reckoning)| {
            format!(
                "{} {:?} {} {}",
                clock.id,
                clock.party,
                told(reckoning.due),
                problems(reckoning).join(",")
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "firm Firm 2026-03-16 ",
            // The second pause is the fourth event of the case.
            "bureau Lead 2026-03-16 3 TooMany", "tax CoHandler 2026-03-10 ",
        ]
    );
    let states: Vec<ClockState> =
        case.reckon(office()).into_iter().map(|(_, reckoning)| reckoning.state).collect();
    assert_eq!(states[2], ClockState::Finished { at: moment("2026-03-09"), late: false });
}

#[test]
fn a_case_is_written_as_it_was_read() {
    let case: CaseTimeline = toml::from_str(CASE).unwrap();
    let written = toml::to_string(&case).unwrap();
    assert_eq!(toml::from_str::<CaseTimeline>(&written).unwrap(), case, "{written}");
}

#[test]
fn the_form_in_which_a_reckoning_is_kept_is_stable() {
    let terms = terms("2wd", &format!("warnings = [\"50%\"]\n{}", ground("papers", "pause", "")));
    let reckoning = reckon(
        &terms,
        "2026-02-13",
        "pause 2026-02-13 papers; resume 2026-02-14 papers; resume 2026-02-15 papers",
    );
    let expected = r#"period = "2wd"
start = "2026-02-13"
counted = 2

[due]
at = "2026-02-25"
closing = "17:00:00"
provisional = false

[[ledger]]
from = "2026-02-14"
to = "2026-02-14"
kind = "paused"
counted = 0
ground = ["papers"]

[[ledger]]
from = "2026-02-15"
to = "2026-02-23"
kind = "holiday"
counted = 0

[ledger.holiday]
zh = "春节"
en = "Spring Festival"

[[ledger]]
from = "2026-02-24"
to = "2026-02-25"
kind = "counted"
counted = 2

[state]
kind = "running"

[[warnings]]
point = "50%"
at = "2026-02-24"

[[problems]]
event = 2

[problems.fault]
kind = "not-paused"
ground = "papers"
"#;
    let written = toml::to_string(&reckoning).unwrap();
    assert_eq!(written, expected);
    assert_eq!(toml::from_str::<Reckoning>(&written).unwrap(), reckoning);
}
