//! The two source documents of the city, read in place: their counts are known from reading them by hand.

use gazette::{Hints, Reading, Span};
use serde_json::{Value, json};
use std::{fs, path::Path};

const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds");
const REGULATION: &str = "regulation-2021.txt";
const PLAN: &str = "action-plan-2023-82.txt";

const WORKS: usize = 32;
/// Measures of each work, 195 in all.
const MEASURES: [usize; WORKS] =
    [10, 3, 11, 3, 14, 9, 5, 5, 4, 3, 4, 4, 5, 3, 8, 3, 7, 5, 9, 7, 3, 4, 5, 16, 7, 6, 6, 4, 6, 6, 5, 5];
/// Target items of each work, 92 in all.
const TARGETS: [usize; WORKS] =
    [4, 2, 2, 1, 9, 6, 1, 6, 1, 1, 1, 2, 2, 1, 2, 1, 1, 3, 4, 4, 2, 4, 3, 9, 2, 5, 4, 1, 4, 1, 2, 1];
/// Figures in targets and goals, at least.
const QUANTITIES_MIN: usize = 120;
/// Articles of each chapter of the regulation, 47 in all.
const ARTICLES: [usize; 8] = [4, 8, 6, 8, 9, 7, 4, 1];
/// A run of so many digits in a text is a number to call.
const TELEPHONE_DIGITS_MIN: usize = 7;

/// The text of a seed; `None`, and a line that says so, where the seeds are absent.
fn seed(name: &str) -> Option<Vec<u8>> {
    let bytes = fs::read(Path::new(SEEDS).join(name)).ok();
    if bytes.is_none() {
        println!("skipped: ../shared/seeds is not here");
    }
    bytes
}

fn read(bytes: &[u8], name: &str) -> Reading {
    gazette::read(bytes, Hints { file_name: Some(name) }).expect("a seed can be read")
}

fn json_of(name: &str) -> Option<Value> {
    seed(name).map(|bytes| serde_json::to_value(read(&bytes, name)).expect("a reading is JSON"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn lengths(values: &[Value], key: &str) -> Vec<usize> {
    values.iter().map(|value| list(&value[key]).len()).collect()
}

#[test]
fn the_regulation_has_its_chapters_articles_and_items() {
    let Some(law) = json_of(REGULATION) else { return };
    assert_eq!(law["kind"], "law");
    let chapters = list(&law["chapters"]);
    assert_eq!(lengths(chapters, "articles"), ARTICLES);
    let articles: Vec<&Value> = chapters.iter().flat_map(|chapter| list(&chapter["articles"])).collect();
    let numbers: Vec<Value> = articles.iter().map(|article| article["number"].clone()).collect();
    assert_eq!(numbers, (1..=47).map(|number| json!(number.to_string())).collect::<Vec<_>>());
    for (number, article) in (1..).zip(&articles) {
        let items = match number {
            41 => 3,
            46 => 5,
            _ => 0,
        };
        assert_eq!(list(&article["items"]).len(), items, "items of article {number}");
    }
}

#[test]
fn the_regulation_has_its_three_dates() {
    let Some(law) = json_of(REGULATION) else { return };
    let dates = ["adopted", "approved", "effective"].map(|key| law[key].clone());
    assert_eq!(dates, ["2021-10-22", "2021-11-25", "2022-01-01"].map(Value::from));
}

#[test]
fn the_plan_has_its_works_measures_and_targets() {
    let Some(plan) = json_of(PLAN) else { return };
    assert_eq!(plan["kind"], "task_list");
    let works = list(&plan["works"]);
    let numbers: Vec<Option<u64>> = works.iter().map(|work| work["number"].as_u64()).collect();
    assert_eq!(numbers, (1..=WORKS as u64).map(Some).collect::<Vec<_>>());
    assert_eq!(lengths(works, "measures"), MEASURES);
    assert_eq!(lengths(works, "targets"), TARGETS);
    assert_eq!((MEASURES.iter().sum::<usize>(), TARGETS.iter().sum::<usize>()), (195, 92));
    for work in works {
        let numbered =
            list(&work["measures"]).iter().zip(1..).all(|(measure, n)| measure["number"] == json!(n));
        assert!(numbered, "measures of work {} run from 1", work["number"]);
    }
}

#[test]
fn the_plan_has_its_leads_and_says_how_they_were_told() {
    let Some(plan) = json_of(PLAN) else { return };
    let rule = &plan["lead_rule"];
    assert_eq!(rule["rule"], "star");
    assert_eq!((&rule["marked"], &rule["stars"], &rule["single"]), (&json!(26), &json!(27), &json!(6)));
    let works = list(&plan["works"]);
    assert_eq!(lengths(works, "lead").iter().sum::<usize>(), 27 + 6);
    let alone = works.iter().filter(|work| list(&work["support"]).is_empty());
    let alone: Vec<Option<u64>> = alone.map(|work| work["number"].as_u64()).collect();
    assert_eq!(alone, [4, 8, 10, 11, 15, 21].map(Some));
    let open = works.iter().filter(|work| work["open_list"] == json!(true));
    let open: Vec<Option<u64>> = open.map(|work| work["number"].as_u64()).collect();
    assert_eq!(open, [13, 14, 22].map(Some), "works that also name the counties concerned");
}

#[test]
fn the_plan_has_its_figures_and_its_conflict() {
    let Some(plan) = json_of(PLAN) else { return };
    let targets = list(&plan["works"]).iter().flat_map(|work| list(&work["targets"]));
    let figures: usize =
        targets.chain(list(&plan["goals"])).map(|target| list(&target["quantities"]).len()).sum();
    assert!(figures >= QUANTITIES_MIN, "{figures} figures");
    let conflicts = list(&plan["conflicts"]);
    let is_expected = |conflict: &&Value| conflict["place"] == "24.6" && conflict["field"] == "target";
    assert_eq!(conflicts.iter().filter(is_expected).count(), 1, "{conflicts:?}");
}

#[test]
fn nobody_of_the_contact_column_is_in_the_reading_of_the_plan() {
    let Some(plan) = json_of(PLAN) else { return };
    let mut texts = Vec::new();
    collect_texts(&plan, &mut texts);
    assert!(!texts.is_empty());
    for text in texts {
        let runs = text.split(|character: char| !character.is_ascii_digit());
        let longest = runs.map(str::len).max().unwrap_or(0);
        assert!(longest < TELEPHONE_DIGITS_MIN, "a telephone number: {text}");
        // The contact column masks given names so.
        assert!(!text.contains("某某"), "a name: {text}");
    }
}

fn collect_texts<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(members) => members.iter().for_each(|member| collect_texts(member, texts)),
        Value::Object(members) => members.values().for_each(|member| collect_texts(member, texts)),
        _ => {}
    }
}

#[test]
fn every_character_of_the_seeds_is_accounted_for() {
    for name in [REGULATION, PLAN] {
        let Some(bytes) = seed(name) else { return };
        let manuscript = gazette::manuscript(&bytes, Hints { file_name: Some(name) }).unwrap();
        let reading = gazette::structure(&manuscript);
        let regions = reading.regions().iter().map(|region| region.span);
        let unparsed = reading.unparsed().iter().map(|unparsed| unparsed.span);
        let spans: Vec<Span> = regions.chain(unparsed).chain(manuscript.markup.iter().copied()).collect();
        for (at, character) in (0_u32..).zip(manuscript.text.chars()) {
            let known = spans.iter().any(|span| span.from <= at && at < span.to);
            assert!(known || gazette::span::is_space(character), "{name}: {character} at {at}");
        }
    }
}
