//! `mechanisms/<id>/` of all layers, three files each: `mechanism.toml`, the procedure; `text.toml`, its messages;
//! `examples.toml`, timelines that show what comes of it. And what is wrong with each. Versions before the newest stand
//! in `versions/<number>/`, the same three files.

mod bindings;
mod examples;
mod parameters;
mod rings;
mod texts;
mod versions;

pub use examples::Timeline;
pub(crate) use parameters::parameters;

use crate::{
    document::{Document, Located, Place},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    systems::{Sources, dangling},
    tree::Tree,
};
use chrono::NaiveDate;
use domain::{
    Citation,
    clock::OfficeTime,
    mechanism::{Act, Mechanism, MechanismFault, MechanismFaultKind as Kind, MechanismVersion},
    organization::Organization,
};
use rules::{definition::NamedDefinition, vocabulary::Vocabulary};
use std::sync::Arc;

/// What mechanisms are checked against.
pub(crate) struct Surroundings<'s> {
    pub organizations: &'s Joined<Organization>,
    pub sources: &'s Sources,
    pub vocabularies: &'s [Arc<Vocabulary>],
    /// What conditions may name besides the fields.
    pub parameters: &'s [NamedDefinition],
    pub office: OfficeTime<'s>,
}

/// What was read of all layers.
#[derive(Default)]
pub(crate) struct Read {
    /// Mechanisms that could be read as a whole, whatever their faults.
    pub versions: Vec<MechanismVersion>,
    pub timelines: Vec<Timeline>,
}

/// A version as it was read, with its place.
struct ReadVersion {
    folder: String,
    mechanism: Mechanism,
    place: Place,
    /// Nothing is wrong with it so far.
    is_sound: bool,
}

/// The mechanisms of all layers, every version of each, oldest first.
pub(crate) fn read(
    tree: &Tree,
    layers: &[Layer],
    around: &Surroundings<'_>,
    problems: &mut Problems,
) -> Read {
    let (mut read, mut known) = (Read::default(), Vec::new());
    for layer in layers {
        for id in tree.folders(&format!("{}/mechanisms", layer.id)) {
            let folder = format!("{}/mechanisms/{id}", layer.id);
            if read.versions.iter().any(|known: &MechanismVersion| known.definition.id == id) {
                let what = format!("a layer above has a mechanism `{id}`");
                problems.in_file(&format!("{folder}/mechanism.toml"), what, "give it another id");
            }
            let mut versions = Vec::new();
            for (folder, number) in versions::folders(tree, &folder) {
                versions.extend(read_version(tree, (&folder, id, number), around, problems));
            }
            versions.sort_by_key(|one: &ReadVersion| one.mechanism.version);
            versions::check(tree, &folder, &versions, problems);
            for at in 0..versions.len() {
                let until = versions.get(at + 1).map(|next| next.mechanism.effective);
                known.push((read.versions.len(), versions[at].place.clone()));
                run(tree, (&versions[at], until), around, &mut read, problems);
            }
        }
    }
    // Examples say what a mechanism does wherever it is used; who an office is here comes after them.
    bindings::bind(tree, layers, around, &mut read.versions, problems);
    rings::check(&read.versions, &known, problems);
    for (at, place) in known {
        check_opened(&read.versions[at].definition, &place, &read.versions, problems);
    }
    read
}

/// Reads `mechanism.toml` and `text.toml` of one version; `number` is that of its folder, where it stands in one.
fn read_version(
    tree: &Tree,
    (folder, id, number): (&str, &str, Option<u16>),
    around: &Surroundings<'_>,
    problems: &mut Problems,
) -> Option<ReadVersion> {
    let file = format!("{folder}/mechanism.toml");
    if !tree.holds(&file) && !tree.is_closed(&file) {
        problems.in_file(&file, "the mechanism has no mechanism.toml", "add the file");
    }
    let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &[], problems));
    let located = document.and_then(|document| document.head.read::<Mechanism>(problems));
    let located = located.filter(Located::is_whole)?;
    let (mut mechanism, place, before) = (located.value, located.place, problems.count());
    if mechanism.id != id {
        let what = format!("the id `{}` is not the name of the folder", mechanism.id);
        problems.at(&place, "id", what, format!("write id = \"{id}\""));
    }
    if number.is_some_and(|number| number != mechanism.version) {
        let what = format!("version {} stands in the folder of another", mechanism.version);
        problems.at(&place, "version", what, format!("move it to versions/{}/", mechanism.version));
    }
    report(&mechanism, &place, around.organizations, problems);
    check_citations(&mechanism, &place, around.sources, problems);
    texts::read(tree, folder, (&mut mechanism, &place), problems);
    let is_sound = problems.count() == before;
    Some(ReadVersion { folder: folder.to_owned(), mechanism, place, is_sound })
}

