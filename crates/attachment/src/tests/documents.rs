//! The smallest documents, with a marker in every place an office program writes to.

use super::{MARKER, pictures};
use std::io::{Cursor, Read as _, Write as _};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A document of an office program, part by part.
pub struct Office(Vec<(String, Vec<u8>)>);

impl Office {
    fn of(main: &str, body: &str) -> Self {
        let folder = main.split('/').next().expect("the main part stands in a folder");
        let types = format!(
            r#"<?xml version="1.0"?><Types><Override PartName="/{main}" ContentType="x+xml"/><Override PartName="/docProps/core.xml" ContentType="y"/></Types>"#
        );
        let core = format!("<cp:coreProperties><dc:creator>{MARKER}</dc:creator></cp:coreProperties>");
        let relations = format!(
            r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="{main}"/><Relationship Id="b" Type="x/core" Target="docProps/core.xml"/></Relationships>"#
        );
        Self(Vec::new())
            .with("[Content_Types].xml", &types)
            .with("_rels/.rels", &relations)
            .with("docProps/core.xml", &core)
            .with("docProps/custom.xml", MARKER)
            .with("customXml/item1.xml", MARKER)
            .with(&format!("{folder}/printerSettings/printerSettings1.bin"), MARKER)
            .with(main, body)
            .with_bytes(&format!("{folder}/media/image1.jpeg"), pictures::jpeg())
            .with_bytes(&format!("{folder}/media/image2.png"), pictures::png())
    }

    /// A text with a change that is tracked, a comment, and numbers of editing sessions.
    pub fn docx() -> Self {
        let body = format!(
            r#"<?xml version="1.0"?><w:document><w:p w:rsidR="{MARKER}"><w:ins w:author="{MARKER}"><w:t>what the firm asks</w:t></w:ins></w:p><!-- {MARKER} --></w:document>"#
        );
        let comments =
            format!(r#"<w:comments><w:comment w:author="{MARKER}" w:initials="{MARKER}"/></w:comments>"#);
        let settings = format!(
            r#"<w:settings><w:rsids><w:rsid w:val="{MARKER}"/></w:rsids><w:docId val="{MARKER}"/></w:settings>"#
        );
        Self::of("word/document.xml", &body)
            .with("word/comments.xml", &comments)
            .with("word/settings.xml", &settings)
            .with("word/people.xml", MARKER)
    }

    /// A table with a comment and the path it was saved under.
    pub fn xlsx() -> Self {
        let body = format!(
            r#"<workbook><fileSharing userName="{MARKER}"/><x15ac:absPath url="{MARKER}"/><sheets><sheet name="invoice"/></sheets></workbook>"#
        );
        let comments = format!("<comments><authors><author>{MARKER}</author></authors></comments>");
        Self::of("xl/workbook.xml", &body)
            .with("xl/comments1.xml", &comments)
            .with("xl/persons/person.xml", MARKER)
    }

    /// Slides with the author of a comment.
    pub fn pptx() -> Self {
        let authors = format!(
            r#"<p:cmAuthorLst><p:cmAuthor displayName="{MARKER}" initials="{MARKER}"/></p:cmAuthorLst>"#
        );
        Self::of("ppt/presentation.xml", "<p:presentation><p:t>slide</p:t></p:presentation>")
            .with("ppt/commentAuthors.xml", &authors)
    }

    /// With one more part.
    pub fn with(self, name: &str, text: &str) -> Self {
        self.with_bytes(name, text.as_bytes().to_vec())
    }

    fn with_bytes(mut self, name: &str, bytes: Vec<u8>) -> Self {
        self.0.push((name.to_owned(), bytes));
        self
    }

    /// The container.
    pub fn built(self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.set_comment(MARKER).expect("a comment is short");
        for (name, bytes) in self.0 {
            writer.start_file(name, SimpleFileOptions::default()).expect("a container in memory takes parts");
            writer.write_all(&bytes).expect("a container in memory takes bytes");
        }
        writer.finish().expect("a container in memory ends").into_inner()
    }
}

/// The parts of a container; none where it is no container.
pub fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("it was built here");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("it was built here");
        let name = file.name().expect("it was built here").into_owned();
        parts.push((name, content));
    }
    parts
}

/// A page with a line of text; `catalog` is written into its catalog.
pub fn pdf(catalog: &str) -> Vec<u8> {
    let photograph = pictures::jpeg();
    let content = "BT (what the firm asks) Tj ET";
    let objects: Vec<Vec<u8>> = vec![
        format!("<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R {catalog} >>").into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /LastModified ({MARKER}) /PieceInfo << /A ({MARKER}) >> /Resources << /XObject << /I 7 0 R >> >> /Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 1 1] /T ({MARKER}) >>] >>").into_bytes(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()).into_bytes(),
        format!("<< /Author ({MARKER}) /Producer ({MARKER}) >>").into_bytes(),
        format!("<< /Type /Metadata /Length {} >>\nstream\n{MARKER}\nendstream", MARKER.len()).into_bytes(),
        [
            format!("<< /Type /XObject /Subtype /Image /Filter /DCTDecode /Length {} >>\nstream\n", photograph.len()).into_bytes(),
            photograph,
            b"\nendstream".to_vec(),
        ]
        .concat(),
    ];
    let (mut bytes, mut places) = (b"%PDF-1.4\n".to_vec(), Vec::new());
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R /Info 5 0 R /ID [({MARKER}) ({MARKER})] >>\nstartxref\n{table}\n%%EOF\n{MARKER}",
        objects.len() + 1
    );
    bytes.extend(trailer.into_bytes());
    bytes
}
