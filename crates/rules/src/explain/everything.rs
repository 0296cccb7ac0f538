//! Many policies explained to one firm, on all cores.

use super::{dossier::Dossier, node::Provenance, readable::Readable};
use crate::reference::Firm;
use rayon::prelude::*;

/// What `tell` makes of each of these policies, made readable together, in their order.
///
/// Every thread of the pool takes one run of them with a dossier of its own: policies that stand side by side have
/// most in common, and a dossier finds that out once.
pub fn each<R: Send>(
    readables: &[Readable],
    firm: &Firm<'_>,
    provenance: &Provenance,
    tell: impl Fn(usize, &Dossier<'_>) -> R + Sync,
) -> Vec<R> {
    let run = readables.len().div_ceil(rayon::current_num_threads()).max(1);
    let told = |(at, part): (usize, &[Readable])| -> Vec<R> {
        let dossier = Dossier::new(&part[0], firm, provenance);
        (at * run..).take(part.len()).map(|policy| tell(policy, &dossier)).collect()
    };
    let parts: Vec<Vec<R>> = readables.par_chunks(run).enumerate().map(told).collect();
    parts.into_iter().flatten().collect()
}
