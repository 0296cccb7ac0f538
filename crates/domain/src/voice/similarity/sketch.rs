//! A sketch of a text that can be stored, and looked up in bands.

use super::{Features, mixed};
use serde::{Deserialize, Serialize};

/// How many least hashes a sketch has.
const HASHES: usize = 64;
/// How many bands it is looked up in; two least hashes make a band.
pub const BANDS: usize = HASHES / 2;
/// How long a stored sketch is: its version and its hashes.
pub const SKETCH_BYTES: usize = 1 + HASHES * 4;
/// Changes when spelling, features or hashes change; sketches of another version are made anew.
const VERSION: u8 = 1;

/// The least hashes of the characters and pairs of a text: the more two texts share, the more of them are equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Sketch(Vec<u32>);

/// Bytes that are no sketch, or one of another version.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("these {0} bytes are no sketch of this version · make it anew from the text")]
pub struct NotASketch(pub usize);

impl Sketch {
    /// The sketch of a text.
    pub fn of(features: &Features) -> Self {
        let least = |seed: u64| {
            let hashes =
                features.singles.iter().chain(&features.pairs).map(|gram| mixed(gram ^ mixed(seed)) >> 32);
            hashes.min().map_or(u32::MAX, |hash| hash as u32)
        };
        Self((0..HASHES as u64).map(least).collect())
    }

    /// The keys under which it is looked up, each with its band: two texts are candidates where one of them is equal.
    /// An empty text has none.
    pub fn bands(&self) -> Vec<u64> {
        if self.0.iter().all(|hash| *hash == u32::MAX) {
            return Vec::new();
        }
        let key = |(band, hashes): (u64, &[u32])| {
            let joined = hashes.iter().fold(band, |key, hash| mixed(key ^ u64::from(*hash)));
            // SQL knows no unsigned 64 bits.
            joined >> 1
        };
        (0..).zip(self.0.chunks(HASHES / BANDS)).map(key).collect()
    }

    /// How many of a thousand hashes are equal: an estimate of how much is shared.
    pub fn estimate_permille(&self, other: &Self) -> u32 {
        let equal = self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count();
        (equal * 1_000 / HASHES) as u32
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        std::iter::once(VERSION).chain(self.0.iter().flat_map(|hash| hash.to_be_bytes())).collect()
    }

    /// As it was stored.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotASketch> {
        match bytes.split_first() {
            Some((&VERSION, hashes)) if bytes.len() == SKETCH_BYTES => {
                let hash = |four: &[u8]| four.iter().fold(0, |hash, byte| hash << 8 | u32::from(*byte));
                Ok(Self(hashes.chunks(4).map(hash).collect()))
            }
            _ => Err(NotASketch(bytes.len())),
        }
    }
}

impl TryFrom<Vec<u8>> for Sketch {
    type Error = NotASketch;

    fn try_from(bytes: Vec<u8>) -> Result<Self, Self::Error> {
        Self::from_bytes(&bytes)
    }
}

impl From<Sketch> for Vec<u8> {
    fn from(sketch: Sketch) -> Self {
        sketch.to_bytes()
    }
}
