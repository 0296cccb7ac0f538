//! Twenty years, every start, one to sixty working days: the clock beside an oracle that only ticks days off.

use super::*;
use chrono::NaiveDate;
use std::collections::HashSet;

/// Days off and days worked, read from the files as text: no calendar of the program is asked.
fn listed() -> (HashSet<String>, HashSet<String>) {
    let (mut off, mut work) = (HashSet::new(), HashSet::new());
    for text in CALENDARS {
        let mut is_off = true;
        for line in text.lines() {
            if line.starts_with("off") || line.starts_with("work") {
                is_off = line.starts_with("off");
            }
            for day in line.split('"').filter(|part| part.len() == 10 && part.as_bytes()[4] == b'-') {
                if is_off {
                    off.insert(day.to_owned())
                } else {
                    work.insert(day.to_owned())
                };
            }
        }
    }
    (off, work)
}

#[test]
fn every_start_of_twenty_years_and_one_to_sixty_working_days_agree_with_an_oracle() {
    let (off, work) = listed();
    assert!(off.len() > 500 && work.len() > 120, "{} {}", off.len(), work.len());
    let first: NaiveDate = "2007-01-01".parse().unwrap();
    // Day of the week by counting: 1 January 2007 was a Monday.
    let is_worked: Vec<bool> = (0..7_420)
        .map(|at| {
            let day = (first + chrono::Days::new(at)).to_string();
            let is_known = day.as_str() < "2027";
            let rest = at % 7 >= 5;
            if rest { is_known && work.contains(&day) } else { !(is_known && off.contains(&day)) }
        })
        .collect();
    let all_terms: Vec<ClockTerms> = (1..=60).map(|count| plain(&format!("{count}wd"))).collect();
    let mut checked = 0;
    for start in 0..7_305_usize {
        let day = first + chrono::Days::new(start as u64);
        let ticked = is_worked[start + 1..].iter().enumerate().filter(|(_, worked)| **worked).take(60);
        for ((after, _), terms) in ticked.zip(&all_terms) {
            let expected = day + chrono::Days::new(after as u64 + 1);
            let due =
                Clock { terms, start: day.into(), events: &[] }.due(office()).expect("nothing stops it");
            assert_eq!(due.at.day, expected, "{day} {}", terms.period);
            assert_eq!(due.provisional, expected > "2026-12-31".parse().unwrap(), "{day} {}", terms.period);
            checked += 1;
        }
    }
    assert_eq!(checked, 7_305 * 60);
}
