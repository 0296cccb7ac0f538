//! Numbers as whole numbers of a fixed scale: straight-line programs over registers of 64 bits.
//!
//! Every instruction mirrors one operation of the reference and its operands are never smaller than the
//! reference's (which are in lowest terms). So where no register overflows, neither does the reference, and
//! where one does, the row is left to the reference.

use super::{literal::Literal, lower::Lowering, proof::Divisor};
use crate::{
    catalog::{FieldIndex, Type},
    expression::{Expression, Operation, Period, Summary, Value},
    number::{Number, Rounding},
    table::code_count,
    vocabulary::CodeBits,
};
use chrono::Datelike;

/// Most instructions of a program; what is longer is left to the reference.
const INSTRUCTIONS_MAX: usize = 128;

/// Greatest scale a register holds.
const SCALE_MAX: u8 = 18;

/// Index of the instruction whose result is meant.
pub type Register = usize;

/// One instruction; it writes the register of its own index. A result is unknown where an operand is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Instruction {
    /// Not known.
    Unknown,
    /// The same for every row.
    Constant(i64),
    /// A stored number or day.
    Load(FieldIndex),
    /// Product with a constant.
    Times(Register, i64),
    /// Sum.
    Add(Register, Register),
    /// Difference.
    Subtract(Register, Register),
    /// Product.
    Product(Register, Register),
    /// The smaller.
    Least(Register, Register),
    /// The greater.
    Most(Register, Register),
    /// The first with the sign of the second put to it; unknown where the second is nought.
    Signed(Register, Register),
    /// (`of` × `times` / `over`) rounded to a whole number, × `back`.
    Rounded {
        /// What is rounded.
        of: Register,
        /// Factor.
        times: i64,
        /// Divisor.
        over: Divisor,
        /// How.
        rounding: Rounding,
        /// Factor of the result.
        back: i64,
    },
    /// By the condition of this index in the program: the first where true, the second where false.
    Choice(usize, Register, Register),
    /// A number for each code.
    Lookup(FieldIndex, Box<[Option<i64>]>),
    /// A whole number that the reference evaluates.
    Row(Box<Expression>),
}

/// A number of every row: its register over its denominator.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Program {
    /// In order.
    pub instructions: Vec<Instruction>,
    /// Conditions of the choices.
    pub conditions: Vec<Literal>,
    /// Where every stored number it loads has at most so many bits beside its sign, every register fits and
    /// every row is known where what it loads is; `None` where no number of bits says so much.
    pub width: Option<u32>,
}

/// A register and what its whole number is divided by; positive.
#[derive(Clone, Copy)]
struct Scaled {
    register: Register,
    over: i64,
}

/// An amount in fen: the last register × `times` / `over`, unknown where that is not whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fen {
    /// The amount in yuan.
    pub program: Program,
    /// Factor.
    pub times: i64,
    /// Divisor.
    pub over: Divisor,
}

impl Program {
    /// `left` − `right`, of which only the sign counts. Numbers or dates.
    pub fn difference(lowering: &mut Lowering, left: &Expression, right: &Expression) -> Option<Self> {
        let mut builder = Builder::new(lowering);
        if let Some((left, right)) = builder.date(left).zip(builder.date(right)) {
            builder.put(Instruction::Subtract(left, right))?;
            return Some(builder.program.proved(1));
        }
        let (left, right) = (builder.number(left)?, builder.number(right)?);
        let (left, right, _) = builder.aligned(left, right)?;
        builder.put(Instruction::Subtract(left, right))?;
        Some(builder.program.proved(1))
    }

    /// `over` / `under` − `other`, of which only the sign counts.
    pub fn quotient(
        lowering: &mut Lowering,
        over: &Expression,
        under: &Expression,
        other: &Expression,
    ) -> Option<Self> {
        let mut builder = Builder::new(lowering);
        let (over, under, other) = (builder.number(over)?, builder.number(under)?, builder.number(other)?);
        let product = builder.product(under, other)?;
        let (over, product, _) = builder.aligned(over, product)?;
        let difference = builder.put(Instruction::Subtract(over, product))?;
        builder.last(Instruction::Signed(difference, under.register))?;
        Some(builder.program.proved(1))
    }

    /// An amount in yuan, in fen.
    pub fn fen(lowering: &mut Lowering, amount: &Expression) -> Option<Fen> {
        let mut builder = Builder::new(lowering);
        let scaled = builder.number(amount)?;
        let common = gcd(100, scaled.over);
        builder.last(Instruction::Times(scaled.register, 1))?;
        let times = 100 / common;
        let program = builder.program.proved(times);
        let is_slow = program.conditions.iter().any(|condition| lowering.graph.is_slow(*condition));
        (!is_slow).then(|| Fen { program, times, over: Divisor::new(scaled.over / common) })
    }
}

