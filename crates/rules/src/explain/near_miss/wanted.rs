//! What a value has to be, and what fulfils two such at once.

use crate::{expression::Value, number::Number, vocabulary::CodeBits};
use chrono::NaiveDate;
use smallvec::{SmallVec, smallvec};
use std::{cmp::Reverse, sync::Arc};

/// What something has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A number between two, both included.
    Numbers(Option<Number>, Option<Number>),
    /// A day between two, both included.
    Days(Option<NaiveDate>, Option<NaiveDate>),
    /// One of these codes.
    Codes(CodeBits),
    /// Any code but these.
    OtherThan(CodeBits),
    /// A set of codes.
    Set(SetWanted),
    /// Yes or no.
    Truth(bool),
    /// This text.
    Text(Arc<str>),
    /// Anything, as long as it is known.
    Any,
}

/// What a set of codes has to be. None of the codes to hold is among those to be without, and none of the choices
/// follows from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetWanted {
    /// Of each of these it holds a code.
    pub holding: SmallVec<[CodeBits; 1]>,
    /// Of these it holds none.
    pub without: CodeBits,
}

impl Wanted {
    /// A set that holds one of these codes.
    pub fn holding(codes: CodeBits) -> Self {
        Self::Set(SetWanted { holding: smallvec![codes], without: CodeBits(Vec::new()) })
    }

    /// A set that holds none of these codes.
    pub fn without(codes: CodeBits) -> Self {
        Self::Set(SetWanted { holding: SmallVec::new(), without: codes })
    }

    /// What fulfils both; `None` where nothing does. Whether any code is left beside others is not known here: then
    /// there is no value.
    pub fn and(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, known) | (known, Self::Any) => Some(known.clone()),
            (Self::Numbers(a, b), Self::Numbers(c, d)) => {
                narrower((*a, *b), (*c, *d)).map(|(least, most)| Self::Numbers(least, most))
            }
            (Self::Days(a, b), Self::Days(c, d)) => {
                narrower((*a, *b), (*c, *d)).map(|(least, most)| Self::Days(least, most))
            }
            (Self::Codes(left), Self::Codes(right)) => some_of(in_both(left, right)).map(Self::Codes),
            (Self::Codes(codes), Self::OtherThan(not)) | (Self::OtherThan(not), Self::Codes(codes)) => {
                some_of(but_not(codes, not)).map(Self::Codes)
            }
            (Self::OtherThan(left), Self::OtherThan(right)) => Some(Self::OtherThan(in_either(left, right))),
            (Self::Set(left), Self::Set(right)) => left.and(right).map(Self::Set),
            (same, also) if same == also => Some(same.clone()),
            _ => None,
        }
    }

    /// The value nearest to the present one that fulfils it.
    pub fn value(&self, current: Option<&Value>, code_count: usize) -> Option<Value> {
        match (self, current) {
            (Self::Numbers(least, most), Some(Value::Number(current))) => {
                let raised = least.map_or(*current, |least| least.max(*current));
                Some(Value::Number(most.map_or(raised, |most| most.min(raised))))
            }
            (Self::Numbers(least, most), _) => least.or(*most).map(Value::Number),
            (Self::Days(least, most), Some(Value::Date(current))) => {
                let raised = least.map_or(*current, |least| least.max(*current));
                Some(Value::Date(most.map_or(raised, |most| most.min(raised))))
            }
            (Self::Days(least, most), _) => least.or(*most).map(Value::Date),
            (Self::Codes(bits), _) => {
                bits.codes().find(|code| usize::from(*code) < code_count).map(Value::Code)
            }
            (Self::OtherThan(bits), _) => {
                (0..code_count).map(|code| code as u16).find(|code| !bits.contains(*code)).map(Value::Code)
            }
            (Self::Set(set), Some(Value::Codes(held))) => set.nearest(held, code_count).map(Value::Codes),
            (Self::Set(set), _) => set.nearest(&CodeBits::none(code_count), code_count).map(Value::Codes),
            (Self::Truth(truth), _) => Some(Value::Bool(*truth)),
            (Self::Text(text), _) => Some(Value::Text(Arc::clone(text))),
            (Self::Any, _) => None,
        }
    }
}

impl SetWanted {
    fn and(&self, other: &Self) -> Option<Self> {
        let without = in_either(&self.without, &other.without);
        let mut choices = Vec::with_capacity(self.holding.len() + other.holding.len());
        for codes in self.holding.iter().chain(&other.holding) {
            choices.push(some_of(but_not(codes, &without))?);
        }
        // In one order, whichever of both came first; a choice before those that follow from it.
        choices.sort_by_cached_key(|codes| (codes.codes().count(), codes.0.clone()));
        let mut holding: SmallVec<[CodeBits; 1]> = SmallVec::new();
        for codes in choices {
            if !holding.iter().any(|kept| but_not(kept, &codes).codes().next().is_none()) {
                holding.push(codes);
            }
        }
        Some(Self { holding, without })
    }

    /// The set nearest to what is held: what may not stay is taken out; where a choice is still to be met, the code
    /// is added that meets most of those open. Up to three choices no fewer codes would do.
    fn nearest(&self, held: &CodeBits, code_count: usize) -> Option<CodeBits> {
        let mut set = in_either(&but_not(held, &self.without), &CodeBits::none(code_count));
        loop {
            let is_open = |codes: &&CodeBits| in_both(codes, &set).codes().next().is_none();
            let open: SmallVec<[&CodeBits; 4]> = self.holding.iter().filter(is_open).collect();
            if open.is_empty() {
                return Some(set);
            }
            let exists = |code: &u16| usize::from(*code) < code_count;
            let met = |code: &u16| open.iter().filter(|codes| codes.contains(*code)).count();
            let best = if let [only] = &*open {
                only.codes().find(exists)
            } else {
                let codes = open.iter().flat_map(|codes| codes.codes()).filter(exists);
                codes.min_by_key(|code| (Reverse(met(code)), *code))
            };
            set.insert(best?);
        }
    }
}

fn narrower<T: Ord + Copy>(
    left: (Option<T>, Option<T>),
    right: (Option<T>, Option<T>),
) -> Option<(Option<T>, Option<T>)> {
    let least = left.0.max(right.0);
    let most = match (left.1, right.1) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    };
    match (least, most) {
        (Some(least), Some(most)) if least > most => None,
        bounds => Some(bounds),
    }
}

/// The codes, if there are any.
fn some_of(codes: CodeBits) -> Option<CodeBits> {
    codes.0.iter().any(|word| *word != 0).then_some(codes)
}

fn in_both(left: &CodeBits, right: &CodeBits) -> CodeBits {
    CodeBits(left.0.iter().zip(&right.0).map(|(left, right)| left & right).collect())
}

fn in_either(left: &CodeBits, right: &CodeBits) -> CodeBits {
    let (long, short) = if left.0.len() < right.0.len() { (right, left) } else { (left, right) };
    let mut all = long.clone();
    all.0.iter_mut().zip(&short.0).for_each(|(word, more)| *word |= more);
    all
}

fn but_not(codes: &CodeBits, not: &CodeBits) -> CodeBits {
    let mut rest = codes.clone();
    rest.0.iter_mut().zip(&not.0).for_each(|(word, not)| *word &= !not);
    rest
}
