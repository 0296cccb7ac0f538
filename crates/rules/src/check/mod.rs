//! Names and types: a syntax tree becomes an expression, or every fault of it is told with its place.

mod arithmetic;
mod codes;
mod dimension;
mod measured;
#[cfg(test)]
mod officers;
mod others;
mod scope;
mod slices;
#[cfg(test)]
mod tests;
mod units;

pub use dimension::Dimension;
pub(crate) use measured::{dimension_of, dimension_of_expression};
pub use scope::{Named, Scope};

use units::Units;

use crate::{
    catalog::{ChildTable, Field, Type},
    expression::{Aggregate, Comparison, Expression, Period, Summary, Value},
    number::Rounding,
    span::{Fault, Span},
    spelling::did_you_mean,
    syntax::{Function, Kind, Tree, advice, half_width, parse},
};
use std::sync::Arc;

/// What an expression is wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A condition.
    Condition,
    /// An amount of money.
    Amount,
    /// A value of a type, or of a type that goes with it.
    Of(Type),
    /// Any number, for instance of points.
    Number,
}

/// Most nodes an expression may have once terms and parameters are put in.
pub const NODES_MAX: usize = 20_000;

/// An expression with what is known of its type.
#[derive(Clone, Debug)]
struct Typed {
    expression: Expression,
    dimension: Dimension,
    span: Span,
}

/// Reads a text and checks it; every fault is told.
pub fn compile(text: &str, scope: &Scope<'_>, wanted: &Wanted) -> Result<Expression, Vec<Fault>> {
    compile_measured(text, scope, wanted).map(|(expression, _)| expression)
}

/// The same, with what the expression measures.
pub fn compile_measured(
    text: &str,
    scope: &Scope<'_>,
    wanted: &Wanted,
) -> Result<(Expression, Dimension), Vec<Fault>> {
    let (tree, mut faults) = parse(text, scope);
    let mut checker = Checker { scope, child: None, faults: Vec::new(), nodes: 0 };
    let expression = checker.wanted(&tree, wanted);
    faults.append(&mut checker.faults);
    if checker.nodes > NODES_MAX {
        let what = format!("the expression has more than {NODES_MAX} parts, with what its names stand for");
        faults.push(Fault::new(Span::new(0, text.len()), what, "make it or its terms smaller"));
    }
    faults.sort_by_key(|fault| (fault.span.from, fault.span.to));
    match expression {
        Some(expression) if faults.is_empty() => Ok(expression),
        _ if faults.is_empty() => {
            Err(vec![Fault::new(Span::new(0, text.len()), "the expression cannot be read", "write it anew")])
        }
        _ => Err(faults),
    }
}

struct Checker<'s, 'a> {
    scope: &'s Scope<'a>,
    /// The child table whose rows are looked at.
    child: Option<&'s ChildTable>,
    faults: Vec<Fault>,
    nodes: usize,
}

impl Checker<'_, '_> {
    fn fault<T>(&mut self, span: Span, what: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        self.faults.push(Fault::new(span, what, hint));
        None
    }

    /// Checks a tree against what it is wanted for.
    fn wanted(&mut self, tree: &Tree, wanted: &Wanted) -> Option<(Expression, Dimension)> {
        let expected = match wanted {
            Wanted::Of(kind) => Some(kind),
            _ => None,
        };
        let typed = self.typed(tree, expected)?;
        let fits = match wanted {
            _ if typed.dimension == Dimension::Unknown || tree.kind == Kind::Unknown => true,
            Wanted::Condition => typed.dimension == Dimension::Bool,
            Wanted::Amount => typed.dimension.goes_with_money(),
            Wanted::Number => typed.dimension.is_numeric(),
            Wanted::Of(kind) => typed.dimension.fits(kind),
        };
        if fits {
            return Some((typed.expression, typed.dimension));
        }
        if typed.dimension.is_money_squared() {
            let (what, hint) = dimension::SQUARED;
            return self.fault(tree.span, what, hint);
        }
        let (name, hint) = match wanted {
            Wanted::Condition => {
                ("a condition".to_owned(), "compare it with something, such as `… >= 300万`")
            }
            Wanted::Amount => {
                ("an amount of money".to_owned(), "write money, such as `20万元`, or a share of it")
            }
            Wanted::Number => ("a number".to_owned(), "write a number"),
            Wanted::Of(kind) => (Dimension::of(kind).described(self.scope), "write a value of this type"),
        };
        let what = format!("{name} is wanted, this is {}", typed.dimension.described(self.scope));
        self.fault(tree.span, what, hint)
    }

