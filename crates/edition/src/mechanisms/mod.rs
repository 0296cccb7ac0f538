//! `mechanisms/<id>/` of all layers, three files each: `mechanism.toml`, the procedure; `text.toml`, its messages;
//! `examples.toml`, timelines that show what comes of it. And what is wrong with each.

mod examples;
mod texts;

pub use examples::Timeline;

use crate::{
    document::{Document, Place},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    systems::{Sources, dangling},
    tree::Tree,
};
use domain::{
    Citation,
    clock::OfficeTime,
    mechanism::{Act, Mechanism, MechanismFault, MechanismFaultKind as Kind, MechanismVersion},
    organization::Organization,
};
use rules::vocabulary::Vocabulary;
use std::sync::Arc;

/// What mechanisms are checked against.
pub(crate) struct Surroundings<'s> {
    pub organizations: &'s Joined<Organization>,
    pub sources: &'s Sources,
    pub vocabularies: &'s [Arc<Vocabulary>],
    pub office: OfficeTime<'s>,
}

/// What was read of all layers.
#[derive(Default)]
pub(crate) struct Read {
    /// Mechanisms that could be read as a whole, whatever their faults.
    pub versions: Vec<MechanismVersion>,
    pub timelines: Vec<Timeline>,
}

/// The mechanisms of all layers.
pub(crate) fn read(
    tree: &Tree,
    layers: &[Layer],
    around: &Surroundings<'_>,
    problems: &mut Problems,
) -> Read {
    let (mut read, mut known) = (Read::default(), Vec::new());
    for layer in layers {
        for folder in tree.folders(&format!("{}/mechanisms", layer.id)) {
            let folder_path = format!("{}/mechanisms/{folder}", layer.id);
            let file = format!("{folder_path}/mechanism.toml");
            if !tree.holds(&file) && !tree.is_closed(&file) {
                problems.in_file(&file, "the mechanism has no mechanism.toml", "add the file");
            }
            let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &[], problems));
            let Some(located) = document.and_then(|document| document.head.read::<Mechanism>(problems))
            else {
                continue;
            };
            if !located.is_whole() {
                continue;
            }
            let mut mechanism = located.value;
            let (place, before) = (&located.place, problems.count());
            if mechanism.id != folder {
                let what = format!("the id `{}` is not the name of the folder", mechanism.id);
                problems.at(place, "id", what, format!("write id = \"{folder}\""));
            }
            if read.versions.iter().any(|known| known.definition.id == mechanism.id) {
                let what = format!("a layer above has a mechanism `{}`", mechanism.id);
                problems.at(place, "id", what, "give it another id");
            }
            report(&mechanism, place, around.organizations, problems);
            check_citations(&mechanism, place, around.sources, problems);
            texts::read(tree, &folder_path, (&mut mechanism, place), problems);
            let (version, faults) = MechanismVersion::of(mechanism, around.vocabularies);
            for fault in faults {
                problems.at(place, &fault.field, fault.what, fault.hint);
            }
            // What comes of a definition with faults says nothing.
            let is_sound = problems.count() == before;
            known.push((read.versions.len(), located.place.clone()));
            read.timelines.extend(examples::read(
                tree,
                &folder_path,
                &version,
                (around.office, is_sound),
                problems,
            ));
            read.versions.push(version);
        }
    }
    for (at, place) in known {
        check_opened(&read.versions[at].definition, &place, &read.versions, problems);
    }
    read
}

