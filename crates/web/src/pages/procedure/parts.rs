//! The parts of a procedure in words.

use super::Text;
use crate::{case::organization, frame::Page, wording};
use domain::{
    Bilingual, Citation,
    clock::{Ground, GroundKind, Party, Warning, told_period},
    mechanism::{Actor, Competence, Mechanism, MechanismClock, MechanismVersion, Rung, Step},
};
use edition::Edition;

/// Where something is written: a link where it stands in a document of the edition.
pub struct Source {
    pub href: Option<String>,
    pub label: String,
}

/// Somebody who acts.
pub struct ActorRow {
    pub title: String,
    pub roles: String,
    pub bound: String,
}

/// A stage with the steps that lead on from it.
pub struct StageRow {
    pub id: String,
    pub title: String,
    pub outcome: Option<String>,
    pub steps: Vec<StepRow>,
}

/// A step.
pub struct StepRow {
    pub title: String,
    pub to: Option<String>,
    pub by: String,
    pub condition: Option<String>,
    pub source: Option<Source>,
}

/// A clock.
pub struct ClockRow {
    pub title: String,
    pub party: &'static str,
    pub period: String,
    pub source: Source,
    pub warnings: String,
    /// What changes its course, each with its source.
    pub grounds: Vec<(String, Source)>,
    pub derived: Option<String>,
}

/// A rung of the ladder.
pub struct RungRow {
    pub clock: String,
    pub when: String,
    pub tells: String,
    pub moves: Option<String>,
    pub source: Option<Source>,
    pub derived: Option<String>,
}

/// What it takes to tell of a procedure.
pub struct Told<'a> {
    pub page: &'a Page,
    pub t: Text,
    pub edition: &'a Edition,
    pub version: &'a MechanismVersion,
}

