//! `liangjian clean`: the child of a running service that writes one file anew, with limits.

use crate::cleaning;

/// Arguments of `clean`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The name of the file that comes in through standard input.
    #[arg(long, allow_hyphen_values = true)]
    name: String,
}

/// Answers true; a refusal is an answer too.
pub fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    cleaning::serve_one(&arguments.name)
}
