//! `/counter`: binding an owner to a firm, after the papers were seen.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    invitation::{self, Newcomer},
    outcome::{self, Outcome},
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    response::{Html, Response},
};
use domain::{
    access::{Capacity, Permission, Resource, Role},
    account_name, credit_code,
};
use serde::Deserialize;
use std::sync::LazyLock;
use store::Offer;

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
    /// What he has entered and nobody has accepted yet.
    offers: Vec<Offer>,
    typed: Typed,
}

async fn view(context: &Context, typed: Typed) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(context, Section::Desk, t.of("title")).under("/account", t.of("account"));
    let mut offers = context.city.store.offers_by(context.person()?, (context.city.host.now)()).await?;
    offers.retain(|offer| offer.role == Role::FirmOwner);
    Ok(View { page, done: None, fault: None, code: None, offers, typed, t })
}

/// The form.
pub async fn show(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let Some(Capacity::Office { place, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    // Which firm is not known yet: one of his place.
    context.may(Permission::FirmAdmit, &Resource::common().in_place(place.clone()))?;
    let mut view = view(&context, Typed::default()).await?;
    (view.done, view.fault) = (outcome.done(&view.t), outcome.fault(&view.t));
    Page::render(&view)
}

/// Offers the owner's role to whoever signs in with the login, or will; he accepts it with the code.
pub async fn admit(context: Context, Form(typed): Form<Typed>) -> Result<Html<String>, PageError> {
    let firm = typed.firm.trim().to_uppercase();
    let fault = if credit_code::check(&firm).is_err() { Some("fault_code") } else { typed.unseen_papers() };
    if let Some(fault) = fault {
        let mut view = view(&context, typed).await?;
        view.fault = view.t.find(fault);
        return Page::render(&view);
    }
    let resource = invitation::about_login(&context, Resource::of_firm(&firm), &typed.login).await?;
    context.may(Permission::FirmAdmit, &resource)?;
    let newcomer = Newcomer { login: &typed.login, name: &typed.name, phone: &typed.phone };
    let capacity = Capacity::Firm { role: Role::FirmOwner, firm, scope: Vec::new(), until: None };
    match invitation::offer(&context, newcomer, (capacity, ""), &typed.papers).await {
        Ok(code) => {
            let mut view = view(&context, Typed::default()).await?;
            (view.done, view.code) = (view.t.find("done_bound"), Some(code));
            Page::render(&view)
        }
        Err(error) => {
            let key = outcome::key_of(&error).ok_or(error)?;
            let mut view = view(&context, typed).await?;
            view.fault = view.t.find(&format!("fault_{key}"));
            Page::render(&view)
        }
    }
}

/// An entry to be taken back.
#[derive(Deserialize)]
pub struct Withdrawing {
    offer: String,
}

/// Takes back what nobody has accepted yet.
pub async fn withdraw(context: Context, Form(withdrawing): Form<Withdrawing>) -> Result<Response, PageError> {
    let store = &context.city.store;
    let offer = store.offer_of_id(&withdrawing.offer, (context.city.host.now)()).await?;
    let offer = offer.filter(|offer| offer.role == Role::FirmOwner).ok_or(PageError::Page)?;
    context.may(Permission::FirmAdmit, &Resource::of_firm(&offer.firm))?;
    let is_withdrawn = store.withdraw_offer(&offer.id, &context.deed("")).await?;
    Ok(if is_withdrawn {
        outcome::done("/counter", "withdrawn")
    } else {
        outcome::fault("/counter", "not_open")
    })
}

#[cfg(test)]
mod tests;
