//! What a desk that takes in the voices of firms needs to see: who asked the same before, what many ask, who is
//! competent, whether an office strikes back, and what may be published.
//!
//! Never: a decision. A person confirms what stands here as a suggestion or a finding.

pub mod cluster;
pub mod competence;
pub mod figures;
mod heard;
pub mod retaliation;
pub mod similarity;
mod spelling;
mod words;

pub use heard::{VoiceText, articles_named, voice_form, voice_in, voice_of};

use crate::{Bilingual, Citation};
use cluster::{ClusterTerms, ProposalRule};
use serde::{Deserialize, Serialize};
use similarity::Thresholds;

/// What an edition sets for the desk: from when on voices are the same matter, a common problem or a proposal, how long
/// offices are watched, and what is too small to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceTerms {
    /// From which likeness on two voices are the same matter.
    pub likeness: Thresholds,
    /// From which likeness on they belong to one common problem, and in which time.
    pub cluster: ClusterTerms,
    /// From when on a common problem becomes a proposal.
    pub proposal: ProposalRule,
    /// The mechanism of proposals; a case of it is opened of a common problem. Empty where none is.
    #[serde(default)]
    pub proposal_mechanism: String,
    /// The step that notes in a voice that it belongs to a proposal; taken where the voice still runs.
    #[serde(default)]
    pub joining_step: String,
    /// For how many days after a rating or report an office is watched.
    pub retaliation_days: u32,
    /// Counts from 1 up to below this one are not published.
    pub smallest_cell: u64,
    /// Where the sources ask for it.
    pub cite: Vec<Citation>,
    /// Where our figures come from.
    pub derived: Bilingual,
}
