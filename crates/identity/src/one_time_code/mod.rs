//! Codes of six figures that an authenticator shows for 30 seconds (TOTP, RFC 6238, with SHA-1 as all of them speak).

use crate::Chance;
use crate::secret::{Secret, is_same};
use chrono::{DateTime, Utc};
use qrcode::{EcLevel, QrCode, render::svg};
use ring::hmac;
use std::fmt::Write as _;

/// Seconds a code is shown.
pub const STEP_SECONDS: i64 = 30;

/// Figures of a code.
pub const FIGURES: usize = 6;

/// Steps before and after now that are accepted: clocks differ, and people type slowly.
const TOLERATED_STEPS: u64 = 1;

/// Bytes of a seed: as many as SHA-1 gives (RFC 4226, section 4).
const SEED_BYTES: usize = 20;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What server and authenticator share. It is stored encrypted by the caller, for it must be read again.
#[derive(Clone, Debug)]
pub struct Seed(Secret);

/// Why a code is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not six figures.
    Malformed,
    /// Not the code of this time.
    Wrong,
    /// The code of a step that was accepted before, or of an earlier one.
    Used,
}

/// What is shown once to a person who sets up an authenticator. It holds the seed.
pub struct Enrolment {
    /// The address that authenticators read, `otpauth://totp/…`.
    pub uri: Secret,
    /// The seed for typing, in groups of four.
    pub typed: Secret,
    /// A picture of the address as SVG, for a page to show in place.
    pub picture: Secret,
}

impl Seed {
    /// A new seed.
    pub fn random(chance: &mut dyn Chance) -> Self {
        Self(Secret::random(SEED_BYTES, chance))
    }

    /// A seed that was stored; `None` if it is shorter than 128 bits.
    pub fn stored(bytes: Secret) -> Option<Self> {
        (bytes.expose_bytes().len() >= 16).then_some(Self(bytes))
    }

    /// The bytes to encrypt and store.
    pub fn expose_bytes(&self) -> &[u8] {
        self.0.expose_bytes()
    }

    /// The code of a step, as the authenticator shows it.
    pub fn code(&self, step: u64) -> String {
        format!("{:0FIGURES$}", self.number(step) % 1_000_000)
    }

    /// The number of RFC 4226, section 5.3, before it is cut to figures.
    fn number(&self, step: u64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.expose_bytes());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 0x0f);
        u32::from_be_bytes([tag[offset] & 0x7f, tag[offset + 1], tag[offset + 2], tag[offset + 3]])
    }

    /// What to show to the person `account` of the installation `issuer`.
    pub fn enrolment(&self, issuer: &str, account: &str) -> Enrolment {
        let seed = base32(self.0.expose_bytes());
        let uri = format!(
            "otpauth://totp/{issuer}:{account}?secret={seed}&issuer={issuer}&algorithm=SHA1&digits={FIGURES}&period={STEP_SECONDS}",
            issuer = escaped(issuer),
            account = escaped(account),
        );
        let groups: Vec<&str> =
            (0..seed.len()).step_by(4).map(|at| &seed[at..seed.len().min(at + 4)]).collect();
        Enrolment { typed: groups.join(" ").into(), picture: picture(&uri).into(), uri: uri.into() }
    }
}

/// A last step further ahead than this was noted by a clock that has been set back since: it no longer counts, or no code
/// would serve until the clock has caught up.
const SET_BACK_STEPS_MAX: u64 = 10;

/// The step a moment belongs to; before 1970 it is the first.
pub fn step_at(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp() / STEP_SECONDS).unwrap_or(0)
}

/// The step whose code was typed. The caller stores it in one transaction with the sign-in and gives it as
/// `last_step` the next time, so that a code seen over a shoulder is of no use.
pub fn verify(seed: &Seed, typed: &str, now: DateTime<Utc>, last_step: Option<u64>) -> Result<u64, Refusal> {
    let figures: String = typed.chars().filter(|one| !one.is_whitespace()).take(FIGURES + 1).collect();
    if figures.len() != FIGURES || !figures.bytes().all(|one| one.is_ascii_digit()) {
        return Err(Refusal::Malformed);
    }
    let step = step_at(now);
    let mut matching = None;
    // All of them are compared, so that the time tells nothing.
    for candidate in step.saturating_sub(TOLERATED_STEPS)..=step + TOLERATED_STEPS {
        if is_same(seed.code(candidate).as_bytes(), figures.as_bytes()) {
            // Two steps may by chance have one code: the later one counts, so neither can be used again.
            matching = Some(candidate);
        }
    }
    let last_step = last_step.filter(|last| *last <= step + SET_BACK_STEPS_MAX);
    let step = matching.ok_or(Refusal::Wrong)?;
    if last_step.is_some_and(|last| step <= last) { Err(Refusal::Used) } else { Ok(step) }
}

/// RFC 4648 without padding, as authenticators want it.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(5) {
        let mut buffer = [0; 8];
        buffer[3..3 + group.len()].copy_from_slice(group);
        let bits = u64::from_be_bytes(buffer);
        let letters = (group.len() * 8).div_ceil(5);
        for letter in 0..letters {
            text.push(char::from(BASE32[(bits >> (35 - 5 * letter) & 31) as usize]));
        }
    }
    text
}

/// Percent encoding of all that is not unreserved (RFC 3986): authenticators read no `+` as a blank.
pub(crate) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

/// The address as a picture, without the XML declaration, which does not belong inside a page.
fn picture(uri: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(uri, EcLevel::M) else { return String::new() };
    let image = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    image.split_once("?>").map_or_else(|| image.clone(), |(_, body)| body.trim_start().to_owned())
}

#[cfg(test)]
mod tests;
