//! What has to do with Microsoft.

use chrono::{DateTime, Utc};
use domain::JobKind;
use uuid::Uuid;

use super::{JobRecord, Wanted, records};
use crate::{
    error::Result,
    store::{TenantTx, tx::SystemTx},
};

/// Meetings that are made, changed or cancelled.
pub async fn changes(tx: &mut SystemTx, wanted: &Wanted) -> Result<Vec<JobRecord>> {
    let rows = sqlx::query!(
        r#"SELECT o.tenant, t.client_name AS tenant_name, o.operation_id::text AS "id!", concat_ws(' ', o.kind, o.state) AS "what!",
                  o.attempts, o.next_attempt_at AS "next?", o.leased_until, o.last_error AS reason
             FROM meeting_operations o
             JOIN tenants t ON t.tenant = o.tenant
            WHERE o.state IN ('started', 'abandoning', 'waiting', 'refused') AND ($2::uuid IS NULL OR o.tenant = $2)
              AND ($4::text IS NULL OR o.operation_id::text = $4)
              AND ($3 OR o.last_error IS NOT NULL OR o.leased_until > $1 OR o.next_attempt_at <= $1)
            ORDER BY o.next_attempt_at
            LIMIT $5"#,
        wanted.now,
        wanted.tenant,
        wanted.planned,
        wanted.id,
        wanted.limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(records!(rows, JobKind::Change))
}

/// Meetings that Microsoft is asked about.
pub async fn looks(tx: &mut SystemTx, wanted: &Wanted) -> Result<Vec<JobRecord>> {
    let rows = sqlx::query!(
        r#"SELECT m.tenant, t.client_name AS tenant_name, m.meeting_id::text AS "id!", m.status AS what,
                  m.recording_fetch_attempts AS attempts, m.next_fetch_at AS next, m.fetch_leased_until AS leased_until,
                  nullif(concat_ws(', ', 'recordings: ' || m.recordings_trouble, 'transcripts: ' || m.transcripts_trouble), '') AS reason
             FROM online_meetings m
             JOIN tenants t ON t.tenant = m.tenant
            WHERE m.next_fetch_at IS NOT NULL AND m.status NOT IN ('cancel_pending', 'cancelled') AND ($2::uuid IS NULL OR m.tenant = $2)
              AND ($4::text IS NULL OR m.meeting_id::text = $4)
              AND ($3 OR m.recordings_trouble IS NOT NULL OR m.transcripts_trouble IS NOT NULL OR m.fetch_leased_until > $1
                   OR m.next_fetch_at <= $1)
            ORDER BY m.next_fetch_at
            LIMIT $5"#,
        wanted.now,
        wanted.tenant,
        wanted.planned,
        wanted.id,
        wanted.limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(records!(rows, JobKind::Look))
}

/// Recordings that are to be copied. One that has failed so many times in a row is given up, until its last chance.
pub async fn copies(
    tx: &mut SystemTx,
    wanted: &Wanted,
    attempts: i32,
    last_chance: DateTime<Utc>,
) -> Result<Vec<JobRecord>> {
    let rows = sqlx::query!(
        r#"SELECT a.tenant, t.client_name AS tenant_name, a.artifact_id::text AS "id!", a.artifact_type AS what,
                  a.copy_attempts AS attempts,
                  CASE WHEN a.copy_attempts < $6 OR a.created_date_time < $7 THEN coalesce(a.next_copy_at, a.created_at) END AS next,
                  a.copy_leased_until AS leased_until, a.copy_trouble AS reason
             FROM teams_integrations i
             JOIN online_meeting_artifacts a ON a.tenant = i.tenant
             JOIN tenants t ON t.tenant = i.tenant
            WHERE i.download_recordings AND i.install_status = 'active'
              AND a.artifact_type = 'recording' AND a.file_id IS NULL AND a.deleted_at IS NULL AND a.gone_at IS NULL
              AND ($2::uuid IS NULL OR a.tenant = $2) AND ($4::text IS NULL OR a.artifact_id::text = $4)
              AND ($3 OR a.copy_trouble IS NOT NULL OR a.copy_leased_until > $1 OR coalesce(a.next_copy_at, a.created_at) <= $1)
            ORDER BY a.next_copy_at NULLS FIRST, a.created_at
            LIMIT $5"#,
        wanted.now,
        wanted.tenant,
        wanted.planned,
        wanted.id,
        wanted.limit,
        attempts,
        last_chance,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(records!(rows, JobKind::Copy))
}

/// Subscriptions that are made or renewed.
pub async fn subscriptions(tx: &mut SystemTx, wanted: &Wanted) -> Result<Vec<JobRecord>> {
    let rows = sqlx::query!(
        r#"SELECT s.tenant, t.client_name AS tenant_name, concat_ws('/', s.tenant, s.artifact_type) AS "id!", s.artifact_type AS what,
                  s.attempts, s.next_attempt_at AS "next?", s.leased_until, s.refusal AS reason
             FROM teams_subscriptions s
             JOIN tenants t ON t.tenant = s.tenant
            WHERE ($2::uuid IS NULL OR s.tenant = $2) AND ($4::text IS NULL OR concat_ws('/', s.tenant, s.artifact_type) = $4)
              AND ($3 OR s.refusal IS NOT NULL OR s.leased_until > $1 OR s.next_attempt_at <= $1)
            ORDER BY s.next_attempt_at
            LIMIT $5"#,
        wanted.now,
        wanted.tenant,
        wanted.planned,
        wanted.id,
        wanted.limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(records!(rows, JobKind::Subscription))
}

/// Notifications that are not handled.
pub async fn notifications(tx: &mut SystemTx, wanted: &Wanted) -> Result<Vec<JobRecord>> {
    let rows = sqlx::query!(
        r#"SELECT n.tenant, t.client_name AS tenant_name, concat_ws('/', n.tenant, n.artifact_type, n.provider_artifact_id) AS "id!",
                  n.artifact_type AS what, n.attempts, n.next_attempt_at AS "next?", n.leased_until,
                  CASE WHEN n.attempts > 0 THEN 'it is not there yet' END AS reason
             FROM teams_notifications n
             JOIN tenants t ON t.tenant = n.tenant
            WHERE n.handled_at IS NULL AND ($2::uuid IS NULL OR n.tenant = $2)
              AND ($4::text IS NULL OR concat_ws('/', n.tenant, n.artifact_type, n.provider_artifact_id) = $4)
              AND ($3 OR n.attempts > 0 OR n.leased_until > $1 OR n.next_attempt_at <= $1)
            ORDER BY n.next_attempt_at
            LIMIT $5"#,
        wanted.now,
        wanted.tenant,
        wanted.planned,
        wanted.id,
        wanted.limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(records!(rows, JobKind::Notification))
}

/// Tries a change of a meeting at once.
pub async fn hurry_change(tx: &mut TenantTx, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations SET next_attempt_at = least(next_attempt_at, $3)
          WHERE tenant = $1 AND operation_id = $2 AND state IN ('started', 'abandoning', 'waiting', 'refused')",
        tenant,
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Asks about a meeting at once.
pub async fn hurry_look(tx: &mut TenantTx, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meetings SET next_fetch_at = least(next_fetch_at, $3)
          WHERE tenant = $1 AND meeting_id = $2 AND next_fetch_at IS NOT NULL AND status NOT IN ('cancel_pending', 'cancelled')",
        tenant,
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Copies a recording at once, as if it had not failed.
pub async fn hurry_copy(tx: &mut TenantTx, id: Uuid) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meeting_artifacts SET next_copy_at = NULL, copy_attempts = 0
          WHERE tenant = $1 AND artifact_id = $2 AND artifact_type = 'recording' AND file_id IS NULL AND deleted_at IS NULL",
        tenant,
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Makes or renews a subscription at once.
pub async fn hurry_subscription(tx: &mut TenantTx, id: &str, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_subscriptions SET next_attempt_at = least(next_attempt_at, $3)
          WHERE tenant = $1 AND concat_ws('/', tenant, artifact_type) = $2",
        tenant,
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Looks into a notification at once.
pub async fn hurry_notification(tx: &mut TenantTx, id: &str, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_notifications SET next_attempt_at = least(next_attempt_at, $3)
          WHERE tenant = $1 AND handled_at IS NULL AND concat_ws('/', tenant, artifact_type, provider_artifact_id) = $2",
        tenant,
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}
