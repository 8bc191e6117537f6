//! Sign-ins and the people behind them.

use chrono::{DateTime, Utc};
use domain::{ClientId, ContactId, SessionId, TenantId, UserId};

use super::{TenantTx, live, tx::SystemTx};
use crate::error::{Result, ensure_rows};

/// Somebody who may be meant by an e-mail address.
pub struct Candidate {
    pub tenant: TenantId,
    pub user_id: UserId,
    pub hashed_password: String,
    pub second_factor: bool,
}

/// The active people with this address behind one of the doors, in any tenant: the address is all that a sign-in form knows, but for the
/// portal's, whose link may say which tenant (`slug`: six digits from each end of its id).
pub async fn candidates(tx: &mut SystemTx, email: &str, user_type: &str, slug: &str) -> Result<Vec<Candidate>> {
    let rows = sqlx::query_as!(
        Candidate,
        r#"SELECT u.tenant, u.user_id, u.hashed_password, coalesce(u.two_factor_enabled, false) AS "second_factor!"
             FROM users u JOIN tenants t ON t.tenant = u.tenant
             LEFT JOIN contacts c ON c.tenant = u.tenant AND c.contact_name_id = u.contact_id
            WHERE lower(u.email) = lower($1) AND u.user_type = $2
              AND NOT coalesce(u.is_inactive, false) AND t.suspended_at IS NULL
              AND ($2 = 'internal' OR (c.client_id IS NOT NULL AND NOT coalesce(c.is_inactive, false)))
              AND ($3 = '' OR left(u.tenant::text, 6) || right(u.tenant::text, 6) = $3)
            ORDER BY u.created_at, u.user_id
            LIMIT 5"#,
        email,
        user_type,
        slug
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
    /// What was shown: `credentials`, or with a code as well.
    pub method: &'a str,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Records a sign-in. As in the peer, `token` stays empty: the cookie is kept elsewhere, this row revokes it.
pub async fn insert(tx: &mut TenantTx, session: &NewSession<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO sessions (tenant, session_id, user_id, token, created_at, updated_at, ip_address, user_agent,
                               last_activity_at, expires_at, login_method)
         VALUES ($1, $2, $3, '', $4, $4, $5, $6, $4, $7, $8)",
        tenant,
        session.session_id.0,
        session.user_id.0,
        session.now,
        session.ip_address,
        session.user_agent,
        session.expires_at,
        session.method,
    )
    .execute(tx.conn())
    .await?;
    let updated = sqlx::query!(
        "UPDATE users SET last_login_at = $3, last_login_method = $4 WHERE tenant = $1 AND user_id = $2",
        tenant,
        session.user_id.0,
        session.now,
        session.method,
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
    /// How many appointment requests wait, and how many of them for this person; each counted up to 100.
    pub pending_requests: i64,
    pub own_pending_requests: i64,
    /// For how many appointments clients would like another time, and for how many of this person's.
    pub wished_requests: i64,
    pub own_wished_requests: i64,
    /// The same of meetings.
    pub wished_meetings: i64,
    pub own_wished_meetings: i64,
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
                             WHERE ur.tenant = $1 AND ur.user_id = u.user_id), '{}') AS "permissions!",
                  (SELECT count(*) FROM (SELECT 1 FROM appointment_requests q
                                          WHERE q.tenant = $1 AND q.status = 'pending' LIMIT 100) w) AS "pending_requests!",
                  (SELECT count(*) FROM (SELECT 1 FROM appointment_requests q
                                          WHERE q.tenant = $1 AND q.status = 'pending'
                                            AND q.preferred_assigned_user_id = u.user_id LIMIT 100) w) AS "own_pending_requests!",
                  r.wished AS "wished_requests!", r.own AS "own_wished_requests!",
                  m.wished AS "wished_meetings!", m.own AS "own_wished_meetings!"
             FROM sessions s
             JOIN users u ON u.tenant = s.tenant AND u.user_id = s.user_id
             JOIN tenants t ON t.tenant = s.tenant
             LEFT JOIN tenant_settings ts ON ts.tenant = s.tenant
             LEFT JOIN user_preferences up ON up.tenant = s.tenant AND up.user_id = s.user_id AND up.setting_name = 'locale'
            CROSS JOIN LATERAL (SELECT count(*) AS wished, count(*) FILTER (WHERE q.preferred_assigned_user_id = u.user_id) AS own
                                  FROM appointment_requests q
                                  LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = q.schedule_entry_id
                                 WHERE q.tenant = $1 AND q.wished_start IS NOT NULL AND q.status = 'approved'
                                   AND coalesce(e.scheduled_end, q.wished_start) > $3) r
            CROSS JOIN LATERAL (SELECT count(*) AS wished, count(*) FILTER (WHERE i.user_id = u.user_id) AS own
                                  FROM online_meetings o
                                  JOIN interactions i ON i.tenant = $1 AND i.interaction_id = o.interaction_id
                                 WHERE o.tenant = $1 AND o.wished_start IS NOT NULL AND o.status = 'scheduled'
                                   AND o.end_time > $3) m
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

/// The portal user behind a live session, with their client.
pub struct PortalRow {
    pub user_id: UserId,
    pub client_id: ClientId,
    pub contact_id: ContactId,
    pub is_client_admin: bool,
    pub name: String,
    pub email: String,
    pub tenant_name: String,
    pub client_name: String,
    pub zone: Option<String>,
    pub locale: Option<String>,
    pub expires_at: DateTime<Utc>,
}

pub async fn portal_actor(tx: &mut TenantTx, session_id: SessionId, now: DateTime<Utc>) -> Result<Option<PortalRow>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        PortalRow,
        r#"SELECT u.user_id, u.email, c.client_id, ct.contact_name_id AS contact_id, ct.is_client_admin, c.client_name,
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), ct.full_name, u.username) AS "name!",
                  t.client_name AS tenant_name,
                  coalesce(u.timezone, ct.timezone, c.timezone, ts.settings->>'timezone') AS zone,
                  up.setting_value #>> '{}' AS locale,
                  s.expires_at AS "expires_at!"
             FROM sessions s
             JOIN users u ON u.tenant = s.tenant AND u.user_id = s.user_id
             JOIN tenants t ON t.tenant = s.tenant
             JOIN contacts ct ON ct.tenant = s.tenant AND ct.contact_name_id = u.contact_id
             JOIN clients c ON c.tenant = s.tenant AND c.client_id = ct.client_id
             LEFT JOIN tenant_settings ts ON ts.tenant = s.tenant
             LEFT JOIN user_preferences up ON up.tenant = s.tenant AND up.user_id = s.user_id AND up.setting_name = 'locale'
            WHERE s.tenant = $1 AND s.session_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3
              AND u.user_type = 'client' AND NOT coalesce(u.is_inactive, false) AND NOT coalesce(ct.is_inactive, false)
              AND t.suspended_at IS NULL"#,
        tenant,
        session_id.0,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Where the tenant can be written to.
