//! Passwords: argon2id with a pepper, stored as PHC strings; what a new one must be is in [`policy`].

pub mod most_used;
pub mod policy;

use crate::Chance;
use crate::secret::{Secret, is_same};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, KeyId, Params, ParamsBuilder, PasswordHasher as _, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use ring::hmac;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Salt of each stored password, in bytes.
const SALT_BYTES: usize = 16;

/// The most memory a stored hash may ask for, in KiB: a changed row must not exhaust the machine.
const MOST_MEMORY_KIB: u32 = 262_144;

/// The most passes a stored hash may ask for.
const MOST_PASSES: u32 = 10;

/// A password as it is used everywhere here: normalised to NFKC.
///
/// SP 800-63B asks for NFKC or NFKD, so that one keyboard's `é` is another's. The compatible form (K) is what people
/// here need: an input method switched to full width gives `ａ１` for `a1`, and nobody sees which on a dotted field.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// From what was typed. Nothing is trimmed or cut off.
    pub fn typed(text: &str) -> Self {
        // A full buffer would leave copies behind while it grows; NFKC makes at most 18 letters of one.
        let mut normal = Zeroizing::new(String::with_capacity(text.len().min(4_096) * 18));
        normal.extend(text.nfkc());
        Self(Secret::new(normal.as_bytes().to_vec()))
    }

    /// The normalised text. The name is long so that a reviewer sees it.
    pub fn expose_text(&self) -> &str {
        self.0.expose_text().unwrap_or_default()
    }
}

/// How much work one guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// People of firms, many at once: 19 MiB, two passes.
    Firm,
    /// Officials, fewer and worth more to an attacker: 64 MiB, three passes.
    Staff,
    /// As cheap as the algorithm allows: for tests that look at something else, never for a person.
    #[cfg(test)]
    Cheap,
}

impl Profile {
    /// Memory in KiB and passes.
    fn cost(self) -> (u32, u32) {
        match self {
            Self::Firm => (19_456, 2),
            Self::Staff => (65_536, 3),
            #[cfg(test)]
            Self::Cheap => (8, 1),
        }
    }
}

/// The key from a file that goes into every hash: a stolen database alone allows no guessing.
#[derive(Clone, Debug)]
pub struct Pepper(Secret);

impl Pepper {
    /// From the contents of the key file; `None` below 256 bits.
    pub fn new(key: Secret) -> Option<Self> {
        (key.expose_bytes().len() >= 32).then_some(Self(key))
    }

    /// What a stored hash says about its pepper, so that the key can be changed: hashes under the old one are found.
    fn id(&self) -> [u8; 4] {
        let tag = self.tag(b"liangjian: id of a pepper");
        [tag[0], tag[1], tag[2], tag[3]]
    }

    /// HMAC-SHA-256 of `message` under this key.
    pub(crate) fn tag(&self, message: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_bytes());
        hmac::sign(&key, message).as_ref().to_vec()
    }
}

/// The key in use, and those in use before it.
#[derive(Clone, Debug)]
pub struct Peppers {
    current: Pepper,
    earlier: Vec<Pepper>,
}

impl Peppers {
    /// New hashes use `current`; stored ones may still need an `earlier` key.
    pub fn new(current: Pepper, earlier: Vec<Pepper>) -> Self {
        Self { current, earlier }
    }

    /// The key in use.
    pub fn current(&self) -> &Pepper {
        &self.current
    }

    fn find(&self, id: &[u8]) -> Option<&Pepper> {
        std::iter::once(&self.current).chain(&self.earlier).find(|pepper| pepper.id() == id)
    }
}

/// What a verification found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another password, or no such account.
    Wrong,
    /// The password, and its hash is as the profile wants it.
    Right,
    /// The password, but its hash has another cost or an earlier pepper: store a new one now.
    RightButStale,
}

/// Why a password could be neither hashed nor verified. None of these is the fault of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The stored text is no hash of ours.
    #[error("the stored hash cannot be read · account · let the person set a new password")]
    Damaged,
    /// The stored hash asks for more work than any profile.
    #[error("the stored hash asks for too much work · account · let the person set a new password")]
    Excessive,
    /// Made with a key that is not given any more.
    #[error("the stored hash needs a pepper that is missing · key file · give the earlier key as well")]
    PepperMissing,
    /// The algorithm refused, as when memory is short.
    #[error("the password could not be hashed · argon2 · look at the memory of the machine")]
    Failed,
}

