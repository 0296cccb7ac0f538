//! The tree against a slow reference that repeats the definitions of RFC 9162 word by word.

use super::proof::{consistency, continues, includes, inclusion};
use super::*;
use proptest::prelude::*;

/// MTH of the RFC.
fn reference(hash: TreeHash, leaves: &[Node]) -> Node {
    match leaves {
        [] => hash.digest(&[]),
        [only] => *only,
        _ => {
            let mut left = 1;
            while left * 2 < leaves.len() {
                left *= 2;
            }
            hash.parent(&reference(hash, &leaves[..left]), &reference(hash, &leaves[left..]))
        }
    }
}

fn leaves(hash: TreeHash, size: usize) -> Vec<Node> {
    (0..size).map(|index| hash.leaf(format!("leaf {index}").as_bytes())).collect()
}

/// A node with one bit turned.
fn turned(node: &Node, bit: usize) -> Node {
    let mut node = *node;
    node[bit / 8 % 32] ^= 1 << (bit % 8);
    node
}

fn hexadecimal(node: &Node) -> String {
    crate::digest::hexadecimal(node)
}

#[test]
fn both_functions_give_their_published_values() {
    let of_abc = |hash: TreeHash| hexadecimal(&hash.digest(&[b"a", b"bc"]));
    assert_eq!(of_abc(TreeHash::Sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // GB/T 32905-2016, example 1.
    assert_eq!(of_abc(TreeHash::Sm3), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

/// The tree of eight leaves that the Certificate Transparency project tests with.
#[test]
fn the_tree_of_certificate_transparency_has_its_known_roots() {
    let inputs: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let mut tree = Frontier::new(TreeHash::Sha256);
    let mut roots = vec![hexadecimal(&tree.root())];
    for input in inputs {
        tree.push(TreeHash::Sha256.leaf(input));
        roots.push(hexadecimal(&tree.root()));
    }
    assert_eq!(roots[0], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(roots[1], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assert_eq!(roots[7], "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
    assert_eq!(roots[8], "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

#[test]
fn every_proof_of_every_small_tree_holds_and_no_other_place_does() {
    let hash = TreeHash::Sha256;
    for size in 1..=17 {
        let leaves = leaves(hash, size);
        let tree = (size as u64, reference(hash, &leaves));
        for index in 0..size {
            let proof = inclusion(hash, &leaves, index);
            for place in 0..=size {
                let holds = includes(hash, leaves[index], place as u64, tree, &proof);
                assert_eq!(holds, place == index, "leaf {index} of {size} at {place}");
            }
        }
        for old in 1..=size {
            let proof = consistency(hash, &leaves, old);
            for claimed in 1..=size {
                let older = (claimed as u64, reference(hash, &leaves[..old]));
                let holds = continues(hash, older, tree, &proof);
                assert_eq!(holds, claimed == old, "{old} as {claimed} of {size}");
            }
        }
    }
}

proptest! {
    #[test]
    fn a_tree_grown_leaf_by_leaf_has_the_root_of_the_reference(size in 0usize..300, sm3: bool) {
        let hash = if sm3 { TreeHash::Sm3 } else { TreeHash::Sha256 };
        let leaves = leaves(hash, size);
        let mut tree = Frontier::new(hash);
        for leaf in &leaves {
            // Kept and read back between any two leaves.
            tree = Frontier::restored(hash, tree.size(), tree.nodes().to_vec()).unwrap();
            tree.push(*leaf);
        }
        prop_assert_eq!((tree.size(), tree.root()), (size as u64, reference(hash, &leaves)));
        prop_assert_eq!(Frontier::restored(hash, tree.size() + 1, tree.nodes().to_vec()).is_some(),
            (tree.size() + 1).count_ones() == tree.size().count_ones());
    }

    #[test]
    fn an_inclusion_proof_holds_until_anything_of_it_is_changed(
        size in 1usize..300, at: prop::sample::Index, bit in 0usize..256, which: prop::sample::Index,
    ) {
        let hash = TreeHash::Sha256;
        let (leaves, index) = (leaves(hash, size), at.index(size));
        let tree = (size as u64, reference(hash, &leaves));
        let (leaf, place, proof) = (leaves[index], index as u64, inclusion(hash, &leaves, index));
        prop_assert!(includes(hash, leaf, place, tree, &proof));
        prop_assert!(!includes(hash, turned(&leaf, bit), place, tree, &proof));
        prop_assert!(!includes(hash, leaf, place, (tree.0, turned(&tree.1, bit)), &proof));
        prop_assert!(!includes(TreeHash::Sm3, leaf, place, tree, &proof) || size == 1);
        let longer = [proof.as_slice(), &[leaf]].concat();
        prop_assert!(!includes(hash, leaf, place, tree, &longer));
        if !proof.is_empty() {
            let mut other = proof.clone();
            let changed = which.index(other.len());
            other[changed] = turned(&other[changed], bit);
            prop_assert!(!includes(hash, leaf, place, tree, &other));
            other.remove(changed);
            prop_assert!(!includes(hash, leaf, place, tree, &other));
        }
    }

    #[test]
    fn a_consistency_proof_holds_until_anything_of_it_is_changed(
        size in 1usize..300, at: prop::sample::Index, bit in 0usize..256, which: prop::sample::Index,
    ) {
        let hash = TreeHash::Sha256;
        let (leaves, old_size) = (leaves(hash, size), at.index(size) + 1);
        let old = (old_size as u64, reference(hash, &leaves[..old_size]));
        let new = (size as u64, reference(hash, &leaves));
        let proof = consistency(hash, &leaves, old_size);
        prop_assert!(continues(hash, old, new, &proof));
        prop_assert!(!continues(hash, (old.0, turned(&old.1, bit)), new, &proof));
        prop_assert!(!continues(hash, old, (new.0, turned(&new.1, bit)), &proof));
        prop_assert!(old == new || !continues(hash, new, old, &proof));
        prop_assert!(!continues(hash, old, new, &[proof.as_slice(), &[old.1]].concat()));
        if !proof.is_empty() {
            let mut other = proof.clone();
            let changed = which.index(other.len());
            other[changed] = turned(&other[changed], bit);
            prop_assert!(!continues(hash, old, new, &other));
            other.remove(changed);
            prop_assert!(!continues(hash, old, new, &other));
        }
    }
}
