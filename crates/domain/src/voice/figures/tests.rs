//! Figures of made voices, and held-back counts against everything they could be.

use super::{
    disclosure::{Line, Sheet, hold_back},
    tally::{COLUMNS, Tally, WHOLE},
    *,
};
use proptest::prelude::*;

const MARCH: FigureMonth = FigureMonth { year: 2026, month: 3 };

fn day(text: &str) -> NaiveDate {
    text.parse().expect("it is a day")
}

/// A voice of March: topic, organisation, day and working days of the answer, level.
fn course(topic: &str, organization: &str, answer: Option<(&str, u32)>, level: Option<u8>) -> VoiceCourse {
    VoiceCourse {
        received: day("2026-03-02"),
        dispatched: Some(day("2026-03-03")),
        dispatch_due: Some(day("2026-03-03")),
        due: Some(day("2026-03-12")),
        answered: answer.map(|(on, _)| day(on)),
        working_days: answer.map(|(_, days)| days),
        rated: level.map(|level| (day("2026-03-20"), level)),
        reopened: None,
        groups: BTreeMap::from([
            (FigureGroup::Kind, topic.to_owned()),
            (FigureGroup::UnitLevel, organization.to_owned()),
        ]),
    }
}

fn many(count: usize, course: &VoiceCourse) -> Vec<VoiceCourse> {
    vec![course.clone(); count]
}

fn figures(courses: &[VoiceCourse], as_of: &str) -> MonthlyFigures {
    monthly_figures(courses, MARCH, day(as_of), 3)
}

#[test]
fn figures_count_the_voices_of_the_month_as_known_on_the_day() {
    let in_time = course("tax", "o1", Some(("2026-03-10", 6)), Some(1));
    let late = course("tax", "o1", Some(("2026-03-16", 10)), Some(4));
    let other = VoiceCourse { received: day("2026-04-01"), ..in_time.clone() };
    let courses = [many(5, &in_time), many(3, &late), many(4, &other)].concat();
    let shown =
        |row: &FigureRow| [row.received, row.answered, row.in_time, row.rated, row.satisfied, row.reopened];
    let then = figures(&courses, "2026-05-01");
    assert_eq!(shown(&then.total), [8, 8, 5, 8, 5, 0].map(Cell::Shown));
    assert_eq!(then.total.mean_working_days_tenths, Some(75));
    assert_eq!(then.total.median_working_days_tenths, Some(60));
    assert_eq!((then.total.dispatched, then.total.dispatched_in_time), (Cell::Shown(8), Cell::Shown(8)));
    assert_eq!(then.total.late, Cell::Shown(3));
    assert_eq!(then.ratings, [5, 0, 0, 3, 0].map(Cell::Shown));
    let before = figures(&courses, "2026-03-12");
    assert_eq!(shown(&before.total), [8, 5, 5, 0, 0, 0].map(Cell::Shown));
    assert_eq!(before, figures(&courses, "2026-03-12"), "reckoned again it is the same");
    assert_eq!(shown(&figures(&courses, "2026-03-01").total), [Cell::Shown(0); 6]);
}

#[test]
fn a_small_row_is_held_back_and_another_with_it() {
    let of = |topic: &str, count| many(count, &course(topic, "o1", Some(("2026-03-10", 5)), None));
    let courses = [of("a", 2), of("b", 4), of("c", 9)].concat();
    let figures = figures(&courses, "2026-05-01");
    let received = |name: &str| figures.groups[&FigureGroup::Kind][name].received;
    assert_eq!(
        (received("a"), received("b"), received("c")),
        (Cell::HeldBack, Cell::HeldBack, Cell::Shown(9))
    );
    assert_eq!(
        (figures.total.received, figures.groups[&FigureGroup::UnitLevel]["o1"].received),
        (Cell::Shown(15), Cell::Shown(15))
    );
    assert_eq!(figures.groups[&FigureGroup::Kind]["a"].mean_working_days_tenths, None);
    let text = format!("{:?}", figures.groups[&FigureGroup::Kind]["a"]);
    assert!(!text.contains("Shown"), "{text}");
}