pub async fn tenant_email(tx: &mut TenantTx) -> Result<String> {
    let tenant = tx.tenant();
    let email = sqlx::query_scalar!("SELECT email FROM tenants WHERE tenant = $1", tenant)
        .fetch_one(tx.conn())
        .await?;
    Ok(email)
}

/// A live sign-in of a user.
pub struct SignInRecord {
    pub session_id: SessionId,
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
    pub last_activity_at: DateTime<Utc>,
}

/// Where a user is signed in, the latest used first.
pub async fn of_user(tx: &mut TenantTx, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<SignInRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        SignInRecord,
        r#"SELECT session_id, user_agent, ip_address, coalesce(last_activity_at, created_at, $3) AS "last_activity_at!"
             FROM sessions
            WHERE tenant = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3
            ORDER BY 4 DESC, session_id
            LIMIT 100"#,
        tenant,
        user_id.0,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Ends a session of a user; says whether it was one. Doing it twice is no error: the second tab signs out as well.
pub async fn revoke(
    tx: &mut TenantTx,
    user_id: UserId,
    session_id: SessionId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE sessions SET revoked_at = coalesce(revoked_at, $5), revoked_reason = coalesce(revoked_reason, $4), updated_at = $5
          WHERE tenant = $1 AND user_id = $2 AND session_id = $3",
        tenant,
        user_id.0,
        session_id.0,
        reason,
        now,
    )
    .execute(tx.conn())
    .await?;
    live::rights_changed(tx).await?;
    Ok(result.rows_affected() == 1)
}

/// Ends all sessions of a user but `keep`.
pub async fn revoke_all(
    tx: &mut TenantTx,
    user_id: UserId,
    keep: Option<SessionId>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE sessions SET revoked_at = $5, revoked_reason = $4, updated_at = $5
          WHERE tenant = $1 AND user_id = $2 AND session_id IS DISTINCT FROM $3 AND revoked_at IS NULL",
        tenant,
        user_id.0,
        keep.map(|id| id.0),
        reason,
        now,
    )
    .execute(tx.conn())
    .await?;
    live::rights_changed(tx).await
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
