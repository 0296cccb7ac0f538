//! Blanks what is not code: comments, strings and characters become spaces of the same length.

/// The source with comments, strings and characters replaced by spaces; line breaks stay.
pub fn blank(source: &str) -> Vec<char> {
    let mut code: Vec<char> = source.chars().collect();
    let mut at = 0;
    while at < code.len() {
        let end = end_of_non_code(&code, at);
        match end {
            Some(end) => {
                let end = end.min(code.len());
                code[at..end].iter_mut().filter(|character| **character != '\n').for_each(|c| *c = ' ');
                at = end.max(at + 1);
            }
            None => at += 1,
        }
    }
    code
}

/// Where the comment, string or character that begins at `at` ends; nothing when code stands there.
fn end_of_non_code(code: &[char], at: usize) -> Option<usize> {
    let next = code.get(at + 1).copied();
    match code[at] {
        '/' if next == Some('/') => Some(position(code, at, |c| c == '\n')),
        '/' if next == Some('*') => Some(end_of_block_comment(code, at)),
        '"' => Some(end_of_quoted(code, at, '"')),
        'r' if !continues_a_name(code, at) => end_of_raw_string(code, at + 1),
        '\'' if is_character(code, at) => Some(end_of_quoted(code, at, '\'')),
        _ => None,
    }
}

fn position(code: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    (from..code.len()).find(|i| wanted(code[*i])).unwrap_or(code.len())
}

/// Block comments nest.
fn end_of_block_comment(code: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut i = at;
    while i + 1 < code.len() {
        match (code[i], code[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    code.len()
}

fn end_of_quoted(code: &[char], at: usize, quote: char) -> usize {
    let mut i = at + 1;
    while i < code.len() && code[i] != quote {
        i += if code[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// Behind `r`: any number of `#`, a quote, and the same in reverse. `r#type` is a name, not a string.
fn end_of_raw_string(code: &[char], at: usize) -> Option<usize> {
    let quote = position(code, at, |c| c != '#');
    if code.get(quote) != Some(&'"') {
        return None;
    }
    let hashes = quote - at;
    let closes = |i: usize| {
        code[i] == '"' && code.len() - i > hashes && code[i + 1..=i + hashes].iter().all(|c| *c == '#')
    };
    Some((quote + 1..code.len()).find(|i| closes(*i)).map_or(code.len(), |i| i + hashes + 1))
}

/// Whether the letter at `at` is the last of a longer name (`br"…"` and `cr"…"` are strings all the same).
fn continues_a_name(code: &[char], at: usize) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let prefixed = at > 0 && matches!(code[at - 1], 'b' | 'c') && (at == 1 || !is_name(code[at - 2]));
    at > 0 && is_name(code[at - 1]) && !prefixed
}

/// A quote opens a character when an escape follows or the second one after it closes it; else a lifetime.
fn is_character(code: &[char], at: usize) -> bool {
    code.get(at + 1) == Some(&'\\') || code.get(at + 2) == Some(&'\'')
}
