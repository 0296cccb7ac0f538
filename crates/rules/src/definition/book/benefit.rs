//! What a policy gives: base, limit, amount, rounding, floor and cap as one expression.

use super::{names::constant, policy::Compiler};
use crate::{
    catalog::{Catalog, Type, Words},
    check::{Named, Scope, Wanted, compile, compile_measured},
    definition::{Benefit, LimitKind},
    expression::{Comparison, Expression, Value},
    number::{Number, Rounding},
    policy::Clause,
    span::{Fault, Span},
};
use chrono::NaiveDate;
use std::sync::Arc;

impl Compiler<'_> {
    /// The condition a limit sets, and the amount with everything applied.
    pub fn benefit(
        &mut self,
        benefit: &Benefit,
        scope: &mut Scope<'_>,
    ) -> Option<(Option<Clause>, Expression)> {
        let base = benefit.base.as_deref().map(|text| self.base(text, benefit, scope));
        let is_whole = !matches!(base, Some(None));
        let cliff = match base {
            None => None,
            Some(Some((cliff, named))) => {
                scope.name("base", named);
                cliff
            }
            // With something in its place, so that the other texts are checked all the same.
            Some(None) => {
                let nought = Expression::Constant(Value::Number(Number::ZERO));
                scope.name("base", Named::new(Type::Money, Words::default(), nought));
                None
            }
        };
        let amount = self.compiled(&benefit.amount, "benefit.amount", scope, &Wanted::Amount);
        let bound = |compiler: &mut Self, text: &Option<String>, field: &str| match text {
            None => Some(None),
            Some(text) => compiler.compiled(text, field, scope, &Wanted::Amount).map(Some),
        };
        let floor = bound(self, &benefit.floor, "benefit.floor");
        let cap = bound(self, &benefit.cap, "benefit.cap");
        let unit = self.unit(benefit);
        let (mut amount, floor, cap, unit) = (amount?, floor?, cap?, unit?);
        if !is_whole {
            return None;
        }
        if let Some(rounding) = benefit.rounding {
            amount = Expression::Rounded(Box::new(amount), unit, rounding);
        }
        let nought = Expression::Constant(Value::Number(Number::ZERO));
        // Nothing is ever taken from a firm.
        let floor = match floor.map(|floor| whole_fen(floor, Rounding::Up)) {
            None => nought,
            Some(Expression::Constant(Value::Number(floor))) if floor < Number::ZERO => nought,
            Some(constant @ Expression::Constant(_)) => constant,
            Some(floor) => Expression::Greatest(vec![floor, nought]),
        };
        amount = Expression::Greatest(vec![amount, floor]);
        if let Some(cap) = cap {
            amount = Expression::Smallest(vec![amount, whole_fen(cap, Rounding::Down)]);
        }
        Some((cliff, amount))
    }

    /// The base under its limit and cap, and the condition a cliff sets.
    fn base(&mut self, text: &str, benefit: &Benefit, scope: &Scope<'_>) -> Option<(Option<Clause>, Named)> {
        let measured = compile_measured(text, scope, &Wanted::Number);
        let measured = measured.map_err(|found| self.report("benefit.base", found)).ok();
        let kind = measured.as_ref().map_or(Type::Money, |(_, dimension)| dimension.kind());
        let wanted = Wanted::Of(kind.clone());
        let limit = benefit.limit.as_deref().map(|text| self.compiled(text, "benefit.limit", scope, &wanted));
        let cap =
            benefit.base_cap.as_deref().map(|text| self.compiled(text, "benefit.base_cap", scope, &wanted));
        let (mut base, _) = measured?;
        let mut cliff = None;
        if let Some(limit) = limit {
            let limit = limit?;
            match benefit.kind {
                Some(LimitKind::Slice) => base = Expression::Smallest(vec![base, limit]),
                Some(LimitKind::Cliff) => {
                    let source = format!("{text} <= {}", benefit.limit.as_deref().unwrap_or_default());
                    let expression =
                        Expression::Compare(Comparison::AtMost, Box::new(base.clone()), Box::new(limit));
                    let cite = Arc::from(benefit.cite.as_str());
                    cliff = Some(Clause { expression, cite, source: Arc::from(source) });
                }
                None => {
                    let what = "the limit does not say what happens above it";
                    let hint = "add `kind = \"cliff\"` (nothing is due) or `kind = \"slice\"` (the part below counts)";
                    self.report("benefit.limit", vec![Fault::new(Span::default(), what, hint)]);
                    return None;
                }
            }
        }
        if let Some(cap) = cap {
            base = Expression::Smallest(vec![base, cap?]);
        }
        let label = Words { zh: "基数".to_owned(), en: "base".to_owned() };
        Some((cliff, Named::new(kind, label, base)))
    }

    /// The unit of rounding in yuan: whole fen.
    fn unit(&mut self, benefit: &Benefit) -> Option<Number> {
        let fen = Number::fraction(1, 100)?;
        let Some(text) = &benefit.unit else { return Some(fen) };
        let catalog = Catalog::default();
        let scope = Scope::new(&catalog, NaiveDate::default());
        let found = compile(text, &scope, &Wanted::Amount).and_then(|expression| constant(&expression, text));
        let unit = match found {
            Ok(Expression::Constant(Value::Number(unit))) => Some(unit),
            _ => None,
        };
        let whole = |unit: &Number| {
            *unit > Number::ZERO && unit.multiply(Number::whole(100)).is_some_and(Number::is_whole)
        };
        if unit.is_none_or(|unit| !whole(&unit)) {
            let what = format!("`{text}` is no unit of money");
            self.report(
                "benefit.unit",
                vec![Fault::new(Span::new(0, text.len()), what, "write `0.01`, `1` or `100`")],
            );
        }
        unit.filter(whole)
    }
}

/// A bound in whole fen, moved to the side on which it still holds; one that is whole stays as it is.
pub(super) fn whole_fen(bound: Expression, rounding: Rounding) -> Expression {
    let is_whole = match &bound {
        Expression::Constant(Value::Number(yuan)) => {
            yuan.multiply(Number::whole(100)).is_some_and(Number::is_whole)
        }
        _ => false,
    };
    match Number::fraction(1, 100) {
        Some(fen) if !is_whole => Expression::Rounded(Box::new(bound), fen, rounding),
        _ => bound,
    }
}
