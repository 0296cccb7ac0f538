//! What the authenticator says: for which host, who was present, and the new key (WebAuthn, section 6.1).

use super::public_key::PublicKey;
use super::{Refusal, RelyingParty};
use crate::secret::is_same;
use minicbor::Decoder;
use ring::digest::{SHA256, digest};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const SYNCHRONISABLE: u8 = 1 << 3;
const SYNCHRONISED: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// The longest name of a credential, in bytes.
const MOST_ID_BYTES: usize = 1_023;

/// The data, cut into parts.
pub(super) struct AuthenticatorData<'bytes> {
    flags: u8,
    pub(super) signature_count: u32,
    pub(super) credential: Option<NewCredential<'bytes>>,
}

/// A credential made in this ceremony.
pub(super) struct NewCredential<'bytes> {
    pub(super) id: &'bytes [u8],
    /// COSE, as it is stored.
    pub(super) public_key: &'bytes [u8],
}

impl<'bytes> AuthenticatorData<'bytes> {
    /// Reads all of it; a byte too many is an error.
    fn read(bytes: &'bytes [u8]) -> Option<([u8; 32], Self)> {
        let (host_hash, rest) = bytes.split_first_chunk::<32>()?;
        let (&flags, rest) = rest.split_first()?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (_model, after_model) = rest.split_first_chunk::<16>()?;
            let (length, after_length) = after_model.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length));
            if length == 0 || length > MOST_ID_BYTES {
                return None;
            }
            let (id, key_and_rest) = after_length.split_at_checked(length)?;
            let key_length = item_length(key_and_rest)?;
            let (public_key, after_key) = key_and_rest.split_at_checked(key_length)?;
            credential = Some(NewCredential { id, public_key });
            rest = after_key;
        }
        if flags & HAS_EXTENSIONS != 0 {
            rest = rest.get(item_length(rest)?..)?;
        }
        let signature_count = u32::from_be_bytes(*count);
        rest.is_empty().then_some((*host_hash, Self { flags, signature_count, credential }))
    }

    /// Reads it and checks what holds in both ceremonies.
    pub(super) fn checked(bytes: &'bytes [u8], party: &RelyingParty) -> Result<Self, Refusal> {
        let (host_hash, data) = Self::read(bytes).ok_or(Refusal::Malformed("authenticatorData"))?;
        if !is_same(&host_hash, digest(&SHA256, party.id.as_bytes()).as_ref()) {
            Err(Refusal::WrongRelyingParty)
        } else if data.flags & PRESENT == 0 {
            Err(Refusal::NotPresent)
        } else if data.flags & VERIFIED == 0 {
            Err(Refusal::NotVerified)
        } else if data.is_synchronised() && !data.is_synchronisable() {
            Err(Refusal::Contradiction)
        } else {
            Ok(data)
        }
    }

    pub(super) fn is_synchronisable(&self) -> bool {
        self.flags & SYNCHRONISABLE != 0
    }

    pub(super) fn is_synchronised(&self) -> bool {
        self.flags & SYNCHRONISED != 0
    }
}

impl NewCredential<'_> {
    /// The key, if it is of a kind that was offered.
    pub(super) fn key(&self) -> Result<PublicKey, Refusal> {
        PublicKey::read(self.public_key).ok_or(Refusal::UnsupportedKey)
    }
}

/// Length of the first CBOR item.
fn item_length(bytes: &[u8]) -> Option<usize> {
    let mut decoder = Decoder::new(bytes);
    decoder.skip().ok()?;
    Some(decoder.position())
}

/// The authenticator data in an attestation object. The statement beside them is not looked at: none was asked for.
pub(super) fn in_attestation_object(bytes: &[u8]) -> Option<&[u8]> {
    let mut decoder = Decoder::new(bytes);
    let entries = decoder.map().ok()??;
    let mut found = None;
    for _ in 0..entries {
        if decoder.str().ok()? == "authData" {
            // A second one would leave it open which was checked.
            if found.replace(decoder.bytes().ok()?).is_some() {
                return None;
            }
        } else {
            decoder.skip().ok()?;
        }
    }
    if decoder.position() == bytes.len() { found } else { None }
}
