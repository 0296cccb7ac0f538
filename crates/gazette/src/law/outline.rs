//! Walks the lines of a law and hangs each where it belongs.

use super::{
    Annex, Article, Chapter, Item, Part, Passage, Section,
    heading::{self, Heading, Level},
};
use crate::{
    manuscript::Line,
    numeral::{self, Marker, Style},
    reading::Account,
    span::{Span, Text, is_space},
};

/// Why an article was not read whose number is not above that of the article before it.
const REPEATED: &str = "an article of this or a higher number stands above";

/// No heading is longer, in bytes.
const HEADING_BYTES_MAX: usize = 600;

/// The structure of a law, before its dates are read.
#[derive(Debug, Default)]
pub struct Outline {
    pub parts: Vec<Part>,
    pub chapters: Vec<Chapter>,
    pub articles: Vec<Article>,
    pub points: Vec<Article>,
    pub preamble: Vec<Passage>,
    pub notes: Vec<Passage>,
    pub annexes: Vec<Annex>,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the walk, and none excludes another"
)]
#[derive(Default)]
struct Walk {
    outline: Outline,
    last: (u32, u32),
    chapter: u32,
    amending: bool,
    quotes: i32,
    styles: Vec<Style>,
    numbers: Vec<u32>,
    title_pending: bool,
    ended: bool,
    /// Whether the lines belong to an article whose number repeats one above.
    repeated: bool,
    /// Whether the law has articles at all; if not, its points are its own.
    has_articles: bool,
    /// Whether its chapters are headed 一、.
    old_headings: bool,
}

/// Reads the outline. `amending` decisions quote the articles they change; those are not their own.
pub fn read(lines: Vec<Line>, amending: bool, title: &str, account: &mut Account) -> Outline {
    let lines = without_contents(lines, account);
    let has_articles = super::article_run(&lines.iter().collect::<Vec<_>>()) >= 3;
    let mut walk = Walk { amending, has_articles, ..Walk::default() };
    for line in &lines {
        if line.text.squeezed().as_str() == title {
            account.claim(line.span(), "title");
            continue;
        }
        let mut rest = line.text.clone();
        while let Some(at) = walk.split(&rest) {
            walk.piece(&rest.slice(0..at).trim(), line.heading, account);
            rest = rest.slice(at..rest.as_str().len());
        }
        walk.piece(&rest.trim(), line.heading, account);
        walk.count_quotes(line.as_str());
    }
    if amending && walk.last.0 == 0 && walk.outline.points.is_empty() {
        walk.point_of_preamble();
    }
    walk.outline
}

/// A table of contents repeats the headings; it is claimed and left out.
fn without_contents(lines: Vec<Line>, account: &mut Account) -> Vec<Line> {
    let key = |line: &Line| line.text.squeezed().as_str().to_owned();
    let start = lines.iter().position(|line| matches!(key(line).as_str(), "目录" | "目次" | "目録"));
    let Some(start) = start else { return lines };
    let is_entry = |line: &Line| {
        let text = line
            .as_str()
            .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '…' | '·' | ' '));
        heading::heading(text).is_some() || heading::annex(text)
    };
    let mut entries = std::collections::HashSet::new();
    let mut end = start + 1;
    while end < lines.len() && is_entry(&lines[end]) && entries.insert(key(&lines[end])) {
        end += 1;
    }
    let mut kept = Vec::with_capacity(lines.len());
    for (at, line) in lines.into_iter().enumerate() {
        if (start..end).contains(&at) {
            account.claim(line.span(), "contents");
        } else {
            kept.push(line);
        }
    }
    kept
}

impl Walk {
    /// Where a heading or article starts in the middle of a line: text layers lose line breaks.
    fn split(&self, text: &Text) -> Option<usize> {
        let string = text.as_str();
        let mut last = self.last;
        if let Some(found) = heading::article(string).filter(|found| self.accepts(found)) {
            last = (found.number, found.after);
        }
        let opening = heading_before_article(string, last).is_some();
        for (at, _) in string.match_indices('第').filter(|(at, _)| *at > 0) {
            let before = string[..at].trim_end_matches(is_space);
            let gap = before.len() < at;
            let closed = before.ends_with(['。', '；', '！', '？', '”', '.']);
            let due = heading::article(&string[at..]).is_some_and(|found| found.gap && is_next(last, &found));
            if due && (closed || (gap && (opening || before.ends_with('）')))) {
                return Some(at);
            }
            let opening = beginning(&string[at..]);
            let chapter = heading::heading(opening.split(['。', '；']).next().unwrap_or_default());
            let chapter = chapter.or_else(|| heading_before_article(opening, last));
            if chapter.is_some_and(|h| h.level == Level::Chapter && h.number == self.chapter + 1)
                && closed
                && gap
            {
                return Some(at);
            }
        }
        None
    }

