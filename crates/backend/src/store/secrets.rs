//! Secrets of a tenant, encrypted.

use domain::TenantId;

use super::{TenantTx, tx::SystemTx};
use crate::error::{Result, ensure_rows};

pub struct Sealed {
    pub ciphertext: Vec<u8>,
    pub nonce: Vec<u8>,
    pub key_id: String,
}

pub async fn find(tx: &mut TenantTx, name: &str) -> Result<Option<Sealed>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Sealed,
        "SELECT ciphertext, nonce, key_id FROM tenant_secrets WHERE tenant = $1 AND name = $2",
        tenant,
        name
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub async fn put(tx: &mut TenantTx, name: &str, sealed: &Sealed) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO tenant_secrets (tenant, name, ciphertext, nonce, key_id) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant, name) DO UPDATE
            SET ciphertext = excluded.ciphertext, nonce = excluded.nonce, key_id = excluded.key_id, updated_at = now()",
        tenant,
        name,
        sealed.ciphertext,
        sealed.nonce,
        sealed.key_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes a secret, if it is there.
pub async fn delete(tx: &mut TenantTx, name: &str) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM tenant_secrets WHERE tenant = $1 AND name = $2",
        tenant,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same, held until the transaction ends.
pub async fn hold(tx: &mut TenantTx, name: &str) -> Result<Option<Sealed>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Sealed,
        "SELECT ciphertext, nonce, key_id FROM tenant_secrets WHERE tenant = $1 AND name = $2 FOR UPDATE",
        tenant,
        name
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Writes the same secret under another key: when it was saved stays as it is.
pub async fn reseal(tx: &mut TenantTx, name: &str, sealed: &Sealed) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE tenant_secrets SET ciphertext = $3, nonce = $4, key_id = $5 WHERE tenant = $1 AND name = $2",
        tenant,
        name,
        sealed.ciphertext,
        sealed.nonce,
        sealed.key_id,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// How many of all tenants were encrypted with which key.
pub async fn by_key(tx: &mut SystemTx) -> Result<Vec<(String, u64)>> {
    let rows =
        sqlx::query!(r#"SELECT key_id, count(*) AS "count!" FROM tenant_secrets GROUP BY key_id ORDER BY key_id"#)
            .fetch_all(tx.conn())
            .await?;
    let counted = rows.into_iter();
    Ok(counted.map(|row| (row.key_id, row.count.unsigned_abs())).collect())
}

/// Some of all tenants that were encrypted with another key, in order, from a place on.
pub async fn of_other_keys(
    tx: &mut SystemTx,
    key_id: &str,
    after: Option<&(TenantId, String)>,
    limit: i64,
) -> Result<Vec<(TenantId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT tenant AS "tenant: TenantId", name FROM tenant_secrets
            WHERE key_id <> $1 AND ($2::uuid IS NULL OR (tenant, name) > ($2, $3))
            ORDER BY tenant, name LIMIT $4"#,
        key_id,
        after.map(|(tenant, _)| tenant.0),
        after.map(|(_, name)| name.as_str()),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.tenant, row.name)).collect())
}
