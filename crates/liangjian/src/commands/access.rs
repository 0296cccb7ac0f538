//! `liangjian access`: who may do what, for somebody who audits it.

use super::{Context, printed};
use domain::access::{AccessPolicy, Permission, Within};
use std::fmt::Write as _;

/// Prints the statements and the separations of this program.
pub fn run(context: &Context) -> anyhow::Result<bool> {
    let policy = AccessPolicy::built_in();
    if context.json {
        printed(&(serde_json::to_string_pretty(policy)? + "\n"))?;
        return Ok(true);
    }
    let mut out = String::new();
    for one in &policy.statements {
        let who: Vec<String> = one.who.iter().map(|who| String::from(*who)).collect();
        let _ = writeln!(out, "{}: {} may {}", one.id, who.join(", "), names(&one.may));
        let _ = write!(out, "    within {}", within(one.within));
        if one.demand.two_factors {
            out.push_str(", with two factors");
        }
        if let Some(minutes) = one.demand.proof_minutes_max {
            let _ = write!(out, ", with a proof of at most {minutes} minutes");
        }
        let _ = writeln!(out, "\n    {} · {}", one.reason.zh, one.reason.en);
    }
    out.push_str("\nWhat no statement can allow:\n");
    for one in &policy.separations {
        let who: Vec<String> = one.who.iter().map(|who| String::from(*who)).collect();
        let about = if one.about_himself { " about himself" } else { "" };
        let _ = writeln!(out, "{}: {} may never {}{about}", one.id, who.join(", "), names(&one.may_not));
        let _ = writeln!(out, "    {} · {}", one.reason.zh, one.reason.en);
    }
    printed(&out)?;
    Ok(true)
}

fn names(permissions: &[Permission]) -> String {
    permissions.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ")
}

fn within(within: Within) -> &'static str {
    match within {
        Within::Everything => "everything",
        Within::OwnPerson => "own-person",
        Within::OwnFirm => "own-firm",
        Within::OwnOrganization => "own-organization",
        Within::OwnPlace => "own-place",
        Within::Party => "party",
    }
}
