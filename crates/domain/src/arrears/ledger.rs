//! An invoice, what was paid on it in parts, and what is open on a day, disputed and undisputed apart.

use super::{ArrearsFault, LateRate};
use chrono::NaiveDate;
use rules::number::{Number, Rounding};
use serde::{Deserialize, Serialize};

/// An amount that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// Its number.
    pub id: String,
    /// The whole amount.
    pub amount_fen: i64,
    /// The part of it that the payer disputes.
    #[serde(default)]
    pub disputed_fen: i64,
    /// The last day for payment.
    pub due: NaiveDate,
}

/// A payment on an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartPayment {
    /// The day the money came in.
    pub day: NaiveDate,
    /// How much.
    pub amount_fen: i64,
}

/// What a payment is set against first, where the two sides have not agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaymentOrder {
    /// Interest, then the amount: what the Civil Code says of payments that do not cover all.
    #[default]
    InterestFirst,
    /// The amount, then interest.
    PrincipalFirst,
}

/// What is open on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Arrears {
    /// Days since the last day for payment; the day of reckoning counts, the last day for payment does not.
    pub days_late: u32,
    /// Of the undisputed amount.
    pub undisputed_fen: i64,
    /// Of the disputed amount.
    pub disputed_fen: i64,
    /// Interest on the undisputed amount that is not paid yet.
    pub interest_fen: i64,
    /// Interest that is owed besides if the disputed amount turns out to be owed.
    pub disputed_interest_fen: i64,
    /// Interest that was paid.
    pub interest_paid_fen: i64,
    /// What was paid beyond everything.
    pub overpaid_fen: i64,
}

/// The account while days go by.
struct Account {
    undisputed: i128,
    disputed: i128,
    interest: Number,
    disputed_interest: Number,
    interest_paid: i128,
    overpaid: i128,
}

/// What is open of an invoice at the end of a day.
///
/// Interest is simple: it runs on the open amount for every day after the last day for payment, the day a payment
/// comes in included. Where a payment is set against interest, that is first rounded half up to a fen; where it covers
/// it, nothing of it is left. A payment goes to the undisputed amount, then to the disputed one. Payments after the
/// day of reckoning are not looked at.
pub fn settle(
    invoice: &Invoice,
    payments: &[PartPayment],
    (rate, order): (&LateRate, PaymentOrder),
    as_of: NaiveDate,
) -> Result<Arrears, ArrearsFault> {
    let is_fault = invoice.disputed_fen < 0
        || invoice.amount_fen < invoice.disputed_fen
        || payments.iter().any(|payment| payment.amount_fen < 0);
    if is_fault {
        return Err(ArrearsFault::Amounts(invoice.id.clone()));
    }
    let too_large = || ArrearsFault::TooLarge(invoice.id.clone());
    let mut account = Account {
        undisputed: i128::from(invoice.amount_fen - invoice.disputed_fen),
        disputed: i128::from(invoice.disputed_fen),
        interest: Number::ZERO,
        disputed_interest: Number::ZERO,
        interest_paid: 0,
        overpaid: 0,
    };
    let mut paid: Vec<&PartPayment> = payments.iter().filter(|payment| payment.day <= as_of).collect();
    paid.sort_by_key(|payment| payment.day);
    let mut from = invoice.due;
    for payment in paid {
        account.run(from, payment.day, rate).ok_or_else(too_large)?;
        from = from.max(payment.day);
        account.pay(i128::from(payment.amount_fen), order).ok_or_else(too_large)?;
    }
    account.run(from, as_of, rate).ok_or_else(too_large)?;
    let days_late = u32::try_from((as_of - invoice.due).num_days()).unwrap_or(0);
    account.stated(days_late).ok_or_else(too_large)
}

impl Account {
    /// Lets interest run for the days after `from` up to and with `to`.
    fn run(&mut self, from: NaiveDate, to: NaiveDate, rate: &LateRate) -> Option<()> {
        let days = (to - from).num_days();
        if days <= 0 {
            return Some(());
        }
        let of = |principal: i128| {
            Number::whole(principal).multiply(rate.per_day)?.multiply(Number::whole(i128::from(days)))
        };
        self.interest = self.interest.add(of(self.undisputed)?)?;
        self.disputed_interest = self.disputed_interest.add(of(self.disputed)?)?;
        Some(())
    }

    fn pay(&mut self, amount: i128, order: PaymentOrder) -> Option<()> {
        let mut left = amount;
        if order == PaymentOrder::InterestFirst {
            left = self.pay_interest(left)?;
        }
        for principal in [&mut self.undisputed, &mut self.disputed] {
            let part = left.min(*principal);
            *principal -= part;
            left -= part;
        }
        left = self.pay_interest(left)?;
        self.overpaid += left;
        Some(())
    }

    /// Sets a payment against interest; answers what is left of it.
    fn pay_interest(&mut self, amount: i128) -> Option<i128> {
        let owed = self.interest.rounded(Rounding::HalfUp);
        let part = amount.min(owed);
        self.interest = if part == owed && part > 0 {
            Number::ZERO
        } else {
            self.interest.subtract(Number::whole(part))?
        };
        self.interest_paid += part;
        Some(amount - part)
    }

    fn stated(self, days_late: u32) -> Option<Arrears> {
        let fen = |amount: i128| i64::try_from(amount).ok();
        let stated = |interest: Number| fen(interest.rounded(Rounding::HalfUp));
        Some(Arrears {
            days_late,
            undisputed_fen: fen(self.undisputed)?,
            disputed_fen: fen(self.disputed)?,
            interest_fen: stated(self.interest)?,
            disputed_interest_fen: stated(self.disputed_interest)?,
            interest_paid_fen: fen(self.interest_paid)?,
            overpaid_fen: fen(self.overpaid)?,
        })
    }
}
