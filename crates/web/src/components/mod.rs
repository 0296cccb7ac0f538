//! Components that are more than a template: what a form of a mechanism and a clock of a case look like.

pub mod case_arrears;
pub mod case_clock;
pub mod case_form;
