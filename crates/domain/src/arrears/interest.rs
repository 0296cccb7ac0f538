//! The rate of late interest: agreed, but not below the one-year loan prime rate at signing; else five in ten
//! thousand a day.

use super::{ArrearsFault, LprTable};
use chrono::NaiveDate;
use rules::number::Number;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// By how many days a rate of a year is divided. The regulation does not say; an edition or the contract does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayBasis {
    /// 360 days.
    #[serde(rename = "360")]
    D360,
    /// 365 days.
    #[default]
    #[serde(rename = "365")]
    D365,
}

/// What a contract says of late interest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateTerms {
    /// The day it was signed.
    pub signed: NaiveDate,
    /// The rate of a year in percent, where one was agreed.
    #[serde(default)]
    pub agreed_percent: Option<Decimal>,
    /// How a rate of a year becomes one of a day.
    #[serde(default)]
    pub day_basis: DayBasis,
}

/// On what a rate rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum RateGround {
    /// The contract.
    Agreed {
        /// Percent a year.
        percent: Decimal,
    },
    /// The contract agrees on less than the loan prime rate at signing, which holds instead.
    RaisedToLpr {
        /// Percent a year that was agreed.
        agreed: Decimal,
        /// Percent a year that holds.
        percent: Decimal,
    },
    /// Nothing was agreed: five in ten thousand a day.
    Statutory,
}

/// The rate that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateRate {
    /// On what it rests.
    pub ground: RateGround,
    /// The share of the principal for each day.
    pub per_day: Number,
    /// The last day of which the table of loan prime rates speaks, where the contract was signed after it: a rate that
    /// was published since may raise this one.
    pub provisional_after: Option<NaiveDate>,
}

impl RateTerms {
    /// The rate that holds under these terms. The rate of the day of signing counts; where none is published for it yet,
    /// the last one stands in, and the answer says so.
    pub fn rate(&self, table: &LprTable) -> Result<LateRate, ArrearsFault> {
        let Some(agreed) = self.agreed_percent else {
            let per_day = Number::fraction(5, 10_000).ok_or(ArrearsFault::NegativeRate)?;
            return Ok(LateRate { ground: RateGround::Statutory, per_day, provisional_after: None });
        };
        if agreed.is_sign_negative() {
            return Err(ArrearsFault::NegativeRate);
        }
        let least = table.latest(self.signed).ok_or(ArrearsFault::LprUnknown(self.signed))?.one_year;
        let (percent, ground) = if agreed < least {
            (least, RateGround::RaisedToLpr { agreed, percent: least })
        } else {
            (agreed, RateGround::Agreed { percent: agreed })
        };
        let days = match self.day_basis {
            DayBasis::D360 => 360,
            DayBasis::D365 => 365,
        };
        let yearly = Number::scaled(percent.mantissa(), percent.scale() + 2);
        let per_day = yearly.and_then(|yearly| yearly.divide(Number::whole(days)));
        let provisional_after = (self.signed > table.through).then_some(table.through);
        Ok(LateRate { ground, per_day: per_day.ok_or(ArrearsFault::NegativeRate)?, provisional_after })
    }
}
