//! `/notices`: the messages of cases, each reader's own: what nobody has read first, with the way to the case.
//!
//! A message to an organisation is read once somebody there has read it: it is the work of all of them.

use crate::{
    case::{Found, Told, recipients, stage, told_notice},
    choice::Choice,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome::{self, Outcome},
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    response::{Html, Response},
};
use domain::{
    access::{Capacity, Permission, Resource},
    clock::Moment,
    mechanism::{accused, course::NoticeDue},
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};
use store::{Case, CaseNotice, NoticeQuery, Recipient};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Messages of each part of the page.
const SHOWN: u32 = 50;

/// What is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Filter {
    /// `unread` leaves out what was read.
    show: String,
    mechanism: String,
    before: String,
}

/// A message as it is shown.
struct Message {
    serial: i64,
    at: String,
    /// What it is about; none where it is nothing for the reader as whom he acts now.
    case: Option<About>,
}

/// What a message is about.
struct About {
    number: String,
    title: String,
    mechanism: String,
    stage: String,
    text: String,
    /// Whether he sees the page of the case.
    has_page: bool,
}

#[derive(Template)]
#[template(path = "pages/notices/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    unread: Vec<Message>,
    read: Vec<Message>,
    mechanisms: Vec<Choice>,
    is_unread_only: bool,
    is_office: bool,
    is_filtered: bool,
    next: Option<String>,
    home: &'static str,
}

/// The page.
pub async fn show(
    context: Context,
    (Query(filter), Query(outcome)): (Query<Filter>, Query<Outcome>),
) -> Result<Html<String>, PageError> {
    context.may(Permission::CaseRead, &Resource::of_case(true))?;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Messages, t.of("title"));
    let is_office = matches!(context.visit.principal().capacity(), Some(Capacity::Office { .. }));
    let is_unread_only = filter.show == "unread";
    let before = filter.before.parse().unwrap_or_default();
    let unread = if before == 0 { found(&context, &filter, (false, 0)).await? } else { Vec::new() };
    let read = if is_unread_only { Vec::new() } else { found(&context, &filter, (true, before)).await? };
    let last = read.last().filter(|_| read.len() == SHOWN as usize).map(|last| last.serial);
    let view = View {
        done: outcome.done(&t),
        fault: outcome.fault(&t),
        unread: messages(&context, &page, unread).await?,
        read: messages(&context, &page, read).await?,
        mechanisms: mechanisms(&context, &page, &filter.mechanism),
        is_unread_only,
        is_office,
        is_filtered: is_unread_only || !filter.mechanism.is_empty(),
        next: last.map(|last| format!("/notices?mechanism={}&before={last}", filter.mechanism)),
        home: if is_office { "/desk" } else { "/cases" },
        page,
        t,
    };
    Page::render(&view)
}

async fn found(
    context: &Context,
    filter: &Filter,
    (is_read, before): (bool, i64),
) -> Result<Vec<CaseNotice>, PageError> {
    // What stands in the address is no mechanism unless it is one.
    let versions = &context.city.edition.mechanisms;
    let is_known = versions.iter().any(|version| version.definition.id == filter.mechanism);
    let wanted = NoticeQuery {
        to: recipients(context.visit.principal()),
        is_read: Some(is_read),
        mechanism: if is_known { filter.mechanism.clone() } else { String::new() },
        before,
        most: SHOWN,
    };
    Ok(context.city.store.notices(&wanted).await?)
}

/// Messages in words, for the eyes of the reader: of a case that he does not see nothing is told.
async fn messages(
    context: &Context,
    page: &Page,
    notices: Vec<CaseNotice>,
) -> Result<Vec<Message>, PageError> {
    let (mut all, mut known) = (Vec::new(), BTreeMap::new());
    for notice in notices {
        if !known.contains_key(&notice.case) {
            let found = context.case(&notice.case).await?;
            let found = found.map(|found| (Told::of(context, &found.case), found));
            known.insert(notice.case.clone(), found);
        }
        let case = match known.get(&notice.case).and_then(Option::as_ref) {
            Some((told, found)) => Some(about(context, page, (&found.case, told, &notice), Some(found))?),
            None => of_role(context, page, &notice).await?,
        };
        let at = notice.at.parse::<Moment>().map_or_else(|_| notice.at.clone(), |at| page.when(&at));
        all.push(Message { serial: notice.serial, at, case });
    }
    Ok(all)
}

