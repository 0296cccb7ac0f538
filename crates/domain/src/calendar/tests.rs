//! Which days are working days, known and assumed, and how they are counted.

use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(texts: &[&str]) -> Vec<NaiveDate> {
    texts.iter().map(|text| day(text)).collect()
}

fn year(year: i32, holidays: Vec<Holiday>) -> CalendarYear {
    let notices = vec![HolidayNotice { number: "1".to_owned(), issued: day("2025-11-04") }];
    CalendarYear { year, notices, holidays }
}

/// February 2026: the 15th to the 23rd are off, the 14th and the 28th are worked.
fn calendar() -> WorkingCalendar {
    let name = Bilingual { zh: "春节".to_owned(), en: "Spring Festival".to_owned() };
    let off = (16..=23).map(|d| NaiveDate::from_ymd_opt(2026, 2, d).unwrap()).collect();
    let work = days(&["2026-02-14", "2026-02-28"]);
    WorkingCalendar::of_years(vec![year(2026, vec![Holiday { name, off, work }])])
}

#[test]
fn make_up_saturdays_are_counted_and_holidays_are_not() {
    let calendar = calendar();
    for (from, days, to) in [
        ("2026-02-13", 3, Some("2026-02-25")),
        ("2026-02-13", 6, Some("2026-02-28")),
        ("2026-02-13", 5, Some("2026-02-27")),
        ("2026-02-14", 1, Some("2026-02-24")),
        ("2026-02-25", -3, Some("2026-02-13")),
        ("2026-02-22", -1, Some("2026-02-14")),
        ("2026-02-20", 0, Some("2026-02-20")),
        ("2026-12-31", 1, None),
        ("2025-12-31", 1, None),
    ] {
        assert_eq!(calendar.shift(day(from), days), to.map(day), "{from} {days}");
    }
    assert_eq!(calendar.between(day("2026-02-13"), day("2026-02-28")), Some(6));
    assert_eq!(calendar.between(day("2026-02-28"), day("2026-02-13")), Some(-6));
}

#[test]
fn every_day_says_what_it_is() {
    let calendar = calendar();
    let kind = |text| match calendar.kind(day(text)) {
        DayKind::Working => "working".to_owned(),
        DayKind::MakeUp(name) => format!("make-up for {}", name.en),
        DayKind::Weekend => "weekend".to_owned(),
        DayKind::Holiday(name) => name.en.clone(),
    };
    for (text, expected) in [
        ("2026-02-13", "working"),
        ("2026-02-14", "make-up for Spring Festival"),
        ("2026-02-15", "weekend"),
        ("2026-02-22", "Spring Festival"),
        ("2027-01-01", "working"),
        ("2027-01-02", "weekend"),
        ("2025-12-28", "weekend"),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
}

#[test]
fn a_gap_between_years_ends_the_calendar() {
    let year = |number| year(number, Vec::new());
    let calendar = WorkingCalendar::of_years(vec![year(2026), year(2023), year(2024)]);
    assert_eq!(calendar.last_day(), Some(day("2024-12-31")));
    assert_eq!(calendar.is_working(day("2025-01-02")), None);
    assert_eq!(calendar.years().len(), 2);
    let empty = WorkingCalendar::of_years(Vec::new());
    assert_eq!((empty.first_day(), empty.last_day()), (None, None));
}

proptest! {
    #[test]
    fn counting_working_days_and_finding_the_day_again_are_one_thing_read_twice(
        offset in -3_000_i64..3_000,
        is_empty in any::<bool>(),
    ) {
        let calendar = if is_empty { WorkingCalendar::default() } else { calendar() };
        let number = number_of(day("2026-06-01")) + offset;
        let count = calendar.worked_through(number);
        prop_assert_eq!(calendar.works(number), calendar.kind(day_of(number)).is_working());
        prop_assert_eq!(calendar.worked_through(calendar.day_with(count)), count);
        prop_assert!(calendar.day_with(count) <= number && calendar.day_with(count + 1) > number);
    }
}