    /// Checks a tree; `expected` lets bare words be read as codes.
    fn typed(&mut self, tree: &Tree, expected: Option<&Type>) -> Option<Typed> {
        let span = tree.span;
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return None;
        }
        let (expression, dimension) = match &tree.kind {
            Kind::Broken => return None,
            Kind::Numeral(numeral) => self.numeral(numeral, span)?,
            Kind::Date(date) => (Expression::Constant(Value::Date(*date)), Dimension::Date),
            Kind::Text(text) => match expected {
                Some(Type::Code(vocabulary)) => self.code_constant(text, *vocabulary, span)?,
                _ => (Expression::Constant(Value::Text(Arc::from(text.as_str()))), Dimension::Text),
            },
            Kind::Truth(truth) => (Expression::truth(*truth), Dimension::Bool),
            Kind::Unknown => {
                let dimension = expected.map_or(Dimension::Unknown, Dimension::of);
                (Expression::NotInForce(Arc::from("")), dimension)
            }
            Kind::Name { name, prior } => self.name(name, *prior, span, expected)?,
            Kind::Not(inner) => (Expression::Not(Box::new(self.condition(inner)?)), Dimension::Bool),
            Kind::And(parts) => (Expression::And(self.conditions(parts)?), Dimension::Bool),
            Kind::Or(parts) => (Expression::Or(self.conditions(parts)?), Dimension::Bool),
            Kind::Compare(comparison, left, right) => {
                (self.comparison(*comparison, left, right, span)?, Dimension::Bool)
            }
            Kind::In { subject, codes, below, negated } => {
                let inside = self.code_in(subject, codes, *below)?;
                (if *negated { Expression::Not(Box::new(inside)) } else { inside }, Dimension::Bool)
            }
            Kind::Known { subject, negated } => {
                let known = Expression::IsKnown(Box::new(self.typed(subject, None)?.expression));
                (if *negated { Expression::Not(Box::new(known)) } else { known }, Dimension::Bool)
            }
            Kind::Negate(inner) => self.negation(inner)?,
            Kind::Arithmetic(operation, left, right) => self.arithmetic(*operation, left, right)?,
            Kind::Call(function, arguments) => self.call(*function, arguments, span, expected)?,
            Kind::Aggregate { summary, table, value, filter } => {
                self.aggregate((*summary, table), value.as_deref(), filter.as_deref(), span)?
            }
            Kind::Slices { value, bands, above } => self.slices(value, bands, above.as_deref())?,
            Kind::Case { branches, otherwise } => self.case(branches, otherwise.as_deref(), expected)?,
        };
        Some(Typed { expression, dimension, span })
    }

    fn condition(&mut self, tree: &Tree) -> Option<Expression> {
        self.wanted(tree, &Wanted::Condition).map(|(expression, _)| expression)
    }

    fn conditions(&mut self, trees: &[Tree]) -> Option<Vec<Expression>> {
        let all: Vec<Option<Expression>> = trees.iter().map(|tree| self.condition(tree)).collect();
        all.into_iter().collect()
    }

    fn comparison(
        &mut self,
        comparison: Comparison,
        left: &Tree,
        right: &Tree,
        span: Span,
    ) -> Option<Expression> {
        if let Some(expression) = self.code_comparison(comparison, left, right) {
            return expression;
        }
        let is_sum = |tree: &Tree| matches!(&tree.kind, Kind::Numeral(numeral) if numeral.yuan);
        let (left_is_sum, right_is_sum) = (is_sum(left), is_sum(right));
        let (left, right) = (self.typed(left, None), self.typed(right, None));
        let (mut left, mut right) = (left?, right?);
        let is_judged = left.expression.needs_judgement() || right.expression.needs_judgement();
        if is_judged && left.dimension == Dimension::Bool {
            let hint = "write the cases with `and`, `or`, `not`: `judged(\"…\") and not judged(\"…\")`";
            return self.fault(span, "what a person decides cannot be compared", hint);
        }
        // 30万元 beside 元/人 is meant a head.
        if right_is_sum && left.dimension.is_money_apiece() {
            right.dimension = left.dimension.clone();
        } else if left_is_sum && right.dimension.is_money_apiece() {
            left.dimension = right.dimension.clone();
        }
        if let Err((what, hint)) = left.dimension.comparable(&right.dimension, comparison, self.scope) {
            return self.fault(span, what, hint);
        }
        Some(Expression::Compare(comparison, Box::new(left.expression), Box::new(right.expression)))
    }

    /// A field of the row that is looked at, a field of the firm, a parameter, a term, or a code.
    fn name(
        &mut self,
        name: &str,
        prior: u8,
        span: Span,
        expected: Option<&Type>,
    ) -> Option<(Expression, Dimension)> {
        let full = if prior == 0 { name.to_owned() } else { format!("{name}[-{prior}]") };
        if let Some((index, field)) = self.child.and_then(|table| find_field(&table.fields, &full)) {
            return Some((Expression::Child(index), Dimension::of(&field.kind)));
        }
        // A code where a code is expected, unless a field or term has this very name.
        if let Some(named) = self.scope.named(&full) {
            self.nodes += named.node_count;
            return Some((named.expression.clone(), Dimension::of(&named.kind)));
        }
        if let Some(index) = self.scope.catalog.find(&full) {
            let kind = &self.scope.catalog.field(index).kind;
            return Some((Expression::Fact(index), Dimension::of(kind)));
        }
        if let Some(Type::Code(vocabulary)) = expected {
            return self.code_constant(name, *vocabulary, span);
        }
        if prior > 0 && self.scope.catalog.find(name).is_some() {
            let what = format!("`{name}` is not known for {prior} periods before");
            return self.fault(span, what, "declare more `prior` periods of the field, or ask for fewer");
        }
        let names = self.scope.all_names(self.child);
        // 营业收入不超过300 is one word to the reader of words, and two and a number to its writer.
        let runs_together =
            !full.is_ascii() && names.iter().any(|name| name.len() < full.len() && full.starts_with(name));
        let narrow = half_width(&full);
        let advised = advice(&full).filter(|_| !full.is_ascii());
        let hint = if narrow != full {
            format!("write letters and digits half-width, not full-width: `{narrow}`")
        } else if runs_together {
            advised.unwrap_or("put spaces between the words and the numbers").to_owned()
        } else {
            did_you_mean(&full, names, advised.unwrap_or("declare it as a field, a parameter or a term"))
        };
        self.fault(span, format!("nothing is called `{full}`"), hint)
    }

    fn call(
        &mut self,
        function: Function,
        arguments: &[Tree],
        span: Span,
        expected: Option<&Type>,
    ) -> Option<(Expression, Dimension)> {
        let count = |least: usize, most: usize| (least..=most).contains(&arguments.len());
        let (fits, form) = match function {
            Function::Min | Function::Max => (count(1, 64), "two or more values of one type"),
            Function::Absolute => (count(1, 1), "one number"),
            Function::AsOf => (count(0, 0), "nothing"),
            Function::Judged => (count(1, 1), "the question in quotation marks"),
            Function::AmountOf | Function::Entitled => {
                (count(1, 1), "the identifier of a policy in quotation marks")
            }
            Function::ValueOn => (count(2, 2), "a parameter and a date"),
            Function::StartOf(_) => (count(1, 1), "a date"),
            Function::Between(_) => (count(2, 2), "two dates"),
            Function::Shift(_) => (count(2, 2), "a date and a whole number"),
            _ => (count(2, 2), "a number and the unit to round to"),
        };
        if !fits {
            let what = format!("the function takes {form}, here are {} arguments", arguments.len());
            return self.fault(span, what, format!("give it {form}"));
        }
        match function {
            Function::Min | Function::Max => self.extreme(function == Function::Min, arguments, expected),
            Function::Absolute => self.absolute(&arguments[0]),
            Function::AsOf => Some((Expression::Constant(Value::Date(self.scope.as_of)), Dimension::Date)),
            Function::Judged => {
                let question = self.quoted(&arguments[0])?;
                Some((Expression::Judged(Arc::from(question)), Dimension::Bool))
            }
            Function::AmountOf => self.amount_of(&arguments[0], span),
            Function::Entitled => self.entitled(&arguments[0], span),
            Function::ValueOn => self.value_on(&arguments[0], &arguments[1]),
            Function::StartOf(period) => {
                let day = self.wanted(&arguments[0], &Wanted::Of(Type::Date));
                Some((Expression::StartOf(period, Box::new(day?.0)), Dimension::Date))
            }
            Function::Between(period) => {
                let from = self.wanted(&arguments[0], &Wanted::Of(Type::Date));
                let to = self.wanted(&arguments[1], &Wanted::Of(Type::Date));
                let passed = Dimension::Unit(Units::parse(period.unit()));
                Some((Expression::Elapsed(period, Box::new(from?.0), Box::new(to?.0)), passed))
            }
            Function::Shift(period) => self.shifted(period, arguments),
            Function::RoundHalfUp => self.rounded(Rounding::HalfUp, arguments),
            Function::RoundHalfEven => self.rounded(Rounding::HalfEven, arguments),
            Function::RoundDown => self.rounded(Rounding::Down, arguments),
            Function::RoundUp => self.rounded(Rounding::Up, arguments),
        }
    }

    fn shifted(&mut self, period: Period, arguments: &[Tree]) -> Option<(Expression, Dimension)> {
        let from = self.wanted(&arguments[0], &Wanted::Of(Type::Date));
        let count = self.wanted(&arguments[1], &Wanted::Number);
        Some((Expression::Shifted(period, Box::new(from?.0), Box::new(count?.0)), Dimension::Date))
    }

    fn quoted(&mut self, tree: &Tree) -> Option<String> {
        match &tree.kind {
            Kind::Text(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => self.fault(tree.span, "text in quotation marks is wanted", "write it as \"…\""),
        }
    }

    fn aggregate(
        &mut self,
        (summary, table): (Summary, &str),
        value: Option<&Tree>,
        filter: Option<&Tree>,
        span: Span,
    ) -> Option<(Expression, Dimension)> {
        if self.child.is_some() {
            return self
                .fault(span, "a summary stands inside a summary", "take the inner one out as a field");
        }
        let scope = self.scope;
        let Some(index) = scope.catalog.find_table(table) else {
            let names = scope.catalog.tables().iter().map(|table| table.name.as_str());
            let hint = did_you_mean(table, names, "declare the child table with the facts");
            return self.fault(span, format!("there is no child table `{table}`"), hint);
        };
        self.child = Some(&scope.catalog.tables()[usize::from(index)]);
        let value = self.row_value(summary, table, value, span);
        let filter = filter.map(|filter| self.condition(filter));
        self.child = None;
        let (value, dimension) = value?;
        let filter = match filter {
            Some(filter) => Some(filter?),
            None => None,
        };
        let aggregate = Aggregate { table: index, summary, value, filter };
        Some((Expression::Aggregate(Box::new(aggregate)), dimension))
    }

    /// What is taken of a row of the child table, and what the summary measures.
    fn row_value(
        &mut self,
        summary: Summary,
        table: &str,
        value: Option<&Tree>,
        span: Span,
    ) -> Option<(Option<Expression>, Dimension)> {
        let counted = match summary {
            Summary::Any => Some(Dimension::Bool),
            Summary::Count => Some(Dimension::Pure),
            Summary::Sum | Summary::Least | Summary::Greatest => None,
        };
        let tree = match (value, counted) {
            (None, Some(dimension)) => return Some((None, dimension)),
            (None, None) => {
                return self.fault(span, "the field is missing", format!("write `{table}.field`"));
            }
            (Some(_), Some(_)) => {
                return self.fault(span, "rows are counted, not a field", format!("write `{table}` alone"));
            }
            (Some(tree), None) => tree,
        };
        if let (Kind::Name { name, .. }, Some(child)) = (&tree.kind, self.child)
            && find_field(&child.fields, name).is_none()
        {
            let names = child.fields.iter().map(|field| field.name.as_str());
            let hint = did_you_mean(name, names, "declare the field with the child table");
            return self.fault(tree.span, format!("`{table}` has no field `{name}`"), hint);
        }
        let Typed { expression, dimension, .. } = self.typed(tree, None)?;
        if dimension.is_numeric() || (dimension == Dimension::Date && summary != Summary::Sum) {
            return Some((Some(expression), dimension));
        }
        let what = format!("what is taken of a row of `{table}` is {}", dimension.described(self.scope));
        self.fault(tree.span, what, "take a number of each row, or count the rows with `count(… where …)`")
    }
}

/// A field by identifier or Chinese label.
fn find_field<'f>(fields: &'f [Field], name: &str) -> Option<(u16, &'f Field)> {
    let found = fields.iter().position(|field| field.name == name || field.label.zh == name)?;
    Some((found as u16, &fields[found]))
}
