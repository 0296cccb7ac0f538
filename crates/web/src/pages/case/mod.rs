//! `/cases/{number}`: one page of a case for every party, by what he may see: where it stands, both clocks, what he can
//! do now, and everything that happened.

mod document;
mod file;
mod hints;
mod linking;
mod offer;
mod split;
mod timeline;
mod why;

use crate::{
    case::{Found, landing, organization, stage},
    components::{case_arrears::CaseArrears, case_clock::CaseClock},
    context::Context,
    error::PageError,
    frame::{Link, Page, Section},
    outcome::Outcome,
    text::{Text, Texts},
    upload::Sent,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{Html, IntoResponse as _, Response},
};
use document::Document;
pub use document::document;
use domain::{
    Citation,
    access::{Capacity, Permission, Resource},
    clock::{Party, told_period},
    mechanism::{
        Extent, Mechanism,
        course::{CaseStep, ClockRun, Course},
    },
};
pub use file::file;
use hints::{Asked, Hints, Proposed};
pub use linking::link;
use offer::{Attempt, Offer, Wanted};
use std::sync::LazyLock;
use store::{Channel, LinkKind, Taken};
use timeline::Entry;
use why::Why;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/case/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    number: String,
    title: String,
    mechanism: String,
    summary: String,
    stage: String,
    outcome: Option<String>,
    revision: i64,
    seen: usize,
    facts: Vec<(&'static str, String)>,
    clocks: Vec<CaseClock>,
    finished: Vec<CaseClock>,
    /// Interest, where the case is about money that is owed.
    arrears: Option<CaseArrears>,
    offers: Vec<Offer>,
    split: Option<split::Offer>,
    why: Option<Why>,
    entries: Vec<Entry>,
    documents: Vec<Document>,
    links: Vec<Link>,
    hints: Hints,
    proposed: Vec<Proposed>,
    citations: Vec<Link>,
    remedies: Vec<(String, String)>,
    /// What has changed since the page was shown on which somebody typed.
    changed: Vec<String>,
    is_stale: bool,
    is_filed: bool,
}

/// The page.
pub async fn show(
    context: Context,
    Path(number): Path<String>,
    (Query(outcome), Query(asked)): (Query<Outcome>, Query<Asked>),
) -> Result<Html<String>, PageError> {
    let found = context.case(&number).await?;
    context.may(Permission::CaseRead, &Resource::of_case(found.is_some()))?;
    let found = found.ok_or(PageError::Page)?;
    let mut view = view(&context, &found, (Tried::Nothing, &asked)).await?;
    (view.done, view.fault) = (outcome.done(&view.t), outcome.fault(&view.t));
    view.is_filed = matches!(outcome.done.as_deref(), Some("filed" | "in_confidence"));
    Page::render(&view)
}

/// Takes a step, or says everything that stands against it and keeps what was typed.
pub async fn take(context: Context, Path(number): Path<String>, sent: Sent) -> Result<Response, PageError> {
    let found = context.case(&number).await?;
    let can_act = match &found {
        Some(found) => found.can_act(&context)?,
        None => false,
    };
    context.may(Permission::CaseAct, &Resource::of_case(can_act))?;
    let found = found.ok_or(PageError::Page)?;
    if sent.pairs.iter().any(|(name, value)| name == "do" && value == "split") {
        return match split::carry_out(&context, &found, &sent.pairs).await? {
            Ok(response) => Ok(response),
            Err(attempt) => again(&context, &number, Tried::Split(attempt)).await,
        };
    }
    let wanted = Wanted::read(&context, &found, sent).await?;
    let mut attempt = wanted.refused(&context, &found)?;
    let goal = offer::goal(&context, &found, &mut attempt.read).await?;
    if attempt.refusals.is_empty() && attempt.read.faults.is_empty() && wanted.has_good_files() {
        match wanted.carry_out(&context, &found, goal).await? {
            Taken::Done(head) => return landing(&context, &head, "taken").await,
            Taken::Stale(_) => attempt.is_stale = true,
            Taken::Refused(refusals) => attempt.refusals = refusals,
            Taken::Absent => return Err(PageError::Page),
        }
    }
    again(&context, &number, Tried::Step(attempt)).await
}

/// What somebody tried, and could not do.
enum Tried {
    Nothing,
    Step(Attempt),
    Split(split::Attempt),
}

/// The page with what stands against what somebody tried.
async fn again(context: &Context, number: &str, tried: Tried) -> Result<Response, PageError> {
    let found = context.case(number).await?.ok_or(PageError::Page)?;
    Ok(Page::render(&view(context, &found, (tried, &Asked::default())).await?)?.into_response())
}

