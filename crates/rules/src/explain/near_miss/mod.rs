//! Near misses: the smallest changes that would make a policy apply, and in whose hands they are.

mod atom;
mod direction;
mod plan;
mod search;

use super::{
    format::{Measure, both, written_date},
    node::code_names,
    readable::{Readable, Role, on_day, replaced},
    text,
};
use crate::{
    catalog::{FieldIndex, Words},
    expression::{Expression, Value},
    policy::Status,
    reference::Firm,
    table::{Table, column_of},
};
use chrono::NaiveDate;
pub(super) use plan::single_row;
use plan::{Constraint, Plan, Subject, Wanted, codes_of, current, distance_permille, way};
use search::Search;
use serde::Serialize;

/// In whose hands a change is; of several, the last one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The firm can act on it.
    Act,
    /// Time brings it.
    Time,
    /// It is not known; it may well be so already.
    Learn,
    /// A person has to decide it.
    Judge,
    /// It cannot change.
    Never,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// In whose hands it is.
    pub way: Way,
    /// The field; nothing for the day, a judgement, a summary of a child table.
    pub field: Option<String>,
    /// What it is called.
    pub label: Words,
    /// What it is; nothing where that is unknown.
    pub from: Option<Words>,
    /// What it would have to be.
    pub to: Words,
    /// By how much, to the smallest unit of the field.
    pub by: Option<Words>,
    /// For time: the first day on which it is so.
    pub first_day: Option<NaiveDate>,
    /// Index of the clause among those of the explanation.
    pub clause: usize,
    /// The clause of the document.
    pub cite: String,
    /// Whether the limit is a cliff: one unit above it and nothing is due.
    pub is_cliff: bool,
    /// How far it is: thousandths of the greater of both values, of a year for time.
    pub distance_permille: u32,
    /// Said.
    pub sentence: Words,
    /// Index of the field.
    #[serde(skip)]
    pub index: Option<FieldIndex>,
    /// The value it would have to be; nothing where any would do.
    #[serde(skip)]
    pub value: Option<Value>,
}

/// Changes that together make the policy apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// In whose hands the hardest of them is.
    pub way: Way,
    /// All of them are needed.
    pub changes: Vec<Change>,
    /// The day on which the last of them is there; today's where none needs time.
    pub first_day: NaiveDate,
    /// How far it is, all changes together.
    pub distance_permille: u32,
    /// Whether the changes were tried and make the policy apply; not where a value is left open.
    pub is_tried: bool,
}

/// The ways to a policy, nearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    /// Ways; none where the policy applies already, or where no way was found.
    pub paths: Vec<Path>,
    /// How many conditions were evaluated.
    pub evaluations: u32,
}

/// Most ways that are told.
const PATHS_MAX: usize = 3;

/// The smallest changes that would make a policy apply to a firm.
pub fn near_miss(readable: &Readable, firm: &Firm<'_>) -> NearMiss {
    if firm.outcome(&readable.policy).status == Status::Entitled {
        return NearMiss { paths: Vec::new(), evaluations: 1 };
    }
    let search = Search::new(firm, readable, 0);
    let plans = search.plans();
    let trial = Trial { readable, firm };
    let mut evaluations = search.evaluations() + plans.len() as u32;
    let mut tried: Vec<Path> = plans.iter().filter_map(|plan| trial.path(plan)).collect();
    if tried.is_empty() {
        tried =
            plans.iter().take(PATHS_MAX).filter_map(|plan| trial.mended(plan, &mut evaluations)).collect();
    }
    if tried.is_empty() {
        // What cannot change is told only where there is nothing else; one way of it is enough.
        let plans = search.hopeless_plans();
        tried = plans.iter().find_map(|plan| trial.path(plan)).into_iter().collect();
        evaluations = evaluations.max(search.evaluations()) + plans.len() as u32;
    }
    tried.truncate(PATHS_MAX);
    NearMiss { paths: tried, evaluations }
}

/// A plan put to the test.
struct Trial<'t, 'a> {
    readable: &'t Readable,
    firm: &'t Firm<'a>,
}

impl Trial<'_, '_> {
    /// The plan as a path, if it leads there.
    fn path(&self, plan: &Plan) -> Option<Path> {
        let changes: Vec<Change> = plan.constraints.iter().map(|one| self.change(one)).collect();
        let first_day =
            changes.iter().filter_map(|change| change.first_day).max().unwrap_or(self.readable.as_of);
        if changes.is_empty() || (!plan.is_open() && !self.leads(plan, &changes, first_day)) {
            return None;
        }
        Some(Path {
            way: changes.iter().map(|change| change.way).max()?,
            first_day,
            distance_permille: changes.iter().map(|change| change.distance_permille).sum(),
            is_tried: !plan.is_open(),
            changes,
        })
    }

