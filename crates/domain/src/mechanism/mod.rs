//! Mechanisms: procedures as data. A case is one run of one version of a mechanism, and stays on it.
//!
//! What can be said of a definition without running it is found by [`Mechanism::faults`].

mod act;
pub mod course;
mod fault;
mod flow;
mod form;
mod guard;
mod refusal;
mod sight;
#[cfg(test)]
mod tests;
mod value;

pub use act::{Act, FIRST_FILING, TakenAlong};
pub use fault::{MechanismFault, MechanismFaultKind};
pub use form::{FieldMark, Form, FormField, FormFieldKind};
pub use guard::{GuardFault, MechanismVersion};
pub use refusal::{Refusal, RefusalReason};
pub use sight::{
    Extent, Reader, SeesWhen, Sight, Standing, accused, actors_of, hides_the_firm, is_shown_to_all, sight,
};
pub use value::FieldValue;

use crate::{
    Bilingual,
    access::Role,
    clock::{ClockTerms, Party, Period, Warning},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One version of a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mechanism {
    /// Identifier: the name of its folder.
    pub id: String,
    /// The version; cases that run keep theirs.
    pub version: u16,
    /// The first day on which cases begin on this version.
    pub effective: NaiveDate,
    /// The mark of its text since it is in force. Whoever changes the text is told to write a new version instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// What it is called.
    pub title: Bilingual,
    /// What it is for, in a sentence or two of ours.
    pub summary: Bilingual,
    /// Where the sources ask for it.
    pub cite: Vec<String>,
    /// Who may know who filed a case.
    pub anonymity: Anonymity,
    /// What of a case is public.
    pub publication: Publication,
    /// How long a case is kept after it ended.
    pub retention: Period,
    /// What of this is our own reading and stands in no document, such as how long cases are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived: Option<Bilingual>,
    /// The stage in which a case begins.
    pub begins: String,
    /// Who acts.
    #[serde(rename = "actor")]
    pub actors: Vec<Actor>,
    /// Where a case can stand.
    #[serde(rename = "stage")]
    pub stages: Vec<CaseStage>,
    /// How it goes on.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What is filled in.
    #[serde(default, rename = "form")]
    pub forms: Vec<Form>,
    /// Its clocks.
    #[serde(default, rename = "clock")]
    pub clocks: Vec<MechanismClock>,
    /// What happens when a clock runs late, rung by rung; each fires once.
    #[serde(default, rename = "rung")]
    pub ladder: Vec<Rung>,
    /// Messages.
    #[serde(default, rename = "notice")]
    pub notices: Vec<NoticeTemplate>,
    /// How the answer is rated, where it is.
    #[serde(default)]
    pub rating: Option<Rating>,
    /// Where somebody can turn who does not accept the outcome.
    #[serde(default, rename = "remedy")]
    pub remedies: Vec<Remedy>,
}

/// Who may know who filed a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anonymity {
    /// Everybody who handles the case.
    Named,
    /// Not the office that is complained of.
    HiddenFromOffice,
    /// Only those the mechanism names as handlers of a report.
    Confidential,
    /// Only the firm, and the bodies that handle the case or took a step in it.
    Restricted,
}

impl Anonymity {
    /// Whether nobody learns that there is a case who has nothing to do with it.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Confidential | Self::Restricted)
    }
}

/// What of a case is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publication {
    /// Nothing.
    Nothing,
    /// Figures over many cases.
    Figures,
    /// The answer, without who asked, and the figures.
    Answer,
}

/// Somebody who acts, by role and by what makes him competent for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Its name in steps.
    pub id: String,
    /// What people call it.
    pub title: Bilingual,
    /// Roles of which one is needed.
    pub roles: Vec<Role>,
    /// What binds it to the case.
    pub competence: Competence,
    /// The organisation, where the competence is a fixed one.
    #[serde(default)]
    pub organization: Option<String>,
    /// How much of a case it sees: all of it, and firms that nothing binds to it what is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sees: Option<Extent>,
    /// When it sees a case, where that is not as for all actors of its competence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sees_when: Option<SeesWhen>,
    /// One body is meant, which the edition of a city names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_body: bool,
}

/// What binds an actor to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Competence {
    /// It is the firm of the case.
    Firm,
    /// It belongs to the organisation the case is assigned to.
    Assigned,
    /// It belongs to an organisation that helps.
    CoHandler,
    /// It belongs to the organisation the actor names.
    Fixed,
    /// Nothing but its role: whoever holds it, in whatever organisation.
    Open,
    /// The mechanism itself: a clock or a rule does it.
    Automatic,
}

/// Where a case can stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseStage {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub title: Bilingual,
    /// The outcome, where the case ends here.
    #[serde(default)]
    pub outcome: Option<Bilingual>,
    /// Where the case seems to stand to those to whom no step that leads here is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_by: Option<String>,
}

/// How a case goes from one stage to another, or on within its stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub title: Bilingual,
    /// The stages in which it can be taken.
    pub from: Vec<String>,
    /// The stage it leads to; without one the case stays where it is.
    #[serde(default)]
    pub to: Option<String>,
    /// Who may take it.
    pub by: Vec<String>,
    /// The form that is filled in.
    #[serde(default)]
    pub form: Option<String>,
    /// The condition, in the rule language, under which it can be taken.
    #[serde(default)]
    pub when: Option<String>,
    /// The actors to whom it is shown that and with what it was taken; without any, all who see the case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown_to: Vec<String>,
    /// What it does.
    #[serde(default, rename = "do")]
    pub acts: Vec<Act>,
    /// Where the law says so.
    #[serde(default)]
    pub cite: Option<String>,
}

/// A clock of the mechanism.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MechanismClock {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub title: Bilingual,
    /// For whom it runs.
    pub party: Party,
    /// Where the figures are our own reading: where they come from. Then `cite` names the duty, not the figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived: Option<Bilingual>,
    /// What the law says of it.
    pub terms: ClockTerms,
}

/// A rung of the escalation ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Its name.
    pub id: String,
    /// The clock it looks at.
    pub clock: String,
    /// It fires when this warning point is reached.
    #[serde(default)]
    pub warning: Option<Warning>,
    /// It fires on the due date itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub due: bool,
    /// It fires so long after the due date.
    #[serde(default)]
    pub overdue: Option<Period>,
    /// Where the sources ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<String>,
    /// Where the time is our own reading: where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived: Option<Bilingual>,
    /// The message it sends.
    pub notice: String,
    /// The stage it moves the case to, if any.
    #[serde(default)]
    pub to: Option<String>,
}

/// A message: to whom, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeTemplate {
    /// Its name.
    pub id: String,
    /// The actors it goes to.
    pub to: Vec<String>,
    /// What it says; the fields of the case stand in braces. An edition keeps it in `text.toml`.
    #[serde(default)]
    pub text: Bilingual,
}

/// How an answer is rated. What a bad rating leads to is an automatic step with a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// The levels, best first.
    pub levels: Vec<Bilingual>,
}

/// Where somebody can turn who does not accept the outcome: review, suit, complaint to the body above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What it is called.
    pub title: Bilingual,
    /// How long it is open.
    pub within: Period,
    /// Where the law says so.
    pub cite: String,
}
