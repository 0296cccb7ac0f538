//! Random catalogs, tables, expressions and rule books, all from one number.

use chrono::NaiveDate;
use rules::{
    calendar::Calendar,
    catalog::{Catalog, ChildTable, Field, Type, Words},
    expression::{Aggregate, Comparison, Expression, Operation, Period, Summary, Value},
    number::{Number, Rounding},
    policy::{Clause, Exception, Group, Policy, RuleBook, Stacking},
    table::{Bits, Children, Table, column_of},
    vocabulary::{CodeBits, Vocabulary},
};
use std::{ops::Range, sync::Arc};

/// Every fourth day rests, and the calendar ends.
pub struct Fourth;

impl Calendar for Fourth {
    fn shift(&self, from: NaiveDate, working_days: i32) -> Option<NaiveDate> {
        let days = i64::from(working_days) * 4 / 3;
        from.checked_add_signed(chrono::Duration::days(days)).filter(|day| *day < last_day())
    }

    fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<i32> {
        let days = (to - from).num_days() * 3 / 4;
        (from.max(to) < last_day()).then(|| i32::try_from(days).ok())?
    }
}

fn last_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).expect("it is small enough")
}

/// Splitmix.
pub struct Chance {
    state: u64,
    pub catalog: Catalog,
    /// Whether `is known` may be asked.
    pub asks_known: bool,
}

const NUMBERS: Range<u64> = 0..6;
const BOOLS: Range<u64> = 6..9;
const DATES: Range<u64> = 9..12;
const CODES: Range<u64> = 12..15;
const SETS: Range<u64> = 15..17;
const TEXTS: Range<u64> = 17..18;

