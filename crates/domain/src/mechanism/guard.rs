//! The conditions of steps: compiled once, when a definition is loaded, against the fields of its forms.
//!
//! Besides the fields, a condition may ask how often a step was taken (`times_return`), how often by the organisation
//! that takes this one (`own_times_answer`), whether the time of a clock is over (`over_unit`), when it ends
//! (`due_unit`), how many of its runs are open (`open_helper`) and whether another case was passed on as this one
//! (`passed_on`); and it may name the parameters of the edition, which are those of the day. Nothing else of a case is a
//! fact.

use super::{FormField, FormFieldKind, Mechanism, MechanismClock, Step};
use chrono::NaiveDate;
use rules::{
    catalog::{Catalog, Field, Type, Words},
    check::{Scope, Wanted, compile},
    definition::{NamedDefinition, put_parameters},
    expression::Expression,
    spelling::did_you_mean,
    vocabulary::Vocabulary,
};
use std::{collections::BTreeSet, sync::Arc};

/// The fact that another case was passed on as this one.
pub(super) const PASSED_ON: &str = "passed_on";

/// A mechanism that is ready to run: one version, with the conditions of its steps compiled.
#[derive(Clone, Debug)]
pub struct MechanismVersion {
    /// The definition.
    pub definition: Mechanism,
    pub(super) catalog: Catalog,
    /// In the order of the steps.
    pub(super) guards: Vec<Option<Guard>>,
    /// The parameters that its conditions name.
    parameters: Arc<[NamedDefinition]>,
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    expression: Expression,
    /// It asks which day it is, or what a parameter is on it, and is compiled anew on each.
    is_dated: bool,
}

/// The day of a condition, and what may be named on it.
struct Names<'n> {
    catalog: &'n Catalog,
    parameters: &'n [NamedDefinition],
}

/// What is wrong with a field of a form or with a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuardFault {
    /// The field of the definition, such as `step.2.when`.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl MechanismVersion {
    /// Compiles the conditions of a definition; vocabularies are those of the edition. What has a fault is told, and
    /// stands as a condition that nothing meets.
    pub fn of(definition: Mechanism, vocabularies: &[Arc<Vocabulary>]) -> (Self, Vec<GuardFault>) {
        Self::with_parameters(definition, vocabularies, &[])
    }

    /// The same where conditions may name the parameters of the edition.
    pub fn with_parameters(
        definition: Mechanism,
        vocabularies: &[Arc<Vocabulary>],
        parameters: &[NamedDefinition],
    ) -> (Self, Vec<GuardFault>) {
        let mut faults = Vec::new();
        let catalog = catalog(&definition, vocabularies, &mut faults);
        let parameters = mentioned(&definition, parameters);
        let names = Names { catalog: &catalog, parameters: &parameters };
        let mut guards = Vec::new();
        for (at, step) in definition.steps.iter().enumerate() {
            let guard = step.when.as_deref().map(|text| {
                compiled(text, &names, definition.effective).unwrap_or_else(|told| {
                    let field = format!("step.{at}.when");
                    let fault = |(what, hint)| GuardFault { field: field.clone(), what, hint };
                    faults.extend(told.into_iter().map(fault));
                    Guard {
                        expression: Expression::Constant(rules::expression::Value::Bool(false)),
                        is_dated: false,
                    }
                })
            });
            guards.push(guard);
        }
        faults.sort();
        (Self { definition, catalog, guards, parameters }, faults)
    }

    /// The version on which a case that begins on this day runs: the newest that is in force.
    pub fn in_force<'v>(versions: &'v [Self], id: &str, day: NaiveDate) -> Option<&'v Self> {
        let of_day = versions.iter().filter(|one| one.definition.id == id && one.definition.effective <= day);
        of_day.max_by_key(|one| (one.definition.effective, one.definition.version))
    }

    /// What its conditions may name besides parameters.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The condition of a step on a day; none where it has none.
    pub(super) fn guard(&self, step: usize, day: NaiveDate) -> Option<Expression> {
        let guard = self.guards.get(step)?.as_ref()?;
        let text = self.definition.steps[step].when.as_deref().filter(|_| guard.is_dated);
        let names = Names { catalog: &self.catalog, parameters: &self.parameters };
        let anew = text.and_then(|text| compile(text, &names.on(day), &Wanted::Condition).ok());
        Some(anew.unwrap_or_else(|| guard.expression.clone()))
    }

    /// A field of a form, by its name.
    pub(super) fn field(&self, form: Option<&str>, name: &str) -> Option<&FormField> {
        let form = self.definition.forms.iter().find(|one| Some(one.id.as_str()) == form)?;
        form.fields.iter().find(|field| field.name == name)
    }
}

