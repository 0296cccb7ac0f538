//! Whether conditions can hold together: intervals of numbers and days, sets of codes, for each thing that is
//! compared. "No" is certain; "perhaps" is all else.

mod linear;
mod range;
mod witness;

pub use witness::{Witness, example, witness};

use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, FieldIndex, TableIndex, Type},
    explain::{choice::courses, node::facts_of},
    expression::{Comparison, Expression, Summary, Value},
    number::Number,
    reference::Firm,
    table::{Table, code_count},
    vocabulary::CodeBits,
};
use chrono::NaiveDate;
use linear::{Straight, of_each, of_rows, straight};
use range::{Range, starting, stepped};
use std::{cmp::Ordering, collections::HashMap, sync::Arc};

/// Most steps of one question; beyond them the answer is "perhaps".
const STEPS_MAX: u32 = 3_000;

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
    /// Sets of codes: those of which each time one has to be in it, and those that may not be.
    sets: HashMap<Expression, (Vec<CodeBits>, CodeBits)>,
    /// Which orderings of two expressions are left: less 1, equal 2, greater 4.
    orders: HashMap<(Expression, Expression), u8>,
}

/// Something that has to be true, or false.
pub type Goal = (Expression, bool);

/// Searches the ways in which goals can hold together.
pub struct Solver<'c> {
    catalog: &'c Catalog,
    /// The child table whose rows are looked at.
    table: Option<TableIndex>,
    steps: u32,
}

impl<'c> Solver<'c> {
    /// A solver; what is asked of rows is asked of those of this child table.
    pub fn new(catalog: &'c Catalog, table: Option<TableIndex>) -> Self {
        Self { catalog, table, steps: 0 }
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
                _ => {
                    if let Some(each) = of_each(&goal, wanted) {
                        goals.push((each, true));
                    } else if let Some(ways) = ways(&goal, wanted) {
                        choices.push(ways);
                    } else if !self.assume(&mut space, &goal, wanted) {
                        return false;
                    }
                }
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
                match straight(comparison, left, right) {
                    Some(Straight::Fixed(holds)) => return holds,
                    Some(Straight::Bound(thing, comparison, bound)) => {
                        return self.bound(space, thing, comparison, &Value::Number(bound));
                    }
                    None => {}
                }
                match (constant(left), constant(right)) {
                    (_, Some(bound)) => self.bound(space, left, comparison, &bound),
                    (Some(bound), _) => self.bound(space, right, comparison.mirrored(), &bound),
                    _ => order(space, left, right, comparison),
                }
            }
            Expression::CodeIn(inner, codes) if self.kind_of(inner).is_some_and(is_set) => {
                let nothing = || (Vec::new(), CodeBits(Vec::new()));
                hold(space.sets.entry((**inner).clone()).or_insert_with(nothing), codes, wanted)
            }
            Expression::CodeIn(inner, codes) if !self.is_set(inner) => {
                let words = codes.0.iter().map(|word| if wanted { *word } else { !word });
                self.among(space, inner, &CodeBits(words.collect()))
            }
            _ => *space.truths.entry(atom.clone()).or_insert(wanted) == wanted,
        }
    }

    /// The type of a field of the firm or of the row.
    fn kind_of(&self, expression: &Expression) -> Option<&'c Type> {
        let field = match expression {
            Expression::Fact(field) => self.catalog.field(*field),
            Expression::Child(field) => {
                let table = self.catalog.tables().get(usize::from(self.table?))?;
                table.fields.get(usize::from(*field))?
            }
            _ => return None,
        };
        Some(&field.kind)
    }

    /// Whether it is, or may be, a set of codes.
    fn is_set(&self, expression: &Expression) -> bool {
        match (self.kind_of(expression), expression) {
            (Some(kind), _) => is_set(kind),
            (None, Expression::Case(..) | Expression::Lookup(..)) => false,
            (None, _) => true,
        }
    }

    fn among(&self, space: &mut Space, inner: &Expression, codes: &CodeBits) -> bool {
        let all = match self.kind_of(inner) {
            Some(kind) => {
                let count = code_count(self.catalog, kind);
                let mut all = CodeBits::none(count);
                (0..count as u16).for_each(|code| all.insert(code));
                all
            }
            None => CodeBits(vec![u64::MAX; codes.0.len()]),
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
                let words = match self.kind_of(subject) {
                    Some(kind) => code_count(self.catalog, kind).max(count),
                    None => 65_536,
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
        if let Some(kind) = self.kind_of(expression) {
            return Number::scaled(1, kind.scale().into());
        }
        match expression {
            Expression::Elapsed(..) => Some(Number::whole(1)),
            Expression::Aggregate(aggregate) if aggregate.summary == Summary::Count => Some(Number::whole(1)),
            _ => None,
        }
    }
}

fn is_set(kind: &Type) -> bool {
    matches!(kind, Type::CodeSet(_))
}

/// The ways in which a condition on a choice or on a table of values can come out as wanted.
fn ways(goal: &Expression, wanted: bool) -> Option<Vec<Vec<Goal>>> {
    if let Some(rows) = of_rows(goal, wanted) {
        return Some(rows);
    }
    let course = |course: Vec<(Expression, Option<bool>)>| {
        course.into_iter().map(|(part, own)| (part, own.unwrap_or(wanted))).collect()
    };
    courses(goal).map(|courses| courses.into_iter().map(course).collect())
}

/// Adds what a set of codes holds or does not; false where that cannot be.
fn hold((wanted, barred): &mut (Vec<CodeBits>, CodeBits), codes: &CodeBits, holds: bool) -> bool {
    if holds {
        wanted.push(codes.clone());
    } else {
        barred.0.resize(barred.0.len().max(codes.0.len()), 0);
        barred.0.iter_mut().zip(&codes.0).for_each(|(barred, codes)| *barred |= codes);
    }
    let left = |(at, word): (usize, &u64)| word & !barred.0.get(at).copied().unwrap_or(0) != 0;
    wanted.iter().all(|codes| codes.0.iter().enumerate().any(left))
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

/// Whether a condition can be true of any firm; `false` is certain.
pub fn may_hold(condition: &Expression, catalog: &Catalog) -> bool {
    may_hold_together(vec![(condition.clone(), true)], catalog)
}

/// Whether all of these can be so for any row of a child table and its firm; `false` is certain.
pub fn may_hold_of_row(goals: Vec<Goal>, catalog: &Catalog, table: Option<TableIndex>) -> bool {
    Solver::new(catalog, table).search(goals, &mut |_| true)
}

/// Whether all of these can be so for any firm; `false` is certain.
pub fn may_hold_together(goals: Vec<Goal>, catalog: &Catalog) -> bool {
    may_hold_of_row(goals, catalog, None)
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
