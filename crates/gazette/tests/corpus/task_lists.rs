//! The facts of task lists.

use super::{
    files::Expected,
    laws::list,
    score::{Score, is_same, plain},
};
use gazette::numeral;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Scores one task list.
pub fn score(expected: &Expected, reading: &Value, score: &mut Score) {
    score.fact("kind", &json!("task_list"), &reading["kind"]);
    let heads = [
        ("title", "title"),
        ("doc_no", "document_number"),
        ("issued", "issued_on"),
        ("published", "published_on"),
        ("valid_to", "valid_to"),
    ];
    for (key, ours) in heads {
        if let Some(fact) = expected.get(key) {
            score.fact(key, fact, &reading[ours]);
        }
    }
    if let Some(fact) = expected.get("repeals") {
        score.set("repeals", fact, &reading["repeals"]);
    }
    counts(expected, reading, score);
    numbers(expected, reading, score);
    marks(expected, reading, score);
    goals(expected, reading, score);
    for sample in expected.list("tasks_sample") {
        node_facts(sample, reading, equal_may_be_at_least(expected), score);
    }
}

/// How many works and measures there are, and how many in each work.
fn counts(expected: &Expected, reading: &Value, score: &mut Score) {
    let works = list(&reading["works"]);
    let per_work: Vec<usize> = works.iter().map(|work| list(&work["measures"]).len()).collect();
    let measures: usize = per_work.iter().sum();
    // An indicator list hands out no tasks: its works are its measures.
    if let Some(fact) = expected.get("tasks").filter(|fact| **fact != json!(0)) {
        score.fact("tasks", fact, &json!(works.len()));
    }
    for key in ["measures", "indicators", "numbered_items", "rows_present"] {
        if let Some(fact) = expected.get(key) {
            score.fact(key, fact, &json!(measures));
        }
    }
    let declared: Vec<&Value> = works.iter().map(|work| &work["declared"]).collect();
    let declared_sum: u64 = declared.iter().filter_map(|count| count.as_u64()).sum();
    let rows = [
        ("measures_per_task", json!(per_work)),
        ("present_per_section", json!(per_work)),
        ("declared_per_section", json!(declared)),
        ("section_scores", works.iter().map(|work| work["score"].clone()).collect()),
    ];
    for (key, got) in rows {
        for (index, fact) in expected.list(key).iter().enumerate() {
            score.fact(&format!("{key} {}", index + 1), fact, &got[index]);
        }
    }
    if let Some(fact) = expected.get("declared_items") {
        score.fact("declared_items", fact, &json!(declared_sum));
    }
    let checks = expected.get("score_check").and_then(Value::as_object);
    for (key, fact) in checks.into_iter().flatten() {
        let section = key.strip_prefix("items_section_").and_then(|number| number.parse::<usize>().ok());
        if let Some(work) = section.and_then(|number| works.get(number.checked_sub(1)?)) {
            score.fact(
                key,
                fact,
                &list(&work["measures"]).iter().map(|measure| measure["score"].clone()).collect(),
            );
        }
    }
}

/// Numbers left out, and how many measures apply where.
fn numbers(expected: &Expected, reading: &Value, score: &mut Score) {
    let measures: Vec<&Value> = measures(reading).collect();
    if let Some(fact) = expected.get("missing_numbers") {
        let present: BTreeSet<u64> =
            measures.iter().filter_map(|measure| measure["number"].as_u64()).collect();
        let last = present.last().copied().unwrap_or(0);
        let missing: Vec<u64> = (1..=last).filter(|number| !present.contains(number)).collect();
        score.fact("missing_numbers", fact, &json!(missing));
    }
    let scopes = expected.get("scope_counts").and_then(Value::as_object);
    for (scope, fact) in scopes.into_iter().flatten() {
        let count = measures.iter().filter(|measure| plain(&measure["scope"]) == *scope).count();
        score.fact(&format!("scope {scope}"), fact, &json!(count));
    }
}

