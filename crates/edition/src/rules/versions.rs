//! Versions of a policy, and grades of a ladder: what each of them has to say.

use super::{
    periods::{Period, check_periods},
    words::{check_filled, check_words},
};
use crate::{
    document::{Located, Place},
    problem::Problems,
};
use rules::{
    catalog::Words,
    definition::{Benefit, PolicyDefinition, PolicyVersion, Unless},
};

/// A policy, where each of its versions stands, and what may be said about it.
pub(super) struct ReadPolicy {
    pub definition: PolicyDefinition,
    /// Where each version stands.
    pub places: Vec<Place>,
    /// Whether head and versions could be read, none of them missing.
    pub is_whole: bool,
    /// Where the policy begins.
    pub place: Place,
    /// Folder of the policy or ladder.
    pub folder: String,
}

/// The versions that could be read, where they stand, and whether all of them could be read as a whole; they are
/// checked one by one and against each other.
pub(super) fn checked(
    versions: Vec<Located<PolicyVersion>>,
    problems: &mut Problems,
) -> (Vec<PolicyVersion>, Vec<Place>, bool) {
    for version in &versions {
        check(version, problems);
    }
    let sure =
        versions.iter().filter(|version| version.is_sure("effective") && version.is_sure("known_from"));
    let periods = sure.map(|version| Period {
        effective: version.value.effective,
        known_from: version.value.known_from,
        places: &[],
        place: &version.place,
        prefix: String::new(),
    });
    check_periods(&periods.collect::<Vec<_>>(), problems);
    let is_whole = versions.iter().all(|version| version.is_whole() && !version.broken);
    let (values, places) = versions.into_iter().map(|version| (version.value, version.place)).unzip();
    (values, places, is_whole)
}

fn check(row: &Located<PolicyVersion>, problems: &mut Problems) {
    let (version, place) = (&row.value, &row.place);
    if row.is_sure("document") {
        check_filled(&version.document, place, "document", problems);
    }
    check_optional(&version.note, place, "note", problems);
    if version.verified && version.checked_on.is_none() && row.is_sure("checked_on") {
        let what = "it is `verified`, but nobody says when";
        problems.at(place, "verified", what, "add checked_on = \"2026-11-22\", or write verified = false");
    }
    for (at, clause) in version.require.iter().enumerate() {
        let field = format!("require.{at}");
        check_filled(&clause.cite, place, &format!("{field}.cite"), problems);
        check_optional(&clause.label, place, &format!("{field}.label"), problems);
    }
    for (at, exception) in version.unless.iter().enumerate() {
        check_filled(&exception.cite, place, &format!("unless.{at}.cite"), problems);
        check_exception(exception, place, &format!("unless.{at}"), problems);
    }
    let limits = version.benefit.as_ref().is_some_and(|benefit| benefit.limit.is_some());
    let has_conditions = !version.require.is_empty() || !version.unless.is_empty() || limits;
    if !has_conditions && row.is_sure("require") && row.is_sure("unless") {
        problems.at(
            place,
            "",
            "the version has no condition",
            "add `require = [{ when = \"…\", cite = \"…\" }]`",
        );
    }
    if let Some(benefit) = version.benefit.as_ref().filter(|_| row.is_sure("benefit")) {
        check_benefit(benefit, place, problems);
    }
}

/// A text that may be left out, but not half of it.
fn check_optional(words: &Words, place: &Place, field: &str, problems: &mut Problems) {
    if *words != Words::default() {
        check_words(words, place, field, problems);
    }
}

fn check_exception(exception: &Unless, place: &Place, path: &str, problems: &mut Problems) {
    check_optional(&exception.label, place, &format!("{path}.label"), problems);
    for (at, inner) in exception.unless.iter().enumerate() {
        check_exception(inner, place, &format!("{path}.unless.{at}"), problems);
    }
}

fn check_benefit(benefit: &Benefit, place: &Place, problems: &mut Problems) {
    check_filled(&benefit.cite, place, "benefit.cite", problems);
    let needs_base = [("limit", &benefit.limit), ("base_cap", &benefit.base_cap)];
    for (field, _) in needs_base.iter().filter(|(_, text)| text.is_some() && benefit.base.is_none()) {
        let what = format!("`{field}` without `base`");
        problems.at(place, &format!("benefit.{field}"), what, "add `base`: what the limit is a limit of");
    }
    if benefit.kind.is_some() && benefit.limit.is_none() {
        problems.at(place, "benefit.kind", "`kind` without `limit`", "add the limit, or remove `kind`");
    }
    if benefit.unit.is_some() && benefit.rounding.is_none() {
        problems
            .at(place, "benefit.unit", "`unit` without `rounding`", "add `rounding`, such as \"half-up\"");
    }
    let shares = [("city_share", &benefit.payer.city_share), ("county_share", &benefit.payer.county_share)];
    for (field, share) in shares.iter().filter(|(_, share)| !share.trim().is_empty()) {
        let digits = share.strip_suffix('%').unwrap_or_default();
        let is_share = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !is_share {
            let what = format!("`{share}` is no share");
            problems.at(place, &format!("benefit.payer.{field}"), what, "write it as \"50%\"");
        }
    }
}
