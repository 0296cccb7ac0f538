//! What a condition sees of a case.

use super::{ClockRun, Course, OriginKind, StepTaken, state::CaseState};
use crate::{
    clock::{Moment, Party},
    mechanism::{
        Competence,
        guard::{PASSED_ON, word},
    },
};
use rules::{
    expression::Value,
    number::Number,
    reference::Firm,
    table::{Table, column_of},
};
use std::collections::BTreeSet;

/// Who takes a step: what a condition calls its own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taker<'t> {
    /// None for the firm and for what happens by itself.
    organization: Option<&'t str>,
    /// It only helps.
    is_helper: bool,
}

impl<'t> Taker<'t> {
    pub fn of(competence: Competence, organization: Option<&'t str>) -> Self {
        Self { organization, is_helper: competence == Competence::CoHandler }
    }
}

impl Course<'_> {
    /// The case as one row of facts; fields in `unknown` are left unknown. `taker` is who takes the step.
    fn table(&self, unknown: &BTreeSet<&str>, taker: Taker<'_>) -> Table {
        let (catalog, definition) = (&self.version.catalog, &self.version.definition);
        let mut table = Table::unknown(catalog, 1);
        let mut put = |name: &str, value: Value| {
            if let Some(index) = catalog.find(name) {
                let kind = &catalog.field(index).kind;
                table.columns[usize::from(index)] = column_of(kind, vec![Some(value)]);
            }
        };
        let mut count = |name: String, count: usize| {
            put(&name, Value::Number(Number::whole(i128::try_from(count).unwrap_or(i128::MAX))));
        };
        for step in &definition.steps {
            let id = word(&step.id);
            count(format!("times_{id}"), self.state.times(&step.id));
            let own = |taken: &&StepTaken| {
                taken.step == step.id && taken.organization.as_deref() == taker.organization
            };
            count(format!("own_times_{id}"), self.state.taken.iter().filter(own).count());
        }
        for clock in &definition.clocks {
            let runs = self.state.runs.iter().filter(|run| run.clock == clock.id && run.is_open());
            count(format!("open_{}", word(&clock.id)), runs.count());
        }
        for clock in &definition.clocks {
            let due = self.earliest_due(&clock.id, taker);
            let is_over = due.is_some_and(|due| self.is_behind(due));
            put(&format!("over_{}", word(&clock.id)), Value::Bool(is_over));
            if let Some(due) = due {
                put(&format!("due_{}", word(&clock.id)), Value::Date(due.day));
            }
        }
        let origin = self.state.origin.as_ref();
        put(PASSED_ON, Value::Bool(origin.is_some_and(|origin| origin.kind == OriginKind::PassedOn)));
        for form in &definition.forms {
            for field in form.fields.iter().filter(|field| !unknown.contains(field.name.as_str())) {
                let Some(index) = catalog.find(&field.name) else { continue };
                let written = self.state.data.get(&field.name);
                let kind = &catalog.field(index).kind;
                if let Some(Ok(value)) = written.map(|value| value.read(field.kind, kind, catalog)) {
                    put(&field.name, value);
                }
            }
        }
        table
    }

    /// Whether the condition of a step is met; true where it has none, none where that is not known.
    pub(super) fn meets(&self, step: usize, unknown: &BTreeSet<&str>, taker: Taker<'_>) -> Option<bool> {
        let Some(condition) = self.version.guard(step, self.state.now.day) else { return Some(true) };
        let table = self.table(unknown, taker);
        Firm::new(&self.version.catalog, &table, 0, self.office.calendar).truth(&condition)
    }

    /// The same before the form of the step is filled in.
    pub(super) fn forecast(&self, step: usize, taker: Taker<'_>) -> Option<bool> {
        let definition = &self.version.definition;
        let form =
            definition.forms.iter().find(|form| Some(&form.id) == definition.steps[step].form.as_ref());
        let fields = form.into_iter().flat_map(|form| &form.fields);
        self.meets(step, &fields.map(|field| field.name.as_str()).collect(), taker)
    }

    /// Fields that a condition names and nobody has filled in.
    pub(super) fn missing(&self, when: &str, state: &CaseState) -> Vec<String> {
        let is_part = |character: char| !character.is_alphanumeric() && character != '_';
        let words: BTreeSet<&str> = when.split(is_part).collect();
        let fields = self.version.definition.forms.iter().flat_map(|form| &form.fields);
        let named = fields
            .filter(|field| words.contains(field.name.as_str()) || words.contains(field.label.zh.as_str()));
        let missing: BTreeSet<String> = named
            .filter(|field| !state.data.contains_key(&field.name))
            .map(|field| field.name.clone())
            .collect();
        missing.into_iter().collect()
    }

    /// The earliest end of the runs of a clock that are not finished. A helper sees its own run only, as it finishes no
    /// other: a helper that is late stands against nobody else.
    fn earliest_due(&self, clock: &str, taker: Taker<'_>) -> Option<Moment> {
        let is_own = |run: &&ClockRun| {
            !(taker.is_helper && run.party == Party::CoHandler)
                || run.organization.as_deref() == taker.organization
        };
        let open = self.state.runs.iter().filter(|run| run.clock == clock && run.is_open()).filter(is_own);
        open.filter_map(|run| Some(self.reckon(run)?.due?.at)).min()
    }
}
