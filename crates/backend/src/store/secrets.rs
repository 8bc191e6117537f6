//! Secrets of a tenant, encrypted.

use super::{TenantTx, tx::SystemTx};
use crate::error::Result;

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

/// How many of all tenants were encrypted with another key.
pub async fn count_of_other_keys(tx: &mut SystemTx, key_id: &str) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM tenant_secrets WHERE key_id <> $1"#,
        key_id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}
