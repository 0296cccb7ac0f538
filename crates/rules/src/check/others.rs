//! What an expression asks of other definitions: amounts and conditions of policies, parameters of other days.

use super::{Checker, Dimension, NODES_MAX, Wanted, scope::size};
use crate::{
    catalog::Type,
    expression::{Comparison, Expression, Value},
    span::Span,
    spelling::did_you_mean,
    syntax::{Kind, Tree},
};

impl Checker<'_, '_> {
    /// The amount of another policy, nought where it does not apply.
    pub(super) fn amount_of(&mut self, policy: &Tree, span: Span) -> Option<(Expression, Dimension)> {
        let id = self.quoted(policy)?;
        if let Some(amount) = self.scope.amount_of(&id) {
            self.nodes += amount.node_count;
            return Some((amount.expression.clone(), Dimension::Money));
        }
        if self.scope.condition_of(&id).is_some() {
            let hint = format!("ask entitled(\"{id}\")");
            return self.fault(span, format!("the policy `{id}` gives no amount"), hint);
        }
        self.no_policy(&id, "there is no amount of a policy", span)
    }

    /// Whether another policy applies.
    pub(super) fn entitled(&mut self, policy: &Tree, span: Span) -> Option<(Expression, Dimension)> {
        let id = self.quoted(policy)?;
        let Some(condition) = self.scope.condition_of(&id) else {
            return self.no_policy(&id, "there is no policy", span);
        };
        self.nodes += condition.node_count;
        Some((condition.expression.clone(), Dimension::Bool))
    }

    fn no_policy<T>(&mut self, id: &str, what: &str, span: Span) -> Option<T> {
        let otherwise = "name a policy that does not depend on this one";
        let hint = did_you_mean(id, self.scope.policies(), otherwise);
        self.fault(span, format!("{what} `{id}`"), hint)
    }

    /// What a parameter was on a day: `value_on(lpr, granted_on)`.
    pub(super) fn value_on(&mut self, parameter: &Tree, day: &Tree) -> Option<(Expression, Dimension)> {
        let day = self.wanted(day, &Wanted::Of(Type::Date));
        let scope = self.scope;
        let found = match &parameter.kind {
            Kind::Name { name, prior: 0 } => scope.dated(name).zip(scope.named(name)),
            _ => None,
        };
        let Some((values, named)) = found else {
            let hint = "name a parameter whose values are no table by place";
            return self.fault(parameter.span, "a parameter is wanted", hint);
        };
        let (day, _) = day?;
        // The day stands twice for every value.
        self.nodes += values.len() * 2 * (size(&day) + 2);
        if self.nodes > NODES_MAX {
            return None;
        }
        let on = |comparison, limit| {
            let limit = Expression::Constant(Value::Date(limit));
            Expression::Compare(comparison, Box::new(day.clone()), Box::new(limit))
        };
        let branches = values.iter().map(|(effective, value)| {
            let from = on(Comparison::AtLeast, effective.from);
            let to = effective.to.map(|to| on(Comparison::AtMost, to));
            (Expression::And([from].into_iter().chain(to).collect()), Expression::Constant(value.clone()))
        });
        Some((Expression::Case(branches.collect(), None), Dimension::of(&named.kind)))
    }
}
