//! A marker planted wherever a maker leaves something is not in what comes out; what shows something is.

mod documents;
mod pictures;

use crate::{BYTES_MAX, Kind, Refusal, clean};
use documents::{Office, pdf};
use pictures::{jpeg, png};
use proptest::prelude::*;

/// What must not come out.
pub const MARKER: &str = "MARKER7f3a";

/// Whether the marker stands in the bytes, or in a part of the container they are.
fn holds_marker(bytes: &[u8]) -> bool {
    let has = |bytes: &[u8]| bytes.windows(MARKER.len()).any(|window| window == MARKER.as_bytes());
    let parts = documents::unpacked(bytes);
    has(bytes) || parts.iter().any(|(name, part)| name.contains(MARKER) || has(part))
}

#[test]
fn a_marker_of_the_maker_is_in_no_file_that_comes_out() {
    for (what, bytes) in [
        ("jpeg", jpeg()),
        ("png", png()),
        ("docx", Office::docx().built()),
        ("xlsx", Office::xlsx().built()),
        ("pptx", Office::pptx().built()),
        ("pdf", pdf("")),
    ] {
        assert!(holds_marker(&bytes), "{what}: nothing is planted");
        let cleaned = clean("a.bin", &bytes).unwrap_or_else(|refusal| panic!("{what}: {refusal}"));
        assert!(!holds_marker(&cleaned.bytes), "{what}");
        let again = clean("a.bin", &cleaned.bytes).expect("what was cleaned is taken");
        assert_eq!(again.kind, cleaned.kind, "{what}");
    }
}

#[test]
fn what_shows_something_stays() {
    let has = |bytes: &[u8], text: &str| {
        let parts = documents::unpacked(bytes);
        let of = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        of(bytes) || parts.iter().any(|(_, part)| of(part))
    };
    for (bytes, shown) in [
        (Office::docx().built(), "what the firm asks"),
        (Office::xlsx().built(), "invoice"),
        (Office::pptx().built(), "slide"),
        (pdf(""), "(what the firm asks) Tj"),
        (png(), "IDAT"),
    ] {
        let cleaned = clean("a", &bytes).expect("it is taken");
        assert!(has(&cleaned.bytes, shown), "{shown}");
    }
    let cleaned = clean("a", &jpeg()).expect("it is taken");
    assert!(cleaned.bytes.windows(4).any(|window| window == [1, 2, 3, 0xff]), "the data of the scan");
    assert!(cleaned.bytes.ends_with(&[0xff, 0xd9]), "nothing stands behind the end");
}

#[test]
fn a_photograph_stays_the_way_up_it_was_held() {
    let cleaned = clean("a.jpg", &jpeg()).expect("it is taken");
    let exif = cleaned.bytes.windows(6).position(|window| window == b"Exif\0\0").expect("it says so");
    let length = usize::from(cleaned.bytes[exif - 1]);
    assert_eq!(length, 34, "nothing but the orientation");
    assert_eq!(cleaned.bytes[exif + 6 + 18..exif + 6 + 20], [0, 6]);
}

#[test]
fn what_runs_hides_or_fetches_is_refused() {
    let part = |name: &str| Office::docx().with(name, MARKER).built();
    let relation = |kind: &str| {
        let body = format!(
            r#"<Relationships><Relationship Id="r" Type="x/{kind}" Target="https://example.cn/" TargetMode="External"/></Relationships>"#
        );
        Office::docx().with("word/_rels/other.xml.rels", &body).built()
    };
    for (what, bytes, refusal) in [
        ("macro", part("word/vbaProject.bin"), Refusal::Program),
        ("control", part("word/activeX/activeX1.xml"), Refusal::Program),
        ("object", part("word/embeddings/oleObject1.bin"), Refusal::OtherFiles),
        ("picture of unknown kind", part("word/media/image1.emf"), Refusal::OtherFiles),
        ("climbing out", part("../evil.xml"), Refusal::Damaged),
        ("picture elsewhere", relation("image"), Refusal::FromElsewhere),
        (
            "script",
            pdf("/OpenAction << /S /JavaScript /JS (x) >> /Names << /JavaScript 9 0 R >>"),
            Refusal::Program,
        ),
        ("files in a PDF", pdf("/Names << /EmbeddedFiles << /Names [] >> >>"), Refusal::OtherFiles),
        ("locked PDF", b"%PDF-1.4\n%%EOF".to_vec(), Refusal::Damaged),
        ("program", b"\x7fELF\x02\x01\x01\0".to_vec(), Refusal::UnknownKind),
        ("old Word", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), Refusal::UnknownKind),
        ("nothing", Vec::new(), Refusal::Empty),
        ("too large", vec![b'a'; BYTES_MAX + 1], Refusal::TooLarge),
        ("half a picture", jpeg()[..60].to_vec(), Refusal::Damaged),
        ("half a table", png()[..40].to_vec(), Refusal::Damaged),
    ] {
        assert_eq!(clean("a", &bytes).map(|cleaned| cleaned.kind), Err(refusal), "{what}");
    }
    let link = clean("a", &relation("hyperlink")).expect("a link fetches nothing by itself");
    assert_eq!(link.kind, Kind::Docx);
}

#[test]
fn the_name_ends_as_what_the_file_is_and_hides_nothing() {
    for (name, expected) in [
        ("合同.doc", "合同.txt"),
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\x\\发票 1.txt", "发票 1.txt"),
        ("a\u{202e}gpj.exe", "agpj.txt"),
        ("  .txt", "file.txt"),
        ("<script>.txt", "script.txt"),
        ("", "file.txt"),
    ] {
        assert_eq!(clean(name, "文字".as_bytes()).expect("text is taken").name, expected);
    }
}

#[test]
fn text_in_gb18030_comes_out_in_utf_8() {
    let cleaned = clean("a.csv", b"\xc6\xf3\xd2\xb5,1\r\n").expect("text is taken");
    assert_eq!(cleaned.bytes, "企业,1\r\n".as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is broken in a file, it is cleaned or refused.
    #[test]
    fn a_broken_file_is_cleaned_or_refused(
        which in 0usize..6, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let whole = match which {
            0 => jpeg(),
            1 => png(),
            2 => pdf(""),
            3 => Office::docx().built(),
            4 => Office::xlsx().built(),
            _ => Office::pptx().built(),
        };
        let mut broken = whole.clone();
        let place = at.index(broken.len());
        broken[place] = byte;
        let _ = clean("a", &broken);
        broken.truncate(cut.index(broken.len()));
        let _ = clean("a", &broken);
    }
}
