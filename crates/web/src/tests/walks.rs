//! The first example of every mechanism, walked over the real router: each step by the page of its case, by somebody who
//! acts as the actor that the example names, in the organisation to which the case binds him. An example that holds says
//! that a procedure is sound; this says that people can work it.

use crate::testing::{Answer, FIRM, Site, Somebody};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use domain::{
    access::Role,
    mechanism::{Actor, Competence, FormField, FormFieldKind, Mechanism, course::CaseState},
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The office of whoever nothing but his role binds, where the example names none.
const ANY_OFFICE: &str = "economy-it-bureau";

/// The body of the city that stands for one that it does not have.
const ANY_BODY: &str = "commerce-bureau";

#[derive(Deserialize)]
struct Examples {
    example: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    #[serde(default)]
    until: Option<toml::Value>,
    event: Vec<Event>,
    expect: Expect,
}

#[derive(Deserialize)]
struct Event {
    at: toml::Value,
    step: String,
    by: String,
    #[serde(default)]
    organization: Option<String>,
    #[serde(default)]
    data: BTreeMap<String, toml::Value>,
    #[serde(default)]
    refused: Vec<String>,
}

#[derive(Deserialize)]
struct Expect {
    stage: String,
}

/// A walk so far.
struct Walk<'s> {
    site: &'s Site,
    mechanism: &'s Mechanism,
    /// Who acts, by role and by firm or organisation.
    people: BTreeMap<(Role, String), Somebody<'s>>,
    number: String,
    at: DateTime<Utc>,
}

/// The files of examples of both layers, each with the identifier of its mechanism.
fn examples() -> Vec<(String, PathBuf)> {
    let editions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editions");
    let mut found = Vec::new();
    for layer in ["national", "wenzhou"] {
        for folder in std::fs::read_dir(editions.join(layer).join("mechanisms")).unwrap() {
            let folder = folder.unwrap();
            let id = folder.file_name().into_string().unwrap();
            found.push((id, folder.path().join("examples.toml")));
        }
    }
    found.sort();
    found
}

/// What is typed for a value.
fn typed(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(text) => vec![text.clone()],
        toml::Value::Array(values) => values.iter().flat_map(typed).collect(),
        other => vec![other.to_string()],
    }
}

/// The moment of an event: ten in the morning where it names a day.
fn moment(at: &toml::Value) -> DateTime<Utc> {
    let text = typed(at).join("");
    let local = if let Ok(day) = text.parse::<NaiveDate>() {
        day.and_hms_opt(10, 0, 0).unwrap()
    } else {
        let form = if text.len() > 16 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M" };
        NaiveDateTime::parse_from_str(&text.replace(' ', "T"), form).unwrap()
    };
    local.and_utc() - TimeDelta::hours(8)
}

impl<'s> Walk<'s> {
    /// Lets the clock come to an event, a minute after the one before at least.
    fn come_to(&mut self, at: DateTime<Utc>) {
        let now = (self.site.service.city.host.now)();
        self.at = at.max(self.at + TimeDelta::minutes(1));
        Site::pass_seconds((self.at - now).num_seconds());
    }

    async fn state(&self) -> CaseState {
        self.site.store().case(&self.number).await.unwrap().unwrap().state
    }

    /// Where somebody acts: for which firm or organisation.
    async fn place(&self, actor: &Actor, event: &Event) -> String {
        let state = if self.number.is_empty() { None } else { Some(self.state().await) };
        let state = state.as_ref();
        let before = state.and_then(|state| {
            let own = state.taken.iter().rev().find(|taken| taken.by == actor.id)?;
            own.organization.clone()
        });
        let named = event.organization.clone();
        match actor.competence {
            Competence::Firm => FIRM.to_owned(),
            Competence::Open if actor.roles[0].is_of_firm() => super::matrix::FOREIGN_FIRM.to_owned(),
            Competence::Fixed => actor.organization.clone().unwrap(),
            Competence::Assigned => state.and_then(|state| state.assigned.clone()).unwrap_or_default(),
            Competence::CoHandler => {
                let helpers = state.map(|state| state.co_handlers.clone()).unwrap_or_default();
                named.or(helpers.first().cloned()).unwrap_or_default()
            }
            _ => named.or(before).unwrap_or_else(|| ANY_OFFICE.to_owned()),
        }
    }

