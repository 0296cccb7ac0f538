//! From expressions to slots: constants folded, negations at the atoms, comparisons in a few canonical forms.

use super::{
    atom::{Atom, Condition},
    graph::{Graph, Step},
    literal::Literal,
    numeric::Program,
};
use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, FieldIndex, Type},
    expression::{Comparison, Expression, Operation, Period, Summary, Value},
    number::Number,
    reference::{Firm, compare},
    table::{Table, code_count},
    vocabulary::CodeBits,
};
use chrono::{Datelike, NaiveDate};

/// Greatest scale whose numbers the reference can represent.
const SCALE_MAX: u8 = 38;

/// What is needed to lower an expression.
pub struct Lowering<'a> {
    /// The fields.
    pub catalog: &'a Catalog,
    /// Where the slots go.
    pub graph: &'a mut Graph,
    /// What judged conditions are taken to be.
    pub judged: Option<bool>,
}

impl Lowering<'_> {
    /// The slot of a condition.
    pub fn truth(&mut self, expression: &Expression) -> Literal {
        match expression {
            Expression::Constant(Value::Bool(value)) => Literal::TRUE.negated_if(!value),
            Expression::Not(inner) => self.truth(inner).negated(),
            Expression::And(all) => {
                let all: Vec<Literal> = all.iter().map(|part| self.truth(part)).collect();
                self.graph.all(all)
            }
            Expression::Or(any) => {
                let any: Vec<Literal> = any.iter().map(|part| self.truth(part)).collect();
                self.graph.any(any)
            }
            Expression::Judged(_) => {
                self.judged.map_or(Literal::UNKNOWN, |judged| Literal::TRUE.negated_if(!judged))
            }
            Expression::Fact(field) if self.kind(*field) == &Type::Bool => self.atom(Atom::Bool(*field)),
            Expression::IsKnown(inner) => self.known(inner, expression),
            Expression::Case(branches, otherwise) => {
                let mut literal = otherwise.as_ref().map_or(Literal::UNKNOWN, |value| self.truth(value));
                for (when, then) in branches.iter().rev() {
                    let (when, then) = (self.truth(when), self.truth(then));
                    literal = self.graph.choice(when, then, literal);
                }
                literal
            }
            Expression::Compare(comparison, left, right) => {
                self.comparison(*comparison, left, right, expression)
            }
            Expression::CodeIn(inner, codes) => match &**inner {
                Expression::Fact(field) => match self.kind(*field) {
                    Type::Code(_) => self.atom(Atom::Within(*field, codes.clone())),
                    Type::CodeSet(_) => self.atom(Atom::Meets(*field, codes.clone())),
                    _ => Literal::UNKNOWN,
                },
                _ => self.general(expression),
            },
            Expression::Lookup(..) | Expression::Smallest(_) | Expression::Greatest(_) => {
                self.general(expression)
            }
            Expression::Aggregate(aggregate)
                if matches!(aggregate.summary, Summary::Any | Summary::Least | Summary::Greatest) =>
            {
                self.general(expression)
            }
            // Numbers, dates, codes and texts are neither true nor false.
            _ => Literal::UNKNOWN,
        }
    }

    fn kind(&self, field: FieldIndex) -> &Type {
        &self.catalog.field(field).kind
    }

    fn atom(&mut self, atom: Atom) -> Literal {
        match atom.field() {
            Some(field) if self.kind(field).scale() > SCALE_MAX => Literal::UNKNOWN,
            _ => self.graph.step(Step::Atom(atom)),
        }
    }

    /// The value of an expression that reads nothing; the outer `None` where it reads something.
    #[expect(clippy::option_option, reason = "a constant may be unknown")]
    pub fn constant(&self, expression: &Expression) -> Option<Option<Value>> {
        let table = Table::default();
        is_constant(expression).then(|| Firm::new(self.catalog, &table, 0, &NoCalendar).value(expression))
    }

    fn known(&mut self, inner: &Expression, whole: &Expression) -> Literal {
        if let Some(value) = self.constant(inner) {
            return Literal::TRUE.negated_if(value.is_none());
        }
        match inner {
            Expression::Fact(field) if self.kind(*field).scale() > SCALE_MAX => Literal::FALSE,
            Expression::Fact(field) => self.atom(Atom::Known(*field)),
            _ if self.is_boolean(inner) => {
                let inner = self.truth(inner);
                self.graph.known(inner)
            }
            _ => self.general(whole),
        }
    }

    /// Whether the value, where there is one, is surely yes or no.
    fn is_boolean(&self, expression: &Expression) -> bool {
        match expression {
            Expression::And(_)
            | Expression::Or(_)
            | Expression::Not(_)
            | Expression::Compare(..)
            | Expression::CodeIn(..)
            | Expression::IsKnown(_)
            | Expression::Judged(_)
            | Expression::Constant(Value::Bool(_)) => true,
            Expression::Fact(field) => self.kind(*field) == &Type::Bool,
            _ => false,
        }
    }

    fn comparison(
        &mut self,
        comparison: Comparison,
        left: &Expression,
        right: &Expression,
        whole: &Expression,
    ) -> Literal {
        let found = match (self.constant(left), self.constant(right)) {
            (Some(left), Some(right)) => {
                let holds = left.zip(right).and_then(|(left, right)| compare(comparison, &left, &right));
                Some(holds.map_or(Literal::UNKNOWN, |holds| Literal::TRUE.negated_if(!holds)))
            }
            (None, Some(right)) => self.against_constant(comparison, left, right, whole),
            (Some(left), None) => self.against_constant(comparison.mirrored(), right, left, whole),
            (None, None) => None,
        };
        if let Some(literal) = found.or_else(|| self.signum(comparison, left, right, whole)) {
            return literal;
        }
        self.general(whole)
    }

    /// A comparison with a constant in canonical form; `None` where there is none.
    fn against_constant(
        &mut self,
        comparison: Comparison,
        left: &Expression,
        right: Option<Value>,
        whole: &Expression,
    ) -> Option<Literal> {
        let Some(right) = right else { return Some(Literal::UNKNOWN) };
        let equal = match comparison {
            Comparison::Equal => Some(true),
            Comparison::NotEqual => Some(false),
            _ => None,
        };
        match (left, right) {
            (Expression::Fact(field), Value::Number(number)) if self.kind(*field).is_numeric() => {
                self.threshold(comparison, *field, number)
            }
            (Expression::Fact(field), Value::Date(day)) if self.kind(*field) == &Type::Date => {
                self.threshold(comparison, *field, Number::whole(day.num_days_from_ce().into()))
            }
            (Expression::Fact(field), Value::Code(code)) if matches!(self.kind(*field), Type::Code(_)) => {
                let Some(equal) = equal else { return Some(Literal::UNKNOWN) };
                let count = code_count(self.catalog, self.kind(*field)).max(usize::from(code) + 1);
                let mut codes = CodeBits::none(count);
                codes.insert(code);
                Some(self.atom(Atom::Within(*field, codes)).negated_if(!equal))
            }
            (Expression::Fact(field), Value::Text(text)) if self.kind(*field) == &Type::Text => {
                let Some(equal) = equal else { return Some(Literal::UNKNOWN) };
                Some(self.atom(Atom::Spells(*field, text)).negated_if(!equal))
            }
            (left, Value::Bool(value)) if self.is_boolean(left) => {
                let Some(equal) = equal else { return Some(Literal::UNKNOWN) };
                Some(self.truth(left).negated_if(value != equal))
            }
            // A fact against a value of another kind.
            (Expression::Fact(_), _) => Some(Literal::UNKNOWN),
            (Expression::Elapsed(..) | Expression::Shifted(..), _) => self.before(whole),
            _ => None,
        }
    }

    /// A stored number against a number: where it lies between two stored numbers, the comparison is that
    /// with the next one.
    fn threshold(&mut self, comparison: Comparison, field: FieldIndex, number: Number) -> Option<Literal> {
        let power = 10_i128.checked_pow(self.kind(field).scale().into());
        let Some(power) = power else { return Some(Literal::UNKNOWN) };
        let digits = number.multiply(Number::whole(power))?;
        let at_most = digits.floor().checked_add(1)?;
        let (below, negative) = match comparison {
            Comparison::Less => (digits.ceiling(), false),
            Comparison::AtLeast => (digits.ceiling(), true),
            Comparison::AtMost => (at_most, false),
            Comparison::More => (at_most, true),
            Comparison::Equal | Comparison::NotEqual => {
                let negative = comparison == Comparison::NotEqual;
                let stored = i64::try_from(digits.floor()).ok().filter(|_| digits.is_whole());
                // What cannot be stored is equal to nothing.
                let atom = stored.map_or(Atom::Below(field, i64::MIN), |stored| Atom::Equals(field, stored));
                return Some(self.atom(atom).negated_if(negative));
            }
        };
        let literal = match i64::try_from(below) {
            Ok(below) => self.atom(Atom::Below(field, below)),
            Err(_) => self.atom(Atom::Below(field, i64::MIN)).negated_if(below > 0),
        };
        Some(literal.negated_if(negative))
    }

    /// A condition that changes once as its only fact, a date, grows: time passed since a day, or a day so long
    /// after it, against a constant.
    fn before(&mut self, whole: &Expression) -> Option<Literal> {
        let Expression::Compare(comparison, left, right) = whole else { return None };
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let (Expression::Elapsed(period, one, other) | Expression::Shifted(period, one, other)) =
            (if self.constant(left).is_some() { &**right } else { &**left })
        else {
            return None;
        };
        let (fact, constant) =
            if matches!(&**one, Expression::Fact(_)) { (one, other) } else { (other, one) };
        let Expression::Fact(field) = &**fact else { return None };
        let is_steady = ordered
            && *period != Period::WorkingDays
            && self.kind(*field) == &Type::Date
            && self.constant(constant).is_some();
        if !is_steady {
            return None;
        }
        let (first, last) = sane_days();
        let truth = |day| self.of_day(*field, day, whole);
        let (at_first, at_last) = (truth(first)?, truth(last)?);
        let (mut low, mut high) = (first, last);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if truth(middle)? == at_first { low = middle } else { high = middle }
        }
        let day = if at_first == at_last { i32::MIN } else { high };
        let (day, negative) = if at_first == at_last { (day, at_first) } else { (day, !at_first) };
        let condition = Box::new(Condition { expression: whole.clone(), judged: None, negative });
        Some(self.atom(Atom::Before { field: *field, day, condition }).negated_if(negative))
    }

    /// What a condition that reads only this date says of a day.
    fn of_day(&self, field: FieldIndex, day: i32, expression: &Expression) -> Option<bool> {
        let day = Expression::Constant(Value::Date(NaiveDate::from_num_days_from_ce_opt(day)?));
        let Expression::Compare(comparison, left, right) = expression else { return None };
        let table = Table::default();
        let firm = Firm::new(self.catalog, &table, 0, &NoCalendar);
        let value = |side: &Expression| match side {
            Expression::Elapsed(period, from, to) => {
                firm.value(&Expression::Elapsed(*period, put(from, field, &day), put(to, field, &day)))
            }
            Expression::Shifted(period, from, count) => {
                firm.value(&Expression::Shifted(*period, put(from, field, &day), count.clone()))
            }
            other => firm.value(other),
        };
        compare(*comparison, &value(left)?, &value(right)?)
    }

    /// Two numbers or dates compared by their difference; `None` where it has no fixed scale.
    fn signum(
        &mut self,
        comparison: Comparison,
        left: &Expression,
        right: &Expression,
        whole: &Expression,
    ) -> Option<Literal> {
        let (comparison, program) = match (left, right) {
            (Expression::Arithmetic(Operation::Divide, over, under), other)
                if self.constant(under).is_none() =>
            {
                (comparison, Program::quotient(self, over, under, other)?)
            }
            (other, Expression::Arithmetic(Operation::Divide, over, under))
                if self.constant(under).is_none() =>
            {
                (comparison.mirrored(), Program::quotient(self, over, under, other)?)
            }
            _ => (comparison, Program::difference(self, left, right)?),
        };
        let condition = Box::new(self.condition(whole));
        Some(self.graph.step(Step::Signum(comparison, Box::new(program), condition)))
    }

    fn condition(&self, expression: &Expression) -> Condition {
        let judged = self.judged.filter(|_| expression.needs_judgement());
        Condition { expression: expression.clone(), judged, negative: false }
    }

    fn general(&mut self, expression: &Expression) -> Literal {
        if let Some(value) = self.constant(expression) {
            return match value {
                Some(Value::Bool(value)) => Literal::TRUE.negated_if(!value),
                _ => Literal::UNKNOWN,
            };
        }
        let condition = Box::new(self.condition(expression));
        let reads = Reads::of([expression]);
        match reads.fields.as_slice() {
            [field] if reads.tables.is_empty() && matches!(self.kind(*field), Type::Code(_) | Type::Date) => {
                self.atom(Atom::OfOne(*field, condition))
            }
            _ => self.atom(Atom::Row(condition)),
        }
    }
}

