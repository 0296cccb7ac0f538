//! The vectors of the field, and interest against a reckoning day by day.

use super::*;
use crate::clock::tests::office;
use proptest::prelude::*;
use rules::number::{Number, Rounding};
use std::sync::LazyLock;

/// The rates as they stand in the edition.
static LPR: LazyLock<LprTable> = LazyLock::new(|| {
    let text = include_str!("../../../../editions/national/lpr.toml");
    // A date of TOML is no text for serde; an edition is read by a reader that knows both.
    let quoted = text.lines().map(|line| match line.split_once(" = ") {
        Some((key @ ("from" | "through"), day)) => format!("{key} = \"{day}\""),
        _ => line.to_owned(),
    });
    toml::from_str(&quoted.collect::<Vec<_>>().join("\n")).expect("the rates can be read")
});

fn day(text: &str) -> NaiveDate {
    text.parse().expect("it is a day")
}

fn delivered(payer: Payer, on: &str) -> Delivery {
    Delivery {
        payer,
        delivered: day(on),
        acceptance_until: None,
        accepted: None,
        settled: None,
        agreed_days: None,
        pay_when_paid: false,
    }
}

#[test]
fn money_is_due_as_the_regulation_says() {
    use TermNote::{Clipped, LateAcceptance, PayWhenPaidVoid, Provisional, Rolled};
    let public = delivered(Payer::PublicBody, "2026-01-16");
    let large = delivered(Payer::LargeFirm, "2026-01-16");
    let accepted =
        Delivery { acceptance_until: Some(day("2026-03-01")), accepted: Some(day("2026-04-10")), ..public };
    let rows = [
        (public, "2026-02-24", vec![Rolled]),
        (Delivery { agreed_days: Some(90), ..public }, "2026-03-17", vec![Clipped]),
        (Delivery { pay_when_paid: true, ..large }, "2026-03-17", vec![PayWhenPaidVoid]),
        (Delivery { agreed_days: Some(90), ..large }, "2026-04-16", vec![]),
        (accepted, "2026-03-31", vec![LateAcceptance]),
        (Delivery { accepted: None, ..accepted }, "2026-03-31", vec![LateAcceptance]),
        (Delivery { accepted: Some(day("2026-02-10")), ..accepted }, "2026-03-12", vec![]),
        (Delivery { settled: Some(day("2026-04-01")), ..accepted }, "2026-05-06", vec![Rolled]),
        (delivered(Payer::LargeFirm, "2026-12-01"), "2027-02-01", vec![Rolled, Provisional]),
    ];
    for (delivery, expected, notes) in rows {
        let due = delivery.due(office().calendar).expect("there is such a day");
        assert_eq!((due.day, due.notes), (day(expected), notes), "{delivery:?}");
    }
}

fn terms(signed: &str, agreed: Option<&str>) -> RateTerms {
    let percent = agreed.map(|percent| percent.parse().expect("it is a rate"));
    RateTerms { signed: day(signed), agreed_percent: percent, day_basis: DayBasis::D365 }
}

#[test]
fn an_agreed_rate_is_never_below_the_rate_at_signing_and_without_one_it_is_five_in_ten_thousand_a_day() {
    let ground = |signed, agreed| terms(signed, agreed).rate(&LPR).map(|rate| rate.ground);
    let percent = |text: &str| text.parse::<rust_decimal::Decimal>().expect("it is a rate");
    let raised = RateGround::RaisedToLpr { agreed: percent("2"), percent: percent("3.00") };
    assert_eq!(ground("2025-06-01", Some("2")), Ok(raised));
    assert_eq!(ground("2025-06-01", Some("3")), Ok(RateGround::Agreed { percent: percent("3") }));
    assert_eq!(ground("2025-05-19", Some("3.1")), Ok(RateGround::Agreed { percent: percent("3.1") }));
    assert_eq!(ground("2030-01-01", None), Ok(RateGround::Statutory));
    // After the last day that is published the last rate stands in, and the answer says so.
    let later = terms("2030-01-01", Some("2")).rate(&LPR).expect("the last rate stands in");
    assert_eq!((later.ground, later.provisional_after), (raised, Some(LPR.through)));
    assert_eq!(terms("2025-06-01", Some("2")).rate(&LPR).map(|rate| rate.provisional_after), Ok(None));
    assert_eq!(ground("2018-01-01", Some("9")), Err(ArrearsFault::LprUnknown(day("2018-01-01"))));
    assert_eq!(ground("2025-06-01", Some("-1")), Err(ArrearsFault::NegativeRate));
    let of_days = |day_basis| RateTerms { day_basis, ..terms("2025-06-01", Some("3.6")) };
    let per_day = |basis| of_days(basis).rate(&LPR).map(|rate| rate.per_day.parts());
    assert_eq!(per_day(DayBasis::D360), Ok((1, 10_000)));
    assert_eq!(per_day(DayBasis::D365), Ok((9, 91_250)));
}

