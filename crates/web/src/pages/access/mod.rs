//! `/access`: who may do what, as the statements say it.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::response::Html;
use domain::access::{AccessPolicy, Permission, Statement, Who, Within};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/access/page.html")]
struct View {
    page: Page,
    t: Text,
    policy: &'static AccessPolicy,
}

impl View {
    fn who(&self, who: &[Who]) -> String {
        let names = who.iter().map(|one| match one {
            Who::Anyone => self.t.of("anyone"),
            Who::Person => self.t.of("person"),
            Who::Role(role) => wording::role(*role, self.page.language),
        });
        names.collect::<Vec<_>>().join(self.t.of("and"))
    }

    fn may(&self, permissions: &[Permission]) -> String {
        let names = permissions.iter().map(|one| self.t.of(&one.name().replace(['.', '-'], "_")));
        names.collect::<Vec<_>>().join(self.t.of("and"))
    }

    fn within(&self, statement: &Statement) -> &'static str {
        match statement.within {
            Within::Everything => self.t.of("within_everything"),
            Within::OwnPerson => self.t.of("within_person"),
            Within::OwnFirm => self.t.of("within_firm"),
            Within::OwnOrganization => self.t.of("within_organization"),
            Within::OwnPlace => self.t.of("within_place"),
            Within::Party => self.t.of("within_party"),
        }
    }
}

/// The page.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Desk, t.of("title")).under("/account", t.of("account"));
    Page::render(&View { page, t, policy: AccessPolicy::built_in() })
}

#[cfg(test)]
mod tests;
