//! Filling an empty store with made cases, for benchmarks alone.
//!
//! It writes rows many at a time and no events: `verify` would call every one of these cases slipped in, and rightly so.
//! It refuses a store in which there is any case.

use super::head::NEVER;
use crate::database::{Transaction, within};
use crate::{Store, StoreError};
use domain::case_number::CaseNumber;
use domain::full_text;
use sqlx::AssertSqlSafe;

/// Cases that are written in one transaction.
const BATCH: usize = 500;
/// Rows of one statement.
const ROWS: usize = 50;

/// A case that nobody filed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeCase {
    /// The mechanism.
    pub mechanism: String,
    /// The firm.
    pub firm: String,
    /// What it is about, in a few words.
    pub title: String,
    /// Where it stands.
    pub stage: String,
    /// Whether it has ended.
    pub is_ended: bool,
    /// The organisation it is assigned to.
    pub assigned: String,
    /// Another that helps; empty where none does.
    pub helper: String,
    /// The year of its number.
    pub year: u16,
    /// When it was opened, as rows spell it.
    pub opened_at: String,
    /// When it last changed, or ended.
    pub changed_at: String,
    /// The last day of the unit; empty where none runs.
    pub due: String,
    /// The first day after it.
    pub over: String,
    /// What was filled in, to be found by.
    pub text: String,
    /// The bands of its sketch, by which like ones are found.
    pub bands: Vec<u64>,
    /// Everything known of it, as JSON.
    pub state: String,
    /// Its steps: name, and what was filled in as JSON.
    pub steps: Vec<(String, String)>,
}

#[derive(Clone)]
enum Bound {
    Text(String),
    Whole(i64),
}

/// Rows for one table that wait to be written.
struct Rows {
    table: &'static str,
    columns: &'static str,
    width: usize,
    bound: Vec<Bound>,
}

impl Rows {
    fn of(table: &'static str, columns: &'static str) -> Self {
        Self { table, columns, width: columns.split(',').count(), bound: Vec::new() }
    }

    async fn write(&mut self, transaction: &mut Transaction) -> Result<(), StoreError> {
        for chunk in self.bound.chunks(self.width * ROWS) {
            let value = |place: usize| match (self.table, place % self.width) {
                ("case_words", 1) if matches!(transaction, Transaction::Postgres(_)) => {
                    format!("CAST(${} AS tsvector)", place + 1)
                }
                _ => format!("${}", place + 1),
            };
            let places: Vec<String> = (0..chunk.len()).map(value).collect();
            let rows: Vec<String> =
                places.chunks(self.width).map(|row| format!("({})", row.join(", "))).collect();
            let sql = format!("INSERT INTO {} ({}) VALUES {}", self.table, self.columns, rows.join(", "));
            within!(transaction, connection => {
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for value in chunk {
                    query = match value {
                        Bound::Text(text) => query.bind(text.clone()),
                        Bound::Whole(number) => query.bind(*number),
                    };
                }
                query.execute(connection).await?;
            });
        }
        self.bound.clear();
        Ok(())
    }
}

fn text(text: impl Into<String>) -> Bound {
    Bound::Text(text.into())
}

impl Store {
    /// Writes made cases into a store that has none; answers how many.
    pub async fn fill_with_cases(
        &self,
        made: impl Iterator<Item = MadeCase> + Send,
    ) -> Result<i64, StoreError> {
        let (mut serial, mut made) = (0, made.peekable());
        while made.peek().is_some() {
            let mut transaction = self.database.begin_write().await?;
            if serial == 0 {
                refuse_filled(&mut transaction).await?;
            }
            let is_sqlite = matches!(transaction, Transaction::Sqlite(_));
            let mut tables = tables(is_sqlite);
            for case in made.by_ref().take(BATCH) {
                serial += 1;
                put(&mut tables, &case, serial, is_sqlite);
            }
            for table in &mut tables {
                table.write(&mut transaction).await?;
            }
            transaction.commit().await?;
        }
        self.settle_words().await?;
        Ok(serial)
    }

    /// What a server does by itself after a while: statistics, and words that wait to be put in their places.
    async fn settle_words(&self) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        if let Transaction::Postgres(connection) = &mut transaction {
            let statements = "SET LOCAL statement_timeout = 0;
                 ANALYZE case_file, case_step, case_organization, case_words;
                 SELECT gin_clean_pending_list('case_words_of_text'::regclass)";
            sqlx::raw_sql(statements).execute(&mut **connection).await?;
        }
        transaction.commit().await
    }
}

