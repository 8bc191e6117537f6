//! Sign-ins and the people behind them.

use chrono::{DateTime, Utc};
use domain::{SessionId, TenantId, UserId};

use super::{TenantTx, tx::SystemTx};
use crate::error::{Result, ensure_rows};

/// Somebody who may be meant by an e-mail address.
pub struct Candidate {
    pub tenant: TenantId,
    pub user_id: UserId,
    pub hashed_password: String,
}

/// The active staff with this address, in any tenant: the address is all that the sign-in form knows.
pub async fn candidates(tx: &mut SystemTx, email: &str) -> Result<Vec<Candidate>> {
    let rows = sqlx::query_as!(
        Candidate,
        "SELECT u.tenant, u.user_id, u.hashed_password
           FROM users u JOIN tenants t ON t.tenant = u.tenant
          WHERE lower(u.email) = lower($1) AND u.user_type = 'internal'
            AND NOT coalesce(u.is_inactive, false) AND t.suspended_at IS NULL
          ORDER BY u.created_at, u.user_id
          LIMIT 5",
        email
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct NewSession<'a> {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub ip_address: &'a str,
    pub user_agent: &'a str,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Records a sign-in. As in the peer, `token` stays empty: the cookie is kept elsewhere, this row revokes it.
pub async fn insert(tx: &mut TenantTx, session: &NewSession<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO sessions (tenant, session_id, user_id, token, created_at, updated_at, ip_address, user_agent,
                               last_activity_at, expires_at, login_method)
         VALUES ($1, $2, $3, '', $4, $4, $5, $6, $4, $7, 'credentials')",
        tenant,
        session.session_id.0,
        session.user_id.0,
        session.now,
        session.ip_address,
        session.user_agent,
        session.expires_at,
    )
    .execute(tx.conn())
    .await?;
    let updated = sqlx::query!(
        "UPDATE users SET last_login_at = $3, last_login_method = 'credentials' WHERE tenant = $1 AND user_id = $2",
        tenant,
        session.user_id.0,
        session.now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&updated, 1)
}

pub struct ActorRow {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub tenant_name: String,
    pub zone: Option<String>,
    pub locale: Option<String>,
    pub expires_at: DateTime<Utc>,
    pub permissions: Vec<String>,
}

/// The person behind a live session, with what their roles grant, in one statement: every request needs it.
pub async fn actor(tx: &mut TenantTx, session_id: SessionId, now: DateTime<Utc>) -> Result<Option<ActorRow>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        ActorRow,
        r#"SELECT u.user_id, u.email,
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "name!",
                  t.client_name AS tenant_name,
                  coalesce(u.timezone, ts.settings->>'timezone') AS zone,
                  up.setting_value #>> '{}' AS locale,
                  s.expires_at AS "expires_at!",
                  coalesce((SELECT array_agg(DISTINCT p.resource || ':' || p.action)
                              FROM user_roles ur
                              JOIN roles r ON r.tenant = ur.tenant AND r.role_id = ur.role_id AND r.msp
                              JOIN role_permissions rp ON rp.tenant = ur.tenant AND rp.role_id = ur.role_id
                              JOIN permissions p ON p.tenant = ur.tenant AND p.permission_id = rp.permission_id AND p.msp
                             WHERE ur.tenant = $1 AND ur.user_id = u.user_id), '{}') AS "permissions!"
             FROM sessions s
             JOIN users u ON u.tenant = s.tenant AND u.user_id = s.user_id
             JOIN tenants t ON t.tenant = s.tenant
             LEFT JOIN tenant_settings ts ON ts.tenant = s.tenant
             LEFT JOIN user_preferences up ON up.tenant = s.tenant AND up.user_id = s.user_id AND up.setting_name = 'locale'
            WHERE s.tenant = $1 AND s.session_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3
              AND u.user_type = 'internal' AND NOT coalesce(u.is_inactive, false) AND t.suspended_at IS NULL"#,
        tenant,
        session_id.0,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Keeps a session that is in use alive.
pub async fn extend(
    tx: &mut TenantTx,
    session_id: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE sessions SET last_activity_at = $3, updated_at = $3, expires_at = $4
          WHERE tenant = $1 AND session_id = $2 AND revoked_at IS NULL",
        tenant,
        session_id.0,
        now,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a session. Doing it twice is no error: the second tab signs out as well.
pub async fn revoke(tx: &mut TenantTx, session_id: SessionId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE sessions SET revoked_at = $3, revoked_reason = 'user_logout', updated_at = $3
          WHERE tenant = $1 AND session_id = $2 AND revoked_at IS NULL",
        tenant,
        session_id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Remembers the language that a user chose, as the peer does: a JSON string under `locale`.
pub async fn set_language(tx: &mut TenantTx, user_id: UserId, tag: &str, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO user_preferences (tenant, user_id, setting_name, setting_value, updated_at)
         VALUES ($1, $2, 'locale', to_jsonb($3::text), $4)
         ON CONFLICT (tenant, user_id, setting_name)
         DO UPDATE SET setting_value = excluded.setting_value, updated_at = excluded.updated_at",
        tenant,
        user_id.0,
        tag,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
