//! Salted digests of the rows of a case, for its events: they prove what the rows were and do not tell what they say.
//! With the salt erased nothing can be tried against them.

use super::{head::HeadRow, step::StepRow};
use crate::digest::sha256_of_fields;

/// Of the head; when to look at the case again is left out, as a calendar that arrives changes it.
pub(super) fn of_head(row: &HeadRow) -> String {
    let [version, is_ended, revision, firm_provisional, unit_provisional] =
        [row.version, row.is_ended, row.revision, row.firm_due_provisional, row.unit_due_provisional]
            .map(|number| number.to_string());
    // Written only where it is so: the heads of all others keep the digests that they have.
    let sealed = (row.is_sealed != 0).then_some("sealed");
    let fields = [
        row.salt.as_str(),
        &row.id,
        &row.number,
        &row.mechanism,
        &version,
        &row.firm,
        &row.place,
        &row.channel,
        &row.source,
        &row.title,
        &row.filed_by,
        &row.began_at,
        &row.stage,
        &is_ended,
        &row.assigned,
        &revision,
        &row.opened_at,
        &row.changed_at,
        &row.ended_at,
        &row.firm_due,
        &firm_provisional,
        &row.unit_due,
        &unit_provisional,
        &row.next_over,
        &row.merged_into,
        &row.keep_until,
        &row.erased_at,
    ];
    sha256_of_fields(fields.into_iter().chain(sealed))
}

/// Of what is known of the case.
pub(super) fn of_state(salt: &str, state: &str) -> String {
    sha256_of_fields([salt, state])
}

/// Of a step.
pub(super) fn of_step(salt: &str, row: &StepRow) -> String {
    let [position, revision] = [row.position, row.revision].map(|number| number.to_string());
    sha256_of_fields([
        salt, &position, &row.at, &row.step, &row.actor, &row.organization, &row.person, &row.recorded_at,
        &revision, &row.data, &row.effects,
    ])
}

/// Of an attachment: place, field, name, media type, hash of the bytes, person.
pub(super) fn of_attachment(salt: &str, fields: [&str; 6]) -> String {
    sha256_of_fields([salt].into_iter().chain(fields))
}

/// Of the organisations that have to do with a case, and how.
pub(super) fn of_organizations(salt: &str, organizations: &[(String, String)]) -> String {
    let fields = organizations.iter().flat_map(|(name, part)| [name.as_str(), part.as_str()]);
    sha256_of_fields([salt].into_iter().chain(fields))
}

/// What a case that another opens begins with: its identifier and its salt. The salt of the other made them, so they
/// are made by chance as well, and of a step that is tried again come the same.
pub(super) fn of_child(salt: &str, place: usize) -> (String, String) {
    let place = place.to_string();
    let mut id = sha256_of_fields([salt, "identifier of a case it opened", &place]);
    id.truncate(32);
    (id, sha256_of_fields([salt, "salt of a case it opened", &place]))
}

/// The place of a confidential case in its year, by chance as its salt is: one of seven digits, which those that are
/// given in turn do not reach.
pub(super) fn of_place(salt: &str, attempt: u32) -> u32 {
    let digest = sha256_of_fields([salt, "place of a confidential case", &attempt.to_string()]);
    let chance = digest.get(..12).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default();
    1_000_000 + u32::try_from(chance % 9_000_000).unwrap_or_default()
}
