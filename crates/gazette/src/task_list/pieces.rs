//! The numbered pieces of a cell: paragraphs with printed numbers, list items without, or running text.

use crate::{
    manuscript::Cell,
    numeral::{self, Style},
    span::{Text, is_space},
};

/// A piece of a cell.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its number, printed or counted; `None` where the cell has none.
    pub number: Option<u32>,
    /// Its text, the number left out.
    pub text: Text,
}

/// Splits a cell. `last` is the number before it when a row goes on from the page before, else 0.
pub fn read(cell: &Cell, last: u32) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut previous = last;
    let mut style = None;
    for line in &cell.lines {
        if let Some(ordinal) = line.ordinal {
            previous = ordinal;
            pieces.push(Piece { number: Some(ordinal), text: line.text.clone() });
            continue;
        }
        let marker = numeral::marker(line.as_str()).filter(|marker| {
            let fits = style.is_none_or(|style| style == marker.style);
            fits && marker.style != Style::Circled
                && (marker.number == previous + 1 || marker.number == 1 || previous == 0)
        });
        let Some(marker) = marker else {
            match pieces.last_mut() {
                Some(piece) => {
                    piece.text.push('\n', line.span().from);
                    piece.text.append(&line.text);
                }
                None => pieces.push(Piece { number: None, text: line.text.clone() }),
            }
            continue;
        };
        style = Some(marker.style);
        for (number, text) in run(&line.text, marker.style, marker.number, marker.length) {
            previous = number;
            pieces.push(Piece { number: Some(number), text });
        }
    }
    pieces
}

/// The pieces of a line that may run its list on: `1. … 2. … 3. …`.
fn run(line: &Text, style: Style, first: u32, length: usize) -> Vec<(u32, Text)> {
    let string = line.as_str();
    let mut starts = vec![(first, 0, length)];
    let mut next = first + 1;
    for (at, character) in string.char_indices().skip_while(|(at, _)| *at < length) {
        if !numeral::is_numeral(character) && !matches!(character, '（' | '(') {
            continue;
        }
        let before = &string[..at];
        let gap = before.ends_with(is_space);
        let closed = before.trim_end_matches(is_space).ends_with(['。', '；', ';', '！', '”', '）', '.']);
        let glued =
            before.chars().next_back().is_some_and(|c| numeral::is_numeral(c) || matches!(c, '.' | '第'));
        if glued || !(closed || gap) {
            continue;
        }
        let Some(marker) = numeral::marker(&string[at..]).filter(|m| m.style == style && m.number == next)
        else {
            continue;
        };
        let spaced = string[at..at + marker.length].ends_with(is_space) && gap;
        if closed || spaced {
            starts.push((next, at, at + marker.length));
            next += 1;
        }
    }
    let ends = starts.iter().skip(1).map(|(_, at, _)| *at).chain([string.len()]).collect::<Vec<_>>();
    starts.iter().zip(ends).map(|((number, _, from), end)| (*number, line.slice(*from..end).trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manuscript::Line;

    fn numbers(lines: &[&str], last: u32) -> Vec<Option<u32>> {
        let lines = lines.iter().map(|text| Line::new(&Text::from_source(text, 0))).collect();
        read(&Cell { lines, columns: 1, rows: 1 }, last).iter().map(|piece| piece.number).collect()
    }

    #[test]
    fn all_three_shapes_of_lists_are_split() {
        assert_eq!(numbers(&["1. 甲项工作。", "2. 乙项工作。"], 0), [Some(1), Some(2)]);
        assert_eq!(
            numbers(&["7. 甲项达到0.52吨。 8. 乙项。 9. 丙项2.5万户。"], 6),
            [Some(7), Some(8), Some(9)]
        );
        assert_eq!(numbers(&["甲项工作稳步推进。"], 0), [None]);
    }

    #[test]
    fn a_second_line_belongs_to_the_piece_above() {
        assert_eq!(numbers(&["1.甲项工作", "包括很多内容。", "2.乙项"], 0), [Some(1), Some(2)]);
        assert_eq!(numbers(&["1. 2023 年完成80家。 2. 2023 年完成90家。"], 0), [Some(1), Some(2)]);
    }
}