/// `side` with a fact replaced by its value.
#[expect(clippy::unnecessary_box_returns, reason = "expressions hold their parts in boxes")]
fn put(side: &Expression, field: FieldIndex, day: &Expression) -> Box<Expression> {
    Box::new(if side == &Expression::Fact(field) { day.clone() } else { side.clone() })
}

/// The first day of the year 0 and of the year 10000, as days of the common era.
pub fn sane_days() -> (i32, i32) {
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).map_or(0, |day| day.num_days_from_ce());
    (day(0), day(10_000))
}

/// Whether an expression reads neither facts nor judgements nor the calendar.
pub fn is_constant(expression: &Expression) -> bool {
    let own = match expression {
        Expression::Fact(_) | Expression::Child(_) | Expression::Judged(_) | Expression::Aggregate(_) => {
            false
        }
        Expression::Elapsed(period, ..) | Expression::Shifted(period, ..) => *period != Period::WorkingDays,
        _ => true,
    };
    own && expression.parts().into_iter().all(is_constant)
}

/// What expressions read, each once, ascending; the facts a row of an aggregate asks of its firm too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Fields of the firm.
    pub fields: Vec<FieldIndex>,
    /// Child tables.
    pub tables: Vec<crate::catalog::TableIndex>,
}

impl Reads {
    /// Of these expressions.
    pub fn of<'a>(expressions: impl IntoIterator<Item = &'a Expression>) -> Self {
        let mut reads = Self::default();
        let mut open: Vec<&Expression> = expressions.into_iter().collect();
        while let Some(expression) = open.pop() {
            match expression {
                Expression::Fact(field) => reads.fields.push(*field),
                Expression::Aggregate(aggregate) => {
                    reads.tables.push(aggregate.table);
                    open.extend(aggregate.parts());
                }
                _ => open.extend(expression.parts()),
            }
        }
        reads.fields.sort_unstable();
        reads.fields.dedup();
        reads.tables.sort_unstable();
        reads.tables.dedup();
        reads
    }
}
