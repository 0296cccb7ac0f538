//! Choices as they are written (`case when … end`): branches that are never reached, an else that is never
//! needed, values that no branch takes.

use super::{
    Finding, Severity,
    space::{Goal, Witness, may_hold_of_row, witness},
    written::{Rows, Text, condition, shown},
};
use crate::{
    catalog::{Catalog, Field, TableIndex, Type, Words},
    check::Scope,
    explain::{Measure, format::both},
    expression::{Comparison, Expression, Value},
    number::Number,
    syntax::{Kind, Tree, parse},
    vocabulary::{CodeBits, CodeIndex},
};

/// Most codes of a vocabulary that are tried one by one.
const CODES_MAX: usize = 60;

/// Most codes that a message names.
const CODES_SHOWN: usize = 5;

/// Most parts of conditions that are looked at to find what belongs together.
const PARTS_MAX: usize = 400;

/// Looks at every choice of a text.
pub fn look(text: &Text<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let tree = parse(text.expression, scope).0;
    Choices { text, scope, findings }.walk(&tree, &text.known, None);
}

struct Choices<'c, 'a> {
    text: &'c Text<'c>,
    scope: &'c Scope<'a>,
    findings: &'c mut Vec<Finding>,
}

/// The conditions of a choice.
struct Conditions<'t> {
    trees: Vec<&'t Tree>,
    compiled: Vec<Option<Expression>>,
}

impl Conditions<'_> {
    /// That none of the first so many holds, as far as they could be compiled.
    fn none_of_first(&self, count: usize) -> impl Iterator<Item = Goal> + '_ {
        self.compiled.iter().take(count).flatten().map(|when| (when.clone(), false))
    }
}

