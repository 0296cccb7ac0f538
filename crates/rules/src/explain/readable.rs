//! A policy made readable: its conditions with their texts in both spellings, apart from any firm.

use super::{
    cause::Lapsed,
    conditions::{ConditionIndex, Conditions, Gathering},
    format::Measure,
    render::Renderer,
    text,
};
use crate::{
    catalog::Words,
    check::{Dimension, Scope, dimension_of, dimension_of_expression},
    definition::{LimitKind, PolicyVersion, Unless},
    expression::{Comparison, Expression, Value},
    number::Number,
    policy::{Exception, Policy},
    syntax::{Function, Kind, Spelling, Tree, parse, print},
    vocabulary::CodeBits,
};
use chrono::NaiveDate;
use serde::Serialize;
use std::sync::Arc;

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A condition that has to hold.
    Require,
    /// The condition that a cliff limit sets: one unit over and nothing is due.
    Cliff,
    /// A condition that takes the entitlement away, its own exceptions taken off.
    Unless,
    /// A part of a condition.
    Part,
    /// What a named term stands for.
    Term,
}

/// How a line is put together.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    All,
    One,
    Not,
    /// The condition of an exception first, the exceptions to it behind.
    Exception,
    /// A name for what stands below.
    Term {
        named: Words,
    },
    Compare {
        comparison: Comparison,
        subject: Expression,
        threshold: Expression,
        named: Words,
        against: Words,
        measure: Measure,
    },
    Member {
        subject: Expression,
        codes: CodeBits,
        negated: bool,
        named: Words,
        measure: Measure,
    },
    Known {
        named: Words,
    },
    Judged,
    Fact {
        named: Words,
    },
    Other {
        named: Words,
    },
}

/// A line of a readable policy.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is for.
    pub role: Role,
    /// The clause it rests on.
    pub cite: String,
    /// What the edition calls it.
    pub label: Words,
    /// In English spelling.
    pub english: String,
    /// In Chinese spelling.
    pub chinese: String,
    /// What it is made of.
    pub parts: Vec<Self>,
    pub(super) expression: Expression,
    pub(super) shape: Shape,
    /// Its expression among those of the book.
    pub(super) condition: ConditionIndex,
    /// Its place among the lines of the policy, each before its parts.
    pub(super) place: usize,
}

/// A part of an amount, apart from any firm.
#[derive(Clone, Debug)]
pub(super) struct AmountLine {
    pub part: super::amount::AmountPart,
    pub expression: Expression,
    pub measure: Measure,
    pub english: String,
    pub chinese: String,
    /// Its expression among those of the book.
    pub index: u32,
}

/// A policy made readable; one of it serves every firm.
#[derive(Clone, Debug)]
pub struct Readable {
    /// Identifier of the policy.
    pub id: String,
    /// Its conditions.
    pub lines: Vec<Line>,
    /// The day for which it was compiled.
    pub as_of: NaiveDate,
    /// Last day on which it is in force.
    pub until: Option<NaiveDate>,
    /// Whether the day of evaluation can be told from the dates it names.
    pub(super) floats: bool,
    pub(super) policy: Policy,
    pub(super) amount: Vec<AmountLine>,
    pub(super) version: Option<PolicyVersion>,
    /// The conditions of all policies that were made readable together.
    pub(super) conditions: Arc<Conditions>,
    /// The whole condition.
    pub(super) condition: ConditionIndex,
    /// Whether anything in it needs a person's judgement.
    pub(super) needs_judgement: bool,
    /// What the names in it are called that have no value on its day.
    pub(super) lapsed: Lapsed,
    /// The conditions of all lines, each before its parts.
    pub(super) places: Vec<ConditionIndex>,
    /// The condition of each of the first lines, and what is wanted of it.
    pub(super) goals: Vec<(ConditionIndex, bool)>,
    /// Whether no two of these surely read anything in common.
    pub(super) is_apart: bool,
}

impl Readable {
    /// A policy of a rule book; `version` as the edition wrote it, where there is one.
    pub fn new(policy: &Policy, version: Option<&PolicyVersion>, scope: &Scope<'_>) -> Self {
        Self::book([(policy, version)], scope).pop().expect("one policy gives one")
    }

