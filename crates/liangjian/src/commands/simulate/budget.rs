//! How far a budget goes: first come, first served, and the same share for everybody.

#![expect(
    clippy::format_push_string,
    reason = "a few lines for people; `write!` would add an error that cannot be"
)]

use super::dues::{Due, Dues};
use crate::commands::matching::{source::RulesFrom, sums::yuan};
use chrono::NaiveDate;
use rules::{catalog::FieldIndex, expression::Value};
use serde::Serialize;
use store::dataset::Dataset;

/// How far a budget goes.
#[derive(Serialize)]
pub struct Budget {
    #[serde(rename = "budget_fen")]
    there_fen: i128,
    /// What all firms together are due.
    needed_fen: i128,
    /// Firms whose amount is unknown: they may need more.
    unknown: u64,
    order_by: Option<String>,
    first_come: FirstCome,
    pro_rata: ProRata,
}

/// In order, each in full, until one cannot be paid in full.
#[derive(Serialize)]
struct FirstCome {
    paid_firms: u64,
    paid_fen: i128,
    left_fen: i128,
    /// The first firm that is not paid in full; nothing where the budget suffices.
    exhausted_at: Option<Exhausted>,
    unpaid_firms: u64,
}

#[derive(Serialize)]
struct Exhausted {
    firm: String,
    /// Its day, where the order is by days.
    day: Option<NaiveDate>,
    due_fen: i128,
}

/// The same share for everybody, cut to whole fen.
#[derive(Serialize)]
struct ProRata {
    /// Millionths of what is due.
    share_millionths: u64,
    paid_firms: u64,
    paid_fen: i128,
    left_fen: i128,
}

impl Budget {
    /// How far `budget_fen` goes.
    pub fn new(
        budget_fen: i128,
        order: Option<FieldIndex>,
        rules: &RulesFrom,
        dataset: &Dataset,
        dues: &Dues,
    ) -> Self {
        let value = |firm: usize| order.and_then(|field| dataset.table.value(&rules.catalog, field, firm));
        let mut unknown = 0;
        let mut due: Vec<(usize, i128)> = Vec::new();
        for firm in 0..dataset.firms.count() {
            match dues.of(firm) {
                Due::Fen(fen) if fen > 0 => due.push((firm, fen.into())),
                Due::Unknown => unknown += 1,
                _ => {}
            }
        }
        // Those without a day come last; of equal ones the row counts.
        due.sort_by_cached_key(|(firm, _)| match value(*firm) {
            Some(Value::Date(day)) => (0, Some(rules::number::Number::whole(day_number(day))), *firm),
            Some(Value::Number(number)) => (0, Some(number), *firm),
            _ => (1, None, *firm),
        });
        let needed_fen = due.iter().map(|(_, fen)| fen).sum();
        let exhausted = |firm: usize, due_fen: i128| Exhausted {
            firm: dataset.firms.id(firm).to_owned(),
            day: match value(firm) {
                Some(Value::Date(day)) => Some(day),
                _ => None,
            },
            due_fen,
        };
        let mut first_come = FirstCome {
            paid_firms: 0,
            paid_fen: 0,
            left_fen: budget_fen,
            exhausted_at: None,
            unpaid_firms: 0,
        };
        for (firm, fen) in &due {
            if first_come.exhausted_at.is_none() && *fen <= first_come.left_fen {
                first_come.paid_firms += 1;
                first_come.paid_fen += fen;
                first_come.left_fen -= fen;
            } else {
                first_come.unpaid_firms += 1;
                first_come.exhausted_at.get_or_insert_with(|| exhausted(*firm, *fen));
            }
        }
        let pro_rata = ProRata::new(budget_fen, needed_fen, &due);
        let order_by = order.map(|field| rules.catalog.field(field).name.clone());
        Self { there_fen: budget_fen, needed_fen, unknown, order_by, first_come, pro_rata }
    }

    /// For people.
    pub fn told(&self) -> String {
        let Self { first_come, pro_rata, .. } = self;
        let mut text = format!(
            "预算 budget {} yuan, 需要 needed {} yuan\n  先到先得 first come: {} 户 firms paid {} yuan, {} 户 firms not paid",
            yuan(self.there_fen),
            yuan(self.needed_fen),
            first_come.paid_firms,
            yuan(first_come.paid_fen),
            first_come.unpaid_firms,
        );
        if let Some(Exhausted { firm, day, .. }) = &first_come.exhausted_at {
            let day = day.map_or_else(String::new, |day| format!(" {day}"));
            text += &format!(", 用完 exhausted{day} at {firm}");
        }
        let share = pro_rata.share_millionths;
        text += &format!(
            "\n  按比例 pro rata: {}.{:04}%, {} 户 firms, {} yuan\n",
            share / 10_000,
            share % 10_000,
            pro_rata.paid_firms,
            yuan(pro_rata.paid_fen)
        );
        if self.unknown > 0 {
            text += &format!(
                "  {} 户应得金额未知，可能还要更多 firms of which it is unknown what is due may need more\n",
                self.unknown
            );
        }
        text
    }
}

fn day_number(day: NaiveDate) -> i128 {
    use chrono::Datelike as _;
    day.num_days_from_ce().into()
}

impl ProRata {
    fn new(budget_fen: i128, needed_fen: i128, due: &[(usize, i128)]) -> Self {
        let (share, whole) = if needed_fen <= budget_fen { (1, 1) } else { (budget_fen, needed_fen) };
        // Fen of a city stay far below 2^63, so the product fits.
        let cut = |fen: i128| fen.checked_mul(share).map_or(0, |fen| fen / whole);
        let paid_fen: i128 = due.iter().map(|(_, fen)| cut(*fen)).sum();
        let millionths = share.checked_mul(1_000_000).map_or(0, |share| share / whole);
        Self {
            share_millionths: u64::try_from(millionths).unwrap_or(0),
            paid_firms: due.iter().filter(|(_, fen)| cut(*fen) > 0).count() as u64,
            paid_fen,
            left_fen: budget_fen - paid_fen,
        }
    }
}
