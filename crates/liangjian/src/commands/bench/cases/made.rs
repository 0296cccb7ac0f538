//! A made city of cases: the same in every run. Organisations and words are as uneven as in a city: the first of a list
//! come up most.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    case_number::CaseNumber,
    china_time::beginning_in_china,
    clock::Moment,
    mechanism::{Anonymity, Mechanism},
    voice::similarity::{Features, KnownNames, Sketch},
};
use edition::Edition;
use std::sync::LazyLock;
use store::{BoardDivision, BoardQuery, MadeCase, Store};

/// The mechanism of most cases.
pub const MECHANISM: &str = "enterprise-voice";
const FIRMS: u64 = 40_000;
/// One case in so many is of the first firm, which files far more than others.
const OF_FIRST_FIRM: u64 = 400;
/// One case in so many is of another mechanism.
const OF_OTHERS: u64 = 5;
/// Days over which cases came in.
const DAYS: u64 = 1_000;
/// In one case of so many stand words that are rare.
const RARE: u64 = 5_000;

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// What a search is called at the desk and in an organisation, and its words.
type Searched = ((&'static str, &'static str), fn() -> String);

/// What is searched for: what the question is called at the desk and in an organisation, and the words.
pub const SEARCHED: [Searched; 4] = [
    (("desk: a common word of two", "organisation: a common word of two"), || word(0).to_owned()),
    (("desk: a rare word of two", "organisation: a rare word of two"), || rare()[..6].to_owned()),
    (("desk: a common phrase of four", "organisation: a common phrase of four"), || {
        format!("{}{}", word(0), word(1))
    }),
    (("desk: a rare phrase of four", "organisation: a rare phrase of four"), rare),
];

/// A mechanism with stages in which its cases stand.
#[derive(Clone)]
struct Procedure {
    id: String,
    clock: String,
    open: Vec<String>,
    ended: String,
}

/// How many cases, and what of an edition they are made of.
#[derive(Clone)]
pub struct City {
    pub cases: u64,
    pub open: u64,
    /// Organisations by their ids.
    pub organizations: Vec<String>,
    procedures: Vec<Procedure>,
}

/// Chance that comes out the same every time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    /// Below `end`, the small ones most often.
    fn uneven(&mut self, end: u64) -> u64 {
        let top = self.below(end) + 1;
        self.below(top)
    }
}

/// A credit code that no firm has.
pub fn firm(number: u64) -> String {
    format!("91330300{:010}", number % FIRMS)
}

/// Words that many cases have, of two, three and five characters.
pub fn common() -> [String; 3] {
    let short = WORDS.iter().find(|word| word.chars().count() == 3).copied().unwrap_or_default();
    let long = [word(0), word(1), word(2)].concat().chars().take(5).collect();
    [word(0).to_owned(), short.to_owned(), long]
}

fn word(at: u64) -> &'static str {
    WORDS[usize::try_from(at).unwrap_or_default() % WORDS.len()]
}

/// Four characters that stand in few cases: the last words of the list, turned about.
fn rare() -> String {
    let words = [word(WORDS.len() as u64 - 1), word(WORDS.len() as u64 - 4)];
    words.iter().flat_map(|word| word.chars().rev()).collect()
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 2).unwrap_or_default() + Days::new(number)
}

/// The last day.
pub fn today() -> NaiveDate {
    day(DAYS)
}

/// Ten o'clock in China on the last day.
pub fn now() -> DateTime<Utc> {
    beginning_in_china(today()) + TimeDelta::hours(10)
}

/// What like voices of a text are found by.
pub fn bands(text: &str) -> Vec<u64> {
    Sketch::of(&Features::of(text, &KnownNames::default())).bands()
}

/// The board on the last day.
pub fn board() -> BoardQuery {
    let now = today();
    BoardQuery {
        division: BoardDivision::Organization,
        assigned: None,
        reader: String::new(),
        mechanisms: vec![MECHANISM.to_owned(), "credit-repair".to_owned()],
        now: Moment::from(now),
        ended_from: (now - Days::new(30)).and_time(chrono::NaiveTime::MIN).and_utc(),
    }
}

