//! `liangjian figures`: the published monthly figures, reckoned anew from the event log, and whether the figures that the
//! service shows, which it takes from what is kept of each case, are the same. It writes nothing.

use super::{Context, one_line, place::Place, printed};
use crate::{editions, machine};
use anyhow::{anyhow, bail};
use chrono::NaiveDate;
use domain::{
    china_time::day_in_china,
    voice::figures::{Cell, FigureMonth, FigureRow, MonthlyFigures},
};
use edition::Edition;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{CaseFault, CourseAudit, Procedures, Store};

/// Arguments of `figures`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The edition whose procedures publish figures.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
    /// Only this month, such as 2026-10; without it the twelve months that are published.
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    month: Option<FigureMonth>,
    /// As known on this day; without it today.
    #[arg(long, value_name = "DAY")]
    as_of: Option<NaiveDate>,
}

/// What was reckoned.
#[derive(Debug, Serialize)]
struct Reckoned {
    as_of: NaiveDate,
    /// Cases of procedures that are not confidential.
    cases: usize,
    /// Whether the figures that are shown are those of the log, and every row is as it was recorded.
    agrees: bool,
    /// From the event log.
    figures: BTreeMap<String, Vec<MonthlyFigures>>,
    /// From the rows, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<BTreeMap<String, Vec<MonthlyFigures>>>,
    /// Cases that count otherwise in the rows than in the log.
    differing: Vec<String>,
    faults: Vec<CaseFault>,
}

fn month(written: &str) -> Result<FigureMonth, String> {
    let first: Result<NaiveDate, _> = format!("{written}-01").parse();
    first.map(FigureMonth::of).map_err(|_| "this is no month · write it as 2026-10".to_owned())
}

/// Answers whether the figures agree.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let tree = editions::tree(context)?;
    let known = tree.edition_ids();
    if !known.contains(&arguments.edition) {
        let id = &arguments.edition;
        bail!("there is no edition `{id}` · --edition · known are {}", known.join(", "));
    }
    let edition = edition::load(&tree, &arguments.edition).edition;
    let as_of = arguments.as_of.unwrap_or_else(|| day_in_china(machine::now()));
    let audit = audited(&arguments.place, &edition, as_of)?;
    let reckoned = reckon(&edition, audit, as_of, arguments.month);
    let text = if context.json { serde_json::to_string_pretty(&reckoned)? + "\n" } else { lines(&reckoned) };
    printed(&text)?;
    Ok(reckoned.agrees)
}

#[tokio::main(flavor = "current_thread")]
async fn audited(place: &Place, edition: &Edition, as_of: NaiveDate) -> anyhow::Result<CourseAudit> {
    let store = Store::open_to_verify(&place.location()).await?;
    let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
    let audit = store.audit_courses(&procedures, web::first_moment(as_of)).await;
    store.close().await;
    audit.map_err(|error| anyhow!("the cases cannot be read ({error}) · run `liangjian audit verify`"))
}

fn reckon(edition: &Edition, audit: CourseAudit, as_of: NaiveDate, month: Option<FigureMonth>) -> Reckoned {
    let of = |courses: &[store::CaseCourse]| {
        let mut figures = web::figures_of(edition, courses, as_of);
        for months in figures.values_mut() {
            months.retain(|figures| month.is_none_or(|month| figures.month == month));
        }
        figures.retain(|_, months| !months.is_empty());
        figures
    };
    let (shown, figures) = (of(&audit.of_rows), of(&audit.of_events));
    let by_number = |courses: &[store::CaseCourse]| -> BTreeMap<String, store::CaseCourse> {
        courses.iter().map(|course| (course.number.clone(), course.clone())).collect()
    };
    let (rows, events) = (by_number(&audit.of_rows), by_number(&audit.of_events));
    let every = rows.keys().chain(events.keys()).collect::<std::collections::BTreeSet<_>>();
    let differing = every.into_iter().filter(|number| rows.get(*number) != events.get(*number));
    let differing: Vec<String> = differing.cloned().collect();
    Reckoned {
        as_of,
        cases: events.len(),
        agrees: differing.is_empty() && audit.faults.is_empty() && shown == figures,
        shown: (shown != figures).then_some(shown),
        figures,
        differing,
        faults: audit.faults,
    }
}