    /// Where changes undo each other (a ratio falls as what it is taken of rises): what is still missed once
    /// they are made, put on top.
    fn mended(&self, plan: &Plan, evaluations: &mut u32) -> Option<Path> {
        let changes: Vec<Change> = plan.constraints.iter().map(|one| self.change(one)).collect();
        if changes.is_empty() || changes.iter().any(|change| change.index.is_none()) {
            return None;
        }
        let table = self.table_after(&changes);
        let mut firm = Firm::new(self.firm.catalog, &table, 0, self.firm.calendar);
        firm.judged = self.firm.judged;
        let search = Search::new(&firm, self.readable, *evaluations);
        let further = search.plans();
        *evaluations = search.evaluations() + further.len() as u32;
        further.iter().find_map(|further| self.path(&plan.and(further)?))
    }

    fn table_after(&self, changes: &[Change]) -> Table {
        let mut table = single_row(self.firm);
        for change in changes {
            if let (Some(index), Some(value)) = (change.index, &change.value) {
                let kind = &self.firm.catalog.field(index).kind;
                table.columns[usize::from(index)] = column_of(kind, vec![Some(value.clone())]);
            }
        }
        table
    }

    /// Whether the policy applies once everything is changed, by the reference.
    fn leads(&self, plan: &Plan, changes: &[Change], day: NaiveDate) -> bool {
        let table = self.table_after(changes);
        let summaries: Vec<(&Expression, Expression)> = plan
            .constraints
            .iter()
            .zip(changes)
            .filter_map(|(constraint, change)| match &constraint.subject {
                Subject::Summary(summary) => Some((summary, Expression::Constant(change.value.clone()?))),
                _ => None,
            })
            .collect();
        let changed = |expression: &Expression| {
            let known = replaced(expression, &|part| {
                summaries.iter().find(|(summary, _)| *summary == part).map(|(_, value)| value.clone())
            });
            on_day(&known, self.readable.as_of, day)
        };
        let mut condition = changed(&self.readable.policy.condition());
        let mut firm = Firm::new(self.firm.catalog, &table, 0, self.firm.calendar);
        firm.judged = self.firm.judged;
        if changes.iter().any(|change| change.way == Way::Judge) {
            firm.judged = Some(true);
            condition = condition.judged_as(true);
        }
        firm.truth(&condition) == Some(true)
    }

    fn change(&self, constraint: &Constraint) -> Change {
        let (firm, readable) = (self.firm, self.readable);
        let from = current(firm, &constraint.subject, readable.as_of);
        let value = constraint.wanted.value(from.as_ref(), codes_of(firm, &constraint.subject));
        let line = &readable.lines[constraint.line];
        let way = way(firm, constraint, readable.as_of, readable.until);
        let (field, index, label, measure) = self.named(&constraint.subject);
        let first_day = match (&constraint.subject, &value) {
            (Subject::Day, Some(Value::Date(day))) => Some(*day),
            _ => None,
        };
        let written = |value: &Value| measure.write(value, firm.catalog);
        let to = match &constraint.wanted {
            Wanted::Codes(codes) | Wanted::Holding(codes) | Wanted::Without(codes) => {
                code_names(codes, &measure, firm.catalog)
            }
            _ => value.as_ref().map(written).unwrap_or_default(),
        };
        let by = match (&from, &value) {
            (Some(from), Some(value)) => text::gap(&measure, from, value),
            _ => None,
        };
        let mut change = Change {
            way,
            field,
            label,
            from: from.as_ref().map(written),
            to,
            by,
            first_day,
            clause: constraint.line,
            cite: line.cite.clone(),
            is_cliff: line.role == Role::Cliff,
            distance_permille: distance_permille(from.as_ref(), value.as_ref()),
            sentence: Words::default(),
            index,
            value,
        };
        change.sentence = sentence(&change, constraint, from.as_ref(), readable);
        change
    }

    fn named(&self, subject: &Subject) -> (Option<String>, Option<FieldIndex>, Words, Measure) {
        match subject {
            Subject::Field(index) => {
                let field = self.firm.catalog.field(*index);
                let label = text::filled(&field.label, &field.name);
                (Some(field.name.clone()), Some(*index), label, Measure::of_type(&field.kind))
            }
            Subject::Summary(summary) => {
                let measure = Measure::of(summary, self.firm.catalog, None);
                let label = match summary {
                    Expression::Aggregate(aggregate) => {
                        let table = &self.firm.catalog.tables()[usize::from(aggregate.table)];
                        text::filled(&table.label, &table.name)
                    }
                    _ => Words::default(),
                };
                (None, None, label, measure)
            }
            Subject::Day => (None, None, both("评估日", "the day of evaluation"), Measure::Plain),
            Subject::Judged(question) => {
                (None, None, both(question.as_ref(), question.as_ref()), Measure::Plain)
            }
        }
    }
}

