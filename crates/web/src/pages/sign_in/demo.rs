//! One click into a role, in a demo and nowhere else.

use crate::{
    context::Context,
    error::PageError,
    invitation::new_id,
    session::{self, Onward},
    visit::random_text,
    wording,
};
use axum::{
    extract::{Form, Path},
    http::HeaderMap,
    response::Response,
};
use domain::access::{Area, Capacity, Role};
use edition::Edition;
use store::{NewGrant, NewPerson};

/// The firm of the demo: no such firm is registered.
const FIRM: &str = "91330302MATEXAMP4W";

/// Signs in as the made-up person of a role, who is made when he is first asked for.
pub async fn enter(
    context: Context,
    (Path(role), headers): (Path<String>, HeaderMap),
    Form(onward): Form<Onward>,
) -> Result<Response, PageError> {
    let role = Role::named(&role).filter(|_| context.city.host.is_demo).ok_or(PageError::Page)?;
    let login = format!("demo-{}", role.name());
    let person = match context.city.store.person_of_login(&login).await? {
        Some(person) => person.id,
        None => made_up(&context, role, login).await?,
    };
    session::open(&context, &person, true, (&headers, &onward.next)).await
}

async fn made_up(context: &Context, role: Role, login: String) -> Result<String, PageError> {
    let (store, edition) = (&context.city.store, &context.city.edition);
    let person = NewPerson {
        id: new_id(context),
        login,
        name: wording::role(role, context.language).to_owned(),
        phone: String::new(),
        salt: random_text::<26>(context.city.host.chance),
    };
    store.create_person(&person, &context.deed("demo")).await?;
    let capacity = if role.is_of_firm() {
        Capacity::Firm { role, firm: FIRM.to_owned(), scope: vec![Area::Firm, Area::Case], until: None }
    } else {
        let organization = organization_of(edition, role).ok_or(PageError::Organization)?;
        let place = edition.division_code.parse().map_err(|error| PageError::broken(&error))?;
        Capacity::Office { role, organization, place, until: None }
    };
    let grant = NewGrant {
        id: new_id(context),
        person: person.id.clone(),
        capacity,
        deputy_of: String::new(),
        from_day: context.today(),
    };
    store.grant(&grant, &context.deed("demo")).await?;
    Ok(person.id)
}

/// Where somebody of a role works in a demo: at the desk that procedures name for the role, else at the first body.
fn organization_of(edition: &Edition, role: Role) -> Option<String> {
    let actors = edition.mechanisms.iter().flat_map(|version| &version.definition.actors);
    let mut desks =
        actors.filter(|actor| actor.roles == [role]).filter_map(|actor| actor.organization.clone());
    desks.next().or_else(|| edition.organizations.first().map(|first| first.id.clone()))
}