async fn view(context: &Context, found: &Found, (tried, asked): (Tried, &Asked)) -> Result<View, PageError> {
    let (attempt, split_attempt) = match tried {
        Tried::Nothing => (None, None),
        Tried::Step(attempt) => (Some(attempt), None),
        Tried::Split(attempt) => (None, Some(attempt)),
    };
    let t = TEXTS.of(context.language);
    let (head, course) = (&found.case.head, found.course(context)?);
    let mechanism = &found.version(context)?.definition;
    let title = found.title(mechanism, context.language);
    let is_firm = matches!(context.visit.principal().capacity(), Some(Capacity::Firm { .. }));
    let page = if is_firm {
        Page::new(context, Section::Cases, title).under("/cases", t.of("cases"))
    } else {
        Page::new(context, Section::Inbox, title).under("/desk", t.of("desk"))
    };
    let (is_stale, changed) = changed(&page, mechanism, found, attempt.as_ref());
    let is_stale = is_stale || split_attempt.as_ref().is_some_and(|attempt| attempt.is_stale);
    let (clocks, finished) = clocks(context, &page, mechanism, &course);
    let mut offers = offer::offers(context, &page, (found, &course), attempt)?;
    let hints = hints::hints(context, &page, found, &offers).await?;
    offer::prefill(context, &page, (mechanism, &mut offers), |step| {
        hints::prefilled(context, mechanism, step, (asked, &hints))
    });
    let state = course.state();
    let shown = found.stage(mechanism, &state.stage);
    let outcome =
        mechanism.stages.iter().find(|stage| stage.id == shown).and_then(|one| one.outcome.as_ref());
    Ok(View {
        done: None,
        fault: None,
        number: head.number.clone(),
        title: title.to_owned(),
        mechanism: page.say(&mechanism.title).to_owned(),
        summary: page.say(&mechanism.summary).to_owned(),
        stage: stage(mechanism, shown, page.language).to_owned(),
        outcome: outcome.map(|outcome| page.say(outcome).to_owned()),
        revision: head.revision,
        seen: found.case.steps.len(),
        facts: facts(context, &page, t, found),
        clocks,
        finished,
        arrears: arrears(context, &page, found, &course),
        offers,
        split: split::offer(context, &page, found, split_attempt)?,
        why: why::why(context, &page, t, (found, mechanism, &course)),
        entries: timeline::entries(context, &page, t, (found, mechanism, &course)),
        documents: document::documents(context, &page, t, (found, mechanism)),
        links: links(context, &page, t, found).await?,
        proposed: hints::proposed(context, &page, found).await?,
        hints,
        citations: citations(&page, mechanism),
        remedies: remedies(&page, mechanism, outcome.is_some()),
        changed,
        is_stale,
        is_filed: false,
        page,
        t,
    })
}

