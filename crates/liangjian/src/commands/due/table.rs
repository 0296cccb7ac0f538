//! A reckoning as a plain table, in one language.

use crate::commands::matching::sums::padded;
use domain::{
    Bilingual, Language,
    clock::{ClockEvent, ClockTerms, Moment, Reckoning, told_period},
};
use std::{collections::BTreeMap, sync::LazyLock};

/// Columns of a moment and of a count.
const MOMENT_WIDTH: usize = 18;
const COUNT_WIDTH: usize = 20;
const NAME_WIDTH: usize = 8;

static TEXTS: LazyLock<BTreeMap<String, Bilingual>> = LazyLock::new(|| {
    toml::from_str(include_str!("text.toml"))
        .expect("the texts are part of the program, and a test reads them")
});

/// A word of the table.
pub fn word(key: &str, language: Language) -> String {
    TEXTS.get(key).map_or(key, |text| text.get(language)).to_owned()
}

/// A moment as people write it.
pub fn shown(moment: Moment) -> String {
    moment.to_string().replace('T', " ")
}

/// The reckoning of one clock.
pub fn of_clock(
    reckoning: &Reckoning,
    terms: &ClockTerms,
    events: &[ClockEvent],
    language: Language,
) -> String {
    let word = |key| word(key, language);
    let mut lines = Vec::new();
    let mut line = |key, text: String| lines.push(format!("{}{text}", padded(&word(key), NAME_WIDTH)));
    line("period", told_period(reckoning.period).get(language).to_owned());
    line("start", shown(reckoning.start));
    line("due", due(reckoning, language));
    line("state", reckoning.state.told(terms).get(language).to_owned());
    lines.push(String::new());
    let row = |from: &str, to: &str, counts: &str, fate: &str| {
        let cells = [padded(from, MOMENT_WIDTH), padded(to, MOMENT_WIDTH), padded(counts, COUNT_WIDTH)];
        format!("{}{fate}", cells.concat()).trim_end().to_owned()
    };
    lines.push(row(&word("from"), &word("to"), &word("counts"), &word("fate")));
    for span in &reckoning.ledger {
        let counts = match span.counted {
            0 => "-".to_owned(),
            counted => terms.told_count(counted).get(language).to_owned(),
        };
        lines.push(row(&shown(span.from), &shown(span.to), &counts, span.told(terms).get(language)));
    }
    lines.push(row(&word("total"), "", terms.told_count(reckoning.counted).get(language), ""));
    if !reckoning.warnings.is_empty() {
        lines.extend([String::new(), word("warnings")]);
        let point = |point: &domain::clock::WarningPoint| {
            format!("{}{}", padded(&point.point.to_string(), NAME_WIDTH), shown(point.at))
        };
        lines.extend(reckoning.warnings.iter().map(point));
    }
    if !reckoning.problems.is_empty() {
        lines.extend([String::new(), word("problems")]);
        let told = |problem: &domain::clock::ClockProblem| {
            problem.told(reckoning.start, events).get(language).to_owned()
        };
        lines.extend(reckoning.problems.iter().map(told));
    }
    lines.join("\n") + "\n"
}

/// The due date with what has to be known of it.
fn due(reckoning: &Reckoning, language: Language) -> String {
    let Some(due) = reckoning.due else {
        let is_open = reckoning.problems.iter().all(|problem| problem.event.is_some());
        return word(if is_open { "open" } else { "unknown" }, language);
    };
    let mut parts = vec![shown(due.at)];
    if let Some(closing) = due.closing {
        let closing = closing.format("%H:%M").to_string();
        parts.push(word("closing", language).replace("{time}", &closing));
    }
    if due.provisional {
        parts.push(word("provisional", language));
    }
    parts.join(&word("between", language))
}
