//! One row after the other: a work, a measure, a heading, or the rest of the row before.

use super::{
    super::{
        Conflict, Found, Mark, Measure, Stage, Target, Work,
        columns::Role,
        merge,
        owners::{self, Owners, Part},
        pieces,
    },
    grid::{Grid, Header},
};
use crate::{
    date,
    manuscript::Cell,
    numeral::{self, Style},
    privacy,
    quantity::{self, Around},
    reading::Account,
    span::{Span, Text},
};
use chrono::NaiveDate;
use regex::Regex;
use rust_decimal::Decimal;
use std::sync::LazyLock;

/// What a row of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A work; its measures are numbered inside one cell.
    Work,
    /// A measure; its work is a heading row above it.
    UnderHeadings,
    /// A measure; its work is a merged cell in this column.
    UnderColumn(usize),
    /// A work and its only measure.
    Flat,
}

impl Shape {
    /// Tells the shape from the rows below the header.
    pub fn of(grid: &Grid<'_>, header: &Header, start: usize) -> Self {
        let rows = || (start..grid.height()).filter(|row| !grid.repeats(*row, header));
        let column = |role: Role| header.roles.iter().position(|r| *r == role);
        let headings = rows().filter(|row| heading(grid, header, *row).is_some()).count();
        if headings > 0 {
            return Self::UnderHeadings;
        }
        let measures = column(Role::Measures);
        let many = |row: &usize| {
            let cell = measures.and_then(|column| grid.cell(*row, column)).filter(|(_, starts)| *starts);
            cell.is_some_and(|(cell, _)| {
                pieces::read(cell, 0).iter().filter(|piece| piece.number.is_some()).count() >= 2
            })
        };
        let (all, split) =
            rows().fold((0, 0), |(all, split), row| (all + 1, split + usize::from(many(&row))));
        let scored = column(Role::Score).is_some();
        for role in [Role::Work, Role::Group] {
            if let Some(at) =
                column(role).filter(|at| grid.is_merged(*at, start) || blanks(grid, header, *at, start))
            {
                let only_group = role == Role::Group && split * 3 >= all;
                if !only_group && (role == Role::Group || measures.is_some()) {
                    return Self::UnderColumn(at);
                }
            }
        }
        if split * 3 >= all && all > 0 && !scored { Self::Work } else { Self::Flat }
    }
}

/// Whether a column leaves cells empty below a filled one while the row has a number of its own.
fn blanks(grid: &Grid<'_>, header: &Header, column: usize, start: usize) -> bool {
    let Some(number) = header.roles.iter().position(|role| *role == Role::Number) else { return false };
    if header.roles[column] == Role::Work {
        return false;
    }
    let mut filled = false;
    let mut empty = 0;
    for row in start..grid.height() {
        match grid.filled(row, column) {
            Some(_) => filled = true,
            None if filled && grid.filled(row, number).is_some() => empty += 1,
            None => {}
        }
    }
    empty > 0
}

/// A heading row: one cell that reaches over the whole row, or a row numbered 一、 among rows numbered 1.
fn heading<'a>(grid: &Grid<'a>, header: &Header, row: usize) -> Option<&'a Cell> {
    let filled = grid.distinct(row);
    let number = header.roles.iter().position(|role| *role == Role::Number);
    let title = header.roles.iter().position(|role| matches!(role, Role::Work | Role::Measures));
    match filled.as_slice() {
        [(_, cell)]
            if cell.columns * 2 >= grid.width()
                || numeral::marker(cell.squeezed().as_str()).is_some_and(|m| m.style <= Style::Paren) =>
        {
            Some(cell)
        }
        _ => {
            let printed = grid.filled(row, number?)?.squeezed();
            let chinese = printed
                .trim_end_matches('、')
                .chars()
                .next()
                .is_some_and(|c| !c.is_ascii_digit() && numeral::is_numeral(c));
            let bracketed = numeral::marker(&printed).is_some_and(|m| m.style == Style::Paren);
            (chinese || bracketed).then(|| grid.filled(row, title?)).flatten()
        }
    }
}

