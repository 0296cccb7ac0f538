//! `/cases`: the cases of the firm somebody acts for: what is asked of it first, then what runs, then what has ended.

mod table;

pub use table::table;

use crate::{
    case::CaseRow,
    choice::cut,
    context::{Context, redirect_within},
    error::PageError,
    frame::{Page, Section},
    outcome::Outcome,
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse as _, Response},
};
use domain::{
    access::{Capacity, Permission, Resource},
    mechanism::{Actor, Anonymity, Competence},
};
use serde::Deserialize;
use std::sync::LazyLock;
use store::{CaseDraft, CaseHead, CaseQuery, Order, PrivateCases, Within};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Cases on a page.
const SHOWN: u32 = 50;

/// What is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Filter {
    q: String,
    ended: String,
    after: String,
}

/// A case that somebody has begun to write.
struct Draft {
    href: String,
    title: String,
    day: String,
}

#[derive(Template)]
#[template(path = "pages/cases/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    asked: Vec<CaseRow>,
    rows: Vec<CaseRow>,
    drafts: Vec<Draft>,
    /// Cases in which every firm can speak.
    for_all: Vec<CaseRow>,
    query: String,
    is_ended: bool,
    next: Option<String>,
    can_file: bool,
}

/// The page. Whoever acts for an organisation has a desk of his own.
pub async fn show(
    context: Context,
    (Query(filter), Query(outcome)): (Query<Filter>, Query<Outcome>),
) -> Result<Response, PageError> {
    let capacity = context.visit.principal().capacity().cloned();
    let Some(capacity @ Capacity::Firm { .. }) = capacity else {
        return Ok(redirect_within("/desk", "").into_response());
    };
    let Capacity::Firm { firm, .. } = &capacity else { return Err(PageError::Page) };
    context.may(Permission::CaseRead, &Resource::of_case(true))?;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Cases, t.of("title"));
    let (query, _) = cut(&filter.q);
    let wanted = wanted(&context, filter, (firm, &query))?;
    let found = context.city.store.cases(&wanted).await?;
    let visible = context.seen(&found.rows).await?;
    let rows = visible.iter().filter_map(|head| CaseRow::new(&context, &page, head, &capacity));
    let (asked, rows) = rows.partition(|row: &CaseRow| !row.asked.is_empty());
    let view = View {
        done: outcome.done(&t),
        fault: outcome.fault(&t),
        asked,
        rows,
        drafts: drafts(&context, &page).await?,
        for_all: for_all(&context, &page, &capacity).await?,
        query,
        is_ended: wanted.is_ended == Some(true),
        next: found.next,
        can_file: context.could(Permission::CaseFile),
        page,
        t,
    };
    Ok(Page::render(&view)?.into_response())
}

/// What is looked for among the cases of a firm; of confidential ones his own.
fn wanted(context: &Context, filter: Filter, (firm, text): (&str, &str)) -> Result<CaseQuery, PageError> {
    Ok(CaseQuery {
        is_ended: Some(!filter.ended.is_empty()),
        text: text.to_owned(),
        order: if filter.ended.is_empty() { Order::Due } else { Order::Newest },
        after: Some(filter.after).filter(|after| CaseQuery::is_place(after)),
        private: Some(PrivateCases {
            person: context.person()?.to_owned(),
            mechanisms: confidential(context),
        }),
        ..CaseQuery::all(Within::Firm(firm.to_owned()), SHOWN)
    })
}

/// Cases that wait for any firm, such as a call for opinions: those of which something is published.
async fn for_all(context: &Context, page: &Page, capacity: &Capacity) -> Result<Vec<CaseRow>, PageError> {
    let Capacity::Firm { firm, role, .. } = capacity else { return Ok(Vec::new()) };
    let versions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let is_open = |actor: &Actor| actor.competence == Competence::Open && actor.roles.contains(role);
    let open = versions.filter(|mechanism| mechanism.actors.iter().any(is_open));
    let mut ids: Vec<String> = open.map(|mechanism| mechanism.id.clone()).collect();
    ids.sort();
    ids.dedup();
    let wanted = CaseQuery {
        is_ended: Some(false),
        order: Order::Newest,
        ..CaseQuery::all(Within::Mechanisms(ids), SHOWN)
    };
    let found = context.city.store.cases(&wanted).await?;
    let others: Vec<CaseHead> = found.rows.into_iter().filter(|head| head.firm != *firm).collect();
    let seen = context.seen(&others).await?;
    Ok(seen.iter().filter_map(|head| CaseRow::new(context, page, head, capacity)).collect())
}

/// The mechanisms of which nobody of a firm sees the cases of a colleague. They are left out of the list before it is cut
/// into pages: a page that is too short would tell that there are some.
fn confidential(context: &Context) -> Vec<String> {
    let versions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let confidential = versions.filter(|mechanism| mechanism.anonymity == Anonymity::Confidential);
    let mut ids: Vec<String> = confidential.map(|mechanism| mechanism.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

async fn drafts(context: &Context, page: &Page) -> Result<Vec<Draft>, PageError> {
    let drafts = context.city.store.drafts(context.person()?).await?;
    let line = |draft: CaseDraft| {
        let mut versions = context.city.edition.mechanisms.iter();
        let version = versions.find(|version| version.definition.id == draft.mechanism)?;
        Some(Draft {
            href: format!("/cases/new/{}?draft={}", draft.mechanism, draft.id),
            title: page.say(&version.definition.title).to_owned(),
            day: page.moment(&draft.updated_at),
        })
    };
    Ok(drafts.into_iter().filter_map(line).collect())
}

#[cfg(test)]
mod tests;
