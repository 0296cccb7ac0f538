//! `/people/{id}`: one account: its roles, granting and ending them, closing it, a new invitation, a masked field.

mod deeds;

pub use deeds::{close, end, grant, invite, reveal};

use crate::{
    choice::Choice,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome::Outcome,
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Html,
};
use domain::access::{Permission, Role};
use std::sync::LazyLock;
use store::{Grant, Person, PersonState};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/person/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    person: Person,
    held: Vec<GrantLine>,
    past: Vec<GrantLine>,
    roles: Vec<Choice>,
    organizations: Vec<Choice>,
    can_appoint: bool,
    is_himself: bool,
    /// Who has asked to have him invited anew, where nobody has confirmed it yet.
    asked_by: Option<String>,
    /// Who reads.
    reader: String,
    /// A code or a field that is shown once.
    shown: Option<(&'static str, String)>,
}

/// A role in words.
struct GrantLine {
    grant: Grant,
    name: String,
}

impl View {
    fn masked_name(&self) -> String {
        wording::masked_name(&self.person.name)
    }

    fn masked_phone(&self) -> String {
        wording::masked_phone(&self.person.phone)
    }

    fn is_open(&self) -> bool {
        self.person.state == PersonState::Open
    }

    /// Whether he holds a role of the three administrators.
    fn is_administrator(&self) -> bool {
        let mut roles = self.held.iter().filter_map(|line| line.grant.capacity.role());
        roles.any(Role::is_administrator)
    }
}

/// The page.
pub async fn show(
    context: Context,
    Path(id): Path<String>,
    Query(outcome): Query<Outcome>,
) -> Result<Html<String>, PageError> {
    let mut view = view(&context, &id).await?;
    (view.done, view.fault) = (outcome.done(&view.t), outcome.fault(&view.t));
    Page::render(&view)
}

async fn view(context: &Context, id: &str) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let (store, edition, language) = (&context.city.store, &context.city.edition, context.language);
    let person = store.person(id).await?.ok_or(PageError::Page)?;
    let lines = store
        .grants_of_person(id)
        .await?
        .into_iter()
        .map(|grant| GrantLine { name: wording::capacity(edition, &grant.capacity, language), grant });
    let (held, past) = lines.partition(|line| line.grant.ended_at.is_none());
    let offices = Role::ALL.into_iter().filter(|role| !role.is_of_firm() && !role.is_administrator());
    let roles = offices.map(|role| Choice::new(role.name(), wording::role(role, language), "")).collect();
    let organizations = edition.organizations.iter();
    let organizations =
        organizations.map(|one| Choice::new(one.id.as_str(), one.name.get(language), "")).collect();
    let page = Page::new(context, Section::Desk, person.login.as_str());
    Ok(View {
        page: page.under("/account", t.of("account")).under("/people", t.of("people")),
        done: None,
        fault: None,
        person,
        held,
        past,
        roles,
        organizations,
        can_appoint: context.could(Permission::PersonAppoint),
        is_himself: context.visit.person() == Some(id),
        asked_by: asked_by(context, id).await?,
        reader: context.person()?.to_owned(),
        shown: None,
        t,
    })
}

/// Who has asked to have him invited anew, and could still do so.
async fn asked_by(context: &Context, id: &str) -> Result<Option<String>, PageError> {
    let store = &context.city.store;
    let Some(asker) = store.recovery_asked_by(id, (context.city.host.now)()).await? else { return Ok(None) };
    let today = context.today();
    let is_one =
        |grant: &Grant| grant.holds_on(today) && grant.capacity.role() == Some(Role::SecurityAdministrator);
    Ok(store.grants_of_person(&asker).await?.iter().any(is_one).then_some(asker))
}

#[cfg(test)]
mod tests;