impl Procedure {
    /// Of a mechanism whose cases are seen at desks; the first firm's voices stand in three stages, as they mostly do.
    fn of(mechanism: &Mechanism) -> Option<Self> {
        if mechanism.anonymity == Anonymity::Confidential {
            return None;
        }
        let stages = mechanism.stages.iter().filter(|stage| stage.id != mechanism.begins);
        let (ended, open): (Vec<_>, Vec<_>) = stages.partition(|stage| stage.outcome.is_some());
        let open = open.into_iter().take(3).map(|stage| stage.id.clone()).collect::<Vec<_>>();
        let is_voice = mechanism.id == MECHANISM;
        let open =
            if is_voice { ["received", "dispatched", "handling"].map(str::to_owned).to_vec() } else { open };
        let clock = if is_voice { "unit".to_owned() } else { mechanism.clocks.first()?.id.clone() };
        (!open.is_empty()).then_some(Self {
            id: mechanism.id.clone(),
            clock,
            open,
            ended: ended.last()?.id.clone(),
        })
    }
}

impl City {
    /// So many cases of the organisations and mechanisms of an edition.
    pub fn of(edition: &Edition, (cases, open): (u64, u64)) -> Self {
        let definitions = edition.mechanisms.iter().map(|version| &version.definition);
        let mut procedures: Vec<Procedure> = definitions.filter_map(Procedure::of).collect();
        // What most cases are of stands first.
        procedures.sort_by_key(|one| (one.id != MECHANISM, one.id.clone()));
        procedures.dedup_by(|one, other| one.id == other.id);
        let organizations = edition.organizations.iter().map(|one| one.id.clone()).collect();
        Self { cases, open, organizations, procedures }
    }

    /// Fills a store, where it is not the one that was filled so before. Says how many were written.
    pub async fn fill(&self, store: &Store) -> anyhow::Result<i64> {
        if self.cases > 0 && store.case(&self.number(self.cases - 1)).await?.is_some() {
            return Ok(0);
        }
        Ok(store.fill_with_cases(self.made()).await?)
    }

    /// An organisation; the first have most cases.
    pub fn organization(&self, number: u64) -> String {
        let count = self.organizations.len().max(1) as u64;
        let at = usize::try_from(number % count).unwrap_or_default();
        self.organizations.get(at).cloned().unwrap_or_default()
    }

    fn procedure(&self, chance: &mut Chance) -> Option<&Procedure> {
        let is_other = chance.below(OF_OTHERS) == 0;
        let other = 1 + chance.below(self.procedures.len().saturating_sub(1) as u64);
        let at = if is_other { usize::try_from(other).unwrap_or_default() } else { 0 };
        self.procedures.get(at).or(self.procedures.first())
    }

    fn year(&self, case: u64) -> String {
        day(case * DAYS / self.cases.max(1)).format("%Y").to_string()
    }

    /// The number of a case.
    pub fn number(&self, case: u64) -> String {
        let case = case % self.cases.max(1);
        let place = u32::try_from(case + 1).unwrap_or(u32::MAX);
        CaseNumber { year: self.year(case).parse().unwrap_or_default(), place }.to_string()
    }

    /// The number of a voice: of this case, or of the next one that is a voice; after the last one comes the first.
    pub fn voice(&self, case: u64) -> String {
        let all = self.cases.max(1);
        let mut places = (0..all).map(|further| (case + further) % all);
        let voice = places.find(|place| self.case(*place).mechanism == MECHANISM);
        self.number(voice.unwrap_or(case % all))
    }

    /// What the firm of a case wrote.
    pub fn said(&self, case: u64) -> String {
        let made = self.case(case % self.cases.max(1));
        format!("{}\n{}", made.title, made.text)
    }

    /// The cases, one after the other as they came in. Most of those that run are among the last.
    pub fn made(&self) -> impl Iterator<Item = MadeCase> + Send {
        let city = self.clone();
        (0..self.cases).map(move |case| city.case(case))
    }

