//! PNG: chunks that make the picture stay, those with words, times and places go.

use super::check_size;
use crate::Refusal;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Chunks besides those that make the picture without which it would look otherwise.
const KEPT: [&[u8; 4]; 7] = [b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"];

/// The picture without all else. Of a moving picture the first stays.
pub fn redrawn(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut rest = bytes.strip_prefix(&SIGNATURE).ok_or(Refusal::Damaged)?;
    let mut drawn = SIGNATURE.to_vec();
    let (mut is_first, mut has_pixels) = (true, false);
    loop {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(Refusal::Damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refusal::Damaged)?;
        let kind = after.first_chunk::<4>().ok_or(Refusal::Damaged)?;
        // The length, the name, the content and the sum over both.
        let whole = length.checked_add(12).ok_or(Refusal::Damaged)?;
        let (chunk, beyond) = rest.split_at_checked(whole).ok_or(Refusal::Damaged)?;
        let content = &after[4..4 + length];
        if is_first != (kind == b"IHDR") {
            return Err(Refusal::Damaged);
        }
        match kind {
            b"IHDR" => check_header(content)?,
            b"IDAT" => has_pixels = true,
            b"PLTE" | b"IEND" => {}
            _ if KEPT.contains(&kind) => {}
            // A picture cannot be shown without understanding a chunk with a capital letter.
            _ if kind[0].is_ascii_uppercase() => return Err(Refusal::Damaged),
            _ => {
                rest = beyond;
                continue;
            }
        }
        drawn.extend_from_slice(chunk);
        (is_first, rest) = (false, beyond);
        if kind == b"IEND" {
            // What stands behind the end is no part of the picture.
            return if has_pixels { Ok(drawn) } else { Err(Refusal::Damaged) };
        }
    }
}

fn check_header(content: &[u8]) -> Result<(), Refusal> {
    let [w0, w1, w2, w3, h0, h1, h2, h3, _, _, _, _, _] = *content else { return Err(Refusal::Damaged) };
    check_size(u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]))
}