/// Reads rows into works.
pub struct Reader<'a, 'b> {
    grid: &'a Grid<'a>,
    header: &'a Header,
    shape: Shape,
    around: Around,
    found: &'b mut Found,
    account: &'b mut Account,
    /// The cell that heads the current work, under a merged column.
    under: Option<Span>,
    group: Option<String>,
}

static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[（(]\s*共?\s*([0-9]+|[一二三四五六七八九十]+)\s*[项条个]\s*[）)]").expect("constant")
});
static SUB_SCORE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"得\s*([0-9]+(?:\.[0-9]+)?)\s*分").expect("constant"));

impl<'a, 'b> Reader<'a, 'b> {
    /// A reader of the rows of one table.
    pub fn new(
        grid: &'a Grid<'a>,
        header: &'a Header,
        shape: Shape,
        year: Option<i32>,
        found: &'b mut Found,
        account: &'b mut Account,
    ) -> Self {
        Self { grid, header, shape, around: Around { year }, found, account, under: None, group: None }
    }

    /// Reads one row.
    pub fn row(&mut self, row: usize) {
        let span = self.grid.row_span(row);
        if self.grid.distinct(row).is_empty() {
            return;
        }
        if self.grid.repeats(row, self.header) {
            self.account.claim(span, "table header");
            return;
        }
        self.drop_contacts(row);
        if self.is_total(row) {
            self.account.claim(span, "total");
            return;
        }
        match self.shape {
            Shape::UnderHeadings => match heading(self.grid, self.header, row) {
                Some(cell) => self.heading(row, cell),
                None => self.measure(row),
            },
            Shape::UnderColumn(column) => self.under_column(row, column),
            Shape::Work => self.work(row, false),
            Shape::Flat => self.work(row, true),
        }
    }

