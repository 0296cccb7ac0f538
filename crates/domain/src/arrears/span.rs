//! The ledger of late interest: from payment to payment, how many days, on what amount, how much.

use super::{ArrearsFault, Invoice, LateRate, PartPayment, PaymentOrder, settle};
use chrono::NaiveDate;
use serde::Serialize;

/// Days on which interest ran on the same amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct InterestSpan {
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last one: the day of a payment or of reckoning.
    pub to: NaiveDate,
    /// How many days.
    pub days: i64,
    /// The undisputed amount on which it ran.
    pub principal_fen: i64,
    /// What came of it.
    pub interest_fen: i64,
    /// What was paid on its last day.
    pub paid_fen: i64,
}

/// The spans from the last day for payment to a day. Their interest adds up to what is open and what was paid of it.
///
/// # Errors
/// Those of [`settle`].
pub fn spans(
    invoice: &Invoice,
    payments: &[PartPayment],
    (rate, order): (&LateRate, PaymentOrder),
    as_of: NaiveDate,
) -> Result<Vec<InterestSpan>, ArrearsFault> {
    let mut ends: Vec<NaiveDate> = payments.iter().map(|payment| payment.day).collect();
    ends.push(as_of);
    ends.retain(|day| *day > invoice.due && *day <= as_of);
    ends.sort_unstable();
    ends.dedup();
    let mut spans = Vec::new();
    let (mut before, mut last) = (settle(invoice, payments, (rate, order), invoice.due)?, invoice.due);
    for to in ends {
        let here = settle(invoice, payments, (rate, order), to)?;
        let on_day = payments.iter().filter(|payment| payment.day == to);
        spans.push(InterestSpan {
            from: last.succ_opt().unwrap_or(to),
            to,
            days: (to - last).num_days(),
            principal_fen: before.undisputed_fen,
            interest_fen: here.interest_fen + here.interest_paid_fen
                - before.interest_fen
                - before.interest_paid_fen,
            paid_fen: on_day.map(|payment| payment.amount_fen).sum(),
        });
        (before, last) = (here, to);
    }
    Ok(spans)
}