fn lines(reckoned: &Reckoned) -> String {
    let mut lines =
        vec![format!("from the events of {} cases, as known on {}", reckoned.cases, reckoned.as_of)];
    for (procedure, months) in &reckoned.figures {
        for one in months {
            let FigureMonth { year, month } = one.month;
            lines.push(format!("{procedure} {year}-{month:02}: {}", told(&one.total)));
        }
    }
    if reckoned.shown.is_some() {
        lines.push("DIFFER the figures that the service shows are others".to_owned());
    }
    lines.extend(
        reckoned.differing.iter().map(|number| format!("DIFFERS case {number} counts otherwise in its rows")),
    );
    lines.extend(reckoned.faults.iter().map(|fault| format!("fault   {}: {}", fault.case, fault.what)));
    lines.push(if reckoned.agrees {
        "agree: the figures that the service shows are those of the event log".to_owned()
    } else {
        "NOT the same · look at these cases with `liangjian audit verify`".to_owned()
    });
    // What was tampered with may hold line breaks and worse.
    lines.iter().map(|line| one_line(line) + "\n").collect()
}

fn told(row: &FigureRow) -> String {
    let count = |cell: Cell| match cell {
        Cell::Shown(count) => count.to_string(),
        Cell::HeldBack => "*".to_owned(),
    };
    let days = |tenths: Option<u64>| match tenths {
        Some(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
        None => "-".to_owned(),
    };
    format!(
        "received {}, dispatched {} ({} in time), answered {} ({} in time, {} late), working days {} mean {} median, \
         rated {} ({} satisfied), opened again {}",
        count(row.received),
        count(row.dispatched),
        count(row.dispatched_in_time),
        count(row.answered),
        count(row.in_time),
        count(row.late),
        days(row.mean_working_days_tenths),
        days(row.median_working_days_tenths),
        count(row.rated),
        count(row.satisfied),
        count(row.reopened),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Location;

    #[tokio::test]
    async fn the_figures_of_a_demo_are_those_of_its_log_and_a_case_that_counts_otherwise_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().to_owned());
        let store = Store::open(&location).await.unwrap();
        let built_in = Context { json: false, editions: None };
        let edition = edition::load(&editions::tree(&built_in).unwrap(), "wenzhou").edition;
        let now = "2026-11-21T04:00:00Z".parse().unwrap();
        let opened = crate::demo::open_cases(&store, &edition, now).await.unwrap();
        let procedures = Procedures { versions: &edition.mechanisms, office: edition.office_time() };
        let as_of = day_in_china(now);
        let audit = store.audit_courses(&procedures, web::first_moment(as_of)).await.unwrap();
        let reckoned = reckon(&edition, audit.clone(), as_of, None);
        assert!(reckoned.agrees && reckoned.cases == opened, "{reckoned:?}");
        let told = lines(&reckoned);
        assert!(told.contains("enterprise-voice 2026-11: received ") && told.contains("agree:"), "{told}");
        let october = reckon(&edition, audit.clone(), as_of, month("2026-10").ok());
        assert!(!lines(&october).contains("2026-11:"));
        assert!(month("2026-13").is_err() && month("x").is_err());

        let mut changed = audit;
        changed.of_rows[0].course.answered = Some(as_of);
        let number = changed.of_rows[0].number.clone();
        let reckoned = reckon(&edition, changed, as_of, None);
        assert!(!reckoned.agrees && reckoned.differing == [number]);
        assert!(lines(&reckoned).contains("NOT the same"));
    }
}
