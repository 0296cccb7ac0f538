//! What is due together: payments and reliefs, each summed for itself; and which amounts other policies may change.

use crate::frame::Page;
use rules::{
    definition::{AmountKind, Benefit, Binding, Frequency},
    policy::{Outcome, RuleBook, Stacking, Status},
};
use std::collections::BTreeMap;

/// What is due of one sort of money.
pub struct Sum {
    /// What it is.
    pub name: &'static str,
    /// For each rhythm of payment: money and rhythm.
    pub totals: Vec<String>,
}

/// What is due in all.
#[derive(Default)]
pub struct Sums {
    /// What is certain.
    pub certain: Vec<Sum>,
    /// What may be due besides, of which only the most is known.
    pub at_most: Vec<Sum>,
    /// Policies that apply, whose amount is not known.
    pub without_amount: usize,
    /// Policies that apply, whose amount is no money.
    pub no_money: usize,
    /// Whether an amount in the sums may change with policies that are still open.
    pub may_change: bool,
}

/// Adds up while policies are gone through.
#[derive(Default)]
pub struct Tally {
    sums: BTreeMap<(AmountKind, bool, u8), (Option<Frequency>, i64)>,
    without_amount: usize,
    no_money: usize,
    may_change: bool,
}

impl Tally {
    /// A policy that applies.
    pub fn add(&mut self, benefit: &Benefit, amount_fen: Option<i64>, may_change: bool) {
        if !benefit.measure.is_money() {
            self.no_money += 1;
            return;
        }
        self.may_change |= may_change;
        let Some(fen) = amount_fen else {
            self.without_amount += 1;
            return;
        };
        let key = (benefit.measure, benefit.binding == Binding::UpTo, rhythm(benefit.due));
        let (_, sum) = self.sums.entry(key).or_insert((benefit.due, 0));
        *sum = sum.saturating_add(fen);
    }

    /// The sums in the language of a page.
    pub fn sums(self, page: &Page) -> Sums {
        let all = |at_most: bool| {
            let sum = |measure: AmountKind| {
                let own = self.sums.iter().filter(|((of, most, _), _)| *of == measure && *most == at_most);
                let own = own.filter(|(_, (_, fen))| *fen > 0);
                let totals = own.map(|(_, (due, fen))| page.with_rhythm(page.money(fen), *due));
                Sum { name: page.measure(&measure), totals: totals.collect() }
            };
            AmountKind::ALL.into_iter().map(sum).filter(|sum| !sum.totals.is_empty()).collect()
        };
        Sums {
            certain: all(false),
            at_most: all(true),
            without_amount: self.without_amount,
            no_money: self.no_money,
            may_change: self.may_change,
        }
    }
}

/// The order in which sums are shown.
fn rhythm(due: Option<Frequency>) -> u8 {
    match due {
        Some(Frequency::Once) => 0,
        Some(Frequency::Year) => 1,
        Some(Frequency::Quarter) => 2,
        Some(Frequency::Month) => 3,
        None => 4,
    }
}

/// For each policy, whether its amount may change with other members of its groups: those whose status is open, and
/// those of whose amount only the most is known. A joint ceiling is filled in order: only what comes later changes.
pub fn may_change(book: &RuleBook, outcomes: &[Outcome], is_limit: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut changing = vec![false; outcomes.len()];
    for group in &book.groups {
        let members: Vec<usize> = group.members.iter().map(|member| *member as usize).collect();
        let with_amount = members.into_iter().filter(|member| book.policies[*member].amount.is_some());
        let members: Vec<usize> = with_amount.collect();
        // Groups apply in order: what an earlier group leaves uncertain is uncertain in this one.
        let is_unsettled = |member: usize| match outcomes[member].status {
            Status::Undetermined | Status::NeedsJudgement => true,
            Status::Entitled => changing[member] || is_limit(member),
            Status::NotEntitled => false,
        };
        let unsettled: Vec<usize> =
            (0..members.len()).filter(|place| is_unsettled(members[*place])).collect();
        for (place, member) in members.iter().enumerate() {
            let matters = |other: &usize| match group.stacking {
                Stacking::Best => *other != place,
                Stacking::Ceiling(_) => *other < place,
            };
            if outcomes[*member].status == Status::Entitled && unsettled.iter().any(matters) {
                changing[*member] = true;
            }
        }
    }
    changing
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::{
        expression::{Expression, Value},
        number::Number,
        policy::{Group, Policy},
    };

    fn book(stacking: Stacking) -> RuleBook {
        let amount = || Some(Expression::Constant(Value::Number(Number::whole(1))));
        let policy =
            |id: &str| Policy { id: id.into(), require: Vec::new(), unless: Vec::new(), amount: amount() };
        let policies = ["a", "b", "c"].map(policy).to_vec();
        RuleBook { policies, groups: vec![Group { id: "g".into(), stacking, members: vec![0, 1, 2] }] }
    }

    fn outcomes(statuses: [Status; 3]) -> Vec<Outcome> {
        statuses.map(|status| Outcome { status, amount_fen: None }).to_vec()
    }

    #[test]
    fn an_open_member_may_change_the_others_and_in_a_ceiling_only_those_behind_it() {
        let open = outcomes([Status::Entitled, Status::NeedsJudgement, Status::Entitled]);
        assert_eq!(may_change(&book(Stacking::Best), &open, |_| false), [true, false, true]);
        let ceiling = Stacking::Ceiling(Expression::Constant(Value::Number(Number::whole(5))));
        assert_eq!(may_change(&book(ceiling), &open, |_| false), [false, false, true]);
    }

    #[test]
    fn settled_members_change_nothing_unless_only_the_most_is_known() {
        let settled = outcomes([Status::Entitled, Status::NotEntitled, Status::Entitled]);
        assert_eq!(may_change(&book(Stacking::Best), &settled, |_| false), [false; 3]);
        assert_eq!(may_change(&book(Stacking::Best), &settled, |at| at == 0), [false, false, true]);
    }
}
