//! A form with files as browsers send it (RFC 7578), read from a body that has arrived whole.
//!
//! The gate needs the token of the form and what was asked before any handler runs, so a stream would be of no use.

use axum::http::{HeaderMap, header};

/// More parts than this no form has.
const PARTS_MAX: usize = 400;
/// Longest head of a part.
const HEAD_BYTES_MAX: usize = 4096;
/// Longest boundary, by RFC 2046.
const BOUNDARY_LENGTH_MAX: usize = 70;

/// A field of a form, or a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'b> {
    /// The name of the field.
    pub name: &'b str,
    /// The name of the file; none where it is no file.
    pub file_name: Option<&'b str>,
    /// What it says.
    pub bytes: &'b [u8],
}

/// What stands between the parts; none where the body is another kind of form.
pub fn boundary(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = text.split_once(';')?;
    let mut parameters = parameters.split(';').map(str::trim);
    let boundary = parameters.find_map(|one| one.strip_prefix("boundary="))?.trim_matches('"');
    let is_form = kind.trim().eq_ignore_ascii_case("multipart/form-data");
    (is_form && (1..=BOUNDARY_LENGTH_MAX).contains(&boundary.len())).then_some(boundary)
}

/// The parts of a body, in order; none where it is damaged.
pub fn parts<'b>(boundary: &str, body: &'b [u8]) -> Option<Vec<Part<'b>>> {
    let between = format!("\r\n--{boundary}").into_bytes();
    let mut rest = body.strip_prefix(&between[2..])?;
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let head = position(&rest[..rest.len().min(HEAD_BYTES_MAX)], b"\r\n\r\n")?;
        let content = &rest[head + 4..];
        let end = position(content, &between)?;
        parts.push(part(std::str::from_utf8(&rest[..head]).ok()?, &content[..end])?);
        if parts.len() > PARTS_MAX {
            return None;
        }
        rest = &content[end + between.len()..];
    }
    Some(parts)
}

fn part<'b>(head: &'b str, bytes: &'b [u8]) -> Option<Part<'b>> {
    let line = head.split("\r\n").find(|line| {
        line.split_once(':').is_some_and(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
    })?;
    // Browsers escape quotes within names, so none ends early.
    let parameter = |name: &str| line.split_once(&format!("; {name}=\""))?.1.split('"').next();
    Some(Part { name: parameter("name")?, file_name: parameter("filename"), bytes })
}

/// Where `wanted` begins.
fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, rest) = wanted.split_first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| byte == first)?;
        if bytes[at + 1..].starts_with(rest) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x\r\n\
        content-disposition: form-data; name=\"f.proof\"; filename=\"c.txt\"\r\nContent-Type: text/plain\r\n\r\n\
        one\r\n--y\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n\r\n--x--\r\n";

    #[test]
    fn fields_and_files_are_read_byte_by_byte() {
        let parts = parts("x", BODY).unwrap();
        let told: Vec<_> = parts.iter().map(|part| (part.name, part.file_name, part.bytes)).collect();
        let expected: [(&str, Option<&str>, &[u8]); 3] =
            [("a", None, b"b"), ("f.proof", Some("c.txt"), b"one\r\n--y\r\n"), ("e", None, b"")];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_body_that_breaks_off_anywhere_is_no_form() {
        for end in 0..BODY.len() - 4 {
            assert_eq!(parts("x", &BODY[..end]), None, "{end}");
        }
    }

    #[test]
    fn only_a_form_with_files_has_a_boundary() {
        for (kind, expected) in [
            ("multipart/form-data; boundary=x", Some("x")),
            ("Multipart/Form-Data; charset=utf-8; boundary=\"x y\"", Some("x y")),
            ("multipart/mixed; boundary=x", None),
            ("multipart/form-data; boundary=", None),
            ("application/x-www-form-urlencoded", None),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
            assert_eq!(boundary(&headers), expected, "{kind}");
        }
    }
}
