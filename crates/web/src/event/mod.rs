//! An event of the log in plain words: who did what about whom, in which capacity, why and from where. People are
//! named by the number of their account, as in the log itself.

#[cfg(test)]
mod tests;

use crate::{
    City,
    error::PageError,
    text::{Text, Texts},
    wording,
};
use chrono::NaiveDate;
use domain::{
    Language,
    access::{Capacity, Role},
};
use serde_json::Value;
use std::sync::LazyLock;
use store::{Event, Grant, Words};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// An event in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    /// Who did what about whom.
    pub sentence: String,
    /// What exactly: the role, the way to sign in. Empty where the sentence says all.
    pub particulars: String,
    /// In which capacity, and for whom; empty where he acted for himself.
    pub acting_as: String,
    /// Why; empty where the doing says it.
    pub reason: String,
    /// The network it came from; empty on the machine itself.
    pub from: String,
}

/// Tells events in one language to one reader.
pub struct Teller<'a> {
    city: &'a City,
    language: Language,
    t: Text,
    w: Text,
    /// The account of the reader, who is called by no number; empty for whoever reads about others.
    reader: &'a str,
}

impl<'a> Teller<'a> {
    /// For somebody who reads about others.
    pub fn new(city: &'a City, language: Language) -> Self {
        Self { city, language, t: TEXTS.of(language), w: wording::texts(language), reader: "" }
    }

    /// For the person himself.
    #[must_use]
    pub fn to(self, reader: &'a str) -> Self {
        Self { reader, ..self }
    }

    /// The event in words.
    pub async fn tell(&self, event: &Event) -> Result<Told, PageError> {
        let text = |key: &str| event.payload[key].as_str().unwrap_or_default().to_owned();
        let (who, about) = (self.who(&event.actor), self.about(event));
        let mut sentence = self.sentence(event, &who, &about);
        if let Some(first) = sentence.get(..1).filter(|_| self.language == Language::En) {
            sentence.replace_range(..1, &first.to_uppercase());
        }
        Ok(Told {
            sentence,
            particulars: self.particulars(event).await?,
            acting_as: self.acting_as(&text("acting_as")),
            reason: self.words(&event.details.reason),
            from: self.words(&event.details.network),
        })
    }

    fn who(&self, actor: &str) -> String {
        match actor {
            "system" => self.t.of("system").to_owned(),
            "operator" => self.t.of("operator").to_owned(),
            "visitor" => self.t.of("visitor").to_owned(),
            "sealed" => self.t.of("sealed").to_owned(),
            _ if actor == self.reader => self.t.of("you").to_owned(),
            _ => self.t.one("account", actor),
        }
    }

    fn about(&self, event: &Event) -> String {
        match event.stream.strip_prefix("person:") {
            Some(person) if person == self.reader => self.t.of("your_account").to_owned(),
            Some(person) if person == event.actor => self.t.of("own_account").to_owned(),
            Some(person) => self.t.one("account", person),
            None if event.stream.starts_with("case") => {
                event.payload["number"].as_str().unwrap_or_default().to_owned()
            }
            None => event.stream.split_once(':').map_or(event.stream.as_str(), |(_, rest)| rest).to_owned(),
        }
    }

    /// What was said with an event, or that it is no longer kept.
    pub fn words(&self, words: &Words) -> String {
        match words {
            Words::None => String::new(),
            Words::Said(text) => text.clone(),
            Words::Erased => self.t.of("words_erased").to_owned(),
        }
    }

    /// `clerk of finance-bureau`, as the log has it, in words.
    pub fn acting_as(&self, acting_as: &str) -> String {
        let Some((role, whom)) = acting_as.split_once(" of ") else { return acting_as.to_owned() };
        let Some(role) = Role::named(role) else { return acting_as.to_owned() };
        let found = self.city.edition.organizations.iter().find(|one| one.id == whom);
        let whom = found.map_or(whom, |one| one.name.get(self.language));
        self.w.two("role_of", wording::role(role, self.language), whom)
    }

