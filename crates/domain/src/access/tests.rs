//! Every statement with its situations, and all permissions against all principals by a table of its own.

use super::*;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeSet;

/// Permissions down, principals across. A cell names the objects that are within reach: `o` what is his own,
/// `s` what belongs to somebody else of his organisation, place or firm, `f` what is foreign, `a` what belongs to
/// nobody; `-` is none. Written by hand from the duties, not from the statements.
const MATRIX: &str = "
permission         visitor person owner agent ended-agent clerk county-clerk head coordinator leader analyst treasurer auditor system security audit
public.read        osfa    osfa   osfa  osfa  osfa        osfa  osfa         osfa osfa        osfa   osfa    osfa      osfa    osfa   osfa     osfa
account.sign-in    osfa    osfa   osfa  osfa  osfa        osfa  osfa         osfa osfa        osfa   osfa    osfa      osfa    osfa   osfa     osfa
account.read       -       o      o     o     o           o     o            o    o           o      o       o         o       o      o        o
account.change     -       o      o     o     o           o     o            o    o           o      o       o         o       o      o        o
account.secure     -       o      o     o     o           o     o            o    o           o      o       o         o       o      o        o
account.export     -       o      o     o     o           o     o            o    o           o      o       o         o       o      o        o
account.erase      -       o      o     o     o           o     o            o    o           o      o       o         o       o      o        o
firm.read          -       -      os    os    -           -     -            -    -           -      -       -         -       -      -        -
firm.mandate       -       -      s     -     -           -     -            -    -           -      -       -         -       -      -        -
firm.admit         -       -      -     -     -           s     s            -    -           -      -       -         -       -      -        -
case.file          -       -      os    os    -           osfa  osfa         -    osfa        -      -       -         -       -      -        -
case.read          -       -      os    os    -           os    os           os   os          os     os      -         -       -      -        -
case.act           -       -      os    os    -           os    os           os   os          os     os      -         -       -      -        -
desk.read          -       -      -     -     -           os    os           os   os          os     os      -         -       -      -        -
board.read         -       -      -     -     -           -     -            os   osfa        osfa   -       -         -       -      -        -
colleague.read     -       -      -     -     -           os    os           os   -           -      -       -         -       -      -        -
colleague.appoint  -       -      -     -     -           -     -            s    -           -      -       -         -       -      -        -
person.list        -       -      -     -     -           -     -            -    -           -      -       -         -       osfa   osfa     -
person.create      -       -      -     -     -           -     -            -    -           -      -       -         -       osfa   -        -
person.appoint     -       -      -     -     -           -     -            -    -           -      -       -         -       -      sfa      -
person.close       -       -      -     -     -           -     -            -    -           -      -       -         -       -      sfa      -
person.invite      -       -      -     -     -           -     -            -    -           -      -       -         -       -      sfa      -
person.reveal      -       -      -     -     -           -     -            -    -           -      -       -         -       -      sfa      -
sign-in.read       -       -      -     -     -           -     -            -    -           -      -       -         -       -      osfa     -
system.read        -       -      -     -     -           -     -            -    -           -      -       -         -       osfa   -        -
access.read        -       -      -     -     -           -     -            -    -           -      -       -         osfa    osfa   osfa     osfa
audit.search       -       -      -     -     -           -     -            -    -           -      -       -         osfa    -      -        osfa
audit.export       -       -      -     -     -           -     -            -    -           -      -       -         -       -      -        osfa
";

const OWN_FIRM: &str = "91330302MATEXAMP4W";
const FOREIGN_FIRM: &str = "91330000704202479R";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_824_000, 0).unwrap()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The principal of a situation; `stale-` is one who has shown long ago who he is.
fn principal(name: &str) -> Principal {
    let (name, minutes) = name.strip_prefix("stale-").map_or((name, 1), |rest| (rest, 60));
    let at = now() - TimeDelta::minutes(minutes);
    let proof = Proof { at, two_factors_at: Some(at) };
    let firm = |role, scope: &[Area], until| Capacity::Firm {
        role,
        firm: OWN_FIRM.to_owned(),
        scope: scope.to_vec(),
        until,
    };
    let office = |role, code: &str| Capacity::Office {
        role,
        organization: "finance-bureau".to_owned(),
        place: code.parse().unwrap(),
        until: None,
    };
    let capacity = match name {
        "visitor" => return Principal::Visitor,
        "person" => Capacity::Person,
        "owner" | "firm-owner" => firm(Role::FirmOwner, &[], None),
        "agent" | "firm-agent" => firm(Role::FirmAgent, &[Area::Firm, Area::Case], Some(day(2026, 12, 31))),
        "ended-agent" => firm(Role::FirmAgent, &[Area::Firm, Area::Case], Some(day(2026, 1, 1))),
        "narrow-agent" => firm(Role::FirmAgent, &[Area::Audit], None),
        "county-clerk" => office(Role::Clerk, "330302"),
        "analyst" => office(Role::PolicyAnalyst, "3303"),
        "system" | "security" | "audit" => {
            office(Role::named(&format!("{name}-administrator")).unwrap(), "3303")
        }
        other => office(Role::named(other).unwrap_or_else(|| panic!("`{other}` is no principal")), "3303"),
    };
    Principal::Person { id: "p-self".to_owned(), capacity, proof }
}

