//! An expression back as a syntax tree, where there is no text to show: what a term stands for, a rule from a
//! program.

use super::format::Measure;
use crate::{
    catalog::{Catalog, Field, Type},
    check::dimension_of_expression,
    expression::{Expression, Value},
    number::{Number, Rounding},
    span::Span,
    syntax::{CodeWord, Function, Kind, Mark, Numeral, Tree},
    vocabulary::{CodeBits, Vocabulary},
};

/// Most codes that are listed one by one.
const CODES_SHOWN: usize = 40;

/// Renders within a catalog, and within a child table where one is looked at.
#[derive(Clone, Copy)]
pub struct Renderer<'a> {
    /// Names.
    pub catalog: &'a Catalog,
    /// Fields of the child table that is looked at.
    pub child: Option<&'a [Field]>,
}

fn node(kind: Kind) -> Tree {
    Tree::new(kind, Span::default())
}

fn text(text: &str) -> Tree {
    node(Kind::Text(text.to_owned()))
}

impl Renderer<'_> {
    /// The tree of an expression.
    pub fn tree(&self, expression: &Expression) -> Tree {
        self.measured(expression, &Measure::Plain)
    }

    /// The tree of an expression that stands beside something of this measure.
    fn measured(&self, expression: &Expression, beside: &Measure) -> Tree {
        let boxed = |inner: &Expression| Box::new(self.tree(inner));
        let all = |all: &[Expression]| all.iter().map(|part| self.measured(part, beside)).collect::<Vec<_>>();
        match expression {
            Expression::Constant(value) => constant(value, beside, self.catalog),
            Expression::NotInForce(named) if named.is_empty() => node(Kind::Unknown),
            Expression::NotInForce(named) => name(named),
            Expression::Fact(field) => name(&self.catalog.field(*field).name),
            Expression::Child(field) => {
                let found = self.child.and_then(|fields| fields.get(usize::from(*field)));
                name(found.map_or("…", |field| field.name.as_str()))
            }
            Expression::Judged(question) => node(Kind::Call(Function::Judged, vec![text(question)])),
            Expression::Not(inner) => self.negation(inner),
            Expression::And(parts) => joined(all(parts), true),
            Expression::Or(parts) => joined(all(parts), false),
            Expression::Compare(comparison, left, right) => {
                let (of_left, of_right) = (self.measure(left), self.measure(right));
                let (left, right) = (self.measured(left, &of_right), self.measured(right, &of_left));
                node(Kind::Compare(*comparison, Box::new(left), Box::new(right)))
            }
            Expression::CodeIn(inner, codes) => self.membership(inner, codes, false),
            Expression::IsKnown(inner) => node(Kind::Known { subject: boxed(inner), negated: false }),
            Expression::Arithmetic(operation, left, right) => {
                node(Kind::Arithmetic(*operation, boxed(left), boxed(right)))
            }
            Expression::Smallest(parts) => node(Kind::Call(Function::Min, all(parts))),
            Expression::Greatest(parts) => node(Kind::Call(Function::Max, all(parts))),
            Expression::Rounded(inner, unit, rounding) => {
                let function = match rounding {
                    Rounding::HalfUp => Function::RoundHalfUp,
                    Rounding::HalfEven => Function::RoundHalfEven,
                    Rounding::Down => Function::RoundDown,
                    Rounding::Up => Function::RoundUp,
                };
                node(Kind::Call(function, vec![self.tree(inner), numeral(*unit, &Measure::Plain)]))
            }
            Expression::Case(branches, otherwise) => {
                let branches = branches.iter();
                let branches = branches.map(|(when, then)| (self.tree(when), self.measured(then, beside)));
                let otherwise = otherwise.as_deref().map(|value| Box::new(self.measured(value, beside)));
                node(Kind::Case { branches: branches.collect(), otherwise })
            }
            Expression::Lookup(key, rows) => self.lookup(key, rows, beside),
            Expression::Elapsed(period, from, to) => {
                node(Kind::Call(Function::Between(*period), vec![self.tree(from), self.tree(to)]))
            }
            Expression::StartOf(period, day) => {
                node(Kind::Call(Function::StartOf(*period), vec![self.tree(day)]))
            }
            Expression::Shifted(period, from, count) => {
                node(Kind::Call(Function::Shift(*period), vec![self.tree(from), self.tree(count)]))
            }
            Expression::Aggregate(aggregate) => {
                let table = &self.catalog.tables()[usize::from(aggregate.table)];
                let within = Renderer { catalog: self.catalog, child: Some(&table.fields) };
                node(Kind::Aggregate {
                    summary: aggregate.summary,
                    table: table.name.clone(),
                    value: aggregate.value.as_ref().map(|value| Box::new(within.tree(value))),
                    filter: aggregate.filter.as_ref().map(|filter| Box::new(within.tree(filter))),
                })
            }
        }
    }

    fn measure(&self, expression: &Expression) -> Measure {
        let child = self.child.unwrap_or_default();
        Measure::of_dimension(dimension_of_expression(expression, self.catalog, child).as_ref())
    }

    fn negation(&self, inner: &Expression) -> Tree {
        match inner {
            Expression::CodeIn(subject, codes) => self.membership(subject, codes, true),
            Expression::IsKnown(subject) => {
                node(Kind::Known { subject: Box::new(self.tree(subject)), negated: true })
            }
            other => node(Kind::Not(Box::new(self.tree(other)))),
        }
    }

    fn lookup(&self, key: &Expression, rows: &[(CodeBits, Value)], beside: &Measure) -> Tree {
        let branches = rows.iter();
        let branches = branches.map(|(codes, value)| {
            (self.membership(key, codes, false), constant(value, beside, self.catalog))
        });
        node(Kind::Case { branches: branches.collect(), otherwise: None })
    }

    fn membership(&self, subject: &Expression, codes: &CodeBits, negated: bool) -> Tree {
        let kind = match (subject, self.child) {
            (Expression::Fact(field), _) => Some(&self.catalog.field(*field).kind),
            (Expression::Child(field), Some(fields)) => {
                fields.get(usize::from(*field)).map(|field| &field.kind)
            }
            _ => None,
        };
        let (words, below) = match kind {
            Some(Type::Code(vocabulary) | Type::CodeSet(vocabulary)) => {
                code_words(codes, self.catalog.vocabulary(*vocabulary))
            }
            _ => (codes.codes().take(CODES_SHOWN).map(|code| format!("#{code}")).collect(), false),
        };
        let codes = words.into_iter().map(|code| CodeWord { code, span: Span::default() }).collect();
        node(Kind::In { subject: Box::new(self.tree(subject)), codes, below, negated })
    }
}