async fn refuse_filled(transaction: &mut Transaction) -> Result<(), StoreError> {
    let count: i64 = within!(transaction, connection => {
        sqlx::query_scalar("SELECT count(*) FROM (SELECT 1 FROM case_file LIMIT 1) counted").fetch_one(connection).await?
    });
    if count > 0 {
        return Err(StoreError::Invalid("there are cases already · name an empty store".to_owned()));
    }
    Ok(())
}

fn tables(is_sqlite: bool) -> [Rows; 4] {
    let words = if is_sqlite { "rowid, words, scope" } else { "case_serial, words" };
    [
        Rows::of(
            "case_file",
            "serial, id, number, mechanism, version, firm, place, channel, source, title, filed_by, began_at, stage, is_ended, assigned, revision, opened_at, changed_at, ended_at, firm_due, firm_due_provisional, unit_due, unit_due_provisional, next_over, merged_into, wake_at, keep_until, erased_at, salt, state",
        ),
        Rows::of(
            "case_step",
            "case_serial, position, at, step, actor, organization, person, recorded_at, revision, data, effects",
        ),
        Rows::of("case_organization", "case_serial, organization, part, is_ended, next_over, changed_at"),
        Rows::of("case_words", words),
    ]
}

fn put([files, steps, organizations, words]: &mut [Rows; 4], case: &MadeCase, serial: i64, is_sqlite: bool) {
    let place = u32::try_from(serial).unwrap_or_default();
    let number = CaseNumber { year: case.year, place }.to_string();
    let id = crate::sha256(&serial.to_be_bytes());
    let revision = i64::try_from(case.steps.len()).unwrap_or_default();
    let is_ended = i64::from(case.is_ended);
    let ended_at = if case.is_ended { case.changed_at.as_str() } else { "" };
    let over = if case.over.is_empty() { NEVER } else { &case.over };
    files.bound.extend([
        Bound::Whole(serial),
        text(&id[..32]),
        text(&number),
        text(&case.mechanism),
        Bound::Whole(1),
        text(&case.firm),
        text("330302"),
        text("web"),
        text(""),
        text(&case.title),
        text(format!("of {}", case.firm)),
        text(&case.opened_at[..10]),
        text(&case.stage),
        Bound::Whole(is_ended),
        text(&case.assigned),
        Bound::Whole(revision),
        text(&case.opened_at),
        text(&case.changed_at),
        text(ended_at),
        text(&case.due),
        Bound::Whole(0),
        text(&case.due),
        Bound::Whole(0),
        text(over),
        text(""),
        text(&case.over),
        text(""),
        text(""),
        text(&id[32..]),
        text(&case.state),
    ]);
    for (at, (name, data)) in case.steps.iter().enumerate() {
        let position = i64::try_from(at + 1).unwrap_or_default();
        steps.bound.extend([
            Bound::Whole(serial),
            Bound::Whole(position),
            text(&case.opened_at[..10]),
            text(name),
            text("unit"),
            text(&case.assigned),
            text("somebody"),
            text(&case.opened_at),
            Bound::Whole(position),
            text(data),
            text(r#"{"stage":"handling","automatic":[],"rungs":[],"notices":[],"opened":[]}"#),
        ]);
    }
    put_belongings((organizations, words), case, (serial, &number), is_sqlite);
}

/// To whom a case belongs, and its words.
fn put_belongings(
    (organizations, words): (&mut Rows, &mut Rows),
    case: &MadeCase,
    (serial, number): (i64, &str),
    is_sqlite: bool,
) {
    let over = if case.over.is_empty() { NEVER } else { &case.over };
    let is_ended = i64::from(case.is_ended);
    let helpers = [(&case.assigned, "lead"), (&case.helper, "helper")];
    for (name, part) in helpers
        .into_iter()
        .filter(|(name, part)| !name.is_empty() && (*part == "lead" || *name != &case.assigned))
    {
        organizations.bound.extend([
            Bound::Whole(serial),
            text(name),
            text(part),
            Bound::Whole(is_ended),
            text(over),
            text(&case.changed_at),
        ]);
    }
    let indexed = super::words::Indexed::made(
        case,
        full_text::tokens(&format!("{number}\n{}\n{}", case.title, case.text)),
    );
    words.bound.push(Bound::Whole(serial));
    if is_sqlite {
        words.bound.extend([text(indexed.words()), text(indexed.scope())]);
    } else {
        words.bound.push(text(indexed.vector()));
    }
}
