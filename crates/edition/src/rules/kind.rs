//! Types as they are written in files: `type = "money"`.

use crate::{document::Place, problem::Problems, spelling::did_you_mean};
use rules::catalog::{Catalog, Type};
use serde::Deserialize;

/// Most decimal places of a decimal.
const SCALE_MAX: u8 = 6;
/// Decimal places of a decimal that names none.
const SCALE: u8 = 2;

/// The word for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum KindWord {
    Bool,
    Integer,
    Decimal,
    Money,
    Ratio,
    Date,
    Code,
    Codes,
    Text,
}

/// A type with what goes with it.
#[derive(Clone, Copy)]
pub(super) struct Written<'r> {
    pub kind: KindWord,
    pub unit: Option<&'r str>,
    pub scale: Option<u8>,
    pub vocabulary: Option<&'r str>,
}

impl Written<'_> {
    /// The type that is meant; nothing where the vocabulary is not known. `prefix` leads to its fields.
    pub fn kind(self, catalog: &Catalog, at: (&Place, &str), problems: &mut Problems) -> Option<Type> {
        self.check(at, problems);
        Some(match self.kind {
            KindWord::Bool => Type::Bool,
            KindWord::Integer => Type::Number { scale: 0, unit: self.unit.unwrap_or_default().to_owned() },
            KindWord::Decimal => Type::Number {
                scale: self.scale.unwrap_or(SCALE).min(SCALE_MAX),
                unit: self.unit.unwrap_or_default().to_owned(),
            },
            KindWord::Money => Type::Money,
            KindWord::Ratio => Type::Ratio,
            KindWord::Date => Type::Date,
            KindWord::Text => Type::Text,
            KindWord::Code => Type::Code(self.vocabulary(catalog, at, problems)?),
            KindWord::Codes => Type::CodeSet(self.vocabulary(catalog, at, problems)?),
        })
    }

    fn vocabulary(
        self,
        catalog: &Catalog,
        (place, prefix): (&Place, &str),
        problems: &mut Problems,
    ) -> Option<u16> {
        let Some(name) = self.vocabulary else {
            let what = "a code without `vocabulary`";
            problems.at(place, &format!("{prefix}type"), what, "add `vocabulary = \"…\"`");
            return None;
        };
        let found = catalog.find_vocabulary(name);
        if found.is_none() {
            let known: Vec<&str> = catalog.vocabularies().iter().map(|known| known.name.as_str()).collect();
            let hint = did_you_mean(name, known, "declare it as a [[vocabulary]] in facts.toml");
            let what = format!("there is no vocabulary `{name}`");
            problems.at(place, &format!("{prefix}vocabulary"), what, hint);
        }
        found
    }

    /// Whether everything that is said belongs to a type of this kind.
    fn check(self, (place, prefix): (&Place, &str), problems: &mut Problems) {
        let is_number = matches!(self.kind, KindWord::Integer | KindWord::Decimal);
        let is_code = matches!(self.kind, KindWord::Code | KindWord::Codes);
        let mut refuse = |field: &str, what: &str, hint: &str| {
            problems.at(place, &format!("{prefix}{field}"), what, hint);
        };
        if self.unit.is_some() && !is_number {
            refuse(
                "unit",
                "only an integer or a decimal has a `unit`",
                "remove it; money is in yuan, a ratio is a share",
            );
        }
        let magnitudes = ["千元", "万元", "百万元", "亿元"];
        if is_number && self.unit.is_some_and(|unit| magnitudes.contains(&unit)) {
            refuse(
                "unit",
                "money is kept in yuan, so that no figure is off by 10,000",
                "write type = \"money\"",
            );
        }
        if self.scale.is_some() && self.kind != KindWord::Decimal {
            refuse("scale", "only a decimal has a `scale`", "remove it, or write type = \"decimal\"");
        }
        if self.scale.is_some_and(|scale| scale > SCALE_MAX) {
            refuse("scale", "the `scale` is above 6", "write at most 6 decimal places");
        }
        if self.vocabulary.is_some() && !is_code {
            refuse("vocabulary", "only codes have a `vocabulary`", "remove it, or write type = \"code\"");
        }
    }
}
