//! `calendars/<year>.toml` of all layers: the days on which is worked.

use crate::{document::Document, heads::Layer, problem::Problems, tree::Tree};
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
            years.push(year);
        }
    }
    WorkingCalendar::of_years(years)
}

#[cfg(test)]
mod tests {
    use crate::{Tree, load};

    const HEAD: &str = "name = { zh = \"镇\", en = \"Town\" }\ndivision_code = \"990100\"\nlanguages = [\"zh\", \"en\"]\nsummary = { zh = \"样\", en = \"Sample\" }\n";

    fn tree(files: &[(&str, &str)]) -> Tree {
        let upper = ("upper/edition.toml".to_owned(), format!("id = \"upper\"\n{HEAD}"));
        let town = ("town/edition.toml".to_owned(), format!("id = \"town\"\nparent = \"upper\"\n{HEAD}"));
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Tree::from_files([upper, town].into_iter().chain(files))
    }

    #[test]
    fn a_calendar_of_another_year_or_of_two_layers_is_reported_and_the_rest_counts() {
        let year = "year = 2026\noff = [\"2026-01-01\"]\nwork = []\n";
        let tree = tree(&[("upper/calendars/2026.toml", year), ("town/calendars/2027.toml", year)]);
        let loaded = load(&tree, "town");
        let printed: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            printed,
            [
                "town/calendars/2027.toml:1: a layer above has a calendar of 2026 · remove the file: days off hold in the whole country",
                "town/calendars/2027.toml:1: the calendar of 2026 stands in a file of another name · name the file by its year, such as 2026.toml",
            ]
        );
        let day = |text: &str| text.parse().expect("it is a day");
        let is_working = |text: &str| loaded.edition.calendar.is_working(day(text));
        assert_eq!(
            ["2026-01-01", "2026-01-02", "2027-01-04"].map(is_working),
            [Some(false), Some(true), None]
        );
    }
}
