//! Paragraphs out of lines: text layers of PDFs break lines inside sentences, and this joins them again.

use crate::{
    head,
    manuscript::{LINE_BYTES_MAX, Line},
    numeral,
    span::is_space,
};

/// Joins hard-wrapped lines into paragraphs; documents that are not wrapped come back as they are.
///
/// `opens` tells whether a line opens a structure (an article, a heading) and so never continues another.
pub fn unwrap(lines: Vec<Line>, opens: impl Fn(&str) -> bool) -> Vec<Line> {
    let Some(width) = wrap_width(&lines) else { return lines };
    let mut joined: Vec<Line> = Vec::new();
    let mut full = false;
    for line in lines {
        let length = width_of(line.as_str());
        let starts = line.heading.is_some()
            || head::document_number(line.as_str()).is_some()
            || head::lone_date(line.as_str()).is_some()
            || line.as_str().ends_with(['：', ':']) && length * 2 < width
            || line.ordinal.is_some()
            || numeral::marker(line.as_str()).is_some()
            || opens(line.as_str());
        let continues = joined.last().is_some_and(|last: &Line| {
            let fits = last.as_str().len() + line.as_str().len() <= LINE_BYTES_MAX;
            full && fits && !starts && !ends_sentence(last.as_str()) && !head::is_title(last.as_str())
        });
        full = length * 10 >= width * 7;
        match joined.last_mut() {
            Some(last) if continues => {
                last.text.append(&line.text);
            }
            _ => joined.push(line),
        }
    }
    joined
}

/// The width at which lines are wrapped, or `None` where they are not.
fn wrap_width(lines: &[Line]) -> Option<usize> {
    let mut lengths: Vec<usize> =
        lines.iter().map(|line| width_of(line.as_str())).filter(|n| *n >= 10).collect();
    if lengths.len() < 8 {
        return None;
    }
    lengths.sort_unstable();
    let widest = lengths[lengths.len() * 9 / 10];
    let full = lines.iter().filter(|line| width_of(line.as_str()) * 10 >= widest * 8);
    let (open, all) =
        full.fold((0, 0), |(open, all), line| (open + usize::from(!ends_sentence(line.as_str())), all + 1));
    (widest <= 70 && all * 3 >= lengths.len() && open * 2 >= all).then_some(widest)
}

/// Width in Han characters; two Latin letters take the room of one.
fn width_of(line: &str) -> usize {
    line.chars()
        .filter(|c| !is_space(*c))
        .map(|c| if c.is_ascii() { 1 } else { 2 })
        .sum::<usize>()
        .div_ceil(2)
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end().ends_with(['。', '；', '：', '！', '？', ';', ':'])
}

/// Whether a line is a page number.
pub fn is_page_number(line: &str) -> bool {
    let squeezed: String = line.chars().filter(|c| !is_space(*c)).collect();
    let bare = squeezed.trim_matches(|c| matches!(c, '-' | '—' | '–' | '－' | '·' | '_'));
    let framed = bare.len() < squeezed.len();
    let number = !bare.is_empty() && bare.len() <= 4 && bare.chars().all(|c| c.is_ascii_digit());
    let page = squeezed.starts_with('第')
        && squeezed.ends_with('页')
        && squeezed.contains(|c: char| c.is_ascii_digit());
    (number && (framed || bare.len() <= 3)) || page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Text;

    fn lines(texts: &[&str]) -> Vec<Line> {
        texts.iter().map(|text| Line::new(&Text::from_source(text, 0))).collect()
    }

    #[test]
    fn wrapped_lines_become_paragraphs_again() {
        let mut wrapped = vec!["城乡建设主管部门负责本市建设工程的监督管理和"; 13];
        wrapped.push("服务工作。");
        wrapped.push("（一）条件");
        let joined = unwrap(lines(&wrapped), |_| false);
        assert_eq!(joined.len(), 2);
        assert!(joined[0].as_str().ends_with("服务工作。"));
    }

    #[test]
    fn paragraphs_that_are_whole_stay_as_they_are() {
        let whole = vec![
            "各部门应当按照职责做好服务工作，及时回应各方面的意见和建议，并公布办理的结果。";
            20
        ];
        assert_eq!(unwrap(lines(&whole), |_| false).len(), 20);
    }

    #[test]
    fn page_numbers_are_told_from_text() {
        for line in ["— 3 —", "- 12 -", "第 3 页 共 10 页", "7"] {
            assert!(is_page_number(line), "{line}");
        }
        for line in ["第三页的内容如下", "2023", "1. 总则"] {
            assert!(!is_page_number(line), "{line}");
        }
    }
}