    /// Policies of a rule book, made readable together: what they have in common is found out once for each firm.
    pub fn book<'p>(
        policies: impl IntoIterator<Item = (&'p Policy, Option<&'p PolicyVersion>)>,
        scope: &Scope<'_>,
    ) -> Vec<Self> {
        let mut gathering = Gathering::new(scope.as_of);
        let read = |(policy, version)| Self::gathered(policy, version, scope, &mut gathering);
        let mut all: Vec<Self> = policies.into_iter().map(read).collect();
        let conditions = gathering.finish();
        for readable in &mut all {
            readable.conditions = Arc::clone(&conditions);
        }
        all
    }

    fn gathered(
        policy: &Policy,
        version: Option<&PolicyVersion>,
        scope: &Scope<'_>,
        gathering: &mut Gathering,
    ) -> Self {
        let reader = Reader { scope };
        let mut floats = true;
        let mut lines = Vec::new();
        for (index, clause) in policy.require.iter().enumerate() {
            let condition = version.and_then(|version| version.require.get(index));
            let is_cliff = version.is_some_and(|version| {
                let cliff =
                    version.benefit.as_ref().is_some_and(|benefit| benefit.kind == Some(LimitKind::Cliff));
                cliff && index >= version.require.len()
            });
            let tree = reader.source(&clause.source, &mut floats);
            let mut line = reader.line(
                &clause.expression,
                tree.as_ref(),
                if is_cliff { Role::Cliff } else { Role::Require },
            );
            line.cite = clause.cite.to_string();
            line.label = condition.map(|condition| condition.label.clone()).unwrap_or_default();
            lines.push(line);
        }
        for (index, exception) in policy.unless.iter().enumerate() {
            let written = version.and_then(|version| version.unless.get(index));
            lines.push(reader.exception(exception, written, &mut floats));
        }
        let condition = policy.condition();
        let mut places = Vec::new();
        gathering.begin();
        for line in &mut lines {
            line.place(gathering, &mut places);
        }
        let mut amount = super::amount::lines(policy, version, scope);
        for line in &mut amount {
            line.index = gathering.amount(&line.expression);
        }
        let goals: Vec<(ConditionIndex, bool)> =
            lines.iter().map(|line| (line.condition, line.role != Role::Unless)).collect();
        Self {
            id: policy.id.to_string(),
            is_apart: gathering.are_apart(goals.iter().map(|(at, _)| *at)),
            as_of: scope.as_of,
            until: version.and_then(|version| version.effective.to),
            floats,
            policy: policy.clone(),
            version: version.cloned(),
            conditions: Arc::default(),
            needs_judgement: condition.needs_judgement(),
            lapsed: lapsed(
                std::iter::once(&condition).chain(amount.iter().map(|line| &line.expression)),
                scope,
            ),
            condition: gathering.condition(&condition),
            goals,
            places,
            lines,
            amount,
        }
    }
}

/// The names without a value that expressions read, with what they are called.
fn lapsed<'e>(expressions: impl Iterator<Item = &'e Expression>, scope: &Scope<'_>) -> Lapsed {
    let (mut open, mut found): (Vec<&Expression>, _) = (expressions.collect(), Lapsed::new());
    while let Some(expression) = open.pop() {
        match expression {
            Expression::NotInForce(name) => {
                let label = scope.named(name).map(|named| named.label.clone()).unwrap_or_default();
                found.insert(Arc::clone(name), label);
            }
            Expression::Aggregate(aggregate) => open.extend(aggregate.parts()),
            other => open.extend(other.parts()),
        }
    }
    found
}

impl Line {
    /// Gives it and its parts their places.
    fn place(&mut self, gathering: &mut Gathering, places: &mut Vec<ConditionIndex>) {
        (self.condition, self.place) = (gathering.condition(&self.expression), places.len());
        places.push(self.condition);
        for part in &mut self.parts {
            part.place(gathering, places);
        }
    }
}

/// Reads expressions against the trees they were made of.
struct Reader<'s, 'a> {
    scope: &'s Scope<'a>,
}

impl Reader<'_, '_> {
    /// The tree of a condition as it was written; notes where it names the day of evaluation as a plain date.
    fn source(&self, source: &str, floats: &mut bool) -> Option<Tree> {
        if source.is_empty() {
            return None;
        }
        let (tree, faults) = parse(source, self.scope);
        if names_day(&tree, self.scope.as_of) {
            *floats = false;
        }
        faults.is_empty().then_some(tree)
    }

