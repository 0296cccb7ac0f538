//! Mechanisms that open each other without anybody doing anything: a case that begins would open cases for ever.

use crate::{document::Place, problem::Problems};
use domain::mechanism::{Act, Competence, Mechanism, MechanismVersion, Step};
use std::collections::{BTreeMap, BTreeSet};

/// Every step by which a mechanism opens, at once when it begins, a case of one that comes back to it.
pub(super) fn check(versions: &[MechanismVersion], places: &[(usize, Place)], problems: &mut Problems) {
    let mut opened: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for version in versions {
        let of_it = at_once(&version.definition).into_iter().map(|(_, other)| other);
        opened.entry(version.definition.id.as_str()).or_default().extend(of_it);
    }
    for (at, place) in places {
        let mechanism = &versions[*at].definition;
        for (step, other) in at_once(mechanism) {
            if reached(&opened, other).contains(mechanism.id.as_str()) {
                let what = format!("a case of `{other}` opens one of `{}` again, and so on", mechanism.id);
                let hint = "let somebody take the step, or open the other case in a later stage";
                problems.at(place, &format!("step.{step}.do"), what, hint);
            }
        }
    }
}

/// Mechanisms of which a case is opened as soon as one of this begins, whatever conditions say, each with its step.
fn at_once(mechanism: &Mechanism) -> Vec<(usize, &str)> {
    let is_automatic = |step: &Step| {
        let mut actors = mechanism.actors.iter().filter(|actor| step.by.contains(&actor.id));
        actors.any(|actor| actor.competence == Competence::Automatic)
    };
    let automatic: Vec<(usize, &Step)> =
        mechanism.steps.iter().enumerate().filter(|(_, step)| is_automatic(step)).collect();
    let mut stages = BTreeSet::from([mechanism.begins.as_str()]);
    loop {
        let here =
            automatic.iter().filter(|(_, step)| step.from.iter().any(|from| stages.contains(from.as_str())));
        let more: Vec<&str> = here.filter_map(|(_, step)| step.to.as_deref()).collect();
        let before = stages.len();
        stages.extend(more);
        if stages.len() == before {
            break;
        }
    }
    let begun =
        automatic.into_iter().filter(|(_, step)| step.from.iter().any(|from| stages.contains(from.as_str())));
    let opened = begun.flat_map(|(at, step)| step.acts.iter().map(move |act| (at, act)));
    let opened = opened.filter_map(|(at, act)| match act {
        Act::OpenCase { mechanism, .. } => Some((at, mechanism.as_str())),
        _ => None,
    });
    opened.collect()
}

/// Everything that follows from a case of a mechanism, itself among it.
fn reached<'m>(opened: &BTreeMap<&'m str, BTreeSet<&'m str>>, from: &'m str) -> BTreeSet<&'m str> {
    let (mut reached, mut left) = (BTreeSet::new(), vec![from]);
    while let Some(next) = left.pop() {
        if reached.insert(next) {
            left.extend(opened.get(next).into_iter().flatten());
        }
    }
    reached
}
