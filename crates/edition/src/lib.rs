//! Reads `editions/<city>` into definitions and reports every problem at once, with file, line and hint.
//!
//! Never: network, SQL, the wall clock. The only file access is [`Tree::from_directory`]; everything else works
//! on texts in memory and cannot fail: [`load`] returns what could be read *and* the list of problems.

mod arrears_file;
mod competence;
mod coverage;
mod desk;
mod document;
mod fault;
mod files;
mod heads;
mod layers;
mod load;
mod mechanisms;
mod model;
mod nesting;
mod numbering;
mod office_hours;
mod organizations;
mod personal_data;
mod problem;
mod reading;
mod regulation;
mod rules;
mod spelling;
mod systems;
mod task_list;
#[cfg(test)]
mod tests;
mod texts;
mod timeline;
mod tree;

pub use self::rules::{Example, ExampleSource, RuleCounts, facts, policies_of_folder};
pub use arrears_file::{ArrearsFile, WrittenInvoice, arrears_of_file};
pub use competence::CompetenceExample;
pub use coverage::{ArticleCoverage, Coverage, Share};
pub use load::{Loaded, load};
pub use mechanisms::Timeline;
pub use model::Edition;
pub use problem::Problem;
pub use timeline::{case_of_file, clock_of_file};
pub use tree::Tree;
