//! Subscriptions that are not wanted any more, until Microsoft has removed them or they have expired.

use chrono::{DateTime, Utc};
use domain::{ProfileId, TenantId};

use super::{
    super::{TenantTx, tx::SystemTx},
    Made,
};
use crate::error::Result;

/// One to be removed.
#[derive(Clone, Debug)]
pub struct Ending {
    pub profile: ProfileId,
    pub secret: String,
    pub expires: DateTime<Utc>,
    pub attempts: i32,
}

/// Writes down that a subscription is to be removed.
pub async fn add(
    tx: &mut TenantTx,
    subscription_id: &str,
    made: &Made,
    expires: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO teams_subscriptions_to_end (tenant, subscription_id, profile_id, secret_ref, expires_at, next_attempt_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant, subscription_id) DO NOTHING",
        tenant,
        subscription_id,
        made.profile.0,
        made.secret,
        expires,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Those to be removed now, of all tenants.
pub async fn due(tx: &mut SystemTx, now: DateTime<Utc>, limit: i64) -> Result<Vec<(TenantId, String)>> {
    let rows = sqlx::query!(
        "SELECT tenant, subscription_id FROM teams_subscriptions_to_end WHERE next_attempt_at <= $1
          ORDER BY next_attempt_at LIMIT $2",
        now,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), row.subscription_id))
        .collect())
}

/// Takes one that is due; nobody else does until then, which is also when it is tried again.
pub async fn claim(
    tx: &mut TenantTx,
    subscription_id: &str,
    now: DateTime<Utc>,
    again: DateTime<Utc>,
) -> Result<Option<Ending>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Ending,
        r#"UPDATE teams_subscriptions_to_end SET next_attempt_at = $4, attempts = attempts + 1
            WHERE tenant = $1 AND subscription_id = $2 AND next_attempt_at <= $3
           RETURNING profile_id AS "profile: ProfileId", secret_ref AS secret, expires_at AS expires, attempts"#,
        tenant,
        subscription_id,
        now,
        again
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Plans when it is tried again.
pub async fn again(tx: &mut TenantTx, subscription_id: &str, at: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE teams_subscriptions_to_end SET next_attempt_at = $3 WHERE tenant = $1 AND subscription_id = $2",
        tenant,
        subscription_id,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It is no more.
pub async fn done(tx: &mut TenantTx, subscription_id: &str) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM teams_subscriptions_to_end WHERE tenant = $1 AND subscription_id = $2",
        tenant,
        subscription_id
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
