//! What stands against a step, in the reader's words: beside its field where it is about one, in the summary else.

use super::{Read, TEXTS, reading::Fault};
use crate::{
    frame::{Link, Page},
    host::Unclean,
    text::Text,
    upload::{FileFault, Trouble},
};
use attachment::Refusal as Unfit;
use domain::{
    Citation,
    clock::ClockProblem,
    mechanism::{Form, Mechanism, Refusal, RefusalReason as Reason},
};
use std::collections::BTreeMap;

/// What stands against a step as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Against {
    /// In words.
    pub text: String,
    /// The clause that says so.
    pub cite: Option<Link>,
}

/// Everything that stands against a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    of_fields: BTreeMap<String, String>,
    /// What no field can put right.
    pub others: Vec<Against>,
}

impl Reasons {
    /// What could not be read and what was refused, all at once. What is refused only because it could not be read is
    /// told once.
    pub fn told(
        page: &Page,
        mechanism: &Mechanism,
        (form, read): (Option<&Form>, &Read),
        refusals: &[Refusal],
    ) -> Self {
        let t = TEXTS.of(page.language);
        let mut reasons = Self::default();
        for refusal in refusals {
            let (field, text) = match &refusal.reason {
                Reason::FieldMissing { field } => (Some(field), t.of("fault_missing").to_owned()),
                Reason::UnknownField { field } => (Some(field), t.of("fault_unknown").to_owned()),
                Reason::Misfit { field, .. } => (Some(field), t.of("fault_misfit").to_owned()),
                _ => (None, String::new()),
            };
            let is_asked = |field: &&String| {
                form.is_some_and(|form| form.fields.iter().any(|known| known.name == **field))
            };
            if let Some(field) = field.filter(is_asked) {
                reasons.of_fields.insert(field.clone(), text);
                continue;
            }
            let text = whole(page, t, mechanism, &refusal.reason);
            let cite = refusal.cite.as_deref().and_then(|cite| cite.parse::<Citation>().ok());
            let against = Against { text, cite: cite.map(|cite| page.citation(&cite)) };
            if !reasons.others.contains(&against) {
                reasons.others.push(against);
            }
        }
        for (field, fault) in &read.faults {
            reasons.of_fields.insert(field.clone(), of_fault(t, fault));
        }
        reasons
    }

    /// Adds what stands against files, and which have to be chosen again because of the rest.
    #[must_use]
    pub fn with_files(mut self, page: &Page, trouble: &Trouble) -> Self {
        let t = TEXTS.of(page.language);
        for (field, faults) in &trouble.faults {
            let told: Vec<String> =
                faults.iter().map(|(name, fault)| t.two("fault_file", name, of_file(t, *fault))).collect();
            self.of_fields.insert(field.clone(), told.join(" "));
        }
        for field in &trouble.again {
            self.of_fields.entry(field.clone()).or_insert_with(|| t.of("fault_again").to_owned());
        }
        self
    }

    /// What stands against a field.
    pub fn of_field(&self, field: &str) -> Option<&str> {
        self.of_fields.get(field).map(String::as_str)
    }

    /// Whether nothing does.
    pub fn is_empty(&self) -> bool {
        self.of_fields.is_empty() && self.others.is_empty()
    }

    /// Adds something that no field can put right.
    #[must_use]
    pub fn and(mut self, text: &str) -> Self {
        self.others.push(Against { text: text.to_owned(), cite: None });
        self
    }
}

fn of_file(t: Text, fault: FileFault) -> &'static str {
    match fault {
        FileFault::TooMany => t.of("file_too_many"),
        FileFault::Unclean(Unclean::Infected) => t.of("file_infected"),
        FileFault::Unclean(Unclean::Unavailable) => t.of("file_unavailable"),
        FileFault::Unclean(Unclean::Refused(refusal)) => match refusal {
            Unfit::Empty => t.of("file_empty"),
            Unfit::TooLarge => t.of("file_too_large"),
            Unfit::UnknownKind => t.of("file_unknown_kind"),
            Unfit::Damaged => t.of("file_damaged"),
            Unfit::Locked => t.of("file_locked"),
            Unfit::Program => t.of("file_program"),
            Unfit::OtherFiles => t.of("file_other_files"),
            Unfit::FromElsewhere => t.of("file_from_elsewhere"),
            Unfit::Bomb => t.of("file_bomb"),
        },
    }
}

