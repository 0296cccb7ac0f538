//! Verifying a whole database: what it defines, the chain of its events, and the texts they record.

use crate::account::GrantFault;
use crate::database::Database;
use crate::{CaseFault, ChainReport, Held, Location, SchemaFault, Store, StoreError, TextFault, TrailReport};
use serde::Serialize;

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Definitions that are not as the migrations make them.
    pub schema_faults: Vec<SchemaFault>,
    /// The event log.
    pub chain: ChainReport,
    /// The tree over it, and its checkpoints.
    pub trail: TrailReport,
    /// Number of imported documents.
    pub text_count: i64,
    /// Texts that are not as they were imported.
    pub text_faults: Vec<TextFault>,
    /// Roles that are not as they were granted and ended.
    pub grant_faults: Vec<GrantFault>,
    /// Cases that are not as they were recorded.
    pub case_faults: Vec<CaseFault>,
}

impl Verification {
    /// Whether everything is as it was recorded.
    pub fn is_whole(&self) -> bool {
        self.schema_faults.is_empty()
            && self.chain.faults.is_empty()
            && self.trail.faults.is_empty()
            && self.text_faults.is_empty()
            && self.grant_faults.is_empty()
            && self.case_faults.is_empty()
    }
}

impl Store {
    /// Opens what is there to verify it: nothing is created, migrated or changed, and no right to write is needed.
    ///
    /// Fails with `NoDatabase` where there is none of ours. Changing anything through this store fails.
    pub async fn open_to_verify(location: &Location) -> Result<Self, StoreError> {
        let database = match location {
            Location::Sqlite(folder) => Database::open_sqlite_to_verify(folder).await?,
            Location::Postgres(url) => Database::open_postgres_to_verify(url).await?,
        };
        Ok(Self { database })
    }

    /// Verifies everything that is in the database.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        self.verify_with(&Held::default()).await
    }

    /// Verifies everything, also against what parties outside hold. What is stored and cannot be read is a fault; an error is only what kept the
    /// database from answering.
    pub async fn verify_with(&self, held: &Held) -> Result<Verification, StoreError> {
        let schema_faults = self.verify_schema().await?;
        let chain = self.verify_chain().await?;
        let trail = self.verify_trail(held).await?;
        let text_faults = self.verify_official_texts().await?;
        let text_count = match self.official_text_count().await {
            // Its reason is among the faults.
            Err(error) if error.is_about_content() => 0,
            count => count?,
        };
        let grant_faults = self.verify_grants().await?;
        let case_faults = self.verify_cases().await?;
        if !self.database.was_still() {
            return Err(StoreError::Busy);
        }
        Ok(Verification { schema_faults, chain, trail, text_count, text_faults, grant_faults, case_faults })
    }
}