/// An object as far from the principal as `distance` says.
fn resource(distance: &str) -> Resource {
    let (person, firm, organization, place) = match distance {
        "own" => ("p-self", OWN_FIRM, "finance-bureau", "330302"),
        "same-organization" => ("p-other", OWN_FIRM, "finance-bureau", "330302"),
        "foreign" => ("p-other", FOREIGN_FIRM, "education-bureau", "330106"),
        "absent" => return Resource::common(),
        other => panic!("`{other}` is no distance"),
    };
    Resource {
        person: Some(person.to_owned()),
        firm: Some(firm.to_owned()),
        organization: Some(organization.to_owned()),
        place: Some(place.parse().unwrap()),
        is_party: distance != "foreign",
    }
}

fn decided(permission: Permission, who: &str, distance: &str) -> Decision<'static> {
    decide(AccessPolicy::built_in(), &principal(who), permission, &resource(distance), now())
}

#[test]
fn every_statement_does_what_its_situations_say() {
    let policy = AccessPolicy::parse(include_str!("statements.toml"));
    let policy = policy.unwrap_or_else(|faults| panic!("{faults:?}"));
    for statement in &policy.statements {
        let situations = |list: &Vec<String>, allowed| {
            list.iter().map(|one| (one.clone(), allowed)).collect::<Vec<(String, bool)>>()
        };
        for (situation, allowed) in
            situations(&statement.allows, true).into_iter().chain(situations(&statement.denies, false))
        {
            let (who, distance) = situation.split_once(' ').unwrap();
            for permission in &statement.may {
                let decision = decided(*permission, who, distance);
                let by_it = decision == Decision::Allowed(statement);
                assert_eq!(by_it, allowed, "{}: {permission} for {situation}: {decision:?}", statement.id);
            }
        }
    }
}

#[test]
fn every_permission_reaches_as_far_as_the_table_of_duties_says() {
    let mut lines = MATRIX.trim().lines();
    let principals: Vec<&str> = lines.next().unwrap().split_whitespace().skip(1).collect();
    assert_eq!(principals.len(), 16);
    let mut seen = BTreeSet::new();
    for line in lines {
        let mut cells = line.split_whitespace();
        let permission: Permission = cells.next().unwrap().parse().unwrap();
        seen.insert(permission);
        for (who, cell) in principals.iter().zip(cells) {
            for (letter, distance) in
                [('o', "own"), ('s', "same-organization"), ('f', "foreign"), ('a', "absent")]
            {
                let decision = decided(permission, who, distance);
                let expected = cell.contains(letter);
                assert_eq!(decision.is_allowed(), expected, "{permission} {who} {distance}: {decision:?}");
            }
        }
    }
    assert_eq!(seen.len(), Permission::ALL.len(), "every permission has a row");
}

#[test]
fn what_is_out_of_reach_and_what_is_absent_look_the_same() {
    for (who, permission) in [("owner", Permission::FirmRead), ("head", Permission::ColleagueAppoint)] {
        let refusal = Decision::Denied(Refusal::OutOfReach);
        assert_eq!(decided(permission, who, "foreign"), refusal);
        assert_eq!(decided(permission, who, "absent"), refusal);
    }
}

#[test]
fn an_office_of_a_county_reaches_nobody_of_the_city_in_the_same_organization() {
    let policy = AccessPolicy::built_in();
    let reaches = |who: &str, place: &str| {
        let colleague = Resource::of_organization("finance-bureau").in_place(place.parse().unwrap());
        decide(policy, &principal(who), Permission::ColleagueRead, &colleague, now()).is_allowed()
    };
    for (who, place, expected) in [
        ("clerk", "3303", true),
        ("clerk", "330302", true),
        ("county-clerk", "330302", true),
        ("county-clerk", "330304", false),
        ("county-clerk", "3303", false),
    ] {
        assert_eq!(reaches(who, place), expected, "{who} {place}");
    }
}

