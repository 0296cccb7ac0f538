//! A small mechanism that is sound, and what is found when something is wrong with it.

use super::*;

const VOICE: &str = r#"
id = "voice"
version = 1
effective = "2026-01-01"
title = { zh = "诉求", en = "Enterprise voice" }
summary = { zh = "企业提问，单位按期答复。", en = "Firms ask, units answer in time." }
cite = ["a26"]
anonymity = "hidden-from-office"
publication = "answer"
retention = "5y"
begins = "received"

[[actor]]
id = "firm"
title = { zh = "企业", en = "Firm" }
roles = ["firm-owner", "firm-agent"]
competence = "firm"

[[actor]]
id = "desk"
title = { zh = "派单员", en = "Dispatch desk" }
roles = ["coordinator"]
competence = "fixed"
organization = "two-healths-office"

[[actor]]
id = "bureau"
title = { zh = "承办单位", en = "Bureau" }
roles = ["clerk", "head"]
competence = "assigned"

[[stage]]
id = "received"
title = { zh = "已收到", en = "Received" }

[[stage]]
id = "handling"
title = { zh = "办理中", en = "Handling" }

[[stage]]
id = "waiting"
title = { zh = "待补正", en = "Waiting for papers" }

[[stage]]
id = "answered"
title = { zh = "已答复", en = "Answered" }
outcome = { zh = "已答复", en = "Answered" }

[[step]]
id = "dispatch"
title = { zh = "派单", en = "Dispatch" }
from = ["received"]
to = "handling"
by = ["desk"]
form = "dispatch"
do = [{ act = "start-clock", clock = "firm" }, { act = "start-clock", clock = "unit" }, { act = "assign" }]

[[step]]
id = "ask"
title = { zh = "要求补正", en = "Ask for papers" }
from = ["handling"]
to = "waiting"
by = ["bureau"]
do = [{ act = "pause-clock", clock = "unit", ground = "papers" }, { act = "send", notice = "papers" }]

[[step]]
id = "hand-in"
title = { zh = "补正", en = "Hand in papers" }
from = ["waiting"]
to = "handling"
by = ["firm"]
do = [{ act = "resume-clock", clock = "unit", ground = "papers" }]

[[step]]
id = "answer"
title = { zh = "答复", en = "Answer" }
from = ["handling"]
to = "answered"
by = ["bureau"]
form = "answer"
do = [{ act = "finish-clock", clock = "unit" }, { act = "finish-clock", clock = "firm" }, { act = "publish" }, { act = "ask-rating" }]

[[form]]
id = "dispatch"
title = { zh = "派单", en = "Dispatch" }
field = [{ name = "unit", label = { zh = "承办单位", en = "Unit" }, type = "organization", required = true }]

[[form]]
id = "answer"
title = { zh = "答复", en = "Answer" }
field = [{ name = "answer", label = { zh = "答复内容", en = "Answer" }, type = "text", required = true }]

[[clock]]
id = "firm"
title = { zh = "企业时钟", en = "The firm's clock" }
party = "firm"
terms = { period = "10wd", cite = "a26" }

[[clock]]
id = "unit"
title = { zh = "承办时钟", en = "The unit's clock" }
party = "lead"
[clock.terms]
period = "7wd"
cite = "a26"
warnings = ["50%", "1wd"]
[[clock.terms.ground]]
id = "papers"
kind = "pause"
name = { zh = "补正材料", en = "papers to be completed" }
cite = "a26"
times_max = 1

[[rung]]
id = "reminder"
clock = "unit"
overdue = "1wd"
cite = "a26"
notice = "reminder"

[[notice]]
id = "papers"
to = ["firm"]
text = { zh = "请补正：{papers}", en = "Please complete: {papers}" }

[[notice]]
id = "reminder"
to = ["bureau", "desk"]
text = { zh = "已超期", en = "Overdue" }

[rating]
levels = [{ zh = "满意", en = "Satisfied" }, { zh = "不满意", en = "Not satisfied" }]

[[remedy]]
title = { zh = "行政复议", en = "Administrative review" }
within = "60d"
cite = "行政复议法 a20"
"#;

fn faults(text: &str) -> Vec<String> {
    let mechanism: Mechanism = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let told = |fault: &MechanismFault| format!("{} {:?} {}", fault.field, fault.what, fault.name);
    mechanism.faults().iter().map(told).collect()
}

