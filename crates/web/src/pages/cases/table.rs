//! The cases of a firm as a table that is taken along: what runs and what has ended.

use super::{Filter, confidential};
use crate::{choice::cut, context::Context, error::PageError, pages::desk, sheet::AskedForm};
use axum::{extract::Query, response::Response};
use domain::access::{Capacity, Permission, Resource};
use store::{CaseQuery, PrivateCases, Within};

/// Rows of a page of the store, and most pages of a file.
const READ: u32 = 200;
const PAGES_MAX: usize = 10;

/// The cases with the words that are looked for, the newest first.
pub async fn table(
    context: Context,
    (Query(filter), Query(asked)): (Query<Filter>, Query<AskedForm>),
) -> Result<Response, PageError> {
    let Some(Capacity::Firm { firm, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    context.may(Permission::CaseRead, &Resource::of_case(true))?;
    let mut wanted = CaseQuery::all(Within::Firm(firm.clone()), READ);
    wanted.text = cut(&filter.q).0;
    let (person, mechanisms) = (context.person()?.to_owned(), confidential(&context));
    wanted.private = Some(PrivateCases { person, mechanisms });
    let mut sheet = desk::empty_table(desk::TEXTS.of(context.language));
    for _ in 0..PAGES_MAX {
        let found = context.city.store.cases(&wanted).await?;
        for head in context.seen(&found.rows).await? {
            desk::push(&context, &mut sheet, &head);
        }
        match found.next {
            Some(after) => wanted.after = Some(after),
            None => break,
        }
    }
    sheet.answer("cases", asked.form(), (context.city.host.now)())
}