    fn piece(&mut self, text: &Text, marked: Option<u8>, account: &mut Account) {
        if text.is_empty() {
            return;
        }
        let string = text.as_str();
        let quoted = self.amending && self.quotes > 0;
        if !quoted && let Some(heading) = heading::heading(string) {
            self.heading(&heading, text, marked, account);
        } else if !quoted && let Some(found) = heading::article(string).filter(|found| self.accepts(found)) {
            self.article(found, text, account);
        } else if !quoted && heading::article(string).is_some_and(|found| self.repeats(&found)) {
            self.repeated = true;
            account.leave(text.span(), REPEATED);
        } else if self.has_begun() && heading::annex(string) && !self.in_points_with(string) {
            self.annex(text, account);
        } else if self.title_pending && takes_title(string) {
            self.set_title(text, account);
        } else {
            self.plain(text, account);
        }
    }

    fn accepts(&self, found: &heading::ArticleNumber) -> bool {
        if self.ended {
            return false;
        }
        if self.amending && !self.outline.points.is_empty() && found.number != 1 && self.last.0 == 0 {
            return false;
        }
        let forward = (found.number, found.after) > self.last && found.number <= self.last.0 + 60;
        is_next(self.last, found)
            || (found.gap && forward && self.last.0 > 0)
            || (self.last.0 == 0 && (found.gap || found.number == 1))
    }

    /// Whether this article stands where a later one must: two have one number, or the order is broken.
    fn repeats(&self, found: &heading::ArticleNumber) -> bool {
        let is_own = !self.ended && !self.amending && self.last.0 > 0;
        is_own && found.gap && (found.number, found.after) <= self.last
    }

    fn has_begun(&self) -> bool {
        self.last.0 > 0 || !self.outline.points.is_empty()
    }

    fn in_points_with(&self, text: &str) -> bool {
        self.last.0 == 0 && !text.starts_with('附')
    }

    fn heading(&mut self, heading: &Heading, text: &Text, marked: Option<u8>, account: &mut Account) {
        self.repeated = false;
        let title = text.slice(heading.length..text.as_str().len()).squeezed();
        let title = title.as_str().trim_end_matches('。').to_owned();
        let number = (heading.number > 0).then(|| heading.number.to_string());
        self.title_pending = title.is_empty();
        let unnumbered_part =
            heading.number == 0 && !self.outline.parts.is_empty() && marked.is_none_or(|level| level <= 2);
        match heading.level {
            Level::Part => self.outline.parts.push(Part { number, title, ..Part::default() }),
            Level::Chapter if unnumbered_part => {
                self.outline.parts.push(Part { number, title, ..Part::default() });
            }
            Level::Division => {
                if let Some(part) = self.outline.parts.last_mut() {
                    part.divisions.push(title);
                }
            }
            Level::Chapter => {
                self.chapter = heading.number.max(self.chapter);
                let part = Some(self.outline.parts.len()).filter(|n| *n > 0);
                self.outline.chapters.push(Chapter { number, title, part, ..Chapter::default() });
            }
            Level::Section => {
                // A section without a chapter still needs a home.
                if self.outline.chapters.is_empty() {
                    self.outline.chapters.push(Chapter::default());
                }
                if let Some(chapter) = self.outline.chapters.last_mut() {
                    chapter.sections.push(Section { number, title, articles: Vec::new() });
                }
            }
        }
        if heading.level == Level::Part {
            self.chapter = 0;
        }
        account.claim(text.span(), "heading");
    }

    fn set_title(&mut self, text: &Text, account: &mut Account) {
        self.title_pending = false;
        let title = text.squeezed().as_str().to_owned();
        let section = self.outline.chapters.last_mut().and_then(|chapter| chapter.sections.last_mut());
        if let Some(section) = section.filter(|section| section.title.is_empty()) {
            section.title = title;
        } else if let Some(chapter) =
            self.outline.chapters.last_mut().filter(|chapter| chapter.title.is_empty())
        {
            chapter.title = title;
        } else if let Some(part) = self.outline.parts.last_mut().filter(|part| part.title.is_empty()) {
            part.title = title;
        }
        account.claim(text.span(), "heading");
    }

    fn article(&mut self, found: heading::ArticleNumber, text: &Text, account: &mut Account) {
        self.last = (found.number, found.after);
        (self.title_pending, self.repeated) = (false, false);
        (self.styles, self.numbers) = (Vec::new(), Vec::new());
        let number = match found.after {
            0 => found.number.to_string(),
            after => format!("{}-{after}", found.number),
        };
        let article = Article { number, span: text.span(), ..Article::default() };
        let unnumbered = self.outline.parts.last().is_some_and(|part| part.number.is_none());
        match self.outline.chapters.last_mut().filter(|_| !unnumbered) {
            Some(chapter) => match chapter.sections.last_mut() {
                Some(section) => section.articles.push(article),
                None => chapter.articles.push(article),
            },
            None => self.outline.articles.push(article),
        }
        account.claim(text.span_of(0..found.length.min(text.as_str().len())), self.role());
        self.body(&text.slice(found.length.min(text.as_str().len())..text.as_str().len()).trim(), account);
    }

