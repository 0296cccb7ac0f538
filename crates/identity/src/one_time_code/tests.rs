//! The vectors of the RFCs, and what is accepted when.

use super::*;
use crate::counted_chance;
use proptest::prelude::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a moment of a test")
}

fn seed_of_the_rfc() -> Seed {
    Seed::stored(Secret::from("12345678901234567890".to_owned())).expect("20 bytes")
}

#[test]
fn the_vectors_of_rfc_6238_hold() {
    for (seconds, eight_figures) in [
        (59, 94_287_082),
        (1_111_111_109, 7_081_804),
        (1_111_111_111, 14_050_471),
        (1_234_567_890, 89_005_924),
        (2_000_000_000, 69_279_037),
        (20_000_000_000, 65_353_130),
    ] {
        let number = seed_of_the_rfc().number(step_at(at(seconds)));
        assert_eq!(number % 100_000_000, eight_figures, "{seconds}");
    }
}

#[test]
fn the_vectors_of_rfc_4226_hold() {
    let codes: Vec<_> = (0..10).map(|step| seed_of_the_rfc().code(step)).collect();
    let expected =
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    assert_eq!(codes, expected);
}

#[test]
fn a_code_is_accepted_one_step_early_and_one_step_late() {
    let (seed, now) = (seed_of_the_rfc(), at(1_234_567_890));
    let step = step_at(now);
    for (offset, expected) in [
        (-2, Err(Refusal::Wrong)),
        (-1, Ok(step - 1)),
        (0, Ok(step)),
        (1, Ok(step + 1)),
        (2, Err(Refusal::Wrong)),
    ] {
        let code = seed.code(step.saturating_add_signed(offset));
        assert_eq!(verify(&seed, &code, now, None), expected, "{offset}");
    }
}

#[test]
fn a_step_is_accepted_once_and_no_earlier_one_after_it() {
    let (seed, now) = (seed_of_the_rfc(), at(1_234_567_890));
    let step = step_at(now);
    assert_eq!(verify(&seed, &seed.code(step), now, Some(step)), Err(Refusal::Used));
    assert_eq!(verify(&seed, &seed.code(step - 1), now, Some(step)), Err(Refusal::Used));
    assert_eq!(verify(&seed, &seed.code(step + 1), now, Some(step)), Ok(step + 1));
}

#[test]
fn what_is_not_six_figures_is_malformed_and_blanks_do_not_matter() {
    let (seed, now) = (seed_of_the_rfc(), at(59));
    assert_eq!(verify(&seed, " 287 082 ", now, None), Ok(1));
    for typed in ["", "28708", "2870820", "28708x", "２８７０８２"] {
        assert_eq!(verify(&seed, typed, now, None), Err(Refusal::Malformed), "{typed}");
    }
}

#[test]
fn base32_is_that_of_rfc_4648() {
    for (plain, coded) in
        [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")]
    {
        assert_eq!(base32(plain.as_bytes()), coded, "{plain}");
    }
}

#[test]
fn an_enrolment_shows_address_letters_and_picture() {
    let shown = seed_of_the_rfc().enrolment("两健", "office@example.org");
    let text = |secret: &Secret| secret.expose_text().expect("text").to_owned();
    assert_eq!(
        text(&shown.uri),
        "otpauth://totp/%E4%B8%A4%E5%81%A5:office%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=%E4%B8%A4%E5%81%A5&algorithm=SHA1&digits=6&period=30"
    );
    assert_eq!(text(&shown.typed), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    let picture = text(&shown.picture);
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>"), "{}", &picture[..40]);
}

#[test]
fn a_seed_has_160_bits_and_a_stored_one_at_least_128() {
    assert_eq!(Seed::random(&mut counted_chance(1)).expose_bytes().len(), 20);
    assert!(Seed::stored(Secret::new(vec![0; 15])).is_none());
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_later_than_what_was_accepted_before(
        seconds in 0_i64..4_000_000_000, offsets in proptest::collection::vec(-2_i64..3, 1..8)
    ) {
        let (seed, mut last) = (seed_of_the_rfc(), None);
        for offset in offsets {
            let code = seed.code(step_at(at(seconds)).saturating_add_signed(offset));
            if let Ok(step) = verify(&seed, &code, at(seconds), last) {
                prop_assert!(last.is_none_or(|last| step > last));
                last = Some(step);
            }
        }
    }
}

#[test]
fn a_last_step_noted_by_a_clock_that_ran_ahead_locks_nobody_out() {
    let (seed, now) = (seed_of_the_rfc(), at(1_234_567_890));
    let step = step_at(now);
    let verdict = |last| verify(&seed, &seed.code(step), now, Some(last));
    assert_eq!(verdict(step + 1), Err(Refusal::Used), "a step a little ahead was used a moment ago");
    assert_eq!(verdict(step + 2 * 60 * 24), Ok(step), "a day ahead: the clock was set back");
}