impl<'n> Names<'n> {
    fn on(&self, day: NaiveDate) -> Scope<'n> {
        let mut scope = Scope::new(self.catalog, day);
        put_parameters(self.parameters, &mut scope, day);
        scope
    }
}

/// The parameters that a condition may mean. One whose value depends on a place is left out: a case has none.
fn mentioned(definition: &Mechanism, parameters: &[NamedDefinition]) -> Arc<[NamedDefinition]> {
    let texts: Vec<&str> = definition.steps.iter().filter_map(|step| step.when.as_deref()).collect();
    let is_meant = |parameter: &&NamedDefinition| {
        let label = &parameter.label.zh;
        let names = |text: &&str| text.contains(&parameter.name) || !label.is_empty() && text.contains(label);
        parameter.is_parameter && parameter.by.is_none() && texts.iter().any(names)
    };
    parameters.iter().filter(is_meant).cloned().collect()
}

fn compiled(text: &str, names: &Names<'_>, day: NaiveDate) -> Result<Guard, Vec<(String, String)>> {
    let on = |day| compile(text, &names.on(day), &Wanted::Condition);
    let told = |faults: Vec<rules::span::Fault>| -> Vec<(String, String)> {
        faults.into_iter().map(|fault| (format!("`{text}`: {}", fault.what), fault.hint)).collect()
    };
    let expression = on(day).map_err(told)?;
    // A condition that reads differently on another day asks which day it is; one that cannot be read without them
    // names parameters.
    let later = day.checked_add_days(chrono::Days::new(401)).map(on);
    let alone = Scope::new(names.catalog, day);
    let is_dated = !matches!(later, Some(Ok(later)) if later == expression)
        || compile(text, &alone, &Wanted::Condition).is_err();
    Ok(Guard { expression, is_dated })
}

/// The fields of all forms, and what a case knows of itself.
fn catalog(
    definition: &Mechanism,
    vocabularies: &[Arc<Vocabulary>],
    faults: &mut Vec<GuardFault>,
) -> Catalog {
    let mut catalog = Catalog::default();
    for vocabulary in vocabularies {
        catalog.add_vocabulary(Vocabulary::clone(vocabulary));
    }
    for (name, kind) in facts_of_course(definition) {
        // Two steps of one name are a fault that is told elsewhere.
        let _ = catalog.add_field(fact(name, Words::default(), kind));
    }
    let of_course: BTreeSet<String> = facts_of_course(definition).into_iter().map(|(name, _)| name).collect();
    for (form_at, form) in definition.forms.iter().enumerate() {
        for (at, field) in form.fields.iter().enumerate() {
            let spot = |name: &str| format!("form.{form_at}.field.{at}.{name}");
            let kind = match kind_of(field, &catalog) {
                Ok(kind) => kind,
                Err((what, hint)) => {
                    faults.push(GuardFault { field: spot("vocabulary"), what, hint });
                    continue;
                }
            };
            if let Some(fault) = fault_of_default(field, &kind, &catalog) {
                faults.push(GuardFault { field: spot("default"), ..fault });
            }
            let label = Words { zh: field.label.zh.clone(), en: field.label.en.clone() };
            let added = catalog.add_field(fact(field.name.clone(), label, kind.clone()));
            let is_other = |taken| catalog.field(taken).kind != kind || of_course.contains(&field.name);
            if added.is_err_and(is_other) {
                let what = format!("`{}` stands for something else already", field.name);
                let hint = "give the field another name, or the same type wherever it stands";
                faults.push(GuardFault { field: spot("name"), what, hint: hint.to_owned() });
            }
        }
    }
    catalog
}