/// What is said of a change.
fn sentence(change: &Change, constraint: &Constraint, from: Option<&Value>, readable: &Readable) -> Words {
    let (label, to) = (&change.label, &change.to);
    let english = text::capital(&label.en);
    let by = change
        .by
        .as_ref()
        .map_or_else(Words::default, |by| both(format!("（差 {}）", by.zh), format!(" ({} to go)", by.en)));
    let cliff = if change.is_cliff {
        both(
            "这是一道门槛：超过一点，全部不享受。",
            " This limit is a cliff: the least bit above it and nothing is due.",
        )
    } else {
        Words::default()
    };
    let bound = bound(constraint, change);
    let said = match change.way {
        Way::Time | Way::Never if change.first_day.is_some() => waited(change, constraint, readable),
        Way::Judge => both(
            format!("须由经办人认定：“{}”。", label.zh),
            format!("A person has to decide: “{}”.", label.en),
        ),
        Way::Learn if constraint.wanted == Wanted::Any => both(
            format!("{}尚不清楚，请补充。", label.zh),
            format!("{english} is not known yet; please add it."),
        ),
        Way::Learn => both(
            format!("{}尚不清楚；{}即可。", label.zh, bound.zh),
            format!("{english} is not known yet; it would have to be {}.", bound.en),
        ),
        Way::Never => {
            let from = change.from.clone().unwrap_or_default();
            both(
                format!("{}为{}，要求{}；这一点企业无法改变。", label.zh, from.zh, bound.zh),
                format!(
                    "{english} is {} and would have to be {}; the firm cannot change this.",
                    from.en, bound.en
                ),
            )
        }
        Way::Act | Way::Time => match (from, &change.value) {
            (Some(Value::Number(from)), Some(Value::Number(value))) => {
                let (zh, en) = if value > from { ("提高到", "Raise") } else { ("降到", "Lower") };
                both(
                    format!("{}{zh} {}{}。", label.zh, to.zh, by.zh),
                    format!("{en} {} to {}{}.", label.en, to.en, by.en),
                )
            }
            _ => both(
                format!("{}需要{}。", label.zh, bound.zh),
                format!("{english} would have to be {}.", bound.en),
            ),
        },
    };
    both(format!("{}{}", said.zh, cliff.zh), format!("{}{}", said.en, cliff.en))
}

/// What is said of what time brings.
fn waited(change: &Change, constraint: &Constraint, readable: &Readable) -> Words {
    let line = &readable.lines[constraint.line];
    let day = change.first_day.map(written_date).unwrap_or_default();
    let end = readable.until.filter(|_| change.way == Way::Never).map(written_date);
    match end {
        Some(end) => both(
            format!("要到{}才满足，而政策在{}到期：{}。", day.zh, end.zh, line.chinese),
            format!(
                "It would hold from {} only, and the policy ends on {}: {}.",
                day.en, end.en, line.english
            ),
        ),
        None => both(
            format!("自{}起自然满足：{}。", day.zh, line.chinese),
            format!("From {} on this holds by itself: {}.", day.en, line.english),
        ),
    }
}

/// What a value would have to be.
fn bound(constraint: &Constraint, change: &Change) -> Words {
    let to = &change.to;
    match &constraint.wanted {
        Wanted::Numbers(Some(_), None) => both(format!("不低于 {}", to.zh), format!("at least {}", to.en)),
        Wanted::Numbers(None, Some(_)) => both(format!("不超过 {}", to.zh), format!("at most {}", to.en)),
        Wanted::Days(Some(_), None) => both(format!("不早于{}", to.zh), format!("{} or later", to.en)),
        Wanted::Days(None, Some(_)) => both(format!("不晚于{}", to.zh), format!("{} or earlier", to.en)),
        Wanted::Codes(_) => both(format!("属于“{}”", to.zh), format!("one of: {}", to.en)),
        Wanted::Holding(_) => both(format!("含有“{}”", to.zh), format!("one that includes: {}", to.en)),
        Wanted::Without(_) => both(format!("不含“{}”", to.zh), format!("without: {}", to.en)),
        _ => both(format!("为{}", to.zh), to.en.clone()),
    }
}
