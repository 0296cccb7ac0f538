//! The monthly figures that a city publishes, of every procedure that publishes any. The page shows them from what is
//! kept of the cases; the command `figures` reckons them from the event log and compares.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{
    Language,
    mechanism::{Anonymity, Mechanism, Publication},
    organization::OrganizationKind,
    voice::figures::{FigureGroup, FigureMonth, MonthlyFigures, VoiceCourse, monthly_figures},
};
use edition::Edition;
use std::collections::BTreeMap;
use store::CaseCourse;

/// Months that are published, the current one among them.
pub const MONTHS: u32 = 12;
/// The smallest number that is shown where an edition sets none, except nothing at all.
const SMALLEST: u64 = 3;

/// The published figures: by procedure, the newest month first, and only months in which something came in.
pub type Published = BTreeMap<String, Vec<MonthlyFigures>>;

/// The months up to the one of a day, the newest first.
pub fn months(day: NaiveDate) -> Vec<FigureMonth> {
    let back = |months| Some(FigureMonth::of(day.checked_sub_months(Months::new(months))?));
    (0..MONTHS).filter_map(back).collect()
}

/// The moment at which the first month begins that is published on a day: midnight of China.
pub fn first_moment(day: NaiveDate) -> DateTime<Utc> {
    let last = months(day).pop().and_then(|month| NaiveDate::from_ymd_opt(month.year, month.month, 1));
    last.unwrap_or(day).and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(8)
}

/// The smallest number that is shown.
pub fn smallest(edition: &Edition) -> u64 {
    edition.voice_terms.as_ref().map_or(SMALLEST, |terms| terms.smallest_cell)
}

/// The newest version of each procedure whose figures are published.
pub fn published(edition: &Edition) -> BTreeMap<&str, &Mechanism> {
    let definitions = edition.mechanisms.iter().map(|version| &version.definition);
    let open = definitions.filter(|mechanism| {
        mechanism.publication != Publication::Nothing && mechanism.anonymity != Anonymity::Confidential
    });
    open.map(|mechanism| (mechanism.id.as_str(), mechanism)).collect()
}

/// The figures of these courses, as known on a day.
pub fn figures_of(edition: &Edition, courses: &[CaseCourse], as_of: NaiveDate) -> Published {
    let mut by_procedure: BTreeMap<&str, Vec<VoiceCourse>> = BTreeMap::new();
    let published = published(edition);
    for course in courses.iter().filter(|course| published.contains_key(course.mechanism.as_str())) {
        by_procedure.entry(&course.mechanism).or_default().push(divided(edition, course));
    }
    let smallest = smallest(edition);
    let figures = by_procedure.into_iter().map(|(id, courses)| {
        let months = months(as_of)
            .into_iter()
            .filter(|month| courses.iter().any(|course| FigureMonth::of(course.received) == *month));
        (id.to_owned(), months.map(|month| monthly_figures(&courses, month, as_of, smallest)).collect())
    });
    figures.filter(|(_, months): &(String, Vec<MonthlyFigures>)| !months.is_empty()).collect()
}

/// The course with what divides it: also what stands in no mechanism.
fn divided(edition: &Edition, case: &CaseCourse) -> VoiceCourse {
    let mut course = case.course.clone();
    course.groups.insert(FigureGroup::Channel, case.channel.name().to_owned());
    if !case.place.is_empty() {
        course.groups.insert(FigureGroup::Place, case.place.clone());
    }
    if let Some(level) = level(edition, &case.assigned) {
        course.groups.insert(FigureGroup::UnitLevel, level.to_owned());
    }
    course
}

/// Whether a unit is one of the city, of a county or of the state.
fn level(edition: &Edition, unit: &str) -> Option<&'static str> {
    let unit = edition.organization(unit)?;
    Some(match unit.kind {
        OrganizationKind::County | OrganizationKind::Zone => "county",
        OrganizationKind::NationalOffice => "state",
        _ => "city",
    })
}

/// The name of a division: that of the county with its code, or the code.
pub fn place(edition: &Edition, code: &str, language: Language) -> String {
    if code == edition.division_code {
        return edition.name.get(language).to_owned();
    }
    let found = edition.organizations.iter().find(|one| one.division_code.as_deref() == Some(code));
    found.map_or(code, |one| one.name.get(language)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_months_end_with_that_of_the_day_and_begin_at_midnight_of_china() {
        let day = "2026-03-31".parse().unwrap();
        let all = months(day);
        let ends = [all[0], all[1], all[11]].map(|month| (month.year, month.month));
        assert_eq!((all.len(), ends), (12, [(2026, 3), (2026, 2), (2025, 4)]));
        assert_eq!(first_moment(day).to_rfc3339(), "2025-03-31T16:00:00+00:00");
    }
}
