//! Passwords are hashed, verified, found stale, refused with reasons.

use super::policy::{Policy, Refusal, is_change_due, refusals};
use super::*;
use crate::counted_chance;
use chrono::{DateTime, Utc};

fn pepper(letter: u8) -> Pepper {
    Pepper::new(Secret::new(vec![letter; 32])).expect("32 bytes are enough")
}

fn peppers() -> Peppers {
    Peppers::new(pepper(1), Vec::new())
}

fn day(text: &str) -> DateTime<Utc> {
    format!("{text}T00:00:00Z").parse().expect("a day of a test")
}

#[test]
fn the_right_password_is_right_and_any_other_is_wrong() {
    let stored =
        hash(&Password::typed("steamed oranges"), Profile::Cheap, &peppers(), &mut counted_chance(1))
            .expect("memory is there");
    let verdict = |typed: &str| verify(&Password::typed(typed), &stored, Profile::Cheap, &peppers());
    assert_eq!(verdict("steamed oranges"), Ok(Verdict::Right));
    for wrong in ["steamed orange", "Steamed oranges", "steamed oranges ", ""] {
        assert_eq!(verdict(wrong), Ok(Verdict::Wrong), "{wrong}");
    }
}

#[test]
fn a_stored_hash_says_its_cost_and_its_pepper() {
    let typed = Password::typed("steamed oranges");
    let stored = hash(&typed, Profile::Firm, &peppers(), &mut counted_chance(1)).expect("memory is there");
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="), "{stored}");
    let again = hash(&typed, Profile::Firm, &peppers(), &mut counted_chance(2)).expect("memory is there");
    assert_ne!(stored, again, "each has its salt");
    assert_eq!(verify(&typed, &stored, Profile::Firm, &peppers()), Ok(Verdict::Right));
}

#[test]
fn an_absent_account_is_verified_at_the_cost_of_a_stored_one() {
    let typed = Password::typed("steamed oranges");
    for profile in [Profile::Cheap, Profile::Firm, Profile::Staff] {
        let stored = hash(&typed, profile, &peppers(), &mut counted_chance(1)).expect("memory is there");
        let decoy = decoy(profile, &peppers());
        let cost = |text: &str| text.rsplitn(3, '$').nth(2).map(str::to_owned);
        assert_eq!(cost(&stored), cost(&decoy));
        assert_eq!(stored.len(), decoy.len());
        assert_eq!(verify(&typed, &decoy, profile, &peppers()), Ok(Verdict::Wrong));
        assert_eq!(verify_absent(&typed, profile, &peppers()), Ok(Verdict::Wrong));
    }
}

#[test]
fn full_width_and_composed_letters_are_the_same_password() {
    let stored =
        hash(&Password::typed("caf\u{e9} a1b2c3"), Profile::Cheap, &peppers(), &mut counted_chance(1))
            .unwrap();
    for typed in ["cafe\u{301} a1b2c3", "café\u{3000}ａ１ｂ２ｃ３"] {
        assert_eq!(
            verify(&Password::typed(typed), &stored, Profile::Cheap, &peppers()),
            Ok(Verdict::Right),
            "{typed}"
        );
    }
}

#[test]
fn another_cost_or_an_earlier_pepper_makes_a_hash_stale() {
    let typed = Password::typed("steamed oranges");
    let stored = hash(&typed, Profile::Cheap, &peppers(), &mut counted_chance(1)).unwrap();
    assert_eq!(verify(&typed, &stored, Profile::Firm, &peppers()), Ok(Verdict::RightButStale));
    let changed = Peppers::new(pepper(2), vec![pepper(1)]);
    assert_eq!(verify(&typed, &stored, Profile::Cheap, &changed), Ok(Verdict::RightButStale));
    assert_eq!(verify(&Password::typed("x"), &stored, Profile::Cheap, &changed), Ok(Verdict::Wrong));
    let lost = Peppers::new(pepper(3), Vec::new());
    assert_eq!(verify(&typed, &stored, Profile::Cheap, &lost), Err(HashError::PepperMissing));
}

