//! `/desk/watch`: for discipline inspection alone: what an office did to a firm soon after the firm rated it or reported
//! on it. Nothing here is a verdict; somebody looks at it.

use crate::{
    case::organization,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
};
use askama::Template;
use axum::response::Html;
use chrono::TimeDelta;
use domain::{
    access::{Capacity, Permission, Resource},
    mechanism::{Anonymity, Competence, Mechanism, accused, course::CaseState},
    voice::{
        figures::VoiceCourse,
        retaliation::{OfficeAct, OfficeActKind, ProtectedCase, ProtectionGround, RetaliationFinding, watch},
    },
};
use edition::Edition;
use std::sync::LazyLock;
use store::{CaseHead, CasesSince};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Days for which an office is watched where the edition sets none.
const DAYS: u32 = 90;

/// A case that a finding names.
struct Named {
    number: String,
    /// Where it can be seen by the reader.
    href: Option<String>,
    told: String,
}

/// A finding in words.
struct Finding {
    day: String,
    office: String,
    firm: String,
    told: String,
    act: Named,
    after: Vec<Named>,
    before: String,
    is_confidential: bool,
}

#[derive(Template)]
#[template(path = "pages/watch/page.html")]
struct View {
    page: Page,
    t: Text,
    what: String,
    findings: Vec<Finding>,
}

/// The page. For every other organisation it does not exist.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let Some(Capacity::Office { organization: own, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    context.may(Permission::DeskRead, &Resource::of_organization(own))?;
    if !is_watcher(&context) {
        return Err(PageError::Page);
    }
    let days = context.city.edition.voice_terms.as_ref().map_or(DAYS, |terms| terms.retaliation_days);
    let found = findings(&context, own, days).await?;
    let page = Page::new(&context, Section::Inbox, t.of("title")).under("/desk", t.of("desk"));
    let mut told = Vec::new();
    for finding in found.iter().rev() {
        told.push(Finding::of(&context, &page, t, finding).await?);
    }
    Page::render(&View { what: t.one("what", days), findings: told, page, t })
}

/// Whether the one who asks handles what firms report in confidence: he is bound to such a procedure by his
/// organisation and by his role.
pub fn is_watcher(context: &Context) -> bool {
    let Some(Capacity::Office { organization, role, .. }) = context.visit.principal().capacity() else {
        return false;
    };
    let definitions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let confidential = definitions.filter(|mechanism| mechanism.anonymity == Anonymity::Confidential);
    confidential.flat_map(|mechanism| &mechanism.actors).any(|actor| {
        actor.competence == Competence::Fixed
            && actor.organization.as_ref() == Some(organization)
            && actor.roles.contains(role)
    })
}

/// What was found of the last days. Nothing about the organisation that asks: nobody watches himself.
async fn findings(context: &Context, own: &str, days: u32) -> Result<Vec<RetaliationFinding>, PageError> {
    let edition = &context.city.edition;
    // Long enough back for the acts before the first of the cases that are watched today.
    let since = (context.city.host.now)() - TimeDelta::days(i64::from(days) * 3);
    let (mut cases, mut acts) = (Vec::new(), Vec::new());
    let mut each = |head: CaseHead, state: CaseState| {
        let version = context.city.mechanism(&head.mechanism, head.version);
        if let Some(version) = version.filter(|_| !head.firm.is_empty()) {
            cases.extend(protected(edition, &version.definition, &head, &state));
            acts.extend(done(&version.definition, &head, &state));
        }
    };
    context.city.store.go_through_cases(CasesSince::Changed(since), &mut each).await?;
    cases.retain(|case| case.organization != own);
    let first = context.today() - TimeDelta::days(i64::from(days));
    let mut found = watch(&cases, &acts, days);
    found.retain(|finding| finding.act.day >= first);
    Ok(found)
}

/// After what an office is watched: a report on it in confidence, or the rating of its answer.
fn protected(
    edition: &Edition,
    mechanism: &Mechanism,
    head: &CaseHead,
    state: &CaseState,
) -> Vec<ProtectedCase> {
    let Some(first) = state.taken.first() else { return Vec::new() };
    if mechanism.anonymity == Anonymity::Restricted {
        return Vec::new();
    }
    let (day, offices, ground) = if mechanism.anonymity == Anonymity::Confidential {
        (Some(first.at.day), accused(mechanism, state), ProtectionGround::ConfidentialReport)
    } else {
        let course = VoiceCourse::of(mechanism, state, first.at.day, edition.office_time());
        let offices = state.assigned.iter().cloned().collect();
        (course.rated.map(|(day, _)| day), offices, ProtectionGround::Rating)
    };
    let Some(day) = day else { return Vec::new() };
    let protected = offices.into_iter().map(|organization| ProtectedCase {
        day,
        case: head.number.clone(),
        firm: head.firm.clone(),
        organization,
        ground,
    });
    protected.collect()
}

/// What offices did to the firm of a case in it.
fn done(mechanism: &Mechanism, head: &CaseHead, state: &CaseState) -> Vec<OfficeAct> {
    // That there is such a case is for nobody who has nothing to do with it.
    if mechanism.anonymity.is_secret() {
        return Vec::new();
    }
    let acts = state.taken.iter().enumerate().filter_map(|(at, taken)| {
        let organization = taken.organization.clone()?;
        let opening = (at == 0).then_some(OfficeActKind::Opening);
        let kind = OfficeActKind::of_step(&taken.step).or(opening)?;
        Some(OfficeAct {
            day: taken.at.day,
            id: head.number.clone(),
            firm: head.firm.clone(),
            organization,
            kind,
        })
    });
    acts.collect()
}

impl Finding {
    async fn of(
        context: &Context,
        page: &Page,
        t: Text,
        finding: &RetaliationFinding,
    ) -> Result<Self, PageError> {
        let act = &finding.act;
        let told = match act.kind {
            OfficeActKind::Inspection => t.of("inspection"),
            OfficeActKind::Penalty => t.of("penalty"),
            OfficeActKind::Refusal => t.of("refusal"),
            OfficeActKind::Return => t.of("return"),
            OfficeActKind::Opening => t.of("opening"),
        };
        let mut after = Vec::new();
        for case in &finding.cases {
            let ground = match case.ground {
                ProtectionGround::Rating => t.of("rating"),
                ProtectionGround::ConfidentialReport => t.of("report"),
            };
            after.push(named(context, &case.case, format!("{} {ground}", page.date(&case.day))).await?);
        }
        Ok(Self {
            day: page.date(&act.day),
            office: organization(&context.city.edition, &act.organization, page.language).to_owned(),
            firm: act.firm.clone(),
            told: t.two("told", told, finding.days_after),
            act: named(context, &act.id, String::new()).await?,
            after,
            before: t.one("before", finding.acts_before),
            is_confidential: finding.is_confidential,
        })
    }
}

/// A case by its number, with a link where the reader may see it.
async fn named(context: &Context, number: &str, told: String) -> Result<Named, PageError> {
    let href = context.case(number).await?.map(|_| format!("/cases/{number}"));
    Ok(Named { number: number.to_owned(), href, told })
}

#[cfg(test)]
mod tests;
