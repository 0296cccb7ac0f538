//! One row after the other: a work, a measure, a heading, or the rest of the row before.

use super::{
    super::{
        Conflict, Found, Mark, Measure, Work,
        assignment::{self, Assignment},
        columns::{self, Role},
        merge,
        owners::{Assigned, Owners},
        pieces,
    },
    cells::{self, Cells},
    grid::{Grid, Header},
};
use crate::{
    manuscript::Cell,
    numeral::{self, Style},
    privacy,
    quantity::{self, Around},
    reading::Account,
    span::{Span, Text},
};
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
        let number = column(Role::Number);
        let arabic = |row: &usize| {
            let cell = number.and_then(|at| grid.filled(*row, at));
            cell.is_some_and(|cell| cell.squeezed().starts_with(|c: char| c.is_ascii_digit()))
        };
        let spanned = rows().any(|row| grid.distinct(row).len() == 1);
        // Rows numbered 一、 head rows numbered 1.; where all rows are numbered so, they are works themselves.
        if headings > 0 && (spanned || number.is_none() || rows().any(|row| arabic(&row))) {
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
            if let Some(at) = column(role).filter(|at| {
                grid.is_merged(*at, start)
                    || blanks(grid, header, *at, start)
                    || rest_rows(grid, header, *at, start)
            }) {
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

/// Whether rows below a filled cell leave it and their number empty but hold a measure of their own.
fn rest_rows(grid: &Grid<'_>, header: &Header, column: usize, start: usize) -> bool {
    let place = |role: fn(&Role) -> bool| header.roles.iter().position(role);
    let Some(measures) = place(|role| *role == Role::Measures) else { return false };
    let Some(units) = place(|role| matches!(role, Role::Units(_) | Role::Due)) else { return false };
    let number = place(|role| *role == Role::Number);
    (start..grid.height()).any(|row| {
        let unnumbered = number.is_none_or(|number| grid.filled(row, number).is_none());
        unnumbered
            && grid.filled(row, column).is_none()
            && grid.filled(row, measures).is_some()
            && grid.filled(row, units).is_some()
    })
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

    fn cells(&self, row: usize) -> Cells {
        cells::read(self.grid, self.header, row, self.around)
    }

    /// Names and telephone numbers never leave the document.
    fn drop_contacts(&mut self, row: usize) {
        for column in 0..self.header.roles.len() {
            let persons = self.header.roles[column] == Role::Contact
                || columns::names_persons(&self.header.headings[column]);
            if persons && let Some((cell, true)) = self.grid.cell(row, column) {
                self.account.claim(cell.span(), privacy::DROPPED);
            }
        }
    }

    fn is_total(&self, row: usize) -> bool {
        let filled = self.grid.distinct(row);
        let title = filled.iter().map(|(_, cell)| cell.squeezed()).find(|text| text.chars().count() > 1);
        filled.len() <= 3
            && title.is_some_and(|title| ["总分", "合计", "总计", "小计"].contains(&title.as_str()))
    }

    fn heading(&mut self, row: usize, cell: &Cell) {
        let span = self.grid.row_span(row);
        let cells = self.cells(row);
        let text = cell.text().squeezed();
        let marker = numeral::marker(text.as_str());
        let title = text.slice(marker.map_or(0, |m| m.length)..text.as_str().len());
        let declared = DECLARED.captures(title.as_str()).and_then(|c| numeral::parse(&c[1]));
        let number = cells.number.or(marker.map(|m| m.number)).unwrap_or(self.found.works.len() as u32 + 1);
        let title = DECLARED.replace(title.as_str(), "").into_owned();
        let whole_row = cell.columns >= self.grid.width();
        let body = cells.body.filter(|_| cells.body_span != Some(cell.span())).map(|body| squeeze(&body));
        let assigned = if whole_row { Owners::default().assign() } else { cells.assigned };
        self.account.claim(span, format!("work {number}"));
        let work = Work {
            number,
            title,
            declared,
            stage: cells.stage,
            deadline: cells.deadline.filter(|_| cells.due.is_some()),
            text: body,
            score: cells.score,
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
            self.open_work(row, column, &text);
        }
        self.measure(row);
    }

    /// The work that a merged cell heads; a cell repeated on the next page heads the same work.
    fn open_work(&mut self, row: usize, column: usize, text: &Text) {
        let marker = numeral::marker(text.as_str());
        let title = text.slice(marker.map_or(0, |m| m.length)..text.as_str().len());
        if self.found.works.last().is_some_and(|work| merge::same(&work.title, title.as_str())) {
            return;
        }
        let number = marker.map_or(self.found.works.len() as u32 + 1, |m| m.number);
        let group = self.cells(row).group.filter(|_| self.header.roles[column] != Role::Group);
        self.group = group.or(self.group.take());
        self.found.works.push(Work {
            number,
            title: title.as_str().to_owned(),
            task: self.group.clone(),
            spans: vec![text.span()],
            ..Work::default()
        });
    }

    fn measure(&mut self, row: usize) {
        let span = self.grid.row_span(row);
        let mut cells = self.cells(row);
        let headed = matches!(self.shape, Shape::UnderColumn(at) if self.header.roles[at] == Role::Work);
        if headed {
            // The title is the work's, which may reach over many measures; so may its number.
            cells.title = None;
            let own = numeral::marker(cells.body.as_ref().map_or("", Text::as_str)).is_some();
            cells.number = cells.number.filter(|_| !own && !self.repeats_number(row));
        }
        if self.found.works.is_empty() {
            self.found.works.push(Work { number: 1, spans: vec![span], ..Work::default() });
        }
        let unmarked = numeral::marker(cells.body.as_ref().map_or("", Text::as_str)).is_none();
        let is_rest = cells.number.is_none() && cells.title.is_none() && unmarked;
        let merged = matches!(self.shape, Shape::UnderColumn(_));
        let Some(work) = self.found.works.last() else { return };
        if is_rest && !merged && !work.measures.is_empty() {
            self.rest(row, cells);
            return;
        }
        let next = work.measures.last().map_or(1, |measure| measure.number + 1);
        let measure = self.read_measure(cells, next, span);
        self.account.claim(span, format!("work {} measure {}", work.number, measure.number));
        if let Some(work) = self.found.works.last_mut() {
            work.spans.push(span);
            work.measures.push(measure);
        }
    }

    /// Whether the number of a row reaches down from the row above.
    fn repeats_number(&self, row: usize) -> bool {
        let number = self.header.roles.iter().position(|role| *role == Role::Number);
        number.and_then(|at| self.grid.cell(row, at)).is_some_and(|(cell, starts)| !starts || cell.rows > 1)
    }

    fn read_measure(&self, cells: Cells, next: u32, span: Span) -> Measure {
        let text = cells.body.unwrap_or_default();
        let printed =
            numeral::marker(text.as_str()).filter(|m| cells.number.is_none() && m.style >= Style::Digit);
        let text = text.slice(printed.map_or(0, |m| m.length)..text.as_str().len());
        let title = cells.title.as_ref().map(bare_title);
        let mut quantities = self.figures(&text);
        if cells.due.is_some() {
            for quantity in &mut quantities {
                quantity.deadline = quantity.deadline.or(cells.deadline);
            }
        }
        Measure {
            number: cells.number.or(printed.map(|m| m.number)).unwrap_or(next),
            sub_scores: if cells.score.is_some() { sub_scores(text.as_str()) } else { Vec::new() },
            text: if text.is_empty() { title.clone().unwrap_or_default() } else { squeeze(&text) },
            title,
            lead: cells.assigned.lead,
            support: cells.assigned.support,
            open_list: !cells.assigned.open.is_empty(),
            open: cells.assigned.open,
            deadline: cells.deadline,
            due: cells.due,
            score: cells.score,
            quantities,
            scope: cells.scope,
            other: cells.other,
            targets: cells.targets,
            span,
            mark: cells.assigned.mark,
        }
    }

    /// A row without a number goes on with the one before.
    fn rest(&mut self, row: usize, cells: Cells) {
        let span = self.grid.row_span(row);
        let Some(measure) = self.found.works.last_mut().and_then(|work| work.measures.last_mut()) else {
            return;
        };
        if let Some(body) = cells.body {
            measure.text.push_str(&squeeze(&body));
        }
        measure.lead.extend(cells.assigned.lead);
        measure.support.extend(cells.assigned.support);
        measure.open.extend(cells.assigned.open);
        measure.open_list |= !measure.open.is_empty();
        measure.targets.extend(cells.targets);
        measure.other.extend(cells.other);
        measure.deadline = measure.deadline.or(cells.deadline);
        measure.score = measure.score.or(cells.score);
        self.account.claim(span, format!("measure {}", measure.number));
    }

    fn work(&mut self, row: usize, flat: bool) {
        let span = self.grid.row_span(row);
        let cells = self.cells(row);
        let last = self.found.works.last();
        let marked = cells.title.as_ref().and_then(|title| numeral::marker(title.as_str())).map(|m| m.number);
        let number = cells.number.or(marked);
        let untitled = cells.title.is_none();
        let continues = last.is_some_and(|last| {
            number.is_none_or(|number| number == last.number) && (number.is_some() || untitled)
        });
        let number = number.unwrap_or_else(|| last.map_or(1, |last| last.number + u32::from(!continues)));
        let before = last.filter(|_| continues).and_then(|last| last.measures.last()).map_or(0, |m| m.number);
        let measures = if flat { Vec::new() } else { self.measures(row, before) };
        let mut work = self.read_work(cells, number, span, measures);
        self.account.claim(span, format!("work {number}"));
        match self.found.works.last_mut().filter(|_| continues) {
            Some(last) => {
                if untitled {
                    work.title.clone_from(&last.title);
                }
                merge::into(last, work, &mut self.found.conflicts);
            }
            None => self.found.works.push(work),
        }
    }

    /// A row as a work; without measures of its own it is its only measure.
    fn read_work(&self, cells: Cells, number: u32, span: Span, mut measures: Vec<Measure>) -> Work {
        let title = cells.title.as_ref().map(bare_title).unwrap_or_default();
        let (stage, nature, group) = (cells.stage.clone(), cells.nature.clone(), cells.group.clone());
        let deadline = cells.deadline.filter(|_| cells.due.is_some() || measures.is_empty());
        let own = Cells { targets: Vec::new(), number: None, ..cells };
        let targets = cells.targets;
        let only = self.read_measure(own, number, span);
        let (lead, support, open, mark) =
            (only.lead.clone(), only.support.clone(), only.open.clone(), only.mark);
        let score = only.score;
        if let Some(first) = measures.first_mut() {
            first.other.clone_from(&only.other);
        }
        if measures.is_empty() {
            let title = only.title.clone().filter(|title| *title != only.text && !title.is_empty());
            measures.push(Measure { number, title, mark: Mark::None, ..only });
        }
        Work {
            number,
            task: group,
            title,
            stage,
            deadline,
            score,
            nature,
            targets,
            open_list: !open.is_empty(),
            lead,
            support,
            open,
            mark,
            measures,
            spans: vec![span],
            ..Work::default()
        }
    }

    /// Figures inside a measure; the points of an assessment are no figures of the task.
    fn figures(&self, text: &Text) -> Vec<quantity::Quantity> {
        let scored = self.header.roles.contains(&Role::Score);
        if scored { Vec::new() } else { quantity::read(text, self.around) }
    }

    /// The numbered measures of a cell, each with the bracket that may close it.
    fn measures(&self, row: usize, last: u32) -> Vec<Measure> {
        let at = self.header.roles.iter().position(|role| *role == Role::Measures);
        let Some(cell) = at.and_then(|at| self.grid.filled(row, at)) else { return Vec::new() };
        let named = self.header.roles.iter().any(|role| matches!(role, Role::Units(_)));
        let mut next = last;
        let mut measures = Vec::new();
        for piece in pieces::read(cell, last) {
            next = piece.number.unwrap_or(next + 1);
            let (text, said) =
                if named { (piece.text, Assignment::default()) } else { assignment::part_from(&piece.text) };
            let Assigned { lead, support, open, mark } = said.owners.assign();
            measures.push(Measure {
                number: next,
                quantities: self.figures(&text),
                text: squeeze(&text),
                span: text.span(),
                open_list: !open.is_empty(),
                lead,
                support,
                open,
                due: said.due,
                mark,
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

fn sub_scores(text: &str) -> Vec<Decimal> {
    let all: Vec<Decimal> = SUB_SCORE.captures_iter(text).filter_map(|c| c[1].parse().ok()).collect();
    if all.len() > 1 { all } else { Vec::new() }
}
