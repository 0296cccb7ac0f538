//! What conditions of mechanisms may name besides the fields of their forms: the parameters of the edition, and the loan
//! prime rates as `lpr_one_year` and `lpr_five_year`. After the last day that is published nobody says what they are.

use domain::arrears::{LprRow, LprTable};
use rules::{
    catalog::{Type, Words},
    definition::{Effective, NamedDefinition, ParameterValue},
};
use rust_decimal::Decimal;

/// All of them.
pub(crate) fn parameters(named: &[NamedDefinition], lpr: Option<&LprTable>) -> Vec<NamedDefinition> {
    let parameters = named.iter().filter(|one| one.is_parameter && one.by.is_none()).cloned();
    let rates = |table: &LprTable| {
        [rate(table, "lpr_one_year", |row| row.one_year), rate(table, "lpr_five_year", |row| row.five_year)]
    };
    parameters.chain(lpr.into_iter().flat_map(rates)).collect()
}

fn rate(table: &LprTable, name: &str, of: impl Fn(&LprRow) -> Decimal) -> NamedDefinition {
    let value = |(at, row): (usize, &LprRow)| {
        let next = table.rates.get(at + 1).and_then(|next| next.from.pred_opt());
        ParameterValue {
            effective: Effective { from: row.from, to: Some(next.unwrap_or(table.through)) },
            value: format!("{}%", of(row)),
            verified: table.verified,
            known_from: None,
            places: Vec::new(),
            cite: String::new(),
        }
    };
    NamedDefinition {
        name: name.to_owned(),
        label: Words::default(),
        kind: Type::Ratio,
        by: None,
        is_parameter: true,
        values: table.rates.iter().enumerate().map(value).collect(),
    }
}
