//! Pictures: the parts that make the picture are kept byte by byte, so that nothing is lost by saving it again.
//!
//! Libraries that keep pixels leave what follows the first scan of a JPEG as it is, and those that look at every byte
//! draw the picture again and lose sharpness; so the parts are walked here. Source: ITU-T T.81 annex B, T.871 (JFIF);
//! the PNG specification, third edition.

pub mod jpeg;
pub mod png;

use crate::Refusal;

/// Most pixels of a picture: what a camera of 200 megapixels makes.
const PIXELS_MAX: u64 = 200_000_000;

/// Refuses a picture of a size nobody can show.
fn check_size(width: u32, height: u32) -> Result<(), Refusal> {
    let pixels = u64::from(width) * u64::from(height);
    match pixels {
        0 => Err(Refusal::Damaged),
        _ if pixels > PIXELS_MAX => Err(Refusal::Bomb),
        _ => Ok(()),
    }
}
