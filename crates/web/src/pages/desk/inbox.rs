//! Which cases a desk shows: those of the organisation, of the procedures whose desk it is, or of a role.

use crate::{
    case::{CaseRow, stage},
    choice::{Choice, cut, encoded},
    context::Context,
    error::PageError,
    frame::Page,
};
use domain::{
    access::Capacity,
    mechanism::{Actor, Anonymity, Competence, Extent, Mechanism, SeesWhen},
};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{CaseHead, CasePage, CaseQuery, DueWindow, ListPlace, Order, Within};

/// Cases that are read for a page; where only some of them are to be acted on, fewer are shown.
const READ: u32 = 100;
/// Pages that are read to find one on which something is asked of the reader.
const PAGES_MAX: usize = 10;

/// What is looked for, as it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// For whom: `unit`, `desk`, `role`, or all of them.
    pub of: String,
    /// Which tab.
    pub tab: String,
    /// Only of this mechanism.
    pub mechanism: String,
    /// Only in this stage.
    pub stage: String,
    /// Only those that this organisation is in charge of.
    pub unit: String,
    /// Words.
    pub q: String,
    /// Where the page begins.
    pub after: String,
}

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What waits for the reader.
    Act,
    /// What is overdue.
    Overdue,
    /// All that has not ended.
    Open,
    /// What has ended.
    Ended,
}

impl Tab {
    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }
}

impl Filter {
    /// The tab; what is to be done where none is named.
    pub fn tab(&self) -> Tab {
        let all = [Tab::Act, Tab::Overdue, Tab::Open, Tab::Ended];
        all.into_iter().find(|tab| tab.name() == self.tab).unwrap_or(Tab::Act)
    }

    /// The filter in the hidden fields of a form.
    pub fn of_pairs(pairs: &[(String, String)]) -> Self {
        let one = |name: &str| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        Self {
            of: one("of"),
            tab: one("tab"),
            mechanism: one("mechanism"),
            stage: one("stage"),
            unit: one("unit"),
            q: one("q"),
            after: one("after"),
        }
    }

    /// Names and values that are set, for addresses and hidden fields.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("of", &self.of),
            ("tab", &self.tab),
            ("mechanism", &self.mechanism),
            ("stage", &self.stage),
            ("unit", &self.unit),
            ("q", &self.q),
            ("after", &self.after),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.as_str()))
            .collect()
    }

    /// The address of the desk with this filter.
    pub fn address(&self) -> String {
        let pairs: Vec<String> =
            self.pairs().into_iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if pairs.is_empty() { "/desk".to_owned() } else { format!("/desk?{}", pairs.join("&")) }
    }
}

/// The inbox of somebody who acts for an organisation.
pub struct Inbox {
    /// What is looked for, with everything that it leaves open decided.
    pub filter: Filter,
    capacity: Capacity,
    organization: String,
    /// Mechanisms of which the organisation is a fixed actor.
    fixed: Vec<String>,
    /// Stages in which a role, wherever it is held, can act.
    open: Vec<(String, String)>,
    /// Of these, where only what was published is shown: no words of the rest find a case.
    published: Vec<(String, String)>,
}

/// A page of the inbox.
pub struct Shown {
    /// Its cases.
    pub rows: Vec<CaseRow>,
    /// The address of the next page.
    pub next: Option<String>,
    /// How many there are in all, up to 1,000.
    pub total: Option<u64>,
}

impl Inbox {
    /// The inbox of a capacity.
    pub fn new(context: &Context, capacity: &Capacity, filter: Filter) -> Self {
        let organization = match capacity {
            Capacity::Office { organization, .. } => organization.clone(),
            _ => String::new(),
        };
        let (mut fixed, mut open) = (Vec::new(), Vec::new());
        let (mut published, mut whole) = (Vec::new(), Vec::new());
        for version in context.city.edition.mechanisms.iter() {
            let mechanism = &version.definition;
            let own = mechanism
                .actors
                .iter()
                .filter(|actor| capacity.role().is_some_and(|role| actor.roles.contains(&role)));
            for actor in own {
                let is_own = actor.organization.as_ref() == Some(&organization);
                match (actor.competence, actor.sees_when(mechanism.anonymity)) {
                    (Competence::Fixed, SeesWhen::Always) if is_own => fixed.push(mechanism.id.clone()),
                    (Competence::Fixed, SeesWhen::WhenActing) if is_own => {
                        open.extend(stages_of(mechanism, actor));
                    }
                    // In confidence nobody sees a case by his role alone.
                    (Competence::Open, _) if mechanism.anonymity == Anonymity::Confidential => {}
                    (Competence::Open, SeesWhen::Always | SeesWhen::WhenActing) => {
                        open.extend(stages_of(mechanism, actor));
                        if actor.extent(capacity) == Extent::Published {
                            published.extend(stages_of(mechanism, actor));
                        } else {
                            whole.extend(stages_of(mechanism, actor));
                        }
                    }
                    _ => {}
                }
            }
        }
        fixed.sort();
        fixed.dedup();
        open.sort();
        open.dedup();
        published.retain(|part| !whole.contains(part));
        let mut inbox = Self { filter, capacity: capacity.clone(), organization, fixed, open, published };
        if !inbox.scopes().contains(&inbox.filter.of.as_str()) {
            inbox.filter.of.clear();
        }
        let (query, _) = cut(&inbox.filter.q);
        inbox.filter.q = query;
        if inbox.filter.mechanism.is_empty() {
            inbox.filter.stage.clear();
        }
        inbox
    }

