//! Near-duplicates among the voices of firms: the same matter of the same firm, or of another one.
//!
//! A text becomes [`Features`]; a [`Sketch`] of them is kept with the case and is looked up by its bands; what comes
//! up is compared exactly ([`compare`]). Sketches depend on nothing but the text, so they stay valid; how rare a word
//! is ([`Rarity`]) only weighs the exact comparison.

mod features;
mod index;
mod likeness;
mod rarity;
mod sketch;
#[cfg(test)]
mod tests;

pub use features::{Features, KnownNames};
pub use index::{Near, VoiceIndex};
pub use likeness::{Likeness, Relation, Thresholds, Weighed, compare};
pub use rarity::Rarity;
pub use sketch::{BANDS, NotASketch, SKETCH_BYTES, Sketch};

/// Spreads the bits of a number; fixed, because what comes of it is stored.
fn mixed(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