/// Compiles a version and runs its examples.
fn run(
    tree: &Tree,
    (one, until): (&ReadVersion, Option<NaiveDate>),
    around: &Surroundings<'_>,
    read: &mut Read,
    problems: &mut Problems,
) {
    let (version, faults) =
        MechanismVersion::with_parameters(one.mechanism.clone(), around.vocabularies, around.parameters);
    // What comes of a definition with faults says nothing.
    let is_sound = one.is_sound && faults.is_empty();
    for fault in faults {
        problems.at(&one.place, &fault.field, fault.what, fault.hint);
    }
    let of_version = examples::OfVersion { version: &version, until, office: around.office, is_sound };
    read.timelines.extend(examples::read(tree, &one.folder, &of_version, problems));
    read.versions.push(version);
}

/// A mechanism that a step opens a case of must exist.
fn check_opened(
    mechanism: &Mechanism,
    place: &Place,
    versions: &[MechanismVersion],
    problems: &mut Problems,
) {
    for (at, step) in mechanism.steps.iter().enumerate() {
        let field = format!("step.{at}.do");
        for act in &step.acts {
            let Act::OpenCase { mechanism: other, take } = act else { continue };
            let Some(other) = versions.iter().find(|one| one.definition.id == *other) else {
                let (what, hint) = told(Kind::UnknownMechanism);
                problems.at(place, &field, format!("`{other}`: {what}"), hint);
                continue;
            };
            for (own, new) in take.pairs() {
                if let Some((what, hint)) = misfit(mechanism, own, (&other.definition, new)) {
                    problems.at(place, &field, what, hint);
                }
            }
        }
    }
}

/// Why a field cannot fill a field of another mechanism.
fn misfit(mechanism: &Mechanism, own: &str, (other, new): (&Mechanism, &str)) -> Option<(String, String)> {
    let named = |mechanism: &Mechanism, name: &str| {
        let mut fields = mechanism.forms.iter().flat_map(|form| &form.fields).filter(|one| one.name == name);
        fields.next().map(|field| (field.kind, field.vocabulary.clone(), field.unit.clone()))
    };
    // One that is missing here is told with the other faults of the mechanism.
    let own_type = named(mechanism, own)?;
    let Some(new_type) = named(other, new) else {
        let fields = other.forms.iter().flat_map(|form| &form.fields);
        let hint = crate::spelling::did_you_mean(
            new,
            fields.map(|field| field.name.as_str()),
            "name a field of the other mechanism",
        );
        return Some((format!("`{new}`: `{}` has no such field", other.id), hint));
    };
    let hint = "take a field of the same type, vocabulary and unit".to_owned();
    (own_type != new_type)
        .then(|| (format!("`{own}` holds something else than `{new}` of `{}`", other.id), hint))
}

/// Every citation in the short spelling must exist; others name a document of an upper layer in words.
fn check_citations(mechanism: &Mechanism, place: &Place, sources: &Sources, problems: &mut Problems) {
    let mut cited: Vec<(String, &String)> = Vec::new();
    cited.extend(mechanism.cite.iter().enumerate().map(|(at, cite)| (format!("cite.{at}"), cite)));
    for (at, step) in mechanism.steps.iter().enumerate() {
        cited.extend(step.cite.iter().map(|cite| (format!("step.{at}.cite"), cite)));
    }
    for (at, clock) in mechanism.clocks.iter().enumerate() {
        cited.push((format!("clock.{at}.terms.cite"), &clock.terms.cite));
        let grounds = clock.terms.grounds.iter().enumerate();
        cited.extend(
            grounds.map(|(ground_at, ground)| {
                (format!("clock.{at}.terms.ground.{ground_at}.cite"), &ground.cite)
            }),
        );
    }
    let rungs = mechanism.ladder.iter().enumerate();
    cited.extend(rungs.filter_map(|(at, rung)| Some((format!("rung.{at}.cite"), rung.cite.as_ref()?))));
    let remedies = mechanism.remedies.iter().enumerate();
    cited.extend(remedies.map(|(at, remedy)| (format!("remedy.{at}.cite"), &remedy.cite)));
    for (field, cite) in cited {
        let short = cite.parse::<Citation>().ok();
        if let Some((what, hint)) = short.and_then(|citation| dangling(&citation, sources)) {
            problems.at(place, &field, format!("`{cite}`: {what}"), hint);
        }
    }
}

