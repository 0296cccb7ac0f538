//! Whether an office turns against a firm that rated it or reported on it: what it did to the firm soon after.
//!
//! What comes of it is a finding that somebody examines; an inspection may have every reason.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a firm is protected from an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProtectionGround {
    /// It rated an answer of the office.
    Rating,
    /// It reported on the office in confidence. A finding on this ground is for the desk alone.
    ConfidentialReport,
}

/// A case of a firm after which an office is watched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProtectedCase {
    /// The day of the rating or the report.
    pub day: NaiveDate,
    /// The case.
    pub case: String,
    /// The firm.
    pub firm: String,
    /// The office.
    pub organization: String,
    /// Why it is watched.
    pub ground: ProtectionGround,
}

/// What an office can do to a firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfficeActKind {
    /// It inspects.
    Inspection,
    /// It punishes.
    Penalty,
    /// It refuses what the firm asks for.
    Refusal,
    /// It sends back what the firm asks for.
    Return,
    /// It opens a case on the firm.
    Opening,
}

impl OfficeActKind {
    /// What a step of an office does to the firm, by the word with which its name begins; none where it does nothing
    /// against it. Inspections and penalties have no procedure yet.
    pub fn of_step(step: &str) -> Option<Self> {
        match step.split('-').next().unwrap_or(step) {
            "reject" | "refuse" | "deny" | "dismiss" => Some(Self::Refusal),
            "return" | "send" if step != "send-letter" => Some(Self::Return),
            _ => None,
        }
    }
}

/// Something an office did to a firm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OfficeAct {
    /// The day.
    pub day: NaiveDate,
    /// Its identifier.
    pub id: String,
    /// The firm.
    pub firm: String,
    /// The office.
    pub organization: String,
    /// What it did.
    pub kind: OfficeActKind,
}

/// An act that falls into the time after a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RetaliationFinding {
    /// The act.
    pub act: OfficeAct,
    /// The cases it follows, the latest first.
    pub cases: Vec<ProtectedCase>,
    /// Days from the latest of these cases to the act.
    pub days_after: u32,
    /// Acts of the office on the firm in as many days before the first of these cases: whether it is new that it comes.
    pub acts_before: usize,
    /// Whether one of the cases is a confidential report, so that nobody but the desk may see the finding.
    pub is_confidential: bool,
}

/// Every act of an office on a firm within so many days after a rating or report, by day of the act.
///
/// The day of the case counts as well: which of the two came first is not known. With ninety days the ninetieth day
/// after the case is the last.
pub fn watch(cases: &[ProtectedCase], acts: &[OfficeAct], days: u32) -> Vec<RetaliationFinding> {
    let mut by_pair: BTreeMap<(&str, &str), Pair<'_>> = BTreeMap::new();
    for case in cases {
        by_pair.entry((&case.firm, &case.organization)).or_default().cases.push(case);
    }
    for act in acts {
        if let Some(pair) = by_pair.get_mut(&(act.firm.as_str(), act.organization.as_str())) {
            pair.acts.push(act);
        }
    }
    let mut findings: Vec<RetaliationFinding> =
        by_pair.into_values().flat_map(|pair| pair.findings(i64::from(days))).collect();
    findings.sort_by(|one, other| one.act.cmp(&other.act));
    findings
}

/// One firm and one office.
#[derive(Default)]
struct Pair<'p> {
    cases: Vec<&'p ProtectedCase>,
    acts: Vec<&'p OfficeAct>,
}

