//! From bytes to characters: what sort of file it is, and how its text is encoded.

use crate::error::ReadError;
use unicode_normalization::UnicodeNormalization;

/// Largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 20 << 20;

/// What a file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text, tab-separated tables included.
    Text,
    /// Markdown.
    Markdown,
    /// A web page or a piece of one.
    Html,
    /// A Word document (2007 and later).
    Docx,
    /// A PDF with a text layer.
    Pdf,
}

/// The characters of a text file and the encoding they were read with.
pub struct Decoded {
    /// The characters, without a byte order mark.
    pub text: String,
    /// `utf-8`, `utf-16` or `gb18030`.
    pub encoding: &'static str,
}

/// Tells containers by their first bytes; `None` is a text file.
pub fn container(bytes: &[u8]) -> Result<Option<Format>, ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if bytes.len() > FILE_BYTES_MAX {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    Ok(match bytes {
        [b'P', b'K', 3, 4, ..] => Some(Format::Docx),
        [b'%', b'P', b'D', b'F', ..] => Some(Format::Pdf),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(ReadError::OldWord),
        _ => None,
    })
}

/// Decodes a text file: UTF-8, UTF-16 with a mark, or GB18030.
pub fn text(bytes: &[u8]) -> Result<Decoded, ReadError> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, faulty) = encoding.decode_without_bom_handling(&bytes[mark..]);
        let is_utf_8 = encoding == encoding_rs::UTF_8;
        if faulty && !is_utf_8 {
            return Err(ReadError::Utf16);
        }
        if faulty {
            return without_mark(&bytes[mark..]);
        }
        let name = if is_utf_8 { "utf-8" } else { "utf-16" };
        return printable(text.into_owned(), name);
    }
    without_mark(bytes)
}

fn without_mark(bytes: &[u8]) -> Result<Decoded, ReadError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => printable(text.to_owned(), "utf-8"),
        Err(fault) if fault.valid_up_to() + 4 > bytes.len() && fault.error_len().is_none() => {
            // Cut off in the middle of its last character: the rest is whole.
            let whole = String::from_utf8_lossy(&bytes[..fault.valid_up_to()]).into_owned();
            printable(whole, "utf-8")
        }
        Err(fault) => gb18030(bytes, fault.valid_up_to()),
    }
}

fn gb18030(bytes: &[u8], byte: usize) -> Result<Decoded, ReadError> {
    let fail = ReadError::Encoding { byte };
    // A file cut off inside its last character still decodes without that character.
    let decode =
        |end: usize| encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(&bytes[..end]);
    let Some(text) = (0..4).find_map(|cut| decode(bytes.len().checked_sub(cut)?)) else {
        return Err(if looks_binary(bytes) { ReadError::Binary } else { fail });
    };
    let foreign = text.chars().filter(|c| !c.is_ascii() && !crate::span::is_space(*c)).count();
    let usual = text.chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fa5}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '·' | '—' | '…')).count();
    if usual * 10 < foreign * 8 {
        return Err(if looks_binary(bytes) { ReadError::Binary } else { fail });
    }
    printable(text.into_owned(), "gb18030")
}

fn printable(text: String, encoding: &'static str) -> Result<Decoded, ReadError> {
    let control = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    if control * 200 > text.len() || text.contains('\0') {
        return Err(ReadError::Binary);
    }
    if text.chars().all(crate::span::is_space) {
        return Err(ReadError::Empty);
    }
    Ok(Decoded { text, encoding })
}

/// Radicals that printers of PDFs put for characters, and what they stand for; Kangxi radicals and
/// compatibility ideographs decompose by the Unicode tables.
const RADICALS: [(char, char); 24] = [
    ('⻁', '虎'),
    ('⻄', '西'),
    ('⻅', '见'),
    ('⻆', '角'),
    ('⻉', '贝'),
    ('⻋', '车'),
    ('⻓', '长'),
    ('⻔', '门'),
    ('⻘', '青'),
    ('⻚', '页'),
    ('⻛', '风'),
    ('⻜', '飞'),
    ('⻝', '食'),
    ('⻢', '马'),
    ('⻣', '骨'),
    ('⻤', '鬼'),
    ('⻥', '鱼'),
    ('⻦', '鸟'),
    ('⻩', '黄'),
    ('⻬', '齐'),
    ('⻮', '齿'),
    ('⻰', '龙'),
    ('⺟', '母'),
    ('⺠', '民'),
];

/// The same text with characters for radicals, one for one, so that no offset moves.
pub fn without_radicals(text: String) -> String {
    let is_radical = |c: char| matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}');
    if !text.contains(is_radical) {
        return text;
    }
    let whole = |c: char| {
        let listed = RADICALS.iter().find(|(radical, _)| *radical == c).map(|(_, whole)| *whole);
        listed.or_else(|| Some(c).into_iter().nfkc().next()).unwrap_or(c)
    };
    text.chars().map(|c| if is_radical(c) { whole(c) } else { c }).collect()
}

fn looks_binary(bytes: &[u8]) -> bool {
    let control =
        bytes.iter().take(4096).filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace()).count();
    control * 50 > bytes.len().min(4096)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_and_gb18030_give_the_same_characters() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("第一条　为了规范管理，制定本办法。");
        let decoded = text(&bytes).unwrap();
        assert_eq!((decoded.encoding, decoded.text.chars().count()), ("gb18030", 17));
        assert_eq!(text("第一条".as_bytes()).unwrap().encoding, "utf-8");
    }

    #[test]
    fn a_file_cut_inside_its_last_character_is_read_up_to_there() {
        let bytes = "第一条".as_bytes();
        assert_eq!(text(&bytes[..8]).unwrap().text, "第一");
    }

    #[test]
    fn utf_16_with_a_mark_is_read_and_a_cut_one_says_what_it_is() {
        let sentence = "第一条　为了规范管理，制定本办法。";
        let little: Vec<u8> = sentence.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = sentence.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, units) in [([0xFF, 0xFE], little), ([0xFE, 0xFF], big)] {
            let bytes = [&mark[..], &units].concat();
            let decoded = text(&bytes).unwrap();
            assert_eq!((decoded.encoding, decoded.text.as_str()), ("utf-16", sentence));
            let Err(error) = text(&bytes[..bytes.len() - 1]) else { panic!("half a character was read") };
            assert!(error.to_string().contains("UTF-16"), "{error}");
        }
    }

    #[test]
    fn what_is_not_text_is_refused() {
        assert!(matches!(text(&[0, 1, 2, 3, 255, 254, 7]), Err(ReadError::Binary)));
        assert!(matches!(container(b"  \n"), Err(ReadError::Empty)));
        assert!(matches!(
            text(&[b'a', 0xff, 0xfe, 0xc3, 0x28, b'b', b'c', b'd']),
            Err(ReadError::Encoding { .. })
        ));
    }
}
