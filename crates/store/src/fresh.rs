//! A PostgreSQL schema of its own for a test, here and in the crates above.

use crate::{Location, StoreError};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

impl Location {
    /// An empty schema of this name on the server at `url`; one that is there is taken away. Never for other than tests.
    pub async fn fresh_schema(url: &str, schema: &str) -> Result<Self, StoreError> {
        let mut connection = PgConnection::connect(url).await?;
        let create = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await?;
        connection.close().await?;
        let separator = if url.contains('?') { '&' } else { '?' };
        Ok(Self::Postgres(format!("{url}{separator}options[search_path]={schema}")))
    }
}
