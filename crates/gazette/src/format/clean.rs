//! Text as its reader sees it: characters that show nothing are left out, and every kind of line end is one.
//!
//! The readers of plain text and of pages get such text; the places they give are then turned into places of
//! the text as it was, so that spans stay exact.

use crate::{
    manuscript::{Block, Line, Manuscript},
    span::{Span, is_ignorable, is_line_end},
};

/// Reads a text with `reader`, which sees it clean.
pub fn read(source: String, reader: impl FnOnce(String) -> Manuscript) -> Manuscript {
    if !source.contains(|c| is_ignorable(c) || is_line_end(c)) {
        return reader(source);
    }
    let (clean, places) = clean(&source);
    let mut manuscript = reader(clean);
    manuscript.text = source;
    if let Some(places) = places {
        relocate(&mut manuscript, &places);
    }
    manuscript
}

/// The clean text, and the place each of its characters had, where any was left out.
fn clean(source: &str) -> (String, Option<Vec<u32>>) {
    let mut clean = String::with_capacity(source.len());
    let mut places = Vec::new();
    let mut characters = source.chars().enumerate().peekable();
    let mut count = 0;
    while let Some((at, character)) = characters.next() {
        count += 1;
        if is_ignorable(character) {
            continue;
        }
        let before_line_feed = character == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
        clean.push(if is_line_end(character) && !before_line_feed { '\n' } else { character });
        places.push(at as u32);
    }
    let all = places.len() == count;
    (clean, (!all).then_some(places))
}

fn relocate(manuscript: &mut Manuscript, places: &[u32]) {
    for block in &mut manuscript.blocks {
        match block {
            Block::Line(line) => line.text.relocate(places),
            Block::Table(table) => {
                let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
                cells.flat_map(|cell| &mut cell.lines).for_each(|line: &mut Line| line.text.relocate(places));
            }
        }
    }
    for span in &mut manuscript.markup {
        *span = place_of(*span, places);
    }
}

fn place_of(span: Span, places: &[u32]) -> Span {
    let place = |at: u32| places.get(at as usize).copied();
    match (place(span.from), span.to.checked_sub(1).and_then(place)) {
        (Some(from), Some(last)) if !span.is_empty() => Span::new(from, last + 1),
        _ => Span::default(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Hints, Reading, manuscript::Block};

    const LAW: &str = "样城茶叶办法|第一条　为了让市场有序，制定本办法。|第二条　茶叶是指绿茶。|\
        第三条　本办法自2031年5月1日起施行。|";

    #[test]
    fn every_kind_of_line_end_parts_lines() {
        for end in ["\r", "\r\n", "\r\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\n\r"] {
            for name in [None, Some("a.md")] {
                let text = LAW.replace('|', end);
                let reading = crate::read(text.as_bytes(), Hints { file_name: name }).unwrap();
                let Reading::Law(law) = &reading else { panic!("{end:?}: {reading:?}") };
                assert_eq!((law.title.as_str(), law.all_articles().len()), ("样城茶叶办法", 3), "{end:?}");
                let article = law.all_articles()[1];
                let place = article.span.from as usize..article.span.to as usize;
                let characters: Vec<char> = text.chars().collect();
                assert_eq!(characters[place].iter().collect::<String>(), "第二条　茶叶是指绿茶。", "{end:?}");
                assert!(law.unparsed.is_empty(), "{end:?}: {:?}", law.unparsed);
            }
        }
    }

    #[test]
    fn characters_that_show_nothing_hide_no_structure() {
        let hidden = [
            '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{202a}', '\u{202e}', '\u{2060}',
            '\u{2066}', '\u{2069}', '\u{feff}', '\u{fe0f}', '\u{1}',
        ];
        for hidden in hidden {
            let text: String =
                LAW.replace('|', "\n").chars().flat_map(|c| [hidden, c]).chain([hidden]).collect();
            let manuscript = crate::manuscript(text.as_bytes(), Hints::default());
            if hidden.is_control() {
                // So many control characters are no text.
                assert!(manuscript.is_err());
                continue;
            }
            let manuscript = manuscript.unwrap();
            let reading = crate::structure(&manuscript);
            let Reading::Law(law) = &reading else { panic!("{hidden:?}: {reading:?}") };
            assert_eq!((law.title.as_str(), law.all_articles().len()), ("样城茶叶办法", 3), "{hidden:?}");
            assert_eq!(law.effective.unwrap().to_string(), "2031-05-01");
            let article = law.all_articles()[1];
            let characters: Vec<char> = manuscript.text.chars().collect();
            let place = &characters[article.span.from as usize..article.span.to as usize];
            assert_eq!((place[0], place.last()), ('第', Some(&'。')), "{hidden:?}");
            assert!(law.unparsed.is_empty(), "{hidden:?}: {:?}", law.unparsed);
        }
    }

    #[test]
    fn a_mark_before_a_heading_or_a_pipe_does_not_hide_it() {
        let text =
            "\u{feff}\u{feff}# 样城方案\n\u{200b}| 序号 | 任务 | 单位 |\n\u{200b}| 1 | 甲 | 市甲局 |\n";
        let manuscript = crate::manuscript(text.as_bytes(), Hints { file_name: Some("a.md") }).unwrap();
        let [Block::Line(title), Block::Table(table)] = manuscript.blocks.as_slice() else {
            panic!("{:?}", manuscript.blocks)
        };
        assert_eq!((title.heading, title.as_str()), (Some(1), "样城方案"));
        assert_eq!(table.rows.len(), 2);
    }
}
