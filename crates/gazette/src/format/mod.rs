//! From a file to a manuscript: one module a format.

mod docx;
mod html;
mod markup;
mod pdf;
mod plain;

use crate::{
    decode::{self, Format},
    error::ReadError,
    manuscript::Manuscript,
};

/// Reads a file of any known format. `file_name` helps only to tell Markdown from plain text.
pub fn manuscript(bytes: &[u8], file_name: Option<&str>) -> Result<Manuscript, ReadError> {
    match decode::container(bytes)? {
        Some(Format::Docx) => docx::read(bytes),
        Some(_) => pdf::read(bytes),
        None => {
            let decoded = decode::text(bytes)?;
            let mut manuscript = match sort_of_text(&decoded.text, file_name) {
                Format::Html => html::read(decoded.text),
                format => plain::read(decoded.text, format),
            };
            manuscript.encoding = decoded.encoding;
            Ok(manuscript)
        }
    }
}

fn sort_of_text(text: &str, file_name: Option<&str>) -> Format {
    let name = file_name.unwrap_or_default().to_ascii_lowercase();
    if name.ends_with(".html") || name.ends_with(".htm") || markup::has_page_elements(text) {
        Format::Html
    } else if name.ends_with(".md") || name.ends_with(".markdown") {
        Format::Markdown
    } else {
        Format::Text
    }
}