/// Open lists of units; binding and expected indicators; indicators without a figure.
fn marks(expected: &Expected, reading: &Value, score: &mut Score) {
    if let Some(fact) = expected.get("open_lists") {
        let open = |node: &&Value| node["open_list"] == json!(true);
        let mut got: Vec<u64> =
            list(&reading["works"]).iter().filter(open).filter_map(|n| n["number"].as_u64()).collect();
        got.extend(measures(reading).filter(open).filter_map(|n| n["number"].as_u64()));
        got.sort_unstable();
        got.dedup();
        let wanted: Vec<Option<u32>> = list(fact).iter().map(|id| numeral::parse(&plain(id))).collect();
        score.check("open_lists", fact, &json!(got), json!(wanted) == json!(got));
    }
    for (key, nature) in [("binding", "约束性"), ("expected", "预期性")] {
        for id in expected.list(key) {
            let got = Node::find(reading, &plain(id)).value("nature");
            score.fact(&format!("{id} nature"), &json!(nature), &got);
        }
    }
    for id in expected.list("non_numeric") {
        let figures: Vec<Value> = Node::find(reading, &plain(id)).quantities();
        let figures: Vec<&Value> = figures.iter().map(|quantity| &quantity["value"]).collect();
        let none = figures.iter().all(|value| value.is_null());
        score.check(&format!("{id} has no figure"), &json!([]), &json!(figures), none);
    }
}

/// Goals outside any work.
fn goals(expected: &Expected, reading: &Value, score: &mut Score) {
    let mut left: Vec<&Value> =
        list(&reading["goals"]).iter().flat_map(|goal| list(&goal["quantities"])).collect();
    let mut matched: Vec<&Value> = Vec::new();
    let facts = expected.list("overall_targets");
    let mut open: Vec<&Value> = Vec::new();
    let is_right = |fact: &Value, got: &Value, lenient: bool| {
        is_same(&fact["number"], &got["value"])
            && is_same(&fact["unit"], &got["unit"])
            && is_right_comparator(fact, got, lenient)
    };
    // Exact matches first, so that a lenient one takes no figure away from them.
    for fact in facts {
        match left.iter().position(|got| is_right(fact, got, false)) {
            Some(at) => matched.push(left.remove(at)),
            None => open.push(fact),
        }
    }
    let lenient = equal_may_be_at_least(expected);
    for fact in facts {
        let is_open = open.iter().any(|other| std::ptr::eq(*other, fact));
        let at = left.iter().position(|got| is_open && is_right(fact, got, lenient));
        matched.extend(at.map(|at| left.remove(at)));
        let rest: Vec<Value> = left.iter().map(|got| figure(got)).collect();
        score.check("overall target", fact, &json!(rest), !is_open || at.is_some());
    }
    if let Some(fact) = expected.get("overall_targets_deadline") {
        let day = json!(plain(fact).chars().take(10).collect::<String>());
        let days: BTreeSet<String> = matched.iter().map(|got| plain(&got["deadline"])).collect();
        score.check("overall_targets_deadline", &day, &json!(days), days.iter().eq([&plain(&day)]));
    }
}

/// Whether the notes of a document allow >= where a plain figure is expected.
fn equal_may_be_at_least(expected: &Expected) -> bool {
    expected.get("notes").is_some_and(|notes| plain(notes).contains("answering>=isalsoright"))
}

fn is_right_comparator(fact: &Value, got: &Value, lenient: bool) -> bool {
    fact["comparator"] == got["comparator"]
        || (lenient && fact["comparator"] == json!("=") && got["comparator"] == json!(">="))
}

fn figure(quantity: &Value) -> Value {
    json!([quantity["comparator"], quantity["value"], quantity["unit"]])
}

fn measures(reading: &Value) -> impl Iterator<Item = &Value> {
    list(&reading["works"]).iter().flat_map(|work| list(&work["measures"]))
}

/// A work or a measure; a work and its only measure of the same number are one node.
struct Node<'a> {
    parts: Vec<&'a Value>,
}

