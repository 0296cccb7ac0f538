//! A small tokenizer for HTML, whole pages and pieces alike, that knows where every token stands.
//!
//! It never looks back and gives up on a tag that does not close, so any input costs linear time.

/// A piece of marked-up text.
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Its characters.
    pub text: &'a str,
    /// Offset of its first character.
    pub at: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Characters to be read, entities still in them.
    Text,
    /// A start tag.
    Start(&'a str),
    /// An end tag.
    End(&'a str),
    /// A comment, a declaration, the content of a script or a style.
    Hidden,
}

/// Tags longer than this are text.
const TAG_BYTES_MAX: usize = 64 << 10;
/// After so many tags that do not close, every `<` is text.
const BROKEN_TAGS_MAX: usize = 200;

/// The tokens of a text, in order and without gaps.
pub struct Tokens<'a> {
    rest: &'a str,
    at: u32,
    raw: Option<&'a str>,
    broken: usize,
}

/// Tokenizes `source`, whose first character stands at `at`.
pub fn tokens(source: &str, at: u32) -> Tokens<'_> {
    Tokens { rest: source, at, raw: None, broken: 0 }
}

/// Whether a text is a page, or holds tables or divisions of one.
pub fn has_page_elements(text: &str) -> bool {
    let opens = |name: &str| {
        text.match_indices('<').take(20_000).any(|(at, _)| {
            let rest = text.as_bytes().get(at + 1..at + 1 + name.len()).unwrap_or_default();
            let after = text.as_bytes().get(at + 1 + name.len());
            rest.eq_ignore_ascii_case(name.as_bytes())
                && matches!(after, Some(b' ' | b'>' | b'\n' | b'\t' | b'\r'))
        })
    };
    ["html", "body", "table", "div", "tbody", "td", "p align", "section", "article"]
        .iter()
        .any(|name| opens(name))
}

impl<'a> Tokens<'a> {
    fn take(&mut self, bytes: usize, kind: Kind<'a>) -> Token<'a> {
        let (text, rest) = self.rest.split_at(bytes);
        let token = Token { kind, text, at: self.at };
        self.at += text.chars().count() as u32;
        self.rest = rest;
        token
    }

    /// The kind and length of the tag at the start of the rest, if one is there and closes.
    fn tag(&mut self) -> Option<(Kind<'a>, usize)> {
        let bytes = self.rest.as_bytes();
        match bytes.get(1)? {
            b'!' | b'?' => {
                let close = if self.rest.starts_with("<!--") { "-->" } else { ">" };
                let end = self.rest.find(close).map_or(self.rest.len(), |end| end + close.len());
                Some((Kind::Hidden, end))
            }
            b'/' if is_element(&self.rest[2..]) => {
                self.closing(2).map(|end| (Kind::End(name(&self.rest[2..end])), end))
            }
            _ if is_element(&self.rest[1..]) => {
                self.closing(1).map(|end| (Kind::Start(name(&self.rest[1..end])), end))
            }
            _ => None,
        }
    }

    fn closing(&mut self, start: usize) -> Option<usize> {
        let mut quote = None;
        for (at, byte) in self.rest.bytes().enumerate().take(TAG_BYTES_MAX).skip(start) {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'>') => return Some(at + 1),
                (None, b'<') => break,
                _ => {}
            }
        }
        self.broken += 1;
        None
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(name) = self.raw.take() {
            let end = end_of_raw(self.rest, name);
            if end > 0 {
                return Some(self.take(end, Kind::Hidden));
            }
        }
        if self.rest.starts_with('<')
            && self.broken < BROKEN_TAGS_MAX
            && let Some((kind, length)) = self.tag()
        {
            if let Kind::Start(name) = kind
                && is_raw(name)
                && !self.rest[..length].ends_with("/>")
            {
                self.raw = Some(name);
            }
            return Some(self.take(length, kind));
        }
        let first = self.rest.chars().next().map_or(1, char::len_utf8);
        let end = self.rest[first..].find('<').map_or(self.rest.len(), |end| end + first);
        Some(self.take(end, Kind::Text))
    }
}

/// Names of the elements of HTML, and those office programs add; `<GB/T 2260>` and `a<b` are text.
const ELEMENTS: &str = " a abbr address article aside audio b base blockquote body br button canvas caption center cite code col colgroup dd del details dfn div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark meta nav noscript object ol optgroup option p param pre s script section select small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr tt u ucapcontent ul var video wbr xmp ";

/// Whether what follows `<` or `</` is the name of an element.
fn is_element(rest: &str) -> bool {
    let name = name(rest);
    let after = rest[name.len()..].chars().next();
    let ends = after.is_none_or(|c| c.is_whitespace() || matches!(c, '>' | '/' | '<'));
    if name.contains(':') {
        return ends;
    }
    (1..=12).contains(&name.len()) && ends && ELEMENTS.contains(&format!(" {} ", name.to_ascii_lowercase()))
}

fn name(inside: &str) -> &str {
    let end =
        inside.find(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '-').unwrap_or(inside.len());
    &inside[..end]
}

fn is_raw(name: &str) -> bool {
    ["script", "style", "textarea", "noscript", "xmp"].iter().any(|raw| name.eq_ignore_ascii_case(raw))
}

fn end_of_raw(rest: &str, name: &str) -> usize {
    let closes = |at: &usize| {
        rest.as_bytes()
            .get(at + 2..at + 2 + name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
    };
    rest.match_indices("</").map(|(at, _)| at).find(closes).unwrap_or(rest.len())
}

/// The value of an attribute in a start tag.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(name) {
        let at = from + found;
        let after = tag[at + name.len()..].trim_start();
        if lower[..at].ends_with(|c: char| c.is_whitespace())
            && let Some(value) = after.strip_prefix('=')
        {
            let value = value.trim_start();
            return Some(match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default(),
                _ => value.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default(),
            });
        }
        from = at + name.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_leave_no_gap_and_a_comparison_is_no_tag() {
        let source = "<p class='a>b'>失业率 <5.5，R&amp;D</p><!-- 注 --><script>if (a<b) {}</script>完<p";
        let tokens: Vec<_> = tokens(source, 0).collect();
        assert_eq!(tokens.iter().map(|t| t.text).collect::<String>(), source);
        let kinds: Vec<_> = tokens.iter().map(|t| t.kind).collect();
        assert_eq!(kinds[0], Kind::Start("p"));
        assert!(kinds.contains(&Kind::Hidden));
        assert_eq!(kinds.iter().filter(|k| matches!(k, Kind::Start("script"))).count(), 1);
    }

    #[test]
    fn only_elements_of_html_are_tags() {
        for text in ["依照<GB/T 2260>执行", "根据<App个人信息管理办法>等规定", "若x<y且c>d"]
        {
            assert!(tokens(text, 0).all(|token| token.kind == Kind::Text), "{text}");
        }
    }

    #[test]
    fn attributes_are_found_with_and_without_quotes() {
        assert_eq!(attribute(r#"<td colspan="5" rowspan=2>"#, "colspan"), Some("5"));
        assert_eq!(attribute(r#"<td colspan="5" rowspan=2>"#, "rowspan"), Some("2"));
        assert_eq!(attribute("<td data-colspan=7>", "colspan"), None);
    }
}