    fn cell(&self, row: usize, role: Role) -> Option<&'a Cell> {
        let at = self.header.roles.iter().position(|r| *r == role)?;
        self.grid.filled(row, at)
    }

    fn squeezed(&self, row: usize, role: Role) -> Option<String> {
        self.cell(row, role).map(Cell::squeezed).filter(|text| !text.is_empty())
    }

    fn number(&self, row: usize) -> Option<u32> {
        let printed = self.squeezed(row, Role::Number)?;
        numeral::parse(printed.trim_end_matches(['、', '.', '．']))
            .or_else(|| numeral::marker(&printed).map(|m| m.number))
    }

    /// Names and telephone numbers never leave the document.
    fn drop_contacts(&mut self, row: usize) {
        for column in 0..self.header.roles.len() {
            if self.header.roles[column] == Role::Contact
                && let Some((cell, true)) = self.grid.cell(row, column)
            {
                self.account.claim(cell.span(), privacy::DROPPED);
            }
        }
    }

    fn is_total(&self, row: usize) -> bool {
        let title = self.squeezed(row, Role::Work).or_else(|| self.squeezed(row, Role::Group));
        self.number(row).is_none()
            && title.is_some_and(|title| ["总分", "合计", "总计", "小计"].contains(&title.as_str()))
    }

    fn owners(&self, row: usize) -> Owners {
        let mut owners = Owners::default();
        for (column, role) in self.header.roles.iter().enumerate() {
            if let Role::Units(part) = role
                && let Some(cell) = self.grid.filled(row, column)
            {
                owners.join(read_owners(cell, *part));
            }
        }
        owners
    }

    fn due(&self, row: usize) -> (Option<Stage>, Option<NaiveDate>, Option<String>) {
        let Some(text) = self.squeezed(row, Role::Due) else { return (None, None, None) };
        let stage = stage(&text);
        let deadline = super::due(&text, self.around.year);
        (Some(stage), deadline, Some(text))
    }

    /// The target items of a row, with the row's own number for a single unnumbered one.
    fn targets(&self, row: usize) -> Vec<Target> {
        if let Some(target) = self.indicator(row) {
            return vec![target];
        }
        let Some(cell) = self.cell(row, Role::Targets) else { return Vec::new() };
        let pieces = pieces::read(cell, 0);
        pieces
            .into_iter()
            .enumerate()
            .map(|(index, piece)| Target {
                number: piece.number.unwrap_or(index as u32 + 1),
                quantities: quantity::read(&piece.text, self.around),
                span: piece.text.span(),
                text: squeeze(&piece.text),
            })
            .collect()
    }

    /// The figure of an indicator, put together from its columns.
    fn indicator(&self, row: usize) -> Option<Target> {
        let figure = |at: usize| {
            matches!(self.header.roles[at], Role::Figure(_)).then(|| self.grid.filled(row, at)).flatten()
        };
        let (column, cell) = (0..self.header.roles.len()).rev().find_map(|at| {
            let cell = figure(at)?;
            (!matches!(cell.squeezed().as_str(), "-" | "—" | "/" | "－" | "——")).then_some((at, cell))
        })?;
        let Role::Figure(due) = self.header.roles[column] else { return None };
        let name = self.squeezed(row, Role::Work).unwrap_or_default();
        let unit = self.squeezed(row, Role::Unit).unwrap_or_default();
        let due = due.or_else(|| date::due(&self.header.headings.concat(), None));
        Some(super::super::indicator_text::target(1, &name, &cell.text().squeezed(), &unit, due))
    }

    fn heading(&mut self, row: usize, cell: &Cell) {
        let span = self.grid.row_span(row);
        let text = cell.text().squeezed();
        let marker = numeral::marker(text.as_str());
        let title = text.slice(marker.map_or(0, |m| m.length)..text.as_str().len());
        let declared = DECLARED.captures(title.as_str()).and_then(|c| numeral::parse(&c[1]));
        let number =
            self.number(row).or(marker.map(|m| m.number)).unwrap_or(self.found.works.len() as u32 + 1);
        let title = DECLARED.replace(title.as_str(), "").into_owned();
        let body = self
            .cell(row, Role::Measures)
            .filter(|body| body.span() != cell.span())
            .map(|body| squeeze(&body.text()));
        let assigned = self.owners_unless(row, cell).assign();
        let (stage, deadline, _) = self.due(row);
        self.account.claim(span, format!("work {number}"));
        let work = Work {
            number,
            title,
            declared,
            stage,
            deadline,
            text: body,
            score: self.score(row),
            lead: assigned.lead,
            support: assigned.support,
            open_list: !assigned.open.is_empty(),
            open: assigned.open,
            mark: assigned.mark,
            spans: vec![span],
            ..Work::default()
        };
        self.misplaced(&work);
        self.found.works.push(work);
    }

    fn owners_unless(&self, row: usize, heading: &Cell) -> Owners {
        if heading.columns >= self.grid.width() { Owners::default() } else { self.owners(row) }
    }

    /// A heading that repeats the text of the measure above it was copied by mistake: a person decides.
    fn misplaced(&mut self, work: &Work) {
        let last = self.found.works.last().and_then(|work| work.measures.last());
        if let (Some(text), Some(last)) = (&work.text, last)
            && merge::same(text, &last.text)
        {
            let span = work.spans[0];
            let (kept, other) = (last.text.clone(), text.clone());
            self.found.conflicts.push(Conflict {
                place: work.number.to_string(),
                field: "text",
                kept,
                other,
                span: last.span,
                other_span: span,
            });
        }
    }

    fn under_column(&mut self, row: usize, column: usize) {
        let head = self.grid.filled(row, column).map(|cell| (cell.span(), cell.text().squeezed()));
        let fresh = head.as_ref().is_some_and(|(span, _)| self.under != Some(*span));
        if let Some((span, text)) = head.filter(|_| fresh) {
            self.under = Some(span);
            let marker = numeral::marker(text.as_str());
            let title = text.slice(marker.map_or(0, |m| m.length)..text.as_str().len());
            let number = marker.map_or(self.found.works.len() as u32 + 1, |m| m.number);
            let repeated =
                self.found.works.last().is_some_and(|work| merge::same(&work.title, title.as_str()));
            if !repeated {
                let group =
                    self.squeezed(row, Role::Group).filter(|_| self.header.roles[column] != Role::Group);
                self.group = group.or(self.group.take());
                self.found.works.push(Work {
                    number,
                    title: title.as_str().to_owned(),
                    task: self.group.clone(),
                    spans: vec![span],
                    ..Work::default()
                });
            }
        }
        self.measure(row);
    }

    fn score(&self, row: usize) -> Option<Decimal> {
        self.squeezed(row, Role::Score)?.trim_end_matches('分').parse().ok()
    }

    fn measure(&mut self, row: usize) {
        let span = self.grid.row_span(row);
        if self.found.works.is_empty() {
            self.found.works.push(Work { number: 1, spans: vec![span], ..Work::default() });
        }
        let body = self.cell(row, Role::Measures);
        let title = self
            .squeezed(row, Role::Work)
            .filter(|_| !matches!(self.shape, Shape::UnderColumn(at) if self.header.roles[at] == Role::Work));
        let number = self.number(row);
        let is_rest = number.is_none()
            && title.is_none()
            && body.is_none_or(|cell| numeral::marker(&cell.squeezed()).is_none());
        let merged = matches!(self.shape, Shape::UnderColumn(_));
        let assigned = self.owners(row).assign();
        let (_, deadline, due) = self.due(row);
        let (score, targets) = (self.score(row), self.targets(row));
        let scope = self.squeezed(row, Role::Scope);
        let quantities = body.map(|cell| self.figures(&cell.text())).unwrap_or_default();
        let Some(work) = self.found.works.last_mut() else { return };
        if is_rest && !merged && !work.measures.is_empty() {
            self.rest(row, body);
            return;
        }
        let text = body.map(Cell::text).unwrap_or_default();
        let printed = numeral::marker(text.as_str()).filter(|m| number.is_none() && m.style >= Style::Digit);
        let text = text.slice(printed.map_or(0, |m| m.length)..text.as_str().len());
        let sub_scores = if score.is_some() { sub_scores(text.as_str()) } else { Vec::new() };
        let next = work.measures.last().map_or(1, |measure| measure.number + 1);
        let number = number.or(printed.map(|m| m.number)).unwrap_or(next);
        let deadline = deadline.or_else(|| due_inside(text.as_str(), self.around.year));
        self.account.claim(span, format!("work {} measure {number}", work.number));
        work.spans.push(span);
        work.measures.push(Measure {
            number,
            text: if text.is_empty() { title.clone().unwrap_or_default() } else { squeeze(&text) },
            title,
            lead: assigned.lead,
            support: assigned.support,
            open_list: !assigned.open.is_empty(),
            open: assigned.open,
            deadline,
            due,
            score,
            sub_scores,
            quantities,
            scope,
            targets,
            span,
            mark: assigned.mark,
        });
    }

    /// A row without a number goes on with the one before.
    fn rest(&mut self, row: usize, body: Option<&Cell>) {
        let span = self.grid.row_span(row);
        let more = self.owners(row).assign();
        let Some(measure) = self.found.works.last_mut().and_then(|work| work.measures.last_mut()) else {
            return;
        };
        if let Some(body) = body {
            measure.text.push_str(&squeeze(&body.text()));
        }
        measure.lead.extend(more.lead);
        measure.support.extend(more.support);
        self.account.claim(span, format!("measure {}", measure.number));
    }

    fn work(&mut self, row: usize, flat: bool) {
        let span = self.grid.row_span(row);
        let last = self.found.works.last();
        let title = self.cell(row, Role::Work).map(|cell| cell.text().squeezed());
        let number = self
            .number(row)
            .or_else(|| title.as_ref().and_then(|t| numeral::marker(t.as_str())).map(|m| m.number));
        let continues = last.is_some_and(|last| {
            number.is_none_or(|number| number == last.number) && (number.is_some() || title.is_none())
        });
        let number = number.unwrap_or_else(|| last.map_or(1, |last| last.number + u32::from(!continues)));
        let before = last
            .filter(|_| continues)
            .and_then(|last| last.measures.last())
            .map_or(0, |measure| measure.number);
        let assigned = self.owners(row).assign();
        let (stage, deadline, due) = self.due(row);
        let mut work = Work {
            number,
            task: self.squeezed(row, Role::Group),
            title: title.as_ref().map(bare_title).unwrap_or_default(),
            stage,
            deadline,
            score: self.score(row),
            nature: self.squeezed(row, Role::Nature),
            targets: self.targets(row),
            open_list: !assigned.open.is_empty(),
            lead: assigned.lead,
            support: assigned.support,
            open: assigned.open,
            mark: assigned.mark,
            spans: vec![span],
            ..Work::default()
        };
        work.measures =
            if flat { vec![self.only_measure(row, &work, due)] } else { self.measures(row, before) };
        self.account.claim(span, format!("work {number}"));
        match self.found.works.last_mut().filter(|_| continues) {
            Some(last) => {
                work.spans.truncate(1);
                if title.is_none() {
                    work.title.clone_from(&last.title);
                }
                merge::into(last, work, &mut self.found.conflicts);
            }
            None => self.found.works.push(work),
        }
    }

    fn only_measure(&self, row: usize, work: &Work, due: Option<String>) -> Measure {
        let body = self.cell(row, Role::Measures);
        let text = body.map_or_else(|| work.title.clone(), |cell| squeeze(&cell.text()));
        Measure {
            number: work.number,
            title: Some(work.title.clone()).filter(|title| *title != text && !title.is_empty()),
            deadline: work.deadline.or_else(|| due_inside(&text, self.around.year)),
            text,
            lead: work.lead.clone(),
            support: work.support.clone(),
            open_list: work.open_list,
            open: work.open.clone(),
            due,
            score: work.score,
            scope: self.squeezed(row, Role::Scope),
            quantities: body.map(|cell| self.figures(&cell.text())).unwrap_or_default(),
            span: body.map_or(self.grid.row_span(row), Cell::span),
            mark: Mark::None,
            ..Measure::default()
        }
    }

    /// Figures inside a measure; the points of an assessment are no figures of the task.
    fn figures(&self, text: &Text) -> Vec<quantity::Quantity> {
        let scored = self.header.roles.contains(&Role::Score);
        if scored { Vec::new() } else { quantity::read(text, self.around) }
    }

    fn measures(&self, row: usize, last: u32) -> Vec<Measure> {
        let Some(cell) = self.cell(row, Role::Measures) else { return Vec::new() };
        let mut next = last;
        let mut measures = Vec::new();
        for piece in pieces::read(cell, last) {
            next = piece.number.unwrap_or(next + 1);
            let quantities = self.figures(&piece.text);
            measures.push(Measure {
                number: next,
                text: squeeze(&piece.text),
                quantities,
                span: piece.text.span(),
                ..Measure::default()
            });
        }
        measures
    }
}

