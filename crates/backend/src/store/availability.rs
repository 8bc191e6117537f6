//! When staff can be asked for an appointment, and what clients can ask for.

pub mod edit;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{ContactId, RequestId, ServiceId, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::{
    TenantTx,
    appointments::{WallTimes, people::Technician},
    live,
};
use crate::error::{Result, ensure_rows};

/// How many settings of a tenant are read: seven days of more people than anybody employs.
const MOST: i64 = 5000;

pub struct SettingRow {
    pub setting_type: String,
    pub user_id: Option<UserId>,
    pub service_id: Option<ServiceId>,
    pub day_of_week: Option<i32>,
    pub start_time: Option<NaiveTime>,
    pub end_time: Option<NaiveTime>,
    pub is_available: bool,
    pub buffer_before: Option<i32>,
    pub buffer_after: Option<i32>,
    pub max_per_day: Option<i32>,
    pub allow_without_contract: Option<bool>,
    pub advance_days: Option<i32>,
    pub notice_hours: Option<i32>,
    pub config: Option<Value>,
}

pub async fn settings(tx: &mut TenantTx) -> Result<Vec<SettingRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        SettingRow,
        r#"SELECT setting_type, user_id AS "user_id: UserId", service_id AS "service_id: ServiceId", day_of_week, start_time,
                  end_time, is_available, buffer_before_minutes AS buffer_before, buffer_after_minutes AS buffer_after,
                  max_appointments_per_day AS max_per_day, allow_without_contract, advance_booking_days AS advance_days,
                  minimum_notice_hours AS notice_hours, config_json AS config
             FROM availability_settings
            WHERE tenant = $1
            ORDER BY created_at DESC, availability_setting_id
            LIMIT $2"#,
        tenant,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// What is decided for a service, and for all.
pub struct RuleRow {
    pub is_of_service: bool,
    pub advance_days: Option<i32>,
    pub notice_hours: Option<i32>,
}

pub async fn rules(tx: &mut TenantTx, service: Option<ServiceId>) -> Result<Vec<RuleRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        RuleRow,
        r#"SELECT setting_type = 'service_rules' AS "is_of_service!", advance_booking_days AS advance_days,
                  minimum_notice_hours AS notice_hours
             FROM availability_settings
            WHERE tenant = $1 AND (setting_type = 'general_settings' OR setting_type = 'service_rules' AND service_id = $2)
            ORDER BY created_at DESC, availability_setting_id
            LIMIT 20"#,
        tenant,
        service.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct ExceptionRow {
    /// Nobody in particular: all.
    pub user_id: Option<UserId>,
    pub date: NaiveDate,
    pub is_available: bool,
}

pub async fn exceptions(tx: &mut TenantTx, from: NaiveDate, to: NaiveDate) -> Result<Vec<ExceptionRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        ExceptionRow,
        r#"SELECT user_id AS "user_id: UserId", date, is_available
             FROM availability_exceptions
            WHERE tenant = $1 AND date >= $2 AND date <= $3
            LIMIT $4"#,
        tenant,
        from,
        to,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct ServiceRow {
    pub service_id: ServiceId,
    pub name: String,
    pub description: Option<String>,
}

/// What the tenant offers, by name.
pub async fn services(tx: &mut TenantTx) -> Result<Vec<ServiceRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        ServiceRow,
        r#"SELECT service_id AS "service_id: ServiceId", service_name AS name, nullif(trim(description), '') AS description
             FROM service_catalog
            WHERE tenant = $1 AND is_active AND item_kind = 'service'
            ORDER BY lower(service_name), service_id
            LIMIT 200"#,
        tenant,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct StaffRow {
    pub user_id: UserId,
    pub name: String,
    pub is_technician: bool,
    pub tenant_zone: Option<String>,
}

/// Staff who can be given work, by name.
pub async fn staff(tx: &mut TenantTx) -> Result<Vec<StaffRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        StaffRow,
        r#"SELECT u.user_id AS "user_id: UserId",
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "name!",
                  EXISTS (SELECT 1 FROM user_roles ur
                            JOIN roles r ON r.tenant = ur.tenant AND r.role_id = ur.role_id
                           WHERE ur.tenant = $1 AND ur.user_id = u.user_id AND r.msp AND lower(r.role_name) = 'technician')
                    AS "is_technician!",
                  (SELECT s.settings->>'timezone' FROM tenant_settings s WHERE s.tenant = $1) AS tenant_zone
             FROM users u
            WHERE u.tenant = $1 AND u.user_type = 'internal' AND NOT coalesce(u.is_inactive, false)
            ORDER BY 2, u.user_id
            LIMIT 500"#,
        tenant,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A request that takes somebody's time, or counts for its service.
pub struct AskedRow {
    pub request_id: RequestId,
    pub is_pending: bool,
    pub service_id: ServiceId,
    pub requested_date: NaiveDate,
    pub requested_time: NaiveTime,
    pub minutes: i32,
    pub zone: Option<String>,
    pub preferred: Option<UserId>,
}

pub async fn asked(tx: &mut TenantTx, from: NaiveDate, to: NaiveDate) -> Result<Vec<AskedRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        AskedRow,
        r#"SELECT appointment_request_id AS "request_id: RequestId", status = 'pending' AS "is_pending!",
                  service_id AS "service_id: ServiceId", requested_date, requested_time, requested_duration AS minutes,
                  requester_timezone AS zone, preferred_assigned_user_id AS "preferred: UserId"
             FROM appointment_requests
            WHERE tenant = $1 AND status IN ('pending', 'approved') AND requested_date >= $2 AND requested_date <= $3
            LIMIT $4"#,
        tenant,
        from,
        to,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A request of a portal user.
pub struct NewRequest<'a> {
    pub request_id: RequestId,
    pub client_id: domain::ClientId,
    pub contact_id: ContactId,
    pub service_id: ServiceId,
    pub times: WallTimes,
    pub zone: &'a str,
    pub preferred: Option<UserId>,
    pub description: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub now: DateTime<Utc>,
}