#[test]
fn a_count_with_a_small_rest_is_held_back() {
    let courses = [
        many(7, &course("a", "o1", Some(("2026-03-10", 5)), None)),
        many(1, &course("a", "o1", Some(("2026-03-16", 9)), None)),
        many(6, &course("b", "o2", Some(("2026-03-10", 5)), None)),
    ];
    let figures = figures(&courses.concat(), "2026-05-01");
    // One of eight was late: neither the seven nor the whole thirteen of fourteen may say so.
    assert_eq!(
        (figures.groups[&FigureGroup::Kind]["a"].answered, figures.groups[&FigureGroup::Kind]["a"].in_time),
        (Cell::Shown(8), Cell::HeldBack)
    );
    assert_eq!((figures.total.answered, figures.total.in_time), (Cell::Shown(14), Cell::HeldBack));
}

/// Whether every held count of a column has two values, by trying all.
fn is_open(table: &[Line], column: usize, total: Option<u64>) -> bool {
    let held: Vec<&Line> = table.iter().filter(|line| line.held[column]).collect();
    let shown: u64 = table.iter().filter(|line| !line.held[column]).map(|line| line.counts[column]).sum();
    let Some(total) = total else { return !held.is_empty() || shown == 0 };
    let least = u64::from(column == 0);
    let mut possible = vec![std::collections::BTreeSet::new(); held.len()];
    let most = |line: &Line| match WHOLE[column] {
        Some(whole) if !line.held[whole] => line.counts[whole],
        _ => total,
    };
    let mut tried = vec![least; held.len()];
    loop {
        if tried.iter().sum::<u64>() + shown == total {
            for (values, value) in possible.iter_mut().zip(&tried) {
                values.insert(*value);
            }
        }
        // The next combination.
        let Some(at) = (0..held.len()).find(|at| tried[*at] < most(held[*at]).min(total)) else { break };
        tried[at] += 1;
        tried[..at].fill(least);
    }
    possible.iter().all(|values| values.len() > 1)
}

/// A row: received, and shares of it.
fn row() -> impl Strategy<Value = Tally> {
    (0_u64..8, [0_u64..=4, 0..=4, 0..=4, 0..=4, 0..=4, 0..=4, 0..=4]).prop_map(
        |(received, [a, b, c, d, e, f, g])| {
            let share = |whole: u64, quarters: u64| whole * quarters / 4;
            let answered = share(received.max(1), a);
            let rated = share(answered, c);
            let dispatched = share(received.max(1), f);
            let counts = [
                received.max(1),
                answered,
                share(answered, b),
                rated,
                share(rated, d),
                share(answered, e),
                dispatched,
                share(dispatched, g),
            ];
            Tally { counts, ..Tally::default() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_held_count_can_be_reckoned_from_what_is_shown(rows in proptest::collection::vec(row(), 1..5), smallest in 2_u64..4) {
        let mut counts = [0; COLUMNS];
        for tally in &rows {
            for (sum, count) in counts.iter_mut().zip(tally.counts) {
                *sum += count;
            }
        }
        let total = Tally { counts, ..Tally::default() };
        // The second table is the whole in one row, as where one organisation answers for all.
        let mut sheet = Sheet::of(&total, vec![rows.iter().collect(), vec![&total]], vec![0; 5]);
        hold_back(&mut sheet, smallest);
        for column in 0..COLUMNS {
            let known = (!sheet.total.held[column]).then_some(sheet.total.counts[column]);
            for table in &sheet.tables {
                prop_assert!(is_open(table, column, known), "column {column}: {sheet:?}");
            }
        }
        let lines = sheet.tables.iter().flatten().chain([&sheet.total]);
        for line in lines {
            for (column, whole) in WHOLE.iter().enumerate() {
                let is_small = |count: u64| count > 0 && count < smallest;
                let rest = whole.map_or(0, |whole| line.counts[whole] - line.counts[column]);
                prop_assert!(line.held[column] || !(is_small(line.counts[column]) || is_small(rest)));
            }
        }
    }
}
