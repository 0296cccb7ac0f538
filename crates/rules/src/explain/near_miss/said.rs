//! Ways to a policy in words.

use super::{
    Change, NearMiss, Path, Route, Way, Ways,
    plan::{Constraint, Need, Subject},
    wanted::{SetWanted, Wanted},
};
use crate::{
    catalog::{FieldIndex, Words},
    check::dimension_of_expression,
    explain::{
        dossier::Dossier,
        format::{Measure, both, written_date},
        node::code_names,
        readable::{Readable, Role},
        text,
    },
    expression::{Expression, Value},
    vocabulary::CodeBits,
};

impl Ways<'_> {
    /// All of them in words.
    pub fn said(&self, dossier: &Dossier<'_>) -> NearMiss {
        let speaker = Speaker { readable: self.readable, dossier };
        let path = |route: &Route| Path {
            way: route.way,
            changes: route.constraints.iter().map(|one| speaker.change(one)).collect(),
            first_day: route.first_day,
            distance_permille: route.distance_permille,
            is_tried: route.is_tried,
        };
        NearMiss { paths: self.routes.iter().map(path).collect(), evaluations: self.evaluations }
    }
}

struct Speaker<'t, 'a> {
    readable: &'t Readable,
    dossier: &'t Dossier<'a>,
}

impl Speaker<'_, '_> {
    fn change(&self, constraint: &Constraint) -> Change {
        let (need, catalog) = (&*constraint.need, self.dossier.firm.catalog);
        let from = need.from(self.dossier);
        let from = from.as_deref();
        let value = need.value.clone();
        let line = &self.readable.lines[constraint.line];
        let (field, index, label, measure) = self.named(&need.subject);
        let written = |value: &Value| measure.write(value, catalog);
        let to = match &need.wanted {
            Wanted::Codes(codes) => code_names(codes, &measure, catalog),
            Wanted::OtherThan(codes) => {
                let names = code_names(codes, &measure, catalog);
                both(format!("不属于“{}”", names.zh), format!("other than: {}", names.en))
            }
            Wanted::Set(set) => set_wanted(set, &|codes| code_names(codes, &measure, catalog)),
            _ => value.as_ref().map(written).unwrap_or_default(),
        };
        let by = match (from, &value) {
            (Some(from), Some(value)) => text::gap(&measure, from, value),
            _ => None,
        };
        let mut change = Change {
            way: need.way(self.readable.until),
            field,
            label,
            from: from.map(written),
            to,
            by,
            first_day: need.first_day(),
            clause: constraint.line,
            cite: line.cite.clone(),
            is_cliff: line.role == Role::Cliff,
            distance_permille: need.distance_permille,
            sentence: Words::default(),
            index,
            value,
        };
        change.sentence = sentence(&change, constraint, from, self.readable);
        change
    }

    fn named(&self, subject: &Subject) -> (Option<String>, Option<FieldIndex>, Words, Measure) {
        match subject {
            Subject::Field(index) => {
                let field = self.dossier.firm.catalog.field(*index);
                let label = text::filled(&field.label, &field.name);
                (Some(field.name.clone()), Some(*index), label, Measure::of_type(&field.kind))
            }
            Subject::Summary(summary) => {
                let measure = Measure::of_dimension(
                    dimension_of_expression(summary, self.dossier.firm.catalog, &[]).as_ref(),
                );
                let label = match summary {
                    Expression::Aggregate(aggregate) => {
                        let table = &self.dossier.firm.catalog.tables()[usize::from(aggregate.table)];
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
    let is_raised = match (from, &change.value) {
        (Some(Value::Number(from)), Some(Value::Number(value))) => value > from,
        _ => false,
    };
    let by = change.by.as_ref().map_or_else(Words::default, |by| {
        if is_raised {
            both(format!("（差 {}）", by.zh), format!(" ({} to go)", by.en))
        } else {
            both(format!("（超出 {}）", by.zh), format!(" (over by {})", by.en))
        }
    });
    let cliff = if change.is_cliff {
        both(
            "这是一道门槛：超过一点，全部不享受。",
            " This limit is a cliff: the least bit above it and nothing is due.",
        )
    } else {
        Words::default()
    };
    let bound = bound(&constraint.need, change);
    let said = match change.way {
        Way::Time | Way::Never if change.first_day.is_some() => waited(change, constraint, readable),
        Way::Judge => both(
            format!("须由经办人认定：“{}”。", label.zh),
            format!("A person has to decide: “{}”.", label.en),
        ),
        Way::Learn if constraint.need.wanted == Wanted::Any => both(
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
            (Some(Value::Number(_)), Some(Value::Number(_))) => {
                let (zh, en) = if is_raised { ("提高到", "Raise") } else { ("降到", "Lower") };
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
fn bound(need: &Need, change: &Change) -> Words {
    let to = &change.to;
    match &need.wanted {
        Wanted::Numbers(Some(_), None) => both(format!("不低于 {}", to.zh), format!("at least {}", to.en)),
        Wanted::Numbers(None, Some(_)) => both(format!("不超过 {}", to.zh), format!("at most {}", to.en)),
        Wanted::Days(Some(_), None) => both(format!("不早于{}", to.zh), format!("{} or later", to.en)),
        Wanted::Days(None, Some(_)) => both(format!("不晚于{}", to.zh), format!("{} or earlier", to.en)),
        Wanted::Codes(_) => both(format!("属于“{}”", to.zh), format!("one of: {}", to.en)),
        Wanted::OtherThan(_) | Wanted::Set(_) => to.clone(),
        _ => both(format!("为{}", to.zh), to.en.clone()),
    }
}

/// What a set of codes would have to be: 含有“制造业”，不含“住宿餐饮”.
fn set_wanted(set: &SetWanted, names: &dyn Fn(&CodeBits) -> Words) -> Words {
    let holding = set.holding.iter().map(names);
    let mut all: Vec<Words> = holding
        .map(|names| both(format!("含有“{}”", names.zh), format!("one that includes: {}", names.en)))
        .collect();
    if set.without.codes().next().is_some() {
        let names = names(&set.without);
        all.push(both(format!("不含“{}”", names.zh), format!("without: {}", names.en)));
    }
    let joined =
        |language: fn(&Words) -> &str, mark: &str| all.iter().map(language).collect::<Vec<&str>>().join(mark);
    both(joined(|words| &words.zh, "，"), joined(|words| &words.en, "; "))
}
