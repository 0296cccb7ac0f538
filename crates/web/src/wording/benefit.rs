//! How what a policy gives is written: what it is, how much, how sure, how often, and the status of a firm.

use super::policy::{is_involved, put_base};
use crate::{book::DayBook, frame::Page};
use domain::Language;
use rules::{
    definition::{AmountKind, Benefit, Binding, Frequency, Instalment, LimitKind, Mode, NamedDefinition},
    number::{Number, Rounding},
    policy::Status,
    syntax::{Kind, parse},
};

/// Longest formula that is shown in a phrase, in characters, the values of its parameters among them.
const FORMULA_LENGTH_MAX: usize = 96;

/// A part in which an amount is paid.
pub struct PaidPart {
    /// Its share of the amount.
    pub share: String,
    /// The money, where the amount is known and the part is a whole number of fen; else empty.
    pub money: String,
    /// When it is paid.
    pub when: String,
    /// The clause of the document.
    pub cite: String,
}

impl Page {
    /// What is said to a firm about a policy: the same words on all pages.
    pub fn status(&self, status: Status) -> &'static str {
        self.either(status.label())
    }

    /// The one of two texts, Chinese and English, that the reader reads.
    fn either(&self, (zh, en): (&'static str, &'static str)) -> &'static str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// What an amount is.
    pub fn measure(&self, measure: &AmountKind) -> &'static str {
        self.either(measure.label())
    }

    /// What follows from what an amount is.
    pub fn measure_note(&self, measure: &AmountKind) -> &'static str {
        match measure {
            AmountKind::Payment => self.w.of("measure_payment_note"),
            AmountKind::Relief => self.w.of("measure_relief_note"),
            AmountKind::Deduction => self.w.of("measure_deduction_note"),
            AmountKind::Advantage => self.w.of("measure_advantage_note"),
            AmountKind::Volume => self.w.of("measure_volume_note"),
        }
    }

    /// What expressions rest on that nothing in force says on the day; empty where all of it is said.
    pub fn unsaid<'t>(&self, book: &'t DayBook, texts: impl IntoIterator<Item = &'t str>) -> String {
        let name = |named: &NamedDefinition| {
            let label = self.words(&named.label);
            self.w.one("unsaid_name", if label.is_empty() { &named.name } else { label })
        };
        let names: Vec<String> = book.unsaid(texts).into_iter().map(name).collect();
        if names.is_empty() { String::new() } else { self.w.one("unsaid", names.join(self.w.of("and"))) }
    }

    /// How often an amount is due.
    pub fn due(&self, due: &Frequency) -> &'static str {
        self.either(due.label())
    }

    /// How it is handed out.
    pub fn mode(&self, mode: &Mode) -> &'static str {
        match mode {
            Mode::Competitive => self.w.of("mode_competitive"),
            Mode::Qualification => self.w.of("mode_qualification"),
            Mode::DataCheck => self.w.of("mode_data_check"),
            Mode::SelfDeclared => self.w.of("mode_self_declared"),
        }
    }

    /// What happens above a limit.
    pub fn limit_kind(&self, kind: &LimitKind) -> &'static str {
        match kind {
            LimitKind::Cliff => self.w.of("limit_cliff"),
            LimitKind::Slice => self.w.of("limit_slice"),
        }
    }

    /// A way of rounding.
    pub fn rounding(&self, rounding: &Rounding) -> &'static str {
        match rounding {
            Rounding::HalfUp => self.w.of("rounding_half_up"),
            Rounding::HalfEven => self.w.of("rounding_half_even"),
            Rounding::Down => self.w.of("rounding_down"),
            Rounding::Up => self.w.of("rounding_up"),
        }
    }

    /// Money with how often it is due.
    pub fn with_rhythm(&self, money: String, due: Option<Frequency>) -> String {
        match due {
            Some(due) => self.w.two("amount_due", money, self.due(&due)),
            None => money,
        }
    }

    /// A worked-out amount: exact, or the most that may be due.
    pub fn worked_out(&self, fen: i64, benefit: &Benefit) -> String {
        let money = self.money(&fen);
        let money = if benefit.binding == Binding::UpTo { self.w.one("at_most", money) } else { money };
        self.with_rhythm(money, benefit.due)
    }

    /// What is due, in a phrase.
    pub fn benefit_phrase(&self, benefit: Option<&Benefit>, book: &DayBook) -> String {
        let Some(benefit) = benefit else { return self.w.of("no_money").to_owned() };
        let is_limit = benefit.binding == Binding::UpTo;
        let formula = self.formula(benefit, book);
        let cap = benefit.cap.as_deref().map(|cap| self.rule(cap, book));
        let amount = match (formula, cap) {
            (Some(formula), Some(cap)) if is_limit => self.w.two("at_most_up_to", formula, cap),
            (Some(formula), Some(cap)) => self.w.two("up_to", formula, cap),
            (Some(formula), None) if is_limit => self.w.one("at_most", formula),
            (Some(formula), None) => formula,
            (None, Some(cap)) if cap.chars().count() <= FORMULA_LENGTH_MAX => {
                self.w.one("formula_up_to", cap)
            }
            (None, _) if is_limit => self.w.of("formula_limit").to_owned(),
            (None, _) => self.w.of("formula_long").to_owned(),
        };
        self.with_rhythm(amount, benefit.due)
    }

    /// The parts in which an amount is paid, with their money where the amount is known.
    pub fn paid_parts(&self, benefit: &Benefit, fen: Option<i64>, book: &DayBook) -> Vec<PaidPart> {
        let exact = fen.filter(|_| benefit.binding == Binding::Exact);
        let part = |part: &Instalment| PaidPart {
            share: self.rule(&part.share, book),
            money: exact.and_then(|fen| self.money_of_share(fen, &part.share, book)).unwrap_or_default(),
            when: self.words(&part.when).to_owned(),
            cite: part.cite.clone(),
        };
        benefit.parts.iter().map(part).collect()
    }

    /// A share of an amount; nothing where it is no whole number of fen.
    fn money_of_share(&self, fen: i64, share: &str, book: &DayBook) -> Option<String> {
        let Kind::Numeral(numeral) = parse(share, &book.labels).0.kind else { return None };
        let part = Number::whole(fen.into()).multiply(numeral.value()?)?;
        let yuan = part.divide(Number::whole(100)).filter(|_| part.is_whole())?;
        Some(self.yuan(yuan))
    }

    /// The amount with its base put in; nothing where that is more than a phrase.
    fn formula(&self, benefit: &Benefit, book: &DayBook) -> Option<String> {
        let (mut amount, _) = parse(&benefit.amount, &book.labels);
        if let Some(base) = &benefit.base {
            put_base(&mut amount, &parse(base, &book.labels).0);
        }
        if is_involved(&amount) {
            return None;
        }
        Some(self.printed(amount, book)).filter(|formula| formula.chars().count() <= FORMULA_LENGTH_MAX)
    }
}