    fn sentence(&self, event: &Event, who: &str, about: &str) -> String {
        let t = &self.t;
        match event.kind.as_str() {
            "person.created" => t.two("created", who, about),
            "person.invited" => t.two("invited", who, about),
            "recovery.asked" => t.two("recovery_asked", who, about),
            "invitation.used" => t.two("invitation_used", who, about),
            "person.closed" => t.two("closed", who, about),
            "person.erased" => t.two("erased", who, about),
            "role.granted" => t.two("granted", who, about),
            "role.ended" => t.two("role_ended", who, about),
            "role.offered" => t.one("offered", who),
            "role.accepted" => t.one("accepted", who),
            "role.declined" => t.one("declined", who),
            "role.withdrawn" => t.one("withdrawn", who),
            "session.opened" => t.one("opened", who),
            "session.proved" => t.one("proved", who),
            "session.role-chosen" => t.one("role_chosen", who),
            "session.ended" if event.payload["others"] == Value::Bool(true) => {
                t.two("others_ended", who, about)
            }
            "session.ended" => t.two("session_ended", who, about),
            "session.factor-dropped" => t.two("factor_dropped", who, about),
            "device.forgotten" => t.two("device_forgotten", who, about),
            "sign-in.failed" => t.two("failed", who, about),
            "login.not-found" => t.one("login_unknown", who),
            "credential.set" => t.two("credential_set", who, about),
            "credential.removed" => t.two("credential_removed", who, about),
            "credential.signed" => t.one("credential_signed", who),
            "credential.counted-back" => t.two("counted_back", who, about),
            "recovery-code.used" => t.one("recovery_code_used", who),
            "accounts.adopted" => t.one("adopted", who),
            "personal.revealed" => t.two("revealed", who, about),
            "data.exported" => t.one("exported", who),
            "official-text.imported" => t.two("imported", who, about),
            "case.opened" => t.two("case_opened", who, about),
            "case.step-taken" => t.two("case_step", who, about),
            "case.time-passed" => t.one("case_time", about),
            "case.merged" => t.two("case_merged", who, about),
            "case.linked" => t.two("case_linked", who, about),
            "case.split" => t.two("case_split", who, about),
            "case.attached" => t.two("case_attached", who, about),
            "case.attachment-seen" => t.two("case_seen", who, about),
            "case.erased" => t.two("case_erased", who, about),
            "retention.applied" => t.one("retention", who),
            "audit.tree-hash-chosen" => t.one("hash_chosen", who),
            "store.restored" => t.one("restored", who),
            "clock.confirmed" => t.one("clock", who),
            "demo.begun" => t.one("demo", who),
            "service.begun" => t.one("service", who),
            other => t.two("other", who, other),
        }
    }

    async fn particulars(&self, event: &Event) -> Result<String, PageError> {
        let text = |key: &str| event.payload[key].as_str().unwrap_or_default();
        Ok(match event.kind.as_str() {
            "role.offered" => self.offered(text("role"), text("firm")),
            "role.granted" | "role.ended" | "role.accepted" | "session.role-chosen" => {
                self.role(text("grant")).await?
            }
            "session.opened" | "session.proved" => self.session(event),
            "sign-in.failed" => self.step(text("step")).to_owned(),
            "credential.set" | "credential.removed" => self.credential(text("kind")).to_owned(),
            "personal.revealed" => match text("field") {
                "contact" => self.t.of("contact").to_owned(),
                "phone" => self.t.of("phone").to_owned(),
                other => other.to_owned(),
            },
            "data.exported" => match text("what") {
                "own data" => self.t.of("own_data").to_owned(),
                other => {
                    let searched = other.strip_prefix("events of `").map(|rest| rest.trim_end_matches('`'));
                    match searched.unwrap_or(other) {
                        "" => self.t.of("whole_trail").to_owned(),
                        searched => self.t.one("trail", searched),
                    }
                }
            },
            "official-text.imported" => text("title").to_owned(),
            "accounts.adopted" => self.t.one("rows", event.payload["count"].as_u64().unwrap_or_default()),
            "case.opened" | "case.step-taken" => text("step").to_owned(),
            "retention.applied" => {
                let counts = event.payload.as_object().into_iter().flatten();
                self.t.one("rows", counts.filter_map(|(_, count)| count.as_u64()).sum::<u64>())
            }
            "audit.tree-hash-chosen" => text("hash").to_owned(),
            _ => String::new(),
        })
    }