    /// Somebody who acts as the actor of an event, signed in now.
    async fn somebody(&mut self, event: &Event) -> Somebody<'s> {
        let actor = self.mechanism.actors.iter().find(|actor| actor.id == event.by).unwrap();
        let key = (actor.roles[0], self.place(actor, event).await);
        if !self.people.contains_key(&key) {
            let somebody = self.site.signed_in_at(key.0, &key.1).await;
            self.people.insert(key.clone(), somebody);
        }
        self.people[&key].once_more().await
    }

    /// The fields of the form of a step.
    fn fields(&self, step: &str) -> Vec<&'s FormField> {
        let step = self.mechanism.steps.iter().find(|known| known.id == step).unwrap();
        let form = self.mechanism.forms.iter().find(|form| Some(&form.id) == step.form.as_ref());
        form.into_iter().flat_map(|form| &form.fields).collect()
    }

    /// Sends a step with what the example fills in; what is a document there is a file here.
    async fn send(
        &self,
        somebody: &Somebody<'_>,
        event: &Event,
        head: &[(&str, &str)],
        path: &str,
    ) -> Answer {
        let fields = self.fields(&event.step);
        let (mut pairs, mut files) = (Vec::new(), Vec::new());
        for (name, value) in &event.data {
            let is_file = fields.iter().any(|field| field.name == *name && field.kind == FormFieldKind::File);
            if is_file {
                files.push((format!("f.{name}"), format!("{name}.txt")));
            } else {
                let is_office = fields
                    .iter()
                    .any(|field| field.name == *name && field.kind == FormFieldKind::Organization);
                // An example of the nation names bodies that no city has.
                let known = |text: String| {
                    let is_strange = is_office && self.site.edition.organization(&text).is_none();
                    if is_strange { ANY_BODY.to_owned() } else { text }
                };
                pairs.extend(typed(value).into_iter().map(|text| (format!("f.{name}"), known(text))));
            }
        }
        let pairs = pairs.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let pairs: Vec<(&str, &str)> = head.iter().copied().chain(pairs).collect();
        if files.is_empty() {
            return somebody.post(path, &pairs).await;
        }
        let files: Vec<(&str, &str, &[u8])> =
            files.iter().map(|(name, file)| (name.as_str(), file.as_str(), "说明".as_bytes())).collect();
        somebody.post_files(path, &pairs, &files).await
    }

    /// Begins the case; what is wrong where it cannot be begun.
    async fn begin(&mut self, somebody: &Somebody<'_>, event: &Event) -> Result<(), String> {
        let path = format!("/cases/new/{}", self.mechanism.id);
        let page = somebody.get(&format!("{path}?step={}", event.step)).await;
        if !page.status.is_success() {
            return Err(format!("its form is answered with {}", page.status));
        }
        let has_firm = self.mechanism.actors.iter().any(|actor| actor.competence == Competence::Firm);
        let firm = if has_firm { FIRM } else { "" };
        let head = [("do", "file"), ("step", event.step.as_str()), ("firm", firm), ("channel", "counter")];
        let answer = self.send(somebody, event, &head, &path).await;
        let is_refused = !event.refused.is_empty();
        let address = answer.header("location").split('?').next().unwrap_or_default();
        match address.strip_prefix("/cases/") {
            Some(number) if !is_refused => self.number = number.to_owned(),
            None if is_refused => {}
            _ => return Err(format!("it is answered with {} {address}: {}", answer.status, told(&answer))),
        }
        Ok(())
    }

    /// Takes a step by the page of the case.
    async fn take(&self, somebody: &Somebody<'_>, event: &Event) -> Result<(), String> {
        let path = format!("/cases/{}", self.number);
        let page = somebody.get(&path).await;
        let is_refused = !event.refused.is_empty();
        let is_offered = page.body.contains(&format!("name=\"step\" value=\"{}\"", event.step));
        if is_refused && (!is_offered || !page.status.is_success()) {
            return Ok(());
        }
        if !page.status.is_success() {
            return Err(format!("the page of the case is answered with {}", page.status));
        }
        if !is_offered {
            return Err("the page does not offer it".to_owned());
        }
        let revision = page.between("name=\"revision\" value=\"", "\"").to_owned();
        // Several actors may take a step; the page says as which of them he does.
        let form = page.body.split(&format!("name=\"step\" value=\"{}\"", event.step)).nth(1).unwrap();
        let by = form.split("name=\"by\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let head = [("step", event.step.as_str()), ("by", by.as_str()), ("revision", revision.as_str())];
        let answer = self.send(somebody, event, &head, &format!("{path}/steps")).await;
        if (answer.status.as_u16() == 303) == is_refused {
            return Err(format!("it is answered with {}: {}", answer.status, told(&answer)));
        }
        Ok(())
    }
}

/// What a page says against a step, in few words.
fn told(answer: &Answer) -> String {
    let alerts = answer.body.split("role=\"alert\"").skip(1);
    let alerts = alerts.map(|alert| alert.chars().take(300).collect::<String>());
    let faults = answer.body.split("class=\"fault").skip(1).map(|one| one.chars().take(200).collect());
    alerts.chain(faults).collect::<Vec<String>>().join(" | ")
}

/// Walks an example to its end; where it gets stuck and why.
async fn walk(id: &str, example: &Example) -> Result<(), String> {
    let first = moment(&example.event[0].at);
    let probe = Site::new().await;
    Site::pass_seconds((first - (probe.service.city.host.now)()).num_seconds());
    let site = Site::new().await;
    let version = site.edition.mechanisms.iter().rfind(|one| one.definition.id == id).unwrap();
    let (mechanism, people) = (&version.definition, BTreeMap::new());
    let number = String::new();
    let mut walk = Walk { site: &site, mechanism, people, number, at: first - TimeDelta::minutes(1) };
    for event in &example.event {
        walk.come_to(moment(&event.at));
        let somebody = walk.somebody(event).await;
        let outcome = if walk.number.is_empty() {
            walk.begin(&somebody, event).await
        } else {
            walk.take(&somebody, event).await
        };
        outcome.map_err(|why| format!("{id}: `{}` by {}: {why}", event.step, event.by))?;
    }
    let state = walk.state().await;
    let office = site.edition.office_time();
    let mut course = domain::mechanism::course::Course::resume(version, office, state);
    if let Some(until) = &example.until {
        course.advance(typed(until).join("").parse().unwrap());
    }
    let stage = &course.state().stage;
    if *stage == example.expect.stage {
        Ok(())
    } else {
        Err(format!("{id}: it ends in `{stage}` and not in `{}`", example.expect.stage))
    }
}

#[tokio::test]
async fn the_first_example_of_every_mechanism_can_be_walked_on_pages_by_those_it_names() {
    let mut stuck = Vec::new();
    let all = examples();
    assert!(all.len() >= 20, "{} mechanisms", all.len());
    for (id, file) in all {
        let examples: Examples = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        stuck.extend(walk(&id, &examples.example[0]).await.err());
    }
    assert!(stuck.is_empty(), "{}", stuck.join("\n\n"));
}
