//! How the values of a Parquet column are to be understood.

use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical},
    schema::types::ColumnDescriptor,
};

/// How the values of a column are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Yes or no.
    Truth,
    /// Text.
    Text,
    /// A whole number × 10^-scale.
    Decimal(u32),
    /// A whole number that is not below nought.
    Unsigned,
    /// A binary fraction.
    Float,
    /// Days since 1970.
    Day,
    /// So many to a day, since 1970.
    Instant(i64),
    /// Lists or groups: more than one value to a row, or none of its own.
    Nested,
    /// Times of day, times of 96 bits, anything else.
    Other,
}

impl Meaning {
    /// Of a column.
    pub fn of(column: &ColumnDescriptor) -> Self {
        if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
            return Self::Nested;
        }
        let scale = u32::try_from(column.type_scale()).unwrap_or(0);
        let instant = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => Self::Instant(86_400_000),
            TimeUnit::MICROS => Self::Instant(86_400_000_000),
            TimeUnit::NANOS => Self::Instant(86_400_000_000_000),
        };
        match (column.logical_type_ref(), column.converted_type(), column.physical_type()) {
            (_, _, Physical::BOOLEAN) => Self::Truth,
            (Some(LogicalType::Float16), ..) => Self::Other,
            (_, _, Physical::FLOAT | Physical::DOUBLE) => Self::Float,
            (Some(LogicalType::Decimal(decimal)), ..) => {
                Self::Decimal(u32::try_from(decimal.scale).unwrap_or(0))
            }
            (_, ConvertedType::DECIMAL, _) => Self::Decimal(scale),
            (Some(LogicalType::Date), ..) | (_, ConvertedType::DATE, _) => Self::Day,
            (Some(LogicalType::Timestamp(timestamp)), ..) => instant(&timestamp.unit),
            (_, ConvertedType::TIMESTAMP_MILLIS, _) => Self::Instant(86_400_000),
            (_, ConvertedType::TIMESTAMP_MICROS, _) => Self::Instant(86_400_000_000),
            (Some(LogicalType::Time(_)), ..)
            | (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS, _) => Self::Other,
            (Some(LogicalType::Integer(whole)), ..) if !whole.is_signed => Self::Unsigned,
            (
                _,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
                _,
            ) => Self::Unsigned,
            (_, _, Physical::INT32 | Physical::INT64) => Self::Decimal(0),
            (_, _, Physical::BYTE_ARRAY) => Self::Text,
            _ => Self::Other,
        }
    }
}
