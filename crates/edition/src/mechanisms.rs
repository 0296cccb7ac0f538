//! `mechanisms/<id>/mechanism.toml` of all layers: procedures as data, and what is wrong with each.

use crate::{
    document::{Document, Place},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    tree::Tree,
};
use domain::{
    mechanism::{Mechanism, MechanismFault, MechanismFaultKind as Kind},
    organization::Organization,
};

/// The mechanisms of all layers that could be read as a whole, whatever their faults.
pub(crate) fn read(
    tree: &Tree,
    layers: &[Layer],
    organizations: &Joined<Organization>,
    problems: &mut Problems,
) -> Vec<Mechanism> {
    let mut mechanisms: Vec<Mechanism> = Vec::new();
    for layer in layers {
        for folder in tree.folders(&format!("{}/mechanisms", layer.id)) {
            let file = format!("{}/mechanisms/{folder}/mechanism.toml", layer.id);
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
            let mechanism = located.value;
            let place = &located.place;
            if mechanism.id != folder {
                let what = format!("the id `{}` is not the name of the folder", mechanism.id);
                problems.at(place, "id", what, format!("write id = \"{folder}\""));
            }
            if mechanisms.iter().any(|known| known.id == mechanism.id) {
                let what = format!("a layer above has a mechanism `{}`", mechanism.id);
                problems.at(place, "id", what, "give it another id");
            }
            report(&mechanism, place, organizations, problems);
            mechanisms.push(mechanism);
        }
    }
    mechanisms
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
        Kind::SameName => ("two things have this name", "give one of them another"),
        Kind::UnknownName => ("the mechanism has nothing of this name", "correct it, or add what it means"),
        Kind::UnreachableStage => ("no step leads to this stage", "add a step, or remove the stage"),
        Kind::DeadEnd => ("no end can be reached from this stage", "add a step that leads on"),
        Kind::NoEnd => ("no stage ends the case", "give the last stage an `outcome`"),
        Kind::StepAfterEnd => {
            ("a step leads out of a stage that ends the case", "remove the outcome or the step")
        }
        Kind::StepByNobody => ("nobody may take this step", "name actors in `by`"),
        Kind::ActorWithoutRole => ("nobody fills this actor", "name roles, or make it automatic"),
        Kind::IdleActor => ("this actor does nothing and hears nothing", "name it in a step, or remove it"),
        Kind::ActorWithoutOrganization => ("a fixed actor names no organisation", "add `organization`"),
        Kind::ClockNeverStarts => ("no step starts this clock", "add start-clock to a step"),
        Kind::ClockNeverStops => {
            ("the case can end here while this clock runs", "add finish-clock to the last step")
        }
        Kind::PauseNeverEnds => ("nothing ends a pause on this ground", "add resume-clock, or a cap"),
        Kind::RungWithoutTime => {
            ("the rung fires at no time, or at two", "write either `warning` or `overdue`")
        }
    };
    (said.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use crate::{Tree, load, tests::sample};

    const NOTES: &str = include_str!("../tests/fixtures/mechanisms/notes.toml");

    fn problems(text: &str) -> Vec<String> {
        let mut files = sample();
        files.insert("sample/mechanisms/notes/mechanism.toml".to_owned(), text.to_owned());
        let loaded = load(&Tree::from_files(files), "sample");
        let prefix = "sample/mechanisms/notes/mechanism.toml:";
        loaded.problems.iter().map(|problem| problem.to_string().replace(prefix, "")).collect()
    }

    #[test]
    fn a_mechanism_is_read_and_a_sound_one_has_no_problem() {
        assert_eq!(problems(NOTES), [""; 0]);
    }

    #[test]
    fn every_fault_of_a_mechanism_is_reported_with_its_line() {
        let text = NOTES
            .replace("id = \"notes\"", "id = \"note\"")
            .replace("to = \"answered\"", "to = \"answer\"")
            .replace("organization = \"commerce-bureau\"", "organization = \"commerce\"");
        let found = problems(&text);
        for expected in [
            "2: the id `note` is not the name of the folder",
            "18: the organisation `commerce` does not exist",
            "21: `received`: no end can be reached from this stage",
            "24: `answered`: no step leads to this stage",
            "31: `answer`: the mechanism has nothing of this name",
        ] {
            assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}\n{found:#?}");
        }
        assert_eq!(found.len(), 5, "{found:#?}");
    }
}
