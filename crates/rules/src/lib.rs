//! The rule language and the columnar engine: policies as exact, explained rules over facts of firms.
//!
//! Never: files, network, databases, cities, the wall clock, binary floating point.

pub mod calendar;
pub mod catalog;
pub mod check;
pub mod definition;
pub mod engine;
pub mod explain;
pub mod expression;
pub mod lint;
pub mod number;
pub mod policy;
pub mod population;
pub mod reference;
pub mod span;
pub mod spelling;
pub mod sql;
pub mod syntax;
pub mod table;
pub mod vocabulary;
