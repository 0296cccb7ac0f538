//! A place of competence: a division code or the beginning of one. Source: GB/T 2260.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A province (2 digits), city (4) or county (6); a shorter code covers the longer ones that begin with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place(String);

/// What is no place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no division code · write 2, 4 or 6 digits")]
pub struct NotAPlace(String);

impl Place {
    /// Whether `other` lies in this place or is the same.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Place {
    type Err = NotAPlace;

    /// `330300` is the city `3303`: pairs of noughts at the end say nothing.
    fn from_str(code: &str) -> Result<Self, NotAPlace> {
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !matches!(code.len(), 2 | 4 | 6) || code.starts_with("00") {
            return Err(NotAPlace(code.to_owned()));
        }
        let mut rest = code;
        while let Some(shorter) = rest.strip_suffix("00") {
            rest = shorter;
        }
        Ok(Self(rest.to_owned()))
    }
}

impl TryFrom<String> for Place {
    type Error = NotAPlace;

    fn try_from(code: String) -> Result<Self, NotAPlace> {
        code.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_covers_its_counties_and_no_neighbour() {
        let place = |code: &str| code.parse::<Place>().unwrap();
        for (wide, narrow, covers) in [
            ("330300", "330304", true),
            ("3303", "330300", true),
            ("330304", "330304", true),
            ("330304", "3303", false),
            ("330304", "330302", false),
            ("3303", "3302", false),
            ("33", "330304", true),
        ] {
            assert_eq!(place(wide).covers(&place(narrow)), covers, "{wide} {narrow}");
        }
    }

    #[test]
    fn what_is_no_division_code_is_refused() {
        for code in ["", "3", "33030", "3303041", "33030a", "００", "000000", "0033"] {
            assert!(code.parse::<Place>().is_err(), "{code}");
        }
    }
}
