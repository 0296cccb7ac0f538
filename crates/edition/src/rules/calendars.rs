//! `calendars/<year>.toml` of all layers: the days on which is worked, and the notices that say so.

use crate::{
    document::{Document, Place},
    heads::Layer,
    problem::Problems,
    tree::Tree,
};
use chrono::{Datelike, NaiveDate, Weekday};
use domain::calendar::{CalendarYear, WorkingCalendar};

/// The working calendar of all layers; the uppermost layer that has a year says what it is.
pub(super) fn read(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> WorkingCalendar {
    let mut years: Vec<CalendarYear> = Vec::new();
    for layer in layers {
        for (file, _) in tree.below(&format!("{}/calendars", layer.id)) {
            let document = tree.text(file).and_then(|text| Document::parse(file, text, &[], problems));
            let Some(located) = document.and_then(|document| document.head.read::<CalendarYear>(problems))
            else {
                continue;
            };
            if !located.is_whole() {
                continue;
            }
            let year = located.value;
            if !file.ends_with(&format!("/{}.toml", year.year)) {
                let what = format!("the calendar of {} stands in a file of another name", year.year);
                problems.at(&located.place, "year", what, "name the file by its year, such as 2026.toml");
            }
            if years.iter().any(|known| known.year == year.year) {
                let what = format!("a layer above has a calendar of {}", year.year);
                problems.at(
                    &located.place,
                    "year",
                    what,
                    "remove the file: days off hold in the whole country",
                );
            }
            check(&year, &located.place, problems);
            years.push(year);
        }
    }
    WorkingCalendar::of_years(years)
}

/// A year cites its notice, and its days can be what they are said to be.
fn check(year: &CalendarYear, place: &Place, problems: &mut Problems) {
    if year.notices.is_empty() {
        let what = format!("the calendar of {} cites no notice", year.year);
        problems.at(place, "year", what, "add [[notice]] with `number` and `issued`");
    }
    let mut seen: Vec<NaiveDate> = Vec::new();
    for (at, holiday) in year.holidays.iter().enumerate() {
        for (list, days) in [("off", &holiday.off), ("work", &holiday.work)] {
            for (entry, day) in days.iter().enumerate() {
                let field = format!("holiday.{at}.{list}.{entry}");
                if day.year() != year.year && (day.year(), day.month()) != (year.year - 1, 12) {
                    let what = format!("{day} is no day of {}", year.year);
                    problems.at(place, &field, what, "a notice speaks of its year and of December before it");
                }
                if seen.contains(day) {
                    let what = format!("{day} stands here twice");
                    problems.at(place, &field, what, "name it once, under one holiday");
                }
                seen.push(*day);
                if list == "work" && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                    let what = format!("{day} is no Saturday or Sunday and is worked anyway");
                    problems.at(place, &field, what, "leave it out, or correct the day");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Tree, load};

    const HEAD: &str = "name = { zh = \"镇\", en = \"Town\" }\ndivision_code = \"990100\"\nlanguages = [\"zh\", \"en\"]\nsummary = { zh = \"样\", en = \"Sample\" }\n";
    const NOTICE: &str = "[[notice]]\nnumber = \"1\"\nissued = 2025-11-04\n";

    fn tree(files: &[(&str, &str)]) -> Tree {
        let upper = ("upper/edition.toml".to_owned(), format!("id = \"upper\"\n{HEAD}"));
        let town = ("town/edition.toml".to_owned(), format!("id = \"town\"\nparent = \"upper\"\n{HEAD}"));
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Tree::from_files([upper, town].into_iter().chain(files))
    }

    fn holiday(days: &str) -> String {
        format!("\n[[holiday]]\nname = {{ zh = \"节\", en = \"Day\" }}\n{days}\n")
    }

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        load(&tree(files), "town").problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_calendar_of_another_year_or_of_two_layers_is_reported_and_the_rest_counts() {
        let year = format!("year = 2026\n{NOTICE}{}", holiday("off = [\"2026-01-01\"]"));
        let files = [("upper/calendars/2026.toml", &*year), ("town/calendars/2027.toml", &*year)];
        assert_eq!(
            problems(&files),
            [
                "town/calendars/2027.toml:1: a layer above has a calendar of 2026 · remove the file: days off hold in the whole country",
                "town/calendars/2027.toml:1: the calendar of 2026 stands in a file of another name · name the file by its year, such as 2026.toml",
            ]
        );
        let loaded = load(&tree(&files), "town");
        let day = |text: &str| text.parse().expect("it is a day");
        let is_working = |text: &str| loaded.edition.calendar.is_working(day(text));
        assert_eq!(
            ["2026-01-01", "2026-01-02", "2027-01-04"].map(is_working),
            [Some(false), Some(true), None]
        );
    }

    #[test]
    fn a_year_without_notice_and_days_that_cannot_be_are_reported() {
        let days = holiday(
            "off = [\"2026-01-01\", \"2025-12-31\", \"2025-11-30\"]\nwork = [\"2026-01-05\", \"2026-01-01\"]",
        );
        let year = format!("year = 2026\nnotice = []\n{days}");
        assert_eq!(
            problems(&[("upper/calendars/2026.toml", &year)]),
            [
                "upper/calendars/2026.toml:1: the calendar of 2026 cites no notice · add [[notice]] with `number` and `issued`",
                "upper/calendars/2026.toml:6: 2025-11-30 is no day of 2026 · a notice speaks of its year and of December before it",
                "upper/calendars/2026.toml:7: 2026-01-01 is no Saturday or Sunday and is worked anyway · leave it out, or correct the day",
                "upper/calendars/2026.toml:7: 2026-01-01 stands here twice · name it once, under one holiday",
                "upper/calendars/2026.toml:7: 2026-01-05 is no Saturday or Sunday and is worked anyway · leave it out, or correct the day",
            ]
        );
    }
}