    fn exception(&self, exception: &Exception, written: Option<&Unless>, floats: &mut bool) -> Line {
        let tree = self.source(&exception.clause.source, floats);
        let own = self.line(&exception.clause.expression, tree.as_ref(), Role::Part);
        let (english, chinese) = (own.english.clone(), own.chinese.clone());
        let inner = exception.unless.iter().enumerate().map(|(index, inner)| {
            let written = written.and_then(|written| written.unless.get(index));
            self.exception(inner, written, floats)
        });
        let parts = std::iter::once(own).chain(inner).collect();
        Line {
            role: Role::Unless,
            cite: exception.clause.cite.to_string(),
            label: written.map(|written| written.label.clone()).unwrap_or_default(),
            english,
            chinese,
            parts,
            expression: exception.condition(),
            shape: Shape::Exception,
            condition: 0,
            place: 0,
        }
    }

    fn line(&self, expression: &Expression, tree: Option<&Tree>, role: Role) -> Line {
        let is_rendered = tree.is_none();
        let rendered;
        let tree = if let Some(tree) = tree {
            tree
        } else {
            rendered = Renderer { catalog: self.scope.catalog, child: None }.tree(expression);
            &rendered
        };
        let (shape, parts) = self.shape(expression, tree, is_rendered);
        Line {
            role,
            cite: String::new(),
            label: Words::default(),
            english: print(tree, Spelling::English, self.scope),
            chinese: print(tree, Spelling::Chinese, self.scope),
            parts,
            expression: expression.clone(),
            shape,
            condition: 0,
            place: 0,
        }
    }

    fn all(&self, parts: &[Expression], tree: &Tree) -> Vec<Line> {
        let trees = match &tree.kind {
            Kind::And(trees) | Kind::Or(trees) if trees.len() == parts.len() => Some(trees),
            _ => None,
        };
        let parts = parts.iter().enumerate();
        parts.map(|(index, part)| self.line(part, trees.map(|trees| &trees[index]), Role::Part)).collect()
    }

    fn shape(&self, expression: &Expression, tree: &Tree, is_rendered: bool) -> (Shape, Vec<Line>) {
        // One part alone is rendered as that part, which would lead back here.
        if let Expression::And(parts) | Expression::Or(parts) = expression
            && let [only] = parts.as_slice()
            && !matches!(tree.kind, Kind::Call(Function::Entitled, _))
        {
            return self.shape(only, tree, is_rendered);
        }
        let composed = matches!(expression, Expression::And(_) | Expression::Or(_) | Expression::Not(_));
        let named = || text::phrase(tree, self.scope);
        let is_policy = matches!(tree.kind, Kind::Call(Function::Entitled, _));
        if is_policy || (composed && matches!(tree.kind, Kind::Name { .. })) {
            return (Shape::Term { named: named() }, vec![self.line(expression, None, Role::Term)]);
        }
        match (expression, &tree.kind) {
            (Expression::And(parts), _) => (Shape::All, self.all(parts, tree)),
            (Expression::Or(parts), _) => (Shape::One, self.all(parts, tree)),
            (Expression::Not(inner), kind) => match (&**inner, kind) {
                (Expression::CodeIn(subject, codes), _) => {
                    (self.member(subject, codes, true, tree), Vec::new())
                }
                (_, Kind::Not(tree)) => (Shape::Not, vec![self.line(inner, Some(tree), Role::Part)]),
                _ => (Shape::Not, vec![self.line(inner, None, Role::Part)]),
            },
            (Expression::Compare(comparison, left, right), kind) => {
                let written = match kind {
                    Kind::Compare(written, left, right) if written == comparison => Some((&**left, &**right)),
                    _ => None,
                };
                let (on_left, on_right) = match written {
                    Some((left, right)) => (text::phrase(left, self.scope), text::phrase(right, self.scope)),
                    None => (self.phrase(left), self.phrase(right)),
                };
                let measure = self.measure((left, right), written.filter(|_| !is_rendered));
                let mirrored = is_constant(left) && !is_constant(right);
                let (comparison, subject, threshold, named, against) = if mirrored {
                    (comparison.mirrored(), right, left, on_right, on_left)
                } else {
                    (*comparison, left, right, on_left, on_right)
                };
                let (subject, threshold) = ((**subject).clone(), (**threshold).clone());
                (Shape::Compare { comparison, subject, threshold, named, against, measure }, Vec::new())
            }
            (Expression::CodeIn(subject, codes), _) => (self.member(subject, codes, false, tree), Vec::new()),
            (Expression::IsKnown(_), Kind::Known { subject, .. }) => {
                (Shape::Known { named: text::phrase(subject, self.scope) }, Vec::new())
            }
            (Expression::Judged(_), _) => (Shape::Judged, Vec::new()),
            (Expression::Fact(_), _) => (Shape::Fact { named: named() }, Vec::new()),
            _ => (Shape::Other { named: named() }, Vec::new()),
        }
    }