/// The faults after the first occurrence of a text was replaced.
fn after(from: &str, to: &str) -> Vec<String> {
    assert!(VOICE.contains(from), "{from}");
    faults(&VOICE.replacen(from, to, 1))
}

#[test]
fn a_sound_mechanism_has_no_faults_and_is_written_as_it_was_read() {
    assert_eq!(faults(VOICE), [""; 0]);
    let mechanism: Mechanism = toml::from_str(VOICE).unwrap();
    let written = toml::to_string(&mechanism).unwrap();
    assert_eq!(toml::from_str::<Mechanism>(&written).unwrap(), mechanism);
}

#[test]
fn stages_that_cannot_be_reached_or_left_are_found() {
    assert_eq!(
        after("from = [\"handling\"]\nto = \"waiting\"", "from = [\"handling\"]\nto = \"handling\""),
        ["stage.2.id UnreachableStage waiting"]
    );
    assert_eq!(
        after("from = [\"waiting\"]\nto = \"handling\"", "from = [\"waiting\"]"),
        ["stage.2.id DeadEnd waiting"]
    );
    let no_end = after("outcome = { zh = \"已答复\", en = \"Answered\" }\n", "");
    assert!(no_end.contains(&"stage NoEnd voice".to_owned()), "{no_end:?}");
    assert_eq!(
        after("from = [\"waiting\"]", "from = [\"waiting\", \"answered\"]"),
        ["step.2.from StepAfterEnd hand-in"]
    );
}

#[test]
fn clocks_that_never_start_or_stop_are_found() {
    assert_eq!(
        after("{ act = \"finish-clock\", clock = \"firm\" }, ", ""),
        ["stage.3.id ClockNeverStops firm"]
    );
    assert_eq!(
        after("{ act = \"start-clock\", clock = \"firm\" }, ", ""),
        ["clock.0.id ClockNeverStarts firm"]
    );
    assert_eq!(
        after("{ act = \"resume-clock\", clock = \"unit\", ground = \"papers\" }", ""),
        ["clock.1.terms.ground PauseNeverEnds papers"]
    );
    // A cap ends the pause, so that nothing has to resume it.
    let capped = VOICE
        .replacen("{ act = \"resume-clock\", clock = \"unit\", ground = \"papers\" }", "", 1)
        .replacen("times_max = 1", "length_max = \"5wd\"", 1);
    assert_eq!(faults(&capped), [""; 0]);
    assert_eq!(
        after(
            "pause-clock\", clock = \"unit\", ground = \"papers\"",
            "pause-clock\", clock = \"unit\", ground = \"paper\""
        ),
        ["clock.1.terms.ground UnknownName paper", "clock.1.terms.ground PauseNeverEnds paper"]
    );
    assert_eq!(
        after("warnings = [\"50%\", \"1wd\"]", "warnings = [\"2h\"]"),
        ["clock.1.terms.warnings.0 Terms(HoursAndDays) unit"]
    );
}

#[test]
fn actors_nobody_fills_and_steps_nobody_takes_are_found() {
    assert_eq!(after("roles = [\"coordinator\"]", "roles = []"), ["actor.1.roles ActorWithoutRole desk"]);
    assert_eq!(
        after("organization = \"two-healths-office\"\n", ""),
        ["actor.1.organization ActorWithoutOrganization desk"]
    );
    assert_eq!(after("by = [\"firm\"]", "by = []"), ["step.2.by StepByNobody hand-in"]);
    let idle = VOICE.replacen("by = [\"desk\"]", "by = [\"bureau\"]", 1).replacen(", \"desk\"]", "]", 1);
    assert_eq!(faults(&idle), ["actor.1.id IdleActor desk"]);
}

#[test]
fn actors_with_a_step_in_a_case_that_they_never_see_are_found() {
    let confidential = after("anonymity = \"hidden-from-office\"", "anonymity = \"confidential\"");
    assert_eq!(confidential, ["actor.2.sees_when UnseeingActor bureau"]);
    let restricted = VOICE.replacen("hidden-from-office", "restricted", 1);
    assert_eq!(faults(&restricted), [""; 0]);
    let open = restricted.replacen("competence = \"assigned\"", "competence = \"open\"", 1);
    assert_eq!(faults(&open), ["actor.2.sees_when UnseeingActor bureau"]);
    let told = open.replacen("\"open\"", "\"open\"\nsees_when = \"when-acting\"", 1);
    assert_eq!(faults(&told), [""; 0]);
    let shown = after("by = [\"desk\"]", "by = [\"desk\"]\nshown_to = [\"nobody\"]");
    assert_eq!(shown, ["step.0.shown_to UnknownName nobody"]);
}