#[test]
fn the_rates_of_the_months_we_know_stand_in_the_table() {
    let rows = [
        ("2019-08-19", ""),
        ("2019-08-20", "4.25"),
        ("2023-08-20", "3.55"),
        ("2023-08-21", "3.45"),
        ("2024-07-22", "3.35"),
        ("2024-10-21", "3.10"),
        ("2025-05-20", "3.00"),
        ("2025-11-19", "3.00"),
        ("2025-11-20", ""),
    ];
    for (on, expected) in rows {
        let found = LPR.on(day(on)).map(|row| row.one_year.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{on}");
    }
    assert!(LPR.rates.is_sorted_by(|one, next| one.from < next.from && one.one_year >= next.one_year));
    assert!(LPR.rates.iter().all(|row| row.five_year > row.one_year));
}

fn invoice(amount_fen: i64, disputed_fen: i64) -> Invoice {
    Invoice { id: "i1".to_owned(), amount_fen, disputed_fen, due: day("2026-03-01") }
}

fn settled(invoice: &Invoice, payments: &[(&str, i64)], order: PaymentOrder, as_of: &str) -> Arrears {
    let rate = terms("2026-01-01", None).rate(&LPR).expect("there is a rate");
    let paid = payments.iter().map(|(on, amount_fen)| PartPayment { day: day(on), amount_fen: *amount_fen });
    settle(invoice, &paid.collect::<Vec<_>>(), (&rate, order), day(as_of)).expect("it can be reckoned")
}

#[test]
fn a_million_thirty_days_late_without_an_agreed_rate_bears_fifteen_thousand() {
    let open = settled(&invoice(100_000_000, 0), &[], PaymentOrder::InterestFirst, "2026-03-31");
    assert_eq!((open.days_late, open.undisputed_fen, open.interest_fen), (30, 100_000_000, 1_500_000));
    let before = settled(&invoice(100_000_000, 0), &[], PaymentOrder::InterestFirst, "2026-03-01");
    assert_eq!((before.days_late, before.interest_fen), (0, 0));
}

#[test]
fn payments_go_to_interest_then_the_undisputed_then_the_disputed_part() {
    let owed = invoice(100_000_000, 40_000_000);
    let paid = [("2026-03-11", 30_300_000), ("2026-04-30", 99)];
    let open = settled(&owed, &paid, PaymentOrder::InterestFirst, "2026-03-21");
    // Ten days of 600,000 yuan make 3,000; the rest lowers the amount to 300,000, which runs ten days more.
    let expected = Arrears {
        days_late: 20,
        undisputed_fen: 30_000_000,
        disputed_fen: 40_000_000,
        interest_fen: 150_000,
        disputed_interest_fen: 400_000,
        interest_paid_fen: 300_000,
        overpaid_fen: 0,
    };
    assert_eq!(open, expected);
    let other = settled(&owed, &paid, PaymentOrder::PrincipalFirst, "2026-03-21");
    assert_eq!((other.undisputed_fen, other.interest_fen, other.interest_paid_fen), (29_700_000, 448_500, 0));
    let all = settled(&owed, &[("2026-02-01", 100_000_001)], PaymentOrder::InterestFirst, "2027-01-01");
    assert_eq!((all.undisputed_fen, all.disputed_fen, all.interest_fen, all.overpaid_fen), (0, 0, 0, 1));
}

#[test]
fn the_ledger_of_interest_goes_from_payment_to_payment_and_adds_up() {
    let rate = terms("2026-01-01", None).rate(&LPR).expect("there is a rate");
    let (owed, as_of) = (invoice(100_000_000, 40_000_000), day("2026-03-21"));
    let payments = [PartPayment { day: day("2026-03-11"), amount_fen: 30_300_000 }];
    let order = (&rate, PaymentOrder::InterestFirst);
    let rows = spans(&owed, &payments, order, as_of).expect("it can be reckoned");
    let span = |from, to, days, principal_fen, interest_fen, paid_fen| InterestSpan {
        from: day(from),
        to: day(to),
        days,
        principal_fen,
        interest_fen,
        paid_fen,
    };
    assert_eq!(
        rows,
        [
            span("2026-03-02", "2026-03-11", 10, 60_000_000, 300_000, 30_300_000),
            span("2026-03-12", "2026-03-21", 10, 30_000_000, 150_000, 0),
        ]
    );
    let open = settle(&owed, &payments, order, as_of).expect("it can be reckoned");
    let sum: i64 = rows.iter().map(|row| row.interest_fen).sum();
    assert_eq!(sum, open.interest_fen + open.interest_paid_fen);
    assert_eq!(spans(&owed, &payments, order, day("2026-03-01")), Ok(Vec::new()));
}

#[test]
fn impossible_amounts_are_refused_by_name() {
    let rate = terms("2026-01-01", None).rate(&LPR).expect("there is a rate");
    let refused = |invoice: &Invoice, payments: &[PartPayment]| {
        settle(invoice, payments, (&rate, PaymentOrder::default()), day("2026-04-01")).err()
    };
    let amounts = Some(ArrearsFault::Amounts("i1".to_owned()));
    assert_eq!(refused(&invoice(10, 11), &[]), amounts);
    assert_eq!(refused(&invoice(10, -1), &[]), amounts);
    assert_eq!(refused(&invoice(10, 0), &[PartPayment { day: day("2026-03-02"), amount_fen: -5 }]), amounts);
    let most = [PartPayment { day: day("2026-03-02"), amount_fen: i64::MAX }; 3];
    assert_eq!(refused(&invoice(i64::MAX, 0), &most), Some(ArrearsFault::TooLarge("i1".to_owned())));
    assert_eq!(refused(&invoice(i64::MAX, 0), &[]), None);
}

/// Interest by adding up every day; nothing is paid against it.
fn day_by_day(principal: i64, payments: &[(i64, i64)], days: i64, per_day: Number) -> (i128, i128) {
    let (mut open, mut interest) = (i128::from(principal), Number::ZERO);
    for (late, amount) in payments.iter().filter(|(late, _)| *late <= 0) {
        assert!(*late <= 0);
        open -= i128::from(*amount).min(open);
    }
    for at in 1..=days {
        interest =
            Number::whole(open).multiply(per_day).and_then(|more| interest.add(more)).expect("it fits");
        for (_, amount) in payments.iter().filter(|(late, _)| *late == at) {
            open -= i128::from(*amount).min(open);
        }
    }
    (open, interest.rounded(Rounding::HalfUp))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn interest_is_what_adding_up_every_day_gives(
        principal in 1_000_000_i64..1_000_000_000,
        payments in proptest::collection::vec((-20_i64..120, 0_i64..100_000), 0..6),
        days in -5_i64..150,
        percent in 400_u32..2_500,
    ) {
        let agreed = format!("{}.{:02}", percent / 100, percent % 100);
        let rate = terms("2025-06-01", Some(&agreed)).rate(&LPR).expect("there is a rate");
        let due = day("2026-03-01");
        let on = |late: i64| due + chrono::TimeDelta::days(late);
        let paid: Vec<PartPayment> = payments.iter().map(|(late, amount_fen)| PartPayment { day: on(*late), amount_fen: *amount_fen }).collect();
        let came = settle(&invoice(principal, 0), &paid, (&rate, PaymentOrder::PrincipalFirst), on(days)).expect("it can be reckoned");
        let known: Vec<(i64, i64)> = payments.into_iter().filter(|(late, _)| *late <= days).collect();
        let (open, interest) = day_by_day(principal, &known, days, rate.per_day);
        prop_assert_eq!((i128::from(came.undisputed_fen), i128::from(came.interest_fen)), (open, interest));
        prop_assert_eq!(i64::from(came.days_late), days.max(0));
    }

    #[test]
    fn nothing_is_lost_whatever_is_paid_and_more_paid_leaves_no_more_open(
        amount in 1_i64..10_000_000, disputed_percent in 0_i64..=100,
        payments in proptest::collection::vec((0_i64..60, 0_i64..4_000_000), 0..5), extra in 0_i64..1_000_000,
        interest_first in any::<bool>(),
    ) {
        let order = if interest_first { PaymentOrder::InterestFirst } else { PaymentOrder::PrincipalFirst };
        let owed = invoice(amount, amount * disputed_percent / 100);
        let rate = terms("2026-01-01", None).rate(&LPR).expect("there is a rate");
        let as_of = day("2026-06-01");
        let mut paid: Vec<PartPayment> = payments.iter().map(|(late, amount_fen)| PartPayment { day: owed.due + chrono::TimeDelta::days(*late), amount_fen: *amount_fen }).collect();
        let settle = |paid: &[PartPayment]| settle(&owed, paid, (&rate, order), as_of).expect("it can be reckoned");
        let open = settle(&paid);
        let all: i64 = paid.iter().map(|payment| payment.amount_fen).sum();
        prop_assert_eq!(all, amount - open.undisputed_fen - open.disputed_fen + open.interest_paid_fen + open.overpaid_fen);
        paid.push(PartPayment { day: owed.due, amount_fen: extra });
        let then = settle(&paid);
        let sum = |open: &Arrears| open.undisputed_fen + open.disputed_fen + open.interest_fen;
        prop_assert!(sum(&then) <= sum(&open) + 1);
    }
}
