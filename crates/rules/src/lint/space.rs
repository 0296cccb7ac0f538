//! Whether conditions can hold together: intervals of numbers and days, sets of codes, for each thing that is
//! compared. "No" is certain; "perhaps" is all else.

use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, FieldIndex, Type},
    explain::{choice::courses, node::facts_of},
    expression::{Comparison, Expression, Summary, Value},
    number::Number,
    reference::Firm,
    table::{Table, code_count},
    vocabulary::CodeBits,
};
use chrono::NaiveDate;
use std::{cmp::Ordering, collections::HashMap, sync::Arc};

/// Most steps of one question; beyond them the answer is "perhaps".
const STEPS_MAX: u32 = 3_000;

/// A bound and whether it is included.
type Bound<T> = Option<(T, bool)>;

/// Values between two bounds, some left out.
#[derive(Clone, Debug)]
pub struct Range<T> {
    /// Least.
    pub least: Bound<T>,
    /// Greatest.
    pub most: Bound<T>,
    /// Left out.
    pub but: Vec<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { least: None, most: None, but: Vec::new() }
    }
}

impl<T: Ord + Copy> Range<T> {
    fn narrow(&mut self, comparison: Comparison, bound: T) {
        let inclusive = matches!(comparison, Comparison::AtLeast | Comparison::AtMost | Comparison::Equal);
        if matches!(comparison, Comparison::AtLeast | Comparison::More | Comparison::Equal) {
            let tighter =
                self.least.is_none_or(|(known, closed)| bound > known || (bound == known && closed));
            if tighter {
                self.least = Some((bound, inclusive));
            }
        }
        if matches!(comparison, Comparison::AtMost | Comparison::Less | Comparison::Equal) {
            let tighter = self.most.is_none_or(|(known, closed)| bound < known || (bound == known && closed));
            if tighter {
                self.most = Some((bound, inclusive));
            }
        }
        if comparison == Comparison::NotEqual {
            self.but.push(bound);
        }
    }

    fn is_empty(&self) -> bool {
        match (self.least, self.most) {
            (Some((least, from)), Some((most, to))) => match least.cmp(&most) {
                Ordering::Greater => true,
                Ordering::Equal => !from || !to || self.but.contains(&least),
                Ordering::Less => false,
            },
            _ => false,
        }
    }
}

/// The text it is, where that is known, and the texts it is not.
type Texts = (Option<Arc<str>>, Vec<Arc<str>>);

/// What is assumed so far.
#[derive(Clone, Debug, Default)]
pub struct Space {
    numbers: HashMap<Expression, Range<Number>>,
    days: HashMap<Expression, Range<NaiveDate>>,
    codes: HashMap<Expression, CodeBits>,
    truths: HashMap<Expression, bool>,
    texts: HashMap<Expression, Texts>,
    /// Which orderings of two expressions are left: less 1, equal 2, greater 4.
    orders: HashMap<(Expression, Expression), u8>,
}

/// Something that has to be true, or false.
pub type Goal = (Expression, bool);

/// Searches the ways in which goals can hold together.
pub struct Solver<'c> {
    catalog: &'c Catalog,
    steps: u32,
}

