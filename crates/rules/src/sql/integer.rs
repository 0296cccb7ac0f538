//! Whole numbers in SQL, with the proof that they fit: each knows the greatest size it can have.

use super::{Dialect, Printed, Unprintable, projection::Sql};

/// The first number of 39 digits: nothing reaches it.
const LIMIT: u128 = 10_u128.pow(38);

/// A whole number.
#[derive(Clone, Debug)]
pub struct Int {
    sql: Sql,
    /// Greatest size.
    bound: u128,
    /// Whether it has the type of 38 digits, not 64 bits.
    pub wide: bool,
    /// Its value, where it is a constant.
    pub constant: Option<i128>,
}

pub fn too_large() -> Unprintable {
    Unprintable::new(
        "a number on the way may have more than 38 digits",
        "bring products and quotients of facts into fewer steps, or bound them with min",
    )
}

impl Int {
    /// A column or a computed piece of 64 bits.
    pub fn narrow(sql: Sql, bound: u128) -> Self {
        Self { sql, bound, wide: false, constant: None }
    }

    /// A constant.
    pub fn constant(value: i128, dialect: Dialect) -> Printed<Self> {
        let bound = value.unsigned_abs();
        if bound >= LIMIT {
            return Err(too_large());
        }
        let wide = i64::try_from(value).is_err();
        let kind = if wide { dialect.wide() } else { "BIGINT" };
        let sql = Sql::plain(format!("CAST('{value}' AS {kind})"));
        Ok(Self { sql, bound, wide, constant: Some(value) })
    }

    /// No known value.
    pub fn unknown() -> Self {
        Self { sql: Sql::plain("CAST(NULL AS BIGINT)"), bound: 0, wide: false, constant: None }
    }

    pub fn sql(&self) -> &Sql {
        &self.sql
    }

    pub fn bound(&self) -> u128 {
        self.bound
    }

    /// The same value computed once.
    #[must_use]
    pub fn with_sql(&self, sql: Sql) -> Self {
        Self { sql, ..self.clone() }
    }

    /// As an operand beside something that is no constant: short digits where they are of 64 bits.
    pub fn beside(&self) -> String {
        match self.constant {
            Some(value) if !self.wide && value < 0 => format!("({value})"),
            Some(value) if !self.wide => value.to_string(),
            _ => self.sql.text.clone(),
        }
    }

    /// The same number in the wide type.
    #[must_use]
    pub fn widened(self, dialect: Dialect) -> Self {
        if self.wide {
            return self;
        }
        let text = format!("CAST({} AS {})", self.sql.text, dialect.wide());
        Self { sql: Sql { text, level: self.sql.level }, wide: true, ..self }
    }

    /// `left op right`, neither of which is a constant beside the other.
    fn joined(self, sign: char, other: &Self, bound: Option<u128>, dialect: Dialect) -> Printed<Self> {
        let bound = bound.filter(|bound| *bound < LIMIT).ok_or_else(too_large)?;
        let wide = self.wide || other.wide || bound > i64::MAX as u128;
        let left = if wide { self.widened(dialect) } else { self };
        let (left_text, right_text) = match (left.constant, other.constant) {
            (Some(_), Some(_)) | (None, None) => (left.sql.text.clone(), other.sql.text.clone()),
            _ => (left.beside(), other.beside()),
        };
        let sql = Sql::made(format!("({left_text} {sign} {right_text})"), [&left.sql, &other.sql]);
        Ok(Self { sql, bound, wide, constant: None })
    }

    pub fn times(self, other: &Self, dialect: Dialect) -> Printed<Self> {
        match (self.constant, other.constant) {
            (Some(1), _) => return Ok(other.clone()),
            (_, Some(1)) => return Ok(self),
            (Some(left), Some(right)) => {
                return Self::constant(left.checked_mul(right).ok_or_else(too_large)?, dialect);
            }
            _ => {}
        }
        let bound = self.bound.checked_mul(other.bound);
        self.joined('*', other, bound, dialect)
    }

    pub fn times_constant(self, factor: i128, dialect: Dialect) -> Printed<Self> {
        let factor = Self::constant(factor, dialect)?;
        self.times(&factor, dialect)
    }

    pub fn plus(self, other: &Self, dialect: Dialect) -> Printed<Self> {
        let bound = self.bound.checked_add(other.bound);
        self.joined('+', other, bound, dialect)
    }

    pub fn minus(self, other: &Self, dialect: Dialect) -> Printed<Self> {
        let bound = self.bound.checked_add(other.bound);
        self.joined('-', other, bound, dialect)
    }

    /// The size; give it a number that is computed once.
    #[must_use]
    pub fn absolute(&self) -> Self {
        let sql = Sql::made(format!("ABS({})", self.sql.text), [&self.sql]);
        Self { sql, constant: self.constant.map(i128::abs), ..self.clone() }
    }

    /// The whole quotient of two numbers that are not negative.
    pub fn quotient(&self, divisor: &Self, dialect: Dialect) -> Printed<Self> {
        if self.bound >= 10_u128.pow(dialect.dividend_digits()) {
            return Err(too_large());
        }
        let wide = self.wide || divisor.wide;
        let text = dialect.quotient(&self.sql.text, &divisor.beside(), wide);
        Ok(Self { sql: Sql::made(text, [&self.sql, &divisor.sql]), bound: self.bound, wide, constant: None })
    }

    /// What is left over; as [`Self::quotient`].
    #[must_use]
    pub fn remainder(&self, divisor: &Self) -> Self {
        let text = format!("({} % {})", self.sql.text, divisor.beside());
        Self {
            sql: Sql::made(text, [&self.sql, &divisor.sql]),
            bound: self.bound.min(divisor.bound),
            wide: self.wide || divisor.wide,
            constant: None,
        }
    }

    /// `sign` × this, where `sign` is a number that is computed once: its sign counts.
    #[must_use]
    pub fn signed_as(&self, sign: &Self) -> Self {
        let (text, sign_text) = (&self.sql.text, &sign.sql.text);
        let text = format!("CASE WHEN {sign_text} < 0 THEN -{text} ELSE {text} END");
        Self { sql: Sql::made(text, [&self.sql, &sign.sql]), constant: None, ..self.clone() }
    }

    /// Unknown where it is nought.
    #[must_use]
    pub fn unless_nought(&self) -> Self {
        let sql = Sql::made(format!("NULLIF({}, 0)", self.sql.text), [&self.sql]);
        Self { sql, constant: None, ..self.clone() }
    }

    /// One number or the other, by SQL conditions that are tried in order.
    pub fn chosen(branches: &[(Sql, Self)], otherwise: Option<&Self>, dialect: Dialect) -> Self {
        let values = || branches.iter().map(|(_, value)| value).chain(otherwise);
        let wide = values().any(|value| value.wide);
        let text_of = |value: &Self| {
            if wide { value.clone().widened(dialect).sql.text } else { value.sql.text.clone() }
        };
        let mut text = String::from("CASE");
        for (when, value) in branches {
            text += &format!(" WHEN {} THEN {}", when.text, text_of(value));
        }
        if let Some(value) = otherwise {
            text += &format!(" ELSE {}", text_of(value));
        }
        text += " END";
        let pieces = branches.iter().map(|(when, _)| when).chain(values().map(Self::sql));
        let sql = Sql::made(text, pieces);
        Self { sql, bound: values().map(|value| value.bound).max().unwrap_or(0), wide, constant: None }
    }
}
