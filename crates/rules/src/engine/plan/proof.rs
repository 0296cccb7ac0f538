//! When every number of a program surely fits, and division without dividing.

use super::numeric::{Instruction, Program};
use crate::number::Rounding;

/// Bits that every register of a proved program keeps within, beside its sign.
const BITS: u32 = 62;

/// A positive divisor and its reciprocal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Divisor {
    /// The divisor.
    pub over: i64,
    /// 2^(63 + `shift`) / divisor, rounded down, and one more.
    factor: u64,
    /// Least power of two that is not below the divisor.
    shift: u32,
}

impl Divisor {
    /// Of a positive number.
    pub fn new(over: i64) -> Self {
        debug_assert!(over > 0, "a divisor is positive");
        let shift = 64 - (over.unsigned_abs() - 1).leading_zeros();
        let factor = (1_u128 << (63 + shift)) / u128::from(over.unsigned_abs()) + 1;
        Self { over, factor: u64::try_from(factor).expect("it is below 2^64"), shift }
    }

    /// Quotient, rounded down, and rest of a number below 2^63.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it stands in loops of single instructions")]
    pub fn divide(&self, value: u64) -> (u64, u64) {
        // The factor is more than the reciprocal by at most 2^shift parts in 2^(63 + shift): too little to
        // bring a number below 2^63 to the next quotient.
        let high = (u128::from(value << 1) * u128::from(self.factor)) >> 64;
        let quotient = high as u64 >> self.shift;
        (quotient, value.wrapping_sub(quotient.wrapping_mul(self.over.unsigned_abs())))
    }

    /// The quotient of a number of less than 63 bits, brought to a whole number.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it stands in loops of single instructions")]
    pub fn rounded(&self, value: i64, rounding: Rounding) -> i64 {
        // Every rounding does to a negative number what it does to its opposite.
        let (quotient, rest) = self.divide(value.unsigned_abs());
        let twice = rest.wrapping_mul(2);
        let over = self.over.unsigned_abs();
        let up = match rounding {
            Rounding::Down => false,
            Rounding::Up => rest != 0,
            Rounding::HalfUp => twice >= over,
            Rounding::HalfEven => twice > over || (twice == over && quotient & 1 == 1),
        };
        let magnitude = quotient.wrapping_add(u64::from(up)) as i64;
        let sign = value >> 63;
        (magnitude ^ sign).wrapping_sub(sign)
    }
}

impl Program {
    /// The program with its width; `times` is what the last register is multiplied with afterwards.
    pub fn proved(mut self, times: i64) -> Self {
        let reads_all = reads_all_loads(&self.instructions);
        let fits = |width: &u32| {
            let last = greatest(&self.instructions, *width);
            last.and_then(|last| last.checked_mul(u128::from(times.unsigned_abs()))).is_some_and(is_held)
        };
        self.width = (1..BITS).rev().filter(|_| reads_all).find(fits);
        self
    }
}

fn is_held(magnitude: u128) -> bool {
    magnitude >> BITS == 0
}

/// Whether the last register rests on every load: what nothing reads must make no row unknown.
fn reads_all_loads(instructions: &[Instruction]) -> bool {
    let mut is_read = vec![false; instructions.len()];
    let mut open = vec![instructions.len() - 1];
    while let Some(register) = open.pop() {
        if std::mem::replace(&mut is_read[register], true) {
            continue;
        }
        match &instructions[register] {
            Instruction::Times(of, _) | Instruction::Rounded { of, .. } => open.push(*of),
            Instruction::Add(left, right)
            | Instruction::Subtract(left, right)
            | Instruction::Product(left, right)
            | Instruction::Least(left, right)
            | Instruction::Most(left, right)
            | Instruction::Signed(left, right) => open.extend([*left, *right]),
            _ => {}
        }
    }
    let mut loads = instructions.iter().zip(is_read);
    loads.all(|(instruction, is_read)| is_read || !matches!(instruction, Instruction::Load(_)))
}

/// The greatest magnitude of the last register where none loads more than `width` bits; `None` where a register
/// might not fit or a row be unknown for another reason than a load.
fn greatest(instructions: &[Instruction], width: u32) -> Option<u128> {
    let mut all: Vec<u128> = Vec::with_capacity(instructions.len());
    for instruction in instructions {
        let factor = |value: i64| u128::from(value.unsigned_abs());
        let magnitude = match instruction {
            Instruction::Constant(value) => factor(*value),
            Instruction::Load(_) => 1 << width,
            Instruction::Times(of, times) => all[*of].checked_mul(factor(*times))?,
            Instruction::Add(left, right) | Instruction::Subtract(left, right) => all[*left] + all[*right],
            Instruction::Product(left, right) => all[*left].checked_mul(all[*right])?,
            Instruction::Least(left, right) | Instruction::Most(left, right) => all[*left].max(all[*right]),
            // Nought is unknown there, which the kernel knows.
            Instruction::Signed(of, _) => all[*of],
            Instruction::Rounded { of, times, over, back, .. } => {
                let product = all[*of].checked_mul(factor(*times)).filter(|product| is_held(*product))?;
                (product / factor(over.over) + 1).checked_mul(factor(*back))?
            }
            Instruction::Unknown
            | Instruction::Choice(..)
            | Instruction::Lookup(..)
            | Instruction::Row(_) => return None,
        };
        all.push(Some(magnitude).filter(|magnitude| is_held(*magnitude))?);
    }
    all.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reciprocal_divides_as_division_does() {
        let overs = [1, 2, 3, 5, 7, 10, 64, 100, 641, 1000, 1 << 40, (1 << 40) + 1, i64::MAX / 2, i64::MAX];
        for over in overs {
            let divisor = Divisor::new(over);
            let own = over.unsigned_abs();
            let near = [0, 1, own - 1, own, own + 1, (1 << 62) - 1, (1 << 62) + 1, (1 << 63) - 1];
            let multiples =
                (1..70).map(|power| (((1_u64 << 63) - 1) / own) >> (power % 63)).flat_map(|times| {
                    let product = times * own;
                    [product.saturating_sub(1), product, (product + 1).min((1 << 63) - 1)]
                });
            for value in near.into_iter().chain(multiples).filter(|value| value >> 63 == 0) {
                assert_eq!(divisor.divide(value), (value / own, value % own), "{value} / {over}");
            }
        }
    }

    #[test]
    fn a_width_is_given_only_where_every_register_fits() {
        let program = |instructions: Vec<Instruction>| {
            Program { instructions, conditions: Vec::new(), width: None }.proved(1).width
        };
        let load = || vec![Instruction::Load(0), Instruction::Load(1)];
        let with = |last: Instruction| program([load(), vec![last]].concat());
        let one = |last: Instruction| program(vec![Instruction::Load(0), last]);
        assert_eq!(one(Instruction::Times(0, 1 << 20)), Some(41));
        assert_eq!(with(Instruction::Times(0, 1 << 20)), None, "one load is read by nothing");
        assert_eq!(with(Instruction::Product(0, 1)), Some(30));
        assert_eq!(with(Instruction::Subtract(0, 1)), Some(60));
        assert_eq!(one(Instruction::Times(0, i64::MIN)), None);
        assert_eq!(with(Instruction::Choice(0, 0, 1)), None);
        let rounding = Rounding::HalfUp;
        let rounded = Instruction::Rounded { of: 0, times: 1, over: Divisor::new(8), rounding, back: 16 };
        assert_eq!(one(rounded), Some(60));
    }
}
