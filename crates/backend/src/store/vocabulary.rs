//! Changing the tenant's types and statuses of interactions. What forms offer of them is read in `settings`.

use domain::{StatusId, TypeId, Used, UserId};

use super::{TenantTx, settings::ONLINE_MEETING};
use crate::error::{Result, ensure_rows};

/// One more than is shown, so that "more" is known.
const COUNTED: i64 = Used::BOUND as i64 + 1;

pub struct TypeEntry {
    pub type_id: TypeId,
    pub name: String,
    pub icon: Option<String>,
    pub origin: Option<String>,
    pub is_online_meeting: bool,
    /// Counted up to one more than the bound. Meetings of the peer have the system's type, so they count for its copy.
    pub used: i64,
}

// Counting up to a bound must go by the index of what is counted. With `=` the planner knows how many rows an average type has, expects
// to meet the bound soon in whatever order, and reads a million rows for a type that none has. With `BETWEEN` and the order only the index
// will do.

/// The tenant's own types in their order; or the one with an id.
pub async fn types(tx: &mut TenantTx, only: Option<TypeId>) -> Result<Vec<TypeEntry>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        TypeEntry,
        r#"SELECT t.type_id, t.type_name AS name, t.icon, system.type_name AS "origin?",
                  coalesce(system.type_name = $2, false) AS "is_online_meeting!",
                  (SELECT count(*)
                     FROM unnest(ARRAY[t.type_id, CASE WHEN system.type_name = $2 THEN system.type_id END]) AS counted(id),
                          LATERAL (SELECT 1 FROM interactions i
                                    WHERE i.tenant = $1 AND i.type_id BETWEEN counted.id AND counted.id
                                    ORDER BY i.type_id LIMIT $3) n) AS "used!"
             FROM interaction_types t
             LEFT JOIN system_interaction_types system ON system.type_id = t.system_type_id
            WHERE t.tenant = $1 AND ($4::uuid IS NULL OR t.type_id = $4)
            ORDER BY t.display_order NULLS LAST, t.type_name, t.type_id"#,
        tenant,
        ONLINE_MEETING,
        COUNTED,
        only.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct Template {
    pub type_id: TypeId,
    pub name: String,
    pub icon: Option<String>,
}

/// The system's types that the tenant has no copy of.
pub async fn templates(tx: &mut TenantTx) -> Result<Vec<Template>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        Template,
        "SELECT system.type_id, system.type_name AS name, system.icon
           FROM system_interaction_types system
          WHERE NOT EXISTS (SELECT 1 FROM interaction_types own
                             WHERE own.tenant = $1 AND own.system_type_id = system.type_id)
          ORDER BY system.display_order NULLS LAST, system.type_name",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A type to be added at the end.
pub struct NewType<'a> {
    pub type_id: TypeId,
    pub name: &'a str,
    pub icon: Option<&'a str>,
    pub copy_of: Option<TypeId>,
    pub by: UserId,
}

