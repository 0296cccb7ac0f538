//! A scanner for Rust sources that knows just enough to find functions, their length and their arguments.
//!
//! It blanks comments, strings and characters, and then counts brackets. It is no parser: what macros
//! generate is not seen.

mod blank;
#[cfg(test)]
mod tests;

pub use blank::blank;

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Line of its `fn` keyword, from 1.
    pub line: usize,
    /// Lines from `fn` to the closing brace, both included.
    pub lines: usize,
    /// Number of arguments, `self` included.
    pub arguments: usize,
    /// Marked as a test by an attribute (`#[test]`, `#[tokio::test]`).
    pub is_test: bool,
}

/// Every function with a body in `source`, in order of appearance; functions inside functions too.
pub fn functions(source: &str) -> Vec<Function> {
    let code = blank(source);
    let starts = (0..code.len()).filter(|at| is_word(&code, *at, "fn"));
    starts.filter_map(|at| function_at(&code, at)).collect()
}

/// Line of a position, from 1.
pub fn line_of(code: &[char], at: usize) -> usize {
    1 + code[..at].iter().filter(|character| **character == '\n').count()
}

fn function_at(code: &[char], at: usize) -> Option<Function> {
    let name_start = skip_space(code, at + 2);
    let name_end = (name_start..code.len()).find(|i| !is_name(code[*i]))?;
    if name_end == name_start {
        return None; // a pointer type, or a name that a macro fills in
    }
    let open = skip_generics(code, skip_space(code, name_end))?;
    let close = closing(code, open)?;
    let body = (close..code.len()).find(|i| matches!(code[*i], '{' | ';'))?;
    let body = if code[body] == ';' { body_after_array(code, close)? } else { body };
    let end = closing(code, body)?;
    let before = modifiers(code, at);
    Some(Function {
        name: code[name_start..name_end].iter().collect(),
        line: line_of(code, at),
        lines: line_of(code, end) - line_of(code, at) + 1,
        arguments: argument_count(&code[open + 1..close]),
        is_test: before.contains("#[test]") || before.contains("::test]") || before.contains("::test("),
    })
}

/// The brace of the body when a `;` came first: it may have stood inside `[u8; 3]`.
fn body_after_array(code: &[char], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in code.iter().enumerate().skip(from + 1) {
        match character {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.checked_sub(1)?,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Attributes and keywords in front of `fn`, without spaces: everything back to the end of the item before.
fn modifiers(code: &[char], at: usize) -> String {
    let mut depth = 0_usize;
    let mut start = at;
    while start > 0 {
        match code[start - 1] {
            ']' | ')' => depth += 1,
            '[' | '(' | '{' | '}' | ';' | ',' if depth == 0 => break,
            '[' | '(' => depth -= 1,
            _ => {}
        }
        start -= 1;
    }
    code[start..at].iter().filter(|character| !character.is_whitespace()).collect()
}

/// From behind the name to the opening parenthesis, over `<…>`.
fn skip_generics(code: &[char], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for i in at..code.len() {
        match code[i] {
            '<' => depth += 1,
            '>' if matches!(code[i - 1], '-' | '=') => {}
            '>' => depth = depth.checked_sub(1)?,
            '(' if depth == 0 => return Some(i),
            character if depth == 0 && !character.is_whitespace() => return None,
            _ => {}
        }
    }
    None
}

/// The bracket that closes the one at `open`.
fn closing(code: &[char], open: usize) -> Option<usize> {
    let (opener, closer) = match code[open] {
        '(' => ('(', ')'),
        _ => ('{', '}'),
    };
    let mut depth = 0_usize;
    for (at, character) in code.iter().enumerate().skip(open) {
        if *character == opener {
            depth += 1;
        } else if *character == closer {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Arguments between two parentheses: parts separated by commas outside any bracket.
fn argument_count(code: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut parts = vec![false];
    for (at, character) in code.iter().enumerate() {
        match character {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if at > 0 && matches!(code[at - 1], '-' | '=') => {}
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(false);
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            *part |= !character.is_whitespace();
        }
    }
    parts.into_iter().filter(|filled| *filled).count()
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether `word` stands at `at` as a word of its own.
fn is_word(code: &[char], at: usize, word: &str) -> bool {
    let length = word.chars().count();
    at + length <= code.len()
        && word.chars().eq(code[at..at + length].iter().copied())
        && (at == 0 || !(is_name(code[at - 1]) || code[at - 1] == '#'))
        && code.get(at + length).is_none_or(|next| !is_name(*next))
}

fn skip_space(code: &[char], at: usize) -> usize {
    (at..code.len()).find(|i| !code[*i].is_whitespace()).unwrap_or(code.len())
}
