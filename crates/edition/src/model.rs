//! An edition as the rest of the product sees it.

use crate::{
    competence::CompetenceExample,
    mechanisms::Timeline,
    rules::{Example, RuleCounts, RulePlaces},
};
use ::rules::{
    catalog::Catalog,
    definition::{Book, Definitions, PolicyDefinition},
    lint::{Finding, Place, Subject, lint},
};
use chrono::NaiveDate;
use domain::{
    Bilingual, Citation,
    arrears::LprTable,
    calendar::WorkingCalendar,
    clock::OfficeTime,
    intake::Platform,
    law::Regulation,
    mechanism::{Mechanism, MechanismVersion},
    office_hours::OfficeHours,
    organization::{Organization, OrganizationKind},
    system::NamedSystem,
    task_list::TaskList,
    voice::{VoiceTerms, competence::CompetenceTable, similarity::KnownNames},
};
use std::sync::Arc;

/// What a city has written down, with everything its parents add.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// Name of its folder.
    pub id: String,
    /// Name of the place.
    pub name: Bilingual,
    /// What the edition is about, one sentence.
    pub summary: Bilingual,
    /// GB/T 2260 code, six digits.
    pub division_code: String,
    /// Identifiers of its layers, root first, itself last.
    pub layers: Vec<String>,
    /// Division codes of its layers, in the same order.
    pub division_codes: Vec<String>,
    /// Organisations, upper layers first.
    pub organizations: Vec<Organization>,
    /// The regulation that `a…` citations point at.
    pub regulation: Option<Regulation>,
    /// The task list that `w…`, `t…` and `P` citations point at.
    pub task_list: Option<TaskList>,
    /// Named systems, upper layers first.
    pub systems: Vec<NamedSystem>,
    /// What rules may ask for: fields with their labels and questions, child tables, vocabularies.
    pub catalog: Arc<Catalog>,
    /// Policies, parameters, terms, scorecards, ladders and groups that could be read as a whole.
    pub definitions: Arc<Definitions>,
    /// Examples of the policies, by folder and line.
    pub examples: Arc<[Example]>,
    /// Every version of every policy, compiled for the day on which it begins: what lints look at.
    pub versions: Arc<Book>,
    /// The working days of all years whose holiday notice is there.
    pub calendar: Arc<WorkingCalendar>,
    /// When offices are open, where the city says so.
    pub office_hours: Option<Arc<OfficeHours>>,
    /// Every version of every procedure, upper layers first, the oldest version of each first.
    pub mechanisms: Arc<[MechanismVersion]>,
    /// Their examples.
    pub timelines: Arc<[Timeline]>,
    /// Other platforms that take in voices of firms, upper layers first.
    pub platforms: Arc<[Platform]>,
    /// Who is competent for which voice, where a layer says so.
    pub competence: Option<Arc<CompetenceTable>>,
    /// Its examples.
    pub competence_examples: Arc<[CompetenceExample]>,
    /// What the desk for voices goes by, where a layer says so.
    pub voice_terms: Option<VoiceTerms>,
    /// The loan prime rates, where a layer has them.
    pub lpr: Option<Arc<LprTable>>,
    pub(crate) places: RulePlaces,
}

impl Edition {
    /// The organisation with this identifier.
    pub fn organization(&self, id: &str) -> Option<&Organization> {
        self.organizations.iter().find(|organization| organization.id == id)
    }

    /// The names by which voices are searched for places and bodies; a county also without its last character.
    pub fn known_names(&self) -> KnownNames {
        let is_county = |body: &&Organization| body.kind == OrganizationKind::County;
        let short = self.organizations.iter().filter(is_county).filter_map(|body| {
            let (last, _) = body.name.zh.char_indices().next_back()?;
            (body.name.zh.chars().count() > 2).then_some((&body.name.zh[..last], body.id.as_str()))
        });
        let whole = self.organizations.iter().flat_map(|body| {
            let names = std::iter::once(&body.name.zh).chain(&body.aliases);
            names.map(|name| (name.as_str(), body.id.as_str()))
        });
        KnownNames::new(whole.chain(short))
    }

    /// The words that stay whole when a voice is cut into words: keywords of topics and names of bodies.
    pub fn whole_words(&self) -> impl Iterator<Item = &str> {
        let topics = self.competence.iter().flat_map(|table| &table.topics);
        let keywords = topics.flat_map(|topic| &topic.keywords);
        keywords.map(String::as_str).chain(self.organizations.iter().map(|body| body.name.zh.as_str()))
    }

