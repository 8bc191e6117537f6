//! Rows of stored files. A row is there before its file is, and goes after it, so no file can be left that nobody knows of: what is marked
//! as to be discarded is removed in its time.

use chrono::{DateTime, Utc};
use domain::{FileId, TenantId, UserId};
use uuid::Uuid;

use super::{TenantTx, tx::SystemTx};
use crate::error::Result;

/// A file that is about to be written.
pub struct NewFile<'a> {
    pub file_id: FileId,
    pub name: &'a str,
    pub mime_type: &'a str,
    pub size: i64,
    pub path: &'a str,
    pub by: UserId,
    pub now: DateTime<Utc>,
    /// When it is discarded, unless it is kept before.
    pub discard_at: DateTime<Utc>,
}

/// Writes a row for a file that is about to be written; `false` if it was written and kept already.
pub async fn reserve(tx: &mut TenantTx, new: &NewFile<'_>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO external_files (tenant, file_id, file_name, original_name, mime_type, file_size, storage_path, uploaded_by_id,
                                     created_at, updated_at, discard_at)
         VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $8, $9)
         ON CONFLICT (tenant, file_id) DO UPDATE
            SET file_name = excluded.file_name, original_name = excluded.original_name, mime_type = excluded.mime_type,
                file_size = excluded.file_size, storage_path = excluded.storage_path, updated_at = excluded.updated_at,
                discard_at = excluded.discard_at
          WHERE external_files.discard_at IS NOT NULL",
        tenant,
        new.file_id.0,
        new.name,
        new.mime_type,
        new.size,
        new.path,
        new.by.0,
        new.now,
        new.discard_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Keeps a file that was written, in the transaction that says what it belongs to; `false` if it is not there any more.
pub async fn keep(tx: &mut TenantTx, id: FileId, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE external_files SET discard_at = NULL, updated_at = $3 WHERE tenant = $1 AND file_id = $2",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Gives files up. They are removed after the commit.
pub async fn discard(tx: &mut TenantTx, ids: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE external_files SET discard_at = $3, updated_at = $3 WHERE tenant = $1 AND file_id = ANY ($2)",
        tenant,
        ids,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The files that are to be removed by now, of all tenants.
pub async fn to_discard(tx: &mut SystemTx, now: DateTime<Utc>, limit: i64) -> Result<Vec<(TenantId, FileId)>> {
    let rows = sqlx::query!(
        "SELECT tenant, file_id FROM external_files WHERE discard_at <= $1 ORDER BY discard_at LIMIT $2",
        now,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), FileId(row.file_id)))
        .collect())
}

/// Holds the row of a file that is to be removed, and says where the file is; nothing if somebody else is at it, or it is kept after all.
/// Whoever wants to write it anew waits until the transaction ends.
pub async fn hold_discarded(tx: &mut TenantTx, id: FileId, now: DateTime<Utc>) -> Result<Option<String>> {
    let tenant = tx.tenant();
    let path = sqlx::query_scalar!(
        "SELECT storage_path FROM external_files WHERE tenant = $1 AND file_id = $2 AND discard_at <= $3
            FOR UPDATE SKIP LOCKED",
        tenant,
        id.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(path)
}

/// Removes the row of a file that is removed.
pub async fn forget(tx: &mut TenantTx, id: FileId) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM external_files WHERE tenant = $1 AND file_id = $2",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts off the removal of a file that could not be removed.
pub async fn discard_later(tx: &mut TenantTx, id: FileId, at: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE external_files SET discard_at = $3 WHERE tenant = $1 AND file_id = $2 AND discard_at IS NOT NULL",
        tenant,
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
