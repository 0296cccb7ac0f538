//! Policies from lines: one JSON object to a line, with English or Chinese expressions.

use super::source::DefinitionFinding;
use rules::{
    check::{Scope, Wanted, compile},
    expression::Expression,
    number::may_have_lost_digits,
    policy::{Clause, Exception, Policy},
    span::Fault,
    syntax::{Spelling, parse, print},
};
use serde::Deserialize;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Longest line.
const LINE_BYTES_MAX: usize = 1 << 20;
/// Most faults that are told.
const FAULTS_MAX: usize = 1_000;

/// One line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    #[serde(default)]
    require: Texts,
    #[serde(default)]
    unless: Texts,
    amount: Option<Text>,
}

/// An expression, or a list of them.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Texts {
    #[default]
    None,
    One(String),
    All(Vec<String>),
}

/// An amount may be written as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Text(String),
    Number(serde_json::Number),
}

impl Texts {
    fn all(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(text) => std::slice::from_ref(text),
            Self::All(texts) => texts,
        }
    }
}

struct Reader<'f, 'c> {
    file: &'f str,
    /// Identifiers of lines that are still to come.
    below: HashSet<String>,
    scope: Scope<'c>,
    line: usize,
    findings: Vec<DefinitionFinding>,
}

/// The policies of a text; every fault of every line where there is one.
pub fn read(file: &str, text: &str, scope: Scope<'_>) -> Result<Vec<Policy>, Vec<DefinitionFinding>> {
    let mut reader = Reader { file, below: identifiers(text), scope, line: 0, findings: Vec::new() };
    let mut policies = Vec::new();
    let mut lines: HashMap<Arc<str>, usize> = HashMap::new();
    for (index, text) in text.lines().enumerate() {
        reader.line = index + 1;
        if text.trim().is_empty() {
            continue;
        }
        if reader.findings.len() >= FAULTS_MAX {
            reader.find("", "more faults follow", "mend the first ones and read it again");
            break;
        }
        let Some(policy) = reader.policy(text) else { continue };
        if let Some(before) = lines.insert(Arc::clone(&policy.id), reader.line) {
            let what = format!("the policy `{}` stands in line {before} already", policy.id);
            reader.find(" id", what, "give every policy its own id");
        }
        reader.below.remove(&*policy.id);
        reader.scope.add_condition(&policy.id, policy.condition());
        if policy.amount.is_some() {
            reader.scope.add_amount(&policy.id, policy.amount_or_nought());
        }
        policies.push(policy);
    }
    if policies.is_empty() && reader.findings.is_empty() {
        reader.find("", "there is no policy", "write one JSON object to a line: {\"id\": …, \"require\": …}");
    }
    if reader.findings.is_empty() { Ok(policies) } else { Err(reader.findings) }
}

/// The identifiers of all lines that can be read.
fn identifiers(text: &str) -> HashSet<String> {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    text.lines().filter_map(|line| serde_json::from_str::<Named>(line).ok()).map(|named| named.id).collect()
}

impl Reader<'_, '_> {
    fn find(&mut self, field: &str, what: impl Into<String>, hint: impl Into<String>) {
        let place = format!("{}:{}{field}", self.file, self.line);
        self.findings.push(DefinitionFinding { place, what: what.into(), hint: hint.into() });
    }

    fn faults(&mut self, field: &str, text: &str, faults: Vec<Fault>) {
        for Fault { span, what, hint } in faults {
            let (from, to) = (span.from as usize, span.to as usize);
            let excerpt = text.get(from..to).filter(|excerpt| !excerpt.is_empty());
            let excerpt: String = excerpt.unwrap_or_default().chars().take(40).collect();
            let of_below = self.below.iter().find(|id| text.contains(&format!("\"{id}\"")));
            let hint = match of_below {
                Some(id) if what.starts_with("there is no") => {
                    format!("a line can name only policies of lines above it: move the line of `{id}` up")
                }
                _ if what.starts_with("there is no policy") || what.starts_with("there is no amount") => {
                    format!("{hint}; a line can name only policies of lines above it, none of an edition")
                }
                _ => hint,
            };
            let shown = if excerpt.is_empty() { String::new() } else { format!(" `{excerpt}`") };
            self.find(&format!(" {field} at {from}–{to}{shown}"), what, hint);
        }
    }

    fn policy(&mut self, text: &str) -> Option<Policy> {
        if text.len() > LINE_BYTES_MAX {
            let what = format!("the line is longer than {} KiB", LINE_BYTES_MAX >> 10);
            self.find("", what, "write one JSON object to a line");
            return None;
        }
        let line: Line = match serde_json::from_str(text) {
            Ok(line) => line,
            Err(error) => {
                let column = error.column();
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default().to_owned();
                let hint =
                    "write {\"id\": \"…\", \"require\": \"…\" or […], \"unless\": …, \"amount\": \"…\"}";
                self.find(&format!(" column {column}"), what, hint);
                return None;
            }
        };
        if line.id.trim().is_empty() {
            self.find(" id", "the policy has no id", "name it");
        }
        if line.require.all().is_empty() {
            self.find(
                " require",
                "the policy requires nothing",
                "write at least one condition, such as \"true\"",
            );
        }
        let require: Vec<Option<Clause>> = self.clauses("require", line.require.all());
        let unless = self.clauses("unless", line.unless.all());
        let amount = line.amount.map(|amount| match amount {
            Text::Text(text) => text,
            Text::Number(number) => {
                let written = number.to_string();
                if may_have_lost_digits(&written) {
                    self.find(
                        " amount",
                        "a JSON number of so many digits is not exact",
                        "write it as text, such as \"1234567890123456.78\"",
                    );
                }
                written
            }
        });
        let amount = amount.map(|text| self.compiled("amount", &text, &Wanted::Amount));
        let exceptions =
            unless.into_iter().map(|clause| clause.map(|clause| Exception { clause, unless: Vec::new() }));
        Some(Policy {
            id: Arc::from(line.id.as_str()),
            require: require.into_iter().collect::<Option<_>>()?,
            unless: exceptions.collect::<Option<_>>()?,
            amount: match amount {
                None => None,
                Some(amount) => Some(amount?),
            },
        })
    }

    fn compiled(&mut self, field: &str, text: &str, wanted: &Wanted) -> Option<Expression> {
        match compile(text, &self.scope, wanted) {
            Ok(expression) => Some(expression),
            Err(faults) => {
                self.faults(field, text, faults);
                None
            }
        }
    }

    fn clauses(&mut self, field: &str, texts: &[String]) -> Vec<Option<Clause>> {
        let is_list = texts.len() > 1;
        let mut clauses = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            let field = if is_list { format!("{field}.{index}") } else { field.to_owned() };
            let expression = self.compiled(&field, text, &Wanted::Condition);
            let source = || print(&parse(text, &self.scope).0, Spelling::English, &self.scope);
            clauses.push(expression.map(|expression| Clause {
                expression,
                cite: Arc::from(""),
                source: Arc::from(source()),
            }));
        }
        clauses
    }
}