    /// The role of a grant, with its days.
    async fn role(&self, id: &str) -> Result<String, PageError> {
        if id.is_empty() {
            return Ok(self.t.of("himself").to_owned());
        }
        let Some(grant) = self.city.store.grant_of_id(id).await? else { return Ok(self.t.one("grant", id)) };
        Ok(self.granted(&grant))
    }

    /// A role of a firm that nobody holds yet.
    fn offered(&self, role: &str, firm: &str) -> String {
        let named =
            Role::named(role).map(|role| self.w.two("role_of", wording::role(role, self.language), firm));
        named.unwrap_or_default()
    }

    fn granted(&self, grant: &Grant) -> String {
        let name = wording::capacity(&self.city.edition, &grant.capacity, self.language);
        let day = |day: NaiveDate| day.format(self.w.of("date")).to_string();
        let mut told = match grant.capacity {
            Capacity::Firm { until: Some(until), .. } | Capacity::Office { until: Some(until), .. } => {
                self.t.two("until", name, day(until))
            }
            _ => name,
        };
        if !grant.deputy_of.is_empty() {
            told.push_str(self.t.of("as_deputy"));
        }
        told
    }

    fn session(&self, event: &Event) -> String {
        let factors = match event.payload["two_factors"] {
            Value::Bool(true) => self.t.of("two_factors"),
            _ => self.t.of("one_factor"),
        };
        match &event.details.client {
            Words::None => factors.to_owned(),
            client => self.t.two("pair", factors, self.words(client)),
        }
    }

    /// The step at which a sign-in failed.
    fn step<'s>(&self, step: &'s str) -> &'s str {
        match step {
            "password" => self.t.of("step_password"),
            "code" => self.t.of("step_code"),
            "proof" => self.t.of("step_proof"),
            "passkey" => self.t.of("step_passkey"),
            "change of password" => self.t.of("step_change"),
            other => other,
        }
    }

    /// A way to sign in.
    fn credential<'s>(&self, kind: &'s str) -> &'s str {
        match kind {
            "password" => self.t.of("password"),
            "one-time-code" => self.t.of("one_time_code"),
            "recovery-code" => self.t.of("recovery_code"),
            "passkey" => self.t.of("passkey"),
            "unified-identity" => self.t.of("unified_identity"),
            other => other,
        }
    }
}

/// The kinds of events by which a reader narrows the trail: how their names begin, in his words.
pub fn kinds(language: Language) -> [(&'static str, &'static str); 13] {
    let t = TEXTS.of(language);
    [
        ("role.", t.of("kinds_role")),
        ("person.", t.of("kinds_person")),
        ("invitation.", t.of("kinds_invitation")),
        ("recovery.", t.of("kinds_recovery")),
        ("credential.", t.of("kinds_credential")),
        ("session.", t.of("kinds_session")),
        ("sign-in.failed", t.of("kinds_failed")),
        ("login.not-found", t.of("kinds_login")),
        ("personal.revealed", t.of("kinds_revealed")),
        ("data.exported", t.of("kinds_exported")),
        ("official-text.", t.of("kinds_official")),
        ("case.", t.of("kinds_case")),
        ("retention.", t.of("kinds_retention")),
    ]
}