impl Choices<'_, '_> {
    fn report(&mut self, code: &'static str, severity: Severity, message: Words) {
        let finding = self.text.finding(code, severity, message);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn may_hold(&self, goals: Vec<Goal>, rows: Rows<'_>) -> bool {
        may_hold_of_row(goals, self.scope.catalog, rows.map(|(table, _)| table))
    }

    fn walk(&mut self, tree: &Tree, known: &[Goal], rows: Rows<'_>) {
        match &tree.kind {
            Kind::Case { branches, otherwise } => self.choice(branches, otherwise.as_deref(), known, rows),
            Kind::Aggregate { table, value, filter, .. } => {
                let index = self.scope.catalog.find_table(table);
                let inner: Rows<'_> = index.map(|index| (index, table.as_str()));
                let mut of_rows = known.to_vec();
                if let Some(filter) = filter {
                    self.walk(filter, known, inner);
                    of_rows.extend(condition(filter, inner, self.scope).map(|filter| (filter, true)));
                }
                if let Some(value) = value {
                    self.walk(value, &of_rows, inner);
                }
            }
            _ => tree.parts().into_iter().for_each(|part| self.walk(part, known, rows)),
        }
    }

    fn choice(
        &mut self,
        branches: &[(Tree, Tree)],
        otherwise: Option<&Tree>,
        known: &[Goal],
        rows: Rows<'_>,
    ) {
        let conditions = Conditions {
            trees: branches.iter().map(|(when, _)| when).collect(),
            compiled: branches.iter().map(|(when, _)| condition(when, rows, self.scope)).collect(),
        };
        for (index, (when, then)) in branches.iter().enumerate() {
            let mut here: Vec<Goal> = known.iter().cloned().chain(conditions.none_of_first(index)).collect();
            self.walk(when, &here, rows);
            if let Some(compiled) = &conditions.compiled[index] {
                here.push((compiled.clone(), true));
                if !self.may_hold(here.clone(), rows) {
                    self.dead_branch(&conditions, index, rows);
                    continue;
                }
            }
            self.walk(then, &here, rows);
        }
        let rest: Vec<Goal> = known.iter().cloned().chain(conditions.none_of_first(branches.len())).collect();
        let is_whole = conditions.compiled.iter().all(Option::is_some);
        let Some(otherwise) = otherwise else {
            if is_whole && self.text.is_needed {
                self.gap(&conditions, rest, rows);
            }
            return;
        };
        if self.may_hold(rest.clone(), rows) {
            if is_whole {
                self.boundary(&conditions, &rest, rows);
            }
            self.walk(otherwise, &rest, rows);
        } else {
            let message = both(
                "“否则”永远用不到：前面各分支已包括所有允许的情形。可删去，或检查界限是否写错。",
                "The `else` is never used: the branches before it take every case that is allowed. Take it out, or see whether a bound is wrong.",
            );
            self.report("dead-else", Severity::Note, message);
        }
    }

    fn dead_branch(&mut self, conditions: &Conditions<'_>, index: usize, rows: Rows<'_>) {
        let branch = shown(conditions.trees[index], self.scope);
        let alone: Vec<Goal> = conditions.compiled[index].iter().map(|when| (when.clone(), true)).collect();
        let (zh, en) = if !self.may_hold(alone.clone(), rows) {
            ("它自相矛盾", "it contradicts itself; mend the condition")
        } else if !self.may_hold(conditions.none_of_first(index).chain(alone).collect(), rows) {
            (
                "前面的分支已先取走这些情形；请把范围较窄的分支放在前面",
                "the branches before it take all of its cases; put the narrower one first",
            )
        } else {
            (
                "政策的条件已排除这种情形；请删去或修改条件",
                "the conditions of the policy exclude it; take it out or change them",
            )
        };
        let message = both(
            format!("分支“{}”永远不会用到：{zh}。", branch.zh),
            format!("The branch `{}` is never reached: {en}.", branch.en),
        );
        self.report("dead-branch", Severity::Warning, message);
    }

    /// A value for which no branch and no else gives an amount.
    fn gap(&mut self, conditions: &Conditions<'_>, mut rest: Vec<Goal>, rows: Rows<'_>) {
        let catalog = self.scope.catalog;
        let table = rows.map(|(table, _)| table);
        let subjects = subjects_of(conditions);
        for subject in subjects.iter().filter(|subject| {
            let kind = field_of(subject, catalog, rows).map(|field| &field.kind);
            matches!(kind, Some(Type::Money | Type::Number { .. }))
        }) {
            rest.push((compared(Comparison::AtLeast, subject, Number::ZERO), true));
        }
        let rest = related(rest, &subjects, rows);
        let Some(found) = witness(&rest, catalog, table) else { return };
        let what = self.codes_without(&rest, &subjects, rows).or_else(|| self.told(&found, &subjects, rows));
        let Some(what) = what else { return };
        let message = both(
            format!("没有分支管到{}，金额会是未知；请补上分支或“否则”。", what.zh),
            format!("No branch takes {}; the amount is unknown there. Add a branch or an `else`.", what.en),
        );
        self.report("gap", Severity::Warning, message);
    }

    /// A number that lies between `< n` and `> n` and falls to the else.
    fn boundary(&mut self, conditions: &Conditions<'_>, rest: &[Goal], rows: Rows<'_>) {
        let mut strict = Vec::new();
        for (index, when) in conditions.compiled.iter().flatten().enumerate() {
            strict_bounds(when, index, &mut strict);
        }
        let subjects = subjects_of(conditions);
        let open: Vec<(&Expression, Number)> = strict
            .iter()
            .filter(|bound| bound.comparison == Comparison::Less && !bound.number.is_zero())
            .filter(|bound| {
                strict.iter().any(|other| {
                    other.comparison == Comparison::More
                        && (other.thing, other.number) == (bound.thing, bound.number)
                        && other.branch != bound.branch
                })
            })
            .map(|bound| (bound.thing, bound.number))
            .collect();
        for (thing, number) in open {
            let mut goals = rest.to_vec();
            goals.push((compared(Comparison::Equal, thing, number), true));
            let goals = related(goals, &subjects, rows);
            if witness(&goals, self.scope.catalog, rows.map(|(table, _)| table)).is_none() {
                continue;
            }
            let Some(field) = field_of(thing, self.scope.catalog, rows) else { continue };
            let what = equals(field, &Value::Number(number), self.scope.catalog);
            let message = both(
                format!(
                    "恰好{}时，“小于”和“大于”的分支都不管，落到“否则”；如非本意，请把其中一个改为包含本数。",
                    what.zh
                ),
                format!(
                    "Exactly at {} neither the branch below nor the one above applies and the `else` is taken; unless that is meant, let one of them include the number.",
                    what.en
                ),
            );
            self.report("gap", Severity::Warning, message);
        }
    }

    /// The codes that no branch takes, where the choice is one between codes.
    fn codes_without(&self, rest: &[Goal], subjects: &[&Expression], rows: Rows<'_>) -> Option<Words> {
        let [subject] = subjects else { return None };
        let catalog = self.scope.catalog;
        let Type::Code(vocabulary) = field_of(subject, catalog, rows)?.kind else { return None };
        let codes = catalog.vocabulary(vocabulary).codes();
        if codes.len() > CODES_MAX {
            return None;
        }
        let is_without = |code: &usize| {
            let mut bits = CodeBits::none(codes.len());
            bits.insert(*code as CodeIndex);
            let only = Expression::CodeIn(Box::new((*subject).clone()), bits);
            let goals: Vec<Goal> = rest.iter().cloned().chain([(only, true)]).collect();
            witness(&goals, catalog, rows.map(|(table, _)| table)).is_some()
        };
        let without: Vec<usize> = (0..codes.len()).filter(is_without).collect();
        let named = |name: &dyn Fn(&usize) -> String, between: &str| {
            without.iter().take(CODES_SHOWN).map(name).collect::<Vec<_>>().join(between)
        };
        let more = without.len() > CODES_SHOWN;
        let zh = named(&|code| format!("{}（{}）", codes[*code].label.zh, codes[*code].code), "、");
        let en = named(&|code| format!("`{}`", codes[*code].code), ", ");
        (!without.is_empty()).then(|| {
            both(
                format!("代码 {zh}{}", if more { "等" } else { "" }),
                format!("{en}{}", if more { " and others" } else { "" }),
            )
        })
    }

    fn told(&self, found: &Witness, subjects: &[&Expression], rows: Rows<'_>) -> Option<Words> {
        let catalog = self.scope.catalog;
        let told: Vec<Words> = subjects
            .iter()
            .filter_map(|subject| {
                let field = field_of(subject, catalog, rows)?;
                Some(equals(field, found.value(subject)?, catalog))
            })
            .collect();
        let joined = |words: &dyn Fn(&Words) -> &str, between: &str| {
            told.iter().map(words).collect::<Vec<_>>().join(between)
        };
        (!told.is_empty()).then(|| both(joined(&|one| &one.zh, "且"), joined(&|one| &one.en, " and ")))
    }
}

fn compared(comparison: Comparison, thing: &Expression, number: Number) -> Expression {
    let number = Expression::Constant(Value::Number(number));
    Expression::Compare(comparison, Box::new(thing.clone()), Box::new(number))
}

/// `people = 20`, in both languages.
fn equals(field: &Field, value: &Value, catalog: &Catalog) -> Words {
    let shown = match value {
        Value::Number(number) => Measure::of_type(&field.kind).write_number(*number),
        Value::Bool(truth) => both(if *truth { "是" } else { "否" }, if *truth { "true" } else { "false" }),
        Value::Code(code) => match catalog.vocabulary_of(&field.kind) {
            Some(vocabulary) => {
                let code = vocabulary.code(*code);
                both(code.label.zh.clone(), code.code.clone())
            }
            None => Words::default(),
        },
        Value::Date(day) => both(day.to_string(), day.to_string()),
        Value::Text(text) => both(format!("“{text}”"), format!("\"{text}\"")),
        Value::Codes(_) => both("若干代码", "certain codes"),
    };
    both(format!("“{}”为 {}", field.label.zh, shown.zh), format!("`{}` = {}", field.name, shown.en))
}

/// The field of the firm or of the row.
fn field_of<'c>(subject: &Expression, catalog: &'c Catalog, rows: Rows<'_>) -> Option<&'c Field> {
    match subject {
        Expression::Fact(field) => Some(catalog.field(*field)),
        Expression::Child(field) => {
            let (table, _) = rows?;
            catalog.tables().get(usize::from(table))?.fields.get(usize::from(*field))
        }
        _ => None,
    }
}

/// The fields and summaries that the conditions of a choice read, each once.
fn subjects_of<'c>(conditions: &'c Conditions<'_>) -> Vec<&'c Expression> {
    let mut found = Vec::new();
    conditions.compiled.iter().flatten().for_each(|when| fields_in(when, &mut found));
    found
}

fn fields_in<'e>(expression: &'e Expression, found: &mut Vec<&'e Expression>) {
    let is_subject =
        matches!(expression, Expression::Fact(_) | Expression::Child(_) | Expression::Aggregate(_));
    if is_subject && !found.contains(&expression) {
        found.push(expression);
    }
    expression.parts().into_iter().for_each(|part| fields_in(part, found));
}

