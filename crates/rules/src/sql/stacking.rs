//! How the amounts of a group go together, in SQL: as the reference says, step by step.

use super::{
    Dialect,
    script::{Batch, PrintedGroup},
};
use std::collections::BTreeMap;

/// Adds the steps of every group to a query; answers the name of the last step.
pub fn steps(text: &mut String, batch: &Batch, dialect: Dialect) -> String {
    let mut steps = Steps { text, batch, dialect, count: 0 };
    for group in batch.groups.iter().filter(|group| !group.members.is_empty()) {
        match &group.ceiling {
            None => steps.best(group),
            Some(ceiling) => steps.ceiling(group, ceiling),
        }
    }
    format!("o{}", steps.count)
}

struct Steps<'t> {
    text: &'t mut String,
    batch: &'t Batch,
    dialect: Dialect,
    count: usize,
}

fn entitled(member: usize) -> String {
    format!("s_{} = 'entitled'", member + 1)
}

/// Whether an amount of an entitled member is unknown.
fn some_unknown(group: &PrintedGroup) -> String {
    let all: Vec<String> = group
        .members
        .iter()
        .map(|member| format!("({} AND f_{} IS NULL)", entitled(*member), member + 1))
        .collect();
    all.join(" OR ")
}

impl Steps<'_> {
    /// A step that keeps everything and adds columns.
    fn add(&mut self, columns: &str) {
        let before = self.count;
        self.count += 1;
        *self.text += &format!(",\no{} AS (\n  SELECT *, {columns}\n  FROM o{before}\n)", self.count);
    }

    /// A step that puts other amounts in the place of some.
    fn replace(&mut self, amounts: &BTreeMap<usize, String>) {
        let before = self.count;
        self.count += 1;
        let mut columns = String::from("firm");
        let ceilings = self.batch.groups.iter().filter_map(|group| group.ceiling.as_ref());
        let ceilings: std::collections::BTreeSet<&String> = ceilings.collect();
        for ceiling in ceilings {
            columns += &format!(", {ceiling}");
        }
        for policy in &self.batch.policies {
            let number = policy.index + 1;
            columns += &match amounts.get(&policy.index) {
                Some(amount) => format!(", s_{number},\n    {amount} AS f_{number}"),
                None => format!(", s_{number}, f_{number}"),
            };
        }
        *self.text += &format!(",\no{} AS (\n  SELECT {columns}\n  FROM o{before}\n)", self.count);
    }

    fn best(&mut self, group: &PrintedGroup) {
        let each: Vec<String> = group
            .members
            .iter()
            .map(|member| format!("CASE WHEN {} THEN f_{} END", entitled(*member), member + 1))
            .collect();
        let best =
            if let [one] = each.as_slice() { one.clone() } else { format!("GREATEST({})", each.join(", ")) };
        self.add(&format!("({}) AS lost, {best} AS best", some_unknown(group)));
        let mut earlier: Vec<String> = Vec::new();
        let mut amounts = BTreeMap::new();
        for member in &group.members {
            let amount = format!("f_{}", member + 1);
            let first: Vec<String> = earlier.iter().map(|earlier| format!(" AND NOT ({earlier})")).collect();
            let text = format!(
                "CASE WHEN NOT {} OR lost THEN NULL WHEN {amount} = best{} THEN {amount} ELSE 0 END",
                format_args!("({})", entitled(*member)),
                first.concat(),
            );
            amounts.insert(*member, text);
            earlier.push(format!("{} AND {amount} = best", entitled(*member)));
        }
        self.replace(&amounts);
    }

    fn ceiling(&mut self, group: &PrintedGroup, ceiling: &str) {
        let wide = self.dialect.wide();
        let unknown = some_unknown(group);
        self.add(&format!("({unknown} OR {ceiling} IS NULL) AS lost, CAST({ceiling} AS {wide}) AS left_0"));
        let mut amounts = BTreeMap::new();
        for (position, member) in group.members.iter().enumerate() {
            let amount = format!("CAST(f_{} AS {wide})", member + 1);
            let entitled = entitled(*member);
            self.add(&format!(
                "CASE WHEN {entitled} AND NOT lost THEN LEAST({amount}, GREATEST(left_{position}, 0)) END AS due_{position}"
            ));
            let edge = |value: i64| format!("CAST('{value}' AS {wide})");
            self.add(&format!(
                "GREATEST(LEAST(left_{position} - COALESCE(due_{position}, 0), {}), {}) AS left_{}",
                edge(i64::MAX),
                edge(i64::MIN),
                position + 1
            ));
            amounts.insert(*member, format!("CAST(due_{position} AS BIGINT)"));
        }
        self.replace(&amounts);
    }
}
