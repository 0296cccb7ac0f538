//! What a desk that takes in the voices of firms needs to see: who asked the same before, what many ask, who is
//! competent, whether an office strikes back, and what may be published.
//!
//! Never: a decision. A person confirms what stands here as a suggestion or a finding.

pub mod cluster;
pub mod similarity;
mod spelling;
mod words;