/// The goals that read anything the subjects or each other read; the rest hold or not whatever these do.
fn related(goals: Vec<Goal>, subjects: &[&Expression], rows: Rows<'_>) -> Vec<Goal> {
    let all: Vec<Goal> = goals.into_iter().flat_map(parted).collect();
    if all.len() > PARTS_MAX {
        return all;
    }
    let reads: Vec<Vec<Expression>> = all.iter().map(|(part, _)| reads_of(part)).collect();
    let mut reached: Vec<Expression> = subjects.iter().flat_map(|subject| reads_of(subject)).collect();
    let mut kept = vec![false; all.len()];
    reached.extend(rows.map(|(table, _)| all_of(table)));
    loop {
        let next = (0..all.len()).find(|at| {
            let constant = reads[*at].is_empty();
            !kept[*at] && (constant || reads[*at].iter().any(|read| reached.contains(read)))
        });
        let Some(next) = next else { break };
        kept[next] = true;
        reached.extend(reads[next].iter().cloned());
    }
    let kept = all.into_iter().zip(kept).filter(|(_, kept)| *kept);
    kept.map(|((part, wanted), _)| (judged(part, wanted), true)).collect()
}

/// A goal as its parts, where all of them have to hold.
fn parted((expression, wanted): Goal) -> Vec<Goal> {
    match (expression, wanted) {
        (Expression::And(all), true) | (Expression::Or(all), false) => {
            all.into_iter().flat_map(|part| parted((part, wanted))).collect()
        }
        (Expression::Not(inner), _) => parted((*inner, !wanted)),
        other => vec![other],
    }
}

