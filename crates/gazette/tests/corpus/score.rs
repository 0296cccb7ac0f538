//! Counts facts, prints those that were missed, and sums up.

use super::files::{Document, Expected};
use serde_json::Value;

/// The facts of one document.
pub struct Score {
    name: String,
    facts: usize,
    missed: usize,
}

impl Score {
    /// Counts a fact that is right when both sides say the same, white space aside.
    pub fn fact(&mut self, what: &str, expected: &Value, got: &Value) {
        self.check(what, expected, got, is_same(expected, got));
    }

    /// Counts a fact that is right when the text that was read holds the expected one.
    pub fn contained(&mut self, what: &str, expected: &Value, got: &Value) {
        let inside = match (expected.as_str(), got.as_str()) {
            (Some(expected), Some(got)) => squeeze(got).contains(&squeeze(expected)),
            _ => is_same(expected, got),
        };
        self.check(what, expected, got, inside);
    }

    /// Counts a fact that is right when both sides hold the same members, in any order.
    pub fn set(&mut self, what: &str, expected: &Value, got: &Value) {
        let sorted = |value: &Value| {
            let mut members: Vec<String> = value.as_array().into_iter().flatten().map(plain).collect();
            members.sort();
            members.dedup();
            members
        };
        self.check(what, expected, got, sorted(expected) == sorted(got));
    }

    /// Counts a fact whose rightness the caller knows.
    pub fn check(&mut self, what: &str, expected: &Value, got: &Value, is_right: bool) {
        self.facts += 1;
        if !is_right {
            self.missed += 1;
            println!("missed: {} {what}: expected {expected}, got {got}", self.name);
        }
    }

    /// Says how many facts are right.
    fn print(&self) {
        println!("score: {} {}", self.name, ratio(self.facts - self.missed, self.facts));
    }
}

/// Scores every document and prints the sum; in per cent, 100 where there is nothing to score.
pub fn all(kind: &str, documents: &[Document], score_one: impl Fn(&Expected, &Value, &mut Score)) -> f64 {
    let (mut facts, mut missed) = (0, 0);
    for document in documents {
        let mut score = Score { name: document.name(), facts: 0, missed: 0 };
        let reading = document.reading().unwrap_or_else(|error| Value::String(format!("error: {error}")));
        score_one(&document.expected, &reading, &mut score);
        score.print();
        let passed_over = document.expected.never_asked();
        if !passed_over.is_empty() {
            println!("not compared: {} {}", score.name, passed_over.join(", "));
        }
        facts += score.facts;
        missed += score.missed;
    }
    if documents.is_empty() {
        return 100.0;
    }
    println!("score: {kind} in total {}", ratio(facts - missed, facts));
    percent(facts - missed, facts)
}

fn ratio(right: usize, facts: usize) -> String {
    format!("{right} of {facts} facts ({:.2} %)", percent(right, facts))
}

#[expect(clippy::cast_precision_loss, reason = "a corpus has some hundred facts")]
fn percent(right: usize, facts: usize) -> f64 {
    if facts == 0 { 0.0 } else { 100.0 * right as f64 / facts as f64 }
}

/// Whether two values say the same: figures by value, texts without white space, lists member by member.
pub fn is_same(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(expected), Value::Number(got)) => {
            expected.as_f64().zip(got.as_f64()).is_some_and(|(a, b)| (a - b).abs() <= 1e-9 * a.abs().max(1.0))
        }
        (Value::String(expected), Value::String(got)) => squeeze(expected) == squeeze(got),
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(a, b)| is_same(a, b))
        }
        _ => expected == got,
    }
}

/// A value as plain text without white space.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), squeeze)
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}
