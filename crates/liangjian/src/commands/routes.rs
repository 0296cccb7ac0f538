//! `liangjian routes`: every address of the service, with what protects it.

use super::{Context, printed};
use std::fmt::Write as _;

/// Prints the table that the service is built from.
pub fn run(context: &Context) -> anyhow::Result<bool> {
    if context.json {
        printed(&(serde_json::to_string_pretty(web::ROUTES)? + "\n"))?;
        return Ok(true);
    }
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{:<5} {:<34} {:<18} {:<8} {:<5} {:<8} {:<8} door",
        "", "address", "permission", "object", "csrf", "rate", "answer"
    );
    for route in web::ROUTES {
        let (verb, rate) = (route.verb.name(), route.rate.name());
        let (csrf, privacy, door) = (route.csrf.name(), route.privacy.name(), route.door.name());
        let _ = writeln!(
            out,
            "{verb:<5} {:<34} {:<18} {:<8} {csrf:<5} {rate:<8} {privacy:<8} {door}",
            route.path,
            route.permission.name(),
            route.object.name()
        );
    }
    printed(&out)?;
    Ok(true)
}
