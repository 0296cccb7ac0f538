//! A Merkle tree as RFC 9162 (section 2.1) describes it, over leaves of any bytes: pure functions.
//!
//! leaf = H(0x00 ‖ bytes), node = H(0x01 ‖ left ‖ right), the root of no leaves is H of nothing; the left part of
//! n leaves has the largest power of two below n. [`Frontier`] grows a tree leaf by leaf and keeps only the roots
//! of its complete parts, one for each bit that is set in its size; `proof.rs` makes and checks proofs.

pub mod proof;
#[cfg(test)]
mod tests;

use sha2::Digest;

/// The hash of a leaf or of a part of the tree.
pub type Node = [u8; 32];

/// With which function a tree is hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TreeHash {
    /// SHA-256 (FIPS 180-4).
    #[default]
    Sha256,
    /// SM3 (GB/T 32905), where the commercial cryptography rules apply.
    Sm3,
}

impl TreeHash {
    /// Every function a tree may have.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sm3];

    /// Its name in checkpoints: `sha256`, `sm3`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        }
    }

    /// The function of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.name() == name)
    }

    /// The hash of a leaf.
    pub fn leaf(self, bytes: &[u8]) -> Node {
        self.digest(&[&[0], bytes])
    }

    /// The hash over two parts.
    pub fn parent(self, left: &Node, right: &Node) -> Node {
        self.digest(&[&[1], left, right])
    }

    fn digest(self, parts: &[&[u8]]) -> Node {
        match self {
            Self::Sha256 => digest_with::<sha2::Sha256>(parts),
            Self::Sm3 => digest_with::<sm3::Sm3>(parts),
        }
    }
}

fn digest_with<D: Digest>(parts: &[&[u8]]) -> Node {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    let mut node = [0; 32];
    node.copy_from_slice(&hasher.finalize());
    node
}

/// A tree that only grows: its size and its right edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    hash: TreeHash,
    size: u64,
    /// Roots of the complete parts, from left (the largest) to right.
    nodes: Vec<Node>,
}

impl Frontier {
    /// A tree without leaves.
    pub fn new(hash: TreeHash) -> Self {
        Self { hash, size: 0, nodes: Vec::new() }
    }

    /// A tree as it was kept; none where the number of nodes is not that of a tree of this size.
    pub fn restored(hash: TreeHash, size: u64, nodes: Vec<Node>) -> Option<Self> {
        (size.count_ones() as usize == nodes.len()).then_some(Self { hash, size, nodes })
    }

    /// Adds the next leaf.
    pub fn push(&mut self, leaf: Node) {
        let mut node = leaf;
        // Each complete part of the size of this one is joined with it, as in adding one to a binary number.
        for _ in 0..self.size.trailing_ones() {
            let left = self.nodes.pop().expect("a part stands for each bit of the size");
            node = self.hash.parent(&left, &node);
        }
        self.nodes.push(node);
        self.size += 1;
    }

    /// The hash over all leaves.
    pub fn root(&self) -> Node {
        let mut from_right = self.nodes.iter().rev();
        let Some(last) = from_right.next() else { return self.hash.digest(&[]) };
        from_right.fold(*last, |right, left| self.hash.parent(left, &right))
    }

    /// The function the tree is hashed with.
    pub fn hash(&self) -> TreeHash {
        self.hash
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The right edge.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}
