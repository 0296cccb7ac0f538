//! The words by which cases are found, and to whom they belong: one index answers both, so that a search for a common
//! word among the few cases of somebody is as quick as one for a rare word among all.

use super::bulk::MadeCase;
use super::head::HeadRow;
use crate::StoreError;
use crate::database::{Transaction, within};
use domain::full_text::{self, WordQuery};
use domain::mechanism::{Extent, FieldValue, FormFieldKind, Mechanism, course::CaseState, is_shown_to_all};
use domain::voice::similarity::{Features, KnownNames, Sketch};
use domain::voice::voice_in;
use std::collections::BTreeSet;

/// More tokens than this are not looked through; PostgreSQL counts positions no further.
const TOKENS_MAX: usize = 16_000;

/// To what a case belongs, as tokens of the index.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope {
    Firm,
    Filer,
    Mechanism,
    Organization,
    Assigned,
    State,
}

/// The token by which an index knows that a case belongs to something.
pub(super) fn scope_token(scope: Scope, name: &str) -> String {
    let letter = match scope {
        Scope::Firm => 'f',
        Scope::Filer => 'p',
        Scope::Mechanism => 'm',
        Scope::Organization => 'o',
        Scope::Assigned => 'a',
        Scope::State => 's',
    };
    let plain = |character: char| {
        let character = character.to_ascii_lowercase();
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '.') { character } else { '_' }
    };
    format!("{letter}:{}", name.chars().map(plain).collect::<String>())
}

/// The token by which an index knows a band of the sketch of a voice.
pub(super) fn band_token(band: u64) -> String {
    format!("b:{band:016x}")
}

/// What an index holds of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Indexed {
    scope: Vec<String>,
    words: String,
}

impl Indexed {
    /// Of a case as it is now; `organizations` are those that see it.
    pub fn of(mechanism: &Mechanism, row: &HeadRow, state: &CaseState, organizations: &[&str]) -> Self {
        let is_sealed = row.is_sealed != 0;
        let mut scope = vec![scope_token(Scope::State, if row.is_ended == 0 { "open" } else { "ended" })];
        let of_people = [(Scope::Firm, &row.firm), (Scope::Filer, &row.filed_by)];
        // No office finds what is sealed.
        let of_offices = [(Scope::Mechanism, &row.mechanism), (Scope::Assigned, &row.assigned)];
        let named = of_people.into_iter().chain(of_offices.into_iter().filter(|_| !is_sealed));
        scope.extend(named.filter(|(_, name)| !name.is_empty()).map(|(kind, name)| scope_token(kind, name)));
        let organizations = organizations.iter().filter(|_| !is_sealed);
        scope.extend(organizations.map(|name| scope_token(Scope::Organization, name)));
        // Like voices are found by them; what is confidential is like nothing.
        if let Some(voice) = voice_in(mechanism, state).filter(|_| !is_sealed) {
            let features = Features::of(&voice.whole(), &KnownNames::default());
            scope.extend(Sketch::of(&features).bands().into_iter().map(band_token));
        }
        let fields = mechanism.forms.iter().flat_map(|form| &form.fields);
        let names: BTreeSet<&str> = fields
            .filter(|field| field.kind == FormFieldKind::Text)
            .map(|field| field.name.as_str())
            .collect();
        // What is not shown to all who see the case would be found by its words all the same.
        let shown = names.into_iter().filter(|name| is_shown_to_all(mechanism, state, name));
        let texts = shown.filter_map(|name| state.data.get(name).and_then(FieldValue::text));
        let title = if mechanism.shows_title(Extent::Whole, &[]) { row.title.as_str() } else { "" };
        let head = [row.number.as_str(), row.source.as_str(), title];
        let all: Vec<&str> = head.into_iter().chain(texts).collect();
        Self { scope, words: full_text::tokens(&all.join("\n")) }
    }

