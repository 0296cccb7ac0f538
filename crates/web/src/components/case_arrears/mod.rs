//! Late interest of a case about money that is owed: what is open as of today, the rate and why, and the ledger from
//! payment to payment. Shown where the forms of the mechanism have `amount_owed`, `contract_on` and `delivered_on`.

#[cfg(test)]
mod tests;

use crate::{
    frame::Page,
    text::{Text, Texts},
};
use askama::Template;
use chrono::NaiveDate;
use domain::{
    arrears::{
        Arrears, DayBasis, Delivery, InterestSpan, Invoice, LateRate, LprTable, PartPayment, Payer,
        PaymentOrder, RateGround, RateTerms, settle, spans,
    },
    calendar::WorkingCalendar,
    mechanism::{
        FieldValue,
        course::{CaseState, CaseStep},
    },
};
use rules::number::Number;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// What is open of a case and its interest, ready to stand in a page.
#[derive(Template)]
#[template(path = "components/case_arrears/arrears.html")]
pub struct CaseArrears {
    t: Text,
    as_of: String,
    facts: Vec<(&'static str, String)>,
    spans: Vec<SpanRow>,
    /// What is not settled, each a sentence.
    notes: Vec<String>,
}

/// A row of the ledger.
struct SpanRow {
    days: String,
    principal: String,
    interest: String,
    paid: String,
}

/// What is known of the money of a case.
struct Account {
    invoice: Invoice,
    payments: Vec<PartPayment>,
    terms: RateTerms,
    /// Whether somebody has checked the clauses and found the day; else it is reckoned from the delivery.
    is_checked: bool,
    /// Nothing of the last day is certain: the calendar of that year is not known.
    is_provisional: bool,
}

impl CaseArrears {
    /// The interest of a case as of a day; none where the case is about something else, or nothing is owed.
    pub fn of(
        page: &Page,
        (state, steps): (&CaseState, &[CaseStep]),
        (calendar, rates): (&WorkingCalendar, Option<&LprTable>),
        as_of: NaiveDate,
    ) -> Option<Self> {
        let t = TEXTS.of(page.language);
        let account = Account::of(state, steps, calendar)?;
        let mut shown = Self {
            t,
            as_of: page.date(&as_of),
            facts: vec![(t.of("payable_on"), page.date(&account.invoice.due))],
            spans: Vec::new(),
            notes: account.notes(t),
        };
        let nothing = LprTable::default();
        match account.reckoned(rates.unwrap_or(&nothing), as_of) {
            Ok((rate, open, spans)) => shown.tell(page, (&rate, &open), &spans, rates),
            // Before the first rate that is known, or an amount that makes no sense: said, and nothing is guessed.
            Err(_) => shown.notes.push(t.one("not_reckoned", page.date(&account.terms.signed))),
        }
        Some(shown)
    }

