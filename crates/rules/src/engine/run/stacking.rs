//! How the amounts of a group go together, firm by firm, as the reference says.

use super::{
    amount::{AmountWork, Priced},
    chunk::Held,
    selection::PlacedGroup,
};
use crate::{
    engine::{
        bind::Bound,
        kernels::{Slots, numeric::Machine},
    },
    policy::{Outcome, Stacking, Status},
    reference::stack,
};

/// Applies a group to the members that are held.
pub fn apply(
    bound: &Bound<'_>,
    group: &PlacedGroup,
    held: &mut [Held],
    slots: &Slots,
    machine: &mut Machine,
    first: usize,
) {
    let place = |position: &usize| {
        held.binary_search_by_key(position, |held| held.position).expect("members of groups are held")
    };
    // Where each member stands among the held, one that stands twice twice.
    let members: Vec<usize> = group.members.iter().map(place).collect();
    let words = held.first().map_or(0, |held| held.status.entitled.len());
    let union =
        |word: usize| members.iter().fold(0, |union, member| union | held[*member].status.entitled[word]);
    let union: Vec<u64> = (0..words).map(union).collect();
    let ceilings = ceilings(bound, group, slots, machine, &union, first);
    let mut cursors = vec![0_usize; held.len()];
    let mut outcomes = vec![Outcome { status: Status::Entitled, amount_fen: None }; held.len()];
    let mut entitled = Vec::with_capacity(members.len());
    for (index, row) in ceilings.rows.iter().enumerate() {
        entitled.clear();
        for member in &members {
            let priced = &held[*member].priced;
            let cursor = cursors[*member];
            if priced.rows.get(cursor) == Some(row) {
                outcomes[*member].amount_fen = priced.fen[cursor];
                entitled.push(*member);
            }
        }
        let ceiling = (!ceilings.fen.is_empty()).then(|| ceilings.fen[index]);
        stack(&mut outcomes, &entitled, ceiling);
        for member in &entitled {
            held[*member].priced.fen[cursors[*member]] = outcomes[*member].amount_fen;
        }
        entitled.sort_unstable();
        entitled.dedup();
        for member in &entitled {
            cursors[*member] += 1;
        }
    }
}

/// The firms of which a member is entitled, with the ceiling of each; no ceilings where only the best counts.
fn ceilings(
    bound: &Bound<'_>,
    group: &PlacedGroup,
    slots: &Slots,
    machine: &mut Machine,
    union: &[u64],
    first: usize,
) -> Priced {
    let mut priced = Priced::default();
    let planned = bound.plan.groups[group.planned].ceiling.as_ref();
    match (&bound.plan.book.groups[group.planned].stacking, planned) {
        (Stacking::Ceiling(expression), Some(ceiling)) => {
            let work = AmountWork::new(bound, ceiling, &group.conditions, first);
            work.price(expression, slots, machine, union, &mut priced);
        }
        _ => priced.rows.extend(crate::engine::collect::bits(union).map(|row| row as u16)),
    }
    priced
}
