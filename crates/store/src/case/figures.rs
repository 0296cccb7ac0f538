//! How many cases were filed and ended, month by month: what a city publishes of its procedures.

use crate::account::moment_text;
use crate::database::query;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::china_time::day_in_china;
use std::collections::BTreeMap;

/// The figures of a mechanism in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthFigures {
    /// Cases that were filed.
    pub filed: u64,
    /// Cases that ended.
    pub ended: u64,
}

/// Figures by mechanism and month of China, such as `2026-11`.
pub type CaseFigures = BTreeMap<(String, String), MonthFigures>;

impl Store {
    /// The figures of all mechanisms since a moment. Whoever adds up the events of cases comes to the same.
    pub async fn case_figures(&self, since: DateTime<Utc>) -> Result<CaseFigures, StoreError> {
        let since = moment_text(since);
        // By the hour, because months of China do not begin with those of Greenwich.
        let filed: Vec<(String, String, i64)> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT mechanism, substr(opened_at, 1, 13), count(*) FROM case_file
                 WHERE opened_at >= $1 AND is_sealed = 0 GROUP BY 1, 2",
            )
            .bind(&since)
            .fetch_all(connection)
            .await?
        });
        let ended: Vec<(String, String, i64)> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT mechanism, substr(ended_at, 1, 13), count(*) FROM case_file
                 WHERE ended_at <> '' AND is_sealed = 0 AND ended_at >= $1 GROUP BY 1, 2",
            )
            .bind(&since)
            .fetch_all(connection)
            .await?
        });
        let mut figures = CaseFigures::new();
        for (mechanism, hour, count) in filed {
            figures.entry((mechanism, month(&hour)?)).or_default().filed += count.unsigned_abs();
        }
        for (mechanism, hour, count) in ended {
            figures.entry((mechanism, month(&hour)?)).or_default().ended += count.unsigned_abs();
        }
        Ok(figures)
    }
}

/// The month of China in which an hour of Greenwich lies.
fn month(hour: &str) -> Result<String, StoreError> {
    let at = NaiveDateTime::parse_from_str(&format!("{hour}:00:00"), "%Y-%m-%dT%H:%M:%S");
    let at = at.map_err(|error| StoreError::Damaged(format!("time of a case: {error}")))?;
    Ok(day_in_china(at.and_utc()).format("%Y-%m").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_is_that_of_china() {
        assert_eq!(month("2026-10-31T15").unwrap(), "2026-10");
        assert_eq!(month("2026-10-31T16").unwrap(), "2026-11");
        assert!(month("yesterday").is_err());
    }
}
