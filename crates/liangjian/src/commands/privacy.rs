//! `liangjian privacy`: which field holds what about whom, why, and for how long.

use super::{Context, printed};
use std::fmt::Write as _;
use store::Inventory;

/// Prints the inventory by which the retention job works.
pub fn run(context: &Context) -> anyhow::Result<bool> {
    let inventory = Inventory::built_in();
    if context.json {
        printed(&(serde_json::to_string_pretty(inventory)? + "\n"))?;
        return Ok(true);
    }
    let mut out = String::new();
    for field in &inventory.fields {
        let class = serde_json::to_value(field.class)?;
        let kept = field.kept_days.map(|days| format!("{days} days")).unwrap_or_default();
        let class = class.as_str().unwrap_or_default();
        let purpose = field.purpose.as_ref().map(|purpose| purpose.en.as_str()).unwrap_or_default();
        let _ = writeln!(
            out,
            "{class:<10} {kept:<10} {:<20} {} · {purpose}",
            field.table,
            field.columns.join(" ")
        );
    }
    printed(&out)?;
    Ok(true)
}
