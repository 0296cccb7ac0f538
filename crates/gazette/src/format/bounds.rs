//! What a PDF unpacks to, looked at before the library that reads it unpacks anything.
//!
//! That library holds a whole stream in memory, and many times its size in operations, so a file of a few
//! kilobytes can ask for gigabytes. Here each stream is unpacked piece by piece, counted and thrown away.

use flate2::read::ZlibDecoder;
use std::io::Read;

/// A page of drawing operations is no longer, unpacked.
const DRAWING_BYTES_MAX: usize = 4 << 20;
/// A font is no larger, unpacked.
const FONT_BYTES_MAX: usize = 24 << 20;
/// All objects that stand packed inside streams.
const OBJECTS_BYTES_MAX: usize = 8 << 20;
/// All streams that are no pictures.
const ALL_BYTES_MAX: usize = 128 << 20;
/// States of drawing that are kept at once.
const STATES_MAX: isize = 10_000;
/// Operations of a page.
const OPERATIONS_MAX: usize = 400_000;
/// What stands before a stream and describes it.
const DESCRIPTION_BYTES_MAX: usize = 2048;

/// Why a PDF is not read, if it unpacks to more than a document holds.
pub fn excess(bytes: &[u8]) -> Option<&'static str> {
    let (mut all, mut objects) = (0, 0);
    let mut from = 0;
    while let Some(found) = find(&bytes[from..], b"stream") {
        let at = from + found;
        from = at + b"stream".len();
        let description = &bytes[at.saturating_sub(DESCRIPTION_BYTES_MAX)..at];
        let ([b'\r', b'\n', content @ ..] | [b'\n' | b'\r', content @ ..]) = &bytes[from..] else {
            continue;
        };
        if description.ends_with(b"end") {
            continue;
        }
        let description = rfind(description, b"obj").map_or(description, |obj| &description[obj..]);
        let kind = Kind::of(description);
        if kind == Kind::Picture {
            continue;
        }
        if description.windows(11).filter(|word| *word == b"FlateDecode").count() > 1 {
            return Some("a stream in it is packed twice");
        }
        let Some(size) = size(description, content, kind) else {
            return Some("it unpacks to far more than a document holds");
        };
        all += size;
        objects += if kind == Kind::Objects { size } else { 0 };
        if all > ALL_BYTES_MAX || objects > OBJECTS_BYTES_MAX {
            return Some("it unpacks to far more than a document holds");
        }
    }
    None
}

/// What a stream is, as its description says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Pixels, which no reader of text unpacks.
    Picture,
    /// Objects of the file, or where they stand.
    Objects,
    /// A font program.
    Font,
    /// Operations that draw, and all else.
    Drawing,
}

impl Kind {
    fn of(description: &[u8]) -> Self {
        let has = |word: &[u8]| find(description, word).is_some();
        if has(b"/ObjStm") || has(b"/XRef") {
            Self::Objects
        } else if has(b"/Image") && has(b"/Width") && !has(b"/Form") {
            Self::Picture
        } else if has(b"/Length1") || has(b"Type1C") || has(b"Type0C") || has(b"/OpenType") {
            Self::Font
        } else {
            Self::Drawing
        }
    }

    fn limit(self) -> usize {
        match self {
            Self::Picture => usize::MAX,
            Self::Objects => OBJECTS_BYTES_MAX,
            Self::Font => FONT_BYTES_MAX,
            Self::Drawing => DRAWING_BYTES_MAX,
        }
    }
}

/// Bytes of a stream unpacked; `None` above the limit, or if it draws more than a page does.
fn size(description: &[u8], content: &[u8], kind: Kind) -> Option<usize> {
    let mut unpacked: Box<dyn Read> = if find(description, b"FlateDecode").is_some() {
        Box::new(ZlibDecoder::new(content))
    } else {
        Box::new(&content[..find(content, b"endstream").unwrap_or(content.len())])
    };
    let mut piece = vec![0; 64 << 10];
    let (mut size, mut states, mut operations) = (0, 0, 0);
    loop {
        // Damage is for the library to judge.
        let Ok(length @ 1..) = unpacked.read(&mut piece) else { return Some(size) };
        size += length;
        for word in piece[..length].split(u8::is_ascii_whitespace) {
            // `q` saves a state, `Q` restores it.
            states += isize::from(word == b"q") - isize::from(word == b"Q");
            operations += usize::from(is_operation(word));
        }
        let is_drawing = kind == Kind::Drawing;
        if size > kind.limit() || (is_drawing && (states > STATES_MAX || operations > OPERATIONS_MAX)) {
            return None;
        }
    }
}

fn is_operation(word: &[u8]) -> bool {
    (1..=3).contains(&word.len())
        && word.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'*' | b'\'' | b'"'))
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write;

    fn pdf(description: &str, content: &[u8]) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(content).unwrap();
        let head = format!("%PDF-1.4\n4 0 obj\n<<{description}>>stream\n");
        [head.as_bytes(), &packed.finish().unwrap(), b"\nendstream\nendobj\n"].concat()
    }

    #[test]
    fn a_stream_that_unpacks_to_more_than_a_page_or_a_font_is_found() {
        let blanks = vec![b' '; FONT_BYTES_MAX + 1];
        let page = &blanks[..=DRAWING_BYTES_MAX];
        assert!(excess(&pdf("/Filter/FlateDecode", page)).is_some());
        assert!(excess(&pdf("/Length1 9/Filter/FlateDecode", page)).is_none());
        assert!(excess(&pdf("/Length1 9/Filter/FlateDecode", &blanks)).is_some());
        assert!(excess(&pdf("/Type/ObjStm/Filter/FlateDecode", &blanks)).is_some());
        assert!(excess(&pdf("/Subtype/Image/Width 9/Filter/FlateDecode", &blanks)).is_none());
        assert!(excess(&pdf("/Filter[/FlateDecode /FlateDecode]", b" ")).is_some());
    }

    #[test]
    fn operations_and_states_that_are_never_restored_are_counted() {
        assert!(excess(&pdf("/Filter/FlateDecode", &b"q ".repeat(20_000))).is_some());
        assert!(excess(&pdf("/Filter/FlateDecode", &b"q 1 w Q\n".repeat(100_000))).is_none());
        assert!(excess(&pdf("/Filter/FlateDecode", &b"q 1 w Q\n".repeat(200_000))).is_some());
        let raw = [&b"%PDF-1.4\n4 0 obj<<>>stream\n"[..], &b"q ".repeat(20_000), b"endstream"].concat();
        assert!(excess(&raw).is_some());
    }
}