    fn role(&self) -> String {
        match (self.last, self.outline.points.len()) {
            ((0, _), point) => format!("point {point}"),
            ((number, 0), _) => format!("article {number}"),
            ((number, after), _) => format!("article {number}-{after}"),
        }
    }

    fn annex(&mut self, text: &Text, account: &mut Account) {
        (self.ended, self.repeated) = (true, false);
        account.claim(text.span(), "annex");
        let title = text.squeezed().as_str().to_owned();
        self.outline.annexes.push(Annex { title, lines: Vec::new(), span: text.span() });
    }

    fn plain(&mut self, text: &Text, account: &mut Account) {
        let passage = || Passage { text: text.squeezed().as_str().to_owned(), span: text.span() };
        if let Some(annex) = self.outline.annexes.last_mut() {
            annex.lines.push(passage().text);
            annex.span = annex.span.cover(text.span());
            account.claim(text.span(), "annex");
            return;
        }
        if self.repeated {
            account.leave(text.span(), REPEATED);
            return;
        }
        let marker = numeral::marker(text.as_str()).filter(|m| m.style == Style::Comma);
        if let Some(marker) = marker.filter(|marker| self.is_old_heading(marker, text.as_str())) {
            self.old_headings = true;
            self.heading(
                &Heading { level: Level::Chapter, number: marker.number, length: marker.length },
                text,
                None,
                account,
            );
            return;
        }
        let point = marker.filter(|_| self.last.0 == 0 && !self.has_articles);
        if let Some(marker) = point.filter(|m| m.number as usize == self.outline.points.len() + 1) {
            self.point(&marker, text, account);
        } else if self.is_note(text.as_str()) {
            account.claim(text.span(), "note");
            self.outline.notes.push(passage());
        } else if self.has_begun() {
            self.body(text, account);
        } else {
            account.claim(text.span(), "preamble");
            self.outline.preamble.push(passage());
        }
    }

    fn point(&mut self, marker: &Marker, text: &Text, account: &mut Account) {
        (self.styles, self.numbers) = (Vec::new(), Vec::new());
        let span = text.span();
        self.outline.points.push(Article { number: marker.number.to_string(), span, ..Article::default() });
        account.claim(text.span_of(0..marker.length), self.role());
        self.body(&text.slice(marker.length..text.as_str().len()).trim(), account);
    }

    /// Old laws head their chapters 一、总则.
    fn is_old_heading(&self, marker: &Marker, text: &str) -> bool {
        let title = text[marker.length..].trim_matches(is_space);
        let chapters = self.outline.chapters.len();
        let alike = chapters == 0 || self.old_headings;
        self.has_articles
            && alike
            && marker.number as usize == chapters + 1
            && (1..=16).contains(&title.chars().count())
            && !title.contains(['。', '，', '；', '：', '、'])
    }

    /// A footnote, or the unnumbered closing line of a decision.
    fn is_note(&self, text: &str) -> bool {
        let closing = self.last.0 == 0 && text.starts_with("本决定自") && text.contains("施行");
        self.has_begun()
            && (closing
                || text.starts_with(['①', '※', '*'])
                || text.starts_with("注：")
                || text.starts_with("（此件"))
    }

    fn current(&mut self) -> Option<&mut Article> {
        if self.last.0 == 0 {
            return self.outline.points.last_mut();
        }
        let unnumbered = self.outline.parts.last().is_some_and(|part| part.number.is_none());
        match self.outline.chapters.last_mut().filter(|_| !unnumbered) {
            Some(chapter) => match chapter.sections.last_mut() {
                Some(section) => section.articles.last_mut(),
                None => chapter.articles.last_mut(),
            },
            None => self.outline.articles.last_mut(),
        }
    }

    /// A paragraph or an item of the current article.
    fn body(&mut self, text: &Text, account: &mut Account) {
        if text.is_empty() {
            return;
        }
        let role = self.role();
        account.claim(text.span(), role);
        for piece in inline_items(text) {
            match numeral::marker(piece.as_str()).and_then(|marker| Some((marker, self.item_level(&marker)?)))
            {
                Some((marker, level)) => self.item(&marker, level, &piece),
                None => self.paragraph(&piece),
            }
        }
    }

    fn paragraph(&mut self, text: &Text) {
        (self.styles, self.numbers) = (Vec::new(), Vec::new());
        let Some(article) = self.current() else { return };
        article.paragraphs.push(text.squeezed().as_str().to_owned());
        article.span = article.span.cover(text.span());
    }

