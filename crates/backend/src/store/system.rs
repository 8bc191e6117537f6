//! State that belongs to no tenant: browser sessions and rate limits. On Citus these tables stay on the coordinator.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::tx::SystemTx;
use crate::error::Result;

/// The database's clock.
pub async fn now(tx: &mut SystemTx) -> Result<DateTime<Utc>> {
    let now = sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#)
        .fetch_one(tx.conn())
        .await?;
    Ok(now)
}

/// Saves a browser session; `false` if `create` and the id is taken.
pub async fn save_web_session(
    tx: &mut SystemTx,
    id: &str,
    data: &Value,
    expires_at: DateTime<Utc>,
    create: bool,
) -> Result<bool> {
    let result = if create {
        sqlx::query!(
            "INSERT INTO web_sessions (id, data, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
            id,
            data,
            expires_at
        )
        .execute(tx.conn())
        .await?
    } else {
        sqlx::query!(
            "INSERT INTO web_sessions (id, data, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
            id,
            data,
            expires_at
        )
        .execute(tx.conn())
        .await?
    };
    Ok(result.rows_affected() == 1)
}

pub async fn load_web_session(
    tx: &mut SystemTx,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Value, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "SELECT data, expires_at FROM web_sessions WHERE id = $1 AND expires_at > $2",
        id,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.data, row.expires_at)))
}

pub async fn delete_web_session(tx: &mut SystemTx, id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM web_sessions WHERE id = $1", id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Clears what has expired, and keys of forms that nobody posts again, of all tenants.
pub async fn delete_expired(
    tx: &mut SystemTx,
    now: DateTime<Utc>,
    windows_before: DateTime<Utc>,
    keys_before: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("DELETE FROM idempotency_keys WHERE created_at < $1", keys_before)
        .execute(tx.conn())
        .await?;
    sqlx::query!("DELETE FROM web_sessions WHERE expires_at <= $1", now)
        .execute(tx.conn())
        .await?;
    sqlx::query!("DELETE FROM rate_limits WHERE window_started_at < $1", windows_before)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Counts one try under `key`; a window that began before `window_start` begins anew. Answers the count and when the window began.
pub async fn count_try(
    tx: &mut SystemTx,
    key: &str,
    now: DateTime<Utc>,
    window_start: DateTime<Utc>,
) -> Result<(i32, DateTime<Utc>)> {
    let row = sqlx::query!(
        "INSERT INTO rate_limits AS r (key, window_started_at, count) VALUES ($1, $2, 1)
         ON CONFLICT (key) DO UPDATE
            SET count = CASE WHEN r.window_started_at <= $3 THEN 1 ELSE r.count + 1 END,
                window_started_at = CASE WHEN r.window_started_at <= $3 THEN $2 ELSE r.window_started_at END
         RETURNING count, window_started_at",
        key,
        now,
        window_start
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.count, row.window_started_at))
}

/// Takes back what a successful try counted.
pub async fn forgive_try(tx: &mut SystemTx, key: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE rate_limits SET count = greatest(count - 1, 0) WHERE key = $1",
        key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets all tries under `key`.
pub async fn forget_tries(tx: &mut SystemTx, key: &str) -> Result<()> {
    sqlx::query!("DELETE FROM rate_limits WHERE key = $1", key)
        .execute(tx.conn())
        .await?;
    Ok(())
}