    fn case(&self, number: u64) -> MadeCase {
        let mut chance = Chance(number);
        let from_last = self.cases - number;
        // Half of the last ones run, and a few old ones.
        let is_open = if from_last <= self.open * 3 / 2 {
            chance.below(2) == 0
        } else {
            chance.below(self.cases) < self.open / 4
        };
        let came = day(number * DAYS / self.cases.max(1));
        let procedure = self.procedure(&mut chance);
        let stage = match (procedure, is_open, chance.below(10)) {
            (Some(one), false, _) => one.ended.clone(),
            // The first two stages are passed quickly.
            (Some(one), true, at) => {
                let last = one.open.len() - 1;
                one.open[last.min(usize::try_from(at).unwrap_or_default())].clone()
            }
            (None, ..) => String::new(),
        };
        let organizations = self.organizations.len() as u64;
        let assigned = self.organization(chance.uneven(organizations));
        let helper = if chance.below(10) == 0 {
            self.organization(chance.uneven(organizations))
        } else {
            String::new()
        };
        let (title, text) = said(number, &mut chance);
        let due = came + Days::new(9 + chance.below(60));
        let (due, over) = if is_open {
            (due.to_string(), (due + Days::new(1)).to_string())
        } else {
            (String::new(), String::new())
        };
        let data = format!(
            r#"{{"subject":"{title}","account":"{text}","voice_kind":"ordinary","identity":"named"}}"#
        );
        let steps = [
            ("file", data.as_str()),
            ("dispatch", "{}"),
            ("accept", "{}"),
            ("answer", r#"{"answer":""}"#),
            ("rate", "{}"),
        ];
        let taken = if is_open { 3 } else { 5 };
        let (mechanism, clock) =
            procedure.map(|one| (one.id.as_str(), one.clock.as_str())).unwrap_or_default();
        let state = state((mechanism, clock, &stage), (came, is_open), &assigned, &data);
        MadeCase {
            mechanism: mechanism.to_owned(),
            firm: firm(if chance.below(OF_FIRST_FIRM) == 0 { 0 } else { chance.below(FIRMS) }),
            title: title.clone(),
            stage,
            is_ended: !is_open,
            assigned,
            helper,
            year: self.year(number).parse().unwrap_or_default(),
            opened_at: format!("{came}T01:00:00Z"),
            changed_at: format!("{}T02:00:00Z", came + Days::new(chance.below(15))),
            due,
            over,
            bands: bands(&format!("{title}\n{text}")),
            text,
            state,
            steps: steps[..taken]
                .iter()
                .map(|(name, data)| ((*name).to_owned(), (*data).to_owned()))
                .collect(),
        }
    }
}

/// What a firm wrote: a title, and an account in which a rare word stands now and then.
fn said(number: u64, chance: &mut Chance) -> (String, String) {
    let words: u64 = 35 + chance.below(45);
    let mut text: String = (0..words).map(|_| word(chance.uneven(WORDS.len() as u64))).collect();
    if number % RARE == 7 {
        text.push_str(&rare());
    }
    let title = (0..5).map(|_| word(chance.uneven(WORDS.len() as u64))).collect();
    (title, text)
}

/// What is kept of the course of a case: five clocks that have ended, and one that runs where the case does.
fn state(
    (mechanism, clock, stage): (&str, &str, &str),
    (came, is_open): (NaiveDate, bool),
    assigned: &str,
    data: &str,
) -> String {
    let run = |finished: String| {
        format!(
            r#"{{"clock":"{clock}","party":"lead","organization":"{assigned}","start":"{came}","events":[],"finished":{finished},"over_noted":null}}"#
        )
    };
    let mut runs = vec![run(format!("\"{came}\"")); 5];
    runs.push(run(if is_open { "null".to_owned() } else { format!("\"{came}\"") }));
    let known = if is_open { today() } else { came };
    format!(
        r#"{{"mechanism":"{mechanism}","version":1,"now":"{known}","stage":"{stage}","since":"{came}","assigned":"{assigned}","co_handlers":[],"involved":["{assigned}"],"data":{data},"runs":[{}],"rungs":[],"notices":[],"taken":[],"opened":[],"published":[],"rating_asked":[]}}"#,
        runs.join(",")
    )
}
