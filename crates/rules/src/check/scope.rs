//! What a name may mean on one day: fields, parameters and terms of that day, amounts of other policies.

use super::Checker;
use crate::{
    catalog::{Catalog, ChildTable, Field, Type, Words},
    definition::Effective,
    expression::{Expression, Value},
    syntax::Names,
    vocabulary::Vocabulary,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A parameter or a term as it stands on the day.
#[derive(Clone, Debug)]
pub struct Named {
    /// What it holds.
    pub kind: Type,
    /// Names for people.
    pub label: Words,
    /// What stands in its place.
    pub expression: Expression,
    /// Size of the expression.
    pub node_count: usize,
}

/// What names mean.
pub struct Scope<'a> {
    /// Fields, child tables, vocabularies.
    pub catalog: &'a Catalog,
    /// The day for which is evaluated.
    pub as_of: NaiveDate,
    named: BTreeMap<String, Named>,
    amounts: BTreeMap<String, Named>,
    conditions: BTreeMap<String, Named>,
    /// What policies are called.
    titles: BTreeMap<String, Words>,
    /// Parameters with their values of all days, as far as they are known: see [`Scope::date`].
    dated: BTreeMap<String, Vec<(Effective, Value)>>,
}

impl Named {
    /// A parameter or term.
    pub fn new(kind: Type, label: Words, expression: Expression) -> Self {
        let node_count = size(&expression);
        Self { kind, label, expression, node_count }
    }
}

/// Parts of an expression, those asked for rows of child tables too.
pub(super) fn size(expression: &Expression) -> usize {
    let of_rows = match expression {
        Expression::Aggregate(aggregate) => aggregate.parts().map(size).sum(),
        _ => 0,
    };
    1 + of_rows + expression.parts().into_iter().map(size).sum::<usize>()
}

impl<'a> Scope<'a> {
    /// A day with nothing but fields.
    pub fn new(catalog: &'a Catalog, as_of: NaiveDate) -> Self {
        let (named, amounts, conditions, titles, dated) = Default::default();
        Self { catalog, as_of, named, amounts, conditions, titles, dated }
    }

    /// Adds a parameter or a term; one of the same name is replaced.
    pub fn name(&mut self, name: &str, named: Named) {
        self.named.insert(name.to_owned(), named);
    }

    /// Lets explanations call a policy by its title.
    pub fn put_title(&mut self, policy: &str, title: &Words) {
        self.titles.insert(policy.to_owned(), title.clone());
    }

    /// What a policy is called.
    pub fn title(&self, policy: &str) -> Option<&Words> {
        self.titles.get(policy)
    }

    /// Takes a name away again.
    pub fn forget(&mut self, name: &str) {
        self.named.remove(name);
    }

    /// Lets `value_on` refer to a parameter: its values, the one that counts first where two are in force.
    pub fn date(&mut self, name: &str, values: Vec<(Effective, Value)>) {
        self.dated.insert(name.to_owned(), values);
    }

    /// The values of a parameter over time.
    pub(super) fn dated(&self, name: &str) -> Option<&[(Effective, Value)]> {
        self.dated.get(name).map(Vec::as_slice)
    }

    /// Lets `entitled` refer to a policy.
    pub fn add_condition(&mut self, policy: &str, condition: Expression) {
        self.conditions.insert(policy.to_owned(), Named::new(Type::Bool, Words::default(), condition));
    }

    pub(super) fn condition_of(&self, policy: &str) -> Option<&Named> {
        self.conditions.get(policy)
    }

    /// Lets `amount_of` refer to a policy.
    pub fn add_amount(&mut self, policy: &str, amount: Expression) {
        self.amounts.insert(policy.to_owned(), Named::new(Type::Money, Words::default(), amount));
    }

    /// A parameter or term.
    pub fn named(&self, name: &str) -> Option<&Named> {
        self.named.get(name)
    }

    /// The vocabulary of a field, a term or a field of a row that holds codes.
    pub(crate) fn vocabulary_of(&self, name: &str) -> Option<&'a Vocabulary> {
        let of_field = || self.catalog.find(name).map(|index| &self.catalog.field(index).kind);
        let of_row = || self.field_of_row(name).map(|field| &field.kind);
        let kind = self.named.get(name).map(|named| &named.kind).or_else(of_field).or_else(of_row)?;
        self.catalog.vocabulary_of(kind)
    }

    /// A field of the rows of a child table.
    pub(crate) fn field_of_row(&self, name: &str) -> Option<&'a Field> {
        self.catalog.tables().iter().flat_map(|table| &table.fields).find(|field| field.name == name)
    }

    pub(super) fn amount_of(&self, policy: &str) -> Option<&Named> {
        self.amounts.get(policy)
    }

    pub(super) fn policies(&self) -> impl Iterator<Item = &str> {
        self.conditions.keys().map(String::as_str)
    }

    /// Every name that could have been meant.
    pub(super) fn all_names<'n>(&'n self, child: Option<&'n ChildTable>) -> Vec<&'n str> {
        let of_child = child.into_iter().flat_map(|table| &table.fields);
        let fields = of_child.chain(self.catalog.fields());
        let fields = fields.flat_map(|field| [field.name.as_str(), field.label.zh.as_str()]);
        let named = self.named.iter().flat_map(|(name, named)| [name.as_str(), named.label.zh.as_str()]);
        fields.chain(named).filter(|name| !name.is_empty()).collect()
    }
}

impl Names for Scope<'_> {
    fn identifier(&self, label: &str) -> Option<String> {
        if let Some((name, _)) = self.named.iter().find(|(_, named)| named.label.zh == label) {
            return Some(name.clone());
        }
        let catalog = self.catalog;
        let field = catalog.find(label).map(|index| &catalog.field(index).name);
        let table = || catalog.find_table(label).map(|index| &catalog.tables()[usize::from(index)].name);
        let child = || {
            let mut fields = catalog.tables().iter().flat_map(|table| &table.fields);
            fields.find(|field| field.label.zh == label).map(|field| &field.name)
        };
        field.or_else(table).or_else(child).cloned()
    }

    fn label(&self, identifier: &str) -> Option<String> {
        let catalog = self.catalog;
        let named = self.named.get(identifier).map(|named| &named.label.zh);
        let field = || catalog.find(identifier).map(|index| &catalog.field(index).label.zh);
        let table =
            || catalog.find_table(identifier).map(|index| &catalog.tables()[usize::from(index)].label.zh);
        let child = || {
            let mut fields = catalog.tables().iter().flat_map(|table| &table.fields);
            fields.find(|field| field.name == identifier).map(|field| &field.label.zh)
        };
        let label = named.or_else(field).or_else(table).or_else(child)?;
        (!label.is_empty()).then(|| label.clone())
    }

    fn code(&self, field: &str, written: &str) -> Option<String> {
        self.vocabulary_of(field)?.canonical(written)
    }

    fn code_label(&self, field: &str, code: &str) -> Option<String> {
        self.vocabulary_of(field)?.label_of(code)
    }
}

impl Checker<'_, '_> {
    /// Whether a word names a field, parameter or term.
    pub(super) fn is_name(&self, name: &str) -> bool {
        let of_child = self.child.is_some_and(|table| super::find_field(&table.fields, name).is_some());
        of_child || self.scope.named(name).is_some() || self.scope.catalog.find(name).is_some()
    }
}
