//! `/desk`: the cases that somebody's organisation handles, by the legal time that remains.

mod bulk;
mod export;
mod inbox;
mod views;

pub use bulk::take_all;
pub use export::{empty_table, export, push};
pub use views::{drop_view, keep_view};

use crate::{
    case::CaseRow,
    choice::Choice,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome::Outcome,
    pages::calls,
    text::{Text, Texts},
};
use askama::Template;
use axum::{extract::Query, response::Html};
use domain::access::{Capacity, Permission, Resource};
use inbox::{Filter, Inbox, Tab};
use std::sync::LazyLock;

/// The words of the desk; other lists of cases use its columns.
pub static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Cases of a stage are counted up to here.
const COUNTED_MAX: u64 = 1000;

/// A tab with its address.
struct TabLink {
    href: String,
    label: &'static str,
    is_current: bool,
}

/// How many cases stand in a stage.
struct Load {
    href: String,
    stage: String,
    count: String,
}

#[derive(Template)]
#[template(path = "pages/desk/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    /// What came of a step that was taken in many cases at once.
    results: Vec<(String, String)>,
    filter: Filter,
    scopes: Vec<TabLink>,
    tabs: Vec<TabLink>,
    mechanisms: Vec<Choice>,
    stages: Vec<Choice>,
    loads: Vec<Load>,
    views: Vec<(String, String)>,
    rows: Vec<CaseRow>,
    total: String,
    next: Option<String>,
    /// Steps that can be taken in many cases at once.
    bulk: Vec<Choice>,
    can_file: bool,
    is_watcher: bool,
    /// Whether this desk calls firms back.
    can_call: bool,
}

/// The page.
pub async fn show(
    context: Context,
    (Query(filter), Query(outcome)): (Query<Filter>, Query<Outcome>),
) -> Result<Html<String>, PageError> {
    let mut view = view(&context, filter).await?;
    (view.done, view.fault) = (outcome.done(&view.t), outcome.fault(&view.t));
    Page::render(&view)
}

/// The organisation somebody acts for.
fn office(context: &Context) -> Result<(&Capacity, &str), PageError> {
    match context.visit.principal().capacity() {
        Some(capacity @ Capacity::Office { organization, .. }) => Ok((capacity, organization)),
        _ => Err(PageError::Page),
    }
}

async fn view(context: &Context, filter: Filter) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let (capacity, organization) = office(context)?;
    context.may(Permission::DeskRead, &Resource::of_organization(organization))?;
    let page = Page::new(context, Section::Inbox, t.of("title"));
    let inbox = Inbox::new(context, capacity, filter);
    let found = inbox.page(context, &page).await?;
    let total = match found.total {
        Some(total) => t.one("total", total),
        None => t.of("total_many").to_owned(),
    };
    Ok(View {
        done: None,
        fault: None,
        results: Vec::new(),
        scopes: scopes(&inbox, t),
        tabs: tabs(&inbox.filter, t),
        mechanisms: inbox.mechanisms(context, &page),
        stages: inbox.stages(context, &page),
        loads: loads(context, &page, &inbox).await?,
        views: views::list(context).await?,
        bulk: bulk::choices(context, &page, &found.rows),
        rows: found.rows,
        total,
        next: found.next,
        can_file: context.could(Permission::CaseFile),
        is_watcher: crate::pages::watch::is_watcher(context),
        can_call: !calls::duties(context, capacity).is_empty(),
        filter: inbox.filter,
        page,
        t,
    })
}

fn tabs(filter: &Filter, t: Text) -> Vec<TabLink> {
    let labels = [
        (Tab::Act, t.of("tab_act")),
        (Tab::Overdue, t.of("tab_overdue")),
        (Tab::Open, t.of("tab_open")),
        (Tab::Ended, t.of("tab_ended")),
    ];
    let link = |(tab, label): (Tab, &'static str)| TabLink {
        href: Filter { tab: tab.name().to_owned(), after: String::new(), ..filter.clone() }.address(),
        label,
        is_current: filter.tab() == tab,
    };
    labels.into_iter().map(link).collect()
}

/// For whom somebody can look: for his organisation, for the desk that he is, for his role. One alone is no choice.
fn scopes(inbox: &Inbox, t: Text) -> Vec<TabLink> {
    let labels = [
        ("", t.of("of_all")),
        ("unit", t.of("of_unit")),
        ("desk", t.of("of_desk")),
        ("role", t.of("of_role")),
    ];
    let open = labels.into_iter().filter(|(name, _)| name.is_empty() || inbox.scopes().contains(name));
    let link = |(name, label): (&str, &'static str)| TabLink {
        href: Filter { of: name.to_owned(), tab: inbox.filter.tab.clone(), ..Filter::default() }.address(),
        label,
        is_current: inbox.filter.of == name,
    };
    let links: Vec<TabLink> = open.map(link).collect();
    if links.len() > 2 { links } else { Vec::new() }
}

/// The workload by stage, of the mechanism that is looked at.
async fn loads(context: &Context, page: &Page, inbox: &Inbox) -> Result<Vec<Load>, PageError> {
    let stages = inbox.stages(context, page);
    if stages.is_empty() {
        return Ok(Vec::new());
    }
    let open = Filter {
        tab: Tab::Open.name().to_owned(),
        stage: String::new(),
        after: String::new(),
        ..inbox.filter.clone()
    };
    let ids: Vec<String> = stages.iter().map(|stage| stage.value.clone()).collect();
    let counts = inbox.loads(context, &open, &ids).await?;
    let load = |stage: Choice| {
        let count = counts.get(&stage.value).copied().filter(|count| *count > 0)?;
        let href = Filter { stage: stage.value, ..open.clone() }.address();
        let count = if count > COUNTED_MAX { format!("{COUNTED_MAX}+") } else { count.to_string() };
        Some(Load { href, stage: stage.label, count })
    };
    Ok(stages.into_iter().filter_map(load).collect())
}

#[cfg(test)]
mod tests;
