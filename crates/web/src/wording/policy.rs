//! How policies, their amounts and their validity are written.

use crate::{book::DayBook, frame::Page};
use chrono::NaiveDate;
use domain::Language;
use rules::{
    catalog::{Type, Words},
    definition::{Effective, PolicyVersion},
    number::Number,
    span::Span,
    syntax::{Function, Kind, Mark, Numeral, Spelling, Tree, parse, print},
};

/// How far up a policy was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The state.
    Nation,
    /// A province.
    Province,
    /// A city.
    City,
    /// A county.
    County,
}

impl Level {
    /// All of them, highest first.
    pub const ALL: [Self; 4] = [Self::Nation, Self::Province, Self::City, Self::County];

    /// The level of a layer of an edition, whose layers stand root first.
    pub fn of(layers: &[String], layer: &str) -> Self {
        match layers.iter().position(|one| one == layer) {
            Some(0) => Self::Nation,
            Some(1) => Self::Province,
            Some(3..) => Self::County,
            Some(2) | None => Self::City,
        }
    }

    /// How it stands in an address.
    pub fn id(self) -> &'static str {
        match self {
            Self::Nation => "nation",
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
        }
    }
}

impl Page {
    /// The wording in the reader's language; the other one where it is missing.
    pub fn words<'w>(&self, words: &'w Words) -> &'w str {
        let (own, other) = match self.language {
            Language::Zh => (&words.zh, &words.en),
            Language::En => (&words.en, &words.zh),
        };
        if own.is_empty() { other } else { own }
    }

    /// Name of a level.
    pub fn level(&self, level: &Level) -> &'static str {
        match level {
            Level::Nation => self.w.of("level_nation"),
            Level::Province => self.w.of("level_province"),
            Level::City => self.w.of("level_city"),
            Level::County => self.w.of("level_county"),
        }
    }

    /// Name of a field of policy, which is a folder of the edition.
    pub fn topic<'f>(&self, field: &'f str) -> &'f str {
        match field {
            "tax" => self.w.of("topic_tax"),
            "employment" => self.w.of("topic_employment"),
            "social-insurance" => self.w.of("topic_social_insurance"),
            "finance" => self.w.of("topic_finance"),
            "innovation" => self.w.of("topic_innovation"),
            "technology" | "science" => self.w.of("topic_technology"),
            "industry" => self.w.of("topic_industry"),
            "procurement" => self.w.of("topic_procurement"),
            "growth" => self.w.of("topic_growth"),
            "talent" => self.w.of("topic_talent"),
            "energy" => self.w.of("topic_energy"),
            "size" => self.w.of("topic_size"),
            "service" => self.w.of("topic_service"),
            "awards" => self.w.of("topic_awards"),
            "business-forms" => self.w.of("topic_business_forms"),
            "trade" => self.w.of("topic_trade"),
            "land" => self.w.of("topic_land"),
            "fees" => self.w.of("topic_fees"),
            "credit" => self.w.of("topic_credit"),
            "ladder" | "ladders" => self.w.of("topic_ladder"),
            other => other,
        }
    }

    /// From when to when something is in force.
    pub fn validity(&self, effective: &Effective) -> String {
        let from = self.date(&effective.from);
        match effective.to {
            Some(to) => self.w.two("valid_between", from, self.date(&to)),
            None => self.w.one("valid_from", from),
        }
    }

    /// An amount of money, exact to the fen, in the unit a reader expects.
    pub fn money(&self, fen: &i64) -> String {
        self.yuan(Number::scaled(i128::from(*fen), 2).unwrap_or(Number::ZERO))
    }

    /// An amount of yuan.
    pub fn yuan(&self, yuan: Number) -> String {
        match self.language {
            Language::Zh => {
                let size = yuan.absolute().unwrap_or(yuan);
                for (unit, key) in [(100_000_000, self.w.of("yuan_yi")), (10_000, self.w.of("yuan_wan"))] {
                    let part = yuan.divide(Number::whole(unit)).filter(|_| size >= Number::whole(unit));
                    let short = part
                        .and_then(|part| part.multiply(Number::whole(10_000)))
                        .is_some_and(Number::is_whole);
                    if let Some(part) = part.filter(|_| short) {
                        return key.replace("{0}", &grouped(part));
                    }
                }
                self.w.one("yuan", grouped(yuan))
            }
            Language::En => self.w.one("yuan", grouped(yuan)),
        }
    }

    /// A rule as a reader of the language reads it: names and codes by their labels.
    pub fn rule(&self, text: &str, book: &DayBook) -> String {
        self.printed(parse(text, &book.labels).0, book)
    }

    pub(super) fn printed(&self, mut tree: Tree, book: &DayBook) -> String {
        let alone = matches!(&tree.kind, Kind::Numeral(_));
        if let Kind::Numeral(numeral) = &tree.kind
            && let Some(value) =
                numeral.value().filter(|_| (alone || numeral.yuan) && !numeral.mark.is_share())
        {
            return self.yuan(value);
        }
        self.put_labels(&mut tree, book);
        let spelling = match self.language {
            Language::Zh => Spelling::Chinese,
            Language::En => Spelling::English,
        };
        let signs = [(" * ", " × "), (" / ", " ÷ "), (" >= ", " ≥ "), (" <= ", " ≤ ")];
        let printed = print(&tree, spelling, &book.labels);
        signs.into_iter().fold(printed, |text, (plain, sign)| text.replace(plain, sign))
    }

    /// The name of a parameter that has one value for all, with its value of the day beside it.
    fn parameter(&self, name: &str, book: &DayBook) -> Option<String> {
        let parameter = book.definitions.named.iter().find(|named| named.name == *name)?;
        if !parameter.is_parameter || parameter.by.is_some() {
            return None;
        }
        let (_, value) = parameter.values_at(book.moment).next()?;
        let mut tree = parse(&value.value, &book.labels).0;
        if let Kind::Numeral(numeral) = &mut tree.kind {
            numeral.yuan = parameter.kind == Type::Money;
        }
        let label = self.words(&parameter.label);
        let label = if label.is_empty() { name } else { label };
        Some(self.w.two("parameter_value", label, self.printed(tree, book)))
    }

    /// Names of parameters with their values, codes by their labels; in English also names by their labels and
    /// numbers in digits.
    fn put_labels(&self, tree: &mut Tree, book: &DayBook) {
        let english = self.language == Language::En;
        match &mut tree.kind {
            Kind::In { subject, codes, .. } => {
                let vocabulary = match &subject.kind {
                    Kind::Name { name, .. } => book.vocabulary_of(name),
                    _ => None,
                };
                for word in codes.iter_mut() {
                    if let Some(code) = vocabulary.and_then(|found| Some(found.code(found.find(&word.code)?)))
                    {
                        word.code = format!("{} {}", code.code, self.words(&code.label));
                    }
                }
                self.put_labels(subject, book);
            }
            Kind::Name { name, prior: 0 } if let Some(shown) = self.parameter(name, book) => *name = shown,
            Kind::Name { name, .. } if english => {
                if let Some(label) = book.english(name) {
                    label.clone_into(name);
                }
            }
            Kind::Numeral(numeral) if english => {
                if let Some(value) = numeral.value().filter(|_| !numeral.mark.is_share()) {
                    *numeral = Numeral {
                        digits: grouped(value),
                        mark: Mark::Plain,
                        yuan: false,
                        unit: numeral.unit,
                    };
                }
            }
            // The value of another day is asked for: that of today would mislead.
            Kind::Call(Function::ValueOn, arguments) => {
                for (at, argument) in arguments.iter_mut().enumerate() {
                    match &mut argument.kind {
                        Kind::Name { name, .. } if at == 0 => {
                            if let Some(label) = book.english(name).filter(|_| english) {
                                label.clone_into(name);
                            }
                        }
                        _ => self.put_labels(argument, book),
                    }
                }
            }
            _ => tree.parts_mut().into_iter().for_each(|part| self.put_labels(part, book)),
        }
    }

    /// The version of a policy that a reader wants to see, by name.
    pub fn verified(&self, version: &PolicyVersion) -> &'static str {
        if version.verified { self.w.of("verified") } else { self.w.of("unverified") }
    }

    /// A day relative to a validity: in force, to come, or over.
    pub fn standing(&self, effective: &Effective, day: NaiveDate) -> &'static str {
        if effective.holds(day) {
            self.w.of("in_force")
        } else if day < effective.from {
            self.w.of("to_come")
        } else {
            self.w.of("over")
        }
    }
}

