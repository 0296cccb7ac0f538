//! When money is due: from when the time runs, how long it is, and on which day it ends.

use crate::calendar::WorkingCalendar;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Most days a public body may agree on.
const PUBLIC_DAYS_MAX: u16 = 60;

/// Who pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// A public body or public institution: 30 days, or what is agreed up to 60.
    PublicBody,
    /// A large firm: 60 days, or what is agreed.
    LargeFirm,
}

/// What was delivered, and what the contract says of its payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Who pays.
    pub payer: Payer,
    /// The day of delivery.
    pub delivered: NaiveDate,
    /// The day by which it was to be accepted, where payment depends on acceptance.
    #[serde(default)]
    pub acceptance_until: Option<NaiveDate>,
    /// The day it was accepted.
    #[serde(default)]
    pub accepted: Option<NaiveDate>,
    /// The day both sides confirmed a settlement by progress or period.
    #[serde(default)]
    pub settled: Option<NaiveDate>,
    /// The days agreed.
    #[serde(default)]
    pub agreed_days: Option<u16>,
    /// The contract makes payment depend on money of a third party.
    #[serde(default)]
    pub pay_when_paid: bool,
}

/// What was not taken as the contract has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermNote {
    /// More than sixty days were agreed with a public body.
    Clipped,
    /// Payment was to wait for a third party; that clause does not hold.
    PayWhenPaidVoid,
    /// Acceptance came late or not at all; the time runs from when it was to end.
    LateAcceptance,
    /// The last day was a rest day.
    Rolled,
    /// The calendar of that year is not known yet.
    Provisional,
}

/// The last day for payment and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentDue {
    /// The day from which the time runs; the first day is the one after.
    pub from: NaiveDate,
    /// How many days it has.
    pub days: u16,
    /// The last day for payment.
    pub day: NaiveDate,
    /// What is worth saying of it.
    pub notes: Vec<TermNote>,
}

impl Delivery {
    /// When the money is due; nothing beyond the days that can be named.
    pub fn due(&self, calendar: &WorkingCalendar) -> Option<PaymentDue> {
        let mut notes = Vec::new();
        let from = self.from(&mut notes);
        let days = self.days(&mut notes);
        let last = from.checked_add_days(Days::new(u64::from(days)))?;
        let mut day = last;
        while !calendar.kind(day).is_working() {
            day = day.succ_opt()?;
        }
        if day != last {
            notes.push(TermNote::Rolled);
        }
        if !calendar.is_known(day) {
            notes.push(TermNote::Provisional);
        }
        Some(PaymentDue { from, days, day, notes })
    }

    fn from(&self, notes: &mut Vec<TermNote>) -> NaiveDate {
        if let Some(settled) = self.settled {
            return settled;
        }
        match (self.accepted, self.acceptance_until) {
            (Some(accepted), Some(until)) if accepted <= until => accepted,
            (_, Some(until)) => {
                notes.push(TermNote::LateAcceptance);
                until
            }
            (Some(accepted), None) => accepted,
            (None, None) => self.delivered,
        }
    }

    fn days(&self, notes: &mut Vec<TermNote>) -> u16 {
        if self.pay_when_paid {
            notes.push(TermNote::PayWhenPaidVoid);
        }
        match (self.payer, self.agreed_days) {
            (Payer::PublicBody, Some(days)) if days > PUBLIC_DAYS_MAX => {
                notes.push(TermNote::Clipped);
                PUBLIC_DAYS_MAX
            }
            (_, Some(days)) => days,
            (Payer::PublicBody, None) => 30,
            (Payer::LargeFirm, None) => 60,
        }
    }
}
