//! The columns of a file: which field each delivers, and which identifies the firm.

use super::{
    FIRM_BYTES_MAX, FIRM_COLUMNS, Findings, Reading,
    cell::CellFault,
    column::GrowingColumn,
    finding::{Finding, Severity, shown},
    firms::{Firms, NewFirms},
};
use domain::credit_code;
use rules::{
    catalog::{Catalog, FieldIndex},
    spelling::did_you_mean,
    table::{Column, Table},
};
use std::collections::HashMap;

/// After so many codes that cannot be right it is asked whether most of them are.
const WRONG_MAX: usize = 100_000;

/// What a column of a file delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The identifier of the firm.
    Firm,
    /// A field, by its place among the columns that are read.
    Field(usize),
    /// Nothing that is asked for.
    Nothing,
}

/// A file while it is read.
pub struct Intake<'c> {
    catalog: &'c Catalog,
    /// Names of the columns, as the file has them.
    pub names: Vec<String>,
    pub roles: Vec<Role>,
    /// Fields that are delivered, in the order of the columns.
    fields: Vec<FieldIndex>,
    pub columns: Vec<GrowingColumn<'c>>,
    pub firms: FirmColumn,
    pub findings: Findings,
    unknown_columns: Vec<String>,
}

impl<'c> Intake<'c> {
    /// Reads the names of the columns; the findings where nothing can be read with them.
    pub fn new(names: Vec<String>, catalog: &'c Catalog, reading: Reading) -> Result<Self, Findings> {
        let mut intake = Self {
            catalog,
            roles: Vec::with_capacity(names.len()),
            names,
            fields: Vec::new(),
            columns: Vec::new(),
            firms: FirmColumn { is_strict: reading.strict, ..FirmColumn::default() },
            findings: Findings::default(),
            unknown_columns: Vec::new(),
        };
        intake.assign();
        if !intake.roles.contains(&Role::Firm) {
            let what = "no column identifies the firm";
            let hint = match intake.names.as_slice() {
                [one] if one.contains(['\t', ';', '，']) => "separate the columns by commas",
                _ => "name the column of the credit code `uscc` or `firm`, in the first row",
            };
            intake.findings.add(Finding::of_row(1, what, hint));
        }
        if intake.findings.error_count > 0 { Err(intake.findings) } else { Ok(intake) }
    }

    fn assign(&mut self) {
        let names = self.names.clone();
        let mut seen: HashMap<Delivery, String> = HashMap::new();
        for name in &names {
            let field = self.catalog.find(name);
            let role = match field {
                Some(field) => Delivery::Field(field),
                None if FIRM_COLUMNS.contains(&name.as_str()) => Delivery::Firm,
                None => {
                    self.roles.push(Role::Nothing);
                    self.unknown(name);
                    continue;
                }
            };
            if let Some(before) = seen.insert(role, name.clone()) {
                let what = format!("the columns `{}` and `{}` are the same", shown(&before), shown(name));
                let finding = Finding::of_row(1, what, "deliver every field once");
                self.findings.add(finding.in_column(name));
                self.roles.push(Role::Nothing);
                continue;
            }
            self.roles.push(match field {
                None => Role::Firm,
                Some(field) => {
                    self.fields.push(field);
                    self.columns.push(GrowingColumn::new(self.catalog, &self.catalog.field(field).kind));
                    Role::Field(self.columns.len() - 1)
                }
            });
        }
    }

    fn unknown(&mut self, name: &str) {
        const UNKNOWN_MAX: usize = 1_000;
        if self.unknown_columns.len() >= UNKNOWN_MAX {
            return;
        }
        self.unknown_columns.push(shown(name));
        let fields =
            self.catalog.fields().iter().flat_map(|field| [field.name.as_str(), field.label.zh.as_str()]);
        let fields = fields.filter(|field| !field.is_empty());
        let hint =
            did_you_mean(name, fields, "it is not read; declare it with the facts where a rule asks for it");
        let finding = Finding::of_file("the column is no field", hint).in_column(name);
        self.findings.add(Finding { severity: Severity::Warning, ..finding });
    }

    /// Adds the identifier of a firm.
    pub fn firm(&mut self, id: &str, row: u64, column: usize) {
        self.firms.add(id, row, &self.names[column], &mut self.findings);
    }