impl Pair<'_> {
    fn findings(self, days: i64) -> Vec<RetaliationFinding> {
        let Self { mut cases, acts } = self;
        cases.sort();
        cases.reverse();
        let finding = |act: &&OfficeAct| {
            let after = |case: &&&ProtectedCase| (0..=days).contains(&(act.day - case.day).num_days());
            let followed: Vec<&ProtectedCase> = cases.iter().filter(after).copied().collect();
            let (latest, first) = (followed.first()?.day, followed.last()?.day);
            let before = |other: &&&OfficeAct| (1..=days).contains(&(first - other.day).num_days());
            let is_confidential =
                followed.iter().any(|case| case.ground == ProtectionGround::ConfidentialReport);
            Some(RetaliationFinding {
                act: (*act).clone(),
                days_after: u32::try_from((act.day - latest).num_days()).unwrap_or(0),
                acts_before: acts.iter().filter(before).count(),
                is_confidential,
                cases: followed.into_iter().cloned().collect(),
            })
        };
        acts.iter().filter_map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(days: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day") + chrono::TimeDelta::days(days)
    }

    fn case(at: i64, firm: &str, office: &str, ground: ProtectionGround) -> ProtectedCase {
        let case = format!("c{at}");
        ProtectedCase { day: on(at), case, firm: firm.to_owned(), organization: office.to_owned(), ground }
    }

    fn act(at: i64, firm: &str, office: &str) -> OfficeAct {
        let (firm, organization) = (firm.to_owned(), office.to_owned());
        OfficeAct { day: on(at), id: format!("a{at}"), firm, organization, kind: OfficeActKind::Inspection }
    }

    #[test]
    fn acts_up_to_the_ninetieth_day_of_the_same_office_on_the_same_firm_are_found() {
        let cases = [case(100, "f", "o", ProtectionGround::Rating)];
        let at = [99, 100, 101, 190, 191].map(|at| act(at, "f", "o"));
        let others = [act(110, "g", "o"), act(110, "f", "p")];
        let acts: Vec<OfficeAct> = at.into_iter().chain(others).collect();
        let found = watch(&cases, &acts, 90);
        let shown: Vec<_> =
            found.iter().map(|one| (one.act.id.as_str(), one.days_after, one.acts_before)).collect();
        assert_eq!(shown, [("a100", 0, 1), ("a101", 1, 1), ("a190", 90, 1)]);
        assert!(found.iter().all(|finding| !finding.is_confidential));
    }

    #[test]
    fn a_step_against_a_firm_is_told_by_its_name() {
        for (step, kind) in [
            ("reject", Some(OfficeActKind::Refusal)),
            ("refuse-change", Some(OfficeActKind::Refusal)),
            ("return", Some(OfficeActKind::Return)),
            ("send-back", Some(OfficeActKind::Return)),
            ("send-letter", None),
            ("answer", None),
            ("rejoin", None),
        ] {
            assert_eq!(OfficeActKind::of_step(step), kind, "{step}");
        }
    }

    #[test]
    fn one_act_after_two_cases_is_one_finding_and_a_confidential_one_closes_it() {
        let cases = [
            case(10, "f", "o", ProtectionGround::ConfidentialReport),
            case(50, "f", "o", ProtectionGround::Rating),
        ];
        let found = watch(&cases, &[act(60, "f", "o"), act(130, "f", "o")], 90);
        let shown: Vec<_> =
            found.iter().map(|one| (one.cases.len(), one.days_after, one.is_confidential)).collect();
        assert_eq!(shown, [(2, 10, true), (1, 80, false)]);
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_looking_at_every_pair_finds(
            cases in proptest::collection::vec((0_i64..200, 0_u8..3, 0_u8..2), 0..8),
            acts in proptest::collection::vec((0_i64..300, 0_u8..3, 0_u8..2), 0..12), days in 0_u32..100,
        ) {
            let cases: Vec<_> = cases.into_iter().map(|(at, firm, office)| case(at, &firm.to_string(), &office.to_string(), ProtectionGround::Rating)).collect();
            let acts: Vec<_> = acts.into_iter().map(|(at, firm, office)| act(at, &firm.to_string(), &office.to_string())).collect();
            let mut expected = Vec::new();
            for act in &acts {
                for case in &cases {
                    let after = (act.day - case.day).num_days();
                    if act.firm == case.firm && act.organization == case.organization && after >= 0 && after <= i64::from(days) {
                        expected.push((act.clone(), case.clone()));
                    }
                }
            }
            expected.sort();
            let found = watch(&cases, &acts, days);
            let mut pairs: Vec<_> = found.iter().flat_map(|one| one.cases.iter().map(|case| (one.act.clone(), case.clone()))).collect();
            pairs.sort();
            prop_assert_eq!(pairs, expected);
        }
    }
}
