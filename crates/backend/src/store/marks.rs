//! When something was last done, by any process.

use chrono::{DateTime, Utc};

use super::tx::SystemTx;
use crate::error::Result;

/// Notes that it was done now, unless that was noted after `since`: all processes do it all the time.
pub async fn note(tx: &mut SystemTx, name: &str, now: DateTime<Utc>, since: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO process_marks (name, at) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE process_marks.at < $3",
        name,
        now,
        since
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn last(tx: &mut SystemTx, name: &str) -> Result<Option<DateTime<Utc>>> {
    let row = sqlx::query_scalar!("SELECT at FROM process_marks WHERE name = $1", name)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row)
}