/// What is known of the case as a whole.
fn facts(context: &Context, page: &Page, t: Text, found: &Found) -> Vec<(&'static str, String)> {
    let (head, state, edition) = (&found.case.head, &found.case.state, &context.city.edition);
    let names = |ids: &[String]| {
        let names: Vec<&str> = ids.iter().map(|id| organization(edition, id, page.language)).collect();
        names.join(t.of("between"))
    };
    let firm = match (found.sight.shows_filer, head.firm.as_str()) {
        (false, _) => t.of("firm_hidden").to_owned(),
        (true, "") => t.of("firm_unknown").to_owned(),
        (true, firm) => firm.to_owned(),
    };
    let channel = match head.channel {
        Channel::Web => t.of("channel_web"),
        Channel::Counter => t.of("channel_counter"),
        Channel::Telephone => t.of("channel_telephone"),
        Channel::Email => t.of("channel_email"),
        Channel::Platform => t.of("channel_platform"),
    };
    let assigned: Vec<String> = state.assigned.iter().cloned().collect();
    let first = state.origin.as_ref();
    let first = first.map(|first| t.two("first_filed_as", page.when(&first.since), &first.number));
    let all = [
        (t.of("firm"), if found.sight.extent == Extent::Whole { firm } else { String::new() }),
        (t.of("opened"), page.moment(&head.opened_at)),
        (t.of("first_filed"), first.unwrap_or_default()),
        (t.of("channel"), channel.to_owned()),
        (t.of("source"), if found.sight.shows_filer { head.source.clone() } else { String::new() }),
        (t.of("in_charge"), names(&assigned)),
        (t.of("helping"), names(&state.co_handlers)),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The clocks that run, the firm's first, and those that are done.
fn clocks(
    context: &Context,
    page: &Page,
    mechanism: &Mechanism,
    course: &Course<'_>,
) -> (Vec<CaseClock>, Vec<CaseClock>) {
    let (office, now) = (context.city.edition.office_time(), context.moment());
    let t = TEXTS.of(page.language);
    let whose = |run: &ClockRun| match (run.party, &run.organization) {
        (_, Some(id)) => organization(&context.city.edition, id, page.language).to_owned(),
        (Party::Firm, None) => t.of("for_firm").to_owned(),
        (_, None) => t.of("for_desk").to_owned(),
    };
    let mut runs: Vec<(usize, &ClockRun)> = course.state().runs.iter().enumerate().collect();
    runs.sort_by_key(|(at, run)| (run.party != Party::Firm, *at));
    let (open, done): (Vec<_>, Vec<_>) = runs.into_iter().partition(|(_, run)| run.is_open());
    // A case that has ended runs no more, whatever its clocks say.
    let (open, done) = if course.has_ended() { (Vec::new(), done) } else { (open, done) };
    let clock = |(at, run): (usize, &ClockRun)| {
        CaseClock::new(page, (mechanism, run), (whose(run), format!("clock-{at}")), (office, now))
    };
    (open.into_iter().filter_map(clock).collect(), done.into_iter().filter_map(clock).collect())
}

/// Late interest as of today, or of the day on which the case ended.
fn arrears(context: &Context, page: &Page, found: &Found, course: &Course<'_>) -> Option<CaseArrears> {
    let (edition, state) = (&context.city.edition, course.state());
    let steps: Vec<CaseStep> = found.case.steps.iter().map(|record| record.step.clone()).collect();
    let as_of = if course.has_ended() { state.since.day } else { context.today() };
    CaseArrears::of(page, (state, &steps), (&edition.calendar, edition.lpr.as_deref()), as_of)
}

/// What happened since somebody saw the case.
fn changed(
    page: &Page,
    mechanism: &Mechanism,
    found: &Found,
    attempt: Option<&Attempt>,
) -> (bool, Vec<String>) {
    let Some(attempt) = attempt.filter(|attempt| attempt.is_stale) else { return (false, Vec::new()) };
    let new = found.case.steps.iter().skip(attempt.seen);
    let new = new.filter(|record| found.sight.shows(mechanism, &record.step.step));
    let told = new.map(|record| {
        let step = mechanism.steps.iter().find(|step| step.id == record.step.step);
        let title = step.map_or(record.step.step.as_str(), |step| page.say(&step.title));
        format!("{} {title}", page.moment(&record.recorded_at))
    });
    (true, told.collect())
}

/// Cases that belong to this one and that he may see too.
async fn links(context: &Context, page: &Page, t: Text, found: &Found) -> Result<Vec<Link>, PageError> {
    let mut links = Vec::new();
    for link in &found.case.links {
        let Some(other) = context.case(&link.case).await? else { continue };
        let mechanism = &other.version(context)?.definition;
        let label = match (link.kind, link.is_forward) {
            (LinkKind::Opened, true) => "linked_went_on",
            (LinkKind::Opened, false) => "linked_came_from",
            (LinkKind::Split, true) => "linked_split_off",
            (LinkKind::Split, false) => "linked_split_from",
            (LinkKind::Merged, true) => "linked_merged_into",
            (LinkKind::Merged, false) => "linked_took_in",
            (LinkKind::Related, _) => "linked",
        };
        let label = t.two(label, page.say(&mechanism.title), &link.number);
        links.push(Link::new(format!("/cases/{}", link.number), label));
    }
    Ok(links)
}

fn citations(page: &Page, mechanism: &Mechanism) -> Vec<Link> {
    let cited = mechanism.cite.iter().filter_map(|cite| cite.parse::<Citation>().ok());
    cited.map(|cite| page.citation(&cite)).collect()
}

/// Where somebody can turn who does not accept the outcome.
fn remedies(page: &Page, mechanism: &Mechanism, has_ended: bool) -> Vec<(String, String)> {
    let remedies = mechanism.remedies.iter().filter(|_| has_ended);
    let told = |remedy: &domain::mechanism::Remedy| {
        (page.say(&remedy.title).to_owned(), page.say(&told_period(remedy.within)).to_owned())
    };
    remedies.map(told).collect()
}

#[cfg(test)]
mod tests;
