//! Decimal numbers as files write them, into whole numbers of a scale.

/// Digits that a field holds, those behind the point among them.
pub const DIGITS_MAX: u32 = 18;

/// Why a text is no number of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// No decimal number.
    NotANumber,
    /// More places behind the point than the field holds.
    TooFine,
    /// More than eighteen digits.
    TooLarge,
}

/// `text` × 10^`scale`, exactly.
pub fn digits(text: &[u8], scale: u32) -> Result<i64, NumberFault> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let mut value = 0_i128;
    // Places behind the point so far, once it was seen.
    let mut places: Option<u32> = None;
    let (mut any, mut fine) = (false, false);
    if text.len() <= DIGITS_MAX as usize {
        return short(text, scale).map(|value| if negative { -value } else { value });
    }
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                any = true;
                let digit = i128::from(byte - b'0');
                if places.is_some_and(|places| places >= scale) {
                    fine |= digit != 0;
                    continue;
                }
                places = places.map(|places| places + 1);
                // Beyond any field already; what follows cannot bring it back.
                value = (value * 10 + digit).min(i128::from(u64::MAX));
            }
            b'.' if places.is_none() => places = Some(0),
            _ => return Err(NumberFault::NotANumber),
        }
    }
    if !any {
        return Err(NumberFault::NotANumber);
    }
    if fine {
        return Err(NumberFault::TooFine);
    }
    scaled(if negative { -value } else { value }, places.unwrap_or(0), scale)
}

/// The same for texts whose digits all fit 64 bits.
fn short(text: &[u8], scale: u32) -> Result<i64, NumberFault> {
    let mut value = 0_i64;
    let (mut any, mut fine) = (false, false);
    let mut places: Option<u32> = None;
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                any = true;
                let digit = i64::from(byte - b'0');
                match &mut places {
                    Some(places) if *places >= scale => {
                        fine |= digit != 0;
                        continue;
                    }
                    Some(places) => *places += 1,
                    None => {}
                }
                value = value * 10 + digit;
            }
            b'.' if places.is_none() => places = Some(0),
            _ => return Err(NumberFault::NotANumber),
        }
    }
    match (any, fine) {
        (false, _) => Err(NumberFault::NotANumber),
        (_, true) => Err(NumberFault::TooFine),
        _ => scaled(value.into(), places.unwrap_or(0), scale),
    }
}

/// A whole number of one scale in another.
pub fn scaled(value: i128, from: u32, to: u32) -> Result<i64, NumberFault> {
    if from == to
        && let Ok(value) = i64::try_from(value)
        && value.unsigned_abs() < 10_u64.pow(DIGITS_MAX)
    {
        return Ok(value);
    }
    let value = if from <= to {
        10_i128
            .checked_pow(to - from)
            .and_then(|factor| value.checked_mul(factor))
            .ok_or(NumberFault::TooLarge)?
    } else {
        let factor = 10_i128.checked_pow(from - to);
        match factor {
            Some(factor) if value % factor == 0 => value / factor,
            None if value == 0 => 0,
            _ => return Err(NumberFault::TooFine),
        }
    };
    if value.unsigned_abs() >= 10_u128.pow(DIGITS_MAX) {
        return Err(NumberFault::TooLarge);
    }
    i64::try_from(value).map_err(|_| NumberFault::TooLarge)
}

/// The decimal number that a binary floating point number was made of, if the field holds it exactly.
#[expect(
    clippy::cast_precision_loss,
    reason = "whole numbers below 2^53 are exact in 64 bits of floating point"
)]
pub fn of_float(value: f64, scale: u32) -> Result<i64, NumberFault> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if !value.is_finite() {
        return Err(NumberFault::NotANumber);
    }
    let power = 10_i64.pow(scale) as f64;
    let nearest = (value * power).round();
    if nearest.abs() >= EXACT_MAX {
        return Err(NumberFault::TooLarge);
    }
    if (nearest / power).to_bits() == value.to_bits() || (nearest == 0.0 && value == 0.0) {
        Ok(nearest as i64)
    } else {
        Err(NumberFault::TooFine)
    }
}