#[test]
fn whoever_may_do_it_on_something_may_enter_and_nobody_else() {
    let policy = AccessPolicy::built_in();
    let enters = |who: &str, permission| may_enter(policy, &principal(who), permission, now());
    for (who, permission) in [("owner", Permission::FirmRead), ("head", Permission::ColleagueAppoint)] {
        assert!(enters(who, permission).is_allowed(), "{who}");
    }
    assert!(matches!(enters("stale-head", Permission::ColleagueAppoint), Decision::ProveAgain(_)));
    assert_eq!(enters("clerk", Permission::FirmRead), Decision::Denied(Refusal::NotYours));
    assert_eq!(enters("ended-agent", Permission::FirmRead), Decision::Denied(Refusal::Lapsed));
}

#[test]
fn a_refusal_says_why() {
    for (who, permission, distance, expected) in [
        ("visitor", Permission::AccountRead, "own", Refusal::SignInFirst),
        ("ended-agent", Permission::FirmRead, "own", Refusal::Lapsed),
        ("narrow-agent", Permission::FirmRead, "own", Refusal::NotYours),
        ("leader", Permission::FirmMandate, "same-organization", Refusal::NotYours),
    ] {
        assert_eq!(decided(permission, who, distance), Decision::Denied(expected), "{who} {permission}");
    }
    let separated = decided(Permission::AuditSearch, "system", "foreign");
    assert!(matches!(separated, Decision::Denied(Refusal::Separated(_))), "{separated:?}");
}

#[test]
fn an_old_proof_is_asked_for_again_and_one_of_the_future_is_none() {
    let again = decided(Permission::ColleagueAppoint, "stale-head", "same-organization");
    assert!(matches!(again, Decision::ProveAgain(_)), "{again:?}");
    let before = now() - TimeDelta::hours(3);
    let policy = AccessPolicy::built_in();
    let early =
        decide(policy, &principal("owner"), Permission::FirmMandate, &resource("same-organization"), before);
    assert!(matches!(early, Decision::ProveAgain(_)), "{early:?}");
}

#[test]
fn a_fresh_password_does_not_freshen_a_second_factor() {
    let ago = |minutes| now() - TimeDelta::minutes(minutes);
    let decided_after = |permission, two_factors_at| {
        let Principal::Person { id, capacity, .. } = principal("head") else { panic!() };
        let proof = Proof { at: ago(1), two_factors_at };
        let head = Principal::Person { id, capacity, proof };
        decide(AccessPolicy::built_in(), &head, permission, &resource("same-organization"), now())
    };
    let appoint = |two_factors_at| decided_after(Permission::ColleagueAppoint, two_factors_at);
    assert!(appoint(Some(ago(2))).is_allowed());
    assert!(matches!(appoint(Some(ago(60))), Decision::ProveAgain(_)));
    assert!(matches!(appoint(None), Decision::SecondFactorFirst(_)));
}

#[test]
fn a_mandate_holds_through_its_last_day_in_china() {
    let policy = AccessPolicy::built_in();
    let at = |time: &str| {
        let time: DateTime<Utc> = time.parse().unwrap();
        decide(policy, &principal("agent"), Permission::FirmRead, &resource("own"), time).is_allowed()
    };
    assert!(at("2026-12-31T15:59:59Z"));
    assert!(!at("2026-12-31T16:00:00Z"));
}

#[test]
fn faulty_statements_are_refused_with_all_faults() {
    let text = r#"
        never = []
        [[statement]]
        id = "a"
        who = ["clerk"]
        may = ["firm.read"]
        within = "everything"
        reason = { zh = "甲", en = "a" }
        allows = []
        denies = []
        [[statement]]
        id = "a"
        who = ["anyone"]
        may = ["public.read"]
        within = "everything"
        reason = { zh = "甲", en = "a" }
        allows = ["visitor own"]
        denies = []
    "#;
    let faults = AccessPolicy::parse(text).unwrap_err();
    assert!(faults.contains(&PolicyFault::Twice("a".to_owned())));
    assert!(faults.contains(&PolicyFault::Untried("a".to_owned())));
    assert!(faults.contains(&PolicyFault::Unused(Permission::AuditExport)));
    for bad in ["who = 3", &text.replace("firm.read", "firm.raed"), &text.replace("clerk", "clark")] {
        assert!(matches!(AccessPolicy::parse(bad).unwrap_err()[..], [PolicyFault::Unreadable(_)]));
    }
}
