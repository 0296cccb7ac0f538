//! Who may be competent for a case that waits to be sent to somebody, and why. A person confirms it.

use crate::{
    case::{Found, organization},
    context::Context,
    error::PageError,
    frame::{Link, Page},
};
use domain::{
    mechanism::{Act, Competence, Mechanism, course::CaseState},
    organization::OrganizationKind,
    voice::{
        VoiceText,
        competence::{Candidate, Inquiry, Suggestion},
        voice_in,
    },
};
use edition::Edition;

/// Organisations that are suggested.
const SHOWN_MAX: usize = 4;

/// An organisation that may be competent.
pub struct Suggested {
    /// Identifier.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// Why, and what is against it.
    pub reason: String,
    /// What the rule that speaks for it cites.
    pub cites: Vec<Link>,
    /// Whether it has sent this very case back.
    pub has_refused: bool,
}

/// Who may be competent for a case; nothing where it is no voice, or the edition says nothing.
pub fn suggested(context: &Context, page: &Page, found: &Found) -> Result<Vec<Suggested>, PageError> {
    let mechanism = &found.version(context)?.definition;
    let edition = &context.city.edition;
    let text = voice_in(mechanism, &found.case.state);
    let Some(text) = text else { return Ok(Vec::new()) };
    let refused = refused_by(mechanism, &found.case.state);
    let Some(suggestion) = suggestion(edition, (&text, &found.case.head.place), &refused) else {
        return Ok(Vec::new());
    };
    let told = |candidate: Candidate| Suggested {
        name: organization(edition, &candidate.organization, page.language).to_owned(),
        reason: page.say(&candidate.reason).trim().to_owned(),
        cites: cites(page, edition, &candidate),
        has_refused: candidate.has_refused,
        organization: candidate.organization,
    };
    Ok(suggestion.candidates.into_iter().take(SHOWN_MAX).map(told).collect())
}

fn cites(page: &Page, edition: &Edition, candidate: &Candidate) -> Vec<Link> {
    let rules = edition.competence.iter().flat_map(|table| &table.rules);
    let rule = rules.into_iter().find(|rule| Some(&rule.id) == candidate.rule.as_ref());
    rule.into_iter().flat_map(|rule| &rule.cite).map(|cite| page.citation(cite)).collect()
}

/// What the table of competence suggests for a text about a place.
pub(super) fn suggestion(
    edition: &Edition,
    (text, place): (&VoiceText, &str),
    refused_by: &[String],
) -> Option<Suggestion> {
    let place = place_of(edition, place);
    let inquiry = Inquiry {
        subject: &text.subject,
        text: &text.account,
        topic: None,
        place: place.as_deref(),
        refused_by,
    };
    Some(edition.competence.as_ref()?.suggest(&inquiry, &[]))
}

/// The county a division lies in: what a voice is about is taken to lie where its firm is registered.
pub(super) fn place_of(edition: &Edition, division: &str) -> Option<String> {
    let county = edition.organizations.iter().find(|one| {
        one.kind == OrganizationKind::County
            && one.division_code.as_ref().is_some_and(|code| division.starts_with(code.as_str()))
    });
    county.map(|county| county.id.clone())
}

/// The organisations that have sent a case back to whoever distributes it.
fn refused_by(mechanism: &Mechanism, state: &CaseState) -> Vec<String> {
    let assigns_from = |stage: &String| {
        let mut steps = mechanism.steps.iter();
        steps.any(|step| step.acts.contains(&Act::Assign) && step.from.contains(stage))
    };
    let is_unit = |id: &String| {
        let actor = mechanism.actors.iter().find(|actor| actor.id == *id);
        actor.is_some_and(|actor| actor.competence == Competence::Assigned)
    };
    let returns = mechanism
        .steps
        .iter()
        .filter(|step| step.to.as_ref().is_some_and(assigns_from) && step.by.iter().any(is_unit));
    let returns: Vec<&String> = returns.map(|step| &step.id).collect();
    let taken = state.taken.iter().filter(|taken| returns.contains(&&taken.step));
    taken.filter_map(|taken| taken.organization.clone()).collect()
}