struct Builder<'a, 'b> {
    lowering: &'a mut Lowering<'b>,
    program: Program,
}

impl<'a, 'b> Builder<'a, 'b> {
    fn new(lowering: &'a mut Lowering<'b>) -> Self {
        Self { lowering, program: Program { instructions: Vec::new(), conditions: Vec::new(), width: None } }
    }

    fn put(&mut self, instruction: Instruction) -> Option<Register> {
        match instruction {
            Instruction::Times(register, 1) => return Some(register),
            Instruction::Constant(_) | Instruction::Load(_) => {
                let equal = |other: &Instruction| *other == instruction;
                if let Some(register) = self.program.instructions.iter().position(equal) {
                    return Some(register);
                }
            }
            _ => {}
        }
        self.last(instruction)
    }

    /// Appends it, so that its register is the last.
    fn last(&mut self, instruction: Instruction) -> Option<Register> {
        if self.program.instructions.len() == INSTRUCTIONS_MAX {
            return None;
        }
        self.program.instructions.push(instruction);
        Some(self.program.instructions.len() - 1)
    }

    fn unknown(&mut self) -> Option<Scaled> {
        Some(Scaled { register: self.put(Instruction::Unknown)?, over: 1 })
    }

    /// Both over the same denominator.
    fn aligned(&mut self, left: Scaled, right: Scaled) -> Option<(Register, Register, i64)> {
        let over = (left.over / gcd(left.over, right.over)).checked_mul(right.over)?;
        let left = self.put(Instruction::Times(left.register, over / left.over))?;
        let right = self.put(Instruction::Times(right.register, over / right.over))?;
        Some((left, right, over))
    }

    fn product(&mut self, left: Scaled, right: Scaled) -> Option<Scaled> {
        let over = left.over.checked_mul(right.over)?;
        let factor = |register: Register| match self.program.instructions[register] {
            Instruction::Constant(value) => Some(value),
            _ => None,
        };
        let instruction = match (factor(left.register), factor(right.register)) {
            (_, Some(factor)) => Instruction::Times(left.register, factor),
            (Some(factor), None) => Instruction::Times(right.register, factor),
            (None, None) => Instruction::Product(left.register, right.register),
        };
        Some(Scaled { register: self.put(instruction)?, over })
    }

    fn date(&mut self, expression: &Expression) -> Option<Register> {
        match expression {
            Expression::Fact(field) if self.lowering.catalog.field(*field).kind == Type::Date => {
                self.put(Instruction::Load(*field))
            }
            Expression::Constant(Value::Date(day)) => {
                self.put(Instruction::Constant(day.num_days_from_ce().into()))
            }
            _ => None,
        }
    }

    fn number(&mut self, expression: &Expression) -> Option<Scaled> {
        match self.lowering.constant(expression) {
            Some(Some(Value::Number(number))) => return self.constant(number),
            Some(None) => return self.unknown(),
            // What is no number may still be compared.
            Some(Some(_)) => return None,
            None => {}
        }
        match expression {
            Expression::Fact(field) => {
                let kind = &self.lowering.catalog.field(*field).kind;
                let is_scaled = kind.is_numeric() && kind.scale() <= SCALE_MAX;
                let over = is_scaled.then(|| 10_i64.pow(kind.scale().into()))?;
                Some(Scaled { register: self.put(Instruction::Load(*field))?, over })
            }
            Expression::Arithmetic(operation, left, right) => self.arithmetic(*operation, left, right),
            Expression::Smallest(all) => self.extreme(all, Instruction::Least),
            Expression::Greatest(all) => self.extreme(all, Instruction::Most),
            Expression::Rounded(inner, unit, rounding) => {
                let inner = self.number(inner)?;
                self.rounded(inner, *unit, *rounding)
            }
            Expression::Case(branches, otherwise) => {
                let mut value = match otherwise {
                    Some(value) => self.number(value)?,
                    None => self.unknown()?,
                };
                for (when, then) in branches.iter().rev() {
                    let then = self.number(then)?;
                    let when = self.lowering.truth(when);
                    value = self.choice(when, then, value)?;
                }
                Some(value)
            }
            Expression::NotInForce(_) => self.unknown(),
            Expression::Lookup(key, rows) => match &**key {
                Expression::Fact(field) => self.lookup(*field, rows),
                _ => None,
            },
            Expression::Elapsed(Period::Days, from, to) => {
                let (from, to) = (self.date(from)?, self.date(to)?);
                Some(Scaled { register: self.put(Instruction::Subtract(to, from))?, over: 1 })
            }
            Expression::Elapsed(..) => self.row(expression),
            Expression::Aggregate(aggregate) if aggregate.summary == Summary::Count => self.row(expression),
            _ => None,
        }
    }