#[test]
fn a_stored_hash_cannot_ask_for_all_memory_or_for_a_weaker_algorithm() {
    let typed = Password::typed("steamed oranges");
    let stored = hash(&typed, Profile::Cheap, &peppers(), &mut counted_chance(1)).unwrap();
    let verdict = |stored: &str| verify(&typed, stored, Profile::Cheap, &peppers());
    assert_eq!(verdict(&stored.replace("m=8", "m=4000000")), Err(HashError::Excessive));
    assert_eq!(verdict(&stored.replace("t=1", "t=4000000")), Err(HashError::Excessive));
    assert_eq!(verdict(&stored.replace("argon2id", "argon2i")), Err(HashError::Damaged));
    assert_eq!(verdict(&stored.replace("v=19", "v=16")), Err(HashError::Damaged));
    for damaged in ["", "$", "steamed oranges", "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(verdict(damaged), Err(HashError::Damaged), "{damaged}");
    }
}

#[test]
fn an_absent_account_is_a_wrong_password_of_the_same_cost() {
    let typed = Password::typed("steamed oranges");
    assert_eq!(verify_absent(&typed, Profile::Firm, &peppers()), Ok(Verdict::Wrong));
    let dummy = hash_with_salt(&typed, Profile::Firm, &peppers(), &[0; SALT_BYTES]).unwrap();
    let real = hash(&typed, Profile::Firm, &peppers(), &mut counted_chance(1)).unwrap();
    assert_eq!(dummy.params.to_string(), PasswordHash::new(&real).unwrap().params.to_string());
}

#[test]
fn a_short_pepper_is_refused() {
    assert!(Pepper::new(Secret::new(vec![1; 31])).is_none());
}

#[test]
fn a_new_password_is_refused_for_typed_reasons() {
    let short = Refusal::TooShort { least_characters: 8 };
    let long = Refusal::TooLong { most_characters: 128 };
    let identifiers = ["chunhui-foods", "浙江春晖食品", "91330300MA0000000X"];
    for (typed, expected) in [
        ("korzhik sits on 3 chairs", vec![]),
        ("桂花落在青石板上", vec![]),
        ("x7#kd", vec![short]),
        (&"long".repeat(40), vec![long]),
        ("zero\0byte and more", vec![Refusal::ControlCharacter]),
        ("Password1!", vec![Refusal::Common]),
        ("P@ssw0rd2026", vec![Refusal::Common]),
        ("woaini1314", vec![Refusal::Common]),
        ("Wenzhou@2026", vec![Refusal::Common]),
        ("kkkkkkkkkkkk", vec![Refusal::Predictable]),
        ("xkcxkcxkcxkc", vec![Refusal::Predictable]),
        ("1971.11.23", vec![Refusal::Predictable]),
        ("poiuytasdf", vec![Refusal::Predictable]),
        ("chunhui_88", vec![Refusal::OwnIdentifier]),
        ("浙江春晖食品zz12", vec![Refusal::OwnIdentifier]),
        ("x0000000AM00303319", vec![Refusal::OwnIdentifier]),
        ("at chunhui the ovens are hot", vec![]),
    ] {
        let found = refusals(&Password::typed(typed), &identifiers, Policy::Asvs);
        assert_eq!(found, expected, "{typed}");
    }
}

#[test]
fn mlps_wants_three_kinds_and_a_change_every_90_days() {
    let kinds = |typed: &str| refusals(&Password::typed(typed), &[], Policy::Mlps3);
    let refusal = |kinds| vec![Refusal::TooFewKinds { least_kinds: 3, kinds }];
    assert_eq!(kinds("korzhiksitsonchairs"), refusal(1));
    assert_eq!(kinds("korzhik sits on chairs"), refusal(2));
    assert_eq!(kinds("Korzhik sits on 3 chairs"), vec![]);
    let due = |now, policy| is_change_due(day("2026-01-01"), day(now), policy);
    assert!(!due("2026-03-31", Policy::Mlps3) && due("2026-04-01", Policy::Mlps3));
    assert!(!due("2036-01-01", Policy::Asvs));
}