    /// When work is done, for clocks.
    pub fn office_time(&self) -> OfficeTime<'_> {
        OfficeTime { calendar: &self.calendar, hours: self.office_hours.as_deref() }
    }

    /// The procedures, each once.
    pub fn mechanism_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.mechanisms.iter().map(|one| one.definition.id.as_str()).collect();
        ids.dedup();
        ids
    }

    /// The versions of a procedure, oldest first.
    pub fn versions_of(&self, mechanism: &str) -> impl DoubleEndedIterator<Item = &MechanismVersion> {
        self.mechanisms.iter().filter(move |one| one.definition.id == mechanism)
    }

    /// Steps that no example of their version takes, and ends that none comes to: mechanism, version, name.
    pub fn unshown(&self) -> Vec<(&str, u16, &str)> {
        let mut unshown = Vec::new();
        for Mechanism { id, version, steps, stages, .. } in self.mechanisms.iter().map(|one| &one.definition)
        {
            let own = || self.timelines.iter().filter(|one| one.mechanism == *id && one.version == *version);
            let is_taken =
                |step: &str| own().any(|timeline| timeline.taken.iter().any(|taken| taken == step));
            let steps = steps.iter().map(|step| step.id.as_str()).filter(|step| !is_taken(step));
            let ends = stages.iter().filter(|stage| stage.outcome.is_some()).map(|stage| stage.id.as_str());
            let ends = ends.filter(|end| !own().any(|timeline| timeline.stage == *end));
            unshown.extend(steps.chain(ends).map(|name| (id.as_str(), *version, name)));
        }
        unshown
    }

    /// How many rules there are.
    pub fn rule_counts(&self) -> RuleCounts {
        let policies = &self.definitions.policies;
        let versions = || policies.iter().flat_map(|policy| &policy.versions);
        let parameters = self.definitions.named.iter().filter(|named| named.is_parameter);
        let values = parameters.flat_map(|named| &named.values);
        let held = self.timelines.iter().filter(|timeline| timeline.passed).count();
        let passed = self.examples.iter().filter(|example| example.passed).count();
        RuleCounts {
            facts: self.catalog.fields().len(),
            policies: policies.len(),
            versions: versions().count(),
            named: self.definitions.named.len(),
            scorecards: self.definitions.scorecards.len(),
            ladders: self.definitions.ladders.len(),
            examples_passed: passed,
            examples_failed: self.examples.len() - passed,
            mechanisms: self.mechanism_ids().len(),
            timelines_passed: held,
            timelines_failed: self.timelines.len() - held,
            topics: self.competence.as_ref().map_or(0, |table| table.topics.len()),
            ways: self.competence.as_ref().map_or(0, |table| table.rules.len()),
            voices_passed: self.competence_examples.iter().filter(|example| example.passed).count(),
            voices: self.competence_examples.len(),
            unverified: versions().filter(|version| !version.verified).count()
                + values.filter(|value| !value.verified).count(),
        }
    }

    /// What lints find in the rules: every version of every policy is looked at. `today` is the day for which
    /// values have to be current.
    pub fn lint(&self, today: NaiveDate) -> Vec<Finding> {
        let codes = self.layers.iter().zip(&self.division_codes).enumerate();
        let place = |(at, (id, code)): (usize, (&String, &String))| {
            let parent = at.checked_sub(1).map(|above| self.layers[above].clone());
            (id.clone(), Place { parent, division_code: code.clone() })
        };
        let examples: Vec<_> =
            self.examples.iter().map(|example| (example.policy.as_str(), &example.facts)).collect();
        lint(&Subject {
            examples: &examples,
            definitions: &self.definitions,
            catalog: &self.catalog,
            books: std::slice::from_ref(&self.versions),
            editions: &codes.map(place).collect(),
            today,
        })
    }

    /// File and line of a field of a policy, parameter, term, scorecard or group, such as
    /// `version.0.require.1.when`.
    pub fn place_of(&self, id: &str, path: &str) -> Option<(&str, usize)> {
        self.places.find(id, path)
    }

    /// The policy with this identifier, a grade of a ladder among them.
    pub fn policy(&self, id: &str) -> Option<&PolicyDefinition> {
        self.definitions.policies.iter().find(|policy| policy.id == id)
    }

    /// The examples of a policy.
    pub fn examples_of(&self, policy: &str) -> impl Iterator<Item = &Example> {
        self.examples.iter().filter(move |example| example.policy == policy)
    }

    /// The named system with this identifier.
    pub fn system(&self, id: &str) -> Option<&NamedSystem> {
        self.systems.iter().find(|system| system.id == id)
    }

    /// Systems that cite the article with this number.
    pub fn systems_citing_article(&self, number: &str) -> Vec<&NamedSystem> {
        self.citing(|citation| matches!(citation, Citation::Article(article) if article == number))
    }

    /// Systems that cite a work: the whole of it, one of its measures or one of its target items.
    pub fn systems_citing_work(&self, work: u16) -> Vec<&NamedSystem> {
        self.citing(|citation| {
            matches!(citation, Citation::Work(n) | Citation::Measure(n, _) | Citation::Target(n, _) if *n == work)
        })
    }

    /// Procedures that cite something of a source, each in its newest version.
    pub fn procedures_citing(&self, wanted: impl Fn(&Citation) -> bool) -> Vec<&Mechanism> {
        let newest = self.mechanism_ids().into_iter().filter_map(|id| self.versions_of(id).next_back());
        let cites = |mechanism: &&Mechanism| {
            let mut short = mechanism.cite.iter().filter_map(|cite| cite.parse::<Citation>().ok());
            short.any(|citation| wanted(&citation))
        };
        newest.map(|version| &version.definition).filter(cites).collect()
    }

    /// Systems with exactly this citation.
    pub fn systems_citing(&self, citation: &Citation) -> Vec<&NamedSystem> {
        self.citing(|other| other == citation)
    }

    fn citing(&self, wanted: impl Fn(&Citation) -> bool) -> Vec<&NamedSystem> {
        self.systems.iter().filter(|system| system.citations.iter().any(&wanted)).collect()
    }
}
