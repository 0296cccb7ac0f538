//! Comma-separated rows (RFC 4180): quoted cells may hold commas, quotes and line breaks.

/// A row: the line it begins on, from 1, and its cells without surrounding spaces.
pub(super) type Line = (usize, Vec<String>);

/// The rows of a text, blank lines left out; the line where a quotation is never closed.
pub(super) fn rows(text: &str) -> Result<Vec<Line>, usize> {
    let mut rows = Vec::new();
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let (mut line, mut start) = (1, 1);
    let mut quoted = false;
    let mut characters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                finish(&mut rows, start, &mut cells, &mut cell);
                line += 1;
                start = line;
            }
            other => {
                line += usize::from(other == '\n');
                cell.push(other);
            }
        }
    }
    if quoted {
        return Err(start);
    }
    finish(&mut rows, start, &mut cells, &mut cell);
    Ok(rows)
}

fn finish(rows: &mut Vec<Line>, line: usize, cells: &mut Vec<String>, cell: &mut String) {
    cells.push(std::mem::take(cell));
    let cells: Vec<String> = cells.drain(..).map(|cell| cell.trim().to_owned()).collect();
    if cells.iter().any(|cell| !cell.is_empty()) {
        rows.push((line, cells));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_be_quoted_and_rows_know_their_lines() {
        let rows = rows("code,zh\r\na,\"x, \"\"y\"\"\nz\"\n\nb, c \n").expect("it is closed");
        let expected = [(1, vec!["code", "zh"]), (2, vec!["a", "x, \"y\"\nz"]), (5, vec!["b", "c"])];
        assert_eq!(rows.len(), 3);
        for ((line, cells), (expected_line, expected)) in rows.iter().zip(expected) {
            assert_eq!(
                (*line, cells.iter().map(String::as_str).collect::<Vec<_>>()),
                (expected_line, expected)
            );
        }
        assert_eq!(super::rows("a\nb,\"c\nd"), Err(2));
    }
}