/// A mechanism that a step opens a case of must exist.
fn check_opened(
    mechanism: &Mechanism,
    place: &Place,
    versions: &[MechanismVersion],
    problems: &mut Problems,
) {
    for (at, step) in mechanism.steps.iter().enumerate() {
        for act in &step.acts {
            if let Act::OpenCase { mechanism } = act
                && !versions.iter().any(|one| one.definition.id == *mechanism)
            {
                let (what, hint) = told(Kind::UnknownMechanism);
                problems.at(place, &format!("step.{at}.do"), format!("`{mechanism}`: {what}"), hint);
            }
        }
    }
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
        Kind::RungWithoutTime => {
            ("the rung fires at no time, or at two", "write one of `warning`, `due` and `overdue`")
        }
    };
    (said.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use crate::{Tree, load, tests::sample};

    const NOTES: &str = include_str!("../../tests/fixtures/mechanisms/notes/mechanism.toml");
    const TEXTS: &str = include_str!("../../tests/fixtures/mechanisms/notes/text.toml");
    const EXAMPLES: &str = include_str!("../../tests/fixtures/mechanisms/notes/examples.toml");

    /// The problems of a mechanism, its texts and its examples.
    fn problems_of(mechanism: &str, texts: &str, examples: &str) -> Vec<String> {
        let mut files = sample();
        let folder = "sample/mechanisms/notes";
        for (name, text) in [("mechanism", mechanism), ("text", texts), ("examples", examples)] {
            if !text.is_empty() {
                files.insert(format!("{folder}/{name}.toml"), text.to_owned());
            }
        }
        let loaded = load(&Tree::from_files(files), "sample");
        let shown = |problem: &crate::Problem| problem.to_string().replace(&format!("{folder}/"), "");
        loaded.problems.iter().map(shown).collect()
    }

    /// The problems after one text of one of the three files was replaced.
    fn after(from: &str, to: &str) -> Vec<String> {
        let changed = |text: &str| text.replacen(from, to, 1);
        assert!([NOTES, TEXTS, EXAMPLES].iter().any(|text| text.contains(from)), "{from}");
        problems_of(&changed(NOTES), &changed(TEXTS), &changed(EXAMPLES))
    }

    #[test]
    fn a_mechanism_of_three_files_is_read_and_a_sound_one_has_no_problem() {
        assert_eq!(problems_of(NOTES, TEXTS, EXAMPLES), [""; 0]);
    }

    #[test]
    fn every_fault_of_a_mechanism_is_reported_with_its_line() {
        let text = NOTES
            .replace("id = \"notes\"", "id = \"note\"")
            .replace("to = \"answered\"", "to = \"answer\"")
            .replace("organization = \"commerce-bureau\"", "organization = \"commerce\"");
        let found = problems_of(&text, TEXTS, EXAMPLES);
        for expected in [
            "mechanism.toml:2: the id `note` is not the name of the folder",
            "the organisation `commerce` does not exist",
            "`received`: no end can be reached from this stage",
            "`answered`: no step leads to this stage",
            "`answer`: the mechanism has nothing of this name",
        ] {
            assert!(found.iter().any(|line| line.contains(expected)), "{expected}\n{found:#?}");
        }
        assert_eq!(found.len(), 6, "{found:#?}");
    }

    #[test]
    fn what_is_wrong_with_a_condition_a_citation_or_a_message_is_told_with_its_line() {
        for (from, to, expected) in [
            ("urgent = true", "urgnt = true", "mechanism.toml:50: `urgnt = true`: "),
            ("cite = \"a1\"", "cite = \"a99\"", "mechanism.toml:51: `a99`: there is no article 99"),
            ("received = {", "recieved = {", "text.toml:4: no message is called `recieved`"),
            ("{subject}", "{subjekt}", "text.toml:4: `{subjekt}` stands for nothing"),
        ] {
            let found = after(from, to);
            assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}\n{found:#?}");
        }
    }

    #[test]
    fn an_example_that_comes_out_otherwise_says_what_came_out() {
        for (from, to, expected) in [
            ("stage = \"answered\"", "stage = \"received\"", "expected received, it came out answered"),
            (
                "bureau = 2026-03-06",
                "bureau = 2026-03-09",
                "expected bureau 2026-03-09, it came out bureau 2026-03-06",
            ),
            ("2026-03-05 late", "2026-03-06 late", "expected 2026-03-06 late, it came out 2026-03-05 late"),
            (
                "2026-03-02 received: bureau",
                "2026-03-02 received: firm",
                "it came out 2026-03-02 received: bureau",
            ),
            (
                "refused = [\"condition-not-met\"]",
                "refused = [\"ended\"]",
                "expected ended, it came out condition-not-met",
            ),
            ("refused = [\"condition-not-met\"]\n", "", "the step is refused: condition-not-met"),
        ] {
            let found = after(from, to);
            assert!(found.len() == 1 && found[0].contains(expected), "{expected}\n{found:#?}");
        }
    }

    #[test]
    fn a_mechanism_without_examples_of_both_sorts_is_reported() {
        let found = problems_of(NOTES, TEXTS, "");
        assert!(found.len() == 1 && found[0].contains("there are no examples"), "{found:#?}");
        let (example, _) = EXAMPLES.split_once("[[example]]\nname = \"what").expect("there are two");
        for (examples, expected) in [
            (example, "no example in which a step is refused"),
            (&EXAMPLES.replace(example, ""), "no example in which a case ends"),
        ] {
            let found = problems_of(NOTES, TEXTS, examples);
            assert!(found.len() == 1 && found[0].contains(expected), "{found:#?}");
        }
    }
}
