//! `competence.toml` of all layers: topics, ways to organisations, and examples that are run.

mod examples;
#[cfg(test)]
mod tests;

pub use examples::CompetenceExample;

use crate::{
    document::{Document, Located, Place, Row},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    spelling::did_you_mean,
    systems::{Sources, dangling},
    tree::Tree,
};
use domain::{
    organization::{Organization, OrganizationKind as Kind},
    voice::competence::{
        CompetenceFault, CompetenceFaultKind as What, CompetenceList, CompetenceRule, CompetenceTable, Topic,
    },
};
use serde::Deserialize;

/// The table and its examples.
#[derive(Default)]
pub(crate) struct ReadCompetence {
    /// The table; nothing where no layer has one.
    pub table: Option<CompetenceTable>,
    /// The examples of the nearest layer that has the file.
    pub examples: Vec<CompetenceExample>,
}

/// What stands outside the rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    fallback: String,
}

/// What a rule is checked against.
struct Known<'k> {
    organizations: &'k Joined<Organization>,
    sources: &'k Sources,
}

/// Reads and joins the tables of all layers; the nearest layer names the desk and has the examples.
pub(crate) fn read(
    tree: &Tree,
    layers: &[Layer],
    (organizations, sources): (&Joined<Organization>, &Sources),
    problems: &mut Problems,
) -> ReadCompetence {
    let mut topics = Joined::<Topic>::new("topic", layers);
    let mut rules = Joined::<CompetenceRule>::new("rule", layers);
    let known = Known { organizations, sources };
    let (mut examples, mut desk, mut any): (Vec<Row<'_>>, Option<Located<Head>>, bool) = Default::default();
    for layer in layers {
        let file = format!("{}/competence.toml", layer.id);
        let Some(text) = tree.text(&file) else { continue };
        any = true;
        let lists = ["topic", "rule", "example"];
        let Some(mut document) = Document::parse(&file, text, &lists, problems) else {
            (topics.incomplete, rules.incomplete) = (true, true);
            continue;
        };
        topics.incomplete |= document.may_lack_rows;
        rules.incomplete |= document.may_lack_rows;
        for row in document.take("topic") {
            topics.add_row(&layer.id, row, problems);
        }
        for row in document.take("rule") {
            rules.add_row(&layer.id, row, problems);
        }
        examples = document.take("example");
        desk = document.head.read::<Head>(problems).or(desk);
    }
    if !any {
        return ReadCompetence::default();
    }
    let before = problems.count();
    if let Some(desk) = desk.as_ref().filter(|desk| desk.is_sure("fallback")) {
        check_body(&desk.value.fallback, (&desk.place, "fallback"), &known, problems);
    }
    for row in rules.rows() {
        check_rule(row, &known, problems);
    }
    let table = CompetenceTable {
        topics: topics.rows().map(|row| row.value.clone()).collect(),
        rules: rules.rows().map(|row| row.value.clone()).collect(),
        fallback: desk.map(|desk| desk.value.fallback).unwrap_or_default(),
    };
    for fault in table.faults() {
        report(&fault, (&topics, &rules), problems);
    }
    let is_sound = problems.count() == before && !topics.incomplete && !rules.incomplete;
    let examples = examples::run(&examples, &table, (&known, is_sound), problems);
    ReadCompetence { table: Some(table), examples }
}

fn check_rule(row: &Located<CompetenceRule>, known: &Known<'_>, problems: &mut Problems) {
    if let Some(organization) = &row.value.organization {
        check_body(organization, (&row.place, "organization"), known, problems);
    }
    if let Some(place) = &row.value.place {
        check_place(place, (&row.place, "place"), known, problems);
    }
    for (at, citation) in row.value.cite.iter().enumerate() {
        if let Some((what, hint)) = dangling(citation, known.sources) {
            let what = format!("the citation {citation} points at nothing: {what}");
            problems.at(&row.place, &format!("cite.{at}"), what, hint);
        }
    }
}

/// Somebody who can be competent: it exists and is no group.
fn check_body(id: &str, (place, field): (&Place, &str), known: &Known<'_>, problems: &mut Problems) {
    let bodies = known.organizations;
    if !bodies.known.contains(id) {
        if !bodies.incomplete {
            let names = bodies.known.iter().map(String::as_str);
            let hint = did_you_mean(id, names, "name an organisation of organizations.toml");
            problems.at(place, field, format!("the organisation `{id}` does not exist"), hint);
        }
        return;
    }
    if kind_of(id, known).is_some_and(|kind| kind == Kind::Group) {
        let what = format!("`{id}` is a group, and no single body can be asked");
        problems.at(place, field, what, "name one body, or write to_place = true");
    }
}

/// A county or a zone.
fn check_place(id: &str, (place, field): (&Place, &str), known: &Known<'_>, problems: &mut Problems) {
    let before = problems.count();
    check_body(id, (place, field), known, problems);
    let is_place = |kind| matches!(kind, Kind::County | Kind::Zone);
    if problems.count() == before && kind_of(id, known).is_some_and(|kind| !is_place(kind)) {
        problems.at(place, field, format!("`{id}` is no place"), "name a county or a zone");
    }
}

/// The sort of a body, where its row says it.
fn kind_of(id: &str, known: &Known<'_>) -> Option<Kind> {
    let row = known.organizations.rows().find(|row| row.value.id == id)?;
    row.is_sure("kind").then_some(row.value.kind)
}

/// Reports a fault at its row, unless something unread may explain it.
fn report(
    fault: &CompetenceFault,
    (topics, rules): (&Joined<Topic>, &Joined<CompetenceRule>),
    problems: &mut Problems,
) {
    let top = fault.field.split('.').next().unwrap_or_default();
    let place = match fault.list {
        CompetenceList::Topic => place_of(topics, (&fault.id, top), |topic| &topic.id),
        CompetenceList::Rule => place_of(rules, (&fault.id, top), |rule| &rule.id),
    };
    let is_explained = match &fault.what {
        What::NoSuchTopic(topic) => topics.incomplete || topics.known.contains(topic),
        What::NoWay => topics.incomplete || rules.incomplete || rules.rows().any(|row| !row.is_whole()),
        _ => false,
    };
    let Some(place) = place.filter(|_| !is_explained) else { return };
    let (what, hint) = told(fault, topics);
    problems.at(place, &fault.field, what, hint);
}

/// Where a row stands, if the field is sure.
fn place_of<'j, T>(
    joined: &'j Joined<T>,
    (id, field): (&str, &str),
    id_of: fn(&T) -> &String,
) -> Option<&'j Place> {
    let row = joined.rows().find(|row| id_of(&row.value) == id)?;
    row.is_sure(field).then_some(&row.place)
}