    fn phrase(&self, expression: &Expression) -> Words {
        text::phrase(&Renderer { catalog: self.scope.catalog, child: None }.tree(expression), self.scope)
    }

    fn member(&self, subject: &Expression, codes: &CodeBits, negated: bool, tree: &Tree) -> Shape {
        let named = match &tree.kind {
            Kind::In { subject, .. } => text::phrase(subject, self.scope),
            Kind::Compare(_, left, _) if matches!(left.kind, Kind::Name { .. }) => {
                text::phrase(left, self.scope)
            }
            _ => self.phrase(subject),
        };
        let written = match &tree.kind {
            Kind::In { subject, .. } => Some(&**subject),
            Kind::Compare(_, left, _) if matches!(left.kind, Kind::Name { .. }) => Some(&**left),
            _ => None,
        };
        let measure = Measure::of_dimension(self.dimension(written, subject).as_ref());
        Shape::Member { subject: subject.clone(), codes: codes.clone(), negated, named, measure }
    }

    /// What an expression measures, by its text where there is one.
    fn dimension(&self, written: Option<&Tree>, expression: &Expression) -> Option<Dimension> {
        let of_text = written.and_then(|tree| dimension_of(tree, self.scope));
        of_text.or_else(|| dimension_of_expression(expression, self.scope.catalog, &[]))
    }

    /// What both sides of a comparison are written in: as the side that tells more.
    fn measure(&self, (left, right): (&Expression, &Expression), written: Option<(&Tree, &Tree)>) -> Measure {
        let left = self.dimension(written.map(|(left, _)| left), left);
        let right = self.dimension(written.map(|(_, right)| right), right);
        // Where there is no text, a share has lost its sign: 0.03 beside a quotient of like things is 3%.
        if let (None, Some(Dimension::Pure), Some(Dimension::Literal(number)))
        | (None, Some(Dimension::Literal(number)), Some(Dimension::Pure)) = (written, &left, &right)
            && number.absolute().is_some_and(|size| size <= Number::whole(1))
        {
            return Measure::Share;
        }
        let tells = |side: &Option<Dimension>| side.as_ref().map_or(0, Dimension::tells);
        Measure::of_dimension(if tells(&right) > tells(&left) { &right } else { &left }.as_ref())
    }
}

fn is_constant(expression: &Expression) -> bool {
    matches!(expression, Expression::Constant(_))
}

/// Whether a tree names a day as a plain date.
fn names_day(tree: &Tree, day: NaiveDate) -> bool {
    matches!(tree.kind, Kind::Date(date) if date == day)
        || tree.parts().into_iter().any(|part| names_day(part, day))
}

/// An expression with one day put in the place of another.
pub(super) fn on_day(expression: &Expression, from: NaiveDate, to: NaiveDate) -> Expression {
    let mut days = Days::of(expression, from);
    days.set(to);
    days.expression
}

/// An expression in which one day is replaced by others, one after the other.
pub(super) struct Days {
    expression: Expression,
    /// Of each date in it, in order, whether it is the one that is replaced.
    moves: Vec<bool>,
}

impl Days {
    /// For an expression and a day.
    pub fn of(expression: &Expression, day: NaiveDate) -> Self {
        let (mut expression, mut moves) = (expression.clone(), Vec::new());
        each_date(&mut expression, &mut |date| moves.push(*date == day));
        Self { expression, moves }
    }

