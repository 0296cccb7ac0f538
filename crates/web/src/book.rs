//! The rule book of a day: compiled once, kept until the day changes.

use crate::{City, wording};
use chrono::NaiveDate;
use domain::Language;
use edition::Edition;
use rules::{
    calendar::NoCalendar,
    catalog::{Catalog, FieldIndex, Type},
    definition::{
        Book, Definitions, GroupDefinition, GroupVersion, Moment, NamedDefinition, PolicyDefinition,
        PolicyVersion, rests_on,
    },
    explain::{Prior, Readable},
    expression::{Expression, Value},
    lint::Finding,
    policy::Exception,
    reference::Firm,
    syntax::{Names, Spelling, parse, print},
    table::Table,
    vocabulary::{CodeBits, CodeIndex, Vocabulary},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// Everything that is evaluated on one day, with the names of it.
pub struct DayBook {
    /// The day, which is also the day of what is known.
    pub moment: Moment,
    /// What rules may ask for.
    pub catalog: Arc<Catalog>,
    /// What the edition has written down.
    pub definitions: Arc<Definitions>,
    /// The compiled policies and groups.
    pub book: Book,
    /// The policies made readable, in the order of the book.
    pub readables: Vec<Readable>,
    /// How much is at stake with each policy, in the order of the book: one, and more for more money.
    pub stakes: Vec<u32>,
    /// What lints find in the definitions.
    pub findings: Vec<Finding>,
    /// Chinese names of everything a rule may name.
    pub labels: Labels,
    /// For each field that holds a code: for each code, whether rules tell apart what is below it.
    pub splits: BTreeMap<FieldIndex, Vec<bool>>,
}

/// The book of the day that was asked for last.
#[derive(Clone, Default)]
pub struct Books(Arc<Mutex<Option<Arc<DayBook>>>>);

impl City {
    /// The book of a day.
    pub(crate) fn book(&self, day: NaiveDate) -> Arc<DayBook> {
        let moment = Moment { as_of: day, known_at: day };
        let mut kept = self.books.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(book) = kept.as_ref().filter(|book| book.moment == moment) {
            return Arc::clone(book);
        }
        let book = Arc::new(DayBook::new(&self.edition, moment));
        *kept = Some(Arc::clone(&book));
        book
    }
}

impl DayBook {
    fn new(edition: &Edition, moment: Moment) -> Self {
        let (catalog, definitions) = (Arc::clone(&edition.catalog), Arc::clone(&edition.definitions));
        // What has a fault is left out here; `check` tells it, and `serve` refuses such an edition.
        let (book, _) = definitions.book(&catalog, moment);
        let mut sets = BTreeMap::new();
        for policy in &book.rules.policies {
            let required = policy.require.iter().map(|clause| &clause.expression);
            required.chain(&policy.amount).for_each(|expression| collect_sets(expression, &mut sets));
            collect_exception_sets(&policy.unless, &mut sets);
        }
        let splits = sets.into_iter().filter_map(|(field, sets)| match catalog.field(field).kind {
            Type::Code(vocabulary) => Some((field, told_apart(catalog.vocabulary(vocabulary), &sets))),
            _ => None,
        });
        let splits = splits.collect();
        let w = wording::texts(Language::Zh);
        let labels = Labels::new(&catalog, &definitions, w.of("amount_base"));
        let scope = definitions.scope(&catalog, moment);
        let versions = book.origins.iter().map(|(at, version)| &definitions.policies[*at].versions[*version]);
        let readables = Readable::book(book.rules.policies.iter().zip(versions.map(Some)), &scope);
        let stakes = stakes(&catalog, &definitions, &book);
        let findings = edition.lint(moment.as_of);
        Self { moment, catalog, definitions, book, readables, stakes, findings, labels, splits }
    }
}

impl DayBook {
    /// A rule exactly as it is written, in one of the spellings.
    pub fn spelled(&self, text: &str, spelling: Spelling) -> String {
        print(&parse(text, &self.labels).0, spelling, &self.labels)
    }

    /// The groups that a policy is a member of on the day.
    pub fn groups_of<'b>(
        &'b self,
        id: &'b str,
    ) -> impl Iterator<Item = (&'b GroupDefinition, &'b GroupVersion)> {
        let groups = self.definitions.groups.iter();
        let standing = groups.filter_map(|group| Some((group, group.version_at(self.moment)?.1)));
        standing.filter(move |(_, version)| version.members.iter().any(|member| member == id))
    }

    /// The parameters and terms without a value on the day that an expression rests on, directly or through others.
    pub fn unsaid<'t>(&'t self, texts: impl IntoIterator<Item = &'t str>) -> Vec<&'t NamedDefinition> {
        let find = |name: &str| self.definitions.named.iter().find(|named| named.name == name);
        let mut found: Vec<&NamedDefinition> = Vec::new();
        for rest in texts.into_iter().flat_map(|text| rests_on(text, &self.labels, &find, self.moment)) {
            let is_new = !found.iter().any(|named| std::ptr::eq(*named, rest.named));
            if is_new && rest.named.values_at(self.moment).next().is_none() {
                found.push(rest.named);
            }
        }
        found
    }

    /// What the edition wrote about a policy of the book.
    pub fn written(&self, policy: usize) -> (&PolicyDefinition, &PolicyVersion) {
        let (at, version) = self.book.origins[policy];
        let definition = &self.definitions.policies[at];
        (definition, &definition.versions[version])
    }
}

