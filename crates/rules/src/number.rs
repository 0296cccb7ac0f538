//! Exact numbers. What cannot be represented is no number; nothing is ever rounded on the way.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, Zero};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, fmt};

/// A rational number of 128-bit numerator and denominator.
///
/// Every operation that would overflow or divide by zero answers `None`; an expression with such a value is
/// *unknown*, never wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number(Ratio<i128>);

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((left, of_left), (right, of_right)) = (self.parts(), other.parts());
        if of_left == of_right {
            return left.cmp(&right);
        }
        match (left.checked_mul(of_right), right.checked_mul(of_left)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How an amount that falls between two units is brought to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Half a unit away from zero: 四舍五入.
    HalfUp,
    /// To the even neighbour.
    HalfEven,
    /// Towards zero: 去尾.
    Down,
    /// Away from zero: 进一.
    Up,
}

impl Number {
    /// Nought.
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));

    /// A whole number.
    pub fn whole(value: i128) -> Self {
        Self(Ratio::from_integer(value))
    }

    /// `digits` × 10^-`scale`; `None` where ten to the scale is too large.
    pub fn scaled(digits: i128, scale: u32) -> Option<Self> {
        if scale == 0 {
            return Some(Self::whole(digits));
        }
        let power = 10_i128.checked_pow(scale)?;
        Some(short_reduced(digits, power).unwrap_or_else(|| Self(Ratio::new(digits, power))))
    }

    /// A fraction; `None` where the denominator is nought.
    pub fn fraction(numerator: i128, denominator: i128) -> Option<Self> {
        Self::whole(numerator).divide(Self::whole(denominator))
    }

    /// Sum.
    #[expect(clippy::should_implement_trait, reason = "the operators cannot answer that there is no number")]
    pub fn add(self, other: Self) -> Option<Self> {
        short_sum(self, other, false).or_else(|| self.0.checked_add(&other.0).map(Self))
    }

    /// Difference.
    pub fn subtract(self, other: Self) -> Option<Self> {
        short_sum(self, other, true).or_else(|| self.0.checked_sub(&other.0).map(Self))
    }

    /// Product.
    pub fn multiply(self, other: Self) -> Option<Self> {
        short_product(self.parts(), other.parts()).or_else(|| self.0.checked_mul(&other.0).map(Self))
    }

    /// Quotient.
    pub fn divide(self, other: Self) -> Option<Self> {
        let (numerator, denominator) = other.parts();
        if numerator == 0 {
            return None;
        }
        let turned = if numerator < 0 {
            denominator.checked_neg().zip(numerator.checked_neg())
        } else {
            Some((denominator, numerator))
        };
        let short = turned.and_then(|turned| short_product(self.parts(), turned));
        short.or_else(|| self.0.checked_div(&other.0).map(Self))
    }

    /// The number with its sign turned.
    pub fn negate(self) -> Option<Self> {
        Self::ZERO.subtract(self)
    }

    /// Size without sign.
    pub fn absolute(self) -> Option<Self> {
        if self.0.is_negative() { self.negate() } else { Some(self) }
    }

    /// The greatest whole number not above.
    pub fn floor(self) -> i128 {
        self.0.numer().div_euclid(*self.0.denom())
    }

    /// The least whole number not below.
    pub fn ceiling(self) -> i128 {
        self.floor() + i128::from(!self.is_whole())
    }

    /// Whether it is whole.
    pub fn is_whole(self) -> bool {
        self.0.is_integer()
    }

    /// Whether it is below nought.
    pub fn is_negative(self) -> bool {
        self.0.is_negative()
    }

    /// Whether it is nought.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Numerator and denominator in lowest terms; the denominator is positive.
    pub fn parts(self) -> (i128, i128) {
        (*self.0.numer(), *self.0.denom())
    }

    /// The whole number that stands for it under a rounding.
    pub fn rounded(self, rounding: Rounding) -> i128 {
        let floor = self.floor();
        let rest = self.0.numer().rem_euclid(*self.0.denom());
        if rest == 0 {
            return floor;
        }
        let half = rest.cmp(&(self.0.denom() - rest));
        let up = match rounding {
            Rounding::Down => self.is_negative(),
            Rounding::Up => !self.is_negative(),
            Rounding::HalfUp if self.is_negative() => half.is_gt(),
            Rounding::HalfUp => half.is_ge(),
            Rounding::HalfEven => half.is_gt() || (half.is_eq() && floor % 2 != 0),
        };
        floor + i128::from(up)
    }

    /// A whole multiple of `unit` under a rounding; `None` on overflow or a unit of nought.
    pub fn rounded_to(self, unit: Self, rounding: Rounding) -> Option<Self> {
        Self::whole(self.divide(unit)?.rounded(rounding)).multiply(unit)
    }
}

