//! Files that are damaged, enormous, mislabelled or made to do harm: each gives a reading, or one line that
//! says what to do, and never a panic.

use gazette::{Hints, ReadError, Reading};
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const MEGABYTE: usize = 1 << 20;
const DOCUMENT: &str = "word/document.xml";
const DOCUMENT_START: &str = "<w:document><w:body>";
const DOCUMENT_END: &str = "</w:body></w:document>";

/// Files above this are tried under one name only, to save time.
const LARGE_BYTES_MIN: usize = 64 << 10;

/// Reads a file under each name it could have; the last outcome.
fn read(bytes: &[u8]) -> Result<Reading, ReadError> {
    let names = [None, Some("file.html"), Some("file.md"), Some("file.docx"), Some("file.txt")];
    let names = if bytes.len() < LARGE_BYTES_MIN { &names[..] } else { &names[..1] };
    let mut last = None;
    for name in names.iter().copied() {
        let outcome = gazette::read(bytes, Hints { file_name: name });
        if let Err(error) = &outcome {
            let message = error.to_string();
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(message.contains(" · "), "{message}");
        }
        last = Some(outcome);
    }
    last.expect("a name was tried")
}

/// The message of a file that must be refused.
#[track_caller]
fn refused(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(reading) => panic!("a reading titled `{}` of a file that holds none", reading.title()),
        Err(error) => error.to_string(),
    }
}

/// A zip with these parts.
fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part of a zip in memory opens");
        zip.write_all(content).expect("memory takes every byte");
    }
    zip.finish().expect("a zip in memory closes").into_inner()
}

/// A Word document with this body.
fn docx_of(body: &str) -> Vec<u8> {
    zip_of(&[(DOCUMENT, format!("{DOCUMENT_START}{body}{DOCUMENT_END}").as_bytes())])
}

/// Bytes without any pattern, the same every time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn an_empty_file_is_refused() {
    for bytes in [&b""[..], b" \n\t\r\n", "　　\n".as_bytes(), &[0xEF, 0xBB, 0xBF], &[0xFF, 0xFE]] {
        assert!(refused(bytes).contains("empty"), "{bytes:?}");
    }
}

#[test]
fn a_binary_file_is_refused() {
    refused(&noise(MEGABYTE));
    refused(&(0..=255).cycle().take(4096).collect::<Vec<u8>>());
    refused(&[0; 4096]);
    refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0");
    refused(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0");
    refused(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]);
}

#[test]
fn a_word_document_that_breaks_off_is_refused() {
    let paragraph = "<w:p><w:r><w:t>第一条 样城制定本办法。</w:t></w:r></w:p>";
    let whole = docx_of(&paragraph.repeat(200));
    assert!(read(&whole).is_ok());
    for part in 1..16 {
        refused(&whole[..whole.len() * part / 16]);
    }
}

#[test]
fn a_zip_bomb_is_refused_without_unpacking_it() {
    let blanks = " ".repeat(96 * MEGABYTE);
    assert!(refused(&docx_of(&blanks)).contains("unpacks"));
    let list = zip_of(&[
        ("word/numbering.xml", blanks.as_bytes()),
        (DOCUMENT, format!("{DOCUMENT_START}<w:p/>{DOCUMENT_END}").as_bytes()),
    ]);
    assert!(refused(&list).contains("unpacks"));
}

#[test]
fn a_zip_that_is_no_word_document_is_refused() {
    assert!(refused(&zip_of(&[("notes.txt", b"text")])).contains(DOCUMENT));
    refused(&zip_of(&[]));
    refused(&zip_of(&[(DOCUMENT, b"")]));
    refused(&zip_of(&[(DOCUMENT, &noise(4096))]));
    refused(b"PK\x03\x04");
    refused(b"PK\x03\x04 and then some words");
}

#[test]
fn xml_that_is_not_well_formed_does_no_harm() {
    for xml in [
        "<w:document><w:body><w:p><w:t>样城",
        "<w:p></w:tbl></w:tc></w:tr></w:p>",
        "<w:t>一<w:t>二</w:p></w:document></w:body>",
        "<w:p <w:t>样城</w:t>",
        "<w:p><w:t>&undefined; &#x110000; &#xD800; &</w:t></w:p>",
        "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;\">]><w:p><w:t>&d;</w:t></w:p>",
        "<![CDATA[<w:p>",
        "<w:tbl><w:tr><w:tc><w:gridSpan w:val=\"99999999999\"/><w:vMerge/><w:t>样城</w:t></w:tc></w:tr></w:tbl>",
        "<w:tbl><w:tc><w:vMerge w:val=\"restart\"/></w:tc></w:tbl><w:tr><w:tc><w:vMerge/></w:tc></w:tr>",
        "no element at all",
    ] {
        let _ = read(&zip_of(&[(DOCUMENT, xml.as_bytes())]));
    }
}

#[test]
fn tables_in_tables_in_a_word_document_are_read_to_some_depth() {
    let depth = 50_000;
    let open = "<w:tbl><w:tr><w:tc>".repeat(depth);
    let close = "</w:tc></w:tr></w:tbl>".repeat(depth);
    let cell = "<w:p><w:r><w:t>样城市工信局</w:t></w:r></w:p>";
    let varied = "<w:p><w:r><w:t>2031</w:t></w:r></w:p>".repeat(60_000);
    let _ = read(&docx_of(&format!("{open}{cell}{close}{varied}")));
    let _ = read(&docx_of(&format!("{open}{cell}{varied}")));
}

