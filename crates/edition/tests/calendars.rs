//! The national calendars against three other readings of the holiday notices, and against deadlines counted
//! elsewhere.

use chrono::NaiveDate;
use domain::calendar::WorkingCalendar;
use edition::{Tree, load};
use rules::calendar::Calendar;
use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus/calendars");

fn calendar() -> Arc<WorkingCalendar> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions"));
    let tree = Tree::from_directory(folder).expect("the folder of the editions is there");
    load(&tree, "national").edition.calendar
}

fn corpus(file: &str) -> Option<String> {
    let text = fs::read_to_string(Path::new(CORPUS).join(file));
    if text.is_err() {
        println!("skipped: comparison with {file} · ../shared/corpus is not here");
    }
    text.ok()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("it is a day")
}

/// The rows of a table without its head.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

#[test]
fn the_calendar_covers_2007_to_2026_and_every_year_cites_its_notice() {
    let calendar = calendar();
    assert_eq!(calendar.first_day(), Some(day("2007-01-01")));
    assert_eq!(calendar.last_day(), Some(day("2026-12-31")));
    for year in calendar.years() {
        let first = year.notices.first().expect("a notice is cited");
        let of_year_before = format!("国办发明电〔{}〕", year.year - 1);
        assert!(first.number.starts_with(&of_year_before), "{} cites {}", year.year, first.number);
        let changes = usize::from([2015, 2019, 2020].contains(&year.year));
        assert_eq!(year.notices.len(), 1 + changes, "{}", year.year);
        assert!(year.holidays.len() >= 4, "{}", year.year);
    }
}

#[test]
fn three_other_readings_of_the_notices_make_the_same_days_working_days() {
    let Some(text) = corpus("cal02_three_sources.csv") else { return };
    let calendar = calendar();
    let mut sources: [BTreeMap<NaiveDate, bool>; 3] = Default::default();
    for row in rows(&text) {
        for (source, said) in sources.iter_mut().zip(&row[1..]) {
            if !said.is_empty() {
                source.insert(day(row[0]), *said == "work");
            }
        }
    }
    let mut differences = Vec::new();
    let days = day("2007-01-01").iter_days().take_while(|date| *date <= day("2026-12-31"));
    for date in days {
        let is_weekday = !["Sat", "Sun"].contains(&date.format("%a").to_string().as_str());
        let ours = calendar.is_working(date).expect("the day is known");
        // A weekend that only touches a holiday is listed by some and not by others, and is off for all.
        let theirs = sources.iter().map(|source| source.get(&date).copied().unwrap_or(is_weekday));
        for (number, theirs) in theirs.enumerate().filter(|(_, theirs)| *theirs != ours) {
            differences.push(format!("{date}: source {number} says {theirs}, the edition {ours}"));
        }
    }
    assert_eq!(differences, [""; 0]);
}

#[test]
fn the_names_of_the_holidays_are_those_of_the_notices() {
    let Some(text) = corpus("cal01_holiday_cn_days.csv") else { return };
    let calendar = calendar();
    let mut differences = Vec::new();
    for row in rows(&text).filter(|row| row[1] == "true") {
        let year = calendar.years().iter().find(|year| year.year.to_string() == row[3]);
        let holiday =
            year.and_then(|year| year.holidays.iter().find(|holiday| holiday.off.contains(&day(row[0]))));
        let ours = holiday.map_or("none", |holiday| holiday.name.zh.as_str());
        let same = match row[2] {
            "“五一”" | "“五一”国际劳动节" => "劳动节",
            "“十一”" => "国庆节",
            "中秋节、国庆节" => "国庆节、中秋节",
            "抗日战争暨世界反法西斯战争胜利70周年纪念日" => "抗战胜利纪念日",
            name => name,
        };
        if ours != same {
            differences.push(format!("{}: {} and {ours}", row[0], row[2]));
        }
    }
    assert_eq!(differences, [""; 0]);
}

#[test]
fn working_days_of_every_year_and_deadlines_counted_elsewhere_come_out_the_same() {
    let Some(text) = corpus("calendar.expected.json") else { return };
    let calendar = calendar();
    // The file has one value a line, and each is looked for by the words before it.
    let values: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.trim().trim_end_matches(',').split_once(": "))
        .map(|(key, value)| (key.trim_matches('"'), value.trim_matches('"')))
        .collect();
    let (mut years, mut vectors, mut start, mut count) = (0, 0, None, 0);
    for (key, value) in values {
        match key {
            "start" => start = Some(day(value)),
            "workdays" => count = value.parse().expect("a count"),
            "end" => {
                let start = start.expect("the start stands before the end");
                assert_eq!(calendar.shift(start, count), Some(day(value)), "{start} {count}");
                vectors += 1;
            }
            _ if key.len() == 4 && key.starts_with("20") => {
                let worked = calendar.between(day(&format!("{key}-01-01")), day(&format!("{key}-12-31")));
                let first = i32::from(calendar.is_working(day(&format!("{key}-01-01"))) == Some(true));
                assert_eq!(worked.map(|worked| worked + first), value.parse().ok(), "{key}");
                years += 1;
            }
            _ => {}
        }
    }
    assert_eq!((years, vectors), (20, 18));
}
