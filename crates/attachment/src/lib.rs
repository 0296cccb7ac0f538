//! Files people hand in: what they are by their content, and the same without what their makers left in them.
//!
//! A photograph says where it was taken and with which telephone, a document who wrote it and in which company. Whoever
//! complains of an office must not be found out by that. So a file is written anew from the parts that show something:
//! what a reader sees stays as it was, all else is left behind. What can run, what is fetched from elsewhere and what
//! hides further files is refused. Pure: bytes in, bytes out; the caller limits memory and time (`liangjian::limited`).

mod image;
mod kind;
mod name;
mod office;
mod pdf;
mod plain;
mod refusal;
#[cfg(test)]
mod tests;

pub use kind::Kind;
pub use refusal::Refusal;

/// Largest file that is taken, in bytes.
pub const BYTES_MAX: usize = 20 << 20;

/// A file without what its maker left in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// What it is.
    pub kind: Kind,
    /// Its name, with the ending of what it is.
    pub name: String,
    /// Its bytes, written anew.
    pub bytes: Vec<u8>,
}

/// Checks a file by its content and writes it anew. What its name says it is does not count.
///
/// # Errors
/// The first thing for which it cannot be taken, with a word on what to do.
pub fn clean(name: &str, bytes: &[u8]) -> Result<Cleaned, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    let kind = Kind::of(bytes)?;
    let bytes = match kind {
        Kind::Jpeg => image::jpeg::redrawn(bytes)?,
        Kind::Png => image::png::redrawn(bytes)?,
        Kind::Pdf => pdf::rewritten(bytes)?,
        Kind::Docx | Kind::Xlsx | Kind::Pptx => office::rewritten(bytes)?,
        Kind::Text => plain::rewritten(bytes)?,
    };
    Ok(Cleaned { kind, name: name::of(name, kind), bytes })
}
