//! Exact fractions in SQL: a numerator over a denominator above nought, compared by cross-multiplication.

use super::{Printed, integer::Int, projection::Sql, render::Renderer};
use crate::{
    expression::{Comparison, Operation},
    number::{Number, Rounding},
};

/// A number; unknown where either part is.
#[derive(Clone, Debug)]
pub struct Fraction {
    pub over: Int,
    /// Above nought.
    pub under: Int,
    /// Its value, where it is a constant.
    pub constant: Option<Number>,
}

fn gcd(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.unsigned_abs(), right.unsigned_abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    i128::try_from(left).unwrap_or(1).max(1)
}

pub(super) fn sign_of(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
    }
}

impl Renderer<'_> {
    pub(super) fn constant_number(&self, number: Number) -> Printed<Fraction> {
        let (over, under) = number.parts();
        let over = Int::constant(over, self.dialect)?;
        Ok(Fraction { over, under: Int::constant(under, self.dialect)?, constant: Some(number) })
    }

    pub(super) fn whole(&self, over: Int) -> Printed<Fraction> {
        self.scaled(over, 1)
    }

    /// A whole number over a constant.
    pub(super) fn scaled(&self, over: Int, under: i128) -> Printed<Fraction> {
        Ok(Fraction { over, under: Int::constant(under, self.dialect)?, constant: None })
    }

    pub(super) fn unknown_number(&self) -> Printed<Fraction> {
        self.whole(Int::unknown())
    }

    /// Both brought over one denominator.
    fn levelled(&self, left: Fraction, right: Fraction) -> Printed<(Int, Int, Int)> {
        let (one, other) = match (left.under.constant, right.under.constant) {
            (Some(left), Some(right)) => {
                let common = gcd(left, right);
                (Int::constant(right / common, self.dialect)?, Int::constant(left / common, self.dialect)?)
            }
            _ => (right.under.clone(), left.under.clone()),
        };
        let under = left.under.times(&one, self.dialect)?;
        Ok((left.over.times(&one, self.dialect)?, right.over.times(&other, self.dialect)?, under))
    }

    pub(super) fn compared(&self, comparison: Comparison, left: Fraction, right: Fraction) -> Printed<Sql> {
        let (left, right, _) = self.levelled(left, right)?;
        let text = match (left.constant, right.constant) {
            (Some(_), Some(_)) => {
                format!("({} {} {})", left.sql().text, sign_of(comparison), right.sql().text)
            }
            _ => format!("({} {} {})", left.beside(), sign_of(comparison), right.beside()),
        };
        Ok(Sql::made(text, [left.sql(), right.sql()]))
    }

    /// The same number, its parts computed once.
    fn once(&mut self, number: Fraction) -> Fraction {
        Fraction { over: self.once_whole(number.over), under: self.once_whole(number.under), ..number }
    }

    pub(super) fn once_whole(&mut self, number: Int) -> Int {
        if number.constant.is_some() {
            return number;
        }
        let sql = self.projection.named(number.sql().clone());
        number.with_sql(sql)
    }

    pub(super) fn calculated(
        &mut self,
        operation: Operation,
        left: Fraction,
        right: Fraction,
    ) -> Printed<Fraction> {
        if let (Some(left), Some(right)) = (left.constant, right.constant) {
            return match crate::reference::arithmetic(operation, left, right) {
                Some(value) => self.constant_number(value),
                None => self.unknown_number(),
            };
        }
        match operation {
            Operation::Add | Operation::Subtract => {
                let (left, right, under) = self.levelled(left, right)?;
                let over = match operation {
                    Operation::Add => left.plus(&right, self.dialect)?,
                    _ => left.minus(&right, self.dialect)?,
                };
                Ok(Fraction { over, under, constant: None })
            }
            Operation::Multiply => self.product(left, right),
            Operation::Divide => {
                if right.constant.is_some_and(Number::is_zero) {
                    return self.unknown_number();
                }
                if let Some(turned) = right.constant.and_then(|number| Number::whole(1).divide(number)) {
                    let turned = self.constant_number(turned)?;
                    return self.product(left, turned);
                }
                let divisor = self.once_whole(right.over);
                let over = self.product(
                    left,
                    Fraction { over: right.under, under: Int::constant(1, self.dialect)?, constant: None },
                )?;
                let over_once = self.once(over);
                let turned = over_once.over.signed_as(&divisor);
                let size = divisor.absolute().unless_nought();
                let size = self.once_whole(size);
                let under = size.times(&over_once.under, self.dialect)?;
                Ok(Fraction { over: turned, under, constant: None })
            }
        }
    }

    fn product(&self, left: Fraction, right: Fraction) -> Printed<Fraction> {
        let (mut a, mut b) = (left, right);
        // Constants are brought into lowest terms crosswise, which keeps the numbers small.
        for _ in 0..2 {
            if let (Some(over), Some(under)) = (a.over.constant, b.under.constant) {
                let common = gcd(over, under);
                a.over = Int::constant(over / common, self.dialect)?;
                b.under = Int::constant(under / common, self.dialect)?;
            }
            std::mem::swap(&mut a, &mut b);
        }
        let over = a.over.times(&b.over, self.dialect)?;
        Ok(Fraction { over, under: a.under.times(&b.under, self.dialect)?, constant: None })
    }

    /// The smaller or the greater; unknown if one is.
    pub(super) fn extreme(
        &mut self,
        comparison: Comparison,
        left: Fraction,
        right: Fraction,
    ) -> Printed<Fraction> {
        let (left, right) = (self.once(left), self.once(right));
        let first = self.compared(comparison, left.clone(), right.clone())?;
        let second = self.compared(comparison.negated(), left.clone(), right.clone())?;
        self.chosen(&[(first, left), (second, right)], None)
    }

    /// One number or another, by conditions that are tried in order.
    pub(super) fn chosen(
        &mut self,
        branches: &[(Sql, Fraction)],
        otherwise: Option<&Fraction>,
    ) -> Printed<Fraction> {
        let values = || branches.iter().map(|(_, value)| value).chain(otherwise);
        let constants: Option<Vec<i128>> = values().map(|value| value.under.constant).collect();
        let Some(constants) = constants else {
            let overs: Vec<_> =
                branches.iter().map(|(when, value)| (when.clone(), value.over.clone())).collect();
            let unders: Vec<_> =
                branches.iter().map(|(when, value)| (when.clone(), value.under.clone())).collect();
            let over = Int::chosen(&overs, otherwise.map(|value| &value.over), self.dialect);
            let under = Int::chosen(&unders, otherwise.map(|value| &value.under), self.dialect);
            return Ok(Fraction { over, under, constant: None });
        };
        let mut common = 1_i128;
        for under in constants {
            let factor = under / gcd(common, under);
            common = common.checked_mul(factor).ok_or_else(super::integer::too_large)?;
        }
        let level = |value: &Fraction| {
            let factor = common / value.under.constant.unwrap_or(common);
            value.over.clone().times_constant(factor, self.dialect)
        };
        let overs = branches.iter().map(|(when, value)| Ok((when.clone(), level(value)?)));
        let overs: Vec<(Sql, Int)> = overs.collect::<Printed<_>>()?;
        let otherwise = otherwise.map(level).transpose()?;
        self.scaled(Int::chosen(&overs, otherwise.as_ref(), self.dialect), common)
    }

    /// The whole multiple of a unit under a rounding.
    pub(super) fn rounded(
        &mut self,
        number: Fraction,
        unit: Number,
        rounding: Rounding,
    ) -> Printed<Fraction> {
        if let Some(value) = number.constant {
            return match value.rounded_to(unit, rounding) {
                Some(value) => self.constant_number(value),
                None => self.unknown_number(),
            };
        }
        if unit.is_zero() {
            return self.unknown_number();
        }
        let unit_number = self.constant_number(unit)?;
        let units = self.calculated(Operation::Divide, number, unit_number.clone())?;
        let units =
            if units.under.constant == Some(1) { units.over } else { self.whole_units(units, rounding)? };
        let units = self.whole(units)?;
        self.product(units, unit_number)
    }

    fn whole_units(&mut self, units: Fraction, rounding: Rounding) -> Printed<Int> {
        let Fraction { over, under, .. } = self.once(units);
        let dialect = self.dialect;
        let size = over.absolute();
        let rounded = match rounding {
            Rounding::Down => self.divided(size, &under)?,
            Rounding::Up => {
                let more = under.clone().minus(&Int::constant(1, dialect)?, dialect)?;
                let raised = size.plus(&more, dialect)?;
                self.divided(raised, &under)?
            }
            Rounding::HalfUp => {
                let raised = size.times_constant(2, dialect)?.plus(&under, dialect)?;
                let twice = under.times_constant(2, dialect)?;
                self.divided(raised, &twice)?
            }
            Rounding::HalfEven => {
                let size = self.once_whole(size);
                let floor = self.divided(size.clone(), &under)?;
                let floor = self.once_whole(floor);
                let rest = self.once_whole(size.remainder(&under));
                let twice = rest.times_constant(2, dialect)?;
                let (f, t, u) = (&floor.sql().text, &twice.sql().text, under.beside());
                let text = format!("({t} > {u} OR ({t} = {u} AND {f} % 2 = 1))");
                let up = Sql::made(text, [floor.sql(), twice.sql(), under.sql()]);
                let next = floor.clone().plus(&Int::constant(1, dialect)?, dialect)?;
                Int::chosen(&[(up, next)], Some(&floor), dialect)
            }
        };
        let rounded = self.once_whole(rounded);
        Ok(rounded.signed_as(&over))
    }

    fn divided(&mut self, over: Int, under: &Int) -> Printed<Int> {
        let over = self.once_whole(over);
        over.quotient(under, self.dialect)
    }

    /// An amount of yuan in whole fen of 64 bits; unknown where it is none.
    pub(super) fn fen(&mut self, amount: Fraction) -> Printed<Sql> {
        let hundred = self.constant_number(Number::whole(100))?;
        let Fraction { over, under, .. } = self.calculated(Operation::Multiply, amount, hundred)?;
        let (over, under) = (self.once_whole(over), self.once_whole(under));
        let mut conditions = Vec::new();
        let fen = if under.constant == Some(1) {
            over.clone()
        } else {
            let size = self.once_whole(over.absolute());
            conditions.push(format!("{} = 0", size.remainder(&under).sql().text));
            let whole = size.quotient(&under, self.dialect)?;
            let whole = self.once_whole(whole);
            whole.signed_as(&over)
        };
        let fen = self.once_whole(fen);
        if fen.bound() > i64::MAX as u128 {
            let edge = |value: i64| format!("CAST('{value}' AS {})", self.dialect.wide());
            conditions.push(format!("{} BETWEEN {} AND {}", fen.sql().text, edge(i64::MIN), edge(i64::MAX)));
        }
        let text =
            if fen.wide { format!("CAST({} AS BIGINT)", fen.sql().text) } else { fen.sql().text.clone() };
        let text = match conditions.as_slice() {
            [] => text,
            all => format!("CASE WHEN {} THEN {text} END", all.join(" AND ")),
        };
        Ok(Sql::made(text, [fen.sql(), over.sql(), under.sql()]))
    }
}
