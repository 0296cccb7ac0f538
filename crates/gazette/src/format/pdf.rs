//! The text layer of a PDF.

use super::{bounds, clean, plain};
use crate::{
    decode::{self, Format},
    error::ReadError,
    manuscript::{Block, Manuscript},
};

/// Reads the text layer. A page made of pictures gives none and is refused.
pub fn read(bytes: &[u8]) -> Result<Manuscript, ReadError> {
    let damaged = |why: &str| ReadError::Pdf { why: why.to_owned() };
    if let Some(why) = bounds::excess(bytes) {
        return Err(damaged(why));
    }
    // The library panics on some damaged files; the caller gets an error instead.
    let extracted = std::panic::catch_unwind(|| pdf_extract::extract_text_from_mem(bytes));
    let text = match extracted {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return Err(damaged(&error.to_string().replace('\n', " "))),
        Err(_) => return Err(damaged("the file is damaged")),
    };
    if text.chars().filter(|c| !c.is_whitespace()).count() < 2 {
        return Err(damaged("its pages hold no characters"));
    }
    let text = decode::without_radicals(text.replace('\u{c}', "\n"));
    let mut manuscript = clean::read(text, |text| plain::read(text, Format::Pdf));
    // In a text layer a blank says nothing about headings.
    for block in &mut manuscript.blocks {
        if let Block::Line(line) = block {
            line.heading = None;
        }
    }
    Ok(manuscript)
}