#[test]
fn names_that_stand_for_nothing_or_for_two_things_are_found() {
    assert_eq!(
        after("begins = \"received\"", "begins = \"handling\""),
        ["stage.0.id UnreachableStage received"]
    );
    assert_eq!(after("form = \"answer\"", "form = \"reply\""), ["step.3.form UnknownName reply"]);
    assert_eq!(after("notice = \"papers\"", "notice = \"paper\""), ["step.1.do UnknownName paper"]);
    assert_eq!(after("to = [\"firm\"]", "to = [\"farm\"]"), ["notice.0.to UnknownName farm"]);
    assert_eq!(
        after("type = \"organization\", required = true", "type = \"organization\""),
        ["step.0.do NoOrganizationInForm dispatch"]
    );
    assert_eq!(after("id = \"hand-in\"", "id = \"ask\""), ["step.2.id SameName ask"]);
    assert_eq!(after("overdue = \"1wd\"\n", ""), ["rung.0.overdue RungWithoutTime reminder"]);
    assert_eq!(after("cite = [\"a26\"]", "cite = []"), ["cite NoCitation voice"]);
}

#[test]
fn a_rung_can_move_a_case_to_a_stage_that_no_step_leads_to() {
    let stage = "[[stage]]\nid = \"leader\"\ntitle = { zh = \"领办\", en = \"Taken on by a leader\" }\n\n[[step]]\nid = \"dispatch\"";
    let text = VOICE
        .replacen("[[step]]\nid = \"dispatch\"", stage, 1)
        .replacen("overdue = \"1wd\"", "overdue = \"1wd\"\nto = \"leader\"", 1)
        .replacen(
            "from = [\"handling\"]\nto = \"answered\"",
            "from = [\"handling\", \"leader\"]\nto = \"answered\"",
            1,
        );
    assert_eq!(faults(&text), [""; 0]);
}

#[test]
fn marks_are_borne_by_fields_of_their_type_and_a_mark_for_one_by_one() {
    let subject = "title = { zh = \"派单\", en = \"Dispatch\" }\nfield = [{ name = \"about\", label = { zh = \"事由\", en = \"Subject\" }, type = \"text\", marks = \"subject\" }, {";
    let marked = VOICE.replacen("title = { zh = \"派单\", en = \"Dispatch\" }\nfield = [{", subject, 1);
    assert_eq!(faults(&marked), [""; 0]);
    let mechanism: Mechanism = toml::from_str(&marked).unwrap();
    assert_eq!(mechanism.field_marked(FieldMark::Subject), Some("about"));
    assert_eq!(mechanism.mark_of("about"), Some(FieldMark::Subject));
    assert_eq!(mechanism.field_marked(FieldMark::Rating), None);
    let of_other_type = marked.replacen("marks = \"subject\"", "marks = \"rating\"", 1);
    assert_eq!(faults(&of_other_type), ["form.0.field.0.marks MarkOfOtherType about"]);
    let twice = marked.replacen(
        "type = \"text\", required = true",
        "type = \"text\", required = true, marks = \"subject\"",
        1,
    );
    assert!(twice != marked && faults(&twice).iter().all(|fault| fault.starts_with("form MarkTwice ")));
    assert_eq!(faults(&twice).len(), 1);
}

#[test]
fn a_step_that_seals_a_case_ends_it_and_takes_along_what_there_is() {
    assert_eq!(
        after("{ act = \"assign\" }]", "{ act = \"assign\" }, { act = \"seal\" }]"),
        ["step.0.do SealedAndOpen dispatch"]
    );
    assert_eq!(after("{ act = \"publish\" }", "{ act = \"publish\" }, { act = \"seal\" }"), [""; 0]);
    let opens =
        "{ act = \"publish\" }, { act = \"open-case\", mechanism = \"other\", take = [\"unit\", \"unite\"] }";
    assert_eq!(after("{ act = \"publish\" }", opens), ["step.3.do UnknownName unite"]);
    let renamed =
        "{ act = \"publish\" }, { act = \"open-case\", mechanism = \"other\", take = { body = \"unit\" } }";
    assert_eq!(after("{ act = \"publish\" }", renamed), [""; 0]);
}
