//! A file of invoices and what was paid on them, as people write it for `liangjian arrears`.

use crate::{
    document::{Document, Located, Place},
    problem::{Problem, Problems},
};
use chrono::NaiveDate;
use domain::arrears::{DayBasis, Delivery, Invoice, PartPayment, PaymentOrder, RateTerms};
use rust_decimal::Decimal;
use serde::Deserialize;

/// The invoices of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrearsFile {
    /// The day of reckoning.
    pub as_of: NaiveDate,
    /// What payments are set against first.
    pub order: PaymentOrder,
    /// The invoices, in the order of the file.
    pub invoices: Vec<WrittenInvoice>,
}

/// An invoice with the contract behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenInvoice {
    /// The invoice; its last day for payment is that of `delivery` where one is given.
    pub invoice: Invoice,
    /// From which the last day for payment follows, where it is not written down.
    pub delivery: Option<Delivery>,
    /// What the contract says of late interest.
    pub terms: RateTerms,
    /// What was paid.
    pub payments: Vec<PartPayment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    as_of: NaiveDate,
    #[serde(default)]
    order: PaymentOrder,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    amount_fen: i64,
    #[serde(default)]
    disputed_fen: i64,
    #[serde(default)]
    due: Option<NaiveDate>,
    #[serde(default)]
    delivery: Option<Delivery>,
    signed: NaiveDate,
    #[serde(default)]
    agreed_percent: Option<Decimal>,
    #[serde(default)]
    day_basis: DayBasis,
    #[serde(default)]
    payment: Vec<PartPayment>,
}

/// Reads `as_of`, `order` and `[[invoice]]`.
///
/// # Errors
/// Every problem of the file.
pub fn arrears_of_file(file: &str, text: &str) -> Result<ArrearsFile, Vec<Problem>> {
    let mut problems = Problems::default();
    let Some(mut document) = Document::parse(file, text, &["invoice"], &mut problems) else {
        return Err(problems.sorted());
    };
    let mut invoices = Vec::new();
    for row in document.take("invoice") {
        let Some(located) = row.read::<Row>(&mut problems).filter(Located::is_whole) else {
            continue;
        };
        invoices.extend(written(located.value, &located.place, &mut problems));
    }
    let head = document.head.read::<Head>(&mut problems);
    let problems = problems.sorted();
    match head {
        Some(head) if problems.is_empty() => {
            Ok(ArrearsFile { as_of: head.value.as_of, order: head.value.order, invoices })
        }
        _ => Err(problems),
    }
}

fn written(row: Row, place: &Place, problems: &mut Problems) -> Option<WrittenInvoice> {
    let due = match (row.due, row.delivery) {
        (Some(due), None) => due,
        (None, Some(delivery)) => delivery.delivered,
        _ => {
            let what = "the invoice has no last day for payment, or two";
            problems.at(place, "due", what, "write `due`, or `delivery` from which it follows");
            return None;
        }
    };
    let invoice = Invoice { id: row.id, amount_fen: row.amount_fen, disputed_fen: row.disputed_fen, due };
    let terms =
        RateTerms { signed: row.signed, agreed_percent: row.agreed_percent, day_basis: row.day_basis };
    Some(WrittenInvoice { invoice, delivery: row.delivery, terms, payments: row.payment })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "as_of = 2026-03-31\n\n[[invoice]]\nid = \"i1\"\namount_fen = 100000000\ndue = 2026-03-01\nsigned = 2025-06-01\nagreed_percent = \"2\"\npayment = [{ day = 2026-03-10, amount_fen = 5 }]\n";

    fn problems(from: &str, to: &str) -> Vec<String> {
        let read = arrears_of_file("file.toml", &FILE.replacen(from, to, 1));
        read.err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_of_invoices_is_read_and_every_problem_has_its_line() {
        let file = arrears_of_file("file.toml", FILE).expect("it can be read");
        assert_eq!((file.invoices.len(), file.invoices[0].payments.len()), (1, 1));
        assert_eq!(file.order, PaymentOrder::InterestFirst);
        let rows = [
            ("due = 2026-03-01\n", "", "file.toml:3: the invoice has no last day for payment, or two · "),
            ("amount_fen = 100000000", "amount = 1", "file.toml:5: unknown field `amount`"),
            ("as_of = 2026-03-31", "", "file.toml:1: missing field `as_of`"),
            ("\"2\"", "\"two\"", "file.toml:8: "),
        ];
        for (from, to, expected) in rows {
            let problems = problems(from, to);
            assert!(problems.iter().any(|line| line.starts_with(expected)), "{expected}\n{problems:?}");
        }
    }
}
