//! Citations: short anchors that point at a clause of a document or a line of a task list.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A place in the city's sources.
///
/// Spelling: `a20` article 20 of the regulation (`a41-1` is 第四十一条之一), `w1` work 1, `w1.8` its
/// measure 8, `t5.4` target item 4 of work 5, `P` the body of the plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Citation {
    /// An article of the regulation, numbered as in the text ("41", "41-1").
    Article(String),
    /// A whole work of the task list.
    Work(u16),
    /// A measure: work, measure.
    Measure(u16, u16),
    /// A target item: work, item.
    Target(u16, u16),
    /// The body of the plan.
    PlanBody,
}

/// A string that is no citation.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a citation · write a20, w1, w1.8, t5.4 or P")]
pub struct NotACitation(pub String);

impl FromStr for Citation {
    type Err = NotACitation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || NotACitation(text.to_owned());
        if text == "P" {
            return Ok(Self::PlanBody);
        }
        let mut characters = text.chars();
        let (kind, rest) = (characters.next().ok_or_else(fail)?, characters.as_str());
        let number = |part: &str| part.parse::<u16>().ok().filter(|n| *n > 0).ok_or_else(fail);
        let pair = |part: &str| match part.split_once('.') {
            Some((work, item)) => Ok((number(work)?, number(item)?)),
            None => Err(fail()),
        };
        match kind {
            'a' => {
                rest.split('-').try_for_each(|part| number(part).map(drop))?;
                Ok(Self::Article(rest.to_owned()))
            }
            'w' if rest.contains('.') => pair(rest).map(|(work, item)| Self::Measure(work, item)),
            'w' => number(rest).map(Self::Work),
            't' => pair(rest).map(|(work, item)| Self::Target(work, item)),
            _ => Err(fail()),
        }
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Article(number) => write!(f, "a{number}"),
            Self::Work(work) => write!(f, "w{work}"),
            Self::Measure(work, measure) => write!(f, "w{work}.{measure}"),
            Self::Target(work, item) => write!(f, "t{work}.{item}"),
            Self::PlanBody => f.write_str("P"),
        }
    }
}

impl TryFrom<String> for Citation {
    type Error = NotACitation;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Citation> for String {
    fn from(citation: Citation) -> Self {
        citation.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_citation_is_printed_as_it_was_read() {
        for text in ["a20", "a41-1", "w1", "w1.8", "t5.4", "P"] {
            assert_eq!(text.parse::<Citation>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_citation_is_refused_with_a_hint() {
        for text in ["", "a", "a0", "x1", "t5", "w1.", "w1.0", "p", "a4-", "w1.2.3"] {
            let error = text.parse::<Citation>().unwrap_err();
            assert!(error.to_string().contains("t5.4"), "{text}: {error}");
        }
    }
}
