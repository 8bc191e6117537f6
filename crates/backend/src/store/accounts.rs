//! People's own accounts: passwords, links for new ones, the second factor, what the profile page shows.

use chrono::{DateTime, Utc};
use domain::{Language, ResetId, TenantId, UserId};

use super::{TenantTx, tx::SystemTx};
use crate::error::{Result, ensure_rows};

/// Somebody to write to about their account.
pub struct Account {
    pub tenant: TenantId,
    pub user_id: UserId,
    pub email: String,
    pub name: String,
    pub tenant_name: String,
    pub locale: Option<String>,
}

impl Account {
    /// The language that the person chose.
    pub fn language(&self) -> Option<Language> {
        self.locale.as_deref().and_then(|tag| tag.parse().ok())
    }
}

/// The active people with this address behind one of the doors, in any tenant.
pub async fn by_email(tx: &mut SystemTx, email: &str, user_type: &str) -> Result<Vec<Account>> {
    let rows = sqlx::query_as!(
        Account,
        r#"SELECT u.tenant, u.user_id, u.email, t.client_name AS tenant_name, up.setting_value #>> '{}' AS locale,
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), c.full_name, u.username) AS "name!"
             FROM users u JOIN tenants t ON t.tenant = u.tenant
             LEFT JOIN contacts c ON c.tenant = u.tenant AND c.contact_name_id = u.contact_id
             LEFT JOIN user_preferences up ON up.tenant = u.tenant AND up.user_id = u.user_id AND up.setting_name = 'locale'
            WHERE lower(u.email) = lower($1) AND u.user_type = $2
              AND NOT coalesce(u.is_inactive, false) AND t.suspended_at IS NULL
              AND ($2 = 'internal' OR (c.client_id IS NOT NULL AND NOT coalesce(c.is_inactive, false)))
            ORDER BY u.created_at, u.user_id
            LIMIT 5"#,
        email,
        user_type
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub async fn password_hash(tx: &mut TenantTx, user_id: UserId) -> Result<String> {
    let tenant = tx.tenant();
    let hash = sqlx::query_scalar!(
        "SELECT hashed_password FROM users WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(hash)
}

/// Puts a better hash of the same password in the place of an old one, unless the password was changed meanwhile.
pub async fn renew_hash(tx: &mut TenantTx, user_id: UserId, old: &str, new: &str) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE users SET hashed_password = $4 WHERE tenant = $1 AND user_id = $2 AND hashed_password = $3",
        tenant,
        user_id.0,
        old,
        new,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set_password(tx: &mut TenantTx, user_id: UserId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE users SET hashed_password = $3, updated_at = $4 WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0,
        hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// A link for a new password.
pub struct NewReset<'a> {
    pub reset_id: ResetId,
    pub user_id: UserId,
    pub token_hash: &'a str,
    pub email: &'a str,
    pub user_type: &'a str,
    pub expires_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

pub async fn insert_reset(tx: &mut TenantTx, reset: &NewReset<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO password_reset_tokens (tenant, token_id, user_id, token_hash, email, user_type, expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        reset.reset_id.0,
        reset.user_id.0,
        reset.token_hash,
        reset.email,
        reset.user_type,
        reset.expires_at,
        reset.now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whose password a link may change, if it still works.
pub async fn reset_account(tx: &mut TenantTx, token_hash: &str, now: DateTime<Utc>) -> Result<Option<Account>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Account,
        r#"SELECT u.tenant, u.user_id, u.email, t.client_name AS tenant_name, up.setting_value #>> '{}' AS locale,
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "name!"
             FROM password_reset_tokens p
             JOIN users u ON u.tenant = p.tenant AND u.user_id = p.user_id
             JOIN tenants t ON t.tenant = p.tenant
             LEFT JOIN user_preferences up ON up.tenant = p.tenant AND up.user_id = p.user_id AND up.setting_name = 'locale'
            WHERE p.tenant = $1 AND p.token_hash = $2 AND p.used_at IS NULL AND p.expires_at > $3
              AND p.user_type = u.user_type AND NOT coalesce(u.is_inactive, false) AND t.suspended_at IS NULL"#,
        tenant,
        token_hash,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Uses a link up; `false` if somebody was faster or it is too old.
pub async fn use_reset(tx: &mut TenantTx, token_hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE password_reset_tokens SET used_at = $3
          WHERE tenant = $1 AND token_hash = $2 AND used_at IS NULL AND expires_at > $3",
        tenant,
        token_hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Makes all links of a user worthless.
pub async fn void_resets(tx: &mut TenantTx, user_id: UserId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE password_reset_tokens SET used_at = $3 WHERE tenant = $1 AND user_id = $2 AND used_at IS NULL",
        tenant,
        user_id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets links of all tenants that have been worthless for long.
pub async fn delete_resets(tx: &mut SystemTx, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("DELETE FROM password_reset_tokens WHERE expires_at < $1", before)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The second factor of an active user who has one.
pub struct SecondFactorRow {
    /// As the peer keeps it; ours is among the secrets.
    pub plain_secret: Option<String>,
}

pub async fn second_factor(tx: &mut TenantTx, user_id: UserId) -> Result<Option<SecondFactorRow>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        SecondFactorRow,
        "SELECT u.two_factor_secret AS plain_secret
           FROM users u JOIN tenants t ON t.tenant = u.tenant
          WHERE u.tenant = $1 AND u.user_id = $2 AND u.two_factor_enabled
            AND NOT coalesce(u.is_inactive, false) AND t.suspended_at IS NULL",
        tenant,
        user_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Remembers that the code of a step was used; `false` if it, or a later one, was used before.
pub async fn use_step(tx: &mut TenantTx, user_id: UserId, step: i64) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE users SET two_factor_last_step = $3
          WHERE tenant = $1 AND user_id = $2 AND coalesce(two_factor_last_step, 0) < $3",
        tenant,
        user_id.0,
        step,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Uses a recovery code up; `false` if there is none like it.
pub async fn use_recovery_code(tx: &mut TenantTx, user_id: UserId, hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE user_recovery_codes SET used_at = $4
          WHERE tenant = $1 AND user_id = $2 AND code_hash = $3 AND used_at IS NULL",
        tenant,
        user_id.0,
        hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

pub async fn forget_plain_secret(tx: &mut TenantTx, user_id: UserId) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE users SET two_factor_secret = NULL WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Switches the second factor on; the code of `step` proved it and counts as used.
pub async fn switch_second_factor_on(tx: &mut TenantTx, user_id: UserId, step: i64) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE users SET two_factor_enabled = true, two_factor_secret = NULL, two_factor_last_step = $3
          WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0,
        step,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

pub async fn switch_second_factor_off(tx: &mut TenantTx, user_id: UserId) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE users SET two_factor_enabled = false, two_factor_secret = NULL, two_factor_last_step = NULL
          WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Puts new recovery codes in the place of all that a user has.
pub async fn replace_recovery_codes(
    tx: &mut TenantTx,
    user_id: UserId,
    hashes: &[String],
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM user_recovery_codes WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO user_recovery_codes (tenant, user_id, code_hash, created_at)
         SELECT $1, $2, code, $4 FROM unnest($3::text[]) AS code",
        tenant,
        user_id.0,
        hashes,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the profile page shows.
pub struct Details {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub zone: Option<String>,
    pub tenant_zone: Option<String>,
    pub second_factor: bool,
    pub recovery_codes_left: i64,
}

pub async fn details(tx: &mut TenantTx, user_id: UserId) -> Result<Details> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Details,
        r#"SELECT u.first_name, u.last_name, u.timezone AS zone, ts.settings->>'timezone' AS tenant_zone,
                  coalesce(u.two_factor_enabled, false) AS "second_factor!",
                  (SELECT count(*) FROM user_recovery_codes r
                    WHERE r.tenant = $1 AND r.user_id = u.user_id AND r.used_at IS NULL) AS "recovery_codes_left!"
             FROM users u
             LEFT JOIN tenant_settings ts ON ts.tenant = u.tenant
            WHERE u.tenant = $1 AND u.user_id = $2"#,
        tenant,
        user_id.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

pub struct NewDetails<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    /// `None`: the tenant's.
    pub zone: Option<&'a str>,
}

pub async fn set_details(
    tx: &mut TenantTx,
    user_id: UserId,
    details: &NewDetails<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE users SET first_name = nullif($3, ''), last_name = nullif($4, ''), timezone = $5, updated_at = $6
          WHERE tenant = $1 AND user_id = $2",
        tenant,
        user_id.0,
        details.first_name,
        details.last_name,
        details.zone,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}