    /// Of a case that nobody filed.
    pub fn made(case: &MadeCase, words: String) -> Self {
        let organizations = [&case.assigned, &case.helper].into_iter().filter(|name| !name.is_empty());
        let mut scope = vec![
            scope_token(Scope::Mechanism, &case.mechanism),
            scope_token(Scope::State, if case.is_ended { "ended" } else { "open" }),
            scope_token(Scope::Firm, &case.firm),
            scope_token(Scope::Assigned, &case.assigned),
        ];
        scope.extend(organizations.map(|name| scope_token(Scope::Organization, name)));
        scope.extend(case.bands.iter().map(|band| band_token(*band)));
        Self { scope, words }
    }

    /// Its words, a blank between.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// To what it belongs, a blank between.
    pub fn scope(&self) -> String {
        self.scope.join(" ")
    }

    /// As the value of a vector of PostgreSQL, which is given whole so that no parser of the server has a say.
    pub fn vector(&self) -> String {
        let quoted = |token: &str| format!("'{}'", token.replace('\\', "\\\\").replace('\'', "''"));
        let words = self.words.split(' ').filter(|token| !token.is_empty()).take(TOKENS_MAX);
        let words = words.enumerate().map(|(at, token)| format!("{}:{}", quoted(token), at + 1));
        let scope = self.scope.iter().map(|token| quoted(token));
        words.chain(scope).collect::<Vec<_>>().join(" ")
    }

    /// Puts it into the index in the place of what stood there.
    pub async fn write(&self, transaction: &mut Transaction, serial: i64) -> Result<(), StoreError> {
        match transaction {
            Transaction::Sqlite(connection) => {
                crate::work::statement();
                sqlx::query("INSERT OR REPLACE INTO case_words (rowid, scope, words) VALUES ($1, $2, $3)")
                    .bind(serial)
                    .bind(self.scope())
                    .bind(&self.words)
                    .execute(&mut **connection)
                    .await?;
            }
            Transaction::Postgres(connection) => {
                crate::work::statement();
                sqlx::query(
                    "INSERT INTO case_words (case_serial, words) VALUES ($1, CAST($2 AS tsvector))
                     ON CONFLICT (case_serial) DO UPDATE SET words = excluded.words",
                )
                .bind(serial)
                .bind(self.vector())
                .execute(&mut **connection)
                .await?;
            }
        }
        Ok(())
    }
}

/// Takes the words of a case out of the index.
pub(super) async fn erase(transaction: &mut Transaction, serial: i64) -> Result<(), StoreError> {
    let statement = match transaction {
        Transaction::Sqlite(_) => "DELETE FROM case_words WHERE rowid = $1",
        Transaction::Postgres(_) => "DELETE FROM case_words WHERE case_serial = $1",
    };
    within!(transaction, connection => {
        sqlx::query(statement).bind(serial).execute(connection).await?;
    });
    Ok(())
}

/// A query as the index of SQLite reads it: to whom the cases belong, and all that is looked for.
pub(super) fn sqlite_query(scope: &[Vec<String>], query: &WordQuery) -> String {
    let any = |tokens: &Vec<String>| {
        let tokens: Vec<String> = tokens.iter().map(|token| format!("scope : \"{token}\"")).collect();
        format!("({})", tokens.join(" OR "))
    };
    let phrase = |phrase: &full_text::Phrase| {
        let open = if phrase.is_open { " *" } else { "" };
        format!("words : \"{}\"{open}", phrase.tokens.join(" "))
    };
    let parts = scope.iter().map(any).chain(query.phrases.iter().map(phrase));
    parts.collect::<Vec<_>>().join(" AND ")
}

/// The same as PostgreSQL reads it.
pub(super) fn postgres_query(scope: &[Vec<String>], query: &WordQuery) -> String {
    let any = |tokens: &Vec<String>| {
        let tokens: Vec<String> = tokens.iter().map(|token| format!("'{token}'")).collect();
        format!("({})", tokens.join(" | "))
    };
    let phrase = |phrase: &full_text::Phrase| {
        let mut tokens: Vec<String> = phrase.tokens.iter().map(|token| format!("'{token}'")).collect();
        if let Some(last) = tokens.last_mut().filter(|_| phrase.is_open) {
            last.push_str(":*");
        }
        format!("({})", tokens.join(" <-> "))
    };
    let parts = scope.iter().map(any).chain(query.phrases.iter().map(phrase));
    parts.collect::<Vec<_>>().join(" & ")
}
