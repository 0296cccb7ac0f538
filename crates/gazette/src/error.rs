//! Why a file could not be read, and what its owner can do about it.

/// A file that gave no reading. Each message ends with the next step.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No characters at all.
    #[error("the file is empty · choose the file that holds the document")]
    Empty,
    /// Over the limit.
    #[error(
        "the file has {bytes} bytes, more than {} are not read · save only the document itself, without pictures",
        crate::decode::FILE_BYTES_MAX
    )]
    TooLarge {
        /// Size of the file.
        bytes: usize,
    },
    /// Neither text nor a known container.
    #[error("this is not a text file · give a .txt, .md, .html, .docx or .pdf")]
    Binary,
    /// Word 97–2003.
    #[error("this is a Word 97–2003 file · open it and save it as .docx")]
    OldWord,
    /// Neither UTF-8 nor GB18030.
    #[error("the text is neither UTF-8 nor GB18030 (first bad byte: {byte}) · save it as UTF-8")]
    Encoding {
        /// Offset of the first byte that does not decode.
        byte: usize,
    },
    /// Begins like UTF-16, but does not decode.
    #[error("the text is UTF-16, cut off or not text · save it as UTF-8")]
    Utf16,
    /// A zip that is no Word document, or a damaged one.
    #[error("the .docx cannot be opened ({why}) · open it in a word processor and save it again")]
    Docx {
        /// What is wrong with it.
        why: String,
    },
    /// A PDF without text, or a damaged one.
    #[error("the .pdf gives no text ({why}) · scanned pages need text recognition first, or give the .docx")]
    Pdf {
        /// What is wrong with it.
        why: String,
    },
}
