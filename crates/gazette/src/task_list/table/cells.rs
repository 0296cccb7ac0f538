//! What the cells of one row say, whatever the row turns out to be.

use super::{
    super::{
        Stage, Target,
        assignment::{self, Assignment},
        columns::{self, Role},
        indicator_text,
        owners::{self, Assigned, Owners, Part},
        pieces,
    },
    grid::{Grid, Header},
};
use crate::{
    date,
    manuscript::Cell,
    numeral,
    quantity::{self, Around},
    span::{Span, Text, is_space},
};
use chrono::NaiveDate;
use regex::Regex;
use rust_decimal::Decimal;
use std::{collections::BTreeMap, sync::LazyLock};

/// The cells of a row by what they are for.
pub struct Cells {
    /// Its number, if one is printed.
    pub number: Option<u32>,
    /// The group above it.
    pub group: Option<String>,
    /// The cell that names the work or the measure.
    pub title: Option<Text>,
    /// The cell that says what to do, without the assignment it may hold.
    pub body: Option<Text>,
    /// Where that cell stands.
    pub body_span: Option<Span>,
    /// Who answers.
    pub assigned: Assigned,
    /// When it runs.
    pub stage: Option<Stage>,
    /// Last day.
    pub deadline: Option<NaiveDate>,
    /// When it is due, as printed.
    pub due: Option<String>,
    /// Points of an assessment.
    pub score: Option<Decimal>,
    /// Where it applies.
    pub scope: Option<String>,
    /// 约束性 or 预期性.
    pub nature: Option<String>,
    /// Columns that nothing else stands for, heading → text.
    pub other: BTreeMap<String, String>,
    /// Target items.
    pub targets: Vec<Target>,
}

/// Reads the cells of a row.
pub fn read(grid: &Grid<'_>, header: &Header, row: usize, around: Around) -> Cells {
    let row = RowOf { grid, header, at: row, around };
    let mut owners = row.owners();
    let mut said = Assignment::default();
    let mut title = row.cell(Role::Work).map(Cell::text);
    let mut body = row.cell(Role::Measures).map(Cell::text);
    if owners.is_empty() {
        // Without a column for units the cell itself may close with a bracket that names them.
        for text in [&mut title, &mut body].into_iter().flatten() {
            let (rest, found) = assignment::part_from(text);
            *text = rest;
            owners.join(found.owners);
            said.due = said.due.or(found.due);
            said.scope = said.scope.or(found.scope);
        }
    }
    let due = row.squeezed(Role::Due).or(said.due);
    let inside = body.as_ref().or(title.as_ref()).and_then(|text| due_phrase(text.as_str()));
    let mut targets = row.targets();
    let name = title.as_ref().map(|text| text.squeezed().as_str().to_owned()).unwrap_or_default();
    for quantity in targets.iter_mut().flat_map(|target| &mut target.quantities) {
        if quantity.indicator.is_empty() {
            quantity.indicator.clone_from(&name);
        }
    }
    Cells {
        number: row.number(),
        group: row.squeezed(Role::Group),
        assigned: owners.assign(),
        stage: due.as_deref().filter(|due| is_stage(due)).map(stage),
        deadline: due
            .as_deref()
            .and_then(|due| super::due(due, around.year))
            .or_else(|| inside.as_deref().and_then(|phrase| date::due(phrase, around.year))),
        due: due.or_else(|| inside.clone()),
        score: row.squeezed(Role::Score).and_then(|text| text.trim_end_matches('分').parse().ok()),
        scope: row.squeezed(Role::Scope).or(said.scope),
        nature: row.squeezed(Role::Nature),
        other: row.other(),
        targets,
        body_span: row.cell(Role::Measures).map(Cell::span),
        title: title.filter(|text| !text.is_empty()).map(|text| text.squeezed()),
        body: body.filter(|text| !text.is_empty()),
    }
}

struct RowOf<'a> {
    grid: &'a Grid<'a>,
    header: &'a Header,
    at: usize,
    around: Around,
}