impl DayBook {
    /// The vocabulary of a field or a term.
    fn vocabulary_of(&self, name: &str) -> Option<&rules::vocabulary::Vocabulary> {
        let named =
            || self.definitions.named.iter().find(|named| named.name == name).map(|named| &named.kind);
        let field = self.catalog.find(name).map(|field| &self.catalog.field(field).kind);
        match field.or_else(named)? {
            Type::Code(vocabulary) | Type::CodeSet(vocabulary) => Some(self.catalog.vocabulary(*vocabulary)),
            _ => None,
        }
    }

    /// The English label of a field, a table or a term.
    fn english(&self, name: &str) -> Option<&str> {
        let catalog = &self.catalog;
        let field = catalog.find(name).map(|field| &catalog.field(field).label);
        let named =
            || self.definitions.named.iter().find(|named| named.name == name).map(|named| &named.label);
        let table = || catalog.find_table(name).map(|table| &catalog.tables()[usize::from(table)].label);
        let label = field.or_else(named).or_else(table)?;
        (!label.en.is_empty()).then_some(label.en.as_str())
    }
}

/// Whether a formula takes more than arithmetic, so that a phrase cannot hold it.
pub(super) fn is_involved(tree: &Tree) -> bool {
    matches!(tree.kind, Kind::Call(..) | Kind::Case { .. } | Kind::Aggregate { .. })
        || tree.parts().into_iter().any(is_involved)
}

/// Puts what `base` stands for in its place.
pub(super) fn put_base(tree: &mut Tree, base: &Tree) {
    if matches!(&tree.kind, Kind::Name { name, prior: 0 } if name == "base") {
        *tree = Tree::new(base.kind.clone(), Span::default());
        return;
    }
    for part in tree.parts_mut() {
        put_base(part, base);
    }
}

/// Digits in groups of three; money with a fraction shows both digits.
fn grouped(number: Number) -> String {
    let text = number.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut digits = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && whole.chars().all(|c| c.is_ascii_digit()) {
            digits.push(',');
        }
        digits.push(digit);
    }
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{digits}{point}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        let shown = |n, d| grouped(Number::fraction(n, d).unwrap());
        assert_eq!(
            [shown(1_234_567, 1), shown(-1_234, 1), shown(999, 1), shown(1, 3)],
            ["1,234,567", "-1,234", "999", "1/3"]
        );
        assert_eq!(shown(123_456_789, 100), "1,234,567.89");
    }

    #[test]
    fn the_level_of_a_layer_follows_its_place() {
        let layers = ["national", "zhejiang", "wenzhou"].map(str::to_owned);
        assert_eq!(Level::of(&layers, "national"), Level::Nation);
        assert_eq!(Level::of(&layers, "zhejiang"), Level::Province);
        assert_eq!(Level::of(&layers, "wenzhou"), Level::City);
    }
}
