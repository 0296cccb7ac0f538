//! Conditions as they are written, so that a finding speaks of what stands in the file and not of what a term
//! stands for: each part of a text is compiled on its own.

use super::{Finding, Severity, space::Goal};
use crate::{
    catalog::{TableIndex, Words},
    check::{Named, Scope, Wanted, compile, compile_measured},
    definition::{Benefit, Definitions, LimitKind, Moment},
    explain::format::both,
    expression::Expression,
    syntax::{Spelling, Tree, print},
};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

/// The names of each moment, made once.
pub struct Scopes<'a> {
    definitions: &'a Definitions,
    catalog: &'a crate::catalog::Catalog,
    made: BTreeMap<Moment, Scope<'a>>,
}

impl<'a> Scopes<'a> {
    /// None made yet.
    pub fn new(definitions: &'a Definitions, catalog: &'a crate::catalog::Catalog) -> Self {
        Self { definitions, catalog, made: BTreeMap::new() }
    }

    /// What names mean at a moment. Amount and condition of a policy are taken as something of which nothing is known.
    pub fn at(&mut self, moment: Moment) -> &mut Scope<'a> {
        match self.made.entry(moment) {
            Entry::Occupied(made) => made.into_mut(),
            Entry::Vacant(place) => {
                let mut scope = self.definitions.scope(self.catalog, moment);
                for policy in &self.definitions.policies {
                    let nothing = || Expression::NotInForce(Arc::from(policy.id.as_str()));
                    scope.add_amount(&policy.id, nothing());
                    scope.add_condition(&policy.id, nothing());
                }
                place.insert(scope)
            }
        }
    }
}

/// Lets texts of a benefit speak of its base.
pub fn name_base(benefit: &Benefit, scope: &mut Scope<'_>) {
    scope.forget("base");
    let measured = benefit.base.as_deref().map(|base| compile_measured(base, scope, &Wanted::Number));
    let Some(Ok((mut base, dimension))) = measured else { return };
    let kind = dimension.kind();
    let limit = benefit.limit.as_ref().filter(|_| benefit.kind == Some(LimitKind::Slice));
    for bound in [limit, benefit.base_cap.as_ref()].into_iter().flatten() {
        match compile(bound, scope, &Wanted::Of(kind.clone())) {
            Ok(bound) => base = Expression::Smallest(vec![base, bound]),
            Err(_) => return,
        }
    }
    scope.name("base", Named::new(kind, Words::default(), base));
}

/// The child table whose rows a part of a text looks at, with its name.
pub type Rows<'t> = Option<(TableIndex, &'t str)>;

/// A condition of a text, compiled; `None` where it cannot be on its own.
pub fn condition(tree: &Tree, rows: Rows<'_>, scope: &Scope<'_>) -> Option<Expression> {
    let text = print(tree, Spelling::English, scope);
    let Some((_, table)) = rows else { return compile(&text, scope, &Wanted::Condition).ok() };
    match compile(&format!("any({table} where {text})"), scope, &Wanted::Condition).ok()? {
        Expression::Aggregate(aggregate) => aggregate.filter,
        _ => None,
    }
}

/// A part of a text in both spellings.
pub fn shown(tree: &Tree, scope: &Scope<'_>) -> Words {
    both(print(tree, Spelling::Chinese, scope), print(tree, Spelling::English, scope))
}

/// Where a text stands, and what is known wherever it counts.
pub struct Text<'t> {
    /// Identifier of the policy, term or scorecard.
    pub id: &'t str,
    /// Index of the version of a policy.
    pub version: Option<usize>,
    /// Field of the definition.
    pub path: String,
    /// The text itself.
    pub expression: &'t str,
    /// What is so wherever it counts.
    pub known: Vec<Goal>,
    /// Whether it has to have a value wherever it counts.
    pub is_needed: bool,
}

impl Text<'_> {
    /// A finding in it.
    pub fn finding(&self, code: &'static str, severity: Severity, message: Words) -> Finding {
        Finding {
            code,
            severity,
            policy: self.id.to_owned(),
            version: self.version,
            path: self.path.clone(),
            message,
            basis: None,
        }
    }
}
