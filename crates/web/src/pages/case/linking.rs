//! `/cases/{number}/links`: somebody notes that another case is about the same matter.

use super::hints::can_link;
use crate::{context::Context, error::PageError, outcome};
use axum::{
    extract::{Form, Path},
    response::Response,
};
use domain::access::{Permission, Resource};
use serde::Deserialize;
use store::Taken;

/// The other case, and the revision that was seen.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Linked {
    other: String,
    revision: String,
}

/// Notes it, where he sees both.
pub async fn link(
    context: Context,
    Path(number): Path<String>,
    Form(linked): Form<Linked>,
) -> Result<Response, PageError> {
    let found = context.case(&number).await?;
    let may = match &found {
        Some(found) => can_link(&context, found)?,
        None => false,
    };
    context.may(Permission::CaseAct, &Resource::of_case(may))?;
    let found = found.ok_or(PageError::Page)?;
    let (head, back) = (&found.case.head, format!("/cases/{number}"));
    let Some(other) = context.case(&linked.other).await? else {
        return Ok(outcome::fault(&back, "no_other"));
    };
    let seen = (head.id.as_str(), linked.revision.parse().unwrap_or(head.revision));
    let (store, procedures) = (&context.city.store, context.city.procedures());
    Ok(match store.link_cases(&procedures, seen, &other.case.head.id, &context.deed("")).await? {
        Taken::Done(_) => outcome::done(&back, "linked"),
        Taken::Absent => outcome::fault(&back, "no_other"),
        Taken::Stale(_) | Taken::Refused(_) => outcome::fault(&back, "changed"),
    })
}
