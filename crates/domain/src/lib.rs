//! The nouns of the field and their rules, as pure functions of (state, event, time).
//!
//! Never: files, network, SQL, async, the wall clock. Every type derives serde so that an edition, the
//! event log and the JSON interface share one spelling.

pub mod access;
pub mod account_name;
pub mod arrears;
pub mod bilingual;
pub mod block;
pub mod calendar;
pub mod case_number;
pub mod china_time;
pub mod citation;
pub mod clock;
pub mod clock_verifier;
pub mod credit_code;
pub mod direction;
pub mod finding;
pub mod full_text;
pub mod intake;
pub mod law;
pub mod mechanism;
pub mod office_hours;
pub mod organization;
pub mod system;
pub mod task_list;
pub mod voice;

pub use bilingual::{Bilingual, Language};
pub use block::Block;
pub use citation::Citation;
