//! Parquet, column by column, without Arrow in between.

use super::{
    Dataset, Finding, Findings, Progress, Reading,
    column::Typed,
    finding::shown,
    header::{Intake, Role},
};
use chrono::{Datelike, NaiveDate};
use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical},
    column::reader::{ColumnReader, ColumnReaderImpl, get_typed_column_reader},
    data_type::{
        AsBytes, BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
        Int64Type,
    },
    errors::ParquetError,
    file::reader::{FileReader, SerializedFileReader},
    schema::types::ColumnDescriptor,
};
use rules::catalog::Catalog;
use std::fs::File;

/// Rows read at once.
const BATCH_ROWS: usize = 1 << 16;

/// How the values of a column are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Truth,
    Text,
    /// A whole number × 10^-scale.
    Decimal(u32),
    Float,
    Day,
    /// So many to a day, since 1970.
    Instant(i64),
    Other,
}

fn meaning(column: &ColumnDescriptor) -> Meaning {
    if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
        return Meaning::Other;
    }
    let scale = u32::try_from(column.type_scale()).unwrap_or(0);
    let instant = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => Meaning::Instant(86_400_000),
        TimeUnit::MICROS => Meaning::Instant(86_400_000_000),
        TimeUnit::NANOS => Meaning::Instant(86_400_000_000_000),
    };
    match (column.logical_type_ref(), column.converted_type(), column.physical_type()) {
        (_, _, Physical::BOOLEAN) => Meaning::Truth,
        (_, _, Physical::FLOAT | Physical::DOUBLE) => Meaning::Float,
        (Some(LogicalType::Decimal(decimal)), ..) => {
            Meaning::Decimal(u32::try_from(decimal.scale).unwrap_or(0))
        }
        (_, ConvertedType::DECIMAL, _) => Meaning::Decimal(scale),
        (Some(LogicalType::Date), ..) | (_, ConvertedType::DATE, _) => Meaning::Day,
        (Some(LogicalType::Timestamp(timestamp)), ..) => instant(&timestamp.unit),
        (_, ConvertedType::TIMESTAMP_MILLIS, _) => Meaning::Instant(86_400_000),
        (_, ConvertedType::TIMESTAMP_MICROS, _) => Meaning::Instant(86_400_000_000),
        (Some(LogicalType::Time(_)), ..)
        | (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS, _) => Meaning::Other,
        (Some(LogicalType::Integer(whole)), ..) if !whole.is_signed => Meaning::Other,
        (
            _,
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64,
            _,
        ) => Meaning::Other,
        (_, _, Physical::INT32 | Physical::INT64) => Meaning::Decimal(0),
        (_, _, Physical::BYTE_ARRAY) => Meaning::Text,
        _ => Meaning::Other,
    }
}

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
    let reader = SerializedFileReader::new(file).map_err(|error| damaged(&error))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names = schema.columns().iter().map(|column| column.path().parts().join(".")).collect();
    let mut intake = Intake::new(names, catalog, reading)?;
    let rows_of = |rows: i64| u64::try_from(rows).unwrap_or(0);
    let rows: u64 = reader.metadata().row_groups().iter().map(|group| rows_of(group.num_rows())).sum();
    if rows > super::FIRMS_MAX as u64 {
        let what = format!("there are more than {} firms", super::FIRMS_MAX);
        return Err(Findings::of(Finding::of_file(what, "see that it is the right file")));
    }
    let mut done = 0_u64;
    let total = rows * schema.num_columns() as u64;
    for (at, column) in schema.columns().iter().enumerate() {
        if intake.roles[at] == Role::Nothing {
            continue;
        }
        let meaning = meaning(column);
        if meaning == Meaning::Other {
            let finding = Finding::of_file(
                "the column holds lists, groups or times of day",
                "write codes of a set as text: a|b",
            );
            intake.findings.add(finding.in_column(&intake.names[at].clone()));
            continue;
        }
        let mut cells =
            Cells { intake: &mut intake, at, meaning, optional: column.max_def_level() > 0, row: 0 };
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group).map_err(|error| damaged(&error))?;
            let column = group.get_column_reader(at).map_err(|error| damaged(&error))?;
            cells.read(column).map_err(|error| damaged(&error))?;
            done += rows_of(group.metadata().num_rows());
            progress(done, total);
        }
        let read = cells.row;
        if read != rows && !intake.findings.is_full() {
            let what = format!("the column has {read} values, the file {rows} rows");
            intake
                .findings
                .add(Finding::of_file(what, "write the file anew").in_column(&intake.names[at].clone()));
        }
        if intake.findings.is_full() {
            intake.findings.stop(read);
            return Err(intake.findings);
        }
    }
    intake.finish()
}

/// A column on its way into the table.
struct Cells<'a, 'c> {
    intake: &'a mut Intake<'c>,
    at: usize,
    meaning: Meaning,
    optional: bool,
    row: u64,
}