fn field(name: String, kind: Type) -> Field {
    let (label, question) = (Words::default(), Words::default());
    Field { name, label, kind, question, dataset: String::new(), can_act: false }
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        let mut chance = Self { state: seed, catalog: Catalog::default(), asks_known: true };
        for size in [5, 70] {
            let mut vocabulary = Vocabulary::new(format!("v{size}"));
            for code in 0..size {
                vocabulary.add(&format!("c{code}"), Words::default(), None);
            }
            chance.catalog.add_vocabulary(vocabulary);
        }
        let number = |scale| Type::Number { scale, unit: String::new() };
        let kinds = [
            number(0),
            Type::Money,
            Type::Ratio,
            number(2),
            Type::Money,
            number(0),
            Type::Bool,
            Type::Bool,
            Type::Bool,
            Type::Date,
            Type::Date,
            Type::Date,
            Type::Code(0),
            Type::Code(1),
            Type::Code(1),
            Type::CodeSet(0),
            Type::CodeSet(1),
            Type::Text,
        ];
        for (at, kind) in kinds.into_iter().enumerate() {
            chance.catalog.add_field(field(format!("f{at}"), kind)).expect("it is small enough");
        }
        let fields = [Type::Money, Type::Bool, Type::Date, Type::Code(0)];
        let fields = fields.into_iter().enumerate().map(|(at, kind)| field(format!("r{at}"), kind));
        let rows = ChildTable { name: "rows".into(), label: Words::default(), fields: fields.collect() };
        chance.catalog.add_table(rows);
        chance
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    #[expect(clippy::unnecessary_box_returns, reason = "expressions hold their parts in boxes")]
    fn of(&mut self, fields: Range<u64>) -> Box<Expression> {
        Box::new(Expression::Fact((fields.start + self.below(fields.end - fields.start)) as u16))
    }

    fn digits(&mut self) -> i128 {
        match self.below(30) {
            0 => i128::from(i64::MAX) - i128::from(self.below(3)),
            1 => i128::from(i64::MIN) + i128::from(self.below(3)),
            2 => i128::from(i32::MAX) + i128::from(self.below(3)) - 1,
            3 => i128::from(i32::MIN) + i128::from(self.below(3)) - 1,
            4..8 => i128::from(self.below(2_000_000_000_000)),
            8..12 => 0,
            12..20 => i128::from(self.below(2000)) - 1000,
            _ => i128::from(self.below(9)) - 4,
        }
    }

    fn number_value(&mut self, scale: u32) -> Number {
        Number::scaled(self.digits(), scale).expect("it is small enough")
    }

    pub fn constant_number(&mut self) -> Number {
        match self.below(8) {
            0 => Number::fraction(i128::from(self.below(9)) - 4, i128::from(self.below(7)) + 1)
                .expect("it is small enough"),
            1 => Number::whole(i128::MAX / 3),
            2 => Number::scaled(self.digits(), 7).expect("it is small enough"),
            3 | 4 => self.number_value(2),
            _ => Number::whole(i128::from(self.below(9)) - 4),
        }
    }

    fn day(&mut self) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).expect("it is small enough");
        match self.below(150) {
            0 => NaiveDate::MAX,
            1 => NaiveDate::MIN,
            _ => first + chrono::Duration::days(self.below(2500) as i64),
        }
    }

    fn codes(&mut self, vocabulary: u64) -> CodeBits {
        let count = if vocabulary == 0 { 5 } else { 70 };
        let mut bits = CodeBits::none(count as usize);
        for _ in 0..self.below(4) {
            bits.insert(self.below(count) as u16);
        }
        bits
    }

    fn text(&mut self) -> Arc<str> {
        ["", "a", "b"][self.below(3) as usize].into()
    }

    fn value(&mut self, kind: &Type) -> Value {
        match kind {
            Type::Bool => Value::Bool(self.one_in(2)),
            Type::Date => Value::Date(self.day()),
            Type::Code(vocabulary) => Value::Code(self.below(if *vocabulary == 0 { 5 } else { 70 }) as u16),
            Type::CodeSet(vocabulary) => Value::Codes(self.codes(u64::from(*vocabulary))),
            Type::Text => Value::Text(self.text()),
            other => Value::Number(self.number_value(u32::from(other.scale()))),
        }
    }

    fn column(&mut self, kind: &Type, rows: usize) -> rules::table::Column {
        let missing = self.below(10);
        let is_narrow = self.one_in(2);
        let values = (0..rows).map(|_| {
            let known = self.below(10) >= missing.min(4);
            let value = if is_narrow && kind.is_numeric() {
                let digits = i128::from(self.below(4000)) - 1000;
                Value::Number(Number::scaled(digits, u32::from(kind.scale())).expect("it is small enough"))
            } else {
                self.value(kind)
            };
            known.then_some(value)
        });
        column_of(kind, values.collect())
    }

    /// So many firms.
    pub fn table(&mut self, rows: usize) -> Table {
        let kinds: Vec<Type> = self.catalog.fields().iter().map(|field| field.kind.clone()).collect();
        let mut columns = Vec::new();
        for kind in &kinds {
            columns.push(self.column(kind, rows));
        }
        if self.one_in(4) {
            let at = self.below(18) as usize;
            columns[at] = rules::table::Column::absent(rows);
        }
        let mut known = Bits::filled(rows, true);
        let (mut ends, mut end) = (Vec::new(), 0);
        for row in 0..rows {
            known.set(row, !self.one_in(6));
            end += self.below(4) as u32;
            ends.push(end);
        }
        let kinds: Vec<Type> =
            self.catalog.tables()[0].fields.iter().map(|field| field.kind.clone()).collect();
        let inner = kinds.iter().map(|kind| self.column(kind, end as usize)).collect();
        let children = vec![Children { known, ends, columns: inner }];
        Table { rows, columns, children }
    }

    fn comparison(&mut self) -> Comparison {
        use Comparison::{AtLeast, AtMost, Equal, Less, More, NotEqual};
        [Equal, NotEqual, Less, AtMost, More, AtLeast][self.below(6) as usize]
    }

    fn rounding(&mut self) -> Rounding {
        use Rounding::{Down, HalfEven, HalfUp, Up};
        [HalfUp, HalfEven, Down, Up][self.below(4) as usize]
    }

    fn several(&mut self, depth: u32, mut part: impl FnMut(&mut Self, u32) -> Expression) -> Vec<Expression> {
        (0..self.below(4) + u64::from(depth > 0)).map(|_| part(self, depth.saturating_sub(1))).collect()
    }

    /// A condition.
    pub fn truth(&mut self, depth: u32) -> Expression {
        if depth == 0 {
            return self.atom(0);
        }
        let less = depth - 1;
        match self.below(12) {
            0..3 => Expression::And(self.several(depth, Self::truth)),
            3..6 => Expression::Or(self.several(depth, Self::truth)),
            6 => Expression::Not(Box::new(self.truth(less))),
            7 if self.asks_known => Expression::IsKnown(Box::new(self.anything(less))),
            8 => Expression::Case(
                (0..self.below(3)).map(|_| (self.truth(less), self.truth(less))).collect(),
                self.one_in(2).then(|| Box::new(self.truth(less))),
            ),
            _ => self.atom(less),
        }
    }

    fn anything(&mut self, depth: u32) -> Expression {
        match self.below(4) {
            0 => self.number(depth),
            1 => self.date(depth),
            2 => *self.of(0..18),
            _ => self.truth(depth),
        }
    }

    fn compare(&mut self, left: Expression, right: Expression) -> Expression {
        let (left, right) = if self.one_in(3) { (right, left) } else { (left, right) };
        Expression::Compare(self.comparison(), Box::new(left), Box::new(right))
    }

    fn atom(&mut self, depth: u32) -> Expression {
        let constant = |value| Expression::Constant(value);
        match self.below(20) {
            0..3 => *self.of(BOOLS),
            3..7 => {
                let (left, right) = (*self.of(NUMBERS), constant(Value::Number(self.constant_number())));
                self.compare(left, right)
            }
            7 => {
                let (left, right) = (self.number(depth), self.number(depth));
                self.compare(left, right)
            }
            8 => {
                let (left, right) = (*self.of(DATES), constant(Value::Date(self.day())));
                self.compare(left, right)
            }
            9 => {
                let (left, right) = (self.date(depth), self.date(depth));
                self.compare(left, right)
            }
            10 | 11 => {
                let vocabulary = self.below(2);
                let codes = self.codes(vocabulary);
                let key = match (vocabulary, self.below(3)) {
                    (0, 0) => Box::new(Expression::Fact(15)),
                    (0, _) => Box::new(Expression::Fact(12)),
                    (_, 0) => Box::new(Expression::Fact(16)),
                    _ => self.of(13..15),
                };
                Expression::CodeIn(key, codes)
            }
            12 => {
                let (left, right) = (*self.of(CODES), constant(Value::Code(self.below(5) as u16)));
                self.compare(left, right)
            }
            13 => {
                let (left, right) = (*self.of(TEXTS), constant(Value::Text(self.text())));
                self.compare(left, right)
            }
            14 => {
                let (left, right) = (self.truth(depth.min(1)), constant(Value::Bool(self.one_in(2))));
                self.compare(left, right)
            }
            15 => Expression::Judged(["x", "y"][self.below(2) as usize].into()),
            16 if self.one_in(4) => Expression::NotInForce("t".into()),
            16 => Expression::truth(self.one_in(2)),
            17 => self.aggregate(depth, Summary::Any),
            18 => {
                let rows = (0..self.below(3)).map(|_| (self.codes(1), Value::Bool(self.one_in(2)))).collect();
                Expression::Lookup(self.of(13..15), rows)
            }
            _ => {
                // Sides of any kind, well typed or not.
                let (left, right) = (*self.of(0..18), *self.of(SETS.start - 9..18));
                self.compare(left, right)
            }
        }
    }

    fn date(&mut self, depth: u32) -> Expression {
        let period = self.period();
        match self.below(if depth == 0 { 2 } else { 5 }) {
            0 => *self.of(DATES),
            1 => Expression::Constant(Value::Date(self.day())),
            2 => {
                let count =
                    Expression::Constant(Value::Number(Number::whole(i128::from(self.below(40)) - 20)));
                Expression::Shifted(period, self.of(DATES), Box::new(count))
            }
            3 => Expression::StartOf(period, Box::new(self.date(depth - 1))),
            _ => {
                Expression::Shifted(period, Box::new(self.date(depth - 1)), Box::new(self.number(depth - 1)))
            }
        }
    }

    fn period(&mut self) -> Period {
        [Period::Years, Period::Months, Period::Days, Period::WorkingDays][self.below(4) as usize]
    }

    fn aggregate(&mut self, depth: u32, summary: Summary) -> Expression {
        let value = match (summary, self.below(3)) {
            (Summary::Any | Summary::Count, _) => None,
            (_, 0) => {
                let (wage, other) = (Box::new(Expression::Child(0)), Box::new(self.number(depth.min(1))));
                Some(Expression::Arithmetic(Operation::Multiply, wage, other))
            }
            (_, 1) => Some(Expression::Smallest(vec![Expression::Child(0), self.number(depth.min(1))])),
            _ => Some(Expression::Child(0)),
        };
        let filter = match self.below(5) {
            0 => None,
            1 => Some(Expression::Child(1)),
            2 => Some(Expression::Or(vec![Expression::Child(1), self.truth(depth.min(1))])),
            3 => {
                let number = Expression::Constant(Value::Number(self.constant_number()));
                Some(self.compare(Expression::Child(0), number))
            }
            _ => Some(Expression::CodeIn(Box::new(Expression::Child(3)), self.codes(0))),
        };
        Expression::Aggregate(Box::new(Aggregate { table: 0, summary, value, filter }))
    }

    /// A number.
    pub fn number(&mut self, depth: u32) -> Expression {
        if depth == 0 {
            return match self.below(30) {
                0 => Expression::NotInForce("n".into()),
                1..10 => Expression::Constant(Value::Number(self.constant_number())),
                _ => *self.of(NUMBERS),
            };
        }
        let less = depth - 1;
        match self.below(14) {
            0..5 => {
                use Operation::{Add, Divide, Multiply, Subtract};
                let operation = [Add, Subtract, Multiply, Divide][self.below(4) as usize];
                Expression::Arithmetic(operation, Box::new(self.number(less)), Box::new(self.number(less)))
            }
            5 => Expression::Smallest(self.several(depth, Self::number)),
            6 => Expression::Greatest(self.several(depth, Self::number)),
            7 => {
                let unit = self.constant_number();
                Expression::Rounded(Box::new(self.number(less)), unit, self.rounding())
            }
            8 => Expression::Case(
                (0..self.below(3)).map(|_| (self.truth(less), self.number(less))).collect(),
                self.one_in(2).then(|| Box::new(self.number(less))),
            ),
            9 => {
                let row = |chance: &mut Self| (chance.codes(1), Value::Number(chance.constant_number()));
                Expression::Lookup(self.of(13..15), (0..self.below(4)).map(|_| row(self)).collect())
            }
            10 => Expression::Elapsed(self.period(), Box::new(self.date(less)), Box::new(self.date(less))),
            11 => {
                use Summary::{Count, Greatest, Least, Sum};
                let summary = [Count, Sum, Least, Greatest][self.below(4) as usize];
                self.aggregate(less, summary)
            }
            _ => self.number(0),
        }
    }

    /// An amount, mostly in whole fen.
    pub fn amount(&mut self) -> Expression {
        match self.below(6) {
            0 => Expression::Constant(Value::Number(Number::whole(i128::from(self.below(5000))))),
            1 => self.number(3),
            _ => {
                let fen = Number::scaled(1, 2).expect("it is small enough");
                let rounded = Expression::Rounded(Box::new(self.number(2)), fen, self.rounding());
                let cap = Expression::Constant(Value::Number(Number::whole(i128::from(self.below(5000)))));
                if self.one_in(2) { rounded } else { Expression::Smallest(vec![rounded, cap]) }
            }
        }
    }

    fn clause(&mut self, depth: u32) -> Clause {
        Clause { expression: self.truth(depth), cite: "".into(), source: "".into() }
    }

    fn exception(&mut self, depth: u32) -> Exception {
        let unless = if depth > 0 && self.one_in(3) { vec![self.exception(depth - 1)] } else { Vec::new() };
        Exception { clause: self.clause(1), unless }
    }

    /// So many policies, and groups of them.
    pub fn book(&mut self, policies: usize) -> RuleBook {
        let mut book = RuleBook::default();
        for at in 0..policies {
            let require = (0..self.below(4)).map(|_| self.clause(3)).collect();
            let unless = (0..self.below(2)).map(|_| self.exception(2)).collect();
            let amount = (!self.one_in(3)).then(|| self.amount());
            book.policies.push(Policy { id: format!("p{at}").into(), require, unless, amount });
        }
        for at in 0..self.below(4) {
            let stacking = if self.one_in(2) { Stacking::Best } else { Stacking::Ceiling(self.amount()) };
            let members = (0..self.below(5)).map(|_| self.below(policies as u64) as u32).collect();
            book.groups.push(Group { id: format!("g{at}").into(), stacking, members });
        }
        book
    }
}