/// What a policy would give to a firm that is like others, on a scale on which tenfold money counts three more.
fn stakes(catalog: &Catalog, definitions: &Definitions, book: &Book) -> Vec<u32> {
    let prior = Prior::uniform(catalog, &book.rules);
    let typical = |field: usize| prior.typical(field as FieldIndex).cloned();
    let row = (0..catalog.fields().len()).map(typical).collect();
    let table = Table::from_rows(catalog, &[row]);
    let firm = Firm::new(catalog, &table, 0, &NoCalendar);
    let yuan = book.rules.policies.iter().zip(&book.origins).map(|(policy, (at, version))| {
        let benefit = definitions.policies[*at].versions[*version].benefit.as_ref()?;
        policy.amount.as_ref().filter(|_| benefit.measure.is_money()).and_then(|amount| firm.number(amount))
    });
    yuan.map(|yuan| {
        1 + yuan.map_or(0, |yuan| {
            u128::try_from(yuan.floor() / 1_000).map_or(0, |all| all.checked_ilog2().unwrap_or(0))
        })
    })
    .collect()
}

/// The sets of codes that expressions compare each field with.
type Sets = BTreeMap<FieldIndex, Vec<CodeBits>>;

fn collect_exception_sets(exceptions: &[Exception], sets: &mut Sets) {
    for exception in exceptions {
        collect_sets(&exception.clause.expression, sets);
        collect_exception_sets(&exception.unless, sets);
    }
}

fn collect_sets(expression: &Expression, sets: &mut Sets) {
    let mut add = |subject: &Expression, bits: CodeBits| {
        if let Expression::Fact(field) = subject {
            let known = sets.entry(*field).or_default();
            if !known.contains(&bits) {
                known.push(bits);
            }
        }
    };
    match expression {
        Expression::CodeIn(subject, bits) => add(subject, bits.clone()),
        Expression::Compare(_, left, right) => match (&**left, &**right) {
            (subject, Expression::Constant(Value::Code(code)))
            | (Expression::Constant(Value::Code(code)), subject) => add(subject, only(*code)),
            _ => {}
        },
        Expression::Lookup(subject, rows) => rows.iter().for_each(|(bits, _)| add(subject, bits.clone())),
        Expression::Aggregate(aggregate) => {
            aggregate.parts().for_each(|part| collect_sets(part, sets));
        }
        _ => {}
    }
    expression.parts().into_iter().for_each(|part| collect_sets(part, sets));
}

/// The set of one code.
fn only(code: CodeIndex) -> CodeBits {
    let mut bits = CodeBits::none(usize::from(code) + 1);
    bits.insert(code);
    bits
}

/// For each code, whether it and all that is below it lie in the same sets, or are told apart.
fn told_apart(vocabulary: &Vocabulary, sets: &[CodeBits]) -> Vec<bool> {
    let codes = vocabulary.codes();
    let signature =
        |code: usize| -> Vec<bool> { sets.iter().map(|set| set.contains(code as CodeIndex)).collect() };
    let signatures: Vec<Vec<bool>> = (0..codes.len()).map(signature).collect();
    let mut splits = vec![false; codes.len()];
    // Children stand behind their parents: from the end, each code is done before what is above it.
    for code in (0..codes.len()).rev() {
        if let Some(parent) = codes[code].parent.map(usize::from) {
            splits[parent] |= splits[code] || signatures[parent] != signatures[code];
        }
    }
    splits
}

/// Labels of everything an expression may name; they are the same on every day.
pub struct Labels {
    catalog: Arc<Catalog>,
    /// What terms and parameters hold.
    kinds: HashMap<String, Type>,
    by_name: HashMap<String, String>,
    by_label: HashMap<String, String>,
}

impl Labels {
    /// The labels of fields, child tables, parameters, terms and scores.
    pub fn new(catalog: &Arc<Catalog>, definitions: &Definitions, base: &str) -> Self {
        let kinds = definitions.named.iter().map(|named| (named.name.clone(), named.kind.clone())).collect();
        let (by_name, by_label) = (HashMap::new(), HashMap::new());
        let mut labels = Self { catalog: Arc::clone(catalog), kinds, by_name, by_label };
        definitions.named.iter().for_each(|named| labels.add(&named.name, &named.label.zh));
        definitions.scorecards.iter().for_each(|card| labels.add(&card.id, &card.title.zh));
        catalog.fields().iter().for_each(|field| labels.add(&field.name, &field.label.zh));
        for table in catalog.tables() {
            labels.add(&table.name, &table.label.zh);
            table.fields.iter().for_each(|field| labels.add(&field.name, &field.label.zh));
        }
        labels.add("base", base);
        labels
    }

    /// The vocabulary of a field, term or parameter that holds codes.
    fn vocabulary_of(&self, name: &str) -> Option<&Vocabulary> {
        let of_field = || self.catalog.find(name).map(|index| &self.catalog.field(index).kind);
        self.catalog.vocabulary_of(self.kinds.get(name).or_else(of_field)?)
    }

    fn add(&mut self, name: &str, label: &str) {
        if !label.is_empty() {
            self.by_name.entry(name.to_owned()).or_insert_with(|| label.to_owned());
            self.by_label.entry(label.to_owned()).or_insert_with(|| name.to_owned());
        }
    }
}

impl Names for Labels {
    fn identifier(&self, label: &str) -> Option<String> {
        self.by_label.get(label).cloned()
    }

    fn label(&self, identifier: &str) -> Option<String> {
        self.by_name.get(identifier).cloned()
    }

    fn code(&self, field: &str, written: &str) -> Option<String> {
        self.vocabulary_of(field)?.canonical(written)
    }

    fn code_label(&self, field: &str, code: &str) -> Option<String> {
        self.vocabulary_of(field)?.label_of(code)
    }
}
