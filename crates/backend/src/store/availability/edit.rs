//! Changing when staff can be asked for, and what clients can ask for.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{ServiceId, UserId, availability::ExceptionDraft};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    error::{Result, ensure_rows},
    store::TenantTx,
};

/// How many days are listed: a year of more people than have holidays.
const MOST: i64 = 2000;

/// Somebody's hours.
pub struct NewHours {
    pub user_id: UserId,
    /// The day, from when to when, and whether they work then.
    pub spans: Vec<(i32, NaiveTime, NaiveTime, bool)>,
    pub pause_before: i32,
    pub pause_after: i32,
    pub max_per_day: Option<i32>,
    pub config: Value,
    pub now: DateTime<Utc>,
}

pub async fn clear_hours(tx: &mut TenantTx, user: UserId) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM availability_settings WHERE tenant = $1 AND setting_type = 'user_hours' AND user_id = $2",
        tenant,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn add_hours(tx: &mut TenantTx, new: &NewHours) -> Result<()> {
    let tenant = tx.tenant();
    let days: Vec<i32> = new.spans.iter().map(|(day, ..)| *day).collect();
    let starts: Vec<NaiveTime> = new.spans.iter().map(|(_, start, ..)| *start).collect();
    let ends: Vec<NaiveTime> = new.spans.iter().map(|(_, _, end, _)| *end).collect();
    let open: Vec<bool> = new.spans.iter().map(|(.., open)| *open).collect();
    let result = sqlx::query!(
        "INSERT INTO availability_settings (tenant, setting_type, user_id, day_of_week, start_time, end_time, is_available,
                                            buffer_before_minutes, buffer_after_minutes, max_appointments_per_day, config_json,
                                            created_at, updated_at)
         SELECT $1, 'user_hours', $2, d.day, d.start_time, d.end_time, d.is_open, $3, $4, $5, $6, $7, $7
           FROM unnest($8::int[], $9::time[], $10::time[], $11::bool[]) AS d(day, start_time, end_time, is_open)",
        tenant,
        new.user_id.0,
        new.pause_before,
        new.pause_after,
        new.max_per_day,
        new.config,
        new.now,
        &days,
        &starts,
        &ends,
        &open,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, new.spans.len() as u64)
}

pub struct ExceptionRecord {
    pub exception_id: Uuid,
    /// Nobody in particular: all.
    pub user_id: Option<UserId>,
    pub name: Option<String>,
    pub date: NaiveDate,
    pub is_available: bool,
    pub reason: Option<String>,
}

/// The days from one on, by person and then by day.
pub async fn exceptions(tx: &mut TenantTx, from: NaiveDate) -> Result<Vec<ExceptionRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        ExceptionRecord,
        r#"SELECT x.exception_id, x.user_id AS "user_id: UserId",
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS name,
                  x.date, x.is_available, nullif(trim(x.reason), '') AS reason
             FROM availability_exceptions x
             LEFT JOIN users u ON u.tenant = $1 AND u.user_id = x.user_id
            WHERE x.tenant = $1 AND x.date >= $2
            ORDER BY x.user_id NULLS FIRST, x.date, x.exception_id
            LIMIT $3"#,
        tenant,
        from,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The first of these days of which somebody has, or all have, an exception already.
pub async fn first_taken(tx: &mut TenantTx, user: Option<UserId>, days: &[NaiveDate]) -> Result<Option<NaiveDate>> {
    let tenant = tx.tenant();
    let first = sqlx::query_scalar!(
        "SELECT min(date) FROM availability_exceptions
          WHERE tenant = $1 AND user_id IS NOT DISTINCT FROM $2::uuid AND date = ANY ($3)",
        tenant,
        user.map(|id| id.0),
        days,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(first)
}

pub async fn add_exceptions(tx: &mut TenantTx, draft: &ExceptionDraft, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO availability_exceptions (tenant, user_id, date, is_available, reason, created_at, updated_at)
         SELECT $1, $2::uuid, d.day, $3, nullif($4, ''), $5, $5 FROM unnest($6::date[]) AS d(day)",
        tenant,
        draft.user_id.map(|id| id.0),
        draft.is_available,
        draft.reason,
        now,
        &draft.days,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, draft.days.len() as u64)
}

/// Whose these days are: nobody's in particular are all's. Those that are not there are left out.
pub async fn whose_exceptions(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Option<UserId>>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_scalar!(
        r#"SELECT user_id AS "user_id: UserId" FROM availability_exceptions
            WHERE tenant = $1 AND exception_id = ANY ($2)"#,
        tenant,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub async fn delete_exceptions(tx: &mut TenantTx, ids: &[Uuid]) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "DELETE FROM availability_exceptions WHERE tenant = $1 AND exception_id = ANY ($2)",
        tenant,
        ids,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, ids.len() as u64)
}

/// What holds for a service.
pub struct ServiceRule {
    pub service_id: ServiceId,
    pub is_offered: bool,
    pub minutes: Option<i32>,
    pub notice_hours: Option<i32>,
    pub advance_days: Option<i32>,
    pub per_day: Option<i32>,
    pub now: DateTime<Utc>,
}

/// Changes what a service has; `false` where it has nothing.
pub async fn update_service(tx: &mut TenantTx, rule: &ServiceRule) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE availability_settings
            SET is_available = $3, allow_without_contract = CASE WHEN $3 THEN true ELSE allow_without_contract END,
                minimum_notice_hours = $4, advance_booking_days = $5, max_appointments_per_day = $6, updated_at = $7,
                config_json = coalesce(config_json, '{}') - 'default_duration'
                              || CASE WHEN $8::int IS NULL THEN '{}' ELSE jsonb_build_object('default_duration', $8::int) END
          WHERE tenant = $1 AND setting_type = 'service_rules' AND service_id = $2",
        tenant,
        rule.service_id.0,
        rule.is_offered,
        rule.notice_hours,
        rule.advance_days,
        rule.per_day,
        rule.now,
        rule.minutes,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() > 0)
}

pub async fn insert_service(tx: &mut TenantTx, rule: &ServiceRule) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO availability_settings (tenant, setting_type, service_id, is_available, allow_without_contract,
                                            minimum_notice_hours, advance_booking_days, max_appointments_per_day, config_json,
                                            created_at, updated_at)
         VALUES ($1, 'service_rules', $2, $3, CASE WHEN $3 THEN true END, $4, $5, $6,
                 CASE WHEN $8::int IS NULL THEN '{}' ELSE jsonb_build_object('default_duration', $8::int) END, $7, $7)",
        tenant,
        rule.service_id.0,
        rule.is_offered,
        rule.notice_hours,
        rule.advance_days,
        rule.per_day,
        rule.now,
        rule.minutes,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Changes how soon, in hours, and how far ahead, in days, can be asked; `false` where nothing is decided yet.
pub async fn update_limits(
    tx: &mut TenantTx,
    (notice_hours, advance_days): (Option<i32>, Option<i32>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE availability_settings SET minimum_notice_hours = $2, advance_booking_days = $3, updated_at = $4
          WHERE tenant = $1 AND setting_type = 'general_settings'",
        tenant,
        notice_hours,
        advance_days,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() > 0)
}

pub async fn insert_limits(
    tx: &mut TenantTx,
    (notice_hours, advance_days): (Option<i32>, Option<i32>),
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO availability_settings (tenant, setting_type, minimum_notice_hours, advance_booking_days, created_at, updated_at)
         VALUES ($1, 'general_settings', $2, $3, $4, $4)",
        tenant,
        notice_hours,
        advance_days,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}
