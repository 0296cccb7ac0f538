//! Proofs that a leaf is in a tree, and that a tree continues an older one (RFC 9162, 2.1.3 and 2.1.4).
//!
//! Proofs are made from the hashes of all leaves; they are checked from a few hashes alone.

use super::{Frontier, Node, TreeHash};

/// The hashes that lead from the leaf at `index` (from 0) to the root of these leaves, lowest first.
pub fn inclusion(hash: TreeHash, leaves: &[Node], index: usize) -> Vec<Node> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(left_size(leaves.len()));
    let (mut proof, beside) = if index < left.len() {
        (inclusion(hash, left, index), right)
    } else {
        (inclusion(hash, right, index - left.len()), left)
    };
    proof.push(root(hash, beside));
    proof
}

/// The hashes that show that these leaves begin with the first `old` of them; `old` is at least 1.
pub fn consistency(hash: TreeHash, leaves: &[Node], old: usize) -> Vec<Node> {
    subproof(hash, leaves, old, true)
}

/// `is_known`: the checker has the root of the old tree over exactly these leaves.
fn subproof(hash: TreeHash, leaves: &[Node], old: usize, is_known: bool) -> Vec<Node> {
    if old == leaves.len() {
        return if is_known { Vec::new() } else { vec![root(hash, leaves)] };
    }
    let (left, right) = leaves.split_at(left_size(leaves.len()));
    let (mut proof, beside) = if old <= left.len() {
        (subproof(hash, left, old, is_known), right)
    } else {
        (subproof(hash, right, old - left.len(), false), left)
    };
    proof.push(root(hash, beside));
    proof
}

/// Whether the proof leads from this leaf at `index` to the root of a tree of `size` leaves.
pub fn includes(hash: TreeHash, leaf: Node, index: u64, (size, root): (u64, Node), proof: &[Node]) -> bool {
    if index >= size {
        return false;
    }
    // Places of the node reached and of the last node, on the level reached.
    let (mut place, mut last, mut reached) = (index, size - 1, leaf);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            reached = hash.parent(beside, &reached);
            rise_to_right(&mut place, &mut last);
        } else {
            reached = hash.parent(&reached, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && reached == root
}

/// Whether the proof shows that the tree `new` begins with all leaves of the tree `old` (size and root each).
pub fn continues(hash: TreeHash, old: (u64, Node), new: (u64, Node), proof: &[Node]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size == 0 || old_size >= new_size {
        return old_size == new_size && old_root == new_root && proof.is_empty();
    }
    let (mut place, mut last) = (old_size - 1, new_size - 1);
    let levels = place.trailing_ones();
    place >>= levels;
    last >>= levels;
    // Where the old tree is one complete part, its root is where both begin.
    let (first, rest) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else if let Some((first, rest)) = proof.split_first() {
        (*first, rest)
    } else {
        return false;
    };
    let (mut of_old, mut of_new) = (first, first);
    for beside in rest {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            of_old = hash.parent(beside, &of_old);
            of_new = hash.parent(beside, &of_new);
            rise_to_right(&mut place, &mut last);
        } else {
            of_new = hash.parent(&of_new, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && of_old == old_root && of_new == new_root
}

/// Skips the levels on which the last node has no node beside it.
fn rise_to_right(place: &mut u64, last: &mut u64) {
    while (*place).is_multiple_of(2) && *place != 0 {
        *place >>= 1;
        *last >>= 1;
    }
}

/// The largest power of two below `size`, which is at least 2.
fn left_size(size: usize) -> usize {
    1 << (size - 1).ilog2()
}

fn root(hash: TreeHash, leaves: &[Node]) -> Node {
    let mut tree = Frontier::new(hash);
    for leaf in leaves {
        tree.push(*leaf);
    }
    tree.root()
}
