//! One data layer over SQLite and PostgreSQL: the event log with its audit trail, and the official texts.
//!
//! Both engines run the same statements (`database/` says how) and the same migrations (`migrations.rs`).
//! Every change goes through the event log: its rows and its event commit in one transaction or not at all.
//! `Store::verify` tells whether all of it is as it was recorded, on a store opened for nothing else.
//! Time, actors and connection addresses are arguments; nothing here reads the clock.
//!
//! To add a table: one file under `migrations/`, one line in `migrations.rs`, one module with its functions.

mod account;
mod audit_trail;
mod backup;
mod case;
mod database;
pub mod dataset;
mod digest;
mod error;
mod event_log;
#[cfg(any(test, feature = "testing"))]
mod fresh;
mod idempotency;
mod merkle;
mod migrations;
mod official_text;
mod privacy;
mod probe;
mod purpose;
mod schema;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod verification;
mod wall_clock;
mod work;

pub use account::{
    Challenge, Credential, CredentialKind, Deed, Farewell, FirmLeft, Grant, GrantFault, Guard, Invitation,
    Look, NewGrant, NewOffer, NewPerson, NewSession, OFFICE_HOURS_MAX, OFFICE_IDLE_MINUTES_MAX, Offer,
    OfferTrace, Person, PersonState, PersonalData, RowFault, Session, Signed, account_key,
};
pub use audit_trail::{
    CHECKPOINT_FOLDER, Checkpoint, Consistency, Held, Note, Receipt, SigningKey, TrailFault, TrailReport,
    TrailState, WitnessKey, checkpoint_files,
};
pub use backup::Restored;
pub use case::{
    AttachmentHead, AttachmentTrace, BoardDivision, BoardQuery, BoardRow, Case, CaseCourse, CaseDraft,
    CaseFault, CaseHead, CaseLink, CaseNotice, CasePage, CaseQuery, CaseTraces, CasesSince, Channel,
    CourseAudit, DueDate, DueWindow, FiledTrace, KnownCase, LinkKind, ListPlace, MadeCase, NewAttachment,
    NewCase, NoticeQuery, OfficerLoad, Opened, Order, PrivateCases, Procedures, Recipient, RunningVersion,
    SplitCase, StepEffects, StepRecord, StepTrace, Taken, WantedStep, Within,
};
pub use database::{SQLITE_FILE_NAME, Transaction};
pub use digest::sha256;
pub use error::StoreError;
pub use event_log::{ChainFault, ChainReport, DetailFault, Details, Event, EventSearch, NewEvent, Words};
pub use idempotency::{Answer, Change, Once, Submission};
pub use merkle::TreeHash;
pub use official_text::{
    BYTES_MAX, ImportOutcome, NewClause, NewOfficialText, OfficialClause, OfficialExcerpt, OfficialText,
    TextFault,
};
pub use privacy::{Basis, DataClass, Field, Inventory, Purged};
pub use purpose::Purpose;
pub use schema::SchemaFault;
pub use verification::Verification;
pub use wall_clock::ClockState;
pub use work::{Work, counted};

use database::Database;
use std::path::PathBuf;

/// Where the data are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A data folder; `liangjian.sqlite` inside it is created on the first start.
    Sqlite(PathBuf),
    /// Address of a PostgreSQL database: `postgres://user:password@host:5432/database`.
    Postgres(String),
}

/// An open database, cheap to clone; all clones share its connections.
#[derive(Clone)]
pub struct Store {
    database: Database,
}

impl Store {
    /// Connects, and brings the tables to the state this program knows.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let database = match location {
            Location::Sqlite(folder) => Database::open_sqlite(folder).await?,
            Location::Postgres(url) => Database::open_postgres(url).await?,
        };
        let store = Self { database };
        store.complete_tree().await?;
        store.adopt_accounts().await?;
        Ok(store)
    }

    /// Closes every connection; on SQLite this also folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.database.close().await;
    }
}