impl Cells<'_, '_> {
    fn read(&mut self, column: ColumnReader) -> Result<(), ParquetError> {
        let meaning = self.meaning;
        match column {
            ColumnReader::BoolColumnReader(_) => {
                self.each::<BoolType>(get_typed_column_reader(column), |cells, value| {
                    cells.put(&Typed::Bool(*value));
                })
            }
            ColumnReader::Int32ColumnReader(_) => {
                self.each::<Int32Type>(get_typed_column_reader(column), |cells, value| {
                    cells.put_whole(i64::from(*value));
                })
            }
            ColumnReader::Int64ColumnReader(_) => self
                .each::<Int64Type>(get_typed_column_reader(column), |cells, value| cells.put_whole(*value)),
            ColumnReader::FloatColumnReader(_) => {
                self.each::<FloatType>(get_typed_column_reader(column), |cells, value| {
                    // The shortest decimal that makes this number is what was meant.
                    cells.put(&Typed::Text(&value.to_string()));
                })
            }
            ColumnReader::DoubleColumnReader(_) => {
                self.each::<DoubleType>(get_typed_column_reader(column), |cells, value| {
                    cells.put(&Typed::Float(*value));
                })
            }
            ColumnReader::ByteArrayColumnReader(_) => {
                self.each::<ByteArrayType>(get_typed_column_reader(column), move |cells, value| {
                    cells.put_bytes(value.data(), meaning);
                })
            }
            ColumnReader::FixedLenByteArrayColumnReader(_) => {
                self.each::<FixedLenByteArrayType>(get_typed_column_reader(column), move |cells, value| {
                    cells.put_bytes(value.as_bytes(), meaning);
                })
            }
            ColumnReader::Int96ColumnReader(_) => Err(ParquetError::General("times of 96 bits".to_owned())),
        }
    }

    /// Hands over every value of a column chunk.
    fn each<T: DataType>(
        &mut self,
        mut column: ColumnReaderImpl<T>,
        put: impl Fn(&mut Self, &T::T),
    ) -> Result<(), ParquetError> {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        loop {
            levels.clear();
            values.clear();
            let wanted = self.optional.then_some(&mut levels);
            let (records, ..) = column.read_records(BATCH_ROWS, wanted, None, &mut values)?;
            if records == 0 || self.intake.findings.is_full() {
                return Ok(());
            }
            let mut next = values.iter();
            for record in 0..records {
                self.row += 1;
                let known = !self.optional || levels.get(record).is_some_and(|level| *level > 0);
                match known.then(|| next.next()).flatten() {
                    Some(value) => put(self, value),
                    None => self.put(&Typed::Unknown),
                }
            }
        }
    }

    fn put_whole(&mut self, value: i64) {
        let day = |days: i64| {
            let epoch = NaiveDate::default().num_days_from_ce();
            let day = i32::try_from(days).ok().and_then(|days| days.checked_add(epoch));
            day.filter(|day| {
                NaiveDate::from_num_days_from_ce_opt(*day).is_some_and(|day| (1..=9999).contains(&day.year()))
            })
        };
        let typed = match self.meaning {
            Meaning::Decimal(scale) => Some(Typed::Decimal(i128::from(value), scale)),
            Meaning::Day => day(value).map(Typed::Day),
            Meaning::Instant(to_a_day) if value % to_a_day == 0 => day(value / to_a_day).map(Typed::Day),
            _ => None,
        };
        match typed {
            Some(typed) => self.put(&typed),
            None => self.put(&Typed::Text("a time that is no day of the years 1 to 9999")),
        }
    }

    fn put_bytes(&mut self, bytes: &[u8], meaning: Meaning) {
        if let Meaning::Decimal(scale) = meaning {
            let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
            let value = (bytes.len() <= 16).then(|| {
                bytes
                    .iter()
                    .fold(if negative { -1_i128 } else { 0 }, |value, byte| (value << 8) | i128::from(*byte))
            });
            return self.put(&Typed::Decimal(value.unwrap_or(i128::MAX), scale));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.put(&Typed::Text(text)),
            Err(_) => self.put(&Typed::Text("\u{fffd}")),
        }
    }

    fn put(&mut self, value: &Typed<'_>) {
        match self.intake.roles[self.at] {
            Role::Nothing => {}
            Role::Firm => match value {
                Typed::Text(text) => self.intake.firm(text, self.row, self.at),
                Typed::Decimal(value, 0) => self.intake.firm(&value.to_string(), self.row, self.at),
                _ => self.intake.firm("", self.row, self.at),
            },
            Role::Field(column) => {
                if let Err(fault) = self.intake.columns[column].push_typed(value) {
                    self.intake.fault(fault, self.row, self.at);
                }
            }
        }
    }
}
