//! What every page has around its content: title, breadcrumbs, navigation, and the reader's language.

use crate::{
    asset,
    context::{Context, without_language},
    error::PageError,
    form_token::FormToken,
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::response::Html;
use domain::{
    Bilingual, Language,
    access::{Capacity, Permission},
    mechanism::Mechanism,
};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("components/text.toml")));

/// The parts of the service that the navigation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The start page.
    Home,
    /// The regulation and its articles.
    Regulation,
    /// The plan and its works.
    Plan,
    /// The named systems.
    Systems,
    /// Those who answer for something.
    Organizations,
    /// The library of policies.
    Policies,
    /// The calculator.
    Calculator,
    /// The search.
    Search,
    /// The cases of a firm.
    Cases,
    /// The cases that an organisation handles.
    Inbox,
    /// The board over all organisations.
    Board,
    /// The messages of cases.
    Messages,
    /// What becomes of what firms ask for, in figures.
    Figures,
    /// About this service.
    About,
    /// The person's own account.
    Account,
    /// What he does for a firm, an organisation or the service.
    Desk,
    /// A page outside all of them.
    Nowhere,
}

/// An address with the words that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub label: String,
}

impl Link {
    /// A link to `href`.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// An entry of the navigation.
pub struct Entry {
    /// Where it leads and what it says.
    pub link: Link,
    /// True on the pages of this section.
    pub current: bool,
    /// How many wait there to be read; empty where none do.
    pub count: String,
}

/// The frame of a page.
pub struct Page {
    /// Language of the reader.
    pub language: Language,
    /// Texts of the layout and the shared components.
    pub t: Text,
    /// Names of the field's values.
    pub w: Text,
    /// Title of the page, also its heading in the browser.
    pub title: String,
    /// Name of the city.
    pub city: Bilingual,
    /// The way from the start page to here, without the page itself.
    pub crumbs: Vec<Link>,
    /// Address of the style sheet.
    pub style: &'static str,
    /// Address of the script of passkeys, for the pages that ask for one.
    pub script: &'static str,
    /// Address of the script of keys, for lists and for the page of a case.
    pub keys: &'static str,
    /// Number of the request, for the desk that looks a fault up.
    pub request_id: String,
    token: FormToken,
    /// Who signed in: his name and the role he acts in.
    pub signed: Option<(String, String)>,
    /// Whether this is a demo.
    pub is_demo: bool,
    section: Section,
    /// What only this reader has: entries of the navigation by what he may do.
    duties: Vec<(Section, &'static str, &'static str)>,
    /// How many messages he has not read.
    unread: u64,
    switch: String,
}

impl Page {
    /// A page with `title` in `section`.
    pub fn new(context: &Context, section: Section, title: impl Into<String>) -> Self {
        let language = context.language;
        Self {
            language,
            t: TEXTS.of(language),
            w: wording::texts(language),
            title: title.into(),
            city: context.city.edition.name.clone(),
            crumbs: Vec::new(),
            style: asset::style_address(),
            script: asset::script_address(),
            keys: asset::keys_address(),
            request_id: context.visit.id.clone(),
            token: context.form_token(),
            signed: signed(context),
            is_demo: context.city.host.is_demo,
            section,
            duties: duties(context),
            unread: context.visit.unread.get().copied().unwrap_or_default(),
            switch: switch_address(context),
        }
    }

    /// Adds a step to the breadcrumbs.
    #[must_use]
    pub fn under(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.crumbs.push(Link::new(href, label));
        self
    }

    /// Turns a finished view into an answer.
    pub fn render(view: &impl Template) -> Result<Html<String>, PageError> {
        view.render().map(Html).map_err(|error| PageError::broken(&error))
    }

    /// Links to procedures.
    pub fn procedures(&self, mechanisms: Vec<&Mechanism>) -> Vec<Link> {
        let link = |one: &Mechanism| Link::new(format!("/procedures/{}", one.id), self.say(&one.title));
        mechanisms.into_iter().map(link).collect()
    }

