//! The catalog of permissions, where a tenant came without a part of it.

use domain::TenantId;

use super::{TenantTx, tx::SystemTx};
use crate::error::Result;

/// The tenants in which nobody can be granted anything about interactions.
pub async fn tenants_without_interactions(tx: &mut SystemTx) -> Result<Vec<TenantId>> {
    let rows = sqlx::query_scalar!(
        r#"SELECT t.tenant AS "tenant: TenantId" FROM tenants t
            WHERE EXISTS (SELECT 1 FROM roles r WHERE r.tenant = t.tenant)
              AND NOT EXISTS (SELECT 1 FROM permissions p WHERE p.tenant = t.tenant AND p.resource = 'interaction')"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub async fn has_interactions(tx: &mut TenantTx) -> Result<bool> {
    let tenant = tx.tenant();
    let has = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM permissions WHERE tenant = $1 AND resource = 'interaction') AS "has!""#,
        tenant
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
}

/// Adds a permission for staff and grants it to the roles with these names.
pub async fn add(tx: &mut TenantTx, resource: &str, action: &str, roles: &[String]) -> Result<()> {
    let tenant = tx.tenant();
    let permission_id = sqlx::query_scalar!(
        "INSERT INTO permissions (tenant, resource, action, msp, client) VALUES ($1, $2, $3, true, false)
         RETURNING permission_id",
        tenant,
        resource,
        action,
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO role_permissions (tenant, role_id, permission_id)
         SELECT $1, r.role_id, $2 FROM roles r WHERE r.tenant = $1 AND r.msp AND r.role_name = ANY ($3)",
        tenant,
        permission_id,
        roles,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
