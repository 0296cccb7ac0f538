//! Words for full-text indexes: the same for every engine, because no engine knows where a Chinese word ends.
//!
//! Latin words and figures are whole; of a run of Chinese characters each begins a token of two, itself and the one
//! after it, and the last of a run stands alone. So a query of two characters or more is a row of tokens, and a query
//! of one character is the beginning of a token.

use unicode_normalization::UnicodeNormalization;

/// Tokens that stand one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The tokens.
    pub tokens: Vec<String>,
    /// Whether a token of the text need only begin with the last.
    pub is_open: bool,
}

/// What somebody looks for: all of these phrases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordQuery {
    /// In the order in which they were typed; none where nothing was typed that could be looked for.
    pub phrases: Vec<Phrase>,
}

/// The tokens of a text, a blank between.
pub fn tokens(text: &str) -> String {
    listed(text).into_iter().map(|(token, _)| token).collect::<Vec<_>>().join(" ")
}

/// What to look for; what stands between blanks is one phrase.
pub fn query(text: &str) -> WordQuery {
    let phrases = text.split_whitespace().filter_map(|part| {
        let mut listed = listed(part);
        // The last character of a run begins no token of its own where the text goes on after it.
        let is_tail = |at: usize| listed.get(at).is_some_and(|(_, place)| *place == Place::Tail);
        let is_open = match listed.len() {
            0 => return None,
            1 => listed[0].1 != Place::Word,
            length => {
                if is_tail(length - 1) {
                    listed.pop();
                }
                listed.last().is_some_and(|(token, _)| is_single_han(token))
            }
        };
        Some(Phrase { tokens: listed.into_iter().map(|(token, _)| token).collect(), is_open })
    });
    WordQuery { phrases: phrases.collect() }
}

/// Where in its run a token begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A word of letters and figures.
    Word,
    /// A Chinese character with another after it, or one that stands alone.
    Inner,
    /// The last character of a run of two or more.
    Tail,
}

fn listed(text: &str) -> Vec<(String, Place)> {
    let characters: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
    let mut listed: Vec<(String, Place)> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let kind = sort(characters[at]);
        let end = characters[at..].iter().position(|other| sort(*other) != kind);
        let end = end.map_or(characters.len(), |length| at + length);
        let run = &characters[at..end];
        match kind {
            Sort::Other => {}
            Sort::Letter => listed.push((run.iter().collect(), Place::Word)),
            Sort::Han => listed.extend((0..run.len()).map(|from| {
                let token = run[from..run.len().min(from + 2)].iter().collect();
                let is_tail = from > 0 && from + 1 == run.len();
                (token, if is_tail { Place::Tail } else { Place::Inner })
            })),
        }
        at = end;
    }
    listed
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letter,
    Han,
    Other,
}

fn sort(character: char) -> Sort {
    match character {
        '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
        | '〇' => Sort::Han,
        _ if character.is_alphanumeric() => Sort::Letter,
        _ => Sort::Other,
    }
}

fn is_single_han(token: &str) -> bool {
    let mut characters = token.chars();
    characters.next().is_some_and(|one| sort(one) == Sort::Han) && characters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chinese_is_told_in_overlapping_pairs_and_words_are_whole_and_small() {
        for (text, expected) in [
            ("温州市", "温州 州市 市"),
            ("税", "税"),
            ("ABC科技，300万元", "abc 科技 技 300 万元 元"),
            ("Ｗｉｄｅ ﹝2026﹞ 号", "wide 2026 号"),
            ("  ，。", ""),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    /// Whether the index finds a query in a text, slowly.
    fn finds(text: &str, wanted: &str) -> bool {
        let indexed = tokens(text);
        let indexed: Vec<&str> = indexed.split_whitespace().collect();
        let query = query(wanted);
        query.phrases.iter().all(|phrase| {
            indexed.windows(phrase.tokens.len()).any(|window| {
                let last = window.len() - 1;
                window.iter().zip(&phrase.tokens).enumerate().all(|(at, (found, token))| {
                    if at == last && phrase.is_open {
                        found.starts_with(token.as_str())
                    } else {
                        found == token
                    }
                })
            })
        })
    }

    #[test]
    fn a_query_is_found_wherever_it_stands_in_a_text() {
        let text = "关于温州市ABC科技公司用电报装的诉求：300万元";
        for (wanted, is_found) in [
            ("温州", true),
            ("温州市", true),
            ("求", true),
            ("司", true),
            ("abc科技", true),
            ("市abc", true),
            ("报装的诉求", true),
            ("温州 诉求", true),
            ("温市", false),
            ("科技用电", false),
            ("30", false),
            ("", true),
        ] {
            assert_eq!(finds(text, wanted), is_found, "{wanted}");
        }
    }

    proptest! {
        #[test]
        fn every_part_of_a_run_of_chinese_is_found(text in "[企业用电税费温州市局]{1,30}", from in 0_usize..30, length in 1_usize..8) {
            let characters: Vec<char> = text.chars().collect();
            let from = from % characters.len();
            let part: String = characters[from..characters.len().min(from + length)].iter().collect();
            prop_assert!(finds(&text, &part), "{} in {}", part, text);
        }

        #[test]
        fn what_is_found_stands_in_the_text(text in "[企业用电税a1，]{1,20}", wanted in "[企业用电税]{1,4}") {
            prop_assert_eq!(finds(&text, &wanted), text.contains(&wanted));
        }
    }
}