pub async fn insert_type(tx: &mut TenantTx, new: &NewType<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO interaction_types (tenant, type_id, type_name, icon, system_type_id, created_by, display_order)
         SELECT $1, $2, $3, $4, $5, $6, coalesce(max(t.display_order), 0) + 1
           FROM interaction_types t WHERE t.tenant = $1",
        tenant,
        new.type_id.0,
        new.name,
        new.icon,
        new.copy_of.map(|id| id.0),
        new.by.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn update_type(tx: &mut TenantTx, id: TypeId, name: &str, icon: &str) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE interaction_types SET type_name = $3, icon = $4 WHERE tenant = $1 AND type_id = $2",
        tenant,
        id.0,
        name,
        icon,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Numbers the types from 1 on. All of the tenant's have to be given.
pub async fn order_types(tx: &mut TenantTx, ids: &[uuid::Uuid]) -> Result<()> {
    let tenant = tx.tenant();
    // No two may share a number, not even while one statement runs.
    sqlx::query!(
        "UPDATE interaction_types SET display_order = NULL WHERE tenant = $1",
        tenant
    )
    .execute(tx.conn())
    .await?;
    let result = sqlx::query!(
        "UPDATE interaction_types t SET display_order = o.position::integer
           FROM unnest($2::uuid[]) WITH ORDINALITY AS o(type_id, position)
          WHERE t.tenant = $1 AND t.type_id = o.type_id",
        tenant,
        ids,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, ids.len() as u64)
}

pub async fn delete_type(tx: &mut TenantTx, id: TypeId) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "DELETE FROM interaction_types WHERE tenant = $1 AND type_id = $2",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

pub struct StatusEntry {
    pub status_id: StatusId,
    pub name: String,
    pub is_closed: bool,
    pub is_default: bool,
    /// Counted up to one more than the bound.
    pub used: i64,
}

/// The tenant's statuses of interactions in their order; or the one with an id.
pub async fn statuses(tx: &mut TenantTx, only: Option<StatusId>) -> Result<Vec<StatusEntry>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        StatusEntry,
        r#"SELECT s.status_id, s.name, s.is_closed, coalesce(s.is_default, false) AS "is_default!",
                  (SELECT count(*)
                     FROM (SELECT 1 FROM interactions i
                            WHERE i.tenant = $1 AND i.status_id BETWEEN s.status_id AND s.status_id
                            ORDER BY i.status_id LIMIT $2) n) AS "used!"
             FROM statuses s
            WHERE s.tenant = $1 AND s.status_type = 'interaction' AND ($3::uuid IS NULL OR s.status_id = $3)
            ORDER BY s.order_number, s.name, s.status_id"#,
        tenant,
        COUNTED,
        only.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A status to be added at the end.
pub struct NewStatus<'a> {
    pub status_id: StatusId,
    pub name: &'a str,
    pub is_closed: bool,
    pub is_default: bool,
    pub by: UserId,
}

pub async fn insert_status(tx: &mut TenantTx, new: &NewStatus<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO statuses (tenant, status_id, name, status_type, is_closed, is_default, created_by, order_number)
         SELECT $1, $2, $3, 'interaction', $4, $5, $6, coalesce(max(s.order_number), 0) + 1
           FROM statuses s WHERE s.tenant = $1 AND s.status_type = 'interaction'",
        tenant,
        new.status_id.0,
        new.name,
        new.is_closed,
        new.is_default,
        new.by.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn update_status(tx: &mut TenantTx, id: StatusId, name: &str, is_closed: bool) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE statuses SET name = $3, is_closed = $4
          WHERE tenant = $1 AND status_id = $2 AND status_type = 'interaction'",
        tenant,
        id.0,
        name,
        is_closed,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Makes one status the default, and no other.
pub async fn make_default(tx: &mut TenantTx, id: StatusId) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE statuses SET is_default = (status_id = $2) WHERE tenant = $1 AND status_type = 'interaction'",
        tenant,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Numbers the statuses from 1 on, by way of numbers that none of them has or gets. All of the tenant's have to be given.
pub async fn order_statuses(tx: &mut TenantTx, ids: &[uuid::Uuid]) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE statuses SET order_number = order_number +
                (SELECT greatest(max(s.order_number), count(*)::integer) - min(s.order_number) + 1
                   FROM statuses s WHERE s.tenant = $1 AND s.status_type = 'interaction')
          WHERE tenant = $1 AND status_type = 'interaction'",
        tenant,
    )
    .execute(tx.conn())
    .await?;
    let result = sqlx::query!(
        "UPDATE statuses s SET order_number = o.position::integer
           FROM unnest($2::uuid[]) WITH ORDINALITY AS o(status_id, position)
          WHERE s.tenant = $1 AND s.status_id = o.status_id AND s.status_type = 'interaction'",
        tenant,
        ids,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, ids.len() as u64)
}

pub async fn delete_status(tx: &mut TenantTx, id: StatusId) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "DELETE FROM statuses WHERE tenant = $1 AND status_id = $2 AND status_type = 'interaction'",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}
