//! Roles, what they grant, and who has them.

use chrono::{DateTime, Utc};
use domain::{Choice, RoleId, UserId};
use sqlx::types::Json;

use super::{TenantTx, live};
use crate::error::{Result, ensure_rows};

/// Makes who changes settings of a tenant wait for whoever changes them already: what is checked then still holds when it is written.
/// Rows that point at the tenant can be written meanwhile.
pub async fn lock_settings(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!("SELECT tenant FROM tenants WHERE tenant = $1 FOR NO KEY UPDATE", tenant)
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

pub struct RoleRecord {
    pub role_id: RoleId,
    pub name: String,
    pub msp: bool,
    pub client: bool,
    /// How many active people of each kind have it.
    pub staff: i64,
    pub portal: i64,
    /// `resource:action` of what counts for staff, and for portal users.
    pub staff_grants: Vec<String>,
    pub portal_grants: Vec<String>,
}

/// The tenant's roles by name.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<RoleRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        RoleRecord,
        r#"SELECT r.role_id, r.role_name AS name, r.msp, r.client,
                  (SELECT count(*) FROM user_roles ur
                     JOIN users u ON u.tenant = ur.tenant AND u.user_id = ur.user_id
                    WHERE ur.tenant = $1 AND ur.role_id = r.role_id AND u.user_type = 'internal'
                      AND NOT coalesce(u.is_inactive, false)) AS "staff!",
                  (SELECT count(*) FROM user_roles ur
                     JOIN users u ON u.tenant = ur.tenant AND u.user_id = ur.user_id
                    WHERE ur.tenant = $1 AND ur.role_id = r.role_id AND u.user_type = 'client'
                      AND NOT coalesce(u.is_inactive, false)) AS "portal!",
                  ARRAY(SELECT p.resource || ':' || p.action FROM role_permissions rp
                          JOIN permissions p ON p.tenant = rp.tenant AND p.permission_id = rp.permission_id
                         WHERE rp.tenant = $1 AND rp.role_id = r.role_id AND p.msp) AS "staff_grants!",
                  ARRAY(SELECT p.resource || ':' || p.action FROM role_permissions rp
                          JOIN permissions p ON p.tenant = rp.tenant AND p.permission_id = rp.permission_id
                         WHERE rp.tenant = $1 AND rp.role_id = r.role_id AND p.client) AS "portal_grants!"
             FROM roles r
            WHERE r.tenant = $1
            ORDER BY lower(r.role_name), r.role_id"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct PersonRecord {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub user_type: String,
    pub is_inactive: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    pub client: Option<String>,
    pub roles: Json<Vec<Choice<RoleId>>>,
    /// How many rows match in all, repeated in each.
    pub matching: i64,
}

/// People whose name or address matches an `ILIKE` pattern, staff first; or the one person with an id.
pub async fn people(tx: &mut TenantTx, pattern: &str, person: Option<UserId>, limit: i64) -> Result<Vec<PersonRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        PersonRecord,
        r#"SELECT p.user_id AS "user_id!: UserId", p.name AS "name!", p.email AS "email!", p.user_type AS "user_type!",
                  p.is_inactive AS "is_inactive!", p.last_login_at, p.matching AS "matching!", c.client_name AS "client?",
                  coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.role_id, 'name', r.role_name)
                                             ORDER BY lower(r.role_name), r.role_id)
                              FROM user_roles ur
                              JOIN roles r ON r.tenant = ur.tenant AND r.role_id = ur.role_id
                             WHERE ur.tenant = $1 AND ur.user_id = p.user_id), '[]') AS "roles!: Json<Vec<Choice<RoleId>>>"
             FROM (SELECT u.user_id, u.email, u.user_type, u.contact_id, u.last_login_at, u.name,
                          coalesce(u.is_inactive, false) AS is_inactive, count(*) OVER () AS matching
                     FROM (SELECT *, coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), username) AS name
                             FROM users WHERE tenant = $1) u
                    WHERE (u.name ILIKE $2 OR u.email ILIKE $2) AND ($3::uuid IS NULL OR u.user_id = $3)
                    ORDER BY u.user_type DESC, lower(u.name), u.user_id
                    LIMIT $4) p
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = p.contact_id
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = k.client_id
            ORDER BY p.user_type DESC, lower(p.name), p.user_id"#,
        tenant,
        pattern,
        person.map(|id| id.0),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Gives a person roles; those that they have already are no error.
pub async fn add(tx: &mut TenantTx, user_id: UserId, roles: &[uuid::Uuid], now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO user_roles (tenant, user_id, role_id, created_at)
         SELECT $1, $2, role_id, $4 FROM unnest($3::uuid[]) AS role_id
         ON CONFLICT (tenant, user_id, role_id) DO NOTHING",
        tenant,
        user_id.0,
        roles,
        now,
    )
    .execute(tx.conn())
    .await?;
    live::rights_changed(tx).await
}

/// Takes roles from a person; those that they do not have are no error.
pub async fn remove(tx: &mut TenantTx, user_id: UserId, roles: &[uuid::Uuid]) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM user_roles WHERE tenant = $1 AND user_id = $2 AND role_id = ANY ($3)",
        tenant,
        user_id.0,
        roles,
    )
    .execute(tx.conn())
    .await?;
    live::rights_changed(tx).await
}

/// Whether somebody is active staff and their roles grant all of `permissions` (`resource:action`).
pub async fn may_all(tx: &mut TenantTx, user_id: UserId, permissions: &[String]) -> Result<bool> {
    let tenant = tx.tenant();
    let may = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1 FROM users u
                WHERE u.tenant = $1 AND u.user_id = $2 AND u.user_type = 'internal' AND NOT coalesce(u.is_inactive, false)
                  AND cardinality($3::text[]) =
                      (SELECT count(DISTINCT p.resource || ':' || p.action)
                         FROM user_roles ur
                         JOIN roles r ON r.tenant = ur.tenant AND r.role_id = ur.role_id AND r.msp
                         JOIN role_permissions rp ON rp.tenant = ur.tenant AND rp.role_id = ur.role_id
                         JOIN permissions p ON p.tenant = ur.tenant AND p.permission_id = rp.permission_id AND p.msp
                        WHERE ur.tenant = $1 AND ur.user_id = u.user_id
                          AND p.resource || ':' || p.action = ANY ($3))) AS "may!""#,
        tenant,
        user_id.0,
        permissions,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(may)
}

pub async fn set_inactive(tx: &mut TenantTx, user_id: UserId, inactive: bool, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE users SET is_inactive = $3, updated_at = $4 WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0,
        inactive,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::rights_changed(tx).await
}
