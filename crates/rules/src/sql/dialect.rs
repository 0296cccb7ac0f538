//! What differs between the databases.

use crate::catalog::Type;

/// A database that runs the statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB 1.0 or later.
    DuckDb,
    /// PostgreSQL 14 or later.
    Postgres,
    /// Apache DataFusion 50 or later.
    DataFusion,
}

impl Dialect {
    /// Policies of one statement; wide projections are planned slowly.
    pub(super) fn policies_per_statement(self) -> usize {
        if self == Self::DataFusion { 20 } else { 50 }
    }

    /// The type of whole numbers of up to 38 digits.
    pub(super) fn wide(self) -> &'static str {
        match self {
            Self::DuckDb => "HUGEINT",
            Self::Postgres => "NUMERIC",
            Self::DataFusion => "DECIMAL(38, 0)",
        }
    }

    /// Digits of the greatest number that can be divided exactly.
    pub(super) fn dividend_digits(self) -> u32 {
        if self == Self::DataFusion { 33 } else { 38 }
    }

    /// The whole quotient of two numbers that are not negative.
    pub(super) fn quotient(self, left: &str, right: &str, wide: bool) -> String {
        match self {
            Self::DuckDb => format!("({left} // {right})"),
            Self::Postgres if wide => format!("DIV({left}, {right})"),
            Self::DataFusion if wide => {
                format!("CAST(({left} - {left} % {right}) / {right} AS DECIMAL(38, 0))")
            }
            _ => format!("({left} / {right})"),
        }
    }

    /// Days from one day to another.
    pub(super) fn days_between(self, from: &str, to: &str) -> String {
        match self {
            Self::DuckDb => format!("DATE_DIFF('day', {from}, {to})"),
            Self::Postgres => format!("CAST({to} - {from} AS BIGINT)"),
            Self::DataFusion => {
                format!("(CAST(CAST({to} AS INT) AS BIGINT) - CAST(CAST({from} AS INT) AS BIGINT))")
            }
        }
    }

    /// Whether a set of codes, written `a|b`, holds one of the quoted codes.
    pub(super) fn holds_any(self, set: &str, codes: &str) -> String {
        match self {
            Self::DuckDb => format!("LIST_HAS_ANY(STRING_SPLIT({set}, '|'), [{codes}])"),
            Self::Postgres => format!("(STRING_TO_ARRAY({set}, '|') && ARRAY[{codes}])"),
            Self::DataFusion => format!("ARRAY_HAS_ANY(STRING_TO_ARRAY({set}, '|'), MAKE_ARRAY({codes}))"),
        }
    }
}

/// A name as SQL quotes it.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL quotes it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The type of a column of the table of firms.
pub(super) fn column_type(kind: &Type) -> String {
    match kind {
        Type::Bool => "BOOLEAN".to_owned(),
        Type::Number { .. } | Type::Money | Type::Ratio => {
            format!("DECIMAL({}, {})", super::DIGITS_MAX, kind.scale())
        }
        Type::Date => "DATE".to_owned(),
        Type::Code(_) | Type::CodeSet(_) | Type::Text => "VARCHAR".to_owned(),
    }
}
