//! Definitions as an edition writes them: policies, scorecards, ladders, parameters and terms, with their
//! versions, and the rule book they make on one day.

mod book;
mod label;
mod rests;
mod score;
mod standing;
#[cfg(test)]
mod tests;
mod text;

pub use book::{Book, DefinitionFault, Definitions, Part, put_parameters};
pub use rests::{Rest, rests_on};
pub use standing::{Dated, Moment};

use crate::{catalog::Words, number::Rounding};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// From when to when something is in force, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    /// First day.
    pub from: NaiveDate,
    /// Last day; open without one.
    pub to: Option<NaiveDate>,
}

/// A condition with the clause it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What has to hold, in either spelling.
    pub when: String,
    /// Clause of the document: "art. 2", 第二条.
    #[serde(default)]
    pub cite: String,
    /// The condition in plain words, where the expression does not say enough.
    #[serde(default)]
    pub label: Words,
}

/// A condition that takes the entitlement away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unless {
    /// When it applies.
    pub when: String,
    /// Clause of the document.
    #[serde(default)]
    pub cite: String,
    /// In plain words.
    #[serde(default)]
    pub label: Words,
    /// Exceptions to the exception.
    #[serde(default)]
    pub unless: Vec<Self>,
}

/// What happens to a base that exceeds its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    /// One unit over, and nothing is due.
    Cliff,
    /// Only the part up to the limit counts.
    Slice,
}

/// How often an amount is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// Once.
    Once,
    /// Every month.
    Month,
    /// Every quarter.
    Quarter,
    /// Every year.
    Year,
}

/// How a city hands the money out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// 竞争分配: applicants compete; never automatic.
    Competitive,
    /// 资格定补: a fixed amount for a qualification.
    Qualification,
    /// 数据核校: an amount computed from data.
    DataCheck,
    /// Relief that a firm takes itself in its return.
    SelfDeclared,
}

/// What an amount is. Only money that a firm gets or keeps is ever summed for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AmountKind {
    /// Money handed to the firm.
    #[default]
    Payment,
    /// Tax, fee or levy that the firm need not pay.
    Relief,
    /// An amount taken off a taxable base: no money itself.
    Deduction,
    /// An amount that only counts in its favour, such as a discount in the scoring of a bid.
    Advantage,
    /// A volume of somebody's business: a reserve of purchases, a loan line, a quota.
    Volume,
}

impl AmountKind {
    /// All of them, as they are shown one after the other.
    pub const ALL: [Self; 5] = [Self::Payment, Self::Relief, Self::Deduction, Self::Advantage, Self::Volume];

    /// Whether it is money that the firm gets or keeps.
    pub fn is_money(self) -> bool {
        matches!(self, Self::Payment | Self::Relief)
    }
}

/// Whether a document sets an amount or only its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// So much is due.
    #[default]
    Exact,
    /// No more than so much: an office decides how much, or the budget does. Never paid automatically.
    UpTo,
}

/// A part in which an amount is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    /// Share of the amount, such as `30%`.
    pub share: String,
    /// When it is paid, in plain words.
    pub when: Words,
    /// Clause of the document.
    #[serde(default)]
    pub cite: String,
}

/// Who pays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payer {
    /// Budget line.
    #[serde(default)]
    pub line: String,
    /// Share of the city, such as `50%`.
    #[serde(default)]
    pub city_share: String,
    /// Share of the county.
    #[serde(default)]
    pub county_share: String,
}

/// What is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benefit {
    /// The amount in yuan; it may name `base`.
    pub amount: String,
    /// What it is.
    #[serde(default)]
    pub measure: AmountKind,
    /// What the amount is taken of.
    pub base: Option<String>,
    /// Limit of the base.
    pub limit: Option<String>,
    /// What happens above the limit; needed where there is one.
    pub kind: Option<LimitKind>,
    /// Most of the base that counts: a cap on the base, not on the result.
    pub base_cap: Option<String>,
    /// Least result; rounded up to a fen where it falls between two.
    pub floor: Option<String>,
    /// Greatest result; rounded down to a fen where it falls between two.
    pub cap: Option<String>,
    /// How the amount is rounded, before floor and cap; needed unless it is always a whole number of units.
    pub rounding: Option<Rounding>,
    /// Unit of rounding in yuan; 0.01 (a fen) without one.
    pub unit: Option<String>,
    /// How often.
    pub due: Option<Frequency>,
    /// Whether the document sets the amount or only its limit.
    #[serde(default)]
    pub binding: Binding,
    /// In which parts it is paid; at once without any. Their shares are the whole together.
    #[serde(default, rename = "part")]
    pub parts: Vec<Instalment>,
    /// How it is handed out.
    pub mode: Option<Mode>,
    /// Who pays.
    #[serde(default)]
    pub payer: Payer,
    /// Clause of the document.
    #[serde(default)]
    pub cite: String,
}

