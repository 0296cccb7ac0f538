//! On which versions of mechanisms cases run: an edition that lacks one of them would leave these cases standing.

use super::Procedures;
use crate::database::query;
use crate::{Store, StoreError};

/// A version of a mechanism on which cases run.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RunningVersion {
    /// The mechanism.
    pub mechanism: String,
    /// Its version.
    pub version: i64,
    /// How many cases run on it.
    pub cases: i64,
}

impl Store {
    /// The versions on which cases run and which the edition lacks: none where all cases can go on.
    pub async fn lacking_versions(
        &self,
        procedures: &Procedures<'_>,
    ) -> Result<Vec<RunningVersion>, StoreError> {
        let mut running: Vec<RunningVersion> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT mechanism, version, count(*) AS cases FROM case_file
                 WHERE is_ended = 0 AND erased_at = '' GROUP BY mechanism, version ORDER BY mechanism, version",
            )
            .fetch_all(connection)
            .await?
        });
        let is_there = |one: &RunningVersion| {
            u16::try_from(one.version)
                .is_ok_and(|version| procedures.version(&one.mechanism, version).is_ok())
        };
        running.retain(|one| !is_there(one));
        Ok(running)
    }
}