    /// The expression with this day in the place of the one.
    pub fn set(&mut self, day: NaiveDate) -> &Expression {
        let mut moves = self.moves.iter();
        each_date(&mut self.expression, &mut |date| {
            if moves.next() == Some(&true) {
                *date = day;
            }
        });
        &self.expression
    }
}

/// Visits every date that an expression names as a constant, rows of aggregates too.
fn each_date(expression: &mut Expression, visit: &mut dyn FnMut(&mut NaiveDate)) {
    match expression {
        Expression::Constant(Value::Date(date)) => visit(date),
        Expression::Constant(_)
        | Expression::NotInForce(_)
        | Expression::Fact(_)
        | Expression::Child(_)
        | Expression::Judged(_) => {}
        Expression::Not(inner)
        | Expression::CodeIn(inner, _)
        | Expression::IsKnown(inner)
        | Expression::Rounded(inner, ..)
        | Expression::StartOf(_, inner)
        | Expression::Lookup(inner, _) => each_date(inner, visit),
        Expression::And(all)
        | Expression::Or(all)
        | Expression::Smallest(all)
        | Expression::Greatest(all) => all.iter_mut().for_each(|part| each_date(part, visit)),
        Expression::Compare(_, left, right)
        | Expression::Arithmetic(_, left, right)
        | Expression::Elapsed(_, left, right)
        | Expression::Shifted(_, left, right) => {
            each_date(left, visit);
            each_date(right, visit);
        }
        Expression::Case(branches, otherwise) => {
            for (when, then) in branches {
                each_date(when, visit);
                each_date(then, visit);
            }
            if let Some(value) = otherwise {
                each_date(value, visit);
            }
        }
        Expression::Aggregate(aggregate) => {
            let parts = aggregate.value.iter_mut().chain(&mut aggregate.filter);
            parts.for_each(|part| each_date(part, visit));
        }
    }
}

/// An expression with parts replaced, outermost first; rows of aggregates too.
pub(super) fn replaced(
    expression: &Expression,
    by: &dyn Fn(&Expression) -> Option<Expression>,
) -> Expression {
    if let Some(other) = by(expression) {
        return other;
    }
    let one = |inner: &Expression| Box::new(replaced(inner, by));
    let all = |all: &[Expression]| all.iter().map(|part| replaced(part, by)).collect::<Vec<_>>();
    match expression {
        Expression::Not(inner) => Expression::Not(one(inner)),
        Expression::And(parts) => Expression::And(all(parts)),
        Expression::Or(parts) => Expression::Or(all(parts)),
        Expression::Compare(comparison, left, right) => {
            Expression::Compare(*comparison, one(left), one(right))
        }
        Expression::CodeIn(inner, codes) => Expression::CodeIn(one(inner), codes.clone()),
        Expression::IsKnown(inner) => Expression::IsKnown(one(inner)),
        Expression::Arithmetic(operation, left, right) => {
            Expression::Arithmetic(*operation, one(left), one(right))
        }
        Expression::Smallest(parts) => Expression::Smallest(all(parts)),
        Expression::Greatest(parts) => Expression::Greatest(all(parts)),
        Expression::Rounded(inner, unit, rounding) => Expression::Rounded(one(inner), *unit, *rounding),
        Expression::Case(branches, otherwise) => {
            let branches = branches.iter().map(|(when, then)| (replaced(when, by), replaced(then, by)));
            Expression::Case(branches.collect(), otherwise.as_deref().map(one))
        }
        Expression::Lookup(key, rows) => Expression::Lookup(one(key), rows.clone()),
        Expression::Elapsed(period, from, to) => Expression::Elapsed(*period, one(from), one(to)),
        Expression::StartOf(period, day) => Expression::StartOf(*period, one(day)),
        Expression::Shifted(period, from, count) => Expression::Shifted(*period, one(from), one(count)),
        Expression::Aggregate(aggregate) => {
            let mut aggregate = (**aggregate).clone();
            aggregate.value = aggregate.value.as_ref().map(|value| replaced(value, by));
            aggregate.filter = aggregate.filter.as_ref().map(|filter| replaced(filter, by));
            Expression::Aggregate(Box::new(aggregate))
        }
        Expression::Constant(_)
        | Expression::NotInForce(_)
        | Expression::Fact(_)
        | Expression::Child(_)
        | Expression::Judged(_) => expression.clone(),
    }
}