impl Told<'_> {
    fn mechanism(&self) -> &Mechanism {
        &self.version.definition
    }

    pub fn source(&self, cite: &str) -> Source {
        match cite.parse::<Citation>() {
            Ok(citation) => {
                let link = self.page.citation(&citation);
                Source { href: Some(link.href), label: link.label }
            }
            Err(_) => Source { href: None, label: cite.to_owned() },
        }
    }

    pub fn actors(&self) -> Vec<ActorRow> {
        let between = self.t.of("between");
        let row = |actor: &Actor| {
            let roles = actor.roles.iter().map(|role| wording::role(*role, self.page.language));
            let bound = match (actor.competence, &actor.organization) {
                (Competence::Fixed, Some(id)) => {
                    organization(self.edition, id, self.page.language).to_owned()
                }
                (Competence::Firm, _) => self.t.of("bound_firm").to_owned(),
                (Competence::Assigned | Competence::Fixed, _) => self.t.of("bound_assigned").to_owned(),
                (Competence::CoHandler, _) => self.t.of("bound_helper").to_owned(),
                (Competence::Open, _) => self.t.of("bound_open").to_owned(),
                (Competence::Automatic, _) => self.t.of("bound_automatic").to_owned(),
            };
            ActorRow {
                title: self.page.say(&actor.title).to_owned(),
                roles: roles.collect::<Vec<_>>().join(between),
                bound,
            }
        };
        self.mechanism().actors.iter().map(row).collect()
    }

    fn stage(&self, id: &str) -> String {
        crate::case::stage(self.mechanism(), id, self.page.language).to_owned()
    }

    fn names(&self, actors: &[String]) -> String {
        let title = |id: &String| self.mechanism().actors.iter().find(|actor| actor.id == *id);
        let titles = actors.iter().filter_map(title).map(|actor| self.page.say(&actor.title));
        titles.collect::<Vec<_>>().join(self.t.of("between"))
    }

    pub fn stages(&self) -> Vec<StageRow> {
        let step = |step: &Step| StepRow {
            title: self.page.say(&step.title).to_owned(),
            to: step.to.as_ref().map(|to| self.stage(to)),
            by: self.names(&step.by),
            condition: step.when.as_deref().map(|when| self.condition(when)),
            source: step.cite.as_deref().map(|cite| self.source(cite)),
        };
        let stages = self.mechanism().stages.iter().map(|stage| StageRow {
            id: format!("stage-{}", stage.id),
            title: self.page.say(&stage.title).to_owned(),
            outcome: stage.outcome.as_ref().map(|outcome| self.page.say(outcome).to_owned()),
            steps: self
                .mechanism()
                .steps
                .iter()
                .filter(|one| one.from.contains(&stage.id))
                .map(step)
                .collect(),
        });
        stages.collect()
    }

    pub fn clocks(&self) -> Vec<ClockRow> {
        let say = |text: &Bilingual| self.page.say(text).to_owned();
        let row = |clock: &MechanismClock| ClockRow {
            title: say(&clock.title),
            party: match clock.party {
                Party::Firm => self.t.of("for_firm"),
                Party::Lead => self.t.of("for_lead"),
                Party::CoHandler => self.t.of("for_helper"),
            },
            period: say(&told_period(clock.terms.period)),
            source: self.source(&clock.terms.cite),
            warnings: self.warnings(&clock.terms.warnings),
            grounds: clock.terms.grounds.iter().map(|ground| self.ground(ground)).collect(),
            derived: clock.derived.as_ref().map(say),
        };
        self.mechanism().clocks.iter().map(row).collect()
    }

    fn warnings(&self, warnings: &[Warning]) -> String {
        let told: Vec<String> = warnings.iter().map(|warning| self.warning(*warning)).collect();
        told.join(self.t.of("between"))
    }

    fn warning(&self, warning: Warning) -> String {
        match warning {
            Warning::Before(period) => self.t.one("before", self.page.say(&told_period(period))),
            Warning::Share(share) => self.t.one("share", share),
        }
    }

    fn ground(&self, ground: &Ground) -> (String, Source) {
        let name = self.page.say(&ground.name);
        let what = match ground.kind {
            GroundKind::Pause => self.t.one("pauses", name),
            GroundKind::Extension => self.t.one("extends", name),
            GroundKind::Restart => self.t.one("restarts", name),
        };
        let longest = ground.length_max.map(|most| self.t.one("at_most", self.page.say(&told_period(most))));
        (what + &longest.unwrap_or_default(), self.source(&ground.cite))
    }

    pub fn rungs(&self) -> Vec<RungRow> {
        let row = |rung: &Rung| {
            let clock = self.mechanism().clocks.iter().find(|clock| clock.id == rung.clock);
            let notice = self.mechanism().notices.iter().find(|notice| notice.id == rung.notice);
            RungRow {
                clock: clock.map(|clock| self.page.say(&clock.title).to_owned()).unwrap_or_default(),
                when: match (rung.warning, rung.overdue) {
                    (Some(warning), _) => self.warning(warning),
                    (None, Some(late)) => self.t.one("late", self.page.say(&told_period(late))),
                    (None, None) => self.t.of("on_the_day").to_owned(),
                },
                tells: notice.map(|notice| self.names(&notice.to)).unwrap_or_default(),
                moves: rung.to.as_ref().map(|to| self.stage(to)),
                source: rung.cite.as_deref().map(|cite| self.source(cite)),
                derived: rung.derived.as_ref().map(|derived| self.page.say(derived).to_owned()),
            }
        };
        self.mechanism().ladder.iter().map(row).collect()
    }

    pub fn remedies(&self) -> Vec<(String, String, Source)> {
        let remedies = self.mechanism().remedies.iter();
        let told = remedies.map(|remedy| {
            let within = self.page.say(&told_period(remedy.within)).to_owned();
            (self.page.say(&remedy.title).to_owned(), within, self.source(&remedy.cite))
        });
        told.collect()
    }
}
