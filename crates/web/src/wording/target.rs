//! A target as a row of a table.

use crate::{
    frame::{Link, Page},
    official::Official,
};
use chrono::{Datelike, NaiveDate};
use domain::{
    Citation, Language,
    task_list::{Comparator, Recurrence, Strength, Target, Work},
};
use std::{collections::BTreeMap, sync::LazyLock};

static UNITS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("units.toml")).expect("units.toml is a table of strings"));

/// What the table shows of a target.
pub struct TargetRow {
    /// Identifier, also the anchor of the row.
    pub id: String,
    /// The printed item it comes from; empty for goals of the plan.
    pub item: String,
    /// What is measured.
    pub indicator: String,
    /// Comparison, figure and unit.
    pub figure: String,
    /// When it is due.
    pub deadline: String,
    /// True when the date lies before today.
    pub past: bool,
    /// How strongly the source commits itself.
    pub strength: String,
    /// The target that states the same goal, if one does.
    pub same: Option<Link>,
    /// A remark; empty where there is none.
    pub remark: String,
}

/// The rows of one printed target item.
pub struct TargetItem {
    /// The anchor of the item, where no row of it has the same.
    pub anchor: Option<String>,
    /// How it is cited; empty for goals of the plan.
    pub label: String,
    /// Its indicators.
    pub rows: Vec<TargetRow>,
    /// Its official wording, where that was imported.
    pub wording: Option<String>,
}

impl Page {
    /// A unit in the reader's language; one without a translation as it is printed.
    pub fn unit(&self, unit: &str) -> String {
        let translated = UNITS.get(unit).filter(|_| self.language == Language::En);
        translated.map_or(unit, String::as_str).to_owned()
    }
}

impl TargetItem {
    /// The items of a work as seen on the day `today`.
    pub fn of_work(page: &Page, work: &Work, official: Option<&Official>, today: NaiveDate) -> Vec<Self> {
        let item = |targets: &[Target]| {
            let citation = Citation::Target(work.number, targets[0].item);
            let anchor = citation.to_string();
            let wording = official.and_then(|official| official.wording(&citation));
            Self {
                label: page.citation(&citation).label,
                rows: rows(page, targets, today),
                wording: wording.map(str::to_owned),
                anchor: targets.iter().all(|target| target.id != anchor).then_some(anchor),
            }
        };
        work.targets.chunk_by(|one, next| one.item == next.item).map(item).collect()
    }

    /// The goals of the plan, which are not printed as items.
    pub fn of_goals(page: &Page, goals: &[Target], today: NaiveDate) -> Vec<Self> {
        vec![Self { anchor: None, label: String::new(), rows: rows(page, goals, today), wording: None }]
    }
}

fn rows(page: &Page, targets: &[Target], today: NaiveDate) -> Vec<TargetRow> {
    targets.iter().map(|target| TargetRow::new(page, target, today)).collect()
}

impl TargetRow {
    /// The row of `target` as seen on the day `today`.
    fn new(page: &Page, target: &Target, today: NaiveDate) -> Self {
        Self {
            id: target.id.clone(),
            item: if target.item == 0 { target.id.clone() } else { target.item.to_string() },
            indicator: page.say(&target.indicator).to_owned(),
            figure: page.figure(target),
            deadline: page.deadline(target),
            past: target.recurrence.is_none() && target.deadline.is_some_and(|deadline| deadline < today),
            strength: page.strength(target.strength).to_owned(),
            same: target.same_as.as_deref().map(|id| page.target_link(id)),
            remark: target.remark.as_ref().map(|remark| page.say(remark).to_owned()).unwrap_or_default(),
        }
    }
}

impl Page {
    /// Comparison, figure and unit of a target.
    pub fn figure(&self, target: &Target) -> String {
        let reference = target.reference.as_ref().map(|reference| self.say(reference));
        let amount = match (target.value, reference, &target.until) {
            (Some(value), _, _) => self.with_unit(&value.normalize().to_string(), target.unit.as_deref()),
            (None, Some(reference), _) => reference.to_owned(),
            (None, None, Some(until)) => return until.format(self.w.of("until_date")).to_string(),
            (None, None, None) => return self.w.of("no_figure").to_owned(),
        };
        match target.comparator {
            Some(Comparator::RankAtMost) => self.w.one("rank", amount),
            Some(comparator) => format!("{} {amount}", comparator.sign()),
            None => amount,
        }
    }

    /// A figure with its unit in the reader's language.
    fn with_unit(&self, figure: &str, unit: Option<&str>) -> String {
        let Some(unit) = unit else { return figure.to_owned() };
        let shown = match self.language {
            Language::Zh => unit,
            Language::En => UNITS.get(unit).map_or(unit, String::as_str),
        };
        if shown == "%" { format!("{figure}%") } else { format!("{figure} {shown}") }
    }

    /// When a target is due.
    pub fn deadline(&self, target: &Target) -> String {
        let date = target.deadline.map(|date| {
            let year_end = date.month() == 12 && date.day() == 31;
            let pattern = if year_end { self.w.of("year_end") } else { self.w.of("by_date") };
            date.format(pattern).to_string()
        });
        let repeated = target.recurrence.map(|recurrence| match recurrence {
            Recurrence::Yearly => self.w.of("yearly"),
            Recurrence::Quarterly => self.w.of("quarterly"),
            Recurrence::Standing => self.w.of("standing"),
        });
        match (repeated, date) {
            (Some(repeated), Some(date)) => format!("{repeated} · {date}"),
            (Some(repeated), None) => repeated.to_owned(),
            (None, Some(date)) => date,
            (None, None) => self.w.of("no_deadline").to_owned(),
        }
    }

    /// How strongly the source commits itself.
    fn strength(&self, strength: Strength) -> &'static str {
        match strength {
            Strength::Must => self.w.of("must"),
            Strength::Strive => self.w.of("strive"),
            Strength::Qualitative => self.w.of("qualitative"),
        }
    }

    /// Where the target with this identifier (`t5.4b`, `p-3`) is shown.
    pub fn target_link(&self, id: &str) -> Link {
        if let Some((work, item)) = id.strip_prefix('t').and_then(|rest| rest.split_once('.')) {
            return Link::new(format!("/plan/{work}#{id}"), self.w.two("target", work, item));
        }
        let number = id.split_once('-').map_or(id, |(_, number)| number);
        Link::new(format!("/plan#{id}"), self.w.one("plan_goal", number))
    }
}
