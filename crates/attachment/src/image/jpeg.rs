//! JPEG: frames, tables and scans stay; of all else only how the telephone was held.

use super::check_size;
use crate::Refusal;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const JFIF: u8 = 0xe0;
const EXIF: u8 = 0xe1;
const ADOBE: u8 = 0xee;

/// The picture without all else.
pub fn redrawn(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut rest = bytes.strip_prefix(&[0xff, START]).ok_or(Refusal::Damaged)?;
    let mut drawn = Vec::with_capacity(bytes.len());
    drawn.extend([0xff, START]);
    let (mut orientation, mut has_frame, mut has_scan) = (None, false, false);
    let mut orientation_at = drawn.len();
    loop {
        let marker;
        (marker, rest) = next_marker(rest)?;
        if marker == END {
            drawn.extend([0xff, END]);
            break;
        }
        let content;
        (content, rest) = segment(rest)?;
        match marker {
            SCAN => {
                put(&mut drawn, SCAN, content);
                let data = scan_length(rest);
                drawn.extend_from_slice(&rest[..data]);
                rest = &rest[data..];
                has_scan = true;
            }
            // Frames, tables, restart intervals.
            0xc0..=0xcf | 0xdb..=0xdf => {
                if is_frame(marker) {
                    check_frame(content)?;
                    has_frame = true;
                }
                put(&mut drawn, marker, content);
            }
            JFIF if content.starts_with(b"JFIF\0") && content.len() >= 14 && !has_frame => {
                // Without the small picture that may stand behind.
                put(&mut drawn, JFIF, &[&content[..12], &[0, 0]].concat());
                orientation_at = drawn.len();
            }
            // Says how the colours are kept.
            ADOBE if content.starts_with(b"Adobe") && content.len() == 12 => put(&mut drawn, ADOBE, content),
            EXIF if orientation.is_none() => {
                orientation = content.strip_prefix(b"Exif\0\0").and_then(orientation_of);
            }
            0xe0..=0xfe => {}
            _ => return Err(Refusal::Damaged),
        }
    }
    if !has_frame || !has_scan {
        return Err(Refusal::Damaged);
    }
    if let Some(turned) = orientation.filter(|turned| (2..=8).contains(turned)) {
        let mut segment = Vec::new();
        put(&mut segment, EXIF, &exif_of(turned));
        drawn.splice(orientation_at..orientation_at, segment);
    }
    Ok(drawn)
}

/// The next marker; bytes 0xff may stand before it.
fn next_marker(bytes: &[u8]) -> Result<(u8, &[u8]), Refusal> {
    let after = bytes.strip_prefix(&[0xff]).ok_or(Refusal::Damaged)?;
    let fill = after.iter().take_while(|byte| **byte == 0xff).count();
    let (marker, rest) = after[fill..].split_first().ok_or(Refusal::Damaged)?;
    Ok((*marker, rest))
}

/// The content of a segment and what follows it.
fn segment(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let (length, after) = bytes.split_first_chunk::<2>().ok_or(Refusal::Damaged)?;
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2).ok_or(Refusal::Damaged)?;
    after.split_at_checked(length).ok_or(Refusal::Damaged)
}

fn put(drawn: &mut Vec<u8>, marker: u8, content: &[u8]) {
    // Contents come from segments, or are shorter.
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    drawn.extend([0xff, marker]);
    drawn.extend(length.to_be_bytes());
    drawn.extend_from_slice(content);
}

/// How far the data of a scan reach: up to a marker that is no restart.
fn scan_length(bytes: &[u8]) -> usize {
    let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(is_end).unwrap_or(bytes.len())
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

fn check_frame(content: &[u8]) -> Result<(), Refusal> {
    let [_, h0, h1, w0, w1, ..] = *content else { return Err(Refusal::Damaged) };
    check_size(u32::from(u16::from_be_bytes([w0, w1])), u32::from(u16::from_be_bytes([h0, h1])))
}

/// How the telephone was held, 1 to 8. Source: TIFF 6.0, tag 274.
fn orientation_of(tiff: &[u8]) -> Option<u16> {
    let is_big = match tiff.first_chunk::<4>()? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if is_big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let long = |at: usize| {
        let four = *tiff.get(at..)?.first_chunk::<4>()?;
        usize::try_from(if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }).ok()
    };
    let directory = long(4)?;
    let count = usize::from(short(directory)?);
    let mut entries = (0..count).map(|entry| directory.saturating_add(2 + 12 * entry));
    let entry = entries.find(|at| short(*at) == Some(274))?;
    short(entry.saturating_add(8))
}

/// The shortest EXIF that says it.
fn exif_of(orientation: u16) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend(orientation.to_be_bytes());
    exif.extend([0; 6]);
    exif
}