    /// The depth of an item, or `None` where its number does not follow: then it is a paragraph.
    fn item_level(&mut self, marker: &Marker) -> Option<usize> {
        if marker.style == Style::Comma {
            return None;
        }
        match self.styles.iter().position(|style| *style == marker.style) {
            Some(level) if marker.number == self.numbers[level] + 1 || marker.number == 1 => {
                self.styles.truncate(level + 1);
                self.numbers.truncate(level + 1);
                self.numbers[level] = marker.number;
                Some(level)
            }
            // A list may go on behind a paragraph that stands between its items.
            None if marker.number == 1 || (self.styles.is_empty() && self.goes_on(marker)) => {
                self.styles.push(marker.style);
                self.numbers.push(marker.number);
                Some(self.styles.len() - 1)
            }
            _ => None,
        }
    }

    fn goes_on(&mut self, marker: &Marker) -> bool {
        let last = self.current().and_then(|article| article.items.last()).map(|item| item.number.clone());
        last.and_then(|number| numeral::marker(&number))
            .is_some_and(|m| m.style == marker.style && m.number + 1 == marker.number)
    }

    fn item(&mut self, marker: &Marker, level: usize, text: &Text) {
        let number = text.slice(0..marker.length).squeezed().as_str().to_owned();
        let content = text.slice(marker.length..text.as_str().len());
        let Some(article) = self.current() else { return };
        let paragraph = article.paragraphs.len();
        let item = Item {
            number,
            text: content.squeezed().as_str().to_owned(),
            paragraph,
            span: text.span(),
            subitems: Vec::new(),
        };
        article.span = article.span.cover(text.span());
        match article.items.last_mut().filter(|_| level > 0) {
            Some(parent) => {
                parent.span = parent.span.cover(item.span);
                parent.subitems.push(item);
            }
            None => article.items.push(item),
        }
    }

    /// An amendment that numbers nothing: what it does is its only point.
    fn point_of_preamble(&mut self) {
        let acts = |passage: &Passage| {
            ["修改为", "删去", "增加", "修改如下", "作如下修改"]
                .iter()
                .any(|word| passage.text.contains(word))
        };
        let Some(first) = self.outline.preamble.iter().position(acts) else { return };
        let passages = self.outline.preamble.split_off(first);
        let span = passages.iter().fold(Span::default(), |span, passage| span.cover(passage.span));
        let paragraphs = passages.into_iter().map(|passage| passage.text).collect();
        self.outline.points.push(Article { number: "1".to_owned(), paragraphs, items: Vec::new(), span });
    }

    fn count_quotes(&mut self, line: &str) {
        let count = |quote: char| line.chars().filter(|c| *c == quote).count() as i32;
        self.quotes = (self.quotes + count('“') - count('”')).max(0);
    }
}

/// As much of a text as a heading and the number of an article behind it can take.
fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(HEADING_BYTES_MAX)]
}

/// 第七章 法律责任 第四十二条 …: the title ends where the article starts.
fn heading_before_article(text: &str, last: (u32, u32)) -> Option<Heading> {
    let opens =
        |at: &usize| heading::article(&text[*at..]).is_some_and(|found| found.gap && is_next(last, &found));
    let text = beginning(text);
    let at = text.match_indices('第').map(|(at, _)| at).filter(|at| *at > 0).find(opens)?;
    heading::heading(&text[..at])
}

fn is_next((last, last_after): (u32, u32), found: &heading::ArticleNumber) -> bool {
    let (number, after) = (found.number, found.after);
    (number == last + 1 && after == 0) || (number == last && after == last_after + 1)
}

/// Whether a line can be the title that a heading left to the next line.
fn takes_title(string: &str) -> bool {
    string.chars().count() <= 30 && !string.contains(['。', '，', '；', '：'])
}

/// Splits a paragraph that runs its list on: `…：（一）…；（二）…`.
fn inline_items(text: &Text) -> Vec<Text> {
    let string = text.as_str();
    let mut starts = vec![0];
    let mut next = numeral::marker(string).filter(|m| m.style == Style::Paren).map_or(1, |m| m.number + 1);
    for (at, _) in string.match_indices(['（', '(']).filter(|(at, _)| *at > 0) {
        let before = string[..at].trim_end_matches(is_space);
        let closed = before.ends_with(['：', ':', '；', ';', '。']);
        let found = numeral::marker(&string[at..]).filter(|m| m.style == Style::Paren && m.number == next);
        if closed && found.is_some() && (next > 1 || before.ends_with(['：', ':'])) {
            starts.push(at);
            next += 1;
        }
    }
    starts.push(string.len());
    starts
        .windows(2)
        .map(|pair| text.slice(pair[0]..pair[1]).trim())
        .filter(|piece| !piece.is_empty())
        .collect()
}