/// The greatest common divisor, in 64 bits; it is what most of the time of exact arithmetic would go into.
fn common_divisor(mut one: u64, mut other: u64) -> u64 {
    if one == 0 || other == 0 {
        return one | other;
    }
    let twos = (one | other).trailing_zeros();
    one >>= one.trailing_zeros();
    loop {
        other >>= other.trailing_zeros();
        if one > other {
            std::mem::swap(&mut one, &mut other);
        }
        other -= one;
        if other == 0 {
            return one << twos;
        }
    }
}

/// A fraction of two numbers of 63 bits in lowest terms; the denominator is positive.
fn short_reduced(numerator: i128, denominator: i128) -> Option<Number> {
    let (short, of) = (i64::try_from(numerator).ok()?, i64::try_from(denominator).ok()?);
    let divisor = i128::from(common_divisor(short.unsigned_abs(), of.unsigned_abs()));
    Some(Number(Ratio::new_raw(numerator / divisor, denominator / divisor)))
}

/// The product of two fractions in lowest terms whose parts have 63 bits; both denominators are positive.
fn short_product(one: (i128, i128), other: (i128, i128)) -> Option<Number> {
    let short = |(numerator, denominator): (i128, i128)| {
        Some((i64::try_from(numerator).ok()?, i64::try_from(denominator).ok()?))
    };
    let ((one, of_one), (other, of_other)) = (short(one)?, short(other)?);
    let divisor = |numerator: i64, denominator: i64| match denominator {
        1 => 1,
        _ => common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs()) as i64,
    };
    let (left, right) = (divisor(one, of_other), divisor(other, of_one));
    let numerator = i128::from(one / left) * i128::from(other / right);
    let denominator = i128::from(of_one / right) * i128::from(of_other / left);
    Some(Number(Ratio::new_raw(numerator, denominator)))
}

/// The sum or the difference of two fractions, where all stays within 63 bits.
fn short_sum(one: Number, other: Number, subtract: bool) -> Option<Number> {
    let ((one, of_one), (other, of_other)) = (one.parts(), other.parts());
    let other = if subtract { other.checked_neg()? } else { other };
    if of_one == of_other {
        let sum = one.checked_add(other)?;
        return if of_one == 1 { Some(Number::whole(sum)) } else { short_reduced(sum, of_one) };
    }
    let sum = one.checked_mul(of_other)?.checked_add(other.checked_mul(of_one)?)?;
    short_reduced(sum, of_one.checked_mul(of_other)?)
}

/// Digits that a binary floating-point number surely keeps.
const FLOAT_DIGITS_MAX: usize = 15;