    /// Whether nothing is gained by reading on.
    pub fn is_over(&self) -> bool {
        self.findings.is_full() || self.firms.is_strange
    }

    /// Whether there are more firms than so many.
    pub fn firms_are_too_many(&self, most: usize) -> bool {
        self.firms.ids.count() > most
    }

    /// Tells of a cell.
    pub fn fault(&mut self, fault: CellFault, row: u64, column: usize) {
        let finding = Finding::of_row(row, fault.what, fault.hint).in_column(&self.names[column]);
        self.findings.add(finding);
    }

    /// Everything that was read; the findings where there is an error among them.
    pub fn finish(mut self) -> Result<super::Dataset, Findings> {
        let firms: Firms = self.firms.ids.finish();
        if firms.count() == 0 && self.findings.error_count == 0 {
            self.findings.add(Finding::of_file(
                "the file holds no firm",
                "write a row for each firm below the header",
            ));
        }
        if self.findings.error_count > 0 {
            return Err(self.findings);
        }
        let rows = firms.count();
        let mut table = Table { rows, columns: Vec::new(), children: Vec::new() };
        let mut delivered: HashMap<FieldIndex, Column> = HashMap::new();
        for (field, column) in self.fields.into_iter().zip(self.columns) {
            delivered.insert(field, column.finish());
        }
        let mut missing = Vec::new();
        for (index, field) in self.catalog.fields().iter().enumerate() {
            let column = delivered.remove(&(index as FieldIndex));
            if column.is_none() {
                missing.push(field.name.clone());
            }
            table.columns.push(column.unwrap_or_else(|| Column::absent(rows)));
        }
        let (findings, unknown_columns) = (self.findings, self.unknown_columns);
        Ok(super::Dataset { firms, table, findings, missing, unknown_columns })
    }
}

/// The column that identifies the firms.
#[derive(Debug, Default)]
pub struct FirmColumn {
    ids: NewFirms,
    /// Row in the file of each firm, where it is not the next after the one before: (firm, row).
    jumps: Vec<(usize, u64)>,
    /// Whether a code that cannot be right is an error.
    is_strict: bool,
    /// Codes that cannot be right.
    wrong: usize,
    /// Whether so many of them are wrong that nothing is gained by reading on.
    pub is_strange: bool,
}

impl FirmColumn {
    /// Adds the identifier of a firm.
    pub fn add(&mut self, id: &str, row: u64, column: &str, findings: &mut Findings) {
        let id = id.trim();
        let count = self.ids.count();
        if self.jumps.last().map_or(1, |(firm, at)| at + (count - firm) as u64) != row {
            self.jumps.push((count, row));
        }
        if id.is_empty() || id.len() > FIRM_BYTES_MAX {
            let what = if id.is_empty() { "the firm has no code" } else { "no code of a firm is so long" };
            findings
                .add(Finding::of_row(row, what, "write its unified social credit code").in_column(column));
            return self.ids.skip();
        }
        let is_code = column != "firm" || id.chars().count() == credit_code::PLACES;
        if is_code && let Err(fault) = credit_code::check(id) {
            self.wrong += 1;
            if self.wrong == WRONG_MAX && self.wrong * 2 > count {
                let what = format!("most firms have no credit code: {} of {}", self.wrong, count + 1);
                let hint = "see that it is the right file, or call the column `firm`";
                findings.add(Finding::of_row(row, what, hint).in_column(column));
                self.is_strange = true;
            }
            let severity = if self.is_strict { Severity::Error } else { Severity::Warning };
            findings.note(severity, || {
                let hint = "compare it with the register; codes of the pilot years may be as they are";
                Finding::of_row(row, format!("{}: {fault}", shown(id)), hint).in_column(column)
            });
        }
        if let Err(before) = self.ids.add(id) {
            let what = format!("the firm {} stands in row {} already", shown(id), self.row_of(before));
            findings.add(Finding::of_row(row, what, "deliver every firm once").in_column(column));
            self.ids.skip();
        }
    }

    /// The row of the file in which a firm stands.
    fn row_of(&self, firm: usize) -> u64 {
        let jump = self.jumps.partition_point(|(from, _)| *from <= firm);
        jump.checked_sub(1).map_or(1 + firm as u64, |at| self.jumps[at].1 + (firm - self.jumps[at].0) as u64)
    }
}

/// What a column may deliver once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Delivery {
    Firm,
    Field(FieldIndex),
}
