//! `/account/data`: what is kept about a person, who has looked at it, taking it along, having it erased.

mod file;

use crate::{
    context::{Context, redirect_within},
    cookie::{Cookie, Cookies},
    error::PageError,
    event::Teller,
    frame::{Page, Section},
    outcome::{self, Outcome},
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    Json,
    extract::{Form, Query},
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
};
use domain::access::Permission;
use serde::Deserialize;
use std::sync::LazyLock;
use store::{Basis, DataClass, Farewell, Field, FirmLeft, Inventory, Look, Person, StoreError};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/my_data/page.html")]
struct View {
    page: Page,
    t: Text,
    fault: Option<&'static str>,
    person: Person,
    /// Each with the capacity of whoever looked, and why, in words.
    looks: Vec<(String, String, Look)>,
    kept: Vec<&'static Field>,
    farewell: Farewell,
    /// Whether he has just shown who he is, so that he may take a file along.
    is_proved: bool,
}

/// The page.
pub async fn show(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let id = context.person()?;
    let person = context.city.store.person(id).await?.ok_or(PageError::Page)?;
    let teller = Teller::new(&context.city, context.language);
    let looks = context.city.store.looks_at(id).await?.into_iter();
    let looks =
        looks.map(|look| (teller.acting_as(&look.acting_as), teller.words(&look.reason), look)).collect();
    let kept = about_people().collect();
    let farewell = context.city.store.farewell(id, context.today()).await?;
    let page = Page::new(&context, Section::Account, t.of("title")).under("/account", t.of("account"));
    let (fault, is_proved) = (outcome.fault(&t), context.is_proved_for(Permission::AccountExport));
    Page::render(&View { page, t, fault, person, looks, kept, farewell, is_proved })
}

/// The fields of the inventory that are about people.
fn about_people() -> impl Iterator<Item = &'static Field> {
    let is_about_people = |field: &&Field| !matches!(field.class, DataClass::Public | DataClass::Internal);
    Inventory::built_in().fields.iter().filter(is_about_people)
}

impl View {
    fn class(&self, field: &Field) -> &'static str {
        match field.class {
            DataClass::Sensitive => self.t.of("sensitive"),
            DataClass::Secret => self.t.of("secret"),
            DataClass::Personal | DataClass::Public | DataClass::Internal => self.t.of("personal"),
        }
    }

    /// On what the keeping rests.
    fn basis(&self, field: &Field) -> &'static str {
        match field.basis {
            Some(Basis::Consent) => self.t.of("basis_consent"),
            Some(Basis::LegalDuty) => self.t.of("basis_duty"),
            None => "",
        }
    }

    fn what(&self, field: &Field) -> String {
        let named = field.columns.iter().map(|column| self.t.of(&format!("{}_{column}", field.table)));
        named.collect::<Vec<_>>().join(self.t.of("and"))
    }

    /// What becomes of a firm whose owner leaves.
    fn left(&self, firm: &FirmLeft) -> String {
        let key = match (firm.agents, firm.is_without_owner) {
            (0, false) => "firm_goes_on",
            (0, true) => "firm_without_owner",
            (_, false) => "firm_agents_end",
            (_, true) => "firm_all_end",
        };
        self.t.two(key, &firm.firm, firm.agents)
    }

    fn masked_phone(&self) -> String {
        wording::masked_phone(&self.person.phone)
    }
}

/// All of it as a file.
pub async fn export(context: Context) -> Result<Response, PageError> {
    let id = context.person()?;
    let data = context.city.store.personal_data(id).await?.ok_or(PageError::Page)?;
    context.city.store.record_export("own data", &context.deed("")).await?;
    let disposition = HeaderValue::from_static("attachment; filename=\"my-data.json\"");
    let mut response = Json(file::content(&data, (context.city.host.now)())).into_response();
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// The word that shows he means it.
#[derive(Deserialize)]
pub struct Leaving {
    login: String,
}

/// Erases the account of the person himself; who held an office lately can only close it.
pub async fn erase(context: Context, Form(leaving): Form<Leaving>) -> Result<Response, PageError> {
    if !is_meant(&context, &leaving).await? {
        return Ok(outcome::fault("/account/data", "not_meant"));
    }
    gone(&context, context.city.store.erase_oneself(&context.deed("")).await)
}

/// Closes the account of the person himself; it is erased when the time of the inventory is over.
pub async fn close(context: Context, Form(leaving): Form<Leaving>) -> Result<Response, PageError> {
    if !is_meant(&context, &leaving).await? {
        return Ok(outcome::fault("/account/data", "not_meant"));
    }
    gone(&context, context.city.store.close_oneself(&context.deed("")).await)
}

async fn is_meant(context: &Context, leaving: &Leaving) -> Result<bool, PageError> {
    let person = context.city.store.person(context.person()?).await?.ok_or(PageError::Page)?;
    Ok(domain::account_name::login_key(&leaving.login) == person.login)
}

/// The first page of the site, without a session; or what keeps him here.
fn gone(context: &Context, outcome: Result<bool, StoreError>) -> Result<Response, PageError> {
    if let Err(error) = outcome {
        return Ok(outcome::fault("/account/data", outcome::key_of(&error).ok_or(error)?));
    }
    let mut response = redirect_within("/", "").into_response();
    let cookies = Cookies(context.city.host.reach);
    response.headers_mut().append(header::SET_COOKIE, cookies.clear(Cookie::Session));
    Ok(response)
}

#[cfg(test)]
mod tests;
