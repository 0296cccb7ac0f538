//! One version of a policy: its clauses, exceptions and benefit, compiled.

use super::{DefinitionFault, Part};
use crate::{
    check::{Scope, Wanted, compile},
    definition::{Condition, PolicyVersion, Unless},
    expression::Expression,
    policy::{Clause, Exception, Policy},
    span::Fault,
    syntax::{Spelling, parse, print},
};
use std::sync::Arc;

/// Compiles one version of a policy.
pub(super) struct Compiler<'d> {
    pub id: &'d str,
    pub version: usize,
    pub faults: &'d mut Vec<DefinitionFault>,
}

impl Compiler<'_> {
    pub fn report(&mut self, field: &str, found: Vec<Fault>) {
        let field = format!("version.{}.{field}", self.version);
        self.faults.extend(DefinitionFault::all(self.id, Part::Policy, &field, found));
    }

    pub fn compiled(
        &mut self,
        text: &str,
        field: &str,
        scope: &Scope<'_>,
        wanted: &Wanted,
    ) -> Option<Expression> {
        compile(text, scope, wanted).map_err(|found| self.report(field, found)).ok()
    }

    fn clause(&mut self, text: &str, cite: &str, field: &str, scope: &Scope<'_>) -> Option<Clause> {
        let expression = self.compiled(text, field, scope, &Wanted::Condition)?;
        let source = print(&parse(text, scope).0, Spelling::English, scope);
        Some(Clause { expression, cite: Arc::from(cite), source: Arc::from(source) })
    }

    pub fn policy(mut self, version: &PolicyVersion, scope: &mut Scope<'_>) -> Option<Policy> {
        let require: Vec<Option<Clause>> = version
            .require
            .iter()
            .enumerate()
            .map(|(index, Condition { when, cite, .. })| {
                self.clause(when, cite, &format!("require.{index}.when"), scope)
            })
            .collect();
        let unless = self.exceptions(&version.unless, "unless", scope);
        let benefit = version.benefit.as_ref().map(|benefit| self.benefit(benefit, scope));
        scope.forget("base");
        let mut require: Vec<Clause> = require.into_iter().collect::<Option<_>>()?;
        let amount = match benefit {
            None => None,
            Some(benefit) => {
                let (limit, amount) = benefit?;
                require.extend(limit);
                Some(amount)
            }
        };
        Some(Policy { id: Arc::from(self.id), require, unless: unless?, amount })
    }

    fn exceptions(&mut self, all: &[Unless], path: &str, scope: &Scope<'_>) -> Option<Vec<Exception>> {
        let all: Vec<Option<Exception>> = all
            .iter()
            .enumerate()
            .map(|(index, exception)| {
                let path = format!("{path}.{index}");
                let clause = self.clause(&exception.when, &exception.cite, &format!("{path}.when"), scope);
                let unless = self.exceptions(&exception.unless, &format!("{path}.unless"), scope);
                Some(Exception { clause: clause?, unless: unless? })
            })
            .collect();
        all.into_iter().collect()
    }
}
