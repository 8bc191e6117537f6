//! Files between their upload and their import.

use chrono::{DateTime, Utc};
use domain::UserId;
use serde_json::Value;
use uuid::Uuid;

use super::{SystemTx, TenantTx};
use crate::error::{Result, ensure_rows};

pub struct NewUpload<'a> {
    pub upload_id: Uuid,
    pub user_id: UserId,
    pub kind: &'a str,
    pub file_name: &'a str,
    pub encoding: &'a str,
    pub content: &'a str,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Keeps a file. Of the same person's earlier ones, all but the latest few go.
pub async fn insert(tx: &mut TenantTx, new: &NewUpload<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO import_uploads (tenant, upload_id, user_id, kind, file_name, encoding, content, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        new.upload_id,
        new.user_id.0,
        new.kind,
        new.file_name,
        new.encoding,
        new.content,
        new.now,
        new.expires_at,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "DELETE FROM import_uploads WHERE tenant = $1 AND user_id = $2 AND upload_id NOT IN
             (SELECT upload_id FROM import_uploads WHERE tenant = $1 AND user_id = $2 ORDER BY created_at DESC, upload_id LIMIT 5)",
        tenant,
        new.user_id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub struct Upload {
    pub kind: String,
    pub file_name: String,
    pub encoding: String,
    pub content: String,
    /// What it has led to, once it is imported.
    pub result: Option<Value>,
}

/// Somebody's own upload; in a transaction nobody else imports it until its end.
pub async fn find(tx: &mut TenantTx, user_id: UserId, upload_id: Uuid, now: DateTime<Utc>) -> Result<Option<Upload>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Upload,
        "SELECT kind, file_name, encoding, content, result FROM import_uploads
          WHERE tenant = $1 AND upload_id = $2 AND user_id = $3 AND expires_at > $4
            FOR UPDATE",
        tenant,
        upload_id,
        user_id.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Notes what an upload has led to. Its text is not needed any more.
pub async fn settle(tx: &mut TenantTx, upload_id: Uuid, result: &Value) -> Result<()> {
    let tenant = tx.tenant();
    let settled = sqlx::query!(
        "UPDATE import_uploads SET result = $3, content = '' WHERE tenant = $1 AND upload_id = $2 AND result IS NULL",
        tenant,
        upload_id,
        result
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&settled, 1)
}

pub(crate) async fn delete_expired(system: &mut SystemTx, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("DELETE FROM import_uploads WHERE expires_at <= $1", now)
        .execute(system.conn())
        .await?;
    Ok(())
}