/// The text to store for `password`.
pub fn hash(
    password: &Password,
    profile: Profile,
    peppers: &Peppers,
    chance: &mut dyn Chance,
) -> Result<String, HashError> {
    let mut salt = [0; SALT_BYTES];
    chance.fill(&mut salt);
    let made = hash_with_salt(password, profile, peppers, &salt)?;
    Ok(made.to_string())
}

/// Whether `stored` is a hash of `password`, and whether it should be made anew.
pub fn verify(
    password: &Password,
    stored: &str,
    profile: Profile,
    peppers: &Peppers,
) -> Result<Verdict, HashError> {
    let hash = PasswordHash::new(stored).map_err(|_| HashError::Damaged)?;
    let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else { return Err(HashError::Damaged) };
    let is_argon2id =
        Algorithm::try_from(hash.algorithm.as_str()).is_ok_and(|found| found == Algorithm::Argon2id);
    if !is_argon2id || hash.version != Some(Version::V0x13.into()) {
        return Err(HashError::Damaged);
    }
    let params = Params::try_from(&hash).map_err(|_| HashError::Damaged)?;
    if params.m_cost() > MOST_MEMORY_KIB || params.t_cost() > MOST_PASSES || params.p_cost() != 1 {
        return Err(HashError::Excessive);
    }
    let pepper = peppers.find(params.keyid()).ok_or(HashError::PepperMissing)?;
    let is_stale =
        (params.m_cost(), params.t_cost()) != profile.cost() || pepper.id() != peppers.current.id();
    let mut found = Zeroizing::new(vec![0; expected.as_bytes().len()]);
    let argon2 =
        Argon2::new_with_secret(pepper.0.expose_bytes(), Algorithm::Argon2id, Version::V0x13, params)
            .map_err(|_| HashError::Failed)?;
    argon2.hash_password_into(password.0.expose_bytes(), &salt, &mut found).map_err(|_| HashError::Failed)?;
    Ok(match (is_same(&found, expected.as_bytes()), is_stale) {
        (false, _) => Verdict::Wrong,
        (true, false) => Verdict::Right,
        (true, true) => Verdict::RightButStale,
    })
}

/// What to call when there is no account: [`verify`] with a hash of nothing, and always [`Verdict::Wrong`].
pub fn verify_absent(password: &Password, profile: Profile, peppers: &Peppers) -> Result<Verdict, HashError> {
    verify(password, &decoy(profile, peppers), profile, peppers).map(|_| Verdict::Wrong)
}

/// A hash as it is stored, of a password that nobody knows: salt and output are zero.
fn decoy(profile: Profile, peppers: &Peppers) -> String {
    let (memory_kib, passes) = profile.cost();
    let id = STANDARD_NO_PAD.encode(peppers.current.id());
    let (salt, output) = ([0; SALT_BYTES], [0; Params::DEFAULT_OUTPUT_LEN]);
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    format!("$argon2id$v=19$m={memory_kib},t={passes},p=1,keyid={id}${salt}${output}")
}

fn hash_with_salt(
    password: &Password,
    profile: Profile,
    peppers: &Peppers,
    salt: &[u8],
) -> Result<PasswordHash, HashError> {
    let pepper = &peppers.current;
    let (memory_kib, passes) = profile.cost();
    let id = KeyId::new(&pepper.id()).map_err(|_| HashError::Failed)?;
    let params = ParamsBuilder::new()
        .m_cost(memory_kib)
        .t_cost(passes)
        .p_cost(1)
        .keyid(id)
        .build()
        .map_err(|_| HashError::Failed)?;
    let argon2 =
        Argon2::new_with_secret(pepper.0.expose_bytes(), Algorithm::Argon2id, Version::V0x13, params)
            .map_err(|_| HashError::Failed)?;
    argon2.hash_password_with_salt(password.0.expose_bytes(), salt).map_err(|_| HashError::Failed)
}

#[cfg(test)]
mod tests;
