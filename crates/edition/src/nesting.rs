//! How deep a TOML text nests, found without recursion before it is parsed.
//!
//! Brackets and dots of keys both nest. The count only has to be an upper bound of what a parser builds, so a
//! dot inside a number counts too.

/// Deepest nesting that is read.
pub(crate) const DEPTH_MAX: usize = 64;

/// The first line that nests deeper than [`DEPTH_MAX`].
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let mut line = 1;
    // Dots since the last separator, one entry for each open bracket and one for the line itself.
    let mut dots = vec![0_usize];
    let mut depth = 0;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let step = match character {
            '"' | '\'' => string_length(rest),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            _ => character.len_utf8(),
        };
        match character {
            '[' | '{' => {
                dots.push(0);
                depth += 1;
            }
            ']' | '}' if dots.len() > 1 => depth -= dots.pop().unwrap_or(0) + 1,
            '.' => {
                depth += 1;
                if let Some(last) = dots.last_mut() {
                    *last += 1;
                }
            }
            ',' => depth -= dots.last_mut().map_or(0, std::mem::take),
            '\n' if dots.len() == 1 => depth -= dots.last_mut().map_or(0, std::mem::take),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Some(line);
        }
        line += rest[..step].matches('\n').count();
        rest = &rest[step..];
    }
    None
}

/// Bytes of the string that `text` opens with, quotes included; a string that never ends, ends with its line.
fn string_length(text: &str) -> usize {
    let quote = if text.starts_with('"') { '"' } else { '\'' };
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let many_lines = text.starts_with(&triple);
    let opening = if many_lines { 3 } else { 1 };
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(opening) {
        let ends = if many_lines { text[at..].starts_with(&triple) } else { character == quote };
        match character {
            '\n' if !many_lines => return at,
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if ends => return at + opening,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_found_with_its_line() {
        assert_eq!(too_deep(&format!("a = 1\nb = {}", "[".repeat(100_000))), Some(2));
        assert_eq!(too_deep(&format!("\n\n{}a = 1", "a.".repeat(100_000))), Some(3));
        assert_eq!(too_deep(&"a = {b.c.d = ".repeat(30)), Some(1));
    }

    #[test]
    fn brackets_and_dots_that_do_not_nest_are_not_counted() {
        let quoted =
            format!("a = \"{}\"\nb = '''\n{}\n'''\n# {}", "[".repeat(99), ".".repeat(99), "{".repeat(99));
        assert_eq!(too_deep(&quoted), None);
        assert_eq!(too_deep(&format!("a = [{}]", "1.5, ".repeat(99))), None);
        assert_eq!(too_deep(&"[a.b]\nc.d = \"\\\"[\"\n".repeat(99)), None);
    }
}