/// What a case knows of its own course.
fn facts_of_course(definition: &Mechanism) -> Vec<(String, Type)> {
    let count = Type::Number { scale: 0, unit: String::new() };
    let of_step = |step: &Step| {
        let id = word(&step.id);
        [(format!("times_{id}"), count.clone()), (format!("own_times_{id}"), count.clone())]
    };
    let of_clock = |clock: &MechanismClock| {
        let id = word(&clock.id);
        [
            (format!("over_{id}"), Type::Bool),
            (format!("due_{id}"), Type::Date),
            (format!("open_{id}"), count.clone()),
        ]
    };
    let steps = definition.steps.iter().flat_map(of_step);
    let passed_on = std::iter::once((PASSED_ON.to_owned(), Type::Bool));
    steps.chain(definition.clocks.iter().flat_map(of_clock)).chain(passed_on).collect()
}

fn fact(name: String, label: Words, kind: Type) -> Field {
    Field { name, label, kind, question: Words::default(), dataset: "case".to_owned(), can_act: true }
}

/// An id as the rule language writes it.
pub(super) fn word(id: &str) -> String {
    id.replace('-', "_")
}

/// What is wrong with what stands in a field at first.
fn fault_of_default(field: &FormField, kind: &Type, catalog: &Catalog) -> Option<GuardFault> {
    let default = field.default.as_deref()?;
    let told = |what, hint| Some(GuardFault { field: String::new(), what, hint });
    let Type::Code(vocabulary) = kind else {
        let what = format!("`{}` holds no code, and nothing can stand in it at first", field.name);
        return told(what, "leave `default` out".to_owned());
    };
    let vocabulary = catalog.vocabulary(*vocabulary);
    let codes = || vocabulary.codes().iter().map(|code| code.code.as_str());
    if codes().any(|code| code == default) {
        return None;
    }
    let what = format!("`{}` has no code `{default}`", vocabulary.name);
    told(what, did_you_mean(default, codes(), "write a code of the vocabulary"))
}

fn kind_of(field: &FormField, catalog: &Catalog) -> Result<Type, (String, String)> {
    let vocabulary = || {
        let Some(name) = &field.vocabulary else {
            let what = format!("`{}` holds codes of no vocabulary", field.name);
            return Err((what, "add `vocabulary`, or give the field another type".to_owned()));
        };
        catalog.find_vocabulary(name).ok_or_else(|| {
            let known = catalog.vocabularies().iter().map(|vocabulary| vocabulary.name.as_str());
            let hint = did_you_mean(name, known, "declare it in facts.toml");
            (format!("there is no vocabulary `{name}`"), hint)
        })
    };
    Ok(match field.kind {
        FormFieldKind::Bool => Type::Bool,
        FormFieldKind::Number => Type::Number { scale: 2, unit: field.unit.clone().unwrap_or_default() },
        FormFieldKind::Money => Type::Money,
        FormFieldKind::Ratio => Type::Ratio,
        FormFieldKind::Date => Type::Date,
        FormFieldKind::Code => Type::Code(vocabulary()?),
        FormFieldKind::CodeSet => Type::CodeSet(vocabulary()?),
        FormFieldKind::Text | FormFieldKind::File | FormFieldKind::Period | FormFieldKind::Organization => {
            Type::Text
        }
    })
}