impl<'a> RowOf<'a> {
    fn cell(&self, role: Role) -> Option<&'a Cell> {
        let at = self.header.roles.iter().position(|r| *r == role)?;
        self.grid.filled(self.at, at)
    }

    fn squeezed(&self, role: Role) -> Option<String> {
        self.cell(role).map(Cell::squeezed).filter(|text| !text.is_empty())
    }

    fn number(&self) -> Option<u32> {
        let printed = self.squeezed(Role::Number)?;
        let bare = printed.trim_end_matches(['、', '.', '．']);
        numeral::parse(bare).or_else(|| numeral::marker(&printed).map(|m| m.number))
    }

    fn owners(&self) -> Owners {
        let mut owners = Owners::default();
        for (column, role) in self.header.roles.iter().enumerate() {
            if let Role::Units(part) = role
                && let Some(cell) = self.grid.filled(self.at, column)
            {
                let mut named = read_owners(cell, *part);
                if columns::names_persons(&self.header.headings[column]) {
                    named.keep_bodies();
                }
                owners.join(named);
            }
        }
        owners
    }

    /// Remarks, today's figures, columns nobody knows: kept under their heading.
    fn other(&self) -> BTreeMap<String, String> {
        let mut other = BTreeMap::new();
        for (column, role) in self.header.roles.iter().enumerate() {
            if matches!(role, Role::Remark | Role::Baseline | Role::Other)
                && let Some(cell) = self.grid.filled(self.at, column)
            {
                other.insert(self.header.headings[column].clone(), cell.squeezed());
            }
        }
        other
    }

    fn targets(&self) -> Vec<Target> {
        if let Some(target) = self.indicator() {
            return vec![target];
        }
        let Some(cell) = self.cell(Role::Targets) else { return Vec::new() };
        let item = |(index, piece): (usize, pieces::Piece)| Target {
            number: piece.number.unwrap_or(index as u32 + 1),
            quantities: quantity::read(&piece.text, self.around),
            span: piece.text.span(),
            text: piece.text.squeezed().as_str().to_owned(),
        };
        pieces::read(cell, 0).into_iter().enumerate().map(item).collect()
    }

    /// The figure of an indicator, put together from its columns: of several the one of the latest year.
    fn indicator(&self) -> Option<Target> {
        let mut figures: Vec<(Option<NaiveDate>, &Cell)> = Vec::new();
        for (at, role) in self.header.roles.iter().enumerate() {
            if let Role::Figure(due) = role
                && let Some(cell) = self.grid.filled(self.at, at)
                && !matches!(cell.squeezed().as_str(), "-" | "—" | "/" | "－" | "——" | "–")
            {
                figures.push((*due, cell));
            }
        }
        let (due, cell) = figures.into_iter().rev().max_by_key(|(due, _)| *due)?;
        let printed = self.squeezed(Role::Work).unwrap_or_default();
        let (name, own_unit) = unit_of(&printed);
        let unit = self.squeezed(Role::Unit).unwrap_or(own_unit);
        let due = due.or_else(|| date::due(&self.header.headings.concat(), None));
        Some(indicator_text::target(1, &name, &cell.text().squeezed(), &unit, due))
    }
}

/// 地区生产总值（亿元） → the name and its unit.
fn unit_of(name: &str) -> (String, String) {
    let open = name.rfind(['（', '(']).filter(|_| name.ends_with(['）', ')']));
    let inside = open.map(|at| name[at..].trim_matches(['（', '(', '）', ')']).to_owned());
    match (open, inside) {
        (Some(at), Some(unit)) if unit.chars().count() <= 8 && (quantity::is_unit(&unit)) => {
            (name[..at].to_owned(), unit)
        }
        _ => (name.to_owned(), String::new()),
    }
}

/// Units of a cell; a label inside it (牵头单位：…；配合单位：…) tells their part.
fn read_owners(cell: &Cell, part: Part) -> Owners {
    let text = cell.text();
    assignment::labelled(&text).unwrap_or_else(|| owners::read(&text, part))
}

/// A day inside the text of a measure: 2018年7月底前修订完善….
pub fn due_inside(text: &str, year: Option<i32>) -> Option<NaiveDate> {
    due_phrase(text).and_then(|phrase| date::due(&phrase, year))
}

/// The words that name a day inside the text of a measure.
fn due_phrase(text: &str) -> Option<String> {
    static BY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?:20[0-9]{2}年)?(?:[0-9]{1,2}月(?:[0-9]{1,2}日|底|末)|年底|[一二三四]季度(?:末|底)?|上半年|20[0-9]{2}年底?)\s*(?:之?前|完成|内)",
            r"|到20[0-9]{2}年(?:[0-9]{1,2}月)?(?:年?底|末)?"
        ))
        .expect("constant")
    });
    let squeezed: String = text.chars().filter(|c| !is_space(*c)).collect();
    BY.find(&squeezed).map(|found| found.as_str().to_owned())
}

/// Whether a due phrase is a stage: years and nothing finer, or 长期.
fn is_stage(text: &str) -> bool {
    (text.contains("20") && !text.contains(['月', '季', '日']))
        || ["长期", "持续", "常态"].iter().any(|word| text.contains(word))
}

/// A stage as printed: 2023-2027年, 2023年, 长期实施.
pub fn stage(text: &str) -> Stage {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new("20[0-9]{2}").expect("constant"));
    let years: Vec<i32> = YEAR.find_iter(text).filter_map(|found| found.as_str().parse().ok()).collect();
    let from = years.first().copied();
    Stage { from, to: years.last().copied().or(from), text: text.to_owned() }
}
