//! How the values of the field are named and written on pages.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass every value by reference")]

mod benefit;
mod clause;
mod foreign;
mod policy;
mod role;
mod target;
mod work;

pub use benefit::PaidPart;
pub use clause::{ClauseLine, Clauses, Mark};
pub use policy::Level;
pub use role::{capacity, masked_name, masked_phone, role};
pub use target::TargetItem;
pub use work::WorkLine;

use crate::{
    frame::{Link, Page},
    numeral,
    text::{Text, Texts},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Block, Citation, Language,
    china_time::{day_in_china, time_in_china},
    clock::Moment,
    law::ArticleKind,
    organization::OrganizationKind,
    system::SystemState,
    task_list::{LeadMark, Stage},
};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// The names in one language.
pub fn texts(language: Language) -> Text {
    TEXTS.of(language)
}

/// How long there is to wait, in words: seconds up to two minutes, minutes up to two hours, then hours; rounded up,
/// so that nobody comes back too early.
pub fn wait(language: Language, seconds: i64) -> String {
    let w = texts(language);
    let whole = |unit: i64| (seconds + unit - 1) / unit;
    match seconds {
        ..=1 => w.one("wait_second", 1),
        2..120 => w.one("wait_seconds", seconds),
        120..7_200 => w.one("wait_minutes", whole(60)),
        _ => w.one("wait_hours", whole(3_600)),
    }
}

/// What is said to a try that has to wait so long.
pub fn tries_wait(language: Language, seconds: i64) -> String {
    let w = texts(language);
    w.one("tries_wait", wait(language, seconds))
}

impl Page {
    /// `20` as a reader cites it: 第二十条, Article 20.
    pub fn article(&self, number: &str) -> String {
        match number.split_once('-') {
            Some((article, inserted)) => {
                self.w.two("article_inserted", self.numeral(article), self.numeral(inserted))
            }
            None => self.w.one("article", self.numeral(number)),
        }
    }

    /// The number of a chapter: 第四章, Chapter 4.
    pub fn chapter(&self, number: &u16) -> String {
        self.w.one("chapter", self.numeral(&number.to_string()))
    }

    /// A number as headings write it in the reader's language.
    fn numeral(&self, number: &str) -> String {
        match (self.language, number.parse()) {
            (Language::Zh, Ok(value)) => numeral::chinese(value, self.w.of("digits"), self.w.of("powers")),
            _ => number.to_owned(),
        }
    }

    /// Where a citation leads, and its words.
    pub fn citation(&self, citation: &Citation) -> Link {
        let w = &self.w;
        match citation {
            Citation::Article(number) => Link::new(format!("/regulation/{number}"), self.article(number)),
            Citation::Work(work) => Link::new(format!("/plan/{work}"), w.one("work", work)),
            Citation::Measure(work, measure) => {
                Link::new(format!("/plan/{work}#w{work}.{measure}"), w.two("measure", work, measure))
            }
            Citation::Target(work, item) => {
                Link::new(format!("/plan/{work}#t{work}.{item}"), w.two("target", work, item))
            }
            Citation::PlanBody => Link::new("/plan#goals", w.of("plan_body")),
        }
    }

    /// A date in full.
    pub fn date(&self, date: &NaiveDate) -> String {
        date.format(self.w.of("date")).to_string()
    }

    /// Day, hour and minute of an instant, in the one time that China keeps.
    pub fn moment(&self, at: &DateTime<Utc>) -> String {
        let there = time_in_china(*at);
        format!("{} {}", self.date(&there.date()), there.format("%H:%M"))
    }

    /// A day, or a minute of it.
    pub fn when(&self, at: &Moment) -> String {
        match at.time {
            Some(time) => format!("{} {}", self.date(&at.day), time.format("%H:%M")),
            None => self.date(&at.day),
        }
    }

    /// The day of an instant, in the one time that China keeps.
    pub fn day(&self, instant: &DateTime<Utc>) -> String {
        self.date(&day_in_china(*instant))
    }

    /// When a work runs.
    pub fn stage(&self, stage: &Stage) -> String {
        match (stage.from, stage.to) {
            (Some(from), Some(to)) if from != to => self.w.two("years", from, to),
            (Some(year), _) | (None, Some(year)) => self.w.one("one_year", year),
            (None, None) => self.w.of("long_term").to_owned(),
        }
    }

    /// How the source marks who leads.
    pub fn lead_mark(&self, mark: &LeadMark) -> &'static str {
        match mark {
            LeadMark::Star => self.w.of("lead_star"),
            LeadMark::Single => self.w.of("lead_single"),
        }
    }

    /// How far a system has come.
    pub fn state(&self, state: &SystemState) -> &'static str {
        match state {
            SystemState::Live => self.w.of("state_live"),
            SystemState::Partial => self.w.of("state_partial"),
            SystemState::Planned => self.w.of("state_planned"),
        }
    }

    /// Name of a building block.
    pub fn block(&self, block: &Block) -> &'static str {
        match block {
            Block::Policy => self.w.of("block_policy"),
            Block::Case => self.w.of("block_case"),
            Block::Register => self.w.of("block_register"),
            Block::Indicator => self.w.of("block_indicator"),
            Block::TaskList => self.w.of("block_task_list"),
            Block::Inspection => self.w.of("block_inspection"),
            Block::Fund => self.w.of("block_fund"),
            Block::Notice => self.w.of("block_notice"),
            Block::Code => self.w.of("block_code"),
        }
    }

    /// What an article does.
    pub fn article_kind(&self, kind: &ArticleKind) -> &'static str {
        match kind {
            ArticleKind::Definition => self.w.of("article_definition"),
            ArticleKind::Duty => self.w.of("article_duty"),
            ArticleKind::Mechanism => self.w.of("article_mechanism"),
            ArticleKind::List => self.w.of("article_list"),
            ArticleKind::Right => self.w.of("article_right"),
            ArticleKind::Encouragement => self.w.of("article_encouragement"),
        }
    }

    /// Name of a sort of organisation, in the plural.
    pub fn organization_kind(&self, kind: &OrganizationKind) -> &'static str {
        match kind {
            OrganizationKind::Department => self.w.of("kind_department"),
            OrganizationKind::PartyBody => self.w.of("kind_party_body"),
            OrganizationKind::Judiciary => self.w.of("kind_judiciary"),
            OrganizationKind::County => self.w.of("kind_county"),
            OrganizationKind::Zone => self.w.of("kind_zone"),
            OrganizationKind::NationalOffice => self.w.of("kind_national_office"),
            OrganizationKind::StateFirm => self.w.of("kind_state_firm"),
            OrganizationKind::PublicBody => self.w.of("kind_public_body"),
            OrganizationKind::Group => self.w.of("kind_group"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_unit_that_suits_it() {
        for (seconds, zh, en) in [
            (1, "1秒", "1 second"),
            (119, "119秒", "119 seconds"),
            (120, "2分钟", "2 minutes"),
            (3_601, "61分钟", "61 minutes"),
            (7_199, "120分钟", "120 minutes"),
            (7_201, "3小时", "3 hours"),
            (86_401, "25小时", "25 hours"),
        ] {
            assert_eq!(
                (wait(Language::Zh, seconds).as_str(), wait(Language::En, seconds).as_str()),
                (zh, en)
            );
        }
    }
}
