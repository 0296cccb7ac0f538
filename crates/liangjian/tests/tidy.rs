//! The house rules as ordinary tests: each rule is one test, and each reports every violation at once.
//!
//! The rules and their reasons are in docs/style.md. Rules that the compiler or clippy can hold are not
//! repeated here; these are about the shape of the tree, the size of its parts and what its texts may say.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "paths come from git, and the names of source files are lower case"
)]

mod tidy {
    pub mod documents;
    pub mod layers;
    pub mod pages;
    pub mod rust_files;
    pub mod scanner;
    pub mod sources;
    pub mod tree;
}