    /// The wording in the reader's language.
    pub fn say<'a>(&self, text: &'a Bilingual) -> &'a str {
        text.get(self.language)
    }

    /// The value of the `lang` attribute.
    pub fn lang(&self) -> &'static str {
        match self.language {
            Language::Zh => "zh-Hans",
            Language::En => "en",
        }
    }

    /// The `lang` attribute of the other language.
    pub fn other_lang(&self) -> &'static str {
        match self.language {
            Language::Zh => "en",
            Language::En => "zh-Hans",
        }
    }

    /// This page in the other language.
    pub fn switch(&self) -> &str {
        &self.switch
    }

    /// The token of a form of this page; see `components/form_token`.
    pub fn form_token(&self) -> String {
        self.token.text()
    }

    /// True on the start page, which has no breadcrumbs.
    pub fn is_home(&self) -> bool {
        self.section == Section::Home
    }

    /// The navigation.
    pub fn navigation(&self) -> Vec<Entry> {
        let t = &self.t;
        let entries = [
            (Section::Regulation, "/regulation", t.of("nav_regulation")),
            (Section::Plan, "/plan", t.of("nav_plan")),
            (Section::Policies, "/policies", t.of("nav_policies")),
            (Section::Calculator, "/calculator", t.of("nav_calculator")),
            (Section::Systems, "/systems", t.of("nav_systems")),
            (Section::Organizations, "/organizations", t.of("nav_organizations")),
            (Section::Figures, "/voice/figures", t.of("nav_figures")),
            (Section::Search, "/search", t.of("nav_search")),
            (Section::About, "/about", t.of("nav_about")),
        ];
        let entry = |(section, href, label): (Section, &str, &str)| Entry {
            link: Link::new(href, label),
            current: self.section == section,
            count: match self.unread {
                count @ 1..=99 if section == Section::Messages => count.to_string(),
                100.. if section == Section::Messages => "99+".to_owned(),
                _ => String::new(),
            },
        };
        let home = std::iter::once((Section::Home, "/", t.of("nav_home")));
        home.chain(self.duties.iter().copied()).chain(entries).map(entry).collect()
    }
}

/// Entries for what the reader does: his cases, his desk, the board.
fn duties(context: &Context) -> Vec<(Section, &'static str, &'static str)> {
    let t = TEXTS.of(context.language);
    let Some(capacity) = context.visit.principal().capacity() else { return Vec::new() };
    let is_firm = matches!(capacity, Capacity::Firm { .. });
    let all = [
        (Permission::CaseRead, is_firm, (Section::Cases, "/cases", t.of("nav_cases"))),
        (Permission::DeskRead, !is_firm, (Section::Inbox, "/desk", t.of("nav_desk"))),
        (Permission::CaseRead, true, (Section::Messages, "/notices", t.of("nav_notices"))),
        (Permission::BoardRead, !is_firm, (Section::Board, "/board", t.of("nav_board"))),
    ];
    let open = all.into_iter().filter(|(permission, is_his, _)| *is_his && context.could(*permission));
    open.map(|(.., entry)| entry).collect()
}

/// Name and role of whoever signed in.
fn signed(context: &Context) -> Option<(String, String)> {
    let signed = context.visit.signed.get()?;
    let capacity = signed.principal.capacity()?;
    Some((signed.name.clone(), wording::capacity(&context.city.edition, capacity, context.language)))
}

/// The address of this page in the other language.
fn switch_address(context: &Context) -> String {
    let other = match context.language {
        Language::Zh => "lang=en",
        Language::En => "lang=zh",
    };
    let path = context.uri.path().trim_start_matches(['/', '\\']);
    let query = without_language(&context.uri);
    let joint = if query.is_empty() { "?" } else { "&" };
    format!("/{path}{query}{joint}{other}")
}