/// A policy as it stands for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyVersion {
    /// When it is in force.
    pub effective: Effective,
    /// From when on anybody could know of it; the first day in force without one.
    pub known_from: Option<NaiveDate>,
    /// The document it rests on: title or number.
    #[serde(default)]
    pub document: String,
    /// Whether somebody compared it with the document.
    #[serde(default)]
    pub verified: bool,
    /// When that was.
    pub checked_on: Option<NaiveDate>,
    /// What a reader should know about how sure it is.
    #[serde(default)]
    pub note: Words,
    /// All of these have to hold.
    #[serde(default)]
    pub require: Vec<Condition>,
    /// None of these may apply.
    #[serde(default)]
    pub unless: Vec<Unless>,
    /// What is due; nothing for a qualification or a right.
    pub benefit: Option<Benefit>,
}

/// A policy with all its versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PolicyDefinition {
    /// Identifier: the name of its folder.
    pub id: String,
    /// Name.
    pub title: Words,
    /// What it gives to whom, in a sentence or two.
    pub summary: Words,
    /// Field: the name of the folder above, such as `tax`.
    pub field: String,
    /// The edition that defines it: its level.
    pub edition: String,
    /// Who answers for it.
    pub authority: Words,
    /// Versions, in no particular order.
    pub versions: Vec<PolicyVersion>,
}

/// A dated value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterValue {
    /// When it is in force.
    pub effective: Effective,
    /// From when on anybody could know of it.
    pub known_from: Option<NaiveDate>,
    /// The value, as in an expression; for a term, the expression.
    pub value: String,
    /// Codes of `by` for which it holds; everywhere without any.
    #[serde(default, rename = "for")]
    pub places: Vec<String>,
    /// The document and clause.
    #[serde(default)]
    pub cite: String,
    /// Whether somebody compared it with the document.
    #[serde(default)]
    pub verified: bool,
}

/// A parameter (its values are constants) or a term (a named expression).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedDefinition {
    /// Identifier.
    pub name: String,
    /// Names for people.
    pub label: Words,
    /// Type, as in `facts.toml`; resolved by whoever loads it.
    #[serde(skip)]
    pub kind: crate::catalog::Type,
    /// For a table of values: the field whose code chooses the value.
    pub by: Option<String>,
    /// Whether its values have to be constants.
    pub is_parameter: bool,
    /// Values.
    pub values: Vec<ParameterValue>,
}

/// One row of a scorecard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreItem {
    /// Identifier.
    pub id: String,
    /// The section it belongs to.
    #[serde(default)]
    pub section: String,
    /// What is scored.
    pub label: Words,
    /// Points, as an expression.
    pub points: String,
    /// Most points; the result is cut off there.
    pub most: u16,
    /// Clause of the document.
    #[serde(default)]
    pub cite: String,
}

/// A scorecard as it stands for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScorecardVersion {
    /// When it is in force.
    pub effective: Effective,
    /// From when on anybody could know of it.
    pub known_from: Option<NaiveDate>,
    /// The document.
    #[serde(default)]
    pub document: String,
    /// Whether somebody compared it with the document.
    #[serde(default)]
    pub verified: bool,
    /// Rows.
    #[serde(default, rename = "item")]
    pub items: Vec<ScoreItem>,
}

/// A scorecard: weighted rules. Its scores are terms: `<id>` in all, `<id>.<section>`, `<id>.<item>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scorecard {
    /// Identifier.
    pub id: String,
    /// Name.
    pub title: Words,
    /// Versions, in no particular order.
    pub versions: Vec<ScorecardVersion>,
}

/// How the amounts of some policies go together for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupVersion {
    /// When it is in force.
    pub effective: Effective,
    /// From when on anybody could know of it.
    pub known_from: Option<NaiveDate>,
    /// A joint ceiling; without one only the greatest is due.
    pub ceiling: Option<String>,
    /// Members in order of application.
    pub members: Vec<String>,
    /// The document and clause.
    #[serde(default)]
    pub cite: String,
}

/// Policies whose amounts go together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDefinition {
    /// Identifier.
    pub id: String,
    /// Names for people.
    #[serde(default)]
    pub label: Words,
    /// Versions, in no particular order.
    #[serde(default, rename = "version")]
    pub versions: Vec<GroupVersion>,
}

/// A grade of a ladder. The id of its policy is `<ladder>-<grade>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ladder {
    /// Identifier.
    pub id: String,
    /// Name.
    pub title: Words,
    /// Identifiers of the policies that are its grades, lowest first.
    pub grades: Vec<String>,
}