/// The codes as they would be written, and whether those below are meant too.
fn code_words(codes: &CodeBits, vocabulary: &Vocabulary) -> (Vec<String>, bool) {
    let count = vocabulary.codes().len();
    let held = |code: &u16| usize::from(*code) < count && codes.contains(*code);
    let tops: Vec<u16> = (0..count as u16)
        .filter(held)
        .filter(|code| vocabulary.code(*code).parent.is_none_or(|parent| !codes.contains(parent)))
        .collect();
    let has_parts = |top: &u16| vocabulary.codes().iter().any(|code| code.parent == Some(*top));
    let is_whole = |top: &u16| vocabulary.within(*top).codes().all(|code| codes.contains(code));
    let parents: Vec<u16> = tops.iter().copied().filter(has_parts).collect();
    let below = !parents.is_empty() && parents.iter().all(is_whole);
    let shown: Vec<u16> = if below { tops } else { (0..count as u16).filter(held).collect() };
    let cut = shown.len() > CODES_SHOWN;
    let mut words: Vec<String> =
        shown.iter().take(CODES_SHOWN).map(|code| vocabulary.code(*code).code.clone()).collect();
    if cut {
        words.push("…".to_owned());
    }
    (words, below)
}

fn joined(mut parts: Vec<Tree>, all: bool) -> Tree {
    match parts.len() {
        0 => node(Kind::Truth(all)),
        1 => parts.swap_remove(0),
        _ if all => node(Kind::And(parts)),
        _ => node(Kind::Or(parts)),
    }
}

fn name(full: &str) -> Tree {
    let earlier =
        full.split_once("[-").and_then(|(name, prior)| Some((name, prior.strip_suffix(']')?.parse().ok()?)));
    let (name, prior) = earlier.unwrap_or((full, 0));
    node(Kind::Name { name: name.to_owned(), prior })
}

fn constant(value: &Value, beside: &Measure, catalog: &Catalog) -> Tree {
    let code = |code: u16| match beside {
        Measure::Code(vocabulary) => catalog
            .vocabulary(*vocabulary)
            .codes()
            .get(usize::from(code))
            .map_or("…", |code| code.code.as_str()),
        _ => "…",
    };
    match value {
        Value::Bool(truth) => node(Kind::Truth(*truth)),
        Value::Number(number) => numeral(*number, beside),
        Value::Date(date) => node(Kind::Date(*date)),
        Value::Text(found) => text(found),
        Value::Code(index) => text(code(*index)),
        Value::Codes(bits) => text(&bits.codes().map(code).collect::<Vec<_>>().join(" ")),
    }
}

/// A number as rules write it: 300万, 3.4%.
fn numeral(number: Number, beside: &Measure) -> Tree {
    let marked = |by: i128, mark| {
        let digits = number.divide(Number::whole(by))?;
        digits.is_whole().then(|| (digits.to_string(), mark))
    };
    let share = || number.multiply(Number::whole(100)).map(|share| (share.to_string(), Mark::Percent));
    let zero = number.is_zero();
    let (digits, mark) = match beside {
        Measure::Share => share(),
        Measure::Money if !zero => {
            marked(100_000_000, Mark::HundredMillion).or_else(|| marked(10_000, Mark::TenThousand))
        }
        _ => None,
    }
    .unwrap_or_else(|| (number.to_string(), Mark::Plain));
    match digits.strip_prefix('-') {
        Some(rest) => {
            let inner =
                node(Kind::Numeral(Numeral { digits: rest.to_owned(), mark, yuan: false, unit: None }));
            node(Kind::Negate(Box::new(inner)))
        }
        None => node(Kind::Numeral(Numeral { digits, mark, yuan: false, unit: None })),
    }
}
