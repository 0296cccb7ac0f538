//! What a condition sees of a case.

use super::{Course, OriginKind, state::CaseState};
use crate::mechanism::guard::{PASSED_ON, word};
use rules::{
    expression::Value,
    number::Number,
    reference::Firm,
    table::{Table, column_of},
};
use std::collections::BTreeSet;

impl Course<'_> {
    /// The case as one row of facts; fields in `unknown` are left unknown.
    fn table(&self, unknown: &BTreeSet<&str>) -> Table {
        let (catalog, definition) = (&self.version.catalog, &self.version.definition);
        let mut table = Table::unknown(catalog, 1);
        let mut put = |name: &str, value: Value| {
            if let Some(index) = catalog.find(name) {
                let kind = &catalog.field(index).kind;
                table.columns[usize::from(index)] = column_of(kind, vec![Some(value)]);
            }
        };
        for step in &definition.steps {
            let times = i128::try_from(self.state.times(&step.id)).unwrap_or(i128::MAX);
            put(&format!("times_{}", word(&step.id)), Value::Number(Number::whole(times)));
        }
        for clock in &definition.clocks {
            let is_over = self.is_over(&clock.id);
            put(&format!("over_{}", word(&clock.id)), Value::Bool(is_over));
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
    pub(super) fn meets(&self, step: usize, unknown: &BTreeSet<&str>) -> Option<bool> {
        let Some(condition) = self.version.guard(step, self.state.now.day) else { return Some(true) };
        let table = self.table(unknown);
        Firm::new(&self.version.catalog, &table, 0, self.office.calendar).truth(&condition)
    }

    /// The same before the form of the step is filled in.
    pub(super) fn forecast(&self, step: usize) -> Option<bool> {
        let definition = &self.version.definition;
        let form =
            definition.forms.iter().find(|form| Some(&form.id) == definition.steps[step].form.as_ref());
        let fields = form.into_iter().flat_map(|form| &form.fields);
        self.meets(step, &fields.map(|field| field.name.as_str()).collect())
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

    /// Whether the time of a clock is over: of any run of it that is not finished.
    fn is_over(&self, clock: &str) -> bool {
        let mut open = self.state.runs.iter().filter(|run| run.clock == clock && run.is_open());
        open.any(|run| {
            let due = self.reckon(run).and_then(|known| known.due);
            due.is_some_and(|due| self.is_behind(due.at))
        })
    }
}