impl<'a> Node<'a> {
    /// By id: 一 is a work, （一）1 a measure of a work, 1 a measure or else a work.
    fn find(reading: &'a Value, id: &str) -> Self {
        let works = list(&reading["works"]);
        let work_of = |number: u32| works.iter().find(|work| work["number"] == json!(number));
        let measure_of = |work: &'a Value, number: u32| {
            list(&work["measures"]).iter().find(|measure| measure["number"] == json!(number))
        };
        if let Some((work, measure)) = id.strip_prefix('（').and_then(|rest| rest.split_once('）')) {
            let work = numeral::parse(work).and_then(work_of);
            let measure = measure.parse().ok();
            let part = match (work, measure) {
                (Some(work), Some(measure)) => measure_of(work, measure),
                (work, _) => work,
            };
            return Self { parts: part.into_iter().collect() };
        }
        let Some(number) = numeral::parse(id) else { return Self { parts: Vec::new() } };
        let is_plain = id.bytes().all(|byte| byte.is_ascii_digit());
        let measure = works.iter().find_map(|work| measure_of(work, number));
        let work = work_of(number);
        let is_one =
            work.is_some_and(|work| list(&work["measures"]).len() == 1 && measure_of(work, number).is_some());
        let parts = match (is_plain, is_one) {
            (_, true) => work.into_iter().chain(measure).collect(),
            (true, false) => measure.or(work).into_iter().collect(),
            (false, false) => work.into_iter().collect(),
        };
        Self { parts }
    }

    /// The first value of this key that says something.
    fn value(&self, key: &str) -> Value {
        let said = |value: &&Value| !value.is_null() && !plain(value).is_empty();
        self.parts.iter().map(|part| &part[key]).find(said).cloned().unwrap_or(Value::Null)
    }

    /// The units under these keys.
    fn units(&self, keys: &[&str]) -> Value {
        let named = self.parts.iter().flat_map(|part| keys.iter().flat_map(|key| list(&part[key])));
        let units: BTreeSet<String> = named.map(plain).collect();
        json!(units)
    }

    /// All figures of its targets.
    fn quantities(&self) -> Vec<Value> {
        let targets = self.parts.iter().flat_map(|part| list(&part["targets"]));
        targets.flat_map(|target| list(&target["quantities"])).cloned().collect()
    }
}

/// The facts of one work or measure.
fn node_facts(sample: &Value, reading: &Value, lenient: bool, score: &mut Score) {
    let id = plain(&sample["id"]);
    let node = Node::find(reading, &id);
    if node.parts.is_empty() {
        score.check(&format!("sample {id}"), &json!("a work or measure"), &Value::Null, false);
    }
    for key in ["title", "deadline", "score", "scope", "nature"] {
        if let Some(fact) = sample.get(key) {
            score.fact(&format!("sample {id} {key}"), fact, &node.value(key));
        }
    }
    let units: [(&str, &[&str]); 3] =
        [("units", &["lead", "support"]), ("lead", &["lead"]), ("support", &["support"])];
    for (key, ours) in units {
        if let Some(fact) = sample.get(key) {
            score.set(&format!("sample {id} {key}"), fact, &node.units(ours));
        }
    }
    if let Some(fact) = sample.get("open_list") {
        let open = node.parts.iter().any(|part| part["open_list"] == json!(true));
        score.fact(&format!("sample {id} open_list"), fact, &json!(open));
    }
    if let Some(fact) = sample.get("sub_scores") {
        score.fact(&format!("sample {id} sub_scores"), fact, &node.value("sub_scores"));
    }
    if let Some(fact) = sample.get("deadline_as_written") {
        score.fact(&format!("sample {id} due"), fact, &node.value("due"));
    }
    if let Some(facts) = sample.get("targets") {
        targets(&id, list(facts), node.quantities(), lenient, score);
    }
}

/// Each expected figure is held against the figure that is most like it.
fn targets(id: &str, facts: &[Value], mut left: Vec<Value>, lenient: bool, score: &mut Score) {
    if facts.is_empty() {
        let got: Vec<Value> = left.iter().map(figure).collect();
        score.fact(&format!("sample {id} targets"), &json!([]), &json!(got));
    }
    for fact in facts {
        let likeness = |got: &Value| {
            [
                is_same(&fact["number"], &got["value"]),
                is_same(&fact["unit"], &got["unit"]),
                is_right_comparator(fact, got, lenient),
            ]
        };
        let best = (0..left.len()).max_by_key(|at| {
            let [number, unit, comparator] = likeness(&left[*at]);
            (number, unit, comparator, std::cmp::Reverse(*at))
        });
        let got = best.map_or(Value::Null, |at| left.remove(at));
        let right = likeness(&got);
        let keys = [("number", "value"), ("unit", "unit"), ("comparator", "comparator")];
        for ((key, ours), is_right) in keys.into_iter().zip(right) {
            let what = format!("sample {id} target {} {key}", plain(&fact["indicator"]));
            score.check(&what, &fact[key], &got[ours], is_right);
        }
    }
}