impl<'c> Solver<'c> {
    /// A solver.
    pub fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, steps: 0 }
    }

    /// Whether there may be a firm for which all goals hold; `found` looks at each way that is left and says
    /// whether that is enough.
    pub fn search(&mut self, goals: Vec<Goal>, found: &mut dyn FnMut(&Space) -> bool) -> bool {
        self.descend(Space::default(), goals, Vec::new(), found)
    }

    fn descend(
        &mut self,
        mut space: Space,
        mut goals: Vec<Goal>,
        mut choices: Vec<Vec<Vec<Goal>>>,
        found: &mut dyn FnMut(&Space) -> bool,
    ) -> bool {
        while let Some((goal, wanted)) = goals.pop() {
            self.steps += 1;
            if self.steps > STEPS_MAX {
                return true;
            }
            match (&goal, wanted) {
                (Expression::Not(inner), _) => goals.push(((**inner).clone(), !wanted)),
                (Expression::And(all), true) | (Expression::Or(all), false) => {
                    goals.extend(all.iter().map(|part| (part.clone(), wanted)));
                }
                (Expression::And(all) | Expression::Or(all), _) => {
                    choices.push(all.iter().map(|part| vec![(part.clone(), wanted)]).collect());
                }
                _ => match courses(&goal) {
                    Some(courses) => {
                        let course = |course: Vec<(Expression, Option<bool>)>| {
                            course.into_iter().map(|(part, own)| (part, own.unwrap_or(wanted))).collect()
                        };
                        choices.push(courses.into_iter().map(course).collect());
                    }
                    None if !self.assume(&mut space, &goal, wanted) => return false,
                    None => {}
                },
            }
        }
        // The narrowest choice first.
        let Some(next) = (0..choices.len()).min_by_key(|index| choices[*index].len()) else {
            return found(&space);
        };
        let ways = choices.swap_remove(next);
        ways.into_iter().any(|way| self.descend(space.clone(), way, choices.clone(), found))
    }

    /// Adds a condition that has no parts; false where it cannot hold with the others.
    fn assume(&self, space: &mut Space, atom: &Expression, wanted: bool) -> bool {
        if let Some(value) = constant(atom) {
            return value == Value::Bool(wanted);
        }
        match atom {
            Expression::Compare(comparison, left, right) => {
                let comparison = if wanted { *comparison } else { comparison.negated() };
                match (constant(left), constant(right)) {
                    (_, Some(bound)) => self.bound(space, left, comparison, &bound),
                    (Some(bound), _) => self.bound(space, right, comparison.mirrored(), &bound),
                    _ => order(space, left, right, comparison),
                }
            }
            Expression::CodeIn(inner, codes) if !self.is_set(inner) => {
                let words = codes.0.iter().map(|word| if wanted { *word } else { !word });
                self.among(space, inner, &CodeBits(words.collect()))
            }
            _ => *space.truths.entry(atom.clone()).or_insert(wanted) == wanted,
        }
    }

    fn is_set(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Fact(field) => matches!(self.catalog.field(*field).kind, Type::CodeSet(_)),
            Expression::Case(..) | Expression::Lookup(..) => false,
            // Of a row of a child table the type is not looked up: nothing is concluded.
            _ => true,
        }
    }

    fn among(&self, space: &mut Space, inner: &Expression, codes: &CodeBits) -> bool {
        let all = match inner {
            Expression::Fact(field) => {
                let mut all = CodeBits::none(code_count(self.catalog, &self.catalog.field(*field).kind));
                let count = code_count(self.catalog, &self.catalog.field(*field).kind);
                (0..count as u16).for_each(|code| all.insert(code));
                all
            }
            _ => CodeBits(vec![u64::MAX; codes.0.len()]),
        };
        let left = space.codes.entry(inner.clone()).or_insert(all);
        left.0.iter_mut().zip(&codes.0).for_each(|(left, codes)| *left &= codes);
        left.0.iter().any(|word| *word != 0)
    }

    fn bound(&self, space: &mut Space, subject: &Expression, comparison: Comparison, bound: &Value) -> bool {
        match bound {
            Value::Number(bound) => {
                let range = space.numbers.entry(subject.clone()).or_insert_with(|| starting(subject));
                match self.unit(subject) {
                    Some(unit) => {
                        let Some((comparison, bound)) = stepped(comparison, *bound, unit) else {
                            return false;
                        };
                        range.narrow(comparison, bound);
                    }
                    None => range.narrow(comparison, *bound),
                }
                !range.is_empty()
            }
            Value::Date(bound) => {
                let range = space.days.entry(subject.clone()).or_default();
                let (comparison, bound) = match comparison {
                    Comparison::Less => (Comparison::AtMost, bound.pred_opt().unwrap_or(*bound)),
                    Comparison::More => (Comparison::AtLeast, bound.succ_opt().unwrap_or(*bound)),
                    same => (same, *bound),
                };
                range.narrow(comparison, bound);
                !range.is_empty()
            }
            Value::Bool(bound) => {
                let wanted = *bound == (comparison == Comparison::Equal);
                *space.truths.entry(subject.clone()).or_insert(wanted) == wanted
            }
            Value::Text(text) => {
                let (is, not) = space.texts.entry(subject.clone()).or_default();
                if comparison == Comparison::Equal {
                    let same = is.get_or_insert_with(|| Arc::clone(text)) == text;
                    same && !not.contains(text)
                } else {
                    not.push(Arc::clone(text));
                    is.as_ref() != Some(text)
                }
            }
            Value::Code(code) if !self.is_set(subject) => {
                let count = usize::from(*code) + 1;
                let words = match subject {
                    Expression::Fact(field) => {
                        code_count(self.catalog, &self.catalog.field(*field).kind).max(count)
                    }
                    _ => 65_536,
                };
                let mut bits = CodeBits::none(words);
                bits.insert(*code);
                if comparison != Comparison::Equal {
                    bits.0.iter_mut().for_each(|word| *word = !*word);
                }
                self.among(space, subject, &bits)
            }
            _ => true,
        }
    }

    /// The smallest step of what an expression can be.
    fn unit(&self, expression: &Expression) -> Option<Number> {
        match expression {
            Expression::Fact(field) => Number::scaled(1, self.catalog.field(*field).kind.scale().into()),
            Expression::Elapsed(..) => Some(Number::whole(1)),
            Expression::Aggregate(aggregate) if aggregate.summary == Summary::Count => Some(Number::whole(1)),
            _ => None,
        }
    }
}

