//! From a file to a manuscript: one module a format.

mod bounds;
mod clean;
mod docx;
mod html;
mod markup;
mod pdf;
mod plain;

use crate::{
    decode::{self, Format},
    error::ReadError,
    manuscript::Manuscript,
    privacy,
};

/// Reads a file of any known format. `file_name` helps only to tell Markdown from plain text.
pub fn manuscript(bytes: &[u8], file_name: Option<&str>) -> Result<Manuscript, ReadError> {
    let mut manuscript = lines(bytes, file_name)?;
    manuscript.cut_long_lines();
    privacy::redact(&mut manuscript);
    Ok(manuscript)
}

fn lines(bytes: &[u8], file_name: Option<&str>) -> Result<Manuscript, ReadError> {
    match decode::container(bytes)? {
        Some(Format::Docx) => docx::read(bytes),
        Some(_) => pdf::read(bytes),
        None => {
            let mut decoded = decode::text(bytes)?;
            decoded.text = decode::without_radicals(decoded.text);
            let mut manuscript = clean::read(decoded.text, |text| match sort_of_text(&text, file_name) {
                Format::Html => html::read(text),
                format => plain::read(text, format),
            });
            manuscript.encoding = decoded.encoding;
            Ok(manuscript)
        }
    }
}

fn sort_of_text(text: &str, file_name: Option<&str>) -> Format {
    let ending =
        file_name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    if matches!(ending, "html" | "htm") || markup::has_page_elements(text) {
        Format::Html
    } else if matches!(ending, "md" | "markdown") {
        Format::Markdown
    } else {
        Format::Text
    }
}