fn told(fault: &CompetenceFault, topics: &Joined<Topic>) -> (String, String) {
    let id = &fault.id;
    let (what, hint) = match &fault.what {
        What::NoSuchTopic(topic) => {
            let known = topics.known.iter().map(String::as_str);
            let hint = did_you_mean(topic, known, "add the topic or name another one");
            return (format!("the topic `{topic}` does not exist"), hint);
        }
        What::Ring => (format!("the topic `{id}` is a part of itself"), "remove a `parent` of the ring"),
        What::NoWay => (
            format!("no rule leads from the topic `{id}` to an organisation"),
            "add a rule for it, or for what it is part of, without words or place",
        ),
        What::SameWord { word, other } => (
            format!("the word {word} belongs to the topic `{other}` too"),
            "leave it to one of them, or write a longer word for each",
        ),
        What::NoWord(word) => (
            format!("the word {word} is too short or stands here twice"),
            "write words of at least two characters, each once",
        ),
        What::NeverWins(first) => (
            format!("the rule `{id}` can never win: `{first}` always goes first"),
            "give it a word or a place of its own, or remove it",
        ),
        What::NotOneOrganization => (
            "the rule names no organisation, or two".to_owned(),
            "write `organization`, or to_place = true, one of both",
        ),
        What::NoSource => (
            "the rule is neither cited nor derived, or both".to_owned(),
            "write `cite`, or derived = true where it is your own reading",
        ),
    };
    (what, hint.to_owned())
}