fn of_fault(t: Text, fault: &Fault) -> String {
    match fault {
        Fault::Missing => t.of("fault_missing").to_owned(),
        Fault::Money => t.of("fault_money").to_owned(),
        Fault::Number => t.of("fault_number").to_owned(),
        Fault::Share => t.of("fault_share").to_owned(),
        Fault::Date => t.of("fault_date").to_owned(),
        Fault::Case => t.of("fault_case").to_owned(),
        Fault::Choice => t.of("fault_choice").to_owned(),
        Fault::Period => t.of("fault_period").to_owned(),
        Fault::Organization(nearest) if nearest.is_empty() => t.of("fault_organization").to_owned(),
        Fault::Organization(nearest) => t.one("fault_organization_near", nearest),
        Fault::Long(most) => t.one("fault_long", most),
    }
}

/// What stands against the step as a whole.
fn whole(page: &Page, t: Text, mechanism: &Mechanism, reason: &Reason) -> String {
    let stage = |id: &String| {
        let found = mechanism.stages.iter().find(|stage| stage.id == *id);
        found.map_or(id.as_str(), |stage| page.say(&stage.title)).to_owned()
    };
    let clock = |id: &String| {
        let found = mechanism.clocks.iter().find(|clock| clock.id == *id);
        found.map_or(id.as_str(), |clock| page.say(&clock.title)).to_owned()
    };
    match reason {
        Reason::UnknownStep => t.of("no_step").to_owned(),
        Reason::OutOfOrder { last } => t.one("out_of_order", page.when(last)),
        Reason::Ended { stage: id } => t.one("ended", stage(id)),
        Reason::NotInStage { stage: id } => t.one("not_in_stage", stage(id)),
        Reason::NotByActor { .. } => t.of("not_by_actor").to_owned(),
        Reason::NotCompetent { .. } => t.of("not_competent").to_owned(),
        Reason::ConditionNotMet { when } => t.one("condition", condition(page, t, mechanism, when)),
        Reason::ConditionUnknown { when, missing } => {
            let labels: Vec<_> = missing.iter().map(|field| label(page, mechanism, field)).collect();
            t.two("condition_unknown", condition(page, t, mechanism, when), labels.join(t.of("between")))
        }
        Reason::FieldMissing { field } => t.one("field_missing", label(page, mechanism, field)),
        Reason::UnknownField { field } | Reason::Misfit { field, .. } => {
            t.one("field_unfit", label(page, mechanism, field))
        }
        Reason::ClockRuns { clock: id } => t.one("clock_runs", clock(id)),
        Reason::ClockDoesNotRun { clock: id } => t.one("clock_stands", clock(id)),
        Reason::Clock { clock: id, fault } => {
            let problem = ClockProblem { event: None, fault: fault.clone() };
            let told = problem.told(chrono::NaiveDate::default().into(), &[]);
            // What, where and what to do; where is this step.
            let parts: Vec<&str> = page.say(&told).split(" · ").collect();
            let known = mechanism.clocks.iter().find(|clock| clock.id == *id);
            let grounds = known.into_iter().flat_map(|clock| &clock.terms.grounds);
            let what = grounds.fold(parts.first().copied().unwrap_or_default().to_owned(), |what, ground| {
                what.replace(&ground.id, page.say(&ground.name))
            });
            t.two("clock", clock(id), what)
        }
    }
}

fn label(page: &Page, mechanism: &Mechanism, field: &str) -> String {
    let mut fields = mechanism.forms.iter().flat_map(|form| &form.fields);
    fields.find(|known| known.name == field).map_or(field, |known| page.say(&known.label)).to_owned()
}

/// A condition with its names put into the reader's words, word by word; what has no words stands as it is.
fn condition(page: &Page, t: Text, mechanism: &Mechanism, when: &str) -> String {
    let is_word = |one: char| one.is_alphanumeric() || one == '_';
    let (mut told, mut rest) = (String::new(), when);
    while !rest.is_empty() {
        let end = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
        if end == 0 {
            let one = rest.chars().next().unwrap_or(' ');
            told.push(one);
            rest = &rest[one.len_utf8()..];
            continue;
        }
        told.push_str(&word(page, t, mechanism, &rest[..end]));
        rest = &rest[end..];
    }
    told
}

fn word(page: &Page, t: Text, mechanism: &Mechanism, word: &str) -> String {
    let spelled = |id: &str| id.replace('-', "_");
    if let Some(step) = word.strip_prefix("times_")
        && let Some(step) = mechanism.steps.iter().find(|known| spelled(&known.id) == step)
    {
        return t.one("times", page.say(&step.title));
    }
    if let Some(clock) = word.strip_prefix("over_")
        && let Some(clock) = mechanism.clocks.iter().find(|known| spelled(&known.id) == clock)
    {
        return t.one("over", page.say(&clock.title));
    }
    match word {
        "and" => t.of("word_and").to_owned(),
        "or" => t.of("word_or").to_owned(),
        "not" => t.of("word_not").to_owned(),
        "true" => t.of("yes").to_owned(),
        "false" => t.of("no").to_owned(),
        other => label(page, mechanism, other),
    }
}