fn starting(subject: &Expression) -> Range<Number> {
    let mut range = Range::default();
    if matches!(subject, Expression::Aggregate(aggregate) if aggregate.summary == Summary::Count) {
        range.narrow(Comparison::AtLeast, Number::ZERO);
    }
    range
}

/// A comparison with a multiple of a unit that says the same; `None` where no multiple fulfils it.
fn stepped(comparison: Comparison, bound: Number, unit: Number) -> Option<(Comparison, Number)> {
    let steps = bound.divide(unit);
    let multiple = |count: i128| Number::whole(count).multiply(unit);
    let Some(steps) = steps else { return Some((comparison, bound)) };
    let (floor, ceiling, whole) = (steps.floor(), steps.ceiling(), steps.is_whole());
    let (comparison, count) = match comparison {
        Comparison::AtMost => (Comparison::AtMost, floor),
        Comparison::Less => (Comparison::AtMost, if whole { floor - 1 } else { floor }),
        Comparison::AtLeast => (Comparison::AtLeast, ceiling),
        Comparison::More => (Comparison::AtLeast, if whole { ceiling + 1 } else { ceiling }),
        Comparison::Equal if !whole => return None,
        same => return Some((same, bound)),
    };
    Some((comparison, multiple(count).unwrap_or(bound)))
}

fn order(space: &mut Space, left: &Expression, right: &Expression, comparison: Comparison) -> bool {
    let mask = |comparison: Comparison| {
        let bit = |ordering, bit| if comparison.holds(ordering) { bit } else { 0 };
        bit(Ordering::Less, 1) | bit(Ordering::Equal, 2) | bit(Ordering::Greater, 4_u8)
    };
    if left == right {
        return comparison.holds(Ordering::Equal);
    }
    let turned = (right.clone(), left.clone());
    let left_mask = if let Some(known) = space.orders.get_mut(&turned) {
        *known &= mask(comparison.mirrored());
        *known
    } else {
        let known = space.orders.entry((left.clone(), right.clone())).or_insert(7);
        *known &= mask(comparison);
        *known
    };
    left_mask != 0
}

/// The value of an expression that reads nothing.
fn constant(expression: &Expression) -> Option<Value> {
    fn reads(expression: &Expression) -> bool {
        matches!(
            expression,
            Expression::Fact(_) | Expression::Child(_) | Expression::Judged(_) | Expression::Aggregate(_)
        ) || expression.parts().into_iter().any(reads)
    }
    if let Expression::Constant(value) = expression {
        return Some(value.clone());
    }
    if reads(expression) {
        return None;
    }
    let (catalog, nobody) = (Catalog::default(), Table { rows: 1, ..Table::default() });
    Firm::new(&catalog, &nobody, 0, &NoCalendar).value(expression)
}

