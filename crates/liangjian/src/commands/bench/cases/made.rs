//! A made city of cases: the same in every run. Organisations and words are as uneven as in a city: the first of a list
//! come up most.

use chrono::{Days, NaiveDate};
use domain::{case_number::CaseNumber, clock::Moment};
use std::sync::LazyLock;
use store::{BoardDivision, BoardQuery, MadeCase};

/// The mechanism of most cases.
pub const MECHANISM: &str = "enterprise-voice";
/// Organisations.
pub const ORGANIZATIONS: u64 = 60;
const FIRMS: u64 = 40_000;
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

/// How many cases.
pub struct City {
    pub cases: u64,
    pub open: u64,
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

/// A name as the edition has them.
pub fn organization(number: u64) -> String {
    format!("bureau-{number:02}")
}

/// A credit code that no firm has.
pub fn firm(number: u64) -> String {
    format!("91330300{:010}", number % FIRMS)
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

/// The board on the last day.
pub fn board() -> BoardQuery {
    let now = day(DAYS);
    BoardQuery {
        division: BoardDivision::Organization,
        assigned: None,
        reader: organization(0),
        mechanisms: vec![MECHANISM.to_owned(), "credit-repair".to_owned()],
        now: Moment::from(now),
        ended_from: (now - Days::new(30)).and_time(chrono::NaiveTime::MIN).and_utc(),
    }
}

impl City {
    fn year(&self, case: u64) -> String {
        day(case * DAYS / self.cases.max(1)).format("%Y").to_string()
    }

    /// The number of a case.
    pub fn number(&self, case: u64) -> String {
        let case = case % self.cases.max(1);
        let place = u32::try_from(case + 1).unwrap_or(u32::MAX);
        CaseNumber { year: self.year(case).parse().unwrap_or_default(), place }.to_string()
    }

    /// The cases, one after the other as they came in. Most of those that run are among the last.
    pub fn made(&self) -> impl Iterator<Item = MadeCase> + Send {
        let city = Self { cases: self.cases, open: self.open };
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
        let stage = match (is_open, chance.below(10)) {
            (false, _) => "closed",
            (true, 0) => "received",
            (true, 1) => "dispatched",
            (true, _) => "handling",
        };
        let assigned = organization(chance.uneven(ORGANIZATIONS));
        let helper =
            if chance.below(10) == 0 { organization(chance.uneven(ORGANIZATIONS)) } else { String::new() };
        let words: u64 = 35 + chance.below(45);
        let mut text: String = (0..words).map(|_| word(chance.uneven(WORDS.len() as u64))).collect();
        if number % RARE == 7 {
            text.push_str(&rare());
        }
        let title: String = (0..5).map(|_| word(chance.uneven(WORDS.len() as u64))).collect();
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
        let run = format!(
            r#"{{"clock":"unit","party":"lead","organization":"{assigned}","start":"{came}","events":[],"finished":"{came}","over_noted":null}}"#
        );
        let state = format!(
            r#"{{"mechanism":"{MECHANISM}","version":1,"now":"{came}","stage":"{stage}","since":"{came}","assigned":"{assigned}","co_handlers":[],"involved":["{assigned}"],"data":{data},"runs":[{}],"rungs":[],"notices":[],"taken":[],"opened":[],"published":[],"rating_asked":[]}}"#,
            vec![run; 6].join(",")
        );
        MadeCase {
            mechanism: if chance.below(20) == 0 { "credit-repair" } else { MECHANISM }.to_owned(),
            firm: firm(chance.below(FIRMS)),
            title,
            stage: stage.to_owned(),
            is_ended: !is_open,
            assigned,
            helper,
            year: self.year(number).parse().unwrap_or_default(),
            opened_at: format!("{came}T01:00:00Z"),
            changed_at: format!("{}T02:00:00Z", came + Days::new(chance.below(15))),
            due,
            over,
            text,
            state,
            steps: steps[..taken]
                .iter()
                .map(|(name, data)| ((*name).to_owned(), (*data).to_owned()))
                .collect(),
        }
    }
}
