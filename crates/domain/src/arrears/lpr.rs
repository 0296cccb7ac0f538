//! The loan prime rates as they were published.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A change of the rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LprRow {
    /// The day of publication from which they hold.
    pub from: NaiveDate,
    /// For one year, in percent.
    pub one_year: Decimal,
    /// For five years and more, in percent.
    pub five_year: Decimal,
    /// Where it was compared with what was published; without it, it is only widely known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<String>,
}

/// The rates by day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LprTable {
    /// The last day of which the table speaks.
    pub through: NaiveDate,
    /// Whether somebody has compared it with what was published; else it is only widely known.
    pub verified: bool,
    /// The changes, in order.
    #[serde(rename = "rate")]
    pub rates: Vec<LprRow>,
}

impl LprTable {
    /// The rates of a day; nothing before the first and after the last day that is known.
    pub fn on(&self, day: NaiveDate) -> Option<&LprRow> {
        if day > self.through {
            return None;
        }
        self.latest(day)
    }

    /// The rates that were published last before a day, whether or not the table speaks of the day itself. What comes
    /// of them after `through` is provisional, and whoever uses them has to say so.
    pub fn latest(&self, day: NaiveDate) -> Option<&LprRow> {
        self.rates.iter().rev().find(|row| row.from <= day)
    }
}