fn squeeze(text: &Text) -> String {
    text.squeezed().as_str().to_owned()
}

fn bare_title(title: &Text) -> String {
    let marker = numeral::marker(title.as_str());
    title.slice(marker.map_or(0, |m| m.length)..title.as_str().len()).as_str().to_owned()
}

/// Units of a cell; a label inside it (牵头单位：…；配合单位：…) tells their part.
fn read_owners(cell: &Cell, part: Part) -> Owners {
    let text = cell.text();
    super::super::assignment::labelled(&text).unwrap_or_else(|| owners::read(&text, part))
}

fn sub_scores(text: &str) -> Vec<Decimal> {
    let all: Vec<Decimal> = SUB_SCORE.captures_iter(text).filter_map(|c| c[1].parse().ok()).collect();
    if all.len() > 1 { all } else { Vec::new() }
}

/// A day inside the text of a measure: 2018年7月底前修订完善….
pub fn due_inside(text: &str, year: Option<i32>) -> Option<NaiveDate> {
    static BY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:20[0-9]{2}年)?(?:[0-9]{1,2}月(?:[0-9]{1,2}日|底|末)|年底|[一二三四]季度(?:末|底)?|上半年|20[0-9]{2}年底?)\s*(?:之?前|完成|内)").expect("constant")
    });
    let squeezed: String = text.chars().filter(|c| !crate::span::is_space(*c)).collect();
    BY.find(&squeezed).and_then(|found| date::due(found.as_str(), year))
}

/// A stage as printed: 2023-2027年, 2023年, 长期实施.
pub fn stage(text: &str) -> Stage {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new("20[0-9]{2}").expect("constant"));
    let years: Vec<i32> = YEAR.find_iter(text).filter_map(|found| found.as_str().parse().ok()).collect();
    let from = years.first().copied();
    Stage { from, to: years.last().copied().or(from), text: text.to_owned() }
}
