//! What is quoted in a sentence in the other language than that of the page, marked as such.

use crate::frame::Page;
use domain::Language;
use std::fmt::Write as _;

/// Quotation marks: opening and closing.
const QUOTES: [(char, char); 2] = [('“', '”'), ('"', '"')];

impl Page {
    /// The escaped text; every quotation in the other language has its own `lang`.
    pub fn foreign(&self, text: &str) -> String {
        marked(self.language, text)
    }
}

/// The escaped text of a page in `language`, with quotations in the other language marked.
pub fn marked(language: Language, text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, quote, after)) = next_quote(rest) {
        put_escaped(before, &mut html);
        match other_language(language, quote) {
            Some(lang) => {
                let _ = write!(html, "<span lang=\"{lang}\">");
                put_escaped(quote, &mut html);
                html.push_str("</span>");
            }
            None => put_escaped(quote, &mut html),
        }
        rest = after;
    }
    put_escaped(rest, &mut html);
    html
}

/// The text up to and with an opening quotation mark, the quotation, and what follows from its closing mark on.
fn next_quote(text: &str) -> Option<(&str, &str, &str)> {
    let (at, open) = text.char_indices().find(|(_, one)| QUOTES.iter().any(|(open, _)| open == one))?;
    let (_, close) = QUOTES.into_iter().find(|(one, _)| *one == open)?;
    let start = at + open.len_utf8();
    let end = start + text[start..].find(close)?;
    // The closing mark goes with the quotation, lest it open the next one.
    let end = end + close.len_utf8();
    Some((&text[..start], &text[start..end], &text[end..]))
}

/// The language of a quotation, where it is not that of the page.
fn other_language(language: Language, quote: &str) -> Option<&'static str> {
    let is_chinese = quote.chars().any(|one| ('\u{3400}'..='\u{9fff}').contains(&one));
    match language {
        Language::En if is_chinese => Some("zh-Hans"),
        Language::Zh if !is_chinese && quote.chars().any(|one| one.is_ascii_alphabetic()) => Some("en"),
        _ => None,
    }
}

fn put_escaped(text: &str, html: &mut String) {
    for one in text.chars() {
        match one {
            '<' | '>' | '&' | '"' | '\'' => {
                let _ = write!(html, "&#{};", u32::from(one));
            }
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_in_the_other_language_is_marked() {
        let english = marked(Language::En, "A person has to decide: “示范作用明显”.");
        assert_eq!(english, "A person has to decide: “<span lang=\"zh-Hans\">示范作用明显”</span>.");
        let chinese = marked(Language::Zh, "“sets an example”须由经办人认定，“示范”不用。");
        assert_eq!(chinese, "“<span lang=\"en\">sets an example”</span>须由经办人认定，“示范”不用。");
        assert_eq!(
            marked(Language::En, "judged(\"是\")"),
            "judged(&#34;<span lang=\"zh-Hans\">是&#34;</span>)"
        );
    }

    #[test]
    fn everything_is_escaped_and_an_open_quotation_is_left_alone() {
        assert_eq!(marked(Language::En, "“<b>中</b>"), "“&#60;b&#62;中&#60;/b&#62;");
        assert_eq!(marked(Language::Zh, "a & \"b"), "a &#38; &#34;b");
    }
}
