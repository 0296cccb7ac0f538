//! Facts about firms that the tests here begin with; each adds its own.

/// Size, age and standing of a firm.
pub const FACTS: &str = r#"
[[field]]
name = "revenue"
type = "money"
label = { zh = "营业收入", en = "Revenue" }
[[field]]
name = "staff"
type = "integer"
[[field]]
name = "founded"
type = "date"
[[field]]
name = "filed_on"
type = "date"
[[field]]
name = "restricted"
type = "bool"
"#;
