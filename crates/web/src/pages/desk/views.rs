//! Filters that somebody keeps under a name of his own.

use super::{Filter, Inbox, office};
use crate::{context::Context, error::PageError, outcome};
use axum::{extract::Form, response::Response};
use domain::access::{Permission, Resource};
use serde::Deserialize;

/// Most characters of a name.
const NAME_LENGTH_MAX: usize = 40;

/// What he keeps: names and addresses.
pub async fn list(context: &Context) -> Result<Vec<(String, String)>, PageError> {
    let (capacity, _) = office(context)?;
    let inbox = Inbox::new(context, capacity, Filter::default());
    let views = context.city.store.views(context.person()?).await?;
    Ok(views.into_iter().map(|(name, query)| (name, inbox.of_kept(query).address())).collect())
}

/// A filter with its name.
#[derive(Deserialize)]
pub struct Named {
    #[serde(default)]
    name: String,
}

/// Keeps the filter under a name; one of the same name gives way.
pub async fn keep_view(
    context: Context,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (capacity, organization) = office(&context)?;
    context.may(Permission::DeskRead, &Resource::of_organization(organization))?;
    let one = |name: &str| {
        let found = pairs.iter().rfind(|(known, _)| known == name);
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let name: String = one("name").chars().filter(|one| !one.is_control()).take(NAME_LENGTH_MAX).collect();
    if name.is_empty() {
        return Ok(outcome::fault("/desk", "no_name"));
    }
    let inbox = Inbox::new(&context, capacity, Filter::of_pairs(&pairs));
    let (store, now) = (&context.city.store, (context.city.host.now)());
    if !store.save_view(context.person()?, &name, &inbox.kept(&context), now).await? {
        return Ok(outcome::fault("/desk", "too_many_views"));
    }
    Ok(outcome::done("/desk", "view_kept"))
}

/// Forgets a filter.
pub async fn drop_view(context: Context, Form(named): Form<Named>) -> Result<Response, PageError> {
    let (_, organization) = office(&context)?;
    context.may(Permission::DeskRead, &Resource::of_organization(organization))?;
    context.city.store.drop_view(context.person()?, &named.name).await?;
    Ok(outcome::done("/desk", "view_dropped"))
}
