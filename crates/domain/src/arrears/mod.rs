//! Money owed to small and medium firms: when it is due, what interest runs, and what is open on a day.
//!
//! Amounts are whole fen; interest is exact until it is stated, and then rounded half up to a fen.

mod due;
mod interest;
mod ledger;
mod lpr;
mod span;
#[cfg(test)]
mod tests;

pub use due::{Delivery, Payer, PaymentDue, TermNote};
pub use interest::{DayBasis, LateRate, RateGround, RateTerms};
pub use ledger::{Arrears, Invoice, PartPayment, PaymentOrder, settle};
pub use lpr::{LprRow, LprTable};
pub use span::{InterestSpan, spans};

use chrono::NaiveDate;

/// Why interest cannot be reckoned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArrearsFault {
    /// The table of loan prime rates says nothing of the day the contract was signed.
    #[error("the loan prime rate of {0} is not in the table · add its row to lpr.toml")]
    LprUnknown(NaiveDate),
    /// An amount is negative, or more is disputed than owed.
    #[error("an amount is negative, or more is disputed than owed · correct the amounts of `{0}`")]
    Amounts(String),
    /// A rate is negative.
    #[error("the agreed rate is negative · write the rate of a year in percent")]
    NegativeRate,
    /// The numbers do not fit.
    #[error("the amounts of `{0}` are too large to reckon exactly · split the invoice")]
    TooLarge(String),
}