    fn row(&mut self, expression: &Expression) -> Option<Scaled> {
        let is_judged = expression.needs_judgement();
        let instruction = (!is_judged).then(|| Instruction::Row(Box::new(expression.clone())))?;
        Some(Scaled { register: self.put(instruction)?, over: 1 })
    }

    fn constant(&mut self, number: Number) -> Option<Scaled> {
        let (numerator, denominator) = number.parts();
        let (value, over) = (i64::try_from(numerator).ok()?, i64::try_from(denominator).ok()?);
        Some(Scaled { register: self.put(Instruction::Constant(value))?, over })
    }

    fn arithmetic(&mut self, operation: Operation, left: &Expression, right: &Expression) -> Option<Scaled> {
        let left = self.number(left)?;
        if operation == Operation::Divide {
            return match self.lowering.constant(right)? {
                Some(Value::Number(divisor)) if !divisor.is_zero() => {
                    let inverse = Number::whole(1).divide(divisor)?;
                    let inverse = self.constant(inverse)?;
                    self.product(left, inverse)
                }
                _ => self.unknown(),
            };
        }
        let right = self.number(right)?;
        if operation == Operation::Multiply {
            return self.product(left, right);
        }
        let (left, right, over) = self.aligned(left, right)?;
        let instruction = if operation == Operation::Add {
            Instruction::Add(left, right)
        } else {
            Instruction::Subtract(left, right)
        };
        Some(Scaled { register: self.put(instruction)?, over })
    }

    fn extreme(
        &mut self,
        all: &[Expression],
        instruction: fn(Register, Register) -> Instruction,
    ) -> Option<Scaled> {
        let mut all = all.iter();
        let Some(first) = all.next() else { return self.unknown() };
        let mut best = self.number(first)?;
        for next in all {
            let next = self.number(next)?;
            let (left, right, over) = self.aligned(best, next)?;
            best = Scaled { register: self.put(instruction(left, right))?, over };
        }
        Some(best)
    }

    fn rounded(&mut self, inner: Scaled, unit: Number, rounding: Rounding) -> Option<Scaled> {
        if unit.is_zero() {
            return self.unknown();
        }
        let (numerator, denominator) = unit.parts();
        let (back, unit_over) = (i64::try_from(numerator).ok()?, i64::try_from(denominator).ok()?);
        let over = inner.over.checked_mul(back.checked_abs()?)?;
        let common = gcd(unit_over, over);
        let times = unit_over / common * back.signum();
        let over = Divisor::new(over / common);
        let register = self.put(Instruction::Rounded { of: inner.register, times, over, rounding, back })?;
        Some(Scaled { register, over: unit_over })
    }

    fn choice(&mut self, when: Literal, then: Scaled, otherwise: Scaled) -> Option<Scaled> {
        match when {
            Literal::TRUE => return Some(then),
            Literal::FALSE => return Some(otherwise),
            Literal::UNKNOWN => return self.unknown(),
            _ => {}
        }
        let (then, otherwise, over) = self.aligned(then, otherwise)?;
        self.program.conditions.push(when);
        let condition = self.program.conditions.len() - 1;
        Some(Scaled { register: self.put(Instruction::Choice(condition, then, otherwise))?, over })
    }

    fn lookup(&mut self, field: FieldIndex, rows: &[(CodeBits, Value)]) -> Option<Scaled> {
        let kind = &self.lowering.catalog.field(field).kind;
        if !matches!(kind, Type::Code(_)) {
            return self.unknown();
        }
        let mut over = 1_i64;
        for (_, value) in rows {
            if let Value::Number(number) = value {
                let denominator = i64::try_from(number.parts().1).ok()?;
                over = (over / gcd(over, denominator)).checked_mul(denominator)?;
            }
        }
        let scaled = |value: &Value| match value {
            Value::Number(number) => {
                let (numerator, denominator) = number.parts();
                let digits = numerator.checked_mul(i128::from(over) / denominator)?;
                Some(Some(i64::try_from(digits).ok()?))
            }
            _ => None,
        };
        let count = code_count(self.lowering.catalog, kind) as u32;
        let of_code = |code: u32| match rows.iter().find(|(codes, _)| codes.contains(code as u16)) {
            Some((_, value)) => scaled(value),
            None => Some(None),
        };
        let digits: Option<Box<[Option<i64>]>> = (0..count).map(of_code).collect();
        Some(Scaled { register: self.put(Instruction::Lookup(field, digits?))?, over })
    }
}

fn gcd(left: i64, right: i64) -> i64 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}
