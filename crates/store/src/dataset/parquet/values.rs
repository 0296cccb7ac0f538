//! One column of a Parquet file on its way into the table.

use super::meaning::Meaning;
use crate::dataset::{
    column::{GrowingColumn, Typed},
    finding::{Finding, Findings},
    header::FirmColumn,
};
use chrono::{Datelike, NaiveDate};
use parquet::{
    column::reader::{ColumnReader, ColumnReaderImpl, get_typed_column_reader},
    data_type::{
        AsBytes, BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
        Int64Type,
    },
    errors::ParquetError,
};

/// Rows read at once.
const BATCH_ROWS: usize = 1 << 14;

/// What the values of a column become.
pub enum Target<'c> {
    /// The identifiers of the firms.
    Firms(FirmColumn),
    /// A field.
    Field(GrowingColumn<'c>),
}

/// A column while it is read.
pub struct Cells<'c> {
    pub name: String,
    pub target: Target<'c>,
    pub meaning: Meaning,
    /// Whether a row may be without a value.
    pub optional: bool,
    /// Rows so far.
    pub row: u64,
    pub findings: Findings,
}

impl Cells<'_> {
    /// Reads the part of the column in one row group.
    pub fn read(&mut self, column: ColumnReader) -> Result<(), ParquetError> {
        let meaning = self.meaning;
        match column {
            ColumnReader::BoolColumnReader(_) => {
                self.each::<BoolType>(get_typed_column_reader(column), |cells, value| {
                    cells.put(&Typed::Bool(*value));
                })
            }
            ColumnReader::Int32ColumnReader(_) if meaning == Meaning::Unsigned => {
                self.each::<Int32Type>(get_typed_column_reader(column), |cells, value| {
                    cells.put_whole(i64::from(value.cast_unsigned()));
                })
            }
            ColumnReader::Int32ColumnReader(_) => {
                self.each::<Int32Type>(get_typed_column_reader(column), |cells, value| {
                    cells.put_whole(i64::from(*value));
                })
            }
            ColumnReader::Int64ColumnReader(_) if meaning == Meaning::Unsigned => {
                self.each::<Int64Type>(get_typed_column_reader(column), |cells, value| {
                    cells.put(&Typed::Decimal(value.cast_unsigned().into(), 0));
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
                self.each::<ByteArrayType>(get_typed_column_reader(column), |cells, value| {
                    cells.put_bytes(value.data());
                })
            }
            ColumnReader::FixedLenByteArrayColumnReader(_) => {
                self.each::<FixedLenByteArrayType>(get_typed_column_reader(column), |cells, value| {
                    cells.put_bytes(value.as_bytes());
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
            if records == 0 || self.is_over() {
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

    /// Whether nothing is gained by reading on.
    pub fn is_over(&self) -> bool {
        self.findings.is_full() || matches!(&self.target, Target::Firms(firms) if firms.is_strange)
    }

    fn put_whole(&mut self, value: i64) {
        let day = |days: i64| {
            let epoch = NaiveDate::default().num_days_from_ce();
            let day = i32::try_from(days).ok().and_then(|days| days.checked_add(epoch));
            day.filter(|day| {
                NaiveDate::from_num_days_from_ce_opt(*day).is_some_and(|day| (1..=9999).contains(&day.year()))
            })
        };
        let typed = match (self.meaning, &mut self.target) {
            (Meaning::Decimal(places), Target::Field(column)) => {
                if let Err(fault) = column.push_whole(value, places) {
                    self.fault(fault.what, fault.hint);
                }
                return;
            }
            (Meaning::Decimal(places), _) => Some(Typed::Decimal(i128::from(value), places)),
            (Meaning::Unsigned, _) => Some(Typed::Decimal(i128::from(value), 0)),
            (Meaning::Day, _) => day(value).map(Typed::Day),
            (Meaning::Instant(to_a_day), _) if value % to_a_day == 0 => day(value / to_a_day).map(Typed::Day),
            _ => None,
        };
        match typed {
            Some(typed) => self.put(&typed),
            None => self.put(&Typed::Text("a time that is no day of the years 1 to 9999")),
        }
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        if let Meaning::Decimal(scale) = self.meaning {
            let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
            if bytes.len() <= 8 {
                let begin = if negative { -1_i64 } else { 0 };
                let value = bytes.iter().fold(begin, |value, byte| (value << 8) | i64::from(*byte));
                return self.put_whole(value);
            }
            let value = (bytes.len() <= 16).then(|| {
                let begin = if negative { -1_i128 } else { 0 };
                bytes.iter().fold(begin, |value, byte| (value << 8) | i128::from(*byte))
            });
            return self.put(&Typed::Decimal(value.unwrap_or(i128::MAX), scale));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.put(&Typed::Text(text)),
            Err(_) => self.put(&Typed::Text("\u{fffd}")),
        }
    }

    fn put(&mut self, value: &Typed<'_>) {
        match &mut self.target {
            Target::Firms(firms) => {
                let number;
                let id = match value {
                    Typed::Text(text) => *text,
                    Typed::Decimal(value, 0) => {
                        number = value.to_string();
                        number.as_str()
                    }
                    _ => "",
                };
                firms.add(id, self.row, &self.name, &mut self.findings);
            }
            Target::Field(column) => {
                if let Err(fault) = column.push_typed(value) {
                    self.fault(fault.what, fault.hint);
                }
            }
        }
    }

    fn fault(&mut self, what: String, hint: String) {
        self.findings.add(Finding::of_row(self.row, what, hint).in_column(&self.name));
    }
}
