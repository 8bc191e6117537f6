//! Whose a subscription is. Kept on the coordinator, because a notification tells nothing else; never joined with a tenant's tables.

use domain::{ArtifactKind, TenantId};

use super::super::{TenantTx, tx::SystemTx};
use crate::error::Result;

/// Where a notification goes.
#[derive(Clone, Debug)]
pub struct Route {
    pub subscription_id: String,
    pub tenant: TenantId,
    pub kind: ArtifactKind,
    /// The name of the subscription's secret.
    pub secret: String,
    /// The Microsoft tenant, as the app registration names it.
    pub entra_tenant: String,
    /// The app registration; nothing for a subscription of before this was written down.
    pub client_id: Option<String>,
}

pub async fn find(tx: &mut SystemTx, subscription_ids: &[String]) -> Result<Vec<Route>> {
    let rows = sqlx::query!(
        r#"SELECT subscription_id, tenant AS "tenant: TenantId", artifact_type, secret_ref, entra_tenant, client_id
             FROM teams_subscription_routes WHERE subscription_id = ANY ($1)"#,
        subscription_ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Route {
                subscription_id: row.subscription_id,
                tenant: row.tenant,
                kind: ArtifactKind::find(&row.artifact_type)?,
                secret: row.secret_ref,
                entra_tenant: row.entra_tenant,
                client_id: row.client_id,
            })
        })
        .collect())
}

/// Leads notifications of a subscription to the tenant.
pub async fn put(
    tx: &mut TenantTx,
    subscription_id: &str,
    kind: ArtifactKind,
    secret: &str,
    (entra_tenant, client_id): (&str, &str),
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO teams_subscription_routes (tenant, subscription_id, artifact_type, secret_ref, entra_tenant, client_id)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (subscription_id) DO UPDATE
            SET tenant = excluded.tenant, artifact_type = excluded.artifact_type, secret_ref = excluded.secret_ref,
                entra_tenant = excluded.entra_tenant, client_id = excluded.client_id",
        tenant,
        subscription_id,
        kind.as_str(),
        secret,
        entra_tenant,
        client_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Leads them nowhere any more.
pub async fn remove(tx: &mut TenantTx, subscription_id: &str) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM teams_subscription_routes WHERE tenant = $1 AND subscription_id = $2",
        tenant,
        subscription_id
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
