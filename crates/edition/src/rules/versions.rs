//! Versions of a policy, and grades of a ladder: what each of them has to say.

use super::{
    given::number,
    periods::{Period, check_periods},
    words::{check_filled, check_words},
};
use crate::{
    document::{Located, Place},
    problem::Problems,
};
use rules::{
    catalog::{Type, Words},
    definition::{Benefit, PolicyDefinition, PolicyVersion, Unless},
    number::Number,
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
    let payer = [
        ("payer.city_share", &benefit.payer.city_share),
        ("payer.county_share", &benefit.payer.county_share),
    ];
    check_shares(&payer, place, problems);
    let parts = benefit.parts.iter().enumerate();
    let fields: Vec<String> = parts.clone().map(|(at, _)| format!("part.{at}.share")).collect();
    let parts_shares: Vec<(&str, &String)> =
        parts.map(|(at, part)| (fields[at].as_str(), &part.share)).collect();
    check_shares(&parts_shares, place, problems);
    for (at, part) in benefit.parts.iter().enumerate() {
        check_words(&part.when, place, &format!("benefit.part.{at}.when"), problems);
    }
}

/// Shares of a whole: each can be read, and together they are the whole.
fn check_shares(shares: &[(&str, &String)], place: &Place, problems: &mut Problems) {
    let stated = shares.iter().filter(|(_, share)| !share.trim().is_empty());
    let (mut sum, mut count) = (Some(Number::ZERO), 0);
    for (field, text) in stated {
        count += 1;
        let share = number(text, &Type::Ratio).ok().filter(|_| text.trim_end().ends_with('%'));
        let share = share.filter(|share| *share > Number::ZERO && *share <= Number::whole(1));
        if share.is_none() {
            let what = format!("`{text}` is no share");
            problems.at(place, &format!("benefit.{field}"), what, "write it as \"50%\"");
        }
        sum = sum.zip(share).and_then(|(sum, share)| sum.add(share));
    }
    let whole = Number::whole(1);
    let is_off = |sum: &Number| count > 0 && (*sum > whole || (count == shares.len() && *sum != whole));
    if let Some(sum) = sum.filter(is_off) {
        let percent = sum.multiply(Number::whole(100)).unwrap_or(sum);
        let what = format!("the shares are {percent}% together");
        problems.at(place, &format!("benefit.{}", shares[0].0), what, "make them 100% in all");
    }
}
