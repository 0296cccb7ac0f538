//! Proof of who somebody is: secrets, passwords, codes, passkeys, the city's unified identity, and what slows guessing.
//!
//! Every function is pure. The time is an argument, chance is an argument ([`Chance`]), and nothing here reads a file,
//! a database or the network: the callers do, with the values made here. What a person is told when something is
//! refused is worded by the callers; here a refusal is a type.

pub mod one_time_code;
pub mod passkey;
pub mod password;
#[cfg(test)]
mod published_rsa;
pub mod recovery_code;
pub mod sealed;
pub mod secret;
pub mod soft_lock;
pub mod unified_identity;

/// A source of random bytes. Outside tests the executable gives that of the operating system.
pub trait Chance {
    /// Fills every byte of `bytes` with chance.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<Source: FnMut(&mut [u8])> Chance for Source {
    fn fill(&mut self, bytes: &mut [u8]) {
        self(bytes);
    }
}

/// Chance for tests: the same bytes in every run, never the same twice within one.
#[cfg(test)]
pub(crate) fn counted_chance(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut drawn = 0_u64;
    move |bytes: &mut [u8]| {
        for part in bytes.chunks_mut(32) {
            drawn += 1;
            let block = [seed.to_be_bytes(), drawn.to_be_bytes()].concat();
            let digest = ring::digest::digest(&ring::digest::SHA256, &block);
            part.copy_from_slice(&digest.as_ref()[..part.len()]);
        }
    }
}
