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
    mechanism::Anonymity,
};
use serde::Deserialize;
use std::sync::LazyLock;
use store::{CaseDraft, CaseHead, CaseQuery, Order, Within};

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
    let wanted = CaseQuery {
        is_ended: Some(!filter.ended.is_empty()),
        text: query.clone(),
        order: if filter.ended.is_empty() { Order::Due } else { Order::Newest },
        after: Some(filter.after).filter(|after| CaseQuery::is_place(after)),
        ..CaseQuery::all(Within::Firm(firm.clone()), SHOWN)
    };
    let found = context.city.store.cases(&wanted).await?;
    let visible = visible(&context, &found.rows).await?;
    let rows = visible.iter().filter_map(|head| CaseRow::new(&context, &page, head, &capacity));
    let (asked, rows) = rows.partition(|row: &CaseRow| !row.asked.is_empty());
    let view = View {
        done: outcome.done(&t),
        fault: outcome.fault(&t),
        asked,
        rows,
        drafts: drafts(&context, &page).await?,
        query,
        is_ended: wanted.is_ended == Some(true),
        next: found.next,
        can_file: context.could(Permission::CaseFile),
        page,
        t,
    };
    Ok(Page::render(&view)?.into_response())
}

/// Cases of the firm that the one who asks may see: of those that are confidential only his own.
async fn visible(context: &Context, rows: &[CaseHead]) -> Result<Vec<CaseHead>, PageError> {
    let mut visible = Vec::new();
    for head in rows {
        let version = context.city.mechanism(&head.mechanism, head.version);
        let is_confidential =
            version.is_some_and(|version| version.definition.anonymity == Anonymity::Confidential);
        if !is_confidential || context.case(&head.id).await?.is_some() {
            visible.push(head.clone());
        }
    }
    Ok(visible)
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