fn report(
    mechanism: &Mechanism,
    place: &Place,
    organizations: &Joined<Organization>,
    problems: &mut Problems,
) {
    for MechanismFault { field, what, name } in mechanism.faults() {
        let (said, hint) = told(what);
        problems.at(place, &field, format!("`{name}`: {said}"), hint);
    }
    for (at, actor) in mechanism.actors.iter().enumerate() {
        let Some(id) = &actor.organization else { continue };
        if !organizations.incomplete && !organizations.known.contains(id) {
            let what = format!("the organisation `{id}` does not exist");
            problems.at(place, &format!("actor.{at}.organization"), what, "add it to organizations.toml");
        }
    }
}

/// What is wrong, and what to do.
fn told(what: Kind) -> (String, &'static str) {
    let (said, hint) = match what {
        Kind::Terms(terms) => {
            let told = terms.told().en;
            let said = told.split(" · ").next().unwrap_or_default().to_owned();
            return (said, "docs/guide/clocks.md explains the terms of a clock");
        }
        Kind::NoCitation => ("nothing is cited", "write in `cite` where the sources ask for it"),
        Kind::NoSource => {
            ("the period has no source", "cite it, or say in `derived` how we came to the figure")
        }
        Kind::UnknownMechanism => ("there is no such mechanism", "add its folder, or correct the name"),
        Kind::SameName => ("two things have this name", "give one of them another"),
        Kind::UnknownName => ("the mechanism has nothing of this name", "correct it, or add what it means"),
        Kind::UnreachableStage => ("no step leads to this stage", "add a step, or remove the stage"),
        Kind::DeadEnd => ("no end can be reached from this stage", "add a step that leads on"),
        Kind::NoEnd => ("no stage ends the case", "give the last stage an `outcome`"),
        Kind::StepAfterEnd => {
            ("a step leads out of a stage that ends the case", "remove the outcome or the step")
        }
        Kind::NoOrganizationInForm => (
            "the step assigns a case, but its form asks for no organisation",
            "add a required field of type organization to its form",
        ),
        Kind::StepByNobody => ("nobody may take this step", "name actors in `by`"),
        Kind::ActorWithoutRole => ("nobody fills this actor", "name roles, or make it automatic"),
        Kind::IdleActor => ("this actor does nothing and hears nothing", "name it in a step, or remove it"),
        Kind::ActorWithoutOrganization => ("a fixed actor names no organisation", "add `organization`"),
        Kind::ClockNeverStarts => ("no step starts this clock", "add start-clock to a step"),
        Kind::ClockNeverStops => {
            ("the case can end here while this clock runs", "add finish-clock to the last step")
        }
        Kind::PauseNeverEnds => ("nothing ends a pause on this ground", "add resume-clock, or a cap"),
        Kind::UnseeingActor => (
            "this actor has a step in a case that it never sees",
            "write sees_when = \"when-acting\", let it begin the case, or bind it to the case",
        ),
        Kind::SealedAndOpen => (
            "the step seals the case, and the case goes on where nobody sees it",
            "lead to a stage with an `outcome`, or leave out seal",
        ),
        Kind::MarkOfOtherType => {
            ("the mark is for a field of another type", "docs/guide/mechanisms.md lists the marks")
        }
        Kind::MarkTwice => ("a field of another name has the same mark", "leave the mark with one of them"),
        Kind::RungWithoutTime => {
            ("the rung fires at no time, or at two", "write one of `warning`, `due` and `overdue`")
        }
    };
    (said.to_owned(), hint)
}

#[cfg(test)]
mod tests;