/// What a message says about a case.
fn about(
    context: &Context,
    page: &Page,
    (case, told, notice): (&Case, &Told, &CaseNotice),
    seen: Option<&Found>,
) -> Result<About, PageError> {
    let (head, state) = (&case.head, &case.state);
    let version = context.city.mechanism(&head.mechanism, head.version).ok_or(PageError::Page)?;
    let mechanism = &version.definition;
    let name = page.say(&mechanism.title);
    let is_it = |due: &NoticeDue| due.notice == notice.notice && due.at.to_string() == notice.at;
    // Several of one text can go out within a minute, in the order in which the case tells them.
    let mut places = state.notices.iter().enumerate().filter(|(_, due)| is_it(due)).map(|(place, _)| place);
    let place = places.nth(usize::try_from(notice.earlier).unwrap_or_default()).unwrap_or(usize::MAX);
    let stage_seen = seen.map_or(state.stage.as_str(), |found| found.stage(mechanism, &state.stage));
    Ok(About {
        number: head.number.clone(),
        title: seen.map_or(name, |found| found.title(mechanism, page.language)).to_owned(),
        mechanism: name.to_owned(),
        stage: stage(mechanism, stage_seen, page.language).to_owned(),
        text: told_notice(context, page, mechanism, (head, told.states(state, place), &notice.notice)),
        has_page: seen.is_some(),
    })
}

/// A message to a role, as a leader is told of a circular whose case he does not take part in: the words that the
/// procedure has for him and no more. Nothing where it is confidential or complains of his organisation.
async fn of_role(context: &Context, page: &Page, notice: &CaseNotice) -> Result<Option<About>, PageError> {
    let Recipient::Role(_) = notice.to else { return Ok(None) };
    let Some(case) = context.city.store.case(&notice.case).await? else { return Ok(None) };
    let version = context.city.mechanism(&case.head.mechanism, case.head.version);
    let (Some(version), Some(Capacity::Office { organization, .. })) =
        (version, context.visit.principal().capacity())
    else {
        return Ok(None);
    };
    let mechanism = &version.definition;
    let is_accused = accused(mechanism, &case.state).iter().any(|one| one.as_str() == organization);
    if mechanism.anonymity.is_secret() || is_accused {
        return Ok(None);
    }
    about(context, page, (&case, &Told::of(context, &case), notice), None).map(Some)
}

fn mechanisms(context: &Context, page: &Page, chosen: &str) -> Vec<Choice> {
    let versions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let titles: BTreeMap<&str, &str> =
        versions.map(|mechanism| (mechanism.id.as_str(), page.say(&mechanism.title))).collect();
    titles.into_iter().map(|(id, title)| Choice::new(id, title, chosen)).collect()
}

/// Notes that messages were read: the one whose button was pressed, or all that were shown.
pub async fn mark(context: Context, Form(pairs): Form<Vec<(String, String)>>) -> Result<Response, PageError> {
    context.may(Permission::CaseRead, &Resource::of_case(true))?;
    let of = |name: &str| -> Vec<i64> {
        let named = pairs.iter().filter(|(known, _)| known == name);
        named.filter_map(|(_, value)| value.parse().ok()).take(SHOWN as usize).collect()
    };
    let one = of("one");
    let serials = if one.is_empty() { of("seen") } else { one };
    let now = (context.city.host.now)();
    let to = recipients(context.visit.principal());
    context.city.store.mark_read(&serials, &to, context.person()?, now).await?;
    Ok(outcome::done("/notices", "read"))
}

#[cfg(test)]
mod tests;
