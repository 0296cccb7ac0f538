//! The public keys of authenticators (COSE, RFC 9053) and their signatures.

use minicbor::{Decoder, data::Type};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// The kinds offered to authenticators, the best first: ES256, EdDSA, RS256 (older Windows machines).
pub(super) const OFFERED: [i64; 3] = [-7, -8, -257];

/// A key of a kind that is offered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// An uncompressed point of P-256.
    Es256([u8; 65]),
    /// Ed25519.
    EdDsa([u8; 32]),
    /// Modulus and exponent, big end first.
    Rs256 { modulus: Vec<u8>, exponent: Vec<u8> },
}

/// The members of a COSE key that matter. The labels −1 to −3 mean another thing with each kind.
#[derive(Default)]
struct Members {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    first: Option<Vec<u8>>,
    second: Option<Vec<u8>>,
    third: Option<Vec<u8>>,
}

impl PublicKey {
    /// Reads a COSE key; `None` if it is damaged or of another kind.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let members = Members::read(bytes)?;
        match (members.kind?, members.algorithm?) {
            (2, -7) if members.curve? == 1 => {
                let (x, y) = (members.second?, members.third?);
                let mut point = [4; 65];
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                point[1..33].copy_from_slice(&x);
                point[33..].copy_from_slice(&y);
                Some(Self::Es256(point))
            }
            (1, -8) if members.curve? == 6 => Some(Self::EdDsa(members.second?.try_into().ok()?)),
            (3, -257) => {
                let (modulus, exponent) = (members.first?, members.second?);
                let is_sound = (256..=1_024).contains(&modulus.len()) && exponent.len() <= 4;
                is_sound.then_some(Self::Rs256 { modulus, exponent })
            }
            _ => None,
        }
    }

    /// Whether `signature` over `message` is of this key.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let held = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256 { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        held.is_ok()
    }
}

impl Members {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(bytes);
        let mut members = Self::default();
        for _ in 0..decoder.map().ok()?? {
            let label = decoder.i64().ok()?;
            let is_number = matches!(
                decoder.datatype().ok()?,
                Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64
            );
            let is_new = match (label, is_number) {
                (1, true) => members.kind.replace(decoder.i64().ok()?).is_none(),
                (3, true) => members.algorithm.replace(decoder.i64().ok()?).is_none(),
                (-1, true) => members.curve.replace(decoder.i64().ok()?).is_none(),
                (-1, false) => members.first.replace(decoder.bytes().ok()?.to_vec()).is_none(),
                (-2, false) => members.second.replace(decoder.bytes().ok()?.to_vec()).is_none(),
                (-3, false) => members.third.replace(decoder.bytes().ok()?.to_vec()).is_none(),
                _ => decoder.skip().is_ok(),
            };
            if !is_new {
                return None;
            }
        }
        (decoder.position() == bytes.len()).then_some(members)
    }
}