/// Whether a number that came through binary floating point, as JSON numbers with a point do, may have lost
/// digits on the way: it is written with an exponent or with more than fifteen digits.
pub fn may_have_lost_digits(written: &str) -> bool {
    let significant = written.trim_start_matches(['-', '0', '.']);
    let digits = significant.chars().filter(char::is_ascii_digit).count();
    written.contains(['e', 'E']) || (written.contains('.') && digits > FLOAT_DIGITS_MAX)
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Decimal digits where there is an end to them (`0.035`), else a fraction (`1/3`).
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (numerator, denominator) = self.parts();
        let (mut scale, mut power) = (0_usize, 1_i128);
        while power % denominator != 0 && scale < 30 {
            power *= 10;
            scale += 1;
        }
        match numerator.checked_mul(power / denominator) {
            Some(digits) if power % denominator == 0 => {
                let sign = if digits < 0 { "-" } else { "" };
                let digits = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
                let (whole, rest) = digits.split_at(digits.len() - scale);
                let point = if scale == 0 { "" } else { "." };
                write!(f, "{sign}{whole}{point}{rest}")
            }
            _ => write!(f, "{numerator}/{denominator}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_fen_is_rounded_as_declared_on_both_sides_of_nought() {
        let half = |n: i128| Number::fraction(n, 2).unwrap();
        for (rounding, expected) in [
            (Rounding::HalfUp, [1, 2, 3, -1, -2, -3]),
            (Rounding::HalfEven, [0, 2, 2, 0, -2, -2]),
            (Rounding::Down, [0, 1, 2, 0, -1, -2]),
            (Rounding::Up, [1, 2, 3, -1, -2, -3]),
        ] {
            assert_eq!([1, 3, 5, -1, -3, -5].map(|n| half(n).rounded(rounding)), expected, "{rounding:?}");
        }
    }

    #[test]
    fn numbers_print_as_decimals_where_they_end() {
        let shown = |n, d| Number::fraction(n, d).unwrap().to_string();
        assert_eq!(
            [shown(35, 1000), shown(-7, 2), shown(1, 3), shown(-12, 4)],
            ["0.035", "-3.5", "1/3", "-3"]
        );
    }

    #[test]
    fn short_arithmetic_gives_what_the_long_gives() {
        let parts =
            [0, 1, -1, 2, 5, -6, 10, 100, 64, 999, i128::from(i64::MAX), i128::from(i64::MIN), 1 << 70];
        let all: Vec<Ratio<i128>> =
            parts.iter().flat_map(|n| parts.iter().filter(|d| **d > 0).map(|d| Ratio::new(*n, *d))).collect();
        for one in &all {
            for other in &all {
                let (left, right) = (Number(*one), Number(*other));
                assert_eq!(left.cmp(&right), one.cmp(other), "{one} : {other}");
                let of = |number: Option<Number>| number.map(Number::parts);
                let long = |ratio: Option<Ratio<i128>>| ratio.map(|ratio| (*ratio.numer(), *ratio.denom()));
                assert_eq!(of(left.multiply(right)), long(one.checked_mul(other)), "{one} × {other}");
                let quotient = if other.is_zero() { None } else { one.checked_div(other) };
                assert_eq!(of(left.divide(right)), long(quotient), "{one} ÷ {other}");
                // Where the long form overflows on its way, the short one may still have an answer.
                for (short, long) in [
                    (left.add(right), one.checked_add(other)),
                    (left.subtract(right), one.checked_sub(other)),
                ] {
                    assert!(long.is_none() || short == long.map(Number), "{one} ± {other}");
                }
            }
        }
        assert_eq!(Number::scaled(-1050, 2).map(Number::parts), Some((-21, 2)));
        assert_eq!(Number::scaled(0, 2).map(Number::parts), Some((0, 1)));
    }

    #[test]
    fn numbers_that_floating_point_may_have_changed_are_told_apart() {
        let lost = ["1234567890123456.8", "1.2345678901234568e16", "-1e300", "0.1234567890123456"];
        assert!(lost.into_iter().all(may_have_lost_digits));
        let kept = ["1234567890123.45", "3000000.01", "0.055", "12345678901234567", "-7.5", "0.00000012"];
        assert!(!kept.into_iter().any(may_have_lost_digits));
    }

    #[test]
    fn what_overflows_or_divides_by_nought_is_no_number() {
        let huge = Number::whole(i128::MAX);
        assert_eq!(huge.add(Number::whole(1)), None);
        assert_eq!(huge.multiply(huge), None);
        assert_eq!(huge.divide(Number::ZERO), None);
        assert_eq!(Number::scaled(1, 40), None);
    }
}
