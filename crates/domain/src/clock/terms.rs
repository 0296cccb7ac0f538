//! What the law says of a clock: its period, on which grounds it may stand still, be extended or begin anew.

use super::{Period, Unit};
use crate::Bilingual;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The terms of one clock, as a definition writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockTerms {
    /// How long it runs.
    pub period: Period,
    /// Where the law says so.
    pub cite: String,
    /// Whether a last day that is a rest day moves to the next working day. Not so where the period is one during
    /// which something holds, such as the publicity of a penalty.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub rolls: bool,
    /// When to warn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What may change its course.
    #[serde(default, rename = "ground", skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<Ground>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

/// A legal ground on which the course of a clock may change, with its caps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Its name in events.
    pub id: String,
    /// What may be done on it.
    pub kind: GroundKind,
    /// What people call it.
    pub name: Bilingual,
    /// Where the law says so.
    pub cite: String,
    /// How often at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times_max: Option<u16>,
    /// How long at most each time. A longer pause ends by itself; a longer extension is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_max: Option<Period>,
    /// How long at most in total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_max: Option<Period>,
    /// How long before the due date an extension has to be granted at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_before: Option<Period>,
}

/// What may be done on a ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroundKind {
    /// The clock stands still.
    Pause,
    /// It runs longer.
    Extension,
    /// It begins anew.
    Restart,
}

/// When to warn: after a share of the period, `50%`, or some time before the end, `3wd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Warning {
    /// When so many percent of the period are used up.
    Share(u8),
    /// So long before the due date.
    Before(Period),
}

/// A text that is no warning point.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a warning point · write a share from 1% to 99%, or a period before the end such as 3wd"
)]
pub struct NotAWarning(pub String);

impl FromStr for Warning {
    type Err = NotAWarning;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || NotAWarning(text.to_owned());
        match text.strip_suffix('%') {
            Some(share) if share.bytes().all(|byte| byte.is_ascii_digit()) => {
                let share = share.parse().ok().filter(|share| (1..=99).contains(share));
                share.map(Self::Share).ok_or_else(fail)
            }
            Some(_) => Err(fail()),
            None => text.parse().map(Self::Before).map_err(|_| fail()),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{share}%"),
            Self::Before(period) => period.fmt(f),
        }
    }
}

impl TryFrom<String> for Warning {
    type Error = NotAWarning;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Warning> for String {
    fn from(warning: Warning) -> Self {
        warning.to_string()
    }
}

/// What is wrong with the terms of a clock, and in which field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsFault {
    /// The field, such as `ground.1.length_max`.
    pub field: String,
    /// What is wrong.
    pub what: TermsFaultKind,
}

/// What can be wrong with the terms of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermsFaultKind {
    /// No source is cited.
    NoCitation,
    /// Two grounds have one name.
    SameGround,
    /// Hours and days are mixed.
    HoursAndDays,
    /// A total in months or years: they have no fixed length.
    TotalInMonths,
    /// A time before the end in months or years.
    BeforeInMonths,
    /// A cap that means nothing for this kind of ground.
    OutOfPlace,
    /// The caps of an extension are in two units.
    TwoUnits,
}

impl ClockTerms {
    /// Terms of nothing but a period.
    pub fn of(period: Period, cite: &str) -> Self {
        Self { period, cite: cite.to_owned(), rolls: true, warnings: Vec::new(), grounds: Vec::new() }
    }

    /// Whether it runs in hours.
    pub fn is_in_hours(&self) -> bool {
        self.period.unit == Unit::OfficeHour
    }

    /// The ground with this name and kind.
    pub fn ground(&self, id: &str, kind: GroundKind) -> Option<&Ground> {
        self.grounds.iter().find(|ground| ground.id == id && ground.kind == kind)
    }

    /// Everything that is wrong with the terms.
    pub fn faults(&self) -> Vec<TermsFault> {
        use TermsFaultKind as Kind;
        let mut faults = Vec::new();
        let mut add = |field: &str, what| faults.push(TermsFault { field: field.to_owned(), what });
        let is_mixed = |period: Period| (period.unit == Unit::OfficeHour) != self.is_in_hours();
        if self.cite.trim().is_empty() {
            add("cite", Kind::NoCitation);
        }
        for (at, warning) in self.warnings.iter().enumerate() {
            if let Warning::Before(period) = warning {
                if is_mixed(*period) {
                    add(&format!("warnings.{at}"), Kind::HoursAndDays);
                } else if period.months().is_some() {
                    add(&format!("warnings.{at}"), Kind::BeforeInMonths);
                }
            }
        }
        for (at, ground) in self.grounds.iter().enumerate() {
            let field = |name: &str| format!("ground.{at}.{name}");
            if ground.cite.trim().is_empty() {
                add(&field("cite"), Kind::NoCitation);
            }
            if self.grounds[..at].iter().any(|other| other.id == ground.id) {
                add(&field("id"), Kind::SameGround);
            }
            for (name, what) in ground.faulty_caps(is_mixed) {
                add(&field(name), what);
            }
        }
        faults
    }
}

impl Ground {
    fn faulty_caps(&self, is_mixed: impl Fn(Period) -> bool) -> Vec<(&'static str, TermsFaultKind)> {
        use TermsFaultKind as Kind;
        let caps = [
            ("length_max", self.length_max, self.kind != GroundKind::Restart),
            ("total_max", self.total_max, self.kind != GroundKind::Restart),
            ("asked_before", self.asked_before, self.kind == GroundKind::Extension),
        ];
        let mut faulty = Vec::new();
        for (name, cap, fits) in caps {
            let Some(cap) = cap else { continue };
            let is_of_months = cap.months().is_some();
            if !fits {
                faulty.push((name, Kind::OutOfPlace));
            } else if is_mixed(cap) {
                faulty.push((name, Kind::HoursAndDays));
            } else if name == "asked_before" && is_of_months {
                faulty.push((name, Kind::BeforeInMonths));
            } else if name == "total_max" && self.kind == GroundKind::Pause && is_of_months {
                faulty.push((name, Kind::TotalInMonths));
            }
        }
        let units = [self.length_max, self.total_max].map(|cap| cap.map(|cap| cap.unit));
        if self.kind == GroundKind::Extension
            && let [Some(length), Some(total)] = units
            && length != total
        {
            faulty.push(("total_max", Kind::TwoUnits));
        }
        faulty
    }
}
