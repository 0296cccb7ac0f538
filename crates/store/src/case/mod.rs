//! Cases: runs of mechanisms, kept. `domain::mechanism::course` says what comes of a step; here it is written down.
//!
//! A change of a case is one transaction: what was known of the case is read, goes on by the step or by time, and is
//! kept again together with the step, the messages, the words to be found by, the cases that were opened by it, and the
//! event. A refusal leaves nothing behind. What people wrote stands in rows that can be erased; events carry salted
//! digests of the rows. Of a confidential case events do not even say who did what.
//!
//! Read marks, drafts and views are a reader's own and have no events.

mod attachment;
mod board;
mod bulk;
mod change;
mod course;
mod digest;
mod draft;
mod erasure;
mod head;
mod link;
mod load;
mod notice;
mod open;
mod query;
mod read;
mod statement;
mod step;
#[cfg(test)]
mod tests;
mod time;
mod traces;
mod verification;
mod versions;
mod view;
mod voice;
mod words;

pub use attachment::{AttachmentHead, NewAttachment};
pub use board::{BoardDivision, BoardQuery, BoardRow, OfficerLoad};
pub use bulk::MadeCase;
pub use course::{CaseCourse, CasesSince, CourseAudit};
pub use draft::CaseDraft;
pub use head::{CaseHead, Channel, DueDate};
pub use link::SplitCase;
pub use notice::{CaseNotice, NoticeQuery, Recipient};
pub use open::{NewCase, Opened};
pub use query::{CasePage, CaseQuery, DueWindow, ListPlace, Order, PrivateCases, Within};
pub use read::{Case, CaseLink, LinkKind};
pub use step::{StepEffects, StepRecord, Taken, WantedStep};
pub use traces::{AttachmentTrace, CaseTraces, FiledTrace, StepTrace};
pub use verification::CaseFault;
pub use versions::RunningVersion;
pub use voice::KnownCase;

use crate::StoreError;
use domain::{
    clock::OfficeTime,
    mechanism::{MechanismVersion, course::CaseState},
};

/// What cases run on: the mechanisms of the edition, and the time of its offices.
#[derive(Clone, Copy, Debug)]
pub struct Procedures<'a> {
    /// Every version of every mechanism.
    pub versions: &'a [MechanismVersion],
    /// Calendar and office hours.
    pub office: OfficeTime<'a>,
}

impl<'a> Procedures<'a> {
    /// The version on which a case runs.
    fn version(&self, mechanism: &str, version: u16) -> Result<&'a MechanismVersion, StoreError> {
        let is_it =
            |one: &&MechanismVersion| one.definition.id == mechanism && one.definition.version == version;
        let found = self.versions.iter().find(is_it);
        found.ok_or_else(|| StoreError::NoMechanismVersion { mechanism: mechanism.to_owned(), version })
    }
}

/// What is known of a case, as its row holds it.
fn state_of(text: &str) -> Result<CaseState, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(format!("state of a case: {error}")))
}

/// A value of ours as a row holds it.
fn json_text(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Invalid(format!("part of a case · {error}")))
}