    fn tell(
        &mut self,
        page: &Page,
        (rate, open): (&LateRate, &Arrears),
        spans: &[InterestSpan],
        rates: Option<&LprTable>,
    ) {
        let t = self.t;
        let yuan = |fen: i64| page.yuan(Number::fraction(i128::from(fen), 100).unwrap_or(Number::ZERO));
        self.facts.push((t.of("days_late"), t.one("days", open.days_late)));
        self.facts.push((t.of("undisputed"), yuan(open.undisputed_fen)));
        if open.disputed_fen > 0 {
            self.facts.push((t.of("disputed"), yuan(open.disputed_fen)));
        }
        self.facts.push((t.of("rate"), told_rate(t, rate.ground)));
        self.facts.push((t.of("interest"), yuan(open.interest_fen)));
        if open.interest_paid_fen > 0 {
            self.facts.push((t.of("interest_paid"), yuan(open.interest_paid_fen)));
        }
        if open.disputed_interest_fen > 0 {
            self.facts.push((t.of("disputed_interest"), yuan(open.disputed_interest_fen)));
        }
        if let Some(after) = rate.provisional_after {
            self.notes.push(t.one("rate_provisional", page.date(&after)));
        }
        let uses_table = !matches!(rate.ground, RateGround::Statutory);
        if uses_table && rates.is_some_and(|table| !table.verified) {
            self.notes.push(t.of("rate_unverified").to_owned());
        }
        let row = |span: &InterestSpan| SpanRow {
            days: t.two("from_to", page.date(&span.from), page.date(&span.to)) + &t.one("count", span.days),
            principal: yuan(span.principal_fen),
            interest: yuan(span.interest_fen),
            paid: if span.paid_fen == 0 { String::new() } else { yuan(span.paid_fen) },
        };
        self.spans = spans.iter().map(row).collect();
    }
}

fn told_rate(t: Text, ground: RateGround) -> String {
    match ground {
        RateGround::Agreed { percent } => t.one("agreed", percent),
        RateGround::RaisedToLpr { agreed, percent } => t.two("raised", percent, agreed),
        RateGround::Statutory => t.of("statutory").to_owned(),
    }
}

impl Account {
    fn of(state: &CaseState, steps: &[CaseStep], calendar: &WorkingCalendar) -> Option<Self> {
        let field = |name: &str| state.data.get(name);
        let (day, fen) = (
            |name: &str| field(name).and_then(FieldValue::day),
            |name: &str| field(name).and_then(FieldValue::fen),
        );
        let is = |name: &str| matches!(field(name), Some(FieldValue::Bool(true)));
        let (amount_fen, signed, delivered) =
            (fen("amount_owed")?, day("contract_on")?, day("delivered_on")?);
        let is_large = field("payer_kind").and_then(FieldValue::text) == Some("large_firm");
        let delivery = Delivery {
            payer: if is_large { Payer::LargeFirm } else { Payer::PublicBody },
            delivered,
            acceptance_until: None,
            accepted: None,
            settled: None,
            agreed_days: None,
            pay_when_paid: is("pay_when_paid"),
        };
        let checked = day("payable_on");
        let due = delivery.due(calendar);
        let disputed = if is("is_disputed") { fen("disputed_amount").unwrap_or_default() } else { 0 };
        Some(Self {
            invoice: Invoice {
                id: "case".to_owned(),
                amount_fen,
                disputed_fen: disputed.clamp(0, amount_fen.max(0)),
                due: checked.or(due.as_ref().map(|due| due.day))?,
            },
            payments: payments(steps),
            terms: RateTerms {
                signed,
                agreed_percent: field("agreed_rate").and_then(FieldValue::percent),
                day_basis: DayBasis::D365,
            },
            is_checked: checked.is_some(),
            is_provisional: checked.is_none() && due.is_some_and(|due| !calendar.is_known(due.day)),
        })
    }

    fn reckoned(
        &self,
        rates: &LprTable,
        as_of: NaiveDate,
    ) -> Result<(LateRate, Arrears, Vec<InterestSpan>), domain::arrears::ArrearsFault> {
        let rate = self.terms.rate(rates)?;
        let how = (&rate, PaymentOrder::default());
        let open = settle(&self.invoice, &self.payments, how, as_of)?;
        let spans = spans(&self.invoice, &self.payments, how, as_of)?;
        Ok((rate, open, spans))
    }

    fn notes(&self, t: Text) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.is_checked {
            notes.push(t.of("not_checked").to_owned());
        }
        if self.is_provisional {
            notes.push(t.of("day_provisional").to_owned());
        }
        notes
    }
}

/// What came in on which day. A form says how much was paid in all, so each row is what it says more than the last one.
fn payments(steps: &[CaseStep]) -> Vec<PartPayment> {
    let (mut payments, mut before) = (Vec::new(), 0);
    for step in steps {
        let fen = |name: &str| step.data.get(name).and_then(FieldValue::fen);
        let Some(paid) = fen("paid_amount") else { continue };
        let all = paid + fen("paid_interest").unwrap_or_default();
        if all > before {
            payments.push(PartPayment { day: step.at.day, amount_fen: all - before });
            before = all;
        }
    }
    payments
}