    /// For whom it can look, each apart; where nothing is chosen it looks for all of them.
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = vec!["unit"];
        if !self.open.is_empty() {
            scopes.push("role");
        }
        if !self.fixed.is_empty() {
            scopes.push("desk");
        }
        scopes
    }

    /// The mechanisms whose cases it can hold.
    fn ids(&self, context: &Context) -> Vec<String> {
        match self.filter.of.as_str() {
            "desk" => self.fixed.clone(),
            "role" => {
                let mut ids: Vec<String> = self.open.iter().map(|(id, _)| id.clone()).collect();
                ids.dedup();
                ids
            }
            _ => {
                let versions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
                let mut ids: Vec<String> = versions.map(|mechanism| mechanism.id.clone()).collect();
                ids.sort();
                ids.dedup();
                ids
            }
        }
    }

    /// The mechanisms to choose from.
    pub fn mechanisms(&self, context: &Context, page: &Page) -> Vec<Choice> {
        let ids = self.ids(context);
        let choices = ids.iter().filter_map(|id| {
            let title = page.say(&mechanism(context, id)?.title).to_owned();
            Some(Choice::new(id, title, &self.filter.mechanism))
        });
        choices.collect()
    }

    /// The stages of the mechanism that is looked at; of the only one there is.
    pub fn stages(&self, context: &Context, page: &Page) -> Vec<Choice> {
        let Some(mechanism) = mechanism(context, &self.filter.mechanism) else { return Vec::new() };
        let running =
            mechanism.stages.iter().filter(|one| one.outcome.is_none() && one.id != mechanism.begins);
        let choice = |one: &domain::mechanism::CaseStage| {
            Choice::new(&one.id, stage(mechanism, &one.id, page.language), &self.filter.stage)
        };
        running.map(choice).collect()
    }

    /// What the store is asked, a query for each part of the inbox.
    pub fn queries(&self, context: &Context, filter: &Filter, most: u32) -> Vec<CaseQuery> {
        let tab = filter.tab();
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let of = |within| CaseQuery {
            is_ended: Some(tab == Tab::Ended),
            mechanism: some(&filter.mechanism),
            stage: some(&filter.stage),
            assigned: some(&filter.unit),
            due: (tab == Tab::Overdue).then(|| DueWindow::Overdue(context.moment())),
            text: filter.q.clone(),
            reader: self.organization.clone(),
            order: if tab == Tab::Ended { Order::Changed } else { Order::Due },
            after: some(&filter.after).filter(|after| CaseQuery::is_place(after)),
            ..CaseQuery::all(within, most)
        };
        let of_desk = || of(Within::Mechanisms(self.fixed.clone()));
        let of_unit = || of(Within::Organization(self.organization.clone()));
        let of_role = || {
            let is_asked = |(id, stage): &&(String, String)| {
                (filter.mechanism.is_empty() || filter.mechanism == *id)
                    && (filter.stage.is_empty() || filter.stage == *stage)
            };
            let part = |(id, stage): &(String, String)| CaseQuery {
                stage: Some(stage.clone()),
                ..of(Within::Mechanisms(vec![id.clone()]))
            };
            let is_found = |part: &&(String, String)| filter.q.is_empty() || !self.published.contains(part);
            self.open.iter().filter(is_asked).filter(is_found).map(part).collect::<Vec<_>>()
        };
        match filter.of.as_str() {
            "desk" => vec![of_desk()],
            "role" => of_role(),
            "unit" => vec![of_unit()],
            // A desk has all cases of its procedures, those of its own organisation among them.
            _ if self.fixed.contains(&filter.mechanism) => vec![of_desk()],
            _ => {
                let desk = (!self.fixed.is_empty()).then(of_desk);
                let role = if tab == Tab::Act { of_role() } else { Vec::new() };
                std::iter::once(of_unit()).chain(desk).chain(role).collect()
            }
        }
    }

    /// The filter as the store keeps it under a name.
    pub fn kept(&self, context: &Context) -> CaseQuery {
        let filter = Filter { after: String::new(), ..self.filter.clone() };
        let within = match filter.of.as_str() {
            "desk" => Within::Mechanisms(self.fixed.clone()),
            "role" => Within::Mechanisms(self.ids(context)),
            "unit" => Within::Organization(self.organization.clone()),
            _ => Within::Mechanisms(Vec::new()),
        };
        let query = self.queries(context, &filter, READ).into_iter().next();
        let query = query.unwrap_or_else(|| CaseQuery::all(within.clone(), READ));
        // What waits for the reader is told from what is open by leaving that unsaid.
        let is_ended = query.is_ended.filter(|_| filter.tab() != Tab::Act);
        let stage = (!filter.stage.is_empty()).then_some(filter.stage);
        CaseQuery { within, is_ended, stage, ..query }
    }

    /// The filter that was kept so.
    pub fn of_kept(&self, query: CaseQuery) -> Filter {
        let of = match query.within {
            Within::Mechanisms(ids) if ids.is_empty() => "",
            Within::Mechanisms(ids) if ids == self.fixed => "desk",
            Within::Mechanisms(_) => "role",
            _ => "unit",
        };
        let tab = match (query.is_ended, query.due) {
            (_, Some(_)) => Tab::Overdue,
            (None, None) => Tab::Act,
            (Some(true), None) => Tab::Ended,
            (Some(false), None) => Tab::Open,
        };
        Filter {
            of: of.to_owned(),
            tab: tab.name().to_owned(),
            mechanism: query.mechanism.unwrap_or_default(),
            stage: query.stage.unwrap_or_default(),
            unit: query.assigned.unwrap_or_default(),
            q: query.text,
            after: String::new(),
        }
    }

    /// A page of heads. The parts of the inbox are lists of one order; from where a page ends each of them goes on, and
    /// what stands in several of them is taken once.
    pub async fn heads(&self, context: &Context, filter: &Filter, most: u32) -> Result<CasePage, PageError> {
        let queries = self.queries(context, filter, most);
        if let [query] = &queries[..] {
            return Ok(context.city.store.cases(query).await?);
        }
        let (mut joined, mut is_cut): (BTreeMap<ListPlace, CaseHead>, _) = (BTreeMap::new(), false);
        for query in &queries {
            let found = context.city.store.cases(query).await?;
            is_cut |= found.next.is_some();
            joined.extend(found.places.into_iter().zip(found.rows));
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        is_cut |= joined.len() > most;
        let all = joined.len() as u64;
        let (places, rows): (Vec<_>, Vec<_>) = if filter.tab() == Tab::Ended {
            joined.into_iter().rev().take(most).unzip()
        } else {
            joined.into_iter().take(most).unzip()
        };
        let next = places.last().filter(|_| is_cut).map(ToString::to_string);
        // How many there are is known where one page holds them all.
        let total = (!is_cut && filter.after.is_empty()).then_some(all);
        Ok(CasePage { rows, places, next, total })
    }

    /// How many cases stand in each of these stages of the mechanism that is looked at; more than 1,000 are not counted.
    pub async fn loads(
        &self,
        context: &Context,
        filter: &Filter,
        stages: &[String],
    ) -> Result<BTreeMap<String, u64>, PageError> {
        let mut loads = BTreeMap::new();
        for query in self.queries(context, filter, 1) {
            for (stage, count) in context.city.store.case_stages(&query, stages).await? {
                *loads.entry(stage).or_default() += count;
            }
        }
        Ok(loads)
    }

    /// The page that is looked at.
    pub async fn page(&self, context: &Context, page: &Page) -> Result<Shown, PageError> {
        let is_wanted = |row: &CaseRow| self.filter.tab() != Tab::Act || !row.asked.is_empty();
        let mut found = self.heads(context, &self.filter, READ).await?;
        let mut rows: Vec<CaseRow> = Vec::new();
        for _ in 0..PAGES_MAX {
            let seen = context.seen(&found.rows).await?;
            let shown = seen.iter().filter_map(|head| CaseRow::new(context, page, head, &self.capacity));
            rows.extend(shown.filter(is_wanted));
            // A page on which nothing is asked of the reader is no page.
            let (true, Some(after)) = (rows.is_empty(), found.next.clone()) else { break };
            found = self.heads(context, &Filter { after, ..self.filter.clone() }, READ).await?;
        }
        let total = if self.filter.tab() == Tab::Act { u64::try_from(rows.len()).ok() } else { found.total };
        let next = found.next.map(|after| Filter { after, ..self.filter.clone() }.address());
        Ok(Shown {
            total: if self.filter.tab() == Tab::Act && next.is_some() { None } else { total },
            rows,
            next,
        })
    }
}

/// The stages in which an actor can take a step of a case that has begun.
fn stages_of(mechanism: &Mechanism, actor: &Actor) -> Vec<(String, String)> {
    let steps = mechanism.steps.iter().filter(|step| step.by.contains(&actor.id));
    let from = steps.flat_map(|step| &step.from).filter(|from| **from != mechanism.begins);
    from.map(|stage| (mechanism.id.clone(), stage.clone())).collect()
}

/// The newest version of a mechanism.
fn mechanism<'c>(context: &'c Context, id: &str) -> Option<&'c Mechanism> {
    let versions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let by_version: BTreeMap<u16, &Mechanism> =
        versions.filter(|one| one.id == id).map(|one| (one.version, one)).collect();
    by_version.into_values().next_back()
}