/// What a person has to judge, judged in favour.
fn judged(part: Expression, wanted: bool) -> Expression {
    let part = if wanted { part } else { Expression::Not(Box::new(part)) };
    part.judged_as(true)
}

/// What stands for everything in a child table: any two summaries of it go together.
fn all_of(table: TableIndex) -> Expression {
    Expression::NotInForce(format!("table {table}").into())
}

/// Fields, and for each summary its table as a whole.
fn reads_of(expression: &Expression) -> Vec<Expression> {
    let mut found: Vec<Expression> = match expression {
        Expression::Fact(_) | Expression::Child(_) | Expression::Judged(_) | Expression::NotInForce(_) => {
            vec![expression.clone()]
        }
        Expression::Aggregate(aggregate) => {
            let mut found: Vec<Expression> =
                aggregate.parts().flat_map(Expression::facts).map(Expression::Fact).collect();
            found.push(all_of(aggregate.table));
            found
        }
        _ => Vec::new(),
    };
    found.extend(expression.parts().into_iter().flat_map(reads_of));
    found
}

/// A comparison with a number that does not include it.
struct Strict<'e> {
    branch: usize,
    thing: &'e Expression,
    comparison: Comparison,
    number: Number,
}

fn strict_bounds<'e>(when: &'e Expression, branch: usize, found: &mut Vec<Strict<'e>>) {
    match when {
        Expression::And(all) | Expression::Or(all) => {
            for part in all {
                strict_bounds(part, branch, found);
            }
        }
        Expression::Compare(comparison @ (Comparison::Less | Comparison::More), left, right) => {
            let bound = match (&**left, &**right) {
                (thing, Expression::Constant(Value::Number(number))) => Some((thing, *comparison, *number)),
                (Expression::Constant(Value::Number(number)), thing) => {
                    Some((thing, comparison.mirrored(), *number))
                }
                _ => None,
            };
            found.extend(bound.map(|(thing, comparison, number)| Strict {
                branch,
                thing,
                comparison,
                number,
            }));
        }
        _ => {}
    }
}
