//! `/counter`: binding an owner to a firm, after the papers were seen.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    invitation::{self, Newcomer},
    outcome,
    text::{Text, Texts},
};
use askama::Template;
use axum::{extract::Form, response::Html};
use domain::{
    access::{Capacity, Permission, Resource, Role},
    account_name, credit_code,
};
use serde::Deserialize;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// The owner and the firm, as typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    firm: String,
    login: String,
    name: String,
    phone: String,
    papers: String,
}

impl Typed {
    /// What is wrong where no papers are named: nobody is bound whose papers were not seen.
    fn unseen_papers(&self) -> Option<&'static str> {
        match account_name::reason(&self.papers) {
            Ok("") => Some("fault_papers"),
            Ok(_) => None,
            Err(_) => Some("fault_reason_malformed"),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/counter/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    code: Option<String>,
    typed: Typed,
}

fn view(context: &Context, typed: Typed) -> View {
    let t = TEXTS.of(context.language);
    let page = Page::new(context, Section::Desk, t.of("title")).under("/account", t.of("account"));
    View { page, done: None, fault: None, code: None, typed, t }
}

/// The form.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let Some(Capacity::Office { place, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    // Which firm is not known yet: one of his place.
    context.may(Permission::FirmAdmit, &Resource::common().in_place(place.clone()))?;
    Page::render(&view(&context, Typed::default()))
}

/// Binds the owner: to an account that is there, or to one that is opened for it.
pub async fn admit(context: Context, Form(typed): Form<Typed>) -> Result<Html<String>, PageError> {
    let firm = typed.firm.trim().to_uppercase();
    let fault = if credit_code::check(&firm).is_err() { Some("fault_code") } else { typed.unseen_papers() };
    if let Some(fault) = fault {
        let mut view = view(&context, typed);
        view.fault = view.t.find(fault);
        return Page::render(&view);
    }
    let resource = invitation::about_login(&context, Resource::of_firm(&firm), &typed.login).await?;
    context.may(Permission::FirmAdmit, &resource)?;
    let newcomer = Newcomer { login: &typed.login, name: &typed.name, phone: &typed.phone };
    let capacity = Capacity::Firm { role: Role::FirmOwner, firm, scope: Vec::new(), until: None };
    match invitation::appoint(&context, newcomer, (capacity, ""), &typed.papers).await {
        Ok(code) => {
            let mut view = view(&context, Typed::default());
            (view.done, view.code) = (view.t.find("done_bound"), Some(code));
            Page::render(&view)
        }
        Err(error) => {
            let key = outcome::key_of(&error).ok_or(error)?;
            let mut view = view(&context, typed);
            view.fault = view.t.find(&format!("fault_{key}"));
            Page::render(&view)
        }
    }
}

#[cfg(test)]
mod tests;