#[test]
fn thirty_megabytes_of_text_are_refused() {
    let line = "样城市人民政府办公室印发本办法。\n";
    let text = line.repeat(30 * MEGABYTE / line.len());
    assert!(refused(text.as_bytes()).contains("bytes"));
}

#[test]
fn a_long_text_of_one_kind_of_line_is_read() {
    let lines = [
        "第一条 样城制定本办法。\n",
        "一、扩大供给（责任单位：市工信局）\n",
        "（一）扩大供给，达到10亿元以上。\n",
        "1\t扩大供给\t*市工信局 市财政局\t2030年\n",
        "| 1 | 扩大供给 | 市工信局 |\n",
        "2030年1月1日\n",
        "样城",
        "10",
        "，",
    ];
    for line in lines {
        let _ = read(line.repeat(MEGABYTE / 4 / line.len()).as_bytes());
    }
}

#[test]
fn one_paragraph_that_never_ends_is_read() {
    let law = "第一条 甲。\n第二条 乙。\n第三条 ";
    let _ =
        read(format!("{law}{}", "样城制定本办法和细则并公布和施行以及解释和修改\n".repeat(500)).as_bytes());
    let goal = "到2031年，茶叶产值达到10亿元以上，".repeat(500);
    let tasks = "1.甲。（责任单位：市甲局）\n2.乙。（责任单位：市乙局）\n";
    let _ = read(format!("样城工作方案\n一、工作目标\n{goal}\n二、任务\n{tasks}").as_bytes());
    let _ = read(format!("样城通知\n{}", "**粗**".repeat(2000)).as_bytes());
}

#[test]
fn a_million_nested_elements_are_read() {
    let _ = read("<div>".repeat(1_000_000).as_bytes());
    let text = format!("{}样城{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    let _ = read(text.as_bytes());
    let _ = read("<ol><li>".repeat(200_000).as_bytes());
}

#[test]
fn two_hundred_thousand_nested_tables_are_read() {
    let _ = read("<table><tr><td>".repeat(200_000).as_bytes());
    let _ = read("<table><tr><td>1<td>".repeat(50_000).as_bytes());
    let _ = read("<table><tr><td>样城".repeat(50_000).as_bytes());
}

#[test]
fn cells_that_claim_to_cover_the_earth_are_read() {
    let cell = "<td colspan=4000000000 rowspan=99999999999999999999>市工信局</td>";
    let row = format!("<tr>{}</tr>", cell.repeat(40));
    let head = "<tr><td>序号</td><td>工作任务</td><td>责任单位</td></tr>";
    let _ = read(format!("<table>{head}{}</table>", row.repeat(200)).as_bytes());
}

#[test]
fn tags_that_never_close_are_text() {
    // A division makes a page of each.
    for (piece, count) in [
        ("<a \"", 100_000),
        ("<", 100_000),
        ("<!--", 100_000),
        ("<p title='", 50_000),
        ("<script>", 50_000),
        ("&amp", 50_000),
        ("&#x;", 50_000),
    ] {
        let _ = read(format!("<div>样城{}", piece.repeat(count)).as_bytes());
    }
    let _ = read("<a \"".repeat(500_000).as_bytes());
}

#[test]
fn a_text_of_only_brackets_is_read() {
    for brackets in ["（", "）", "（）", "(", "【〔[", "》《", "（责任单位：", "）（一", "“", "\u{300a}（"]
    {
        let _ = read(brackets.repeat(10_000).as_bytes());
        let _ = read(format!("{brackets}\n").repeat(10_000).as_bytes());
    }
}

#[test]
fn a_wrongly_encoded_text_is_refused_or_read() {
    let sentence = "样城市人民政府关于印发办法的通知。".repeat(40);
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&sentence);
    assert!(read(&gb18030).is_ok());
    let mut damaged = sentence.clone().into_bytes();
    damaged[301] = 0xFF;
    let (other_half, _, _) = encoding_rs::GB18030.encode("后半是另一种编码。");
    let mixed = [sentence.as_bytes(), &other_half].concat();
    let latin: Vec<u8> = (0xC0..=0xFF).cycle().take(2000).collect();
    let utf_16: Vec<u8> = sentence.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let half_a_unit = [&[0xFF, 0xFE][..], &utf_16[..7]].concat();
    let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("カタカナで書かれた文章です。これは例です。");
    for bytes in [&damaged[..], &mixed, &latin, &utf_16, &half_a_unit, &japanese, &[0x80], &[0x81; 999]] {
        let _ = read(bytes);
    }
    assert!(refused(&damaged).contains("byte"), "a bad byte is named");
}

#[test]
fn a_pdf_of_garbage_is_refused() {
    refused(b"%PDF-1.7\n");
    refused(b"%PDF-");
    refused(&[b"%PDF-1.4\n".to_vec(), noise(64 << 10)].concat());
    refused(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF");
    refused(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n\
          trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    );
    refused(&[&b"%PDF-1.4\n"[..], &b"<<".repeat(100_000)].concat());
    refused(&[&b"%PDF-1.4\n1 0 obj "[..], &b"[".repeat(100_000)].concat());
}
