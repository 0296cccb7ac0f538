//! `/people`: all accounts, masked, and opening one.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    invitation::{Newcomer, open_account},
    outcome,
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    response::Html,
};
use domain::access::Permission;
use serde::Deserialize;
use std::sync::LazyLock;
use store::{Person, PersonState};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Accounts on one page.
const PAGE: u32 = 50;

/// What the list is narrowed to.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    after: String,
}

/// Whom an account is opened for, as typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    login: String,
    name: String,
    phone: String,
}

#[derive(Template)]
#[template(path = "pages/people/page.html")]
struct View {
    page: Page,
    t: Text,
    fault: Option<&'static str>,
    /// Identifier and code of an account that has just been opened.
    opened: Option<(String, String)>,
    people: Vec<Person>,
    more: Option<String>,
    query: String,
    typed: Typed,
    can_create: bool,
}

impl View {
    fn masked(person: &Person) -> String {
        wording::masked_name(&person.name)
    }

    fn state(&self, person: &Person) -> &'static str {
        match person.state {
            PersonState::Open => self.t.of("open"),
            PersonState::Closed => self.t.of("closed"),
            PersonState::Erased => self.t.of("erased"),
        }
    }
}

/// The page.
pub async fn show(context: Context, Query(asked): Query<Asked>) -> Result<Html<String>, PageError> {
    Page::render(&view(&context, asked, Typed::default()).await?)
}

async fn view(context: &Context, asked: Asked, typed: Typed) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let (query, _) = crate::choice::cut(&asked.q);
    let mut people = context.city.store.people(&query, &asked.after, PAGE + 1).await?;
    let more = (people.len() > PAGE as usize).then(|| people[PAGE as usize - 1].login.clone());
    people.truncate(PAGE as usize);
    Ok(View {
        page: Page::new(context, Section::Desk, t.of("title")).under("/account", t.of("account")),
        fault: None,
        opened: None,
        people,
        more,
        query,
        typed,
        can_create: context.could(Permission::PersonCreate),
        t,
    })
}

/// Opens an account and shows its invitation, once.
pub async fn create(context: Context, Form(typed): Form<Typed>) -> Result<Html<String>, PageError> {
    let newcomer = Newcomer { login: &typed.login, name: &typed.name, phone: &typed.phone };
    let opened = open_account(&context, newcomer).await;
    let kept = if opened.is_ok() { Typed::default() } else { typed };
    let mut view = view(&context, Asked::default(), kept).await?;
    match opened {
        Ok((person, code)) => view.opened = Some((person, code.printed())),
        Err(error) => {
            let key = outcome::key_of(&error).ok_or(error)?;
            view.fault = view.t.find(&format!("fault_{key}"));
        }
    }
    Page::render(&view)
}

#[cfg(test)]
mod tests;
