//! The expressions of a version with the fields they stand in.

use super::{Benefit, PolicyVersion, Unless};

impl Benefit {
    /// Every expression with its field: `amount`, `base_cap`.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("amount", Some(&self.amount)),
            ("base", self.base.as_ref()),
            ("limit", self.limit.as_ref()),
            ("base_cap", self.base_cap.as_ref()),
            ("floor", self.floor.as_ref()),
            ("cap", self.cap.as_ref()),
            ("unit", self.unit.as_ref()),
        ];
        fields.into_iter().filter_map(|(field, text)| Some((field, text?.as_str())))
    }
}

impl PolicyVersion {
    /// Every expression with its field: `require.1.when`, `unless.0.unless.2.when`, `benefit.cap`.
    pub fn texts(&self) -> Vec<(String, &str)> {
        let required = self.require.iter().enumerate();
        let mut texts: Vec<(String, &str)> =
            required.map(|(at, clause)| (format!("require.{at}.when"), clause.when.as_str())).collect();
        add_exceptions(&self.unless, "unless", &mut texts);
        if let Some(benefit) = &self.benefit {
            texts.extend(benefit.texts().map(|(field, text)| (format!("benefit.{field}"), text)));
        }
        texts
    }
}

fn add_exceptions<'v>(all: &'v [Unless], path: &str, texts: &mut Vec<(String, &'v str)>) {
    for (at, exception) in all.iter().enumerate() {
        texts.push((format!("{path}.{at}.when"), &exception.when));
        add_exceptions(&exception.unless, &format!("{path}.{at}.unless"), texts);
    }
}
