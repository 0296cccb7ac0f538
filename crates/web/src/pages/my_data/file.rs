//! All that is kept about a person as one file: an entry for each table of the inventory, and of each field why it is kept.

use super::about_people;
use crate::proof::lock_of;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use store::PersonalData;

/// The file, without what only serves to check a sign-in.
pub fn content(data: &PersonalData, now: DateTime<Utc>) -> Value {
    let person = &data.person;
    json!({
        "person": {
            "id": person.id, "login": person.login, "name": person.name, "phone": person.phone,
            "state": person.state, "created_at": person.created_at, "closed_at": person.closed_at,
        },
        "credential": data.credentials.iter().map(|one| json!({
            "kind": one.kind, "label": one.label, "created_at": one.created_at, "used_at": one.used_at,
        })).collect::<Vec<_>>(),
        "invitation": data.invitations,
        "offer": data.offers,
        "role_grant": data.grants.iter().map(|one| json!({
            "id": one.id, "capacity": one.capacity, "from": one.from_day, "granted_by": one.granted_by,
            "granted_at": one.granted_at, "ended_by": one.ended_by, "ended_at": one.ended_at,
        })).collect::<Vec<_>>(),
        "session": data.sessions.iter().map(|one| json!({
            "opened_at": one.opened_at, "seen_at": one.seen_at, "ended_at": one.ended_at,
            "address": one.address, "client": one.client,
        })).collect::<Vec<_>>(),
        "sign_in_guard": guard(&data.guard.state, now),
        "case_file": data.cases.filed,
        "case_step": data.cases.steps,
        "case_draft": data.cases.drafts,
        "case_attachment": data.cases.attachments,
        "looks": data.looks,
        "event": data.events,
        "fields": fields(),
    })
}

/// Counted tries and known devices; a device is called by the beginning of its digest.
fn guard(state: &str, now: DateTime<Utc>) -> Value {
    let lock = lock_of(state);
    let devices = lock.devices();
    let devices = devices.iter().map(|(name, at)| {
        let name = name.get(..12).unwrap_or(name);
        json!({ "device": name, "signed_in_at": at })
    });
    json!({ "failures_of_strangers": lock.failures_of_strangers(now), "devices": devices.collect::<Vec<_>>() })
}

/// What is kept about people, why, on what basis and for how long.
fn fields() -> Vec<Value> {
    let field = |field: &store::Field| {
        json!({
            "table": field.table, "columns": field.columns, "class": field.class, "purpose": field.purpose,
            "basis": field.basis, "kept_days": field.kept_days,
        })
    };
    about_people().map(field).collect()
}
