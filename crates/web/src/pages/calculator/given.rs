//! What was answered so far: shown to the visitor, and carried on in the form.

use super::{
    answers::{Answers, Ask},
    is_same,
    question::Asker,
};
use rules::{
    catalog::{Catalog, Type},
    explain::Measure,
};

/// An answer as the visitor sees it.
pub struct Shown {
    /// How it stands in the form.
    pub name: String,
    /// What was asked.
    pub label: String,
    /// What was answered.
    pub value: String,
    /// Whether the visitor did not know.
    pub skipped: bool,
}

/// A hidden field that carries an answer.
pub struct Hidden {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

impl Hidden {
    fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// Every answer and everything skipped, but for the question that is asked right now.
pub fn shown(asker: &Asker<'_>, asked: Option<Ask>) -> Vec<Shown> {
    let t = &asker.t;
    let (answers, catalog) = (asker.answers, &asker.book.catalog);
    let facts = answers.facts.keys().map(|field| Ask::Fact(*field));
    let tables = answers.tables.keys().map(|table| Ask::Table(*table));
    let given = facts.chain(tables).map(|ask| (ask, false));
    let skipped = answers.skipped.iter().filter(|ask| !answers.is_answered(**ask)).map(|ask| (*ask, true));
    let all = given.chain(skipped).filter(|(ask, _)| !is_same(asked, *ask));
    all.map(|(ask, skipped)| Shown {
        name: ask.name(catalog),
        label: label(asker, ask),
        value: if skipped { t.of("unknown").to_owned() } else { value(asker, ask) },
        skipped,
    })
    .collect()
}

fn label(asker: &Asker<'_>, ask: Ask) -> String {
    let catalog = &asker.book.catalog;
    match ask {
        Ask::Fact(field) => asker.label(catalog.field(field)),
        Ask::Table(table) => {
            let table = &catalog.tables()[usize::from(table)];
            let label = asker.page.words(&table.label);
            if label.is_empty() { table.name.clone() } else { label.to_owned() }
        }
    }
}

fn value(asker: &Asker<'_>, ask: Ask) -> String {
    let t = &asker.t;
    let catalog = &asker.book.catalog;
    match ask {
        Ask::Fact(field) => {
            let kind = &catalog.field(field).kind;
            let given = asker.answers.facts.get(&field);
            let value = given.and_then(|given| given.value.as_ref().ok());
            match (value, kind) {
                (Some(rules::expression::Value::Number(yuan)), Type::Money) => asker.page.yuan(*yuan),
                (Some(value), _) => {
                    asker.page.words(&Measure::of_type(kind).write(value, catalog)).to_owned()
                }
                (None, _) => given.and_then(|given| given.texts.last()).cloned().unwrap_or_default(),
            }
        }
        Ask::Table(table) => {
            let lines = asker.answers.tables.get(&table).map_or(&[][..], Vec::as_slice);
            let rows: u32 = lines.iter().filter_map(|line| line.rows().ok()).sum();
            if rows == 0 { t.of("no_rows").to_owned() } else { t.one("row_count", rows) }
        }
    }
}

/// The fields that carry every answer but the one that is asked for right now.
pub fn hidden(asker: &Asker<'_>, asked: Option<Ask>) -> Vec<Hidden> {
    let (answers, catalog) = (asker.answers, &asker.book.catalog);
    let mut fields = Vec::new();
    for (field, given) in &answers.facts {
        // The buttons of a yes-no question carry no answer unless one of them is pressed.
        let is_buttons = catalog.field(*field).kind == Type::Bool;
        if !is_same(asked, Ask::Fact(*field)) || is_buttons {
            let name = format!("f.{}", catalog.field(*field).name);
            fields.extend(given.texts.iter().map(|text| Hidden::new(name.as_str(), text.as_str())));
        }
    }
    for table in answers.tables.keys().filter(|table| !is_same(asked, Ask::Table(**table))) {
        put_rows(answers, *table, catalog, &mut fields);
    }
    let skipped = answers.skipped.iter().filter(|ask| !is_same(asked, **ask));
    fields.extend(skipped.map(|ask| Hidden::new("skip", ask.name(catalog))));
    fields
}

fn put_rows(answers: &Answers, table: u16, catalog: &Catalog, fields: &mut Vec<Hidden>) {
    let (child, lines) = (&catalog.tables()[usize::from(table)], &answers.tables[&table]);
    fields.push(Hidden::new(format!("t.{}", child.name), "none"));
    for (at, line) in lines.iter().enumerate() {
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                fields.push(Hidden::new(format!("t.{}.{at}.{name}", child.name), value));
            }
        };
        put("#", &line.count);
        child.fields.iter().zip(&line.cells).for_each(|(field, cell)| put(&field.name, cell));
    }
}
