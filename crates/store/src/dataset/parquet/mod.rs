//! Parquet, each column for itself and several at a time, without Arrow in between.

mod meaning;
mod shared;
mod values;

use super::{
    Dataset, Finding, Findings, Progress, Reading,
    finding::shown,
    header::{Intake, Role},
};
use meaning::Meaning;
use parquet::{
    errors::ParquetError,
    file::reader::{FileReader, SerializedFileReader},
};
use rules::catalog::{Catalog, Type};
use shared::SharedFile;
use std::{
    collections::HashSet,
    fs::File,
    mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Sender, channel},
    },
    thread,
};
use values::{Cells, Target};

/// Most columns that are read at a time: each holds some pages in memory.
const THREADS_MAX: usize = 16;

fn damaged(error: &ParquetError) -> Findings {
    let what = format!("it cannot be read as Parquet: {}", shown(&error.to_string()));
    Findings::of(Finding::of_file(what, "write the file anew, compressed by snappy, zstd or not at all"))
}

/// Reads a Parquet file.
pub fn read(
    file: File,
    catalog: &Catalog,
    reading: Reading,
    progress: &mut Progress<'_>,
) -> Result<Dataset, Findings> {
    let reader = SerializedFileReader::new(SharedFile::new(file).map_err(|error| damaged(&error))?)
        .map_err(|error| damaged(&error))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let root = |at: usize| schema.column(at).path().parts().first().cloned().unwrap_or_default();
    // Of a list or a group the first of its columns stands for all.
    let mut seen = HashSet::new();
    let is_own = |at: &usize| schema.column(*at).path().parts().get(1).is_none_or(|_| seen.insert(root(*at)));
    let own: Vec<usize> = (0..schema.num_columns()).filter(is_own).collect();
    let mut intake = Intake::new(own.iter().map(|at| root(*at)).collect(), catalog, reading)?;
    let groups = reader.metadata().row_groups().iter();
    let rows: u64 = groups.map(|group| u64::try_from(group.num_rows()).unwrap_or(0)).sum();
    if rows > super::FIRMS_MAX as u64 {
        let what = format!("there are more than {} firms", super::FIRMS_MAX);
        return Err(Findings::of(Finding::of_file(what, "see that it is the right file")));
    }
    let columns = columns_of(&mut intake, &own, &reader);
    let read = Columns { reader: &reader, rows, cells: &columns, next: AtomicUsize::new(0) };
    read.all(progress);
    let mut targets = Vec::new();
    for (_, cells) in columns {
        let cells = cells.into_inner().unwrap_or_else(PoisonError::into_inner);
        let row = cells.row;
        let is_over = cells.is_over();
        intake.findings.append(cells.findings);
        if is_over || intake.findings.is_full() {
            let last = intake.findings.all.last().and_then(|finding| finding.row).unwrap_or(row);
            intake.findings.stop(last);
            return Err(intake.findings);
        }
        match cells.target {
            Target::Firms(firms) => intake.firms = firms,
            Target::Field(column) => targets.push(column),
        }
    }
    intake.columns = targets;
    intake.finish()
}

/// The columns that are asked for, in the order of the file, with their places in it; what cannot be read of them
/// is told.
fn columns_of<'c>(
    intake: &mut Intake<'c>,
    own: &[usize],
    reader: &SerializedFileReader<SharedFile>,
) -> Vec<(usize, Mutex<Cells<'c>>)> {
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let mut fields = mem::take(&mut intake.columns).into_iter();
    let mut columns = Vec::new();
    for (name, at) in own.iter().enumerate() {
        let target = match intake.roles[name] {
            Role::Nothing => continue,
            Role::Firm => Target::Firms(mem::take(&mut intake.firms)),
            Role::Field(_) => match fields.next() {
                Some(column) => Target::Field(column),
                None => continue,
            },
        };
        let (column, name) = (schema.column(*at), intake.names[name].clone());
        let mut findings = Findings::default();
        let meaning = Meaning::of(&column);
        let is_set = matches!(&target, Target::Field(column) if matches!(column.kind, Type::CodeSet(_)));
        let fault = match meaning {
            Meaning::Nested if is_set => {
                Some(("the column holds lists", "write the codes of a set as one text: a|b"))
            }
            Meaning::Nested => Some(("the column holds lists or groups", "write one value to a row")),
            Meaning::Other => {
                Some(("the column holds times of day or another type that no field has", "write it as text"))
            }
            _ => None,
        };
        if let Some((what, hint)) = fault {
            findings.add(Finding::of_file(what, hint).in_column(&name));
        }
        let optional = column.max_def_level() > 0;
        columns.push((*at, Mutex::new(Cells { name, target, meaning, optional, row: 0, findings })));
    }
    columns
}

/// Columns that are read by several threads, each column by one.
struct Columns<'r, 'c> {
    reader: &'r SerializedFileReader<SharedFile>,
    rows: u64,
    cells: &'r [(usize, Mutex<Cells<'c>>)],
    /// The first that no thread has taken.
    next: AtomicUsize,
}

impl Columns<'_, '_> {
    fn all(&self, progress: &mut Progress<'_>) {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let total = self.rows * self.cells.len() as u64;
        thread::scope(|scope| {
            let (told, done) = channel();
            for _ in 0..threads.min(THREADS_MAX).min(self.cells.len()) {
                let told = told.clone();
                scope.spawn(move || self.some(&told));
            }
            drop(told);
            let mut sum = 0;
            for rows in done {
                sum += rows;
                progress(sum, total);
            }
        });
    }

    /// Takes columns until there is none left; tells of rows that are read.
    fn some(&self, told: &Sender<u64>) {
        while let Some((at, cells)) = self.cells.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let mut cells = cells.lock().unwrap_or_else(PoisonError::into_inner);
            if matches!(cells.meaning, Meaning::Nested | Meaning::Other) {
                continue;
            }
            if let Err(error) = self.one(*at, &mut cells, told) {
                let name = cells.name.clone();
                damaged(&error).all.into_iter().for_each(|one| cells.findings.add(one.in_column(&name)));
            }
            if cells.is_over() {
                // Whatever stands behind would not be told any more.
                self.next.store(self.cells.len(), Ordering::Relaxed);
            }
        }
    }

    fn one(&self, at: usize, cells: &mut Cells<'_>, told: &Sender<u64>) -> Result<(), ParquetError> {
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group)?;
            let before = cells.row;
            cells.read(group.get_column_reader(at)?)?;
            // Nobody listens where the reading thread was ended.
            let _ = told.send(cells.row - before);
        }
        let read = cells.row;
        if read != self.rows && !cells.is_over() {
            let what = format!("the column has {read} values, the file {} rows", self.rows);
            let finding = Finding::of_file(what, "write the file anew");
            cells.findings.add(finding.in_column(&cells.name));
        }
        Ok(())
    }
}
