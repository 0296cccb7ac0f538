//! A row that the log does not vouch for as it stands is not used: its use would make it look like one of ours.

use super::Standing;
use super::adoption::STREAM;
use crate::StoreError;
use crate::database::{Transaction, within};
use serde_json::Value;
use sqlx::AssertSqlSafe;

/// The one row that a condition finds, with its binds.
pub async fn found<R: Standing>(
    transaction: &mut Transaction,
    condition: &str,
    binds: &[&str],
) -> Result<Option<R>, StoreError> {
    let statement = format!("SELECT {} FROM {} WHERE {condition}", R::COLUMNS, R::TABLE);
    Ok(within!(transaction, connection => {
        let mut asked = sqlx::query_as::<_, R>(AssertSqlSafe(statement));
        for bind in binds {
            asked = asked.bind(*bind);
        }
        asked.fetch_optional(connection).await?
    }))
}

/// Refuses a row that is not as the last event of its stream that tells of it left it, or of which none tells.
pub async fn refuse_unvouched<R: Standing>(
    transaction: &mut Transaction,
    stream: &str,
    row: &R,
) -> Result<(), StoreError> {
    let name = row.name();
    for stream in [stream, STREAM] {
        let told = last_that_tells(transaction, stream, &name).await?;
        let Some(told) = told.and_then(|payload| serde_json::from_str::<Value>(&payload).ok()) else {
            continue;
        };
        if told["rows"][R::TABLE][&name].as_str() == Some(row.digest().as_str()) {
            return Ok(());
        }
        break;
    }
    let problem = format!("{} {name}: it is not as the log left it · run `liangjian audit verify`", R::TABLE);
    Err(StoreError::Damaged(problem))
}

async fn last_that_tells(
    transaction: &mut Transaction,
    stream: &str,
    name: &str,
) -> Result<Option<String>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_scalar(
            "SELECT payload FROM event WHERE stream = $1 AND payload LIKE $2 ORDER BY version DESC LIMIT 1",
        )
        .bind(stream)
        .bind(format!("%\"{name}\":%"))
        .fetch_optional(connection)
        .await?
    }))
}
