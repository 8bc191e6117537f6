//! The tenant's vocabulary: types and statuses of interactions.

use domain::{StatusId, TypeId};

use super::TenantTx;
use crate::error::Result;

/// The name of the system type of meetings. Recognised by its row, never by a translated or renamed label.
pub(super) const ONLINE_MEETING: &str = "Online Meeting";

pub struct TypeRecord {
    pub type_id: TypeId,
    pub name: String,
    pub icon: Option<String>,
    pub is_online_meeting: bool,
}

/// The types to choose from: the tenant's own in its order, and the system's "Online Meeting" where the tenant has no copy of it.
pub async fn types(tx: &mut TenantTx) -> Result<Vec<TypeRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        TypeRecord,
        r#"SELECT t.type_id AS "type_id!", t.name AS "name!", t.icon, t.is_online_meeting AS "is_online_meeting!"
             FROM (SELECT own.type_id, own.type_name AS name, own.icon, own.display_order,
                          coalesce(system.type_name = $2, false) AS is_online_meeting
                     FROM interaction_types own
                     LEFT JOIN system_interaction_types system ON system.type_id = own.system_type_id
                    WHERE own.tenant = $1
                   UNION ALL
                   SELECT system.type_id, system.type_name, system.icon, NULL, true
                     FROM system_interaction_types system
                    WHERE system.type_name = $2
                      AND NOT EXISTS (SELECT 1 FROM interaction_types own
                                       WHERE own.tenant = $1 AND own.system_type_id = system.type_id)) t
            ORDER BY t.display_order NULLS LAST, t.name"#,
        tenant,
        ONLINE_MEETING,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The tenant's own types in their order.
pub async fn own_types(tx: &mut TenantTx) -> Result<Vec<(TypeId, String)>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT type_id AS "type_id: TypeId", type_name FROM interaction_types
            WHERE tenant = $1
            ORDER BY display_order NULLS LAST, type_name, type_id"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.type_id, row.type_name)).collect())
}

pub struct StatusRecord {
    pub status_id: StatusId,
    pub name: String,
    pub is_closed: bool,
    pub is_default: bool,
}

/// The statuses of interactions in their order.
pub async fn statuses(tx: &mut TenantTx) -> Result<Vec<StatusRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        StatusRecord,
        r#"SELECT status_id, name, is_closed, coalesce(is_default, false) AS "is_default!"
             FROM statuses
            WHERE tenant = $1 AND status_type = 'interaction'
            ORDER BY order_number, name, status_id"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