pub async fn ask(tx: &mut TenantTx, new: &NewRequest<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO appointment_requests (tenant, appointment_request_id, client_id, contact_id, service_id, requested_date,
                                           requested_time, requested_duration, requester_timezone, preferred_assigned_user_id,
                                           description, is_authenticated, requester_name, requester_email, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, ''), true, $12, $13, $14, $14)",
        tenant,
        new.request_id.0,
        new.client_id.0,
        new.contact_id.0,
        new.service_id.0,
        new.times.date,
        new.times.time,
        new.times.duration,
        new.zone,
        new.preferred.map(|id| id.0),
        new.description,
        new.name,
        new.email,
        new.now,
    )
    .execute(tx.conn())
    .await?;
    live::request(tx, new.request_id).await
}

/// Makes who asks for a time wait for whoever is asking already, so that both do not get the same.
pub async fn wait_in_line(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!("SELECT tenant FROM tenants WHERE tenant = $1 FOR NO KEY UPDATE", tenant)
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// How many requests of somebody wait for an answer.
pub async fn waiting_of(tx: &mut TenantTx, contact: ContactId) -> Result<i64> {
    let tenant = tx.tenant();
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM appointment_requests
            WHERE tenant = $1 AND contact_id = $2 AND status = 'pending'"#,
        tenant,
        contact.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Whether there is a request with this id.
pub async fn is_there(tx: &mut TenantTx, id: RequestId) -> Result<bool> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM appointment_requests
                           WHERE tenant = $1 AND appointment_request_id = $2) AS "is_there!""#,
        tenant,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

/// Notes another time that the client would like; nothing takes the wish back.
pub async fn wish(
    tx: &mut TenantTx,
    id: RequestId,
    wish: Option<(DateTime<Utc>, Option<&str>)>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let (start, note) = wish.unzip();
    let result = sqlx::query!(
        "UPDATE appointment_requests SET wished_start = $3, wish_note = $4, updated_at = $5
          WHERE tenant = $1 AND appointment_request_id = $2 AND status = 'approved'",
        tenant,
        id.0,
        start,
        note.flatten(),
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::request(tx, id).await
}

/// Notes who has cancelled a request.
pub async fn cancelled_by(tx: &mut TenantTx, id: RequestId, by: UserId) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE appointment_requests SET cancelled_by_user_id = $3
          WHERE tenant = $1 AND appointment_request_id = $2 AND status = 'cancelled'",
        tenant,
        id.0,
        by.0,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::request(tx, id).await
}

/// Those of these people who are active staff, and without any those who may decide about every request; with who is wished for.
pub async fn deciders(tx: &mut TenantTx, named: &[Uuid], wished_for: Option<UserId>) -> Result<Vec<Technician>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        Technician,
        r#"SELECT coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "name!", u.email,
                  p.setting_value #>> '{}' AS language,
                  coalesce(u.timezone, (SELECT s.settings->>'timezone' FROM tenant_settings s WHERE s.tenant = $1)) AS zone
             FROM users u
             LEFT JOIN user_preferences p ON p.tenant = u.tenant AND p.user_id = u.user_id AND p.setting_name = 'locale'
            WHERE u.tenant = $1 AND u.user_type = 'internal' AND NOT coalesce(u.is_inactive, false)
              AND (u.user_id = $3
                   OR CASE WHEN cardinality($2::uuid[]) > 0 THEN u.user_id = ANY($2)
                           ELSE 2 = (SELECT count(DISTINCT q.resource)
                                       FROM user_roles ur
                                       JOIN roles r ON r.tenant = ur.tenant AND r.role_id = ur.role_id AND r.msp
                                       JOIN role_permissions rp ON rp.tenant = ur.tenant AND rp.role_id = ur.role_id
                                       JOIN permissions q ON q.tenant = ur.tenant AND q.permission_id = rp.permission_id AND q.msp
                                      WHERE ur.tenant = $1 AND ur.user_id = u.user_id
                                        AND (q.resource, q.action) IN (('user_schedule', 'update'), ('user', 'read'))) END)
            ORDER BY 1, u.user_id
            LIMIT 20"#,
        tenant,
        named,
        wished_for.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