impl Space {
    /// Facts of a firm for which the assumptions hold, as far as they are about single facts; to be tried.
    pub fn example(&self, catalog: &Catalog) -> Vec<Option<Value>> {
        let mut row: Vec<Option<Value>> = vec![None; catalog.fields().len()];
        let mut put = |field: &FieldIndex, value: Option<Value>| row[usize::from(*field)] = value;
        for (subject, truth) in &self.truths {
            if let Expression::Fact(field) = subject {
                put(field, Some(Value::Bool(*truth)));
            }
        }
        for (subject, codes) in &self.codes {
            if let Expression::Fact(field) = subject {
                let count = code_count(catalog, &catalog.field(*field).kind);
                put(field, codes.codes().find(|code| usize::from(*code) < count).map(Value::Code));
            }
        }
        for (subject, (text, _)) in &self.texts {
            if let Expression::Fact(field) = subject {
                put(field, Some(Value::Text(text.clone().unwrap_or_else(|| Arc::from("")))));
            }
        }
        for (subject, range) in &self.days {
            if let Expression::Fact(field) = subject {
                put(field, range.least.or(range.most).map(|(day, _)| Value::Date(day)));
            }
        }
        for (subject, range) in &self.numbers {
            let number = range.least.or(range.most).map_or(Number::ZERO, |(number, _)| number);
            match subject {
                Expression::Fact(field) => put(field, Some(Value::Number(number))),
                Expression::Elapsed(period, from, to) => {
                    if let (Expression::Fact(field), Some(back)) = (&**from, number.negate()) {
                        let back = Expression::Constant(Value::Number(back));
                        put(field, constant(&Expression::Shifted(*period, to.clone(), Box::new(back))));
                    }
                }
                _ => {}
            }
        }
        row
    }
}

/// Whether a condition can be true of any firm; `false` is certain.
pub fn may_hold(condition: &Expression, catalog: &Catalog) -> bool {
    may_hold_together(vec![(condition.clone(), true)], catalog)
}

/// Whether all of these can be so for any firm; `false` is certain.
pub fn may_hold_together(goals: Vec<Goal>, catalog: &Catalog) -> bool {
    Solver::new(catalog).search(goals, &mut |_| true)
}

/// A firm for which a condition is true, tried by the reference; facts it does not read are unknown.
pub fn example(condition: &Expression, catalog: &Catalog) -> Option<Vec<Option<Value>>> {
    const TRIES_MAX: u32 = 50;
    let (mut tries, mut found) = (0, None);
    Solver::new(catalog).search(vec![(condition.clone(), true)], &mut |space| {
        tries += 1;
        let row = space.example(catalog);
        let table = Table::from_rows(catalog, std::slice::from_ref(&row));
        if Firm::new(catalog, &table, 0, &NoCalendar).truth(condition) == Some(true) {
            found = Some(row);
        }
        found.is_some() || tries >= TRIES_MAX
    });
    found
}

/// The facts that have to be known for a condition to be true, as far as that is plain.
pub fn surely_known(condition: &Expression) -> Vec<FieldIndex> {
    match condition {
        Expression::And(all) => all.iter().flat_map(surely_known).collect(),
        Expression::Not(inner) => match &**inner {
            Expression::Or(all) => all.iter().flat_map(surely_known).collect(),
            Expression::And(_) => Vec::new(),
            other => surely_known(other),
        },
        Expression::Compare(_, left, right) if plain(left) && plain(right) => facts_of(condition),
        Expression::CodeIn(inner, _) if plain(inner) => facts_of(condition),
        Expression::Fact(field) => vec![*field],
        _ => Vec::new(),
    }
}

/// Whether a value is unknown as soon as one of its facts is.
fn plain(expression: &Expression) -> bool {
    let opaque = matches!(
        expression,
        Expression::Case(..)
            | Expression::IsKnown(_)
            | Expression::Aggregate(_)
            | Expression::And(_)
            | Expression::Or(_)
    );
    !opaque && expression.parts().into_iter().all(plain)
}
