//! `/procedures/{id}`: one procedure: who acts, its stages and steps, its clocks, what happens when one runs late, its
//! sources, examples and versions.

mod condition;
mod parts;

use crate::{
    case::beginnings,
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Html,
};
use domain::{
    clock::told_period,
    mechanism::{Anonymity, Mechanism, MechanismVersion, Publication},
};
use edition::{Edition, Timeline};
use parts::{ActorRow, ClockRow, RungRow, Source, StageRow};
use serde::Deserialize;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Which version is wanted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    version: Option<u16>,
}

/// A version in the history.
struct Version {
    link: Link,
    from: String,
    standing: &'static str,
    is_shown: bool,
}

#[derive(Template)]
#[template(path = "pages/procedure/page.html")]
struct View<'a> {
    page: Page,
    t: Text,
    mechanism: &'a Mechanism,
    /// Where the reader can begin a case of it.
    begin: Option<String>,
    facts: Vec<(&'static str, String)>,
    sources: Vec<Source>,
    actors: Vec<ActorRow>,
    stages: Vec<StageRow>,
    clocks: Vec<ClockRow>,
    rungs: Vec<RungRow>,
    remedies: Vec<(String, String, Source)>,
    systems: Vec<Link>,
    examples: Vec<&'a Timeline>,
    versions: Vec<Version>,
}

/// The page.
pub async fn show(
    context: Context,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let edition = &*context.city.edition;
    let version = wanted(&context, &id, asked.version).ok_or(PageError::Page)?;
    let mechanism = &version.definition;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Systems, mechanism.title.get(context.language))
        .under("/systems", t.of("systems"))
        .under("/procedures", t.of("procedures"));
    let told = parts::Told { page: &page, t, edition, version };
    let view = View {
        begin: begin(&context, version),
        facts: facts(&page, t, mechanism),
        sources: mechanism.cite.iter().map(|cite| told.source(cite)).collect(),
        actors: told.actors(),
        stages: told.stages(),
        clocks: told.clocks(),
        rungs: told.rungs(),
        remedies: told.remedies(),
        systems: systems(&page, edition, &id),
        examples: examples(edition, mechanism),
        versions: versions(&context, &page, t, mechanism),
        mechanism,
        page,
        t,
    };
    Page::render(&view)
}

/// The version that was asked for; else the one on which a case would begin today, or the first that will be.
fn wanted<'c>(context: &'c Context, id: &str, number: Option<u16>) -> Option<&'c MechanismVersion> {
    let edition = &context.city.edition;
    let Some(number) = number else {
        let in_force = MechanismVersion::in_force(&edition.mechanisms, id, context.today());
        return in_force.or_else(|| edition.versions_of(id).next());
    };
    edition.versions_of(id).find(|one| one.definition.version == number)
}

fn begin(context: &Context, version: &MechanismVersion) -> Option<String> {
    let capacity = context.visit.principal().capacity()?;
    let is_open = !beginnings(version, capacity).is_empty();
    is_open.then(|| format!("/cases/new/{}", version.definition.id))
}

fn facts(page: &Page, t: Text, mechanism: &Mechanism) -> Vec<(&'static str, String)> {
    let anonymity = match mechanism.anonymity {
        Anonymity::Named => t.of("named"),
        Anonymity::HiddenFromOffice => t.of("hidden_from_office"),
        Anonymity::Confidential => t.of("confidential"),
        Anonymity::Restricted => t.of("restricted"),
    };
    let publication = match mechanism.publication {
        Publication::Nothing => t.of("public_nothing"),
        Publication::Figures => t.of("public_figures"),
        Publication::Answer => t.of("public_answer"),
    };
    let levels = mechanism.rating.iter().flat_map(|rating| &rating.levels).map(|level| page.say(level));
    let rating = levels.collect::<Vec<_>>().join(t.of("between"));
    let all = [
        (t.of("anonymity"), anonymity.to_owned()),
        (t.of("publication"), publication.to_owned()),
        (t.of("retention"), page.say(&told_period(mechanism.retention)).to_owned()),
        (t.of("rating"), rating),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The named systems that it helps to realise.
fn systems(page: &Page, edition: &Edition, id: &str) -> Vec<Link> {
    let entry = format!("mechanism:{id}");
    let own = edition.systems.iter().filter(|system| system.realised_by.contains(&entry));
    own.map(|system| Link::new(format!("/systems/{}", system.id), page.say(&system.name))).collect()
}

fn examples<'a>(edition: &'a Edition, mechanism: &Mechanism) -> Vec<&'a Timeline> {
    let is_own = |one: &&Timeline| one.mechanism == mechanism.id && one.version == mechanism.version;
    edition.timelines.iter().filter(is_own).collect()
}

/// Newest first.
fn versions(context: &Context, page: &Page, t: Text, shown: &Mechanism) -> Vec<Version> {
    let (edition, today) = (&context.city.edition, context.today());
    let current = MechanismVersion::in_force(&edition.mechanisms, &shown.id, today);
    let current = current.map(|one| one.definition.version);
    let version = |one: &MechanismVersion| {
        let Mechanism { id, version, effective, .. } = &one.definition;
        Version {
            link: Link::new(format!("/procedures/{id}?version={version}"), t.one("version", version)),
            from: t.one("from", page.date(effective)),
            standing: match current {
                Some(number) if number == *version => t.of("in_force"),
                _ if *effective > today => t.of("to_come"),
                _ => t.of("running_out"),
            },
            is_shown: *version == shown.version,
        }
    };
    edition.versions_of(&shown.id).rev().map(version).collect()
}

#[cfg(test)]
mod tests;
